//! Nothing is dropped: real documents and hostile ones are read without a panic, and every box that a person sees in a
//! document is a statement.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use proptest::prelude::*;
use specc::source::{SourceFile, SourceId};
use specc::spec::{self, Form, Spec};
use specc::syntax::{self, BlockKind, Document};

fn read(name: &str, text: &str) -> (SourceFile, Document, Spec) {
    let file = SourceFile::new(name, text);
    let document = syntax::parse(SourceId(0), text);
    let spec = spec::build(SourceId(0), &file, &document).output.unwrap();
    (file, document, spec)
}

/// Real documents, where they are at hand: `SPECC_SHARED`, or `shared` beside the project.
fn documents() -> Vec<(String, String)> {
    let shared = std::env::var_os("SPECC_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let mut folders = vec![shared.join("corpus"), shared.join("seeds/specs")];
    let mut documents = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                documents.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    documents.sort();
    documents
}

/// Lines that show a box to a person, found without the parser.
fn lines_with_boxes(text: &str) -> BTreeSet<usize> {
    let mut lines = BTreeSet::new();
    let mut fence: Option<&str> = None;
    let mut comment = false;
    for (number, line) in text.lines().enumerate() {
        let words = line.trim();
        let ticks = &words[..words.len() - words.trim_start_matches(['`', '~']).len()];
        if let Some(open) = fence {
            if ticks.starts_with(open) && words == ticks {
                fence = None;
            }
        } else if ticks.len() >= 3 {
            fence = Some(ticks);
        } else if comment || words.starts_with("<!--") {
            comment = !words.contains("-->");
        } else if !words.starts_with(['#', '>']) {
            let cells = if words.starts_with('|') { words.split('|').collect() } else { vec![words] };
            if cells.into_iter().any(begins_with_box) {
                lines.insert(number + 1);
            }
        }
    }
    lines
}

fn begins_with_box(words: &str) -> bool {
    let words = words
        .trim()
        .trim_start_matches(['-', '*', '+', ' ', '.', ')', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    let drawn = ['☐', '☑', '✅', '✔', '✓', '⬜', '❌'].iter().any(|symbol| words.starts_with(*symbol));
    let bracketed =
        ["[ ]", "[x]", "[X]"].iter().any(|open| words.strip_prefix(open).is_some_and(|rest| !rest.starts_with('(')));
    drawn || bracketed || words == "[]" || words.starts_with("[] ")
}

/// Lines on which statements with a box stand, and table rows with one.
fn lines_of_statements(file: &SourceFile, document: &Document, spec: &Spec) -> BTreeSet<usize> {
    let line = |offset: u32| file.position(offset as usize).line;
    let items = spec
        .statements
        .iter()
        .filter(|statement| matches!(statement.form, Form::Checkbox { .. }))
        .map(|statement| line(statement.span.start));
    let rows =
        document.blocks.iter().filter(|block| matches!(block.kind, BlockKind::TableRow { checkbox: Some(_), .. }));
    items.chain(rows.map(|block| line(block.span.start))).collect()
}

#[test]
fn every_box_of_a_real_document_is_a_statement() {
    let documents = documents();
    if documents.is_empty() {
        eprintln!("skipped: no real documents here; SPECC_SHARED names their directory");
        return;
    }
    let mut boxes = 0;
    for (name, text) in &documents {
        let (file, document, spec) = read(name, text);
        let expected = lines_with_boxes(text);
        assert_eq!(lines_of_statements(&file, &document, &spec), expected, "{name}");
        boxes += expected.len();
    }
    assert!(boxes > 500, "{boxes} boxes");
}

#[test]
fn boxes_in_every_shape_are_statements() {
    let text = "Ready:\n-[ ] a\n- [] b\n* [x] c\n  1. [ ] d\n☐ e\n\n| Done | What |\n|---|---|\n| [ ] | f |\n| ✅ | g |\n\n```\n- [ ] no\n```\n<!--\n- [ ] no\n-->\n";
    let (file, document, spec) = read("shapes", text);
    let lines = lines_of_statements(&file, &document, &spec);
    assert_eq!(lines, lines_with_boxes(text));
    assert_eq!(lines.len(), 7);
}

/// What must hold for any text at all.
fn check(text: &str) {
    let (_, document, spec) = read("any", text);
    for block in &document.blocks {
        assert!(text.get(block.span.range()).is_some(), "{block:?}");
        assert_eq!(block.text.masked.len(), block.span.range().len(), "{block:?}");
        assert!(!block.text.masked.contains(['\n', '\r']), "{block:?}");
        for range in block.text.code.iter().chain(&block.text.strong).chain(&block.text.cells) {
            assert!(block.text.masked.get(range.clone()).is_some(), "{range:?} {block:?}");
        }
    }
    let mut ids = BTreeSet::new();
    for statement in &spec.statements {
        assert!(text.get(statement.span.range()).is_some(), "{statement:?}");
        assert_eq!(statement.text.masked.len(), statement.span.range().len(), "{statement:?}");
        assert!(
            statement.label.clone().is_none_or(|label| statement.text.masked.get(label).is_some()),
            "{statement:?}"
        );
        assert!(statement.section < spec.sections.len());
        let places = [statement.id_span, statement.lead_in, statement.open_question];
        for span in places.into_iter().flatten().chain(statement.references.iter().map(|(_, span)| *span)) {
            assert!(text.get(span.range()).is_some(), "{span:?} {statement:?}");
        }
        assert!(statement.id_span.is_some() || ids.insert(statement.id.clone()), "{} is derived twice", statement.id);
        let _ = statement.display_text();
    }
}

/// Pieces that specifications, and attacks on them, are made of.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "# T\n",
        "## Security Requirements\n",
        "### FR-001: x\n",
        "#### Scenario: s\n",
        "- ",
        "  - ",
        "* [ ] ",
        "-[ ] ",
        "- []",
        "☐ ",
        "✅",
        "1. ",
        "12) ",
        "**",
        "`",
        "``",
        "FR-001",
        "NFR-SEC-01: ",
        "**Port**: 8000",
        "[x]",
        "[x](y)",
        "<!-- specc: ",
        "waive reason=\"x\" ",
        "-->",
        "<app>",
        "<br>",
        "<details>\n",
        "| a | b |\n",
        "|---|---|\n",
        "|\\|`|",
        "\n",
        "\n\n",
        "\r\n",
        "    ",
        "\t",
        "> ",
        "```\n",
        "~~~",
        "---\n",
        "specc:\n  ",
        "target: debian-12\n",
        "lints: {a: b}\n",
        "&lt;",
        "&nbsp;",
        "&#0;",
        "\\*",
        "TBD",
        "~~",
        "- **WHEN** a\n",
        "- **THEN** b\n",
        "MUST",
        " ",
        "é",
        "𝄞",
        "\u{FEFF}",
        "\u{0}",
        ": ",
        "— ",
        "word",
        "=\n",
        "[a]: b\n",
        "_",
        "\u{A0}",
        "（",
        "：",
    ];
    prop_oneof![8 => proptest::sample::select(pieces.map(str::to_owned).to_vec()), 1 => "\\PC{0,6}", 1 => ".{0,4}"]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn anything_made_of_the_pieces_of_a_specification_is_read(pieces in proptest::collection::vec(piece(), 0..40)) {
        check(&pieces.concat());
    }

    #[test]
    fn damaged_specifications_are_read(which in any::<prop::sample::Index>(), cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0..40usize, any::<bool>()), 1..8)) {
        let specs = fixtures();
        let mut text = which.get(&specs).clone();
        for (place, length, twice) in cuts {
            let from = boundary(&text, place.index(text.len() + 1));
            let to = boundary(&text, (from + length).min(text.len()));
            let piece = text[from..to].to_owned();
            text.replace_range(from..to, if twice { piece.repeat(2) } else { String::new() }.as_str());
        }
        check(&text);
    }
}

/// The project's own specifications.
fn fixtures() -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/specs");
    let specs = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("DEPLOYMENT-SPEC.md"));
    let mut specs: Vec<_> = specs.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    specs.sort();
    specs
}

/// The last character boundary up to an offset.
fn boundary(text: &str, offset: usize) -> usize {
    (0..=offset).rev().find(|offset| text.is_char_boundary(*offset)).unwrap_or(0)
}
