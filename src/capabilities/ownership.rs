//! Who owns something, read from a clause.
//!
//! In: a clause that gives a file or a directory an owner. Out: the owner with its place. Shared by the capabilities that
//! read owners; a bare word counts only where it must be a name ("owned by the finance team" is nobody's account).

use std::ops::Range;

use super::{Clause, Context};
use crate::value::UserName;

/// An owner in a sentence.
#[derive(Debug, Clone)]
pub(super) struct Ownership {
    pub user: UserName,
    pub group: Option<UserName>,
    /// Where the name stands.
    pub place: Range<usize>,
    /// The words around the name that are accounted for.
    pub phrase: Range<usize>,
}

/// Phrases after which the name stands.
const PHRASES: &[&str] = &["owned by", "belong(s) to", "owner (is)", "writable by", "readable only by"];
/// Words between the phrase and the name.
const SKIP: &[&str] = &["the", "user", "account", "service", "system", "is"];

/// `user:group`, `root-owned`, `owned by NAME`, `owner NAME`; the first that is affirmed.
pub(super) fn ownership(clause: &Clause<'_>, context: &Context<'_>) -> Option<Ownership> {
    if let Some((owner, place)) = clause.owners().next() {
        let phrase = PHRASES.iter().find_map(|phrase| clause.affirms(phrase)).unwrap_or_else(|| place.clone());
        return Some(Ownership { user: owner.user.clone(), group: Some(owner.group.clone()), place, phrase });
    }
    if let Some(place) = clause.affirms("root owned") {
        return Some(Ownership { user: UserName::root(), group: None, phrase: place.clone(), place });
    }
    PHRASES.iter().find_map(|phrase| {
        let phrase = clause.affirms(phrase)?;
        let (name, place) = clause.name_after(phrase.end, SKIP)?;
        let is_known = context.user.is_some_and(|user| user.as_str() == name)
            || context.service.is_some_and(|service| service.as_str() == name);
        let is_name = is_known || name == "root" || clause.is_atom(&place) || name.contains(['-', '_']);
        Some(Ownership { user: name.parse().ok().filter(|_| is_name)?, group: None, place, phrase })
    })
}
