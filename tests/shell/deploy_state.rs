//! What a run knows and says: the ledger, reports, steps, risks, the ways to end, the lock, the log.

use crate::harness::Host;

const LEDGER: &str = "/var/lib/specc/demo/ledger";

#[test]
fn the_ledger_keeps_the_origin_that_was_noted_first() {
    let host = Host::new();
    let run = host.apply(
        "ledger_put file found h1 /etc/a\nledger_put file created h2 /etc/a\nledger_put file created h2 /etc/a\n\
         ledger_origin file /etc/a; echo; ledger_hash file /etc/a; echo; ledger_origin file /etc/none; ledger_hash file /etc/none",
    );
    assert_eq!(run.out, "found\nh2\n");
    assert_eq!(host.read(LEDGER), "file\tfound\th1\t/etc/a\nfile\tfound\th2\t/etc/a\n", "nothing is written twice");
    // What a line tells of may outlive a power cut; so must the line.
    assert_eq!(run.calls_of("sync"), [format!("-- {LEDGER}"), format!("-- {LEDGER}")]);
}

#[test]
fn the_ledger_is_read_as_it_was_written_whatever_the_names() {
    let host = Host::new();
    host.apply(
        "for name in 'a b' '*' \"it's\" '--x' '$(id)' 'back\\slash'; do ledger_put file created h \"$name\"; done; ledger_put unit created - gone; ledger_drop unit gone",
    );
    let run = host.apply(
        "ledger_read; for name in 'a b' '*' \"it's\" '--x' '$(id)' 'back\\slash'; do ledger_knows file \"$name\" || echo \"lost $name\"; done\n\
         ledger_knows unit gone && echo 'not dropped'; ledger_knows file 'a' && echo 'too many'; ledger_compact; ledger_read; echo \"${#ledger[@]}\"",
    );
    assert_eq!(run.out, "6\n", "{run}");
    assert!(!host.read(LEDGER).contains("gone"), "a compact ledger holds what is there");
}

#[test]
fn a_line_that_a_full_disk_cut_off_does_not_swallow_the_next_one() {
    let host = Host::new().file(LEDGER, "file\tcreated\th\t/etc/a\nfile\tcrea");
    host.apply("ledger_put file created h /etc/b; ledger_put file created h /etc/c").ends_with(0);
    assert_eq!(host.apply("ledger_read; ledger_origin file /etc/b; ledger_origin file /etc/c").out, "createdcreated");
}

#[test]
fn a_ledger_that_is_not_there_or_cut_off_is_no_failure() {
    let run = Host::new().apply("ledger_read; echo \"${#ledger[@]}\"");
    assert_eq!((run.code, run.out.as_str()), (0, "0\n"));
    let host = Host::new().file(LEDGER, "file\tcreated\th\t/etc/a\nfile\tcrea");
    assert_eq!(host.apply("ledger_read; echo \"${!ledger[*]}\"").out, "file /etc/a\n");
}

#[test]
fn what_the_survey_found_is_handed_to_the_run_that_goes_on() {
    let host = Host::new();
    host.apply("manage file '/etc/a b'; manage unit demo.service; ledger_write_managed /run/managed");
    let run = host.apply("ledger_read_managed /run/managed; printf '%s\\n' \"${!managed[@]}\" | sort");
    assert_eq!(run.out, "file /etc/a b\nunit demo.service\n");
}

#[test]
fn what_was_found_is_counted_and_told() {
    let run = Host::new().apply("report_ok one; report_changed two; report_note three; report_line '' waiting four; echo $count_ok $count_changed $count_pending");
    assert_eq!(run.out, "      ok       one\n      changed  two\n      note     three\n      waiting  four\n1 1 0\n");
    let pending = "if pending edited '/etc/a'; then echo $count_pending; else echo applied; fi";
    assert_eq!(Host::new().apply(pending).out, "applied\n");
    assert_eq!(Host::new().check(pending).out, "      edited   /etc/a\n1\n");
    assert_eq!(Host::new().deploy("observe", "dry-run", pending).out, "      would    change /etc/a (edited)\n1\n");
}

#[test]
fn colours_are_for_terminals_or_on_request() {
    let run =
        Host::new().apply("use_colors; report_ok x; option[color]=yes; use_colors; report_ok x; option[color]=no");
    assert_eq!(run.out, "      ok       x\n      \u{1b}[32mok      \u{1b}[0m x\n");
}

