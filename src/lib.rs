//! specc compiles a deployment specification into a deployment package.
//!
//! The pipeline, in the order of its modules:
//!
//! 1. [`source`]: texts and places in them; [`diagnostics`]: what there is to say about them.
//! 2. [`syntax`]: Markdown → a flat document with spans.
//! 3. [`value`], [`target`]: what a size, a port or a platform is.
//! 4. [`spec`]: document → statements with IDs, kinds, sections and annotations.
//! 5. [`plan`]: what a package will hold, as data.
//! 6. [`capabilities`]: statements → typed readings → contributions to the plan.
//! 7. [`lower`]: spec and bindings → the plan.
//! 8. [`lint`], [`registry`]: rules over the whole, and the list of all there are; [`rewrite`]: changes to
//!    a specification's text that keep its meaning.
//! 9. [`render`]: plan → artifacts.
//! 10. [`compile`]: all of it, in one call.
//! 11. [`trace`]: what became of every statement; [`report`]: the matrix in Markdown, CSV, JSON and HTML.
//! 12. [`package`]: everything together, sealed; [`emit`]: onto the disk. [`docgen`], [`lsp`], [`cli`]: around it.
//!
//! [`parallel`] and [`suggestion`] serve all of them. A module imports only modules above it. The library does no input or output outside `source` and `emit`; the command
//! line does the rest.

pub mod source;

pub mod diagnostics;

pub mod suggestion;

pub mod parallel;

pub mod syntax;

pub mod value;

pub mod target;

pub mod spec;

pub mod plan;

pub mod capabilities;

pub mod lower;

pub mod lint;

pub mod registry;

pub mod rewrite;

pub mod render;

pub mod compile;

pub mod trace;

pub mod report;

pub mod package;

pub mod emit;

pub mod docgen;

pub mod lsp;

pub mod cli;
