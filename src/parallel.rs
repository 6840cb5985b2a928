//! Work on many things, on all cores where there are enough of them.
//!
//! In: things, and what is to be done with each. Out: the results, in the order of the things. Starting threads takes
//! about half a millisecond: a specification of ordinary size is compiled on one core before they stand ready.

use rayon::prelude::*;

/// From how many statements on the threads pay for themselves.
const ENOUGH: usize = 256;

/// Whether this many statements are worth the threads.
#[must_use]
pub fn is_worth_it(statements: usize) -> bool {
    statements >= ENOUGH
}

/// What `work` makes of each of the items, which are statements or as much work.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    map_if(is_worth_it(items.len()), items, work)
}

/// What `work` makes of each of the items; on all cores only where the caller knows that they are enough work.
pub fn map_if<T: Sync, R: Send>(enough: bool, items: &[T], work: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    if enough { items.par_iter().map(work).collect() } else { items.iter().map(work).collect() }
}
