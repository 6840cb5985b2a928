//! Typed values in a sentence: quantities, paths, addresses, JSON, directives, commands, quotes.
//!
//! In: the text at a place where a token starts, or the content of inline code. Out: a [`Mention`] and its length.
//! Numbers stay untyped: `5` is a count, a port or a mode only when a capability asks for one.

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

const FILE_EXTENSIONS: &[&str] = &[
    "py", "js", "mjs", "cjs", "ts", "rb", "sh", "jar", "toml", "yaml", "yml", "json", "txt", "md", "conf", "cfg",
    "ini", "log", "env", "sock", "pid", "db", "sqlite", "sqlite3", "pem", "key", "crt", "gz", "html",
];

const UNIT_TYPES: &[&str] = &["service", "timer", "target", "socket", "mount", "slice", "path"];

const COMMANDS: &[&str] = &[
    "systemctl",
    "journalctl",
    "curl",
    "ss",
    "netstat",
    "id",
    "stat",
    "ls",
    "grep",
    "getent",
    "dig",
    "test",
    "sshd",
    "nginx",
    "ps",
    "kill",
    "pkill",
    "reboot",
    "sudo",
    "cat",
    "htop",
    "top",
    "ufw",
    "iptables",
    "nft",
    "df",
    "du",
    "free",
    "python3",
    "python",
    "node",
    "npm",
    "docker",
    "ssh",
    "ping",
    "lsof",
    "tail",
    "systemd-analyze",
    "logrotate",
    "fail2ban-client",
    "certbot",
    "openssl",
    "pg_dump",
    "psql",
    "redis-cli",
    "wget",
    "nc",
    "telnet",
    "echo",
    "uptime",
    "who",
    "last",
    "chmod",
    "chown",
    "namei",
    "visudo",
    "timedatectl",
    "hostnamectl",
    "nslookup",
    "host",
    "apt",
    "apt-get",
    "dpkg",
    "uvicorn",
    "gunicorn",
    "pidof",
    "pgrep",
    "command",
    "which",
    "file",
    "head",
    "wc",
    "find",
    "mount",
    "findmnt",
    "sysctl",
    "sleep",
    "true",
    "printf",
];

/// Reads an atom or a number at the start of `text`; `after_word` says that a letter or digit stands directly before it.
pub(super) fn at_start(text: &str, after_word: bool) -> Option<(Mention, usize)> {
    match *text.as_bytes().first()? {
        b'"' | 0xe2 => quoted(text),
        b'{' => json(text),
        b'/' if !after_word => path(text),
        b'~' if text.starts_with("~/") => Some((Mention::Code(chunk(text).to_owned()), chunk(text).len())),
        b'0'..=b'9' if !after_word => number(text),
        b'.' if !after_word && text.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic) => {
            let word = chunk(text);
            Some((Mention::FileName(word.to_owned()), word.len()))
        }
        byte if !after_word && (byte.is_ascii_alphabetic() || byte == b'_') => compound(text),
        _ => None,
    }
}

/// Text up to white space or closing punctuation.
fn chunk(text: &str) -> &str {
    let end = text
        .find(|character: char| character.is_whitespace() || ",;()[]{}\"'`|<>".contains(character))
        .unwrap_or(text.len());
    text[..end].trim_end_matches(['.', ':', '!', '?', '*', '\u{2026}'])
}

fn quoted(text: &str) -> Option<(Mention, usize)> {
    let (open, close) = if text.starts_with('"') { ('"', '"') } else { ('\u{201c}', '\u{201d}') };
    let inner = text.strip_prefix(open)?;
    let end = inner.find(close).filter(|end| *end <= 200)?;
    Some((Mention::Quoted(inner[..end].to_owned()), open.len_utf8() + end + close.len_utf8()))
}

fn json(text: &str) -> Option<(Mention, usize)> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (offset, byte) in text.bytes().enumerate().take(4096) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return json_value(&text[..=offset]).map(|value| (Mention::Json(value), offset + 1));
                }
            }
            _ => {}
        }
    }
    None
}

/// Parses JSON in which `...` stands for further members.
fn json_value(text: &str) -> Option<serde_json::Value> {
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let mut open = text.to_owned();
    for ellipsis in ["...", "\u{2026}"] {
        for around in [format!(", {ellipsis}"), format!(",{ellipsis}"), format!("{ellipsis},"), ellipsis.to_owned()] {
            open = open.replace(&around, "");
        }
    }
    serde_json::from_str(&open).ok()
}

fn path(text: &str) -> Option<(Mention, usize)> {
    let word = chunk(text);
    let path: UnixPath = word.parse().ok().filter(|_| word.len() > 1)?;
    Some((Mention::Path(path), word.len()))
}

