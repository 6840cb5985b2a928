//! The title of a specification without the words that only say that it is one.

/// Words that name the document, not its subject.
const NOISE: &[&str] = &[
    "checklist",
    "definition",
    "deployment",
    "deployment-spec",
    "deployment-spec.md",
    "document",
    "draft",
    "feature",
    "of",
    "production",
    "requirements",
    "service",
    "spec",
    "spec.md",
    "specification",
    "specs",
    "systemd",
    "technical",
    "the",
    "vps",
];

/// The subject of a title: "Ledger API" of "Deployment Specification: Ledger API".
pub(super) fn subject(title: &str) -> &str {
    let title = title.trim_matches(|character: char| {
        !character.is_alphanumeric() && !matches!(character, '(' | ')' | '.' | '!' | '?')
    });
    for separator in [" — ", " – ", " - ", ": ", " | "] {
        if let Some((left, right)) = title.split_once(separator) {
            if is_noise(left) && !is_noise(right) {
                return subject(right);
            }
            if is_noise(right) && !is_noise(left) {
                return subject(left);
            }
        }
    }
    title
}

/// Whether a text only says that this is a deployment specification.
fn is_noise(text: &str) -> bool {
    let words = || {
        text.split_whitespace()
            .map(|word| word.trim_matches(|character: char| !character.is_alphanumeric()).to_lowercase())
    };
    words().all(|word| {
        NOISE.binary_search(&word.as_str()).is_ok() || word.starts_with(|first: char| first.is_ascii_digit())
    }) && words().any(|word| {
        word.starts_with("spec") || word.starts_with("deployment") || word == "requirements" || word == "checklist"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_can_be_searched() {
        assert!(NOISE.is_sorted());
    }

    #[test]
    fn only_the_subject_is_left() {
        for (title, expected) in [
            ("DEPLOYMENT-SPEC.md — Ledger API Deployment", "Ledger API Deployment"),
            ("Production Deployment Specification: Ledger API", "Ledger API"),
            ("📋 Ledger - Technical Deployment Specification", "Ledger"),
            ("Ledger API", "Ledger API"),
            ("Deployment Specification", "Deployment Specification"),
            ("", ""),
        ] {
            assert_eq!(subject(title), expected);
        }
    }
}
