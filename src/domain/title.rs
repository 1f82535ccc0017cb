//! Titles: what people read where a name is typed (`team-leader` is `Team Leader`).

use std::fmt;
use std::str::FromStr;

use super::template::TITLE_MAX;
use super::text::{self, TextError};

/// The title of a role, a module or a sub-account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// What a name reads like where nobody gives a title: `quality-coach` is `Quality Coach`.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        let capital = |word: &str| match word.split_at_checked(1) {
            Some((first, rest)) => first.to_ascii_uppercase() + rest,
            None => word.to_owned(),
        };
        let words = name.split('-').filter(|word| !word.is_empty()).map(capital);
        Self(words.collect::<Vec<_>>().join(" "))
    }

    /// The title.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Title {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        text::clean(text, TITLE_MAX).map(Self)
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_makes_a_title() {
        for (name, title) in [
            ("coach", "Coach"),
            ("quality-coach", "Quality Coach"),
            ("2nd", "2nd"),
            ("a--b-", "A B"),
        ] {
            assert_eq!(Title::of_name(name).as_str(), title);
        }
    }
}
