//! The sandbox directives: which there are, which are set by default, what must not be.
//!
//! In: the merged facts of `sandboxing`, the runtime, the directories that are written to. Out: directives of the unit
//! and checks of the process that runs under them. Versions are those of systemd.exec(5).

use super::{DIRECTIVE_UNKNOWN_TO_TARGET, Facts, SANDBOX, SANDBOX_BREAKS_SERVICE, Sandboxing};
use crate::capabilities::listen_port::listening;
use crate::capabilities::{
    Binding, Bindings, Capability, Runtime, application, directories, least_privilege, log_file,
};
use crate::diagnostics::Diagnostic;
use crate::plan::{
    Deviation, Expectation, Layer, Observer, PlanBuilder, Probe, ProbeId, ProcessField, Provenance, RunbookEntry,
    RunbookStep, UnitSection,
};

/// A directive: its name, the first systemd that knows it, what it does.
pub(super) struct Known {
    name: &'static str,
    since: u32,
    comment: &'static str,
    /// The value in the default set.
    default: Option<&'static str>,
}

const fn known_directive(
    name: &'static str,
    since: u32,
    default: Option<&'static str>,
    comment: &'static str,
) -> Known {
    Known { name, since, comment, default }
}

const KERNEL: &str = "no way into the kernel, its settings, its log, the clock";
const PROCESS: &str = "no tricks with namespaces, priorities, set-id files, personalities";
const SYSTEM_CALLS: &str = "only system calls that services need; others fail instead of killing";

/// In the order in which they are written; those with the same comment stand together.
#[rustfmt::skip]
static KNOWN: &[Known] = &[
    known_directive("NoNewPrivileges", 187, Some("yes"), "nothing that it starts can gain rights"),
    known_directive("CapabilityBoundingSet", 21, Some(""), "no rights of root, not even single ones"),
    known_directive("AmbientCapabilities", 229, None, "no rights of root, not even single ones"),
    known_directive("ProtectSystem", 214, Some("strict"), "the file system is read-only but for its own directories"),
    known_directive("ProtectHome", 214, Some("yes"), "homes of people are out of sight"),
    known_directive("PrivateTmp", 1, Some("yes"), "its own /tmp, devices, users, mounts and IPC objects"),
    known_directive("PrivateDevices", 209, Some("yes"), "its own /tmp, devices, users, mounts and IPC objects"),
    known_directive("PrivateUsers", 232, Some("yes"), "its own /tmp, devices, users, mounts and IPC objects"),
    known_directive("PrivateMounts", 239, Some("yes"), "its own /tmp, devices, users, mounts and IPC objects"),
    known_directive("PrivateIPC", 248, Some("yes"), "its own /tmp, devices, users, mounts and IPC objects"),
    known_directive("RemoveIPC", 232, Some("yes"), "its own /tmp, devices, users, mounts and IPC objects"),
    known_directive("KeyringMode", 235, Some("private"), "its own /tmp, devices, users, mounts and IPC objects"),
    known_directive("PrivateNetwork", 33, None, "no network"),
    known_directive("DevicePolicy", 208, None, "no devices"),
    known_directive("ProtectKernelTunables", 232, Some("yes"), KERNEL),
    known_directive("ProtectKernelModules", 232, Some("yes"), KERNEL),
    known_directive("ProtectKernelLogs", 244, Some("yes"), KERNEL),
    known_directive("ProtectControlGroups", 232, Some("yes"), KERNEL),
    known_directive("ProtectClock", 245, Some("yes"), KERNEL),
    known_directive("ProtectHostname", 242, Some("yes"), KERNEL),
    known_directive("ProtectProc", 247, Some("invisible"), "processes of others are out of sight"),
    known_directive("ProcSubset", 247, None, "processes of others are out of sight"),
    known_directive("RestrictNamespaces", 233, Some("yes"), PROCESS),
    known_directive("RestrictRealtime", 231, Some("yes"), PROCESS),
    known_directive("RestrictSUIDSGID", 242, Some("yes"), PROCESS),
    known_directive("LockPersonality", 235, Some("yes"), PROCESS),
    known_directive("MemoryDenyWriteExecute", 231, None, "no memory that is writable and executable"),
    known_directive("RestrictAddressFamilies", 211, Some("AF_UNIX AF_INET AF_INET6"), "the network, and local sockets; nothing more exotic"),
    known_directive("RestrictFileSystems", 250, None, "only these file systems"),
    known_directive("SystemCallArchitectures", 209, Some("native"), SYSTEM_CALLS),
    known_directive("SystemCallFilter", 187, Some("@system-service"), SYSTEM_CALLS),
    known_directive("SystemCallErrorNumber", 209, Some("EPERM"), SYSTEM_CALLS),
    known_directive("UMask", 1, Some("0077"), "files that it makes are its own"),
];

/// The directive of this name.
pub(super) fn known(name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.name == name)
}

/// The value as systemd shows it.
pub(super) fn canonical(_: &str, value: &str) -> String {
    match value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => "yes".to_owned(),
        "false" | "no" | "off" | "0" => "no".to_owned(),
        _ => value.to_owned(),
    }
}

