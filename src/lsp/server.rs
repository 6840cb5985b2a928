//! The conversation with the client: its beginning and end, and who answers what.
//!
//! In: two byte streams. Out: how the conversation ended. One thread reads, one does everything else: a message is answered
//! before the next is looked at. Findings wait until nothing else does, so that only the newest text is analysed.

use std::io::{self, BufReader, Read, Write};
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;

use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CompletionOptions, CompletionParams, DefinitionParams,
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DocumentFormattingParams,
    DocumentSymbolParams, FoldingRangeParams, HoverParams, InitializeResult, PublishDiagnosticsParams, ReferenceParams,
    ServerCapabilities, ServerInfo, TextDocumentIdentifier, TextDocumentPositionParams, TextDocumentSyncKind,
    TextDocumentSyncOptions, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::documents::{Document, Documents};
use super::transport::{self, Incoming};
use super::{actions, completion, diagnostics, hover, navigation, symbols};
use crate::compile::Options;

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// As the protocol has it: `shutdown`, then `exit`.
    Orderly,
    /// The client left without a word.
    Abrupt,
}

/// Serves one client until it leaves.
///
/// # Errors
/// When the client cannot be written to.
pub fn serve(input: impl Read + Send + 'static, output: impl Write, options: Options) -> io::Result<Ending> {
    let (sender, receiver) = mpsc::channel();
    // Ends with the stream, or with the process: nobody can be waited for who waits for the client.
    thread::spawn(move || {
        let mut input = BufReader::new(input);
        while let Ok(Some(incoming)) = transport::read(&mut input) {
            if sender.send(incoming).is_err() {
                break;
            }
        }
    });
    Server { output, options, documents: Documents::default(), phase: Phase::New, versioned_edits: false }
        .run(&receiver)
}

/// Where in the conversation we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Before `initialize`.
    New,
    /// Between `initialize` and `shutdown`.
    Open,
    /// After `shutdown`.
    Closing,
}

struct Server<W> {
    output: W,
    options: Options,
    documents: Documents,
    phase: Phase,
    /// Whether the client understands edits of a certain version of a document.
    versioned_edits: bool,
}

/// Why a request has no answer.
struct Refusal {
    code: ErrorCode,
    reason: String,
}

impl Refusal {
    fn new(code: ErrorCode, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
}

type Answer = Result<Value, Refusal>;

impl<W: Write> Server<W> {
    fn run(mut self, incoming: &Receiver<Incoming>) -> io::Result<Ending> {
        loop {
            let next = match incoming.try_recv() {
                Ok(message) => Some(message),
                Err(TryRecvError::Disconnected) => None,
                Err(TryRecvError::Empty) if self.report()? => continue,
                Err(TryRecvError::Empty) => incoming.recv().ok(),
            };
            match next {
                None => return Ok(Ending::Abrupt),
                Some(Incoming::Malformed { code, reason }) => transport::refuse(&mut self.output, code, &reason)?,
                Some(Incoming::Message(Message::Notification(notification))) if notification.method == "exit" => {
                    return Ok(if self.phase == Phase::Closing { Ending::Orderly } else { Ending::Abrupt });
                }
                Some(Incoming::Message(Message::Notification(notification))) => self.note(notification)?,
                Some(Incoming::Message(Message::Request(request))) => {
                    let id = request.id.clone();
                    let response = match self.answer(request) {
                        Ok(result) => Response::new_ok(id, result),
                        Err(refusal) => Response::new_err(id, refusal.code as i32, refusal.reason),
                    };
                    self.send(response)?;
                }
                // Nothing is asked of the client.
                Some(Incoming::Message(Message::Response(_))) => {}
            }
        }
    }

    fn send(&mut self, message: impl Into<Message>) -> io::Result<()> {
        message.into().write(&mut self.output)
    }

    /// Tells the client what was found in one document; whether there was one left.
    fn report(&mut self) -> io::Result<bool> {
        let Some(document) = self.documents.unreported() else { return Ok(false) };
        document.reported = true;
        let found = PublishDiagnosticsParams {
            uri: document.uri.clone(),
            version: Some(document.version),
            diagnostics: diagnostics::of(document, &self.options),
        };
        self.publish(&found)?;
        Ok(true)
    }

    fn publish(&mut self, found: &PublishDiagnosticsParams) -> io::Result<()> {
        self.send(Notification::new("textDocument/publishDiagnostics".to_owned(), found))
    }

