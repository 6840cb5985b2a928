//! Programs that watch the service by the clock, what is known of their counts, and the times of answers.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::harness::{Host, Run};
use crate::programs::{program, run};
use crate::stand_ins::find_tool;

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn today() -> u64 {
    now() / 86_400
}

// ---- the certificate

/// Makes a certificate that is valid for so many days.
fn sign(host: &Host, days: u32, path: &str) {
    host.bash(&format!(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /etc/demo.key -days {days} -subj /CN=demo -out {path} 2>/dev/null"
    ))
    .ends_with(0);
}

/// A host whose certificate is valid for 20 days, in its file and where it is served: there lies `/run/served`.
fn with_certificate() -> Option<Host> {
    let found = find_tool("openssl")?;
    let real = found.display();
    let host = Host::new().command(
        "openssl",
        &format!("case \"$*\" in\n*s_client*) cat /run/served 2>/dev/null ;;\n*) exec {real} \"$@\" ;; esac"),
    );
    for path in ["/etc/demo.pem", "/run/served"] {
        sign(&host, 20, path);
    }
    Some(host)
}

fn watch(host: Host, days: u32) -> (Host, Run) {
    run(host, "certificate-monitor", "", &format!("{days} /etc/demo.pem demo.example.org"))
}

#[test]
fn a_certificate_that_lasts_is_no_reason_to_warn_and_one_that_ends_fails_the_run() {
    let Some(host) = with_certificate() else { return };
    let (host, told) = watch(host, 14);
    told.ends_with(0).says(&[
        "the certificate in /etc/demo.pem ends on ",
        "the certificate that is served for demo.example.org ends on ",
    ]);
    assert!(!told.out.contains('<'), "{told}");
    let (_, told) = watch(host, 21);
    told.ends_with(1).says(&[
        "<4>the certificate in /etc/demo.pem ends on ",
        "<4>the certificate that is served for demo.example.org ends on ",
        "fewer than 21 days are left",
    ]);
}

/// A renewed file that nginx has not loaded, and a file that ends while nginx serves another.
#[test]
fn what_is_served_and_what_lies_on_the_disk_are_judged_each() {
    for (path, what) in [("/run/served", "that is served"), ("/etc/demo.pem", "in /etc/demo.pem")] {
        let Some(host) = with_certificate() else { return };
        sign(&host, 5, path);
        let (_, told) = watch(host, 14);
        told.ends_with(1).says(&[&format!("<4>the certificate {what}")]);
        assert_eq!(told.out.matches("<4>").count(), 1, "{told}");
    }
}

#[test]
fn a_certificate_that_cannot_be_read_is_not_a_good_one() {
    let Some(host) = with_certificate() else { return };
    host.bash("rm /run/served; echo nonsense >/etc/demo.pem").ends_with(0);
    let (_, told) = watch(host, 14);
    told.ends_with(1).says(&[
        "<3>the certificate in /etc/demo.pem cannot be read",
        "<3>the certificate that is served for demo.example.org cannot be read",
    ]);
}

#[test]
fn a_proxy_that_is_just_starting_is_asked_again() {
    let Some(host) = with_certificate() else { return };
    // Its certificate appears while the monitor waits.
    let host = host.command("sleep", "mv /run/hidden /run/served");
    host.bash("mv /run/served /run/hidden").ends_with(0);
    watch(host, 14).1.ends_with(0).says(&["that is served for demo.example.org ends on "]);
}

// ---- the disk

const FULL: &str = "/run/state/full";
const TOLD: &str = "/run/told-demo-disk-monitor";

/// A look at two disks that are so full; `told` is written where somebody is told of failures.
fn look_at_disks(host: Host, told: &str, percent: [u32; 2]) -> (Host, Run) {
    let [first, second] = percent;
    let df = format!("echo 'Use% IUse%'\ncase \"$*\" in\n*/srv) echo '{first}% 5%' ;;\n*) echo '5% {second}%' ;; esac");
    let host = host.directory("/run/state").command("df", &df).file("/opt/program", &program("disk-monitor", ""));
    let surroundings = format!("RUNTIME_DIRECTORY=/run/state TOLD={told}");
    let run = host.bash(&format!("set +e; env {surroundings} bash -p /opt/program 90 /srv 80 /data"));
    (host, run)
}

