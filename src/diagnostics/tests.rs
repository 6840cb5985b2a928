//! What people and machines see of a finding.

use super::*;
use crate::declare_lint;
use crate::source::{SourceFile, SourceId, Sources};

declare_lint! {
    /// *What it does*: reports a delay that never ends.
    ///
    /// *Why is this bad?* Nobody waits for ever.
    ///
    /// *Instead*: write a shorter one.
    static ENDLESS = "endless-delay", Error, Consistency, "a delay never ends";
}

const TEXT: &str = "# Demo\n\n- Delay: für immer\n- Other: 5 s\n";

fn place(needle: &str) -> Span {
    let start = TEXT.find(needle).unwrap();
    Span::new(SourceId(0), start..start + needle.len())
}

fn finding() -> (Sources, Diagnostic) {
    let mut sources = Sources::default();
    sources.add(SourceFile::new("my spec.md", TEXT));
    let diagnostic = Diagnostic::new(&ENDLESS, place("für immer"), "the delay has no end")
        .at("this is not a time")
        .label(place("5 s"), "this is one")
        .help("write \"5 s\"")
        .fix(Fix {
            title: "write 5 s".to_owned(),
            edits: vec![Edit { span: place("für immer"), replacement: "5 s".to_owned() }],
        });
    (sources, diagnostic)
}

#[test]
fn people_see_place_label_help_and_where_to_read_on() {
    let (sources, diagnostic) = finding();
    insta::assert_snapshot!(human(&sources, &[diagnostic], Colour::Never), @r#"
    error[endless-delay]: the delay has no end
       ╭─[my spec.md:3:10]
     2 │ 
     3 │ - Delay: für immer
       ·          ────┬────
       ·              ╰── this is not a time
     4 │ - Other: 5 s
       ·          ─┬─
       ·           ╰── this is one
       ╰────
      help: write "5 s"
      fix:  specc lint --fix my spec.md
      more: specc explain endless-delay
    "#);
}

#[test]
fn a_finding_at_the_end_of_a_file_without_line_break_is_drawn() {
    let mut sources = Sources::default();
    sources.add(SourceFile::new("a.md", "one\ntwo"));
    let diagnostic = Diagnostic::new(&ENDLESS, Span::new(SourceId(0), 7..7), "nothing follows").at("here");
    let drawn = human(&sources, &[diagnostic], Colour::Never);
    assert!(drawn.contains("two") && drawn.contains("here"), "{drawn}");
}

#[test]
fn columns_count_characters_and_the_end_is_exclusive() {
    let (sources, diagnostic) = finding();
    let found = serde_json::to_value(json(&sources, &[diagnostic])).unwrap();
    assert_eq!(found[0]["line"], 3);
    assert_eq!(found[0]["column"], 10);
    assert_eq!(found[0]["end_column"], 19);
    assert_eq!(found[0]["labels"][1]["line"], 4);
}

#[test]
fn accepted_findings_are_shown_to_machines_only() {
    let (sources, mut diagnostic) = finding();
    diagnostic.accepted = Some("known".to_owned());
    let findings = [diagnostic];
    assert_eq!(human(&sources, &findings, Colour::Never), "");
    assert!(!has_errors(&findings));
    let log = sarif(&sources, &findings, &[&ENDLESS], |_| String::new());
    assert_eq!(log["runs"][0]["results"][0]["suppressions"][0]["justification"], "known");
}

#[test]
fn fingerprints_do_not_depend_on_lines() {
    let (sources, diagnostic) = finding();
    let findings = [diagnostic.clone(), diagnostic];
    let log = sarif(&sources, &findings, &[&ENDLESS], |_| "FR-001".to_owned());
    let print = |index: usize| log["runs"][0]["results"][index]["partialFingerprints"]["specc/v1"].clone();
    assert_ne!(print(0), print(1), "two findings on one statement are two");
    let mut moved = Sources::default();
    moved.add(SourceFile::new("my spec.md", format!("\n\n{TEXT}")));
    let (_, mut later) = finding();
    later.primary.span =
        Span::new(SourceId(0), later.primary.span.start as usize + 2..later.primary.span.end as usize + 2);
    let again = sarif(&moved, &[later], &[&ENDLESS], |_| "FR-001".to_owned());
    assert_eq!(print(0), again["runs"][0]["results"][0]["partialFingerprints"]["specc/v1"]);
}

#[test]
fn paths_are_uris_in_sarif() {
    let (sources, diagnostic) = finding();
    let log = sarif(&sources, &[diagnostic], &[&ENDLESS], |_| "FR-001".to_owned());
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "my%20spec.md");
}

#[test]
fn workflow_commands_stay_on_one_line() {
    let (sources, diagnostic) = finding();
    insta::assert_snapshot!(github(&sources, &[diagnostic]), @"::error file=my spec.md,line=3,endLine=3,col=10,endColumn=19,title=endless-delay::the delay has no end%0Awrite \"5 s\"");
}
