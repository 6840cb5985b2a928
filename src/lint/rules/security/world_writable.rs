//! Files and directories that everybody can write.

use crate::capabilities::{Directories, FilePermissions};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};

declare_lint! {
    /// *What it does*: reports a mode that lets everybody write, such as 777 or 666.
    ///
    /// *Why is this bad?* Whoever gets hold of any account on the host, that of another service included, changes what
    /// this service runs or believes.
    ///
    /// *Instead*: 750 for directories, 640 for files; give a group the right instead of everybody.
    static WORLD_WRITABLE = "world-writable", Error, Security, "everybody on the host can write there";
}

pub(super) static RULE: Rule = Rule { lints: &[&WORLD_WRITABLE], check };

fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    let of_files = view.bindings.of::<FilePermissions>().iter();
    let of_files = of_files.map(|binding| (binding.facts.mode, binding.span_of("mode")));
    let of_directories = view.bindings.of::<Directories>().iter();
    let of_directories = of_directories.map(|binding| (binding.facts.mode, binding.span_of("mode")));
    for (mode, place) in of_files.chain(of_directories) {
        let (Some(mode), Some(place)) = (mode, place) else { continue };
        // The sticky bit keeps others from removing what is not theirs, as in /tmp.
        if mode.bits() & 0o002 != 0 && mode.bits() & 0o1000 == 0 {
            found.push(
                Diagnostic::new(
                    &WORLD_WRITABLE,
                    place,
                    format!("with mode {mode} everybody on the host can write here"),
                )
                .at("the last digit is for everybody")
                .help("write 750 for a directory, 640 for a file"),
            );
        }
    }
}
