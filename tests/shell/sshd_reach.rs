//! For whom a setting of the SSH server holds (Match blocks, accounts without a shell), and where this host meets the server.

use crate::harness::Host;
use crate::sshd_and_transactions::with_sshd;

/// A host whose SSH server has these Match blocks.
fn with_match_blocks(host: Host, blocks: &[&str], otherwise: &str) -> Host {
    let told: Vec<String> =
        blocks.iter().map(|block| format!("echo \"debug3: checking syntax for 'Match {block}'\"")).collect();
    host.directory("/run/sshd")
        .command("sshd", &format!("if [ $1 = -t ]; then {}; else {otherwise}; fi", told.join("; ")))
}

#[test]
fn addresses_of_match_blocks_are_asked_about_one_by_one() {
    let blocks = ["user x address 10.1.0.0/16,192.0.2.*", "Address 10.*,fd00::/8"];
    let host = with_match_blocks(Host::new(), &blocks, ":");
    let asked = "192.0.2.1=22\n10.1.0.0=22\n192.0.2.1=22\n10.1.1.1=22\nfd00::=22\n";
    assert_eq!(host.observe("connections_in_match_blocks").out, asked);
    assert_eq!(with_sshd().observe("connections_in_match_blocks").out, "192.0.2.1=22\n");
    let host = with_match_blocks(Host::new(), &["LocalPort 2222", "Address=!10.0.0.1"], ":");
    let asked = "192.0.2.1=22\n10.0.0.1=22\n192.0.2.1=2222\n10.0.0.1=2222\n";
    assert_eq!(host.observe("connections_in_match_blocks").out, asked);
}

#[test]
fn accounts_without_a_shell_that_have_a_password_or_a_match_block_are_asked_about() {
    let accounts = "case $1 in passwd) printf 'root:x:0:0::/root:/bin/bash\\nann:x:1000:1000::/home/ann:/bin/bash\\n\
        jail:x:1001:1001::/:/usr/sbin/nologin\\ndemo:x:990:990::/:/usr/sbin/nologin\\n' ;; \
        shadow) printf 'root:*:1::::::\\nann:!:1::::::\\njail:$y$j9T$x:1::::::\\ndemo:!:1::::::\\n' ;; esac";
    let settings = "case $* in *user=jail,*lport=22*) echo passwordauthentication yes ;; *) echo passwordauthentication no ;; esac";
    let host = with_match_blocks(with_sshd(), &["User files,!x,web*"], settings).command("getent", accounts);
    assert_eq!(host.observe("sshd_accounts").out, "root\nann\njail\nfiles\n");
    let said = host.observe("sshd_setting_for_everybody PasswordAuthentication").out;
    assert!(said.contains("yes (jail)"), "{said}");
}

#[test]
fn match_blocks_that_cannot_be_tried_are_said_instead_of_passed_over() {
    for (block, told) in
        [("Host *.example.com", "host"), ("User x Exec /bin/true", "exec"), ("LocalAddress 10.0.0.1", "localaddress")]
    {
        let host = with_match_blocks(with_sshd(), &[block], "echo passwordauthentication no");
        let run =
            host.observe("sshd_configuration_not_loaded() { return 1; }; observe_sshd_setting passwordauthentication");
        assert_eq!(
            (run.code, run.out),
            (2, format!("the SSH server has Match blocks by {told}, which cannot be tried here\n"))
        );
    }
    let host = with_match_blocks(Host::new(), &["all", "invalid-user", "User x Group y LocalPort 22"], ":");
    assert_eq!(host.observe("match_criteria | paste -sd ' '").out, "user group localport\n");
}

/// OpenSSH 8.9, 9.2 and 10.0 tell of the blocks that they read in these words, the last one with the line.
#[test]
fn match_blocks_are_those_that_sshd_itself_has_read_whatever_file_they_are_in() {
    let told = [
        "debug2: /etc/ssh/sshd_config line 1: including /srv/team/ssh.conf\r",
        "debug3: checking syntax for 'Match User=team # Address 1.2.3.4'\r",
        "debug3: checking syntax for 'Match Address \"10.0.0.0/8,fd00::/8\" user \"a,b\"' on line 5\r",
        "debug3: checking syntax for 'Match all' on line 7\r",
    ];
    let host = Host::new().directory("/run/sshd").command("sshd", &format!("cat >&2 <<'E'\n{}\nE", told.join("\n")));
    let run = host.observe("match_criteria user");
    assert_eq!((run.out.as_str(), run.calls_of("sshd")), ("team\na\nb\n", vec!["-t -ddd"]));
    assert_eq!(host.observe("match_criteria address").out, "10.0.0.0/8\nfd00::/8\n");
    assert_eq!(host.observe("match_criteria | paste -sd ' '").out, "user address user\n");
}

#[test]
fn match_blocks_that_cannot_be_read_are_not_taken_for_none() {
    let host = with_sshd().command("sshd", "case $1 in -t) exit 255 ;; *) echo passwordauthentication no ;; esac");
    let run =
        host.observe("sshd_configuration_not_loaded() { return 1; }; observe_sshd_setting passwordauthentication");
    assert_eq!(run.code, 2, "{run}");
}

#[test]
fn a_server_that_listens_on_one_address_is_asked_there() {
    let ss = |lines: &[&str]| {
        let lines: Vec<String> =
            lines.iter().map(|at| format!("echo 'LISTEN 0 128 {at} *:* users:((\"sshd\",pid=9,fd=3))'")).collect();
        with_sshd().command("ss", &lines.join("; "))
    };
    for (listens, met) in [
        (&["0.0.0.0:22", "[::]:22"][..], "127.0.0.1"),
        (&["*:22"], "127.0.0.1"),
        (&["[::]:22"], "::1"),
        (&["10.0.0.5:22"], "10.0.0.5"),
        (&["10.0.0.5%eth0:22", "10.0.0.6:2222"], "10.0.0.5"),
        (&[], "127.0.0.1"),
    ] {
        assert_eq!(ss(listens).observe("ssh_address 22").out, format!("{met}\n"), "{listens:?}");
    }
    let run = ss(&["10.0.0.5:22"]).apply("ssh_answers 22 && echo yes");
    assert!(run.calls_of("timeout")[0].contains("/dev/tcp/10.0.0.5/22"), "{run}");
}
