//! The number of a desk phone inside an organization: how a user without a login is known (S3, rule 32).

use std::fmt;
use std::str::FromStr;

/// Fewest digits: one is a key of the phone, such as 0 for the exchange.
pub const EXTENSION_MIN: usize = 2;
/// Most digits: as long as the longest telephone number there is (ITU-T E.164).
pub const EXTENSION_MAX: usize = 15;

/// Why a text is no extension.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an extension is {EXTENSION_MIN} to {EXTENSION_MAX} digits, such as 1001")]
pub struct ExtensionError;

/// An extension: digits, leading zeros included. `*` and `#` begin commands to the phone system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extension(String);

impl Extension {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Extension {
    type Err = ExtensionError;

    fn from_str(text: &str) -> Result<Self, ExtensionError> {
        let text = text.trim();
        let fits = (EXTENSION_MIN..=EXTENSION_MAX).contains(&text.len());
        match fits && text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => Ok(Self(text.to_owned())),
            false => Err(ExtensionError),
        }
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_extension_is_two_to_fifteen_digits_and_keeps_its_zeros() {
        for (text, kept) in
            [("10", "10"), (" 0042\r\n", "0042"), ("123456789012345", "123456789012345")]
        {
            assert_eq!(text.parse::<Extension>().unwrap().as_str(), kept);
        }
        for bad in ["", "1", "1234567890123456", "12a", "*12", "#12", "1 2", "-12", "+12", "１２"]
        {
            assert_eq!(bad.parse::<Extension>(), Err(ExtensionError), "{bad:?}");
        }
    }
}
