//! The SSH server's settings, and changes that undo themselves unless they are confirmed.

use crate::harness::Host;
use crate::services::{SYSTEMCTL, with_units};

const SSHD: &str = "ensure_sshd PasswordAuthentication=no";
const DROP_IN: &str = "/etc/ssh/sshd_config.d/00-specc-demo.conf";
const TRANSACTION: &str = "/var/lib/specc/demo/transactions/sshd";

/// An SSH server on port 22 that reads its drop-ins in order, the first value counts, and takes passwords unless told otherwise.
pub fn with_sshd() -> Host {
    with_units(&["ssh.service ActiveState=active StateChangeTimestamp=@4100000000"])
        .directory("/run/sshd")
        .file("/etc/ssh/sshd_config", "Include sshd_config.d/*.conf\n")
        .directory("/etc/ssh/sshd_config.d")
        .packaged(DROP_IN, "PasswordAuthentication no\n")
        .command("sshd", "if [ $1 = -t ]; then exit 0; fi; set -- /etc/ssh/sshd_config.d/*.conf; if grep -qs Bogus \"$@\"; then echo 'Bad configuration option: Bogus'; exit 255; fi\n\
            cat \"$@\" 2>/dev/null | tr A-Z a-z; echo passwordauthentication yes; echo permitrootlogin without-password")
        .command("ss", "echo 'LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:((\"sshd\",pid=9,fd=3))'")
        .command("getent", "case \"$2\" in '') printf 'root:x:0:0::/root:/bin/bash\\nann:x:1000:1000::/home/ann:/bin/bash\\ndemo:x:990:990::/:/usr/sbin/nologin\\n' ;; *) echo \"$3:x:1000:1000::/home/$3:/bin/bash\" ;; esac")
        .command("timeout", "echo SSH-2.0-OpenSSH_9.2")
}

#[test]
fn settings_that_are_in_effect_are_left_alone() {
    with_sshd()
        .file(DROP_IN, "PasswordAuthentication no\n")
        .no_op(SSHD)
        .says(&["ok       SSH server: PasswordAuthentication=no"]);
    with_sshd().no_op("ensure_sshd PermitRootLogin=prohibit-password");
    Host::new().no_op(SSHD).says(&["there is no SSH server"]);
}

#[test]
fn a_change_is_armed_before_it_is_made_and_waits_for_its_confirmation() {
    let host = with_sshd();
    host.check(SSHD).says(&["missing  SSH server: PasswordAuthentication is yes, not no"]);
    let run = host.apply(SSHD);
    run.ends_with(0).says(&[
        "changed  SSH server: PasswordAuthentication=no",
        "a new SSH connection must confirm within 120 s",
        "ssh root@web-01 bash",
    ]);
    run.called(&[
        "systemctl --quiet enable -- specc-demo-revert-sshd.timer",
        "systemctl restart -- specc-demo-revert-sshd.timer",
        "install -m 0600 -o root -g root -- /dev/stdin /etc/ssh/sshd_config.d/.00-specc-demo.conf.specc-new",
        "systemctl reload -- ssh.service",
        "systemctl restart -- specc-demo-revert-sshd.timer",
    ]);
    assert!(host.exists(&format!("{TRANSACTION}/since")) && host.exists(&format!("{TRANSACTION}/maker")));
    let unit = host.read("/etc/systemd/system/specc-demo-revert-sshd.service");
    assert!(unit.contains("ExecStart=/bin/bash -p /package/deploy.sh --revert-now sshd --by-timer"), "{unit}");
    assert!(unit.contains("Restart=on-failure\n"), "on a full disk it is tried again: {unit}");
    assert!(host.read("/etc/systemd/system/specc-demo-revert-sshd.timer").contains("OnActiveSec=120\nOnBootSec="));
    host.apply(SSHD).ends_with(0).says(&["ok       SSH server", "must confirm"]);
}

