//! How fast this machine is at this moment, against the machine that the budgets are written for.
//!
//! In: nothing. Out: a factor; 1 on the quiet reference machine, 2 on one that is half as fast or shared with somebody. The
//! yardstick is a fixed piece of work of the same kind as specc's: a process that starts, reads text word by word, first on
//! one core, then as much on each of two, and allocates. It never changes, or all budgets change with it.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::inputs;

/// What the yardstick takes on two quiet cores of the machine on which the budgets were set.
const REFERENCE: Duration = Duration::from_millis(32);

/// The argument that makes of this program the yardstick.
pub const YARDSTICK: &str = "yardstick";

/// How much slower than the reference this machine is right now.
pub fn slowness() -> f64 {
    let start = Instant::now();
    let status = Command::new(std::env::current_exe().unwrap()).arg(YARDSTICK).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "the yardstick ended with {status}");
    start.elapsed().as_secs_f64() / REFERENCE.as_secs_f64()
}

/// The work itself: counts the words of a text, once alone and then on two threads.
pub fn yardstick() {
    println!("{}", count_words());
    let workers: Vec<_> = (0..2).map(|_| thread::spawn(count_words)).collect();
    for worker in workers {
        println!("{}", worker.join().unwrap());
    }
}

fn count_words() -> usize {
    let text = inputs::document(5_000);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in text.split(|character: char| !character.is_alphanumeric()) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    counts.values().max().copied().unwrap_or_default()
}
