//! Files: installed, kept, replaced, removed; and whom a path can be trusted with.

use crate::harness::Host;

const FILE: &str = "ensure_file 0644 root root /etc/demo.conf";
const LEDGER: &str = "/var/lib/specc/demo/ledger";
/// Content and its SHA-256.
const NEW: (&str, &str) = ("new\n", "7aa7a5359173d05b63cfd682e3c38487f3cb4f7f1d60659fe59fab1505977d4c");
const OLD: (&str, &str) = ("old\n", "aef7ecd3a9a99a1e76b0ba5cfc1f2df2b3bcfc3a3e4bfd8dcc2e2e3f8ea1b2a7");

fn packaged() -> Host {
    Host::new().packaged("/etc/demo.conf", NEW.0)
}

/// The hash that the ledger holds for this content.
fn hash(content: &str) -> String {
    let host = Host::new().file("/etc/x", content);
    host.observe("observe_file_field /etc/x content-hash").observed().1.to_owned()
}

#[test]
fn a_file_that_is_as_asked_is_left_alone() {
    packaged().file("/etc/demo.conf", NEW.0).no_op(FILE).says(&["ok       /etc/demo.conf"]);
}

#[test]
fn a_ledger_that_was_a_step_ahead_of_the_disk_is_corrected() {
    // The power was cut between the two; then the earlier package was deployed again.
    let host = packaged().file("/etc/demo.conf", NEW.0);
    let run =
        host.apply(&format!("ledger_put file created another /etc/demo.conf; {FILE}; ledger_hash file /etc/demo.conf"));
    run.ends_with(0).says(&["ok       /etc/demo.conf", &hash(NEW.0)]);
    assert!(
        !host
            .apply(&format!("ledger_read; {FILE}; ledger_knows file /etc/none || echo unknown"))
            .out
            .contains("changed")
    );
}

#[test]
fn a_missing_file_is_installed_with_its_mode() {
    let host = packaged();
    host.check(FILE).says(&["missing  /etc/demo.conf"]);
    let run = host.apply(FILE);
    run.ends_with(0).says(&["changed  /etc/demo.conf"]);
    assert!(run.calls_of("install")[0].starts_with("-m 0644 -o root -g root -- /dev/stdin"), "{run}");
    assert_eq!((host.read("/etc/demo.conf").as_str(), host.mode("/etc/demo.conf")), (NEW.0, 0o644));
    assert_eq!(host.read(LEDGER), format!("file\tcreated\t{}\t/etc/demo.conf\n", hash(NEW.0)));
    assert!(!host.exists("/etc/.demo.conf.specc-new"));
}

#[test]
fn a_file_with_another_mode_is_put_right() {
    let host = packaged().file_with_mode("/etc/demo.conf", NEW.0, 0o666);
    host.check(FILE).says(&["edited   /etc/demo.conf: it is 0666 root:root, not 0644 root:root"]);
    host.apply(FILE).ends_with(0);
    assert_eq!(host.mode("/etc/demo.conf"), 0o644);
}

#[test]
fn drift_is_told_by_who_wrote_the_text_and_every_foreign_text_is_kept() {
    for (ledger, drift, kept) in [
        (String::new(), "foreign", "/var/lib/specc/demo/originals"),
        (format!("file\tcreated\t{}\t", hash("someone's\n")), "stale", ""),
        ("file\tcreated\tabc\t".to_owned(), "edited", "/var/lib/specc/demo/runs/now/edited"),
    ] {
        let host = packaged().file("/etc/demo.conf", "someone's\n");
        let line = if ledger.is_empty() {
            String::new()
        } else {
            format!("{ledger}{}\n", host.at("/etc/demo.conf").display())
        };
        let host = host.file(LEDGER, &line);
        let known = format!("ledger_read; {FILE}");
        host.check(&known).says(&[&format!("{drift:<8} /etc/demo.conf")]);
        host.deploy("observe", "dry-run", &known).says(&[&format!("would    change /etc/demo.conf ({drift})")]);
        let run = host.apply(&known);
        run.ends_with(0).says(&["changed  /etc/demo.conf"]);
        assert_eq!(host.read("/etc/demo.conf"), NEW.0);
        if kept.is_empty() {
            assert!(!run.out.contains("note"), "{run}");
        } else {
            run.says(&["that text is kept in"]);
            // A copy that a power cut left empty would be put back as the original.
            run.called(&[&format!("sync -- {kept}/etc/demo.conf.new")]);
            assert_eq!(host.read(&host.mirrored(kept, "/etc/demo.conf")), "someone's\n");
        }
    }
}

