//! Certificates on a real server: one that certbot gets and renews, one that somebody brings. What clients are shown is what counts.
//!
//! No machine reaches Let's Encrypt. certbot is the real one; `authority.py` stands in for the other side.

use std::time::Duration;

use anyhow::{Result, ensure};
use specc_testbed::{Machine, Package, Service};

use crate::production::desk;
use crate::wait_until;

/// What a client is shown, by its number.
const SERVED: &str = "openssl s_client -connect 127.0.0.1:443 -servername desk.test </dev/null 2>/dev/null | \
                      openssl x509 -noout -serial";

/// The desk's package with a certificate from elsewhere.
fn desk_with(certificate: &str) -> Result<Package> {
    Service::Desk.edited(|text| text.replace("- A self-signed TLS certificate", certificate))
}

/// The main process of nginx, which a reload keeps.
fn nginx(machine: &Machine) -> Result<String> {
    machine.run("systemctl show nginx.service --property=MainPID --value")?.success()
}

/// Of the checks of the certificate, these fail and no others.
fn assert_red(machine: &Machine, red: &[&str]) -> Result<()> {
    let (_, report) = machine.validate("--check tls")?;
    ensure!(report.failed() == red, "red is {:?}, not {red:?}\n{}", report.failed(), report.failures());
    Ok(())
}

/// Clients are shown what lies in the directory.
fn assert_served(machine: &Machine, directory: &str) -> Result<()> {
    let stored = format!("openssl x509 -noout -serial -in {directory}/fullchain.pem");
    wait_until(machine, &format!("[ \"$({SERVED})\" = \"$({stored})\" ]"), Duration::from_secs(10))
}

/// Starts the authority, which this machine trusts and certbot asks from now on.
fn found_authority(machine: &Machine) -> Result<()> {
    let program = include_str!("authority.py");
    machine.run(&format!("cat >/root/authority.py <<'PYTHON'\n{program}PYTHON"))?.success()?;
    machine.run("systemd-run --quiet --unit=authority python3 /root/authority.py")?.success()?;
    wait_until(machine, "curl --silent --fail http://127.0.0.1:14000/directory", Duration::from_secs(60))?;
    let trust = "cd /root/authority && cp root.pem /etc/ssl/certs/$(openssl x509 -noout -hash -in root.pem).0 && \
                 echo 'server = http://127.0.0.1:14000/directory' >>/etc/letsencrypt/cli.ini";
    machine.run(trust)?.success()?;
    Ok(())
}

#[test]
fn a_certificate_that_ends_is_told_renewed_and_served_without_a_restart() -> Result<()> {
    let machine = desk()?;
    let before = nginx(&machine)?;
    machine.ship(&desk_with("- A TLS certificate from Let's Encrypt, renewed automatically")?)?;
    let refused = machine.deploy("")?.expect_status(3)?;
    ensure!(refused.stdout.contains("--accept lets-encrypt"), "nobody was asked:\n{}", refused.stdout);

    // Whoever asks for Let's Encrypt here comes to this machine, which it is not.
    let detour = "for address in 127.0.0.1 ::1; do echo $address acme-v02.api.letsencrypt.org; done >>/etc/hosts";
    machine.run(detour)?.success()?;
    let alone = machine.deploy("--accept lets-encrypt")?.expect_status(0)?;
    ensure!(alone.stdout.contains("the self-signed certificate stays"), "{}", alone.stdout);
    assert_red(&machine, &["tls.renewal-timer", "tls.trusted"])?;

    found_authority(&machine)?;
    machine.deploy("")?.expect_status(0)?;
    assert_served(&machine, "/etc/letsencrypt/live/desk")?;
    // It ends in 20 days; a warning was asked for 21 days before.
    assert_red(&machine, &["tls.lasting"])?;
    machine.run("systemctl start desk-certificate-monitor.service; true")?.success()?;
    wait_until(&machine, "grep -q desk-certificate-monitor.service /root/alerts", Duration::from_secs(60))?;

    // As certbot's timer does, twice a day.
    let ending = machine.run(SERVED)?.success()?;
    machine.run("systemctl start certbot.service")?.success()?;
    wait_until(&machine, &format!("[ \"$({SERVED})\" != {ending} ]"), Duration::from_secs(10))?;
    assert_served(&machine, "/etc/letsencrypt/live/desk")?;
    machine.run("systemctl start desk-certificate-monitor.service")?.success()?;
    machine.await_jobs()?;
    machine.run("systemctl start desk-validation.service")?.success()?;

    // Without the hook nobody tells nginx: that is seen, and the next deployment does.
    machine
        .run("certbot renew --quiet --force-renewal --no-random-sleep-on-renew --no-directory-hooks </dev/null")?
        .success()?;
    assert_red(&machine, &["tls.served"])?;
    let loaded = machine.deploy("")?.expect_status(0)?;
    ensure!(loaded.stdout.lines().any(|line| line.starts_with("1 changed, ")), "{}", loaded.stdout);
    assert_served(&machine, "/etc/letsencrypt/live/desk")?;
    assert_red(&machine, &[])?;
    ensure!(before == nginx(&machine)?, "nginx was restarted");
    machine.assert_reachable()
}

