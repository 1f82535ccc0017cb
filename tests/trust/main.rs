//! What stands in SECURITY.md is so: every row of its table is shown by a test. And what no run of the program
//! shows is read here: what it is built from, what its sources name, what is left where it crashes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code)]
#[path = "../architecture/source.rs"]
mod source;

mod crash;
mod names;
mod rows;
mod supply;

use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// Fails with every breach, one a line.
#[track_caller]
fn none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}