const PLAN: &str = "plan() { if step 'System user' FR-001; then echo made; fi; if step 'Service unit' FR-002 FR-003; then echo started; fi; }\n";

#[test]
fn steps_are_numbered_and_chosen_by_number_title_or_name() {
    let walk = |only: &str| {
        Host::new().apply(&format!("{PLAN}option[only]='{only}'; walk_plan count; echo \"$step_total, $steps_selected selected\"; walk_plan apply")).out
    };
    let whole = walk("");
    assert!(whole.starts_with("2, 2 selected\n[1/2] System user"), "{whole}");
    assert!(
        whole.contains("FR-001\nmade\n[2/2] Service unit") && whole.ends_with("FR-002 FR-003\nstarted\n"),
        "{whole}"
    );
    for only in ["2", "Service unit", "service-unit"] {
        let out = walk(only);
        assert!(out.starts_with("2, 1 selected") && !out.contains("made") && out.contains("started"), "{only}: {out}");
    }
    for only in ["3", "*", "unit", "System"] {
        assert!(walk(only).starts_with("2, 0 selected"), "{only}");
    }
}

#[test]
fn a_survey_goes_through_all_steps_and_counting_through_none() {
    let run = Host::new()
        .apply(&format!("{PLAN}option[only]=1; run_mode=list; walk_plan count; run_mode=apply; walk_plan survey"));
    assert!(run.out.contains(" 1  system-user ") && run.out.contains("made\nstarted\n"), "{run}");
    assert_eq!(Host::new().apply("step_name 'TLS & HTTP/2'").out, "tls---http-2");
}

#[test]
fn the_ways_to_stop_say_what_to_do() {
    Host::new().apply("step_title=Firewall; fail 'it broke' 'the log'").ends_with(1).says(&[
        "in step [0/0] Firewall: it broke",
        "look at   the log",
        "run deploy.sh again",
    ]);
    Host::new()
        .apply("run_mode=uninstall; fail 'it stays'")
        .ends_with(1)
        .says(&["failed while the service was removed: it stays", "run deploy.sh --uninstall again"]);
    Host::new()
        .apply("refuse 'not here' 'go there'")
        .ends_with(3)
        .says(&["refused, nothing was changed: not here", "instead   go there"]);
    let run = Host::new().apply("refuse 'not here'");
    assert!(!run.out.contains("instead"), "{run}");
}

#[test]
fn however_a_run_ends_its_end_is_recorded() {
    let host = Host::new();
    let run = host.apply("option[run]=r1; on_exit 5");
    run.ends_with(5);
    assert_eq!(
        (host.read("/var/lib/specc/demo/runs/now/exit").as_str(), host.read("/var/lib/specc/demo/history").as_str()),
        ("5\n", "r1\tapply\t0123456789abcdef\t5\n")
    );
    let host = Host::new();
    host.apply("failed_command='mv (line 7, exit 9)'; on_exit 9").ends_with(1).says(&[
        "failed after the last step: ",
        "mv (line 7, exit 9)",
        "run deploy.sh again",
    ]);
    assert_eq!(host.read("/var/lib/specc/demo/runs/now/exit"), "1\n");
    let host = Host::new();
    host.apply("run_directory=''; on_exit 3").ends_with(3);
    host.apply("option[restoring]=yes; on_exit 0").ends_with(0);
    assert!(!host.exists("/var/lib/specc/demo/history"), "nothing may be written, or the outer run writes it");
}

#[test]
fn a_risk_is_noted_once_and_needs_to_be_accepted_by_name() {
    let risks = "risk adopt 'the file /etc/a'; risk adopt 'the file /etc/a'; risk adopt 'the file /etc/b'; risk other-firewall 'nft'\n";
    let run = Host::new().apply(&format!("{risks}judge_risks"));
    run.ends_with(3).says(&["adopt            the file /etc/a", "add --accept adopt --accept other-firewall"]);
    assert_eq!(run.out.matches("/etc/a").count(), 1, "{run}");
    Host::new()
        .apply(&format!("{risks}accepted_now=(adopt); judge_risks"))
        .ends_with(3)
        .says(&["add --accept other-firewall"]);
    Host::new().apply(&format!("{risks}accepted_now=(adopt other-firewall); judge_risks")).ends_with(0);
}

