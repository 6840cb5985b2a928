//! The commands that a specification may have run: those that only read.
//!
//! In: the words of a command. Out: the argument list, the user that it runs as, and for requests the URL; or the reason why
//! it is not run. In doubt it is not run.

use crate::plan::Layer;
use crate::value::UserName;

/// A command that may be run.
#[derive(Debug)]
pub(super) struct Allowed {
    pub arguments: Vec<String>,
    pub user: UserName,
    pub layer: Layer,
    /// The URL of a request.
    pub url: Option<String>,
}

/// Commands that only read, whatever their arguments, and do not read forever.
const READERS: &[(&str, Layer)] = &[
    ("id", Layer::Existence),
    ("stat", Layer::Permissions),
    ("ls", Layer::Existence),
    ("getent", Layer::Existence),
    ("dig", Layer::Network),
    ("test", Layer::Existence),
    ("uptime", Layer::Service),
    ("nproc", Layer::Existence),
    ("namei", Layer::Permissions),
    ("df", Layer::Monitoring),
    ("free", Layer::Monitoring),
    ("findmnt", Layer::Existence),
    ("pgrep", Layer::Service),
    ("pidof", Layer::Service),
    ("ps", Layer::Service),
    ("which", Layer::Existence),
    ("ss", Layer::Network),
    ("host", Layer::Network),
    ("nslookup", Layer::Network),
];

/// Commands of which only some subcommands read.
const SUBCOMMANDS: &[(&str, &[&str])] = &[
    ("systemctl", &["is-active", "is-enabled", "is-failed", "show", "status", "cat", "list-timers", "list-units"]),
    ("systemd-analyze", &["verify", "security", "calendar"]),
    ("timedatectl", &["show", "status"]),
    ("hostnamectl", &["status"]),
    ("ufw", &["status"]),
    ("fail2ban-client", &["status"]),
];

/// Long options of journalctl that only select and format.
const JOURNAL_OPTIONS: &[&str] = &[
    "--unit",
    "--lines",
    "--since",
    "--until",
    "--priority",
    "--boot",
    "--grep",
    "--output",
    "--no-pager",
    "--quiet",
    "--dmesg",
    "--identifier",
    "--reverse",
    "--disk-usage",
    "--utc",
];

/// Commands that stop, start or change something.
const CHANGERS: &[&str] = &[
    "kill",
    "pkill",
    "killall",
    "reboot",
    "shutdown",
    "rm",
    "mv",
    "cp",
    "chmod",
    "chown",
    "apt",
    "apt-get",
    "dpkg",
    "mount",
    "certbot",
    "logrotate",
    "pg_dump",
    "psql",
    "redis-cli",
    "ssh",
    "useradd",
    "userdel",
    "sysctl",
];

/// Commands that never end, or want a terminal.
const INTERACTIVE: &[&str] = &["htop", "top", "watch", "less", "more", "vim", "nano", "tail"];

