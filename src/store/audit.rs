//! The audit: entries in and out, and the chain that seals them.

use std::collections::BTreeSet;

use rusqlite::types::Type;
use rusqlite::{CachedStatement, OptionalExtension, Row, ToSql, params};
use serde_json::{Map, Value};

use super::codec;
use super::error::StoreError;
use super::transaction::{Committed, ReadTx, WriteTx};
use crate::domain::audit::{
    Action, Actions, Actor, AuditEntry, AuditRecord, Kept, Seal, Subject, SystemLogin,
};
use crate::domain::id::{BatchId, OrganizationId, UserId};
use crate::domain::machine::is_behind;
use crate::domain::time::{Timestamp, to_rfc3339};
use crate::domain::user_ref::UserRef;

const COLUMNS: &str = "number, at, actor, login, uid, sudo_user, action, organization, count, \
     batch_id, subjects, detail, organization_id, seal";

fn from_row(row: &Row<'_>) -> rusqlite::Result<(AuditRecord, Seal)> {
    let record = AuditRecord {
        number: codec::count(row, "number")?,
        at: codec::moment(row, "at")?,
        actor: row.get("actor")?,
        login: SystemLogin {
            name: row.get("login")?,
            uid: row.get("uid")?,
            sudo_user: row.get("sudo_user")?,
        },
        action: codec::parsed(row, "action")?,
        organization: row.get("organization")?,
        organization_id: row.get::<_, Option<i64>>("organization_id")?.map(OrganizationId::new),
        count: codec::count(row, "count")?,
        batch: row.get::<_, Option<i64>>("batch_id")?.map(BatchId::new),
        subjects: subjects(row)?,
        detail: detail(row)?,
    };
    Ok((record, Seal::from_stored(codec::bytes_32(row, "seal")?)))
}

fn subjects(row: &Row<'_>) -> rusqlite::Result<Kept<Vec<Subject>>> {
    let wrong = |reason: &str| codec::damaged(Type::Text, "subjects", reason);
    let text: String = row.get("subjects")?;
    let objects: Vec<Map<String, Value>> =
        serde_json::from_str(&text).map_err(|_| wrong("is no list of users"))?;
    let one = |object: Map<String, Value>| {
        let user = UserId::new(object.get("id")?.as_i64()?);
        Some(Subject { user, reference: object.get("user")?.as_str()?.to_owned() })
    };
    let value = objects.into_iter().map(one).collect::<Option<_>>();
    Ok(Kept { text, value: value.ok_or_else(|| wrong("holds what is no user"))? })
}

fn detail(row: &Row<'_>) -> rusqlite::Result<Kept<Vec<(String, String)>>> {
    let text: String = row.get("detail")?;
    let value = serde_json::from_str(&text)
        .map_err(|_| codec::damaged(Type::Text, "detail", "is no list of pairs"))?;
    Ok(Kept { text, value })
}

/// Which entries a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of this organization; of all where `None`.
    pub organization: Option<OrganizationId>,
    /// About this user: by name in an entry, or through the import that made them.
    pub user: Option<(UserId, Option<BatchId>)>,
    /// Kept with one of these actors.
    pub actors: Option<Vec<String>>,
    /// One of these actions.
    pub actions: Option<Actions>,
    /// This batch.
    pub batch: Option<BatchId>,
    /// Not before this moment.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Older than the entry of this number.
    pub before: Option<u64>,
    /// Which way round.
    pub order: AuditOrder,
    /// So many at most.
    pub limit: Option<u32>,
}

/// In which order entries come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditOrder {
    /// As one looks for what happened last.
    #[default]
    NewestFirst,
    /// As it happened.
    OldestFirst,
}

/// A list of entries, to be read row by row.
pub struct AuditQuery<'t> {
    statement: CachedStatement<'t>,
    parameters: Vec<Box<dyn ToSql>>,
}

impl AuditQuery<'_> {
    /// The entries, in the order asked for.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn rows(
        &mut self,
    ) -> Result<impl Iterator<Item = Result<AuditRecord, StoreError>> + '_, StoreError> {
        let parameters = rusqlite::params_from_iter(self.parameters.iter());
        let rows = self.statement.query_map(parameters, from_row)?;
        Ok(rows.map(|row| Ok(row?.0)))
    }
}

/// What [`ReadTx::verify_audit`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every entry follows from the one before.
    Whole {
        /// How many entries there are.
        entries: u64,
        /// The seal of the last one.
        head: Seal,
        /// The entry with the seal that was expected, where one was: the last one, or one that others
        /// have followed since.
        noted: Option<u64>,
    },
    /// Every entry follows from the one before, but none has the seal that was expected: the end was
    /// cut off, and perhaps another put in its place.
    CutOff {
        /// How many entries there are.
        entries: u64,
        /// The seal of the last one.
        head: Seal,
    },
    /// This entry does not follow from the one before, or is not there.
    Broken {
        /// The first number that is wrong.
        number: u64,
        /// How.
        reason: &'static str,
    },
}

