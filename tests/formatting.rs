//! `specc fmt` keeps what a specification means, writes exactly the IDs that it had derived, and has nothing more to do
//! afterwards.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use proptest::prelude::*;
use specc::rewrite;
use specc::source::{SourceFile, SourceId};
use specc::spec::{self, Spec};
use specc::syntax;

fn read(text: &str) -> Spec {
    let file = SourceFile::new("SPEC.md", text);
    spec::build(SourceId(0), &file, &syntax::parse(SourceId(0), text)).output.unwrap()
}

fn format(text: &str, assign_ids: bool) -> String {
    let file = SourceFile::new("SPEC.md", text);
    let document = syntax::parse(SourceId(0), text);
    let spec = spec::build(SourceId(0), &file, &document).output.unwrap();
    rewrite::apply(text, &rewrite::format(&file, &document, &spec, assign_ids))
}

fn check(text: &str) {
    let before = read(text);
    for assign_ids in [false, true] {
        let formatted = format(text, assign_ids);
        let after = read(&formatted);
        let meaning = |spec: &Spec| -> Vec<_> {
            let words = |statement: &spec::Statement| statement.display_text().split(' ').collect::<Vec<_>>().join(" ");
            spec.statements
                .iter()
                .map(|statement| (statement.id.clone(), statement.kind, words(statement), statement.form))
                .collect()
        };
        assert_eq!(meaning(&before), meaning(&after), "\n{text}\n----\n{formatted}");
        assert_eq!(format(&formatted, assign_ids), formatted, "not idempotent:\n{text}");
        if assign_ids {
            let missing =
                after.statements.iter().find(|statement| statement.id_span.is_none() && statement.can_carry_id());
            assert!(missing.is_none(), "{missing:?}\n{formatted}");
        }
    }
}

#[test]
fn real_documents_keep_their_meaning() {
    let shared = std::env::var_os("SPECC_SHARED").map_or_else(
        || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        std::path::PathBuf::from,
    );
    let documents = ["corpus", "seeds/specs/agent-prod", "seeds/specs/digital-fte"]
        .map(|folder| std::fs::read_dir(shared.join(folder)));
    let paths: Vec<_> = documents.into_iter().flatten().flatten().flatten().map(|entry| entry.path()).collect();
    if paths.is_empty() {
        eprintln!("skipped: no real documents here; SPECC_SHARED names their directory");
    }
    for path in paths {
        check(&std::fs::read_to_string(path).unwrap());
    }
}

/// Lines of a specification, well formed and not.
fn lines() -> impl Strategy<Value = String> {
    let lines = [
        "# Ledger",
        "## Security Requirements",
        "## Success Criteria",
        "### Out of Scope",
        "### SR-010: Sandbox",
        "#### Scenario: boot",
        "## Troubleshooting",
        "- it starts",
        "- **Port**: 9000",
        "- Port: 9000",
        "  - nested",
        "    - deeper: 5",
        "- [ ] `systemctl is-active ledger` returns \"active\"",
        "  - [x] done (FR-001)",
        "-[ ] tight",
        "  -[x] tight and nested",
        "- [] empty",
        "- [ ]close",
        "-   [ ]   wide",
        "* [x] star",
        "+[ ] plus",
        "*[ ] emphasis*",
        "☐ drawn",
        "- ✅ ticked",
        "1. first",
        "2) [ ] second",
        "3.[ ] third",
        "- [ ]",
        "-",
        "- FR-001: written",
        "- FR-2 :spaced",
        "- NFR-SEC-01   wide",
        "- **SR-3**: bold",
        "- **SR-4:** bold",
        "- [OR-5] bracketed",
        "- FR-001, FR-002: both",
        "OR-7: paragraph",
        "OR-8 paragraph",
        "**SD-DEP-1**: has:",
        "**Label**: value",
        "The service SHALL start.",
        "Prose.",
        "Ready when:",
        "- **WHEN** a",
        "- **THEN** b",
        "- **AND** c",
        "1. **Given** a, **When** b, **Then** c",
        "| ID | Requirement |",
        "|---|---|",
        "| FR-9 | row |",
        "| | row |",
        "| [ ] | box |",
        "<!-- specc: manual -->",
        "<!-- remark -->",
        "> quoted",
        "> - [ ] quoted",
        "```",
        "~~~",
        "---",
        "    indented",
        "\tindented",
        "<details>",
        "</details>",
        "<br>",
        "retention TBD",
        "",
        "",
        "",
        "",
    ];
    proptest::sample::select(lines.map(str::to_owned).to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formatting_keeps_the_meaning(lines in proptest::collection::vec(lines(), 0..14), windows in any::<bool>()) {
        check(&lines.join(if windows { "\r\n" } else { "\n" }));
    }
}
