//! How many users stand where: changes are gathered while a transaction runs and written once.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};

use super::codec::{self, Coded};
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::id::{OrganizationId, RoleId, TeamId};
use crate::domain::status::Status;
use crate::domain::user::PortalAccess;

/// A place that users are counted in: organization, status, role, team (0 is none), portal access.
type Place = (i64, i64, i64, i64, i64);

/// What a transaction did to the counts.
#[derive(Debug, Default)]
pub(super) struct CountChanges(BTreeMap<Place, i64>);

/// Where a user is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The organization.
    pub organization: OrganizationId,
    /// The status.
    pub status: Status,
    /// The role.
    pub role: RoleId,
    /// The team, if any.
    pub team: Option<TeamId>,
    /// Whether with a login.
    pub access: PortalAccess,
}

impl Seat {
    fn place(self) -> Place {
        let team = self.team.map_or(0, TeamId::get);
        let (organization, role) = (self.organization.get(), self.role.get());
        (organization, self.status.code(), role, team, self.access.code())
    }
}

impl CountChanges {
    /// Somebody came.
    pub(super) fn enter(&mut self, seat: Seat) {
        self.enter_many(seat, 1);
    }

    /// So many came.
    pub(super) fn enter_many(&mut self, seat: Seat, users: u64) {
        let change = self.0.entry(seat.place()).or_default();
        *change = change.saturating_add_unsigned(users);
    }

    /// Somebody went.
    pub(super) fn leave(&mut self, seat: Seat) {
        *self.0.entry(seat.place()).or_default() -= 1;
    }

    /// An organization is gone, with all that is counted of it.
    pub(super) fn forget(&mut self, organization: OrganizationId) {
        self.0.retain(|place, _| place.0 != organization.get());
    }

    /// So many went from one place to another.
    pub(super) fn shift(&mut self, from: Seat, to: Seat, users: i64) {
        *self.0.entry(from.place()).or_default() -= users;
        *self.0.entry(to.place()).or_default() += users;
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

    /// How many users of an organization stand where; places without anybody are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn seats(&self, organization: OrganizationId) -> Result<Vec<(Seat, u64)>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT status, role_id, team_id, login_less, users FROM counters
             WHERE organization_id = ?1 AND users <> 0",
        )?;
        let rows = statement.query_map([organization.get()], |row| {
            let team: i64 = row.get("team_id")?;
            let seat = Seat {
                organization,
                status: codec::coded(row, "status")?,
                role: RoleId::new(row.get("role_id")?),
                team: (team != 0).then(|| TeamId::new(team)),
                access: codec::coded(row, "login_less")?,
            };
            Ok((seat, codec::count(row, "users")?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl WriteTx<'_> {
    /// How many active users with a login have a role, with what this transaction did so far.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_active(
        &self,
        organization: OrganizationId,
        role: RoleId,
    ) -> Result<u64, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT coalesce(sum(users), 0) AS users FROM counters
             WHERE organization_id = ?1 AND status = ?2 AND role_id = ?3 AND login_less = 0",
        )?;
        let active = Status::Active.code();
        let place = params![organization.get(), active, role.get()];
        let kept = statement.query_row(place, |row| codec::count(row, "users"))?;
        let wanted = (organization.get(), active, role.get(), PortalAccess::Granted.code());
        let here = |place: &Place| (place.0, place.1, place.2, place.4) == wanted;
        self.with_changes(kept, here)
    }

    /// How many seats are taken, with what this transaction did so far: active and invited users with a
    /// login (rule 5).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_taken_seats(&self, organization: OrganizationId) -> Result<u64, StoreError> {
        let kept = self.taken_seats(organization)?;
        let statuses = SEATED.map(Status::code);
        let portal = PortalAccess::Granted.code();
        self.with_changes(kept, |(place, status, _, _, access)| {
            *place == organization.get() && statuses.contains(status) && *access == portal
        })
    }

    fn with_changes(&self, kept: u64, here: impl Fn(&Place) -> bool) -> Result<u64, StoreError> {
        let changes = self.counts.0.iter().filter(|(place, _)| here(place));
        let change: i64 = changes.map(|(_, change)| change).sum();
        kept.checked_add_signed(change).ok_or_else(disagreement)
    }
}

/// The statuses that take a seat.
const SEATED: [Status; 2] = [Status::Invited, Status::Active];

impl ReadTx<'_> {
    /// How many seats are taken: active and invited users with a login (rule 5).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn taken_seats(&self, organization: OrganizationId) -> Result<u64, StoreError> {
        let seats = self.seats(organization)?.into_iter();
        let taken = seats.filter(|(seat, _)| {
            SEATED.contains(&seat.status) && seat.access == PortalAccess::Granted
        });
        Ok(taken.map(|(_, users)| users).sum())
    }
}

impl WriteTx<'_> {
    /// Writes the gathered changes: one statement a place that changed.
    pub(super) fn write_counts(&mut self) -> Result<(), StoreError> {
        let changes = std::mem::take(&mut self.counts.0);
        let mut kept = self.sql.prepare_cached(
            "SELECT users FROM counters WHERE organization_id = ?1 AND status = ?2 AND role_id = ?3
             AND team_id = ?4 AND login_less = ?5",
        )?;
        let mut keep = self.sql.prepare_cached(
            "INSERT INTO counters (organization_id, status, role_id, team_id, login_less, users)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET users = excluded.users",
        )?;
        for ((organization, status, role, team, access), change) in changes {
            if change == 0 {
                continue;
            }
            let place = params![organization, status, role, team, access];
            // A place that nobody was ever in has no row.
            let users = kept.query_row(place, |row| codec::count(row, "users")).optional()?;
            let users = users.unwrap_or_default().checked_add_signed(change);
            let users = users.and_then(|users| i64::try_from(users).ok());
            let users = users.ok_or_else(disagreement)?;
            keep.execute(params![organization, status, role, team, access, users])?;
        }
        Ok(())
    }
}

/// A wrong count that is put right in silence is never noticed again.
pub(super) fn disagreement() -> StoreError {
    StoreError::Damaged("the counters do not agree with the users".to_owned())
}
