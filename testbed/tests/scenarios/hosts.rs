//! Hosts on which others live already, and hosts that are odd.

use anyhow::{Result, ensure};
use specc_testbed::{Machine, Package, Service};

use crate::{assert_nothing_changes, assert_proven, bare, greeter, greeter_package, greeter_package_with, process};

/// A deployment that is refused: it says why, and leaves everything as it was.
fn assert_refused(machine: &Machine, line: &str, words: &[&str]) -> Result<()> {
    let files = "find /etc /opt /usr/local /root /var/lib/specc -printf '%p %y %m %u:%g %s %t\\n' 2>/dev/null | sort";
    let before = machine.run(files)?.stdout;
    let output = machine.run(line)?.expect_status(3)?;
    for word in words {
        ensure!(output.stdout.contains(word), "{word:?} is not mentioned:\n{}", output.stdout);
    }
    ensure!(before == machine.run(files)?.stdout, "something was changed");
    Ok(())
}

#[test]
fn what_was_made_by_hand_is_taken_over_only_when_told() -> Result<()> {
    let machine = bare()?;
    let made_by_hand = r"
        useradd --system --shell /bin/sh --home-dir /srv greeter
        install -d /opt/greeter && echo 'print(1)' >/opt/greeter/greeter.py
        printf '[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/greeter.service
        systemctl daemon-reload && systemctl --quiet enable --now greeter";
    machine.run(made_by_hand)?.success()?;
    machine.ship(&greeter_package()?)?;
    let found = ["--accept adopt", "account greeter", "/opt/greeter", "/etc/systemd/system/greeter.service"];
    assert_refused(&machine, "/root/package/deploy.sh", &found)?;

    machine.run("/root/package/deploy.sh --accept adopt")?.expect_status(5)?;
    machine.run_in_new_session("/root/package/deploy.sh --confirm")?.success()?;
    // What was agreed to need not be agreed to again.
    assert_nothing_changes(&machine)?;
    machine.run("grep sleep /var/lib/specc/greeter/originals/etc/systemd/system/greeter.service")?.success()?;
    machine.run("grep -r 'print(1)' /var/lib/specc/greeter")?.success()?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn services_that_the_firewall_would_cut_off_are_named_first() -> Result<()> {
    let machine = bare()?;
    let others = r"
        apt-get -qq install -y iptables nftables >/dev/null
        systemctl --quiet enable --now nftables
        iptables -N DOCKER && iptables -A INPUT -i docker0 -j DOCKER
        iptables -t nat -A PREROUTING -p tcp --dport 6432 -j DNAT --to-destination 172.17.0.2:5432
        systemd-run --quiet --unit=store python3 -m http.server 5432
        until ss -Hltn | grep -q :5432; do sleep 0.2; done";
    machine.run(others)?.success()?;
    machine.ship(&greeter_package()?)?;
    let found = [
        "nftables.service",
        "chain INPUT",
        "6432/tcp by NAT stays open",
        "5432/tcp (store.service)",
        "--accept other-firewall --accept close-listeners",
    ];
    assert_refused(&machine, "/root/package/deploy.sh", &found)?;
    machine.assert_reachable()
}

#[test]
fn the_rules_of_iptables_persistent_are_given_up_only_when_told() -> Result<()> {
    let machine = bare()?;
    machine.run("DEBIAN_FRONTEND=noninteractive apt-get -qq install -y iptables-persistent >/dev/null")?.success()?;
    machine.ship(&greeter_package()?)?;
    let found = ["apt would remove iptables-persistent", "netfilter-persistent.service", "--accept package-removal"];
    assert_refused(&machine, "/root/package/deploy.sh", &found)?;

    let accepted = "/root/package/deploy.sh --accept package-removal --accept other-firewall";
    machine.run(accepted)?.expect_status(5)?;
    machine.run_in_new_session("/root/package/deploy.sh --confirm")?.success()?;
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;
    machine.assert_reachable()
}

#[test]
fn a_session_over_ipv6_deploys_and_confirms() -> Result<()> {
    let machine = bare()?;
    let key = "ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id && cat /root/.ssh/id.pub >>/root/.ssh/authorized_keys";
    machine.run(key)?.success()?;
    machine.ship(&greeter_package()?)?;
    let over_ipv6 =
        "ssh -6 -i /root/.ssh/id -o BatchMode=yes -o StrictHostKeyChecking=accept-new root@::1 /root/package/deploy.sh";
    machine.run(over_ipv6)?.expect_status(5)?;
    machine.run(&format!("{over_ipv6} --confirm"))?.success()?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}

#[test]
fn a_deployment_under_a_wrong_clock_is_proven_then_and_after_its_correction() -> Result<()> {
    let machine = bare()?;
    machine.ship(&greeter_package()?)?;
    machine.run("date --set='2 years ago'")?.success()?;
    machine.deploy_to_the_end()?;
    assert_proven(&machine, "")?;
    machine.run("date --set='2 years'")?.success()?;
    // What was loaded when cannot be told any more: deploying again makes it certain.
    machine.deploy_to_the_end()?;
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;
    machine.assert_reachable()
}

#[test]
fn two_services_share_a_host() -> Result<()> {
    let machine = greeter()?;
    let before = process(&machine)?;
    let other = Package::edited(&Service::Greeter.specification(), "greeter", "saluter.py", |text| {
        text.replace("greeter", "saluter").replace("8080", "8081")
    })?;
    machine.run("mv /root/package /root/greeter-package")?.success()?;
    machine.ship(&other)?;
    machine.deploy_to_the_end()?;
    assert_proven(&machine, "")?;
    ensure!(before == process(&machine)?, "the first service was restarted");
    let first = machine.run("/root/greeter-package/deploy.sh")?.expect_status(0)?;
    ensure!(first.stdout.lines().any(|line| line.starts_with("0 changed, ")), "{}", first.stdout);
    machine.run("/root/greeter-package/validate-deployment.sh")?.expect_status(0)?;

    machine.deploy("--uninstall --purge --data=saluter")?.expect_status(0)?;
    machine.run("/root/greeter-package/deploy.sh")?.expect_status(0)?;
    machine.run("/root/greeter-package/validate-deployment.sh")?.expect_status(0)?;
    machine.assert_reachable()
}

/// What a neighbour has on this host, as it is in effect: its site, its firewall rule, its settings of the journal.
const NEIGHBOUR: &str = r"set -e
curl --silent --fail http://127.0.0.1:8088/
nginx -T 2>/dev/null | sha256sum
systemctl show nginx --property=MainPID
sha256sum /etc/systemd/journald.conf.d/10-neighbour.conf
systemd-analyze cat-config systemd/journald.conf | grep -x MaxRetentionSec=1month
ufw status | grep -E '^8088/tcp .*ALLOW'
iptables -S ufw-user-input | grep -- '--dport 8088 -j ACCEPT'";

#[test]
fn a_neighbour_with_its_own_rules_journal_and_site_is_left_alone() -> Result<()> {
    let machine = bare()?;
    let neighbour = r"set -e
        apt-get -qq install -y nginx-light ufw curl >/dev/null
        mkdir -p /srv/neighbour /etc/systemd/journald.conf.d && echo 'the neighbour' >/srv/neighbour/index.html
        printf 'server {
 listen 8088;
 root /srv/neighbour;
}
' >/etc/nginx/conf.d/neighbour.conf
        printf '[Journal]
MaxRetentionSec=1month
' >/etc/systemd/journald.conf.d/10-neighbour.conf
        systemctl restart systemd-journald nginx
        ufw allow 22/tcp && ufw allow 8088/tcp comment neighbour && ufw --force enable";
    machine.run(neighbour)?.success()?;
    let before = machine.run(NEIGHBOUR)?.success()?;

    let beside = "Port 8080/tcp is open in the firewall";
    machine.ship(&greeter_package_with("Firewall allows only port 8080/tcp for the greeter's traffic", beside)?)?;
    machine.deploy_to_the_end()?;
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;
    ensure!(machine.run(NEIGHBOUR)?.success()? == before, "the neighbour is not as it was");

    // A package that wants the host for itself says first whom that would cut off.
    machine.ship(&greeter_package()?)?;
    assert_refused(&machine, "/root/package/deploy.sh", &["8088/tcp (nginx.service)", "--accept close-listeners"])?;

    machine.deploy("--uninstall --purge --data=greeter")?.expect_status(0)?;
    ensure!(machine.run(NEIGHBOUR)?.success()? == before, "the neighbour is not as it was");
    machine.assert_reachable()
}

