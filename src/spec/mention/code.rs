//! Inline code: a command line, a value, or just code.

use super::Mention;
use super::atom::{at_start, classify_word};
use super::json::json_value;

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

/// What inline code is.
pub(in crate::spec) fn from_code(code: &str) -> Mention {
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
    } else if let [keyword, value] = words[..]
        && is_keyword(keyword)
    {
        // `PermitRootLogin no`: how sshd and others write a directive.
        return Mention::Directive { name: keyword.to_owned(), value: value.to_owned() };
    } else if let Some((Mention::Quantity(quantity), length)) = at_start(code, false)
        && length == code.len()
    {
        return Mention::Quantity(quantity);
    }
    Mention::Code(code.to_owned())
}

/// `PermitRootLogin`: letters, with capitals inside.
fn is_keyword(word: &str) -> bool {
    word.starts_with(|character: char| character.is_ascii_uppercase())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && word.bytes().any(|byte| byte.is_ascii_lowercase())
        && word.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
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
