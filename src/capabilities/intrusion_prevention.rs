//! Intrusion prevention: addresses that fail to log in again and again are banned for a time.
//!
//! In: clauses that ask for fail2ban, or for bans after failed logins. Out: a jail for the SSH server that reads the journal,
//! and checks of the rules that the running fail2ban applies. Not here: the firewall's rules (`firewall`), how people log in
//! (`ssh-hardening`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::plan::{
    Action, Expectation, FileContent, InstalledFile, Layer, NamedDefault, Observer, PlanBuilder, Probe, ProbeId,
    Provenance, RunbookEntry, RunbookStep, Setting, Step,
};
use crate::value::{FileMode, Owner, Seconds};

/// The capability.
pub struct IntrusionPrevention;

/// What a statement says about bans. Times in seconds.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Failed logins that lead to a ban.
    pub max_retry: Option<u64>,
    /// The time within which they count together.
    pub find_time: Option<Seconds>,
    /// How long a ban lasts.
    pub ban_time: Option<Seconds>,
}

static BAN_RULE: NamedDefault = NamedDefault {
    name: "ban-rule",
    reason: "what the specification leaves open: five failures within ten minutes ban an address for an hour",
};

const DEFAULT_RETRIES: u64 = 5;
const DEFAULT_FIND_TIME: Seconds = Seconds(600.0);
const DEFAULT_BAN_TIME: Seconds = Seconds(3600.0);

/// fail2ban's own name for what it watches.
const JAIL: &str = "sshd";

/// fail2ban, what it reads the journal with, and what it bans with; Debian only recommends the latter two.
const PACKAGES: [&str; 3] = ["fail2ban", "python3-systemd", "nftables"];

impl Capability for IntrusionPrevention {
    type Facts = Facts;

    const NAME: &'static str = "intrusion-prevention";
    const SUMMARY: &'static str = "fail2ban bans addresses whose SSH logins fail again and again.";
    const CUES: &'static [&'static str] = &[
        "fail2ban",
        "brute force protection|attacks|attempts",
        "protection|protected against brute force",
        "intrusion prevention",
        "ban(s|ned) … IP(s)|address|addresses",
        "IP(s)|address|addresses … banned|blocked",
        "failed (ssh) login(s) … banned|blocked",
        "bantime=",
        "maxretry=",
        "findtime=",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "fail2ban",
        "ssh",
        "sshd",
        "brute",
        "force",
        "protection",
        "protects",
        "protected",
        "protect",
        "against",
        "attacks",
        "attempts",
        "attempt",
        "intrusion",
        "prevention",
        "ban",
        "bans",
        "banned",
        "block",
        "blocks",
        "blocked",
        "ip",
        "ips",
        "address",
        "addresses",
        "after",
        "failed",
        "failures",
        "failure",
        "login",
        "logins",
        "authentication",
        "within",
        "for",
        "in",
        "more",
        "than",
        "enabled",
        "active",
        "running",
        "runs",
        "configured",
        "host",
        "server",
        "vps",
        "jail",
        "time",
        "retries",
        "max",
        "maximum",
        "window",
        "monitors",
        "watches",
        "from",
        "source",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "fail2ban bans an IP address for 2 hours after 4 failed SSH logins within 15 minutes",
            r#"{"max_retry": 4, "find_time": 900.0, "ban_time": 7200.0}"#,
        ),
        example(
            "Addresses are banned for 90 minutes after 3 failed logins (fail2ban)",
            r#"{"max_retry": 3, "ban_time": 5400.0}"#,
        ),
        example("Addresses are banned for between 1 and 2 hours (fail2ban)", NOT_MINE),
        example("SSH is protected against brute force attacks (fail2ban)", r"{}"),
        example(
            "**fail2ban**: maxretry=3, findtime=600, bantime=3600",
            r#"{"max_retry": 3, "find_time": 600.0, "ban_time": 3600.0}"#,
        ),
        example("Addresses are blocked after 6 failed login attempts", r#"{"max_retry": 6}"#),
        criterion("fail2ban is active", r"{}"),
        example("fail2ban is not used", NOT_MINE),
        example("fail2ban is installed", NOT_MINE),
        example("Consider fail2ban for the API", NOT_MINE),
        example("The load balancer bans addresses that send too many requests", NOT_MINE),
        example("Accounts are locked after 5 failed logins", NOT_MINE),
        example("fail2ban protects nginx", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&BAN_RULE];
    const STRICT: bool = true;
    // "… for two hours (fail2ban)": the remark alone would ban for an hour.
    const ALL_OR_NOTHING: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        // Other jails than that of the SSH server, and other software than fail2ban.
        if clause.find("nginx|api|http|https|request(s)|balancer|proxy|account(s)|user(s)|consider|reviewed").is_some()
        {
            return None;
        }
        // "fail2ban is installed" asks for the package, and for no rule.
        if clause.find("install(s|ed)").is_some() && clause.counts().next().is_none() {
            return None;
        }
        let mut reading = Reading::<Facts>::default();
        for ((name, value), place) in clause.directives() {
            match name.to_lowercase().as_str() {
                "maxretry" => reading.facts.max_retry = Some(value.parse().ok()?),
                "findtime" => reading.facts.find_time = Some(value.parse().ok()?),
                "bantime" => reading.facts.ban_time = Some(value.parse().ok()?),
                _ => return None,
            }
            reading.claims.push(place);
        }
        for (time, place) in clause.durations() {
            let field = match clause.word_before(&place).as_str() {
                "for" | "time" if reading.facts.ban_time.is_none() => {
                    reading.facts.ban_time = Some(time);
                    "ban_time"
                }
                "within" | "in" | "window" if reading.facts.find_time.is_none() => {
                    reading.facts.find_time = Some(time);
                    "find_time"
                }
                _ => return None,
            };
            reading = reading.place(field, place);
        }
        for (count, place) in clause.counts() {
            let failures = matches!(
                clause.word_after(&place).as_str(),
                "failed" | "failures" | "attempts" | "retries" | "login" | "logins"
            );
            if !failures || reading.facts.max_retry.is_some() || count == 0 {
                return None;
            }
            reading.facts.max_retry = Some(count);
            reading = reading.place("max_retry", place);
        }
        Some(reading)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        let why = binding.provenance();
        let facts = &binding.facts;
        for package in PACKAGES {
            if let Ok(name) = package.parse() {
                plan.package(name, why.clone());
            }
        }
        let mut rule = |field: &'static str, asked: Option<u64>, otherwise: u64| {
            let mut provenance = binding.provenance_of(&[field]);
            if asked.is_none() {
                plan.default(Self::NAME, &BAN_RULE);
                provenance.default = Some(&BAN_RULE);
            }
            (asked.unwrap_or(otherwise), provenance)
        };
        let rules = [
            ("maxretry", "failed logins that lead to a ban", rule("max_retry", facts.max_retry, DEFAULT_RETRIES)),
            (
                "findtime",
                "seconds within which they count together",
                rule("find_time", facts.find_time.map(Seconds::whole), DEFAULT_FIND_TIME.whole()),
            ),
            (
                "bantime",
                "seconds that a ban lasts",
                rule("ban_time", facts.ban_time.map(Seconds::whole), DEFAULT_BAN_TIME.whole()),
            ),
        ];
        add_jail(plan, &rules, &why);
        add_probes(plan, &rules, &why);
        add_runbook(plan, why);
    }
}

