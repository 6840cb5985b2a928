//! Plan → artifacts: the text of every file in the package, with provenance.
//!
//! In: a [`DeploymentPlan`](crate::plan::DeploymentPlan) and the spec that it came from. Out: an [`ArtifactSet`]. Nothing
//! is decided here and nothing is written to disk; values are quoted by `escape` and by nothing else.

mod artifact;
pub mod escape;

pub use artifact::{Artifact, ArtifactSet, Fragment};
