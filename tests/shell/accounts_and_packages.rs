//! Operations on accounts, directories and distribution packages.

use crate::harness::Host;

const USER: &str = "ensure_user demo demo /usr/sbin/nologin /opt/demo";

/// A host with the account as it is asked for, or with this entry instead.
fn with_account(entry: &str) -> Host {
    let getent = format!("case $1 in passwd) echo '{entry}' ;; group) echo 'demo:x:990:' ;; *) exit 2 ;; esac");
    Host::new().command("getent", &getent).command("id", "echo demo").command("usermod", "").command("groupadd", "")
}

const ASKED: &str = "demo:x:990:990:Demo:/opt/demo:/usr/sbin/nologin";

#[test]
fn an_account_that_is_as_asked_is_left_alone() {
    with_account(ASKED).no_op(USER).says(&["ok       user demo (/usr/sbin/nologin)"]);
}

#[test]
fn a_missing_account_is_made_as_a_system_account_without_a_home() {
    let host = Host::new().command("getent", "exit 2").command("groupadd", "").command("useradd", "");
    host.check(USER).says(&["missing  user demo"]);
    let run = host.apply(USER);
    run.ends_with(0).says(&["changed  user demo (/usr/sbin/nologin)"]).called(&[
        "groupadd --system -- demo",
        "useradd --system --gid demo --shell /usr/sbin/nologin --home-dir /opt/demo --no-create-home --comment 'Demo Service' -- demo",
    ]);
    assert_eq!(host.read("/var/lib/specc/demo/ledger"), "user\tcreated\t-\tdemo\n");
}

#[test]
fn an_existing_group_is_taken_for_a_new_account() {
    let host = Host::new().command("getent", "[ $1 = group ]").command("useradd", "");
    let run = host.apply(USER);
    assert!(run.calls_of("groupadd").is_empty(), "{run}");
}

#[test]
fn an_account_that_somebody_changed_is_put_right() {
    for entry in ["demo:x:990:990::/opt/demo:/bin/bash", "demo:x:990:990::/home/demo:/usr/sbin/nologin"] {
        let host = with_account(entry);
        host.check(USER).says(&["edited   user demo: shell"]);
        host.apply(USER)
            .ends_with(0)
            .called(&["usermod --gid demo --shell /usr/sbin/nologin --home /opt/demo -- demo"]);
        assert_eq!(host.read("/var/lib/specc/demo/ledger"), "user\tfound\t-\tdemo\n");
    }
}

#[test]
fn a_tool_that_cannot_make_the_account_ends_the_run() {
    let host =
        Host::new().command("getent", "exit 2").command("groupadd", "").command("useradd", "echo no space >&2; exit 9");
    let run = host.apply(USER);
    assert_ne!(run.code, 0, "{run}");
    assert!(!run.out.contains("changed"), "{run}");
}

#[test]
fn preflight_refuses_accounts_that_are_a_persons_or_root() {
    with_account("demo:x:0:0::/root:/bin/sh").survey(USER).ends_with(3).says(&["has user ID 0"]);
    with_account("demo:x:1000:1000::/home/demo:/bin/sh").survey(USER).ends_with(3).says(&["belongs to a person"]);
    with_account(ASKED).survey(USER).ends_with(0).says(&["risk adopt\tthe account demo exists"]);
    Host::new().command("getent", "exit 2").survey(USER).ends_with(0);
}

const DIRECTORY: &str = "ensure_directory 0750 demo demo /opt/demo";

/// Does what its standard input asks for, as far as this can be done without root.
const TMPFILES: &str = "read -r _ path mode owner group; path=${path#\\\"}; path=${path%\\\"}; mkdir -p \"$path\"; \
    chmod \"$mode\" \"$path\"; echo \"$path $owner:$group\" >>\"$ROOT/.owners\"";

#[test]
fn a_missing_directory_is_made_by_tmpfiles_which_follows_no_planted_link() {
    let host = Host::new().command("systemd-tmpfiles", TMPFILES);
    host.check(DIRECTORY).says(&["missing  directory /opt/demo"]);
    host.apply(DIRECTORY)
        .ends_with(0)
        .says(&["changed  directory /opt/demo (0750 demo:demo)"])
        .called(&["systemd-tmpfiles --create -"]);
    assert_eq!(host.mode("/opt/demo"), 0o750);
    host.no_op(DIRECTORY);
}

