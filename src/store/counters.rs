//! How many users stand where: changes are gathered while a transaction runs and written once.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};

use super::codec::{self, Coded};
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::id::{OrganizationId, RoleId, TeamId};
use crate::domain::status::Status;

/// A place that users are counted in: organization, status, role, team (0 is none).
type Place = (i64, i64, i64, i64);

/// What a transaction did to the counts.
#[derive(Debug, Default)]
pub(super) struct CountChanges(BTreeMap<Place, i64>);

/// Where a user is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seat {
    pub(super) organization: OrganizationId,
    pub(super) status: Status,
    pub(super) role: RoleId,
    pub(super) team: Option<TeamId>,
}

impl Seat {
    fn place(self) -> Place {
        let team = self.team.map_or(0, TeamId::get);
        (self.organization.get(), self.status.code(), self.role.get(), team)
    }
}

impl CountChanges {
    /// Somebody came.
    pub(super) fn enter(&mut self, seat: Seat) {
        *self.0.entry(seat.place()).or_default() += 1;
    }

    /// Somebody went.
    pub(super) fn leave(&mut self, seat: Seat) {
        *self.0.entry(seat.place()).or_default() -= 1;
    }
}

impl ReadTx<'_> {
    /// How many users of an organization have one of these statuses, from the counters.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_users(
        &self,
        organization: OrganizationId,
        statuses: &[Status],
    ) -> Result<u64, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT coalesce(sum(users), 0) AS users FROM counters
             WHERE organization_id = ?1 AND status = ?2",
        )?;
        let mut sum = 0;
        for status in statuses {
            sum += statement.query_row(params![organization.get(), status.code()], |row| {
                codec::count(row, "users")
            })?;
        }
        Ok(sum)
    }
}

impl WriteTx<'_> {
    /// Writes the gathered changes: one statement a place that changed.
    pub(super) fn write_counts(&mut self) -> Result<(), StoreError> {
        let changes = std::mem::take(&mut self.counts.0);
        let mut kept = self.sql.prepare_cached(
            "SELECT users FROM counters
             WHERE organization_id = ?1 AND status = ?2 AND role_id = ?3 AND team_id = ?4",
        )?;
        let mut keep = self.sql.prepare_cached(
            "INSERT INTO counters (organization_id, status, role_id, team_id, users)
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET users = excluded.users",
        )?;
        for ((organization, status, role, team), change) in changes {
            if change == 0 {
                continue;
            }
            let place = params![organization, status, role, team];
            // A place that nobody was ever in has no row.
            let users = kept.query_row(place, |row| codec::count(row, "users")).optional()?;
            let users = users.unwrap_or_default().checked_add_signed(change);
            // A wrong count that is put right in silence is never noticed again.
            let users = users.and_then(|users| i64::try_from(users).ok()).ok_or_else(|| {
                StoreError::Damaged("the counters do not agree with the users".to_owned())
            })?;
            keep.execute(params![organization, status, role, team, users])?;
        }
        Ok(())
    }
}
