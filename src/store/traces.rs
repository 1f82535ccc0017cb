//! What there is to be read about one user beside the user's own row. All of it is asked for at once: to
//! prepare a statement that finds nothing costs a short command more than to run those that find something.

use rusqlite::params;

use super::error::StoreError;
use super::transaction::ReadTx;
use crate::domain::id::{OrganizationId, UserId};

/// Something that a user may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trace {
    /// An invite, open or closed.
    Invite,
    /// A mail that went out, or is to.
    Delivery,
    /// A team to lead.
    Lead,
    /// An agent held now.
    Agent,
    /// A team in the organization to be put into.
    Team,
}

/// What a user has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traces(i64);

impl Trace {
    const ALL: [Self; 5] = [Self::Invite, Self::Delivery, Self::Lead, Self::Agent, Self::Team];

    /// Where it stands, of the user ?1 in the organization ?2.
    const fn rows(self) -> &'static str {
        match self {
            Self::Invite => "invites WHERE user_id = ?1",
            Self::Delivery => "deliveries WHERE user_id = ?1",
            Self::Lead => "team_leaders WHERE user_id = ?1",
            Self::Agent => "assignments WHERE user_id = ?1 AND until_at IS NULL",
            Self::Team => "teams WHERE organization_id = ?2",
        }
    }

    const fn bit(self) -> i64 {
        1 << self as i64
    }
}

impl Traces {
    /// Whether the user has this.
    #[must_use]
    pub const fn has(self, trace: Trace) -> bool {
        self.0 & trace.bit() != 0
    }

    /// What is read, or nothing where nothing is there to read.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read<T: Default>(
        self,
        trace: Trace,
        read: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.has(trace) { read() } else { Ok(T::default()) }
    }
}

impl ReadTx<'_> {
    /// What there is to be read about a user.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn traces_of(
        &self,
        user: UserId,
        organization: OrganizationId,
    ) -> Result<Traces, StoreError> {
        let mut statement = self.sql.prepare_cached(&all())?;
        let ids = params![user.get(), organization.get()];
        Ok(Traces(statement.query_row(ids, |row| row.get(0))?))
    }
}

/// One number, a bit of it for each.
pub(super) fn all() -> String {
    let bits = Trace::ALL
        .map(|trace| format!("{} * EXISTS (SELECT 1 FROM {})", trace.bit(), trace.rows()));
    format!("SELECT {}", bits.join(" + "))
}
