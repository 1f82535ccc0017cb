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
#[error("an organization's short name is 1 to {SLUG_MAX} lower-case letters, digits and '-'")]
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
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if text.is_empty() || text.len() > SLUG_MAX || !text.bytes().all(plain) {
            return Err(SlugError);
        }
        Ok(Self(text.to_owned()))
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
