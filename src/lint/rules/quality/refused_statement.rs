//! Statements that announce something and are not compiled, because they can be read two ways.

use super::escape_clause;
use crate::capabilities::{CAPABILITIES, Refusal, RefusalReason, StatementReading};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use crate::spec::{Statement, StatementKind};

declare_lint! {
    /// *What it does*: reports a sentence that leaves open whether it holds: *if*, *unless*, *except*, *optional*,
    /// *planned*.
    ///
    /// *Why is this bad?* A package either does a thing or does not. Building what is only planned, or leaving out what
    /// is meant, would both be guesses.
    ///
    /// *Instead*: state what holds now. Move plans out of the requirements, and put alternatives into parameters.
    static HEDGED_STATEMENT = "hedged-statement", Warn, Quality, "a statement leaves open whether it holds";
}

declare_lint! {
    /// *What it does*: reports a denial that cannot be compiled: two negations on one phrase, or the absence of
    /// something that a package cannot take away.
    ///
    /// *Why is this bad?* Read the wrong way round, the sentence would open what must stay closed.
    ///
    /// *Instead*: say what holds, without a negation: "the firewall allows only 443/tcp", "root login over SSH is
    /// disabled".
    static NEGATED_STATEMENT = "negated-statement", Warn, Quality, "a denial that cannot be compiled";
}

declare_lint! {
    /// *What it does*: reports a phrase that two capabilities claim.
    ///
    /// *Why is this bad?* One of the two readings is wrong, and neither is compiled.
    ///
    /// *Instead*: name the thing, or force the reading: `<!-- specc: as=memory-limit max=512M -->`.
    static AMBIGUOUS_STATEMENT = "ambiguous-statement", Warn, Quality, "a phrase has two readings";
}

declare_lint! {
    /// *What it does*: reports a sentence about the firewall, a port or SSH with a word that is not known there.
    ///
    /// *Why is this bad?* The word may be a condition. Where a misreading would open or close the wrong thing, a sentence
    /// is compiled only when every word of it is understood.
    ///
    /// *Instead*: say it in the plainest words, one thing a sentence: "Firewall allows only 22/tcp and 443/tcp".
    static UNKNOWN_WORD = "unknown-word", Warn, Security, "a sentence that must be understood to the last word is not";
}

declare_lint! {
    /// *What it does*: reports a sentence that speaks of other software: a database, a proxy, a container.
    ///
    /// *Why is this bad?* Read as a sentence about the service it would be wrong, so it is not compiled.
    ///
    /// *Instead*: where the service is meant, say so; else nothing: the matrix lists the statement as unrecognised.
    static OTHER_SUBJECT = "other-subject", Info, Quality, "a statement speaks of other software";
}

pub(super) static RULE: Rule = Rule {
    lints: &[&HEDGED_STATEMENT, &NEGATED_STATEMENT, &AMBIGUOUS_STATEMENT, &UNKNOWN_WORD, &OTHER_SUBJECT],
    check,
};

/// Reports them, the first refusal of each statement.
fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (statement, reading) in view.spec.statements.iter().zip(view.readings) {
        let said = |refusal: &&Refusal| {
            !is_read_otherwise(statement, reading, refusal) && !is_escape_clause(statement, &refusal.reason)
        };
        if let Some(refusal) = reading.refusals.iter().find(said)
            && view.is_open(statement)
        {
            found.push(diagnostic(statement, reading, refusal));
        }
    }
}

/// Whether another capability read the phrase, or is announced by the very word that was one too many: then it was only
/// a wrong lead.
fn is_read_otherwise(statement: &Statement, reading: &StatementReading, refusal: &Refusal) -> bool {
    reading.readings.iter().any(|accepted| {
        let cue = statement.text.masked.get(accepted.cue.clone()).unwrap_or_default();
        accepted.cue.start < refusal.range.end && refusal.range.start < accepted.cue.end
            || matches!(&refusal.reason, RefusalReason::Residue(word) if cue.eq_ignore_ascii_case(word))
    })
}

