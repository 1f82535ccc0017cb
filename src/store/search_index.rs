//! The search index: which users hold which three characters in a row in their name or address, so that a
//! search reads those alone who may be meant. It is made on demand and says nothing of its own: whoever it
//! names is compared again, as without it (`candidates`), and every change of a user is brought into it
//! before it is committed (`upkeep`).

mod candidates;
#[cfg(test)]
mod tests;
mod upkeep;

use rusqlite::{OptionalExtension, params};

pub(super) use candidates::{CANDIDATES, Reading};
pub(super) use upkeep::SearchChanges;

use super::codec;
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::id::UserId;
use crate::domain::text;

/// Whether the store has a search index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchIndex {
    /// It has none.
    Absent,
    /// It has one that was made with other tables of Unicode. Texts in it may be folded otherwise than they
    /// are now, so it is not asked, and the next change of a user takes it away.
    Outdated,
    /// It has one.
    Ready,
}

/// How large a search index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchIndexSize {
    /// How many users are in it.
    pub users: u64,
    /// How many bytes of the file it takes.
    pub bytes: u64,
}

/// Users who were just put into an index that is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indexed {
    /// How many.
    pub users: u64,
    /// The last of them.
    pub last: UserId,
}

/// The one column, which is called for how its text was folded.
fn column() -> String {
    format!("folded_{}", text::folding())
}

/// How the table is made. It keeps no text, only which three characters who has, and not where: that is all
/// that candidates take, and a third of the room.
fn definition() -> String {
    format!(
        "CREATE VIRTUAL TABLE search_index USING fts5({}, content='', contentless_delete=1, \
         detail=none, tokenize='trigram case_sensitive 1')",
        column()
    )
}

/// How many bytes SQLite holds back before it writes them out. Measured with a million users: with its own
/// limit of one megabyte, to make the index takes 1.4 times as long.
const HELD_BACK: i64 = 32 * 1024 * 1024;

/// What of a user is searched, in one text. A line end is in no name and no address, so nothing that is
/// searched for goes across.
const SEARCHED: &str = "admit_searched(name, email, email_typed)";

/// The searched text of a user, for SQLite.
pub(super) fn searched(name: Option<&str>, email: Option<&str>, typed: Option<&str>) -> String {
    let mut text = String::new();
    for part in [name, email, typed].into_iter().flatten() {
        let part = text::fold(part);
        // Mostly, the form as it was typed differs in case alone.
        if !text.ends_with(&part) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&part);
        }
    }
    text
}

/// Where SQLite keeps an FTS5 table, its rows in the last.
const SHADOWS: [&str; 4] =
    ["search_index_data", "search_index_idx", "search_index_config", "search_index_docsize"];

impl ReadTx<'_> {
    /// Whether there is a search index.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn search_index(&self) -> Result<SearchIndex, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'search_index'",
        )?;
        let found: Option<String> = statement.query_row([], |row| row.get(0)).optional()?;
        Ok(match found {
            None => SearchIndex::Absent,
            Some(sql) if sql == definition() => SearchIndex::Ready,
            Some(_) => SearchIndex::Outdated,
        })
    }

    /// How large the search index is, which must be there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn search_index_size(&self) -> Result<SearchIndexSize, StoreError> {
        let sql = "SELECT count(*) AS users FROM search_index_docsize";
        let users = self.sql.query_row(sql, [], |row| codec::count(row, "users"))?;
        let mut bytes = 0;
        let mut statement =
            self.sql.prepare("SELECT pgsize FROM dbstat WHERE name = ?1 AND aggregate = TRUE")?;
        for table in SHADOWS {
            bytes += statement.query_row([table], |row| codec::count(row, "pgsize"))?;
        }
        Ok(SearchIndexSize { users, bytes })
    }
}

impl WriteTx<'_> {
    /// Makes an empty search index, in the place of an outdated one if there is one. Before the commit,
    /// [`WriteTx::index_next_users`] must have put everybody into it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_search_index(&mut self) -> Result<(), StoreError> {
        self.drop_search_index()?;
        self.sql.execute_batch(&definition())?;
        let sql = "INSERT INTO search_index (search_index, rank) VALUES ('hashsize', ?1)";
        self.sql.execute(sql, [HELD_BACK])?;
        Ok(())
    }

    /// Puts the next users into the search index, by number; so many at most. Nothing where all are in it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn index_next_users(
        &self,
        after: Option<UserId>,
        limit: u64,
    ) -> Result<Option<Indexed>, StoreError> {
        let after = after.map_or(0, UserId::get);
        let mut statement = self.sql.prepare_cached(
            "SELECT count(*) AS users, max(id) AS last FROM
                 (SELECT id FROM users WHERE id > ?1 ORDER BY id LIMIT ?2)",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (users, last) = statement.query_row(params![after, limit], |row| {
            Ok((codec::count(row, "users")?, row.get::<_, Option<i64>>("last")?))
        })?;
        let Some(last) = last else { return Ok(None) };
        self.index_users(after + 1, last)?;
        Ok(Some(Indexed { users, last: UserId::new(last) }))
    }

    /// Takes the search index away, if there is one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn drop_search_index(&self) -> Result<(), StoreError> {
        Ok(self.sql.execute_batch("DROP TABLE IF EXISTS search_index")?)
    }

    /// Puts users into the index whose numbers are between these two.
    fn index_users(&self, first: i64, last: i64) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT INTO search_index (rowid, {}) SELECT id, {SEARCHED} FROM users
             WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
            column()
        );
        self.sql.prepare_cached(&sql)?.execute([first, last])?;
        Ok(())
    }
}