/// Somebody was told of a failure at this time.
fn tell(host: &Host, time: &str) {
    host.bash(&format!("touch -d '{time}' {TOLD}")).ends_with(0);
}

#[test]
fn a_disk_that_is_full_fails_the_look_until_somebody_was_told_and_not_again_while_that_lasts() {
    let (host, told) = look_at_disks(Host::new(), TOLD, [93, 5]);
    told.ends_with(1).says(&["<4>the disk of /srv is 93 % full, above the limit of 90 %"]);
    let (mut host, told) = look_at_disks(host, TOLD, [94, 5]);
    told.ends_with(1).says(&["<4>the disk of /srv is 94 % full"]);
    tell(&host, "1 minute");
    // As it grows, when it sinks a little, and when it grows again.
    for (percent, warnings) in [(95, 1), (89, 0), (92, 1)] {
        let (same, told) = look_at_disks(host, TOLD, [percent, 5]);
        assert_eq!((told.code, told.out.matches("<4>").count()), (0, warnings), "{told}");
        host = same;
    }
    let (host, told) = look_at_disks(host, TOLD, [50, 5]);
    assert_eq!((told.code, told.out.as_str()), (0, ""), "{told}");
    assert!(!host.exists(FULL));
    tell(&host, "1 hour ago");
    look_at_disks(host, TOLD, [91, 5]).1.ends_with(1);
}

#[test]
fn another_disk_that_fills_up_is_told_as_well() {
    let (host, _) = look_at_disks(Host::new(), TOLD, [93, 5]);
    host.bash(&format!("touch -d '1 hour ago' {FULL}")).ends_with(0);
    tell(&host, "1 minute ago");
    let (host, told) = look_at_disks(host, TOLD, [93, 80]);
    told.ends_with(0).says(&["<4>the disk of /srv"]);
    let (_, told) = look_at_disks(host, TOLD, [93, 81]);
    told.ends_with(1).says(&["<4>the disk of /srv", "<4>the disk of /data is 81 % full, above the limit of 80 %"]);
}

#[test]
fn where_nobody_is_told_a_full_disk_is_a_warning_and_one_that_cannot_be_looked_at_is_a_failure() {
    let (host, told) = look_at_disks(Host::new(), "", [93, 5]);
    told.ends_with(0).says(&["<4>the disk of /srv is 93 % full"]);
    assert!(!host.exists(FULL));
    let blind = Host::new().command("df", "exit 1");
    let (_, told) = run(blind, "disk-monitor", "readonly TOLD=''\n", "90 /srv");
    told.ends_with(1).says(&["<3>cannot look at the disk of /srv"]);
}

// ---- the uptime

const CONSTANTS: &str = "readonly SERVICE=demo METHOD=GET URL=http://127.0.0.1:8000/health STATUS=200 INTERVAL=60 UNIT=demo.service GRACE=60 TOLD=\n";
const DAYS: &str = "/run/state/days";
const LAST: &str = "/run/state/last";

fn look(host: Host, curl: &str) -> (Host, Run) {
    look_with(host, curl, CONSTANTS)
}

fn look_with(host: Host, curl: &str, constants: &str) -> (Host, Run) {
    run(host.directory("/run/state").command("curl", curl), "uptime-monitor", constants, "")
}

/// In which boot of the host this is.
fn boot() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap().trim().to_owned()
}

#[test]
fn an_outage_is_told_when_it_begins_and_when_it_ends_and_every_request_is_counted() {
    let (host, told) = look(Host::new(), "echo 200");
    assert_eq!((told.code, told.out.as_str()), (0, ""), "{told}");
    let (host, told) = look(host, "echo 503");
    assert_eq!(told.out, "<4>outage begins: GET http://127.0.0.1:8000/health is answered with 503\n");
    told.ends_with(0);
    let (host, told) = look(host, "exit 7");
    assert_eq!((told.code, told.out.as_str()), (0, ""), "it was told already: {told}");
    let (host, told) = look(host, "echo 200");
    told.ends_with(0).says(&["<5>outage ends: it began on ", " and lasted about "]);
    assert_eq!(host.read(DAYS), format!("{} 4 2\n", today()));
    let (_, told) = run(host, "uptime-monitor", CONSTANTS, "--report");
    told.ends_with(0).says(&["asked 4 times, answered 2 times", "in all      50.000 % of 4 requests were answered"]);
}

