//! Every capability's examples, read through all capabilities.

use serde_json::{Map, Value};

use super::{CAPABILITIES, NOT_MINE, Names, bind, read};
use crate::registry;
use crate::source::{SourceFile, SourceId};
use crate::spec::{Spec, StatementKind};

/// A spec of one statement in a section of the right kind, with the names that examples use.
fn spec(sentence: &str, kind: StatementKind) -> Spec {
    let heading = match kind {
        StatementKind::Functional => "Functional Requirements",
        StatementKind::NonFunctional => "Non-Functional Requirements",
        StatementKind::Security => "Security Requirements",
        StatementKind::Operational => "Operational Requirements",
        StatementKind::Criterion => "Success Criteria",
        StatementKind::Constraint => "Out of Scope",
        StatementKind::Intent => "Intent",
    };
    let file = SourceFile::new("example.md", format!("# Example\n\n## {heading}\n\n- {sentence}\n"));
    let document = crate::syntax::parse(SourceId(0), file.text());
    crate::spec::build(SourceId(0), &file, &document).output.unwrap_or_default()
}

fn facts_of(name: &str, sentence: &str, kind: StatementKind) -> Option<Map<String, Value>> {
    let spec = spec(sentence, kind);
    assert_eq!(spec.statements.len(), 1, "{sentence}: not one statement");
    let service = "agent-prod".parse().unwrap();
    let user = "agent-prod".parse().unwrap();
    let readings = read(registry::reader(), &spec, Names { service: Some(&service), user: Some(&user) });
    let (_, conflicts) = bind(&spec, CAPABILITIES, &readings);
    assert!(conflicts.is_empty(), "{sentence}: contradicts itself");
    let mut merged: Option<Map<String, Value>> = None;
    for reading in readings[0].readings.iter().filter(|reading| CAPABILITIES[reading.capability].name == name) {
        for (field, value) in &reading.facts {
            match merged.get_or_insert_default().get_mut(field) {
                Some(Value::Array(known)) => known.extend(value.as_array().cloned().unwrap_or_default()),
                Some(Value::Object(known)) => known.extend(value.as_object().cloned().unwrap_or_default()),
                _ => {
                    merged.get_or_insert_default().insert(field.clone(), value.clone());
                }
            }
        }
        merged.get_or_insert_default();
    }
    merged
}

#[test]
fn every_example_reads_as_documented() {
    let mut wrong = Vec::new();
    for entry in CAPABILITIES {
        assert!(!entry.examples.is_empty(), "{} has no examples", entry.name);
        for example in entry.examples {
            let expected: Option<Map<String, Value>> =
                (example.facts != NOT_MINE).then(|| serde_json::from_str(example.facts).unwrap());
            let found = facts_of(entry.name, example.sentence, example.kind);
            if found != expected {
                wrong.push(format!(
                    "{}: {:?}\n  expected {expected:?}\n  found    {found:?}",
                    entry.name, example.sentence
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_title_before_a_sentence_is_no_part_of_it() {
    let facts = facts_of("memory-limit", "Layer 5 — Resources: memory is limited to 64 MB", StatementKind::Criterion);
    assert_eq!(facts.and_then(|facts| facts.get("max").cloned()), Some(67_108_864.into()));
}

/// The longer cue of a capability that makes nothing of it once hid the shorter one of the capability that does.
#[test]
fn a_phrase_that_says_nothing_hides_no_other() {
    let sentence = "Service starts: `systemctl start agent-prod` returns exit code 0";
    assert!(facts_of("service-active", sentence, StatementKind::Criterion).is_some());
}

#[test]
fn a_parenthesis_that_is_never_closed_is_read_to_the_end() {
    let facts = facts_of("memory-limit", "Memory is limited to 64 MB (as the", StatementKind::Functional);
    assert_eq!(facts.and_then(|facts| facts.get("max").cloned()), Some(67_108_864.into()));
}

/// The policies that statements come to, and whether they contradict each other.
fn restart_policies(sentences: &[&str]) -> (Vec<String>, bool) {
    let items: String = sentences.iter().map(|sentence| format!("- {sentence}\n")).collect();
    let file = SourceFile::new("example.md", format!("# Example\n\n## Functional Requirements\n\n{items}"));
    let document = crate::syntax::parse(SourceId(0), file.text());
    let spec = crate::spec::build(SourceId(0), &file, &document).output.unwrap_or_default();
    let readings = read(registry::reader(), &spec, Names::default());
    let (bindings, conflicts) = bind(&spec, CAPABILITIES, &readings);
    let policies = bindings.of::<super::RestartPolicy>().iter();
    (policies.map(|binding| format!("{:?}", binding.facts.policy)).collect(), !conflicts.is_empty())
}

/// `Restart=always` beside "restarts on crash" was once reported as a contradiction.
#[test]
fn a_restart_on_a_crash_holds_under_always_in_either_order() {
    for sentences in
        [["Restart=always", "It restarts on crash"], ["The service restarts if it crashes", "Restart=always"]]
    {
        assert_eq!(restart_policies(&sentences), (vec!["Some(Always)".to_owned()], false), "{sentences:?}");
    }
    let chosen = ["**Restart policy**: on-failure", "Restart=always"];
    assert!(restart_policies(&chosen).1, "two policies that are chosen contradict each other");
    let never = ["Restart=no", "It restarts on crash"];
    assert!(restart_policies(&never).1, "what never restarts does not restart on a crash");
}

#[test]
fn words_in_the_gap_of_a_phrase_are_not_read_with_it() {
    let spec = spec("Logs monitored and rotated daily", StatementKind::Operational);
    let readings = read(registry::reader(), &spec, Names::default());
    let unread: Vec<&str> =
        readings[0].unread.iter().map(|range| &spec.statements[0].text.masked[range.clone()]).collect();
    assert_eq!(unread, ["monitored"]);
}

/// "Disabled" was once said to be left unread, though the setting beside it says the same.
#[test]
fn a_setting_in_code_says_what_the_words_before_it_are_about() {
    let sentence = "Password authentication disabled (`PasswordAuthentication no`)";
    let spec = spec(sentence, StatementKind::Security);
    let readings = read(registry::reader(), &spec, Names::default());
    assert!(!readings[0].readings.is_empty() && readings[0].unread.is_empty(), "{:?}", readings[0]);
}

/// A checklist that looks at its database was once taken for the specification of a service "mysql".
#[test]
fn a_unit_of_other_software_does_not_name_the_service() {
    let named = |sentence: &str| super::infer(&spec(sentence, StatementKind::Functional)).service.map(|(name, _)| name);
    assert_eq!(named("Check the database: `sudo systemctl status mysql`"), None);
    assert_eq!(named("Check the clock: `systemctl status systemd-timesyncd`"), None);
    assert_eq!(named("Check it: `systemctl status ledger`").map(|name| name.to_string()), Some("ledger".to_owned()));
}

#[test]
fn a_name_in_code_is_the_same_name() {
    let sentence = "`fail2ban` bans an address for 2 hours after 4 failed SSH logins";
    let facts = facts_of("intrusion-prevention", sentence, StatementKind::Security);
    assert_eq!(facts.and_then(|facts| facts.get("max_retry").cloned()), Some(4.into()));
}