#[test]
fn a_directory_with_other_rights_is_put_right() {
    let host = Host::new().directory("/opt/demo").command("systemd-tmpfiles", TMPFILES);
    host.check(DIRECTORY).says(&["edited   directory /opt/demo is 0755 root:root, not 0750 demo:demo"]);
    host.apply(DIRECTORY).ends_with(0).says(&["changed"]);
    assert_eq!(host.read("/var/lib/specc/demo/ledger"), "directory\tfound\t-\t/opt/demo\n");
}

#[test]
fn a_directory_that_tmpfiles_refuses_stops_the_run() {
    let host = Host::new().command("systemd-tmpfiles", "echo 'unsafe path transition' >&2; exit 73");
    host.apply(DIRECTORY).ends_with(1).says(&[
        "the directory /opt/demo is not there, not 0750 demo:demo",
        "look at",
        "unsafe path",
    ]);
}

#[test]
fn a_percent_sign_in_a_path_is_no_specifier_for_tmpfiles() {
    let host = Host::new().command("systemd-tmpfiles", "cat >\"$ROOT/etc/seen\"");
    host.apply("ensure_directory 0755 root root /opt/100%u");
    assert_eq!(host.read("/etc/seen"), "d \"/opt/100%%u\" 0755 root root\n");
}

#[test]
fn preflight_refuses_what_is_in_the_way_of_a_directory_and_asks_about_what_is_in_it() {
    Host::new().file("/opt/demo", "").survey(DIRECTORY).ends_with(3).says(&["it is a file, not a directory"]);
    Host::new().directory("/srv/x").link("/opt/demo", "/srv/x").survey(DIRECTORY).ends_with(3).says(&["it is a link"]);
    Host::new()
        .file("/opt/demo/data", "")
        .survey(DIRECTORY)
        .says(&["risk adopt\tthe directory /opt/demo exists, is not empty"]);
    let run = Host::new().directory("/opt/demo").survey(DIRECTORY);
    assert!(!run.out.contains("adopt"), "{run}");
}

/// dpkg-query that knows these packages.
fn with_packages(installed: &str) -> Host {
    let query = format!(
        "shift 2; [ \"$1\" != -- ] || shift; for name; do case ' {installed} ' in *\" $name \"*) echo \"ii  $name 1.0\" ;; \
         *) [ ! -e \"$ROOT/etc/$name\" ] || echo \"ii  $name 2.0\" ;; esac; done"
    );
    Host::new().command("dpkg-query", &query)
}

const INSTALL: &str = "case \"$*\" in *--simulate*) ;; *update*) ;; *install*) touch \"$ROOT/etc/jq\" ;; esac";

#[test]
fn apt_is_never_called_where_every_package_is_there() {
    let run = with_packages("jq curl").no_op("ensure_packages jq curl");
    run.says(&["ok       package jq 1.0", "ok       package curl 1.0"]);
    assert!(run.calls_of("apt-get").is_empty(), "{run}");
}

#[test]
fn missing_packages_are_installed_without_starting_daemons_or_removing_anything() {
    let host = with_packages("curl")
        .command("apt-get", &format!("[ -e /usr/sbin/policy-rc.d ] && cp /usr/sbin/policy-rc.d /etc/guard; {INSTALL}"))
        .directory("/usr/sbin");
    host.check("ensure_packages jq curl").says(&["missing  package jq", "ok       package curl 1.0"]);
    let run = host.apply("ensure_packages jq curl");
    run.ends_with(0).says(&["changed  package jq"]);
    let calls = run.calls_of("apt-get");
    let install = calls.iter().find(|call| call.ends_with("install -- jq") && !call.contains("--simulate")).unwrap();
    for option in [
        "--no-remove",
        "--yes",
        "--no-install-recommends",
        "Dpkg::Options::=--force-confold",
        "DPkg::Lock::Timeout=300",
    ] {
        assert!(install.contains(option), "{option} in {install}");
    }
    assert!(host.read("/etc/guard").contains("exit 101"));
    assert!(!host.exists("/usr/sbin/policy-rc.d"), "the guard is removed");
}

