//! Pure values and state machines: no I/O, no clock, no SQL. A text from outside becomes one of these
//! types at the edge (`cli`, `files`) and stays one everywhere below.

pub mod agent;
pub mod answer;
pub mod audit;
pub mod delivery;
pub mod disposable;
pub mod domain_name;
pub mod email;
pub mod extension;
pub mod filter;
pub mod holdings;
pub mod id;
pub mod import;
pub mod invite;
pub mod lifetime;
pub mod module;
pub mod name;
pub mod nearest;
pub mod operation;
pub mod organization;
pub mod permission;
pub mod phone;
pub mod pin;
pub mod portal;
pub mod role;
pub mod since;
pub mod status;
pub mod sub_account;
pub mod team;
pub mod template;
pub mod text;
pub mod time;
pub mod title;
pub mod token;
pub mod user;
pub mod user_ref;