#[test]
fn the_first_copy_that_was_kept_is_never_overwritten() {
    let host = Host::new().file("/etc/x", "second").directory("/kept");
    let copy = host.mirrored("/kept", "/etc/x");
    let host = host.file(&copy, "first");
    host.apply("keep_copy /etc/x \"$ROOT/kept\"").ends_with(0);
    assert_eq!(host.read(&copy), "first");
}

#[test]
fn preflight_refuses_a_file_that_root_cannot_safely_write() {
    packaged()
        .link("/etc/demo.conf", "/etc/shadow")
        .survey(FILE)
        .ends_with(3)
        .says(&["is in the way: it is not a regular file"]);
    packaged().directory("/etc/demo.conf").survey(FILE).ends_with(3).says(&["is in the way"]);
    let run = packaged().owned("/etc", "demo:demo").survey(FILE);
    run.ends_with(3).says(&["root would write /etc/demo.conf below /etc, which others can write"]);
    packaged().file("/etc/demo.conf", OLD.0).survey(FILE).says(&["risk adopt\tthe file /etc/demo.conf exists"]);
    let run = Host::new().survey(FILE);
    run.ends_with(1).says(&["the package lacks rootfs/etc/demo.conf"]);
}

#[test]
fn a_write_makes_the_directory_that_is_missing_and_notes_it() {
    let host = Host::new();
    host.apply("put_file 0600 root root /etc/demo.d/a.conf <<<text").ends_with(0);
    assert_eq!((host.read("/etc/demo.d/a.conf").as_str(), host.mode("/etc/demo.d")), ("text\n", 0o755));
    assert_eq!(host.read(LEDGER), "parent\tcreated\t-\t/etc/demo.d\n");
}

#[test]
fn a_write_replaces_a_link_instead_of_following_it() {
    let host = Host::new().file("/etc/shadow", "secret").link("/etc/a.conf", "/etc/shadow");
    host.apply("put_file 0644 root root /etc/a.conf <<<text").ends_with(0);
    assert_eq!((host.read("/etc/shadow").as_str(), host.read("/etc/a.conf").as_str()), ("secret", "text\n"));
}

#[test]
fn names_with_blanks_dashes_quotes_and_globs_are_only_names() {
    for name in ["-n", "--help", "a b", "a'b", "a\"b", "*", "$(id)", "a\\b"] {
        let host = Host::new();
        let run = host.apply(&format!("put_file 0644 root root \"$ROOT/etc/\"{} <<<text", shell_quoted(name)));
        run.ends_with(0);
        assert_eq!(host.read(&format!("/etc/{name}")), "text\n", "{name}");
        let run = host.apply(&format!("remove_managed file \"$ROOT/etc/\"{}", shell_quoted(name)));
        run.ends_with(0);
        assert!(!host.exists(&format!("/etc/{name}")), "{name}: {run}");
    }
}

fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[test]
fn below_a_directory_that_others_can_write_only_their_own_rights_are_used() {
    let host = Host::new().directory("/opt/demo").owned("/opt/demo", "demo:demo");
    let run = host.apply("put_file 0640 demo demo /opt/demo/a.env <<<text");
    run.ends_with(0);
    assert!(
        run.calls_of("setpriv")[0].starts_with(
            "--reuid=demo --regid=demo --clear-groups --no-new-privs --inh-caps=-all --reset-env -- /bin/sh"
        ),
        "{run}"
    );
    assert_eq!(run.calls_of("sync"), ["/opt/demo/.a.env.specc-new"]);
    assert_eq!((host.read("/opt/demo/a.env").as_str(), host.mode("/opt/demo/a.env")), ("text\n", 0o640));
    host.apply("put_file 0600 root root /opt/demo/b <<<text")
        .ends_with(1)
        .says(&["root does not write /opt/demo/b: others can write /opt/demo"]);
    assert!(!host.exists("/opt/demo/b"));
}

