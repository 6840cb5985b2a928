//! Every artifact of every fixture: linted by the tools of its language, then compared with its snapshot.
//!
//! A tool that is missing is a visible skip, and a failure where `SPECC_REQUIRE_TOOLS` is set (CI).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use specc::compile::{Compiled, Options, compile};
use specc::source::SourceFile;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn cases() -> Vec<(String, Compiled)> {
    let mut cases: Vec<PathBuf> =
        fs::read_dir(root().join("fixtures/specs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
        .into_iter()
        .map(|case| {
            let text = fs::read_to_string(case.join("DEPLOYMENT-SPEC.md")).unwrap();
            let compiled = compile(SourceFile::new("DEPLOYMENT-SPEC.md", text), &Options::default());
            (case.file_name().unwrap().to_string_lossy().into_owned(), compiled)
        })
        .collect()
}

/// Writes a case's artifacts below a scratch directory, with their modes.
fn write(case: &str, compiled: &Compiled) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::Builder::new().prefix(&format!("specc-{case}-")).tempdir().unwrap();
    for artifact in compiled.artifacts.iter() {
        let path = directory.path().join(&artifact.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, artifact.content()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(artifact.mode)).unwrap();
    }
    directory
}

/// Runs a tool; `None` when it is not installed and need not be.
fn tool(name: &str, arguments: &[&str], files: &[PathBuf]) -> Option<Output> {
    match Command::new(name).args(arguments).args(files).output() {
        Ok(output) => Some(output),
        Err(error) => {
            assert!(std::env::var_os("SPECC_REQUIRE_TOOLS").is_none(), "{name} is required: {error}");
            eprintln!("SKIPPED: {name} is not installed");
            None
        }
    }
}

fn paths(compiled: &Compiled, directory: &Path, accepts: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    compiled
        .artifacts
        .iter()
        .filter(|artifact| accepts(artifact.path.as_str()))
        .map(|artifact| directory.join(&artifact.path))
        .collect()
}

fn is_script(compiled: &Compiled, path: &str) -> bool {
    compiled.artifacts.get(path).is_some_and(|artifact| artifact.content().starts_with("#!/bin/bash"))
}

#[test]
fn every_fixture_compiles_without_errors() {
    let cases = cases();
    assert!(cases.len() >= 6);
    for (case, compiled) in cases {
        assert!(!compiled.has_errors(), "{case}: {:#?}", compiled.diagnostics);
        assert!(compiled.plan.is_some(), "{case} has no plan");
    }
}

/// What ShellCheck looks for beyond its defaults (`shellcheck --list-optional`). Left out, each for a reason:
/// - `add-default-case`: a `case` that names some values lets all others pass, which is what it is for;
/// - `avoid-nullary-conditions`: inside `[[ ]]` a word alone means "not empty", and cannot be anything else;
/// - `check-extra-masked-returns`: where a command substitution stands in a word, its output is judged, not its status;
/// - `check-set-e-suppressed`: functions that are asked a question in a condition handle their failures themselves;
/// - `quote-safe-variables`, `require-variable-braces`: a matter of taste.
const OPTIONAL_CHECKS: &str = "check-unassigned-uppercase,deprecate-which,require-double-brackets";

#[test]
fn scripts_pass_shellcheck_shfmt_and_bash() {
    for (case, compiled) in cases() {
        let directory = write(&case, &compiled);
        let scripts = paths(&compiled, directory.path(), |path| is_script(&compiled, path));
        assert!(scripts.len() >= 2, "{case}");
        for (name, arguments) in [
            ("bash", vec!["-n"]),
            ("shfmt", vec!["-i", "2", "-ci", "-d"]),
            ("shellcheck", vec!["--norc", "--severity=style", "--enable", OPTIONAL_CHECKS]),
        ] {
            // `bash -n` reads one file a run.
            let groups: Vec<&[PathBuf]> = if name == "bash" { scripts.chunks(1).collect() } else { vec![&scripts] };
            for group in groups {
                if let Some(output) = tool(name, &arguments, group) {
                    let said =
                        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
                    assert!(output.status.success() && said.is_empty(), "{case}: {name}:\n{said}");
                }
            }
        }
    }
}

/// `systemd-analyze verify` exits 0 on unknown keys, so its output is what counts. The programs of a fixture do not
/// exist on the machine that runs the test; nothing else may be said.
#[test]
fn units_pass_systemd_analyze() {
    for (case, compiled) in cases() {
        let directory = write(&case, &compiled);
        let units = paths(&compiled, directory.path(), |path| {
            path.contains("systemd/system/") && (path.ends_with(".service") || path.ends_with(".timer"))
        });
        assert!(!units.is_empty(), "{case} has no unit");
        if let Some(output) = tool("systemd-analyze", &["verify", "--recursive-errors=no", "--man=no"], &units) {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let complaints: Vec<&str> =
                said.lines().filter(|line| !line.contains("is not executable: No such file or directory")).collect();
            assert!(complaints.is_empty(), "{case}: {complaints:#?}");
        }
    }
}

/// `OnActiveSec=` elapses again at each `daemon-reload` (systemd #16186): a deployment that enables some units reaches the start
/// limit of what such a timer starts, five times in ten seconds, and leaves it failed.
#[test]
fn no_start_limit_counts_what_a_timer_starts_again_at_each_reload() {
    let mut seen = 0;
    for (case, compiled) in cases() {
        for timer in compiled.artifacts.iter().filter(|artifact| artifact.path.as_str().ends_with(".timer")) {
            if !timer.content().contains("\nOnActiveSec=") {
                continue;
            }
            let service = timer.path.as_str().replace(".timer", ".service");
            let service = compiled.artifacts.get(&service).unwrap();
            let limited = !service.content().contains("\nStartLimitIntervalSec=0\n");
            assert!(!limited, "{case}: {} may be started five times in ten seconds only", service.path);
            seen += 1;
        }
    }
    assert!(seen >= 2);
}

/// A site as a configuration of its own: with a certificate of the test's, and on ports that need no rights.
fn alone(site: &str, place: &Path) -> String {
    let place = place.display();
    let line = |line: &str| match line.trim_start().split(' ').next() {
        Some("ssl_certificate") => format!("ssl_certificate {place}/certificate;"),
        Some("ssl_certificate_key") => format!("ssl_certificate_key {place}/key;"),
        Some("listen") => line.replace("443 ", "20443 ").replace(" 80", " 20080").replace(":80", ":20080"),
        _ => line.to_owned(),
    };
    let site: Vec<String> = site.lines().map(line).collect();
    format!("pid {place}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{}\n}}\n", site.join("\n"))
}

#[test]
fn sites_pass_nginx() {
    let nginx = if Path::new("/usr/sbin/nginx").exists() { "/usr/sbin/nginx" } else { "nginx" };
    for (case, compiled) in cases() {
        let directory = write(&case, &compiled);
        for site in paths(&compiled, directory.path(), |path| path.starts_with("rootfs/etc/nginx/")) {
            let main = directory.path().join("nginx.conf");
            fs::write(&main, alone(&fs::read_to_string(&site).unwrap(), directory.path())).unwrap();
            let (key, certificate) = (directory.path().join("key"), directory.path().join("certificate"));
            let request =
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=test -days 1 -keyout";
            let request: Vec<&str> = request.split(' ').collect();
            if tool("openssl", &request, &[key, "-out".into(), certificate]).is_none() {
                continue;
            }
            let prefix = directory.path().to_str().unwrap();
            if let Some(output) = tool(nginx, &["-t", "-e", "stderr", "-p", prefix, "-c"], &[main]) {
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success() && !said.contains("[warn]"), "{case}: {said}");
            }
        }
    }
}

