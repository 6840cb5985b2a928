//! From a workstation to a server, and the service's removal.

use crate::harness::{Host, Run};
use crate::services::with_units;

// ---- --host

/// A workstation whose `ssh` runs the command here, as root of the server; deploy.sh there ends as told.
fn workstation(ending: &str) -> Host {
    let ssh = "case \" $* \" in *' -G '*) echo 'hostname web-01.example'; exit ;; esac; for last; do :; done; export TMPDIR=/run; exec sh -c \"$last\"";
    let host = Host::new()
        .command("ssh", ssh)
        .command("id", "echo 0")
        .directory("/evidence")
        .file("/package/deploy.sh", ending)
        .file("/package/validate-deployment.sh", "echo \"validating ${*//--format json/}\" >&2; printf '{\\n], \"summary\": {\"pass\": 3, \"fail\": 0, \"skip\": 1}}\\n'\n");
    host.apply("cd /package; sha256sum *.sh >SHA256SUMS; chmod 644 SHA256SUMS").ends_with(0);
    host
}

fn remotely(host: &Host, mode: &str) -> Run {
    host.apply(&format!("run_mode={mode}; option[host]=admin@web-01 option[evidence]=\"$ROOT/evidence\"; forwarded=(--only 'a b'); run_remotely"))
}

#[test]
fn a_deployment_from_a_workstation_confirms_validates_and_leaves_nothing_there() {
    let host = workstation("case $* in --confirm) echo confirmed ;; *) echo \"deploying $*\"; exit 5 ;; esac\n");
    let run = remotely(&host, "apply");
    run.ends_with(0).says(&[
        "deploying --only a b --no-color",
        "confirmed\n",
        "validated on the server: pass 3, fail 0, skip 1",
        "validating --from-outside web-01.example",
        "validated from here: pass 3",
    ]);
    for call in run.calls_of("ssh").iter().filter(|call| !call.contains("-G")) {
        assert!(
            call.starts_with("-o ControlMaster=no -o ControlPath=none") && call.contains("-- admin@web-01 "),
            "a connection of its own: {call}"
        );
    }
    assert!(
        !std::fs::read_dir(host.at("/run")).unwrap().any(|entry| entry
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with("tmp."))
    );
    assert_eq!(std::fs::read_dir(host.at("/evidence")).unwrap().count(), 2);
}

#[test]
fn a_deployment_that_fails_there_fails_here_and_proves_nothing() {
    let run = remotely(&workstation("exit 4\n"), "apply");
    run.ends_with(4);
    assert!(!run.out.contains("validated"), "{run}");
    remotely(&workstation("exit 0\n"), "check").ends_with(0);
}

#[test]
fn a_lost_connection_is_no_lost_deployment() {
    let host = workstation("case $* in *--wait-lock*) echo looked again ;; *) exit 255 ;; esac\n");
    remotely(&host, "apply").ends_with(0).says(&[
        "The connection was lost. Looking again.",
        "looked again",
        "validated on the server",
    ]);
}

#[test]
fn a_validation_that_fails_there_is_the_result() {
    let host = workstation("exit 0\n").file("/package/validate-deployment.sh", "exit 1\n");
    host.apply("cd /package; sha256sum *.sh >SHA256SUMS").ends_with(0);
    remotely(&host, "apply").ends_with(1).says(&["validated on the server: nothing"]);
}

#[test]
fn a_server_that_cannot_be_reached_or_talks_at_login_is_refused() {
    remotely(&workstation("").command("ssh", "exit 255"), "apply")
        .ends_with(3)
        .says(&["no SSH connection to admin@web-01", "ssh admin@web-01 true"]);
    let run = remotely(&workstation("").command("ssh", "echo 'Welcome!'; echo /tmp/x"), "apply");
    run.ends_with(3).says(&["prints something when one logs in", "make its shell profile silent"]);
    let full = "for last; do :; done; case $last in *mktemp*) echo /run/there ;; *) cat >/dev/null; exit 1 ;; esac";
    remotely(&workstation("").command("ssh", full), "apply")
        .ends_with(3)
        .says(&["could not be copied to admin@web-01"]);
}