/// A certificate of an authority that this machine trusts, and its key.
const SIGN: &str = r"set -e
install -d -m 0700 /root/signed && cd /root/signed
new='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
if [ ! -e root.pem ]; then
  openssl req -x509 $new -days 3650 -subj '/CN=testbed root' -keyout root.key -out root.pem 2>/dev/null
  cp root.pem /etc/ssl/certs/$(openssl x509 -noout -hash -in root.pem).0
fi
openssl req -new $new -subj /CN=desk.test -keyout privkey.pem -out site.csr 2>/dev/null
printf 'subjectAltName=DNS:desk.test\nextendedKeyUsage=serverAuth\n' >extensions
openssl x509 -req -in site.csr -CA root.pem -CAkey root.key -CAcreateserial -days 90 -extfile extensions -out fullchain.pem 2>/dev/null";

/// Somebody puts a new certificate into a directory, with `touch`ed files.
fn bring(machine: &Machine, directory: &str, touch: &str) -> Result<()> {
    let put = format!(
        "chmod 0600 privkey.pem; {touch} fullchain.pem privkey.pem; mkdir -p {directory}; \
         cp --preserve fullchain.pem privkey.pem {directory}/"
    );
    machine.run(&format!("{SIGN}\n{put}"))?.success()?;
    Ok(())
}

#[test]
fn a_certificate_that_somebody_brings_is_served_by_the_next_deployment() -> Result<()> {
    let machine = desk()?;
    let before = nginx(&machine)?;
    // In the place of the one that the host has signed.
    bring(&machine, "/etc/specc/desk/tls", "touch")?;
    machine.deploy("")?.expect_status(0)?;
    assert_served(&machine, "/etc/specc/desk/tls")?;

    // Where the specification says.
    let given = "- **TLS**: certificate /etc/ssl/desk/fullchain.pem, key /etc/ssl/desk/privkey.pem";
    machine.ship(&desk_with(given)?)?;
    let refused = machine.deploy("")?.expect_status(3)?;
    ensure!(refused.stdout.contains("there is no /etc/ssl/desk/fullchain.pem"), "{}", refused.stdout);
    bring(&machine, "/etc/ssl/desk", "touch")?;
    machine.deploy("")?.expect_status(0)?;
    assert_served(&machine, "/etc/ssl/desk")?;
    assert_red(&machine, &[])?;

    // With the time that it had elsewhere.
    bring(&machine, "/etc/ssl/desk", "touch --date yesterday")?;
    assert_red(&machine, &["tls.served"])?;
    machine.deploy("")?.expect_status(0)?;
    assert_served(&machine, "/etc/ssl/desk")?;
    assert_red(&machine, &[])?;

    // With a key that is another's: nothing is touched.
    machine.run("cp /root/signed/root.key /etc/ssl/desk/privkey.pem")?.success()?;
    let refused = machine.deploy("")?.expect_status(3)?;
    ensure!(refused.stdout.contains("does not belong to"), "{}", refused.stdout);
    ensure!(before == nginx(&machine)?, "nginx was restarted");
    machine.assert_reachable()
}
