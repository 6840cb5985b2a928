//! Document → Spec.

use super::annotation::{UNCLOSED_COMMENT, UNKNOWN_ANNOTATION, annotation};
use super::paragraph::{self, Role};
use super::question::{OPEN_QUESTION, open_question};
use super::table::Columns;
use super::{Form, Section, SectionKind, Spec, Statement, StatementId, StatementIndex, StatementKind};
use super::{checkbox as boxes, configuration, heading, id, label, numbering, scenario};
use crate::diagnostics::{Compilation, Diagnostic};
use crate::source::{SourceFile, SourceId, Span};
use crate::syntax::{Block, BlockKind, Document, Text};

/// Reads a document as a specification.
#[must_use]
pub fn build(source: SourceId, file: &SourceFile, document: &Document) -> Compilation<Spec> {
    let mut diagnostics = Vec::new();
    let configuration = document
        .front_matter
        .map(|span| configuration::read(source, file.slice(span), span, &mut diagnostics))
        .unwrap_or_default();
    let statements = Vec::with_capacity(document.blocks.len());
    let spec = Spec { source, configuration, statements, sections: vec![Section::default()], ..Spec::default() };
    let statement_of = vec![None; document.blocks.len()];
    let mut builder = Builder {
        text: file.text(),
        blocks: &document.blocks,
        spec,
        diagnostics,
        statement_of,
        owners: vec![Owner::default()],
        target: Some(Target::Section(0)),
        lead_in: None,
        columns: Columns::default(),
    };
    let mut next = 0;
    while next < document.blocks.len() {
        next += builder.block(next).max(1);
    }
    numbering::number(&mut builder.spec, &mut builder.diagnostics);
    Compilation::new(builder.spec, builder.diagnostics)
}

/// What a comment that follows speaks of.
#[derive(Clone, Copy)]
enum Target {
    Section(usize),
    Statement(StatementIndex),
}

/// The statements that those further down in a section belong to; inherited by its subsections.
#[derive(Clone, Copy, Default)]
struct Owner {
    /// The ID heading above.
    heading: Option<StatementIndex>,
    /// The last paragraph that states a requirement: scenarios verify it.
    requirement: Option<StatementIndex>,
}

/// A paragraph that introduces a list.
#[derive(Clone, Copy)]
struct LeadIn {
    span: Span,
    /// The item that both stand in.
    parent: Option<usize>,
    /// The paragraph, where it is a statement itself.
    statement: Option<StatementIndex>,
}

/// A statement before it has an ID and a kind.
struct Draft {
    text: Text,
    form: Form,
    parent: Option<StatementIndex>,
    lead_in: Option<Span>,
}

struct Builder<'text> {
    text: &'text str,
    blocks: &'text [Block],
    spec: Spec,
    diagnostics: Vec<Diagnostic>,
    /// The statement that a block became.
    statement_of: Vec<Option<StatementIndex>>,
    /// Parallel to the sections.
    owners: Vec<Owner>,
    target: Option<Target>,
    lead_in: Option<LeadIn>,
    columns: Columns,
}

