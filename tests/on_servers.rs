//! What a package holds for a server. Each test is named after what went wrong, or would have gone wrong, on one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use specc::compile::{Options, compile};
use specc::source::SourceFile;

/// The text of an artifact of a service's package, with these lines in its specification.
fn artifact(lines: &[&str], path: &str) -> String {
    let text = format!("# Kiosk\n\n## Service\n\n- **Service name**: kiosk\n- {}\n", lines.join("\n- "));
    let compiled = compile(SourceFile::new("DEPLOYMENT-SPEC.md", text), &Options::default());
    assert!(!compiled.has_errors(), "{:#?}", compiled.diagnostics);
    compiled.artifacts.get(path).unwrap().content()
}

const PROXIED: [&str; 4] = [
    "**Port**: 8000 on 127.0.0.1",
    "**Health check**: GET /health returns 200",
    "nginx forwards HTTP requests for kiosk.test to localhost:8000",
    "nginx supports WebSocket connections at /live",
];

#[test]
fn an_upgrade_to_a_websocket_was_answered_404_by_a_uvicorn_without_a_library_for_it() {
    let plan = |lines: &[&str]| {
        artifact(&[&["**Application**: kiosk.py (FastAPI with uvicorn)"][..], lines].concat(), "deploy.sh")
    };
    assert!(plan(&PROXIED).contains("/venv fastapi uvicorn websockets\n"));
    assert!(plan(&PROXIED[..3]).contains("/venv fastapi uvicorn\n"));
    let listed = [&PROXIED[..], &["Python packages: uvicorn, wsproto"][..]].concat();
    assert!(!plan(&listed).contains("websockets"));
}
