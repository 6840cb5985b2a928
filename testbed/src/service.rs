//! The services of the testbed's own specifications.
//!
//! In: the name of a service. Out: its package, and machines on which it is deployed.

use std::sync::OnceLock;

use anyhow::{Result, anyhow};
use serde::Deserialize;

use crate::deployment::Deployed;
use crate::image::{Image, Release};
use crate::machine::Machine;
use crate::package::Package;

/// A service that the testbed has a specification and an application of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// A small one, which clients ask directly.
    #[default]
    Greeter,
    /// One with everything around it: nginx with TLS before it, data, log files, backups, monitors and alerts.
    Desk,
}

/// On the desk's machine something takes alerts and keeps them, unless it is told to refuse them, and an account takes backups
/// that root's key opens.
const PREPARATION: &str = r#"
cat >/root/webhook.py <<'END'
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
class Alerts(BaseHTTPRequestHandler):
    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"]))
        if os.path.exists("/run/alerts-refused"):
            self.send_response(403)
        else:
            with open("/root/alerts", "ab") as kept:
                kept.write(text + b"\n")
            self.send_response(204)
        self.end_headers()
HTTPServer(("127.0.0.1", 9009), Alerts).serve_forever()
END
systemd-run --quiet --unit=webhook python3 /root/webhook.py
useradd --create-home vault
ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
install -d -m 0700 -o vault -g vault /home/vault/.ssh
install -m 0600 -o vault -g vault /root/.ssh/id_ed25519.pub /home/vault/.ssh/authorized_keys
ssh-keyscan -t ed25519 localhost >/root/.ssh/known_hosts 2>/dev/null"#;

/// The addresses of the desk's alerts and of its copied backups are secrets.
const SECRETS: &str = r#"sed -i -e 's|^ALERT_WEBHOOK_URL=.*|ALERT_WEBHOOK_URL=http://127.0.0.1:9009/secret|' \
-e 's|^BACKUP_TARGET=.*|BACKUP_TARGET=vault@localhost:desk|' /etc/desk/desk.env"#;

impl Service {
    /// The name of its unit, its account and its files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Greeter => "greeter",
            Self::Desk => "desk",
        }
    }

    /// Its specification, as a path from this crate's root.
    pub fn specification(self) -> String {
        format!("specs/{}/DEPLOYMENT-SPEC.md", self.name())
    }

    /// The port on which it listens.
    pub fn port(self) -> u16 {
        match self {
            Self::Greeter => 8080,
            Self::Desk => 8000,
        }
    }

    /// Its package.
    pub fn package(self) -> Result<Package> {
        self.edited(str::to_owned)
    }

    /// The same, from the specification as `edit` leaves it.
    pub fn edited(self, edit: impl FnOnce(&str) -> String) -> Result<Package> {
        Package::edited(&self.specification(), self.name(), &format!("{}.py", self.name()), edit)
    }

    /// A machine on which it is deployed; the first who asks deploys it for all.
    pub fn machine(self) -> Result<Machine> {
        static GREETER: OnceLock<Result<Deployed, String>> = OnceLock::new();
        static DESK: OnceLock<Result<Deployed, String>> = OnceLock::new();
        let deployed = match self {
            Self::Greeter => &GREETER,
            Self::Desk => &DESK,
        };
        let deployed = deployed.get_or_init(|| self.deployed().map_err(|error| format!("{error:#}")));
        let machine = deployed.as_ref().map_err(|error| anyhow!("{error}"))?.machine()?;
        if self == Self::Desk {
            catch_up(&machine)?;
        }
        Ok(machine)
    }

    fn deployed(self) -> Result<Deployed> {
        let image = Image::ready(Release::chosen()?)?;
        let package = self.package()?;
        match self {
            Self::Greeter => Deployed::ready(self.name(), &image, &package),
            Self::Desk => Deployed::with_secrets(self.name(), &image, &package, PREPARATION, SECRETS),
        }
    }
}

/// The clock of a machine that continues from a snapshot jumps to the present. The desk's uptime monitor goes by another clock, and
/// would learn only later that it has not asked for so long; a validation that was due meanwhile may have found just that.
fn catch_up(machine: &Machine) -> Result<()> {
    machine.run("systemctl start desk-uptime-monitor.service")?.success()?;
    machine.await_jobs()?;
    let again = "! systemctl is-failed --quiet desk-validation.service || systemctl start desk-validation.service";
    machine.run(again)?.success()?;
    Ok(())
}
