//! An organization: a tenant with its own users, roles, teams and agents. What its template set up is
//! kept with it, so that nothing asks for the template again.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use super::email::EmailAddress;
use super::id::{OrganizationId, RoleId};
use super::lifetime::Lifetime;
use super::password::PasswordMinimum;
use super::portal::PortalAddress;
use super::template::{Delivery, Disposable, LoginLess};
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

/// An organization's name, as people say it. It stands in the header of a mail, so no encoded word is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationName(String);

impl OrganizationName {
    /// Takes a name that the store kept; also one that would be refused today for what a mail program
    /// would make of it, as nobody could read the store otherwise.
    ///
    /// # Errors
    /// Says what is wrong with a name that never was one.
    pub fn from_stored(text: &str) -> Result<Self, TextError> {
        text::clean(text, ORGANIZATION_NAME_MAX).map(Self)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrganizationName {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        text::clean_for_header(text, ORGANIZATION_NAME_MAX).map(Self)
    }
}

impl fmt::Display for OrganizationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Longest name of a plan, in characters.
pub const PLAN_NAME_MAX: usize = 40;

/// The name of what a customer pays for: `enterprise`. What it includes is set beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanName(String);

impl PlanName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PlanName {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        text::clean(text, PLAN_NAME_MAX).map(Self)
    }
}

impl fmt::Display for PlanName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How people of an organization log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOn {
    /// With a password of their own.
    Password,
    /// Through the organization's own single sign-on, which is arranged outside of admit (S0, rule 12).
    Single,
}

impl SignOn {
    /// Whether single sign-on is `on` or `off`.
    #[must_use]
    pub const fn as_switch(self) -> &'static str {
        match self {
            Self::Password => "off",
            Self::Single => "on",
        }
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
    /// Whether disposable addresses are invited (rule 40).
    pub disposable: Disposable,
    /// Whether there may be users without a login (rule 32).
    pub login_less: LoginLess,
    /// How its people log in.
    pub sign_on: SignOn,
    /// What it pays for, by name.
    pub plan: Option<PlanName>,
    /// How many active and invited users with a login it may have (rule 5).
    pub seat_limit: Option<NonZeroU32>,
    /// Whom its mails come from.
    pub sender: Option<EmailAddress>,
    /// The address that its links start with.
    pub portal: Option<PortalAddress>,
    /// How many characters a password has at least that is made here.
    pub password_minimum: PasswordMinimum,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_cannot_be_read_as_another_in_a_header() {
        let kept = "Acme =?utf-8?q?Bank?=";
        assert_eq!(kept.parse::<OrganizationName>(), Err(TextError::EncodedWord));
        assert_eq!(OrganizationName::from_stored(kept).unwrap().as_str(), kept);
    }

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
