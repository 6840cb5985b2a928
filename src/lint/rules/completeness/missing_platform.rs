//! Specifications that do not say what they are deployed on.

use super::missing::Missing;
use crate::capabilities::Platform;
use crate::declare_lint;

declare_lint! {
    /// *What it does*: reports a specification that names no release of Debian or Ubuntu, neither in a sentence nor in
    /// the front matter.
    ///
    /// *Why is this bad?* The package is then made for all supported releases: it uses only what the oldest systemd
    /// among them knows, and nobody has said which one was tested.
    ///
    /// *Instead*: add `- **Platform**: Debian 12`.
    static MISSING_PLATFORM = "missing-platform", Info, Completeness, "nothing says which release the service runs on";
}

pub(super) static MISSING: Missing = Missing {
    lint: &MISSING_PLATFORM,
    lacks: |asked| asked.lacks::<Platform>() && asked.view.spec.configuration.target.is_none(),
    message: "nothing says which release the service runs on",
    write: "- **Platform**: Debian 12",
};
