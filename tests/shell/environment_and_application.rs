//! The secrets gate, the application's files and its virtual environment.

use crate::harness::Host;

const ENVIRONMENT: &str = "ensure_environment_file 0600 root root /etc/demo.env API_KEY TOKEN";
const PATH: &str = "/etc/demo.env";

#[test]
fn without_secrets_a_template_is_written_and_nothing_goes_on() {
    let host = Host::new();
    host.check(ENVIRONMENT).says(&["missing  /etc/demo.env"]);
    host.apply(&format!("{ENVIRONMENT}; echo 'went on'")).ends_with(6).says(&[
        "changed  /etc/demo.env (with the names only)",
        "stopped before the service was touched: these have no value yet: API_KEY TOKEN",
        "sudoedit /etc/demo.env",
    ]);
    assert!(host.read(PATH).ends_with("\nAPI_KEY=\nTOKEN=\n"), "{}", host.read(PATH));
    assert_eq!(host.mode(PATH), 0o600);
}

#[test]
fn a_complete_private_environment_is_left_alone() {
    let host = Host::new().file_with_mode(PATH, "# c\n\nAPI_KEY=a1\nTOKEN='x y'\nOTHER=\"a b\"", 0o600);
    let run = host.no_op(ENVIRONMENT);
    run.says(&["ok       /etc/demo.env"]);
    assert!(!run.out.contains("a1"), "{run}");
}

#[test]
fn too_wide_a_mode_is_narrowed_by_a_new_file_with_the_same_values() {
    let host = Host::new().file_with_mode(PATH, "API_KEY=a\nTOKEN=b\n", 0o644);
    host.check(ENVIRONMENT).says(&["edited   /etc/demo.env is 0644 root:root, not 0600 root:root"]);
    host.apply(ENVIRONMENT).ends_with(0).says(&["changed  /etc/demo.env (0600 root:root; it was 0644 root:root)"]);
    assert_eq!((host.read(PATH).as_str(), host.mode(PATH)), ("API_KEY=a\nTOKEN=b\n", 0o600));
}

#[test]
fn names_without_a_value_are_named_and_never_the_values() {
    for (text, missing) in [
        ("API_KEY=a\n", "TOKEN"),
        ("API_KEY=a\nTOKEN=\n", "TOKEN"),
        ("API_KEY=a\nTOKEN=''\n", "TOKEN"),
        ("API_KEY=a\nTOKEN=\"\"\n", "TOKEN"),
        ("API_KEY=a\nTOKEN=b\nTOKEN=\n", "TOKEN"),
        ("API_KEYS=a\nXTOKEN=b", "API_KEY TOKEN"),
    ] {
        let host = Host::new().file_with_mode(PATH, text, 0o600);
        host.check(ENVIRONMENT).says(&[&format!("missing  /etc/demo.env: values for {missing}")]);
        host.apply(ENVIRONMENT).ends_with(6).says(&[&format!("no value yet: {missing}\n")]);
    }
}

#[test]
fn a_line_that_systemd_and_the_shell_read_differently_is_named_by_its_number_only() {
    for line in [
        "A=x y",
        "A=$HOME",
        "export A=1",
        "A=\"a\\tb\"",
        "A=\"`id`\"",
        "A='a'b'",
        "A=x;y",
        "A =1",
        "A=a#b~c",
        "1A=x",
        "A=\"x",
        "A=h\u{e9}",
    ] {
        let host = Host::new().file_with_mode(PATH, &format!("API_KEY=a\n{line}\n"), 0o600);
        host.check(ENVIRONMENT).says(&["edited   /etc/demo.env: line 2 is not NAME=value"]);
        let run = host.apply(ENVIRONMENT);
        run.ends_with(1).says(&[
            "line 2 is not NAME=value",
            "put the value in single quotes",
            "the running service was left alone",
        ]);
        assert!(!run.out.contains(line), "{run}");
    }
}

#[test]
fn preflight_refuses_an_environment_that_is_no_file() {
    Host::new().link(PATH, "/etc/other").survey(ENVIRONMENT).ends_with(3).says(&["it is not a regular file"]);
    Host::new().directory(PATH).survey(ENVIRONMENT).ends_with(3);
    Host::new().survey(ENVIRONMENT).ends_with(0);
}

const APPLICATION: &str = "ensure_application 0755 0644 root root /opt/demo main.py";

