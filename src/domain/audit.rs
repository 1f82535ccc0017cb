//! The audit: one entry a change, each sealed with the hash of the one before it. Keeping entries is
//! `store::audit`; deciding what to say is `ops`.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

mod action;

pub use action::{Action, ActionError, Actions, ActionsError};

use super::id::{BatchId, OrganizationId, UserId};
use super::organization::Slug;
use super::time::Timestamp;
use super::user_ref::{UserRef, UserRefError};

/// Who did it (rules 1 and 41).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// In which capacity.
    pub identity: Identity,
    /// The login on this machine.
    pub login: SystemLogin,
}

/// In which capacity somebody acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Whoever can open the store's file: every right (rule 1).
    Operator,
    /// A user, as named with `--as`; what this user may is decided in each transaction.
    Person(UserRef),
}

impl FromStr for Identity {
    type Err = UserRefError;

    fn from_str(text: &str) -> Result<Self, UserRefError> {
        match text.trim() {
            "operator" => Ok(Self::Operator),
            user => user.parse().map(Self::Person),
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            // One person is one text, however the address was typed.
            Self::Person(UserRef::Email(email)) => f.write_str(email.as_normal()),
            Self::Person(user) => user.fmt(f),
        }
    }
}

/// A login on this machine (ASVS 5.0.0 V16.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemLogin {
    /// The name of the effective user.
    pub name: String,
    /// Its number.
    pub uid: u32,
    /// Who became that user through sudo, if somebody did.
    pub sudo_user: Option<String>,
}

/// On whom: the number, and the name at that time, which outlives the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The user's number.
    pub user: UserId,
    /// The reference at that time.
    pub reference: String,
}

/// What a change says of itself when it is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// What.
    pub action: Action,
    /// Where.
    pub organization: Option<(OrganizationId, Slug)>,
    /// On whom; empty for a bulk import, which is known by its batch.
    pub subjects: Vec<Subject>,
    /// How many things changed.
    pub count: u64,
    /// The batch, for a bulk command.
    pub batch: Option<BatchId>,
    /// What else there is to say, in order: `("role", "agent")`. Never a secret.
    pub detail: Vec<(&'static str, String)>,
}

/// An entry as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its place: 1, 2, 3, … without a gap.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// In which capacity, as text.
    pub actor: String,
    /// The login on the machine.
    pub login: SystemLogin,
    /// What.
    pub action: Action,
    /// Where: the organization's short name at that time.
    pub organization: Option<String>,
    /// The same by number, which no new name changes.
    pub organization_id: Option<OrganizationId>,
    /// How many things changed.
    pub count: u64,
    /// The batch, for a bulk command.
    pub batch: Option<BatchId>,
    /// On whom.
    pub subjects: Kept<Vec<Subject>>,
    /// What else there is to say, in order.
    pub detail: Kept<Vec<(String, String)>>,
}

/// A value with the very text it is kept as. The seal is over that text: a text that was altered and
/// still reads the same is altered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept<T> {
    /// What is kept, to the byte.
    pub text: String,
    /// What it says.
    pub value: T,
}

/// The seal of an entry: SHA-256 over the seal before it and the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal([u8; 32]);

impl Seal {
    /// What stands before the first entry.
    pub const FIRST: Self = Self([0; 32]);

    /// Takes what the store kept.
    #[must_use]
    pub const fn from_stored(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to keep.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// What goes into a seal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SealVersion {
    /// As stores of schema version 1 have it.
    First,
    /// With the organization's number.
    WithOrganization,
}

/// Why a text is no seal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 hexadecimal digits, as `admit audit verify` prints it")]
pub struct SealError;

impl FromStr for Seal {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE
            .decode(text.trim().as_bytes())
            .map_err(|_| SealError)?;
        Ok(Self(bytes.try_into().map_err(|_| SealError)?))
    }
}

impl AuditRecord {
    /// Seals the record behind the one before it.
    #[must_use]
    pub fn seal(&self, previous: &Seal) -> Seal {
        self.sealed(previous, SealVersion::WithOrganization)
    }

    /// Whether this seal is the record's behind the one before it, in any version there ever was.
    #[must_use]
    pub fn is_sealed(&self, previous: &Seal, seal: &Seal) -> bool {
        let versions = [SealVersion::WithOrganization, SealVersion::First];
        versions.into_iter().any(|version| self.sealed(previous, version) == *seal)
    }

    /// Every field goes in with its length, so that no two different records read the same.
    fn sealed(&self, previous: &Seal, version: SealVersion) -> Seal {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        part(match version {
            SealVersion::First => b"admit audit 1",
            SealVersion::WithOrganization => b"admit audit 2",
        });
        part(&previous.0);
        part(&self.number.to_be_bytes());
        part(&self.at.timestamp().to_be_bytes());
        part(self.actor.as_bytes());
        part(self.login.name.as_bytes());
        part(&self.login.uid.to_be_bytes());
        // What is missing is not what is empty.
        part(&[u8::from(self.login.sudo_user.is_some())]);
        part(self.login.sudo_user.as_deref().unwrap_or_default().as_bytes());
        part(self.action.as_str().as_bytes());
        part(&[u8::from(self.organization.is_some())]);
        part(self.organization.as_deref().unwrap_or_default().as_bytes());
        part(&self.count.to_be_bytes());
        part(&[u8::from(self.batch.is_some())]);
        part(&self.batch.map_or(0, BatchId::get).to_be_bytes());
        part(self.subjects.text.as_bytes());
        part(self.detail.text.as_bytes());
        if version == SealVersion::WithOrganization {
            part(&self.organization_id.map_or(0, OrganizationId::get).to_be_bytes());
        }
        Seal(hash.finalize().into())
    }
}
