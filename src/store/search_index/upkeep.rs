//! Bringing changes of users into the search index: gathered while a transaction runs, written together.
//! SQLite writes out what an FTS5 table holds back whenever another statement begins, so that one user at a
//! time would cost five times as much; no trigger does it for the same reason.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use rusqlite::params;

use super::{SEARCHED, SearchIndex, column};
use crate::domain::id::{OrganizationId, UserId};
use crate::domain::status::Status;
use crate::store::codec;
use crate::store::error::StoreError;
use crate::store::transaction::WriteTx;

/// So many new users are put into the index at a time, so that a signal is heard in between.
const AT_ONCE: usize = 100_000;

/// To take a user out of the index costs as much as to put so many in (measured with a million).
const PUT_MEANWHILE: u64 = 2;

/// What a transaction did that the search index does not know yet.
#[derive(Debug, Default)]
pub(in crate::store) struct SearchChanges {
    /// Numbers of users who came.
    arrived: Vec<RangeInclusive<i64>>,
    /// How many came.
    waiting: usize,
    /// Numbers of users who are called otherwise, or are gone.
    touched: BTreeSet<i64>,
    /// Whether the index is empty, and everybody who is there in the end goes into it.
    anew: bool,
}

impl SearchChanges {
    /// Somebody has another name, or goes.
    pub(in crate::store) fn touch(&mut self, user: UserId) {
        self.touched.insert(user.get());
    }

    fn is_empty(&self) -> bool {
        self.arrived.is_empty() && self.touched.is_empty() && !self.anew
    }
}

impl WriteTx<'_> {
    /// Lets people who were just added be found, whose numbers begin with this one.
    pub(in crate::store) fn index_for_search(
        &mut self,
        first: i64,
        people: usize,
    ) -> Result<(), StoreError> {
        let Some(last) = i64::try_from(people).ok().filter(|people| *people > 0) else {
            return Ok(());
        };
        let last = first + last - 1;
        let changes = &mut self.search;
        match changes.arrived.last_mut() {
            Some(range) if *range.end() == first - 1 => *range = *range.start()..=last,
            _ => changes.arrived.push(first..=last),
        }
        changes.waiting += people;
        if changes.waiting >= AT_ONCE { self.write_search() } else { Ok(()) }
    }

    /// Forgets everybody of an organization that is about to be deleted. Where most people are in it, the
    /// index is made anew of the others.
    pub(in crate::store) fn forget_for_search(
        &mut self,
        organization: OrganizationId,
    ) -> Result<(), StoreError> {
        match self.search_index()? {
            SearchIndex::Absent => {}
            SearchIndex::Outdated => self.drop_search_index()?,
            SearchIndex::Ready if self.is_most(organization)? => {
                self.begin_search_index()?;
                self.search.anew = true;
            }
            SearchIndex::Ready => {
                let sql = "DELETE FROM search_index WHERE rowid IN
                               (SELECT id FROM users WHERE organization_id = ?1)";
                self.sql.execute(sql, params![organization.get()])?;
            }
        }
        Ok(())
    }

    /// Whether putting the others in costs less than taking these out.
    fn is_most(&self, organization: OrganizationId) -> Result<bool, StoreError> {
        let sql = "SELECT coalesce(sum(users), 0) AS users FROM counters";
        let all = self.sql.query_row(sql, [], |row| codec::count(row, "users"))?;
        let going = self.count_users(organization, &Status::ALL)?;
        Ok(all.saturating_sub(going) < going.saturating_mul(PUT_MEANWHILE))
    }

    /// Brings what this transaction did into the index, if there is one. One that is outdated goes: it would
    /// be wrong for whoever made it.
    pub(in crate::store) fn write_search(&mut self) -> Result<(), StoreError> {
        let changes = std::mem::take(&mut self.search);
        if changes.is_empty() {
            return Ok(());
        }
        match self.search_index()? {
            SearchIndex::Absent => return Ok(()),
            SearchIndex::Outdated => return self.drop_search_index(),
            SearchIndex::Ready => {}
        }
        if changes.anew {
            return self.index_users(i64::MIN, i64::MAX);
        }
        for range in changes.arrived {
            self.index_users(*range.start(), *range.end())?;
        }
        if changes.touched.is_empty() {
            return Ok(());
        }
        // One statement each, however many there are. Whoever is gone is in `users` no longer.
        let touched: Vec<String> = changes.touched.iter().map(i64::to_string).collect();
        let touched = format!("[{}]", touched.join(","));
        self.sql
            .prepare_cached(
                "DELETE FROM search_index WHERE rowid IN (SELECT value FROM json_each(?1))",
            )?
            .execute([&touched])?;
        let sql = format!(
            "INSERT INTO search_index (rowid, {}) SELECT id, {SEARCHED} FROM users
             WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id",
            column()
        );
        self.sql.prepare_cached(&sql)?.execute([&touched])?;
        Ok(())
    }
}
