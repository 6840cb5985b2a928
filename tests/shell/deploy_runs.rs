//! Whole runs of deploy.sh: what must be true before, the order, what is left behind, the way back.

use crate::harness::Host;
use crate::services::with_units;

/// A server on which a deployment can begin, and a package that is whole.
fn ready() -> Host {
    let host = with_units(&["demo.service ActiveState=active"])
        .directory("/run/systemd/system")
        .file("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n")
        .command("findmnt", "echo rw,relatime")
        .command("df", "printf 'Avail\\n 9000\\n'")
        .file("/package/deploy.sh", "echo \"again $*\"\n");
    let host = ["systemd-run", "systemd-tmpfiles", "systemd-analyze", "dpkg-query", "curl", "ss"]
        .iter()
        .fold(host, |host, tool| host.command(tool, ""));
    host.apply("cd /package; sha256sum deploy.sh >SHA256SUMS; chmod 644 SHA256SUMS").ends_with(0);
    host
}

const PLAN: &str =
    "plan() { if step 'System user' FR-001; then thing; fi; if step 'Service unit' FR-002; then thing; fi; }\n";
/// An operation that finds nothing as asked.
const MISSING: &str = "thing() { manage file /etc/thing; if surveying; then return 0; fi; if pending missing thing; then return 0; fi; report_changed thing; }\n";
const GOOD: &str = "thing() { if surveying; then return 0; fi; report_ok thing; }\n";

#[test]
fn before_the_first_change_the_host_must_be_fit_for_it() {
    let preflight = format!("{PLAN}{GOOD}run_mode=apply; preflight; echo fit");
    ready().apply(&preflight).ends_with(0).says(&["fit"]);
    let told = |host: Host, told: &str| {
        host.apply(&preflight).ends_with(3).says(&[told, "nothing was changed"]).changed_nothing().code
    };
    told(ready().command("findmnt", "echo ro,relatime"), "the file system of /var/lib is mounted read-only");
    let blind = ready();
    std::fs::remove_file(blind.at(".stand-ins/ss")).unwrap();
    told(blind, "the tool ss, which tells who holds a port, is missing on this host");
    told(ready().command("df", "printf 'Avail\\n 120\\n'"), "only 120 MB are free on the file system of /var/lib; 2");
    told(
        ready().file("/etc/os-release", "ID=fedora\nVERSION_ID=40\n"),
        "this host is fedora:40; the package was made for: debian:12 debian:13",
    );
    told(ready().file("/package/deploy.sh", "tampered"), "the package is not as it was compiled");
    let host = ready();
    std::fs::remove_dir(host.at("/run/systemd/system")).unwrap();
    told(host, "this host is not run by systemd");
    let host = ready();
    std::fs::remove_file(host.at("/etc/os-release")).unwrap();
    told(host, "the distribution is unknown: /etc/os-release does not exist");
    let host = ready();
    std::fs::remove_file(host.at(".stand-ins/systemd-tmpfiles")).unwrap();
    told(host, "the tool systemd-tmpfiles is missing on this host");
    ready()
        .file("/etc/os-release", "ID=debian\nVERSION_ID=14\n")
        .apply(&format!("option[force_platform]=yes; {preflight}"))
        .ends_with(0);
}

#[test]
fn risks_stop_a_deployment_are_told_by_a_dry_run_and_do_not_hold_up_a_restoration() {
    let risky = format!("{PLAN}thing() {{ risk adopt 'the file /etc/a'; }}\n");
    ready().apply(&format!("{risky}preflight")).ends_with(3).says(&["--accept adopt"]);
    ready()
        .apply(&format!("{risky}run_mode=dry-run; preflight"))
        .ends_with(0)
        .says(&["needs --accept adopt: the file /etc/a"]);
    ready().apply(&format!("{risky}option[restoring]=yes; preflight")).ends_with(0);
    ready().apply(&format!("{risky}run_mode=check; preflight")).ends_with(0);
}

fn main(host: &Host, arguments: &str, operation: &str) -> crate::harness::Run {
    host.apply(&format!("{PLAN}{operation}run_directory=''; main {arguments}"))
}

#[test]
fn listing_the_steps_needs_neither_root_nor_a_fit_host() {
    let run = main(&Host::new(), "--list", GOOD);
    run.ends_with(0).says(&[" 1  system-user ", " 2  service-unit ", "FR-002"]).changed_nothing();
    main(&Host::new(), "--only nothing", GOOD).ends_with(2).says(&["there is no step nothing; --list shows them"]);
}