fn number(text: &str) -> Option<(Mention, usize)> {
    let word = chunk(text);
    if word.contains('.') || word.contains("::") {
        if let Ok(network) = word.parse::<Network>() {
            return Some((Mention::Network(network), word.len()));
        }
        if let Some(url) = host_and_port(word) {
            return Some((Mention::Url(url), word.len()));
        }
    }
    if let Some((port, protocol)) = word.split_once('/')
        && protocol.len() == 3
        && let Ok(endpoint) = format!("{port}/{protocol}").parse()
    {
        return Some((Mention::Endpoint(endpoint), word.len()));
    }
    let digits_end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let mut end = digits_end;
    let mut dots = 0;
    while text[end..].starts_with('.') && text.as_bytes().get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = text[end + 1..]
            .find(|character: char| !character.is_ascii_digit())
            .map_or(text.len(), |offset| end + 1 + offset);
        dots += 1;
    }
    let mut digits = text[..end].to_owned();
    while dots == 0 && text[end..].starts_with(',') && is_thousands(&text[end + 1..]) {
        digits.push_str(&text[end + 1..end + 4]);
        end += 4;
    }
    if dots > 1 {
        let plus = usize::from(text[end..].starts_with('+'));
        return Some((Mention::Version(digits), end + plus));
    }
    let (unit, unit_end) = unit_after(text, end);
    if unit.is_empty() && dots == 1 && (text[end..].starts_with('+') || digits.len() >= 4) {
        let plus = usize::from(text[end..].starts_with('+'));
        return Some((Mention::Version(digits), end + plus));
    }
    let number = digits.parse().ok()?;
    let upper = text[end..].trim_start().starts_with('M');
    let quantity = Quantity { number, digits, unit: unit.to_ascii_lowercase(), upper };
    Some((Mention::Quantity(quantity), if unit.is_empty() { end } else { unit_end }))
}

fn is_thousands(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 3
}

/// The unit after a number: attached (`5s`, `25%`), after a space (`512 MB`), or after a hyphen (`5-second`).
fn unit_after(text: &str, end: usize) -> (&str, usize) {
    let rest = &text[end..];
    if rest.starts_with('%') {
        return (&rest[..1], end + 1);
    }
    let gap = usize::from(rest.starts_with([' ', '-']));
    let word_length = rest[gap..]
        .find(|character: char| !character.is_ascii_alphabetic() && character != '%')
        .unwrap_or(rest.len() - gap);
    let word = &rest[gap..gap + word_length];
    let known = word == "%"
        || word.eq_ignore_ascii_case("percent")
        || Bytes::from_unit(1.0, word).is_some()
        || Seconds::from_unit(1.0, word).is_some();
    // A lone letter after a space is a word of the sentence, not a unit.
    if known && !(gap == 1 && word.len() == 1 && !word.eq("%")) { (word, end + gap + word_length) } else { ("", end) }
}

/// Atoms that start with a letter: directives, URLs, owners, file, unit and host names.
fn compound(text: &str) -> Option<(Mention, usize)> {
    let name_length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    match text.as_bytes().get(name_length) {
        Some(b'=') => directive(text, name_length),
        Some(b':') if text[name_length..].starts_with("://") => url(text),
        Some(b':' | b'.' | b'-') => {
            let word = chunk(text);
            classify_word(word).map(|mention| (mention, word.len()))
        }
        _ => None,
    }
}

fn directive(text: &str, name_length: usize) -> Option<(Mention, usize)> {
    let value = &text[name_length + 1..];
    let name = text[..name_length].to_owned();
    if let Some(inner) = value.strip_prefix('"')
        && let Some(end) = inner.find('"')
    {
        return Some((Mention::Directive { name, value: inner[..end].to_owned() }, name_length + 1 + end + 2));
    }
    let end =
        value.find(|character: char| character.is_whitespace() || ",;()`|".contains(character)).unwrap_or(value.len());
    let value = value[..end].trim_end_matches(['.', ':', '!', '?']);
    (!value.is_empty() && !value.starts_with('='))
        .then(|| (Mention::Directive { name, value: value.to_owned() }, name_length + 1 + value.len()))
}

fn url(text: &str) -> Option<(Mention, usize)> {
    let word = chunk(text);
    let (scheme, rest) = word.split_once("://")?;
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, port) = split_port(&rest[..authority_end])?;
    let url = Url {
        scheme: Some(scheme.to_ascii_lowercase()),
        host: host.to_owned(),
        port,
        path: rest[authority_end..].to_owned(),
    };
    Some((Mention::Url(url), word.len()))
}

