//! WHEN … THEN …: items that are one statement together.

use super::id;
use crate::syntax::{Block, BlockKind, Text};

/// Steps that a scenario has at most.
const LONGEST: usize = 64;

/// What the first word of an item makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Given,
    When,
    Then,
    And,
}

/// The step that an item begins with: a keyword in capitals or in bold type.
fn step(text: &Text) -> Option<Step> {
    let own = id::after_leading(text);
    let start = own + text.masked[own..].len() - text.masked[own..].trim_start().len();
    let rest = &text.masked[start..];
    let word = &rest[..rest.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(rest.len())];
    let bold = text.strong.iter().take(2).any(|strong| strong.start <= start && start < strong.end);
    if !bold && word.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    match word.to_ascii_uppercase().as_str() {
        "GIVEN" => Some(Step::Given),
        "WHEN" => Some(Step::When),
        "THEN" => Some(Step::Then),
        "AND" | "BUT" => Some(Step::And),
        _ => None,
    }
}

/// How many blocks from the first on make one scenario; 0 when none begins here.
pub(super) fn length(blocks: &[Block]) -> usize {
    let plain = |block: &Block| matches!(block.kind, BlockKind::Item { checkbox: None, .. });
    let Some(first) = blocks.first().filter(|block| plain(block)) else { return 0 };
    if !matches!(step(&first.text), Some(Step::Given | Step::When)) {
        return 0;
    }
    // Nobody writes longer scenarios; without a bound, a list of conditions without an outcome would take quadratic time.
    let siblings = blocks.iter().take(LONGEST).take_while(|block| plain(block) && block.parent == first.parent);
    let mut concluded = false;
    let mut length = 0;
    for block in siblings {
        match step(&block.text) {
            Some(Step::Given | Step::When) if concluded => break,
            Some(Step::Then) => concluded = true,
            Some(_) => {}
            None => break,
        }
        length += 1;
    }
    if concluded { length } else { 0 }
}

/// Whether one item tells a whole scenario: "**Given** …, **When** …, **Then** …".
pub(super) fn is_whole(text: &Text) -> bool {
    let keyword = |range: &std::ops::Range<usize>| text.masked[range.clone()].trim().eq_ignore_ascii_case("then");
    (text.strong.iter().any(keyword) || text.masked.contains(" THEN "))
        && matches!(step(text), Some(Step::Given | Step::When))
        && !text.masked.contains(" SHALL ")
        && !text.masked.contains(" MUST ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax::parse;

    #[test]
    fn steps_belong_together_until_the_next_scenario() {
        let text = "- **GIVEN** a\n- **WHEN** b\n- **THEN** c\n- **AND** d\n- **WHEN** e\n- **THEN** f\n- other\n";
        let blocks = parse(SourceId(0), text).blocks;
        assert_eq!(length(&blocks), 4);
        assert_eq!(length(&blocks[4..]), 2);
        assert_eq!(length(&blocks[6..]), 0);
        assert_eq!(length(&parse(SourceId(0), "- WHEN it rains\n- the roof is shut\n").blocks), 0);
        assert_eq!(length(&parse(SourceId(0), "- When it rains\n- Then it is wet\n").blocks), 0);
    }

    #[test]
    fn one_item_may_be_a_scenario() {
        let whole = |text| is_whole(&parse(SourceId(0), text).blocks[0].text);
        assert!(whole("1. **Given** it runs, **When** it is killed, **Then** it restarts.\n"));
        assert!(!whole("1. WHEN it starts, THE service SHALL log a line.\n"));
    }
}
