//! New people: the one way in, for one person and for millions. Whoever calls it in the order of the
//! addresses makes every b-tree an append (measured: 0.6 of the cost), and many rows go into one
//! statement (another 0.65). Where they stand is `places`' to write.

use std::fmt::Write as _;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Params, ToSql, params, params_from_iter};

use super::checksums::Sums;
use super::codec::Coded;
use super::counters::Seat;
use super::error::StoreError;
use super::places::Newcomers;
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
    /// When the store cannot be written; the transaction must be dropped then.
    pub fn add_users(
        &mut self,
        arrival: Arrival,
        people: &[NewUser<'_>],
    ) -> Result<UserId, StoreError> {
        let first = self.take_numbers("user", people.len())?;
        let shared = [
            Parameter::Number(arrival.organization.get()),
            Parameter::Number(arrival.status.code()),
            Parameter::Number(self.now.timestamp()),
            arrival.batch.map_or(Parameter::Null, |batch| Parameter::Number(batch.get())),
        ];
        let arrived = Newcomers::numbered_from(first, arrival.status, people);
        let sums = Sums::of(arrival, self.now, first);
        if people.len() < MANY {
            self.insert_users(shared, sums, people)?;
        } else {
            self.check_parents(arrival, &arrived)?;
            self.without_foreign_keys(move |tx| tx.insert_users(shared, sums, people))?;
        }
        for (team, role, users) in arrived.counts() {
            let (organization, status) = (arrival.organization, arrival.status);
            let access = PortalAccess::Granted;
            self.counts.enter_many(Seat { organization, status, role, team, access }, users);
        }
        self.index_for_search(first, people.len())?;
        match &mut self.newcomers {
            Some(newcomers) => newcomers.append(arrived),
            None => self.write_places(&arrived)?,
        }
        Ok(UserId::new(first))
    }

    /// Writes people. The first is given its number and SQLite counts on from there: it then neither looks
    /// for each number nor keeps a copy of every page that a statement touches.
    fn insert_users(
        &self,
        shared: [Parameter<'_>; SHARED],
        mut sums: Sums,
        people: &[NewUser<'_>],
    ) -> Result<(), StoreError> {
        let Some((one, others)) = people.split_first() else { return Ok(()) };
        let first = sums.next_number();
        let number = [Parameter::Number(first)];
        let own = shared.into_iter().chain(own(one, &mut sums)).chain(number);
        self.sql.prepare_cached(INSERT_NUMBERED)?.execute(params_from_iter(own))?;
        let (full, rest) = others.as_chunks::<ROWS>();
        if !full.is_empty() {
            let mut statement = self.sql.prepare_cached(&insert_statement(ROWS))?;
            for chunk in full {
                statement.execute(parameters(shared, chunk, &mut sums))?;
            }
        }
        if !rest.is_empty() {
            let mut statement = self.sql.prepare_cached(&insert_statement(rest.len()))?;
            statement.execute(parameters(shared, rest, &mut sums))?;
        }
        match self.sql.last_insert_rowid() - first {
            last if usize::try_from(last).is_ok_and(|last| last == others.len()) => Ok(()),
            _ => Err(StoreError::Bug("users have other numbers than were handed out".to_owned())),
        }
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

/// From so many people on, what they refer to is looked up once for all of them.
const MANY: usize = 1000;

impl WriteTx<'_> {
    /// Does something that brings many people, block by block: what is written of all of them in another
    /// order than theirs is written when all are in. Whoever gets an error must not commit.
    ///
    /// # Errors
    /// What `arrive` says; when the store cannot be written.
    pub fn while_many_arrive<T, E: From<StoreError>>(
        &mut self,
        arrive: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.newcomers = Some(Newcomers::default());
        let arrived = arrive(self);
        let newcomers = self.newcomers.take().unwrap_or_default();
        let arrived = arrived?;
        self.write_places(&newcomers)?;
        Ok(arrived)
    }

    /// That everything is there that people who arrive refer to, each thing asked for once. SQLite would
    /// ask four times a row (measured: a fifth of writing a million people).
    fn check_parents(&self, arrival: Arrival, people: &Newcomers) -> Result<(), StoreError> {
        let mut parents = vec![("organizations", arrival.organization.get())];
        parents.extend(arrival.batch.map(|batch| ("batches", batch.get())));
        for (team, role, _) in people.counts() {
            parents.push(("roles", role.get()));
            parents.extend(team.map(|team| ("teams", team.get())));
        }
        parents.sort_unstable();
        parents.dedup();
        for (table, id) in parents {
            let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE id = ?1)");
            if !self.sql.prepare_cached(&sql)?.query_row([id], |row| row.get::<_, bool>(0))? {
                return Err(StoreError::Bug(format!("{table} has no number {id}")));
            }
        }
        Ok(())
    }

    /// Does something whose references are checked already.
    pub(super) fn without_foreign_keys<T>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.sql.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, false)?;
        let done = work(self);
        self.sql.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
        done
    }
}