/// `localhost:8000`, `127.0.0.1:8000/health`.
fn host_and_port(word: &str) -> Option<Url> {
    let authority_end = word.find('/').unwrap_or(word.len());
    let (host, port) = split_port(&word[..authority_end])?;
    let plausible = host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok()
        || (host.contains('.') && host.parse::<HostName>().is_ok());
    let located = port.is_some() || authority_end < word.len();
    (plausible && located).then(|| Url {
        scheme: None,
        host: host.to_owned(),
        port,
        path: word[authority_end..].to_owned(),
    })
}

fn split_port(authority: &str) -> Option<(&str, Option<Port>)> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => Some((host, Some(port.parse().ok()?))),
        _ => Some((authority, None)).filter(|(host, _)| !host.is_empty()),
    }
}

/// What a word with dots, colons or hyphens is; `None` for ordinary words.
fn classify_word(word: &str) -> Option<Mention> {
    if let Some(url) = host_and_port(word) {
        return Some(Mention::Url(url));
    }
    if word.contains(':') {
        return word.parse().ok().map(Mention::Owner);
    }
    let (stem, extension) = word.rsplit_once('.')?;
    let extension = extension.to_ascii_lowercase();
    if stem.is_empty() {
        None
    } else if UNIT_TYPES.contains(&extension.as_str()) {
        Some(Mention::UnitName(word.to_owned()))
    } else if FILE_EXTENSIONS.contains(&extension.as_str()) {
        Some(Mention::FileName(word.to_owned()))
    } else if extension.len() >= 2
        && extension.bytes().all(|byte| byte.is_ascii_alphabetic())
        && word.bytes().any(|byte| byte.is_ascii_lowercase())
    {
        word.parse().ok().map(Mention::HostName)
    } else {
        None
    }
}

/// What inline code is.
pub(super) fn from_code(code: &str) -> Mention {
    let code = code.trim();
    if code.starts_with('{')
        && let Some(value) = json_value(code)
    {
        return Mention::Json(value);
    }
    let words: Vec<&str> = code.split_whitespace().collect();
    if words.len() > 1 && words.first().is_some_and(|word| COMMANDS.contains(word)) || COMMANDS.contains(&code) {
        return Mention::Command(split_command(code));
    }
    if words.len() == 1 {
        for (mention, length) in
            [at_start(code, false), classify_word(code).map(|mention| (mention, code.len()))].into_iter().flatten()
        {
            if length == code.len() {
                return mention;
            }
        }
    } else if let Some((Mention::Quantity(quantity), length)) = at_start(code, false)
        && length == code.len()
    {
        return Mention::Quantity(quantity);
    }
    Mention::Code(code.to_owned())
}

/// Splits a command line into words as a shell would, without expanding anything.
fn split_command(code: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut started = false;
    let mut quote = None;
    for character in code.chars() {
        match (quote, character) {
            (Some(open), character) if open == character => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                started = true;
            }
            (None, character) if character.is_whitespace() => {
                if started {
                    words.push(std::mem::take(&mut word));
                    started = false;
                }
            }
            (_, character) => {
                word.push(character);
                started = true;
            }
        }
    }
    if started {
        words.push(word);
    }
    words
}

/// A number in words at the start of `text`, with its unit: `five seconds`, `three`. The words that are more often
/// something else (`one`, `half`) need a unit.
pub(super) fn number_in_words(text: &str, length: usize) -> Option<(Quantity, usize)> {
    let number = number_word(&text[..length])?;
    let (unit, end) = unit_after(text, length);
    if unit.is_empty() && (number <= 1.0 || number >= 100.0) {
        return None;
    }
    let quantity = Quantity { number, digits: number.to_string(), unit: unit.to_ascii_lowercase(), upper: false };
    Some((quantity, if unit.is_empty() { length } else { end }))
}

/// The number that a word names: `five`.
fn number_word(word: &str) -> Option<f64> {
    const WORDS: &[(&str, f64)] = &[
        ("one", 1.0),
        ("two", 2.0),
        ("three", 3.0),
        ("four", 4.0),
        ("five", 5.0),
        ("six", 6.0),
        ("seven", 7.0),
        ("eight", 8.0),
        ("nine", 9.0),
        ("ten", 10.0),
        ("twelve", 12.0),
        ("fifteen", 15.0),
        ("twenty", 20.0),
        ("thirty", 30.0),
        ("forty", 40.0),
        ("sixty", 60.0),
        ("ninety", 90.0),
        ("hundred", 100.0),
        ("half", 0.5),
        ("quarter", 0.25),
    ];
    if word.len() > 7 {
        return None;
    }
    WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, number)| *number)
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