#[test]
fn without_root_the_command_to_type_is_printed_safely_quoted() {
    let run = Host::new().observe_as(1000, "package_directory=/package; require_root --only 'a b; id'");
    run.ends_with(2).says(&["deploy.sh: this needs root:", "sudo bash '/package/deploy.sh' '--only' 'a b; id'"]);
    Host::new().observe("require_root").ends_with(0);
}

#[test]
fn a_check_tells_drift_by_its_exit_status_and_writes_nothing() {
    let host = ready();
    let before = host.tree();
    main(&host, "--check", MISSING)
        .ends_with(1)
        .says(&["[1/2] System user", "missing  thing", "2 drifted, 0 ok."])
        .changed_nothing();
    main(&host, "--check", GOOD).ends_with(0).says(&["0 drifted, 2 ok."]);
    main(&host, "--dry-run --only 2", MISSING)
        .ends_with(0)
        .says(&["would    change thing (missing)", "1 would change, 0 ok. Nothing was written."]);
    assert_eq!(before, host.tree());
}

#[test]
fn a_rollback_leaves_no_directory_for_looks_behind() {
    let host = deployed("printf 'deploying %s\\n' \"$0\"");
    main(&host, "--rollback", GOOD).ends_with(0).says(&["packages/p1/deploy.sh"]);
    let left: Vec<String> = host.tree().into_keys().filter(|path| path.starts_with("/run/specc-demo.")).collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn what_an_earlier_package_left_is_part_of_the_drift() {
    let host = ready().file("/etc/old.conf", "old\n");
    host.apply("sum=$(sha256sum </etc/old.conf); ledger_put file created \"${sum%% *}\" /etc/old.conf").ends_with(0);
    main(&host, "--check", GOOD).ends_with(1).says(&["stale    /etc/old.conf is no longer part of the service"]);
    main(&host, "--check --only 1", GOOD).ends_with(0);
}

#[test]
fn a_deployment_is_staged_and_goes_on_in_a_unit_of_its_own() {
    let detached = "for word; do case $word in --property=StandardOutput=append:*) log=${word#*append:} ;; esac; done; printf 'first line\\nlast' >>\"$log\"; echo 5 >\"${log%/log}/exit\"";
    let host = ready().command("systemd-run", detached);
    let run = main(
        &host,
        "--accept adopt --only 'Service unit' --offline --no-color",
        &MISSING.replace("manage", "risk adopt it; manage"),
    );
    run.ends_with(5).says(&["first line\n"]);
    let call = run.calls_of("systemd-run")[0];
    for part in [
        "--collect --unit=specc-deploy-demo-",
        "--service-type=exec",
        "/packages/",
        "--offline",
        "--only 'Service unit'",
        "--accept adopt",
        "--no-color",
    ] {
        assert!(call.contains(part), "{part} in {call}");
    }
    assert!(host.read("/var/lib/specc/demo/accepted").starts_with("adopt\tit"));
}

#[test]
fn a_detached_run_that_was_killed_is_told() {
    // The unit is gone, and no exit status was left.
    let run = ready().apply("mkdir -p /run/r; echo started >/run/r/log; read() { if [[ $* == *'-t 0.2'* ]]; then return 1; fi; builtin read \"$@\"; }; follow_run gone.service /run/r");
    run.ends_with(1).says(&["started\n", "the deployment was killed. Run it again; it continues where it stopped."]);
}

/// The run that systemd starts: the staged package, with what preflight found.
fn apply_plan(host: &Host, operation: &str, more: &str) -> crate::harness::Run {
    host.apply(&format!(
        "{PLAN}{operation}package_directory=/var/lib/specc/demo/packages/p2; mkdir -p $package_directory /var/lib/specc/demo/packages/p0; cp /package/* $package_directory\n\
         option[run]=r1; mkdir -p /var/lib/specc/demo/runs/r1; echo 'file /etc/thing' >/var/lib/specc/demo/runs/r1/managed\n{more}\nwalk_plan count; apply_plan"
    ))
}

#[test]
fn a_deployment_that_ends_well_is_the_current_and_a_good_package() {
    let host = ready();
    let run = apply_plan(&host, MISSING, "");
    run.called(&["sync -- /var/lib/specc/demo/good.new"]).ends_with(0).says(&[
        "demo: deploying package",
        "on web-01",
        "[2/2] Service unit",
        "2 changed, 0 ok. Next: /var/lib/specc/demo/current/validate-deployment.sh",
    ]);
    assert_eq!(
        std::fs::read_link(host.at("/var/lib/specc/demo/current")).unwrap().display().to_string(),
        "packages/p2"
    );
    assert_eq!(host.read("/var/lib/specc/demo/good"), "p2\n");
    assert!(!host.exists("/var/lib/specc/demo/packages/p0"), "what was never healthy goes");
}

#[test]
fn a_change_that_waits_for_its_confirmation_ends_with_five() {
    apply_plan(&ready(), GOOD, "mkdir -p /var/lib/specc/demo/transactions/sshd")
        .ends_with(5)
        .says(&["Awaiting --confirm: sshd."]);
}

#[test]
fn one_step_alone_makes_no_package_good_and_removes_no_leftovers() {
    let host = ready();
    apply_plan(&host, GOOD, "option[only]=1; ledger_put file created x /etc/other").ends_with(0);
    assert!(!host.exists("/var/lib/specc/demo/good"));
}

#[test]
fn a_few_healthy_packages_are_kept_the_newest_last() {
    let host = Host::new();
    let run = host.apply(
        "cd /var/lib/specc/demo; for name in a b c d b; do mkdir -p packages/$name; : >packages/$name/deploy.sh; package_directory=packages/$name; record_good_package; done\n\
         mkdir packages/.new.x; record_good_package; ls -A packages; good_package_before b; good_package_before x; rm packages/*/deploy.sh; good_package_before b || echo none",
    );
    assert_eq!(host.read("/var/lib/specc/demo/good"), "c\nd\nb\n");
    assert!(run.out.ends_with("d\nb\nnone\n") && !run.out.contains(".new"), "{run}");
    assert_eq!(Host::new().apply("good_package_before b || echo none").out, "none\n");
}

#[test]
fn the_package_from_which_an_unconfirmed_change_would_be_undone_is_kept() {
    let revert = "[Service]\nExecStart=/bin/bash -p /var/lib/specc/demo/packages/p0/deploy.sh --revert-now firewall --by-timer\n";
    let host = ready()
        .file("/etc/systemd/system/specc-demo-revert-firewall.service", revert)
        .directory("/var/lib/specc/demo/transactions/firewall");
    apply_plan(&host, GOOD, "").ends_with(5);
    assert!(host.exists("/var/lib/specc/demo/packages/p0"));
}

#[test]
fn daemons_that_a_killed_run_held_are_released_by_the_next() {
    let host = ready()
        .file("/usr/sbin/policy-rc.d", "#!/bin/sh\n# specc: daemons are held while packages are installed\nexit 101\n");
    apply_plan(&host, GOOD, "").ends_with(0);
    assert!(!host.exists("/usr/sbin/policy-rc.d"));
    let host = ready().file("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n");
    apply_plan(&host, GOOD, "").ends_with(0);
    assert!(host.exists("/usr/sbin/policy-rc.d"), "somebody else's stays");
}

/// A host with a good package p1 and the current one, p2.
fn deployed(script: &str) -> Host {
    ready()
        .file("/var/lib/specc/demo/packages/p1/deploy.sh", script)
        .file("/var/lib/specc/demo/packages/p2/deploy.sh", script)
        .file("/var/lib/specc/demo/good", "p1\np2\n")
        .link("/var/lib/specc/demo/current", "packages/p2")
}

#[test]
fn a_rollback_deploys_the_last_healthy_package_or_the_one_that_is_named() {
    let host = deployed("echo \"${0##*demo/} $*\"\n");
    host.apply("accepted_now=(adopt); option[offline]=yes; roll_back")
        .ends_with(0)
        .says(&["rolling back from package p2 to p1", "packages/p1/deploy.sh --wait-lock 0 --accept adopt --offline"]);
    host.apply("option[package]=p2; roll_back").says(&["packages/p2/deploy.sh"]);
    host.apply("option[package]=nothing; roll_back")
        .ends_with(3)
        .says(&["there is no kept package nothing", "kept: p1, p2"]);
    host.file("/var/lib/specc/demo/good", "p2\n")
        .apply("roll_back")
        .ends_with(3)
        .says(&["there is no other package that was healthy"]);
    Host::new().apply("roll_back").ends_with(3).says(&["no package of demo was deployed on this host"]);
    assert_eq!(Host::new().apply("kept_packages").out, "*");
}

#[test]
fn a_service_that_does_not_become_healthy_goes_back_to_the_package_with_which_it_was() {
    let fail = "package_directory=/var/lib/specc/demo/packages/p2 option[run]=r1; gate_failed 'no answer'";
    deployed("echo \"restoring $*\"\n").apply(fail).ends_with(4).says(&[
        "not healthy: no answer",
        "Restoring package p1",
        "restoring --run r1 --restoring --force-platform",
        "was rolled back; p1 is healthy again",
    ]);
    deployed("exit 5\n").apply(fail).ends_with(4);
    deployed("exit 1\n")
        .apply(fail)
        .ends_with(1)
        .says(&["no answer; restoring package p1 failed too", "journalctl -u demo.service"]);
    deployed("echo no\n").apply(&format!("option[restoring]=yes; {fail}")).ends_with(1).says(&["failed", "RUNBOOK.md"]);
    Host::new().command("systemctl", "").apply("gate_failed 'no answer'").ends_with(1).says(&["no answer", "look at"]);
}

// ---- leftovers

/// What an earlier package left: a unit, a file as it was, one that was edited, one that is gone.
fn with_leftovers(unit: &str) -> Host {
    let host = with_units(&[unit]).file("/etc/old.conf", "old\n").file("/etc/edited.conf", "mine\n");
    host.apply("ledger_put unit created - old.service; sum=$(sha256sum </etc/old.conf); for name in old edited gone; do ledger_put file created \"${sum%% *}\" /etc/$name.conf; done").ends_with(0);
    host
}

const ORPHANS: &str = "ledger_read; managed['file /etc/kept.conf']=yes; remove_orphans";

#[test]
fn leftovers_go_units_first_and_what_was_edited_stays() {
    let host = with_leftovers("old.service ActiveState=active");
    host.check(ORPHANS).says(&[
        "stale    unit old.service is no longer",
        "stale    /etc/old.conf is no longer",
        "edited   /etc/edited.conf is no longer part of the service, and was edited",
        "missing  /etc/gone.conf",
    ]);
    let run = host.apply(ORPHANS);
    run.ends_with(0).says(&[
        "changed  stopped old.service",
        "changed  removed /etc/old.conf",
        "note     /etc/edited.conf is no longer part of the service, but was edited: it stays",
    ]);
    run.called(&["systemctl stop -- old.service", "systemctl disable -- old.service"]);
    assert!(!host.exists("/etc/old.conf") && host.exists("/etc/edited.conf"));
    let run = host.apply(ORPHANS);
    assert!(!run.out.contains("old.") && !run.out.contains("gone"), "a second run finds nothing more to do: {run}");
}

#[test]
fn a_unit_that_does_not_stop_is_not_called_stopped() {
    let host = with_leftovers("old.service ActiveState=active stubborn=1");
    let run = host.apply(ORPHANS);
    run.ends_with(1).says(&[
        "old.service does not stop: it is active",
        "systemctl status old.service",
        "journalctl -u old.service",
    ]);
    assert!(!run.out.contains("stopped old.service"), "{run}");
    assert!(run.calls_of("systemctl").iter().all(|call| !call.starts_with("disable")), "{run}");
    host.check(ORPHANS).says(&["stale    unit old.service"]);
}

#[test]
fn what_runs_with_a_removed_setting_is_told_of_it() {
    let removed = |path: &str, units: &[&str]| with_units(units).apply(&format!("after_removal {path}"));
    removed("/etc/systemd/journald.conf.d/demo.conf", &[])
        .ends_with(0)
        .called(&["systemctl restart systemd-journald.service"]);
    removed("/etc/systemd/system/demo.service.d/x.conf", &[]).ends_with(0).called(&["systemctl daemon-reload"]);
    removed("/etc/ssh/sshd_config.d/00-specc-demo.conf", &["ssh.service ActiveState=active"])
        .ends_with(0)
        .called(&["systemctl reload -- ssh.service"]);
    removed("/etc/other", &[]).changed_nothing();
}

#[test]
fn a_fail2ban_that_cannot_do_without_a_removed_rule_fell_silent_at_the_next_boot() {
    let rule = "after_removal /etc/fail2ban/jail.d/specc-demo.local";
    with_units(&[]).apply(rule).ends_with(0).called(&["systemctl try-reload-or-restart -- fail2ban.service"]);
    let refusing = with_units(&[]).command("systemctl", "exit 1");
    refusing.apply(rule).ends_with(0).says(&["note     fail2ban does not run without /etc/fail2ban/jail.d/"]);
}

#[test]
fn an_ssh_server_that_keeps_a_removed_setting_is_reported() {
    let run = with_units(&["ssh.service ActiveState=active broken=1"])
        .apply("after_removal /etc/ssh/sshd_config.d/00-specc-demo.conf");
    run.ends_with(0).says(&[
        "note     the SSH server could not be reloaded and still runs with /etc/ssh/sshd_config.d/00-specc-demo.conf",
        "systemctl status ssh",
    ]);
}