#[test]
fn planted_links_lead_root_nowhere() -> Result<()> {
    let machine = greeter()?;
    let guarded =
        "stat -c '%n %a %U:%G %s %Y %Z' /etc/shadow /etc/passwd /etc/ssh /etc/ssh/sshd_config /root /etc/cron.d";
    let before = machine.run(guarded)?.success()?;
    let plant = r"
        cd /opt/greeter
        rm -f greeter.py && ln -s /etc/shadow greeter.py
        rm -f requirements.txt && ln -s /root/.ssh/authorized_keys requirements.txt
        mv venv venv.away && ln -s /etc/ssh venv
        ln -s /etc/cron.d __pycache__/planted; ln -s /etc/passwd .greeter.py.specc-new; ln -s /etc/cron.d venv.specc-new";
    machine.run(&format!("mkdir -p /opt/greeter/__pycache__; chown greeter: /opt/greeter/__pycache__; setpriv --reuid=greeter --regid=greeter --clear-groups sh -ec \"{plant}\""))?
        .success()?;
    machine.deploy("")?.expect_status(0)?;
    ensure!(before == machine.run(guarded)?.success()?, "root followed a link");
    assert_proven(&machine, "")?;

    machine.run("systemctl stop greeter && rm -rf /opt/greeter && ln -s /etc /opt/greeter")?.success()?;
    ensure!(machine.deploy("")?.status != 0, "a link in the place of the directory is followed");
    ensure!(before == machine.run(guarded)?.success()?, "root followed the link in the place of the directory");
    machine.assert_reachable()
}

