//! The store: one SQLite file, and the only place that knows SQL. What goes in and out is domain types;
//! what may go in is decided in `ops`, and locked a second time by the schema.

mod agents;
mod assignments;
mod audit;
mod bulk;
mod codec;
mod counters;
mod error;
mod invites;
mod listing;
mod migrations;
mod open;
mod organizations;
#[cfg(test)]
mod plans;
mod roles;
mod standing;
mod tallies;
mod teams;
mod transaction;
mod users;

pub use agents::{AgentFilter, AgentLine, AgentQuery, HeldFilter, Put};
pub use assignments::{Assignment, Holder};
pub use audit::{AuditFilter, AuditOrder, AuditQuery, Verdict};
pub use bulk::{Arrival, NewUser};
pub use counters::Seat;
pub use error::StoreError;
pub use invites::NewInvite;
pub use listing::{UserLine, UserQuery};
pub use open::{FileMode, NewStore, Store};
pub use tallies::Tallies;
pub use transaction::{Committed, ReadTx, WriteTx};
