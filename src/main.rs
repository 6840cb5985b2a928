//! Arguments → library → exit code: the only place that exits.

fn main() {}
