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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_bare_number_is_a_delivery_and_everything_else_a_user() {
        let number: DeliveryRef = " 7\n".parse().unwrap();
        assert_eq!(number, DeliveryRef::Number(DeliveryId::new(7)));
        assert_eq!(number.to_string(), "7");
        for user in ["#7", "ann@example.com", "ext:1001"] {
            let read: DeliveryRef = user.parse().unwrap();
            assert_eq!(read, DeliveryRef::User(user.parse().unwrap()));
            assert_eq!(read.to_string(), user);
        }
        for bad in ["", "0", "-1", "4294967296", "seven"] {
            assert!(bad.parse::<DeliveryRef>().is_err(), "{bad}");
        }
    }
}
