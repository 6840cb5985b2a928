//! ufw's own rules, and the observers of what the kernel lets in.

use crate::harness::Host;
use crate::services::with_units;

/// The comment of our rules, as ufw keeps it: "specc demo" in hexadecimal.
const OURS: &str = " comment=73706563632064656d6f";

/// A host with these rules of ufw's; sshd listens on port 22.
fn with_rules(tuples: &[&str]) -> Host {
    let rules: String = tuples.iter().map(|tuple| format!("### tuple ### {tuple}\n-A ufw-user-input -j X\n")).collect();
    with_units(&["ufw.service UnitFileState=enabled"])
        .file("/etc/ufw/user.rules", &rules)
        .file("/etc/ufw/ufw.conf", "# comment\nENABLED=yes\n")
        .command("ss", "echo 'LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:((\"sshd\",pid=9,fd=3))'")
        .command("ufw", "")
}

const WEB: &str = "allow tcp 8000 0.0.0.0/0 any 0.0.0.0/0 in";
const DATABASE: &str = "allow tcp 5432 0.0.0.0/0 any 10.0.0.0/8 in";
const SSH: &str = "limit tcp 22 0.0.0.0/0 any 0.0.0.0/0 in";

fn holds(host: &Host, question: &str) -> bool {
    let run = host.observe(&format!("if {question}; then echo yes; else echo no; fi"));
    assert_eq!(run.err, "", "{run}");
    run.out == "yes\n"
}

#[test]
fn a_rule_is_there_only_for_exactly_its_port_protocol_and_source() {
    let host = with_rules(&[
        WEB,
        DATABASE,
        "allow any 53 0.0.0.0/0 any 0.0.0.0/0 in",
        "allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 Nginx%20HTTP - in",
        "deny tcp 9000 0.0.0.0/0 any 0.0.0.0/0 in",
    ]);
    for rule in ["8000/tcp", "5432/tcp from 10.0.0.0/8", "53/udp", "53/tcp", "80/tcp"] {
        assert!(holds(&host, &format!("ufw_has_rule '{rule}'")), "{rule}");
    }
    for rule in [
        "800/tcp",
        "8000/udp",
        "5432/tcp",
        "5432/tcp from 10.0.0.0/16",
        "8000/tcp from 10.0.0.0/8",
        "9000/tcp",
        "18000/tcp",
    ] {
        assert!(!holds(&host, &format!("ufw_has_rule '{rule}'")), "{rule}");
    }
}

#[test]
fn tuples_are_told_apart_by_who_made_them() {
    let host =
        with_rules(&[&format!("{WEB}{OURS}"), DATABASE, &format!("route:{SSH}"), &format!("{SSH} comment=6f74686572")]);
    assert_eq!(host.observe("ufw_tuples").out, format!("{WEB}\n{DATABASE}\n{SSH}\n"));
    assert_eq!(host.observe("ufw_tuples ours").out, format!("{WEB}\n"));
    assert_eq!(Host::new().observe("ufw_tuples").observed(), (0, ""));
}

#[test]
fn a_rule_of_the_operators_own_keeps_ssh_open() {
    assert!(holds(&with_rules(&[SSH]), "ufw_has_ssh_rule 22"));
    assert!(holds(&with_rules(&["allow any 22 0.0.0.0/0 any 10.0.0.0/8 in"]), "ufw_has_ssh_rule 22"));
    for tuple in [
        "allow udp 22 0.0.0.0/0 any 0.0.0.0/0 in",
        "deny tcp 22 0.0.0.0/0 any 0.0.0.0/0 in",
        "allow tcp 2222 0.0.0.0/0 any 0.0.0.0/0 in",
    ] {
        assert!(!holds(&with_rules(&[tuple]), "ufw_has_ssh_rule 22"), "{tuple}");
        assert!(!holds(&with_rules(&[]), &format!("is_ssh_rule '{tuple}' 22 2200")), "{tuple}");
    }
}

