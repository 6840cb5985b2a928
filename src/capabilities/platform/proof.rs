//! What is required of the platform, before the first change and afterwards.
//!
//! In: the merged facts. Out: versions that deploy.sh insists on, checks, and findings where no target can have them.

use super::super::Binding;
use super::{Facts, TOOL_NEWER_THAN_PLATFORM, TOOLS, UNSUPPORTED_PLATFORM};
use crate::diagnostics::Diagnostic;
use crate::plan::{Expectation, Layer, MachinePart, Observer, PlanBuilder, Probe};
use crate::target::Release;
use crate::value::Bytes;

pub(super) fn check_releases(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let why = binding.provenance_of(&["distribution"]);
    let supported: Vec<Release> =
        binding.facts.distribution.iter().filter_map(|name| name.parse::<Release>().ok()).collect();
    if supported.is_empty() {
        if let Some(span) = binding.span_of("distribution") {
            plan.report(
                Diagnostic::new(
                    &UNSUPPORTED_PLATFORM,
                    span,
                    format!("no package can be made for {}", binding.facts.distribution.join(", ")),
                )
                .at("this release is not supported")
                .help("name one of Debian 12, Debian 13, Ubuntu 22.04 and Ubuntu 24.04"),
            );
        }
        return;
    }
    let expected = supported.iter().map(|release| release.os_release().to_owned()).collect::<Vec<_>>();
    plan.probe(
        Probe::new(
            "platform.distribution",
            Layer::Existence,
            format!("the host runs {}", expected.join(" or ")),
            Observer::Platform,
            Expectation::OneOf(expected),
            why,
        )
        .advice("cat /etc/os-release")
        .runbook("platform"),
    );
}

/// How a tool is asked for its version.
fn asked_for_version(command: &str) -> &'static str {
    match command {
        "nginx" | "ssh" | "sshd" => "-V",
        "java" => "-version",
        "go" => "version",
        _ => "--version",
    }
}

pub(super) fn check_tool(tool: &str, version: &str, binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let Some((_, command, package)) = TOOLS.iter().find(|(name, ..)| *name == tool) else { return };
    let why = binding.provenance_of(&["versions"]);
    let shipped = |release: &Release| release.ships(tool);
    let parts = |text: &str| text.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>();
    let too_old = |release: &Release| shipped(release).is_some_and(|own| parts(&own) < parts(version));
    if plan.target.releases().iter().all(too_old)
        && let Some(span) = binding.span_of("versions")
    {
        let newest = plan
            .target
            .releases()
            .iter()
            .filter_map(|release| shipped(release).map(|own| format!("{release} has {own}")));
        plan.report(
            Diagnostic::new(&TOOL_NEWER_THAN_PLATFORM, span, format!("no target ships {tool} {version}"))
                .at("newer than what the target has")
                .help(newest.collect::<Vec<_>>().join(", ")),
        );
    }
    if let Some(package) = package.and_then(|name| name.parse().ok()) {
        plan.package(package, why.clone());
    }
    plan.tool_version(*command, version, why.clone());
    plan.probe(
        Probe::new(
            format!("platform.{tool}"),
            Layer::Existence,
            format!("{tool} is {version} or newer"),
            Observer::ToolVersion { tool: (*command).to_owned() },
            Expectation::VersionAtLeast(version.to_owned()),
            why,
        )
        .advice(format!("{command} {}", asked_for_version(command)))
        .runbook("platform"),
    );
}

pub(super) fn check_machine(binding: &Binding<Facts>, plan: &mut PlanBuilder) {
    let facts = &binding.facts;
    // The kernel and the file system keep a part for themselves: a "4 GB" machine shows 3.8.
    #[expect(clippy::cast_precision_loss, reason = "sizes of machines are far below 2^52")]
    let mebibytes = |size: Bytes| (size.0 as f64 / 1_048_576.0 * 0.9).floor();
    #[expect(clippy::cast_precision_loss, reason = "counts of processors are small")]
    let sizes = [
        (
            facts.cpu.map(|count| {
                (count as f64, if count == 1 { "1 processor".to_owned() } else { format!("{count} processors") })
            }),
            MachinePart::Processors,
            "cpu",
        ),
        (facts.memory.map(|size| (mebibytes(size), format!("{size} of memory"))), MachinePart::Memory, "memory"),
        (facts.disk.map(|size| (mebibytes(size), format!("{size} of disk"))), MachinePart::Disk, "disk"),
    ];
    for (size, part, field) in sizes {
        let Some((least, text)) = size else { continue };
        plan.probe(
            Probe::new(
                format!("platform.{field}"),
                Layer::Existence,
                format!("the machine has at least {text}"),
                Observer::Machine { part },
                Expectation::AtLeast(least),
                binding.provenance_of(&[field]),
            )
            .advice("nproc; free -m; df -h /")
            .runbook("platform"),
        );
    }
}
