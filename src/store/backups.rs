//! Copies of a whole store: a backup beside everybody's work, and a backup that takes a store's place
//! (`stand_in`, `place`). A copy is made page by page within one reading of the store, so that it is of one
//! moment, begins over for nobody, and keeps nobody from writing. It has a name that says it is not ready
//! until it was read back and is on the disk.

mod error;
mod place;
mod reading;
mod stand_in;
mod stopping;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup as PageCopy, StepResult};
use rusqlite::{Connection, OpenFlags, OptionalExtension};

pub use error::BackupError;
pub use place::StorePlace;
pub(super) use reading::Untouched;
pub use stand_in::{Revived, StandIn};

use super::codec;
use super::error::{BUSY_SECONDS, StoreError};
use super::open::{self, SHARED};
use super::transaction::ReadTx;
use super::unnamed::{Directory, Unnamed, directory};
use crate::domain::audit::Seal;
use crate::domain::text::plain;

/// So many pages are copied before progress is told and a signal is heard: about a megabyte.
const PAGES: i32 = 256;

/// What a store holds, in the few numbers by which a copy is told from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// How many users of all organizations there are.
    pub users: u64,
    /// How many entries the audit has.
    pub entries: u64,
    /// The seal of the last one.
    pub head: Seal,
}

/// What making a copy is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// So many bytes of so many are copied.
    Copying {
        /// How many.
        done: u64,
        /// Of how many.
        all: u64,
    },
    /// The copy is read and checked.
    Checking,
}

/// Who watches a copy being made.
pub struct Watch<'a> {
    /// Hears how far it is.
    pub progress: &'a mut dyn FnMut(Stage),
    /// Says whether to stop.
    pub is_stopped: fn() -> bool,
}

/// A backup that is made and checked, and has no name yet. Dropped, it is gone.
#[derive(Debug)]
#[must_use = "a backup that is dropped is gone"]
pub struct Backup {
    file: Unnamed,
    path: PathBuf,
    inventory: Inventory,
    bytes: u64,
}

impl ReadTx<'_> {
    /// Copies the store, as this reading sees it, into a file beside the place where it will stand.
    ///
    /// # Errors
    /// When something stands there already, the file cannot be written, the copy is not what was copied, or
    /// `watch` says stop.
    pub fn back_up(&self, path: &Path, watch: &mut Watch<'_>) -> Result<Backup, BackupError> {
        let path = open::literal(path)?;
        if let Some(there) = open::occupied(&path) {
            return Err(BackupError::Exists(there));
        }
        let file = unnamed(directory(&path), &path, ".admit-backup-")?;
        let inventory = self.inventory()?;
        copy_pages(&self.sql, &file, &path, watch)?;
        (watch.progress)(Stage::Checking);
        check_is_there(&file, &path)?;
        let copy = reading::open_unused(file.path(), OpenFlags::SQLITE_OPEN_NOFOLLOW)?;
        let found = check(&copy, watch)
            .map_err(|error| error.of_copy(|reason| BackupError::Unsound { reason }))?;
        if found != inventory {
            let reason = "it does not hold what the store held".to_owned();
            return Err(BackupError::Unsound { reason });
        }
        drop(copy);
        let bytes = file.sync().map_err(|error| BackupError::unwritable(&path, &error))?;
        Ok(Backup { file, path, inventory, bytes })
    }

    /// What the store holds, in a few numbers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn inventory(&self) -> Result<Inventory, StoreError> {
        inventory(&self.sql)
    }
}

impl Backup {
    /// Where it will stand.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds.
    #[must_use]
    pub const fn inventory(&self) -> Inventory {
        self.inventory
    }

    /// How large it is.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Gives it its name, unless something has that by now. Durable when it returns.
    ///
    /// # Errors
    /// [`BackupError::Exists`]; when the system fails.
    pub fn publish(self) -> Result<(), BackupError> {
        let Self { mut file, path, .. } = self;
        let directory =
            Directory::of(&path).map_err(|error| BackupError::unwritable(&path, &error))?;
        name(&mut file, &path)?;
        Ok(directory.sync()?)
    }
}

/// A new file in a directory, for the sake of a path.
fn unnamed(directory: &Path, path: &Path, prefix: &str) -> Result<Unnamed, BackupError> {
    Unnamed::within(directory, prefix)
        .map_err(|error| BackupError::CannotCreate { path: path.to_owned(), reason: plain(&error) })
}

/// Makes sure, for the sake of a path, that nobody put something else where a file is.
fn check_is_there(file: &Unnamed, path: &Path) -> Result<(), BackupError> {
    if file.is_there() {
        return Ok(());
    }
    let name = file.path().file_name().unwrap_or_default().to_string_lossy();
    let reason = format!("somebody else replaced {name} while it was written");
    Err(BackupError::Unwritable { path: path.to_owned(), reason })
}

