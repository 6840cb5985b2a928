//! Observers of sockets, HTTP, SSH and reachability.

use crate::harness::Host;
use crate::services::with_units;

fn with_sockets(lines: &str) -> Host {
    with_units(&["demo.service ControlGroup=/system.slice/demo.service"])
        .directory("/sys/fs/cgroup/system.slice/demo.service")
        .own_proc()
        .file("/proc/812/cgroup", "0::/system.slice/demo.service/worker\n")
        .file("/proc/900/cgroup", "0::/system.slice/demo.service-2.service\n")
        .file("/run/sockets", lines)
        .command("ss", "cat /run/sockets")
}

const BOTH: &str = "LISTEN 0 5 [::]:8000 [::]:* users:((\"uvicorn\",pid=812,fd=6),(\"uv (x)\",pid=812,fd=7))\nLISTEN 0 5 127.0.0.1%lo:8000 0.0.0.0:* users:((\"uvicorn\",pid=812,fd=3))\n";

#[test]
fn addresses_that_listen_are_told_once_each() {
    let run = with_sockets(BOTH).observe("observe_listener 8000 tcp");
    assert_eq!(
        (run.observed(), run.calls_of("ss")),
        ((0, "127.0.0.1%lo [::]"), vec!["-H -n -l -p -t 'sport = :8000'"])
    );
    let run = with_sockets("").observe("observe_listener 53 udp");
    assert_eq!((run.observed(), run.calls_of("ss")), ((0, "none"), vec!["-H -n -l -p -u 'sport = :53'"]));
    assert_eq!(Host::new().observe("observe_listener 53 udp").observed(), (2, "ss is not installed"));
}

#[test]
fn a_failing_ss_is_not_a_closed_port() {
    let host = with_sockets("").command("ss", "exit 1");
    assert_eq!(
        host.observe("observe_listener 8000 tcp").observed(),
        (2, "ss does not tell what listens on port 8000/tcp")
    );
    assert_eq!(
        host.observe("observe_listener_unit 8000 tcp demo.service").observed(),
        (2, "ss does not tell what listens on port 8000/tcp")
    );
}

#[test]
fn sockets_are_listed_with_every_process_that_holds_them() {
    assert_eq!(
        with_sockets(BOTH).observe("listening_sockets 8000 tcp").out,
        "[::] 812 uvicorn\n[::] 812 uv (x)\n127.0.0.1%lo 812 uvicorn\n"
    );
    assert_eq!(with_sockets("LISTEN 0 5 *:22 *:*\n").observe("listening_sockets 22 tcp").out, "* - -\n");
}

#[test]
fn a_foreign_process_on_the_port_is_named() {
    let ask = "observe_listener_unit 8000 tcp demo.service";
    assert_eq!(with_sockets(BOTH).observe(ask).observed(), (0, "yes"));
    let line = |pid: &str| format!("LISTEN 0 5 *:8000 *:* users:((\"nc\",pid={pid},fd=6))\n");
    assert_eq!(
        with_sockets(&line("900")).observe(ask).observed(),
        (0, "foreign: nc (pid 900)"),
        "a unit whose name only begins alike"
    );
    assert_eq!(with_sockets(&line("901")).observe(ask).observed(), (0, "foreign: nc (pid 901)"));
    assert_eq!(with_sockets(&line("1")).observe(ask).observed(), (0, "yes"), "a socket unit's is held by systemd");
    assert_eq!(with_sockets("").observe(ask).observed(), (1, "nothing listens on port 8000/tcp"));
    assert_eq!(with_sockets(BOTH).observe_as(1000, ask).observed(), (2, "only root can see this"));
    let host = with_units(&[])
        .own_proc()
        .command("ss", &format!("printf '{}'", line("812").trim().replace('"', "\\\"").replace("\\\"", "\"")));
    assert_eq!(host.observe(ask).observed().1, "foreign: nc (pid 812)");
}

