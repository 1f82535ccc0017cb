//! The store under stress: killed writers, and many of them at once; always the real binary.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code)]
#[path = "../cli/support/mod.rs"]
mod support;

mod concurrency;
mod crashes;
mod state;
