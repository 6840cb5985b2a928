//! Backup: the data of the service, by the clock, in a form that was restored before it counts.
//!
//! In: clauses that ask for copies of files or of a database, how often, how many are kept, and where. Out: a program with
//! its timer, the first backup at deployment, a copy off-site whose address is a secret, checks, and how to restore. Not
//! here: the scheduled trial of what lies there (`restore-test`), a copy before a migration, backups of other software's
//! hosts.

mod beside_its_source;
mod contribution;
mod offsite;
mod proof;
mod reading;
mod units;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(super) use self::contribution::{Order, oldest, schedule, text};
pub(super) use self::offsite::variables;
pub(super) use self::proof::{elapses, newest_age, stamp, times};
pub(super) use self::units::{add_start, alert, confine, timer};
use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::diagnostics::Lint;
use crate::plan::{NamedDefault, PlanBuilder};
use crate::value::{Seconds, ServiceName, TimeOfDay, UnixPath, VariableName, Weekday};

/// The capability.
pub struct Backup;

/// What a statement says about backups.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Files and directories that are backed up.
    pub sources: Vec<UnixPath>,
    /// The PostgreSQL database that is dumped.
    pub database: Option<ServiceName>,
    /// The time between two backups.
    pub schedule: Option<Seconds>,
    /// The time of day.
    pub time: Option<TimeOfDay>,
    /// The day of the week.
    pub weekday: Option<Weekday>,
    /// How many are kept.
    pub keep: Option<u32>,
    /// How long they are kept.
    pub retention: Option<Seconds>,
    /// Where they are kept.
    pub destination: Option<UnixPath>,
    /// The command that copies them to another place.
    pub offsite: Option<String>,
    /// Whether a copy must be in another place.
    pub elsewhere: bool,
    /// What takes it there, where no command is named.
    pub copier: Option<Copier>,
    /// The variable of the environment file that holds the address of that place.
    pub target: Option<VariableName>,
}

/// A tool that copies to another place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Copier {
    /// To a host with SSH, or to an rsync daemon.
    Rsync,
    /// To one of the many stores that it knows.
    Rclone,
}

impl Facts {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

static BACKUP_SOURCES: NamedDefault = NamedDefault {
    name: "backup-sources",
    reason: "the specification does not say what is backed up: the directories in which the service keeps data",
};

static BACKUP_SCHEDULE: NamedDefault =
    NamedDefault { name: "backup-schedule", reason: "the specification does not say how often: once a day" };

static BACKUP_TIME: NamedDefault = NamedDefault {
    name: "backup-time",
    reason: "the specification names no time: at night, from 02:30 on, within half an hour, so that not all services begin at once",
};

static BACKUP_KEEP: NamedDefault =
    NamedDefault { name: "backup-keep", reason: "the specification does not say how many backups are kept: 14" };

static BACKUP_KEEPS_BY_NUMBER: NamedDefault = NamedDefault {
    name: "backup-keeps-by-number",
    reason: "a time is kept as the number of backups that it holds: deleting by age removes everything once backups stop",
};

static BACKUP_DESTINATION: NamedDefault = NamedDefault {
    name: "backup-destination",
    reason: "backups lie below /var/backups, or the place that is named, in a directory of this service that only root can read",
};

static BACKUP_COPIER: NamedDefault = NamedDefault {
    name: "backup-copier",
    reason: "the specification does not say what takes backups off-site: rsync over SSH, which nearly every host understands",
};

static BACKUP_TARGET: NamedDefault = NamedDefault {
    name: "backup-target",
    reason: "where backups are kept is nobody's business: the address is kept with the secrets, as BACKUP_TARGET; the key to it is root's own",
};

static BACKUP_TOOLS: NamedDefault = NamedDefault {
    name: "backup-tools",
    reason: "copying a live SQLite file makes broken copies: its own tool makes whole ones, and looks at them",
};

impl Capability for Backup {
    type Facts = Facts;