#[test]
fn an_answer_over_http_is_taken_as_it_comes() {
    let host = Host::new().command("curl", "echo 301");
    let run = host.observe("observe_http GET http://127.0.0.1:8000/health");
    assert_eq!(run.observed(), (0, "301"));
    let call = run.calls_of("curl")[0];
    for option in [
        "-q ",
        "--noproxy '*'",
        "--max-time 5",
        "--request GET",
        "--output /dev/null",
        "-- http://127.0.0.1:8000/health",
    ] {
        assert!(
            call.contains(option) && !call.contains("--location") && !call.contains("--fail"),
            "{option} in {call}"
        );
    }
    assert!(host.observe("observe_http HEAD http://x/").calls_of("curl")[0].contains(" --head "));
    assert_eq!(
        Host::new().command("curl", "echo '{}'").observe("observe_http_body GET http://x/").observed(),
        (0, "{}")
    );
    assert_eq!(Host::new().observe("observe_http GET http://x/").observed(), (2, "curl is not installed"));
}

#[test]
fn metrics_are_lines_of_a_name_and_a_number() {
    let told = |body: &str| {
        let host = Host::new().file("/run/body", body).command("curl", "cat /run/body");
        let run = host.observe("observe_metrics http://127.0.0.1:8000/metrics");
        let (code, told) = run.observed();
        (code, told.to_owned())
    };
    let metrics = "# HELP up Whether.\n# TYPE up gauge\nup 1\n\nrequests_total{path=\"/a b\",code=\"200\"} 1.5e+03 1700000000000\n\
                   bytes_bucket{le=\"+Inf\"} +Inf\nratio NaN\njob:rate:5m -.5\r\n";
    assert_eq!(told(metrics), (0, "prometheus".to_owned()));
    // A program need not say what type a metric has.
    assert_eq!(told("up 1\n"), (0, "prometheus".to_owned()));
    for (body, line) in [
        ("# TYPE up gauge\nup = 1\n", "line 2 is no metric: up = 1"),
        ("<!doctype html>\n", "line 1 is no metric: <!doctype html>"),
        ("up one\n", "line 1 is no metric: up one"),
        ("desk tickets: 3\n", "line 1 is no metric: desk tickets: 3"),
        ("# TYPE up gauge\n", "no metric is in it"),
    ] {
        assert_eq!(told(body), (0, line.to_owned()));
    }
    let refused = Host::new().command("curl", "exit 7").observe("observe_metrics http://127.0.0.1:8000/metrics");
    assert_eq!(refused.observed(), (1, "connection refused: nothing answers at http://127.0.0.1:8000/metrics"));
}

#[test]
fn why_no_answer_came_is_told_in_words() {
    for (status, told) in [
        (6, "the name in http://x/ does not resolve"),
        (7, "connection refused: nothing answers at http://x/"),
        (28, "no answer from http://x/ within 5 s"),
        (60, "TLS with http://x/ failed (curl 60)"),
        (52, "the connection to http://x/ was closed without an answer"),
        (63, "the answer of http://x/ is longer than a MiB"),
        (2, "no answer from http://x/ (curl 2)"),
    ] {
        let host = Host::new().command("curl", &format!("echo partial; exit {status}"));
        assert_eq!(host.observe("observe_http GET http://x/").observed(), (1, told), "{status}");
    }
}

#[test]
fn seen_from_a_workstation_only_the_services_own_host_is_replaced() {
    for (host, url, asked) in [
        ("web-01", "http://127.0.0.1:8000/a", "http://web-01:8000/a"),
        ("web-01", "https://localhost/", "https://web-01/"),
        ("fd00::1", "http://[::1]:80/", "http://[fd00::1]:80/"),
        ("web-01", "https://example.org/127.0.0.1", "https://example.org/127.0.0.1"),
        ("", "http://localhost/", "http://localhost/"),
    ] {
        assert_eq!(
            Host::new().observe(&format!("OPTION_OUTSIDE_HOST='{host}'; outside_url '{url}'")).out,
            format!("{asked}\n")
        );
    }
}