#[test]
fn a_port_is_covered_by_lists_and_ranges() {
    let host = with_rules(&[
        "allow tcp 80,8000:8010 0.0.0.0/0 any 0.0.0.0/0 in",
        "allow any any 0.0.0.0/0 any 10.0.0.1 in",
        "deny tcp 99 0.0.0.0/0 any any in",
    ]);
    assert!(holds(&host, "ufw_covers_port 8005/tcp") && holds(&host, "ufw_covers_port 80/tcp"));
    assert!(holds(&host, "ufw_covers_port 9/udp"), "any port from one address");
    let host = with_rules(&["allow tcp 80,8000:8010 0.0.0.0/0 any 0.0.0.0/0 in"]);
    for port in ["8011/tcp", "8005/udp", "8/tcp", "65616/tcp"] {
        assert!(!holds(&host, &format!("ufw_covers_port {port}")), "{port}");
    }
    assert!(
        holds(&host, "port_in_list 22 any")
            && holds(&host, "port_in_list 22 1:30")
            && !holds(&host, "port_in_list 22 23:30")
    );
}

#[test]
fn rules_that_nobody_asked_for_are_listed_but_never_ssh() {
    let host = with_rules(&[
        &format!("{WEB}{OURS}"),
        DATABASE,
        SSH,
        "allow tcp 9000 0.0.0.0/0 any 0.0.0.0/0 in",
        "deny tcp 1 0.0.0.0/0 any 0.0.0.0/0 in",
    ]);
    assert_eq!(
        host.observe("unlisted_rules only 8000/tcp '5432/tcp from 10.0.0.0/8'").out,
        "allow tcp 9000 0.0.0.0/0 any 0.0.0.0/0 in\n"
    );
    assert_eq!(
        host.observe("unlisted_rules also 9999/tcp").out,
        format!("{WEB}\n"),
        "with \"also\" only what an earlier package made"
    );
}

#[test]
fn rules_are_added_with_our_mark_and_a_refusal_stops_the_run() {
    let host = with_rules(&[]);
    host.apply("ufw_allow 8000/tcp")
        .ends_with(0)
        .says(&["changed  allow 8000/tcp"])
        .called(&["ufw allow proto tcp from any to any port 8000 comment 'specc demo'"]);
    host.apply("ufw_allow '5432/tcp from 10.0.0.0/8'")
        .called(&["ufw allow proto tcp from 10.0.0.0/8 to any port 5432 comment 'specc demo'"]);
    let host = with_rules(&[]).command("ufw", "echo 'ERROR: Bad port'; exit 1");
    host.apply("ufw_allow 99999/tcp").ends_with(1).says(&[
        "ufw did not take the rule 99999/tcp",
        "| ERROR: Bad port",
        "look at",
    ]);
}

#[test]
fn rules_are_deleted_as_ufw_spells_them() {
    for (tuple, words) in [
        (WEB, "allow proto tcp from any to any port 8000"),
        (DATABASE, "allow proto tcp from 10.0.0.0/8 to any port 5432"),
        (SSH, "limit proto tcp from any to any port 22"),
        ("allow any any 0.0.0.0/0 any 10.0.0.1 in", "allow from 10.0.0.1 to any"),
        ("allow udp 5 192.0.2.1 53 0.0.0.0/0 in", "allow proto udp from any port 53 to 192.0.2.1 port 5"),
        ("allow_log tcp 80 0.0.0.0/0 any 0.0.0.0/0 in", "allow log proto tcp from any to any port 80"),
        ("allow_log-all tcp 80 0.0.0.0/0 any 0.0.0.0/0 in", "allow log-all proto tcp from any to any port 80"),
        ("allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in_eth1", "allow in on eth1 proto tcp from any to any port 80"),
        ("allow tcp 80,443 0.0.0.0/0 any 0.0.0.0/0 Nginx%20Full - in", "allow from any to any app 'Nginx Full'"),
    ] {
        let run = with_rules(&[]).apply(&format!("ufw_delete '{tuple}'"));
        assert_eq!(run.calls_of("ufw"), [format!("--force delete {words}")], "{tuple}");
        run.says(&["changed  removed: "]);
    }
    let run = with_rules(&[]).apply("ufw_delete 'allow tcp 80 ::/0 any ::/0 in'");
    assert!(!run.out.contains("changed"), "the twin of a rule is told once: {run}");
    let run = with_rules(&[]).command("ufw", "exit 1").apply(&format!("ufw_delete '{WEB}'"));
    assert!(run.code == 0 && !run.out.contains("changed"), "{run}");
}