/// Nothing of the change is left, the old drop-in is back.
fn is_undone(host: &Host, drop_in: Option<&str>) {
    assert_eq!(host.exists(DROP_IN).then(|| host.read(DROP_IN)).as_deref(), drop_in);
    assert!(!host.exists(TRANSACTION) && !host.exists("/etc/systemd/system/specc-demo-revert-sshd.timer"));
    assert!(host.read("/var/lib/specc/demo/transactions/sshd.outcome").starts_with("reverted "));
}

#[test]
fn a_setting_that_sshd_does_not_take_is_undone() {
    let host = with_sshd().packaged(DROP_IN, "Bogus yes\n").file(DROP_IN, "# old\n");
    host.apply(SSHD)
        .ends_with(1)
        .says(&["sshd does not take the new settings: Bad configuration option: Bogus", "look at"]);
    is_undone(&host, Some("# old\n"));
}

#[test]
fn a_setting_that_an_earlier_file_overrides_is_undone() {
    let host = with_sshd().file("/etc/ssh/sshd_config.d/00-a-cloud.conf", "PasswordAuthentication yes\n");
    host.apply(SSHD).ends_with(1).says(&[
        "the new settings do not take effect: PasswordAuthentication is yes, not no",
        "Include /etc/ssh/sshd_config.d/*.conf",
    ]);
    is_undone(&host, None);
}

#[test]
fn one_is_told_how_to_find_the_line_that_overrides_a_setting_for_some() {
    let host = with_sshd().command(
        "sshd",
        "case $* in *user=ann,*) echo passwordauthentication yes ;; *) [ ! -e /etc/ssh/sshd_config.d/00-specc-demo.conf ]; \
            [ $? = 1 ] && echo passwordauthentication no || echo passwordauthentication yes ;; esac",
    );
    let run = host.apply(SSHD);
    run.ends_with(1).says(&["yes (ann)", "2>&1 | grep -iE 'match|setting PasswordAuthentication'"]);
    is_undone(&host, None);
}

#[test]
fn a_server_that_no_longer_greets_gets_its_old_settings_back() {
    let host = with_sshd().command("timeout", "exit 1");
    let run = host.apply(SSHD);
    run.ends_with(1).says(&["does not answer on port 22 with the new settings; they were undone", "journalctl -u ssh"]);
    assert_eq!(run.calls_of("timeout").len(), 5, "it is given time: {run}");
    is_undone(&host, None);
}

#[test]
fn a_change_that_was_killed_half_way_is_undone_first() {
    let half = || with_sshd().file(DROP_IN, "# half\n").file(&format!("{TRANSACTION}/saved/drop-in"), "# before\n");
    let host = half().file(&format!("{TRANSACTION}/complete"), "");
    let run = host.apply(SSHD);
    run.ends_with(0).says(&["changed  SSH server"]);
    assert_eq!(host.read(&format!("{TRANSACTION}/saved/drop-in")), "# before\n");
    // It was killed while it saved: what was saved is no whole, and nothing had been changed.
    let host = half();
    host.apply("undo_incomplete sshd; open_transactions").ends_with(0);
    assert_eq!((host.read(DROP_IN).as_str(), host.exists(TRANSACTION)), ("# half\n", false));
}

#[test]
fn a_second_change_goes_back_to_what_was_there_before_the_first_unconfirmed_one() {
    let host = with_sshd().file(DROP_IN, "# before\n");
    host.apply("ensure_sshd PasswordAuthentication=no").ends_with(0).says(&["must confirm"]);
    let host = host.packaged(DROP_IN, "PasswordAuthentication no\nPermitRootLogin no\n");
    host.apply("ensure_sshd PasswordAuthentication=no PermitRootLogin=no").ends_with(0).says(&["must confirm"]);
    assert_eq!(host.read(&format!("{TRANSACTION}/saved/drop-in")), "# before\n");
    host.apply("revert_changes").ends_with(0);
    assert_eq!(host.read(DROP_IN), "# before\n");
}

