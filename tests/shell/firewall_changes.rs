//! The firewall is changed in a transaction, judged by the kernel, and put back where it would lock somebody out.

use crate::harness::{Host, Run};
use crate::services::with_units;

const FIREWALL: &str = "ensure_firewall only 8000/tcp";
const TRANSACTION: &str = "/var/lib/specc/demo/transactions/firewall";

/// A host with ufw: what `ufw allow` is asked for stands in its rules at once, and in the kernel's after a reload.
/// `answer` is what a probe from outside meets.
fn with_ufw(answer: &str) -> Host {
    let ufw = "case \"$*\" in\n\
        'allow proto '*) echo \"### tuple ### allow $3 ${9} 0.0.0.0/0 any 0.0.0.0/0 in comment=73706563632064656d6f\" >>/etc/ufw/user.rules ;;\n\
        '--force delete '*) for last; do :; done; sed -i \"/ $last 0.0.0.0/d\" /etc/ufw/user.rules ;;\n\
        'default deny incoming') echo DROP >/run/next-policy ;;\n\
        '--force enable' | reload) [ ! -e /run/ufw-broken ] || exit 1; touch /run/loaded; mv /run/next-policy /run/policy 2>/dev/null; cp /etc/ufw/user.rules /run/kernel; sed -i 's/^ENABLED=.*/ENABLED=yes/' /etc/ufw/ufw.conf ;;\n\
        esac";
    let save = "echo '*filter'; echo \":INPUT $(cat /run/policy) [0:0]\"; echo '-A INPUT -i lo -j ACCEPT'; sed -n 's/^### tuple ### [a-z]* \\([a-z]*\\) \\([0-9]*\\) .*/-A INPUT -p \\1 -m \\1 --dport \\2 -j ACCEPT/p' /run/kernel; echo COMMIT";
    with_units(&["ufw.service UnitFileState=disabled"])
        .own_proc()
        .file("/proc/sys/kernel/random/boot_id", "this-boot\n")
        .file("/proc/uptime", "100.00 1\n")
        .file("/etc/ufw/ufw.conf", "ENABLED=no\n")
        .file("/etc/ufw/user.rules", "")
        .file("/etc/default/ufw", "x\n")
        .file("/run/policy", "ACCEPT\n")
        .file("/run/kernel", "")
        .command("ufw", ufw)
        .command("iptables-save", save)
        .command("iptables-restore", "cat >/run/restored")
        .command("iptables", "case $1 in --numeric) [ -e /run/loaded ] ;; esac")
        .command("ss", "case \"$*\" in *--listening*) cat /run/listening 2>/dev/null || true ;; *) echo 'LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:((\"sshd\",pid=9,fd=3))' ;; esac")
        .command("ip", "case \"$*\" in 'netns add'*) mkdir -p /run/netns; touch /run/netns/$3 ;; *'address show'*) echo 198.18.0.1 ;; esac")
        .command("nsenter", &format!("cat >/dev/null; echo {answer}"))
}

/// process_start needs a /proc of the shell's own.
fn change(host: &Host, operation: &str) -> Run {
    host.apply(&format!("mkdir -p /proc/$$; echo '1 (bash) S 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 77' >/proc/$$/stat\nledger_read\n{operation}"))
}

#[test]
fn a_closed_firewall_with_just_the_rules_is_made_proven_and_confirmed() {
    let host = with_ufw("open");
    host.check(FIREWALL).says(&["missing  firewall: a port that no rule names is not closed (allow (IPv4))"]);
    let run = change(&host, FIREWALL);
    run.ends_with(0).says(&[
        "changed  allow 22/tcp",
        "changed  allow 8000/tcp",
        "SSH still answers from outside: the firewall's change is confirmed",
    ]);
    run.called(&[
        "systemctl restart -- specc-demo-revert-firewall.timer",
        "ufw default deny incoming",
        "ufw --force enable",
        "systemctl --quiet enable ufw.service",
        "systemctl --quiet disable --now -- specc-demo-revert-firewall.timer",
    ]);
    assert!(!host.exists(TRANSACTION) && host.read("/etc/ufw/ufw.conf") == "ENABLED=yes\n");
    assert_eq!(host.read("/var/lib/specc/firewall-rules/demo"), "8000/tcp\n");
    host.file("/run/units/ufw.service/UnitFileState", "enabled\n")
        .no_op(FIREWALL)
        .says(&["ok       firewall: only 8000/tcp (and SSH on 22)"]);
}

