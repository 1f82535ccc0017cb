//! E-mail addresses: what admit takes for one, and when two are the same person's. The rules are the
//! "address policy" of requirements F1 to F3; the reasons for a refusal are in `policy`, international
//! domains in `idn`. Nothing here asks the network, and no provider's own rules (plus tags, dots) count.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

mod idn;
mod policy;

pub use policy::EmailError;

/// The domain of an address, by the same rules where it stands alone.
pub(super) fn normalize_domain(domain: &str) -> Result<String, EmailError> {
    policy::normalize_domain(domain)
}

/// Longest part before the `@`, in octets (RFC 5321 §4.5.3.1.1).
pub const LOCAL_PART_MAX: usize = 64;
/// Longest label of a domain, in octets (RFC 1035 §2.3.4).
pub const LABEL_MAX: usize = 63;
/// Longest domain, in octets and without a root dot (RFC 1035 §2.3.4).
pub const DOMAIN_MAX: usize = 253;
/// Longest address, in octets (RFC 5321 §4.5.3.1.3, less the angle brackets).
pub const ADDRESS_MAX: usize = 254;

/// An e-mail address: the form as typed for showing, the normal form for comparing.
///
/// Equality, order and hash look at the normal form alone: one person, one record.
#[derive(Clone, Debug)]
pub struct EmailAddress {
    normal: Box<str>,
    typed: Option<Box<str>>,
}

impl EmailAddress {
    /// Puts together what the store kept apart; `None` where this type would never have given it these
    /// two forms.
    #[must_use]
    pub fn from_stored(normal: &str, typed: Option<&str>) -> Option<Self> {
        // Lists and exports call this ten million times.
        if is_plain(normal.as_bytes()) && !holds_upper_case(normal) {
            let case_alone =
                typed.is_none_or(|typed| typed != normal && typed.eq_ignore_ascii_case(normal));
            if case_alone {
                return Some(Self::rejoined(normal, typed));
            }
        }
        let read: Self = typed.unwrap_or(normal).parse().ok()?;
        (read.as_normal() == normal && read.typed_if_different() == typed).then_some(read)
    }

    /// The normal form: ASCII lower case, the domain as A-label. This is what is mailed and compared.
    #[must_use]
    pub fn as_normal(&self) -> &str {
        &self.normal
    }

    /// The form as typed, without surrounding white space. This is what is shown.
    #[must_use]
    pub fn as_typed(&self) -> &str {
        self.typed.as_deref().unwrap_or(&self.normal)
    }

    /// The form as typed, where it differs from the normal form.
    #[must_use]
    pub fn typed_if_different(&self) -> Option<&str> {
        self.typed.as_deref()
    }

    /// The domain of the normal form.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.normal.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Puts together again what an address of this process was taken apart into; nothing is checked.
    pub(crate) fn rejoined(normal: &str, typed: Option<&str>) -> Self {
        Self { normal: normal.into(), typed: typed.map(Into::into) }
    }

    /// An address whose normal form is its lower case.
    fn of_plain(text: &str) -> Self {
        if holds_upper_case(text) {
            Self { normal: text.to_ascii_lowercase().into(), typed: Some(text.into()) }
        } else {
            Self { normal: text.into(), typed: None }
        }
    }

    fn new(normal: String, typed: &str) -> Self {
        let typed = (normal != typed).then(|| typed.into());
        Self { normal: normal.into(), typed }
    }
}

impl FromStr for EmailAddress {
    type Err = EmailError;

    /// Reads one address. White space around it goes, line ends of a copied line included; inside it
    /// nothing is mended.
    fn from_str(text: &str) -> Result<Self, EmailError> {
        // Imports call this ten million times, and nearly every address is plain.
        if is_plain(text.as_bytes()) {
            return Ok(Self::of_plain(text));
        }
        let text = text.trim();
        if is_plain(text.as_bytes()) {
            return Ok(Self::of_plain(text));
        }
        policy::normalize(text).map(|normal| Self::new(normal, text))
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_typed())
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

impl Eq for EmailAddress {}

impl PartialOrd for EmailAddress {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for EmailAddress {
    fn cmp(&self, other: &Self) -> Ordering {
        self.normal.cmp(&other.normal)
    }
}

impl Hash for EmailAddress {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normal.hash(state);
    }
}

/// Looks at the whole text before it answers: that is quicker than stopping at every byte.
fn holds_upper_case(text: &str) -> bool {
    text.bytes().fold(false, |any, byte| any | byte.is_ascii_uppercase())
}

const ATEXT: u8 = 1;
const LETTER_DIGIT_HYPHEN: u8 = 2;

/// What each byte may be part of: `atext` (RFC 5322 §3.2.3) and the letters of host names.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            class[byte as usize] = ATEXT | LETTER_DIGIT_HYPHEN;
        } else if policy::is_atext_symbol(byte) {
            class[byte as usize] = ATEXT;
        }
        byte += 1;
    }
    class
};