/// Whether the condition is *if needed* or its like, of which `escape-clause` says more.
fn is_escape_clause(statement: &Statement, reason: &RefusalReason) -> bool {
    let RefusalReason::Hedged(word) = reason else { return false };
    let (word, text) = (word.to_lowercase(), statement.text.masked.to_lowercase());
    let begins = |phrase: &&&str| phrase.split(' ').next() == Some(word.as_str());
    statement.kind != StatementKind::Constraint
        && escape_clause::WORDS.phrases.iter().filter(begins).any(|phrase| text.contains(*phrase))
}

/// What a word leaves open, as the finding says it.
fn left_open(word: &str) -> &'static str {
    const TIMES: &[&str] = &[
        "planned",
        "later",
        "future",
        "eventually",
        "temporarily",
        "previously",
        "formerly",
        "until",
        "deprecated",
        "old",
        "legacy",
    ];
    let is_one_of = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    match word {
        "e.g." => "what exactly is meant in",
        _ if is_one_of(&["staging", "development"]) => "where",
        _ if is_one_of(TIMES) => "when",
        _ => "whether",
    }
}

fn diagnostic(statement: &Statement, reading: &StatementReading, refusal: &Refusal) -> Diagnostic {
    let capability = CAPABILITIES.get(refusal.capability).map_or("", |entry| entry.name);
    let span = statement.span_of(refusal.range.clone());
    let id = &statement.id;
    let at = format!("this announces {capability}");
    match &refusal.reason {
        RefusalReason::Hedged(word) if word.eq_ignore_ascii_case("because") => Diagnostic::new(
            &HEDGED_STATEMENT,
            span,
            format!("{id} gives its reason, of which a part could be taken for the requirement"),
        )
        .at(at)
        .help("put the reason into a sentence of its own, outside the requirement"),
        RefusalReason::Hedged(word) => {
            let (open, holds) = (left_open(word), if word == "e.g." { "" } else { " holds" });
            Diagnostic::new(&HEDGED_STATEMENT, span, format!("\"{word}\" leaves open {open} {id}{holds}"))
                .at(at)
                .help("state what holds now, without a condition")
        }
        RefusalReason::Negated => Diagnostic::new(
            &NEGATED_STATEMENT,
            span,
            format!("{id} denies something that cannot be compiled as a denial"),
        )
        .at(at)
        .help("say what holds instead of what does not"),
        RefusalReason::Ambiguous(other) => {
            let other = CAPABILITIES.get(*other).map_or("", |entry| entry.name);
            Diagnostic::new(&AMBIGUOUS_STATEMENT, span, format!("{id} can be read as {capability} and as {other}"))
                .at("both claim this phrase")
                .help(format!("name the thing, or force the reading: <!-- specc: as={capability} … -->"))
        }
        RefusalReason::Residue(word) if word.is_empty() => {
            Diagnostic::new(&UNKNOWN_WORD, span, format!("most of {id} was not understood"))
                .at(at)
                .help(format!("say it in plainer words; `specc explain {capability}` shows sentences that compile"))
        }
        RefusalReason::Residue(word) => Diagnostic::new(
            &UNKNOWN_WORD,
            span,
            format!(
                "{}{id} is not compiled: \"{word}\" is not known in a sentence about {capability}",
                if reading.readings.is_empty() { "" } else { "a part of " }
            ),
        )
        .at(at)
        .help(format!(
            "leave the word out, or say it plainer; `specc explain {capability}` shows sentences that compile"
        )),
        RefusalReason::ForeignSubject(subject) => {
            let message = format!("{id} speaks of {subject}: not read as a sentence about the service");
            Diagnostic::new(&OTHER_SUBJECT, span, message)
                .at(at)
                .help("where the service is meant, name it as the subject")
        }
    }
}
