//! Invites: rows in and out. Of the secret only the hash comes here.

use rusqlite::{OptionalExtension, Row, params};

use super::checksums;
use super::codec::{self, Coded};
use super::error::StoreError;
use super::tallies::Tally;
use super::transaction::{ReadTx, WriteTx};
use super::users;
use crate::domain::id::{InviteId, OrganizationId, UserId};
use crate::domain::invite::{Invite, InviteState, Purpose};
use crate::domain::time::Timestamp;
use crate::domain::token::SecretHash;
use crate::domain::user::User;

/// An invite that is not in the store yet.
#[derive(Clone, Copy, Debug)]
pub struct NewInvite<'a> {
    /// Where.
    pub organization: OrganizationId,
    /// For whom.
    pub user: UserId,
    /// What for.
    pub purpose: Purpose,
    /// Who makes it; nobody where it is the operator.
    pub inviter: Option<UserId>,
    /// The hash of its secret.
    pub secret: &'a SecretHash,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// What there was of a link to take back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenBack {
    /// It was open, and is no more.
    Link,
    /// Nothing: others ended it before.
    Nothing,
}

/// Finds the newest invite of a user.
pub(super) const NEWEST: &str =
    "SELECT i.id, i.user_id, i.purpose, i.state, i.created_at, i.expires_at
     FROM users u JOIN invites i ON i.id = u.invite_id WHERE u.id = ?1";

/// Finds the users whose open invites are due. CROSS JOIN makes SQLite begin with the invites: left to
/// itself it reads every user of the organization first.
pub(super) fn due() -> String {
    format!(
        "SELECT {} FROM invites d CROSS JOIN {} WHERE u.id = d.user_id AND d.state = 1
         AND d.expires_at <= ?2 AND u.organization_id = ?1 ORDER BY d.expires_at, d.id",
        users::COLUMNS,
        users::TABLES
    )
}

pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Invite> {
    Ok(Invite {
        id: InviteId::new(row.get("id")?),
        user: UserId::new(row.get("user_id")?),
        purpose: codec::coded(row, "purpose")?,
        state: codec::coded(row, "state")?,
        created_at: codec::moment(row, "created_at")?,
        expires_at: codec::moment(row, "expires_at")?,
    })
}

impl ReadTx<'_> {
    /// A user's newest invite.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_newest_invite(&self, user: UserId) -> Result<Option<Invite>, StoreError> {
        let mut statement = self.sql.prepare_cached(NEWEST)?;
        Ok(statement.query_row([user.get()], from_row).optional()?)
    }

    /// The users of an organization whose open invites are due, the longest overdue first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn users_with_due_invites(
        &self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<Vec<User>, StoreError> {
        let mut statement = self.sql.prepare_cached(&due())?;
        let due =
            statement.query_map(params![organization.get(), now.timestamp()], users::from_row)?;
        Ok(due.collect::<Result<_, _>>()?)
    }
}

impl WriteTx<'_> {
    /// Hands out the number of an invite, which its token needs before it can be kept.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn next_invite(&mut self) -> Result<InviteId, StoreError> {
        self.take_numbers("invite", 1).map(InviteId::new)
    }

    /// Keeps an invite as its user's newest.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_invite(&mut self, id: InviteId, invite: NewInvite<'_>) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(&format!(
                "INSERT INTO invites (id, user_id, purpose, state, secret_hash, created_at,
                         expires_at, inviter_id, checksum)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, {})",
                checksums::INVITES.sum_of(&[
                    "?1, ?2, ?3, ?5, ?6, ?7, ?8",
                    "?4, NULL",
                    "NULL",
                    "NULL",
                ])
            ))?
            .execute(params![
                id.get(),
                invite.user.get(),
                invite.purpose.code(),
                InviteState::Open.code(),
                invite.secret.as_bytes(),
                self.now.timestamp(),
                invite.expires_at.timestamp(),
                invite.inviter.map(UserId::get),
            ])?;
        self.sql
            .prepare_cached("UPDATE users SET invite_id = ?2 WHERE id = ?1")?
            .execute(params![invite.user.get(), id.get()])?;
        let tally = Tally::invite(invite.purpose, InviteState::Open, invite.expires_at);
        if let Some(tally) = tally {
            self.tallies.add(invite.organization, tally, 1);
        }
        Ok(())
    }

    /// Ends every open invite of a user, and withdraws what waits to be mailed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn close_invites(
        &mut self,
        organization: OrganizationId,
        user: UserId,
        state: InviteState,
    ) -> Result<(), StoreError> {
        self.withdraw_deliveries(user)?;
        // Read before, not RETURNING: that makes a temporary table each time, and a hundred thousand links that
        // run out at once take eight times as long.
        let ends = {
            let mut statement = self.sql.prepare_cached(
                "SELECT purpose, expires_at FROM invites WHERE user_id = ?1 AND state = 1",
            )?;
            let rows = statement.query_map([user.get()], |row| {
                Ok((codec::coded::<Purpose>(row, "purpose")?, codec::moment(row, "expires_at")?))
            })?;
            rows.collect::<Result<Vec<_>, _>>()?
        };
        if ends.is_empty() {
            return Ok(());
        }
        self.sql
            .prepare_cached(&format!(
                "UPDATE invites SET {} WHERE user_id = ?1 AND state = 1",
                checksums::INVITES.set("state", &["?2", "?3"])
            ))?
            .execute(params![user.get(), state.code(), self.now.timestamp()])?;
        for (purpose, end) in &ends {
            for (state, change) in [(InviteState::Open, -1), (state, 1)] {
                if let Some(tally) = Tally::invite(*purpose, state, *end) {
                    self.tallies.add(organization, tally, change);
                }
            }
        }
        Ok(())
    }
}

impl WriteTx<'_> {
    /// Takes an open link back whose message never went out, as if it had not been made; the user's newest
    /// invite is the one before it again.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn discard_invite(
        &mut self,
        organization: OrganizationId,
        invite: InviteId,
    ) -> Result<TakenBack, StoreError> {
        let gone = self
            .sql
            .prepare_cached(
                "DELETE FROM invites WHERE id = ?1 AND state = 1
                 RETURNING user_id, purpose, expires_at",
            )?
            .query_row([invite.get()], |row| {
                let purpose = codec::coded::<Purpose>(row, "purpose")?;
                Ok((row.get::<_, i64>("user_id")?, purpose, codec::moment(row, "expires_at")?))
            })
            .optional()?;
        let Some((user, purpose, end)) = gone else { return Ok(TakenBack::Nothing) };
        if let Some(tally) = Tally::invite(purpose, InviteState::Open, end) {
            self.tallies.add(organization, tally, -1);
        }
        self.sql
            .prepare_cached(
                "UPDATE users SET invite_id = (SELECT max(id) FROM invites WHERE user_id = ?1)
                 WHERE id = ?1",
            )?
            .execute([user])?;
        Ok(TakenBack::Link)
    }

    /// Gives an open invite a second secret, that of its reminder, or takes it away again.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_reminder_secret(
        &mut self,
        invite: InviteId,
        secret: Option<&SecretHash>,
    ) -> Result<TakenBack, StoreError> {
        let changed = self
            .sql
            .prepare_cached(&format!(
                "UPDATE invites SET {} WHERE id = ?1 AND state = 1",
                checksums::INVITES.set("reminder", &["?2"])
            ))?
            .execute(params![invite.get(), secret.map(SecretHash::as_bytes)])?;
        Ok(if changed == 0 { TakenBack::Nothing } else { TakenBack::Link })
    }
}
