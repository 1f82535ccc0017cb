//! The checksums of rows that grant power, or say who somebody is: which tables have them, of which columns
//! they are made, and how a statement keeps them up. What a checksum is, is `domain::checksum`'s.
//!
//! A statement that changes a column changes its part of the checksum, from the value that stands there to
//! the new one. The definitions here are part of the store's format: changing one takes a migration.

use std::sync::LazyLock;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Params};

mod arrivals;
mod tables;

pub(super) use arrivals::Sums;
pub(super) use tables::*;

use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::checksum::{Cell, Checksum, Part};
use crate::domain::id::{AgentNumber, OrganizationId, RoleId, SubAccountId, UserId};
use crate::domain::user::User;

/// Columns that change together: their name, and which they are.
type Columns = (&'static str, &'static [&'static str]);

/// A table whose rows carry a checksum.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) table: &'static str,
    /// What a row of it is.
    pub(super) noun: &'static str,
    parts: &'static [Columns],
    /// Rows of other tables that belong to one of this: their part, their table, and which they are.
    belonging: &'static [(Columns, &'static str, &'static str)],
    /// The organization's number, as SQL.
    pub(super) organization: &'static str,
    /// What the row is called, as SQL.
    pub(super) name: &'static str,
}

impl Sealed {
    /// The checksum of a row as it stands, as SQL.
    pub(super) fn sum(&self) -> String {
        let own = self.parts.iter().map(|(name, columns)| part(name, &columns.join(", ")));
        let belonging = self.belonging.iter().map(|((name, columns), table, condition)| {
            let part = part(name, &columns.join(", "));
            format!("(SELECT coalesce(sum({part}), 0) FROM {table} WHERE {condition})")
        });
        format!("admit_checksum({})", own.chain(belonging).collect::<Vec<_>>().join(", "))
    }

    /// Finds the rows that are not what admit wrote: of which organization, what they are called, and the
    /// checksum that they would have.
    pub(super) fn altered(&self) -> String {
        let Self { table, organization, name, .. } = self;
        let sum = self.sum();
        format!("SELECT {organization}, {name}, {sum} FROM {table} WHERE checksum <> {sum}")
    }

    /// Takes the rows of a table as they are.
    pub(super) fn accept(&self) -> String {
        let (table, sum) = (self.table, self.sum());
        format!("UPDATE {table} SET checksum = {sum} WHERE checksum <> {sum}")
    }

    /// The checksum of a row that is to be inserted, as SQL: the values of each part, in their order.
    pub(super) fn sum_of(&self, values: &[&str]) -> String {
        let parts = self.parts.iter().zip(values);
        let parts = parts.map(|((name, _), values)| part(name, values));
        format!("admit_checksum({})", parts.collect::<Vec<_>>().join(", "))
    }

    /// What an UPDATE sets where the columns of one part get these values, as SQL.
    pub(super) fn set(&self, name: &str, values: &[&str]) -> String {
        self.set_all(&[(name, values)])
    }

    /// What an UPDATE sets where the columns of several parts get new values, as SQL.
    pub(super) fn set_all(&self, parts: &[(&str, &[&str])]) -> String {
        let mut checksum = "checksum".to_owned();
        let mut set = String::new();
        for (name, values) in parts {
            let columns = self.parts.iter().find(|(known, _)| known == name);
            let columns = columns.map_or(&[][..], |(_, columns)| columns);
            let (old, new) = (part(name, &columns.join(", ")), part(name, &values.join(", ")));
            checksum = format!("admit_moved({checksum}, {old}, {new})");
            for (column, value) in columns.iter().zip(*values) {
                set.push_str(&format!("{column} = {value}, "));
            }
        }
        format!("{set}checksum = {checksum}")
    }

    /// Takes all rows that belong to one of these off its checksum, before they are deleted.
    pub(super) fn take_off_all(&self, name: &str) -> String {
        let belonging = self.belonging.iter().find(|((part, _), ..)| *part == name);
        let Some(((_, columns), table, condition)) = belonging else { return String::new() };
        let part = part(name, &columns.join(", "));
        format!(
            "UPDATE {} SET checksum = admit_moved(checksum,
                 (SELECT coalesce(sum({part}), 0) FROM {table} WHERE {condition}), 0) WHERE id = ?1",
            self.table
        )
    }

    /// Puts a row that belongs to one of these on its checksum: the number of the one is `?1`.
    pub(super) fn put_on(&self, name: &str, values: &str) -> String {
        let (table, part) = (self.table, part(name, values));
        format!("UPDATE {table} SET checksum = admit_moved(checksum, 0, {part}) WHERE id = ?1")
    }

    /// Takes such a row off; of which ones, is for whoever asks to add.
    pub(super) fn put_off(&self, name: &str, values: &str) -> String {
        let (table, part) = (self.table, part(name, values));
        format!("UPDATE {table} SET checksum = admit_moved(checksum, {part}, 0)")
    }
}

fn part(name: &str, values: &str) -> String {
    format!("admit_part('{name}', {values})")
}

