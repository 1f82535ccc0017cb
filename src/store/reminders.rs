//! Invites that are about to run out and were not reminded of: found, and marked. What is mailed then is a
//! delivery like any other.

use rusqlite::params;

use super::checksums;
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use super::{organizations, users};
use crate::domain::id::{InviteId, OrganizationId, UserId};
use crate::domain::organization::Organization;
use crate::domain::time::Timestamp;
use crate::domain::user::User;

/// A time in which invites end: after its begin, and not after its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The last moment at which an invite has ended already.
    pub after: Timestamp,
    /// The last moment that counts.
    pub until: Timestamp,
}

/// Somebody to be reminded of an invite.
#[derive(Clone, Debug)]
pub struct ToRemind {
    /// Who.
    pub user: User,
    /// Of which invite.
    pub invite: InviteId,
    /// Who made it; nobody where it was the operator.
    pub inviter: Option<UserId>,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
}

/// Which invites are to be reminded of: those to join that are open, are not yet reminded of, and end
/// between ?1 and ?2.
const SOON: &str = "d.state = 1 AND d.purpose = 1 AND d.reminded_at IS NULL \
     AND d.expires_at > ?1 AND d.expires_at <= ?2";

/// Finds the organizations with an invite to be reminded of. CROSS JOIN makes SQLite begin with the invites.
pub(super) fn organizations_to_remind() -> String {
    organizations::with_any_of(&format!(
        "SELECT u.organization_id FROM invites d CROSS JOIN users u ON u.id = d.user_id WHERE {SOON}"
    ))
}

/// Finds the users to be reminded, in the same way.
pub(super) fn to_remind() -> String {
    format!(
        "SELECT {}, d.id AS ending_id, d.inviter_id, d.expires_at AS ending_at
         FROM invites d CROSS JOIN {} WHERE u.id = d.user_id AND u.invite_id = d.id AND {SOON}
           AND u.organization_id = ?3 ORDER BY d.expires_at, d.id",
        users::COLUMNS,
        users::TABLES
    )
}

impl ReadTx<'_> {
    /// The organizations in which somebody is to be reminded, in the order in which they were made.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn organizations_to_remind(&self, ending: Ending) -> Result<Vec<Organization>, StoreError> {
        self.organizations_by(
            &organizations_to_remind(),
            &[&ending.after.timestamp(), &ending.until.timestamp()],
        )
    }

    /// The users of an organization who are to be reminded, the most urgent first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn users_to_remind(
        &self,
        organization: OrganizationId,
        ending: Ending,
    ) -> Result<Vec<ToRemind>, StoreError> {
        let mut statement = self.sql.prepare_cached(&to_remind())?;
        let soon = params![ending.after.timestamp(), ending.until.timestamp(), organization.get()];
        let rows = statement.query_map(soon, |row| {
            Ok(ToRemind {
                user: users::from_row(row)?,
                invite: InviteId::new(row.get("ending_id")?),
                inviter: row.get::<_, Option<i64>>("inviter_id")?.map(UserId::new),
                expires_at: super::codec::moment(row, "ending_at")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Whether an invite is one's own to remind of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marked {
    /// It was not reminded of before, and is now.
    Now,
    /// It was reminded of before, or is not open any more.
    Before,
}

impl WriteTx<'_> {
    /// Marks an invite as reminded of, once in its life.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn mark_reminded(&mut self, invite: InviteId) -> Result<Marked, StoreError> {
        let marked = self
            .sql
            .prepare_cached(&format!(
                "UPDATE invites SET {} WHERE id = ?1 AND state = 1 AND reminded_at IS NULL",
                checksums::INVITES.set("reminded", &["?2"])
            ))?
            .execute(params![invite.get(), self.now.timestamp()])?;
        Ok(if marked == 1 { Marked::Now } else { Marked::Before })
    }
}
