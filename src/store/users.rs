//! Users: one person at a time. Lists are `listing`'s, new people `bulk`'s.

use rusqlite::{OptionalExtension, Row, params};

use super::checksums;
use super::codec::{self, Coded};
use super::counters::Seat;
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::email::EmailAddress;
use crate::domain::id::{BatchId, InviteId, OrganizationId, RoleId, TeamId, UserId};
use crate::domain::name::PersonName;
use crate::domain::status::Status;
use crate::domain::team::Team;
use crate::domain::user::{Link, User, UserState};
use crate::domain::user_ref::UserRef;

/// A user's columns, from [`TABLES`].
pub(super) const COLUMNS: &str = "u.id, u.organization_id, u.email, u.email_typed, u.name, \
     u.role_id, r.name AS role, u.team_id, t.name AS team, u.status, u.status_since, u.created_at, \
     u.last_login_at, u.batch_id, u.invite_id, i.expires_at AS link_expires_at";

/// Where each of [`COLUMNS`] stands.
mod at {
    pub(super) const ID: usize = 0;
    pub(super) const ORGANIZATION: usize = 1;
    pub(super) const EMAIL: usize = 2;
    pub(super) const EMAIL_TYPED: usize = 3;
    pub(super) const NAME: usize = 4;
    pub(super) const ROLE_ID: usize = 5;
    pub(super) const ROLE: usize = 6;
    pub(super) const TEAM_ID: usize = 7;
    pub(super) const TEAM: usize = 8;
    pub(super) const STATUS: usize = 9;
    pub(super) const STATUS_SINCE: usize = 10;
    pub(super) const CREATED_AT: usize = 11;
    pub(super) const LAST_LOGIN_AT: usize = 12;
    pub(super) const BATCH: usize = 13;
    pub(super) const INVITE: usize = 14;
    pub(super) const LINK_EXPIRES_AT: usize = 15;
}

/// Where the first column behind [`COLUMNS`] stands.
pub(super) const NEXT_COLUMN: usize = 16;

/// Where they come from: the user, the role, the team, and the open link if there is one. Roles are
/// joined from the left, so that a user whose role is gone is found damaged, and not passed over.
pub(super) const TABLES: &str = "users u LEFT JOIN roles r ON r.id = u.role_id \
     LEFT JOIN teams t ON t.id = u.team_id \
     LEFT JOIN invites i ON i.id = u.invite_id AND i.state = 1 AND i.purpose = 1";

/// The open invite of a user, as in [`TABLES`].
pub(super) const OPEN_INVITE: &str =
    "LEFT JOIN invites i ON i.id = u.invite_id AND i.state = 1 AND i.purpose = 1";

/// A user from [`COLUMNS`], which come first in the row. Damage is told with the user's number.
pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<User> {
    read(row).map_err(|error| match (error, row.get::<_, i64>(at::ID)) {
        (rusqlite::Error::FromSqlConversionFailure(_, kind, reason), Ok(id)) => {
            codec::damaged_row(kind, &format!("user #{id}: {reason}"))
        }
        (error, _) => error,
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: UserId::new(row.get(at::ID)?),
        organization: OrganizationId::new(row.get(at::ORGANIZATION)?),
        email: codec::email_at(row, at::EMAIL, at::EMAIL_TYPED)?,
        name: codec::named_or_null(row, at::NAME)?,
        role_id: RoleId::new(row.get(at::ROLE_ID)?),
        role: codec::parsed(row, at::ROLE)?,
        team: team(row)?,
        state: state(row)?,
        state_since: codec::moment(row, at::STATUS_SINCE)?,
        created_at: codec::moment(row, at::CREATED_AT)?,
        last_login_at: codec::moment_or_null(row, at::LAST_LOGIN_AT)?,
        batch: row.get::<_, Option<i64>>(at::BATCH)?.map(BatchId::new),
    })
}

fn team(row: &Row<'_>) -> rusqlite::Result<Option<Team>> {
    let Some(id) = row.get::<_, Option<i64>>(at::TEAM_ID)? else { return Ok(None) };
    Ok(Some(Team { id: TeamId::new(id), name: codec::parsed(row, at::TEAM)? }))
}

