//! Permissions and scopes: the words in which roles are described. Which permissions exist is data
//! (`template`); only those that admit itself asks about have a constant here.

use std::fmt;
use std::str::FromStr;

use super::text;

/// Longest permission name, in bytes.
pub const PERMISSION_MAX: usize = 40;

/// Why a text is no permission or scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PermissionError {
    /// Not a permission's name.
    #[error(
        "a permission is 1 to {PERMISSION_MAX} lower-case letters, digits and '-', such as view-alerts"
    )]
    Name,
    /// Not a scope.
    #[error("a scope is all, team or own")]
    Scope,
}

/// The name of a permission: `view-insights`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionName(String);

impl PermissionName {
    /// To invite, import and bring people in (rule 1).
    pub const INVITE_USERS: &'static str = "invite-users";
    /// To change, deactivate and remove people (rule 1).
    pub const MANAGE_USERS: &'static str = "manage-users";
    /// To see when others last logged in (S0, rule 20).
    pub const VIEW_LAST_LOGIN: &'static str = "view-last-login";

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PermissionName {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, PermissionError> {
        // `can` takes it as a word, where a first '-' would make it a flag.
        match text::is_slug(text, PERMISSION_MAX) {
            true => Ok(Self(text.to_owned())),
            false => Err(PermissionError::Name),
        }
    }
}

impl fmt::Display for PermissionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far a permission reaches (S0: insights of all, of one's team, one's own).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Only what is one's own.
    Own,
    /// One's team.
    Team,
    /// The whole organization.
    All,
}

impl Scope {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Team => "team",
            Self::All => "all",
        }
    }
}

impl FromStr for Scope {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, PermissionError> {
        match text {
            "own" => Ok(Self::Own),
            "team" => Ok(Self::Team),
            "all" => Ok(Self::All),
            _ => Err(PermissionError::Scope),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One tick in the matrix of roles and permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What.
    pub permission: PermissionName,
    /// How far.
    pub scope: Scope,
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.permission, self.scope)
    }
}

/// `view-alerts:team`; without a scope it is everywhere.
impl FromStr for Grant {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, PermissionError> {
        let (permission, scope) = match text.split_once(':') {
            Some((permission, scope)) => (permission, scope.parse()?),
            None => (text, Scope::All),
        };
        Ok(Self { permission: permission.parse()?, scope })
    }
}

/// A permission as an organization knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// What is typed.
    pub name: PermissionName,
    /// What is shown: `View all insights pages`.
    pub title: String,
    /// Whether every plan has it.
    pub offer: Offer,
}

/// Whether a permission depends on what the customer pays for (S4 `*` and `**`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Every plan has it.
    Always,
    /// Only a plan with premium features has it (S4 `*`).
    Premium,
    /// The plan limits how much of it (S4 `**`).
    Limited,
}

impl Offer {
    /// The word for it, as templates write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Premium => "premium",
            Self::Limited => "limited",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_permission_has_one_to_forty_plain_characters() {
        let of = |length: usize| "a".repeat(length).parse::<PermissionName>();
        for length in [1, PERMISSION_MAX - 1, PERMISSION_MAX] {
            assert_eq!(of(length).unwrap().to_string().len(), length);
        }
        for length in [0, PERMISSION_MAX + 1, 2 * PERMISSION_MAX] {
            assert_eq!(of(length), Err(PermissionError::Name), "{length}");
        }
        assert_eq!("view_alerts".parse::<PermissionName>(), Err(PermissionError::Name));
        assert!("view-2".parse::<PermissionName>().is_ok());
    }

    #[test]
    fn a_grant_is_everywhere_unless_it_says_otherwise() {
        for (text, read) in [
            ("view-alerts", "view-alerts:all"),
            ("view-alerts:all", "view-alerts:all"),
            ("view-alerts:team", "view-alerts:team"),
            ("view-alerts:own", "view-alerts:own"),
        ] {
            assert_eq!(text.parse::<Grant>().unwrap().to_string(), read);
        }
        for (bad, error) in [
            ("", PermissionError::Name),
            (":all", PermissionError::Name),
            ("View", PermissionError::Name),
            ("-2", PermissionError::Name),
            ("view-alerts:", PermissionError::Scope),
            ("view-alerts:mine", PermissionError::Scope),
            ("a:b:c", PermissionError::Scope),
        ] {
            assert_eq!(bad.parse::<Grant>(), Err(error), "{bad:?}");
        }
    }
}
