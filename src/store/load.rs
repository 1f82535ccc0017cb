//! How SQLite is set up while millions come into a store that is as good as empty: they are written once,
//! into the file itself, instead of first into the write-ahead log and from there into the file. Only
//! settings of the connection; what is written, and that it is one transaction, is as always.

use rusqlite::Connection;

use super::error::StoreError;
use super::open::Store;
use super::waiting;

/// Fewer people than this are imported as on every other day: there is not much to be won.
const MANY: u64 = 50_000;
/// How many bytes of the file one more user takes, at least.
const USER_BYTES: u64 = 64;
/// What is there must be smaller than what comes by so much. The log would be the cheaper way into a store
/// that is full already: neighbours of new users are written a second time in either, and readers go on.
const SMALLER: u64 = 8;
/// A store that is larger than this, in bytes, is never as good as empty: a hundred thousand people use it.
const EMPTY_BYTES: u64 = 16 << 20;
/// Memory for pages while people come in order, in KiB: every page is filled once and never read again, so
/// more only takes longer to walk through (measured: 128 MiB take a tenth longer than 4).
const CACHE_KIB: i64 = 4096;

/// Memory for pages while people come into a store that holds many, in KiB at most. Each of them lands on a
/// page of its own, in the order of the pages; a page that has no room in memory is written out each time
/// that it is touched again, by a neighbour that is split (measured: 100,000 people into ten million).
const ROOM_KIB: u64 = 400 * 1024;
/// Pages that one more person touches, in KiB: a leaf of the index of addresses, and now and then another.
const TOUCHED_KIB: u64 = 5;
/// What SQLite takes by itself, in KiB.
const USUAL_KIB: u64 = 2000;

/// How a store is set up just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setup {
    /// As always: changes go through the write-ahead log, and readers never wait.
    Everyday,
    /// For a first load: nobody else can use the store until it is done.
    FirstLoad,
}

impl Store {
    /// Gives SQLite room in memory for the pages that so many people touch.
    ///
    /// # Errors
    /// When the system fails.
    pub fn make_room(&mut self, people: u64) -> Result<(), StoreError> {
        let kib = people.saturating_mul(TOUCHED_KIB).clamp(USUAL_KIB, ROOM_KIB);
        let kib = i64::try_from(kib).unwrap_or_default();
        Ok(self.connection.pragma_update(None, "cache_size", -kib)?)
    }

    /// Gets ready for so many new people. Where they are many and the store is as good as empty, it is set
    /// up for that, unless somebody else has it open; [`Store::settle`] undoes it. A process that dies in
    /// between leaves a store that the next command opens as always, without them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn expect_people(&mut self, people: u64) -> Result<(), StoreError> {
        let little = people.saturating_mul(USER_BYTES) / SMALLER;
        if people < MANY || self.bytes()? > little.min(EMPTY_BYTES) {
            return Ok(());
        }
        let alone = waiting::without_waiting(&mut self.connection, |connection| {
            // Both are refused while anybody else has the store open.
            let alone = ask_for_journal(connection, "delete").is_ok_and(|mode| mode == "delete")
                && connection.execute_batch("BEGIN EXCLUSIVE; COMMIT").is_ok();
            if !alone {
                // Whoever is in the way may be gone by now; if not, the next command does it.
                let _ = ask_for_journal(connection, "wal");
            }
            Ok(alone)
        })?;
        if alone {
            // The end of the journal is the commit here: its directory has to be on the disk, too (trust A3).
            self.connection.pragma_update(None, "synchronous", "extra")?;
            self.connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
            self.setup = Setup::FirstLoad;
        }
        Ok(())
    }

    /// Goes back to the everyday setup. If somebody else reads just then, the next command does it.
    ///
    /// # Errors
    /// When the system fails.
    pub fn settle(&mut self) -> Result<(), StoreError> {
        if std::mem::replace(&mut self.setup, Setup::Everyday) == Setup::Everyday {
            return Ok(());
        }
        let settled = waiting::without_waiting(&mut self.connection, |connection| {
            ask_for_journal(connection, "wal")
        });
        self.connection.pragma_update(None, "synchronous", "full")?;
        match settled {
            Ok(_) | Err(StoreError::Busy { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The size of the store, in bytes.
    fn bytes(&self) -> Result<u64, StoreError> {
        let number = |pragma: &str| {
            self.connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
        };
        let bytes = number("page_count")?.saturating_mul(number("page_size")?);
        Ok(u64::try_from(bytes).unwrap_or_default())
    }
}

/// Asks for a way of journalling; the one that is in use then.
pub(super) fn ask_for_journal(connection: &Connection, mode: &str) -> Result<String, StoreError> {
    Ok(connection.pragma_update_and_check(None, "journal_mode", mode, |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn journal(store: &Store) -> String {
        store.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_first_load_goes_without_the_log_and_the_log_is_back_afterwards() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.db");
        Store::begin(&path).unwrap().publish().unwrap();
        let mut store = Store::open(&path).unwrap();
        let expect = |store: &mut Store, people| {
            store.expect_people(people).unwrap();
            store.setup
        };
        assert_eq!(expect(&mut store, MANY - 1), Setup::Everyday);
        assert_eq!(journal(&store), "wal");
        let many = MANY.max(SMALLER * store.bytes().unwrap() / USER_BYTES + 1);
        assert_eq!(expect(&mut store, many / 2), Setup::Everyday, "the store is not empty");
        assert_eq!(expect(&mut store, many), Setup::FirstLoad);
        assert_eq!(journal(&store), "delete");
        let synchronous: i64 =
            store.connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        assert_eq!(synchronous, 3);
        store.settle().unwrap();
        assert_eq!(journal(&store), "wal");
    }

    #[test]
    fn where_somebody_has_the_store_open_all_goes_as_always() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.db");
        Store::begin(&path).unwrap().publish().unwrap();
        let mut store = Store::open(&path).unwrap();
        let mut other = Store::open(&path).unwrap();
        let reading = other.read().unwrap();
        store.expect_people(100 * MANY).unwrap();
        assert_eq!(store.setup, Setup::Everyday);
        assert_eq!(journal(&store), "wal");
        drop(reading);
    }
}