fn state(row: &Row<'_>) -> rusqlite::Result<UserState> {
    let invite: Option<i64> = row.get(at::INVITE)?;
    let expires_at = codec::moment_or_null(row, at::LINK_EXPIRES_AT)?;
    Ok(match codec::coded::<Status>(row, at::STATUS)? {
        Status::Invited => UserState::Invited {
            link: match invite.zip(expires_at) {
                Some((invite, expires_at)) => {
                    Link::Open { invite: InviteId::new(invite), expires_at }
                }
                None => Link::NotSent,
            },
        },
        Status::Expired => UserState::Expired,
        Status::Active => UserState::Active,
        Status::Deactivated => UserState::Deactivated,
        Status::Cancelled => UserState::Cancelled,
        Status::Declined => UserState::Declined,
    })
}

impl ReadTx<'_> {
    /// A user by address, number or extension.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_user(
        &self,
        organization: OrganizationId,
        user: &UserRef,
    ) -> Result<Option<User>, StoreError> {
        match user {
            UserRef::Email(email) => self.find_user_by_email(organization, email),
            UserRef::Extension(extension) => self.find_user_by_extension(organization, extension),
            UserRef::Number(id) => {
                let sql = format!(
                    "SELECT {COLUMNS} FROM {TABLES} WHERE u.id = ?2 AND u.organization_id = ?1"
                );
                let mut statement = self.sql.prepare_cached(&sql)?;
                Ok(statement
                    .query_row(params![organization.get(), id.get()], from_row)
                    .optional()?)
            }
        }
    }

    /// A user by number, whatever the organization.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_user_by_number(&self, id: UserId) -> Result<Option<User>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE u.id = ?1");
        let mut statement = self.sql.prepare_cached(&sql)?;
        Ok(statement.query_row([id.get()], from_row).optional()?)
    }

    /// A user who is named elsewhere in the store.
    ///
    /// # Errors
    /// A store without that user is damaged.
    pub fn get_user(&self, id: UserId) -> Result<User, StoreError> {
        self.find_user_by_number(id)?
            .ok_or_else(|| StoreError::Damaged(format!("it has no user {id}")))
    }

    /// A user by address.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_user_by_email(
        &self,
        organization: OrganizationId,
        email: &EmailAddress,
    ) -> Result<Option<User>, StoreError> {
        let mut statement = self.sql.prepare_cached(&by_email())?;
        Ok(statement
            .query_row(params![organization.get(), email.as_normal()], from_row)
            .optional()?)
    }

    /// The first active users with a login and this role, by number; at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn active_users(
        &self,
        organization: OrganizationId,
        role: RoleId,
        limit: usize,
    ) -> Result<Vec<User>, StoreError> {
        let mut statement = self.sql.prepare_cached(&active_by_role())?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let users =
            statement.query_map(params![organization.get(), role.get(), limit, 0], from_row)?;
        Ok(users.collect::<Result<_, _>>()?)
    }

    /// The next active users with a role behind one of them, by number; at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn active_users_after(
        &self,
        organization: OrganizationId,
        role: RoleId,
        after: UserId,
        limit: u32,
    ) -> Result<Vec<User>, StoreError> {
        let mut statement = self.sql.prepare_cached(&active_by_role())?;
        let page = params![organization.get(), role.get(), limit, after.get()];
        let users = statement.query_map(page, from_row)?;
        Ok(users.collect::<Result<_, _>>()?)
    }
}

