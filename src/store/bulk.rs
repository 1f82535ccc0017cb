//! New people: the one way in, for one person and for millions. Whoever calls it in the order of the
//! addresses makes every b-tree an append (measured: 0.6 of the cost), and many rows go into one
//! statement (another 0.65).

use std::fmt::Write as _;

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Params, ToSql, params, params_from_iter};

use super::codec::{self, Coded};
use super::counters::Seat;
use super::error::StoreError;
use super::transaction::WriteTx;
use crate::domain::email::EmailAddress;
use crate::domain::id::{BatchId, OrganizationId, RoleId, TeamId, UserId};
use crate::domain::name::PersonName;
use crate::domain::status::Status;
use crate::domain::user::PortalAccess;

/// How many rows go into one statement.
const ROWS: usize = 50;
/// How many parameters every row shares: organization, status, time, batch.
const SHARED: usize = 4;
/// How many parameters are a row's own.
const OWN: usize = 6;

/// Somebody who is not in the store yet.
#[derive(Clone, Copy, Debug)]
pub struct NewUser<'a> {
    /// The address.
    pub email: &'a EmailAddress,
    /// The name, if known.
    pub name: Option<&'a PersonName>,
    /// The role.
    pub role: RoleId,
    /// The team, if any.
    pub team: Option<TeamId>,
}

/// What everybody in one call has in common.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// Where they arrive.
    pub organization: OrganizationId,
    /// With which status.
    pub status: Status,
    /// In which batch.
    pub batch: Option<BatchId>,
}

impl WriteTx<'_> {
    /// Adds people and gives them numbers in the order given, the first of which it returns. That no
    /// address is there yet is the caller's to know; the schema refuses a second one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_users(
        &mut self,
        arrival: Arrival,
        people: &[NewUser<'_>],
    ) -> Result<UserId, StoreError> {
        let first = self.take_numbers("user", people.len())?;
        let mut next = first;
        let shared = [
            Parameter::Number(arrival.organization.get()),
            Parameter::Number(arrival.status.code()),
            Parameter::Number(self.now.timestamp()),
            arrival.batch.map_or(Parameter::Null, |batch| Parameter::Number(batch.get())),
        ];
        let (full, rest) = people.as_chunks::<ROWS>();
        if !full.is_empty() {
            let mut statement = self.sql.prepare_cached(&insert_statement(ROWS))?;
            for chunk in full {
                statement.execute(parameters(shared, next, chunk))?;
                next += chunk.len() as i64;
            }
        }
        if !rest.is_empty() {
            let mut statement = self.sql.prepare_cached(&insert_statement(rest.len()))?;
            statement.execute(parameters(shared, next, rest))?;
        }
        for person in people {
            self.counts.enter(Seat {
                organization: arrival.organization,
                status: arrival.status,
                role: person.role,
                team: person.team,
                access: PortalAccess::Granted,
            });
        }
        self.index_for_search(first, people.len())?;
        Ok(UserId::new(first))
    }

    /// Opens a batch.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_batch(
        &mut self,
        organization: OrganizationId,
        source: &str,
    ) -> Result<BatchId, StoreError> {
        let number = self.take_numbers("batch", 1)?;
        self.sql.execute(
            "INSERT INTO batches (id, organization_id, source, created_at) VALUES (?1, ?2, ?3, ?4)",
            params![number, organization.get(), source, self.now.timestamp()],
        )?;
        Ok(BatchId::new(number))
    }

    /// Hands out numbers that were never used; returns the first.
    pub(super) fn take_numbers(&mut self, sequence: &str, many: usize) -> Result<i64, StoreError> {
        let many = i64::try_from(many)
            .map_err(|_| StoreError::Bug("more numbers wanted than there are".to_owned()))?;
        let mut statement = self.sql.prepare_cached(
            "UPDATE sequences SET next = next + ?2 WHERE name = ?1 RETURNING next - ?2",
        )?;
        Ok(statement.query_row(params![sequence, many], |row| row.get(0))?)
    }
}

