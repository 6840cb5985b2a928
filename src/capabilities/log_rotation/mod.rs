//! Log rotation: a log file stays below a size or an age.
//!
//! In: clauses that speak of rotating log files. Out: a logrotate configuration of the package's own, a timer that looks as
//! often as the size or the schedule needs, checks, the drill. Not here: the journal's limits (`journal_logging`), how the
//! file comes to be (`log_file`), what people want to see proven (`log_rotation_drill`).

mod contribution;
mod proof;
mod reading;
mod without_log_file;
mod without_size;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::diagnostics::Lint;
use crate::plan::{NamedDefault, PlanBuilder};
use crate::value::{Bytes, Seconds, UnixPath};

/// The capability.
pub struct LogRotation;

/// What a statement says about rotation. Sizes in bytes, times in seconds.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The file, where the sentence names one; else the service's log file.
    pub path: Option<UnixPath>,
    /// A file that is larger is rotated.
    pub max_size: Option<Bytes>,
    /// How often it is rotated whatever its size.
    pub schedule: Option<Schedule>,
    /// How many rotated files are kept.
    pub keep: Option<u32>,
    /// For how long rotated files are kept.
    pub keep_for: Option<Seconds>,
    /// Whether rotated files are compressed.
    pub compress: bool,
    /// Whether it is said that they are not.
    pub uncompressed: bool,
    /// Whether the file is copied and emptied instead of renamed.
    pub copytruncate: bool,
}

/// A rhythm that logrotate knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// Each hour.
    Hourly,
    /// Each day.
    Daily,
    /// Each week.
    Weekly,
    /// Each month.
    Monthly,
}

impl Schedule {
    /// Its name, which is logrotate's directive, too.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
        }
    }

    /// How long one period lasts.
    #[must_use]
    pub fn period(self) -> Seconds {
        Seconds(match self {
            Self::Hourly => 3600.0,
            Self::Daily => 86_400.0,
            Self::Weekly => 7.0 * 86_400.0,
            Self::Monthly => 28.0 * 86_400.0,
        })
    }
}

static ROTATION_SIZE: NamedDefault = NamedDefault {
    name: "log-rotation-size",
    reason: "the specification says neither when nor at which size logs rotate: at 100 MiB, because only a size bounds the disk",
};

static ROTATION_INTERVAL: NamedDefault = NamedDefault {
    name: "log-rotation-interval",
    reason: "a size holds only as often as somebody looks: every 10 minutes, by a timer and a configuration of the package's \
             own, because the distribution looks once a day and would rotate a second time",
};

static ROTATION_KEEP: NamedDefault = NamedDefault {
    name: "log-rotation-keep",
    reason: "the specification does not say how many rotated files stay: 10, so that the disk they take is bounded",
};

static ROTATION_COMPRESS: NamedDefault = NamedDefault {
    name: "log-rotation-compress",
    reason: "logs shrink to a tenth; the newest rotated file stays as it is, because somebody may still be writing into it",
};

static ROTATION_DAILY: NamedDefault = NamedDefault {
    name: "log-rotation-daily",
    reason: "logs that are kept for a time are rotated daily, so that single days can be dropped",
};

impl Capability for LogRotation {
    type Facts = Facts;