fn is(class: u8, byte: u8) -> bool {
    CLASS[usize::from(byte)] & class != 0
}

/// Whether this is an address by the policy, all ASCII and without an A-label: one pass, no memory.
/// `false` only says that the long way has to decide.
fn is_plain(address: &[u8]) -> bool {
    if address.len() > ADDRESS_MAX {
        return false;
    }
    let mut at = 0;
    let mut previous = b'.';
    loop {
        match address.get(at) {
            Some(b'@') => break,
            Some(b'.') if previous == b'.' => return false,
            Some(&byte) if byte == b'.' || is(ATEXT, byte) => previous = byte,
            _ => return false,
        }
        at += 1;
    }
    previous != b'.' && at <= LOCAL_PART_MAX && is_plain_domain(&address[at + 1..])
}

fn is_plain_domain(domain: &[u8]) -> bool {
    let mut start = 0;
    for (end, &byte) in domain.iter().enumerate() {
        if byte == b'.' {
            if !is_plain_label(&domain[start..end]) {
                return false;
            }
            start = end + 1;
        } else if !is(LETTER_DIGIT_HYPHEN, byte) {
            return false;
        }
    }
    let last = &domain[start..];
    start > 0 && is_plain_label(last) && !last.iter().all(u8::is_ascii_digit)
}

fn is_plain_label(label: &[u8]) -> bool {
    label.len() <= LABEL_MAX
        && label.first().is_some_and(|byte| *byte != b'-')
        && label.last().is_some_and(|byte| *byte != b'-')
        && !idn::is_a_label(label)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_person_is_one_key_however_it_is_typed() {
        let one: EmailAddress = "Ann@BÜCHER.example".parse().unwrap();
        let other: EmailAddress = "ann@xn--bcher-kva.example".parse().unwrap();
        assert_eq!(one, other);
        assert_eq!(one.cmp(&other), Ordering::Equal);
        assert_eq!(std::collections::HashSet::from([one.clone(), other.clone()]).len(), 1);
        let next: EmailAddress = "bob@xn--bcher-kva.example".parse().unwrap();
        assert_ne!(one, next);
        assert!(one < next && next > other);
        let hashed = |email: &EmailAddress| {
            use std::hash::BuildHasher;
            std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default().hash_one(email)
        };
        assert_eq!(hashed(&one), hashed(&other));
        assert_ne!(hashed(&one), hashed(&next));
        assert_eq!(one.typed_if_different(), Some("Ann@BÜCHER.example"));
        assert_eq!(other.typed_if_different(), None);
        assert_eq!(one.domain(), "xn--bcher-kva.example");
    }

    #[test]
    fn what_the_store_kept_apart_comes_together() {
        let typed: EmailAddress = " Ann@Example.COM\r\n".parse().unwrap();
        let stored =
            EmailAddress::from_stored(typed.as_normal(), typed.typed_if_different()).unwrap();
        assert_eq!(stored.to_string(), "Ann@Example.COM");
        assert_eq!(stored, typed);
        for (normal, typed) in [
            ("not an address", None),
            ("Ann@example.com", None),
            ("ann@bücher.example", None),
            ("ann@example.com", Some("bob@example.com")),
            ("ann@example.com", Some("ann@example.com")),
            ("ann@example.com", Some(" Ann@example.com")),
        ] {
            assert!(EmailAddress::from_stored(normal, typed).is_none(), "{normal} {typed:?}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_and_the_long_way_agree(
            near in "[ -~]{0,8}[a-z.]{0,3}@?[a-z0-9.-]{0,6}[ -~]{0,4}",
            likely in "[a-zA-Z0-9.+_-]{1,66}@([a-z0-9-]{1,64}\\.){0,5}[a-z0-9]{1,4}",
        ) {
            for text in [near.trim(), likely.as_str()] {
                if !text.to_ascii_lowercase().contains("xn--") {
                    prop_assert_eq!(is_plain(text.as_bytes()), policy::normalize(text).is_ok(), "{}", text);
                }
                if is_plain(text.as_bytes()) {
                    prop_assert_eq!(policy::normalize(text), Ok(text.to_ascii_lowercase()));
                }
            }
        }
    }
}
