//! The commands of the operators' handbook are real: each is run on a server that it was made for, or has a reason here not to be.
//!
//! In: the code blocks of `RUNBOOK.md`, and the commands in the tables of `docs/TROUBLESHOOTING.md`, as the package brings them. A
//! command that no list here knows fails the test: whoever writes one into a handbook says here what it does.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use specc_testbed::{Machine, Output, Service};

use crate::production::desk;
use crate::wait_until;

/// Where the handbook lies, and where its commands are run: any place must do.
const PLACE: &str = "/root/package";

/// What only looks begins so, and so does whatever takes its output.
const LOOKS: &[&str] = &[
    "/opt/desk/venv/bin/python -m pip list",
    "/usr/local/lib/desk-backup --list",
    "/usr/local/lib/desk-check-environment",
    "/usr/local/lib/desk-uptime-monitor --report",
    "/usr/sbin/logrotate --debug",
    "/var/lib/specc/desk/current/deploy.sh --check",
    "/var/lib/specc/desk/current/validate-deployment.sh",
    "apt-cache policy",
    "apt-config dump",
    "apt-get -s",
    "auditctl -l",
    "auditctl -s",
    "ausearch",
    "awk",
    "cat",
    "cd",
    "chronyc sources",
    "command -v",
    "curl",
    "df",
    "du",
    "fail2ban-client status",
    "find /opt/desk -xdev",
    "find /proc/[0-9]*/fd",
    "getent",
    "grep",
    "id",
    "ip -brief address",
    "ip route",
    "ip6tables -S",
    "iptables -S",
    "journalctl --disk-usage",
    "journalctl --list-boots",
    "journalctl -b",
    "journalctl -k",
    "journalctl -t",
    "journalctl -u",
    "last",
    "ls",
    "namei",
    "nft list ruleset",
    "head",
    "nginx -T",
    "nginx -t",
    "openssl s_client",
    "openssl x509 -noout",
    "passwd --status",
    "ps",
    "readlink",
    "resolvectl status",
    "sort",
    "ss",
    "sshd -T",
    "sshd -t",
    "stat",
    "sudo -l",
    "systemctl --failed",
    "systemctl cat",
    "systemctl get-default",
    "systemctl is-active",
    "systemctl is-enabled",
    "systemctl list-jobs",
    "systemctl list-timers",
    "systemctl show",
    "systemctl status",
    "systemd-analyze cat-config",
    "systemd-analyze security",
    "systemd-cgls",
    "systemd-cgtop --batch",
    "tail",
    "timedatectl status",
    "timedatectl timesync-status",
    "true",
    "ufw status",
    "uniq",
    "unattended-upgrade --dry-run",
    "wc",
];

/// Looks that find nothing on a server that is well, and the exit statuses that say so.
const MAY_FIND_NOTHING: &[(&str, &[i32])] = &[
    // A process may end meanwhile.
    ("find /proc/", &[1]),
    ("cat /run/reboot-required", &[1]),
    ("--grep", &[1]),
    ("| grep", &[1]),
    ("grep -rl", &[1]),
    ("grep 'limiting requests'", &[1]),
    ("systemctl is-active", &[3, 4]),
    // What runs by the clock is idle between two runs.
    ("systemctl status", &[3]),
    // It has seen enough, and those before it are told so.
    ("| head", &[141]),
];

/// What goes on until somebody ends it.
const ENDLESS: &[&str] = &["journalctl -u desk.service -f"];

