//! Work on many things, on all cores where there are enough of them.
//!
//! In: things, and what is to be done with each. Out: the results, in the order of the things. Starting threads takes
//! about half a millisecond: a specification of ordinary size is compiled on one core before they stand ready.

use rayon::prelude::*;

/// From how many statements on the threads pay for themselves.
const ENOUGH: usize = 256;

/// What `work` makes of each of the items.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    if items.len() < ENOUGH { items.iter().map(work).collect() } else { items.par_iter().map(work).collect() }
}