#[test]
fn who_may_be_locked_out_is_refused_and_who_has_shown_a_key_is_not() {
    let told = "nothing shows that anybody who may still log in has a key";
    let host = with_sshd().command("journalctl", "");
    host.survey(SSHD).ends_with(3).says(&[told, "ssh-copy-id", "--console"]);
    host.survey(&format!("option[console]=yes; {SSHD}")).ends_with(0);
    host.survey("ensure_sshd MaxAuthTries=3").ends_with(0);
    let journal =
        |user: &str| with_sshd().command("journalctl", &format!("echo 'Accepted publickey for {user} from 192.0.2.7'"));
    journal("ann").survey(&format!("option[ssh_session]=42; {SSHD}")).ends_with(0);
    journal("root").survey(&format!("option[ssh_session]=42; {SSHD}")).ends_with(0);
    journal("root").survey(&format!("option[ssh_session]=42; {SSHD} PermitRootLogin=no")).ends_with(3).says(&[told]);
    let key = |text: &str| with_sshd().command("journalctl", "").file("/home/ann/.ssh/authorized_keys", text);
    key("from=\"10.0.0.0/8\" ssh-ed25519 AAAAC3 ann\n").survey(SSHD).ends_with(0);
    key("# ssh-ed25519 AAAAC3 ann\n").survey(SSHD).ends_with(3);
    key("").survey(SSHD).ends_with(3);
}

#[test]
fn a_key_file_that_is_a_link_shows_nothing() {
    let host = with_sshd()
        .command("journalctl", "")
        .file("/etc/key", "ssh-ed25519 AAAAC3 x\n")
        .link("/home/ann/.ssh/authorized_keys", "/etc/key");
    host.survey(SSHD).ends_with(3);
    assert_eq!(host.apply("has_authorized_key ann || echo none").out, "none\n");
}

#[test]
fn a_settings_drift_tells_who_wrote_the_file() {
    assert_eq!(with_sshd().apply("sshd_drift").out, "missing");
    assert_eq!(with_sshd().file(DROP_IN, "").apply("sshd_drift").out, "foreign");
    assert_eq!(
        with_sshd().file(DROP_IN, "").apply(&format!("ledger_put file created x {DROP_IN}; sshd_drift")).out,
        "edited"
    );
}

#[test]
fn an_ssh_server_that_cannot_be_reloaded_is_not_passed_over() {
    let host = with_units(&["ssh.service ActiveState=active broken=1"]);
    assert_eq!(host.apply("reload_sshd || echo told").out, "told\n");
    let host = with_units(&["ssh.service ActiveState=inactive", "sshd.service ActiveState=active"]);
    host.apply("reload_sshd").ends_with(0).called(&["systemctl reload -- sshd.service"]);
    with_units(&[]).apply("reload_sshd").ends_with(0).changed_nothing();
}

#[test]
fn a_setting_is_told_as_it_holds_for_everybody() {
    let ask = |host: &Host| host.observe("observe_sshd_setting PasswordAuthentication").out;
    assert_eq!(ask(&with_sshd()), "yes\n");
    assert_eq!(ask(&with_sshd().file(DROP_IN, "PasswordAuthentication no\n")), "no\n");
    let host = with_sshd().command(
        "sshd",
        "case $3 in user=ann,*) echo passwordauthentication yes ;; *) echo passwordauthentication no ;; esac",
    );
    let told = ask(&host);
    assert!(told.contains("yes (ann)") && told.contains("no (root)"), "{told}");
    let host = with_sshd().command(
        "sshd",
        "case $* in *-ddd) echo \"debug3: checking syntax for 'Match Address 10.0.0.0/8,fd00::1'\" ;; *addr=10.0.0.0,*) echo passwordauthentication yes ;; *) echo passwordauthentication no ;; esac",
    );
    assert!(ask(&host).contains("yes ("), "a Match block for some addresses");
    assert_eq!(with_sshd().observe("observe_sshd_setting NoSuchSetting").observed(), (0, "unknown"));
}