#[test]
fn a_firewall_that_was_changed_by_hand_is_told_and_put_right() {
    let host = with_ufw("open");
    change(&host, FIREWALL).ends_with(0);
    let host = host.file("/run/units/ufw.service/UnitFileState", "enabled\n");
    change(&host, "ufw_allow 9000/tcp; ufw reload").ends_with(0);
    host.check(&format!("ledger_read; {FIREWALL}")).says(&["edited   firewall: more is let in: IPv4: 9000/tcp"]);
    let run = change(&host, FIREWALL);
    run.ends_with(0).says(&["changed  removed: allow proto tcp from any to any port 9000"]);
    assert!(!host.read("/etc/ufw/user.rules").contains("9000"));
}

#[test]
fn each_way_in_which_a_firewall_is_not_as_asked_has_its_words() {
    let problem = |host: &Host, rules: &str| host.apply(&format!("firewall_problem {rules}")).out;
    let host = with_ufw("open");
    change(&host, FIREWALL).ends_with(0);
    let host = host.file("/run/units/ufw.service/UnitFileState", "enabled\n");
    assert_eq!(problem(&host, "only 8000/tcp"), "");
    assert_eq!(problem(&host, "only 8000/tcp 9000/tcp"), "9000/tcp is not let in (no)");
    assert_eq!(
        problem(&host, "only '8000/tcp from 10.0.0.0/8'"),
        "8000/tcp from 10.0.0.0/8 is let in now, but would not be after a reboot"
    );
    assert_eq!(problem(&host, "also 1/udp"), "1/udp is not let in (no)");
    assert_eq!(
        problem(&host.file("/run/units/ufw.service/UnitFileState", "disabled\n"), "only 8000/tcp"),
        "it would not be there after a reboot"
    );
    assert_eq!(problem(&Host::new(), "only 8000/tcp"), "ufw is not installed");
    assert_eq!(
        with_ufw("open").apply("firewall_drift; echo; ledger_put firewall created - rules; firewall_drift").out,
        "missing\nedited"
    );
}

#[test]
fn a_change_that_would_close_ssh_is_put_back() {
    let host = with_ufw("filtered");
    let run = change(&host, FIREWALL);
    run.ends_with(1)
        .says(&["SSH would not have been reachable from outside; the firewall was put back", "iptables -S"])
        .called(&["iptables-restore"]);
    assert!(host.read("/run/restored").contains(":INPUT ACCEPT"), "exactly what was there before");
    assert_eq!(
        (host.read("/etc/ufw/user.rules").as_str(), host.read("/etc/ufw/ufw.conf").as_str(), host.exists(TRANSACTION)),
        ("", "ENABLED=no\n", false)
    );
}

#[test]
fn a_change_that_does_not_take_effect_is_put_back() {
    let host = with_ufw("open").file("/run/ufw-broken", "");
    change(&host, FIREWALL)
        .ends_with(1)
        .says(&["the firewall does not do what was asked, and was put back: a port that no rule names is not closed"]);
    assert!(!host.exists(TRANSACTION));
}

#[test]
fn where_no_probe_can_tell_a_new_connection_has_to_confirm() {
    let host = with_ufw("open").command("ip", "exit 1");
    let run = change(&host, FIREWALL);
    run.ends_with(0).says(&["a new SSH connection must confirm within 120 s"]);
    assert!(host.exists(&format!("{TRANSACTION}/since")));
    assert_eq!(host.read("/etc/ufw/ufw.conf"), "ENABLED=no\n", "not after a reboot, until it is confirmed");
    change(&host, "commit_firewall").ends_with(0);
    assert_eq!(host.read("/etc/ufw/ufw.conf"), "ENABLED=yes\n");
}

#[test]
fn a_change_that_was_killed_half_way_is_undone_first() {
    let killed = || {
        let saved = |name: &str| format!("{TRANSACTION}/saved/{name}");
        with_ufw("open").file(&saved("etc/ufw/user.rules"), "# before\n").file(&saved("boot"), "another-boot\n")
    };
    let host = killed().file(&format!("{TRANSACTION}/complete"), "");
    change(&host, FIREWALL).ends_with(0);
    assert!(host.read("/etc/ufw/user.rules").starts_with("# before\n"));
    // Killed while it saved: nothing had been changed, and what was saved is no whole.
    let host = killed().file("/run/loaded", "");
    let run = change(&host, "undo_incomplete firewall; open_transactions");
    run.ends_with(0);
    assert!(run.out.is_empty() && run.calls_of("ufw").is_empty(), "a firewall was switched off: {run}");
}

