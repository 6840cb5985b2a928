//! Drills that take something away: the network, and a configuration that can be read.

use crate::harness::{Host, Run};
use crate::services::with_units;

/// A service in process 812; the clock runs on at each look, so that nobody waits.
fn drilled(more: &str) -> Host {
    with_units(&[
        &format!("demo.service ActiveState=active MainPID=812 NRestarts=0 ControlGroup=/demo {more}"),
        "specc-drill-demo.timer ActiveState=inactive",
    ])
    .file("/sys/fs/cgroup/demo/cgroup.procs", "812\n")
    .command("systemd-run", "")
    .command("journalctl", "printf 'one\\ntwo\\n'")
    .command("curl", "echo 200")
}

const QUICK: &str = "milliseconds_since() { clock=$(($(cat /run/clock 2>/dev/null || echo 0) + 3000)); echo $clock >/run/clock; echo $clock; }\n";
/// Whether a process of the unit can send: no while the network is away.
const KERNEL: &str = "can_send() { [[ ! -e /run/denied ]]; }\n";
/// systemctl, which takes and gives the network.
const NETWORK: &str = "case \"$*\" in *IPAddressDeny=any) : >/run/denied; mkdir -p /run/systemd/system.control/demo.service.d; \
    : >/run/systemd/system.control/demo.service.d/50-IPAddressDeny.conf; DURING; exit ;; *IPAddressDeny=) rm -f /run/denied; AFTER; exit ;; esac\n";

const DROP_IN: &str = "/run/systemd/system.control/demo.service.d/50-IPAddressDeny.conf";
const LOSS: &str = "drill_network_loss demo.service 10 GET http://127.0.0.1:8000/health 200";

/// The drill, with what happens while the network is away, and when it comes back.
fn loss(host: Host, during: &str, after: &str) -> (Host, Run) {
    let network = NETWORK.replace("DURING", during).replace("AFTER", after);
    let host = host.command("systemctl", &format!("{network}{}", crate::services::SYSTEMCTL));
    let run = host.bash(&format!("set +e\n: milliseconds_since\n{QUICK}{KERNEL}{LOSS}"));
    (host, run)
}

#[test]
fn a_service_that_outlives_the_loss_of_its_network_has_passed() {
    let (host, run) = loss(drilled(""), ":", ":");
    run.ends_with(0)
        .says(&["10 s without a network: the same process (PID 812), 2 lines in the journal meanwhile"])
        .called(&[
            "systemctl set-property --runtime demo.service IPAddressDeny=any",
            "systemctl set-property --runtime demo.service IPAddressDeny=",
            "systemctl daemon-reload",
            "systemctl stop specc-drill-demo.timer",
        ]);
    assert!(!host.exists(DROP_IN) && !host.exists("/run/systemd/system.control/demo.service.d"));
    let guard = run.calls_of("systemd-run")[0];
    assert!(
        guard.contains("--on-active=70s")
            && guard.contains("IPAddressDeny= && rm -f")
            && guard.contains("systemctl start 'demo.service'"),
        "{guard}"
    );
}

#[test]
fn drop_ins_of_the_operator_stay() {
    let own = "/run/systemd/system.control/demo.service.d/50-MemoryMax.conf";
    let (host, run) = loss(drilled("").file(own, ""), ":", ":");
    run.ends_with(0);
    assert!(host.exists(own) && !host.exists(DROP_IN));
}

#[test]
fn a_service_that_ends_or_is_restarted_without_its_network_has_failed_and_gets_it_back() {
    for (during, told) in [
        (
            "echo failed >/run/units/demo.service/ActiveState",
            "demo.service is failed, PID 812 → 812, 0 automatic restarts",
        ),
        (
            "echo 900 >/run/units/demo.service/MainPID; echo 1 >/run/units/demo.service/NRestarts",
            "demo.service is active, PID 812 → 900, 1 automatic restarts",
        ),
    ] {
        let (host, run) = loss(drilled(""), during, ":");
        run.ends_with(1)
            .says(&["the service did not outlive the loss of its network", told])
            .called(&["systemctl set-property --runtime demo.service IPAddressDeny=", "systemctl start demo.service"]);
        assert!(!host.exists("/run/denied") && !host.exists(DROP_IN), "{run}");
    }
}

#[test]
fn a_service_that_is_not_well_afterwards_has_failed() {
    let (_, run) = loss(drilled("").command("curl", "echo 503"), ":", ":");
    run.ends_with(1).says(&["not healthy within 30 s after its network was back; health: 503"]);
    let (_, run) = loss(drilled(""), ":", "echo 900 >/run/units/demo.service/MainPID");
    run.ends_with(1).says(&["PID 812 → 900"]);
}