/// Fewer people than this are added to the index of teams one by one.
const MANY: u64 = 1000;
/// To add somebody to the index of teams costs as much as to sort so many who are in it: people arrive by
/// address, each in another place of it. Measured with 300,000 people in 3,000 teams: an import takes 3.2
/// times as long with the index in the way, and 1.2 times as long where it is made afterwards.
const SORTED_MEANWHILE: u64 = 8;

impl WriteTx<'_> {
    /// Does something that brings many people into teams. The index of teams is not there meanwhile, if
    /// to make it anew afterwards costs less. Whoever gets an error must not commit.
    ///
    /// # Errors
    /// What `arrive` says; when the store cannot be written.
    pub fn while_many_arrive<T, E: From<StoreError>>(
        &mut self,
        into_teams: u64,
        arrive: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let index = self.lay_team_index_aside(into_teams)?;
        let arrived = arrive(self)?;
        if let Some(sql) = index {
            self.sql.execute_batch(&sql).map_err(StoreError::from)?;
        }
        Ok(arrived)
    }

    /// Drops the index of teams if that is worth it, and says how it is made.
    fn lay_team_index_aside(&self, into_teams: u64) -> Result<Option<String>, StoreError> {
        if into_teams < MANY {
            return Ok(None);
        }
        let sql = "SELECT coalesce(sum(users), 0) AS users FROM counters WHERE team_id <> 0";
        let members = self.sql.query_row(sql, [], |row| codec::count(row, "users"))?;
        if members > into_teams.saturating_mul(SORTED_MEANWHILE) {
            return Ok(None);
        }
        let sql = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = 'users_team'";
        let index = self.sql.query_row(sql, [], |row| row.get(0))?;
        self.sql.execute_batch("DROP INDEX users_team")?;
        Ok(Some(index))
    }
}

/// What is bound for these people: what they share, then each one's own.
fn parameters<'a>(
    shared: [Parameter<'a>; SHARED],
    first: i64,
    people: &'a [NewUser<'a>],
) -> impl Params + 'a {
    let own = people.iter().zip(first..).flat_map(|(person, number)| {
        [
            Parameter::Number(number),
            Parameter::Text(person.email.as_normal()),
            person.email.typed_if_different().map_or(Parameter::Null, Parameter::Text),
            person.name.map_or(Parameter::Null, |name| Parameter::Text(name.as_str())),
            Parameter::Number(person.role.get()),
            person.team.map_or(Parameter::Null, |team| Parameter::Number(team.get())),
        ]
    });
    params_from_iter(shared.into_iter().chain(own))
}

