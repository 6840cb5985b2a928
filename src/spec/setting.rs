//! `--set LABEL=VALUE`: a statement that stands on the command line.
//!
//! In: a label and a value. Out: a statement as if `- **LABEL**: VALUE` stood in the service definition. The value is
//! plain text: it can never add Markdown structure or a second statement.

use super::{Form, SectionKind, Spec, Statement, StatementId, StatementKind};
use crate::source::{SourceFile, Sources, Span};
use crate::syntax::Text;

/// Adds the statement; its text becomes a source of its own, so that findings can point into it.
pub fn add_setting(spec: &mut Spec, sources: &mut Sources, label: &str, value: &str) {
    let line = format!("{label}: {value}").replace(char::is_control, " ");
    let source = sources.add(SourceFile::new("command line (--set)", line.clone()));
    let section = spec.sections.iter().position(|section| section.kind == SectionKind::ServiceDefinition).unwrap_or(0);
    let number = spec.statements.iter().filter(|statement| statement.form == Form::CommandLine).count() + 1;
    let span = Span::new(source, 0..line.len());
    spec.statements.push(Statement {
        id: StatementId::derived("SET", u32::try_from(number).unwrap_or(u32::MAX)),
        id_span: None,
        kind: StatementKind::Functional,
        form: Form::CommandLine,
        section,
        span,
        text: Text { masked: line, ..Text::default() },
        label: Some(0..label.len()),
        parent: None,
        lead_in: None,
        annotations: Vec::new(),
        references: Vec::new(),
        open_question: None,
    });
}