#[test]
fn words_are_quoted_for_the_shell_on_the_other_side() {
    let host = Host::new()
        .command("ssh", "for last; do :; done; exec sh -c \"$last\"")
        .command("id", "echo 0")
        .file("/run/show.sh", "printf '<%s>' \"$@\"\n");
    let run = host.apply("option[host]=h; remote_as_root /run/show.sh 'a b' \"it's\" '$(id)' '*' ';'");
    assert_eq!(run.out, "<a b><it's><$(id)><*><;>");
    let host = host.command("id", "echo 1000").command("sudo", "shift; exec \"$@\"");
    let run = host.apply("option[host]=h option[ssh_config]=conf; remote_as_root /run/show.sh x");
    assert_eq!((run.out.as_str(), run.calls_of("sudo").len()), ("<x>", 1));
    assert!(run.calls_of("ssh")[0].contains("-F conf"), "{run}");
}

#[test]
fn an_application_of_ones_own_is_shipped_beside_the_package() {
    let host = workstation("echo \"deploying $*\"; for last; do :; done; cd \"$(dirname \"$0\")/../app\"; echo *\n")
        .file("/srv/app/main.py", "");
    let run = host.apply("option[host]=h option[evidence]=\"$ROOT/evidence\" option[app]=/srv/app; run_remotely");
    run.ends_with(0).says(&["--app /run/tmp.", "main.py"]);
}

#[test]
fn evidence_that_was_written_into_the_package_made_it_refused_from_then_on() {
    let host = workstation("");
    let file = |from: &str, option: &str| {
        let script = format!(
            "mkdir -p /package/docs /srv; package_hash=0123456789; option[evidence]={option}; cd {from}; evidence_file server"
        );
        host.apply(&script).out
    };
    assert_eq!(file("/package", ""), "/package/../demo-01234567-server.json");
    assert_eq!(file("/package/docs", ""), "/package/../demo-01234567-server.json");
    assert_eq!(file("/srv", ""), "./demo-01234567-server.json");
    assert_eq!(file("/package", "/srv/results"), "/srv/results/demo-01234567-server.json");
    assert!(host.exists("/srv/results"));
}

// ---- --uninstall

/// A service that was deployed, with all kinds of things.
fn deployed() -> Host {
    let host = with_units(&["demo.service ActiveState=active", "demo.timer ActiveState=active"])
        .file("/etc/demo.conf", "ours\n")
        .file("/etc/ssh/sshd_config.d/00-specc-demo.conf", "ours\n")
        .file("/etc/edited.conf", "theirs\n")
        .file("/etc/demo.env", "KEY=1\n")
        .file("/opt/demo/main.py", "ours\n")
        .file("/opt/demo/venv-k.1/.complete", "")
        .link("/opt/demo/venv", "venv-k.1")
        .file("/var/lib/specc/demo/packages/p1/deploy.sh", "")
        .file("/var/lib/specc/firewall-rules/demo", "8000/tcp\n")
        .command("userdel", "");
    host.apply(
        "sum=$(sha256sum </etc/demo.conf); sum=${sum%% *}; for unit in demo.service demo.timer; do ledger_put unit created - $unit; done\n\
         for file in /etc/demo.conf /etc/ssh/sshd_config.d/00-specc-demo.conf /etc/edited.conf; do ledger_put file created $sum $file; done\n\
         ledger_put application created $sum /opt/demo/main.py; ledger_put environment created - /etc/demo.env; ledger_put virtualenv created x /opt/demo/venv\n\
         ledger_put directory created - /opt/demo; ledger_put user created - demo",
    )
    .ends_with(0);
    host
}

#[test]
fn an_uninstalled_service_leaves_data_secrets_hardening_and_account() {
    let host = deployed();
    let run = host.apply("uninstall");
    run.ends_with(0).says(&[
        "stopped and disabled demo.service",
        "removed /etc/demo.conf",
        "kept /etc/edited.conf: it was edited by hand",
        "kept /etc/ssh/sshd_config.d/00-specc-demo.conf (hardening",
        "removed /opt/demo\n",
        "the firewall as it is, were left alone",
    ]);
    for (path, is_there) in [
        ("/etc/demo.conf", false),
        ("/etc/edited.conf", true),
        ("/etc/demo.env", true),
        ("/opt/demo", false),
        ("/var/lib/specc/demo/packages", false),
        ("/var/lib/specc/firewall-rules/demo", false),
        ("/var/lib/specc/demo/ledger", true),
    ] {
        assert_eq!(host.exists(path), is_there, "{path}: {run}");
    }
    assert!(run.calls_of("userdel").is_empty(), "{run}");
}

