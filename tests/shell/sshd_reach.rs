//! For whom a setting of the SSH server holds (Match blocks, accounts without a shell), and where this host meets the server.

use crate::harness::Host;
use crate::sshd_and_transactions::with_sshd;

#[test]
fn addresses_of_match_blocks_are_asked_about_one_by_one() {
    let host = Host::new().file(
        "/etc/ssh/sshd_config",
        " match user x address 10.1.0.0/16,192.0.2.*\n# Match Address 1.2.3.4\nMatch Address 10.*,fd00::/8\n",
    );
    let asked = "192.0.2.1=22\n10.1.0.0=22\n192.0.2.1=22\n10.1.1.1=22\nfd00::=22\n";
    assert_eq!(host.observe("connections_in_match_blocks").out, asked);
    assert_eq!(Host::new().observe("connections_in_match_blocks").out, "192.0.2.1=22\n");
    let host = Host::new().file("/etc/ssh/sshd_config", "Match LocalPort 2222\nMatch Address=\"!10.0.0.1\"\n");
    let asked = "192.0.2.1=22\n10.0.0.1=22\n192.0.2.1=2222\n10.0.0.1=2222\n";
    assert_eq!(host.observe("connections_in_match_blocks").out, asked);
}

#[test]
fn accounts_without_a_shell_that_have_a_password_or_a_match_block_are_asked_about() {
    let accounts = "case $1 in passwd) printf 'root:x:0:0::/root:/bin/bash\\nann:x:1000:1000::/home/ann:/bin/bash\\n\
        jail:x:1001:1001::/:/usr/sbin/nologin\\ndemo:x:990:990::/:/usr/sbin/nologin\\n' ;; \
        shadow) printf 'root:*:1::::::\\nann:!:1::::::\\njail:$y$j9T$x:1::::::\\ndemo:!:1::::::\\n' ;; esac";
    let host = with_sshd()
        .command("getent", accounts)
        .file("/etc/ssh/sshd_config", "Match User files,!x,web*\n")
        .command("sshd", "case $* in *user=jail,*lport=22*) echo passwordauthentication yes ;; *) echo passwordauthentication no ;; esac");
    assert_eq!(host.observe("sshd_accounts").out, "root\nann\njail\nfiles\n");
    let said = host.observe("sshd_setting_for_everybody PasswordAuthentication").out;
    assert!(said.contains("yes (jail)"), "{said}");
}

#[test]
fn match_blocks_that_cannot_be_tried_are_said_instead_of_passed_over() {
    for (block, told) in [
        ("Host *.example.com", "host"),
        ("User x Exec \"/bin/true\"", "exec"),
        ("LocalAddress 10.0.0.1", "localaddress"),
    ] {
        let host = with_sshd().file("/etc/ssh/sshd_config", &format!("Match {block}\n  PasswordAuthentication yes\n"));
        let run =
            host.observe("sshd_configuration_not_loaded() { return 1; }; observe_sshd_setting passwordauthentication");
        assert_eq!(
            (run.code, run.out),
            (2, format!("the SSH server has Match blocks by {told}, which cannot be tried here\n"))
        );
    }
    let host =
        with_sshd().file("/etc/ssh/sshd_config", "Match all\nMatch invalid-user\nMatch User x Group y LocalPort 22\n");
    assert_eq!(host.observe("match_criteria | paste -sd ' '").out, "user group localport\n");
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
