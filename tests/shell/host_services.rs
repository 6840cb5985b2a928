//! The host's own services that a specification may ask for: the clock, updates, bans.

use crate::harness::Host;
use crate::services::with_units;

const CLOCK: &str = "ensure_time_sync";

/// A host whose time service is there and on, there and off, or not there.
fn clock(able: &str, on: &str) -> Host {
    Host::new().file("/run/ntp", &format!("{on}\n")).command(
        "timedatectl",
        &format!(
            "case $* in *CanNTP*) echo {able} ;; *=NTP\\ *) cat /run/ntp ;; *NTPSynchronized*) echo no ;; 'set-ntp true') echo yes >/run/ntp ;; esac"
        ),
    )
}

#[test]
fn a_clock_that_follows_the_network_is_left_alone() {
    clock("yes", "yes").no_op(CLOCK).says(&["ok       the clock follows the network"]);
    clock("yes", "yes").survey(CLOCK).ends_with(0);
}

#[test]
fn a_time_service_that_is_off_is_switched_on() {
    clock("yes", "no").check(CLOCK).says(&["missing  the clock does not follow the network"]);
    clock("yes", "no")
        .apply(CLOCK)
        .ends_with(0)
        .says(&["changed  the clock follows the network"])
        .called(&["timedatectl set-ntp true"]);
    let stubborn = Host::new().command("timedatectl", "case $* in *CanNTP*) echo yes ;; *) echo no ;; esac");
    stubborn.apply(CLOCK).ends_with(1).says(&["no time service could be switched on"]);
}

#[test]
fn a_host_without_a_time_service_gets_one_and_keeps_it() {
    let without = || clock("no", "no").command("dpkg-query", "exit 1");
    without().check(CLOCK).says(&["package systemd-timesyncd"]);
    let ours = || clock("yes", "yes").command("dpkg-query", "echo 'ii  systemd-timesyncd 252'");
    let known = "ledger_put package created - systemd-timesyncd; ensure_time_sync";
    ours().apply(known).says(&["ok       package systemd-timesyncd 252", "ok       the clock follows the network"]);
    clock("yes", "yes")
        .command("dpkg-query", "echo 'ii  chrony 4.3'")
        .no_op("ensure_time_sync chrony")
        .says(&["package chrony 4.3"]);
}

#[test]
fn the_clock_is_observed_as_timedatectl_tells_it() {
    assert_eq!(clock("yes", "yes").observe("observe_time_sync enabled").observed(), (0, "yes"));
    assert_eq!(clock("yes", "yes").observe("observe_time_sync synchronised").observed(), (0, "no"));
    let mute = Host::new().command("timedatectl", "echo 'Failed to connect to bus'; exit 1");
    let expected = (2, "timedatectl cannot tell: Failed to connect to bus");
    assert_eq!(mute.observe("observe_time_sync enabled").observed(), expected);
}

#[test]
fn a_clock_that_gets_in_step_a_moment_after_the_boot_was_called_wrong() {
    let host = Host::new()
        .command("timedatectl", "[ -e \"$ROOT/.later\" ] && echo yes || echo no")
        .command("sleep", ": >\"$ROOT/.later\"");
    assert_eq!(host.observe("observe_time_sync synchronised").observed(), (0, "yes"));
}

#[test]
fn a_setting_of_apt_is_the_one_that_takes_effect() {
    let setting = "observe_apt_setting APT::Periodic::Unattended-Upgrade";
    assert_eq!(Host::new().command("apt-config", "echo 1").observe(setting).observed(), (0, "1"));
    assert_eq!(Host::new().command("apt-config", ":").observe(setting).observed(), (0, "unset"));
    let broken = Host::new().command("apt-config", "echo 'E: Syntax error 60specc:3' >&2; exit 100");
    assert_eq!(
        broken.observe(setting).observed(),
        (1, "apt does not read its configuration: E: Syntax error 60specc:3")
    );
}

const BANS: &str = "ensure_ban_rules sshd";

/// A host whose fail2ban runs, or not; it knows the jail from the start, or a moment after its restart.
fn bans(state: &str, knows: bool) -> Host {
    let unit = "fail2ban.service UnitFileState=enabled LoadState=loaded FragmentPath=/lib/systemd/system/fail2ban.service \
        ExecMainStartTimestamp=2100-01-01_00:00:00_UTC";
    let host = with_units(&[&format!("{unit} ActiveState={state}")])
        .file("/run/units/reached", "default.target\n  fail2ban.service\n")
        .file("/etc/fail2ban/jail.d/specc-demo.local", "[sshd]\n")
        .command("fail2ban-client", "case $1 in --test) exit 0 ;; status) [ -e /run/knows ] ;; get) echo 5 ;; esac")
        .command("sleep", ": >/run/knows");
    if knows { host.file("/run/knows", "") } else { host }
}