/// What changes something, in an order that makes sense, each after what a person has done before.
const CHANGES: &[(&str, &str)] = &[
    ("", "/usr/local/lib/desk-alert --test"),
    ("", "augenrules --load"),
    ("", "systemctl start desk-certificate-monitor.service"),
    ("", "systemctl start desk-disk-monitor.service"),
    ("", "systemctl start desk-log-rotation.service"),
    ("", "systemctl restart desk-log-file.service"),
    ("", "systemctl reload nginx"),
    (
        "mkdir -m 0700 /root/new-certificate && cp /etc/specc/desk/tls/fullchain.pem /etc/specc/desk/tls/privkey.pem /root/new-certificate",
        "openssl x509 -noout -pubkey -in /root/new-certificate/fullchain.pem | sha256sum; \
         openssl pkey -pubout -in /root/new-certificate/privkey.pem | sha256sum",
    ),
    (
        "",
        "install -m 0644 -o root -g root /root/new-certificate/fullchain.pem /etc/specc/desk/tls/fullchain.pem && \
         install -m 0600 -o root -g root /root/new-certificate/privkey.pem /etc/specc/desk/tls/privkey.pem && rm -r /root/new-certificate",
    ),
    ("", "nginx -t && systemctl reload nginx"),
    ("fail2ban-client set sshd banip 192.0.2.7", "fail2ban-client set sshd unbanip ADDRESS"),
    (
        "systemctl set-property --runtime desk.service IPAddressDeny=any",
        "systemctl set-property --runtime desk.service IPAddressDeny=; \
         rm -f /run/systemd/system.control/desk.service.d/50-IPAddressDeny.conf; systemctl daemon-reload",
    ),
    (
        "curl --silent --fail --request POST 'http://127.0.0.1:8000/tickets?text=kept'",
        "systemctl start desk-backup.service",
    ),
    ("", "systemctl start desk-restore-test.service"),
    ("", "/usr/local/lib/desk-copy-backups"),
    (
        "curl --silent --fail --request POST 'http://127.0.0.1:8000/tickets?text=lost'",
        "/usr/local/lib/desk-backup --restore latest --to /var/backups/desk/.restored",
    ),
    ("", "systemctl stop desk.service"),
    (
        "",
        "mv -T /var/lib/desk /var/lib/desk.before-restore && mv -T /var/backups/desk/.restored/var/lib/desk /var/lib/desk",
    ),
    ("", "ls -ld /var/lib/desk /var/lib/desk.before-restore"),
    ("rm -r /var/backups/desk/.restored", "systemctl start desk.service"),
    ("", "systemctl restart desk.service"),
    ("", "systemctl daemon-reload && systemctl restart desk.service"),
    ("", "systemctl reset-failed desk.service"),
    ("systemctl kill --signal=KILL desk.service", "systemctl reset-failed desk.service; systemctl start desk.service"),
    (
        "systemctl disable --quiet --now desk.service",
        "systemctl unmask desk.service; systemctl enable --now desk.service",
    ),
    ("", "systemctl disable desk.service"),
    ("", "systemctl enable desk.service"),
    ("chmod 0600 /var/log/desk/desk.log", "/var/lib/specc/desk/current/deploy.sh --only directories"),
    ("rm /etc/nginx/conf.d/desk.conf", "/var/lib/specc/desk/current/deploy.sh --only proxy"),
    ("", "/var/lib/specc/desk/current/deploy.sh --only firewall"),
    ("", "/var/lib/specc/desk/current/deploy.sh --only packages"),
    ("", "/var/lib/specc/desk/current/deploy.sh --only ssh"),
    // As an editor would, which waits for a person.
    ("sed -i 's|9009/secret|9009/another|' /etc/desk/desk.env", "/var/lib/specc/desk/current/deploy.sh"),
    (
        "",
        "mv /etc/specc/desk/tls/fullchain.pem /etc/specc/desk/tls/fullchain.pem.old && \
         mv /etc/specc/desk/tls/privkey.pem /etc/specc/desk/tls/privkey.pem.old && /var/lib/specc/desk/current/deploy.sh",
    ),
    ("", "/var/lib/specc/desk/current/deploy.sh --revert-now"),
    (
        "",
        "{ uname -n; date --utc; /var/lib/specc/desk/current/validate-deployment.sh --no-color; tail -n 20 /var/lib/specc/desk/history; \
         systemctl status --no-pager desk.service; journalctl -u desk.service -n 200 --no-pager; } >/root/desk-incident.txt 2>&1",
    ),
    ("", "systemctl start desk-validation.service"),
];

/// From one version to the next, and back.
const UPDATE: &[&str] = &[
    "/var/lib/specc/desk/current/deploy.sh --dry-run",
    "/root/desk-package/deploy.sh --dry-run",
    "/root/desk-package/deploy.sh",
    "/var/lib/specc/desk/current/deploy.sh",
];
const ROLL_BACK: &str = "/var/lib/specc/desk/current/deploy.sh --rollback";

