//! A service with everything around it: nginx with TLS before it, log files, backups, alerts, and what takes these away.

use std::time::Duration;

use anyhow::{Result, ensure};
use specc_testbed::{Machine, Service, Status};

use crate::{assert_nothing_changes, assert_proven, process_of, wait_until};

/// A machine with the desk deployed. What a validation has found between the time of its snapshot and ours was told to nobody.
pub(crate) fn desk() -> Result<Machine> {
    let machine = Service::Desk.machine()?;
    machine.run("sed -i '2,$d' /root/alerts")?.success()?;
    Ok(machine)
}

/// How often people were told of a unit.
pub(crate) fn alerts(machine: &Machine, unit: &str) -> Result<usize> {
    let counted = machine.run(&format!("grep -c '\"event\": \"{unit}\"' /root/alerts; true"))?.success()?;
    Ok(counted.parse()?)
}

/// Returns when people were told of a unit so often, and the handler has ended.
pub(crate) fn await_alert(machine: &Machine, unit: &str, count: usize) -> Result<()> {
    let counted = format!("[ \"$(grep -c '\"event\": \"{unit}\"' /root/alerts)\" = {count} ]");
    wait_until(machine, &counted, Duration::from_secs(60))?;
    machine.await_jobs()
}

/// A drill passes; whether the service is still the same process.
pub(crate) fn drill(machine: &Machine, service: &str, name: &str) -> Result<bool> {
    let before = process_of(machine, service)?;
    let report = assert_proven(machine, &format!("--drill {name} --host testbed"))?;
    let check = format!("drill.{name}");
    let passed = report.results.iter().any(|result| result.check == check && result.status == Status::Pass);
    ensure!(passed, "{check} was not run");
    Ok(before == process_of(machine, service)?)
}

#[test]
fn everything_around_the_service_is_proven_and_stays_as_it_is() -> Result<()> {
    let machine = desk()?;
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;
    machine.deploy("--check")?.expect_status(0)?;
    machine.assert_reachable()
}

#[test]
fn clients_come_in_over_https_only() -> Result<()> {
    let machine = desk()?;
    let curl = "curl --silent --insecure --resolve desk.test:443:127.0.0.1 --resolve desk.test:80:127.0.0.1";
    let redirect = machine.run(&format!("{curl} --head http://desk.test/health?x=1"))?.success()?;
    ensure!(redirect.contains(" 301 ") && redirect.contains("https://desk.test/health?x=1"), "{redirect}");
    let answer = machine.run(&format!("{curl} --include https://desk.test/health"))?.success()?;
    ensure!(answer.contains("{\"status\":\"ok\"}"), "{answer}");
    let headers = answer.to_lowercase();
    for header in ["strict-transport-security:", "x-frame-options:", "x-content-type-options:"] {
        ensure!(headers.matches(header).count() == 1, "{header} once:\n{answer}");
    }
    let large = format!(
        "head -c 3000000 /dev/zero | {curl} -o /dev/null -w '%{{http_code}}' --data-binary @- https://desk.test/tickets"
    );
    ensure!(machine.run(&large)?.success()? == "413", "a large body is taken");
    let client = "import asyncio, ssl, websockets.asyncio.client as client
async def main():
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    async with client.connect('wss://desk.test/live', host='127.0.0.1', ssl=trust) as socket:
        await socket.send('desk')
        print(await socket.recv())
asyncio.run(main())";
    let reversed = machine.run(&format!("/opt/desk/venv/bin/python -c \"{client}\""))?.success()?;
    ensure!(reversed == "ksed", "the WebSocket answers {reversed}");
    machine.assert_reachable()
}

#[test]
fn the_drills_of_the_specification_pass() -> Result<()> {
    let machine = desk()?;
    for name in ["network-loss", "invalid-config", "log-rotation"] {
        ensure!(drill(&machine, "desk", name)?, "{name} restarted the service");
    }
    ensure!(!drill(&machine, "desk", "crash")?, "nothing crashed");
    drill(&machine, "desk", "memory")?;
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;
    machine.assert_reachable()
}

#[test]
fn everything_comes_back_after_a_reboot() -> Result<()> {
    let machine = desk()?;
    machine.reboot()?;
    wait_until(&machine, "curl --silent --fail http://127.0.0.1:8000/health", Duration::from_secs(90))?;
    assert_proven(&machine, "")?;
    machine.deploy("--check")?.expect_status(0)?;
    machine.assert_reachable()
}