/// fail2ban's name of a number, what it means, its value and why.
type Rule = (&'static str, &'static str, (u64, Provenance));

fn add_jail(plan: &mut PlanBuilder, rules: &[Rule], why: &Provenance) {
    let Ok(path) = format!("/etc/fail2ban/jail.d/specc-{}.local", plan.service).parse() else { return };
    let setting = |name: &str, value: &str, comment: &str, provenance: &Provenance| Setting {
        name: name.to_owned(),
        value: value.to_owned(),
        comment: comment.to_owned(),
        provenance: provenance.clone(),
    };
    let mut settings = vec![
        setting("enabled", "true", "the SSH server is watched", why),
        setting("backend", "systemd", "failed logins are read from the journal: a minimal host has no auth.log", why),
        setting("banaction", "nftables-allports", "a ban closes all ports, wherever the SSH server listens", why),
    ];
    let mut provenance = why.clone();
    for (name, comment, (value, reason)) in rules {
        provenance.merge(reason);
        settings.push(setting(name, &value.to_string(), comment, reason));
    }
    plan.file(
        Step::Configuration,
        40,
        InstalledFile {
            path,
            mode: FileMode::new(0o644),
            owner: Owner::root(),
            purpose: "addresses whose SSH logins fail again and again are banned".to_owned(),
            content: FileContent::JailSettings { jail: JAIL, settings },
            provenance,
        },
    );
    plan.operation(Step::Monitoring, 50, Action::BanRules(vec![JAIL]), why.clone());
}

fn add_probes(plan: &mut PlanBuilder, rules: &[Rule], why: &Provenance) {
    let unit = "fail2ban.service";
    let mut probe = |id: &str, title: String, observer, expectation, after: Option<&str>, why: &Provenance| {
        let id = format!("intrusion-prevention.{id}");
        let probe = Probe::new(id, Layer::Security, title, observer, expectation, why.clone())
            .advice(format!("fail2ban-client status {JAIL}; journalctl -u {unit} -n 20"))
            .runbook("logins-not-banned");
        plan.probe(if let Some(after) = after { probe.after(after) } else { probe });
    };
    probe(
        "active",
        "fail2ban runs".to_owned(),
        Observer::UnitProperty { unit: unit.to_owned(), property: "ActiveState" },
        Expectation::Equals("active".to_owned()),
        None,
        why,
    );
    probe(
        "at-boot",
        "fail2ban starts at boot".to_owned(),
        Observer::UnitEnabled { unit: unit.to_owned() },
        Expectation::Equals("enabled".to_owned()),
        None,
        why,
    );
    for (key, meaning, (value, reason)) in rules {
        probe(
            key,
            format!("{value} {meaning}"),
            Observer::BanRule { jail: JAIL, key },
            Expectation::Equals(value.to_string()),
            Some("intrusion-prevention.active"),
            reason,
        );
    }
}

fn add_runbook(plan: &mut PlanBuilder, why: Provenance) {
    plan.runbook(RunbookEntry {
        anchor: "logins-not-banned",
        title: "Failed logins are not banned, or somebody is banned by mistake".to_owned(),
        symptom: Some("the journal of ssh.service fills with failed logins, or a colleague cannot connect".to_owned()),
        checks: vec![
            ProbeId("intrusion-prevention.active".to_owned()),
            ProbeId("intrusion-prevention.maxretry".to_owned()),
        ],
        steps: vec![
            RunbookStep::run("See whom it has banned.", format!("fail2ban-client status {JAIL}")),
            RunbookStep::run("Let an address in again.", format!("fail2ban-client set {JAIL} unbanip ADDRESS")),
            RunbookStep::run("See why it does not run.", "journalctl -u fail2ban.service -n 30 --no-pager"),
            RunbookStep::run("Put its rules back.", "./deploy.sh"),
        ],
        verify: Some(RunbookStep::run(
            "The rules are applied.",
            "./validate-deployment.sh --check intrusion-prevention",
        )),
        provenance: why,
    });
}
