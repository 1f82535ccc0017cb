//! The real binary, end to end: one file a verb, each test pinning stdout, stderr and the exit code as
//! one text. Edge cases of single values are tested where the values are.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code)]
mod support;

mod agent;
mod assign_agent;
mod completions;
mod export;
mod import;
mod import_faults;
mod import_kinds;
mod init;
mod invite;
mod man;
mod output;
mod settings;
mod stores;
mod template;
mod unassign_agent;
