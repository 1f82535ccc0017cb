//! How a person names a user on the command line, in a pipe or in a message.

use std::fmt;
use std::str::FromStr;

use super::email::{EmailAddress, EmailError};
use super::extension::{Extension, ExtensionError};
use super::id::UserId;

/// A user as a person names one: an e-mail address, `#12`, or `ext:1001`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UserRef {
    /// By address.
    Email(EmailAddress),
    /// By number.
    Number(UserId),
    /// By the extension of a user without a login.
    Extension(Extension),
}

/// Why a text names no user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserRefError {
    /// Not an address.
    #[error("{0}; a user is named by e-mail address, by number (#12) or by extension (ext:1001)")]
    Email(#[from] EmailError),
    /// Not a number.
    #[error("a user's number is written #12")]
    Number,
    /// Not an extension.
    #[error("{0}; a user's is written ext:1001")]
    Extension(#[from] ExtensionError),
}

impl FromStr for UserRef {
    type Err = UserRefError;

    fn from_str(text: &str) -> Result<Self, UserRefError> {
        // No address has a ':' in it.
        if let Some(extension) = text.trim().strip_prefix("ext:") {
            return Ok(Self::Extension(extension.parse()?));
        }
        // `#` may begin an address, but no number holds an `@`.
        match text.trim().strip_prefix('#').filter(|digits| !digits.contains('@')) {
            Some(digits) => match digits.parse::<i64>() {
                Ok(number) if number > 0 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                    Ok(Self::Number(UserId::new(number)))
                }
                _ => Err(UserRefError::Number),
            },
            None => Ok(Self::Email(text.parse()?)),
        }
    }
}

impl fmt::Display for UserRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email(email) => email.fmt(f),
            Self::Number(id) => id.fmt(f),
            Self::Extension(extension) => write!(f, "ext:{extension}"),
        }
    }
}