#[test]
fn a_setting_that_cannot_be_told_is_never_a_value() {
    let ask = "observe_sshd_setting PasswordAuthentication";
    assert_eq!(with_sshd().observe_as(1000, ask).observed(), (2, "sshd shows its settings to root only"));
    let run = with_sshd().command("sshd", "echo 'no hostkeys available' >&2; exit 1").observe(ask);
    assert_eq!(run.observed(), (1, "no hostkeys available"));
    let run = with_sshd().file(DROP_IN, "PasswordAuthentication no\n").command("getent", "exit 1").observe(ask);
    assert_eq!(run.observed(), (2, "the accounts of this host cannot be listed"), "root alone is not everybody");
    let host = with_sshd().file("/run/units/ssh.service/StateChangeTimestamp", "@1000000000\n");
    let run = host.observe(ask);
    assert_eq!(
        run.observed(),
        (1, "the configuration was changed after sshd last read it; reload the unit ssh.service")
    );
    let host = with_units(&["ssh.service ActiveState=inactive"]);
    assert_eq!(
        host.bash("sshd_configuration_not_loaded || echo 'reads the current files'").out,
        "reads the current files\n"
    );
}

#[test]
fn sshd_is_asked_in_a_place_of_its_own_where_its_directory_is_absent() {
    let host = with_sshd().command("unshare", "echo passwordauthentication no");
    host.apply("rmdir /run/sshd").ends_with(0);
    let run = host.observe("effective_sshd_settings ann 10.0.0.1");
    assert!(run.calls_of("unshare")[0].contains("user=ann,host=client.example,addr=10.0.0.1,"), "{run}");
}

#[test]
fn accounts_that_open_a_shell_are_listed_without_root() {
    assert_eq!(with_sshd().observe("login_users").out, "ann\n");
}

// ---- transactions

#[test]
fn a_daemon_reload_by_anybody_put_the_revert_off() {
    let host = Host::new().command("systemctl", SYSTEMCTL).own_proc().file("/proc/uptime", "5000.42 9000.10\n");
    let run = host.apply("write_revert_timer sshd");
    // systemd counts OnActiveSec= anew with each; the time since the boot stays.
    let timer = host.read("/etc/systemd/system/specc-demo-revert-sshd.timer");
    assert!(timer.contains("OnActiveSec=120\nOnBootSec=5121\n"), "{timer}");
    run.ends_with(0).called(&["systemctl daemon-reload"]);
}

/// An open transaction that was applied at this tick of this boot.
fn applied(ticks: &str) -> Host {
    Host::new().command("systemctl", SYSTEMCTL).file(&format!("{TRANSACTION}/complete"), "").file(
        &format!("{TRANSACTION}/since"),
        &format!("{} {ticks}\n", std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap().trim()),
    )
}

#[test]
fn a_confirmation_needs_a_session_that_began_after_the_change() {
    let session =
        |start: &str| format!("ssh_session_processes() {{ {start}; }}; revert_sshd() {{ :; }}; confirm_changes");
    applied("1").apply(&session("echo $$")).ends_with(0).says(&["confirmed: sshd"]);
    let host = applied("99999999999");
    host.apply(&session("echo $$"))
        .ends_with(3)
        .says(&["this SSH session was opened before the change", "open a new SSH connection"]);
    assert!(host.exists(TRANSACTION));
    applied("1")
        .apply(&session(":"))
        .ends_with(3)
        .says(&["this is not a process of an SSH session", "on a console add --console"]);
    applied("1").apply(&format!("option[console]=yes; {}", session(":"))).ends_with(0).says(&["confirmed: sshd"]);
}

#[test]
fn a_session_of_several_processes_confirms_by_the_nearest() {
    // OpenSSH 9.8 and later: the processes of one session are written one after the other, however long that takes.
    let several = "ssh_session_processes() { echo $$; sleep 0.1; echo 1; }; revert_sshd() { :; }; confirm_changes";
    applied("1").apply(several).ends_with(0).says(&["confirmed: sshd"]);
}