#[test]
fn an_installation_that_a_power_cut_interrupted_is_finished_first() {
    let host = || with_packages("").directory("/usr/sbin").command("apt-get", INSTALL).command("dpkg", "");
    let host_interrupted = host().file("/var/lib/dpkg/updates/0001", "");
    let run = host_interrupted.apply("ensure_packages jq");
    run.ends_with(0).says(&["note     an interrupted installation was finished"]);
    assert_eq!(run.calls_of("dpkg"), ["--force-confold --configure -a"]);
    assert!(host().apply("ensure_packages jq").calls_of("dpkg").is_empty());
    let broken = host().file("/var/lib/dpkg/updates/0001", "").command("dpkg", "exit 1");
    assert!(!broken.apply("ensure_packages jq").out.contains("was finished"));
}

#[test]
fn an_operators_own_policy_for_daemons_is_kept() {
    let host = with_packages("").command("apt-get", INSTALL).file("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 0\n");
    host.apply("ensure_packages jq").ends_with(0);
    assert_eq!(host.read("/usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 0\n");
}

#[test]
fn a_package_that_cannot_be_installed_stops_the_run_and_leaves_no_guard() {
    let host = with_packages("")
        .directory("/usr/sbin")
        .command("apt-get", "case \"$*\" in *update*|*--simulate*) ;; *) echo 'E: no such package'; exit 100 ;; esac");
    host.apply("ensure_packages jq").ends_with(1).says(&[
        "apt could not install jq",
        "| E: no such package",
        "look at",
    ]);
    assert!(!host.exists("/usr/sbin/policy-rc.d"));
    let host = with_packages("").directory("/usr/sbin").command("apt-get", "");
    host.apply("ensure_packages jq").ends_with(1).says(&["package jq is still absent", "look at"]);
}

#[test]
fn apt_that_would_remove_or_upgrade_something_needs_to_be_accepted() {
    let simulate = "case \"$*\" in *--simulate*) printf 'Remv iptables-persistent [1]\\nInst libc6 [1] (2)\\nInst jq (1)\\n' ;; esac";
    let host = with_packages("").command("apt-get", simulate);
    host.survey("ensure_packages jq").says(&[
        "risk package-removal\tapt would remove iptables-persistent",
        "risk package-upgrade\tapt would upgrade libc6",
    ]);
    let run = host.apply("ensure_packages jq");
    run.ends_with(3).says(&["somebody has to decide", "--accept package-removal --accept package-upgrade"]);
    assert!(run.calls_of("apt-get").iter().all(|call| call.contains("--simulate") || call.contains("update")), "{run}");
}

#[test]
fn outdated_lists_are_read_anew_and_a_lock_on_them_is_waited_for() {
    let apt = format!(
        "case \"$*\" in *' update') n=$(cat /etc/tries); echo $((n + 1)) >/etc/tries; [ $n -ge 2 ] || {{ echo 'E: Could not get lock'; exit 100; }} ;; esac; {INSTALL}"
    );
    let host = with_packages("").directory("/usr/sbin").file("/etc/tries", "0").command("apt-get", &apt);
    host.apply("ensure_packages jq").ends_with(0);
    assert_eq!(host.read("/etc/tries"), "3\n");
    let host = with_packages("")
        .directory("/usr/sbin")
        .command("apt-get", &format!("case \"$*\" in *' update') echo 'no network'; exit 100 ;; esac; {INSTALL}"));
    host.apply("ensure_packages jq").ends_with(0).says(&["note     the package lists could not be read anew"]);
}

#[test]
fn offline_nothing_is_fetched() {
    let host = with_packages("").directory("/usr/sbin").command("apt-get", INSTALL);
    let run = host.apply("option[offline]=yes; ensure_packages jq");
    run.ends_with(0);
    let calls = run.calls_of("apt-get");
    assert!(!calls.iter().any(|call| call.ends_with("update")), "{run}");
    assert!(calls.iter().any(|call| call.contains("--no-download")), "{run}");
}
