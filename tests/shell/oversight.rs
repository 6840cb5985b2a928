//! What looks after the host when nobody does: the validation by the clock, and the kernel's audit.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::harness::{Host, Run};
use crate::programs::program;
use crate::services::with_units;
use crate::stand_ins::write_stand_in;

const STATE: &str = "/var/lib/specc/demo";
const PACKAGE: &str = "/var/lib/specc/demo/packages/0123456789abcdef";
const STAMP: &str = "/var/lib/specc/demo/stamps/validation";

/// A report of six checks: one holds, one fails, one cannot be made, two are people's, one is a drill.
const REPORT: &str = "cat <<'TAP'
TAP version 13
1..6
ok 1 - service-active.active - the unit is active (FR-001)
not ok 2 - memory-limit.in-kernel - memory limit - in the kernel (FR-008)
# expected: 536870912
# observed: max
ok 3 - health-check.status - it answers # SKIP not proven: the unit is active (x)
ok 4 - contacts.known - somebody is there # SKIP by people the team
ok 5 - contacts.proven - somebody answers # SKIP by people 
ok 6 - drill.crash - it recovers # SKIP drill not run
TAP
";

/// A host with a package whose validation does this, up for so many seconds.
fn deployed(validation: &str, uptime: &str) -> Host {
    let host = Host::new().directory(PACKAGE).link(&format!("{STATE}/current"), "packages/0123456789abcdef");
    let host = host.file("/run/uptime", &format!("{uptime} 1.00\n"));
    write_stand_in(&host.at(PACKAGE), "validate-deployment.sh", validation);
    host
}

/// The program of the timer, after some shell.
fn validate_after(host: Host, before: &str) -> (Host, Run) {
    let place = |path: &str| host.at(path).display().to_string();
    let constants = format!("readonly SERVICE=demo STATE={} LOCK={}\n", place(STATE), place("/run/lock"));
    let text = program("scheduled-validation", &constants)
        .replace("/proc/uptime", &place("/run/uptime"))
        .replace("TRIES=240", "TRIES=3");
    let host = host.file("/opt/program", &text);
    let run = host.bash(&format!("set +e; {before} bash -p /opt/program 8>&-"));
    (host, run)
}

fn validate(host: Host) -> (Host, Run) {
    validate_after(host, "")
}

#[test]
fn what_does_not_hold_is_told_with_its_priority_and_fails_the_run() {
    let (host, run) = validate(deployed(&format!("{REPORT}exit 1"), "4000.10"));
    run.ends_with(1).called(&["validate-deployment.sh --format tap --no-color"]);
    let told: Vec<&str> = run.out.lines().collect();
    assert_eq!(
        told,
        [
            "<3>memory-limit.in-kernel - memory limit - in the kernel (FR-008): expected 536870912, observed max",
            "<4>health-check.status - it answers: not checked: not proven: the unit is active (x)",
            "<6>package 01234567: 1 hold, 1 failed, 1 could not be checked",
        ],
        "{run}"
    );
    assert!(host.read(STAMP).starts_with("failed 0123456789abcdef "), "{}", host.read(STAMP));
}

#[test]
fn a_validation_that_finds_nothing_wrong_succeeds_and_one_that_cannot_look_does_not() {
    let (host, run) = validate(deployed("printf 'TAP version 13\\n1..1\\nok 1 - a.b - c\\n'", "4000.10"));
    run.ends_with(0).says(&["<6>package 01234567: 1 hold, 0 failed, 0 could not be checked"]);
    assert!(host.read(STAMP).starts_with("good 0123456789abcdef "), "{}", host.read(STAMP));
    let unseen = "printf 'TAP version 13\\n1..1\\nok 1 - a.b - c # SKIP jq is not installed\\n'; exit 2";
    validate(deployed(unseen, "4000.10")).1.ends_with(2).says(&["<4>a.b - c: not checked: jq is not installed"]);
    for (broken, code) in [("exit 7", 7), ("exit 0", 1), ("echo 'syntax error'; exit 1", 1)] {
        let (host, run) = validate(deployed(broken, "4000.10"));
        run.ends_with(code).says(&["<3>not validated: the validation itself ended with status"]);
        assert!(host.read(STAMP).starts_with("failed "), "{broken}");
    }
    let (_, run) = validate(Host::new().file("/run/uptime", "4000.10 1.00\n"));
    run.ends_with(1).says(&["<3>not validated: no package of demo is deployed here"]);
}

