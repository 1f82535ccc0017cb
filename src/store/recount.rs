//! Counting anew what is kept as a number or a copy beside the rows. Every check reads all there is, once,
//! and remembers no row: only places, of which there are few, and the first few differences.

use std::collections::BTreeMap;
use std::str::FromStr;

use rusqlite::{OptionalExtension, Row};

use super::codec::{self, Coded};
use super::error::StoreError;
use super::search_index::SearchIndex;
use super::tallies::{Tally, chrono_day};
use super::transaction::ReadTx;
use crate::domain::id::{InviteId, UserId};
use crate::domain::invite::InviteState;
use crate::domain::recount::{
    Check, Comparison, Counted, Difference, Fault, Finding, Known, Mismatch, Recount, Spot,
};
use crate::domain::status::Status;
use crate::domain::user::PortalAccess;
use crate::domain::user_ref::UserRef;

/// How many differences of a check are told one by one.
pub(super) const FEW: usize = 5;

/// What a number is kept of, as the tables say it: the organization first.
type Place = [i64; 5];

/// Numbers that are kept beside the rows that they count. Both statements have the columns of a [`Place`];
/// the first then has the number, and the second a row for each thing.
struct Numbers {
    kept: &'static str,
    /// What the number is called.
    number: &'static str,
    rows: &'static str,
    name: fn(&ReadTx<'_>, Place) -> Result<Counted, StoreError>,
}

/// Status, role, team (0 is none), and whether without a login.
const USERS: Numbers = Numbers {
    kept: "SELECT organization_id, status, role_id, team_id, login_less, users FROM counters",
    number: "users",
    rows: "SELECT organization_id, status, role_id, coalesce(team_id, 0), email IS NULL FROM users",
    name: |tx, [_, status, role, team, login_less]| {
        let access = PortalAccess::from_code(login_less)
            .ok_or_else(|| StoreError::Damaged(format!("column login_less holds {login_less}")))?;
        Ok(Counted::Users(tx.spot(status, role, team)?, access))
    },
};

/// Kind and bucket, as in `tallies`.
const AGENTS: Numbers = Numbers {
    kept: "SELECT organization_id, kind, bucket, 0, 0, things FROM tallies WHERE kind = 1",
    number: "things",
    rows: "SELECT a.organization_id, 1, s.id IS NOT NULL, 0, 0 FROM agents a
           LEFT JOIN assignments s ON s.agent_id = a.id AND s.until_at IS NULL",
    name: tally,
};

/// The same. The invites are passed in their order, which mostly is that of their users.
const INVITES: Numbers = Numbers {
    kept: "SELECT organization_id, kind, bucket, 0, 0, things FROM tallies WHERE kind <> 1",
    number: "things",
    rows: "SELECT u.organization_id, iif(i.state = 1, 2, 3), iif(i.state = 1, i.expires_at / 86400, i.state),
               0, 0
           FROM invites i CROSS JOIN users u ON u.id = i.user_id WHERE i.purpose = 1",
    name: tally,
};

fn tally(_: &ReadTx<'_>, [_, kind, bucket, ..]: Place) -> Result<Counted, StoreError> {
    let counted = Tally::at(kind, bucket).and_then(|tally| match tally {
        Tally::FreeAgents => Some(Counted::FreeAgents),
        Tally::HeldAgents => Some(Counted::HeldAgents),
        Tally::OpenInvites(day) => chrono_day(day).map(Counted::OpenInvites),
        Tally::ClosedInvites(state) => InviteState::from_code(state).map(Counted::ClosedInvites),
    });
    Ok(counted.unwrap_or(Counted::Unknown(kind, bucket)))
}

/// A row for each user that is kept in another table: what joins it to the users, the other way round, and
/// what is wrong with one that is missing there or too many.
struct Copies {
    table: &'static str,
    /// The user's number in that table.
    user: &'static str,
    /// When the row `c` is that of the user `u`.
    same: &'static str,
    /// The columns that say where, of `u` and of `c`.
    spot_of_user: &'static str,
    spot_of_copy: &'static str,
    missing: fn(&ReadTx<'_>, &Row<'_>) -> Result<Fault, StoreError>,
    surplus: fn(&ReadTx<'_>, &Row<'_>) -> Result<Fault, StoreError>,
}

impl Copies {
    /// Counts the users who are there as they should be.
    fn met_statement(&self) -> String {
        let Self { table, same, .. } = self;
        format!("SELECT count(*) AS met FROM users u CROSS JOIN {table} c ON {same}")
    }

    fn missing_statement(&self) -> String {
        let Self { table, user, same, spot_of_user: spot, .. } = self;
        format!(
            "SELECT u.id AS user, {spot} FROM users u LEFT JOIN {table} c ON {same}
             WHERE c.{user} IS NULL LIMIT {FEW}"
        )
    }