    /// Takes note of what needs no answer. What is not known, or makes no sense, changes nothing.
    fn note(&mut self, notification: Notification) -> io::Result<()> {
        if self.phase != Phase::Open {
            return Ok(());
        }
        let Notification { method, params } = notification;
        match method.as_str() {
            "textDocument/didOpen" => {
                if let Some(opened) = noted::<DidOpenTextDocumentParams>(&method, params) {
                    let document = opened.text_document;
                    self.documents.open(document.uri, document.version, document.text);
                }
            }
            "textDocument/didChange" => {
                if let Some(changed) = noted::<DidChangeTextDocumentParams>(&method, params) {
                    let document = changed.text_document;
                    let uri = &document.text_document_identifier.uri;
                    if !self.documents.change(uri, document.version, changed.content_changes) {
                        eprintln!("specc: {method}: {} is not open", uri.0);
                    }
                }
            }
            "textDocument/didClose" => {
                if let Some(closed) = noted::<DidCloseTextDocumentParams>(&method, params)
                    && self.documents.close(&closed.text_document.uri)
                {
                    let uri = closed.text_document.uri;
                    self.publish(&PublishDiagnosticsParams { uri, version: None, diagnostics: Vec::new() })?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn answer(&mut self, request: Request) -> Answer {
        let Request { method, params, .. } = request;
        match (self.phase, method.as_str()) {
            (Phase::New, "initialize") => {
                self.phase = Phase::Open;
                let versioned = params.pointer("/capabilities/workspace/workspaceEdit/documentChanges");
                self.versioned_edits = versioned == Some(&Value::Bool(true));
                answered(introduction())
            }
            (Phase::New, _) => Err(Refusal::new(ErrorCode::ServerNotInitialized, "begin with initialize")),
            (Phase::Closing, _) => Err(Refusal::new(ErrorCode::InvalidRequest, "the server is shut down")),
            (Phase::Open, "shutdown") => {
                self.phase = Phase::Closing;
                Ok(Value::Null)
            }
            (Phase::Open, method) => self.answer_about_document(method, params),
        }
    }

    fn answer_about_document(&self, method: &str, params: Value) -> Answer {
        let options = &self.options;
        match method {
            "textDocument/hover" => {
                let at = asked::<HoverParams>(params)?.text_document_position_params;
                answered(hover::at(self.document(&at.text_document)?, at.position, options))
            }
            "textDocument/completion" => {
                let at = asked::<CompletionParams>(params)?.text_document_position_params;
                answered(completion::at(self.document(&at.text_document)?, at.position, options))
            }
            "textDocument/definition" => {
                let at: TextDocumentPositionParams = asked::<DefinitionParams>(params)?.text_document_position_params;
                answered(navigation::definition(self.document(&at.text_document)?, at.position, options))
            }
            "textDocument/references" => {
                let asked = asked::<ReferenceParams>(params)?;
                let at = asked.text_document_position_params;
                let document = self.document(&at.text_document)?;
                answered(navigation::references(document, at.position, asked.context.include_declaration, options))
            }
            "textDocument/documentSymbol" => {
                let document = self.document(&asked::<DocumentSymbolParams>(params)?.text_document)?;
                answered(symbols::outline(document, options))
            }
            "textDocument/foldingRange" => {
                let document = self.document(&asked::<FoldingRangeParams>(params)?.text_document)?;
                answered(symbols::folds(document, options))
            }
            "textDocument/formatting" => {
                let document = self.document(&asked::<DocumentFormattingParams>(params)?.text_document)?;
                answered(actions::formatting(document, options))
            }
            "textDocument/codeAction" => {
                let asked = asked::<CodeActionParams>(params)?;
                let document = self.document(&asked.text_document)?;
                answered(actions::at(document, asked.range, &asked.context, self.versioned_edits, options))
            }
            method => Err(Refusal::new(ErrorCode::MethodNotFound, format!("{method} is not served"))),
        }
    }

    fn document(&self, named: &TextDocumentIdentifier) -> Result<&Document, Refusal> {
        let Uri(uri) = &named.uri;
        let missing = || Refusal::new(ErrorCode::InvalidParams, format!("{uri} is not open"));
        self.documents.get(&named.uri).ok_or_else(missing)
    }
}

/// What a notification says; nothing where it makes no sense.
fn noted<P: DeserializeOwned>(method: &str, params: Value) -> Option<P> {
    serde_json::from_value(params).map_err(|error| eprintln!("specc: {method}: {error}")).ok()
}

/// What a request asks for.
fn asked<P: DeserializeOwned>(params: Value) -> Result<P, Refusal> {
    serde_json::from_value(params).map_err(|error| Refusal::new(ErrorCode::InvalidParams, error.to_string()))
}

fn answered(result: impl Serialize) -> Answer {
    serde_json::to_value(result).map_err(|error| Refusal::new(ErrorCode::InternalError, error.to_string()))
}

/// What the server can do.
fn introduction() -> InitializeResult {
    let synchronisation = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::Incremental),
        ..TextDocumentSyncOptions::default()
    };
    let completion =
        CompletionOptions { trigger_characters: Some(vec!["(".to_owned()]), ..CompletionOptions::default() };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QuickFix, actions::FIX_ALL, actions::ASSIGN_IDS]),
        ..CodeActionOptions::default()
    };
    InitializeResult {
        capabilities: ServerCapabilities {
            text_document_sync: Some(synchronisation.into()),
            hover_provider: Some(true.into()),
            completion_provider: Some(completion),
            definition_provider: Some(true.into()),
            references_provider: Some(true.into()),
            document_symbol_provider: Some(true.into()),
            folding_range_provider: Some(true.into()),
            document_formatting_provider: Some(true.into()),
            code_action_provider: Some(actions.into()),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}
