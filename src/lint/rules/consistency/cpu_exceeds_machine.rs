//! CPU limits that the machine cannot reach.

use crate::capabilities::{CpuLimit, Platform};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a CPU limit above what all processors of the machine give together.
    ///
    /// *Why is this bad?* The limit limits nothing. Somebody counted in cores where systemd counts in percent of one
    /// core, or the machine is smaller than the author believes.
    ///
    /// *Instead*: 100 % a processor: half of two processors is 100 %.
    static CPU_EXCEEDS_MACHINE = "cpu-exceeds-machine", Warn, Consistency, "the CPU limit is larger than the machine";
}

pub(super) static RULE: Rule = Rule { lints: &[&CPU_EXCEEDS_MACHINE], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let Some(limit) = view.bindings.one::<CpuLimit>() else { return };
    let Some((percent, place)) = limit.facts.percent.zip(limit.span_of("percent")) else { return };
    for machine in view.bindings.of::<Platform>() {
        let Some((processors, span)) = machine.facts.cpu.zip(machine.span_of("cpu")) else { continue };
        let Ok(whole) = u32::try_from(processors.saturating_mul(100)) else { continue };
        if percent.0 > f64::from(whole) {
            let message = format!("{percent} of a processor is more than the machine has");
            found.push(
                Diagnostic::new(&CPU_EXCEEDS_MACHINE, place, message)
                    .at("this limits nothing")
                    .label(span, format!("together {whole}%"))
                    .help(format!("write at most {whole}%, or leave the limit out")),
            );
        }
    }
}