#[test]
fn a_package_that_was_touched_is_refused() -> Result<()> {
    let machine = greeter()?;
    machine.run("cp -r /root/package /root/edited && sed -i s/192M/1G/ /root/edited/rootfs/etc/systemd/system/greeter.service")?.success()?;
    assert_refused(&machine, "/root/edited/deploy.sh", &["greeter.service", "not as it was compiled"])?;
    machine.run("cp -r /root/package /root/more && echo 1 >/root/more/rootfs/etc/more")?.success()?;
    assert_refused(&machine, "/root/more/deploy.sh", &["rootfs/etc/more"])?;
    machine.run("cp -r /root/package /root/linked && ln -s /etc/shadow /root/linked/app/notes")?.success()?;
    assert_refused(&machine, "/root/linked/deploy.sh", &["app/notes"])?;
    machine.assert_reachable()
}

#[test]
fn nothing_of_the_callers_surroundings_counts() -> Result<()> {
    let machine = greeter()?;
    let surroundings = r#"
        mkdir -p '/home/admin/my packages' /tmp/programs && cp -r /root/package '/home/admin/my packages/the greeter'
        chown -R admin: '/home/admin/my packages'
        printf 'touch /tmp/was-here\n' >/tmp/profile
        printf '#!/bin/sh\ntouch /tmp/was-here\n' >/tmp/programs/stat
        cp /tmp/programs/stat /tmp/programs/systemctl && chmod 0755 /tmp/programs/*
        printf 'Defaults !env_reset, !secure_path, setenv\n' >/etc/sudoers.d/lax"#;
    machine.run(surroundings)?.success()?;
    let hostile = "cd / && umask 000 && export BASH_ENV=/tmp/profile ENV=/tmp/profile PATH=/tmp/programs:$PATH LC_ALL=tr_TR.UTF-8 \
                   http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 IFS=/ CDPATH=/tmp SHELLOPTS=xtrace; ";
    let deploy = format!("{hostile} /usr/bin/sudo -E '/home/admin/my packages/the greeter/deploy.sh'");
    let output = machine.run_as("admin", &deploy)?.expect_status(0)?;
    ensure!(output.stdout.lines().any(|line| line.starts_with("0 changed, ")), "{}", output.stdout);
    let validate = format!("{hostile} /usr/bin/sudo -E '/home/admin/my packages/the greeter/validate-deployment.sh'");
    machine.run_as("admin", &validate)?.expect_status(0)?;
    machine.run("! test -e /tmp/was-here")?.success()?;
    // Without root: told how, and nothing done; what can be checked is.
    let refused = machine.run_as("admin", "'/home/admin/my packages/the greeter/deploy.sh'")?.expect_status(2)?;
    ensure!(refused.stderr.contains("sudo"), "{}", refused.stderr);
    machine.run_as("admin", "'/home/admin/my packages/the greeter/validate-deployment.sh'")?.expect_status(2)?;
    machine.assert_reachable()
}

#[test]
fn a_healthy_host_raises_no_alarm() -> Result<()> {
    let machine = greeter()?;
    // An hour later, with a rotated journal.
    machine.run("date --set='1 hour' && journalctl --quiet --rotate --vacuum-size=1M")?.success()?;
    assert_proven(&machine, "")?;
    // After an update of what it stands on.
    machine.run("DEBIAN_FRONTEND=noninteractive apt-get install --yes --reinstall ufw curl python3-venv")?.success()?;
    assert_proven(&machine, "")?;
    // With a clock that was set back.
    machine.run("date --set='2 days ago'")?.success()?;
    assert_proven(&machine, "")?;
    assert_nothing_changes(&machine)?;
    // Busy.
    machine.run("systemd-run --quiet --unit=busy sh -c 'while :; do :; done'")?.success()?;
    assert_proven(&machine, "")?;
    machine.assert_reachable()
}
