//! The language server as an editor meets it: a whole session over standard input and output, and clients that misbehave.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::{Value, json};

const URI: &str = "file:///srv/demo/DEPLOYMENT-SPEC.md";

const SPECIFICATION: &str = "# Demo\n\
    \n\
    ## Service Definition\n\
    \n\
    - **Service name**: demo\n\
    - **Application**: demo.py (FastAPI with uvicorn)\n\
    - **Port**: 8000\n\
    \n\
    ## Functional Requirements\n\
    \n\
    - FR-001: Memory limit 512 MB\n\
    - FR-002: It sings in the morning\n\
    \n\
    ## Success Criteria\n\
    \n\
    - [ ] VC-001: `systemctl is-active demo` returns \"active\" (FR-001)\n\
    -[ ] `systemctl is-enabled demo` returns \"enabled\"\n";

/// How long an answer may take on a machine that does other things, too.
const PATIENCE: Duration = Duration::from_secs(60);

/// An editor.
struct Client {
    server: Child,
    input: Option<ChildStdin>,
    incoming: Receiver<Value>,
    next: i32,
}

impl Client {
    fn start() -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_specc"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(server.stdout.take().unwrap());
        let (sender, incoming) = mpsc::channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let input = server.stdin.take();
        Self { server, input, incoming, next: 0 }
    }

    /// A client that has been introduced.
    fn introduced() -> Self {
        let mut client = Self::start();
        let capabilities = json!({ "workspace": { "workspaceEdit": { "documentChanges": true } } });
        client.ask("initialize", json!({ "processId": null, "rootUri": null, "capabilities": capabilities })).unwrap();
        client.tell("initialized", json!({}));
        client
    }

    /// One that has opened a text, with what was found in it.
    fn opened(text: &str) -> (Self, Value) {
        let mut client = Self::introduced();
        client.open(1, text);
        let found = client.findings();
        (client, found)
    }

    fn send_text(&mut self, text: &str) {
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        input.flush().unwrap();
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send_text(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string());
    }

    fn receive(&self) -> Value {
        self.incoming.recv_timeout(PATIENCE).expect("the server says nothing")
    }

    /// The result of a request, or its error. Findings that come in between are passed over.
    fn ask(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        self.next += 1;
        let id = self.next;
        self.send_text(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        loop {
            let mut message = self.receive();
            if message["id"] == json!(id) {
                return match message.get_mut("error") {
                    Some(error) => Err(error.take()),
                    None => Ok(message["result"].take()),
                };
            }
        }
    }

    fn ask_at(&mut self, method: &str, line: u32, character: u32) -> Value {
        let position = json!({ "line": line, "character": character });
        let mut params = json!({ "textDocument": { "uri": URI }, "position": position });
        if method == "textDocument/references" {
            params["context"] = json!({ "includeDeclaration": true });
        }
        self.ask(method, params).unwrap()
    }

    fn open(&mut self, version: i32, text: &str) {
        let document = json!({ "uri": URI, "languageId": "markdown", "version": version, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn change(&mut self, version: i32, changes: Value) {
        let document = json!({ "uri": URI, "version": version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// The next findings.
    fn findings(&self) -> Value {
        loop {
            let mut message = self.receive();
            if message["method"] == "textDocument/publishDiagnostics" {
                return message["params"].take();
            }
        }
    }

    fn actions(&mut self, only: &str) -> Vec<Value> {
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
        let context = json!({ "diagnostics": [], "only": [only] });
        let params = json!({ "textDocument": { "uri": URI }, "range": range, "context": context });
        self.ask("textDocument/codeAction", params).unwrap().as_array().unwrap().clone()
    }

    /// Ends the conversation; the server's exit code.
    fn leave(mut self) -> i32 {
        self.ask("shutdown", Value::Null).unwrap();
        self.tell("exit", Value::Null);
        self.server.wait().unwrap().code().unwrap()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.server.wait();
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}

fn finding<'a>(found: &'a Value, lint: &str) -> &'a Value {
    let all = found["diagnostics"].as_array().unwrap();
    all.iter().find(|finding| finding["code"] == lint).unwrap_or_else(|| panic!("no {lint} in {all:#?}"))
}

fn lints(found: &Value) -> Vec<&str> {
    found["diagnostics"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    json!({ "start": { "line": start.0, "character": start.1 }, "end": { "line": end.0, "character": end.1 } })
}

fn labels(items: &Value) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect()
}

#[test]
fn a_session_from_opening_to_leaving() {
    let (mut client, found) = Client::opened(SPECIFICATION);
    assert_eq!((&found["uri"], &found["version"]), (&json!(URI), &json!(1)));
    let unread = finding(&found, "unrecognised-statement");
    assert_eq!(unread["range"]["start"], json!({ "line": 11, "character": 10 }));
    assert!(unread["message"].as_str().unwrap().contains("specc explain unrecognised-statement"));

    // "sings in the morning" becomes a sentence that compiles: its finding goes.
    client.change(2, json!([{ "range": range((11, 10), (11, 33)), "text": "CPU limit of 50%" }]));
    let found = client.findings();
    assert_eq!(found["version"], 2);
    assert!(!lints(&found).contains(&"unrecognised-statement"), "{found:#}");

    let hover = client.ask_at("textDocument/hover", 11, 15);
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("**FR-002** (functional): automated") && text.contains("**cpu-limit**"), "{text}");
    assert!(text.contains("demo.service:") && text.contains("cpu-limit.in-kernel"), "{text}");

    // From the criterion's "(FR-001)" to the requirement, and back.
    let definition = client.ask_at("textDocument/definition", 15, 62);
    assert_eq!(definition, json!({ "uri": URI, "range": range((10, 2), (10, 8)) }));
    let references = client.ask_at("textDocument/references", 10, 4);
    let lines: Vec<_> = references.as_array().unwrap().iter().map(|place| &place["range"]["start"]["line"]).collect();
    assert_eq!(lines, [10, 15]);

    let symbols = client.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": URI } })).unwrap();
    assert_eq!(symbols[0]["name"], "Demo");
    let sections = symbols[0]["children"].as_array().unwrap();
    let names: Vec<_> = sections.iter().map(|section| section["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Service Definition", "Functional Requirements", "Success Criteria"]);
    assert_eq!(sections[1]["children"][0]["name"], "FR-001 Memory limit 512 MB");
    let folds = client.ask("textDocument/foldingRange", json!({ "textDocument": { "uri": URI } })).unwrap();
    assert!(folds.as_array().unwrap().iter().any(|fold| fold["startLine"] == 8 && fold["endLine"] == 11), "{folds:#}");

    client.tell("textDocument/didClose", json!({ "textDocument": { "uri": URI } }));
    assert_eq!(client.findings()["diagnostics"], json!([]));
    assert_eq!(client.leave(), 0);
}

#[test]
fn findings_name_the_other_places() {
    let text = SPECIFICATION.replace("It sings in the morning", "Memory limit 256 MB");
    let (_client, found) = Client::opened(&text);
    let conflict = finding(&found, "conflicting-requirements");
    assert_eq!(conflict["severity"], 1);
    let related = conflict["relatedInformation"].as_array().unwrap();
    assert!(related.iter().all(|place| place["location"]["uri"] == URI), "{related:#?}");
    let lines: Vec<_> = related.iter().map(|place| &place["location"]["range"]["start"]["line"]).collect();
    assert!(lines.contains(&&json!(10)) || lines.contains(&&json!(11)), "{related:#?}");
}

#[test]
fn fixes_are_those_of_lint() {
    let (mut client, found) = Client::opened(SPECIFICATION);
    finding(&found, "checkbox-syntax");
    let expected = json!([{ "range": range((16, 1), (16, 1)), "newText": " " }]);
    let line = "- [ ] `systemctl is-enabled demo` returns \"enabled\"\n";
    let all = json!([{ "range": range((16, 0), (17, 0)), "newText": line }]);
    for (kind, expected) in [("quickfix", &expected), ("source.fixAll", &all)] {
        let actions = client.actions(kind);
        assert_eq!(actions.len(), 1, "{actions:#?}");
        let change = &actions[0]["edit"]["documentChanges"][0];
        assert_eq!(change["textDocument"], json!({ "uri": URI, "version": 1 }));
        assert_eq!(&change["edits"], expected, "{kind}");
    }
    let assigned = client.actions("source.assignIds");
    let edits = assigned[0]["edit"]["documentChanges"][0]["edits"].as_array().unwrap();
    let texts: Vec<_> = edits.iter().map(|edit| edit["newText"].as_str().unwrap()).collect();
    assert!(texts.contains(&"FR-003: ") && texts.contains(&"VC-002: "), "{texts:?}");

    let options = json!({ "tabSize": 4, "insertSpaces": true });
    let params = json!({ "textDocument": { "uri": URI }, "options": options });
    assert_eq!(client.ask("textDocument/formatting", params).unwrap(), expected);
}

#[test]
fn completion_offers_sentences_and_ids() {
    let (mut client, _) = Client::opened(SPECIFICATION);
    client.change(2, json!([{ "range": range((12, 0), (12, 0)), "text": "- \n" }]));
    let items = client.ask_at("textDocument/completion", 12, 2);
    assert_eq!(labels(&items)[0], "FR-003");
    let restart = items.as_array().unwrap().iter().find(|item| item["detail"] == "restart-policy").unwrap();
    assert_eq!(restart["textEdit"]["range"], range((12, 2), (12, 2)));
    // What the specification does not ask for yet comes first.
    let memory = items.as_array().unwrap().iter().find(|item| item["detail"] == "memory-limit").unwrap();
    assert!(restart["sortText"].as_str() < memory["sortText"].as_str());

    // In a criterion: forms of criteria, and the IDs that it can name.
    client.change(3, json!([{ "range": range((17, 0), (17, 0)), "text": "- [ ] VC-002: It runs (FR-\n" }]));
    let items = client.ask_at("textDocument/completion", 17, 26);
    let reference = items.as_array().unwrap().iter().find(|item| item["label"] == "FR-002").unwrap();
    assert_eq!(reference["textEdit"], json!({ "range": range((17, 23), (17, 26)), "newText": "FR-002" }));
    assert!(!labels(&items).contains(&restart["label"].as_str().unwrap()));
    assert_eq!(client.leave(), 0);
}

/// A specification that ends in an item.
fn with_item(sentence: &str) -> String {
    format!("# Demo\n\n## Functional Requirements\n\n- **Service name**: demo\n- **System user**: demo\n- {sentence}\n")
}

#[test]
fn every_sentence_that_is_offered_compiles_where_it_is_offered() {
    let (mut client, _) = Client::opened(&with_item(""));
    let items = client.ask_at("textDocument/completion", 6, 2);
    let forms = items.as_array().unwrap().iter().filter(|item| item["detail"] != "next free ID");
    let mut unread = Vec::new();
    for (version, item) in (2..).zip(forms) {
        let sentence = item["textEdit"]["newText"].as_str().unwrap();
        client.change(version, json!([{ "text": with_item(sentence) }]));
        let found = client.findings();
        if lints(&found).contains(&"unrecognised-statement") {
            unread.push(sentence.to_owned());
        }
    }
    assert_eq!(unread, Vec::<String>::new());
}

#[test]
fn places_are_utf_16_in_every_kind_of_text() {
    // Two units each for the clefs, which are four bytes.
    let (mut client, found) =
        Client::opened("# Demo\r\n\r\n## Security Requirements\r\n\r\n- 𝄞𝄞 sings é (SR-2)\r\n- SR-2: Ü\r\n");
    let unread = finding(&found, "unrecognised-statement");
    assert_eq!(unread["range"]["start"], json!({ "line": 4, "character": 2 }));
    assert_eq!(client.ask_at("textDocument/definition", 4, 18)["range"], range((5, 2), (5, 6)));
    // Take the second clef out, by its units.
    client.change(
        2,
        json!([{ "range": range((4, 4), (4, 6)), "text": "" }, { "range": range((0, 2), (0, 6)), "text": "Ω" }]),
    );
    assert_eq!(client.findings()["version"], 2);
    assert_eq!(client.ask_at("textDocument/definition", 4, 16)["range"], range((5, 2), (5, 6)));
    let symbols = client.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": URI } })).unwrap();
    assert_eq!(symbols[0]["name"], "Ω");
    assert_eq!(client.leave(), 0);
}

#[test]
fn only_the_newest_text_is_analysed() {
    let (mut client, _) = Client::opened(SPECIFICATION);
    let last = 200;
    let mut keys = String::new();
    for version in 2..=last {
        let changes = json!([{ "range": range((11, 33), (11, 33)), "text": "x" }]);
        let document = json!({ "uri": URI, "version": version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        let text = json!({ "jsonrpc": "2.0", "method": "textDocument/didChange", "params": params }).to_string();
        keys.push_str(&format!("Content-Length: {}\r\n\r\n{text}", text.len()));
    }
    client.input.as_mut().unwrap().write_all(keys.as_bytes()).unwrap();
    let mut reports = 0;
    while client.findings()["version"] != last {
        reports += 1;
    }
    assert!(reports < last / 2, "{reports} texts were analysed that nobody saw");
}

#[test]
fn an_empty_document_and_places_outside_of_it_are_answered() {
    let (mut client, found) = Client::opened("");
    assert_eq!(found["version"], 1);
    for method in ["hover", "definition", "references", "completion"] {
        for (line, character) in [(0, 0), (0, 7), (u32::MAX, u32::MAX)] {
            let answer = client.ask_at(&format!("textDocument/{method}"), line, character);
            assert!(answer.is_null() || answer == json!([]), "{method}: {answer}");
        }
    }
    client.change(2, json!([{ "range": range((7, 7), (0, 0)), "text": SPECIFICATION }]));
    assert!(lints(&client.findings()).contains(&"checkbox-syntax"));
    assert_eq!(client.leave(), 0);
}

#[test]
fn a_client_that_misbehaves_is_told_so_and_served_on() {
    let mut client = Client::start();
    let early = client.ask("textDocument/hover", json!({})).unwrap_err();
    assert_eq!(early["code"], -32002);
    client.ask("initialize", json!({ "capabilities": {} })).unwrap();
    client.tell("initialized", json!({}));
    for (text, code) in [("{", -32700), ("[]", -32600), ("{\"id\": {}}", -32600)] {
        client.send_text(text);
        let answer = client.receive();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(code)), "{text}");
    }
    let unknown = json!({ "textDocument": { "uri": "file:///nowhere" }, "position": { "line": 0, "character": 0 } });
    assert_eq!(client.ask("textDocument/hover", unknown).unwrap_err()["code"], -32602);
    assert_eq!(client.ask("textDocument/hover", json!(7)).unwrap_err()["code"], -32602);
    assert_eq!(client.ask("specc/nothing", json!({})).unwrap_err()["code"], -32601);
    client.tell("specc/nothing", json!({}));
    client.tell("textDocument/didOpen", json!("nonsense"));
    client.change(3, json!([{ "text": "of a document that nobody opened" }]));
    client.open(1, SPECIFICATION);
    assert_eq!(client.findings()["version"], 1);
    // After `shutdown` only `exit` is left.
    client.ask("shutdown", Value::Null).unwrap();
    assert_eq!(client.ask("shutdown", Value::Null).unwrap_err()["code"], -32600);
    client.tell("exit", Value::Null);
    assert_eq!(client.server.wait().unwrap().code(), Some(0));
}

#[test]
fn leaving_without_a_word_is_exit_code_1() {
    let mut client = Client::introduced();
    client.tell("exit", Value::Null);
    assert_eq!(client.server.wait().unwrap().code(), Some(1));
    let mut client = Client::introduced();
    client.input = None;
    assert_eq!(client.server.wait().unwrap().code(), Some(1));
}