impl ReadTx<'_> {
    /// Entries that meet a filter.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn audit(&self, filter: &AuditFilter) -> Result<AuditQuery<'_>, StoreError> {
        let mut conditions = vec!["TRUE".to_owned()];
        let mut parameters: Vec<Box<dyn ToSql>> = Vec::new();
        if let Some(organization) = filter.organization {
            conditions.push("organization_id = ?".to_owned());
            parameters.push(Box::new(organization.get()));
        }
        if let Some((user, batch)) = filter.user {
            conditions.push(
                "number IN (SELECT number FROM audit_subjects WHERE user_id = ?
                            UNION SELECT number FROM audit WHERE batch_id = ?)"
                    .to_owned(),
            );
            parameters.push(Box::new(user.get()));
            parameters.push(Box::new(batch.map(BatchId::get)));
        }
        if let Some(actors) = &filter.actors {
            conditions.push(one_of("actor", actors.len()));
            parameters.extend(actors.iter().map(|actor| Box::new(actor.clone()) as _));
        }
        if let Some(actions) = filter.actions.as_ref().map(Actions::as_slice) {
            conditions.push(one_of("action", actions.len()));
            parameters.extend(actions.iter().map(|action| Box::new(action.as_str()) as _));
        }
        if let Some(batch) = filter.batch {
            conditions.push("batch_id = ?".to_owned());
            parameters.push(Box::new(batch.get()));
        }
        if let Some(since) = filter.since {
            conditions.push("at >= ?".to_owned());
            parameters.push(Box::new(since.timestamp()));
        }
        if let Some(until) = filter.until {
            conditions.push("at < ?".to_owned());
            parameters.push(Box::new(until.timestamp()));
        }
        if let Some(before) = filter.before {
            conditions.push("number < ?".to_owned());
            parameters.push(Box::new(i64::try_from(before).unwrap_or(i64::MAX)));
        }
        let limit = filter.limit.map_or(String::new(), |limit| format!(" LIMIT {limit}"));
        let sql = format!(
            "SELECT {COLUMNS} FROM audit WHERE {} ORDER BY number {}{limit}",
            conditions.join(" AND "),
            match filter.order {
                AuditOrder::NewestFirst => "DESC",
                AuditOrder::OldestFirst => "ASC",
            },
        );
        Ok(AuditQuery { statement: self.sql.prepare_cached(&sql)?, parameters })
    }

    /// The number of a user who was removed from an organization; of several who had the same address,
    /// the last one's.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_removed_user(
        &self,
        organization: OrganizationId,
        user: &UserRef,
    ) -> Result<Option<UserId>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT subjects FROM audit WHERE action = ?1 AND organization_id = ?2
             ORDER BY number DESC",
        )?;
        let mut rows = statement.query(params![Action::Remove.as_str(), organization.get()])?;
        while let Some(row) = rows.next()? {
            let found = subjects(row)?.value.into_iter().find(|removed| {
                *user == UserRef::Number(removed.user)
                    || removed.reference.parse().as_ref() == Ok(user)
            });
            if let Some(removed) = found {
                return Ok(Some(removed.user));
            }
        }
        Ok(None)
    }

    /// Walks the whole chain, and looks in it for a seal that was noted earlier.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn verify_audit(&self, expected: Option<Seal>) -> Result<Verdict, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM audit ORDER BY number");
        let mut statement = self.sql.prepare(&sql)?;
        let mut rows = statement.query([])?;
        // What finds the entries of a user is under no seal of its own, so it is held against what is.
        let mut statement = self
            .sql
            .prepare("SELECT number, user_id FROM audit_subjects ORDER BY number, user_id")?;
        let mut found = statement
            .query_map([], |row| Ok((codec::count(row, "number")?, row.get::<_, i64>("user_id")?)))?
            .peekable();
        let (mut entries, mut head) = (0, Seal::FIRST);
        let mut noted = None;
        while let Some(row) = rows.next()? {
            let number = entries + 1;
            let broken = |reason| Ok(Verdict::Broken { number, reason });
            let Ok((record, seal)) = from_row(row) else {
                return broken("it holds what admit never writes");
            };
            if record.number != number {
                return broken("it is missing");
            }
            if !record.is_sealed(&head, &seal) {
                return broken("it is not what was sealed, or the one before it is not");
            }
            let mut users = BTreeSet::new();
            while let Some(Ok((at, user))) =
                found.next_if(|next| matches!(next, Ok((at, _)) if *at <= number))
            {
                if at == number {
                    users.insert(user);
                }
            }
            let named: BTreeSet<i64> =
                record.subjects.value.iter().map(|subject| subject.user.get()).collect();
            // An import names nobody; whom it made is found by their batch, or kept here when they go.
            if !named.is_subset(&users) || (record.batch.is_none() && users != named) {
                return broken("its users are not those by which it is found");
            }
            if expected == Some(seal) {
                noted = Some(number);
            }
            (entries, head) = (number, seal);
        }
        // The first entry is written with the store itself, and what finds an entry goes with it.
        if entries == 0 || found.next().is_some() {
            return Ok(Verdict::Broken { number: entries + 1, reason: "it is missing" });
        }
        Ok(match (expected, noted) {
            (Some(_), None) => Verdict::CutOff { entries, head },
            _ => Verdict::Whole { entries, head, noted },
        })
    }

    /// The number of the newest entry, 0 where there is none: it grows with every change.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_entry(&self) -> Result<u64, StoreError> {
        let mut statement =
            self.sql.prepare_cached("SELECT coalesce(max(number), 0) AS number FROM audit")?;
        Ok(statement.query_row([], |row| codec::count(row, "number"))?)
    }
}

