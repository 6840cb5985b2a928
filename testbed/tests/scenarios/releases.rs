//! From one version to the next and back, and the end: restoration, rollback, orphans, secrets, uninstallation.

use anyhow::{Result, ensure};
use specc_testbed::Machine;

use crate::{assert_nothing_changes, assert_proven, greeter, greeter_package_with, process};

const GREETING: &str = "curl --silent --fail http://127.0.0.1:8080/";

/// Ships a version of the application whose text differs, to be deployed with `--app`.
fn next_version(machine: &Machine, edit: &str) -> Result<()> {
    let make =
        format!("rm -rf /root/next && cp -r /root/package/app /root/next && sed -i '{edit}' /root/next/greeter.py");
    machine.run(&make)?.success()?;
    Ok(())
}

#[test]
fn a_version_that_is_never_healthy_is_taken_back() -> Result<()> {
    let machine = greeter()?;
    next_version(&machine, "s|@app.get(\"/health\")|@app.get(\"/wealth\")|")?;
    let output = machine.deploy("--app /root/next")?.expect_status(4)?;
    ensure!(output.stdout.contains("not healthy"), "{}", output.stdout);
    assert_proven(&machine, "")?;
    // The version that failed is forgotten: what is deployed is what was good.
    machine.run("/var/lib/specc/greeter/current/deploy.sh --check")?.success()?;
    machine.assert_reachable()
}

#[test]
fn a_rollback_goes_to_the_last_healthy_version() -> Result<()> {
    let machine = greeter()?;
    next_version(&machine, "s/\"hello\"/\"good day\"/")?;
    machine.deploy("--app /root/next")?.expect_status(0)?;
    ensure!(machine.run(GREETING)?.success()?.contains("good day"), "the new version does not answer");
    machine.deploy("--rollback")?.expect_status(0)?;
    ensure!(machine.run(GREETING)?.success()?.contains("hello"), "the old version does not answer");
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn a_package_without_an_application_keeps_the_one_that_was_deployed_last() -> Result<()> {
    let machine = greeter()?;
    let bare_package =
        "cp -r /root/package /root/without && rm -r /root/without/app && sed -i '/  app\\//d' /root/without/SHA256SUMS";
    machine.run(bare_package)?.success()?;
    let before = process(&machine)?;
    for options in ["--check", "--dry-run", "", "--check --app /root/package/app"] {
        let output = machine.run(&format!("/root/without/deploy.sh {options}"))?.expect_status(0)?;
        ensure!(output.stdout.contains("\n0 "), "{options}: {}", output.stdout);
    }
    ensure!(process(&machine)? == before, "the service was restarted");
    machine.run("/root/without/deploy.sh --only service && /root/without/deploy.sh --check")?.success()?;
    assert_proven(&machine, "")?;

    next_version(&machine, "s/\"hello\"/\"good day\"/")?;
    let output = machine.run("/root/without/deploy.sh --dry-run --app /root/next")?.success()?;
    ensure!(output.contains("/opt/greeter/greeter.py") && !output.contains("no longer part"), "{output}");
    machine.assert_reachable()
}

#[test]
fn a_requirement_that_is_gone_leaves_nothing_behind() -> Result<()> {
    let machine = greeter()?;
    machine.ship(&greeter_package_with("- **Disk alerts**: monitor /opt/greeter/ usage\n", "")?)?;
    let drift = machine.deploy("--check")?.expect_status(1)?;
    ensure!(drift.stdout.contains("greeter-disk-monitor.timer is no longer part"), "{}", drift.stdout);
    machine.deploy("")?.expect_status(0)?;
    ensure!(machine.run("systemctl list-units --all | grep disk-monitor")?.status == 1, "the timer is still there");
    ensure!(machine.run("ls /etc/systemd/system | grep disk-monitor")?.status == 1, "its files are still there");
    assert_nothing_changes(&machine)?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn without_a_network_a_release_that_must_fetch_stops_and_the_old_one_runs_on() -> Result<()> {
    let machine = greeter()?;
    let before = process(&machine)?;
    machine.run("cp -r /root/package/app /root/next && rm -r /root/next/wheels && ip route del default")?.success()?;
    let refused = machine.deploy("--app /root/next --offline")?.expect_status(1)?;
    ensure!(refused.stdout.contains("there are no wheels in app/wheels/"), "{}", refused.stdout);
    let failed = machine.deploy("--app /root/next")?.expect_status(1)?;
    ensure!(failed.stdout.contains("the virtual environment could not be built"), "{}", failed.stdout);
    ensure!(before == process(&machine)?, "the service was restarted");
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;
    machine.assert_reachable()
}

#[test]
fn missing_secrets_stop_a_deployment_before_the_service_is_touched() -> Result<()> {
    let machine = greeter()?;
    let before = process(&machine)?;
    let asks = "owned by root\n- **Required environment variable**: API_KEY";
    machine.ship(&greeter_package_with("owned by root", asks)?)?;
    let output = machine.deploy("")?.expect_status(6)?;
    ensure!(output.stdout.contains("API_KEY"), "{}", output.stdout);
    ensure!(before == process(&machine)?, "the service was touched");

    machine.run("printf 'API_KEY=sesame\\n' >/etc/greeter/greeter.env")?.success()?;
    let output = machine.deploy("")?.expect_status(0)?;
    ensure!(!output.stdout.contains("sesame"), "the secret is in the log");
    let told =
        machine.run("tr '\\0' '\\n' </proc/$(systemctl show greeter -P MainPID)/environ | grep -x API_KEY=sesame")?;
    told.success()?;
    let leaked = machine.run("systemctl show greeter | grep -c sesame; journalctl --quiet | grep -c sesame")?;
    ensure!(leaked.stdout.split_whitespace().all(|count| count == "0"), "the secret shows: {}", leaked.stdout);
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn uninstalling_keeps_what_cannot_be_made_again() -> Result<()> {
    let machine = greeter()?;
    let data = "install -d -o greeter -g greeter /opt/greeter/data && echo row >/opt/greeter/data/rows && \
                chown greeter:greeter /opt/greeter/data/rows";
    machine.run(data)?.success()?;
    machine.deploy("--uninstall")?.expect_status(0)?;
    let gone = "! systemctl cat greeter.service && ! systemctl is-active --quiet greeter && ! ls /etc/systemd/system/*greeter*";
    machine.run(gone)?.success()?;
    machine.run("! ls /opt/greeter/greeter.py /opt/greeter/venv")?.success()?;
    machine.run("grep row /opt/greeter/data/rows && id greeter && test -f /etc/greeter/greeter.env")?.success()?;
    machine.run("sshd -T | grep -x 'passwordauthentication no'")?.success()?;
    machine.assert_reachable()?;

    machine.deploy_to_the_end()?;
    assert_proven(&machine, "")?;

    // Links that the service planted lead root nowhere.
    let plant =
        "runuser -u greeter -- sh -ec 'cd /opt/greeter/data; ln -s /etc etc; mkdir x; ln -s /etc/ssh x/__pycache__'";
    machine.run(plant)?.success()?;
    let others = "find /etc/ssh /home /root/.ssh -not -name '00-specc*' | sort";
    let before = machine.run(others)?.success()?;
    machine.deploy("--uninstall --purge --data=greeter")?.expect_status(0)?;
    ensure!(before == machine.run(others)?.success()?, "files of others are gone");
    machine.run("! ls -d /opt/greeter /etc/greeter /var/lib/specc/greeter; ! id greeter")?.success()?;
    machine.assert_reachable()
}
