//! An editor that talks to the language server over a pipe.
//!
//! In: the program and a text that is opened. Out: keystrokes, each from the change that is sent to the findings that come
//! back.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// An open editor; dropping it ends the conversation.
pub struct Editor {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// The line that is typed in: the first with an ID.
    line: usize,
    version: u32,
}

impl Editor {
    /// Starts the server and opens a text.
    pub fn open(specc: &Path, text: &str) -> Self {
        let mut command = Command::new(specc);
        command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = command.spawn().unwrap();
        let (input, output) = (server.stdin.take().unwrap(), BufReader::new(server.stdout.take().unwrap()));
        let line = text.lines().position(|line| line.starts_with("- FR-")).unwrap();
        let mut editor = Self { server, input, output, line, version: 0 };
        editor.send(r#""id":1,"method":"initialize","params":{"capabilities":{}}"#);
        editor.receive(r#""id":1"#);
        editor.send(r#""method":"initialized","params":{}"#);
        let text = text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
        let document = format!(r#"{{"uri":"file:///SPEC.md","languageId":"markdown","version":0,"text":"{text}"}}"#);
        editor.send(&format!(r#""method":"textDocument/didOpen","params":{{"textDocument":{document}}}"#));
        editor.receive(r#""version":0"#);
        editor
    }

    /// Types a letter and waits for the findings in the text that it gives.
    pub fn keystroke(&mut self) {
        self.version += 1;
        let Self { line, version, .. } = self;
        // The end of the line, wherever that is.
        let place = format!(r#"{{"line":{line},"character":9999}}"#);
        let change = format!(r#"{{"range":{{"start":{place},"end":{place}}},"text":"x"}}"#);
        let document = format!(r#"{{"uri":"file:///SPEC.md","version":{version}}}"#);
        let params = format!(r#"{{"textDocument":{document},"contentChanges":[{change}]}}"#);
        let answer = format!(r#""version":{version}"#);
        self.send(&format!(r#""method":"textDocument/didChange","params":{params}"#));
        self.receive(&answer);
    }

    fn send(&mut self, members: &str) {
        let text = format!(r#"{{"jsonrpc":"2.0",{members}}}"#);
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    /// Reads messages up to the one that holds these members.
    fn receive(&mut self, members: &str) {
        loop {
            let mut header = String::new();
            self.output.read_line(&mut header).unwrap();
            let length = header.trim_end().strip_prefix("Content-Length: ").unwrap().parse().unwrap();
            self.output.read_line(&mut String::new()).unwrap();
            let mut body = vec![0; length];
            self.output.read_exact(&mut body).unwrap();
            if String::from_utf8(body).unwrap().contains(members) {
                return;
            }
        }
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.send(r#""method":"exit""#);
        let _ = self.server.wait();
    }
}
