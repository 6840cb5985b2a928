//! Command check: a criterion that is a command and what it should print.
//!
//! In: clauses with a command in inline code that no capability understood. Out: a check that runs the command as an
//! argument list, never through a shell, when it is on a list of commands that only read; otherwise the statement says
//! why it is not run. Not here: what a capability understands; its own check replaces the literal command.

mod allowed;
mod without_expectation;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Binding, Bindings, Capability, Clause, Context, Example, NOT_MINE, Reading, criterion, example};
use crate::diagnostics::Lint;
use crate::plan::{Expectation, NamedDefault, Observer, PlanBuilder, Probe, Provenance, RunbookEntry, RunbookStep};
use crate::spec::mention::Mention;
use crate::value::Seconds;

/// The chapter of the runbook for a command that answers otherwise.
const ANCHOR: &str = "command-differs";

/// The capability.
pub struct CommandCheck;

/// What a command must do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// It prints exactly this.
    Prints(String),
    /// What it prints contains this.
    Contains(String),
    /// It ends with this code.
    ExitCode(u8),
    /// The request is answered with this status.
    Status(u16),
}

/// A command and what is expected of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// The command, word by word.
    pub command: Vec<String>,
    /// What it must do; to succeed when nothing is said.
    pub expectation: Option<Expected>,
    /// How long it may take, in seconds.
    pub within: Option<Seconds>,
}

static SUCCEEDS: NamedDefault = NamedDefault {
    name: "command-succeeds",
    reason: "a command without a written expectation must end with exit code 0",
};

impl Capability for CommandCheck {
    type Facts = Facts;

