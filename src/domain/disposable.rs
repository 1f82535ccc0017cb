//! Disposable addresses (rule 40): the list inside the binary, and whose word counts on a domain. Who is
//! told so, and when, is `ops::domains`'; the list is made by `.ci/disposable-domains`.

use super::domain_name::DomainName;
use super::sorted_lines::{self, holds_line};
use super::template::Disposable;

/// The list with its header, as one text: nothing of it is read before somebody asks.
const LIST: &str = include_str!("../data/disposable-domains.txt");

/// An organization's own word on a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainVerdict {
    /// People there are let in, whatever the list says.
    Allowed,
    /// They are not, whatever else is allowed.
    Blocked,
}

impl DomainVerdict {
    /// In a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Blocked => "blocked",
        }
    }
}

/// What is known of a domain, by whichever word counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// The organization has its own word on it, or on a domain it lies in.
    Own(DomainVerdict, DomainName),
    /// The list has it, or a domain it lies in.
    Listed(DomainName),
    /// Nobody said anything.
    Unknown,
}

impl Judgement {
    /// Whether people there are let in.
    #[must_use]
    pub const fn lets_in(&self, policy: Disposable) -> bool {
        match (self, policy) {
            (Self::Own(DomainVerdict::Blocked, _), _) => false,
            (Self::Listed(_), Disposable::Refused) => false,
            (Self::Own(DomainVerdict::Allowed, _) | Self::Listed(_) | Self::Unknown, _) => true,
        }
    }
}

/// Judges a domain: the organization's own word first, on the longest domain it has one on; then the
/// list's.
///
/// # Errors
/// Those of `own`.
pub fn judge<E>(
    domain: &DomainName,
    mut own: impl FnMut(&DomainName) -> Result<Option<DomainVerdict>, E>,
) -> Result<Judgement, E> {
    for candidate in domain.with_parents() {
        if let Some(verdict) = own(&candidate)? {
            return Ok(Judgement::Own(verdict, candidate));
        }
    }
    Ok(find_listed(domain).map_or(Judgement::Unknown, Judgement::Listed))
}

/// The domain on the list that this one is or lies in.
#[must_use]
pub fn find_listed(domain: &DomainName) -> Option<DomainName> {
    domain.find_parent(|candidate| holds_line(domains(), candidate))
}

/// Where the list is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListFacts {
    /// Who keeps it.
    pub source: &'static str,
    /// Which edition.
    pub version: &'static str,
    /// Of which day.
    pub date: &'static str,
    /// On which terms.
    pub licence: &'static str,
    /// How many domains it has.
    pub domains: usize,
}

/// Where the list is from, and how long it is.
#[must_use]
pub fn list_facts() -> ListFacts {
    ListFacts {
        source: header("source"),
        version: header("version"),
        date: list_date(),
        licence: header("licence"),
        domains: domains().lines().count(),
    }
}

/// Of which day the list is.
#[must_use]
pub fn list_date() -> &'static str {
    header("date")
}

/// Header and domains; found when admit is compiled.
const PARTS: (&str, &str) = sorted_lines::split_header(LIST);

const fn domains() -> &'static str {
    PARTS.1
}

fn header(key: &str) -> &'static str {
    let mut lines = PARTS.0.lines();
    lines
        .find_map(|line| line.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix(": "))
        .unwrap_or("")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use DomainVerdict::{Allowed, Blocked};

    fn domain(text: &str) -> DomainName {
        text.parse().unwrap()
    }

    #[test]
    fn the_list_is_sorted_and_in_the_form_in_which_domains_are_compared() {
        let lines: Vec<&str> = domains().lines().collect();
        assert!(lines.len() > 5_000, "{}", lines.len());
        assert!(lines.is_sorted_by(|one, next| one < next));
        for line in lines {
            assert!(holds_line(domains(), line), "{line}");
            match line.parse::<DomainName>() {
                Ok(domain) => assert_eq!(domain.as_str(), line),
                // Emoji and the like, which no address that admit takes has either.
                Err(_) => assert!(line.contains("xn--"), "{line}"),
            }
        }
    }

    #[test]
    fn the_list_says_where_it_is_from() {
        let facts = list_facts();
        assert_eq!(facts.source, "disposable-email-domains (PyPI)");
        assert_eq!(facts.licence, "CC0 1.0");
        assert!(facts.version.starts_with("0.0."), "{facts:?}");
        assert!(facts.date.parse::<chrono::NaiveDate>().is_ok(), "{facts:?}");
        assert_eq!(facts.domains, domains().lines().count());
    }

    #[test]
    fn a_subdomain_counts_and_a_name_that_only_ends_alike_does_not() {
        let listed = |text| find_listed(&domain(text)).map(|found| found.to_string());
        assert_eq!(listed("mailinator.com").as_deref(), Some("mailinator.com"));
        assert_eq!(listed("x.Mailinator.com").as_deref(), Some("mailinator.com"));
        assert_eq!(listed("a.b.mailinator.com").as_deref(), Some("mailinator.com"));
        for other in ["ournotmailinator.com", "mailinator.com.example", "gmail.com", "example.com"]
        {
            assert_eq!(listed(other), None, "{other}");
        }
    }

    #[test]
    fn the_longest_own_word_counts_and_then_the_list() {
        let judged = |text: &str, own: &[(&str, DomainVerdict)]| {
            let word = |candidate: &DomainName| {
                let found = own.iter().find(|(name, _)| *name == candidate.as_str());
                Ok::<_, std::convert::Infallible>(found.map(|(_, verdict)| *verdict))
            };
            let Ok(judgement) = judge(&domain(text), word);
            judgement
        };
        let own = |verdict, text| Judgement::Own(verdict, domain(text));
        let words = [("example.com", Blocked), ("a.example.com", Allowed)];
        for (text, words, expected) in [
            ("example.com", &words[..], own(Blocked, "example.com")),
            ("b.example.com", &words, own(Blocked, "example.com")),
            ("b.a.example.com", &words, own(Allowed, "a.example.com")),
            ("mailinator.com", &words, Judgement::Listed(domain("mailinator.com"))),
            ("mailinator.com", &[("mailinator.com", Allowed)], own(Allowed, "mailinator.com")),
            // Allowing a part of a listed domain leaves the rest listed.
            (
                "mailinator.com",
                &[("x.mailinator.com", Allowed)],
                Judgement::Listed(domain("mailinator.com")),
            ),
            ("gmail.com", &words, Judgement::Unknown),
        ] {
            assert_eq!(judged(text, words), expected, "{text}");
        }
    }

    #[test]
    fn a_block_counts_under_every_policy_and_the_list_only_where_it_is_asked() {
        let name = || domain("example.com");
        for (judgement, allowed, refused) in [
            (Judgement::Own(Blocked, name()), false, false),
            (Judgement::Own(Allowed, name()), true, true),
            (Judgement::Listed(name()), true, false),
            (Judgement::Unknown, true, true),
        ] {
            assert_eq!(judgement.lets_in(Disposable::Allowed), allowed, "{judgement:?}");
            assert_eq!(judgement.lets_in(Disposable::Refused), refused, "{judgement:?}");
        }
    }
}
