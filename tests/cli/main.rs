//! The real binary, end to end: one file a verb, each test pinning stdout, stderr and the exit code as
//! one text. Edge cases of single values are tested where the values are.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code)]
mod support;

mod add;
mod agent;
mod assign_agent;
mod audit;
mod cancel;
mod completions;
mod contract;
mod deactivate;
mod examples;
mod expire;
mod export;
mod import;
mod import_faults;
mod import_kinds;
mod import_phones;
mod init;
mod interrupted;
mod invite;
mod journey_phone_system;
mod list;
mod man;
mod on_a_terminal;
mod output;
mod pin;
mod prompts;
mod reactivate;
mod readme;
mod remove;
mod resend;
mod role;
mod send;
mod set_role;
mod settings;
mod show;
mod states;
mod stores;
mod team;
mod template;
mod unassign_agent;
