//! Documents that are made from the program itself: pages of the book, and JSON Schemas.
//!
//! In: the registry and the types. Out: texts. [`generated`] lists all that are committed; a test compares them, and
//! writes them anew with `SPECC_REGENERATE=1 cargo test --test generated`.

mod lints;
mod pages;
mod schemas;

pub use lints::lint_page;
pub use pages::capability_page;
pub use schemas::{SchemaName, schema};

/// A committed text, by its path in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Where it is committed.
    pub path: String,
    /// What must stand there.
    pub text: String,
}

/// All texts that are made from the program and committed.
#[must_use]
pub fn generated() -> Vec<Generated> {
    let mut all = lints::pages();
    let texts = [
        ("book/src/capabilities.md", pages::capabilities()),
        ("book/src/defaults.md", pages::defaults()),
        ("schema/spec.json", schema(SchemaName::Spec)),
        ("schema/manifest.json", schema(SchemaName::Manifest)),
        ("schema/show.json", schema(SchemaName::Show)),
        ("schema/lint.json", schema(SchemaName::Lint)),
    ];
    all.extend(texts.map(|(path, text)| Generated { path: path.to_owned(), text }));
    all
}
