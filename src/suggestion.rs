//! "Did you mean …?": the candidate that is nearest to a misspelt name. Knows nothing of what the names stand for.

/// The candidate nearest to `name`, if one is near enough to be meant.
pub fn suggest<'names>(name: &str, candidates: impl IntoIterator<Item = &'names str>) -> Option<&'names str> {
    let name = name.to_lowercase();
    // A third of the letters may be wrong: more than that is another word.
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The candidates as a phrase: "`a`, `b` or `c`".
#[must_use]
pub fn one_of(candidates: &[&str]) -> String {
    match candidates {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [most @ .., last] => {
            let most: Vec<_> = most.iter().map(|candidate| format!("`{candidate}`")).collect();
            format!("{} or `{last}`", most.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_mended_and_another_word_is_not() {
        let names = ["manual", "waive", "allow", "as"];
        assert_eq!(suggest("manaul", names), Some("manual"));
        assert_eq!(suggest("Waive", names), Some("waive"));
        assert_eq!(suggest("alow", names), Some("allow"));
        assert_eq!(suggest("firewall", names), None);
    }

    #[test]
    fn candidates_read_as_a_phrase() {
        assert_eq!(one_of(&["info", "warn", "error"]), "`info`, `warn` or `error`");
    }
}
