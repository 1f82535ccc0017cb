//! What everybody knows of somebody: address, name, organization, product. A password is not made of it
//! (trust D7).
//!
//! The rule: take every own word out of the password, whatever its case. Where one was there, and fewer than
//! six characters are left that are neither digits, blanks nor ASCII signs, it is little more than own words.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

use super::super::email::EmailAddress;
use super::super::name::PersonName;
use super::super::organization::Organization;
use super::super::text;

/// How many characters must be left beside own words, digits and signs.
const LEFT: usize = 6;
/// Fewest characters of a word in ASCII; shorter ones are in half of all words. In other scripts two
/// characters can be a whole name.
const WORD_MIN: usize = 3;
/// The product.
const PRODUCT: &str = "admit";

/// Whose word a password is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnWord {
    /// The address, or a part of it.
    Address,
    /// The name, or a part of it.
    Name,
    /// The organization's.
    Organization,
    /// The product's.
    Product,
}

impl fmt::Display for OwnWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "the person's own address",
            Self::Name => "the person's own name",
            Self::Organization => "the organization's name",
            Self::Product => "the product's name",
        })
    }
}

/// The words that a person's password must not be made of.
#[derive(Clone, Debug)]
pub struct OwnWords(Vec<(String, OwnWord)>);

impl Default for OwnWords {
    /// Those of everybody: the product's.
    fn default() -> Self {
        Self(vec![(PRODUCT.to_owned(), OwnWord::Product)])
    }
}

impl OwnWords {
    /// And the address: whole, what stands before the `@` and its parts, the domain and its labels but the
    /// last, as typed and in the normal form.
    #[must_use]
    pub fn with_email(mut self, email: &EmailAddress) -> Self {
        for form in [email.as_normal(), email.as_typed()] {
            let (local, domain) = form.rsplit_once('@').unwrap_or((form, ""));
            let labels = domain.rsplit_once('.').map_or("", |(labels, _)| labels);
            for text in [form, local, domain] {
                self.add(text, OwnWord::Address);
            }
            self.add_parts(local, OwnWord::Address);
            self.add_parts(labels, OwnWord::Address);
        }
        self
    }

    /// And the name: whole, and each part.
    #[must_use]
    pub fn with_name(mut self, name: &PersonName) -> Self {
        self.add(name.as_str(), OwnWord::Name);
        self.add_parts(name.as_str(), OwnWord::Name);
        self
    }

    /// And the organization: its name, each part of that, and its short name.
    #[must_use]
    pub fn with_organization(mut self, organization: &Organization) -> Self {
        for text in [organization.name.as_str(), organization.slug.as_str()] {
            self.add(text, OwnWord::Organization);
            self.add_parts(text, OwnWord::Organization);
        }
        self
    }

    fn add_parts(&mut self, text: &str, whose: OwnWord) {
        for part in text.split(|c: char| !c.is_alphanumeric()) {
            self.add(part, whose);
        }
    }

    /// The longest words stand first, so that they are taken out before their parts.
    fn add(&mut self, text: &str, whose: OwnWord) {
        let word = text::fold(text.trim());
        let length = word.chars().count();
        let long_enough = length >= WORD_MIN || (length == WORD_MIN - 1 && !word.is_ascii());
        // Numbers alone are no word: every password may have some.
        let names_something = word.chars().any(|c| !is_padding(c));
        if long_enough && names_something && self.0.iter().all(|(known, _)| *known != word) {
            let place = self.0.partition_point(|(known, _)| known.len() >= word.len());
            self.0.insert(place, (word, whose));
        }
    }

    /// Whose word a password is little more than. Takes its folded form.
    pub(super) fn find_in(&self, folded: &str) -> Option<OwnWord> {
        let mut rest = Zeroizing::new(folded.to_owned());
        let mut found = None;
        for (word, whose) in &self.0 {
            if rest.contains(word.as_str()) {
                // A blank in its place, so that what stood around it does not become a word.
                rest = Zeroizing::new(rest.replace(word.as_str(), " "));
                found = found.or(Some(*whose));
            }
        }
        let left = rest.chars().filter(|c| !is_padding(*c)).count();
        rest.zeroize();
        found.filter(|_| left < LEFT)
    }
}

/// What is left of a password without the digits, blanks and signs around it. Takes its folded form.
pub(super) fn without_padding(folded: &str) -> &str {
    folded.trim_matches(is_padding)
}

/// What is put before or behind a word to make it longer.
fn is_padding(c: char) -> bool {
    c.is_numeric() || c.is_whitespace() || c.is_ascii_punctuation()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn words() -> OwnWords {
        OwnWords::default()
            .with_email(&"Ann.Lee+crm@mail.Example.co.uk".parse().unwrap())
            .with_name(&"Ann-Marie Lee O’Connor 李明".parse().unwrap())
    }

    #[track_caller]
    fn assert_found(words: &OwnWords, text: &str, expected: Option<OwnWord>) {
        assert_eq!(words.find_in(&text::fold(text)), expected, "{text}");
    }

    #[test]
    fn d7_own_words_and_padding_are_no_password() {
        for (text, whose) in [
            ("ann.lee+crm@mail.example.co.uk", OwnWord::Address),
            ("Ann.Lee+crm@mail.Example.co.uk2026", OwnWord::Address),
            ("mail.example.co.uk!!", OwnWord::Address),
            ("EXAMPLE-example-1", OwnWord::Address),
            ("lee lee lee lee lee", OwnWord::Address),
            ("ann-marie lee o’connor 李明", OwnWord::Name),
            ("O’Connor1976!!!", OwnWord::Name),
            ("李明李明李明1234567890", OwnWord::Name),
            ("admit-admit-admit", OwnWord::Product),
            ("2026admitpass!!", OwnWord::Product),
            ("xyAdmit48213905721847", OwnWord::Product),
        ] {
            assert_found(&words(), text, Some(whose));
        }
    }

    #[test]
    fn an_own_word_among_others_is_fine() {
        for text in [
            "quiet yellow tram",
            "ann likes yellow trams",
            "leeward breezes",
            "48213905721847",
            "🦀🐙🦑🦐🐚🐠ann",
            "o’brien was here before",
        ] {
            assert_found(&words(), text, None);
        }
    }

    #[test]
    fn short_parts_and_numbers_are_no_words() {
        let words = OwnWords::default()
            .with_email(&"jo.12345@x.example.com".parse().unwrap())
            .with_name(&"Jo U 7".parse().unwrap());
        for text in ["1234512345123", "jojojojojojojo", "x.x.x.x.x.x.x.x"] {
            assert_found(&words, text, None);
        }
        assert_found(&words, "jo.12345@x.example.com", Some(OwnWord::Address));
    }
}
