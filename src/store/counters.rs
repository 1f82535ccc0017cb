//! How many users stand where: changes are gathered while a transaction runs and written once.

use std::collections::BTreeMap;

use rusqlite::params;

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
        let mut statement = self.sql.prepare_cached(
            "INSERT INTO counters (organization_id, status, role_id, team_id, users)
             VALUES (?1, ?2, ?3, ?4, max(?5, 0))
             ON CONFLICT DO UPDATE SET users = users + ?5",
        )?;
        for ((organization, status, role, team), change) in changes {
            if change != 0 {
                statement.execute(params![organization, status, role, team, change])?;
            }
        }
        Ok(())
    }
}
