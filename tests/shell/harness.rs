//! Runs shell functions of `templates/shell` outside of a server.
//!
//! In: what a host holds and how its commands answer, and a line of shell. Out: what was printed, the exit status, the commands
//! that were called with their arguments, the files afterwards. It needs no root and touches nothing but a temporary
//! directory: absolute paths in the functions lead there, the account that runs the test counts as root (or as nobody in
//! particular), and only commands that a test names, or that are harmless, can be found.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use regex::Regex;
use tempfile::TempDir;

use crate::library::{CALLED, PLACE, library, rooted};
use crate::stand_ins::{CHANGES, LOOKS, TOOL_DIRECTORY, make_tools, run, write_stand_in};

/// The constants of a generated script.
const CONSTANTS: &str = "readonly SERVICE='demo' UNIT='demo.service' DESCRIPTION='Demo Service'\n\
    readonly SUPPORTED_PLATFORMS='debian:12 debian:13' STATE_DIRECTORY='/var/lib/specc/demo'\n";

/// What a function left behind: path → mode and content.
type Tree = BTreeMap<String, String>;

/// A host that consists of a temporary directory and stand-ins.
pub struct Host {
    root: TempDir,
}

/// How a run ended. Paths are shown as the host's own.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
    pub calls: Vec<String>,
}

impl Host {
    pub fn new() -> Self {
        let host = Self { root: TempDir::with_prefix("host").unwrap() };
        for directory in [
            ".stand-ins",
            ".called",
            "etc/systemd/system",
            "run",
            "opt",
            "sys/fs/cgroup",
            "package",
            "var/lib/specc/demo/runs/now",
        ] {
            host.make_parents(&host.at(directory).join("x"));
        }
        fs::write(host.at(".owners"), "").unwrap();
        symlink("/proc", host.at("proc")).unwrap();
        host
    }

