//! Desk phones: the extension and the PIN's hash of users without a login. Such a user is a row in `users`
//! without an address, and one here.

use rusqlite::{OptionalExtension, Row, params};

use super::bulk::Arrival;
use super::checksums;
use super::codec::{self, Coded};
use super::counters::Seat;
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use super::users;
use crate::domain::extension::Extension;
use crate::domain::failures::Failures;
use crate::domain::id::{OrganizationId, RoleId, TeamId, UserId};
use crate::domain::name::PersonName;
use crate::domain::phone::Phone;
use crate::domain::pin::PinHash;
use crate::domain::user::{PortalAccess, User};

/// Somebody without a login who is not in the store yet.
#[derive(Clone, Copy, Debug)]
pub struct NewPhone<'a> {
    /// The name.
    pub name: &'a PersonName,
    /// The extension.
    pub extension: &'a Extension,
    /// The role.
    pub role: RoleId,
    /// The team, if any.
    pub team: Option<TeamId>,
    /// What is kept of the PIN.
    pub pin: &'a PinHash,
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Phone> {
    Ok(Phone {
        extension: codec::parsed(row, "extension")?,
        pin: codec::parsed(row, "pin_hash")?,
        pin_set_at: codec::moment(row, "pin_set_at")?,
        failures: Failures {
            count: row.get("failures")?,
            last: codec::moment_or_null(row, "failed_at")?,
        },
    })
}

/// Finds a user by extension: through the index of extensions, then by number.
pub(super) fn by_extension() -> String {
    format!(
        "SELECT {} FROM {} WHERE u.id =
             (SELECT user_id FROM phones WHERE organization_id = ?1 AND extension = ?2)",
        users::COLUMNS,
        users::TABLES
    )
}

impl ReadTx<'_> {
    /// The phone of a user; nothing for who has a login.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_phone(&self, user: UserId) -> Result<Option<Phone>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT extension, pin_hash, pin_set_at, failures, failed_at FROM phones
             WHERE user_id = ?1",
        )?;
        Ok(statement.query_row([user.get()], from_row).optional()?)
    }

    /// A user without a login, by extension.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_user_by_extension(
        &self,
        organization: OrganizationId,
        extension: &Extension,
    ) -> Result<Option<User>, StoreError> {
        let mut statement = self.sql.prepare_cached(&by_extension())?;
        Ok(statement
            .query_row(params![organization.get(), extension.as_str()], users::from_row)
            .optional()?)
    }

    /// Whether anybody here has no login.
    pub(super) fn any_phone(&self, organization: OrganizationId) -> Result<bool, StoreError> {
        let mut statement = self
            .sql
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM phones WHERE organization_id = ?1)")?;
        Ok(statement.query_row([organization.get()], |row| row.get(0))?)
    }
}

impl WriteTx<'_> {
    /// Adds somebody without a login. That the extension is free is the caller's to know; the schema refuses
    /// a second one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_phone(
        &mut self,
        arrival: Arrival,
        person: NewPhone<'_>,
    ) -> Result<UserId, StoreError> {
        let number = self.take_numbers("user", 1)?;
        let now = self.now.timestamp();
        self.sql
            .prepare_cached(
                &format!(
                    "INSERT INTO users (id, organization_id, name, role_id, team_id, status, status_since,
                         created_at, batch_id, checksum)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, {})",
                    checksums::USERS.sum_of(&[
                        "?1, ?2, NULL, NULL, ?7",
                        "?6, ?7",
                        "?4",
                        "?5",
                        "?3",
                        "?8",
                        "NULL",
                    ])
                ),
            )?
            .execute(params![
                number,
                arrival.organization.get(),
                person.name.as_str(),
                person.role.get(),
                person.team.map(TeamId::get),
                arrival.status.code(),
                now,
                arrival.batch.map(|batch| batch.get()),
            ])?;
        self.sql
            .prepare_cached(
                &format!(
                    "INSERT INTO phones (user_id, organization_id, extension, pin_hash, pin_set_at, checksum)
                     VALUES (?1, ?2, ?3, ?4, ?5, {})",
                    checksums::PHONES.sum_of(&["?1, ?2, ?3", "?4, ?5"])
                ),
            )?
            .execute(params![
                number,
                arrival.organization.get(),
                person.extension.as_str(),
                person.pin.to_stored(),
                now,
            ])?;
        self.write_place(person.team, person.role, arrival.status, UserId::new(number))?;
        self.counts.enter(Seat {
            organization: arrival.organization,
            status: arrival.status,
            role: person.role,
            team: person.team,
            access: PortalAccess::None,
        });
        self.index_for_search(number, 1)?;
        Ok(UserId::new(number))
    }

    /// Gives a user another PIN, which nobody has failed at yet.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_pin(&mut self, user: UserId, pin: &PinHash) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(&format!(
                "UPDATE phones SET {}, failures = 0, failed_at = NULL WHERE user_id = ?1",
                checksums::PHONES.set("pin", &["?2", "?3"])
            ))?
            .execute(params![user.get(), pin.to_stored(), self.now.timestamp()])?;
        Ok(())
    }

    /// Keeps how often a user's PIN was tried in vain.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_failures(&mut self, user: UserId, failures: Failures) -> Result<(), StoreError> {
        self.sql
            .prepare_cached("UPDATE phones SET failures = ?2, failed_at = ?3 WHERE user_id = ?1")?
            .execute(params![
                user.get(),
                failures.count,
                failures.last.map(|last| last.timestamp())
            ])?;
        Ok(())
    }
}