#[test]
fn a_plan_without_rules_of_its_own_closes_all_but_ssh() {
    for operation in ["ensure_firewall only", "ensure_firewall also"] {
        let host = with_ufw("open")
            .file("/var/lib/specc/firewall-rules/old", "\n")
            .file("/var/lib/specc/firewall-rules/demo", "1/tcp\n");
        let run = change(&host, operation);
        run.ends_with(0).says(&["changed  allow 22/tcp", "the firewall's change is confirmed"]);
        assert_eq!(run.out.matches("changed  allow").count(), 1, "{run}");
        assert!(!host.exists("/var/lib/specc/firewall-rules/demo"), "what was asked for before is forgotten");
        host.file("/run/units/ufw.service/UnitFileState", "enabled\n").no_op(operation);
    }
}

#[test]
fn a_change_whose_maker_was_killed_before_it_was_proven_is_proven_by_the_next_run() {
    let host = with_ufw("open").command("ip", "exit 1");
    change(&host, FIREWALL).ends_with(0).says(&["must confirm"]);
    // The kernel gives a namespace now, as if it had been the run that ended.
    let host = host.command("ip", "case \"$*\" in 'netns add'*) mkdir -p /run/netns; touch /run/netns/$3 ;; esac");
    change(&host, FIREWALL).ends_with(0).says(&["the firewall's change is confirmed"]);
    assert!(!host.exists(TRANSACTION));
}

#[test]
fn a_full_disk_does_not_keep_the_kernels_old_rules_away() {
    let saved = |name: &str| format!("{TRANSACTION}/saved/{name}");
    let host = with_ufw("open")
        .file(&saved("boot"), "this-boot\n")
        .file(&saved("kernel4"), "old rules\n")
        .file(&saved("etc/ufw/ufw.conf"), "ENABLED=old\n")
        .command("cp", "exit 1");
    assert_ne!(change(&host, "revert_firewall").code, 0, "it is tried again");
    assert_eq!(host.read("/run/restored"), "old rules\n");
}

#[test]
fn after_a_reboot_the_old_files_are_loaded_instead_of_the_old_kernel() {
    let saved = |host: Host| {
        host.file(&format!("{TRANSACTION}/saved/etc/ufw/ufw.conf"), "ENABLED=old\n")
            .file(&format!("{TRANSACTION}/saved/boot"), "another-boot\n")
    };
    let host = saved(with_ufw("open")).file(&format!("{TRANSACTION}/saved/was-loaded"), "");
    host.apply("revert_firewall").ends_with(0).called(&["ufw reload"]);
    let run = saved(with_ufw("open")).file("/run/loaded", "").apply("revert_firewall");
    run.called(&["ufw --force disable"]);
    assert!(run.calls_of("iptables-restore").is_empty(), "{run}");
}

#[test]
fn what_is_saved_is_both_files_and_kernel() {
    let host = with_ufw("open")
        .command("ip6tables-save", "exit 1")
        .directory(&format!("{TRANSACTION}/saved"))
        .file("/run/loaded", "");
    host.apply("save_firewall").ends_with(0);
    for (name, is_there) in [
        ("etc/ufw/ufw.conf", true),
        ("etc/default/ufw", true),
        ("kernel4", true),
        ("kernel6", false),
        ("was-loaded", true),
        ("boot", true),
    ] {
        assert_eq!(host.exists(&format!("{TRANSACTION}/saved/{name}")), is_there, "{name}");
    }
}

#[test]
fn a_kernel_that_held_no_table_is_saved_as_one_that_lets_all_through() {
    let open = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";
    let host = with_ufw("open").command("iptables-save", "");
    assert_eq!(host.apply("save_kernel_rules iptables-save").out, open);
    let host = with_ufw("open").command("iptables-save", "printf '*nat\\nCOMMIT\\n'");
    assert_eq!(host.apply("save_kernel_rules iptables-save").out, format!("*nat\nCOMMIT\n{open}"));
    let host = with_ufw("open").command("iptables-save", "printf '# by\\n*filter\\n:INPUT DROP\\nCOMMIT\\n'");
    assert_eq!(host.apply("save_kernel_rules iptables-save").out, "# by\n*filter\n:INPUT DROP\nCOMMIT\n");
}

