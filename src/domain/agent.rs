//! Agents: identities seen in interaction data, and the ways a person writes one down.
//! Who holds an agent is an assignment and lives in `store`; the rules about it in `ops::agents`.

use std::fmt;
use std::str::FromStr;

use super::id::{AgentNumber, OrganizationId};
use super::name::PersonName;
use super::text::{self, TextError};
use super::time::Timestamp;

/// Longest agent ID, in characters.
pub const AGENT_ID_MAX: usize = 100;
/// Longest source name, in bytes.
pub const SOURCE_MAX: usize = 40;

/// Why a text is no agent, agent ID or source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgentError {
    /// Not a source's name.
    #[error("a source is 1 to {SOURCE_MAX} letters, digits, '-', '_' or '.', such as voice")]
    Source,
    /// Not an agent ID.
    #[error("an agent ID {0}")]
    Id(#[from] TextError),
    /// Holds a character that separates agent IDs in a list.
    #[error("an agent ID holds no ';' and no blanks")]
    Separator,
    /// No source where one is needed.
    #[error("an agent is written SOURCE:ID, such as voice:4711")]
    NoSource,
}

/// The system an agent was seen in: `voice`, `chat`, … Kept in lower case (S1: one person may stand in several).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentSource(String);

impl AgentSource {
    /// The name in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AgentSource {
    type Err = AgentError;

    fn from_str(text: &str) -> Result<Self, AgentError> {
        let text = text.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if text.is_empty() || text.len() > SOURCE_MAX || !text.chars().all(plain) {
            return Err(AgentError::Source);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl fmt::Display for AgentSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The identifier of an agent inside its source system. Case counts: source systems differ in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentId(String);

impl AgentId {
    /// The identifier as the source system writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AgentId {
    type Err = AgentError;

    fn from_str(text: &str) -> Result<Self, AgentError> {
        let text = text::clean(text, AGENT_ID_MAX)?;
        if text.contains(|c: char| c == ';' || c.is_whitespace()) {
            return Err(AgentError::Separator);
        }
        Ok(Self(text))
    }
}

impl fmt::Display for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An agent's full name: `voice:4711`. Unique in an organization.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentKey {
    /// The source system.
    pub source: AgentSource,
    /// The identifier in it.
    pub id: AgentId,
}

impl FromStr for AgentKey {
    type Err = AgentError;

    fn from_str(text: &str) -> Result<Self, AgentError> {
        let (source, id) = text.split_once(':').ok_or(AgentError::NoSource)?;
        Ok(Self { source: source.parse()?, id: id.parse()? })
    }
}

impl fmt::Display for AgentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.id)
    }
}

/// An agent as a person names it: `voice:4711`, or the ID alone where only one source has it.
/// An ID may itself hold a colon, so both readings are kept; the store knows which one exists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgentRef {
    key: Option<AgentKey>,
    id: AgentId,
}

impl AgentRef {
    /// The reading with a source, where there is one. Tried first.
    #[must_use]
    pub fn key(&self) -> Option<&AgentKey> {
        self.key.as_ref()
    }

    /// The whole text as an ID without a source.
    #[must_use]
    pub fn id(&self) -> &AgentId {
        &self.id
    }
}

impl FromStr for AgentRef {
    type Err = AgentError;

    fn from_str(text: &str) -> Result<Self, AgentError> {
        Ok(Self { key: text.parse().ok(), id: text.parse()? })
    }
}

/// As it was typed: both readings are in that text, and in no other.
impl fmt::Display for AgentRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

/// What interaction data says of an agent: one line of `agent import`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentFacts {
    /// Source and ID.
    pub key: AgentKey,
    /// The name in the source system; `None` leaves a known name as it is.
    pub name: Option<PersonName>,
    /// How many interactions the platform holds for it; `None` leaves a known number as it is.
    pub interactions: Option<u64>,
    /// The latest of them.
    pub last_interaction_at: Option<Timestamp>,
}

/// An agent as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// Its row.
    pub number: AgentNumber,
    /// Where.
    pub organization: OrganizationId,
    /// What interaction data says.
    pub facts: AgentFacts,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_reference_reads_both_ways() {
        let both: AgentRef = "voice:4711".parse().unwrap();
        assert_eq!(both.key().unwrap().to_string(), "voice:4711");
        assert_eq!(both.id().as_str(), "voice:4711");
        let bare: AgentRef = "4711".parse().unwrap();
        assert_eq!(bare.key(), None);
        let colon: AgentRef = "chat:a:b".parse().unwrap();
        assert_eq!(colon.key().unwrap().id.as_str(), "a:b");
    }

    #[test]
    fn sources_fold_case_and_ids_do_not() {
        let key: AgentKey = "Voice:Ab".parse().unwrap();
        assert_eq!(key.to_string(), "voice:Ab");
    }

    #[test]
    fn a_source_is_one_to_forty_plain_characters() {
        let of = |length: usize| "a".repeat(length).parse::<AgentSource>();
        for length in [1, SOURCE_MAX - 1, SOURCE_MAX] {
            assert_eq!(of(length).unwrap().as_str().len(), length);
        }
        for length in [0, SOURCE_MAX + 1, 2 * SOURCE_MAX] {
            assert_eq!(of(length), Err(AgentError::Source), "{length}");
        }
        assert_eq!("a/b".parse::<AgentSource>(), Err(AgentError::Source));
        assert_eq!("E-mail_2.x".parse::<AgentSource>().unwrap().to_string(), "e-mail_2.x");
    }

    #[test]
    fn refuses_what_would_break_a_list() {
        for bad in ["", "a;b", "a b", "voice:", ":1", "voi ce:1"] {
            assert!(bad.parse::<AgentKey>().is_err(), "{bad:?}");
        }
    }
}