    fn surplus_statement(&self) -> String {
        let Self { table, user, same, spot_of_copy: spot, .. } = self;
        format!(
            "SELECT c.{user} AS user, {spot} FROM {table} c LEFT JOIN users u ON {same}
             WHERE u.id IS NULL LIMIT {FEW}"
        )
    }
}

const PLACES: Copies = Copies {
    table: "places",
    user: "user_id",
    same: "c.team_id = coalesce(u.team_id, 0) AND c.role_id = u.role_id AND c.status = u.status
           AND c.user_id = u.id",
    spot_of_user: "u.status, u.role_id, coalesce(u.team_id, 0) AS team_id",
    spot_of_copy: "c.status, c.role_id, c.team_id",
    missing: |tx, row| Ok(Fault::Unlisted(spot_in(tx, row)?)),
    surplus: |tx, row| Ok(Fault::Listed(spot_in(tx, row)?)),
};

fn spot_in(tx: &ReadTx<'_>, row: &Row<'_>) -> Result<Spot, StoreError> {
    tx.spot(row.get("status")?, row.get("role_id")?, row.get("team_id")?)
}

/// FTS5 keeps one row for each text that is in the index.
const SEARCH_INDEX: Copies = Copies {
    table: "search_index_docsize",
    user: "id",
    same: "c.id = u.id",
    spot_of_user: "0",
    spot_of_copy: "0",
    missing: |_, _| Ok(Fault::NotIndexed),
    surplus: |_, _| Ok(Fault::Indexed),
};

const NEWEST_INVITES: &str = "SELECT u.id, u.invite_id, (SELECT max(i.id) FROM invites i WHERE i.user_id = u.id) FROM users u";

impl ReadTx<'_> {
    /// Makes a check. What cannot be read for damage is a finding of it.
    ///
    /// # Errors
    /// When the system fails.
    pub fn recount(&self, check: Check) -> Result<Recount, StoreError> {
        let comparison = match check {
            Check::File => self.check_file(),
            Check::Integrity => self.check_integrity(),
            Check::ForeignKeys => self.check_foreign_keys(),
            Check::Schema => self.check_schema(),
            Check::Checksums => self.check_checksums(),
            Check::Belonging => self.check_belonging(),
            Check::Statuses => self.check_statuses(),
            Check::Holders => self.check_holders(),
            Check::Managers => self.check_managers(),
            Check::Audit => self.check_audit(),
            Check::Users => self.recount_numbers(&USERS),
            Check::Agents => self.recount_numbers(&AGENTS),
            Check::Invites => self.recount_numbers(&INVITES),
            Check::Places => self.recount_copies(&PLACES),
            Check::SearchIndex => match self.search_index()? {
                SearchIndex::Absent => return Ok(Recount { check, finding: Finding::Absent }),
                SearchIndex::Outdated => return Ok(Recount { check, finding: Finding::Outdated }),
                SearchIndex::Ready => self.recount_copies(&SEARCH_INDEX),
            },
            Check::NewestInvite => self.recount_newest_invites(),
            Check::Sequences => self.check_sequences(),
        };
        let finding = match comparison {
            Ok(comparison) => Finding::Counted(comparison),
            // The other checks may still have something to say.
            Err(StoreError::Damaged(reason)) => Finding::Unreadable(reason),
            Err(error) => return Err(error),
        };
        Ok(Recount { check, finding })
    }

    fn recount_numbers(&self, numbers: &Numbers) -> Result<Comparison, StoreError> {
        let mut places: BTreeMap<Place, (u64, u64)> = BTreeMap::new();
        let mut statement = self.sql.prepare(numbers.kept)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            places.entry(place(row)?).or_default().0 += codec::count(row, numbers.number)?;
        }
        let mut comparison = Comparison::default();
        let mut statement = self.sql.prepare(numbers.rows)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            places.entry(place(row)?).or_default().1 += 1;
            comparison.counted += 1;
        }
        for (place, (kept, counted)) in places {
            if kept == counted {
                continue;
            }
            comparison.differing += 1;
            if comparison.first.len() < FEW {
                let organization = Some(self.organization_known_as(place[0])?);
                let of = (numbers.name)(self, place)?;
                let mismatch = Mismatch::Number { of, kept, counted };
                comparison.first.push(Difference { organization, mismatch });
            }
        }
        Ok(comparison)
    }

    /// Whether every user is there once. Only where numbers differ it is looked who that is.
    fn recount_copies(&self, copies: &Copies) -> Result<Comparison, StoreError> {
        let number = |sql: &str, column: &str| {
            self.sql.query_row(sql, [], |row| codec::count(row, column)).map_err(StoreError::from)
        };
        let users = number("SELECT count(*) AS users FROM users", "users")?;
        let kept = number(&format!("SELECT count(*) AS kept FROM {}", copies.table), "kept")?;
        let met = number(&copies.met_statement(), "met")?;
        let (missing, surplus) = (users.saturating_sub(met), kept.saturating_sub(met));
        let mut first = Vec::new();
        if missing > 0 {
            first.extend(self.differences(&copies.missing_statement(), copies.missing)?);
        }
        if surplus > 0 {
            first.extend(self.differences(&copies.surplus_statement(), copies.surplus)?);
        }
        first.truncate(FEW);
        Ok(Comparison { counted: users, differing: missing + surplus, first })
    }

    fn differences(
        &self,
        sql: &str,
        fault: fn(&ReadTx<'_>, &Row<'_>) -> Result<Fault, StoreError>,
    ) -> Result<Vec<Difference>, StoreError> {
        let mut statement = self.sql.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut differences = Vec::new();
        while let Some(row) = rows.next()? {
            differences.push(self.difference(row.get("user")?, fault(self, row)?)?);
        }
        Ok(differences)
    }

    /// Whether everybody's newest invite is the last one that was made for them: the greatest number.
    fn recount_newest_invites(&self) -> Result<Comparison, StoreError> {
        let mut statement = self.sql.prepare(NEWEST_INVITES)?;
        let mut rows = statement.query([])?;
        let mut comparison = Comparison::default();
        while let Some(row) = rows.next()? {
            let (kept, newest): (Option<i64>, Option<i64>) = (row.get(1)?, row.get(2)?);
            comparison.counted += u64::from(newest.is_some());
            if kept == newest {
                continue;
            }
            comparison.differing += 1;
            if comparison.first.len() < FEW {
                let (kept, newest) = (kept.map(InviteId::new), newest.map(InviteId::new));
                let fault = Fault::NewestInvite { kept, newest };
                comparison.first.push(self.difference(row.get(0)?, fault)?);
            }
        }
        Ok(comparison)
    }
}

