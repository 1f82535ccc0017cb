//! An organization: a tenant with its own users, roles, teams and agents. What its template set up is
//! kept with it, so that nothing asks for the template again.

use std::fmt;
use std::str::FromStr;

use super::id::{OrganizationId, RoleId};
use super::lifetime::Lifetime;
use super::template::Delivery;
use super::text::{self, TextError};

/// Longest slug, in bytes.
pub const SLUG_MAX: usize = 40;
/// Longest name, in characters.
pub const ORGANIZATION_NAME_MAX: usize = 100;

/// Why a text is no slug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an organization's short name is 1 to {SLUG_MAX} lower-case letters, digits and '-', no '-' first"
)]
pub struct SlugError;

/// An organization's short name, for the command line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// The short name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        if text::is_slug(text, SLUG_MAX) { Ok(Self(text.to_owned())) } else { Err(SlugError) }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An organization's name, as people say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationName(String);

impl OrganizationName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrganizationName {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        text::clean(text, ORGANIZATION_NAME_MAX).map(Self)
    }
}

impl fmt::Display for OrganizationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An organization and its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its row.
    pub id: OrganizationId,
    /// The short name.
    pub slug: Slug,
    /// The name.
    pub name: OrganizationName,
    /// The name of the template it was made from, for people to read.
    pub template: String,
    /// The role of who is invited without one.
    pub default_role: RoleId,
    /// How long a link lives.
    pub lifetime: Lifetime,
    /// Whether inviting makes the link at once.
    pub delivery: Delivery,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_short_name_never_looks_like_a_flag() {
        assert_eq!("sales-2".parse::<Slug>().unwrap().as_str(), "sales-2");
        assert!("x".repeat(SLUG_MAX).parse::<Slug>().is_ok());
        let long = "x".repeat(SLUG_MAX + 1);
        for bad in ["", "-", "-x", "--help", "Main", "a b", "é", long.as_str()] {
            assert_eq!(bad.parse::<Slug>(), Err(SlugError), "{bad:?}");
        }
    }
}