    const NAME: &'static str = "command-check";
    const SUMMARY: &'static str = "A command of the specification that only reads is run as a check, without a shell.";
    const CUES: &'static [&'static str] = &["<command>"];
    const VOCABULARY: &'static [&'static str] = &[
        "returns",
        "return",
        "prints",
        "print",
        "outputs",
        "output",
        "reports",
        "report",
        "displays",
        "says",
        "gives",
        "contains",
        "include",
        "includes",
        "exit",
        "exits",
        "code",
        "status",
        "http",
        "ok",
        "succeeds",
        "successfully",
        "expect",
        "expected",
        "result",
        "command",
        "response",
        "responds",
        "valid",
        "works",
        "passes",
        "line",
        "text",
    ];
    const EXAMPLES: &'static [Example] = &[
        criterion(
            "`getent passwd www-data` contains \"/nologin\"",
            r#"{"command": ["getent", "passwd", "www-data"], "expectation": {"contains": "/nologin"}}"#,
        ),
        criterion(
            "Time: `timedatectl show -p NTPSynchronized` prints \"NTPSynchronized=yes\"",
            r#"{"command": ["timedatectl", "show", "-p", "NTPSynchronized"], "expectation": {"prints": "NTPSynchronized=yes"}}"#,
        ),
        criterion(
            "`curl -s http://localhost:9100/metrics` returns 200 OK within 3 seconds",
            r#"{"command": ["curl", "-s", "http://localhost:9100/metrics"], "expectation": {"status": 200}, "within": 3.0}"#,
        ),
        criterion("`nginx -t` returns exit code 0", r#"{"command": ["nginx", "-t"], "expectation": {"exit_code": 0}}"#),
        criterion("`id backup` succeeds", r#"{"command": ["id", "backup"], "expectation": {"exit_code": 0}}"#),
        criterion("Check: `test -d /srv/data`", r#"{"command": ["test", "-d", "/srv/data"]}"#),
        criterion("`journalctl -p err` prints no errors", NOT_MINE),
        criterion("`journalctl -u agent-prod -p err` is empty", NOT_MINE),
        criterion("`nginx -t` fails with a broken configuration", NOT_MINE),
        criterion("The output of `uptime` is optional", NOT_MINE),
        criterion("The load is low", NOT_MINE),
        criterion("When `systemctl start web.target` is run, all workers start in order", NOT_MINE),
        criterion("A release reloads the workers (via `systemctl reload web`)", NOT_MINE),
        example("Port 5432 is not exposed", NOT_MINE),
    ];
    const DEFAULTS: &'static [&'static NamedDefault] = &[&SUCCEEDS];
    const FALLBACK: bool = true;
    const CRITERIA_SUFFICE: bool = true;

    const LINTS: &'static [&'static Lint] = &[&without_expectation::CRITERION_WITHOUT_EXPECTATION];

    fn recognise(clause: &Clause<'_>, context: &Context<'_>) -> Option<Reading<Facts>> {
        // Requirements are not met by running something; a step of a procedure is no check.
        if context.statement.kind.is_requirement() {
            return None;
        }
        // What must go wrong is no command that succeeds.
        if clause
            .find("fail|fails|failing|refuse(s|d)|reject(s|ed)|denied|broken|invalid|impossible|empty|nothing")
            .is_some()
        {
            return None;
        }
        let mut commands = clause.commands();
        let (words, place) = commands.next()?;
        // "When `x` is run, …" and "reloads it (via `x`)" tell how something comes about, not what is looked at.
        let is_means =
            matches!(clause.word_before(&place).as_str(), "when" | "via" | "using" | "after" | "by" | "with");
        let only_reads = allowed::judge(words).is_ok();
        if commands.next().is_some() || is_means && !only_reads {
            return None;
        }
        let mut reading = Reading::new(Facts { command: words.to_vec(), ..Facts::default() }, [place]);
        read_expectation(clause, &mut reading)?;
        if let Some(range) = clause.find("within|under") {
            let (within, place) = clause.durations().next()?;
            reading.facts.within = Some(within);
            reading.claims.extend([range, place]);
        }
        Some(reading)
    }

    fn subject(facts: &Facts) -> String {
        format!("{} {:?}", facts.command.join(" "), facts.expectation)
    }

    fn contribute(own: &[Binding<Facts>], _: &Bindings, plan: &mut PlanBuilder) {
        without_expectation::check(own, plan);
        let mut number = 0;
        let mut everybody = Provenance { capability: Self::NAME, ..Provenance::default() };
        let mut commands = Vec::new();
        for binding in own {
            match allowed::judge(&binding.facts.command) {
                Ok(allowed) => {
                    number += 1;
                    if contribute_probe(number, &allowed, binding, plan) {
                        everybody.merge(&binding.provenance());
                        commands.push(as_typed(&binding.facts.command));
                    }
                }
                Err(reason) => {
                    for statement in binding.requirements.iter().chain(&binding.criteria) {
                        plan.partial(*statement, format!("not run: {reason}"));
                    }
                }
            }
        }
        if !commands.is_empty() {
            plan.runbook(entry(commands, everybody));
        }
    }
}

/// The command for a root shell, in which each word means itself.
fn as_typed(words: &[String]) -> String {
    let plain = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./:@%+,=".contains(&byte))
    };
    let words = words.iter().map(String::as_str).skip_while(|word| *word == "sudo");
    let typed =
        words.map(|word| if plain(word) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) });
    typed.collect::<Vec<_>>().join(" ")
}

/// What to do when a command does not answer as the specification says.
fn entry(commands: Vec<String>, provenance: Provenance) -> RunbookEntry {
    let mut steps: Vec<RunbookStep> = commands
        .into_iter()
        .map(|command| RunbookStep::run("See what it answers now; the check says what it should.", command))
        .collect();
    steps.push(RunbookStep::say(
        "Read what the service logged at that time. Where the answer is right and the sentence is old, change the specification and \
         compile again.",
    ));
    RunbookEntry {
        anchor: ANCHOR,
        title: "A command of the specification answers otherwise".to_owned(),
        symptom: Some("a check whose name begins with `command-check` fails".to_owned()),
        checks: Vec::new(),
        steps,
        verify: Some(RunbookStep::run("It answers as it should.", "./validate-deployment.sh --check command-check")),
        provenance,
    }
}

