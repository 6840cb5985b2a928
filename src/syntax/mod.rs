//! Markdown with places: a flat list of blocks in source order.
//!
//! In: the text of a specification. Out: a [`Document`]: headings, list items, table rows, paragraphs and comments, each
//! with its span and a *masked* text. Parsing cannot fail. Nothing here knows requirements: what a block means is the
//! business of `spec`.

mod document;
mod front_matter;

pub use document::{Block, BlockKind, Document, Text, parse};
pub use front_matter::front_matter;