#[test]
fn where_a_site_passes_requests_on_is_checked_at_each_of_its_places() {
    let mut sites = 0;
    for (case, compiled) in cases() {
        let is_site = |path: &str| path.starts_with("rootfs/etc/nginx/conf.d/");
        let Some(site) = compiled.artifacts.iter().find(|artifact| is_site(artifact.path.as_str())) else { continue };
        let text = site.content();
        let passes: Vec<&str> =
            text.lines().filter_map(|line| line.trim().strip_prefix("proxy_pass ")?.split(';').next()).collect();
        let probes = &compiled.plan.as_ref().unwrap().probes;
        let check = probes.iter().find(|probe| probe.id.0 == "reverse-proxy.upstream");
        let expected = check.unwrap_or_else(|| panic!("{case}: it is not checked")).expectation.words();
        assert_eq!(expected, ["equals".to_owned(), passes.join(" ")], "{case}");
        sites += passes.len();
    }
    assert!(sites > 1, "one of them has a place of its own for a WebSocket");
}

/// Its link was there, and led nowhere.
#[test]
fn the_interpreter_of_a_virtual_environment_is_looked_for_at_the_end_of_its_link() {
    let mut environments = 0;
    for (case, compiled) in cases() {
        let plan = compiled.plan.as_ref().unwrap();
        let Some(check) = plan.probes.iter().find(|probe| probe.id.0 == "app-dependencies.environment") else {
            continue;
        };
        let call = check.observer.call();
        assert_eq!((call.function, &call.arguments[0]), ("observe_command", &plan.user.to_string()), "{case}");
        assert_eq!(call.arguments[3..5], ["test", "-x"], "{case}");
        assert_eq!(check.expectation.words(), ["exit-code", "0"], "{case}");
        environments += 1;
    }
    assert!(environments > 0);
}

#[test]
fn artifacts_are_as_their_snapshots() {
    for (case, compiled) in cases() {
        for artifact in compiled.artifacts.iter() {
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(root().join("snapshots/specs").join(&case));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            let content = artifact.content();
            // insta ignores trailing line breaks and carriage returns: these are asserted apart.
            assert!(!content.contains('\r'), "{case}: {}", artifact.path);
            assert!(
                content.ends_with('\n') && !content.ends_with("\n\n"),
                "{case}: {} does not end in one line break",
                artifact.path
            );
            let name = artifact.path.as_str().replace('/', "__");
            settings.set_info(&format!("mode {:04o}", artifact.mode));
            settings.bind(|| insta::assert_snapshot!(name, content));
        }
    }
}

#[test]
fn the_same_specification_gives_the_same_bytes() {
    for ((case, first), (_, second)) in cases().into_iter().zip(cases()) {
        assert_eq!(first.artifacts, second.artifacts, "{case}");
    }
}
