//! What every host of the tests has: harmless tools, commands that pretend to be root's, and which commands change a host.
//!
//! In: a name and what the command does. Out: programs for `sh`, which find the temporary root in `$ROOT`. Not here: stand-ins
//! for one test.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{LazyLock, Mutex};

use tempfile::TempDir;

/// What generated scripts take from every distribution, and what changes nothing outside of its arguments. Anything else
/// is "not installed" unless the test stands in for it.
const TOOLS: &str = "awk basename bash cat chmod cmp comm cp cut date dd df dirname du env find flock grep head iconv jq ln md5sum mkdir mktemp \
    mv nproc od paste readlink rm rmdir sed seq sh sha256sum sort tail tar tee test timeout touch tr true truncate wc xargs";

/// Stand-ins that every host has: they pretend that the test's account is root, and that time passes.
const PRETENCES: [(&str, &str); 8] = [
    ("sleep", ""),
    ("sync", ""),
    ("hostname", "echo web-01"),
    ("uname", "echo web-01"),
    ("setpriv", "while [ \"${1#-}\" != \"$1\" ]; do word=$1; shift; [ \"$word\" != -- ] || break; done; exec \"$@\""),
    ("ls", PRETENDED_LISTING),
    ("stat", PRETENDED_STATUS),
    (
        "install",
        "n=$#; while [ $n -gt 0 ]; do word=$1; shift; n=$((n - 1)); \
         case $word in -o | -g) shift; n=$((n - 1)) ;; *) set -- \"$@\" \"$word\" ;; esac; done; exec /usr/bin/install \"$@\"",
    ),
];

/// What is outside of the temporary root counts as root's; what is in it too, but for what the file `.owners` says.
const PRETENDED_LISTING: &str = r#"/bin/ls "$@" 2>/dev/null | awk -v root="$ROOT" -v me="$ME" '
  BEGIN { while ((getline line < (root "/.owners")) > 0) { split(line, word, " "); owner[word[1]] = word[2] ~ /^root:/ ? 0 : 1000 } }
  index($9, root "/") != 1 { print "drwxr-xr-x 1 0 0 0 Jan 1 00:00 " $9; next }
  $9 in owner { $3 = owner[$9] }
  $3 == me { $3 = 0 }
  { print }'"#;

const PRETENDED_STATUS: &str = r#"how=-c status=0
case $1 in -c) format=$2; shift 2 ;; --format=*) format=${1#*=}; shift ;; --printf) how=--printf format=$2; shift 2 ;; esac
[ "$1" != -- ] || shift
for path; do
  case $path in /*) absolute=$path ;; *) absolute=$PWD/$path ;; esac
  owner=$(sed -n "s|^$absolute ||p" "$ROOT/.owners" | tail -n 1)
  owner=${owner:-root:root} number=1000
  [ "$owner" != root:root ] || number=0
  /usr/bin/stat "$how" "$(printf %s "$format" | sed "s/%U/${owner%:*}/g; s/%G/${owner#*:}/g; s/%[ug]/$number/g")" -- "$path" || status=1
done
exit $status"#;

/// Calls that change the host. Where a function only looks, none of them may happen.
pub const CHANGES: &str = "^(useradd|usermod|userdel|groupadd|chown|chgrp|systemd-run|systemd-tmpfiles|ip6?tables-restore|ufw|apt-get|\
    systemctl (.* )?(start|stop|restart|reload|enable|disable|reenable|daemon-reload|reset-failed|reboot|unmask|mask))( |$)";

/// Calls of these commands that only look.
pub const LOOKS: &str = "^(ufw status|apt-get --simulate) ";

/// The harmless tools, where they are on this machine.
static TOOL_PATHS: LazyLock<Vec<(&str, PathBuf)>> = LazyLock::new(|| {
    let find = |tool| {
        ["/usr/bin", "/usr/sbin", "/bin", "/sbin"]
            .iter()
            .map(|place| Path::new(place).join(tool))
            .find(|path| path.exists())
    };
    TOOLS.split_whitespace().filter_map(|tool| Some((tool, find(tool)?))).collect()
});

/// One directory for all tests, with the harmless tools and the pretences; named by what is in it, so that it can stay.
pub static TOOL_DIRECTORY: LazyLock<PathBuf> = LazyLock::new(|| {
    let mut content = DefaultHasher::new();
    (TOOLS, PRETENCES.map(|(name, body)| stand_in(name, body))).hash(&mut content);
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("shell-tools-{:x}", content.finish()));
    if !directory.exists() {
        let making = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        make_tools(&making.path().join("tools"), "");
        // Another run of the tests may have been quicker.
        drop(fs::rename(making.path().join("tools"), &directory));
    }
    directory
});

pub fn make_tools(directory: &Path, without: &str) {
    fs::create_dir_all(directory).unwrap();
    for (tool, path) in TOOL_PATHS.iter().filter(|(tool, _)| *tool != without) {
        symlink(path, directory.join(tool)).unwrap();
    }
    for (name, body) in PRETENCES.iter().filter(|(name, _)| *name != without) {
        write_stand_in(directory, name, body);
    }
}

/// A program for `sh` that notes how it was called. The temporary root is where the first directory of PATH lies; `ME` is its owner.
fn stand_in(name: &str, body: &str) -> String {
    format!(
        "#!/bin/sh\nROOT=${{PATH%%/.stand-ins*}} ME={}\nline={name}\nfor word; do case $word in '' | *[!A-Za-z0-9_./:=@%+,-]*) line=\"$line '$word'\" ;; \
         *) line=\"$line $word\" ;; esac; done\nprintf '%s\\n' \"$line\" >>\"$ROOT/.calls\"\n{body}\n",
        *OWN_ID
    )
}

/// The account that runs the tests.
static OWN_ID: LazyLock<u32> = LazyLock::new(|| fs::metadata("/proc/self").unwrap().uid());

pub fn write_stand_in(directory: &Path, name: &str, body: &str) {
    let path = directory.join(name);
    let _nobody_forks = FORKING.lock().unwrap();
    drop(fs::remove_file(&path));
    fs::write(&path, stand_in(name, body)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A program cannot be started while somebody can write it, and whoever forks at that moment could.
static FORKING: Mutex<()> = Mutex::new(());

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Output {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = {
        let _nobody_writes = FORKING.lock().unwrap();
        command.spawn().unwrap()
    };
    child.wait_with_output().unwrap()
}

/// Where a tool that not every machine has is; with SPECC_REQUIRE_TOOLS its absence is a failure.
pub fn find_tool(tool: &str) -> Option<PathBuf> {
    let found =
        ["/usr/bin", "/usr/sbin"].map(|place| Path::new(place).join(tool)).into_iter().find(|path| path.exists());
    assert!(found.is_some() || std::env::var_os("SPECC_REQUIRE_TOOLS").is_none(), "{tool} is not installed");
    if found.is_none() {
        eprintln!("skipped: {tool} is not installed");
    }
    found
}

/// Whether a tool that not every machine has is here; with SPECC_REQUIRE_TOOLS its absence is a failure.
pub fn has_tool(tool: &str) -> bool {
    let found = TOOL_PATHS.iter().any(|(name, _)| *name == tool);
    assert!(found || std::env::var_os("SPECC_REQUIRE_TOOLS").is_none(), "{tool} is not installed");
    if !found {
        eprintln!("skipped: {tool} is not installed");
    }
    found
}
