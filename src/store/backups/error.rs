//! What can go wrong with a backup.

use std::io;
use std::path::{Path, PathBuf};

use crate::domain::text::plain;
use crate::store::error::StoreError;

/// What went wrong with a backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something stands where it was to stand, or where SQLite would look for its log.
    #[error("there is a file already at {}", .0.display())]
    Exists(PathBuf),
    /// The file cannot be made.
    #[error("{} cannot be created: {reason}", path.display())]
    CannotCreate {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file cannot be written to its end.
    #[error("{} cannot be written: {reason}", path.display())]
    Unwritable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The copy was read back, and is no whole store.
    #[error("the copy of the store is damaged: {reason}; no backup was made")]
    Unsound {
        /// What is wrong with it.
        reason: String,
    },
    /// The backup is damaged.
    #[error("the backup {} is damaged: {reason}; nothing was changed", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no backup to be read.
    #[error("the backup {} cannot be opened: {reason}", path.display())]
    CannotOpen {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file is something else.
    #[error("{} is no backup of a store: {reason}", path.display())]
    NotABackup {
        /// Which file.
        path: PathBuf,
        /// What it is instead.
        reason: &'static str,
    },
    /// The backup is the store itself.
    #[error("{} is the store itself", .0.display())]
    Itself(PathBuf),
    /// Somebody has the store open.
    #[error("the store {} is in use by {}; nothing was changed", path.display(), user(*process))]
    InUse {
        /// Which store.
        path: PathBuf,
        /// Whose number among the processes, where the system says so.
        process: Option<i32>,
    },
    /// Whoever watched said stop.
    #[error("interrupted; nothing was changed")]
    Stopped,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn user(process: Option<i32>) -> String {
    process.map_or_else(|| "another command".to_owned(), |number| format!("process {number}"))
}

impl BackupError {
    pub(super) fn unwritable(path: &Path, error: &io::Error) -> Self {
        Self::Unwritable { path: path.to_owned(), reason: plain(error) }
    }

    /// What is said while a copy is written for the sake of a path.
    pub(super) fn from_writing(path: &Path, error: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match StoreError::from(error) {
            StoreError::Full => Self::Unwritable { path, reason: "the disk is full".to_owned() },
            StoreError::Io(reason) => Self::Unwritable { path, reason },
            other => Self::Store(other),
        }
    }
}
