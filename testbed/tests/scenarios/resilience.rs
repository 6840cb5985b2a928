//! What is taken from a service, and who is told when it is lost.

use std::time::Duration;

use anyhow::{Result, ensure};
use specc_testbed::{Machine, Package, Status};

use crate::{GREETER, assert_nothing_changes, assert_proven, bare, greeter, process, wait_until};

/// A drill passes, and the service is still the same process.
fn drilled(name: &str) -> Result<Machine> {
    let machine = greeter()?;
    let before = process(&machine)?;
    let report = assert_proven(&machine, &format!("--drill {name} --host testbed"))?;
    let check = format!("drill.{name}");
    ensure!(
        report.results.iter().any(|result| result.check == check && result.status == Status::Pass),
        "{check}: {}",
        report.failures()
    );
    ensure!(before == process(&machine)?, "the service was restarted");
    Ok(machine)
}

#[test]
fn the_network_is_taken_and_given_back() -> Result<()> {
    let machine = drilled("network-loss")?;
    let left =
        machine.run("systemctl show greeter -P IPAddressDeny; ls /run/systemd/system.control 2>/dev/null")?.stdout;
    ensure!(left.trim().is_empty(), "the drill left something: {left}");
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;
    machine.assert_reachable()
}

#[test]
fn a_network_drill_that_is_killed_gives_the_network_back() -> Result<()> {
    let machine = greeter()?;
    machine
        .run(
            "systemd-run --quiet --unit=drill /root/package/validate-deployment.sh --drill network-loss --host testbed",
        )?
        .success()?;
    wait_until(&machine, "systemctl show greeter -P IPAddressDeny | grep -q .", Duration::from_secs(120))?;
    machine.run("systemctl kill --signal=KILL drill")?.success()?;
    ensure!(
        machine.run("curl --silent --max-time 3 http://127.0.0.1:8080/health")?.status != 0,
        "the network was not taken"
    );
    wait_until(&machine, "curl --silent --fail --max-time 3 http://127.0.0.1:8080/health", Duration::from_secs(180))?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn a_broken_environment_file_stops_the_start_and_leaves_the_running_process_alone() -> Result<()> {
    let machine = drilled("invalid-config")?;
    let before = process(&machine)?;
    machine.run("echo 'export BROKEN=1' >>/etc/greeter/greeter.env")?.success()?;
    machine.deploy("")?.expect_status(1)?;
    ensure!(before == process(&machine)?, "the deployment touched the service");
    ensure!(machine.run("systemctl restart greeter")?.status != 0, "it started with a broken file");
    let told = machine.run("journalctl -u greeter --output cat --no-pager -n 50")?.success()?;
    ensure!(told.contains("greeter.env: line"), "the journal does not say why: {told}");
    machine
        .run("sed -i /BROKEN/d /etc/greeter/greeter.env && systemctl reset-failed greeter && systemctl start greeter")?
        .success()?;
    wait_until(&machine, "curl --silent --fail http://127.0.0.1:8080/health", Duration::from_secs(60))?;
    machine.assert_reachable()
}

/// Something that takes alerts, and keeps them.
const WEBHOOK: &str = r#"
cat >/root/webhook.py <<'END'
from http.server import BaseHTTPRequestHandler, HTTPServer
class Alerts(BaseHTTPRequestHandler):
    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"]))
        with open("/root/alerts", "ab") as kept:
            kept.write(text + b"\n")
        self.send_response(204)
        self.end_headers()
HTTPServer(("127.0.0.1", 9009), Alerts).serve_forever()
END
systemd-run --quiet --unit=webhook python3 /root/webhook.py
"#;

#[test]
fn a_service_that_is_given_up_is_told_exactly_once() -> Result<()> {
    let machine = bare()?;
    let asked = "- **Disk alerts**";
    let alert = format!("- **Failure alerts**: webhook\n{asked}");
    machine.ship(&Package::edited(GREETER, "greeter.py", |text| text.replace(asked, &alert))?)?;
    machine.deploy("")?.expect_status(6)?;
    machine.run(WEBHOOK)?.success()?;
    machine
        .run(
            "sed -i 's|^ALERT_WEBHOOK_URL=.*|ALERT_WEBHOOK_URL=http://127.0.0.1:9009/secret|' /etc/greeter/greeter.env",
        )?
        .success()?;
    machine.deploy_to_the_end()?;
    ensure!(machine.run("grep -c test /root/alerts")?.success()?.trim() == "1", "one test alert");
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;

    // A crash that a restart heals is not told.
    machine.run("systemctl kill --signal=KILL greeter; sleep 8; systemctl is-active greeter")?.success()?;
    machine.run("for try in 1 2 3 4 5 6; do systemctl kill --signal=KILL greeter; sleep 4; done; true")?.success()?;
    wait_until(&machine, "systemctl is-failed greeter", Duration::from_secs(60))?;
    wait_until(&machine, "grep greeter.service /root/alerts", Duration::from_secs(60))?;
    machine.run("sleep 5")?.success()?;
    let alerts = machine.run("cat /root/alerts")?.success()?;
    ensure!(alerts.matches("greeter.service has failed").count() == 1, "not once:\n{alerts}");
    let shown = machine.run(
        "journalctl --output cat --no-pager -u 'greeter-alert@*'; systemctl show 'greeter-alert@greeter.service'",
    )?;
    ensure!(!shown.stdout.contains("9009/secret"), "the address is shown");
    machine.assert_reachable()
}
