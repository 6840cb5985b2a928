//! Markdown events → blocks.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::front_matter::without_byte_order_mark;
use super::{Block, BlockKind, Document, Text, checkbox, front_matter};
use crate::source::{SourceId, Span};

/// Parses Markdown. Never fails: what is no known structure is text.
#[must_use]
pub fn parse(source: SourceId, text: &str) -> Document {
    let (matter, start) = match front_matter(text) {
        Some((matter, start)) => (Some(Span::new(source, matter)), start),
        None => (None, text.len() - without_byte_order_mark(text).len()),
    };
    let mut builder = Builder::new(source, text);
    for (event, range) in Parser::new_ext(&text[start..], Options::ENABLE_TABLES).into_offset_iter() {
        builder.event(event, range.start + start..range.end + start);
    }
    builder.flush();
    Document { front_matter: matter, blocks: builder.blocks }
}

/// A list item that is open.
struct OpenItem {
    /// Its block, once it has one.
    block: Option<usize>,
    /// The block of the item that it is nested in.
    parent: Option<usize>,
    start: usize,
    /// The column that what is nested in it is indented to.
    column: usize,
}

/// Running text that is not finished yet.
pub(super) struct Run {
    pub(super) kind: BlockKind,
    pub(super) text: Text,
    owner: Owner,
}

/// Where running text belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// It is the text of the innermost open item.
    Item,
    /// It is an item that Markdown does not see, at this column.
    Unlisted(usize),
    /// It stands in the innermost open item, or in none.
    Block,
}

/// What the parser has seen so far. All nesting is kept in vectors: hostile input nests deeper than any stack.
pub(super) struct Builder<'text> {
    source: SourceId,
    pub(super) text: &'text str,
    blocks: Vec<Block>,
    /// For each open list whether it is numbered.
    lists: Vec<bool>,
    items: Vec<OpenItem>,
    /// Open items that only we see, nested by their indentation like those of a list.
    unlisted: Vec<OpenItem>,
    quotes: usize,
    heading: Option<u8>,
    tables: usize,
    pub(super) run: Option<Run>,
    /// Comments inside the running text: they follow its block.
    pub(super) comments: Vec<Range<usize>>,
    /// Start of the HTML block that is open.
    pub(super) html: Option<usize>,
    /// Content of the code block that is open.
    pub(super) code: Option<Text>,
}

