//! What the matrix must get right.

use super::*;
use crate::compile::{Options, compile};
use crate::plan::DrillKind;
use crate::source::SourceFile;
use crate::value::{Bytes, Seconds};

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

const DEFINITION: &str = "# Demo\n\n## Service Definition\n\n- **Service name**: demo\n- **Application**: main.py\n\n";

/// Such sentences were once not read, and the times that they name were no limits of the drills.
#[test]
fn failures_are_proven_by_their_drills_in_the_time_that_is_named() {
    let requirements = "## Requirements\n\n- The service restarts on failure after 3 seconds\n- Memory is limited to 256 MB\n- The service starts on boot\n\n";
    let criteria = "## Failure Scenarios\n\n- [ ] If the process crashes, it is back within 20 s\n- [ ] Survives crash: killing the process triggers an automatic restart within 15 seconds\n- [ ] After a reboot all services are running within 2 minutes\n- [ ] When the memory limit is exceeded the kernel kills the process and systemd restarts it within 25 seconds\n";
    let text = format!("{DEFINITION}{requirements}{criteria}");
    let compiled = compile(SourceFile::new("DEPLOYMENT-SPEC.md", text), &Options::default());
    let drills: Vec<&DrillKind> = compiled.plan.iter().flat_map(|plan| &plan.drills).map(|drill| &drill.kind).collect();
    assert!(drills.contains(&&DrillKind::Crash { within: Seconds(15.0) }), "{drills:?}");
    assert!(drills.contains(&&DrillKind::Reboot { within: Some(Seconds(120.0)) }), "{drills:?}");
    let memory = DrillKind::Memory { limit: Bytes(268_435_456), within: Seconds(25.0) };
    assert!(drills.contains(&&memory), "{drills:?}");
    let matrix = trace(&compiled);
    for (words, drill) in
        [("it is back", "crash"), ("Survives", "crash"), ("all services", "reboot"), ("kernel kills", "memory")]
    {
        let row = row(&matrix, words);
        assert_eq!(row.coverage, Coverage::Automated, "{words}: {:?}", row.reason);
        assert_eq!(row.drills, [drill], "{words}");
    }
}

#[test]
fn a_recovery_that_is_required_brings_the_restart_and_a_criterion_alone_does_not() {
    let sentence = "The service is back within 45 seconds after a crash";
    let required = format!("{DEFINITION}## Requirements\n\n- {sentence}\n");
    let matrix = traced(&required);
    assert_eq!(row(&matrix, sentence).coverage, Coverage::Automated, "{:?}", row(&matrix, sentence).reason);
    assert!(matrix.defaults.iter().any(|default| default.name == "restart-on-failure"));
    let matrix = traced(&format!("{DEFINITION}## Success Criteria\n\n- [ ] {sentence}\n"));
    let alone = row(&matrix, sentence);
    assert_eq!(alone.coverage, Coverage::Manual);
    assert!(alone.reason.as_deref().is_some_and(|reason| reason.contains("there is no drill")), "{:?}", alone.reason);
}
