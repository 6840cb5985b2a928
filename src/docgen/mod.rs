//! Documents that are made from the program itself: pages of the book, and JSON Schemas.
//!
//! In: the registry and the types. Out: texts. [`generated`] lists all that are committed; a test compares them, and
//! writes them anew with `SPECC_REGENERATE=1 cargo test --test generated`.

mod pages;
mod schemas;

pub use pages::{capability_page, lint_page};
pub use schemas::{SchemaName, schema};

/// A committed text, by its path in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Where it is committed.
    pub path: &'static str,
    /// What must stand there.
    pub text: String,
}

/// All texts that are made from the program and committed.
#[must_use]
pub fn generated() -> Vec<Generated> {
    vec![
        Generated { path: "book/src/capabilities.md", text: pages::capabilities() },
        Generated { path: "book/src/lints.md", text: pages::lints() },
        Generated { path: "book/src/defaults.md", text: pages::defaults() },
        Generated { path: "schema/spec.json", text: schema(SchemaName::Spec) },
        Generated { path: "schema/manifest.json", text: schema(SchemaName::Manifest) },
        Generated { path: "schema/show.json", text: schema(SchemaName::Show) },
        Generated { path: "schema/lint.json", text: schema(SchemaName::Lint) },
    ]
}