#[test]
fn a_risk_that_was_accepted_stays_accepted_in_the_same_words_only() {
    let host = Host::new();
    host.apply(
        "risk adopt 'a.b*'; accepted_now=(adopt); judge_risks; remember_accepted_risks; remember_accepted_risks",
    )
    .ends_with(0);
    assert_eq!(host.read("/var/lib/specc/demo/accepted"), "adopt\ta.b*\n");
    host.apply("risk adopt 'a.b*'; judge_risks").ends_with(0);
    host.apply("risk adopt 'aXb*'; judge_risks").ends_with(3);
    let run = host.deploy("survey", "dry-run", "risk adopt 'a.b*'; risk adopt new; report_risks");
    assert_eq!(run.out, "      note     accepted: a.b*\n      note     needs --accept adopt: new\n");
}

#[test]
fn a_second_run_is_turned_away_while_the_first_holds_the_lock() {
    let run = Host::new()
        .apply("take_lock; (exec 9>&-; take_lock) || echo \"second: $?\"; release_lock; (take_lock); echo again");
    assert_eq!(run.out, "second: 75\nagain\n", "{run}");
    run.says(&["another deployment is running on this host", "--wait-lock 900"]);
}

#[test]
fn the_lock_is_not_handed_to_what_is_run() {
    let run = Host::new().apply(
        "take_lock; run_logged sh -c 'ls -l /proc/self/fd >/run/seen'; grep -c specc-deploy.lock /run/seen || true",
    );
    assert_eq!(run.out, "0\n", "{run}");
}

#[test]
fn what_was_run_is_logged_and_shown_only_when_it_fails() {
    let host = Host::new();
    let run = host.apply("run_logged echo fine; run_logged sh -c 'seq 30; exit 4' || echo \"status $?\"");
    assert!(
        !run.out.contains("fine")
            && run.out.contains("| 30")
            && !run.out.contains("| 15\n")
            && run.out.ends_with("status 4\n"),
        "{run}"
    );
    let log = host.read("/var/lib/specc/demo/runs/now/commands.log");
    assert!(
        log.contains("$ echo fine\nfine\n[exit 0]\n") && log.contains("15\n") && log.ends_with("[exit 4]\n"),
        "{log}"
    );
}

#[test]
fn the_clock_that_nobody_sets_counts_hundredths() {
    let host = Host::new().own_proc().file("/proc/uptime", "1234.08 99.9\n");
    assert_eq!(host.apply("ticks_now").out, "123408");
}

#[test]
fn processes_of_an_ssh_session_are_told_by_what_is_above_this_one() {
    let stat = |name: &str, parent: &str| format!("9 ({name}) S {parent} 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0\n");
    let host = Host::new()
        .own_proc()
        .file("/proc/90/comm", "sshd\n")
        .file("/proc/90/stat", &stat("sshd) 1 (x", "80"))
        .file("/proc/80/comm", "sshd-session\n")
        .file("/proc/80/stat", &stat("sshd", "70"))
        .file("/proc/70/comm", "sshd\n")
        .file("/proc/70/stat", &stat("sshd", "1"));
    let own = "mkdir /proc/$$; echo bash >/proc/$$/comm; echo '5 (bash) S 90 1' >/proc/$$/stat\n";
    assert_eq!(
        host.apply(&format!("{own}ssh_session_processes")).out,
        "90\n80\n",
        "the listening server is no session"
    );
    assert_eq!(host.apply("parent_process 90; echo; process_start 90").out, "80\n4711");
}

#[test]
fn a_process_that_ends_meanwhile_does_not_end_the_run() {
    let host = Host::new().own_proc().command("ss", "echo 'LISTEN 0 5 *:80 *:* users:((\"x\",pid=812,fd=3))'");
    let run =
        host.apply("parent_process 812 || process_start 812 || ssh_session_processes; port_holder 80; echo 'going on'");
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "going on\n", ""));
}

#[test]
fn a_port_that_cannot_be_seen_is_not_free() {
    let run = Host::new().command("ss", "exit 1").apply("survey_port http://127.0.0.1:8000/health");
    run.ends_with(3).says(&["port 8000 is taken by something that ss does not tell"]);
    Host::new().command("ss", "").apply("survey_port http://127.0.0.1:8000/health").ends_with(0);
}
