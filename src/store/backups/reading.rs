//! Reading a store that nobody else uses without a trace: SQLite makes no files beside it and takes no
//! locks. That is right for a copy that nobody knows of, and for a file on a medium that is not written.

use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::super::header;
use super::super::load::Setup;
use super::super::open::{self, SHARED, Store, connect};
use super::super::standing::Inode;
use super::error::BackupError;
use crate::store::error::StoreError;

/// A file as it was before it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Untouched {
    path: PathBuf,
    length: u64,
    file: Inode,
    changed: (i64, i64),
}

impl Untouched {
    fn of(path: &Path) -> Result<Self, StoreError> {
        let facts = path.metadata().map_err(|error| StoreError::Io(error.to_string()))?;
        Ok(Self::with(path, &facts))
    }

    fn with(path: &Path, facts: &Metadata) -> Self {
        Self {
            path: path.to_owned(),
            length: facts.len(),
            file: Inode::of(facts),
            changed: (facts.mtime(), facts.mtime_nsec()),
        }
    }

    /// Makes sure that nobody used the file since.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match Self::of(&self.path) {
            Ok(now) if now == *self && !has_log(&self.path) => Ok(()),
            _ => Err(StoreError::Busy { waited: 0 }),
        }
    }
}

impl Store {
    /// Opens a store to copy it, and leaves it as it is: an older one is not brought up to date. Where nothing
    /// can be written beside it and nobody uses it, it is read without a trace.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_to_copy(path: &Path) -> Result<Self, StoreError> {
        let opened = Self::open_as_it_is(path);
        match opened {
            Err(StoreError::NoFileBeside | StoreError::ReadOnly) if !has_log(path) => {}
            opened => return opened,
        }
        let path = open::literal(path)?;
        let untouched = Untouched::of(&path)?;
        let connection = open_unused(&path, OpenFlags::empty())?;
        let (standing, witness, setup) = (None, None, Setup::Everyday);
        Ok(Self { connection, standing, witness, setup, path, untouched: Some(untouched) })
    }

    /// Makes sure that nobody changed a store meanwhile that was read without a trace.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where somebody did.
    pub fn check_untouched(&self) -> Result<(), StoreError> {
        self.untouched.as_ref().map_or(Ok(()), Untouched::check)
    }
}

/// A backup that is open to be copied.
pub(super) struct Source {
    pub(super) connection: Connection,
    untouched: Option<Untouched>,
}

impl Source {
    /// Opens a backup. One that lies there with a log is opened as a store, so that what is in the log is not
    /// lost; another is left without a trace, and may be on a medium that cannot be written.
    pub(super) fn open(path: &Path) -> Result<Self, BackupError> {
        let path = open::literal(path)?;
        header::check_for_reading(&path).map_err(|error| of_backup(&path, error))?;
        let opened = if has_log(&path) {
            connect(&path, None).and_then(|connection| {
                // Neither folded in nor taken away: it may be another store's, and would ruin the backup.
                connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
                Ok(Self { connection, untouched: None })
            })
        } else {
            Untouched::of(&path).and_then(|untouched| {
                let connection = open_unused(&path, OpenFlags::empty())?;
                Ok(Self { connection, untouched: Some(untouched) })
            })
        };
        opened.map_err(|error| of_backup(&path, error))
    }

    /// Makes sure that nobody wrote to it while it was copied.
    pub(super) fn check(&self) -> Result<(), BackupError> {
        Ok(self.untouched.as_ref().map_or(Ok(()), Untouched::check)?)
    }
}

/// The same in words that are about the backup, and not about the store that it is to replace.
pub(super) fn of_backup(path: &Path, error: StoreError) -> BackupError {
    let path = path.to_owned();
    match error {
        StoreError::Missing(_) => {
            BackupError::CannotOpen { path, reason: "no such file or directory".to_owned() }
        }
        StoreError::CannotOpen { reason, .. } | StoreError::Io(reason) => {
            BackupError::CannotOpen { path, reason }
        }
        StoreError::NotAStore { reason, .. } => BackupError::NotABackup { path, reason },
        StoreError::Damaged(reason) => BackupError::Damaged { path, reason },
        other => BackupError::Store(other),
    }
}

/// Whether a file is used, or was by somebody who was killed. A journal without its mark means nothing to
/// anybody, and may lie there for ever.
pub(super) fn has_log(path: &Path) -> bool {
    let [_, log, _, journal] = Store::files(path);
    log.symlink_metadata().is_ok() || header::has_mark(&journal)
}

/// Opens a file that nobody writes, with these flags too.
pub(super) fn open_unused(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    let flags = flags | SHARED | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let mut connection = Connection::open_with_flags(uri, flags).map_err(|error| {
        StoreError::CannotOpen { path: path.to_owned(), reason: error.to_string() }
    })?;
    open::set_up(&mut connection)?;
    Ok(connection)
}
