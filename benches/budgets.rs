//! Budgets: how long specc may take as a whole process, and how much memory it may use.
//!
//! `cargo build --release && cargo run --release -p specc-benches` makes the inputs, runs each command several times as a
//! whole process and prints the median beside the budget. The budgets hold on two cores with nothing else to do; a shared machine is noisier, so
//! a run fails only where a median is past `TOLERANCE` times its budget, or growth is not linear.
//!
//! | command | budget | best peer, measured on such a machine |
//! |---|---|---|
//! | `build` of one agent specification | 10 ms | |
//! | `build` of 10,000 requirements with all artifacts | 400 ms, 150 MiB, linear | rivet's validate alone 420 ms, OpenFastTrace's HTML 2.3 s, StrictDoc 46 s |
//! | `lint` of a 1 MB document with 11,500 requirements | 50 ms | rumdl 65 ms, markdownlint-cli2 4.7 s |

#![allow(clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot run has nothing to report")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// What a noisy machine may add.
const TOLERANCE: f64 = 3.0;
const RUNS: usize = 11;

/// The release binary: built before, beside this program.
fn specc() -> PathBuf {
    let beside = std::env::current_exe().unwrap().with_file_name("specc");
    assert!(beside.exists(), "no {}: run cargo build --release first", beside.display());
    beside
}

struct Budget {
    name: &'static str,
    median: Duration,
    limit: Duration,
}

fn main() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/specs/list/DEPLOYMENT-SPEC.md"), at("agent.md"))
        .unwrap();
    for count in [5_000, 10_000] {
        fs::write(at(&format!("{count}.md")), specification(count)).unwrap();
    }
    let lint = document(11_500);
    fs::write(at("lint.md"), &lint).unwrap();
    println!("lint document: {} bytes", lint.len());

    let build = |name: &str| {
        let out = at(&format!("{name}.out"));
        median(|| {
            let _ = fs::remove_dir_all(&out);
            run(Command::new(specc()).arg("build").arg(at(&format!("{name}.md"))).arg("-o").arg(&out))
        })
    };
    let agent = build("agent");
    let lint = median(|| run(Command::new(specc()).arg("lint").arg(at("lint.md"))));
    let half = build("5000");
    let whole = build("10000");
    // Kibibytes on Linux (getrusage(2)); the largest child is the last one.
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss() / 1024;

    let budgets = [
        Budget { name: "build, agent specification", median: agent, limit: Duration::from_millis(10) },
        Budget { name: "lint, 1 MB", median: lint, limit: Duration::from_millis(50) },
        Budget { name: "build, 10,000 requirements", median: whole, limit: Duration::from_millis(400) },
    ];
    let mut failed = false;
    for Budget { name, median, limit } in budgets {
        let ratio = median.as_secs_f64() / limit.as_secs_f64();
        println!("{name:32} {median:>10.1?}  {ratio:>5.2} of the budget of {limit:?}");
        failed |= ratio > TOLERANCE;
    }
    let growth = whole.as_secs_f64() / half.as_secs_f64();
    println!("{:32} {growth:>10.2}  (5,000 → 10,000 requirements; linear is 2)", "growth");
    println!("{:32} {peak:>7} MiB  of 150 MiB", "peak memory");
    failed |= growth > 2.6 || peak > 150;
    assert!(!failed, "a budget is exceeded");
}

/// Runs a command to its end; findings (exit code 1) are no failure of the run.
fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.code().is_some_and(|code| code < 2), "{command:?}: {status}");
}

fn median(mut work: impl FnMut()) -> Duration {
    work();
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

const HEAD: &str = "# Deployment Specification: Fleet\n\n## Service Definition\n\n- **Service name**: fleet\n- **Application**: fleet.py (FastAPI with uvicorn)\n- **Port**: 8100\n\n";

/// Requirements that compile, as many as asked for: each names something of its own.
fn specification(count: usize) -> String {
    let mut text = String::from(HEAD);
    text.push_str("## Functional Requirements\n\n");
    for number in 1..=count {
        match number % 4 {
            0 => {
                text.push_str(&format!("- FR-{number:05}: The environment variable SETTING_{number}=value-{number}\n"))
            }
            1 => text.push_str(&format!("- FR-{number:05}: The service starts automatically at system boot\n")),
            2 => {
                text.push_str(&format!("- FR-{number:05}: The service restarts on failure with a delay of 5 seconds\n"))
            }
            _ => text.push_str(&format!("- FR-{number:05}: Memory is limited to 512 MB\n")),
        }
    }
    text
}

/// About 87 bytes a requirement, as in reviewed documents: some compile, most are prose.
fn document(count: usize) -> String {
    let mut text = String::from(HEAD);
    for number in 1..=count {
        if number % 100 == 1 {
            text.push_str(&format!("\n## Functional Requirements {number}\n\n"));
        }
        match number % 5 {
            0 => text.push_str(&format!("- FR-{number:05}: The service restarts on failure after a delay of five seconds, and stays up then\n")),
            _ => text.push_str(&format!("- FR-{number:05}: The operator sees the order number {number} in the printed list of that same morning\n")),
        }
    }
    text
}