    const NAME: &'static str = "backup";
    const SUMMARY: &'static str = "Backups by the clock: databases copied whole, each backup restored on trial before it \
                                   counts, the newest kept by number.";
    const CUES: &'static [&'static str] = &[
        "backup(s)",
        "back(s) up",
        "backed up",
        "backing up",
        "off site",
        "offsite",
        "pg_dump",
        "database|postgresql|postgres dump(s)",
        "is|are dumped",
    ];
    const VOCABULARY: &'static [&'static str] = &[
        "backup",
        "backups",
        "backed",
        "back",
        "backing",
        "up",
        "automated",
        "automatic",
        "automatically",
        "scheduled",
        "schedule",
        "timer",
        "systemd",
        "job",
        "night",
        "clock",
        "frequency",
        "data",
        "directory",
        "directories",
        "folder",
        "file",
        "files",
        "contents",
        "content",
        "database",
        "databases",
        "db",
        "sqlite",
        "sqlite3",
        "postgresql",
        "postgres",
        "pg_dump",
        "dump",
        "dumps",
        "dumped",
        "local",
        "locally",
        "persistent",
        "state",
        "uploads",
        "store",
        "stores",
        "stored",
        "located",
        "keep",
        "keeps",
        "kept",
        "save",
        "saves",
        "saved",
        "placed",
        "written",
        "put",
        "live",
        "lives",
        "go",
        "goes",
        "retain",
        "retains",
        "retained",
        "retention",
        "available",
        "copied",
        "copy",
        "copies",
        "last",
        "newest",
        "latest",
        "recent",
        "most",
        "least",
        "number",
        "generations",
        "versions",
        "taken",
        "take",
        "takes",
        "taking",
        "created",
        "creates",
        "create",
        "made",
        "performed",
        "done",
        "full",
        "complete",
        "location",
        "destination",
        "target",
        "path",
        "storage",
        "off",
        "site",
        "offsite",
        "archive",
        "archives",
        "address",
        "named",
        "compressed",
        "consistent",
        "be",
        "get",
        "gets",
        "policy",
    ];
    const EXAMPLES: &'static [Example] = &[
        example(
            "Automatic backup of /var/lib/courier every day",
            r#"{"sources": ["/var/lib/courier"], "schedule": 86400.0}"#,
        ),
        example(
            "**Backups**: daily at 02:00, the last 14 are kept in /var/backups/ledger",
            r#"{"schedule": 86400.0, "time": "02:00", "keep": 14, "destination": "/var/backups/ledger"}"#,
        ),
        example(
            "The data in /srv/desk/data is backed up every 6 hours to /var/backups/desk",
            r#"{"sources": ["/srv/desk/data"], "schedule": 21600.0, "destination": "/var/backups/desk"}"#,
        ),
        example(
            "Back up /var/lib/desk and /etc/desk nightly",
            r#"{"sources": ["/var/lib/desk", "/etc/desk"], "schedule": 86400.0}"#,
        ),
        example("Backups are kept for 30 days", r#"{"retention": 2592000.0}"#),
        example("**Backup retention**: 10 copies", r#"{"keep": 10}"#),
        example(
            "The SQLite database /var/lib/desk/desk.db is backed up hourly",
            r#"{"sources": ["/var/lib/desk/desk.db"], "schedule": 3600.0}"#,
        ),
        example(
            "Backups are taken weekly on Sunday at 4 am UTC",
            r#"{"schedule": 604800.0, "weekday": "sunday", "time": "04:00 UTC"}"#,
        ),
        example(
            "`pg_dump tickets` makes a backup of the PostgreSQL database every night",
            r#"{"database": "tickets", "schedule": 86400.0}"#,
        ),
        example(
            "The PostgreSQL database `tickets` is dumped twice a day (backups kept for two weeks)",
            r#"{"database": "tickets", "schedule": 43200.0, "retention": 1209600.0}"#,
        ),
        example(
            "Backups are copied off-site with `rclone copy /var/backups/desk vault:desk`",
            r#"{"offsite": "rclone copy /var/backups/desk vault:desk", "elsewhere": true}"#,
        ),
        example("Backups are stored off-site", r#"{"elsewhere": true}"#),
        example("Backups are copied off-site with rsync", r#"{"elsewhere": true, "copier": "rsync"}"#),
        example(
            "Backups are copied with rclone to the address in `VAULT_TARGET`",
            r#"{"elsewhere": true, "copier": "rclone", "target": "VAULT_TARGET"}"#,
        ),
        example(
            "Off-site copies of the backups go to the address in `VAULT_TARGET`",
            r#"{"elsewhere": true, "target": "VAULT_TARGET"}"#,
        ),
        example("Backups are copied off-site with rsync or rclone", NOT_MINE),
        example("Backups are made with rsync", NOT_MINE),
        example("Backups are not copied off-site", NOT_MINE),
        example("Automated backups", r"{}"),
        criterion("A backup of /var/lib/desk is made daily", r#"{"sources": ["/var/lib/desk"], "schedule": 86400.0}"#),
        example("No backups are made", NOT_MINE),
        example("Backups are not kept on this host", NOT_MINE),
        example("PostgreSQL on another host is backed up daily", NOT_MINE),
        example("The database is backed up daily", NOT_MINE),
        example("A backup is taken before each deployment", NOT_MINE),
        example("The backup server is 192.0.2.7", NOT_MINE),
        example("Daily backups of the server by the hosting provider", NOT_MINE),
        example("The hosting provider backs up /var/lib/desk daily", NOT_MINE),
        example("Backups daily or weekly", NOT_MINE),
        example("Backups of /srv/desk are optional", NOT_MINE),
        example("Backups older than 30 days are deleted", NOT_MINE),
        example("A backup of the configuration is made daily", NOT_MINE),
        example("The service must be back up within 30 seconds", NOT_MINE),
        example("Daily backups in /srv/desk", NOT_MINE),
        example("Redis is backed up every hour", NOT_MINE),
        example("Backups every 5 hours of the customer's laptop", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[
        &BACKUP_SOURCES,
        &BACKUP_SCHEDULE,
        &BACKUP_TIME,
        &BACKUP_KEEP,
        &BACKUP_KEEPS_BY_NUMBER,
        &BACKUP_DESTINATION,
        &BACKUP_COPIER,
        &BACKUP_TARGET,
        &BACKUP_TOOLS,
    ];
    const LINTS: &'static [&'static Lint] =
        &[&beside_its_source::BACKUP_BESIDE_ITS_SOURCE, &contribution::BACKUP_WITHOUT_SOURCE];
    const STRICT: bool = true;

    fn recognise(clause: &Clause<'_>, _: &Context<'_>) -> Option<Reading<Facts>> {
        reading::read(clause)
    }

    /// More often, more of them and longer is as asked.
    fn satisfies(field: &str, given: &Value, least: &Value) -> bool {
        let (Some(given), Some(least)) = (given.as_f64(), least.as_f64()) else { return false };
        if field == "schedule" { given <= least } else { given >= least }
    }

    fn contribute(own: &[Binding<Facts>], all: &Bindings, plan: &mut PlanBuilder) {
        let Some(binding) = own.first() else { return };
        contribution::check_sources(binding, all, plan);
        beside_its_source::check(binding, all, plan);
        let Some(order) = Order::take(binding, all, plan) else { return };
        units::add(binding, &order, all, plan);
        proof::add(binding, &order, plan);
    }
}