impl ReadTx<'_> {
    /// Makes sure that who a user is and what they may do is what admit wrote. To be asked of whoever comes in,
    /// or acts.
    ///
    /// # Errors
    /// [`StoreError::Altered`]; when the store cannot be read.
    pub fn check_rows_of(&self, user: &User) -> Result<(), StoreError> {
        self.check_rows_about(user.id)?;
        self.check_rows_above(user.organization, user.role_id)
    }

    /// Makes sure that what is kept of a user alone is what admit wrote.
    ///
    /// # Errors
    /// [`StoreError::Altered`]; when the store cannot be read.
    pub fn check_rows_about(&self, user: UserId) -> Result<(), StoreError> {
        OF_USER.iter().try_for_each(|check| self.check_row(check, [user.get()]))
    }

    /// Makes sure that what all users of a role have in common is what admit wrote.
    ///
    /// # Errors
    /// [`StoreError::Altered`]; when the store cannot be read.
    pub fn check_rows_above(
        &self,
        organization: OrganizationId,
        role: RoleId,
    ) -> Result<(), StoreError> {
        self.check_row(&ROLE, [role.get()])?;
        self.check_row(&ORGANIZATION, [organization.get()])
    }

    /// Makes sure that an agent, and who holds it now, is what admit wrote.
    ///
    /// # Errors
    /// [`StoreError::Altered`]; when the store cannot be read.
    pub fn check_agent(&self, agent: AgentNumber) -> Result<(), StoreError> {
        OF_AGENT.iter().try_for_each(|check| self.check_row(check, [agent.get()]))
    }

    /// Makes sure that a sub-account is what admit wrote.
    ///
    /// # Errors
    /// [`StoreError::Altered`]; when the store cannot be read.
    pub fn check_sub_account(&self, id: SubAccountId) -> Result<(), StoreError> {
        self.check_row(&SUB_ACCOUNT, [id.get()])
    }

    /// Makes sure that the rows with a key are what admit wrote; where there are none, they are.
    ///
    /// # Errors
    /// [`StoreError::Altered`]; when the store cannot be read.
    pub(super) fn check_row(&self, check: &RowCheck, key: impl Params) -> Result<(), StoreError> {
        let mut statement = self.sql.prepare_cached(&check.sql)?;
        let mut rows = statement.query(key)?;
        match rows.next()? {
            None => Ok(()),
            Some(row) => Err(StoreError::Altered { noun: check.noun, name: row.get(0)? }),
        }
    }
}

impl WriteTx<'_> {
    /// The number that SQLite would give the next row of a table. Known before, since a row's number is in its
    /// checksum.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn next_number(&self, table: &Sealed) -> Result<i64, StoreError> {
        let sql = format!("SELECT coalesce(max(id), 0) + 1 FROM {}", table.table);
        Ok(self.sql.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
    }
}

/// Finds rows of one table that are not what admit wrote. The statement is made once: `who-can` asks it of
/// everybody.
#[derive(Debug)]
pub(super) struct RowCheck {
    noun: &'static str,
    sql: String,
}

impl RowCheck {
    /// Of the rows for which this holds; what is asked about is `?1`.
    fn of(table: &Sealed, condition: &str) -> Self {
        let Sealed { table: rows, name, noun, .. } = *table;
        let sum = table.sum();
        let sql = format!("SELECT {name} FROM {rows} WHERE {condition} AND checksum <> {sum}");
        Self { noun, sql }
    }
}

/// What is kept of a user alone.
static OF_USER: LazyLock<[RowCheck; 6]> = LazyLock::new(|| {
    [
        RowCheck::of(&USERS, "id = ?1"),
        RowCheck::of(&TEAM_LEADERS, "user_id = ?1"),
        RowCheck::of(&USER_MODULES, "user_id = ?1"),
        RowCheck::of(&USER_SUB_ACCOUNTS, "user_id = ?1"),
        RowCheck::of(&PHONES, "user_id = ?1"),
        RowCheck::of(&ASSIGNMENTS, "user_id = ?1 AND until_at IS NULL"),
    ]
});

/// An agent, and who holds it now.
static OF_AGENT: LazyLock<[RowCheck; 2]> = LazyLock::new(|| {
    [
        RowCheck::of(&AGENTS, "id = ?1"),
        RowCheck::of(&ASSIGNMENTS, "agent_id = ?1 AND until_at IS NULL"),
    ]
});

static SUB_ACCOUNT: LazyLock<RowCheck> = LazyLock::new(|| RowCheck::of(&SUB_ACCOUNTS, "id = ?1"));

static ROLE: LazyLock<RowCheck> = LazyLock::new(|| RowCheck::of(&ROLES, "id = ?1"));
static ORGANIZATION: LazyLock<RowCheck> = LazyLock::new(|| RowCheck::of(&ORGANIZATIONS, "id = ?1"));

/// An invite, by its number.
pub(super) static INVITE: LazyLock<RowCheck> = LazyLock::new(|| RowCheck::of(&INVITES, "id = ?1"));

/// An account, by its address.
pub(super) static ACCOUNT: LazyLock<RowCheck> =
    LazyLock::new(|| RowCheck::of(&ACCOUNTS, "email = ?1"));

/// Teaches a connection the functions that checksums are made with.
pub(super) fn teach(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("admit_part", -1, flags, |call| {
        let cells = (1..call.len()).map(|place| cell(call.get_raw(place)));
        Ok(Part::of(call.get_raw(0).as_str()?, cells).to_number())
    })?;
    connection.create_scalar_function("admit_checksum", -1, flags, |call| {
        let sum = (0..call.len()).try_fold(Checksum::default(), |sum, place| {
            Ok::<_, rusqlite::Error>(sum.plus(number(call, place)?))
        });
        Ok(sum?.to_stored())
    })?;
    connection.create_scalar_function("admit_moved", 3, flags, |call| {
        let sum = Checksum::from_stored(number(call, 0)?);
        Ok(sum.minus(number(call, 1)?).plus(number(call, 2)?).to_stored())
    })
}

fn number(call: &Context<'_>, place: usize) -> rusqlite::Result<i64> {
    Ok(call.get_raw(place).as_i64()?)
}

fn cell(value: ValueRef<'_>) -> Cell<'_> {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Number(number),
        // No column holds one; a row that does was not written here.
        ValueRef::Real(_) => Cell::Bytes(b"real"),
        ValueRef::Text(text) => Cell::Text(text),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes),
    }
}
