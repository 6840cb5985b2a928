//! Statements that announce something and are not compiled, because they can be read two ways.

use crate::capabilities::{CAPABILITIES, Refusal, RefusalReason, StatementReading};
use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::{Rule, View};
use crate::spec::Statement;

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
        if view.is_open(statement)
            && let Some(refusal) = reading.refusals.iter().find(|refusal| !is_read_otherwise(reading, refusal))
        {
            found.push(diagnostic(statement, refusal));
        }
    }
}

/// Whether another capability read the phrase: then it was only a wrong lead.
fn is_read_otherwise(reading: &StatementReading, refusal: &Refusal) -> bool {
    reading
        .readings
        .iter()
        .any(|accepted| accepted.cue.start < refusal.range.end && refusal.range.start < accepted.cue.end)
}

fn diagnostic(statement: &Statement, refusal: &Refusal) -> Diagnostic {
    let capability = CAPABILITIES.get(refusal.capability).map_or("", |entry| entry.name);
    let span = statement.span_of(refusal.range.clone());
    let id = &statement.id;
    let at = format!("this announces {capability}");
    match &refusal.reason {
        RefusalReason::Hedged(word) => {
            Diagnostic::new(&HEDGED_STATEMENT, span, format!("\"{word}\" leaves open whether {id} holds"))
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
            format!("{id} is not compiled: \"{word}\" is not known in a sentence about {capability}"),
        )
        .at(at)
        .help(format!(
            "leave the word out, or say it plainer; `specc explain {capability}` shows sentences that compile"
        )),
        RefusalReason::ForeignSubject(subject) => {
            Diagnostic::new(&OTHER_SUBJECT, span, format!("{id} is about {subject}, not about the service"))
                .at(at)
                .help("where the service is meant, name it as the subject")
        }
    }
}
