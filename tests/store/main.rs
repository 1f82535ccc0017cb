//! The store as a file and under stress: what its schema refuses by itself, how it comes to be, what it
//! says when it is damaged, what of it lasts across versions, and what is left of it when writers are
//! killed or many write at once. What the verbs mean is tested in `cli`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code, unused_imports)]
#[path = "../cli/support/mod.rs"]
mod support;

mod accepting;
mod at_once;
mod backups;
mod concurrency;
mod crashes;
mod damage;
mod flips;
mod making;
mod migrating;
mod moved;
mod numbers;
mod place;
mod plain;
mod schema;
mod state;
mod upgrades;