#[test]
fn bans_with_the_rules_on_disk_are_left_alone() {
    bans("active", true).no_op(BANS).says(&["ok       fail2ban watches sshd"]);
}

#[test]
fn a_fail2ban_of_the_distribution_that_runs_already_is_no_risk() {
    let survey = bans("active", true).survey(BANS);
    assert!(!survey.out.contains("risk adopt"), "{survey}");
}

#[test]
fn fail2ban_is_restarted_for_new_rules_and_must_watch_then() {
    bans("active", false).check(BANS).says(&["stale    fail2ban does not run with its rules on disk"]);
    bans("inactive", false)
        .apply(BANS)
        .ends_with(0)
        .says(&["changed  fail2ban watches sshd"])
        .called(&["fail2ban-client --test", "systemctl restart -- fail2ban.service"]);
    let refusing = bans("active", false).command(
        "fail2ban-client",
        "case $1 in --test) echo 'ERROR  Have not found any log file' >&2; exit 255 ;; *) exit 1 ;; esac",
    );
    refusing.apply(BANS).ends_with(1).says(&["fail2ban refuses its rules: ERROR  Have not found any log file"]);
    let deaf = bans("active", false).command("fail2ban-client", "[ $1 = --test ]").command("sleep", ":");
    deaf.apply(BANS).ends_with(1).says(&["fail2ban does not watch sshd"]);
}

#[test]
fn a_ban_rule_is_asked_of_the_running_fail2ban() {
    let rule = "observe_ban_rule sshd maxretry";
    assert_eq!(bans("active", true).observe(rule).observed(), (0, "5"));
    let stopped = Host::new().command("fail2ban-client", "echo 'Failed to access socket path'; exit 255");
    assert_eq!(stopped.observe(rule).observed(), (1, "fail2ban does not watch sshd: Failed to access socket path"));
    assert_eq!(Host::new().observe(rule).observed(), (2, "fail2ban-client is not installed"));
    assert_eq!(bans("active", true).observe_as(1000, rule).observed(), (2, "only root can see this"));
}

#[test]
fn a_fail2ban_that_had_just_started_was_called_deaf() {
    let slow = "[ -e \"$ROOT/.later\" ] && echo 5 || { echo 'Failed to access socket path'; exit 255; }";
    let host = bans("active", true).command("fail2ban-client", slow).command("sleep", ": >\"$ROOT/.later\"");
    assert_eq!(host.observe("observe_ban_rule sshd maxretry").observed(), (0, "5"));
}

/// A host with addresses, and a name server that knows one name.
fn names(addresses: &str, answer: &str) -> Host {
    Host::new().command("ip", &format!("printf '{addresses}'")).command("getent", &format!("printf '{answer}'"))
}

#[test]
fn a_name_must_lead_to_the_address_and_to_no_other() {
    const PUBLIC: &str = "2: ens3 inet 203.0.113.7/24 scope global\\n";
    let record = "observe_dns_record desk.example.com 203.0.113.7";
    let here = "observe_dns_record desk.example.com";
    let right = "203.0.113.7 STREAM\\n203.0.113.7 DGRAM\\n2001:db8::7 STREAM\\n";
    assert_eq!(names(PUBLIC, right).observe(record).observed(), (0, "yes"));
    assert_eq!(names(PUBLIC, right).observe(here).observed(), (0, "yes"));
    let two = "203.0.113.7 STREAM\\n203.0.113.8 STREAM\\n";
    assert_eq!(names(PUBLIC, two).observe(record).observed(), (0, "it leads to 203.0.113.7 203.0.113.8"));
    assert_eq!(names(PUBLIC, "198.51.100.1 STREAM\\n").observe(here).observed(), (0, "it leads to 198.51.100.1"));
    let gone = Host::new().command("getent", "exit 2");
    assert_eq!(gone.observe(record).observed(), (1, "desk.example.com does not resolve"));
    // Behind address translation the host does not know its own public address.
    for private in ["10.0.0.4/8", "172.20.1.1/16", "192.168.1.9/24", "100.64.3.2/10", "fd00::4/64"] {
        let run = names(&format!("2: ens3 inet {private} scope global\\n"), right).observe(here);
        assert_eq!(run.code, 2, "{private}: {run}");
    }
}