#[test]
fn the_ports_of_sshd_are_those_that_it_listens_on() {
    let sockets = "LISTEN 0 128 0.0.0.0:2222 0.0.0.0:* users:((\"sshd\",pid=9,fd=3))\nLISTEN 0 128 [::]:2222 [::]:* users:((\"sshd\",pid=9,fd=4))\nLISTEN 0 5 *:80 *:* users:((\"nginx\",pid=7,fd=4))\n";
    assert_eq!(with_sockets(sockets).observe("ssh_ports").out, "2222\n");
    let host =
        with_units(&[]).command("ss", "").command("systemctl", "printf '0.0.0.0:22 (Stream)\\n[::]:2200 (Stream)\\n'");
    assert_eq!(host.observe("ssh_ports").out, "22\n2200\n");
    assert_eq!(with_units(&[]).command("ss", "exit 1").observe("ssh_ports").out, "22\n");
}

#[test]
fn ways_to_log_in_are_those_that_the_running_server_offers() {
    let ask = "observe_ssh_methods root 22";
    let answer = |text: &str| Host::new().command("ssh", text).observe(ask);
    assert_eq!(
        answer("echo 'root@127.0.0.1: Permission denied (publickey,password).' >&2; exit 255").observed(),
        (0, "password publickey")
    );
    assert_eq!(answer("").observed(), (0, "none: root needs no credentials at all"));
    assert_eq!(
        answer("echo 'ssh: connect to host: Connection refused' >&2; exit 255").observed(),
        (1, "sshd gave no answer on port 22: ssh: connect to host: Connection refused")
    );
    assert_eq!(Host::new().observe(ask).observed(), (2, "ssh is not installed"));
    let host = Host::new().command("ssh", "exit 255").command("ss", "");
    assert!(
        host.observe("OPTION_OUTSIDE_HOST=web-01; observe_ssh_methods root").calls_of("ssh")[0]
            .contains("-p 22 -l root")
    );
    let host =
        with_sockets("LISTEN 0 128 0.0.0.0:2222 0.0.0.0:* users:((\"sshd\",pid=9,fd=3))\n").command("ssh", "exit 255");
    assert!(host.observe("observe_ssh_methods root").calls_of("ssh")[0].contains("-p 2222 "));
}

/// A host whose probes end as told.
fn probed(answer: &str) -> Host {
    let address = "case \"$*\" in *'address show'*) echo '7: spx inet 198.18.0.1/30' ;; esac";
    Host::new().command("ip", address).command("nsenter", &format!("cat >/dev/null; echo {answer}"))
}

#[test]
fn reachable_is_what_answers_from_outside() {
    assert_eq!(probed("open").observe("has_ipv6() { false; }; observe_reachable 8000/tcp").observed(), (0, "open"));
    for answer in ["refused", "filtered"] {
        assert_eq!(
            probed(answer).observe("has_ipv6() { false; }; observe_reachable 8000/tcp").observed(),
            (0, "closed")
        );
    }
    let second = "has_ipv6() { true; }; probe_from_namespace() { if [[ $1 == 6 ]]; then echo open; else echo filtered; fi; }; observe_reachable 8000/tcp";
    assert_eq!(probed("x").observe(second).observed(), (0, "open (IPv6 only)"));
    assert_eq!(
        probed("x").observe("observe_reachable 53/udp").observed(),
        (2, "only a TCP port answers whether it is open")
    );
    assert_eq!(Host::new().observe("observe_reachable 80/tcp").observed(), (2, "ip is not installed"));
    assert_eq!(probed("open").observe_as(1000, "observe_reachable 80/tcp").observed(), (2, "only root can see this"));
    for (answer, told) in [("open", "open"), ("refused", "closed"), ("filtered", "closed")] {
        let ask =
            format!("attempt_connection() {{ echo {answer}; }}; OPTION_OUTSIDE_HOST=web-01; observe_reachable 80/tcp");
        assert_eq!(Host::new().observe(&ask).observed(), (0, told));
    }
}

