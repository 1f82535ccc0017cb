//! Roles: their names and what a role may do. Which roles exist is data (`template`, `store`).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::id::RoleId;
use super::permission::{Grant, Scope};
use super::template::Reach;

/// Longest role name, in bytes.
pub const ROLE_NAME_MAX: usize = 40;

/// Why a text is no role name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role's name is 1 to {ROLE_NAME_MAX} letters, digits and '-', such as team-leader")]
pub struct RoleNameError;

/// A role's name in its one spelling: `Team Leader`, `team_leader` and `TEAM-LEADER` are all `team-leader`.
/// A copy shares the text: a file of millions has a handful of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleName(Arc<str>);

impl RoleName {
    /// The name in lower case, words joined by `-`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoleName {
    type Err = RoleNameError;

    fn from_str(text: &str) -> Result<Self, RoleNameError> {
        // Nearly every name is one word in lower case, and imports read millions of them.
        let settled = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if (1..=ROLE_NAME_MAX).contains(&text.len()) && text.bytes().all(settled) {
            return Ok(Self(text.into()));
        }
        let words: Vec<&str> = text
            .split(|c: char| (c.is_whitespace() && !c.is_control()) || c == '_' || c == '-')
            .filter(|word| !word.is_empty())
            .collect();
        let name = words.join("-").to_ascii_lowercase();
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if name.is_empty() || name.len() > ROLE_NAME_MAX || !plain {
            return Err(RoleNameError);
        }
        Ok(Self(name.into()))
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the users of a role may hold agent IDs (rule 23).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentHolding {
    /// They may: the role Agent.
    Allowed,
    /// They may not.
    Refused,
}

impl AgentHolding {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
        }
    }
}

/// A role of an organization. Rank 0 is the highest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its row.
    pub id: RoleId,
    /// What is typed.
    pub name: RoleName,
    /// What is shown: `Team Leader`.
    pub title: String,
    /// 0 is the highest, each step down one more.
    pub rank: u32,
    /// May its users hold agent IDs?
    pub agents: AgentHolding,
}

/// A role with how far it reaches by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleReach {
    /// The role.
    pub role: Role,
    /// How many of the modules its users see.
    pub modules: Reach,
    /// How many of the sub-accounts its users see.
    pub sub_accounts: Reach,
}

/// A role with all it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDetails {
    /// The role.
    pub role: Role,
    /// What it may do, each with its scope.
    pub grants: Vec<Grant>,
    /// How many of the modules its users see.
    pub modules: Reach,
    /// How many of the sub-accounts its users see.
    pub sub_accounts: Reach,
}

impl RoleDetails {
    /// How far the role has a permission; nothing where it does not have it.
    #[must_use]
    pub fn find_scope(&self, permission: &str) -> Option<Scope> {
        self.grants.iter().find(|grant| grant.permission.as_str() == permission).map(|g| g.scope)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn one_role_in_every_spelling() {
        for spelling in ["Team Leader", "team_leader", " TEAM-LEADER ", "team  leader"] {
            assert_eq!(spelling.parse::<RoleName>().unwrap().as_str(), "team-leader");
        }
    }

    #[test]
    fn a_name_is_one_to_forty_characters_however_it_is_spelled() {
        for letter in ["a", "A"] {
            let of = |length: usize| letter.repeat(length).parse::<RoleName>();
            assert_eq!(of(ROLE_NAME_MAX).unwrap().as_str(), "a".repeat(ROLE_NAME_MAX));
            assert_eq!(of(ROLE_NAME_MAX + 1), Err(RoleNameError));
            assert_eq!(of(2 * ROLE_NAME_MAX), Err(RoleNameError));
        }
    }

    #[test]
    fn a_role_has_the_permissions_that_it_is_granted_and_no_other() {
        let role = RoleDetails {
            role: Role {
                id: RoleId::new(1),
                name: "leader".parse().unwrap(),
                title: "Leader".to_owned(),
                rank: 1,
                agents: AgentHolding::Refused,
            },
            grants: vec!["view-team:team".parse().unwrap(), "view-all".parse().unwrap()],
            modules: Reach::Granted,
            sub_accounts: Reach::Granted,
        };
        assert_eq!(role.find_scope("view-team"), Some(Scope::Team));
        assert_eq!(role.find_scope("view-all"), Some(Scope::All));
        assert_eq!(role.find_scope("manage-users"), None);
    }

    #[test]
    fn refuses_what_is_no_word() {
        for bad in ["", "  ", "-", "a;b", "a\nb", "rôle", &"x".repeat(41)] {
            assert!(bad.parse::<RoleName>().is_err(), "{bad:?}");
        }
    }
}
