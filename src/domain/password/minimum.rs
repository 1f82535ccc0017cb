//! How many characters a password has at least. An organization sets it; lower than 15 is for those that
//! ask for a second factor elsewhere (NIST SP 800-63B-4 §3.1.1.2).

use std::fmt;
use std::str::FromStr;

/// The lowest minimum, in code points.
pub const PASSWORD_MINIMUM_MIN: u8 = 8;
/// The highest minimum, in code points: what every password store takes (trust D2).
pub const PASSWORD_MINIMUM_MAX: u8 = 64;

/// Why a number is no minimum.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the fewest characters of a password are a number from {PASSWORD_MINIMUM_MIN} to {PASSWORD_MINIMUM_MAX}"
)]
pub struct PasswordMinimumError;

/// How many characters a password has at least, in code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PasswordMinimum(u8);

impl PasswordMinimum {
    /// A minimum of so many characters.
    ///
    /// # Errors
    /// When that is less than [`PASSWORD_MINIMUM_MIN`] or more than [`PASSWORD_MINIMUM_MAX`].
    pub fn new(characters: u8) -> Result<Self, PasswordMinimumError> {
        match (PASSWORD_MINIMUM_MIN..=PASSWORD_MINIMUM_MAX).contains(&characters) {
            true => Ok(Self(characters)),
            false => Err(PasswordMinimumError),
        }
    }

    /// How many characters.
    #[must_use]
    pub fn characters(self) -> usize {
        usize::from(self.0)
    }

    /// The same as a small number, to be kept.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for PasswordMinimum {
    /// 15, for a password that nothing else stands beside (NIST SP 800-63B-4 §3.1.1.2, trust D1).
    fn default() -> Self {
        Self(15)
    }
}

impl FromStr for PasswordMinimum {
    type Err = PasswordMinimumError;

    fn from_str(text: &str) -> Result<Self, PasswordMinimumError> {
        text.trim().parse().map_err(|_| PasswordMinimumError).and_then(Self::new)
    }
}

impl fmt::Display for PasswordMinimum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_minimum_is_eight_to_sixty_four() {
        for (text, characters) in [("8", 8), ("15", 15), (" 64\n", 64), ("015", 15)] {
            assert_eq!(text.parse::<PasswordMinimum>().unwrap().characters(), characters);
        }
        for bad in ["", "7", "65", "0", "-8", "256", "999999999999", "8.5", "eight", "٨"] {
            assert_eq!(bad.parse::<PasswordMinimum>(), Err(PasswordMinimumError), "{bad}");
        }
        assert_eq!(PasswordMinimum::default().characters(), 15);
    }
}
