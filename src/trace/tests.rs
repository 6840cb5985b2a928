//! What the matrix must get right.

use super::*;
use crate::compile::{Options, compile};
use crate::source::SourceFile;

fn traced(text: &str) -> Matrix {
    trace(&compile(SourceFile::new("DEPLOYMENT-SPEC.md", text), &Options::default()))
}

fn row<'m>(matrix: &'m Matrix, text: &str) -> &'m Row {
    matrix.rows.iter().find(|row| row.text.contains(text)).unwrap()
}

#[test]
fn every_statement_is_in_it_once() {
    let matrix = traced(
        "# Demo\n\n## Requirements\n\n- Memory limit 512 MB\n- It sings\n\n## Success Criteria\n\n- [ ] It works\n",
    );
    assert_eq!(matrix.rows.len(), 3);
    let total: usize = Coverage::ALL.iter().map(|coverage| matrix.count(*coverage)).sum();
    assert_eq!(total, 3);
    assert_eq!(row(&matrix, "sings").coverage, Coverage::Unrecognised);
    assert_eq!(row(&matrix, "sings").line, Some(6));
}

#[test]
fn annotations_decide_before_anything_is_read() {
    let matrix = traced(
        "# Demo\n\n## Requirements\n\n- Memory limit 512 MB\n  <!-- specc: waive reason=\"old kernel\" until=2027-01-31 -->\n- Backups are restored\n  <!-- specc: manual owner=\"ops\" evidence=\"protocol\" -->\n",
    );
    let waived = row(&matrix, "Memory");
    assert_eq!((waived.coverage, waived.reason.as_deref()), (Coverage::Waived, Some("old kernel (until 2027-01-31)")));
    let manual = row(&matrix, "Backups");
    assert_eq!((manual.coverage, manual.reason.as_deref()), (Coverage::Manual, Some("ops, evidence: protocol")));
}

#[test]
fn an_open_question_is_not_covered() {
    let matrix = traced("# Demo\n\n## Requirements\n\n- Memory limit TBD\n");
    assert_eq!(row(&matrix, "Memory").coverage, Coverage::Unrecognised);
    assert!(row(&matrix, "Memory").reason.as_deref().unwrap().contains("TBD"));
}

#[test]
fn intent_is_context() {
    let matrix = traced("# Demo\n\n## Intent\n\n- Answers questions\n");
    assert_eq!(row(&matrix, "Answers").coverage, Coverage::Context);
}

#[test]
fn section_paths_leave_out_the_title() {
    let matrix = traced("# Demo\n\n## Requirements\n\n### Limits\n\n- Memory limit 512 MB\n");
    assert_eq!(matrix.rows[0].section, "Requirements / Limits");
}