/// One directive of the unit, decided.
struct Setting {
    known: &'static Known,
    value: String,
    provenance: Provenance,
    asked: bool,
}

/// Adds the sandbox to the plan.
pub(super) fn contribute(binding: Option<&Binding<Facts>>, all: &Bindings, plan: &mut PlanBuilder) {
    let settings = decide(binding, all, plan);
    for setting in &settings {
        plan.directive(
            UnitSection::Service,
            setting.known.name,
            setting.value.clone(),
            setting.known.comment,
            setting.provenance.clone(),
        );
        // The filter is an allow-list; what only root needs is taken out of it again.
        if setting.known.name == "SystemCallFilter" && !setting.asked {
            plan.directive(
                UnitSection::Service,
                "SystemCallFilter",
                "~@privileged",
                setting.known.comment,
                setting.provenance.clone(),
            );
        }
    }
    let is_strict = settings.iter().any(|setting| setting.known.name == "ProtectSystem" && setting.value == "strict");
    if is_strict {
        for (path, why) in directories::writable(all) {
            let comment = "where it may write all the same";
            plan.directive(UnitSection::Service, "ReadWritePaths", path.as_str(), comment, why);
        }
        for (path, why) in log_file::writable(all, &plan.working_directory) {
            // The dash: the service starts without its log file, too.
            let comment = "where it may write all the same";
            plan.directive(UnitSection::Service, "ReadWritePaths", format!("-{path}"), comment, why);
        }
    }
    report(binding, all, plan);
    probes(&settings, plan);
}

/// The default set, overruled by what the specification asks for.
fn decide(binding: Option<&Binding<Facts>>, all: &Bindings, plan: &mut PlanBuilder) -> Vec<Setting> {
    let default = plan.default(Sandboxing::NAME, &SANDBOX).map(|mut why| {
        if let Some(binding) = binding.filter(|binding| binding.facts.sandboxed) {
            why.merge(&binding.provenance_of(&["sandboxed"]));
        }
        why
    });
    // Minimal permissions are asked for: what takes rights away is there because of that, too.
    let minimal = least_privilege::asked(all);
    let oldest = plan.target.systemd_version();
    let low_port = listening(all).is_some_and(|listening| listening.port.number() < 1024);
    KNOWN
        .iter()
        .filter(|known| known.since <= oldest)
        .filter_map(|known| {
            let asked = binding.and_then(|binding| Some((binding, binding.facts.directives.get(known.name)?)));
            if let Some((binding, value)) = asked {
                let provenance = binding.provenance_of(&["directives"]);
                return Some(Setting { known, value: value.clone(), provenance, asked: true });
            }
            let minimal = minimal.as_ref().filter(|_| least_privilege::DIRECTIVES.contains(&known.name));
            let provenance = match (default.clone(), minimal) {
                (Some(mut why), Some(minimal)) => {
                    why.merge(minimal);
                    why
                }
                (None, Some(minimal)) => minimal.clone(),
                (default, None) => default?,
            };
            let value = match (known.name, known.default) {
                // Ports below 1024 need this one right, in the host's user namespace.
                ("CapabilityBoundingSet" | "AmbientCapabilities", _) if low_port => "CAP_NET_BIND_SERVICE".to_owned(),
                ("PrivateUsers", _) if low_port => return None,
                ("ProtectHome", _) if lives_in_a_home(plan) => "read-only".to_owned(),
                // Node asks the kernel for the machine's network interfaces.
                ("RestrictAddressFamilies", Some(value)) if application::runtime(all) == Some(Runtime::Node) => {
                    format!("{value} AF_NETLINK")
                }
                (_, value) => value?.to_owned(),
            };
            Some(Setting { known, value, provenance, asked: false })
        })
        .collect()
}

fn lives_in_a_home(plan: &PlanBuilder) -> bool {
    let path = plan.working_directory.as_str();
    ["/home/", "/root/", "/run/user/"].iter().any(|home| path.starts_with(home))
}

/// Directives that would break the service, and such that the target does not know.
fn report(binding: Option<&Binding<Facts>>, all: &Bindings, plan: &mut PlanBuilder) {
    let Some(binding) = binding else { return };
    let runtime = application::runtime(all);
    let oldest = plan.target.systemd_version();
    for (name, value) in &binding.facts.directives {
        let Some(known) = known(name) else { continue };
        let Some(span) = binding.span_of("directives") else { continue };
        let breaks = match (name.as_str(), value.as_str()) {
            ("MemoryDenyWriteExecute", "yes") if runtime == Some(Runtime::Node) => {
                Some("V8 writes machine code at run time")
            }
            ("PrivateNetwork", "yes") if listening(all).is_some() => {
                Some("the service listens on a port that nobody could reach")
            }
            ("ProtectHome", "yes") if lives_in_a_home(plan) => Some("the application itself lives below /home"),
            _ => None,
        };
        if let Some(why) = breaks {
            plan.report(
                Diagnostic::new(&SANDBOX_BREAKS_SERVICE, span, format!("the service cannot live with {name}={value}"))
                    .at(why)
                    .help(format!("leave {name}= out; the default set is as strict as the service bears")),
            );
        }
        if known.since > oldest {
            plan.report(
                Diagnostic::new(&DIRECTIVE_UNKNOWN_TO_TARGET, span, format!("systemd {oldest} does not know {name}="))
                    .at(format!("it came with systemd {}", known.since))
                    .help("name a newer target in the front matter (specc: target: debian-13), or leave it out"),
            );
            for (statement, _) in binding.places.get("directives").into_iter().flatten() {
                plan.deviate(Deviation {
                    statement: *statement,
                    asked: format!("{name}={value}"),
                    done: "left out".to_owned(),
                    reason: format!("systemd {oldest}, the oldest of the targets, would ignore it"),
                });
            }
        }
    }
}

