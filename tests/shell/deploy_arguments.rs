//! The command line of deploy.sh, and what a package must be.

use crate::harness::Host;

fn parse(arguments: &str) -> crate::harness::Run {
    Host::new().bash(&format!(
        "parse_arguments {arguments}\nprintf '%s;' \"$run_mode\"; for name in only app offline wait_lock package purge data transaction host evidence color; do\n\
         printf '%s=%s;' \"$name\" \"${{option[$name]}}\"; done; printf 'accept=%s;' \"${{accepted_now[*]}}\"; printf 'forward=%s' \"${{forwarded[*]@Q}}\""
    ))
}

#[test]
fn a_bare_call_deploys() {
    parse("").ends_with(0).says(&["apply;only=;app=;offline=no;wait_lock=0;"]);
}

#[test]
fn options_are_read_with_a_blank_or_an_equals_sign() {
    for words in ["--only 'Service unit' --wait-lock 60", "--only='Service unit' --wait-lock=60"] {
        parse(words).ends_with(0).says(&["only=Service unit;", "wait_lock=60;"]);
    }
    parse("--app='a=b c'").says(&["app=a=b c;"]);
    parse("--accept adopt --accept=other-firewall").says(&["accept=adopt other-firewall;"]);
    parse("--rollback abc123 --offline").says(&["rollback;", "package=abc123;", "offline=yes;"]);
    parse("--rollback --offline").says(&["rollback;", "package=;"]);
    parse("--revert-now sshd --by-timer").says(&["revert-now;", "transaction=sshd;"]);
    parse("--color").says(&["color=yes"]);
    parse("--no-color --console --force-platform").says(&["color=no"]);
    parse("--uninstall --purge --data=demo").says(&["uninstall;", "purge=yes;data=demo;"]);
}

#[test]
fn wrong_command_lines_are_usage_errors_that_name_the_mistake() {
    for (words, told) in [
        ("--frobnicate", "unknown option --frobnicate"),
        ("stray", "unknown option stray"),
        ("--only", "--only needs a value"),
        ("--only=", "--only needs a value"),
        ("--accept", "--accept needs the name of a risk"),
        ("--accept 'Adopt; id'", "names of risks are lower-case words"),
        ("--check --list", "--check and --list exclude each other"),
        ("--wait-lock soon", "--wait-lock needs a number of seconds"),
        ("--wait-lock -1", "--wait-lock needs a number of seconds"),
        ("--wait-lock 9999999", "--wait-lock needs a number of seconds"),
        ("--purge", "--purge and --data belong to --uninstall"),
        ("--uninstall --data=demo", "--data belongs to --uninstall --purge"),
        ("--uninstall --purge --data=other", "--data must name this service: --data=demo"),
        ("--evidence x", "belong to --host"),
        ("--host=-oProxyCommand=id", "--host -oProxyCommand=id: a server"),
    ] {
        parse(words).ends_with(2).says(&[told, "Try: deploy.sh --help"]);
    }
}

#[test]
fn help_is_printed_whatever_else_is_asked() {
    parse("--help").ends_with(0).says(&[
        "Usage: deploy.sh",
        "naming the service whose data may go",
        "--data=demo",
        "Exit: 0 done",
    ]);
    Host::new().apply("usage").says(&["Usage: deploy.sh"]);
}

#[test]
fn what_the_server_needs_is_forwarded_word_by_word_and_what_is_the_workstations_is_not() {
    let run =
        parse("--host admin@web-01 --evidence=out --app ./app --only='a b' --accept adopt --no-color --rollback p1");
    run.ends_with(0).says(&["forward='--only' 'a b' '--accept' 'adopt' '--rollback' 'p1'", "host=admin@web-01;"]);
}

/// A package with a script and an application file, as it was compiled.
fn package() -> Host {
    let host = Host::new().file("/package/deploy.sh", "#!/bin/bash\n").file("/package/app/a b.py", "print()\n");
    let run = host.apply("cd /package; find . -type f ! -name SHA256SUMS -printf '%P\\0' | sort -z | xargs -0 sha256sum >SHA256SUMS; chmod 644 SHA256SUMS");
    run.ends_with(0);
    host
}

const VERIFY: &str = "verify_package /package";

#[test]
fn a_whole_package_is_verified_without_a_word() {
    let run = package().survey(VERIFY);
    assert_eq!((run.code, run.out.as_str()), (0, "risk \n"), "{run}");
}

#[test]
fn a_package_that_was_changed_is_refused() {
    for (change, told) in [
        ("rm SHA256SUMS", "SHA256SUMS is missing: this is not a whole package"),
        ("echo >>deploy.sh", "the package is not as it was compiled"),
        ("rm deploy.sh", "the package is not as it was compiled"),
        ("echo 'not a checksum' >>SHA256SUMS", "the package is not as it was compiled"),
        ("touch extra", "files that do not belong to the package lie in it: extra"),
        ("touch 'app/two words' .hidden", ".hidden, app/two words"),
        ("ln -s /etc/passwd app/link", "/package/app/link is neither a file nor a directory"),
        ("mkfifo pipe || mknod pipe p", "/package/pipe is neither a file nor a directory"),
    ] {
        let host = package().command("mkfifo", "exec /usr/bin/mkfifo \"$@\"");
        host.apply(&format!("cd /package; {change}")).ends_with(0);
        host.survey(VERIFY).ends_with(3).says(&[told, "refused, nothing was changed"]);
    }
}