/// What the sentence says after the command. `None` when it says something that cannot be compared.
fn read_expectation(clause: &Clause<'_>, reading: &mut Reading<Facts>) -> Option<()> {
    let mut quoted: Vec<(String, std::ops::Range<usize>)> =
        clause.quotes().map(|(text, range)| (text.to_owned(), range)).collect();
    quoted.extend(clause.mentions().filter_map(|(mention, range)| match mention {
        Mention::Code(code) => Some((code.clone(), range)),
        _ => None,
    }));
    let expectation = if let Some(range) =
        clause.find("exit(s) (with) code|status #").or_else(|| clause.find("exits|exit (with) #"))
    {
        let (code, place) = clause.counts().find(|(_, place)| range.start <= place.start && place.end <= range.end)?;
        reading.claims.extend([range, place]);
        Expected::ExitCode(u8::try_from(code).ok()?)
    } else if let [(text, place)] = quoted.as_slice() {
        let contains = clause.find("contains|contain|includes|include|mentions");
        clause.find(
            "returns|prints|outputs|shows|reports|displays|says|gives|is|contains|contain|includes|include|mentions",
        )?;
        reading.claims.push(place.clone());
        if contains.is_some() { Expected::Contains(text.clone()) } else { Expected::Prints(text.clone()) }
    } else if !quoted.is_empty() {
        return None;
    } else if let Some((code, place)) = clause.counts().find(|(count, _)| (100..600).contains(count)) {
        if reading.facts.command.first().is_none_or(|word| word != "curl") {
            return None;
        }
        clause.find("returns|return|responds|answers|status|ok|gives|shows")?;
        reading.claims.push(place);
        Expected::Status(u16::try_from(code).ok()?)
    } else if let Some(range) = clause.find("succeeds|passes|works|successfully") {
        reading.claims.push(range);
        Expected::ExitCode(0)
    } else {
        // A word about the output that cannot be compared is no expectation at all.
        let vague = "returns|prints|outputs|shows|reports|displays|gives|contains|looks|lists";
        return clause.find(vague).is_none().then_some(());
    };
    reading.facts.expectation = Some(expectation);
    Some(())
}

/// Adds the check; `false` where the default that would say what to expect is switched off.
fn contribute_probe(
    number: usize,
    allowed: &allowed::Allowed,
    binding: &Binding<Facts>,
    plan: &mut PlanBuilder,
) -> bool {
    let facts = &binding.facts;
    let mut why = binding.provenance();
    let text = facts.command.join(" ");
    let expectation = match &facts.expectation {
        Some(Expected::Prints(text)) => Expectation::Equals(text.clone()),
        Some(Expected::Contains(text)) => Expectation::Contains(text.clone()),
        Some(Expected::ExitCode(code)) => Expectation::ExitCode(*code),
        Some(Expected::Status(status)) => Expectation::Equals(status.to_string()),
        None => {
            let Some(default) = plan.default(CommandCheck::NAME, &SUCCEEDS) else { return false };
            why.default = default.default;
            // curl ends with 0 on a 500, too.
            if allowed.url.is_some() {
                Expectation::Matches("^2[0-9][0-9]$".to_owned())
            } else {
                Expectation::ExitCode(0)
            }
        }
    };
    let asks_status = matches!(facts.expectation, None | Some(Expected::Status(_)));
    let observer = match &allowed.url {
        Some(url) if asks_status => Observer::HttpStatus { method: "GET".to_owned(), url: url.clone() },
        _ => Observer::Command {
            user: allowed.user.clone(),
            timeout: facts.within.unwrap_or(Seconds(10.0)),
            arguments: allowed.arguments.clone(),
        },
    };
    let mut probe = Probe::new(
        format!("command-check.{}-{number}", facts.command.first().map_or("command", String::as_str)),
        allowed.layer,
        format!("`{text}` does what the specification says"),
        observer,
        expectation,
        why,
    )
    .advice(text)
    .runbook(ANCHOR);
    if allowed.user.as_str() == "root" {
        probe = probe.needs("root");
    } else if allowed.user == plan.user {
        probe = probe.after("system-user.exists");
    }
    plan.probe(probe);
    true
}