#[test]
fn a_change_that_is_still_being_made_cannot_be_confirmed() {
    let host = Host::new().command("systemctl", SYSTEMCTL).directory(TRANSACTION);
    host.apply("ssh_session_processes() { echo $$; }; confirm_changes").ends_with(3).says(&["is still being made"]);
}

#[test]
fn a_change_whose_moment_is_unknown_is_confirmed_by_no_session() {
    let host = Host::new().command("systemctl", SYSTEMCTL).file(&format!("{TRANSACTION}/since"), "");
    let run = host.apply("ssh_session_processes() { echo $$; }; confirm_changes");
    assert_ne!(run.code, 0, "{run}");
    assert!(host.exists(TRANSACTION), "{run}");
}

#[test]
fn a_confirmation_commits_what_the_change_left_open() {
    // Whichever package of the service confirms it: the current one may be an older one that was restored.
    let host = applied("1").directory("/var/lib/specc/demo/transactions/firewall");
    host.apply("option[console]=yes; commit_firewall() { echo committed; }; confirm_changes")
        .says(&["committed\nconfirmed: firewall\nconfirmed: sshd"]);
    assert!(!host.exists(TRANSACTION) && host.read(&format!("{TRANSACTION}.outcome")).starts_with("confirmed "));
}

#[test]
fn a_confirmation_that_comes_too_late_is_told_so() {
    let host =
        Host::new().command("systemctl", "").file(&format!("{TRANSACTION}.outcome"), "reverted 2026-01-01T00:00:00Z\n");
    host.apply("confirm_changes")
        .ends_with(1)
        .says(&["\"sshd\" was not confirmed in time and reverted 2026-01-01", "Run deploy.sh again"]);
    Host::new().apply("confirm_changes").ends_with(0).says(&["Nothing is waiting to be confirmed."]);
}

#[test]
fn unconfirmed_changes_are_undone_all_or_the_one_that_is_named() {
    let both = || applied("1").file("/var/lib/specc/demo/transactions/firewall/complete", "");
    let undo = "revert_sshd() { echo sshd undone; }; revert_firewall() { echo firewall undone; }; ";
    both()
        .apply(&format!("{undo} revert_changes"))
        .says(&["sshd undone\nreverted: sshd", "firewall undone\nreverted: firewall"]);
    let host = both();
    let run = host.apply(&format!("{undo} option[transaction]=sshd; revert_changes; open_transactions"));
    assert!(run.out.ends_with("reverted: sshd\nfirewall\n") && !run.out.contains("firewall undone"), "{run}");
    run.called(&["systemctl --quiet disable --now -- specc-demo-revert-sshd.timer", "systemctl daemon-reload"]);
    assert_eq!(Host::new().apply("revert_changes").out, "");
}

#[test]
fn a_transaction_ends_step_by_step_on_the_disk() {
    // A power cut in between must find an open transaction, or a change that is there whole.
    let run = applied("1")
        .command("rm", "exec /bin/rm \"$@\"")
        .command("mv", "exec /bin/mv \"$@\"")
        .apply("transaction_end sshd confirmed");
    run.ends_with(0).called(&[
        "sync --file-system /etc",
        "mv -T -- /var/lib/specc/demo/transactions/sshd /var/lib/specc/demo/transactions/.ended-sshd",
        "sync -- /var/lib/specc/demo/transactions",
        "systemctl --quiet disable --now -- specc-demo-revert-sshd.timer",
        "systemctl stop -- specc-demo-revert-sshd.service",
        "rm -f -- /etc/systemd/system/specc-demo-revert-sshd.timer /etc/systemd/system/specc-demo-revert-sshd.service",
        "sync -- /etc/systemd/system",
    ]);
    let run = applied("1").apply("transaction_arm sshd");
    run.ends_with(0).called(&[
        "sync --file-system /var/lib/specc/demo/transactions/sshd",
        "systemctl --quiet enable -- specc-demo-revert-sshd.timer",
        "sync -- /etc/systemd/system/timers.target.wants",
    ]);
}

