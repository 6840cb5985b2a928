//! What becomes of each kind of Markdown.

use super::*;
use crate::source::{SourceId, Span};

/// One line a block: what it is, its depth or level, its box, its text.
fn outline(text: &str) -> Vec<String> {
    let document = parse(SourceId(0), text);
    let line = |block: &Block| {
        assert_eq!(block.text.masked.len(), block.span.range().len());
        assert!(text.get(block.span.range()).is_some());
        let kind = match &block.kind {
            BlockKind::Heading { level } => format!("h{level}"),
            BlockKind::Item { depth, checkbox, ordered } => {
                let mark = checkbox.map_or("", |ticked| if ticked { "[x]" } else { "[ ]" });
                format!("{}{depth}{mark}", if *ordered { "ol" } else { "ul" })
            }
            BlockKind::TableRow { checkbox, .. } => {
                format!("row{}", checkbox.map_or("", |ticked| if ticked { "[x]" } else { "[ ]" }))
            }
            BlockKind::TableHead { .. } => "head".into(),
            BlockKind::Paragraph => "p".into(),
            BlockKind::Code => "code".into(),
            BlockKind::Quote => "quote".into(),
            BlockKind::Comment => "comment".into(),
        };
        let words: Vec<_> = block.text.masked.split_whitespace().collect();
        let parent = block.parent.map_or(String::new(), |parent| format!(" <{parent}"));
        format!("{kind}{parent}: {}", words.join(" "))
    };
    document.blocks.iter().map(line).collect()
}

#[test]
fn blocks_come_in_source_order() {
    let text =
        "# Shop\n\nIntro.\n\n## Rules\n- one\n  - [x] two\n  1. three\n\n  more\n- four\n\n```sh\nls -l\n```\n> said\n";
    assert_eq!(
        outline(text),
        [
            "h1: Shop",
            "p: Intro.",
            "h2: Rules",
            "ul0: one",
            "ul1[x] <3: two",
            "ol1 <3: three",
            "p <3: more",
            "ul0: four",
            "code: ls -l",
            "quote: said",
        ]
    );
}

#[test]
fn boxes_that_markdown_does_not_know_are_items() {
    let text = "Ready when:\n-[ ] one\n-[x] two\nand more\n☐ three\n\n- [] four\n- ☑ five\n- [ ]\n";
    let expected = [
        "p: Ready when:",
        "ul0[ ]: one",
        "ul0[x]: two and more",
        "ul0[ ]: three",
        "ul0[ ]: four",
        "ul0[x]: five",
        "ul0[ ]: ",
    ];
    assert_eq!(outline(text), expected);
    assert_eq!(outline("- a\n  -[ ] b\n  c\n- d"), ["ul0: a", "ul1[ ] <0: b c", "ul0: d"]);
    assert_eq!(
        outline("-[ ] a\n  -[ ] b\n    -[x] c\n-[ ] d"),
        ["ul0[ ]: a", "ul1[ ] <0: b", "ul2[x] <1: c", "ul0[ ]: d"]
    );
    assert_eq!(outline("-[ ] a\n    - b"), ["ul0[ ]: a", "ul1 <0: b"]);
    assert_eq!(outline("- a\n-[ ] b"), ["ul0: a", "ul0[ ]: b"]);
    assert_eq!(outline("- - [ ] deep"), ["ul0: ", "ul1[ ] <0: deep"]);
}

#[test]
fn markup_is_blanked_in_place() {
    let text = "- **Port**: `8000` at [home](https://example.org) &lt; 5 \\* <app><br>now\n";
    let block = &parse(SourceId(0), text).blocks[0];
    let masked = &block.text.masked;
    assert_eq!(masked.split_whitespace().collect::<Vec<_>>().join(" "), "Port : 8000 at home < 5 * <app> now");
    assert_eq!(&masked[block.text.code[0].clone()], "8000");
    assert_eq!(&masked[block.text.strong[0].clone()], "Port");
    for word in ["Port", "8000", "home", "now"] {
        assert_eq!(masked.find(word).map(|at| at + block.text.base), text.find(word));
    }
}

#[test]
fn tables_have_cells_and_boxes() {
    let text = "| ID | Text |\n|---|---|\n| A-1 | run `a \\| b` |\n| [x] | done |\n";
    assert_eq!(outline(text), ["head: ID Text", "row: A-1 run a | b", "row[x]: done"]);
    let rows = parse(SourceId(0), text).blocks;
    let cells: Vec<_> = rows[1].text.cells.iter().map(|cell| rows[1].text.masked[cell.clone()].trim()).collect();
    assert_eq!(cells, ["A-1", "run  a  | b"]);
}

#[test]
fn comments_follow_the_block_that_they_stand_in() {
    let text = "## H <!-- specc: a -->\n- one <!-- specc: b --> two\n<!-- specc: c -->\n- three\n<!-- open\n- four\n";
    assert_eq!(
        outline(text),
        [
            "h2: H",
            "comment: specc: a",
            "ul0: one two",
            "comment <2: specc: b",
            "comment: specc: c",
            "ul0: three",
            "comment: open - four"
        ]
    );
}

#[test]
fn carriage_returns_and_html_change_nothing() {
    assert_eq!(outline("# A\r\n\r\n- b\r\n  c\r\n- [ ] d\r\n"), ["h1: A", "ul0: b c", "ul0[ ]: d"]);
    assert_eq!(outline("\u{FEFF}# A\n"), ["h1: A"]);
    assert_eq!(outline("<details><summary>More</summary>\n- [ ] inside\n</details>\n"), ["p: More", "ul0[ ]: inside"]);
    assert_eq!(outline("<app>\nruns\n"), ["p: <app> runs"]);
}

#[test]
fn rules_further_down_are_no_front_matter() {
    let document = parse(SourceId(0), "---\nspecc: {}\n---\n# T\n\n---\n- one\n\n---\n");
    assert_eq!(document.front_matter.map(Span::range), Some(4..14));
    assert_eq!(document.blocks.len(), 2);
}

#[test]
fn nesting_does_not_use_the_stack() {
    let deep = format!("{}x", "- ".repeat(20_000));
    assert!(!parse(SourceId(0), &deep).blocks.is_empty());
    let quotes = format!("{}x", "> ".repeat(20_000));
    assert_eq!(parse(SourceId(0), &quotes).blocks.len(), 1);
}
