//! What each verb means: the rules, one transaction, one audit entry. Returns data; never prints,
//! prompts, reads the clock or the environment.

pub mod agents;
pub mod audit;
pub mod error;
pub mod imports;
pub mod invites;
pub mod organizations;
pub mod roles;
pub mod teams;
pub mod users;

mod each;

pub use each::{Outcome, PerUser};
pub(crate) use error::shell_word;
pub use error::{Error, Kind, Presence};

use crate::domain::audit::Actor;
use crate::domain::time::Timestamp;

/// What every change needs to know: when, who, and whether it is meant.
#[derive(Clone, Debug)]
pub struct Context {
    /// The time of the change.
    pub now: Timestamp,
    /// Who makes it.
    pub actor: Actor,
    /// Whether it is meant.
    pub mode: Mode,
}

/// Whether a change is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Do it.
    Apply,
    /// Do all of it but the commit (rule 44).
    DryRun,
}
