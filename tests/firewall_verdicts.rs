//! What the firewall observers conclude from rules as `iptables-save` prints them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The shape of ufw's chains: loopback and answers first, then DHCP, multicast, limits and the operator's own rules.
const CLOSED: &str = r#"*nat
:PREROUTING ACCEPT [0:0]
COMMIT
*filter
:INPUT DROP [0:0]
:before - [0:0]
:own - [0:0]
:limited - [0:0]
-A INPUT -j before
-A INPUT -j own
-A before -i lo -j ACCEPT
-A before -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A before -m conntrack --ctstate INVALID -j DROP
-A before -p udp -m udp --sport 67 --dport 68 -j ACCEPT
-A before -d 224.0.0.251/32 -p udp -m udp --dport 5353 -j ACCEPT
-A before -m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[a -j ACCEPT b] "
-A own -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m recent --set --name DEFAULT --mask 255.255.255.255 --rsource
-A own -p tcp -m tcp --dport 22 -m recent --update --seconds 30 --hitcount 6 --name DEFAULT --mask 255.255.255.255 --rsource -j limited
-A own -p tcp -m tcp --dport 22 -j ACCEPT
-A own -p tcp -m multiport --dports 8000,8100:8110 -m comment --comment "the -j DROP service" -j ACCEPT
-A own -s 10.1.0.0/16 -p tcp -m tcp --dport 5432 -j ACCEPT
-A limited -j REJECT --reject-with icmp-port-unreachable
COMMIT
"#;

fn ask(family: &str, rules: &str, question: &[&str]) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/shell/observers/firewall_verdicts.sh");
    let mut shell = Command::new("/bin/bash")
        .args(["-c", "set -euo pipefail; export LC_ALL=C; source \"$0\"; saved=$(cat); filter_rules() { printf '%s\\n' \"$saved\"; }; firewall_verdicts \"$@\""])
        .arg(file)
        .arg(family)
        .args(question)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    shell.stdin.take().unwrap().write_all(rules.as_bytes()).unwrap();
    String::from_utf8(shell.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
}

/// The rules with one more, before the operator's own.
fn with(rule: &str) -> String {
    CLOSED.replacen("-A INPUT -j before", &format!("{rule}\n-A INPUT -j before"), 1)
}

const ALLOWED: [&str; 5] = ["open", "22/tcp", "8000/tcp", "8100:8110/tcp", "5432/tcp from 10.0.0.0/8"];

#[test]
fn rules_that_allow_just_what_is_listed_leave_nothing_open() {
    assert_eq!(ask("4", CLOSED, &ALLOWED), "");
    assert_eq!(ask("4", CLOSED, &["policy"]), "deny");
}

#[test]
fn whatever_lets_in_more_shows() {
    for (rule, open) in [
        ("-A INPUT -p tcp -m tcp --dport 9000 -j ACCEPT", "9000/tcp"),
        ("-A INPUT -p udp -m multiport --dports 6000:6010 -j ACCEPT", "6000-6010/udp"),
        ("-A INPUT -i eth1 -p tcp -m tcp --dport 9000 -j ACCEPT", "9000/tcp"),
        ("-A INPUT ! -i lo -p tcp -m tcp --dport 9000 -j ACCEPT", "9000/tcp"),
        ("-A INPUT -m set --match-set friends src -p tcp -m tcp --dport 9000 -j ACCEPT", "9000/tcp"),
        ("-A INPUT -s 192.168.7.0/24 -p tcp -m tcp --dport 9000 -j ACCEPT", "9000/tcp from 192.168.7.0/24"),
        ("-A INPUT -p tcp -m tcp ! --dport 1:8999 -j ACCEPT", "9000-65535/tcp"),
    ] {
        assert_eq!(ask("4", &with(rule), &ALLOWED), open, "{rule}");
    }
    assert_eq!(ask("4", CLOSED, &["open", "22/tcp", "8000/tcp"]), "8100-8110/tcp 5432/tcp from 10.1.0.0/16");
}

#[test]
fn an_earlier_drop_closes_what_a_later_rule_opens() {
    let rules = with("-A INPUT -p tcp -m tcp --dport 8000 -j DROP");
    assert_eq!(ask("4", &rules, &["allowed", "8000/tcp", "anywhere"]), "no");
    assert_eq!(ask("4", CLOSED, &["allowed", "8000/tcp", "anywhere"]), "yes");
}