/// A package with an application of two files, one in a directory; wheels are not the application's.
fn with_application(directory: &str) -> Host {
    let host = Host::new()
        .directory(directory)
        .file("/package/app/main.py", "main\n")
        .file("/package/app/lib/a b.py", "lib\n")
        .file("/package/app/wheels/x.whl", "w");
    host.apply("cd /package; sha256sum app/main.py 'app/lib/a b.py' app/wheels/x.whl >SHA256SUMS").ends_with(0);
    host
}

#[test]
fn an_application_is_written_once_with_its_modes() {
    let host = with_application("/opt/demo");
    host.check(APPLICATION).says(&["missing  /opt/demo/main.py", "missing  /opt/demo/lib/a b.py"]);
    host.apply(APPLICATION).ends_with(0).says(&["changed  /opt/demo/main.py", "changed  /opt/demo/lib/a b.py"]);
    assert_eq!(
        (host.mode("/opt/demo/lib"), host.mode("/opt/demo/lib/a b.py"), host.read("/opt/demo/main.py").as_str()),
        (0o755, 0o644, "main\n")
    );
    assert!(!host.exists("/opt/demo/wheels"));
    host.no_op(APPLICATION).says(&["ok       application in /opt/demo (files: 2)"]);
}

#[test]
fn only_files_that_differ_are_written_and_an_edited_one_is_kept() {
    let host = with_application("/opt/demo");
    host.apply(APPLICATION).ends_with(0);
    let host = host.file("/opt/demo/main.py", "by hand\n").file("/opt/demo/data.db", "data");
    let known = format!("ledger_read; {APPLICATION}");
    host.check(&known).says(&["edited   /opt/demo/main.py"]);
    let run = host.apply(&known);
    run.ends_with(0).says(&[
        "changed  /opt/demo/main.py",
        "that text is kept in /var/lib/specc/demo/runs/now/edited/opt/demo/main.py",
    ]);
    assert!(!run.out.contains("a b.py"), "{run}");
    assert_eq!((host.read("/opt/demo/main.py").as_str(), host.read("/opt/demo/data.db").as_str()), ("main\n", "data"));
}

