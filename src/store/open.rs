//! Opening a store: which files are stores, and how SQLite is set up. How a new one comes to be is `making`'s.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::backups::Untouched;
use super::checksums;
use super::error::StoreError;
use super::header;
use super::load::{self, Setup};
use super::migrations;
use super::readings::Witness;
use super::search_index;
use super::standing::Standing;
use super::waiting;
use crate::domain::text;

/// Longest text or row that SQLite may handle for us, in bytes: an audit entry names at most a million users.
const LENGTH_MAX: i32 = 256 * 1024 * 1024;

/// How the names of the files end that SQLite has beside a store: its log, what processes share of that, and
/// its journal.
const ENDS: [&str; 3] = ["-wal", "-shm", "-journal"];
/// How often a store is opened anew that was replaced just then.
const ATTEMPTS: u8 = 3;

/// Who else may read or write a store's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMode {
    /// Only its owner.
    Private,
    /// Others too; the mode in octal.
    Open(u32),
}

/// A store: one SQLite file with everything in it.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    pub(super) standing: Option<Standing>,
    pub(super) witness: Option<Witness>,
    pub(super) setup: Setup,
    pub(super) path: PathBuf,
    pub(super) untouched: Option<Untouched>,
}

impl Store {
    /// Opens a store that exists; never makes one. An older one is brought up to date.
    ///
    /// # Errors
    /// When the file is missing, is something else, is newer or damaged, or cannot be opened.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut store = Self::open_as_it_is(path)?;
        migrations::bring_up_to_date(&mut store)?;
        Ok(store)
    }

    /// The same, but an older one stays as it is: to be copied, and nothing else.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_as_it_is(path: &Path) -> Result<Self, StoreError> {
        let path = literal(path)?;
        let mut attempts = 1;
        loop {
            match Self::open_where_it_stands(&path) {
                Err(StoreError::Moved(_)) if attempts < ATTEMPTS => attempts += 1,
                opened => return opened,
            }
        }
    }

    fn open_where_it_stands(path: &Path) -> Result<Self, StoreError> {
        header::check(path)?;
        // Noted before SQLite opens the file: another may take its place while one waits for a lock.
        let standing = Standing::of(path)?;
        let connection = connect(path, Some(&standing)).map_err(|error| match error {
            // The log at the path may be that of the file that took this one's place.
            StoreError::Damaged(_) => standing.check().err().unwrap_or(error),
            error => error,
        })?;
        let (standing, path) = (Some(standing), path.to_owned());
        let setup = Setup::Everyday;
        Ok(Self { connection, standing, witness: None, setup, path, untouched: None })
    }

    /// A store that lives as long as this value, for a dry run where no store exists yet.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn rehearse() -> Result<Self, StoreError> {
        let mut store = Self {
            connection: Connection::open_in_memory()?,
            standing: None,
            witness: None,
            setup: Setup::Everyday,
            path: PathBuf::from(":memory:"),
            untouched: None,
        };
        set_up(&mut store.connection)?;
        migrations::bring_up_to_date(&mut store)?;
        Ok(store)
    }

    /// The files that a store at this path consists of, whether they are there or not.
    #[must_use]
    pub fn files(path: &Path) -> [PathBuf; 4] {
        // SQLite follows symbolic links, and so do its files.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let [log, shared, journal] = files_beside(&path);
        [path, log, shared, journal]
    }

    /// Whether SQLite would take a file, by its name, for one that it has beside a store.
    #[must_use]
    pub fn is_beside_one(path: &Path) -> bool {
        let name = path.as_os_str().as_encoded_bytes();
        ENDS.iter().any(|end| name.ends_with(end.as_bytes()))
    }

    /// Folds the write-ahead log into the file after a large change, unless somebody reads the store
    /// just now; then the next who can does it (trust A12).
    ///
    /// # Errors
    /// When the system fails.
    pub fn fold_log(&mut self) -> Result<(), StoreError> {
        waiting::without_waiting(&mut self.connection, |connection| {
            Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
        })
    }

    /// The version of SQLite that is built in (trust B14).
    #[must_use]
    pub fn sqlite_version() -> &'static str {
        rusqlite::version()
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Who else may read or write the file (trust B1).
    ///
    /// # Errors
    /// When the file cannot be looked at.
    pub fn file_mode(&self) -> Result<FileMode, StoreError> {
        FileMode::of(&self.path)
    }
}

impl FileMode {
    /// Who else may read or write what stands at a path.
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        let facts = path.metadata().map_err(|error| StoreError::Io(error.to_string()))?;
        let mode = facts.permissions().mode() & 0o777;
        Ok(if mode & 0o077 == 0 { Self::Private } else { Self::Open(mode) })
    }
}

/// A path is taken to the letter: absolute, so that SQLite never reads it as a URI or as memory (trust B2).
pub(super) fn literal(path: &Path) -> Result<PathBuf, StoreError> {
    let refused = |reason| StoreError::BadPath { path: path.to_owned(), reason };
    if path.as_os_str().is_empty() {
        return Err(refused("it is empty"));
    }
    if path.as_os_str() == ":memory:" {
        return Err(refused("SQLite would keep it in memory and lose it"));
    }
    std::path::absolute(path).map_err(|_| refused("the current directory is unknown"))
}

/// What SQLite has beside a file: its log, what processes share of that, its journal. Where the file is a
/// symbolic link, SQLite looks beside the link's target: see [`Store::files`].
pub(super) fn files_beside(path: &Path) -> [PathBuf; 3] {
    ENDS.map(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        name.into()
    })
}