#[test]
fn a_rate_limit_does_not_close_a_port() {
    assert_eq!(ask("4", CLOSED, &["allowed", "22/tcp", "anywhere"]), "yes");
}

#[test]
fn a_rule_for_one_network_allows_that_network_only() {
    assert_eq!(ask("4", CLOSED, &["allowed", "5432/tcp", "anywhere"]), "no");
    assert_eq!(ask("4", CLOSED, &["allowed", "5432/tcp", "10.1.2.3"]), "yes");
    assert_eq!(ask("4", CLOSED, &["allowed", "5432/tcp", "10.2.0.0/16"]), "no");
}

#[test]
fn a_flushed_firewall_lets_everything_in() {
    assert_eq!(ask("4", "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n", &["policy"]), "allow");
    assert_eq!(ask("4", "*filter", &["open", "22/tcp"]), "1-21/tcp 23-65535/tcp 1-65535/udp");
}

#[test]
fn addresses_of_both_families_are_compared_by_their_bits() {
    let rules = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s fd00:1::/32 -p tcp -m tcp --dport 5432 -j ACCEPT\nCOMMIT\n";
    assert_eq!(ask("6", rules, &["allowed", "5432/tcp", "fd00:1:2::9"]), "yes");
    assert_eq!(ask("6", rules, &["allowed", "5432/tcp", "fd00:2::9"]), "no");
    assert_eq!(ask("6", rules, &["open"]), "5432/tcp from fd00:1::/32");
}

#[test]
fn a_port_that_a_container_engine_publishes_is_open() {
    let published = |rule: &str| CLOSED.replacen("COMMIT", &format!("{rule}\nCOMMIT"), 1);
    for (rule, open) in [
        (
            "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 5432 -j DNAT --to-destination 172.17.0.2:5432",
            "5432/tcp by NAT",
        ),
        ("-A PREROUTING -p udp -m multiport --dports 53,6000:6010 -j REDIRECT", "53/udp by NAT 6000-6010/udp by NAT"),
        ("-A PREROUTING -d 10.0.2.15/32 -j DNAT --to-destination 10.0.3.1", "1-65535/any by NAT"),
        ("-A PREROUTING -p tcp -m tcp --dport 8000 -j REDIRECT --to-ports 8100", ""),
        (
            "-A DOCKER -d 127.0.0.1/32 ! -i docker0 -p tcp -m tcp --dport 5432 -j DNAT --to-destination 172.17.0.2:5432",
            "",
        ),
        ("-A PREROUTING -i lo -p tcp -m tcp --dport 5432 -j REDIRECT --to-ports 5433", ""),
        ("-A OUTPUT -p tcp -m tcp --dport 5432 -j DNAT --to-destination 172.17.0.2:5432", ""),
        ("-A PREROUTING -p tcp -m tcp --dport 80 -m comment --comment \"no -j DNAT\" -j RETURN", ""),
    ] {
        assert_eq!(ask("4", &published(rule), &ALLOWED), open, "{rule}");
    }
    let rules = published("-A DOCKER -p tcp -m tcp --dport 5432 -j DNAT --to-destination 172.17.0.2:5432");
    assert_eq!(ask("4", &rules, &["redirected", "8000/tcp"]), "5432/tcp by NAT");
    assert_eq!(ask("4", CLOSED, &["redirected", "8000/tcp"]), "");
}

#[test]
fn a_list_of_the_banned_was_taken_for_a_wall_before_everybody() {
    for ban in [
        "-A INPUT -p tcp -m tcp --dport 22 -m set --match-set f2b-sshd src -j REJECT",
        "-A INPUT -m set --match-set crowdsec-blacklists src -j DROP",
    ] {
        assert_eq!(ask("4", &with(ban), &["allowed", "22/tcp", "anywhere"]), "yes", "{ban}");
    }
    // Who is let in by being on no list, or on one, depends on the list.
    for rule in ["-A INPUT -m set ! --match-set friends src -j DROP", "-A INPUT -m set --match-set home dst -j DROP"] {
        assert_eq!(ask("4", &with(rule), &["allowed", "22/tcp", "anywhere"]), "no", "{rule}");
    }
}
