//! The store: one SQLite file, and the only place that knows SQL. What goes in and out is domain types;
//! what may go in is decided in `ops`, and locked a second time by the schema.

mod accounts;
mod agents;
mod assignments;
mod audit;
mod bulk;
mod codec;
mod counters;
mod deliveries;
mod domains;
mod error;
mod invites;
mod links;
mod listing;
mod migrations;
mod modules;
mod open;
mod organizations;
mod phones;
#[cfg(test)]
mod plans;
mod removal;
mod roles;
mod standing;
mod sub_accounts;
mod tallies;
mod teams;
mod transaction;
mod users;
mod wordings;

pub use agents::{AgentFilter, AgentLine, AgentQuery, HeldFilter, Put};
pub use assignments::{Assignment, Holder};
pub use audit::{AuditFilter, AuditOrder, AuditQuery, Verdict};
pub use bulk::{Arrival, NewUser};
pub use counters::Seat;
pub use deliveries::{DeliveryFilter, DeliveryLine, NewDelivery, Waiting};
pub use domains::OwnDomain;
pub use error::StoreError;
pub use invites::NewInvite;
pub use links::{FollowedLink, LinkUse};
pub use listing::{UserLine, UserQuery};
pub use open::{FileMode, NewStore, Store};
pub use phones::NewPhone;
pub use tallies::Tallies;
pub use transaction::{Committed, ReadTx, WriteTx};
