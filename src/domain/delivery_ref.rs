//! How a delivery is named on the command line: by its number, or by the user whose newest it is.

use std::fmt;
use std::str::FromStr;

use super::id::DeliveryId;
use super::user_ref::{UserRef, UserRefError};

/// A delivery, by number or by user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryRef {
    /// `12`.
    Number(DeliveryId),
    /// The newest one of this user: `ann@example.com`, `#7`.
    User(UserRef),
}

impl FromStr for DeliveryRef {
    type Err = UserRefError;

    fn from_str(text: &str) -> Result<Self, UserRefError> {
        match text.trim().parse::<u32>() {
            Ok(number) if number > 0 => Ok(Self::Number(DeliveryId::new(number.into()))),
            _ => text.parse().map(Self::User),
        }
    }
}

impl fmt::Display for DeliveryRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(id) => write!(f, "{}", id.get()),
            Self::User(user) => user.fmt(f),
        }
    }
}
