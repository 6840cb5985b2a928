//! Hostile specifications: whatever a text says, it is data in the scripts, never code.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::process::Command;

use specc::compile::{Options, compile};
use specc::source::SourceFile;

/// Pieces that a shell, systemd, Markdown or HTML would act on.
const HOSTILE: &[&str] = &[
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    "\"; touch pwned; \"",
    "a\\",
    "%n %h",
    "<script>alert(1)</script>",
    "${IFS}touch${IFS}pwned",
    "| touch pwned",
    "> pwned",
    "\u{202e}txt.exe",
    "--help",
    "-rf /",
    "{{ 7*7 }}",
    "{% include x %}",
    "]](x",
];

/// A specification in which a hostile text stands wherever a text can stand.
fn specification(hostile: &str) -> String {
    format!(
        "# Deployment of {hostile}\n\n## Service Definition\n\n- **Service name**: billing\n- **Description**: {hostile}\n- **Application**: main.py (FastAPI with uvicorn)\n\
         - **Application arguments**: {hostile}\n- **Port**: 8000\n- **System user**: billing\n- Environment variable NAME=\"{hostile}\"\n- Environment variable OTHER={hostile}\n\
         - The service stores data in /var/lib/billing/{hostile}\n- {hostile}\n\n## Monitoring Plan\n\n- **Health check**: GET /health?{hostile} returns {{\"status\": \"{hostile}\"}}\n\n\
         ## Success Criteria\n\n- [ ] `systemctl is-active {hostile}` returns \"{hostile}\"\n- [ ] `curl -s localhost:8000/{hostile}` returns \"{hostile}\"\n- [ ] {hostile}\n"
    )
}

/// Runs a script's flat list with stand-ins for the run-time: every call prints its words, nothing else may happen.
fn run_list(script: &str, list: &str) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let start = script.find(&format!("\n{list}() {{")).unwrap();
    let end = start + script[start..].find("\n}\n").unwrap() + 3;
    let body = &script[start..end];
    let mut harness = String::from("set -eu\n");
    let called =
        body.lines().filter_map(|line| line.split_whitespace().find(|word| !matches!(*word, "if" | "fi" | "}" | "--")));
    let functions: std::collections::BTreeSet<&str> = called
        .map(|word| word.trim_end_matches(';'))
        .filter(|word| {
            ["check", "drill", "manual", "step"].contains(word)
                || word.starts_with("ensure_")
                || word.starts_with("await_")
                || word.starts_with("require_")
        })
        .collect();
    assert!(!functions.is_empty());
    for function in functions {
        harness.push_str(&format!("{function}() {{ printf '%s\\n' {function} \"$@\"; }}\n"));
    }
    harness.push_str(body);
    harness.push_str(&format!("\n{list}\n"));
    let path = directory.path().join("harness.sh");
    std::fs::write(&path, harness).unwrap();
    let output = Command::new("bash")
        .arg("-p")
        .arg(&path)
        .current_dir(directory.path())
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (directory, String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn nothing_that_a_specification_says_is_run() {
    for hostile in HOSTILE {
        let compiled = compile(SourceFile::new("DEPLOYMENT-SPEC.md", specification(hostile)), &Options::default());
        for (script, list) in [("deploy.sh", "plan"), ("validate-deployment.sh", "checks")] {
            let Some(artifact) = compiled.artifacts.get(script) else { continue };
            let (directory, said) = run_list(&artifact.content(), list);
            assert!(!directory.path().join("pwned").exists(), "{hostile:?} was run by {script}");
            assert!(!said.is_empty(), "{script}");
        }
    }
}

#[test]
fn unit_files_keep_their_lines() {
    for hostile in HOSTILE {
        let compiled = compile(SourceFile::new("DEPLOYMENT-SPEC.md", specification(hostile)), &Options::default());
        for artifact in compiled
            .artifacts
            .iter()
            .filter(|artifact| artifact.path.as_str().starts_with("rootfs/etc/systemd/system/"))
        {
            let content = artifact.content();
            for line in content.lines().filter(|line| !line.starts_with('#')) {
                let known = line.is_empty()
                    || line.starts_with('#')
                    || line.starts_with('[')
                    || line.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_alphanumeric()));
                assert!(known, "{hostile:?} made a line of its own: {line:?}");
                assert!(!line.ends_with('\\'), "{hostile:?} continues the line: {line:?}");
            }
        }
    }
}
