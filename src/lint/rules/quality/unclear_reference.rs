//! Sentences that do not say what they speak of.

use crate::declare_lint;
use crate::diagnostics::Diagnostic;
use crate::lint::words::{Hit, Scope, WordList};

declare_lint! {
    /// *What it does*: finds statements that begin with *it*, *this*, *they*, *these* and were not understood (INCOSE's
    /// rule on pronouns).
    ///
    /// *Why is this bad?* Requirements are moved, filtered and quoted one by one. Away from the sentence before it,
    /// nobody knows what this one is about.
    ///
    /// *Instead*: repeat the noun: "the service …", "the backup …".
    static UNCLEAR_REFERENCE = "unclear-reference", Info, Quality, "a sentence that points somewhere else";
}

pub(super) static WORDS: WordList = WordList {
    lint: &UNCLEAR_REFERENCE,
    phrases: &["it", "they", "this", "these", "those", "he", "she"],
    scope: Scope::Unread,
    judge,
};

fn judge(hit: &Hit<'_>) -> Option<Diagnostic> {
    let starts = hit.before().trim_matches(|character: char| !character.is_alphanumeric()).is_empty();
    if !starts || hit.statement.parent.is_some() || hit.statement.lead_in.is_some() || !hit.reading.readings.is_empty()
    {
        return None;
    }
    let noun = hit.after().split_whitespace().next().unwrap_or_default();
    // "This service", "these ports" say what they speak of, and most others have a verb here.
    let verb =
        ["is", "are", "must", "shall", "should", "will", "can", "has", "have", "does", "do", "may", "was", "needs"];
    if !verb.contains(&noun.to_lowercase().as_str()) && !noun.ends_with('s') {
        return None;
    }
    let finding = hit.finding(format!("\"{}\" does not say what {} speaks of", hit.phrase(), hit.statement.id));
    Some(finding.at("what?").help("repeat the noun: the service, the backup, the operator"))
}
