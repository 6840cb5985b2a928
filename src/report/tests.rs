//! What the reports must not lose or let through.

use super::*;
use crate::render::ArtifactLine;
use crate::spec::StatementKind;
use crate::trace::{ManualRow, Matrix, Row};

fn matrix() -> Matrix {
    let row = |id: &str, section: &str, text: &str, coverage, reason: Option<&str>| Row {
        id: id.to_owned(),
        derived_id: false,
        kind: StatementKind::Functional,
        section: section.to_owned(),
        line: Some(3),
        text: text.to_owned(),
        coverage,
        reason: reason.map(str::to_owned),
        capabilities: Vec::new(),
        unread: Vec::new(),
        artifacts: vec![ArtifactLine { path: "deploy.sh".into(), line: 7 }],
        checks: vec!["memory-limit.in-kernel".to_owned()],
        drills: vec!["memory".to_owned()],
        defaults: Vec::new(),
    };
    Matrix {
        service: Some("demo".to_owned()),
        title: "Demo".to_owned(),
        rows: vec![
            row("FR-001", "Limits", "Memory stays below `512M | 1G`", Coverage::Automated, None),
            row(
                "FR-002",
                "Limits",
                "<script>alert(1)</script> [a](b) | c",
                Coverage::Unrecognised,
                Some("not read: a|b"),
            ),
            row("SR-001", "Security", "=HYPERLINK(\"x\")", Coverage::Manual, Some("security team")),
        ],
        defaults: Vec::new(),
        deviations: Vec::new(),
        manual: Vec::new(),
    }
}

fn report(path: &str) -> String {
    reports(&matrix()).into_iter().find(|artifact| artifact.path == path).unwrap().content()
}

#[test]
fn every_report_holds_every_statement() {
    for path in ["TRACEABILITY.md", "traceability.csv", "traceability.json", "traceability.html"] {
        let text = report(path);
        for id in ["FR-001", "FR-002", "SR-001"] {
            assert!(text.contains(id), "{path} lacks {id}");
        }
    }
}

#[test]
fn what_people_see_to_beside_a_proven_statement_was_called_nothing() {
    let mut matrix = matrix();
    matrix.rows.retain(|row| row.coverage == Coverage::Automated);
    let markdown = |matrix: &Matrix| {
        reports(matrix).into_iter().find(|artifact| artifact.path == "TRACEABILITY.md").unwrap().content()
    };
    assert!(markdown(&matrix).contains("Nothing is left to people."));
    matrix.manual.push(ManualRow {
        ids: vec!["FR-006".to_owned()],
        title: "the certificate is trusted".to_owned(),
        who: "whoever brings it".to_owned(),
    });
    let said = markdown(&matrix);
    assert!(said.contains("- [ ] **FR-006** the certificate is trusted (whoever brings it)"), "{said}");
    assert!(!said.contains("Nothing is left"), "{said}");
}

#[test]
fn a_statement_cannot_add_cells_or_markup() {
    let markdown = report("TRACEABILITY.md");
    let row = markdown.lines().find(|line| line.starts_with("| **FR-002**")).unwrap();
    assert_eq!(row.replace("\\|", "").matches('|').count(), 6, "{row}");
    assert!(!markdown.contains("<script>"));
    let html = report("traceability.html");
    assert_eq!(html.matches("<script>").count(), 1, "only the page's own script");
    assert!(report("traceability.csv").contains("\"'=HYPERLINK(\"\"x\"\")\""));
}

#[test]
fn what_is_left_to_people_is_a_list_of_its_own() {
    let markdown = report("TRACEABILITY.md");
    let manual = markdown.split("## Manual").nth(1).unwrap();
    assert!(manual.contains("- [ ] **FR-002**") && manual.contains("- [ ] **SR-001**") && !manual.contains("FR-001"));
}

#[test]
fn the_page_needs_nothing_from_outside() {
    let html = report("traceability.html");
    for outside in ["http://", "https://", "<link", "src="] {
        assert!(!html.contains(outside), "{outside}");
    }
}