#[test]
fn a_link_that_loses_its_addresses_is_no_closed_port() {
    // What sets up the host's links has taken them away; given once more, they stay.
    let ip = "case \"$*\" in 'address replace'*) echo x >>/run/given ;; *'address show'*) cat /run/given 2>/dev/null | sed -n 3p ;; esac";
    let nsenter = "cat >/dev/null; if [ \"$(grep -c . /run/given)\" -ge 3 ]; then echo open; else echo filtered; fi";
    let host = Host::new().directory("/run").command("ip", ip).command("nsenter", nsenter);
    let ask = "has_ipv6() { false; }; observe_reachable 8000/tcp";
    assert_eq!(host.bash(ask).out, "open\n");
    // They never stay.
    let host = Host::new().command("ip", "").command("nsenter", "cat >/dev/null; echo filtered");
    let said = "something on this host takes the addresses of the link away from which it is looked at";
    assert_eq!(host.observe(ask).observed(), (2, said), "closed would be a guess");
    // IPv6 is there, but not on new links: IPv4 alone tells.
    let ip = "case \"$*\" in *nodad) exit 2 ;; *'address show'*198.18.*) echo 198.18.0.1 ;; esac";
    let host = Host::new().command("ip", ip).command("nsenter", "cat >/dev/null; echo filtered");
    assert_eq!(host.observe("has_ipv6() { true; }; observe_reachable 8000/tcp").observed(), (0, "closed"));
}

#[test]
fn the_address_that_the_world_knows_is_probed() {
    let host = Host::new().command("ip", "echo '192.0.2.1 via 10.0.0.1 dev eth0 src 10.0.0.5 uid 0'");
    assert_eq!(host.observe("host_address 4 198.18.0.1").out, "10.0.0.5\n");
    assert_eq!(Host::new().command("ip", "exit 2").observe("host_address 6 fd5e::1").out, "fd5e::1\n");
}

#[test]
fn ssh_must_be_reachable_on_every_port() {
    let ask = |answer: &str| {
        Host::new().observe(&format!(
            "ssh_ports() {{ printf '22\\n2222\\n'; }}; observe_reachable() {{ {answer}; }}; observe_ssh_reachable"
        ))
    };
    assert_eq!(ask("echo open").observed(), (0, "yes"));
    assert_eq!(
        ask("if [[ $1 == 22/tcp ]]; then echo open; else echo closed; fi").observed(),
        (0, "closed on port 2222")
    );
    assert_eq!(ask("echo 'no namespace'; return 2").observed(), (2, "no namespace"));
}

#[test]
fn a_probe_namespace_is_made_once_and_what_was_left_behind_is_removed() {
    let host = Host::new().command("ip", "case \"$*\" in 'netns add'*) mkdir -p /run/netns; touch /run/netns/$3 ;; 'netns delete'*) rm /run/netns/$3 ;; *batch*) cat >>/run/batch ;; esac").command("nsenter", "").file("/run/netns/specc-probe-999999999", "");
    let run = host
        .bash("open_probe_namespace; open_probe_namespace; echo made; close_probe_namespace; close_probe_namespace");
    run.ends_with(0).says(&["made"]);
    assert_eq!(run.calls_of("ip").iter().filter(|call| call.starts_with("netns add")).count(), 1, "{run}");
    assert!(run.calls_of("ip").contains(&"netns delete specc-probe-999999999"), "{run}");
    assert!(host.read("/run/batch").contains("type veth peer name"));
    assert!(!host.exists("/run/netns/specc-probe-999999999"));
    let run = Host::new().command("ip", "exit 1").command("nsenter", "").observe("open_probe_namespace");
    assert_eq!(run.observed(), (2, "this kernel gives no network namespace to probe from"));
}

#[test]
fn a_connection_is_open_refused_or_unanswered() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // It has a second for its answer, which a busy machine may not give it at once.
    let ends = |answer: &str| {
        (0..5).any(|_| Host::new().observe(&format!("attempt_connection 127.0.0.1 {port}")).out == answer)
    };
    assert!(ends("open\n"));
    drop(listener);
    assert!(ends("refused\n"));
}