#[test]
fn on_a_host_between_two_states_nothing_is_validated() {
    let quiet = || deployed(REPORT, "4000.10");
    let open = quiet().directory("/var/lib/specc/other/transactions/firewall/saved");
    let confirmed = quiet().file("/var/lib/specc/other/transactions/firewall.outcome", "confirmed\n");
    for (host, before, waits) in [
        (quiet(), "exec 8>>/run/lock; flock 8;", true),
        (deployed(REPORT, "20.50"), "", true),
        (open, "", true),
        (quiet(), "exec 8>>/run/lock; flock --shared 8;", false),
        (confirmed, "", false),
    ] {
        let (_, run) = validate_after(host, before);
        assert_eq!(run.out.contains("<3>not validated: for an hour"), waits, "{before}: {run}");
        assert_eq!(run.calls_of("sleep").len(), if waits { 3 } else { 0 }, "{before}: {run}");
        assert_eq!(run.calls_of("validate-deployment.sh").is_empty(), waits, "{before}: {run}");
    }
    let taken = "flock --nonblock \"$ROOT/run/lock\" true && : >\"$ROOT/run/free\"; [ ! -e /proc/self/fd/9 ] || : >\"$ROOT/run/free\"";
    let (host, _) = validate(deployed(taken, "4000.10"));
    assert!(!host.exists("/run/free"), "no deployment begins meanwhile, and the lock is handed to nobody");
}

#[test]
fn a_deployment_waits_for_a_validation_and_for_no_other_deployment() {
    let run = Host::new().apply(
        "(exec 8>>/run/specc-deploy.lock; flock --shared 8; echo held >/run/held; /bin/sleep 1) &\n\
         until [[ -e /run/held ]]; do :; done; take_lock; echo taken",
    );
    assert_eq!((run.code, run.out.as_str()), (0, "taken\n"), "{run}");
}

// ---- what is known of the last one

const ASK: &str = "observe_validation demo-validation.service 7200";
const LOADED: &str = "demo-validation.service LoadState=loaded ActiveState=inactive";

/// A host with this unit, a package, and what the last run has left.
fn after_run(unit: &str, stamp: &str) -> Host {
    let host = with_units(&[unit]).link(&format!("{STATE}/current"), "packages/0123456789abcdef");
    if stamp.is_empty() { host } else { host.file(STAMP, stamp) }
}

/// So many seconds ago.
fn ago(seconds: u64) -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() - seconds
}

#[test]
fn the_last_validation_counts_where_it_is_young_and_of_this_package() {
    let told = |unit: &str, stamp: &str| {
        let run = after_run(unit, stamp).observe(ASK);
        (run.code, run.out.trim_end().to_owned())
    };
    let good = format!("good 0123456789abcdef {}\n", ago(60));
    assert_eq!(told(LOADED, &good), (0, "success".to_owned()));
    assert_eq!(told(LOADED, ""), (0, "never-ran".to_owned()));
    for (stamp, expected) in [
        (format!("good 0123456789abcdef {}\n", ago(10_900)), "the last one ended 3 hours ago"),
        (good.replace("good", "failed"), "it found something, or could not look at everything"),
        (good.replace("0123", "ffff"), "it has not looked since this package was deployed"),
        ("good 0123456789abcdef\n".to_owned(), "nobody knows when the last one ended"),
        ("good 0123456789abcdef a[0]\n".to_owned(), "nobody knows when the last one ended"),
    ] {
        assert_eq!(told(LOADED, &stamp), (0, expected.to_owned()));
    }
    let running = LOADED.replace("inactive", "activating");
    assert_eq!(told(&running, &good.replace("good", "failed")), (0, "running".to_owned()));
    let failed = LOADED.replace("inactive", "failed Result=timeout ExecMainStatus=15");
    assert_eq!(told(&failed, &good), (0, "it failed: timeout (exit status 15)".to_owned()), "killed, it left no word");
    let absent = LOADED.replace("=loaded", "=not-found");
    assert_eq!(told(&absent, &good), (0, "not-found".to_owned()));
    assert_eq!(after_run(LOADED, &good).observe_as(1000, ASK).observed(), (2, "only root can see this"));
    assert_eq!(Host::new().command("systemctl", "echo 'no bus' >&2; exit 1").observe(ASK).code, 2);
}