#[test]
fn a_package_is_named_by_its_checksums() {
    let host = Host::new().file("/package/SHA256SUMS", "");
    assert_eq!(
        host.apply("hash_of_package /package").out,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

const STAGE: &str = "stage_package; echo \"$staged_package\"";

#[test]
fn a_package_is_staged_under_its_hash_where_only_root_can_change_it() {
    let host = package();
    let run = host.apply(STAGE);
    let staged = run.out.trim().to_owned();
    assert!(staged.starts_with("/var/lib/specc/demo/packages/") && staged.len() == 29 + 16, "{run}");
    assert_eq!(
        (host.mode("/var/lib/specc/demo"), host.mode(&staged), host.mode(&format!("{staged}/app/a b.py"))),
        (0o700, 0o755, 0o644)
    );
    let again = format!("package_hash=$(hash_of_package /package); {STAGE}");
    host.apply(&format!("touch {staged}/mark; rm {staged}/mark; touch -d @5 {staged}")).ends_with(0);
    assert_eq!(host.apply(&again).out.trim(), staged);
    assert_eq!(host.apply(&format!("stat -c %Y {staged}")).out, "5\n", "a whole copy is left in peace");
    host.apply(&format!("echo >>{staged}/deploy.sh")).ends_with(0);
    assert_eq!(host.apply(&again).out.trim(), staged, "a damaged copy is replaced");
    host.apply(&format!("is_whole_package {staged} $(hash_of_package /package)")).ends_with(0);
    assert_ne!(host.apply(&format!("is_whole_package {staged} x")).code, 0, "another package");
    let run = host.apply(&format!("package_directory={staged}; {STAGE}"));
    assert_eq!(run.out.trim(), staged, "a staged package is not staged again");
}

#[test]
fn an_application_of_ones_own_becomes_part_of_the_staged_package() {
    let host = package()
        .file("/srv/app/new.py", "x")
        .file("/srv/app/.git/config", "x")
        .file("/srv/app/lib/__pycache__/x.pyc", "x");
    let run = host.apply(&format!("option[app]=/srv/app; {STAGE}"));
    run.ends_with(0);
    let staged = run.out.trim();
    let sums = host.read(&format!("{staged}/SHA256SUMS"));
    assert!(sums.contains("  app/new.py\n") && sums.contains("  deploy.sh\n"), "{sums}");
    assert!(!sums.contains("a b.py") && !sums.contains(".git") && !sums.contains("pycache"), "{sums}");
}

#[test]
fn looking_with_an_application_of_ones_own_sees_the_package_that_would_be_staged() {
    let host = package().file("/srv/app/new.py", "x").file("/srv/app/.git/config", "x");
    let staged = host.apply(&format!("option[app]=/srv/app; {STAGE} >/dev/null; echo \"$package_hash\""));
    let look = "option[app]=/srv/app; looks_directory=/run/looks; mkdir /run/looks; view_package; \
        echo \"$package_hash\"; cat \"$package_directory/app/new.py\"; cd \"$package_directory\"; echo *";
    let run = host.apply(look);
    assert_eq!(run.out, format!("{}xSHA256SUMS app deploy.sh\n", staged.out), "{run}");
    assert!(host.read("/package/SHA256SUMS").contains("a b.py"), "the package itself is as it was");
}

#[test]
fn an_application_that_was_staged_already_is_left_in_peace() {
    let host = package().file("/srv/app/new.py", "x");
    let stage = format!("option[app]=/srv/app; {STAGE}");
    let staged = host.apply(&stage).out;
    host.apply(&format!("touch -d @5 {staged}"));
    assert_eq!(host.apply(&stage).out, staged);
    assert_eq!(host.apply(&format!("stat -c %Y {staged}")).out, "5\n");
    assert_eq!(
        host.apply("cd /var/lib/specc/demo/packages; shopt -s dotglob; echo *").out,
        format!("{}\n", &staged.trim()[staged.rfind('/').map_or(0, |at| at + 1)..])
    );
}

#[test]
fn an_application_that_is_no_tree_of_files_is_refused() {
    package()
        .apply(&format!("option[app]=/srv/none; {STAGE}"))
        .ends_with(3)
        .says(&["--app: /srv/none is not a directory"]);
    let host = package().file("/srv/app/a", "").link("/srv/app/link", "/etc/shadow");
    host.apply(&format!("option[app]=/srv/app; {STAGE}"))
        .ends_with(3)
        .says(&["--app: /srv/app/link is neither a file nor a directory"]);
}

#[test]
fn a_package_that_changes_while_it_is_staged_is_refused() {
    let host = package().command("cp", "/bin/cp \"$@\"; for last; do :; done; echo planted >\"$last/app/a b.py\"");
    host.apply(STAGE).ends_with(3).says(&["the package is not as it was compiled"]);
}
