//! The real binary, end to end: one file a verb, each test pinning stdout, stderr and the exit code as
//! one text. Edge cases of single values are tested where the values are.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code)]
mod support;

mod access;
mod acting;
mod acting_in_scope;
mod add;
mod agent;
mod assign_agent;
mod audit;
mod can;
mod cancel;
mod completions;
mod contract;
mod deactivate;
mod domain;
mod examples;
mod expire;
mod export;
mod grant;
mod import;
mod import_faults;
mod import_kinds;
mod import_modules;
mod import_phones;
mod init;
mod interrupted;
mod invite;
mod isolation;
mod journey_contact_center;
mod journey_customer_portal;
mod journey_phone_system;
mod journey_security_console;
mod list;
mod man;
mod module;
mod on_a_terminal;
mod org;
mod output;
mod pin;
mod prompts;
mod reactivate;
mod readme;
mod remove;
mod resend;
mod revoke;
mod role;
mod seats;
mod send;
mod set_role;
mod set_team;
mod settings;
mod show;
mod states;
mod stats;
mod stores;
mod sub_account;
mod team;
mod template;
mod unassign_agent;
mod unwelcome;
mod who_can;
