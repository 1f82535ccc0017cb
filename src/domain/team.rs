//! Teams: a named group of users. Leaders and membership are the store's.

use std::fmt;
use std::str::FromStr;

use super::id::TeamId;
use super::text::{self, TextError};

/// Longest team name, in characters.
pub const TEAM_NAME_MAX: usize = 80;

/// A team's name as typed; compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TeamName(String);

impl TeamName {
    /// The name as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of one team share.
    #[must_use]
    pub fn folded(&self) -> String {
        text::fold(&self.0)
    }
}

impl FromStr for TeamName {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        text::clean(text, TEAM_NAME_MAX).map(Self)
    }
}

impl fmt::Display for TeamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A team of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its row.
    pub id: TeamId,
    /// Its name.
    pub name: TeamName,
}
