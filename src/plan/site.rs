//! Configuration of the web server: directives and blocks, each with its reason.

use super::Provenance;

/// Text that can mean itself in a configuration of nginx. It holds no `$`, for which nginx knows no escape (what follows it
/// would be taken for a variable), and no control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteText(String);

impl SiteText {
    /// The text, unless it cannot mean itself.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let fits = !text.chars().any(|character| character == '$' || character.is_control());
        fits.then_some(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A word behind a directive's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteWord {
    /// Means itself; quoted where it must be.
    Text(SiteText),
    /// nginx's own notation, written as it is: `$host`, `=404`, `10m`. Never from a specification.
    Notation(String),
}

impl From<&str> for SiteWord {
    fn from(notation: &str) -> Self {
        Self::Notation(notation.to_owned())
    }
}

impl From<String> for SiteWord {
    fn from(notation: String) -> Self {
        Self::Notation(notation)
    }
}

impl From<SiteText> for SiteWord {
    fn from(text: SiteText) -> Self {
        Self::Text(text)
    }
}

/// One directive, with its block where it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteDirective {
    /// `proxy_pass`; in a `map`, the value that is mapped.
    pub name: &'static str,
    /// What stands behind it.
    pub words: Vec<SiteWord>,
    /// What stands between its braces; `None` for a directive that ends with a semicolon.
    pub block: Option<Vec<SiteDirective>>,
    /// What it does, one line for the operator. Neighbours with the same comment and provenance stand together.
    pub comment: String,
    /// Why.
    pub provenance: Provenance,
}

impl SiteDirective {
    /// A directive with one word behind it.
    #[must_use]
    pub fn new(name: &'static str, word: impl Into<SiteWord>, comment: &str, provenance: &Provenance) -> Self {
        let words = vec![word.into()];
        Self { name, words, block: None, comment: comment.to_owned(), provenance: provenance.clone() }
    }

    /// A further word behind the others.
    #[must_use]
    pub fn word(mut self, word: impl Into<SiteWord>) -> Self {
        self.words.push(word.into());
        self
    }

    /// A block.
    #[must_use]
    pub fn block(
        name: &'static str,
        words: Vec<SiteWord>,
        block: Vec<Self>,
        comment: &str,
        provenance: &Provenance,
    ) -> Self {
        Self { name, words, block: Some(block), comment: comment.to_owned(), provenance: provenance.clone() }
    }

    /// Calls back with the provenance of this directive and of all in its block.
    pub fn each_provenance<'d>(&'d self, see: &mut impl FnMut(&'d Provenance)) {
        see(&self.provenance);
        self.block.iter().flatten().for_each(|inner| inner.each_provenance(see));
    }
}
