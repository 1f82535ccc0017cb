//! The subject of a mail, fit for a header whatever it was made from. Encoding it is `letter`'s.

use std::fmt;

use crate::domain::template::SUBJECT_MAX;
use crate::domain::text::escape;

/// A subject: one line of 1 to [`SUBJECT_MAX`] characters, without a control character, and without
/// anything that a mail program would decode (trust H2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectLine(String);

impl SubjectLine {
    /// Makes one of any text, so that no name in it can keep a mail from being sent: lines become one, what
    /// steers becomes an escape, what is too long is cut. Nothing where nothing is left.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let line = escape(&words.join(" ")).replace("=?", "= ?");
        let line = match line.char_indices().nth(SUBJECT_MAX) {
            None => line,
            Some(_) => line.chars().take(SUBJECT_MAX - 1).chain(['…']).collect(),
        };
        (!line.is_empty()).then_some(Self(line))
    }

    /// The line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubjectLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::text::holds_encoded_word;
    use proptest::prelude::*;

    #[test]
    fn whatever_it_was_it_is_one_harmless_line() {
        for (text, line) in [
            ("Your account has been created!", "Your account has been created!"),
            (" a\r\n\r\nBcc: b@example.com ", "a Bcc: b@example.com"),
            ("a\u{1b}[2Jb\0", "a\\u{1b}[2Jb\\u{0}"),
            ("Jos\u{202e}\u{2028}é", "Jos\\u{202e} é"),
            ("=?utf-8?q?Your=20bank?=", "= ?utf-8?q?Your=20bank?="),
            ("=?=?", "= ?= ?"),
        ] {
            assert_eq!(SubjectLine::new(text).unwrap().as_str(), line);
        }
        assert_eq!(SubjectLine::new(" \r\n "), None);
    }

    #[test]
    fn what_is_too_long_is_cut() {
        assert_eq!(SubjectLine::new(&"ä".repeat(150)).unwrap().as_str(), "ä".repeat(150));
        let cut = format!("{}…", "ä".repeat(149));
        assert_eq!(SubjectLine::new(&"ä".repeat(151)).unwrap().as_str(), cut);
    }

    proptest! {
        #[test]
        fn h2_no_text_makes_a_subject_that_steers(text in any::<String>(), word in "[=?a-z ]{0,30}") {
            for text in [text.clone() + &word, word + &text] {
                if let Some(line) = SubjectLine::new(&text) {
                    prop_assert!(!line.as_str().contains(char::is_control));
                    prop_assert!(!line.as_str().contains("=?"));
                    prop_assert!(!holds_encoded_word(line.as_str()));
                    prop_assert!(line.as_str().chars().count() <= SUBJECT_MAX);
                }
            }
        }
    }
}