    const NAME: &'static str = "log-rotation";
    const SUMMARY: &'static str =
        "Log files are rotated by logrotate at a size or on schedule; a timer of their own makes the size hold.";
    const CUES: &'static [&'static str] = &[
        "log(s) (file|files) … rotate(s|d)",
        "log(s) (file|files) … (is|are) rotated",
        "log(s) (file|files) rotation",
        "rotation of (the|its|all) log(s)",
        "rotate(s|d) … log(s)",
        "rotating … log(s)",
        "rotated log(s)",
        "logrotate … rotate(s|d)",
        "logrotate:",
        "log rotation:",
        "rotated daily|weekly|monthly|hourly|nightly",
        "rotated when|at|once|after|every",
        "rotate(s) daily|weekly|monthly|hourly|when|at",
        "max|maximum log (file) size",
        "logrotate",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "log",
        "logs",
        "logging",
        "file",
        "files",
        "rotate",
        "rotates",
        "rotated",
        "rotation",
        "rotations",
        "rotating",
        "logrotate",
        "size",
        "sized",
        "max",
        "maximum",
        "limit",
        "reach",
        "reaches",
        "reaching",
        "exceed",
        "exceeds",
        "exceeding",
        "grow",
        "grows",
        "larger",
        "bigger",
        "greater",
        "over",
        "above",
        "beyond",
        "than",
        "below",
        "up",
        "least",
        "most",
        "keep",
        "keeps",
        "keeping",
        "kept",
        "retain",
        "retains",
        "retained",
        "retaining",
        "retention",
        "store",
        "stored",
        "delete",
        "deleted",
        "remove",
        "removed",
        "drop",
        "dropped",
        "old",
        "older",
        "oldest",
        "last",
        "latest",
        "history",
        "copies",
        "archives",
        "archived",
        "generations",
        "backups",
        "versions",
        "per",
        "each",
        "compress",
        "compressed",
        "compresses",
        "compression",
        "compressing",
        "gzip",
        "gzipped",
        "gz",
        "zipped",
        "uncompressed",
        "copytruncate",
        "delaycompress",
        "missingok",
        "notifempty",
        "create",
        "rotate",
        "daily",
        "nightly",
        "weekly",
        "monthly",
        "hourly",
        "day",
        "week",
        "month",
        "hour",
        "once",
        "midnight",
        "prevent",
        "prevents",
        "preventing",
        "avoid",
        "avoids",
        "protect",
        "against",
        "save",
        "disk",
        "space",
        "fill",
        "fills",
        "filling",
        "full",
        "exhaustion",
        "growth",
        "unbounded",
        "automatically",
        "automatic",
        "regularly",
        "enabled",
        "active",
        "managed",
        "handled",
        "done",
        "place",
        "policy",
        "by",
        "via",
        "size-based",
    ];
    const EXAMPLES: &'static [Example] = &[
        example("Logs rotate when reaching 100MB (prevent disk fill)", r#"{"max_size": 104857600}"#),
        example("Log files are rotated at 50 MB, keeping 5 files", r#"{"max_size": 52428800, "keep": 5}"#),
        example("Logs are rotated daily and kept for 30 days", r#"{"schedule": "daily", "keep_for": 2592000.0}"#),
        example(
            "**Log rotation**: weekly, keep 8, compressed",
            r#"{"schedule": "weekly", "keep": 8, "compress": true}"#,
        ),
        example(
            "**Log rotation**: daily (14 files, gzip, copytruncate)",
            r#"{"schedule": "daily", "keep": 14, "compress": true, "copytruncate": true}"#,
        ),
        example("logrotate rotates the logs every week", r#"{"schedule": "weekly"}"#),
        example("Logs are rotated weekly without compression", r#"{"schedule": "weekly", "uncompressed": true}"#),
        example(
            "/var/log/mailer/mailer.log is a log file, rotated when it exceeds 20 MB",
            r#"{"path": "/var/log/mailer/mailer.log", "max_size": 20971520}"#,
        ),
        example("**Max log file size**: 10 MB", r#"{"max_size": 10485760}"#),
        example("Log rotation prevents a full disk", "{}"),
        criterion("Logs are rotated at 100 MiB", r#"{"max_size": 104857600}"#),
        example("Logs are not rotated", NOT_MINE),
        example("Log rotation: managed by journald (SystemMaxUse)", NOT_MINE),
        example("API keys are rotated every 90 days", NOT_MINE),
        example("nginx logs are rotated daily", NOT_MINE),
        example("Audit logs are rotated yearly", NOT_MINE),
        criterion("Log rotation: a 100MB log file triggers rotation", NOT_MINE),
        example("Logs are rotated between 50 and 100 MB", NOT_MINE),
        example("Key rotation is logged", NOT_MINE),
        example("Logs rotate if somebody has time", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] =
        &[&ROTATION_SIZE, &ROTATION_INTERVAL, &ROTATION_KEEP, &ROTATION_COMPRESS, &ROTATION_DAILY];
    const LINTS: &'static [&'static Lint] =
        &[&without_size::LOG_ROTATION_WITHOUT_SIZE, &without_log_file::LOG_ROTATION_WITHOUT_LOG_FILE];
    // "Without compression" denies no rotation.
    const READS_NEGATION: bool = true;

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        reading::read(clause, context)
    }

    fn subject(facts: &Facts) -> String {
        facts.path.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        if own.is_empty() {
            return;
        }
        without_size::check(own, plan);
        contribution::contribute(own, all, plan);
    }
}
