//! Documents → statements, form by form.

use super::*;
use crate::diagnostics::{Compilation, Diagnostic};
use crate::source::{SourceFile, SourceId};
use crate::syntax::parse;

fn compile(text: &str) -> Compilation<Spec> {
    build(SourceId(0), &SourceFile::new("SPEC.md", text), &parse(SourceId(0), text))
}

fn spec(text: &str) -> Spec {
    compile(text).output.unwrap()
}

/// One line a statement: ID (a derived one in angle brackets), kind's prefix, label in braces, text.
fn outline(text: &str) -> Vec<String> {
    let spec = spec(text);
    let line = |statement: &Statement| {
        assert_eq!(statement.text.masked.len(), statement.span.range().len());
        let id = if statement.id_span.is_some() { statement.id.to_string() } else { format!("<{}>", statement.id) };
        let parent = statement.parent.map_or(String::new(), |parent| format!(" in {}", spec.statement(parent).id));
        let label = statement.label_text().map_or(String::new(), |label| format!(" {{{label}}}"));
        format!("{id}{parent}{label}: {}", statement.display_text())
    };
    spec.statements.iter().map(line).collect()
}

fn findings(text: &str) -> Vec<(&'static str, usize)> {
    let file = SourceFile::new("SPEC.md", text);
    let line = |finding: &Diagnostic| (finding.lint.name, file.position(finding.primary.span.start as usize).line);
    compile(text).diagnostics.iter().map(line).collect()
}

#[test]
fn items_are_numbered_by_section() {
    let text = "# Ledger\n## Service Definition\n- **Port**: 9000\n- runs at boot\n## Security Requirements\n- [ ] no login shell\n## Success Criteria\n1. [x] Layer 1 — Process: `pgrep ledger` finds it\n";
    assert_eq!(
        outline(text),
        [
            "<FR-001> {Port}: Port: 9000",
            "<FR-002>: runs at boot",
            "<SR-001>: no login shell",
            "<VC-001> {Layer 1 — Process}: Layer 1 — Process: `pgrep ledger` finds it",
        ]
    );
    let spec = spec(text);
    assert_eq!(spec.title, "Ledger");
    assert_eq!(spec.statements[3].form, Form::Checkbox { ticked: true });
    assert_eq!(spec.sections[1].kind, SectionKind::ServiceDefinition);
}

#[test]
fn written_ids_are_kept_and_derived_ones_come_after_them() {
    let text = "## Requirements\n- it logs\n- FR-007: it runs\n- **NFR-SEC-01**: it is quick\n- [OR-2] it is watched\n- it stops\n";
    assert_eq!(
        outline(text),
        [
            "<FR-008>: it logs",
            "FR-007: it runs",
            "NFR-SEC-01: it is quick",
            "OR-2: it is watched",
            "<FR-009>: it stops",
        ]
    );
    let kinds: Vec<_> = spec(text).statements.iter().map(|statement| statement.kind.prefix()).collect();
    assert_eq!(kinds, ["FR", "FR", "NFR", "OR", "FR"]);
}

#[test]
fn a_label_may_follow_an_id() {
    assert_eq!(outline("- FR-001: Start: at boot\n"), ["FR-001 {Start}: Start: at boot"]);
    assert_eq!(outline("- **FR-001: Start**: at boot\n"), ["FR-001 {Start}: Start: at boot"]);
}

#[test]
fn an_id_twice_is_an_error_unless_a_criterion_names_it() {
    let text = "## Functional Requirements\n- FR-001: it runs\n- FR-001: it stops\n";
    assert_eq!(findings(text), [("duplicate-id", 3)]);
    let text = "## Functional Requirements\n- FR-001: it runs\n## Acceptance Criteria\n- [ ] FR-001: seen running\n";
    assert_eq!(findings(text), []);
    assert_eq!(outline(text)[1], "<VC-001>: seen running");
    assert_eq!(spec(text).statements[1].references[0].0.as_str(), "FR-001");
}

#[test]
fn boxes_that_markdown_does_not_see_are_reported_with_a_fix() {
    let text = "- [ ] good\n- [x]  good\n- ☐ drawn\n\n-[ ] tight\n- [] empty\n- [ ]glued\n";
    let compilation = compile(text);
    assert_eq!(findings(text), [("checkbox-syntax", 5), ("checkbox-syntax", 6), ("checkbox-syntax", 7)]);
    assert!(
        compilation.diagnostics.iter().all(|finding| finding.fix.as_ref().is_some_and(|fix| !fix.edits.is_empty()))
    );
}

#[test]
fn what_is_nested_belongs_to_what_holds_it() {
    let text = "## Environment\n- [ ] `.env` is there with:\n  - [ ] DB_URL\n    - set\n- other\n";
    assert_eq!(
        outline(text),
        ["<FR-001>: `.env` is there with:", "<FR-002> in FR-001: DB_URL", "<FR-003> in FR-002: set", "<FR-004>: other"]
    );
}

#[test]
fn a_sentence_before_a_list_introduces_all_its_items() {
    let text = "## Validation\n\nSome prose. Ready when:\n- [ ] one\n- [ ] two\n\nprose\n\n- three\n";
    let spec = spec(text);
    let lead_ins: Vec<_> =
        spec.statements.iter().map(|statement| statement.lead_in.map(|span| &text[span.range()])).collect();
    assert_eq!(lead_ins, [Some("Ready when:"), Some("Ready when:"), None]);
}

