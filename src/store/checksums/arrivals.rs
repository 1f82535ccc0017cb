//! Checksums of people who arrive by the million, made without asking SQL for each.

use std::collections::HashMap;

use crate::domain::checksum::{Cell, Checksum, Part};
use crate::domain::id::{BatchId, RoleId, TeamId};
use crate::domain::name::PersonName;
use crate::domain::time::Timestamp;
use crate::store::bulk::{Arrival, NewUser};
use crate::store::codec::Coded;

/// What the role and the team of a person add, for all who have the same.
type Seats = HashMap<(RoleId, Option<TeamId>), Checksum, foldhash::fast::RandomState>;

/// The checksums of people who arrive together, one after the other.
pub(in crate::store) struct Sums {
    organization: i64,
    now: i64,
    /// What is the same of everybody.
    shared: Checksum,
    /// The same with a role and a team.
    seats: Seats,
    /// The number of who is next.
    next: i64,
}

impl Sums {
    /// Of those who arrive now, the first of whom gets this number.
    pub(in crate::store) fn of(arrival: Arrival, now: Timestamp, first: i64) -> Self {
        let now = now.timestamp();
        let batch = arrival.batch.map(BatchId::get);
        let status = [Cell::Number(arrival.status.code()), Cell::Number(now)];
        let shared = Checksum::default()
            .with(Part::of("status", status))
            .with(Part::of("batch", [Cell::of_number(batch)]))
            .with(Part::of("login", [Cell::Null]));
        Self {
            organization: arrival.organization.get(),
            now,
            shared,
            seats: Seats::default(),
            next: first,
        }
    }

    /// The number of the next one.
    pub(in crate::store) const fn next_number(&self) -> i64 {
        self.next
    }

    /// The checksum of the next one; what SQL makes of `tables::USERS`, without asking SQL.
    pub(in crate::store) fn next(&mut self, person: &NewUser<'_>) -> i64 {
        let user = [
            Cell::Number(self.next),
            Cell::Number(self.organization),
            Cell::Text(person.email.as_normal().as_bytes()),
            Cell::of_text(person.email.typed_if_different()),
            Cell::Number(self.now),
        ];
        self.next += 1;
        let name = [Cell::of_text(person.name.map(PersonName::as_str))];
        let seat = *self.seats.entry((person.role, person.team)).or_insert_with(|| {
            let team = Cell::of_number(person.team.map(TeamId::get));
            self.shared
                .with(Part::of("role", [Cell::Number(person.role.get())]))
                .with(Part::of("team", [team]))
        });
        seat.with(Part::of("user", user)).with(Part::of("name", name)).to_stored()
    }
}