const ENSURE: &str = "ensure_validation demo-validation.service 7200";

#[test]
fn a_deployment_starts_a_validation_where_none_has_seen_its_package() {
    let good = format!("good 0123456789abcdef {}\n", ago(60));
    after_run(LOADED, &good).no_op(ENSURE).says(&["ok       the last validation by the clock found nothing wrong"]);
    let running = LOADED.replace("inactive", "activating");
    after_run(&running, "").no_op(ENSURE).says(&["ok       a validation by the clock is under way"]);
    let failed = good.replace("good", "failed");
    after_run(LOADED, &failed)
        .no_op(ENSURE)
        .says(&["note     it found something", "journalctl -u demo-validation.service"]);
    after_run(LOADED, &failed)
        .apply(&format!("count_changed=1; {ENSURE}"))
        .says(&["changed  a validation was started"]);
    let host = after_run(LOADED, "");
    host.survey(ENSURE).ends_with(0);
    host.check(ENSURE).says(&["missing  a validation that found nothing wrong (so far: never-ran)"]);
    host.apply(ENSURE)
        .ends_with(0)
        .says(&["changed  a validation was started; it begins when this deployment has ended"])
        .called(&["systemctl daemon-reload", "systemctl start --no-block -- demo-validation.service"]);
    assert!(
        host.read("/var/lib/specc/demo/ledger").contains("unit\tcreated\t-\tdemo-validation.service\n"),
        "whatever removes the service must stop one that still waits"
    );
    after_run(&format!("{LOADED} broken=1"), "")
        .apply(ENSURE)
        .ends_with(1)
        .says(&["demo-validation.service does not start"]);
}

// ---- the kernel's audit

const RULES: &str = "ensure_audit_rules demo commands /etc/sudoers /etc/demo";

/// A host whose auditd is in this state; the kernel has our rules at once, or when they were loaded.
fn audited(unit: &str, enabled: u8, loaded: bool) -> Host {
    let rules = "-w /etc/sudoers -p wa -k demo\\n-w /etc/demo/ -p wa -k demo\\n\
        -a always,exit -F arch=b64 -S execve,execveat -F euid=0 -F auid!=-1 -F key=demo\\n\
        -a always,exit -S all -F dir=/etc/ssh -F perm=wa -F key=demo\\n-w /etc/shadow -p wa -k demo-other\\n\
        -w /etc/hosts -p r -k demo\\n";
    let status = format!(
        "grep -q '^active' /run/units/auditd.service/ActiveState && pid=7 || pid=0; printf 'enabled {enabled}\\nfailure 1\\npid %s\\n' $pid"
    );
    let list = format!("if [ -e /run/loaded ]; then printf -- '{rules}'; else echo 'No rules'; fi");
    let host = with_units(&[&format!("auditd.service LoadState=loaded {unit}")])
        .file("/run/units/reached", "default.target\n  auditd.service\n")
        .command("auditctl", &format!("case $1 in -s) {status} ;; -l) {list} ;; esac"))
        .command("augenrules", ": >/run/loaded");
    if loaded { host.file("/run/loaded", "") } else { host }
}

const RUNS: &str = "UnitFileState=enabled ActiveState=active";

#[test]
fn a_kernel_that_audits_as_asked_is_left_alone() {
    audited(RUNS, 1, true).no_op(RULES).says(&["ok       the kernel records what the rules of demo say"]);
    audited(RUNS, 2, true).no_op(RULES);
    audited(RUNS, 1, false).survey(RULES).ends_with(0);
}