#[test]
fn a_service_that_never_answered_is_in_an_outage_from_the_first_look_on() {
    let (host, told) = look(Host::new(), "exit 7");
    told.ends_with(0).says(&["<4>outage begins: GET http://127.0.0.1:8000/health is not answered (curl 7)"]);
    assert_eq!(host.read(DAYS), format!("{} 1 0\n", today()));
}

#[test]
fn counts_that_do_not_reach_the_disk_leave_those_of_before() {
    let (host, told) = look(Host::new(), "echo 200");
    told.ends_with(0);
    let (host, told) = look(host.command("sync", "exit 1"), "echo 200");
    assert_ne!(told.code, 0, "a disk that takes nothing is no success: {told}");
    assert_eq!(host.read(DAYS), format!("{} 1 1\n", today()));
}

const HUNG: &str = "/run/state/hung";
const PROCESSES: &str = "/sys/fs/cgroup/system.slice/demo.service/cgroup.procs";
const TOLD_OF_OUTAGE: &str = "/var/lib/demo-alert/told-demo-uptime-monitor";

/// A look on a host where somebody is to be told.
fn look_for_people(host: Host, curl: &str) -> (Host, Run) {
    let constants = CONSTANTS.replace("TOLD=", &format!("TOLD={TOLD_OF_OUTAGE}"));
    let mut text = program("uptime-monitor", &constants);
    for place in ["/sys/fs/cgroup", "/var/lib/demo-alert"] {
        text = text.replace(place, &host.at(place).display().to_string());
    }
    let host = host.directory("/run/state").command("curl", curl).file("/opt/program", &text);
    let run = host.bash("set +e; env STATE_DIRECTORY=/run/state bash -p /opt/program");
    (host, run)
}

/// It has been running without an answer for so many seconds.
fn hanging_for(seconds: u64) -> Host {
    Host::new().file(PROCESSES, "77\n").file(HUNG, &format!("{}\n", now() - seconds))
}

#[test]
fn a_service_that_runs_and_does_not_answer_is_told_once() {
    let (host, told) = look_for_people(Host::new().file(PROCESSES, "77\n"), "exit 28");
    told.ends_with(0).says(&["outage begins"]);
    assert!(host.exists(HUNG), "it may just be starting: {told}");
    let (host, told) = look_for_people(hanging_for(61), "exit 28");
    told.ends_with(3);
    let (host, told) = look_for_people(host, "exit 28");
    told.ends_with(3); // the alert did not get through
    let (host, told) = look_for_people(host.file(TOLD_OF_OUTAGE, ""), "exit 28");
    told.ends_with(0);
    let (host, told) = look_for_people(host, "echo 200");
    told.ends_with(0).says(&["outage ends"]);
    assert!(!host.exists(HUNG));
    // It has failed, which its own handler tells, or was stopped by somebody: there are no processes.
    for host in [hanging_for(600).file(PROCESSES, ""), Host::new()] {
        let (host, told) = look_for_people(host, "exit 7");
        told.ends_with(0);
        assert!(!host.exists(HUNG), "a start after it has its own time: {told}");
    }
    // Nobody is to be told.
    look(hanging_for(600), "exit 28").1.ends_with(0);
}

#[test]
fn an_alert_of_another_time_is_not_one_of_this_outage() {
    for time in ["2 hours ago", "2 hours"] {
        let host = hanging_for(600).file(TOLD_OF_OUTAGE, "");
        host.bash(&format!("touch --date='{time}' {TOLD_OF_OUTAGE}")).ends_with(0);
        look_for_people(host, "exit 28").1.ends_with(3);
    }
    // The clock was ahead when it began.
    let (host, told) = look_for_people(hanging_for(0).file(HUNG, "99999999999\n"), "exit 28");
    told.ends_with(0);
    assert!(host.read(HUNG).trim().parse::<u64>().unwrap() <= now());
}

