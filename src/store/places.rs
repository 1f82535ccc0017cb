//! Who stands where: team, role and status of everybody, so that the few of a place are found among
//! millions. Who is added is written here; changes and removals follow by triggers of the schema.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rusqlite::params_from_iter;

use super::bulk::NewUser;
use super::codec::Coded;
use super::error::StoreError;
use super::transaction::WriteTx;
use crate::domain::id::{RoleId, TeamId, UserId};
use crate::domain::status::Status;

/// How many users go into one statement.
const ROWS: usize = 100;

/// A place: team (0 is none), role, status.
type Place = (i64, i64, i64);

/// Users who are in, and whose places are still to be written: numbers above the first of them.
#[derive(Debug, Default)]
pub(super) struct Newcomers {
    first: i64,
    places: BTreeMap<Place, Vec<u32>>,
}

impl Newcomers {
    /// People who came with one status, numbered in their order.
    pub(super) fn numbered_from(first: i64, status: Status, people: &[NewUser<'_>]) -> Self {
        let mut newcomers = Self { first, places: BTreeMap::new() };
        for (person, above) in people.iter().zip(0..) {
            let place = (person.team.map_or(0, TeamId::get), person.role.get(), status.code());
            newcomers.places.entry(place).or_default().push(above);
        }
        newcomers
    }

    /// The places, and how many came to each.
    pub(super) fn counts(&self) -> impl Iterator<Item = (Option<TeamId>, RoleId, u64)> + '_ {
        self.places.iter().map(|((team, role, _), users)| {
            let team = (*team != 0).then(|| TeamId::new(*team));
            (team, RoleId::new(*role), users.len() as u64)
        })
    }

    /// Adds people who came later, with greater numbers.
    pub(super) fn append(&mut self, later: Self) {
        if self.places.is_empty() {
            *self = later;
            return;
        }
        // More people than fit the numbers above the first never come in one transaction.
        let Ok(above) = u32::try_from(later.first - self.first) else { return };
        for (place, users) in later.places {
            let users = users.into_iter().map(|user| user.saturating_add(above));
            self.places.entry(place).or_default().extend(users);
        }
    }
}

impl WriteTx<'_> {
    /// Writes the place of one newcomer.
    pub(super) fn write_place(
        &self,
        team: Option<TeamId>,
        role: RoleId,
        status: Status,
        user: UserId,
    ) -> Result<(), StoreError> {
        let place = [team.map_or(0, TeamId::get), role.get(), status.code(), user.get()];
        self.sql.prepare_cached(&insert_statement(1))?.execute(place)?;
        Ok(())
    }

    /// Writes the places of newcomers, each place in the order of the numbers: an append to its end.
    pub(super) fn write_places(&self, newcomers: &Newcomers) -> Result<(), StoreError> {
        let mut full = None;
        for ((team, role, status), users) in &newcomers.places {
            let shared = [*team, *role, *status];
            let values = |users: &[u32]| {
                let numbers = users.iter().map(|user| newcomers.first + i64::from(*user));
                params_from_iter(shared.into_iter().chain(numbers.collect::<Vec<_>>()))
            };
            let (chunks, rest) = users.as_chunks::<ROWS>();
            for chunk in chunks {
                let statement = match &mut full {
                    Some(statement) => statement,
                    none => none.insert(self.sql.prepare_cached(&insert_statement(ROWS))?),
                };
                statement.execute(values(chunk))?;
            }
            if !rest.is_empty() {
                let mut statement = self.sql.prepare_cached(&insert_statement(rest.len()))?;
                statement.execute(values(rest))?;
            }
        }
        Ok(())
    }
}

fn insert_statement(rows: usize) -> String {
    let mut sql = String::with_capacity(80 + rows * 16);
    sql.push_str("INSERT OR FAIL INTO places (team_id, role_id, status, user_id) VALUES ");
    for row in 0..rows {
        let comma = if row > 0 { "," } else { "" };
        // Writing to a String cannot fail.
        let _ = write!(sql, "{comma}(?1,?2,?3,?{})", row + 4);
    }
    sql
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::bulk::Arrival;
    use super::super::plans::{AT, actor, emails, entry, store_with};
    use super::*;
    use crate::domain::user::UserState;
    use proptest::prelude::*;

    /// Users whose place is not the one that is written down, or is not written down once.
    const WRONG: &str = "SELECT count(*) FROM users u LEFT JOIN places p ON p.user_id = u.id
         AND p.team_id = coalesce(u.team_id, 0) AND p.role_id = u.role_id AND p.status = u.status
         WHERE p.user_id IS NULL";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn everybody_stands_where_it_is_written_whatever_happened(
            blocks in proptest::collection::vec(0_usize..1200, 1..4),
            changes in proptest::collection::vec((0_usize..1000, 0_u8..4), 0..20),
        ) {
            let (mut store, organization) = store_with(&["first@example.com"]);
            let mut tx = store.write(AT.parse().unwrap(), &actor()).unwrap();
            let roles = [1, 2].map(RoleId::new);
            let teams = ["A", "B"].map(|name| tx.add_team(organization, &name.parse().unwrap()).unwrap().id);
            let mut many = 0;
            for block in &blocks {
                let emails = emails(many..many + block);
                let new: Vec<_> = emails
                    .iter()
                    .enumerate()
                    .map(|(n, email)| NewUser {
                        email,
                        name: None,
                        role: roles[n % 2],
                        team: teams.get(n % 3).copied(),
                    })
                    .collect();
                let arrival = Arrival { organization, status: Status::Invited, batch: None };
                tx.while_many_arrive::<_, StoreError>(|tx| tx.add_users(arrival, &new).map(drop)).unwrap();
                many += block;
            }
            for (who, what) in changes {
                let email = format!("u{who:06}@example.com").parse().unwrap();
                let Some(user) = tx.find_user_by_email(organization, &email).unwrap() else { continue };
                match what {
                    0 => tx.set_team(&user, teams.get(who % 3).copied()).unwrap(),
                    1 => tx.set_role(&user, roles[who % 2]).unwrap(),
                    2 => tx.remove_user(&user).unwrap(),
                    _ => tx.set_state(&user, UserState::Cancelled).unwrap(),
                }
            }
            tx.commit(&entry(many)).unwrap();
            let tx = store.read().unwrap();
            let number = |sql| tx.sql.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
            prop_assert_eq!(number(WRONG), 0);
            prop_assert_eq!(number("SELECT count(*) FROM places"), number("SELECT count(*) FROM users"));
        }
    }
}