#[test]
fn ufw_comes_back_at_boot_only_where_file_and_unit_say_so() {
    assert!(holds(&with_rules(&[]), "ufw_starts_at_boot"));
    assert_eq!(with_rules(&[]).observe("observe_firewall_at_boot").observed(), (0, "yes"));
    let host = with_rules(&[]).file("/etc/ufw/ufw.conf", "ENABLED=no\n");
    assert!(!holds(&host, "ufw_starts_at_boot"));
    assert_eq!(host.observe("observe_firewall_at_boot").observed(), (0, "ufw is off in /etc/ufw/ufw.conf"));
    let host = with_rules(&[]).file("/run/units/ufw.service/UnitFileState", "disabled\n");
    assert!(!holds(&host, "ufw_starts_at_boot"));
    assert_eq!(host.observe("observe_firewall_at_boot").observed(), (0, "ufw.service is disabled"));
    let host = with_rules(&[]).file("/etc/ufw/ufw.conf", "# x\nENABLED=no\n");
    host.apply("start_ufw_at_boot").ends_with(0).called(&["systemctl --quiet enable ufw.service"]);
    assert_eq!(host.read("/etc/ufw/ufw.conf"), "# x\nENABLED=yes\n");
    assert!(!holds(&with_rules(&[]).command("iptables", "exit 1"), "ufw_is_loaded"));
    assert!(holds(&with_rules(&[]).command("iptables", ""), "ufw_is_loaded"));
}

// ---- what the kernel lets in

/// A kernel whose rules let in SSH and port 8000, for both families.
fn with_kernel(v4: &str, v6: &str) -> Host {
    let rules = |more: &str| {
        format!(
            "*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 8000 -j ACCEPT\n{more}COMMIT\n"
        )
    };
    with_rules(&[])
        .own_proc()
        .file("/proc/net/if_inet6", "fe80 02 40 20 80 eth0\n")
        .file("/run/rules4", &rules(v4))
        .file("/run/rules6", &rules(v6))
        .command("iptables-save", "cat /run/rules4")
        .command("ip6tables-save", "cat /run/rules6")
}

const OPEN: &str = "-A INPUT -p tcp -m tcp --dport 9000 -j ACCEPT\n";

#[test]
fn what_the_kernel_lets_in_beyond_the_list_is_named_by_family() {
    let ask = "observe_firewall_open 8000/tcp ssh";
    assert_eq!(with_kernel("", "").observe(ask).observed(), (0, "none"));
    assert_eq!(with_kernel(OPEN, OPEN).observe(ask).observed(), (0, "9000/tcp"));
    assert_eq!(with_kernel("", OPEN).observe(ask).observed(), (0, "IPv6: 9000/tcp"));
    assert_eq!(with_kernel(OPEN, "").observe(ask).observed(), (0, "IPv4: 9000/tcp"));
    assert_eq!(with_kernel("", "").observe("observe_firewall_open ssh").observed(), (0, "8000/tcp"));
    let host = with_kernel(OPEN, OPEN)
        .file("/var/lib/specc/firewall-rules/other", "9000/tcp\n")
        .file("/var/lib/specc/firewall-rules/demo", "1/tcp\n");
    assert_eq!(host.observe(ask).observed(), (0, "none"), "what another package of ours asked for");
    assert_eq!(host.observe("rules_of_other_services").out, "9000/tcp\n");
}