/// Opens a file to be written, and nothing that somebody put in its place.
fn open_to_write(file: &Unnamed, path: &Path) -> Result<Connection, BackupError> {
    check_is_there(file, path)?;
    let flags = SHARED | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(file.path(), flags)
        .map_err(|error| BackupError::from_writing(path, error))?;
    check_is_there(file, path)?;
    Ok(connection)
}

/// Gives a file a name that nothing has. Not yet brought to the disk.
fn name(file: &mut Unnamed, path: &Path) -> Result<(), BackupError> {
    check_is_there(file, path)?;
    file.name(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => BackupError::Exists(path.to_owned()),
        _ => BackupError::unwritable(path, &error),
    })
}

/// Copies every page of a store that is being read into a file; what is written is for the sake of `path`.
fn copy_pages(
    from: &Connection,
    file: &Unnamed,
    path: &Path,
    watch: &mut Watch<'_>,
) -> Result<(), BackupError> {
    let failed = |error: rusqlite::Error| BackupError::from_writing(path, error);
    let mut to = open_to_write(file, path)?;
    // Half a copy is thrown away, so nothing has to be undone; a whole one is synced at its end.
    to.execute_batch("PRAGMA journal_mode = off; PRAGMA synchronous = off").map_err(failed)?;
    let copy = PageCopy::new(from, &mut to).map_err(failed)?;
    loop {
        let step = copy.step(PAGES).map_err(failed)?;
        if (watch.is_stopped)() {
            return Err(BackupError::Stopped);
        }
        match step {
            StepResult::Done => break,
            StepResult::More => {
                let progress = copy.progress();
                let all = pages(progress.pagecount);
                let done = all.saturating_sub(pages(progress.remaining));
                (watch.progress)(Stage::Copying { done: done * PAGE, all: all * PAGE });
            }
            _ => return Err(StoreError::Busy { waited: BUSY_SECONDS }.into()),
        }
    }
    drop(copy);
    to.close().map_err(|(_, error)| failed(error))
}

/// How large a page is: what SQLite makes unless told otherwise, which admit never does.
const PAGE: u64 = 4096;

fn pages(number: i32) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn inventory(connection: &Connection) -> Result<Inventory, StoreError> {
    let count = |sql| connection.query_row(sql, [], |row| codec::count(row, "number"));
    Ok(Inventory {
        users: count("SELECT count(*) AS number FROM users")?,
        entries: count("SELECT count(*) AS number FROM audit")?,
        head: head(connection)?,
    })
}

/// The seal of the newest entry.
fn head(connection: &Connection) -> Result<Seal, StoreError> {
    let newest = "SELECT seal FROM audit ORDER BY number DESC LIMIT 1";
    let seal = connection.query_row(newest, [], |row| codec::bytes_32(row, "seal")).optional()?;
    Ok(seal.map_or(Seal::FIRST, Seal::from_stored))
}

/// What is wrong with a copy.
enum Fault {
    /// This.
    Unsound(String),
    /// Nobody knows; it could not be looked at.
    Failed(BackupError),
}

impl Fault {
    fn of_copy(self, unsound: impl FnOnce(String) -> BackupError) -> BackupError {
        match self {
            Self::Unsound(reason) => unsound(reason),
            Self::Failed(error) => error,
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged(reason) => Self::Unsound(reason),
            other => Self::Failed(other.into()),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::OperationInterrupted) => Self::Failed(BackupError::Stopped),
            _ => StoreError::from(error).into(),
        }
    }
}

/// Reads a copy from its first page to its last: SQLite's own check, and that what rows refer to is there.
fn check(copy: &Connection, watch: &Watch<'_>) -> Result<Inventory, Fault> {
    stopping::stoppable(copy, watch.is_stopped, read_through)
}

fn read_through(copy: &Connection) -> Result<Inventory, Fault> {
    let mut statement = copy.prepare("PRAGMA integrity_check(1)")?;
    let said: String = statement.query_row([], |row| row.get(0))?;
    if said != "ok" {
        return Err(Fault::Unsound(said.lines().collect::<Vec<_>>().join(" ")));
    }
    let mut statement = copy.prepare("PRAGMA foreign_key_check")?;
    let orphan = statement.query([])?.next()?.map(|row| row.get::<_, String>(0)).transpose()?;
    if let Some(table) = orphan {
        return Err(Fault::Unsound(format!("a row of {table} refers to one that is not there")));
    }
    Ok(inventory(copy)?)
}
