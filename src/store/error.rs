//! What can go wrong with the store, in admit's words. SQLite's own words end here.

use std::path::PathBuf;

use rusqlite::ffi;

/// What went wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The path can never be a store's.
    #[error("{} cannot be a store's path: {reason}", path.display())]
    BadPath {
        /// As given.
        path: PathBuf,
        /// Why not.
        reason: &'static str,
    },
    /// No file there.
    #[error("there is no store at {}", .0.display())]
    Missing(PathBuf),
    /// A file is there already.
    #[error("there is a file already at {}", .0.display())]
    Exists(PathBuf),
    /// The file is no longer where it was opened.
    #[error("the store {} was moved, removed or replaced meanwhile; nothing was changed", .0.display())]
    Moved(PathBuf),
    /// The file cannot be opened.
    #[error("the store {} cannot be opened: {reason}", path.display())]
    CannotOpen {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file cannot be made.
    #[error("the store {} cannot be created: {reason}", path.display())]
    CannotCreate {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Some other file.
    #[error("{} is no store of admit's: {reason}", path.display())]
    NotAStore {
        /// Which file.
        path: PathBuf,
        /// What it is instead.
        reason: &'static str,
    },
    /// Made by a later admit.
    #[error("the store {} is of version {found}; this admit knows versions up to {known}", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The latest version known here.
        known: i64,
    },
    /// Somebody else is writing.
    #[error("the store is busy: another command has been writing for {waited} seconds")]
    Busy {
        /// How long was waited, in seconds.
        waited: u64,
    },
    /// Millions come into a store that was empty.
    #[error(
        "the store is busy: a large import fills it for the first time, and nobody else can use it until \
         that is done; waited {waited} seconds"
    )]
    BeingFilled {
        /// How long was waited, in seconds.
        waited: u64,
    },
    /// No room.
    #[error("the disk is full; nothing was changed")]
    Full,
    /// No room for what SQLite shares with others who use the store.
    #[error(
        "reading or writing the store failed: the disk has no room for SQLite's file beside the store"
    )]
    NoRoomToShare,
    /// Not writable.
    #[error("the store cannot be written: the file, its directory or the file system is read-only")]
    ReadOnly,
    /// SQLite keeps a log beside the store, also for readers.
    #[error(
        "SQLite cannot make its files beside the store; the directory must be writable and the disk must \
         have room"
    )]
    NoFileBeside,
    /// The system failed.
    #[error("reading or writing the store failed: {0}")]
    Io(String),
    /// The file holds what admit never wrote.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// A row that decides about power is not what admit wrote.
    #[error("{noun} {name} was changed in the store by something other than admit")]
    Altered {
        /// What the row is.
        noun: &'static str,
        /// What it is called.
        name: String,
    },
    /// The commit failed in a way that may have kept the change.
    #[error("the system failed while committing ({0}); whether the change was kept is unknown")]
    OutcomeUnknown(String),
    /// A bug in admit.
    #[error("the store refused a statement: {0}")]
    Bug(String),
}

/// How long a writer waits for another, in seconds.
pub(crate) const BUSY_SECONDS: u64 = 10;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as Sql;
        match &error {
            Sql::FromSqlConversionFailure(_, _, reason) => Self::Damaged(reason.to_string()),
            Sql::IntegralValueOutOfRange(..)
            | Sql::InvalidColumnType(..)
            | Sql::Utf8Error(..)
            | Sql::QueryReturnedNoRows => Self::Damaged(error.to_string()),
            Sql::SqliteFailure(_, Some(said)) | Sql::SqlInputError { msg: said, .. }
                if is_of_another_schema(said) =>
            {
                Self::Damaged(format!("its tables are not those of a store: {said}"))
            }
            Sql::SqliteFailure(failure, _) | Sql::SqlInputError { error: failure, .. } => {
                Self::from_code(failure.extended_code, &error)
            }
            _ => Self::Bug(error.to_string()),
        }
    }
}

/// Whether SQLite misses what every store has: one bit in the text of its schema is enough (trust B7).
fn is_of_another_schema(said: &str) -> bool {
    said.starts_with("no such ")
        || said.contains("has no column named")
        || said.starts_with("foreign key mismatch")
        || said == "unsupported file format"
}

impl StoreError {
    /// The same, for a failed COMMIT: where the system failed, the change may have been kept.
    pub(crate) fn from_commit(error: rusqlite::Error) -> Self {
        match Self::from(error) {
            Self::Io(reason) => Self::OutcomeUnknown(reason),
            Self::NoFileBeside => Self::OutcomeUnknown(Self::NoFileBeside.to_string()),
            other => other,
        }
    }

    fn from_code(extended: i32, error: &rusqlite::Error) -> Self {
        match extended & 0xff {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => Self::Busy { waited: BUSY_SECONDS },
            ffi::SQLITE_FULL => Self::Full,
            ffi::SQLITE_READONLY | ffi::SQLITE_PERM => Self::ReadOnly,
            ffi::SQLITE_CANTOPEN => Self::NoFileBeside,
            ffi::SQLITE_IOERR if extended == ffi::SQLITE_IOERR_SHMSIZE => Self::NoRoomToShare,
            ffi::SQLITE_IOERR | ffi::SQLITE_NOMEM | ffi::SQLITE_PROTOCOL => {
                Self::Io(error.to_string())
            }
            ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => Self::Damaged(error.to_string()),
            _ => Self::Bug(error.to_string()),
        }
    }
}