impl<'text> Builder<'text> {
    fn new(source: SourceId, text: &'text str) -> Self {
        Self {
            source,
            text,
            // About what a list of requirements has.
            blocks: Vec::with_capacity(text.len() / 80),
            lists: Vec::new(),
            items: Vec::new(),
            unlisted: Vec::new(),
            quotes: 0,
            heading: None,
            tables: 0,
            run: None,
            comments: Vec::new(),
            html: None,
            code: None,
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, &range),
            Event::End(tag) => self.end(tag, &range),
            Event::Text(words) => self.words(&words, range),
            Event::Code(_) => self.inline_code(range),
            Event::InlineHtml(_) => self.inline_html(range),
            Event::SoftBreak | Event::HardBreak => self.line_break(range.end),
            // HTML blocks are read as a whole at their end; the rest is switched off in the parser or carries no text.
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::Image { .. } => {
                self.open(range.start);
            }
            Tag::TableCell => self.cell(range),
            Tag::TableHead | Tag::TableRow => {
                self.close(range.start);
                let table = self.tables;
                let kind = match tag {
                    Tag::TableHead => BlockKind::TableHead { table },
                    _ => BlockKind::TableRow { table, checkbox: None },
                };
                let kind = if self.quotes > 0 { BlockKind::Quote } else { kind };
                self.run = Some(Run { kind, text: Text::at(range.start), owner: Owner::Block });
            }
            Tag::Paragraph => self.close(range.start),
            Tag::Item => {
                self.close(range.start);
                let column = self.column(range.start) + marker(&self.text[range.start..]);
                let parent = self.innermost();
                self.items.push(OpenItem { block: None, parent, start: range.start, column });
            }
            _ => {
                self.close(range.start);
                self.ensure_item();
                match tag {
                    Tag::Heading { level, .. } => self.heading = Some(*level as u8),
                    Tag::List(first) => self.lists.push(first.is_some()),
                    Tag::BlockQuote(_) => self.quotes += 1,
                    Tag::HtmlBlock => self.html = Some(range.start),
                    Tag::CodeBlock(_) => self.code = Some(Text::at(range.start)),
                    _ => {}
                }
            }
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Strong => self.strong(range),
            TagEnd::Emphasis | TagEnd::Link | TagEnd::Image => self.pad_to(range.end),
            TagEnd::TableCell => {}
            TagEnd::Item => {
                self.flush();
                self.ensure_item();
                self.items.pop();
            }
            _ => {
                self.flush();
                match tag {
                    TagEnd::Heading(_) => self.heading = None,
                    TagEnd::List(_) => drop(self.lists.pop()),
                    TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
                    TagEnd::Table => self.tables += 1,
                    TagEnd::HtmlBlock => {
                        if let Some(start) = self.html.take() {
                            self.html_block(start..range.end.max(start));
                        }
                    }
                    TagEnd::CodeBlock => {
                        if let Some(text) = self.code.take() {
                            self.push(BlockKind::Code, text);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// A line inside a paragraph may begin an item that the parser took for text.
    pub(super) fn line_break(&mut self, next: usize) {
        if self.heading.is_some() || self.quotes > 0 {
            return;
        }
        let next = next + self.text[next..].len() - self.text[next..].trim_start_matches(['\r', '\n']).len();
        let line = &self.text[next..];
        let boxed = checkbox::at_line_start(line).map(|found| (found.indent, found.length, Some(found.ticked)));
        // Under an item that the parser does not see it sees no nested list either.
        let unlisted = self.run.as_ref().is_some_and(|run| matches!(run.owner, Owner::Unlisted(_)));
        let listed =
            || unlisted.then(|| checkbox::list_marker(line)).flatten().map(|(indent, length)| (indent, length, None));
        if let Some((indent, length, checkbox)) = boxed.or_else(listed) {
            self.flush();
            self.run = Some(self.item(next + indent, next + length, checkbox));
        }
    }

    /// The running text, opened at `place` where there is none.
    pub(super) fn open(&mut self, place: usize) -> Option<&mut Run> {
        if self.html.is_some() || self.code.is_some() {
            return None;
        }
        if self.run.is_none() {
            let found = checkbox::at_line_start(&self.text[place..]);
            let is_item = self.items.last().is_some_and(|item| item.block.is_none());
            self.run = Some(if self.quotes > 0 {
                Run { kind: BlockKind::Quote, text: Text::at(place), owner: Owner::Block }
            } else if let Some(level) = self.heading {
                Run { kind: BlockKind::Heading { level }, text: Text::at(place), owner: Owner::Block }
            } else if let Some(found) = found {
                self.item(place, place + found.length, Some(found.ticked))
            } else if is_item {
                self.item(place, place, None)
            } else {
                Run { kind: BlockKind::Paragraph, text: Text::at(place), owner: Owner::Block }
            });
        }
        self.run.as_mut()
    }

    /// An item: that of the list, or a line with a box at `start`, which is an item of its own. Its content begins at
    /// `place`.
    fn item(&self, start: usize, place: usize, checkbox: Option<bool>) -> Run {
        let text = Text::at(place);
        if self.items.last().is_some_and(|item| item.block.is_none()) {
            let depth = self.items.len() - 1;
            let ordered = self.lists.last().copied().unwrap_or_default();
            return Run { kind: BlockKind::Item { depth, checkbox, ordered }, text, owner: Owner::Item };
        }
        let column = self.column(start);
        let depth = self.around(column).count();
        Run { kind: BlockKind::Item { depth, checkbox, ordered: false }, text, owner: Owner::Unlisted(column) }
    }

    /// The open items that something at this column is nested in.
    fn around(&self, column: usize) -> impl Iterator<Item = &OpenItem> {
        self.items.iter().chain(&self.unlisted).filter(move |item| item.column <= column)
    }

    /// How far a place is indented. On endless lines that does not matter any more.
    fn column(&self, place: usize) -> usize {
        const FAR: usize = 1000;
        let before = &self.text.as_bytes()[place.saturating_sub(FAR)..place];
        before.iter().rev().take_while(|byte| **byte != b'\n').count()
    }

    /// An item without text of its own still holds what is nested in it.
    fn ensure_item(&mut self) {
        if self.quotes == 0
            && let Some(item) = self.items.last().filter(|item| item.block.is_none())
        {
            let run = self.item(item.start, item.start, None);
            self.finish(run);
        }
    }

    /// Ends the running text.
    pub(super) fn flush(&mut self) {
        if let Some(run) = self.run.take() {
            self.finish(run);
        }
        for range in std::mem::take(&mut self.comments) {
            self.comment(range);
        }
    }

    fn finish(&mut self, run: Run) {
        let block = self.blocks.len();
        match run.owner {
            Owner::Block => self.push(run.kind, run.text),
            Owner::Item => {
                let parent = self.items.last().and_then(|item| item.parent);
                self.push_in(run.kind, run.text, parent);
                if let Some(item) = self.items.last_mut() {
                    item.block = Some(block);
                }
            }
            Owner::Unlisted(column) => {
                let parent = self.around(column).filter_map(|item| item.block).max();
                let start = run.text.base;
                self.push_in(run.kind, run.text, parent);
                self.unlisted.retain(|item| item.column <= column);
                self.unlisted.push(OpenItem { block: Some(block), parent, start, column: column + 2 });
            }
        }
    }

    /// Ends the running text where another block starts, and the items that only we see and that it does not stand in.
    fn close(&mut self, start: usize) {
        self.flush();
        if !self.unlisted.is_empty() {
            let column = self.column(start);
            self.unlisted.retain(|item| item.column <= column);
        }
    }

    /// The block of the innermost open item.
    fn innermost(&self) -> Option<usize> {
        let listed = self.items.iter().rev().find_map(|item| item.block);
        listed.max(self.unlisted.last().and_then(|item| item.block))
    }

    pub(super) fn push(&mut self, kind: BlockKind, text: Text) {
        let parent = self.innermost();
        self.push_in(kind, text, parent);
    }

    fn push_in(&mut self, kind: BlockKind, text: Text, parent: Option<usize>) {
        let span = Span::new(self.source, text.base..text.end());
        self.blocks.push(Block { kind, span, text, parent });
    }

    pub(super) fn comment(&mut self, range: Range<usize>) {
        let mut text = Text::at(range.start);
        text.write(range.start, &self.text[range]);
        self.push(BlockKind::Comment, text);
    }
}

/// The width of a list marker and the blank behind it.
fn marker(item: &str) -> usize {
    item.bytes().take(9).take_while(u8::is_ascii_digit).count() + 2
}