#[test]
fn a_monitor_that_cannot_look_is_told_once_a_day() {
    let broken = || Host::new().directory("/run/state/days.new");
    look_for_people(broken(), "echo 200").1.ends_with(1);
    look_for_people(broken().file(TOLD_OF_OUTAGE, ""), "echo 200").1.ends_with(0);
    let host = broken().file(TOLD_OF_OUTAGE, "");
    host.bash(&format!("touch --date='25 hours ago' {TOLD_OF_OUTAGE}")).ends_with(0);
    look_for_people(host, "echo 200").1.ends_with(1);
    // Where nobody is told it stays a failure.
    look(broken(), "echo 200").1.ends_with(1);
}

#[test]
fn the_answer_is_judged_as_it_is_asked_for() {
    for (constants, curl, answered) in [
        (CONSTANTS.to_owned(), "echo 204", 0),
        (CONSTANTS.replace("STATUS=200", "STATUS=any"), "echo 204", 1),
        (CONSTANTS.replace("STATUS=200", "STATUS=any"), "echo 301", 1),
        (CONSTANTS.replace("STATUS=200", "STATUS=any"), "echo 404", 0),
        (CONSTANTS.replace("METHOD=GET", "METHOD=HEAD"), "echo 200", 1),
    ] {
        let (host, told) = look_with(Host::new(), curl, &constants);
        assert_eq!(host.read(DAYS), format!("{} 1 {answered}\n", today()), "{constants}{curl}");
        let call = told.calls_of("curl")[0];
        assert_eq!(call.contains("--head"), constants.contains("HEAD"), "{call}");
    }
}

#[test]
fn the_time_in_which_the_host_was_off_counts_and_that_in_which_only_nobody_asked_does_not() {
    let now = now();
    let since = |boot: &str| format!("{} up {} {boot}\n", now - 3600, now - 9000);
    let (host, told) = look(Host::new().file(LAST, &since("00000000-0000-0000-0000-000000000000")), "echo 200");
    told.ends_with(0).says(&["<5>the host was started anew: since ", "which counts as 59 requests without an answer"]);
    assert_eq!(host.read(DAYS), format!("{} 60 1\n", today()));
    let (host, told) = look(Host::new().file(LAST, &since(&boot())), "echo 200");
    assert_eq!((told.code, told.out.as_str()), (0, ""), "{told}");
    assert_eq!(host.read(DAYS), format!("{} 1 1\n", today()));
}

#[test]
fn what_is_older_than_thirty_days_is_forgotten_and_what_is_no_count_too() {
    let kept = format!("{} 7 6\n", today() - 29);
    let host = Host::new().file(DAYS, &format!("{} 9 9\nnonsense\n{kept}{} 2 1\n", today() - 30, today()));
    let (host, told) = look(host.file(LAST, "nonsense\n"), "echo 200");
    told.ends_with(0);
    assert_eq!(host.read(DAYS), format!("{kept}{} 3 2\n", today()));
}

#[test]
fn a_monitor_that_cannot_ask_fails_and_counts_nothing() {
    let (host, told) = run(Host::new().directory("/run/state"), "uptime-monitor", CONSTANTS, "");
    told.ends_with(1).says(&["<3>curl is not installed"]);
    assert!(!host.exists(DAYS) && !host.exists(LAST));
    let (host, told) = run(host, "uptime-monitor", CONSTANTS, "--report");
    told.ends_with(1).says(&["nothing was counted yet"]);
    run(host, "uptime-monitor", CONSTANTS, "--reset").1.ends_with(2).says(&["usage: "]);
}

// ---- what is known of the uptime

const STATE: &str = "/var/lib/demo-uptime-monitor";

#[test]
fn the_last_look_is_so_many_seconds_ago() {
    let ask = "observe_last_asked demo-uptime-monitor";
    let with = |content: &str| Host::new().file(&format!("{STATE}/last"), content);
    assert_eq!(Host::new().observe(ask).observed(), (1, "the service was never asked"));
    assert_eq!(Host::new().observe_as(1000, ask).observed(), (2, "only root can see this"));
    let told = with(&format!("{} up 5 x\n", now() - 90)).observe(ask);
    assert!((90..=100).contains(&told.out.trim().parse::<u64>().unwrap()) && told.code == 0, "{told}");
    assert_eq!(
        with("up\n").observe(ask).observed(),
        (1, "/var/lib/demo-uptime-monitor/last does not tell when the service was asked")
    );
    let told = with(&format!("{} up 5 x\n", now() + 900)).observe(ask);
    assert_eq!(told.observed(), (1, "the service was last asked at a time that is still to come"));
    let host = Host::new().file("/etc/shadow", "5\n").link(&format!("{STATE}/last"), "/etc/shadow");
    assert_eq!(host.observe(ask).observed(), (1, "the service was never asked"), "no link is followed");
}

