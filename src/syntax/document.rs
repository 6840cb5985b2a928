//! The document model: a flat list of blocks.

use super::Text;
use crate::source::Span;

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading of level 1 to 6.
    Heading {
        /// 1 to 6.
        level: u8,
    },
    /// An item of a list; nested items are blocks of their own with a greater depth.
    Item {
        /// 0 for a top-level list.
        depth: usize,
        /// The box: `Some(true)` when ticked. Covers `[ ]`, `[x]`, `-[ ]`, `[]`, `☐`, `☑`, `✅` in leading position.
        checkbox: Option<bool>,
        /// Whether the list is numbered.
        ordered: bool,
    },
    /// A row of a table's body.
    TableRow {
        /// Index of the table in the document; rows of one table share it.
        table: usize,
        /// A box in one of the cells.
        checkbox: Option<bool>,
    },
    /// The head row of a table.
    TableHead {
        /// Index of the table in the document.
        table: usize,
    },
    /// A paragraph outside lists; in a list item, its later paragraphs.
    Paragraph,
    /// Fenced or indented code.
    Code,
    /// A paragraph in a block quote.
    Quote,
    /// An HTML comment; the masked text is its content.
    Comment,
}

/// One block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its content in the source: without the list marker and box, without nested items.
    pub span: Span,
    /// Its text.
    pub text: Text,
    /// The block that holds it: the parent item of a nested item. `None` at the top.
    pub parent: Option<usize>,
}

/// A parsed document.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The content between `---` lines at byte 0, without the lines.
    pub front_matter: Option<Span>,
    /// All blocks in source order.
    pub blocks: Vec<Block>,
}
