//! specc compiles a deployment specification into a deployment package.
//!
//! The pipeline, in the order of its modules:
//!
//! 1. [`source`]: texts and places in them.
//! 2. [`syntax`]: Markdown → a flat document with spans.
//! 3. [`spec`]: document → statements with IDs, kinds, sections and annotations.
//!
//! The library does no input or output outside `source` and `emit`; the command line does the rest.

pub mod source;

pub mod diagnostics;

pub mod syntax;

pub mod value;

pub mod spec;
