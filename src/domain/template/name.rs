//! Names of templates.

use std::fmt;
use std::str::FromStr;

use crate::domain::text;

/// Longest name of a template, in bytes.
pub const SLUG_MAX: usize = 40;

/// Why a text is no name of a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name is 1 to {SLUG_MAX} lower-case letters, digits and '-', no '-' first, such as help-desk"
)]
pub struct SlugError;

/// A template's name: `contact-center`. Never looks like a path, which `--template` takes as well.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TemplateName(String);

impl TemplateName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TemplateName {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        if text::is_slug(text, SLUG_MAX) { Ok(Self(text.to_owned())) } else { Err(SlugError) }
    }
}

impl fmt::Display for TemplateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_name_is_neither_a_path_nor_a_flag() {
        assert_eq!("help-desk-2".parse::<TemplateName>().unwrap().as_str(), "help-desk-2");
        let long = "x".repeat(SLUG_MAX + 1);
        for bad in ["", "-x", "./mine", "mine.toml", "Help", "a b", "é", long.as_str()] {
            assert_eq!(bad.parse::<TemplateName>(), Err(SlugError), "{bad:?}");
        }
    }
}