#[test]
fn a_revert_that_outlived_its_transaction_in_a_power_cut_is_taken_away() {
    let left = || {
        Host::new()
            .command("systemctl", SYSTEMCTL)
            .file("/etc/systemd/system/specc-demo-revert-firewall.timer", "")
            .file("/etc/systemd/system/specc-demo-revert-firewall.service", "")
            .file("/etc/systemd/system/specc-other-revert-firewall.timer", "")
    };
    for script in ["disarm_ended_reverts", "option[by_timer]=yes option[transaction]=firewall; revert_changes"] {
        let host = left();
        host.apply(script).ends_with(0).called(&[
            "systemctl --quiet disable --now -- specc-demo-revert-firewall.timer",
            "systemctl daemon-reload",
        ]);
        assert!(!host.exists("/etc/systemd/system/specc-demo-revert-firewall.timer"), "{script}");
        assert!(!host.exists("/etc/systemd/system/specc-demo-revert-firewall.service"), "{script}");
        assert!(host.exists("/etc/systemd/system/specc-other-revert-firewall.timer"), "{script}");
    }
    // That of an open one stays.
    let host = left().directory("/var/lib/specc/demo/transactions/firewall");
    host.apply("disarm_ended_reverts").ends_with(0).changed_nothing();
    assert!(host.exists("/etc/systemd/system/specc-demo-revert-firewall.timer"));
}

#[test]
fn the_timer_does_not_undo_a_change_under_its_makers_hands() {
    let host = Host::new()
        .command("systemctl", "")
        .directory(TRANSACTION)
        .command("sleep", "touch /var/lib/specc/demo/transactions/sshd/since");
    let undo = "revert_sshd() { echo undone; }; option[by_timer]=yes option[transaction]=sshd\n";
    let run = host.apply(&format!(
        "{undo} printf '%s %s\\n' $$ \"$(process_start $$)\" >{TRANSACTION}/maker; revert_changes; echo end"
    ));
    assert_eq!(run.out, "end\n", "its time has begun anew");
    let gone = || {
        let host = Host::new().command("systemctl", "").file(&format!("{TRANSACTION}/maker"), "999999999 1\n");
        host.file(&format!("{TRANSACTION}/complete"), "")
    };
    let run = gone().apply(&format!("{undo} revert_changes"));
    run.says(&["undone\nreverted: sshd"]);
    assert!(!run.calls.iter().any(|call| call.starts_with("systemctl stop")), "it would stop itself: {run}");
    // While it waited for the lock, a deployment has undone that change and begun another one.
    let another = format!("lock_transactions() {{ echo '888888888 2' >{TRANSACTION}/maker; }}\n");
    assert_eq!(gone().apply(&format!("{undo} {another} revert_changes; echo end")).out, "end\n");
    Host::new().apply("await_maker /run/none && echo free").says(&["free"]);
}

#[test]
fn a_look_at_sshd_asks_it_once_for_each_account_and_once_for_match_blocks() {
    let settings = "echo \"$*\" >>/run/asked; printf 'passwordauthentication no\nkbdinteractiveauthentication no\n'";
    let host = Host::new().command("sshd", settings).directory("/run/looks").directory("/run/sshd");
    let look = "sshd_configuration_not_loaded() { return 1; }; login_users() { echo admin; }; looks_directory=/run/looks; \
                (begin_moment; sshd_problem in-effect passwordauthentication=no kbdinteractiveauthentication=no)";
    host.apply(look).ends_with(0);
    assert_eq!(host.read("/run/asked").lines().count(), 3, "{}", host.read("/run/asked"));
    // Another moment, another answer.
    host.apply(look).ends_with(0);
    assert_eq!(host.read("/run/asked").lines().count(), 6, "{}", host.read("/run/asked"));
}