/// What stands where a new store is to stand: a file, or one that SQLite would take for its log.
pub(super) fn occupied(path: &Path) -> Option<PathBuf> {
    if path.symlink_metadata().is_ok() {
        return Some(path.to_owned());
    }
    Store::files(path).into_iter().find(|file| file.symlink_metadata().is_ok())
}

/// How SQLite opens every file.
pub(super) const SHARED: OpenFlags =
    OpenFlags::SQLITE_OPEN_NO_MUTEX.union(OpenFlags::SQLITE_OPEN_EXRESCODE);

pub(super) fn connect(path: &Path, standing: Option<&Standing>) -> Result<Connection, StoreError> {
    if !header::can_be_locked(path) {
        return Err(StoreError::CannotOpen {
            path: path.to_owned(),
            reason: "its file system locks no files; keep it on a local disk".to_owned(),
        });
    }
    let mut connection = open_file(path)?;
    match make_ready(&mut connection, path, standing) {
        Err(StoreError::NoRoomToShare) => {
            // On a full disk the store can still be read: whoever has it alone needs no such file (trust A6).
            drop(connection);
            let mut connection = open_file(path)?;
            connection.pragma_update(None, "locking_mode", "exclusive")?;
            make_ready(&mut connection, path, standing).map(|()| connection)
        }
        Err(StoreError::Busy { waited }) if header::is_being_filled(&Store::files(path)) => {
            Err(StoreError::BeingFilled { waited })
        }
        ready => ready.map(|()| connection),
    }
}

fn open_file(path: &Path) -> Result<Connection, StoreError> {
    Connection::open_with_flags(path, SHARED | OpenFlags::SQLITE_OPEN_READ_WRITE)
        .or_else(|_| Connection::open_with_flags(path, SHARED | OpenFlags::SQLITE_OPEN_READ_ONLY))
        .map_err(|error| StoreError::CannotOpen {
            path: path.to_owned(),
            reason: error.to_string(),
        })
}

fn make_ready(
    connection: &mut Connection,
    path: &Path,
    standing: Option<&Standing>,
) -> Result<(), StoreError> {
    set_up(connection)?;
    // A newer version may stand in the write-ahead log alone, and closing would fold that into the file.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    migrations::version(connection, path)?;
    // From the first reading on, whoever uses the log keeps others from replacing the file. Where that came
    // before, the log at the path is another file's, and closing would take it away.
    standing.map_or(Ok(()), Standing::check)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        return Ok(());
    }
    // A store that a first load left needs a lock for this, which SQLite asks for once and not again.
    let mode = waiting::without_waiting(connection, |connection| {
        waiting::patiently(|| load::ask_for_journal(connection, "wal"))
    })?;
    if mode != "wal" {
        return Err(StoreError::CannotOpen {
            path: path.to_owned(),
            reason: format!("SQLite keeps its journal in mode {mode}, not wal"),
        });
    }
    Ok(())
}

/// How SQLite is set up on every connection (trust, "Rules for the Rust").
pub(super) fn set_up(connection: &mut Connection) -> Result<(), StoreError> {
    waiting::wait_for_others(connection)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    // Without this, every new value bound to a cached statement makes SQLite plan it again: 20,000
    // look-ups of users cost 6.2 instead of 0.9 thousand million instructions (callgrind).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LENGTH_MAX)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // What is deleted is written over, and not only forgotten (trust B15).
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.set_prepared_statement_cache_capacity(64);
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    checksums::teach(connection)?;
    connection.create_scalar_function("admit_fold", 1, flags, |call| {
        Ok(call.get_raw(0).as_str_or_null()?.map(text::fold))
    })?;
    connection.create_scalar_function("admit_searched", 3, flags, |call| {
        let part = |place| call.get_raw(place).as_str_or_null();
        Ok(search_index::searched(part(0)?, part(1)?, part(2)?))
    })?;
    connection.create_scalar_function("admit_holds", 2, flags, |call| {
        let Some(haystack) = call.get_raw(0).as_str_or_null()? else { return Ok(false) };
        Ok(text::fold(haystack).contains(call.get_raw(1).as_str()?))
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a5_every_connection_to_a_file_is_set_up_alike() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.db");
        Store::begin(&path).unwrap().publish().unwrap();
        let store = Store::open(&path).unwrap();
        let number = |pragma: &str| -> i64 {
            store.connection.pragma_query_value(None, pragma, |row| row.get(0)).unwrap()
        };
        // 2 is FULL: a commit is on the disk when it returns (trust, point 1).
        for (pragma, value) in [
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("trusted_schema", 0),
            ("cell_size_check", 1),
            ("secure_delete", 1),
            ("mmap_size", 0),
            ("application_id", i64::from(header::APPLICATION_ID)),
            ("user_version", migrations::LATEST),
        ] {
            assert_eq!(number(pragma), value, "{pragma}");
        }
        let mode = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
        let mode = store.connection.pragma_query_value(None, "journal_mode", mode);
        assert_eq!(mode.unwrap(), "wal");
        assert!(store.connection.prepare("SELECT \"no_such_column\"").is_err());
        assert!(store.connection.execute("ATTACH ':memory:' AS other", []).is_err());
    }

    #[test]
    fn sqlite_is_new_enough_to_keep_a_write_ahead_log_whole() {
        assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
    }
}
