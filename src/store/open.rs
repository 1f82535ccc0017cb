//! Opening a store: which files are stores, and how SQLite is set up. How a new one comes to be is `making`'s.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::load::{self, Setup};
use super::migrations;
use super::readings::Witness;
use super::search_index;
use super::standing::Standing;
use super::waiting;
use crate::domain::text;
use crate::domain::text::plain;

/// Marks our files: "ADMT" (SQLite `PRAGMA application_id`, trust B4).
pub(super) const APPLICATION_ID: i32 = 0x4144_4d54;
/// Longest text or row that SQLite may handle for us, in bytes: an audit entry names at most a million users.
const LENGTH_MAX: i32 = 256 * 1024 * 1024;

/// How the names of a store's files end, beyond the store's own.
const ENDS: [&str; 4] = ["", "-wal", "-shm", "-journal"];
/// Where a file says how it is written, counted from its first byte: 1 by way of a rollback journal, 2 by way
/// of the log (SQLite's file format, 1.3).
const WRITE_VERSION: usize = 18;

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
}

impl Store {
    /// Opens a store that exists; never makes one. An older one is brought up to date.
    ///
    /// # Errors
    /// When the file is missing, is something else, is newer or damaged, or cannot be opened.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let path = literal(path)?;
        check_header(&path)?;
        let connection = connect(&path)?;
        let standing = Some(Standing::of(&path)?);
        let mut store = Self { connection, standing, witness: None, setup: Setup::Everyday, path };
        migrations::bring_up_to_date(&mut store)?;
        Ok(store)
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
        ENDS.map(|end| {
            let mut name = path.clone().into_os_string();
            name.push(end);
            name.into()
        })
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
        let facts = self.path.metadata().map_err(|error| StoreError::Io(error.to_string()))?;
        let mode = facts.permissions().mode() & 0o777;
        Ok(if mode & 0o077 == 0 { FileMode::Private } else { FileMode::Open(mode) })
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

/// Looks at the first bytes before SQLite does, so that a foreign or newer file is not
/// touched at all (trust B3 to B5).
fn check_header(path: &Path) -> Result<(), StoreError> {
    let open = OpenOptions::new().read(true).custom_flags(nonblocking()).open(path);
    let file = open.map_err(|error| match error.kind() {
        ErrorKind::NotFound => StoreError::Missing(path.to_owned()),
        _ => StoreError::CannotOpen { path: path.to_owned(), reason: plain(&error) },
    })?;
    let not = |reason| StoreError::NotAStore { path: path.to_owned(), reason };
    let facts = file.metadata().map_err(|error| StoreError::Io(error.to_string()))?;
    if !facts.is_file() {
        return Err(not(if facts.is_dir() {
            "it is a directory"
        } else {
            "it is no regular file"
        }));
    }
    if facts.nlink() > 1 {
        // Each name would have a log of its own, and lose what is in the other's (trust B13).
        let reason = "its file has other names too (hard links)";
        return Err(StoreError::BadPath { path: path.to_owned(), reason });
    }
    let mut header = Vec::with_capacity(100);
    file.take(100).read_to_end(&mut header).map_err(|error| StoreError::Io(error.to_string()))?;
    if header.is_empty() {
        return Err(not("it is empty"));
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(not("it is no SQLite file"));
    }
    match header.get(68..72) {
        Some(id) if id == APPLICATION_ID.to_be_bytes() => {}
        Some(_) => return Err(not("it is another program's SQLite file")),
        None => return Err(StoreError::Damaged("the file ends within its header".to_owned())),
    }
    let version = header.get(60..64).and_then(|bytes| bytes.try_into().ok());
    match i32::from_be_bytes(version.unwrap_or_default()) {
        0 => Err(StoreError::Damaged("the file has no version".to_owned())),
        version => migrations::check(version.into(), path).map(drop),
    }
}

/// Opening a FIFO must not wait for a writer.
fn nonblocking() -> i32 {
    OFlag::O_NONBLOCK.bits()
}

pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    if !can_be_locked(path) {
        return Err(StoreError::CannotOpen {
            path: path.to_owned(),
            reason: "its file system locks no files; keep it on a local disk".to_owned(),
        });
    }
    let mut connection = open_file(path)?;
    match make_ready(&mut connection, path) {
        Err(StoreError::NoRoomToShare) => {
            // On a full disk the store can still be read: whoever has it alone needs no such file (trust A6).
            drop(connection);
            let mut connection = open_file(path)?;
            connection.pragma_update(None, "locking_mode", "exclusive")?;
            make_ready(&mut connection, path).map(|()| connection)
        }
        Err(StoreError::Busy { waited }) if is_being_filled(path) => {
            Err(StoreError::BeingFilled { waited })
        }
        ready => ready.map(|()| connection),
    }
}

fn open_file(path: &Path) -> Result<Connection, StoreError> {
    let shared = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
    Connection::open_with_flags(path, shared | OpenFlags::SQLITE_OPEN_READ_WRITE)
        .or_else(|_| Connection::open_with_flags(path, shared | OpenFlags::SQLITE_OPEN_READ_ONLY))
        .map_err(|error| StoreError::CannotOpen {
            path: path.to_owned(),
            reason: error.to_string(),
        })
}

/// Whether a first load runs (`load`): at no other time is a rollback journal in use, or does the file say
/// that it goes without the log. A journal without its mark means nothing: SQLite sets it once the journal
/// is on the disk, and one without is left of a load that was killed as it began.
fn is_being_filled(path: &Path) -> bool {
    let has = |path: &Path, at: usize, value: fn(u8) -> bool| {
        let mut bytes = [0; 20];
        let Some(first) = bytes.get_mut(..=at) else { return false };
        let read = File::open(path).and_then(|mut file| file.read_exact(first));
        read.is_ok() && first.last().is_some_and(|byte| value(*byte))
    };
    let [store, _, _, journal] = Store::files(path);
    has(&journal, 0, |mark| mark != 0) || has(&store, WRITE_VERSION, |version| version == 1)
}

/// Whether the file system locks files at all: not every network share does, and SQLite takes that for a lock
/// that somebody else has, and waits.
fn can_be_locked(path: &Path) -> bool {
    let mut lock = nix::libc::flock {
        l_type: nix::libc::F_RDLCK as _,
        l_whence: nix::libc::SEEK_SET as _,
        l_start: 0,
        l_len: 1,
        l_pid: 0,
    };
    let Ok(file) = File::open(path) else { return true };
    fcntl(&file, FcntlArg::F_GETLK(&mut lock)) != Err(Errno::ENOLCK)
}

fn make_ready(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    set_up(connection)?;
    // A newer version may stand in the write-ahead log alone, and closing would fold that into the file.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    migrations::version(connection, path)?;
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
fn set_up(connection: &mut Connection) -> Result<(), StoreError> {
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
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.set_prepared_statement_cache_capacity(64);
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
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
            ("mmap_size", 0),
            ("application_id", i64::from(APPLICATION_ID)),
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