#[test]
fn data_in_the_services_directory_stays_unless_the_service_is_named() {
    let host = deployed().file("/opt/demo/data.db", "data");
    host.apply("uninstall").ends_with(0).says(&["kept /opt/demo: it is not empty (--purge --data=demo removes it)"]);
    assert!(host.exists("/opt/demo/data.db"));
    let host = deployed().file("/opt/demo/data.db", "data");
    let run = host.apply("option[purge]=yes; uninstall");
    run.ends_with(0).says(&[
        "removed /etc/demo.env",
        "removed /etc/ssh/sshd_config.d/00-specc-demo.conf",
        "kept the user demo: its files are kept, too",
    ]);
    assert!(host.exists("/opt/demo/data.db"));
    let host = deployed().file("/opt/demo/data.db", "data");
    let run = host.apply("option[purge]=yes option[data]=demo; uninstall");
    run.ends_with(0)
        .says(&["removed /opt/demo with all that was in it", "removed the user demo"])
        .called(&["userdel -- demo"]);
    assert!(!host.exists("/opt/demo") && !host.exists("/var/lib/specc/demo"));
}

#[test]
fn a_directory_that_is_gone_does_not_keep_the_account() {
    let host = deployed();
    host.apply("ledger_put directory created - /opt/gone").ends_with(0);
    let run = host.apply("option[purge]=yes option[data]=demo; uninstall");
    run.ends_with(0).says(&["removed the user demo"]);
}

#[test]
fn what_was_there_before_us_is_kept() {
    let host = Host::new().command("systemctl", "echo inactive").directory("/opt/demo").command("userdel", "");
    host.apply("ledger_put directory found - /opt/demo; ledger_put user found - demo").ends_with(0);
    let run = host.apply("option[purge]=yes option[data]=demo; uninstall");
    run.ends_with(0).says(&["kept /opt/demo: it was there before"]);
    assert!(host.exists("/opt/demo") && run.calls_of("userdel").is_empty(), "{run}");
}

#[test]
fn a_service_that_does_not_stop_is_not_taken_apart() {
    let host = deployed().file("/run/units/demo.timer/stubborn", "");
    host.apply("uninstall").ends_with(1).says(&["demo.timer does not stop: it is active"]);
    assert!(host.exists("/etc/demo.conf") && host.exists("/opt/demo/main.py"));
}

#[test]
fn unconfirmed_changes_are_undone_before_the_rest() {
    let host = deployed().file("/var/lib/specc/demo/transactions/sshd/complete", "");
    host.apply("revert_sshd() { echo undone; }; uninstall")
        .ends_with(0)
        .says(&["undone", "changed  unconfirmed change undone: sshd"]);
}

#[test]
fn nothing_is_uninstalled_where_nothing_was_deployed() {
    Host::new()
        .command("systemctl", "")
        .apply("uninstall")
        .ends_with(3)
        .says(&["no package of demo was deployed on this host"]);
}

#[test]
fn directories_of_the_services_account_are_emptied_with_its_rights() {
    let host = deployed().owned("/opt/demo", "demo:demo");
    let run = host.apply("option[purge]=yes option[data]=demo; uninstall");
    assert!(
        run.calls_of("setpriv").iter().any(
            |call| call.starts_with("--reuid=demo") && call.contains("-- find /opt/demo -mindepth 1 -xdev -delete")
        ),
        "{run}"
    );
    assert_eq!(host.apply("owner_of /opt || echo gone; owner_of /opt/none || echo gone").out, "root root\ngone\n");
    let host = Host::new().directory("/srv/x").link("/opt/l", "/srv/x");
    assert_eq!(host.apply("owner_of /opt/l || echo none").out, "none\n", "a link that was planted");
}
