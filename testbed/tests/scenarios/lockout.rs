//! Changes that could lock the operator out undo themselves, unless a new way in proves them.

use std::time::Duration;

use anyhow::{Result, ensure};
use specc_testbed::Machine;

use crate::{assert_nothing_changes, assert_proven, bare, greeter, greeter_package, greeter_package_with, wait_until};

/// Longer than a change waits for its confirmation, on a machine that is slow.
const REVERT: Duration = Duration::from_secs(240);
const DROP_IN: &str = "/etc/ssh/sshd_config.d/00-specc-greeter.conf";

/// Takes the SSH hardening back by hand, so that the next deployment changes sshd.
fn without_hardening() -> Result<Machine> {
    let machine = greeter()?;
    machine.run(&format!("rm {DROP_IN} && systemctl reload ssh"))?.success()?;
    Ok(machine)
}

fn assert_passwords(machine: &Machine, allowed: &str) -> Result<()> {
    machine.run(&format!("sshd -T | grep -x 'passwordauthentication {allowed}'"))?.success()?;
    Ok(())
}

#[test]
fn an_unconfirmed_sshd_change_undoes_itself() -> Result<()> {
    let machine = without_hardening()?;
    machine.deploy("")?.expect_status(5)?;
    assert_passwords(&machine, "no")?;
    // This session was open before the change: it proves nothing.
    machine.deploy("--confirm")?.expect_status(3)?;
    machine.assert_reachable()?;
    wait_until(&machine, &format!("! test -e {DROP_IN} && ! ls /etc/systemd/system/specc-*"), REVERT)?;
    assert_passwords(&machine, "yes")?;
    let late = machine.run_in_new_session("/root/package/deploy.sh --confirm")?.expect_status(1)?;
    ensure!(late.stdout.contains("reverted"), "{}", late.stdout);

    machine.deploy("")?.expect_status(5)?;
    machine.run_in_new_session("/root/package/deploy.sh --confirm")?.success()?;
    assert_nothing_changes(&machine)?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn an_unconfirmed_sshd_change_undoes_itself_after_a_power_cut() -> Result<()> {
    let machine = without_hardening()?;
    machine.deploy("")?.expect_status(5)?;
    machine.power_cycle()?;
    machine.assert_reachable()?;
    wait_until(&machine, &format!("! test -e {DROP_IN}"), REVERT)?;
    assert_passwords(&machine, "yes")?;
    machine.assert_reachable()
}

#[test]
fn an_unconfirmed_change_is_undone_at_once_on_demand() -> Result<()> {
    let machine = without_hardening()?;
    machine.deploy("")?.expect_status(5)?;
    machine.deploy("--revert-now")?.expect_status(0)?;
    assert_passwords(&machine, "yes")?;
    machine.run(&format!("! test -e {DROP_IN} && ! ls /etc/systemd/system/specc-*"))?.success()?;
    machine.assert_reachable()
}

/// The kernel's rules, without their counts.
fn rules(machine: &Machine) -> Result<String> {
    machine.run("for tool in iptables-save ip6tables-save; do $tool | grep -v '^#' | sed 's/\\[.*//'; done")?.success()
}

/// A firewall that lets clients in from one network only, so that nothing but a new session proves that one can still get in.
fn change_firewall_for_one_network(machine: &Machine) -> Result<()> {
    let rules = "Firewall allows only port 8080/tcp from 10.9.0.0/16";
    machine.ship(&greeter_package_with("Firewall allows only port 8080/tcp for the greeter's traffic", rules)?)?;
    machine.deploy("")?.expect_status(5)?;
    machine.run("ufw status | grep 10.9.0.0/16")?.success()?;
    machine.assert_reachable()
}

#[test]
fn an_unconfirmed_firewall_change_undoes_itself_after_a_power_cut() -> Result<()> {
    let machine = greeter()?;
    let before = rules(&machine)?;
    change_firewall_for_one_network(&machine)?;
    machine.power_cycle()?;
    machine.assert_reachable()?;
    wait_until(&machine, "! ufw status | grep 10.9.0.0/16", REVERT)?;
    wait_until(&machine, "! ls /etc/systemd/system/specc-greeter-revert-*", REVERT)?;
    let after = rules(&machine)?;
    ensure!(before == after, "the firewall is not what it was:\n{after}");
    machine.assert_reachable()
}

#[test]
fn a_firewall_that_depends_on_the_source_waits_and_undoes_itself() -> Result<()> {
    let machine = greeter()?;
    let before = rules(&machine)?;
    change_firewall_for_one_network(&machine)?;
    wait_until(&machine, "! ufw status | grep 10.9.0.0/16", REVERT)?;
    let after = rules(&machine)?;
    ensure!(before == after, "the firewall is not what it was:\n{after}");
    machine.assert_reachable()?;

    machine.deploy_to_the_end()?;
    machine.run("ufw status | grep 10.9.0.0/16")?.success()?;
    machine.assert_reachable()
}

#[test]
fn an_unconfirmed_firewall_on_a_host_that_had_none_leaves_no_rule() -> Result<()> {
    let machine = bare()?;
    change_firewall_for_one_network(&machine)?;
    // Whoever installs a package, or changes a unit, lets systemd count its timers anew.
    let reload = "systemctl daemon-reload; ! ls /etc/systemd/system/specc-greeter-revert-*";
    wait_until(&machine, reload, REVERT)?;
    let after = rules(&machine)?;
    ensure!(!after.contains("DROP") && !after.contains("-A INPUT"), "the kernel still has:\n{after}");
    machine.run("! grep '^ENABLED=yes' /etc/ufw/ufw.conf")?.success()?;
    machine.assert_reachable()
}

#[test]
fn ssh_on_another_port_stays_open() -> Result<()> {
    let machine = bare()?;
    // The testbed comes in on 22; a second port is what an operator may be on.
    machine
        .run("printf 'Port 22\\nPort 2222\\n' >/etc/ssh/sshd_config.d/10-port.conf && systemctl restart ssh")?
        .success()?;
    machine.ship(&greeter_package()?)?;
    machine.deploy_to_the_end()?;
    machine.run("iptables -S ufw-user-input | grep -- '--dport 2222 -j ACCEPT'")?.success()?;
    machine.run("ip6tables -S ufw6-user-input | grep -- '--dport 2222 -j ACCEPT'")?.success()?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}