#[test]
fn the_network_is_not_taken_where_it_could_not_be_given_back_or_proves_nothing() {
    for (host, code, told) in [
        (drilled("IPAddressDeny=any"), 2, "is limited already (IPAddressDeny=any"),
        (drilled("IPAddressAllow=localhost"), 2, "is limited already"),
        (drilled("").file(DROP_IN, ""), 2, "is limited already"),
        (drilled("").command("systemd-run", "echo no; exit 1"), 2, "the guard of the drill cannot be set"),
        (drilled("").file("/run/units/demo.service/MainPID", "0\n"), 1, "demo.service has no main process"),
        (drilled("").file("/run/units/demo.service/ControlGroup", "/gone\n"), 1, "has no control group"),
    ] {
        let (host, run) = loss(host, ":", ":");
        run.ends_with(code).says(&[told]);
        assert!(!host.exists("/run/denied"), "{told}");
    }
    drilled("").observe_as(1000, LOSS).ends_with(2).says(&["only root can see this"]);
    // A kernel that does not filter for control groups.
    let (host, run) = loss(drilled(""), "rm /run/denied", ":");
    run.ends_with(2).says(&["this kernel does not take the network from a unit"]);
    assert!(!host.exists(DROP_IN));
}

#[test]
fn a_network_that_does_not_come_back_is_left_to_the_guard() {
    let (_, run) = loss(drilled(""), ":", "exit 1");
    run.ends_with(1).says(&["the network could not be given back to demo.service; systemd tries again 70 s after"]);
    assert!(!run.calls_of("systemctl").contains(&"stop specc-drill-demo.timer"), "{run}");
}

#[test]
fn a_process_of_the_unit_tries_to_send() {
    let host = Host::new().file("/sys/fs/cgroup/demo/cgroup.procs", "");
    host.bash("can_send /sys/fs/cgroup/demo").ends_with(0);
    assert!(host.read("/sys/fs/cgroup/demo/cgroup.procs").trim().parse::<u32>().is_ok());
    Host::new().bash("can_send /sys/fs/cgroup/none || echo no").says(&["no"]);
}

// ---- an environment file that cannot be read

const PROGRAM: &str = "/usr/local/lib/demo-check-environment";

/// The clone starts as the environment file that it gets deserves, unless told otherwise.
const CLONE: &str = "for word; do case $word in --property=EnvironmentFile=*) file=${word#*=*=} ;; esac; done\n\
    cat \"$file\" >>/run/clones; if grep -q '^export' \"$file\"; then echo 'Job failed'; exit 1; fi";

fn checked() -> Host {
    let command =
        format!("{{ path={PROGRAM} ; argv[]={PROGRAM} /etc/demo.env KEY ; flags=privileged ; }}").replace(' ', "_");
    with_units(&[&format!("demo.service ActiveState=active MainPID=812 NRestarts=0 ExecStartPreEx={command}")])
        .command("systemd-run", CLONE)
}

fn invalid(host: &Host) -> Run {
    host.bash(&format!("set +e; SCRATCH=/run; drill_invalid_config demo.service {PROGRAM} KEY"))
}

#[test]
fn a_broken_environment_file_must_stop_the_start_of_a_clone() {
    let host = checked();
    let run = invalid(&host);
    run.ends_with(0)
        .says(&["a broken environment file stopped the start of a clone; the service (PID 812) was not touched"]);
    let clones = run.calls_of("systemd-run");
    assert_eq!(clones.len(), 2, "{run}");
    for (number, clone) in clones.iter().enumerate() {
        let name = format!("--unit=specc-drill-demo-config-{} ", number + 1);
        assert!(clone.contains(&name) && clone.contains("/environment KEY' /bin/true"), "{clone}");
        assert!(!clone.contains("/etc/demo.env"), "the service's own file is not used: {clone}");
    }
    assert!(host.read("/run/clones").contains("KEY=drill\n"));
}

#[test]
fn a_clone_that_starts_in_spite_of_it_fails_the_drill_and_one_that_never_starts_proves_nothing() {
    let run = invalid(&checked().command("systemd-run", ""));
    run.ends_with(1).says(&["a clone started in spite of a broken line"]);
    let run = invalid(&checked().command("systemd-run", "echo 'Failed to start transient service'; exit 1"));
    run.ends_with(2).says(&["nothing was proven", "Failed to start transient service"]);
    let run = invalid(&checked().file("/run/units/demo.service/ExecStartPreEx", "{ path=/bin/true }\n"));
    run.ends_with(1).says(&["demo.service does not check its environment before it starts"]);
    assert!(run.calls_of("systemd-run").is_empty());
    let touched = format!("{CLONE}; echo 900 >/run/units/demo.service/MainPID");
    invalid(&checked().command("systemd-run", &touched))
        .ends_with(1)
        .says(&["the running service was touched: 812 0 → 900 0"]);
    checked().observe_as(1000, &format!("drill_invalid_config demo.service {PROGRAM}")).ends_with(2);
}
