//! What to write instead: known from the start, or found when the finding is shown.
//!
//! In: words, or a place and what makes words of its text. Out: the words. Of a thousand findings of one lint people are
//! shown a few; the others need no words.

use std::borrow::Cow;

use crate::source::{Sources, Span};

/// What to write instead.
#[derive(Debug, Clone)]
pub enum Help {
    /// Words.
    Words(Cow<'static, str>),
    /// What `make` says of the text at a place.
    Of {
        /// The place.
        place: Span,
        /// Makes the words.
        make: fn(&str) -> String,
    },
}

impl Help {
    /// The words.
    #[must_use]
    pub fn words(&self, sources: &Sources) -> Cow<'_, str> {
        match self {
            Self::Words(words) => Cow::Borrowed(words),
            Self::Of { place, make } => Cow::Owned(make(sources.slice(*place))),
        }
    }
}
