//! Markdown events → blocks.

use std::cmp::Ordering;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::front_matter::without_byte_order_mark;
use super::{Block, BlockKind, Document, Text, checkbox, front_matter, html};
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
    start: usize,
}

/// Running text that is not finished yet.
struct Run {
    kind: BlockKind,
    text: Text,
    /// Whether this is the text of the innermost open item, not something further inside of it.
    is_item: bool,
}

/// What the parser has seen so far. All nesting is kept in vectors: hostile input nests deeper than any stack.
struct Builder<'text> {
    source: SourceId,
    text: &'text str,
    blocks: Vec<Block>,
    /// For each open list whether it is numbered.
    lists: Vec<bool>,
    items: Vec<OpenItem>,
    quotes: usize,
    heading: Option<u8>,
    tables: usize,
    run: Option<Run>,
    /// Comments inside the running text: they follow its block.
    comments: Vec<Range<usize>>,
    /// Start of the HTML block that is open.
    html: Option<usize>,
    /// Content of the code block that is open.
    code: Option<Text>,
}

impl<'text> Builder<'text> {
    fn new(source: SourceId, text: &'text str) -> Self {
        Self {
            source,
            text,
            blocks: Vec::new(),
            lists: Vec::new(),
            items: Vec::new(),
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
                self.flush();
                let table = self.tables;
                let kind = match tag {
                    Tag::TableHead => BlockKind::TableHead { table },
                    _ => BlockKind::TableRow { table, checkbox: None },
                };
                let kind = if self.quotes > 0 { BlockKind::Quote } else { kind };
                self.run = Some(Run { kind, text: Text::at(range.start), is_item: false });
            }
            Tag::Paragraph => self.flush(),
            Tag::Item => {
                self.flush();
                self.items.push(OpenItem { block: None, start: range.start });
            }
            _ => {
                self.flush();
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

    fn words(&mut self, words: &str, range: Range<usize>) {
        let text = self.text;
        if let Some(code) = &mut self.code {
            if code.masked.is_empty() {
                code.base = range.start;
            }
            // The source, not the words: the parser expands tabs.
            code.write(range.start, &text[range]);
            return;
        }
        let Some(run) = self.open(range.start) else { return };
        match words.len().cmp(&range.len()) {
            Ordering::Equal => run.text.write(range.start, words),
            // An entity, or an escaped character, which stands behind its backslash.
            Ordering::Less => {
                let escaped = text[range.clone()].starts_with('\\');
                run.text.write(if escaped { range.end - words.len() } else { range.start }, words);
                run.text.pad_to(range.end);
            }
            // An entity whose character takes more bytes than its name; it keeps its name.
            Ordering::Greater => run.text.write(range.start, &text[range]),
        }
    }

    fn inline_code(&mut self, range: Range<usize>) {
        let text = self.text;
        let source = &text[range.clone()];
        let ticks = source.bytes().take_while(|&byte| byte == b'`').count();
        let inner = source.get(ticks..source.len().saturating_sub(ticks)).unwrap_or_default();
        // One blank next to the backticks belongs to the markup.
        let padded = inner.len() > 2 && inner.starts_with(' ') && inner.ends_with(' ') && !inner.trim().is_empty();
        let margin = ticks + usize::from(padded);
        let content = range.start + margin..range.end.saturating_sub(margin).max(range.start + margin);
        let Some(run) = self.open(range.start) else { return };
        let words = text.get(content.clone()).unwrap_or_default();
        let in_table = matches!(run.kind, BlockKind::TableRow { .. } | BlockKind::TableHead { .. });
        if in_table && words.contains("\\|") {
            run.text.write(content.start, &words.replace("\\|", " |"));
        } else {
            run.text.write(content.start, words);
        }
        run.text.pad_to(range.end);
        if content.start >= run.text.base {
            let local = run.text.local(content);
            run.text.code.push(local);
        }
    }

    fn inline_html(&mut self, range: Range<usize>) {
        let text = self.text;
        let tag = &text[range.clone()];
        if let Some(content) = html::comment(tag) {
            self.comments.push(range.start + content.start..range.start + content.end);
        } else if !html::is_formatting(tag)
            && let Some(run) = self.open(range.start)
        {
            run.text.write(range.start, tag);
        }
    }

    fn strong(&mut self, range: &Range<usize>) {
        let Some(run) = &mut self.run else { return };
        run.text.pad_to(range.end);
        let inner = (range.start + 2).max(run.text.base)..range.end.saturating_sub(2);
        if inner.start < inner.end {
            let local = run.text.local(inner);
            // An outer range ends after an inner one.
            let place = run.text.strong.partition_point(|other| other.start < local.start);
            run.text.strong.insert(place, local);
        }
    }

    fn pad_to(&mut self, place: usize) {
        if let Some(run) = &mut self.run {
            run.text.pad_to(place);
        }
    }

    fn cell(&mut self, range: &Range<usize>) {
        let text = self.text;
        let Some(run) = &mut self.run else { return };
        let cell = &text[range.clone()];
        let content = cell.trim_matches(['|', ' ', '\t', '\r', '\n']);
        let start = range.start + cell.find(content).unwrap_or(0);
        run.text.pad_to(start);
        let mut local = run.text.local(start..start + content.len());
        if let BlockKind::TableRow { checkbox, .. } = &mut run.kind
            && let Some(found) = checkbox::leading(content)
        {
            *checkbox = checkbox.or(Some(found.ticked));
            run.text.pad_to(start + found.length);
            local.start += found.length;
        }
        run.text.cells.push(local);
    }

    /// A line inside a paragraph may begin with a box that the parser took for text.
    fn line_break(&mut self, next: usize) {
        if self.heading.is_some() || self.quotes > 0 {
            return;
        }
        let next = next + self.text[next..].len() - self.text[next..].trim_start_matches(['\r', '\n']).len();
        if let Some(found) = checkbox::at_line_start(&self.text[next..]) {
            self.flush();
            self.run = Some(self.item(next + found.length, Some(found.ticked)));
        }
    }

    /// The running text, opened at `place` where there is none.
    fn open(&mut self, place: usize) -> Option<&mut Run> {
        if self.html.is_some() || self.code.is_some() {
            return None;
        }
        if self.run.is_none() {
            let found = checkbox::at_line_start(&self.text[place..]);
            let is_item = self.items.last().is_some_and(|item| item.block.is_none());
            self.run = Some(if self.quotes > 0 {
                Run { kind: BlockKind::Quote, text: Text::at(place), is_item: false }
            } else if let Some(level) = self.heading {
                Run { kind: BlockKind::Heading { level }, text: Text::at(place), is_item: false }
            } else if let Some(found) = found {
                self.item(place + found.length, Some(found.ticked))
            } else if is_item {
                self.item(place, None)
            } else {
                Run { kind: BlockKind::Paragraph, text: Text::at(place), is_item: false }
            });
        }
        self.run.as_mut()
    }

    /// An item: that of the list, or a line with a box, which is an item of its own.
    fn item(&self, place: usize, checkbox: Option<bool>) -> Run {
        let is_item = self.items.last().is_some_and(|item| item.block.is_none());
        let depth = if is_item { self.items.len().saturating_sub(1) } else { self.items.len() };
        let ordered = is_item && self.lists.last().copied().unwrap_or_default();
        Run { kind: BlockKind::Item { depth, checkbox, ordered }, text: Text::at(place), is_item }
    }

    /// An item without text of its own still holds what is nested in it.
    fn ensure_item(&mut self) {
        if self.quotes == 0
            && let Some(item) = self.items.last().filter(|item| item.block.is_none())
        {
            let run = self.item(item.start, None);
            self.finish(run);
        }
    }

    /// Ends the running text.
    fn flush(&mut self) {
        if let Some(run) = self.run.take() {
            self.finish(run);
        }
        for range in std::mem::take(&mut self.comments) {
            self.comment(range);
        }
    }

    fn finish(&mut self, run: Run) {
        // An item is nested in the one around it, everything else in the innermost one.
        let around = if run.is_item { self.items.len().saturating_sub(1) } else { self.items.len() };
        let parent = self.items[..around].iter().rev().find_map(|item| item.block);
        self.push_in(run.kind, run.text, parent);
        if run.is_item
            && let Some(item) = self.items.last_mut()
        {
            item.block = Some(self.blocks.len() - 1);
        }
    }

    fn push(&mut self, kind: BlockKind, text: Text) {
        let parent = self.items.iter().rev().find_map(|item| item.block);
        self.push_in(kind, text, parent);
    }

    fn push_in(&mut self, kind: BlockKind, text: Text, parent: Option<usize>) {
        let span = Span::new(self.source, text.base..text.end());
        self.blocks.push(Block { kind, span, text, parent });
    }

    fn comment(&mut self, range: Range<usize>) {
        let mut text = Text::at(range.start);
        text.write(range.start, &self.text[range]);
        self.push(BlockKind::Comment, text);
    }

    fn html_block(&mut self, range: Range<usize>) {
        let block = &self.text[range.clone()];
        if html::is_verbatim(block) {
            let mut text = Text::at(range.start);
            text.write(range.start, block);
            self.push(BlockKind::Code, text);
            return;
        }
        for part in html::parts(block) {
            match part {
                html::Part::Comment(inner) => self.comment(range.start + inner.start..range.start + inner.end),
                html::Part::Text(inner) => self.html_text(range.start + inner.start, &block[inner]),
            }
        }
    }

    /// The prose of an HTML block, with the same lookout for boxes as in a paragraph.
    fn html_text(&mut self, start: usize, text: &str) {
        let mut offset = start;
        for line in text.split_inclusive('\n') {
            let content = line.trim_start();
            self.line_break(offset + line.len() - content.len());
            for piece in html::without_tags(line) {
                let words = line[piece.clone()].trim_end();
                let leading = words.len() - words.trim_start().len();
                let place = offset + piece.start + leading;
                if let Some(run) = self.open(place) {
                    run.text.write(place, &words[leading..]);
                }
            }
            offset += line.len();
        }
        self.flush();
    }
}
