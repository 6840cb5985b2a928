//! Headings → what their sections are about, by a table of synonyms.

use super::SectionKind;
use super::SectionKind::{
    Contacts, Environment, FailureScenarios, Functional, Intent, Monitoring, Narrative, NonFunctional, Operational,
    OutOfScope, Security, SecurityValidation, ServiceDefinition, SuccessCriteria, TechnicalConstraints,
};

/// Whole headings, in small letters, without numbering, symbols and parentheses.
const HEADINGS: &[(&str, SectionKind)] = &[
    ("about", Intent),
    ("acceptance", SuccessCriteria),
    ("anforderungen", Functional),
    ("app", ServiceDefinition),
    ("application", ServiceDefinition),
    ("backup", Operational),
    ("backups", Operational),
    ("business goals", Intent),
    ("configuration", Environment),
    ("constraints", TechnicalConstraints),
    ("contact", Contacts),
    ("deployment configuration", ServiceDefinition),
    ("environment", Environment),
    ("exigences", Functional),
    ("firewall", Security),
    ("intent", Intent),
    ("introduction", Intent),
    ("logging", Monitoring),
    ("maintenance", Operational),
    ("monitoring", Monitoring),
    ("nfr", NonFunctional),
    ("objective", Intent),
    ("objectives", Intent),
    ("operations", Operational),
    ("overview", Intent),
    ("performance", NonFunctional),
    ("permissions", Security),
    ("purpose", Intent),
    ("reliability", NonFunctional),
    ("requirements", Functional),
    ("requisitos", Functional),
    ("scope", Intent),
    ("service", ServiceDefinition),
    ("summary", Intent),
    ("support", Contacts),
    ("testing", SuccessCriteria),
    ("tests", SuccessCriteria),
    ("validation", SuccessCriteria),
    ("verification", SuccessCriteria),
    ("vision", Intent),
    ("ziel", Intent),
    ("zweck", Intent),
];

/// Phrases in headings; the first that a heading contains decides, so the more special ones stand first.
const PHRASES: &[(&str, SectionKind)] = &[
    // What is said not to be done must never be read as asked for.
    ("out of scope", OutOfScope),
    ("not in scope", OutOfScope),
    ("non goals", OutOfScope),
    ("nongoals", OutOfScope),
    ("not included", OutOfScope),
    ("not applied", OutOfScope),
    ("not doing", OutOfScope),
    ("exclusions", OutOfScope),
    ("excluded", OutOfScope),
    ("won't", OutOfScope),
    ("nicht im umfang", OutOfScope),
    ("fuera de alcance", OutOfScope),
    ("hors périmètre", OutOfScope),
    ("future work", OutOfScope),
    ("future enhancements", OutOfScope),
    ("security validation", SecurityValidation),
    ("security verification", SecurityValidation),
    ("security checks", SecurityValidation),
    ("security tests", SecurityValidation),
    ("security testing", SecurityValidation),
    ("security acceptance", SecurityValidation),
    ("failure scenario", FailureScenarios),
    ("failure scenarios", FailureScenarios),
    ("failure testing", FailureScenarios),
    ("failure tests", FailureScenarios),
    ("failure modes", FailureScenarios),
    ("failure drills", FailureScenarios),
    ("resilience tests", FailureScenarios),
    ("resilience testing", FailureScenarios),
    ("chaos", FailureScenarios),
    ("troubleshooting", Narrative),
    ("fehlerbehebung", Narrative),
    ("solución de problemas", Narrative),
    ("dépannage", Narrative),
    ("common issues", Narrative),
    ("known issues", Narrative),
    ("known limitations", Narrative),
    ("rollback steps", Narrative),
    ("rollback procedure", Narrative),
    ("rollback plan", Narrative),
    ("rollout plan", Narrative),
    ("emergency contacts", Contacts),
    ("emergency", Narrative),
    ("if compromised", Narrative),
    ("glossary", Narrative),
    ("abbreviations", Narrative),
    ("references", Narrative),
    ("appendix", Narrative),
    ("background", Narrative),
    ("changelog", Narrative),
    ("change log", Narrative),
    ("revision history", Narrative),
    ("document history", Narrative),
    ("table of contents", Narrative),
    ("further reading", Narrative),
    ("additional resources", Narrative),
    ("next steps", Narrative),
    ("quick commands", Narrative),
    ("useful commands", Narrative),
    ("implementation status", Narrative),
    ("success criteria", SuccessCriteria),
    ("success indicators", SuccessCriteria),
    ("acceptance criteria", SuccessCriteria),
    ("acceptance scenarios", SuccessCriteria),
    ("acceptance tests", SuccessCriteria),
    ("validation criteria", SuccessCriteria),
    ("validation plan", SuccessCriteria),
    ("validation checklist", SuccessCriteria),
    ("verification checklist", SuccessCriteria),
    ("verification plan", SuccessCriteria),
    ("final verification", SuccessCriteria),
    ("deployment verification", SuccessCriteria),
    ("exit criteria", SuccessCriteria),
    ("definition of done", SuccessCriteria),
    ("measurable outcomes", SuccessCriteria),
    ("test plan", SuccessCriteria),
    ("abnahmekriterien", SuccessCriteria),
    ("criterios de aceptación", SuccessCriteria),
    ("critères d'acceptation", SuccessCriteria),
    ("service definition", ServiceDefinition),
    ("service specification", ServiceDefinition),
    ("service configuration", ServiceDefinition),
    ("application definition", ServiceDefinition),
    ("deployment definition", ServiceDefinition),
    ("deployment target", TechnicalConstraints),
    ("non functional", NonFunctional),
    ("nonfunctional", NonFunctional),
    ("nicht funktionale", NonFunctional),
    ("no funcionales", NonFunctional),
    ("non fonctionnelles", NonFunctional),
    ("quality attributes", NonFunctional),
    ("performance requirements", NonFunctional),
    ("reliability requirements", NonFunctional),
    ("resource limits", NonFunctional),
    ("functional requirements", Functional),
    ("funktionale anforderungen", Functional),
    ("requisitos funcionales", Functional),
    ("exigences fonctionnelles", Functional),
    ("environment variables", Environment),
    ("environment configuration", Environment),
    ("configuration variables", Environment),
    ("umgebungsvariablen", Environment),
    ("variables de entorno", Environment),
    ("security", Security),
    ("hardening", Security),
    ("sicherheit", Security),
    ("seguridad", Security),
    ("sécurité", Security),
    ("access control", Security),
    ("user & privilege", Security),
    ("users and privilege", Security),
    ("secrets", Security),
    ("monitoring", Monitoring),
    ("observability", Monitoring),
    ("alerting", Monitoring),
    ("überwachung", Monitoring),
    ("monitoreo", Monitoring),
    ("surveillance", Monitoring),
    ("technical constraints", TechnicalConstraints),
    ("technology constraints", TechnicalConstraints),
    ("technische randbedingungen", TechnicalConstraints),
    ("prerequisites", TechnicalConstraints),
    ("assumptions", TechnicalConstraints),
    ("restricciones", TechnicalConstraints),
    ("contraintes", TechnicalConstraints),
    ("operational requirements", Operational),
    ("operational readiness", Operational),
    ("operations requirements", Operational),
    ("operative anforderungen", Operational),
    ("requisitos operativos", Operational),
    ("exigences opérationnelles", Operational),
    ("backup and recovery", Operational),
    ("backup & recovery", Operational),
    ("disaster recovery", Operational),
    ("contacts", Contacts),
    ("escalation", Contacts),
    ("on call", Contacts),
    ("ansprechpartner", Contacts),
    ("goals", Intent),
    ("project goal", Intent),
];

