//! The package from a workstation: `deploy.sh --host`, `validate-deployment.sh --from-outside`.
//!
//! The workstation is a network namespace with a cable to the server, and an account without rights.

use anyhow::{Result, ensure};
use specc_testbed::{Machine, Output, Report, Status};

use crate::{greeter, process};

const WORKSTATION: &str = r"
    ip netns add world
    ip link add cable type veth peer name uplink netns world
    ip address add 10.77.0.1/24 dev cable && ip link set cable up
    ip -n world address add 10.77.0.2/24 dev uplink && ip -n world link set uplink up && ip -n world link set lo up
    runuser -u admin -- ssh-keygen -q -t ed25519 -N '' -f /home/admin/.ssh/id_ed25519
    cat /home/admin/.ssh/id_ed25519.pub >>/root/.ssh/authorized_keys
    cat /home/admin/.ssh/id_ed25519.pub >>/home/admin/.ssh/authorized_keys
    printf 'Host server\n  HostName 10.77.0.1\n  StrictHostKeyChecking accept-new\n' >/home/admin/ssh_config
    cp -r /root/package /home/admin/package && chown -R admin: /home/admin/package";

fn with_workstation(machine: &Machine) -> Result<()> {
    machine.run(&format!("set -e\n{WORKSTATION}"))?.success()?;
    Ok(())
}

fn at_workstation(machine: &Machine, line: &str) -> Result<Output> {
    machine.run(&format!("cd /home/admin && ip netns exec world runuser -u admin -- {line}"))
}

fn from_outside(machine: &Machine) -> Result<(i32, Report)> {
    let output = at_workstation(machine, "package/validate-deployment.sh --from-outside 10.77.0.1 --format json")?;
    Ok((output.status, Report::parse(&output.stdout).map_err(|error| error.context(output.stderr))?))
}

#[test]
fn a_workstation_deploys_confirms_and_fetches_the_evidence() -> Result<()> {
    let machine = greeter()?;
    with_workstation(&machine)?;
    machine.run("rm /etc/ssh/sshd_config.d/00-specc-greeter.conf && systemctl reload ssh")?.success()?;

    let deploy = "package/deploy.sh --host root@server --ssh-config ssh_config --evidence evidence";
    let output = at_workstation(&machine, deploy)?.expect_status(0)?;
    ensure!(output.stdout.contains("confirmed: sshd"), "{}", output.stdout);
    machine.run("sshd -T | grep -x 'passwordauthentication no'")?.success()?;
    for place in ["server", "outside"] {
        let report =
            Report::parse(&machine.run(&format!("cat /home/admin/evidence/greeter-*-{place}.json"))?.success()?)?;
        ensure!(report.failed().is_empty(), "{place}:\n{}", report.failures());
        ensure!(report.with_status(Status::Pass).count() > 3, "{place}: next to nothing was checked");
    }

    // By sudo, from an account that is not root; and nothing is left behind.
    let before = process(&machine)?;
    let by_sudo = "package/deploy.sh --host admin@server --ssh-config ssh_config --evidence evidence";
    let output = at_workstation(&machine, by_sudo)?.expect_status(0)?;
    ensure!(output.stdout.contains("0 changed, "), "{}", output.stdout);
    ensure!(before == process(&machine)?, "the service was restarted");
    machine.run("! ls -d /tmp/tmp.*")?.success()?;

    let refused = at_workstation(&machine, "package/deploy.sh --host nobody@server --ssh-config ssh_config")?;
    refused.expect_status(3)?;
    machine.assert_reachable()
}

#[test]
fn from_outside_open_and_closed_are_told_apart() -> Result<()> {
    let machine = greeter()?;
    with_workstation(&machine)?;
    let (status, report) = from_outside(&machine)?;
    ensure!(status == 0, "{}", report.failures());

    machine.run("iptables -I INPUT -p tcp --dport 8080 -j DROP")?.success()?;
    let (status, report) = from_outside(&machine)?;
    ensure!(status == 1 && report.failed().contains(&"firewall.reachable-8080-tcp"), "{}", report.failures());
    machine.run("iptables -D INPUT -p tcp --dport 8080 -j DROP")?.success()?;

    let passwords =
        "printf 'PasswordAuthentication yes\\n' >/etc/ssh/sshd_config.d/00-a.conf && systemctl reload ssh && sleep 1";
    machine.run(passwords)?.success()?;
    let (status, report) = from_outside(&machine)?;
    ensure!(status == 1 && report.failed().contains(&"ssh-hardening.offered-methods"), "{}", report.failures());
    machine.assert_reachable()
}
