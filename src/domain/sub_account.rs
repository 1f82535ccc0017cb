//! Sub-accounts: parts of a customer's account (S2). Who sees which is decided in `ops::holdings`.

use std::fmt;
use std::str::FromStr;

use super::id::SubAccountId;
use super::text;

/// Longest name of a sub-account, in bytes.
pub const SUB_ACCOUNT_NAME_MAX: usize = 40;

/// Why a text is no sub-account's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a sub-account's name is 1 to {SUB_ACCOUNT_NAME_MAX} letters, digits and '-', such as north-region"
)]
pub struct SubAccountNameError;

/// A sub-account's name in its one spelling: `North Region` and `north_region` are `north-region`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubAccountName(String);

impl SubAccountName {
    /// The name in lower case, words joined by `-`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SubAccountName {
    type Err = SubAccountNameError;

    fn from_str(text: &str) -> Result<Self, SubAccountNameError> {
        text::to_slug(text, SUB_ACCOUNT_NAME_MAX).map(Self).ok_or(SubAccountNameError)
    }
}

impl fmt::Display for SubAccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A sub-account of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubAccount {
    /// Its row.
    pub id: SubAccountId,
    /// What is typed: `north-region`.
    pub name: SubAccountName,
    /// What is shown: `North Region`.
    pub title: String,
}