fn probes(settings: &[Setting], plan: &mut PlanBuilder) {
    let unit = plan.unit_name();
    let value = |name: &str| settings.iter().find(|setting| setting.known.name == name);
    let mut why = Provenance { capability: Sandboxing::NAME, ..Provenance::default() };
    settings.iter().for_each(|setting| why.merge(&setting.provenance));
    if settings.is_empty() {
        return;
    }
    let of_process = [
        ("no-new-privileges", "NoNewPrivileges", ProcessField::NoNewPrivileges, "the process cannot gain rights", "1"),
        ("system-calls", "SystemCallFilter", ProcessField::Seccomp, "a system call filter is in force", "2"),
    ];
    for (id, directive, field, title, expected) in of_process {
        if let Some(setting) = value(directive).filter(|setting| setting.value != "no" && !setting.value.is_empty()) {
            plan.probe(process_probe(id, &unit, field, title.to_owned(), expected, setting.provenance.clone()));
        }
    }
    if let Some(setting) = value("CapabilityBoundingSet") {
        match setting.value.as_str() {
            "" => plan.probe(process_probe(
                "capabilities",
                &unit,
                ProcessField::Capabilities,
                "the process has none of root's rights".to_owned(),
                "0",
                setting.provenance.clone(),
            )),
            "CAP_NET_BIND_SERVICE" => plan.probe(process_probe(
                "capabilities",
                &unit,
                ProcessField::Capabilities,
                "of root's rights the process has only the one to open low ports".to_owned(),
                "400",
                setting.provenance.clone(),
            )),
            _ => {}
        }
    }
    for setting in settings {
        // What has the same form in the unit and in the manager can be compared as it is.
        let is_plain = ["yes", "no", "strict", "full", "invisible", "read-only", "tmpfs", "private"]
            .contains(&setting.value.as_str());
        if is_plain && (setting.asked || setting.known.name == "ProtectSystem") {
            plan.probe(
                Probe::new(
                    format!("sandboxing.{}", kebab(setting.known.name)),
                    Layer::Security,
                    format!("{} is {}", setting.known.name, setting.value),
                    Observer::UnitProperty { unit: unit.clone(), property: setting.known.name },
                    Expectation::Equals(setting.value.clone()),
                    setting.provenance.clone(),
                )
                .advice(format!("systemctl cat {unit}"))
                .runbook("sandboxing"),
            );
        }
    }
    plan.runbook(entry(&unit, why));
}

fn process_probe(id: &str, unit: &str, field: ProcessField, title: String, expected: &str, why: Provenance) -> Probe {
    Probe::new(
        format!("sandboxing.{id}"),
        Layer::Security,
        title,
        Observer::Process { unit: unit.to_owned(), field },
        Expectation::Equals(expected.to_owned()),
        why,
    )
    .after("service-active.active")
    .advice(format!("systemd-analyze security {unit}; systemctl cat {unit}"))
    .runbook("sandboxing")
}

/// `ProtectSystem` → `protect-system`.
fn kebab(name: &str) -> String {
    let mut kebab = String::with_capacity(name.len() + 4);
    let mut after_lower = false;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && after_lower {
            kebab.push('-');
        }
        after_lower = letter.is_ascii_lowercase();
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

fn entry(unit: &str, provenance: Provenance) -> RunbookEntry {
    RunbookEntry {
        anchor: "sandboxing",
        title: "The sandbox stops something that the service needs".to_owned(),
        symptom: Some(
            "the journal shows \"Operation not permitted\" or \"Read-only file system\" where nothing else changed"
                .to_owned(),
        ),
        checks: ["no-new-privileges", "system-calls", "capabilities"]
            .map(|name| ProbeId(format!("sandboxing.{name}")))
            .to_vec(),
        steps: vec![
            RunbookStep::run(
                "See what is taken away, and how much each part counts.",
                format!("systemd-analyze security {unit}"),
            ),
            RunbookStep::run("See whether a drop-in weakens it.", format!("systemctl cat {unit}")),
            RunbookStep::say(
                "If the service needs more, say so in the specification (for example ReadWritePaths=/var/lib/it, or ProtectHome=read-only) and deploy again.",
            ),
        ],
        verify: Some(RunbookStep::run("The sandbox is in force.", "./validate-deployment.sh --layer security")),
        provenance,
    }
}