#[test]
fn auditd_is_started_and_given_the_rules_which_the_kernel_must_have_then() {
    let host = audited("UnitFileState=disabled ActiveState=inactive", 1, false);
    host.check(RULES).says(&["stale    auditing: auditd at boot (disabled)"]);
    host.apply(RULES)
        .ends_with(0)
        .says(&["changed  the kernel records what the rules of demo say"])
        .called(&["systemctl start -- auditd.service", "augenrules --load"]);
    assert!(!host.exists("/var/lib/specc/demo/ledger"), "auditd is the host's, and stays");
    audited(RUNS, 1, false).check(RULES).says(&["stale    auditing: no rule for commands"]);
    let refusing = audited(RUNS, 1, false).command("augenrules", "echo 'There was an error in line 7'; exit 1");
    refusing
        .apply(RULES)
        .ends_with(1)
        .says(&["There was an error in line 7", "does not audit as asked: no rule for commands"]);
    audited(RUNS, 0, false).apply(RULES).ends_with(1).says(&["the audit of the kernel is switched off"]);
}

#[test]
fn rules_that_cannot_be_loaded_are_not_tried() {
    let locked = audited(RUNS, 2, false).apply(RULES);
    locked.ends_with(1).says(&["locked until it reboots"]);
    assert!(locked.calls_of("augenrules").is_empty(), "{locked}");
    let nowhere = audited(RUNS, 1, false).apply("ensure_audit_rules demo commands /nowhere/file");
    nowhere.ends_with(1).says(&["changes to /nowhere/file cannot be recorded: there is no /nowhere"]);
    assert!(nowhere.calls_of("augenrules").is_empty(), "the rules of others would be lost: {nowhere}");
}

#[test]
fn preflight_refuses_a_host_that_cannot_audit() {
    let container = audited(RUNS, 1, false).command("systemd-detect-virt", "exit 0");
    container.survey(RULES).ends_with(3).says(&["this host is a container"]);
    let without = audited(RUNS, 1, false).own_proc();
    without.survey(RULES).ends_with(3).says(&["this kernel does no auditing"]);
    let off =
        audited(RUNS, 1, false).own_proc().file("/proc/self/loginuid", "0\n").file("/proc/cmdline", "quiet audit=0\n");
    off.survey(RULES).ends_with(3).says(&["auditing was switched off when this host booted"]);
}

#[test]
fn the_kernel_is_asked_whether_it_records_and_what() {
    let ask = |what: &str| {
        let run = audited(RUNS, 1, true).observe(&format!("observe_audit_rules demo {what}"));
        (run.code, run.out.trim_end().to_owned())
    };
    assert_eq!(ask("commands /etc/sudoers /etc/demo /etc/ssh"), (0, "all".to_owned()));
    for lacking in ["/etc/sudo", "/etc/sudoers.d", "/etc/shadow", "/etc/hosts"] {
        assert_eq!(ask(lacking), (0, format!("no rule for {lacking}")), "another path, key, or only reading");
    }
    let state = |host: Host| {
        let run = host.observe("observe_auditing");
        (run.code, run.out.trim_end().to_owned())
    };
    assert_eq!(state(audited(RUNS, 1, true)), (0, "recording".to_owned()));
    assert_eq!(state(audited(RUNS, 0, true)), (0, "the audit of the kernel is switched off".to_owned()));
    let stopped = audited("UnitFileState=enabled ActiveState=inactive", 1, true);
    assert_eq!(state(stopped), (0, "nobody takes what the kernel records: auditd does not run".to_owned()));
    let mute = || Host::new().command("auditctl", "echo 'Operation not permitted' >&2; exit 1");
    assert_eq!(state(mute()).0, 2);
    assert_eq!(mute().observe("observe_audit_rules demo commands").code, 2);
    assert_eq!(Host::new().observe("observe_auditing").observed(), (2, "auditctl is not installed"));
    assert_eq!(audited(RUNS, 1, true).observe_as(1000, "observe_auditing").observed(), (2, "only root can see this"));
}

#[test]
fn the_kernel_forgets_rules_that_were_removed() {
    let removed = "after_removal /etc/audit/rules.d/specc-demo.rules";
    audited(RUNS, 1, false).apply(removed).ends_with(0).called(&["augenrules --load"]);
    let stuck = audited(RUNS, 1, false).command("augenrules", "exit 1");
    stuck.apply(removed).ends_with(0).says(&["the kernel still audits with the removed rules"]);
}
