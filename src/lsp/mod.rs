//! The language server: what specc knows about a specification, in the editor, as it is typed.
//!
//! In: messages of the Language Server Protocol on a byte stream. Out: findings, and answers about open documents, on
//! another. Nothing is read from or written to disk here, and nothing decided: findings, fixes, readings and IDs are those
//! of `lint`, `fmt` and `show`.

mod actions;
mod completion;
mod diagnostics;
mod documents;
mod hover;
mod navigation;
mod positions;
mod server;
mod symbols;
mod transport;

pub use server::{Ending, serve};
