//! Typed values in a sentence: quantities, paths, addresses, JSON, directives, commands, quotes.
//!
//! In: the text at a place where a token starts, or the content of inline code. Out: a [`Mention`] and its length.
//! Numbers stay untyped: `5` is a count, a port or a mode only when a capability asks for one.

mod atom;
mod code;
mod json;
mod number;
mod url;

pub(in crate::spec) use atom::{at_start, compound, name_length};
pub(in crate::spec) use code::from_code;
pub(in crate::spec) use number::number_in_words;

use crate::value::{Bytes, Endpoint, FileMode, HostName, Network, Owner, Percent, Port, Protocol, Seconds, UnixPath};

/// A value in a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Mention {
    /// A number, with the unit that follows it: `512M`, `5 seconds`, `25%`, `8000`.
    Quantity(Quantity),
    /// `8000/tcp`
    Endpoint(Endpoint),
    /// An absolute path.
    Path(UnixPath),
    /// `agent:agent`
    Owner(Owner),
    /// An address or a range.
    Network(Network),
    /// A domain name.
    HostName(HostName),
    /// A file name without a path: `agent_main.py`.
    FileName(String),
    /// `agent.service`
    UnitName(String),
    /// `http://…`, or `localhost:8000/health`.
    Url(Url),
    /// A JSON value; `...` in an object or array only says that there may be more.
    Json(serde_json::Value),
    /// `MemoryMax=512M`, `LOG_LEVEL=info`.
    Directive {
        /// What stands before the equals sign.
        name: String,
        /// What stands after it, without quotes.
        value: String,
    },
    /// A version with two or more parts: `3.11`, `22.04`.
    Version(String),
    /// Inline code that starts with a command's name, split into words.
    Command(Vec<String>),
    /// Text in quotation marks.
    Quoted(String),
    /// Other inline code.
    Code(String),
}

/// A number and its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// The number.
    pub number: f64,
    /// Digits as written, so that `0640` keeps its zero.
    pub digits: String,
    /// The unit, lower case; empty without one. `m` stays undecided: minutes or mebibytes, whichever is asked for.
    pub unit: String,
    /// Whether the unit is an upper-case `M` (never minutes).
    pub upper: bool,
}

impl Quantity {
    /// As a size.
    #[must_use]
    pub fn bytes(&self) -> Option<Bytes> {
        if self.unit.is_empty() { None } else { Bytes::from_unit(self.number, &self.unit) }
    }

    /// As a time. `m` means minutes unless it is written `M`.
    #[must_use]
    pub fn seconds(&self) -> Option<Seconds> {
        if self.unit == "m" && !self.upper {
            Seconds::from_unit(self.number, "min")
        } else {
            Seconds::from_unit(self.number, &self.unit)
        }
    }

    /// As a share.
    #[must_use]
    pub fn percent(&self) -> Option<Percent> {
        matches!(self.unit.as_str(), "%" | "percent").then_some(Percent(self.number))
    }

    /// As a number without a unit.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be a whole number in range"
        )]
        (self.unit.is_empty() && self.number >= 0.0 && self.number < 1e15 && self.number.fract() == 0.0)
            .then_some(self.number as u64)
    }

    /// As a port.
    #[must_use]
    pub fn port(&self) -> Option<Port> {
        if self.unit.is_empty() { self.digits.parse().ok() } else { None }
    }

    /// As a file mode.
    #[must_use]
    pub fn mode(&self) -> Option<FileMode> {
        if self.unit.is_empty() { self.digits.parse().ok() } else { None }
    }
}

/// A URL, with what is missing left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// `http` or `https`; `None` as in `localhost:8000/health`.
    pub scheme: Option<String>,
    /// The host.
    pub host: String,
    /// The port.
    pub port: Option<Port>,
    /// The path with its query, at least `/` or empty.
    pub path: String,
}

/// The protocol that a word names.
#[must_use]
pub fn protocol_word(word: &str) -> Option<Protocol> {
    match word.to_ascii_lowercase().as_str() {
        "tcp" => Some(Protocol::Tcp),
        "udp" => Some(Protocol::Udp),
        _ => None,
    }
}
