//! Messages on two byte streams.
//!
//! In: bytes of a client, framed as the protocol says: a header with `Content-Length`, an empty line, JSON. Out: messages,
//! or what is wrong with one; the next is read all the same. What messages mean is not known here.

use std::io::{self, BufRead, Read as _, Write};

use lsp_server::{ErrorCode, Message};
use serde_json::{Value, json};

use crate::source::MAXIMUM_SIZE;

/// No header line is longer.
const MAXIMUM_LINE: u64 = 8 * 1024;

/// The largest message: a specification in JSON, where each byte may be escaped in two.
const MAXIMUM_MESSAGE: u64 = 2 * MAXIMUM_SIZE;

/// What a client sent.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// Something else, and what is wrong with it.
    Malformed {
        /// The protocol's number for it.
        code: ErrorCode,
        /// What is wrong.
        reason: String,
    },
}

/// Reads one message; `None` at the end of the stream.
///
/// # Errors
/// When the stream cannot be read.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let Some(length) = header(input)? else { return Ok(None) };
    let Some(length) = length else {
        return Ok(Some(malformed(ErrorCode::ParseError, "the header has no Content-Length")));
    };
    if length > MAXIMUM_MESSAGE {
        io::copy(&mut input.take(length), &mut io::sink())?;
        return Ok(Some(malformed(ErrorCode::InvalidRequest, format!("larger than {MAXIMUM_MESSAGE} bytes"))));
    }
    let mut body = Vec::new();
    if input.take(length).read_to_end(&mut body)? as u64 != length {
        return Ok(None);
    }
    Ok(Some(match serde_json::from_slice::<Value>(&body) {
        Err(error) => malformed(ErrorCode::ParseError, format!("not JSON: {error}")),
        Ok(value) => match serde_json::from_value(value) {
            Ok(message) => Incoming::Message(message),
            Err(_) => malformed(ErrorCode::InvalidRequest, "neither a request nor a response nor a notification"),
        },
    }))
}

fn malformed(code: ErrorCode, reason: impl Into<String>) -> Incoming {
    Incoming::Malformed { code, reason: reason.into() }
}

/// The length that a header gives, if it does; `None` at the end of the stream. Lines that are no header are passed over, so
/// that reading goes on at the next message.
fn header(input: &mut impl BufRead) -> io::Result<Option<Option<u64>>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.take(MAXIMUM_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        if line.trim().is_empty() {
            return Ok(Some(length));
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("Content-Length")
        {
            length = value.trim().parse().ok();
        }
    }
}

/// Answers what could not be read, and so has no number.
///
/// # Errors
/// When the stream cannot be written.
pub fn refuse(output: &mut impl Write, code: ErrorCode, reason: &str) -> io::Result<()> {
    let error = json!({ "code": code as i32, "message": reason });
    let text = json!({ "jsonrpc": "2.0", "id": null, "error": error }).to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut input: &[u8]) -> Vec<Option<String>> {
        let mut found = Vec::new();
        while let Some(incoming) = read(&mut input).unwrap() {
            found.push(match incoming {
                Incoming::Message(Message::Notification(notification)) => Some(notification.method),
                _ => None,
            });
        }
        found
    }

    #[test]
    fn reading_goes_on_behind_what_is_malformed() {
        let exit = "Content-Length: 33\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}";
        for (before, malformed) in [
            ("", 0),
            ("noise\n", 0),
            ("\r\n", 1),
            ("Content-Length: many\r\n\r\n", 1),
            ("Content-Length: 2\r\n\r\n{{", 1),
            ("Content-Length: 2\r\n\r\n[]", 1),
        ] {
            let text = format!("{before}{exit}");
            let mut expected = vec![None; malformed];
            expected.push(Some("exit".to_owned()));
            assert_eq!(all(text.as_bytes()), expected, "{before:?}");
        }
        assert_eq!(all(b"Content-Length: 18446744073709551615\r\n\r\n{}"), [None]);
        assert_eq!(all(b"Content-Length: 40\r\n\r\n{\"jsonrpc\""), []);
    }
}
