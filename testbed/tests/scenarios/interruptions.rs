//! Deployments that are cut short, held up or short of something; the next run ends where an undisturbed one would have.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use specc_testbed::Machine;

use crate::{assert_nothing_changes, assert_proven, bare, greeter, greeter_package, wait_until};

/// Longer than a deployment takes on a machine that is slow.
const DEPLOYMENT: Duration = Duration::from_secs(400);
const IS_DEPLOYING: &str = "systemctl list-units --plain --no-legend 'specc-deploy-greeter-*' | grep -q .";

/// All that a deployment leaves, but for what differs by chance: times, and the random part of a directory's name.
const STATE: &str = r"
cd /
{
  find etc/systemd/system etc/ssh etc/ufw etc/greeter etc/default/ufw opt/greeter usr/local \
    -not -path '*/__pycache__*' -not -name '*.[0-9]*_[0-9]*' -printf '%p %y %m %u:%g %l\n'
  find etc/systemd/system etc/ssh etc/ufw etc/greeter opt/greeter/*.py opt/greeter/*.txt usr/local -type f -not -name '*.[0-9]*_[0-9]*' -exec sha256sum {} +
  cut -f 1,2,4 var/lib/specc/greeter/ledger
  systemctl list-unit-files --state=enabled --no-legend
  systemctl show greeter --property=ActiveState,SubState,NeedDaemonReload,UnitFileState
  getent passwd greeter; getent group greeter
  iptables-save | grep -v '^#'; ip6tables-save | grep -v '^#'
  sshd -T
} | sed -E 's/\[[0-9]+:[0-9]+\]//; s/venv-([0-9a-f]+)\.[A-Za-z0-9]{6}/venv-\1/g' | sort";

fn state(machine: &Machine) -> Result<String> {
    machine.run(STATE)?.success()
}

/// The machine is as one on which nothing was in the way.
fn assert_as_undisturbed(machine: &Machine) -> Result<()> {
    let (actual, expected) = (state(machine)?, state(&greeter()?)?);
    let more = actual.lines().filter(|line| !expected.lines().any(|other| other == *line));
    let less = expected.lines().filter(|line| !actual.lines().any(|other| other == *line));
    let differences: Vec<String> =
        more.map(|line| format!("+ {line}")).chain(less.map(|line| format!("- {line}"))).collect();
    ensure!(differences.is_empty(), "another end than without the interruption:\n{}", differences.join("\n"));
    Ok(())
}

/// Starts a deployment that does not end with this connection.
fn start_deployment(machine: &Machine) -> Result<()> {
    machine.run("setsid /root/package/deploy.sh >/root/deployment.log 2>&1 </dev/null &")?.success()?;
    Ok(())
}

/// Kills everything that a deployment runs as soon as it has changed something that no earlier run had: what belongs to a
/// transaction is undone by the next run, and done again. "over": it came to its end.
const KILL_AFTER_ONE_CHANGE: &str = r#"
/root/package/deploy.sh >/root/deployment.log 2>&1 &
log=''
while kill -0 $! 2>/dev/null; do
  [ -n "$log" ] || log=$(find /var/lib/specc/greeter/runs -newer /root/deployment.log.start -name log 2>/dev/null | sort | tail -n 1)
  if [ -n "$log" ] && grep ' changed ' "$log" | grep -Fqxvf /root/changes; then
    systemctl kill --signal=KILL 'specc-deploy-greeter-*'
    wait $!
    grep ' changed ' "$log" >>/root/changes
    echo killed
    exit
  fi
  sleep 0.05
done
wait $!
echo "over: $?"
"#;

#[test]
fn killed_after_each_change_it_arrives_all_the_same() -> Result<()> {
    let machine = bare()?;
    machine.ship(&greeter_package()?)?;
    machine.run("touch /root/changes")?.success()?;
    let mut kills = 0;
    loop {
        machine.run("touch /root/deployment.log.start && sleep 0.01")?.success()?;
        let end = machine.run(KILL_AFTER_ONE_CHANGE)?.success()?;
        match end.lines().last().unwrap_or("") {
            "killed" if kills < 60 => kills += 1,
            "over: 0" | "over: 5" => break,
            other => bail!("{other}\n{}", machine.run("cat /root/deployment.log")?.stdout),
        }
    }
    ensure!(kills > 10, "only {kills} changes were interrupted");
    machine.deploy_to_the_end()?;
    assert_nothing_changes(&machine)?;
    assert_as_undisturbed(&machine)?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn a_power_cut_in_mid_deployment_does_no_harm() -> Result<()> {
    let machine = bare()?;
    machine.ship(&greeter_package()?)?;
    start_deployment(&machine)?;
    wait_until(&machine, "grep -q 'firewall.*confirmed' /var/lib/specc/greeter/runs/*/log", DEPLOYMENT)?;
    machine.power_cycle()?;
    machine.assert_reachable()?;
    machine.deploy_to_the_end()?;
    assert_nothing_changes(&machine)?;
    assert_as_undisturbed(&machine)?;
    machine.assert_reachable()
}

