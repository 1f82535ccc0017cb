//! Teams: a named group of users. Leaders and membership are the store's.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::id::TeamId;
use super::text::{self, TextError};

/// Longest team name, in characters.
pub const TEAM_NAME_MAX: usize = 80;

/// A team's name as typed; compared without regard to case. A copy shares the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TeamName(Arc<str>);

impl TeamName {
    /// The name as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of one team share: the case, how many blanks, and what cannot be seen make no
    /// other team.
    #[must_use]
    pub fn folded(&self) -> String {
        let folded = text::fold(&self.0);
        if folded.bytes().all(|byte| byte.is_ascii_graphic()) {
            return folded;
        }
        let seen: String = folded.chars().filter(|c| !text::is_hidden(*c)).collect();
        // What stood apart may compose now: e, a joiner and an accent.
        text::fold(&seen.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

impl FromStr for TeamName {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        text::clean(text, TEAM_NAME_MAX).map(|name| Self(name.into()))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_looks_the_same_is_the_same_team() {
        let folded = |name: &str| name.parse::<TeamName>().unwrap().folded();
        assert_eq!(folded("Kundendienst  SÜD"), folded("kundendienst süd"));
        assert_eq!(folded("Sup\u{200b}port"), folded("Support"));
        assert_eq!(folded("Caf\u{e9}"), folded("Cafe\u{200b}\u{301}"));
        assert_ne!(folded("Support 1"), folded("Support1"));
    }
}