/// A borrowed parameter: binding copies nothing twice.
#[derive(Clone, Copy)]
enum Parameter<'a> {
    Null,
    Number(i64),
    Text(&'a str),
}

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Number(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

fn insert_statement(rows: usize) -> String {
    let mut sql = String::with_capacity(200 + rows * 60);
    sql.push_str(
        "INSERT INTO users (organization_id, status, status_since, created_at, batch_id, \
         id, email, email_typed, name, role_id, team_id) VALUES ",
    );
    for row in 0..rows {
        if row > 0 {
            sql.push(',');
        }
        let own = SHARED + row * OWN;
        // Writing to a String cannot fail.
        let _ = write!(
            sql,
            "(?1,?2,?3,?3,?4,?{},?{},?{},?{},?{},?{})",
            own + 1,
            own + 2,
            own + 3,
            own + 4,
            own + 5,
            own + 6
        );
    }
    sql
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::plans::{AT, actor, entry, store_with};
    use rusqlite::OptionalExtension as _;

    use super::*;
    use crate::domain::filter::{Direction, Page, UserFilter, UserSort};

    /// Numbers and addresses, by number.
    fn kept(people: usize) -> Vec<(i64, String)> {
        let (mut store, organization) = store_with(&[]);
        let emails: Vec<EmailAddress> =
            (0..people).map(|n| format!("User{n:03}@example.com").parse().unwrap()).collect();
        let mut tx = store.write(AT.parse().unwrap(), &actor()).unwrap();
        let role = tx.current_organization().unwrap().default_role;
        let team = Some(tx.add_team(organization, &"Support".parse().unwrap()).unwrap().id);
        let name: PersonName = "Ann Lee".parse().unwrap();
        let new: Vec<_> = emails
            .iter()
            .enumerate()
            .map(|(n, email)| NewUser { email, name: (n % 2 == 0).then_some(&name), role, team })
            .collect();
        let arrival = Arrival { organization, status: Status::Invited, batch: None };
        let first = tx.add_users(arrival, &new).unwrap();
        assert_eq!(first, UserId::new(1));
        tx.commit(&entry(people)).unwrap();

        let tx = store.read().unwrap();
        assert_eq!(tx.count_users(organization, &[Status::Invited]).unwrap(), people as u64);
        let filter = UserFilter::with_statuses(&[]);
        let (sort, direction) = (UserSort::Created, Direction::Ascending);
        let page = Page { sort, direction, after: None, limit: None };
        let mut query = tx.users(organization, &filter, &page).unwrap();
        let lines: Vec<_> = query.rows().unwrap().map(|line| line.unwrap().user).collect();
        for (n, user) in lines.iter().enumerate() {
            assert_eq!(user.name.is_some(), n % 2 == 0);
            assert_eq!(user.team.as_ref().map(|team| team.id), team);
        }
        lines.iter().map(|user| (user.id.get(), user.reference().to_string())).collect()
    }

    #[test]
    fn any_number_of_people_arrives_in_order_around_the_size_of_a_statement() {
        for people in [0, 1, ROWS - 1, ROWS, ROWS + 1, 2 * ROWS + 1] {
            let wanted: Vec<_> =
                (0..people).map(|n| (n as i64 + 1, format!("User{n:03}@example.com"))).collect();
            assert_eq!(kept(people), wanted, "{people}");
        }
    }

    #[test]
    fn the_index_of_teams_is_there_again_when_many_have_arrived() {
        let (mut store, _) = store_with(&["ann@example.com"]);
        let mut tx = store.write(AT.parse().unwrap(), &actor()).unwrap();
        let index = |tx: &WriteTx<'_>| {
            let sql = "SELECT sql FROM sqlite_schema WHERE name = 'users_team'";
            tx.sql.query_row(sql, [], |row| row.get::<_, String>(0)).optional().unwrap()
        };
        let before = index(&tx);
        assert!(before.is_some());
        for (many, meanwhile) in [(MANY - 1, before.clone()), (MANY, None)] {
            let seen = tx.while_many_arrive::<_, StoreError>(many, |tx| Ok(index(tx))).unwrap();
            assert_eq!(seen, meanwhile, "{many}");
            assert_eq!(index(&tx), before);
        }
        // Where many more are in teams already, it stays.
        let members = i64::try_from(MANY * SORTED_MEANWHILE + 1).unwrap();
        let places = "UPDATE counters SET team_id = 1, users = ?1";
        tx.sql.execute(places, [members]).unwrap();
        let seen = tx.while_many_arrive::<_, StoreError>(MANY, |tx| Ok(index(tx))).unwrap();
        assert_eq!(seen, before);
    }

    #[test]
    fn a_second_person_of_one_address_is_refused_and_nobody_arrives() {
        let (mut store, organization) = store_with(&["ann@example.com"]);
        let mut tx = store.write(AT.parse().unwrap(), &actor()).unwrap();
        let role = tx.current_organization().unwrap().default_role;
        let emails = ["bob@example.com", "ANN@example.com"].map(|email| email.parse().unwrap());
        let new = emails.each_ref().map(|email| NewUser { email, name: None, role, team: None });
        let arrival = Arrival { organization, status: Status::Invited, batch: None };
        assert!(matches!(tx.add_users(arrival, &new), Err(StoreError::Bug(_))));
        drop(tx);
        let tx = store.read().unwrap();
        assert_eq!(tx.count_users(organization, &Status::ALL).unwrap(), 1);
    }
}