/// What a heading announces; `None` where the table does not know it.
pub(super) fn kind(title: &str, level: u8) -> Option<SectionKind> {
    let name = normalise(title);
    // "Requirement: password reset" is the name of one requirement, not of a part of the document.
    if ["requirement ", "scenario ", "user story "].iter().any(|name_of| name.starts_with(name_of)) {
        return None;
    }
    let whole =
        HEADINGS.binary_search_by(|(heading, _)| (*heading).cmp(name.as_str())).ok().map(|found| HEADINGS[found].1);
    // The title of a document names the document. Only a title that is such a heading and nothing else counts.
    if level == 1 {
        let name = name.strip_suffix(" requirements").unwrap_or(&name);
        let phrase = PHRASES.iter().find(|(phrase, _)| name == *phrase);
        return phrase.map(|(_, kind)| *kind).or(whole);
    }
    whole.or_else(|| PHRASES.iter().find(|(phrase, _)| has_phrase(&name, phrase)).map(|(_, kind)| *kind))
}

/// The heading in small letters, without numbering, symbols, a remark in parentheses, and hyphens.
fn normalise(title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower.split('(').next().filter(|words| words.contains(char::is_alphabetic)).unwrap_or(&lower);
    let numbered = |character: char| !character.is_alphabetic();
    let mut name = String::with_capacity(words.len());
    for word in words
        .trim_start_matches(numbered)
        .split(|character: char| !character.is_alphanumeric() && character != '\'' && character != '&')
    {
        if !word.is_empty() {
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(word);
        }
    }
    name
}

/// Whether the phrase stands in the name as whole words; the words of a name are separated by single blanks.
fn has_phrase(name: &str, phrase: &str) -> bool {
    let mut rest = Some(name);
    while let Some(words) = rest {
        if words.strip_prefix(phrase).is_some_and(|after| after.is_empty() || after.starts_with(' ')) {
            return true;
        }
        rest = words.split_once(' ').map(|(_, words)| words);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_headings_can_be_searched() {
        assert!(HEADINGS.is_sorted_by_key(|(heading, _)| *heading));
        for (heading, expected) in HEADINGS {
            assert_eq!(kind(heading, 2), Some(*expected), "{heading}");
        }
        for (phrase, expected) in PHRASES {
            assert_eq!(kind(phrase, 2), Some(*expected), "{phrase}");
        }
    }

    #[test]
    fn numbers_symbols_and_remarks_do_not_matter() {
        for (title, expected) in [
            ("3.2 Non-Functional Requirements", NonFunctional),
            ("🔐 Security Hardening (recommended)", Security),
            ("1) Success Criteria *(mandatory)*", SuccessCriteria),
            ("Out of Scope (we do not do this)", OutOfScope),
            ("Non-Goals", OutOfScope),
            ("Security Validation", SecurityValidation),
            ("Failure Scenario Testing", FailureScenarios),
            ("SUCCESS CRITERIA:", SuccessCriteria),
        ] {
            assert_eq!(kind(title, 2), Some(expected), "{title}");
        }
    }

    #[test]
    fn names_of_single_things_are_no_sections() {
        assert_eq!(kind("Requirement: Monitoring of the worker", 3), None);
        assert_eq!(kind("Scenario: Security update", 4), None);
        assert_eq!(kind("Task list", 2), None);
        assert_eq!(kind("Monitoring stack: deployment", 1), None);
        assert_eq!(kind("Non-functional requirements", 1), Some(NonFunctional));
    }
}
