//! What stands inside of a block → its text: words, code, bold type, cells, HTML.

use std::cmp::Ordering;
use std::ops::Range;

use super::parse::Builder;
use super::{BlockKind, Text, checkbox, html};

impl Builder<'_> {
    pub(super) fn words(&mut self, words: &str, range: Range<usize>) {
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

    pub(super) fn inline_code(&mut self, range: Range<usize>) {
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

    pub(super) fn inline_html(&mut self, range: Range<usize>) {
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

    pub(super) fn strong(&mut self, range: &Range<usize>) {
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

    pub(super) fn pad_to(&mut self, place: usize) {
        if let Some(run) = &mut self.run {
            run.text.pad_to(place);
        }
    }

    pub(super) fn cell(&mut self, range: &Range<usize>) {
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

    pub(super) fn html_block(&mut self, range: Range<usize>) {
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
