//! The real binary, end to end: one file a verb, each test pinning stdout, stderr and the exit code as
//! one text. Edge cases of single values are tested where the values are.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code)]
mod support;

mod audit;
mod cancel;
mod contract;
mod deactivate;
mod examples;
mod expire;
mod invite;
mod list;
mod on_a_terminal;
mod prompts;
mod reactivate;
mod readme;
mod remove;
mod resend;
mod role;
mod send;
mod set_role;
mod show;
mod states;
mod team;