#[test]
fn id_headings_own_what_stands_below() {
    let text = "## Requirements\n### SR-001: Sandbox\nThe service is confined.\n\n**Rationale**: safety\n\n- no new privileges\n#### Acceptance Criteria\n- [ ] it is confined\n### SR-002\n";
    assert_eq!(
        outline(text),
        [
            "SR-001 {Sandbox}: Sandbox: The service is confined.",
            "<SR-003> in SR-001: no new privileges",
            "<VC-001> in SR-001: it is confined",
            "SR-002: ",
        ]
    );
    assert_eq!(spec(text).statements[0].form, Form::IdHeading);
}

#[test]
fn paragraphs_are_statements_by_id_or_modal_verb() {
    let text = "# T\nIntroduction that must not count.\n## Requirements\nThe service SHALL start.\n\nIt is nice.\n\n**SD-DEP-002**: The unit has:\n- Type: exec\n\nOR-1: it is watched\nOR-2: it is logged\n";
    assert_eq!(
        outline(text),
        [
            "<FR-001>: The service SHALL start.",
            "SD-DEP-002: The unit has:",
            "<FR-002> in SD-DEP-002 {Type}: Type: exec",
            "OR-1: it is watched",
            "OR-2: it is logged",
        ]
    );
}

#[test]
fn scenarios_are_one_criterion_each() {
    let text = "## Requirements\n### Requirement: Boot\nThe worker SHALL start at boot.\n#### Scenario: Reboot\n- **WHEN** the host boots\n- **THEN** `worker.service` starts\n- **AND** it answers\n";
    assert_eq!(
        outline(text),
        [
            "<FR-001>: The worker SHALL start at boot.",
            "<VC-001> in FR-001: WHEN the host boots THEN `worker.service` starts AND it answers",
        ]
    );
    assert_eq!(spec(text).statements[1].form, Form::Scenario);
}

#[test]
fn tables_are_statements_row_by_row() {
    let text = "## Security\n\n| ID | Requirement | Priority |\n|---|---|---|\n| SR-004 | port 22 is limited | high |\n| | root is locked | low |\n";
    assert_eq!(outline(text), ["SR-004: port 22 is limited", "<SR-005>: root is locked"]);
    let text = "## Environment\n\n| Setting | Value |\n|---|---|\n| `PORT` | 9000 |\n";
    assert_eq!(outline(text), ["<FR-001> {PORT}: `PORT`: 9000"]);
}

#[test]
fn annotations_belong_to_what_stands_before_them() {
    let text = "## Security\n<!-- specc: manual owner=\"desk\" -->\n- one <!-- specc: waive reason=\"old\" -->\n- two\n\n<!-- specc: as=firewall allow=80 -->\nprose\n<!-- specc: manual -->\n";
    let spec = spec(text);
    let counts: Vec<_> = spec.statements.iter().map(|statement| statement.annotations.len()).collect();
    assert_eq!((spec.sections[1].annotations.len(), counts), (1, vec![1, 1]));
    assert_eq!(findings("- one\n\nprose\n\n<!-- specc: manual -->\n"), [("unknown-annotation", 5)]);
    assert_eq!(
        findings("- one <!-- specc: manaul -->\n<!-- open\n- two\n"),
        [("unknown-annotation", 1), ("unclosed-comment", 2)]
    );
}

#[test]
fn people_read_a_statement_as_it_was_meant() {
    let text = "- **Unit**: `a b`, (`c`) and\n  [d](https://example.org)\n";
    assert_eq!(spec(text).statements[0].display_text(), "Unit: `a b`, (`c`) and d");
}

#[test]
fn references_and_open_questions_are_seen() {
    let text = "## Success Criteria\n- it answers (FR-001, SR-2), encoded as UTF-8\n- retention TBD\n";
    let spec = spec(text);
    let references: Vec<_> =
        spec.statements[0].references.iter().map(|(id, span)| (id.as_str(), &text[span.range()])).collect();
    assert_eq!(references, [("FR-001", "FR-001"), ("SR-2", "SR-2")]);
    assert_eq!(spec.statements[1].open_question.map(|span| &text[span.range()]), Some("TBD"));
    assert_eq!(findings(text), [("open-question", 3)]);
}

#[test]
fn troubleshooting_is_context_unless_it_asks() {
    let text = "## Troubleshooting\n- restart it\n- the port MUST stay closed\n- [ ] looked at\n\nRun it again.\n";
    let spec = spec(text);
    let context: Vec<_> = spec.statements.iter().map(|statement| spec.is_context(statement)).collect();
    assert_eq!(context, [true, false, false]);
}

#[test]
fn what_is_out_of_scope_is_a_constraint() {
    let text = "## Constraints\n### Out of Scope (not done)\n- containers\n### Technical Constraints\n- Debian 12\n";
    assert_eq!(outline(text), ["<CN-001>: containers", "<CN-002>: Debian 12"]);
    let spec = spec(text);
    assert_eq!(spec.section(&spec.statements[0]).kind, SectionKind::OutOfScope);
}