/// Whether a command may be run.
pub(super) fn judge(words: &[String]) -> Result<Allowed, String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let words = if words.first() == Some(&"sudo") { &words[1..] } else { &words[..] };
    let Some((&command, arguments)) = words.split_first() else { return Err("there is no command".to_owned()) };
    let is_request = command == "curl";
    for word in words {
        if let Some(mark) =
            word.chars().find(|mark| "$`|<>;&*(){}[]~!\\\n".contains(*mark) || *mark == '?' && !is_request)
        {
            return Err(format!("`{mark}` needs a shell, and commands of a specification are run without one"));
        }
    }
    if CHANGERS.contains(&command) {
        return Err(format!("`{command}` changes the host; a check only looks"));
    }
    if INTERACTIVE.contains(&command) {
        return Err(format!("`{command}` does not end by itself"));
    }
    let allow = |user: &str, layer: Layer| {
        let user = user.parse().map_err(|_| "the user is unknown".to_owned())?;
        let arguments = words.iter().map(|word| (*word).to_owned()).collect();
        Ok(Allowed { arguments, user, layer, url: None })
    };
    match command {
        "curl" => request(arguments),
        "journalctl" if arguments.iter().any(|word| follows(word)) => {
            Err("`journalctl -f` does not end by itself".to_owned())
        }
        "journalctl"
            if arguments.iter().any(|word| {
                word.starts_with("--") && !JOURNAL_OPTIONS.contains(&word.split('=').next().unwrap_or(word))
            }) =>
        {
            Err("an option of this `journalctl` may change the journal; a check only looks".to_owned())
        }
        "ss" if arguments.iter().any(|word| word.contains(['K', 'D'])) => {
            Err("`ss` with this option closes sockets or writes files; a check only looks".to_owned())
        }
        "systemctl"
            if arguments
                .iter()
                .any(|word| word.starts_with("-H") || word.starts_with("-M") || word.starts_with("--host")) =>
        {
            Err("it asks another machine".to_owned())
        }
        "journalctl" => allow("root", Layer::Monitoring),
        "sshd" if matches!(arguments, ["-T" | "-t"]) => allow("root", Layer::Security),
        "nginx" if matches!(arguments, ["-t" | "-v" | "-V"]) => allow("root", Layer::Service),
        "ufw" if matches!(arguments, ["status"] | ["status", "verbose" | "numbered"]) => allow("root", Layer::Security),
        "fail2ban-client" if arguments.first() == Some(&"status") => allow("root", Layer::Security),
        "grep" if arguments.iter().any(|word| matches!(*word, "-r" | "-R" | "--recursive" | "-f")) => {
            Err("`grep` over a whole tree may not end in time".to_owned())
        }
        "grep" if arguments.iter().filter(|word| !word.starts_with('-')).count() >= 2 => {
            allow("nobody", Layer::Existence)
        }
        "grep" => Err("`grep` without a file waits for input".to_owned()),
        "python3" | "node" | "npm" | "nginx" | "openssl" | "git"
            if matches!(arguments, ["--version" | "-v" | "version"]) =>
        {
            allow("nobody", Layer::Existence)
        }
        _ => {
            if let Some((_, layer)) = READERS.iter().find(|(name, _)| *name == command) {
                return allow("nobody", *layer);
            }
            if let Some((_, known)) = SUBCOMMANDS.iter().find(|(name, _)| *name == command) {
                let subcommand = arguments.iter().find(|word| !word.starts_with('-')).copied().unwrap_or_default();
                return if known.contains(&subcommand) {
                    allow("nobody", Layer::Service)
                } else {
                    Err(format!("`{command} {subcommand}` may change something; a check only looks"))
                };
            }
            Err(format!("`{command}` is not on the list of commands that only read"))
        }
    }
}

/// `-f`, also among other letters: `-fu`.
fn follows(word: &str) -> bool {
    word == "--follow" || word.starts_with('-') && !word.starts_with("--") && word.contains('f')
}

/// A GET request that writes nothing.
fn request(arguments: &[&str]) -> Result<Allowed, String> {
    let mut url = None;
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        match *word {
            "-s" | "-S" | "-sS" | "-f" | "-fsS" | "-sf" | "-fs" | "--silent" | "--show-error" | "--fail" | "-v"
            | "--verbose" => {}
            "-m" | "--max-time" | "--connect-timeout" => {
                rest.next();
            }
            word if word.starts_with('-') => return Err(format!("`curl {word}` is more than a plain request")),
            word if url.is_none() => url = Some(word.to_owned()),
            _ => return Err("it requests more than one URL".to_owned()),
        }
    }
    let Some(url) = url else { return Err("the request names no URL".to_owned()) };
    let url = if url.contains("://") { url } else { format!("http://{url}") };
    if !(url.starts_with("http://") || url.starts_with("https://")) {
        return Err("only http and https are requested".to_owned());
    }
    let arguments = ["curl", "-q", "-sS", "--noproxy", "*", "--max-time", "10", "--", &url].map(str::to_owned).to_vec();
    let user = "nobody".parse().map_err(|_| "the user is unknown".to_owned())?;
    Ok(Allowed { arguments, user, layer: Layer::Network, url: Some(url) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge_line(line: &str) -> Result<String, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        judge(&words).map(|allowed| allowed.user.to_string())
    }

    #[test]
    fn only_what_reads_is_run() {
        for line in
            ["id www-data", "systemctl is-enabled nginx", "stat -c %a /etc/hosts", "curl -s localhost:9100/metrics?x=1"]
        {
            assert_eq!(judge_line(line).as_deref(), Ok("nobody"), "{line}");
        }
        for line in ["sudo sshd -T", "nginx -t", "journalctl -u agent --since -5min"] {
            assert_eq!(judge_line(line).as_deref(), Ok("root"), "{line}");
        }
    }

    #[test]
    fn nothing_needs_a_shell_or_changes_the_host() {
        for line in [
            "ls /tmp; rm -r /srv",
            "cat /etc/shadow",
            "id $(whoami)",
            "ls /var/log/*.log",
            "grep x /etc/hosts > /tmp/y",
            "systemctl restart agent",
            "systemctl --now mask agent",
            "kill -9 1",
            "journalctl -fu agent",
            "curl -X POST localhost/x",
            "curl -o /etc/passwd localhost",
            "curl file:///etc/shadow",
            "ufw allow 22",
            "sshd -D",
            "nginx -s stop",
            "sudo -u postgres psql",
            "bash -c ls",
            "python3 -c 1",
            "find / -delete",
        ] {
            assert!(judge_line(line).is_err(), "{line}");
        }
    }
}
