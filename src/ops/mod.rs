//! What each verb means: the rules, one transaction, one audit entry. Returns data; never prints,
//! prompts, reads the clock or the environment.

pub mod acceptance;
pub mod access;
pub mod accounts;
pub mod agents;
pub mod answers;
pub mod audit;
pub mod backups;
pub mod delivery;
pub mod domains;
pub mod error;
pub mod holdings;
pub mod imports;
pub mod invites;
pub mod maintenance;
pub mod modules;
pub mod organizations;
pub mod phones;
pub mod roles;
pub mod search_index;
pub mod stats;
pub mod sub_accounts;
pub mod teams;
pub mod users;
pub mod wordings;

mod each;
mod seats;

pub use each::{Outcome, PerUser};
pub(crate) use error::shell_word;
pub use error::{Error, HoldingsError, Kind, Presence, Seekers, TeamUse};

use crate::domain::audit::Actor;
use crate::domain::organization::Slug;
use crate::domain::time::Timestamp;

/// What every command needs to know: when, who, where, and whether it is meant.
#[derive(Clone, Debug)]
pub struct Context {
    /// The time of the change.
    pub now: Timestamp,
    /// Who makes it.
    pub actor: Actor,
    /// Where.
    pub organization: OrganizationChoice,
    /// Whether it is meant.
    pub mode: Mode,
}

/// Which organization is meant (rule 30).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrganizationChoice {
    /// The store's current one.
    Current,
    /// The one of this short name.
    Named(Slug),
}

/// Whether a change is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Do it.
    Apply,
    /// Do all of it but the commit (rule 44).
    DryRun,
    /// Nobody means to do anything yet: a question or a completion is to offer something. What is refused
    /// meanwhile is no attempt, and is not kept.
    Suggest,
}
