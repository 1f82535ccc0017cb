//! The domain of an e-mail address, standing alone. What is a domain at all is decided by the rules for
//! addresses (`email`); what becomes of the people there by `disposable`.

use std::fmt;
use std::str::FromStr;

use super::email::{EmailAddress, EmailError, normalize_domain};
use super::text;

/// A domain of at least two labels, in lower case and A-labels: the form in which domains are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(Box<str>);

/// Why a text is no domain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DomainNameError {
    /// Nothing there.
    #[error("the domain is empty")]
    Empty,
    /// An e-mail address, of which only the domain would count.
    #[error("this is an e-mail address; name its domain: {0}")]
    Address(DomainName),
    /// Something else with an `@`.
    #[error("a domain has no '@'")]
    At,
    /// A character that cannot be seen or that turns the writing direction.
    #[error("the domain holds an invisible character (U+{:04X})", u32::from(*.0))]
    Hidden(char),
    /// What addresses do not take behind the `@` either.
    #[error(transparent)]
    Domain(EmailError),
}

impl DomainName {
    /// The domain of an address.
    #[must_use]
    pub fn of(address: &EmailAddress) -> Self {
        Self(address.domain().into())
    }

    /// The domain in lower case and A-labels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain and those it lies in, the longest first: `a.example.com`, `example.com`. A top-level
    /// domain such as `com` is nobody's, so two labels are the least.
    pub fn with_parents(&self) -> impl Iterator<Item = Self> {
        with_parents(self.as_str()).map(|domain| Self(domain.into()))
    }

    /// The first of these that meets a condition. Nothing is copied before.
    pub(super) fn find_parent(&self, fits: impl Fn(&str) -> bool) -> Option<Self> {
        with_parents(self.as_str()).find(|domain| fits(domain)).map(|domain| Self(domain.into()))
    }
}

fn with_parents(domain: &str) -> impl Iterator<Item = &str> {
    let below = domain.match_indices('.').map(|(dot, _)| &domain[dot + 1..]);
    std::iter::once(domain).chain(below.filter(|parent| parent.contains('.')))
}

impl FromStr for DomainName {
    type Err = DomainNameError;

    /// Reads one domain in any spelling. White space around it goes.
    fn from_str(text: &str) -> Result<Self, DomainNameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(DomainNameError::Empty);
        }
        if text.contains('@') {
            let address = text.parse::<EmailAddress>();
            return Err(address.map_or(DomainNameError::At, |address| {
                DomainNameError::Address(Self::of(&address))
            }));
        }
        if let Some(hidden) = text.chars().find(|c| c.is_control() || text::is_misleading(*c)) {
            return Err(DomainNameError::Hidden(hidden));
        }
        normalize_domain(text).map(|domain| Self(domain.into())).map_err(DomainNameError::Domain)
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn domain(text: &str) -> DomainName {
        text.parse().unwrap()
    }

    #[test]
    fn one_domain_is_one_however_it_is_typed() {
        assert_eq!(domain(" Example.COM\n").as_str(), "example.com");
        assert_eq!(domain("BÜCHER.example"), domain("xn--bcher-kva.example"));
        let address: EmailAddress = "ann@Bücher.example".parse().unwrap();
        assert_eq!(DomainName::of(&address), domain("bücher.example"));
    }

    #[test]
    fn what_no_address_has_behind_the_at_is_no_domain() {
        use DomainNameError as E;
        for (text, reason) in [
            ("", E::Empty),
            ("  \t", E::Empty),
            ("com", E::Domain(EmailError::DotlessDomain)),
            ("ann@Example.com", E::Address(domain("example.com"))),
            ("@example.com", E::At),
            ("*.example.com", E::Domain(EmailError::DomainCharacter('*'))),
            ("https://example.com", E::Domain(EmailError::DomainCharacter(':'))),
            (".example.com", E::Domain(EmailError::EmptyLabel)),
            ("example.com.", E::Domain(EmailError::EmptyLabel)),
            ("192.0.2.1", E::Domain(EmailError::NumericTopLevel)),
            ("exam\u{202e}ple.com", E::Hidden('\u{202e}')),
            ("example.com\u{1b}[2J", E::Hidden('\u{1b}')),
            ("exam ple.com", E::Domain(EmailError::DomainCharacter(' '))),
        ] {
            assert_eq!(text.parse::<DomainName>(), Err(reason), "{text:?}");
        }
    }

    #[test]
    fn a_domain_lies_in_others_down_to_two_labels() {
        let names = |text| domain(text).with_parents().map(|it| it.to_string()).collect::<Vec<_>>();
        assert_eq!(names("a.b.example.com"), ["a.b.example.com", "b.example.com", "example.com"]);
        assert_eq!(names("example.com"), ["example.com"]);
    }
}