#[test]
fn rules_that_were_flushed_under_ufw_are_loaded_by_force() {
    let host = with_ufw("open")
        .file("/run/ufw-broken", "")
        .directory(&format!("{TRANSACTION}/saved/etc/ufw"))
        .file(&format!("{TRANSACTION}/saved/etc/ufw/ufw.conf"), "ENABLED=no\n")
        .file("/lib/ufw/ufw-init", "");
    host.apply("load_firewall").ends_with(0).says(&["| "]);
    assert_eq!(host.read("/etc/ufw/ufw.conf"), "ENABLED=no\n");
}

#[test]
fn what_would_suffer_from_a_firewall_needs_to_be_accepted() {
    let survey = |host: &Host, rules: &str| host.survey(&format!("ensure_firewall {rules}"));
    let listening = "tcp LISTEN 0 5 0.0.0.0:9000 0.0.0.0:*\ntcp LISTEN 0 5 127.0.0.1:6379 0.0.0.0:*\ntcp LISTEN 0 5 0.0.0.0:22 0.0.0.0:*\nudp UNCONN 0 0 0.0.0.0:68 0.0.0.0:*\ntcp LISTEN 0 5 *:8000 *:*\n";
    let host = with_ufw("open").file("/run/listening", listening);
    let run = survey(&host, "only 8000/tcp");
    run.ends_with(0).says(&["risk close-listeners\t9000/tcp (unknown) would not be reachable from outside any more"]);
    assert_eq!(run.out.matches("close-listeners").count(), 1, "{run}");
    assert!(!survey(&host, "only 8000/tcp 9000/tcp").out.contains("close-listeners"));
    let host = with_ufw("open").file("/run/units/nftables.service/UnitFileState", "enabled\n");
    survey(&host, "only 8000/tcp").says(&["risk other-firewall\tnftables.service manages the firewall of this host"]);
    let host = with_ufw("open").command("systemctl", "exit 1");
    survey(&host, "only 8000/tcp")
        .says(&["risk other-firewall\tsystemd does not say whether something else manages the firewall of this host"]);
    let host = with_ufw("open").command("iptables", "case $1 in -S) printf -- '-P INPUT ACCEPT\\n-A INPUT -j ufw-before-input\\n-A INPUT -p tcp -j DROP\\n' ;; esac");
    survey(&host, "only 8000/tcp").says(&["risk other-firewall\tthe chain INPUT holds rules that ufw did not make"]);
    let published =
        "printf '*nat\\n-A DOCKER -p tcp -m tcp --dport 5432 -j DNAT --to-destination 172.17.0.2:5432\\nCOMMIT\\n'";
    let host = with_ufw("open").command("iptables-save", published);
    survey(&host, "only 8000/tcp").says(&["risk other-firewall\tIPv4: 5432/tcp by NAT stays open whatever ufw does"]);
    // What cannot be looked at is not called harmless.
    let host = with_ufw("open").command("iptables-save", "exit 1");
    survey(&host, "only 8000/tcp")
        .says(&["risk other-firewall\tIPv4: the packet filter holds rules that iptables-save cannot show"]);
    let host = with_ufw("open").command("ss", "exit 1");
    survey(&host, "only 8000/tcp").says(&["risk close-listeners\tss does not tell what listens on this host"]);
    let run = survey(&with_ufw("open").file("/run/policy", "DROP\n"), "also 8000/tcp");
    assert!(!run.out.contains("close-listeners"), "{run}");
}

#[test]
fn rules_that_somebody_had_made_before_are_remembered_for_other_packages_too() {
    let host = with_ufw("open");
    change(&host, FIREWALL).ends_with(0);
    let host = host.file("/run/units/ufw.service/UnitFileState", "enabled\n");
    // As if an administrator had made them.
    std::fs::remove_file(host.at("/var/lib/specc/firewall-rules/demo")).unwrap();
    change(&host, FIREWALL).ends_with(0).says(&["ok       firewall: only 8000/tcp"]);
    assert_eq!(host.read("/var/lib/specc/firewall-rules/demo"), "8000/tcp\n");
}

#[test]
fn what_other_packages_of_ours_asked_for_is_kept_open() {
    let host = with_ufw("open").file("/var/lib/specc/firewall-rules/other", "9000/tcp\n");
    change(&host, FIREWALL).ends_with(0).says(&["changed  allow 9000/tcp"]);
}
