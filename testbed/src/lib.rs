//! The testbed: real servers on which the packages that specc compiles prove themselves.
//!
//! In: the workspace (its `specc` program, the specifications and applications beside this crate) and QEMU.
//! Out: [`Machine`]s that start from a snapshot within seconds, a [`Package`] [`Deployed`] to them, a [`Service`] of the testbed's
//! own, the [`Report`] of a validation, and the table of [`Fault`]s. The tests in `tests/` are written in these words.
//! It must not know how a package does its work: it uses a package as an operator does, over SSH.

mod cache;
mod deployment;
mod fault;
mod image;
mod machine;
mod package;
mod qemu;
mod report;
mod service;
mod ssh;

pub use deployment::Deployed;
pub use fault::{Fault, faults};
pub use image::{Image, Release};
pub use machine::{Machine, Snapshot};
pub use package::Package;
pub use qemu::Accelerator;
pub use report::{CheckResult, Report, Status};
pub use service::Service;
pub use ssh::Output;
