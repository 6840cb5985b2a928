//! The texts that are open in the editor, and what there is to know of them.
//!
//! In: what was opened, changed and closed. Out: each text in its newest version, analysed when somebody asks, once.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::positions::Lines;
use crate::compile::{Compiled, Options, analyse};
use crate::render;
use crate::source::SourceFile;
use crate::trace::{self, Matrix};

/// A text in one version.
#[derive(Debug)]
pub struct Document {
    /// The name that the client has for it.
    pub uri: Uri,
    /// The client's number for this state of it.
    pub version: i32,
    /// The text, by lines.
    pub lines: Lines,
    /// Whether the client was told what was found in it.
    pub reported: bool,
    file: SourceFile,
    compiled: OnceCell<Compiled>,
    matrix: OnceCell<Matrix>,
}

impl Document {
    fn new(uri: Uri, version: i32, text: String) -> Self {
        let file = SourceFile::new(name(&uri), text);
        let lines = Lines::of(&file);
        Self { uri, version, lines, reported: false, file, compiled: OnceCell::new(), matrix: OnceCell::new() }
    }

    /// The text as a source.
    #[must_use]
    pub fn file(&self) -> &SourceFile {
        &self.file
    }

    /// Statements, readings, plan and findings.
    #[must_use]
    pub fn compiled(&self, options: &Options) -> &Compiled {
        self.compiled.get_or_init(|| analyse(self.file.clone(), options))
    }

    /// What becomes of every statement. Artifacts are rendered for it, which findings need not wait for.
    #[must_use]
    pub fn matrix(&self, options: &Options) -> &Matrix {
        self.matrix.get_or_init(|| {
            let compiled = self.compiled(options);
            let artifacts = compiled
                .plan
                .as_ref()
                .map(|plan| render::render(&compiled.spec, &self.file, &compiled.document, plan))
                .unwrap_or_default();
            trace::trace_into(compiled, &artifacts)
        })
    }

    /// The text after some changes, each of which sees those before it.
    fn changed(&self, changes: Vec<TextDocumentContentChangeEvent>) -> String {
        let mut text = self.file.text().to_owned();
        for change in changes {
            match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
                    let bytes = Lines::of(&SourceFile::new("", text.as_str())).bytes(change.range);
                    text.replace_range(bytes, &change.text);
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(change) => text = change.text,
            }
        }
        text
    }
}

/// What findings call a document: the last part of its address.
fn name(uri: &Uri) -> &str {
    uri.0.rsplit('/').next().unwrap_or_default()
}

/// All open texts.
#[derive(Debug, Default)]
pub struct Documents {
    open: BTreeMap<String, Document>,
}

impl Documents {
    /// Takes a text in.
    pub fn open(&mut self, uri: Uri, version: i32, text: String) {
        self.open.insert(uri.0.clone(), Document::new(uri, version, text));
    }

    /// Changes a text; whether it is open.
    pub fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) -> bool {
        let Some(document) = self.open.get_mut(&uri.0) else { return false };
        *document = Document::new(uri.clone(), version, document.changed(changes));
        true
    }

    /// Forgets a text; whether it was open.
    pub fn close(&mut self, uri: &Uri) -> bool {
        self.open.remove(&uri.0).is_some()
    }

    /// An open text.
    #[must_use]
    pub fn get(&self, uri: &Uri) -> Option<&Document> {
        self.open.get(&uri.0)
    }

    /// A text of which the client was not told yet what was found.
    pub fn unreported(&mut self) -> Option<&mut Document> {
        self.open.values_mut().find(|document| !document.reported)
    }
}
