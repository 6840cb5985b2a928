//! Markdown with places: a flat list of blocks in source order.
//!
//! In: the text of a specification. Out: a [`Document`]: headings, list items, table rows, paragraphs and comments, each
//! with its span and a *masked* text. Parsing cannot fail. Nothing here knows requirements: what a block means is the
//! business of `spec`.

mod checkbox;
mod document;
mod front_matter;
mod html;
mod inline;
mod parse;
#[cfg(test)]
mod tests;
mod text;

pub use document::{Block, BlockKind, Document};
pub use front_matter::front_matter;
pub use parse::parse;
pub use text::Text;