/// What begins so is not run here.
const NOT_RUN: &[(&str, &str)] = &[
    ("sudo -i", "who is here is root already"),
    ("sudoedit", "an editor waits for a person; the test changes the file as one would"),
    ("editor", "an editor waits for a person; the test changes the file as one would"),
    ("./deploy.sh --host", "from a workstation: see workstation.rs"),
    ("tar -c . | ssh root@HOST", "from a workstation: packages are shipped so before every scenario"),
    ("ssh root@HOST", "from a workstation: see workstation.rs"),
    ("ssh -t USER@HOST", "from a workstation: see workstation.rs"),
    ("curl -q --silent --show-error --head", "from a workstation, which trusts the certificate"),
    ("apt-get install --reinstall", "asks the mirrors of packages"),
    ("/var/lib/specc/desk/current/validate-deployment.sh --drill", "drills have scenarios of their own"),
    ("/var/lib/specc/desk/current/validate-deployment.sh --after-reboot", "see drills.rs"),
];

enum Kind {
    Look,
    Endless,
    Change,
    NotRun(&'static str),
}

fn kind(command: &str) -> Option<Kind> {
    if let Some((_, reason)) = NOT_RUN.iter().find(|(words, _)| begins(command, words)) {
        return Some(Kind::NotRun(reason));
    }
    let mut changes = CHANGES.iter().map(|(_, change)| *change).chain(UPDATE.iter().copied()).chain([ROLL_BACK]);
    if ENDLESS.contains(&command) {
        Some(Kind::Endless)
    } else if !needs_preparation(command) && parts(command).is_some_and(|parts| parts.iter().all(|part| looks(part))) {
        Some(Kind::Look)
    } else if changes.any(|change| change.eq_ignore_ascii_case(command)) {
        // Steps are named with a capital, too.
        Some(Kind::Change)
    } else {
        None
    }
}

/// Looks at what only a change before it has made.
fn needs_preparation(command: &str) -> bool {
    command.contains("before-restore")
        || command.contains("new-certificate")
        || begins(command, "/root/desk-package/deploy.sh")
}

fn looks(part: &str) -> bool {
    LOOKS.iter().any(|words| begins(part, words) || part.strip_prefix("sudo ").is_some_and(|part| begins(part, words)))
}

fn begins(command: &str, words: &str) -> bool {
    command.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// The commands of a line; `None` where one of them writes into a file.
fn parts(line: &str) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut quote) = (Vec::new(), 0, None);
    for (at, character) in line.char_indices() {
        let rest = &line[at + character.len_utf8()..];
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, '>') if !rest.starts_with("/dev/null") && !rest.starts_with("&1") => return None,
            (None, ';' | '|' | '&') if !line[..at].ends_with('>') => {
                parts.push(line[start..at].trim());
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    parts.push(line[start..].trim());
    parts.retain(|part| !part.is_empty());
    Some(parts)
}

/// The lines of the shell's code blocks.
fn in_blocks(markdown: &str) -> Vec<&str> {
    let (mut commands, mut inside) = (Vec::new(), false);
    for line in markdown.lines().map(str::trim) {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            _ if inside => commands.push(line),
            _ => {}
        }
    }
    commands
}

/// The commands in the last column of tables.
fn in_tables(markdown: &str) -> Vec<String> {
    let rows = markdown.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    // The first cell names a check.
    let cells = rows.flat_map(|row| row.split(" | ").skip(1));
    cells.filter_map(|cell| Some(cell.strip_prefix('`')?.strip_suffix('`')?.replace("\\|", "|"))).collect()
}

/// A command without the sudo before it, where that is not what it asks.
fn for_root(line: &str) -> String {
    line.strip_prefix("sudo ").filter(|command| !command.starts_with('-')).unwrap_or(line).to_owned()
}