impl WriteTx<'_> {
    /// Writes the entry of this transaction, sealed behind the last one.
    pub(super) fn append(
        &self,
        actor: &Actor,
        entry: &AuditEntry,
    ) -> Result<Committed, StoreError> {
        let last = self
            .sql
            .prepare_cached("SELECT number, seal, at FROM audit ORDER BY number DESC LIMIT 1")?
            .query_row([], |row| {
                let (number, seal) = (codec::count(row, "number")?, codec::bytes_32(row, "seal")?);
                Ok((number, seal, codec::moment(row, "at")?))
            })
            .optional()?;
        let (number, previous) = last
            .map_or((1, Seal::FIRST), |(number, seal, _)| (number + 1, Seal::from_stored(seal)));
        let mut detail = owned(&entry.detail);
        if let Some((number, _, at)) = last
            && self.is_attended()
            && is_behind(self.now, at)
        {
            // The number keeps the order; that the time does not is noted (trust J6).
            detail.push(("clock".to_owned(), format!("behind entry {number}, {}", to_rfc3339(at))));
        }
        let record = AuditRecord {
            number,
            at: self.now,
            actor: actor.identity.to_string(),
            login: actor.login.clone(),
            action: entry.action,
            organization: entry.organization.as_ref().map(|(_, slug)| slug.to_string()),
            organization_id: entry.organization.as_ref().map(|(id, _)| *id),
            count: entry.count,
            batch: entry.batch,
            subjects: Kept { text: subjects_json(entry), value: entry.subjects.clone() },
            detail: Kept { text: detail_json(&detail), value: detail },
        };
        let head = record.seal(&previous);
        self.sql
            .prepare_cached(
                "INSERT INTO audit (number, at, actor, login, uid, sudo_user, action, organization,
                     count, batch_id, subjects, detail, seal, organization_id)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
                signed(number),
                record.at.timestamp(),
                record.actor,
                record.login.name,
                record.login.uid,
                record.login.sudo_user,
                record.action.as_str(),
                record.organization,
                signed(record.count),
                record.batch.map(BatchId::get),
                record.subjects.text,
                record.detail.text,
                head.as_bytes(),
                record.organization_id.map(OrganizationId::get),
            ])?;
        let mut subject = self.sql.prepare_cached(
            "INSERT OR IGNORE INTO audit_subjects (user_id, number) VALUES (?1, ?2)",
        )?;
        for user in &entry.subjects {
            subject.execute(params![user.user.get(), signed(number)])?;
        }
        Ok(Committed { number, head })
    }
}

/// Whether a column is one of so many.
fn one_of(column: &str, many: usize) -> String {
    let each = vec![format!("{column} = ?"); many];
    if each.is_empty() { "FALSE".to_owned() } else { format!("({})", each.join(" OR ")) }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn subjects_json(entry: &AuditEntry) -> String {
    let one = |subject: &Subject| serde_json::json!({ "id": subject.user.get(), "user": subject.reference });
    Value::Array(entry.subjects.iter().map(one).collect()).to_string()
}

/// Pairs in their order: one key may come several times.
fn detail_json(detail: &[(String, String)]) -> String {
    let pair = |(key, value): &(String, String)| serde_json::json!([key, value]);
    Value::Array(detail.iter().map(pair).collect()).to_string()
}

fn owned(detail: &[(&str, String)]) -> Vec<(String, String)> {
    detail.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}