#[test]
fn a_changed_mode_is_put_right_and_is_no_text_to_keep() {
    let host = with_application("/opt/demo");
    host.apply(APPLICATION).ends_with(0);
    for path in ["/opt/demo/main.py", "/opt/demo/lib"] {
        std::fs::set_permissions(host.at(path), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
        let run = host.apply(&format!("ledger_read; {APPLICATION}"));
        run.ends_with(0);
        assert!(!run.out.contains("kept") && run.out.contains("changed"), "{run}");
        host.no_op(&format!("ledger_read; {APPLICATION}"));
    }
}

#[test]
fn drift_of_application_files_tells_who_wrote_them() {
    for (known, actual, drift) in
        [("", "", "missing"), ("", "x", "foreign"), ("x", "x", "stale"), ("y", "x", "edited"), ("y", "new", "edited")]
    {
        let put =
            if known.is_empty() { String::new() } else { format!("ledger_put application created {known} /opt/a;") };
        assert_eq!(
            Host::new().apply(&format!("{put} application_drift /opt/a '{actual}' new")).out,
            drift,
            "{known} {actual}"
        );
    }
}

#[test]
fn an_application_of_the_services_account_is_read_and_written_with_its_rights_only() {
    let host = with_application("/opt/demo").owned("/opt/demo", "demo:demo");
    let run = host.apply("ensure_application 0755 0644 demo demo /opt/demo main.py");
    let calls = run.calls_of("setpriv");
    assert!(calls.len() > 2 && calls.iter().all(|call| call.starts_with("--reuid=demo --regid=demo ")), "{run}");
    assert!(run.calls_of("install").is_empty(), "{run}");
}

#[test]
fn a_group_that_may_read_the_application_gets_it() {
    let host = with_application("/opt/demo").command("chgrp", "");
    let run = host.apply("ensure_application 0750 0640 root demo /opt/demo main.py");
    assert!(run.calls_of("chgrp")[0].starts_with("--no-dereference demo --"), "{run}");
}

#[test]
fn an_application_without_its_entry_is_refused() {
    let entry = APPLICATION.replace("main.py", "other.py");
    with_application("/opt/demo").survey(&entry).ends_with(3).says(&["app/ has no other.py, which the service runs"]);
    Host::new()
        .survey(APPLICATION)
        .ends_with(3)
        .says(&["the package holds no application, and /opt/demo/main.py does not exist", "add --app DIR"]);
    let host = Host::new().directory("/srv/app");
    host.survey(&format!("option[app]=/srv/app; {APPLICATION}")).ends_with(3).says(&["/srv/app has no main.py"]);
    Host::new().check(APPLICATION).says(&["missing  application in /opt/demo: no main.py"]);
    Host::new().apply(APPLICATION).ends_with(1).says(&["there is no /opt/demo/main.py", "deploy with --app DIR"]);
    Host::new().file("/opt/demo/main.py", "").no_op(APPLICATION).says(&["(not part of this package)"]);
}

#[test]
fn a_package_without_an_application_keeps_the_one_that_was_deployed_last() {
    let host = Host::new().file("/var/lib/specc/demo/current/app/main.py", "").file("/opt/demo/main.py", "");
    let told = format!("{APPLICATION}; printf 'app=%s\\n' \"${{option[app]}}\"");
    host.survey(&told).says(&["app=/var/lib/specc/demo/current/app\n"]);
    host.survey(&format!("option[app]=/opt/demo; {told}")).says(&["app=/opt/demo\n"]);
    host.survey(&format!("option[restoring]=yes; {told}")).says(&["app=\n"]);
    host.survey(&told.replace("main.py", "other.py"))
        .ends_with(3)
        .says(&["/var/lib/specc/demo/current/app has no other.py, which the service runs"]);
}

const VIRTUALENV: &str = "ensure_virtualenv demo demo /opt/demo/venv 'fastapi==0.115' uvicorn";

/// A host whose systemd-run makes what pip would have installed.
fn with_python() -> Host {
    let build = "all=$*; while [ \"$1\" != sh ]; do shift; done; target=$2; mkdir -p $target/bin\n\
        case $all in *'pip install'*) place=$target/lib/python3/site-packages; mkdir -p $place; \
        for name in fastapi-0.115.0 uvicorn-0.30.1 pip-23 my_lib-1; do mkdir -p $place/$name.dist-info; done ;; esac";
    Host::new()
        .directory("/opt/demo")
        .owned("/opt/demo", "demo:demo")
        .file("/package/SHA256SUMS", "")
        .command("systemd-run", build)
        .command("dpkg-query", "printf 'ii \\t3.11.2\\n'")
}

#[test]
fn an_environment_is_built_beside_the_old_one_and_switched_to_in_one_step() {
    let host = with_python();
    host.check(VIRTUALENV).says(&["missing  virtual environment /opt/demo/venv"]);
    let run = host.apply(VIRTUALENV);
    run.ends_with(0).says(&["changed  virtual environment /opt/demo/venv: fastapi 0.115.0, uvicorn 0.30.1\n"]);
    let build = run.calls_of("systemd-run").join("\n");
    for part in [
        "--only-binary :all:",
        "--property=User=demo",
        "--property=ProtectSystem=strict",
        "--property=NoNewPrivileges=yes",
        "fastapi==0.115 uvicorn",
    ] {
        assert!(build.contains(part), "{part} in {build}");
    }
    let target = std::fs::read_link(host.at("/opt/demo/venv")).unwrap();
    assert!(target.to_string_lossy().starts_with("venv-"), "{}", target.display());
    let run = host.no_op(&format!("ledger_read; {VIRTUALENV}"));
    run.says(&["ok       virtual environment /opt/demo/venv: fastapi 0.115.0, uvicorn 0.30.1"]);
    let stale = format!("ledger_read; {}", VIRTUALENV.replace("0.115", "0.116"));
    host.check(&stale).says(&["stale    virtual environment"]);
    host.apply(&stale).ends_with(0);
    assert_ne!(std::fs::read_link(host.at("/opt/demo/venv")).unwrap(), target);
    assert!(host.at("/opt/demo").join(&target).exists(), "the running service keeps the old one");
}

#[test]
fn an_environment_without_packages_says_so() {
    let built = "mkdir -p /opt/demo/venv-x/lib/python3/site-packages/pip-23.dist-info; ln -s venv-x /opt/demo/venv";
    let run = with_python().apply(&format!("{built}; virtualenv_versions /opt/demo/venv"));
    assert_eq!(run.out, "no packages", "{run}");
}

#[test]
fn an_environment_counts_as_complete_only_once_it_is_on_the_disk() {
    let noting = "case $1 in --file-system) find \"$2\" -mindepth 1 -maxdepth 1 >>\"$ROOT/run/synced\" ;; esac";
    let host = with_python().directory("/run").command("sync", noting);
    host.apply(VIRTUALENV).ends_with(0);
    let synced = host.read("/run/synced");
    assert!(synced.contains("/lib\n") && !synced.contains(".complete"), "{synced}");
    assert!(host.exists("/opt/demo/venv/.complete"));
}

#[test]
fn a_package_that_was_installed_by_hand_shows_and_goes() {
    let host = with_python();
    host.apply(VIRTUALENV).ends_with(0);
    let host = host.directory("/opt/demo/venv/lib/python3/site-packages/evil-1.0.dist-info");
    let again = format!("ledger_read; {VIRTUALENV}");
    host.check(&again).says(&["edited   virtual environment"]);
    host.apply(&again).ends_with(0);
    assert!(!host.exists("/opt/demo/venv/lib/python3/site-packages/evil-1.0.dist-info"));
}

#[test]
fn a_complete_environment_that_is_there_already_is_taken_and_a_half_one_is_not() {
    let host = with_python();
    let run = host.apply("key=k1; mkdir -p /opt/demo/venv-k1.half /opt/demo/venv-k1.full /opt/demo/venv-k0.old; touch /opt/demo/venv-k1.full/.complete; built_virtualenv demo demo /opt/demo/venv k1 venv-k0.old");
    assert_eq!(run.out, "/opt/demo/venv-k1.full");
    assert!(host.exists("/opt/demo/venv-k0.old"), "the one in use stays");
    let run = host.apply("rm -r /opt/demo/venv-k1.full; built_virtualenv demo demo /opt/demo/venv k1 venv-k0.old");
    assert_eq!((run.out.as_str(), host.exists("/opt/demo/venv-k1.half")), ("", false));
}

#[test]
fn an_environment_that_cannot_be_built_stops_the_run_and_keeps_the_old_one() {
    let host = with_python().command("systemd-run", "echo 'No matching distribution'; exit 1");
    host.apply(VIRTUALENV).ends_with(1).says(&[
        "the virtual environment could not be built",
        "| No matching distribution",
        "look at",
    ]);
    assert!(!host.exists("/opt/demo/venv"));
    let run = with_python().apply(&format!("option[offline]=yes; {VIRTUALENV}"));
    run.ends_with(1).says(&["there are no wheels in app/wheels/, and --offline forbids to fetch them"]);
}

#[test]
fn wheels_of_the_package_are_installed_without_a_network() {
    let host = with_python().file("/package/app/wheels/x.whl", "").file("/package/app/requirements.txt", "fastapi\n");
    let run = host.apply("ensure_virtualenv demo demo /opt/demo/venv");
    let build = run.calls_of("systemd-run").join("\n");
    for part in
        ["--property=PrivateNetwork=yes", "--no-index --find-links /mnt/app/wheels", "-r /mnt/app/requirements.txt"]
    {
        assert!(build.contains(part), "{part} in {run}");
    }
    run.says(&["fastapi 0.115.0, my-lib 1, uvicorn 0.30.1"]);
}

#[test]
fn an_environment_of_roots_is_built_by_an_account_that_passes() {
    let build = "for word; do case $word in --property=BindPaths=*) place=${word#*BindPaths=} place=${place%%:*} ;; esac; done; \
        stat -c %a \"$place\" \"${place%/*}\" >>\"$ROOT/run/modes\"; mkdir -p \"$place/lib/python3/site-packages/uvicorn-0.30.dist-info\"";
    let host = with_python().command("systemd-run", build).command("chgrp", "");
    // A build that was killed has left something.
    let host = host.file("/var/lib/specc/demo/build/inner/lib/half", "").directory("/run");
    let run = host.apply("ensure_virtualenv root demo /opt/venv uvicorn");
    run.ends_with(0).says(&["virtual environment /opt/venv: uvicorn 0.30"]);
    assert!(run.calls_of("systemd-run")[0].contains("--property=DynamicUser=yes"), "{run}");
    assert_eq!(run.calls_of("systemd-run").len(), 1, "another unit has another account: {run}");
    assert!(run.calls_of("chgrp")[0].starts_with("-R -- demo"), "{run}");
    assert!(host.read("/run/modes").starts_with("777\n700\n"), "nobody else gets there: {}", host.read("/run/modes"));
    assert!(!host.exists("/var/lib/specc/demo/build"));
    assert!(host.exists("/opt/venv/lib") && !host.exists("/opt/venv/lib/half"), "it is taken for built");
}

#[test]
fn preflight_refuses_an_environment_that_was_made_by_hand() {
    with_python()
        .directory("/opt/demo/venv")
        .survey(VIRTUALENV)
        .ends_with(3)
        .says(&["a virtual environment that was made by hand"]);
    with_python()
        .link("/opt/demo/venv", "/opt/other")
        .survey(VIRTUALENV)
        .says(&["risk adopt\tthe link /opt/demo/venv"]);
}