impl WriteTx<'_> {
    /// Keeps a user's new state, and counts it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_state(&mut self, user: &User, state: UserState) -> Result<(), StoreError> {
        let same = state.status() == user.state.status();
        let since = if same { user.state_since } else { self.now };
        self.sql.prepare_cached(&update("status", &["?2", "?3"]))?.execute(params![
            user.id.get(),
            state.status().code(),
            since.timestamp()
        ])?;
        self.counts.leave(seat(user));
        self.counts.enter(Seat { status: state.status(), ..seat(user) });
        Ok(())
    }

    /// Gives a user another role, and counts it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_role(&mut self, user: &User, role: RoleId) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(&update("role", &["?2"]))?
            .execute(params![user.id.get(), role.get()])?;
        self.counts.leave(seat(user));
        self.counts.enter(Seat { role, ..seat(user) });
        Ok(())
    }

    /// Puts a user into a team, or into none, and counts it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_team(&mut self, user: &User, team: Option<TeamId>) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(&update("team", &["?2"]))?
            .execute(params![user.id.get(), team.map(TeamId::get)])?;
        self.counts.leave(seat(user));
        self.counts.enter(Seat { team, ..seat(user) });
        Ok(())
    }

    /// Gives a user another name.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_name(&mut self, user: &User, name: Option<&PersonName>) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(&update("name", &["?2"]))?
            .execute(params![user.id.get(), name.map(PersonName::as_str)])?;
        self.search.touch(user.id);
        Ok(())
    }

    /// Counts a user who came back by an import to its batch.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_batch(&mut self, user: &User, batch: BatchId) -> Result<(), StoreError> {
        self.remember_import(user)?;
        self.sql
            .prepare_cached(&update("batch", &["?2"]))?
            .execute(params![user.id.get(), batch.get()])?;
        Ok(())
    }

    /// Deletes a user with all that hangs on it, save the audit (rule 18).
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remove_user(&mut self, user: &User) -> Result<(), StoreError> {
        self.remember_import(user)?;
        self.untally_invites(user)?;
        for sql in [
            "DELETE FROM deliveries WHERE user_id = ?1",
            "DELETE FROM invites WHERE user_id = ?1",
            "DELETE FROM assignments WHERE user_id = ?1",
            "DELETE FROM team_leaders WHERE user_id = ?1",
            "DELETE FROM user_modules WHERE user_id = ?1",
            "DELETE FROM user_sub_accounts WHERE user_id = ?1",
            "DELETE FROM phones WHERE user_id = ?1",
            "DELETE FROM users WHERE id = ?1",
        ] {
            self.sql.prepare_cached(sql)?.execute([user.id.get()])?;
        }
        if let Some(email) = &user.email {
            self.forget_account(email)?;
        }
        self.counts.leave(seat(user));
        self.search.touch(user.id);
        Ok(())
    }
}

/// Changes a part of a user, whose number is `?1`.
pub(super) fn update(part: &str, values: &[&str]) -> String {
    format!("UPDATE users SET {} WHERE id = ?1", checksums::USERS.set(part, values))
}

/// Finds active users by role. The status is written out, so that SQLite sees that the index of active
/// users holds them all.
pub(super) fn active_by_role() -> String {
    format!(
        "SELECT {COLUMNS} FROM {TABLES}
         WHERE u.organization_id = ?1 AND u.role_id = ?2 AND u.status = 3
           AND u.email IS NOT NULL AND u.id > ?4 ORDER BY u.id LIMIT ?3"
    )
}

/// Finds a user by address.
pub(super) fn by_email() -> String {
    format!("SELECT {COLUMNS} FROM {TABLES} WHERE u.organization_id = ?1 AND u.email = ?2")
}

impl WriteTx<'_> {
    /// Keeps the import that made a user in the user's history, before the user's batch is another one
    /// or is gone: an import names nobody in its entry.
    fn remember_import(&mut self, user: &User) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(
                "INSERT OR IGNORE INTO audit_subjects (user_id, number)
                 SELECT ?1, number FROM audit WHERE batch_id = ?2",
            )?
            .execute(params![user.id.get(), user.batch.map(BatchId::get)])?;
        Ok(())
    }
}

pub(super) fn seat(user: &User) -> Seat {
    Seat {
        organization: user.organization,
        status: user.state.status(),
        role: user.role_id,
        team: user.team.as_ref().map(|team| team.id),
        access: user.portal_access(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::Store;

    #[test]
    fn every_column_stands_where_it_is_looked_for() {
        let mut store = Store::rehearse().unwrap();
        let tx = store.read().unwrap();
        let sql = format!("SELECT {COLUMNS}, 1 AS next FROM {TABLES}");
        let statement = tx.sql.prepare(&sql).unwrap();
        for (place, name) in [
            (at::ID, "id"),
            (at::ORGANIZATION, "organization_id"),
            (at::EMAIL, "email"),
            (at::EMAIL_TYPED, "email_typed"),
            (at::NAME, "name"),
            (at::ROLE_ID, "role_id"),
            (at::ROLE, "role"),
            (at::TEAM_ID, "team_id"),
            (at::TEAM, "team"),
            (at::STATUS, "status"),
            (at::STATUS_SINCE, "status_since"),
            (at::CREATED_AT, "created_at"),
            (at::LAST_LOGIN_AT, "last_login_at"),
            (at::BATCH, "batch_id"),
            (at::INVITE, "invite_id"),
            (at::LINK_EXPIRES_AT, "link_expires_at"),
            (NEXT_COLUMN, "next"),
        ] {
            assert_eq!(statement.column_name(place).unwrap(), name);
        }
    }
}
