//! The parts of a mail that an organization can put into its own words. What may stand in a part, and how
//! it becomes a message, is `mail`'s.

use std::fmt;
use std::str::FromStr;

/// Longest source of one part, in bytes.
pub const SOURCE_MAX: usize = 64 * 1024;

/// A part of a mail. The numbers are what the store keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The subject line.
    Subject = 1,
    /// The text for a mail program that shows no HTML, or for who wants none.
    Text = 2,
    /// The same in HTML.
    Html = 3,
}

impl Part {
    /// All of them, in the order in which they stand in a mail.
    pub const ALL: [Self; 3] = [Self::Subject, Self::Text, Self::Html];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Text => "text",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a word names no part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part of a mail is subject, text or html")]
pub struct PartError;

impl FromStr for Part {
    type Err = PartError;

    fn from_str(text: &str) -> Result<Self, PartError> {
        Self::ALL.into_iter().find(|part| part.as_str() == text).ok_or(PartError)
    }
}

/// The parts that an organization has of its own, as templates; what is missing is admit's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnWording {
    /// The subject.
    pub subject: Option<String>,
    /// The text.
    pub text: Option<String>,
    /// The HTML.
    pub html: Option<String>,
}

impl OwnWording {
    /// One part, if the organization has it.
    #[must_use]
    pub fn part(&self, part: Part) -> Option<&str> {
        match part {
            Part::Subject => self.subject.as_deref(),
            Part::Text => self.text.as_deref(),
            Part::Html => self.html.as_deref(),
        }
    }

    /// The same with one part replaced, or given back to admit.
    #[must_use]
    pub fn with(mut self, part: Part, source: Option<String>) -> Self {
        match part {
            Part::Subject => self.subject = source,
            Part::Text => self.text = source,
            Part::Html => self.html = source,
        }
        self
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_part_is_named_by_its_word() {
        for part in Part::ALL {
            assert_eq!(part.to_string().parse(), Ok(part));
        }
        assert_eq!("body".parse::<Part>(), Err(PartError));
    }

    #[test]
    fn a_part_of_ones_own_takes_the_place_of_one() {
        let own = OwnWording::default().with(Part::Text, Some("Hello".to_owned()));
        assert_eq!(Part::ALL.map(|part| own.part(part)), [None, Some("Hello"), None]);
        assert_eq!(own.with(Part::Text, None), OwnWording::default());
    }
}
