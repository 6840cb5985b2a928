//! How the firewall is proven, and what to do when it is not as asked.
//!
//! In: the rules that the package asks for. Out: checks of the kernel's rules and from outside, and the runbook entry.

use super::super::Binding;
use super::super::listen_port::Listening;
use super::Facts;
use crate::plan::{
    Expectation, FirewallRule, Layer, Observer, PlanBuilder, Probe, ProbeId, Provenance, RunbookEntry, RunbookStep,
};
use crate::value::Protocol;

/// Adds the checks.
pub(super) fn contribute(
    binding: &Binding<Facts>,
    listening: Option<&Listening>,
    rules: &[FirewallRule],
    plan: &mut PlanBuilder,
) {
    let why = binding.provenance();
    let security = |id: &str, title: &str, observer, expected: &str, why: Provenance| {
        Probe::new(id, Layer::Security, title, observer, Expectation::Equals(expected.to_owned()), why)
            .advice("ufw status verbose; iptables -S; ip6tables -S")
            .runbook("firewall")
            .needs("root")
    };
    plan.probe(security(
        "firewall.policy",
        "the kernel denies what no rule lets in, over IPv4 and IPv6",
        Observer::FirewallPolicy,
        "deny",
        why.clone(),
    ));
    plan.probe(security(
        "firewall.at-boot",
        "the firewall comes back after a reboot",
        Observer::FirewallAtBoot,
        "yes",
        why.clone(),
    ));
    if binding.facts.only {
        plan.probe(security(
            "firewall.only-listed",
            "the kernel lets in nothing that is not listed (SSH aside)",
            Observer::FirewallOpen { allowed: rules.to_vec() },
            "none",
            why.clone(),
        ));
    }
    for rule in rules {
        let name = rule.endpoint.to_string().replace('/', "-");
        let observer = Observer::FirewallAllowed { endpoint: rule.endpoint, source: rule.source };
        let why = binding.provenance_of(&["allow", "application"]);
        plan.probe(security(
            &format!("firewall.allows-{name}"),
            &format!("the firewall lets in {rule}"),
            observer,
            "yes",
            why.clone(),
        ));
        let served =
            listening.is_some_and(|listening| listening.is_everywhere() && listening.endpoint() == rule.endpoint);
        if served && rule.source.is_none() && rule.endpoint.protocol == Protocol::Tcp {
            let mut probe = Probe::new(
                format!("firewall.reachable-{name}"),
                Layer::Network,
                format!("the service answers on {} from outside", rule.endpoint),
                Observer::Reachable { endpoint: rule.endpoint },
                Expectation::Equals("open".to_owned()),
                why,
            )
            .after("service-active.active")
            .advice(format!("ss -ltnp 'sport = :{}'; ufw status numbered", rule.endpoint.port))
            .runbook("firewall")
            .needs("root");
            probe.outside = true;
            plan.probe(probe);
        }
    }
}

/// The chapter.
pub(super) fn runbook(only: bool, rules: &[FirewallRule], provenance: Provenance) -> RunbookEntry {
    let list = rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let list = if list.is_empty() { "SSH alone".to_owned() } else { format!("SSH and {list}") };
    let symptom = if only {
        format!("the host lets in something else than {list}")
    } else {
        format!("the host does not let in {list}, or lets in what no rule names")
    };
    let by_hand = if only {
        "To open another port, change the specification; a rule added by hand is removed by the next deployment."
    } else {
        "To open another port, change the specification. A rule added by hand stays, and nothing checks it."
    };
    RunbookEntry {
        anchor: "firewall",
        title: "A port is open or closed that should not be".to_owned(),
        symptom: Some(symptom),
        checks: vec![ProbeId("firewall.policy".to_owned()), ProbeId("firewall.at-boot".to_owned())],
        steps: vec![
            RunbookStep::run("See the rules as ufw keeps them.", "ufw status numbered"),
            RunbookStep::run(
                "See what the kernel does; another program may have flushed or added rules.",
                "iptables -S; ip6tables -S; command -v nft >/dev/null && nft list ruleset",
            ),
            RunbookStep::run(
                "See whether another firewall manager runs.",
                "systemctl is-active nftables netfilter-persistent firewalld",
            ),
            RunbookStep::run(
                "Put the rules of the specification back. Where they wait for a confirmation, the command for it is printed; without \
                 it they revert themselves.",
                "./deploy.sh --only firewall",
            ),
            RunbookStep::say(by_hand),
        ],
        verify: Some(RunbookStep::run(
            "The kernel does what the specification says.",
            "./validate-deployment.sh --check firewall",
        )),
        provenance,
    }
}