/// What is bound for these people: what they share, then each one's own.
fn parameters<'a>(
    shared: [Parameter<'a>; SHARED],
    people: &'a [NewUser<'a>],
    sums: &'a mut Sums,
) -> impl Params + 'a {
    let own = people.iter().flat_map(|person| own(person, sums));
    params_from_iter(shared.into_iter().chain(own))
}

fn own<'a>(person: &NewUser<'a>, sums: &mut Sums) -> [Parameter<'a>; OWN] {
    [
        Parameter::Number(sums.next(person)),
        Parameter::Text(person.email.as_normal()),
        person.email.typed_if_different().map_or(Parameter::Null, Parameter::Text),
        person.name.map_or(Parameter::Null, |name| Parameter::Text(name.as_str())),
        Parameter::Number(person.role.get()),
        person.team.map_or(Parameter::Null, |team| Parameter::Number(team.get())),
    ]
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

/// One user, with a number.
const INSERT_NUMBERED: &str = "INSERT INTO users (organization_id, status, status_since, created_at, batch_id, \
     checksum, email, email_typed, name, role_id, team_id, id) \
     VALUES (?1,?2,?3,?3,?4,?5,?6,?7,?8,?9,?10,?11)";

/// So many users, who are numbered on. With OR FAIL, SQLite does not get ready to take back half of a
/// statement: whoever gets an error drops the whole transaction.
fn insert_statement(rows: usize) -> String {
    let mut sql = String::with_capacity(200 + rows * 60);
    sql.push_str(
        "INSERT OR FAIL INTO users (organization_id, status, status_since, created_at, batch_id, \
         checksum, email, email_typed, name, role_id, team_id) VALUES ",
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
    use super::super::plans::{AT, actor, emails, entry, store_with};

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
    fn many_who_refer_to_what_is_not_there_are_refused() {
        let (mut store, organization) = store_with(&[]);
        let emails = emails(0..MANY);
        let arrival = Arrival { organization, status: Status::Invited, batch: None };
        for (wrong_role, wrong_team, wrong_batch) in
            [(Some(99), None, None), (None, Some(99), None), (None, None, Some(99))]
        {
            let mut tx = store.write(AT.parse().unwrap(), &actor()).unwrap();
            let role = tx.current_organization().unwrap().default_role;
            let role_of = |n| wrong_role.filter(|_| n == MANY - 1).map_or(role, RoleId::new);
            let new: Vec<_> = emails
                .iter()
                .enumerate()
                .map(|(n, email)| NewUser {
                    email,
                    name: None,
                    role: role_of(n),
                    team: wrong_team.map(TeamId::new),
                })
                .collect();
            let arrival = Arrival { batch: wrong_batch.map(BatchId::new), ..arrival };
            assert!(matches!(tx.add_users(arrival, &new), Err(StoreError::Bug(_))));
            // SQLite asks again behind them.
            let orphan =
                "INSERT INTO teams (organization_id, name, name_folded) VALUES (99, 'a', 'a')";
            assert!(tx.sql.execute(orphan, []).is_err());
        }
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