#[test]
fn whether_a_port_is_let_in_is_told_for_both_families() {
    let ask = "observe_firewall_allowed 9000/tcp";
    assert_eq!(with_kernel(OPEN, OPEN).observe(ask).observed(), (0, "yes"));
    assert_eq!(with_kernel(OPEN, "").observe(ask).observed(), (0, "IPv4 only"));
    assert_eq!(with_kernel("", OPEN).observe(ask).observed(), (0, "IPv6 only"));
    assert_eq!(with_kernel("", "").observe(ask).observed(), (0, "no"));
    assert_eq!(with_kernel(OPEN, "").observe(&format!("{ask} 10.0.0.0/8")).observed(), (0, "yes"));
    assert_eq!(with_kernel(OPEN, "").observe(&format!("{ask} fd00::/8")).observed(), (0, "no"));
}

#[test]
fn a_port_that_no_rule_names_is_judged_by_the_worse_family() {
    assert_eq!(with_kernel("", "").observe("observe_firewall_policy").observed(), (0, "deny"));
    let flushed = "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n";
    assert_eq!(
        with_kernel("", "").file("/run/rules6", flushed).observe("observe_firewall_policy").observed(),
        (0, "allow (IPv6)")
    );
    assert_eq!(
        with_kernel("", "")
            .file("/run/rules6", flushed)
            .file("/run/rules4", flushed)
            .observe("observe_firewall_policy")
            .observed(),
        (0, "allow")
    );
    let host =
        with_kernel("", "").file("/run/rules6", flushed).file("/proc/net/if_inet6", "0001 01 80 10 80       lo\n");
    assert_eq!(host.observe("observe_firewall_policy").observed(), (0, "deny"), "no address, no second door");
}

#[test]
fn rules_that_cannot_be_read_prove_nothing() {
    for observer in ["observe_firewall_open ssh", "observe_firewall_allowed 8000/tcp", "observe_firewall_policy"] {
        assert_eq!(
            with_kernel("", "").observe_as(1000, observer).observed(),
            (2, "only root can see this"),
            "{observer}"
        );
        let host = with_kernel("", "").command("iptables-save", "echo 'iptables-save: Permission denied'; exit 1");
        assert_eq!(
            host.observe(observer).observed(),
            (2, "the packet filter holds rules that iptables-save cannot show"),
            "{observer}"
        );
        let host = with_kernel("", "")
            .command("ip6tables-save", "cat /run/rules6; echo '# Table `x` is incompatible, use `nft` tool.'");
        assert_eq!(
            host.observe(observer).observed(),
            (2, "the packet filter holds rules that ip6tables-save cannot show"),
            "{observer}"
        );
    }
}

#[test]
fn a_host_without_iptables_has_no_such_rules() {
    let host = Host::new().own_proc();
    assert!(host.observe("filter_rules 4").out.contains(":INPUT ACCEPT"));
    assert_eq!(host.observe("observe_firewall_policy").observed(), (0, "allow (IPv4)"));
    assert!(!holds(&host, "has_ipv6"));
}

#[test]
fn native_tables_that_drop_are_not_passed_over() {
    let nft = |table: &str| {
        with_kernel(OPEN, OPEN).command(
            "nft",
            &format!(
                "printf '{table} {{\\n chain x {{\\n  type filter hook input priority 0; policy drop;\\n }}\\n}}\\n'"
            ),
        )
    };
    assert_eq!(
        nft("table inet mine").observe("observe_firewall_open 8000/tcp ssh").observed(),
        (2, "native nftables rules decide here, which this check does not read")
    );
    assert!(
        holds(&nft("table ip6 mine"), "native_tables_drop 6") && !holds(&nft("table ip6 mine"), "native_tables_drop 4")
    );
    assert!(!holds(&nft("table ip filter"), "native_tables_drop 4"), "those are iptables' own");
    assert!(!holds(&with_kernel("", "").command("nft", "exit 1"), "native_tables_drop 4"));
}
