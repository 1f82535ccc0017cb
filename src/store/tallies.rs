//! How many agents have a user and how many invites are open until which day: numbers for `stats`, kept
//! like those of `counters` and written once a transaction.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};

use super::codec::{self, Coded};
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::id::OrganizationId;
use crate::domain::invite::{InviteState, Purpose};
use crate::domain::time::Timestamp;
use crate::domain::user::User;

/// Seconds of a day in UTC.
const DAY: i64 = 86_400;

/// What is counted, in the numbers that the table knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tally {
    /// Agents that nobody holds.
    FreeAgents,
    /// Agents that somebody holds.
    HeldAgents,
    /// Open invites that end on a day, counted from 1970 in UTC.
    OpenInvites(i64),
    /// Invites that are closed, by the number of their state.
    ClosedInvites(i64),
}

impl Tally {
    /// Where an invite is counted; a link to set a password is none.
    pub(super) fn invite(
        purpose: Purpose,
        state: InviteState,
        expires_at: Timestamp,
    ) -> Option<Self> {
        match (purpose, state) {
            (Purpose::SetPassword, _) => None,
            (Purpose::Join, InviteState::Open) => {
                // As SQL divides, which counts them anew: the two differ where a clock stood before 1970.
                Some(Self::OpenInvites(expires_at.timestamp() / DAY))
            }
            (Purpose::Join, closed) => Some(Self::ClosedInvites(closed.code())),
        }
    }

    /// Its kind and bucket.
    pub(super) const fn place(self) -> (i64, i64) {
        match self {
            Self::FreeAgents => (1, 0),
            Self::HeldAgents => (1, 1),
            Self::OpenInvites(day) => (2, day),
            Self::ClosedInvites(state) => (3, state),
        }
    }

    /// What has this kind and bucket.
    pub(super) const fn at(kind: i64, bucket: i64) -> Option<Self> {
        match (kind, bucket) {
            (1, 0) => Some(Self::FreeAgents),
            (1, 1) => Some(Self::HeldAgents),
            (2, day) => Some(Self::OpenInvites(day)),
            (3, state) => Some(Self::ClosedInvites(state)),
            _ => None,
        }
    }
}

/// What a transaction did to the tallies.
#[derive(Debug, Default)]
pub(super) struct TallyChanges(BTreeMap<(i64, i64, i64), i64>);

impl TallyChanges {
    /// An organization is gone, with all that is counted of it.
    pub(super) fn forget(&mut self, organization: OrganizationId) {
        self.0.retain(|place, _| place.0 != organization.get());
    }

    /// Counts some more, or less.
    pub(super) fn add(&mut self, organization: OrganizationId, tally: Tally, change: i64) {
        let (kind, bucket) = tally.place();
        *self.0.entry((organization.get(), kind, bucket)).or_default() += change;
    }
}

/// The tallies of an organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tallies {
    /// Agents that nobody holds.
    pub free_agents: u64,
    /// Agents that somebody holds.
    pub held_agents: u64,
    /// Open invites by the day on which they end: its first moment in UTC.
    pub open_invites: Vec<(Timestamp, u64)>,
    /// Closed invites by state.
    pub closed_invites: Vec<(InviteState, u64)>,
}

impl Tallies {
    /// How many invites are open.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.open_invites.iter().map(|(_, things)| things).sum()
    }
}

impl ReadTx<'_> {
    /// The tallies of an organization.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn tallies(&self, organization: OrganizationId) -> Result<Tallies, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT kind, bucket, things FROM tallies
             WHERE organization_id = ?1 AND things <> 0 ORDER BY kind, bucket",
        )?;
        let mut rows = statement.query([organization.get()])?;
        let mut tallies = Tallies::default();
        while let Some(row) = rows.next()? {
            let things = codec::count(row, "things")?;
            match Tally::at(row.get("kind")?, row.get("bucket")?).ok_or_else(unknown)? {
                Tally::FreeAgents => tallies.free_agents = things,
                Tally::HeldAgents => tallies.held_agents = things,
                Tally::OpenInvites(day) => {
                    let day = chrono_day(day).ok_or_else(unknown)?;
                    tallies.open_invites.push((day, things));
                }
                Tally::ClosedInvites(state) => {
                    let state = InviteState::from_code(state).ok_or_else(unknown)?;
                    tallies.closed_invites.push((state, things));
                }
            }
        }
        Ok(tallies)
    }
}

impl WriteTx<'_> {
    /// Takes the invites of a user who is removed out of the tallies.
    pub(super) fn untally_invites(&mut self, user: &User) -> Result<(), StoreError> {
        let found = {
            let mut statement = self.sql.prepare_cached(
                "SELECT purpose, state, expires_at FROM invites WHERE user_id = ?1",
            )?;
            let rows = statement.query_map([user.id.get()], |row| {
                let state: InviteState = codec::coded(row, "state")?;
                let purpose = codec::coded(row, "purpose")?;
                Ok(Tally::invite(purpose, state, codec::moment(row, "expires_at")?))
            })?;
            rows.collect::<Result<Vec<_>, _>>()?
        };
        for tally in found.into_iter().flatten() {
            self.tallies.add(user.organization, tally, -1);
        }
        Ok(())
    }

    /// Writes the gathered changes.
    pub(super) fn write_tallies(&mut self) -> Result<(), StoreError> {
        let changes = std::mem::take(&mut self.tallies.0);
        let mut kept = self.sql.prepare_cached(
            "SELECT things FROM tallies WHERE organization_id = ?1 AND kind = ?2 AND bucket = ?3",
        )?;
        let mut keep = self.sql.prepare_cached(
            "INSERT INTO tallies (organization_id, kind, bucket, things) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET things = excluded.things",
        )?;
        for ((organization, kind, bucket), change) in changes {
            if change == 0 {
                continue;
            }
            let place = params![organization, kind, bucket];
            let things = kept.query_row(place, |row| codec::count(row, "things")).optional()?;
            let things = things.unwrap_or_default().checked_add_signed(change);
            let things = things.and_then(|things| i64::try_from(things).ok()).ok_or_else(|| {
                StoreError::Damaged("the tallies do not agree with what they count".to_owned())
            })?;
            keep.execute(params![organization, kind, bucket, things])?;
        }
        Ok(())
    }
}

/// The first moment of a day, counted from 1970 in UTC.
pub(super) fn chrono_day(day: i64) -> Option<Timestamp> {
    Timestamp::from_timestamp(day.checked_mul(DAY)?, 0)
}

fn unknown() -> StoreError {
    StoreError::Damaged("table tallies counts what admit does not know".to_owned())
}