#[test]
fn an_availability_is_what_the_outages_of_thirty_days_leave() {
    let ask = "observe_availability demo-uptime-monitor 60";
    let with = |content: &str| Host::new().file(&format!("{STATE}/days"), content);
    let today = today();
    for (days, told) in [
        (format!("{today} 1440 1440\n"), "100.000"),
        // 43 minutes and 12 seconds are a thousandth of 30 days.
        (format!("{today} 1440 1397\n"), "99.900"),
        (format!("{} 1440 1400\n{today} 10 6\n", today - 29), "99.898"),
        (format!("{} 1440 0\n{today} 10 10\n", today - 30), "100.000"),
        (format!("{today} 999999 0\n"), "0.000"),
    ] {
        assert_eq!(with(&days).observe(ask).observed(), (0, told), "{days}");
    }
    assert_eq!(Host::new().observe(ask).observed(), (1, "the service was never asked"));
    assert_eq!(Host::new().observe_as(1000, ask).observed(), (2, "only root can see this"));
    assert_eq!(
        with(&format!("{} 5 5\n", today - 40)).observe(ask).observed(),
        (1, "the service was not asked in the last 30 days")
    );
    for damaged in ["good\n".to_owned(), format!("{today} 5 6\n"), format!("{today} 5 5 5\n")] {
        let told = with(&damaged).observe(ask);
        assert_eq!(told.observed(), (1, "/var/lib/demo-uptime-monitor/days is damaged"), "{damaged}");
    }
}

// ---- the time of an answer

/// What curl tells of requests that took so long, the first of them long.
fn taking(times: &str) -> Host {
    Host::new().file("/run/times", &format!("200 4.000000\n{times}")).command("curl", "cat /run/times")
}

#[test]
fn the_time_of_an_answer_is_the_mean_or_that_of_a_share_and_the_first_one_is_not_counted() {
    let times = "200 0.010000\n200 0.030500\n200 0.020000\n200 0.040000\n";
    for (statistic, told) in [
        ("mean", "25.125"),
        ("25", "10.000"),
        ("50", "20.000"),
        ("95", "40.000"),
        ("99.9", "40.000"),
        ("100", "40.000"),
    ] {
        let run = taking(times).observe(&format!("observe_response_time GET http://x/ any 4 {statistic}"));
        assert_eq!(run.observed(), (0, told), "{statistic}");
        assert_eq!(run.calls_of("curl")[0].matches("http://x/").count(), 5, "{run}");
    }
    let run = taking(times).observe("observe_response_time HEAD http://x/ 200 4 95");
    assert!(run.code == 0 && run.calls_of("curl")[0].contains(" --head "), "{run}");
}

#[test]
fn answers_that_are_none_are_not_quick_ones() {
    let ask = |host: Host, status: &str| {
        let run = host.observe(&format!("observe_response_time GET http://x/ {status} 1 95"));
        (run.code, run.out.trim_end().to_owned())
    };
    for (times, status, told) in [
        ("404 0.001000\n", "any", (1, "a request is answered with 404 at http://x/")),
        ("204 0.001000\n", "200", (1, "a request is answered with 204 at http://x/")),
        ("000 0.000100\n", "any", (1, "a request is not answered at http://x/")),
        ("200 0,001\n", "any", (2, "curl does not tell how long a request took")),
        ("", "any", (2, "curl made 1 requests instead of 2")),
    ] {
        assert_eq!(ask(taking(times), status), (told.0, told.1.to_owned()), "{times}");
    }
    let silent = Host::new().command("curl", "exit 7");
    assert_eq!(ask(silent, "any"), (1, "a request is not answered at http://x/".to_owned()));
    assert_eq!(ask(Host::new(), "any"), (2, "curl is not installed".to_owned()));
}