impl Builder<'_> {
    /// Reads the block and returns how many were read with it.
    fn block(&mut self, index: usize) -> usize {
        let block = &self.blocks[index];
        match block.kind {
            BlockKind::Heading { level } => return self.heading(index, level),
            BlockKind::Item { checkbox, .. } => return self.item(index, checkbox),
            BlockKind::TableHead { .. } => self.columns = Columns::of(&block.text),
            BlockKind::TableRow { checkbox, .. } => self.row(index, checkbox),
            BlockKind::Paragraph => self.paragraph(index),
            BlockKind::Code | BlockKind::Quote => {
                if block.parent.is_none() {
                    self.lead_in = None;
                }
            }
            BlockKind::Comment => self.comment(block),
        }
        1
    }

    fn section(&self) -> usize {
        self.spec.sections.len() - 1
    }

    fn section_kind(&self) -> SectionKind {
        self.spec.sections[self.section()].kind
    }

    fn heading(&mut self, index: usize, level: u8) -> usize {
        let block = &self.blocks[index];
        self.lead_in = None;
        let title = one_line(&block.text.masked);
        let is_title = level == 1 && self.spec.title_span.is_none();
        if is_title {
            self.spec.title.clone_from(&title);
            self.spec.title_span = Some(block.span);
        }
        if is_title && self.section() == 0 {
            let kind = heading::kind(&title, 1);
            let document = &mut self.spec.sections[0];
            document.title = title;
            document.known = kind.is_some();
            document.kind = kind.unwrap_or_default();
            self.target = Some(Target::Section(0));
            return 1;
        }
        let leading = id::leading(&block.text);
        let kind = if leading.is_some() { None } else { heading::kind(&title, level.max(2)) };
        let mut parent = self.section();
        while self.spec.sections[parent].level >= level {
            parent = self.spec.sections[parent].parent.unwrap_or(0);
        }
        let inherited = self.spec.sections[parent].kind;
        self.spec.sections.push(Section {
            title,
            level,
            kind: kind.unwrap_or(inherited),
            known: kind.is_some(),
            parent: Some(parent),
            span: Some(block.span),
            annotations: Vec::new(),
        });
        self.owners.push(self.owners[parent]);
        self.target = Some(Target::Section(self.section()));
        if leading.is_some() { self.id_heading(index) } else { 1 }
    }

    /// A heading with an ID is a statement together with the paragraphs right below it.
    fn id_heading(&mut self, index: usize) -> usize {
        let mut text = self.blocks[index].text.clone();
        let title_end = text.masked.len();
        let below = self.blocks[index + 1..].iter().enumerate().take_while(|(offset, block)| {
            let introduces = || {
                let next = self.blocks.get(index + offset + 2);
                next.is_some_and(|next| matches!(next.kind, BlockKind::Item { .. }))
                    && paragraph::lead_in(&block.text).is_some()
            };
            let remark =
                || label::label(&block.text, 0).is_some_and(|label| paragraph::is_remark(&block.text.masked[label]));
            block.kind == BlockKind::Paragraph && id::leading(&block.text).is_none() && !introduces() && !remark()
        });
        let below: Vec<_> = below.map(|(_, block)| block).collect();
        for block in &below {
            text.join(&block.text);
        }
        let read = below.len() + 1;
        let parent = self.owners[self.section()].heading;
        let statement = self.add(Draft { text, form: Form::IdHeading, parent, lead_in: None });
        let added = &mut self.spec.statements[statement.0 as usize];
        // With text below, the title is the label of that text.
        let title = trimmed(&added.text.masked, 0..title_end);
        added.label = (read > 1 && !title.is_empty()).then_some(title).or(added.label.take());
        let section = self.section();
        self.owners[section] = Owner { heading: Some(statement), requirement: Some(statement) };
        read
    }

    fn item(&mut self, index: usize, checkbox: Option<bool>) -> usize {
        let block = &self.blocks[index];
        if checkbox.is_none() && block.text.is_blank() {
            return 1;
        }
        boxes::lint(self.text, block, &mut self.diagnostics);
        let lead_in = self.lead_in.filter(|lead_in| lead_in.parent == block.parent);
        let steps = scenario::length(&self.blocks[index..]);
        let mut text = block.text.clone();
        for step in &self.blocks[index + 1..index + steps.max(1)] {
            text.join(&step.text);
        }
        let form = match checkbox {
            Some(ticked) => Form::Checkbox { ticked },
            None if steps > 0 || scenario::is_whole(&text) => Form::Scenario,
            None => Form::Item,
        };
        let parent = self.parent(block).or(lead_in.and_then(|lead_in| lead_in.statement)).or_else(|| self.owner(form));
        let lead_in = lead_in.map(|lead_in| lead_in.span);
        let statement = self.add(Draft { text, form, parent, lead_in });
        self.statement_of[index..index + steps.max(1)].fill(Some(statement));
        steps
    }

    fn row(&mut self, index: usize, checkbox: Option<bool>) {
        let block = &self.blocks[index];
        let mut text = block.text.clone();
        let row = self.columns.row(&mut text);
        if text.is_blank() && row.id.is_none() && checkbox.is_none() {
            return;
        }
        let lead_in = self.lead_in.filter(|lead_in| lead_in.parent == block.parent);
        let parent =
            self.parent(block).or(lead_in.and_then(|lead_in| lead_in.statement)).or_else(|| self.owner(Form::TableRow));
        let draft = Draft { text, form: Form::TableRow, parent, lead_in: lead_in.map(|lead_in| lead_in.span) };
        let statement = self.push(draft, row.id, row.label);
        self.statement_of[index] = Some(statement);
    }

    fn paragraph(&mut self, index: usize) {
        let block = &self.blocks[index];
        self.lead_in = None;
        self.target = None;
        let source = self.text.get(block.span.range()).unwrap_or_default();
        let mut last = None;
        for range in paragraph::parts(source, &block.text) {
            let mut text = block.text.part(range.clone());
            let (kind, titled) = (self.section_kind(), self.section() > 0);
            let form = match paragraph::role(&text, kind, titled) {
                Role::Context => None,
                Role::Statement => Some(Form::Paragraph),
                Role::Scenario => Some(Form::Scenario),
            };
            let introduction = paragraph::lead_in(&text)
                .map(|sentence| Span::new(block.span.source, text.base + sentence.start..text.base + sentence.end));
            text.masked.truncate(text.masked.trim_end().len());
            last = form.map(|form| {
                let parent = self.parent(block).or_else(|| self.owner(form));
                self.add(Draft { text, form, parent, lead_in: None })
            });
            self.lead_in = introduction.map(|span| LeadIn { span, parent: block.parent, statement: last });
            if let Some(statement) = last.filter(|_| form == Some(Form::Paragraph)) {
                let section = self.section();
                self.owners[section].requirement = Some(statement);
            }
        }
        self.statement_of[index] = last;
    }

    fn comment(&mut self, block: &Block) {
        if !self.text.get(block.span.end as usize..).is_some_and(|rest| rest.starts_with("-->")) {
            let finding = Diagnostic::new(&UNCLOSED_COMMENT, block.span, "this comment is never closed");
            self.diagnostics.push(finding.at("all of this is left out").help("close it with `-->`"));
        }
        let Some(annotation) = annotation(self.spec.source, &block.text, &mut self.diagnostics) else { return };
        match self.target {
            Some(Target::Section(section)) => self.spec.sections[section].annotations.push(annotation),
            Some(Target::Statement(statement)) => {
                self.spec.statements[statement.0 as usize].annotations.push(annotation)
            }
            None => {
                let message = "this annotation follows neither a statement nor a heading";
                let finding = Diagnostic::new(&UNKNOWN_ANNOTATION, annotation.span, message);
                self.diagnostics.push(finding.help("put it right after the statement that it is about"));
            }
        }
    }

    /// The statement that the innermost block around this one became.
    fn parent(&self, block: &Block) -> Option<StatementIndex> {
        let mut around = block.parent;
        while let Some(index) = around {
            if let Some(statement) = self.statement_of[index] {
                return Some(statement);
            }
            around = self.blocks[index].parent;
        }
        None
    }

    /// The statement of the section that one of this form belongs to.
    fn owner(&self, form: Form) -> Option<StatementIndex> {
        let owner = self.owners[self.section()];
        if form == Form::Scenario { owner.requirement.or(owner.heading) } else { owner.heading }
    }

    /// Adds a statement whose ID and label are read from its text.
    fn add(&mut self, mut draft: Draft) -> StatementIndex {
        let leading = id::leading(&draft.text);
        let from = leading.as_ref().map_or(0, |leading| leading.end);
        if leading.is_some() {
            draft.text.blank(0..from);
        }
        let label = (draft.form != Form::Scenario).then(|| label::label(&draft.text, from)).flatten();
        self.push(draft, leading.map(|leading| (leading.id, leading.range)), label)
    }

    fn push(
        &mut self,
        draft: Draft,
        id: Option<(StatementId, std::ops::Range<usize>)>,
        label: Option<std::ops::Range<usize>>,
    ) -> StatementIndex {
        let Draft { text, form, parent, lead_in } = draft;
        let source = self.spec.source;
        let place = |range: std::ops::Range<usize>| Span::new(source, text.base + range.start..text.base + range.end);
        let kind = self.kind(id.as_ref().map(|(id, _)| id), form, parent);
        let question = open_question(&text).map(place);
        let in_prose = kind == StatementKind::Intent || self.section_kind() == SectionKind::Narrative;
        if let Some(span) = question.filter(|_| !in_prose) {
            let finding = Diagnostic::new(&OPEN_QUESTION, span, "this is not decided, so it is not compiled");
            self.diagnostics.push(finding.help("write the decision, or take the statement out"));
        }
        let references = id::all(&text.masked).into_iter().map(|(id, range)| (id, place(range))).collect();
        let span = place(0..text.masked.len());
        let (id, id_span) = match id {
            Some((id, range)) => (id, Some(place(range))),
            None => (StatementId::none(), None),
        };
        let index = StatementIndex(u32::try_from(self.spec.statements.len()).unwrap_or(u32::MAX));
        self.target = Some(Target::Statement(index));
        self.spec.statements.push(Statement {
            id,
            id_span,
            kind,
            form,
            section: self.section(),
            span,
            text,
            label,
            parent,
            lead_in,
            annotations: Vec::new(),
            references,
            open_question: question,
        });
        index
    }

    /// The kind: of the ID, else of the section; what stands in another statement is of its kind.
    fn kind(&self, id: Option<&StatementId>, form: Form, parent: Option<StatementIndex>) -> StatementKind {
        if let Some(kind) = id.and_then(|id| StatementKind::of_prefix(id.prefix())) {
            return kind;
        }
        if form == Form::Scenario {
            return StatementKind::Criterion;
        }
        let section = &self.spec.sections[self.section()];
        match parent.map(|parent| self.spec.statement(parent)) {
            Some(parent) if parent.section == self.section() || !section.known => parent.kind,
            _ => section.kind.statement_kind(),
        }
    }
}

/// A range without the blanks at its ends.
fn trimmed(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    let start = range.start + part.len() - part.trim_start().len();
    start..start + part.trim().len()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