#[test]
fn a_deployment_goes_on_without_its_connection_and_alone() -> Result<()> {
    let machine = bare()?;
    machine.ship(&greeter_package()?)?;
    // apt is busy meanwhile, as it is on servers that update themselves.
    let hold = "setsid python3 -c 'import fcntl, time; \
                files = [open(name, \"w\") for name in (\"/var/lib/apt/lists/lock\", \"/var/lib/dpkg/lock-frontend\")]; \
                [fcntl.lockf(file, fcntl.LOCK_EX) for file in files]; time.sleep(60)' >/dev/null 2>&1 </dev/null &";
    machine.run(hold)?.success()?;
    machine.run_and_hang_up("/root/package/deploy.sh", Duration::from_secs(40))?;
    wait_until(&machine, IS_DEPLOYING, Duration::from_secs(60))?;
    machine.deploy("")?.expect_status(75)?;
    wait_until(&machine, &format!("! {IS_DEPLOYING}"), DEPLOYMENT)?;
    let exit = machine.run("cat /var/lib/specc/greeter/runs/*/exit")?.success()?;
    ensure!(exit == "5", "the deployment ended with {exit}");
    machine.run_in_new_session("/root/package/deploy.sh --confirm")?.success()?;
    assert_as_undisturbed(&machine)?;
    machine.assert_reachable()
}

/// Starts a deployment, and fills the disk once it has come to a step; its exit status, where there was room to write it down. The
/// disk is free again then.
fn deploy_into_a_full_disk(machine: &Machine, step: &str) -> Result<String> {
    machine.run("fallocate -l $(($(df --output=avail -B1 / | tail -1) - 500000000)) /filler")?.success()?;
    start_deployment(machine)?;
    wait_until(machine, IS_DEPLOYING, DEPLOYMENT)?;
    let log = "$(ls -d /var/lib/specc/greeter/runs/*/log | tail -n 1)";
    wait_until(machine, &format!("grep -q '{step}' {log} || ! {IS_DEPLOYING}"), DEPLOYMENT)?;
    machine.run("fallocate -l $(df --output=avail -B1 / | tail -1) /filler-too; cat /dev/zero >/filler-last; true")?;
    wait_until(machine, &format!("! {IS_DEPLOYING}"), DEPLOYMENT)?;
    machine.run("rm -f /filler*")?.success()?;
    machine.run(&format!("cat \"$(dirname {log})/exit\" 2>/dev/null || echo unsaid"))?.success()
}

#[test]
fn a_disk_that_fills_up_at_any_step_costs_one_more_run() -> Result<()> {
    let machine = bare()?;
    machine.ship(&greeter_package()?)?;
    let mut ends = Vec::new();
    for step in ["Packages", "Application", "Configuration", "Firewall", "Service", "SSH"] {
        ends.push(format!("{step}: {}", deploy_into_a_full_disk(&machine, step)?));
        machine.assert_reachable()?;
    }
    // A refusal (3) would have met nothing.
    let met = |end: &String| end.ends_with(": 1") || end.ends_with(": unsaid");
    ensure!(ends.iter().any(met), "no run met the full disk: {ends:?}");
    machine.deploy_to_the_end()?;
    assert_nothing_changes(&machine)?;
    assert_as_undisturbed(&machine)?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn a_full_disk_is_noticed_before_anything_is_changed() -> Result<()> {
    let machine = greeter()?;
    let before = state(&machine)?;
    machine.run("echo '# edited' >>/etc/systemd/system/greeter.service")?.success()?;
    machine.run("fallocate -l $(($(df --output=avail -B1 / | tail -1) - 50000000)) /filler")?.success()?;
    let output = machine.deploy("")?.expect_status(3)?;
    ensure!(output.stdout.contains("MB are free"), "{}", output.stdout);
    machine.run("rm /filler")?.success()?;

    // Full after preflight: the run fails, and the next one finishes it.
    deploy_into_a_full_disk(&machine, "System user")?;
    machine.run("systemctl is-active greeter")?.success()?;
    machine.deploy("")?.expect_status(0)?;
    assert_nothing_changes(&machine)?;
    ensure!(before == state(&machine)?, "another state than before the disk was full");
    machine.assert_reachable()
}

#[test]
fn a_read_only_file_system_is_refused() -> Result<()> {
    let machine = greeter()?;
    machine
        .run("systemctl stop systemd-journald.socket systemd-journald-dev-log.socket systemd-journald; sync")?
        .success()?;
    machine.run("echo u >/proc/sysrq-trigger; sleep 1; ! touch /file")?.success()?;
    let output = machine.deploy("")?.expect_status(3)?;
    ensure!(output.stdout.contains("read-only"), "{}", output.stdout);
    machine.assert_reachable()
}