fn place(row: &Row<'_>) -> rusqlite::Result<Place> {
    let mut place = Place::default();
    for (column, part) in place.iter_mut().enumerate() {
        *part = row.get(column)?;
    }
    Ok(place)
}

impl ReadTx<'_> {
    pub(super) fn difference(&self, number: i64, fault: Fault) -> Result<Difference, StoreError> {
        let found = self
            .sql
            .prepare_cached("SELECT organization_id, email, email_typed FROM users WHERE id = ?1")?
            .query_row([number], |row| {
                Ok((row.get::<_, i64>("organization_id")?, codec::email(row)?))
            })
            .optional()?;
        let (organization, email) = found.map_or((None, None), |(id, email)| (Some(id), email));
        let organization = organization.map(|id| self.organization_known_as(id)).transpose()?;
        let user = email.map_or(UserRef::Number(UserId::new(number)), UserRef::Email);
        Ok(Difference { organization, mismatch: Mismatch::User { user, fault } })
    }

    fn spot(&self, status: i64, role: i64, team: i64) -> Result<Spot, StoreError> {
        let teams = "SELECT name FROM teams WHERE id = ?1";
        Ok(Spot {
            status: Status::from_code(status).map_or(Known::Nothing(status), Known::As),
            role: self.known_as("SELECT name FROM roles WHERE id = ?1", role)?,
            team: (team != 0).then(|| self.known_as(teams, team)).transpose()?,
        })
    }

    pub(super) fn organization_known_as<T>(&self, number: i64) -> Result<Known<T>, StoreError>
    where
        T: FromStr<Err: std::fmt::Display>,
    {
        self.known_as("SELECT slug AS name FROM organizations WHERE id = ?1", number)
    }

    /// What a statement says that a number is called.
    fn known_as<T>(&self, sql: &str, number: i64) -> Result<Known<T>, StoreError>
    where
        T: FromStr<Err: std::fmt::Display>,
    {
        let mut statement = self.sql.prepare_cached(sql)?;
        let name = statement.query_row([number], |row| codec::parsed(row, "name")).optional()?;
        Ok(name.map_or(Known::Nothing(number), Known::As))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::plans::{AT, actor, entry, plan, store_with};
    use super::*;

    /// Ten million rows are passed once, and nothing is gathered on the way.
    #[test]
    fn every_check_reads_one_table_from_end_to_end_and_looks_the_rest_up() {
        let (mut store, _) = store_with(&["ann@example.com"]);
        let mut tx = store.write(AT.parse().unwrap(), &actor()).unwrap();
        tx.begin_search_index().unwrap();
        tx.index_next_users(None, 10).unwrap();
        tx.commit(&entry(1)).unwrap();
        let tx = store.read().unwrap();
        let numbers = [USERS, AGENTS, INVITES].map(|numbers| numbers.rows.to_owned());
        let copies = [PLACES, SEARCH_INDEX].map(|copies| {
            [copies.met_statement(), copies.missing_statement(), copies.surplus_statement()]
        });
        let newest = NEWEST_INVITES.to_owned();
        for sql in numbers.into_iter().chain(copies.into_iter().flatten()).chain([newest]) {
            let plan = plan(&tx, &sql, &[]);
            assert_eq!(plan.matches("SCAN ").count(), 1, "{sql}\n{plan}");
            assert!(!plan.contains("TEMP B-TREE") && !plan.contains("AUTOMATIC"), "{sql}\n{plan}");
        }
        for check in Check::ALL {
            assert_eq!(tx.recount(check).unwrap().differing(), 0, "{check:?}");
        }
    }
}
