//! Which functions of the library no test here calls, and why: the list may only become shorter.

use std::time::{Duration, Instant};

use crate::library::{CALLED, FUNCTIONS};

/// File of the function, the function, why it is not called here.
const ELSEWHERE: &[(&str, &str, &str)] = &[];

/// Runs last, because tests run in the order of their names; those that still run are waited for.
#[test]
fn every_function_is_called_or_accounted_for() {
    let is_part = std::env::args().skip(1).any(|argument| !argument.starts_with('-') || argument == "--skip");
    if is_part || std::env::var_os("NEXTEST").is_some() {
        eprintln!("skipped: only a run of all tests calls all functions");
        return;
    }
    let listed = |file: &str, name: &str| ELSEWHERE.iter().any(|entry| (entry.0, entry.1) == (file, name));
    let mut open = usize::MAX;
    let mut since = Instant::now();
    loop {
        let called = CALLED.lock().unwrap().clone();
        let left: Vec<_> =
            FUNCTIONS.iter().filter(|one| !called.contains(&one.name) && !listed(&one.file, &one.name)).collect();
        if left.is_empty() {
            break;
        }
        if left.len() != open {
            (open, since) = (left.len(), Instant::now());
        }
        if since.elapsed() > Duration::from_secs(60) {
            let names: Vec<String> =
                left.iter().map(|one| format!("{}/{}: {}", one.directory, one.file, one.name)).collect();
            panic!("no test calls these {} functions of {}:\n{}", names.len(), FUNCTIONS.len(), names.join("\n"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    for (file, name, reason) in ELSEWHERE {
        assert!(
            FUNCTIONS.iter().any(|one| (&*one.file, &*one.name) == (*file, *name)),
            "{file} has no {name}: {reason}"
        );
    }
}
