//! Budgets: how long specc may take as a whole process, and how much memory it may use.
//!
//! `cargo build --release && cargo run --release -p specc-benches` makes the inputs, runs each command several times as a
//! whole process and prints the median beside the budget and beside the best that others were measured to take.
//!
//! The budgets are meant for two cores with nothing else to do. A machine that is slower, or shared, would fail them for no
//! fault of specc's, so a yardstick (`calibration.rs`) runs right before and after every single run, and the run's time is
//! divided by how much slower than on the reference machine the yardstick just was. The median of these times must keep the
//! budget, with `TOLERANCE` for what the yardstick does not see; one that does not is measured again, for bad luck passes
//! and a slower program stays slower.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot run has nothing to report")]

mod calibration;
mod editor;
mod inputs;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use editor::Editor;
use nix::sys::resource::{UsageWho, getrusage};

/// How far past its budget a median may be.
const TOLERANCE: f64 = 1.2;

/// How much longer twice the requirements may take; linear is 2.
const GROWTH: f64 = 2.4;

/// Mebibytes.
const PEAK: i64 = 150;

const RUNS: usize = 15;

/// How often a budget is tried.
const ATTEMPTS: usize = 3;

struct Budget {
    name: &'static str,
    limit: Duration,
    /// The best that others take for such work, measured on such a machine.
    peers: &'static str,
}

const AGENT: Budget = Budget { name: "build, agent specification", limit: Duration::from_millis(10), peers: "" };

const LARGE: Budget = Budget {
    name: "build, 10,000 requirements",
    limit: Duration::from_millis(400),
    peers: "rivet (validates only) 420 ms, OpenFastTrace (HTML) 2.3 s, StrictDoc 46 s",
};

const LINT: Budget = Budget {
    name: "lint, 1 MB, 11,500 requirements",
    limit: Duration::from_millis(50),
    peers: "rumdl 65 ms, markdownlint-cli2 4.7 s",
};

/// From the change to the findings, over the pipe and back.
const fn keystroke(name: &'static str) -> Budget {
    Budget { name, limit: Duration::from_millis(50), peers: "" }
}

const KEYSTROKE_COMPILED: Budget = keystroke("lsp, keystroke, 500 that compile");

const KEYSTROKE_PROSE: Budget = keystroke("lsp, keystroke, 500 in prose");

/// What was measured of one command.
struct Measured {
    /// As the clock has it.
    wall: Duration,
    /// As it would be on the quiet reference machine.
    calibrated: Duration,
}

/// The argument that makes of this program the one that measures.
const MEASURED: &str = "measured";

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some(calibration::YARDSTICK) => calibration::yardstick(),
        Some(MEASURED) => measured(),
        // In a process of its own: this one may have been cargo, whose compilers would count among its children.
        _ => {
            let status = Command::new(std::env::current_exe().unwrap()).arg(MEASURED).status().unwrap();
            assert!(status.success(), "a budget is exceeded");
        }
    }
}

fn measured() {
    // What was built before this is on its way to the disk; that should not be measured.
    assert!(Command::new("sync").status().unwrap().success());
    let directory = memory();
    let at = |name: &str| directory.path().join(name);
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/specs/list/DEPLOYMENT-SPEC.md"), at("agent.md"))
        .unwrap();
    for count in [5_000, 10_000] {
        fs::write(at(&format!("{count}.md")), inputs::specification(count)).unwrap();
    }
    fs::write(at("lint.md"), inputs::document(11_500)).unwrap();

    let build = |name: &str| {
        let (specification, out) = (at(&format!("{name}.md")), at(&format!("{name}.out")));
        measure(
            || drop(fs::remove_dir_all(&out)),
            || run(Command::new(specc()).arg("build").arg(&specification).arg("-o").arg(&out)),
        )
    };
    let lint = || measure(|| {}, || run(Command::new(specc()).arg("lint").arg(at("lint.md"))));

    println!("{:32} {:>9} {:>11} {:>7}  best peers", "", "median", "calibrated", "budget");
    let mut kept = tried(|| report(&AGENT, &build("agent")));
    kept &= tried(|| report(&LINT, &lint()));
    kept &= tried(|| {
        let (half, whole) = (build("5000"), build("10000"));
        let growth = whole.calibrated.as_secs_f64() / half.calibrated.as_secs_f64();
        let fast = report(&LARGE, &whole);
        println!("{:32} {growth:>9.2} (5,000 → 10,000 requirements; linear is 2)", "growth");
        fast && growth <= GROWTH
    });
    for (budget, text) in [(KEYSTROKE_COMPILED, inputs::specification(500)), (KEYSTROKE_PROSE, inputs::document(500))] {
        let mut editor = Editor::open(&specc(), &text);
        kept &= tried(|| report(&budget, &measure(|| {}, || editor.keystroke())));
    }
    // Kibibytes on Linux (getrusage(2)), of the largest child.
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss() / 1024;
    println!("{:32} {peak:>5} MiB of {PEAK} MiB", "peak memory");
    assert!(kept && peak <= PEAK, "a budget is exceeded");
}

/// A directory in memory where the machine has one (tmpfs(5)): the disk, and who else is writing to it, are not specc's.
fn memory() -> tempfile::TempDir {
    let shared = Path::new("/dev/shm");
    if shared.is_dir() { tempfile::tempdir_in(shared) } else { tempfile::tempdir() }.unwrap()
}

/// Whether one of a few attempts succeeds.
fn tried(mut attempt: impl FnMut() -> bool) -> bool {
    (0..ATTEMPTS).any(|_| attempt())
}

/// Prints a line of the table; whether the budget is kept.
fn report(budget: &Budget, measured: &Measured) -> bool {
    let Measured { wall, calibrated } = measured;
    println!("{:32} {wall:>9.1?} {calibrated:>11.1?} {:>7?}  {}", budget.name, budget.limit, budget.peers);
    calibrated.as_secs_f64() <= budget.limit.as_secs_f64() * TOLERANCE
}

/// The release binary: built before, beside this program.
fn specc() -> PathBuf {
    let beside = std::env::current_exe().unwrap().with_file_name("specc");
    assert!(beside.exists(), "no {}: run cargo build --release first", beside.display());
    beside
}

/// Runs a command to its end; findings (exit code 1) are no failure of the run.
fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.code().is_some_and(|code| code < 2), "{command:?}: {status}");
}

/// Medians over some runs; `prepare` is not measured.
fn measure(prepare: impl Fn(), mut work: impl FnMut()) -> Measured {
    prepare();
    work();
    let timed = |_| {
        prepare();
        let before = calibration::slowness();
        let start = Instant::now();
        work();
        let wall = start.elapsed();
        let slowness = f64::midpoint(before, calibration::slowness());
        // A faster machine does not make a budget smaller.
        (wall, wall.div_f64(slowness.max(1.0)))
    };
    let (mut walls, mut calibrated): (Vec<Duration>, Vec<Duration>) = (0..RUNS).map(timed).unzip();
    Measured { wall: median(&mut walls), calibrated: median(&mut calibrated) }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