#[test]
fn a_service_that_is_given_up_is_told_exactly_once() -> Result<()> {
    let machine = desk()?;
    ensure!(machine.run("grep -c . /root/alerts")?.success()? == "1", "one test alert");
    // A crash that a restart heals is not told.
    let wait = "curl --silent --fail --max-time 3 http://127.0.0.1:8000/health";
    machine.run("curl --silent --request POST http://127.0.0.1:8000/exit; true")?.success()?;
    wait_until(&machine, wait, Duration::from_secs(60))?;
    ensure!(machine.run("grep -c . /root/alerts")?.success()? == "1", "a crash that was healed is told");
    machine.run("for try in 1 2 3 4 5 6; do systemctl kill --signal=KILL desk; sleep 4; done; true")?.success()?;
    wait_until(&machine, "systemctl is-failed desk", Duration::from_secs(60))?;
    wait_until(
        &machine,
        "grep 'desk.service has failed (.* automatic restarts)' /root/alerts",
        Duration::from_secs(60),
    )?;
    machine.run("sleep 5")?.success()?;
    let alerts = machine.run("cat /root/alerts")?.success()?;
    ensure!(alerts.lines().count() == 2, "not once:\n{alerts}");
    let shown = machine
        .run("journalctl --output cat --no-pager -u 'desk-alert@*'; systemctl show 'desk-alert@desk.service'")?
        .success()?;
    ensure!(!shown.contains("9009/secret"), "the address is shown");
    machine.assert_reachable()
}

#[test]
fn a_log_that_has_grown_is_rotated_by_its_timer() -> Result<()> {
    let machine = desk()?;
    let log = "/var/log/desk/desk.log";
    machine.run(&format!("head -c 11000000 /dev/zero | tr '\\0' x >>{log} && echo >>{log}"))?.success()?;
    let before = machine.run(&format!("stat -c '%a %U:%G' {log}"))?.success()?;
    // The timer fires after the interval on its own: its clock is led there.
    machine.run("date --set='11 minutes'")?.success()?;
    wait_until(&machine, &format!("[ $(stat -c %s {log}) -lt 1000000 ]"), Duration::from_secs(120))?;
    ensure!(before == machine.run(&format!("stat -c '%a %U:%G' {log}"))?.success()?, "other rights than before");
    machine
        .run("curl --silent --fail --request POST 'http://127.0.0.1:8000/tickets?text=after-rotation'")?
        .success()?;
    wait_until(&machine, &format!("grep -q after-rotation {log}"), Duration::from_secs(30))?;
    // The uptime monitor goes by a clock that was not led anywhere: by the other one it has not asked for 11 minutes.
    machine.run("systemctl start desk-uptime-monitor.service")?.success()?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn a_configuration_that_nginx_does_not_take_stops_the_deployment() -> Result<()> {
    let machine = desk()?;
    let site = "/etc/nginx/conf.d/desk.conf";
    let served = machine.run(&format!("sha256sum {site}; systemctl show nginx -P MainPID"))?.success()?;
    machine.run("echo 'liste 80;' >/etc/nginx/conf.d/broken.conf")?.success()?;
    let edited = Service::Desk.edited(|text| text.replace("limited to 2 MB", "limited to 3 MB"))?;
    machine.ship(&edited)?;
    let run = machine.deploy("")?;
    ensure!(run.status != 0 && (run.stdout.clone() + &run.stderr).contains("liste"), "{}{}", run.stdout, run.stderr);
    ensure!(
        served == machine.run(&format!("sha256sum {site}; systemctl show nginx -P MainPID"))?.success()?,
        "it is live"
    );
    machine.run("rm /etc/nginx/conf.d/broken.conf")?.success()?;
    machine.deploy_to_the_end()?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn a_backup_that_is_made_while_data_is_written_is_restored() -> Result<()> {
    let machine = desk()?;
    let writer = "while curl --silent --fail --request POST 'http://127.0.0.1:8000/tickets?text=row'; do :; done";
    machine.run(&format!("systemd-run --quiet --unit=writer sh -c \"{writer}\""))?.success()?;
    machine
        .run("sleep 5; systemctl start desk-backup.service && systemctl start desk-restore-test.service")?
        .success()?;
    machine.run("systemctl stop writer; /usr/local/lib/desk-backup --restore latest --to /root/restored")?.success()?;
    let compare = "sqlite3 /root/restored/var/lib/desk/desk.db \"ATTACH 'file:/var/lib/desk/desk.db?mode=ro' AS live; \
                   SELECT count(*) > 0, (SELECT count(*) FROM (SELECT * FROM tickets EXCEPT SELECT * FROM live.tickets)) FROM tickets; \
                   PRAGMA integrity_check\"";
    let compared = machine.run(compare)?.success()?;
    ensure!(compared == "1|0\nok", "{compared}");
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}