#[test]
fn the_first_directory_through_which_somebody_could_redirect_a_path_is_found() {
    let ask = |host: &Host, path: &str| host.observe(&format!("untrusted_parent {path}")).out;
    let host = Host::new().file("/opt/demo/a/file", "");
    assert_eq!(ask(&host, "/opt/demo/a/file"), "none\n");
    assert_eq!(ask(&host, "/opt/not/yet/there"), "none\n");
    let host = host.owned("/opt/demo/a", "demo:demo").owned("/opt/demo", "demo:demo");
    assert_eq!(ask(&host, "/opt/demo/a/file"), "/opt/demo\n");
    let host = Host::new().file("/opt/demo/file", "").link("/opt/current", "/opt/demo");
    assert_eq!(ask(&host, "/opt/current/file"), "none\n", "root's link is as good as where it leads");
    let host = host.owned("/opt/demo", "demo:demo");
    assert_eq!(ask(&host, "/opt/current/file"), "/opt/current\n");
    let host = Host::new().link("/opt/dangling", "/opt/nowhere");
    assert_ne!(ask(&host, "/opt/dangling/file"), "");
    for mode in [0o775, 0o757, 0o1777] {
        let host = Host::new().file("/opt/open/file", "");
        std::fs::set_permissions(host.at("/opt/open"), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        assert_eq!(ask(&host, "/opt/open/file"), "/opt/open\n", "{mode:o}");
    }
    let host =
        Host::new().file("/opt/acl/file", "").command("ls", "printf 'drwxr-xr-x 1 0 0 x\\ndrwxr-xr-x+ 1 0 0 x\\n'");
    assert_ne!(ask(&host, "/opt/acl/file"), "none\n", "more rights than the mode shows");
}

#[test]
fn fields_of_files_are_told_and_what_cannot_be_told_is_no_value() {
    let host = Host::new().file_with_mode("/etc/a", "text", 0o4640).directory("/etc/d").link("/etc/l", "/etc/a");
    for (question, answer) in [
        ("/etc/a type", (0, "file")),
        ("/etc/d type", (0, "directory")),
        ("/etc/l type", (0, "link")),
        ("/dev/null type", (0, "other")),
        ("/etc/none type", (1, "/etc/none does not exist")),
        ("/etc/a mode", (0, "4640")),
        ("/etc/a owner", (0, "root:root")),
        ("/etc/a rights", (0, "4640 root:root")),
        ("/etc/a acl", (0, "none")),
        ("/etc/a writable-parents", (0, "none")),
        ("/etc/l content-hash", (1, "/etc/l is not a regular file")),
        ("/etc/a size", (0, "4")),
        ("/etc/a colour", (2, "unknown file field colour")),
    ] {
        assert_eq!(host.observe(&format!("observe_file_field {question}")).observed(), answer, "{question}");
    }
    for (command, field) in [
        ("stat", "mode"),
        ("stat", "owner"),
        ("stat", "size"),
        ("stat", "rights"),
        ("ls", "acl"),
        ("sha256sum", "content-hash"),
    ] {
        let host = Host::new().file("/etc/a", "text").command(command, "exit 1");
        assert_eq!(host.observe(&format!("observe_file_field /etc/a {field}")).observed(), (2, ""), "{field}");
    }
    let host = Host::new().file("/etc/a", "").command("ls", "echo '-rw-r--r--+ 1 root root 0 Jan 1 00:00 a'");
    assert_eq!(host.observe("observe_file_field /etc/a acl").observed(), (0, "present"));
}

#[test]
fn a_file_is_unmodified_only_as_the_regular_file_that_was_left() {
    let ask = |host: &Host| {
        host.apply(&format!(
            "ledger_put file created {} /etc/a; if is_unmodified file /etc/a; then echo same; else echo other; fi",
            hash("text")
        ))
        .out
    };
    assert_eq!(ask(&Host::new().file("/etc/a", "text")), "same\n");
    assert_eq!(ask(&Host::new().file("/etc/a", "text ")), "other\n");
    assert_eq!(ask(&Host::new()), "other\n");
    assert_eq!(ask(&Host::new().file("/etc/b", "text").link("/etc/a", "/etc/b")), "other\n");
}

#[test]
fn a_removed_file_makes_room_for_what_was_there_before_and_goes_with_its_own_directory() {
    let host = Host::new().file("/etc/a", "ours");
    let original = host.mirrored("/var/lib/specc/demo/originals", "/etc/a");
    let host = host.file(&original, "theirs");
    host.apply(
        "ledger_put file found x /etc/a; remove_managed file /etc/a; ledger_knows file /etc/a || echo forgotten",
    )
    .says(&["forgotten"]);
    assert_eq!(host.read("/etc/a"), "theirs");
    let host = Host::new().file("/etc/made/a", "").file("/etc/theirs/b", "");
    host.apply(
        "ledger_put parent created - /etc/made; ledger_put file created x /etc/made/a; ledger_put file created x /etc/theirs/b\n\
         remove_managed file /etc/made/a; remove_managed file /etc/theirs/b",
    )
    .ends_with(0);
    assert!(!host.exists("/etc/made") && host.exists("/etc/theirs") && !host.exists("/etc/theirs/b"));
}

#[test]
fn a_file_below_somebody_elses_directory_is_removed_with_that_ones_rights() {
    let host = Host::new().file("/opt/demo/a", "").owned("/opt/demo", "demo:demo");
    let run = host.apply("remove_managed application /opt/demo/a");
    assert!(run.calls_of("setpriv")[0].starts_with("--reuid=1000 --regid=1000"), "{run}");
    assert!(!host.exists("/opt/demo/a"));
    let run = Host::new().apply("remove_managed application /opt/gone/a");
    run.ends_with(0);
}
