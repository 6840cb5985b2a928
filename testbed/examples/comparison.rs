//! What a hundred checks of files cost beside pytest-testinfra.
//!
//!     pip install pytest-testinfra==10.2.2                    # into an environment that PATH leads to
//!     cargo build --bin specc && cargo run -p specc-testbed --example comparison      # as root
//!
//! In: a specification of fifty files with owner and mode, and the same as tests for testinfra. Both run on this host,
//! without a machine of the testbed, and must pass. They take turns, so that a busy moment of the host hits both. Out:
//! medians and the ratio.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// How often each tool runs; the first time is not counted.
const RUNS: usize = 9;

/// One of the tools: its name, how it is run, and what its output says when all is well.
struct Tool {
    name: &'static str,
    command: Command,
    passed: &'static str,
}

fn main() -> Result<()> {
    let place = tempfile::tempdir()?;
    let files = place.path().join("files");
    fs::create_dir(&files)?;
    let mut specification = "# DEPLOYMENT-SPEC.md — Files\n\n## Service Definition\n- **Service name**: filer\n\
         - **Application**: `/usr/bin/sleep infinity`\n\n## Security Requirements\n"
        .to_owned();
    for number in 0..50 {
        let file = files.join(format!("file-{number:02}.conf"));
        fs::write(&file, "")?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640))?;
        specification.push_str(&format!("- [ ] Permissions of {}: 0640, owned by root:root\n", file.display()));
    }
    fs::write(place.path().join("DEPLOYMENT-SPEC.md"), specification)?;
    let out = place.path().join("out");
    let specc = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug/specc");
    let built = Command::new(std::env::var_os("SPECC").map_or(specc, PathBuf::from))
        .arg("build")
        .arg(place.path().join("DEPLOYMENT-SPEC.md"))
        .arg("-o")
        .arg(&out)
        .output()?;
    ensure!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));

    let mut ours = Command::new(out.join("validate-deployment.sh"));
    for number in 0..50 {
        for field in ["owner", "mode"] {
            let path = files.join(format!("file-{number:02}.conf")).display().to_string().replace('/', "-");
            ours.arg("--check").arg(format!("file-permissions.{field}{path}"));
        }
    }
    let mut testinfra = Command::new("pytest");
    testinfra.args(["-q", "-p", "no:cacheprovider"]).arg(directory().join("test_files.py")).env("FILES", &files);
    report(
        "a hundred file checks",
        vec![
            Tool { name: "validate-deployment.sh", command: ours, passed: "100 passed, 0 failed" },
            Tool { name: "testinfra", command: testinfra, passed: "100 passed" },
        ],
    )
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("comparison")
}

fn report(what: &str, mut tools: Vec<Tool>) -> Result<()> {
    let mut times = vec![Vec::with_capacity(RUNS); tools.len()];
    for round in 0..=RUNS {
        for (tool, times) in tools.iter_mut().zip(&mut times) {
            let time = tool.run()?;
            if round > 0 {
                times.push(time);
            }
        }
    }
    let medians: Vec<f64> = times.iter_mut().map(|times| median(times).as_secs_f64()).collect();
    println!("{what}, medians of {RUNS} runs:");
    for (tool, median) in tools.iter().zip(&medians) {
        println!("  {:24} {median:>8.2} s  {:>5.1} times {}", tool.name, median / medians[0], tools[0].name);
    }
    Ok(())
}

impl Tool {
    fn run(&mut self) -> Result<Duration> {
        let start = Instant::now();
        let output = self.command.output().with_context(|| format!("cannot run {}", self.name))?;
        let time = start.elapsed();
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success() && text.contains(self.passed), "{} does not pass:\n{text}", self.name);
        Ok(time)
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