    /// Where a path of the host really is.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root.path().join(path.trim_start_matches('/'))
    }

    /// Where a path of the host lies below another one that mirrors the whole host: "/package/rootfs", "/etc/demo.conf".
    pub fn mirrored(&self, below: &str, path: &str) -> String {
        format!("{below}{}{path}", self.root())
    }

    /// A file of the package's rootfs/.
    pub fn packaged(self, path: &str, content: &str) -> Self {
        let place = self.mirrored("/package/rootfs", path);
        self.file(&place, content)
    }

    fn root(&self) -> String {
        self.root.path().display().to_string()
    }

    fn rooted(&self, text: &str) -> String {
        rooted(text).replace(PLACE, &self.root())
    }

    fn unrooted(&self, text: &[u8]) -> String {
        String::from_utf8_lossy(text).replace(&self.root(), "")
    }

    /// A command of this host: a text for `sh`, which sees the arguments. Every call is written down.
    pub fn command(self, name: &str, body: &str) -> Self {
        write_stand_in(&self.at(".stand-ins"), name, &self.rooted(body));
        self
    }

    /// A command that is not installed here, though most hosts have it.
    pub fn without(self, name: &str) -> Self {
        make_tools(&self.at(".tools"), name);
        self
    }

    pub fn file(self, path: &str, content: &str) -> Self {
        self.file_with_mode(path, content, 0o644)
    }

    pub fn file_with_mode(self, path: &str, content: &str, mode: u32) -> Self {
        let place = self.at(path);
        self.make_parents(&place);
        fs::write(&place, content).unwrap();
        fs::set_permissions(&place, fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    pub fn directory(self, path: &str) -> Self {
        let place = self.at(path).join("x");
        self.make_parents(&place);
        self
    }

    pub fn link(self, path: &str, target: &str) -> Self {
        let place = self.at(path);
        self.make_parents(&place);
        symlink(self.rooted(target), &place).unwrap();
        self
    }

    /// "demo:demo" owns the path; the rest is root's.
    pub fn owned(self, path: &str, owner: &str) -> Self {
        let line = format!("{}{}\n", fs::read_to_string(self.at(".owners")).unwrap(), self.at(path).display());
        fs::write(self.at(".owners"), format!("{} {owner}\n", line.trim_end())).unwrap();
        self
    }

    /// A `/proc` of the test's own, instead of the kernel's.
    pub fn own_proc(self) -> Self {
        fs::remove_file(self.at("proc")).unwrap();
        fs::create_dir(self.at("proc")).unwrap();
        self
    }

    fn make_parents(&self, path: &Path) {
        let missing: Vec<&Path> = path.ancestors().skip(1).take_while(|parent| !parent.exists()).collect();
        for directory in missing.into_iter().rev() {
            fs::create_dir(directory).unwrap();
            fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    pub fn read(&self, path: &str) -> String {
        self.unrooted(&fs::read(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}")))
    }

    pub fn exists(&self, path: &str) -> bool {
        self.at(path).symlink_metadata().is_ok()
    }

    pub fn mode(&self, path: &str) -> u32 {
        self.at(path).metadata().unwrap().permissions().mode() & 0o7777
    }

    /// The host's files, but for the notes of the harness.
    pub fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        let mut open = vec![self.root.path().to_owned()];
        while let Some(directory) = open.pop() {
            for entry in fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap()) {
                let path = entry.path();
                let name = self.unrooted(path.as_os_str().as_encoded_bytes());
                let kind = entry.file_type().unwrap();
                // Whether a log of the run exists changes nothing for the host.
                if name.starts_with("/.") || name.starts_with("/proc") || name.ends_with("/commands.log") {
                    continue;
                }
                let content = match kind {
                    kind if kind.is_dir() => String::new(),
                    kind if kind.is_symlink() => fs::read_link(&path).unwrap().display().to_string(),
                    kind if kind.is_file() => fs::read_to_string(&path).unwrap_or_default(),
                    _ => "neither".to_owned(),
                };
                let mode = fs::symlink_metadata(&path).unwrap().permissions().mode();
                tree.insert(name, format!("{mode:o} {content}"));
                if kind.is_dir() {
                    open.push(path);
                }
            }
        }
        tree
    }

    /// Runs a script in the surroundings of `deploy.sh`, or of `validate-deployment.sh`; the account is root where `acting` is 0.
    fn run_in(&self, head: &str, acting: u32, script: &str) -> Run {
        let body = format!("{head}\n{script}\n");
        let tools = self.at(".tools");
        let text = format!(
            "set -Eeuo pipefail\nPATH={}:{}\nexport PATH LC_ALL=C\nunset BASH_ENV ENV CDPATH GLOBIGNORE MEMORY\numask 077\n\
             readonly ROOT='{}' ACTING_UID={acting}\n{}{}\n{}",
            self.at(".stand-ins").display(),
            if tools.exists() { &tools } else { &TOOL_DIRECTORY }.display(),
            self.root(),
            self.rooted(CONSTANTS),
            library(&body).replace(PLACE, &self.root()),
            self.rooted(&body),
        );
        fs::write(self.at(".script"), text).unwrap();
        fs::write(self.at(".calls"), "").unwrap();
        let mut shell = Command::new("timeout");
        shell.args(["300", "/bin/bash", "-p"]).arg(self.at(".script")).current_dir(self.root.path());
        let output = run(&mut shell);
        let called = fs::read_dir(self.at(".called")).unwrap().map(|entry| entry.unwrap().file_name());
        CALLED.lock().unwrap().extend(called.map(|name| name.to_string_lossy().into_owned()));
        let calls = self.unrooted(&fs::read(self.at(".calls")).unwrap());
        Run {
            code: output.status.code().unwrap(),
            out: self.unrooted(&output.stdout),
            err: self.unrooted(&output.stderr),
            calls: calls.lines().map(str::to_owned).collect(),
        }
    }

    /// As `deploy.sh` does; `phase` and `run_mode` say for what.
    pub fn deploy(&self, phase: &str, mode: &str, script: &str) -> Run {
        let head = format!(
            "shopt -s inherit_errexit\nparse_arguments\nphase={phase} run_mode={mode}\n\
             package_directory=/package package_hash=0123456789abcdef run_directory=/var/lib/specc/demo/runs/now\n\
             trap 'printf \"unforeseen: %s (exit %s)\\n\" \"$BASH_COMMAND\" \"$?\" >&2' ERR\n: surveying report_ok ledger_put"
        );
        self.run_in(&head, 0, script)
    }

    pub fn apply(&self, script: &str) -> Run {
        self.deploy("apply", "apply", script)
    }

    /// An operation on a host that is as asked already: it says so and changes nothing.
    pub fn no_op(&self, script: &str) -> Run {
        let run = self.changing_nothing("apply", "apply", script);
        assert!(run.out.contains("ok  "), "{script}: {run}");
        assert!(!run.out.contains("changed  "), "{script}: {run}");
        run
    }

    /// `--check`: tells what is not as asked, and changes nothing.
    pub fn check(&self, script: &str) -> Run {
        self.changing_nothing("observe", "check", script)
    }

    /// Preflight: refuses or notes risks (which are printed), and changes nothing.
    pub fn survey(&self, script: &str) -> Run {
        self.changing_nothing(
            "survey",
            "apply",
            &format!("{script}\n: judge_risks; printf 'risk %s\\n' \"${{risks[@]}}\""),
        )
    }

    fn changing_nothing(&self, phase: &str, mode: &str, script: &str) -> Run {
        let before = self.tree();
        let run = self.deploy(phase, mode, script);
        assert_eq!(before, self.tree(), "{script}: {run}");
        run.changed_nothing();
        run
    }

    /// As `validate-deployment.sh` runs an observer: as root, without errexit.
    pub fn observe(&self, script: &str) -> Run {
        self.observe_as(0, script)
    }

    pub fn observe_as(&self, acting: u32, script: &str) -> Run {
        let before = self.tree();
        let run = self.run_in("set +e", acting, script);
        assert_eq!(before, self.tree(), "{script}: {run}");
        run
    }

    /// Any shell, in the surroundings of `validate-deployment.sh`.
    pub fn bash(&self, script: &str) -> Run {
        self.run_in("", 0, script)
    }
}

impl Run {
    /// The run printed all of these.
    #[track_caller]
    pub fn says(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(self.out.contains(text) || self.err.contains(text), "{text:?} is not in {self}");
        }
        self
    }

    #[track_caller]
    pub fn ends_with(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// The calls of a command, without its name.
    pub fn calls_of(&self, command: &str) -> Vec<&str> {
        let own = |call: &'_ String| call.split(' ').next() == Some(command);
        self.calls.iter().filter(|call| own(call)).map(|call| call[command.len()..].trim_start()).collect()
    }

    /// Each of these was called, in this order, others may be in between.
    #[track_caller]
    pub fn called(&self, calls: &[&str]) -> &Self {
        let mut rest = self.calls.iter();
        for call in calls {
            assert!(rest.any(|made| made == call), "no call {call:?}, or not in that order, in {self}");
        }
        self
    }

    #[track_caller]
    pub fn changed_nothing(&self) -> &Self {
        static CHANGING: LazyLock<Regex> = LazyLock::new(|| Regex::new(CHANGES).unwrap());
        static LOOKING: LazyLock<Regex> = LazyLock::new(|| Regex::new(LOOKS).unwrap());
        for call in &self.calls {
            assert!(!CHANGING.is_match(call) || LOOKING.is_match(call), "{call:?} changes the host: {self}");
        }
        self
    }

    /// What an observer printed and how it ended: (0, value), (1, why it failed), (2, why it cannot be told).
    pub fn observed(&self) -> (i32, &str) {
        (self.code, self.out.trim_end_matches('\n'))
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "exit {}\n{}\n--- errors\n{}\n--- calls\n{}", self.code, self.out, self.err, self.calls.join("\n"))
    }
}