/// All commands of the handbook, for root.
fn handbook(machine: &Machine) -> Result<BTreeSet<String>> {
    let runbook = machine.run(&format!("cat {PLACE}/RUNBOOK.md"))?.success()?;
    let troubles = machine.run(&format!("cat {PLACE}/docs/TROUBLESHOOTING.md"))?.success()?;
    let mut commands: BTreeSet<String> = in_tables(&troubles).into_iter().collect();
    commands.extend(in_blocks(&runbook).into_iter().map(for_root));
    ensure!(commands.len() > 100, "only {} commands were found", commands.len());
    let unknown: Vec<&str> = commands.iter().map(String::as_str).filter(|command| kind(command).is_none()).collect();
    ensure!(unknown.is_empty(), "no list says what these do:\n{}", unknown.join("\n"));
    Ok(commands)
}

/// Runs a command as somebody does who reads it, and stops at the first of its parts that fails.
fn follow(machine: &Machine, command: &str) -> Result<Output> {
    machine.run(&format!("exec </dev/null; set -eo pipefail; cd {PLACE}; {command}"))
}

fn complaint(command: &str, output: &Output) -> String {
    format!("exit status {}: {command}\n{}{}", output.status, output.stdout, output.stderr)
}

#[test]
fn every_look_that_the_handbook_names_succeeds_on_a_server_that_is_well() -> Result<()> {
    let machine = desk()?;
    let mut failed = Vec::new();
    for command in handbook(&machine)? {
        let line = match kind(&command) {
            Some(Kind::Look) => command.clone(),
            // 124: it was still at it.
            Some(Kind::Endless) => format!("timeout 5 {command} || [ $? = 124 ]"),
            Some(Kind::NotRun(reason)) => {
                println!("not run: {command}: {reason}");
                continue;
            }
            Some(Kind::Change) | None => continue,
        };
        let output = follow(&machine, &line)?;
        let nothing = |(words, statuses): &(&str, &[i32])| command.contains(words) && statuses.contains(&output.status);
        let found_nothing = MAY_FIND_NOTHING.iter().any(nothing) && !output.stderr.contains("command not found");
        if output.status != 0 && !found_nothing {
            failed.push(complaint(&command, &output));
        }
    }
    ensure!(failed.is_empty(), "{}", failed.join("\n\n"));
    machine.assert_reachable()
}

/// Runs a change, where the handbook names it.
fn change(machine: &Machine, handbook: &BTreeSet<String>, before: &str, command: &str) -> Result<()> {
    let Some(written) = handbook.iter().find(|written| written.eq_ignore_ascii_case(command)) else { return Ok(()) };
    if !before.is_empty() {
        machine.run(before)?.success().with_context(|| format!("before {command}"))?;
    }
    if written.contains("desk-validation") {
        wait_until(machine, "curl --silent --fail http://127.0.0.1:8000/health", Duration::from_secs(60))?;
        machine.await_jobs()?;
    }
    let output = follow(machine, &written.replace("ADDRESS", "192.0.2.7"))?;
    ensure!(output.status == 0, "{}", complaint(written, &output));
    Ok(())
}

#[test]
fn every_change_that_the_handbook_names_works_and_leaves_a_server_that_is_well() -> Result<()> {
    let machine = desk()?;
    let handbook = handbook(&machine)?;
    for (before, command) in CHANGES {
        change(&machine, &handbook, before, command)?;
    }
    // What came after the backup is put aside, what came before it is back.
    machine.run("curl --silent --fail http://127.0.0.1:8000/metrics | grep -x 'desk_tickets_total 1'")?.success()?;

    let next = Service::Desk.edited(|text| text.replace("limited to 2 MB", "limited to 3 MB"))?;
    machine.ship(&next)?;
    machine.run(&format!("cp -r {PLACE} /root/desk-package"))?.success()?;
    for command in UPDATE {
        change(&machine, &handbook, "", command)?;
    }
    machine.run("grep 'client_max_body_size 3M;' /etc/nginx/conf.d/desk.conf")?.success()?;
    change(&machine, &handbook, "", ROLL_BACK)?;
    machine.run("grep 'client_max_body_size 2M;' /etc/nginx/conf.d/desk.conf")?.success()?;
    machine.await_jobs()?;
    machine.run("/var/lib/specc/desk/current/validate-deployment.sh")?.success()?;
    machine.assert_reachable()
}
