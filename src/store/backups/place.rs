//! The place of a store, held so that nobody uses it while another store takes it: by the locks that SQLite
//! itself takes on the file, which hold off whoever comes, and say who is there, whatever the file holds.
//! What stood there is kept, under a name that says when it was replaced.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, fchown};
use std::path::{Path, PathBuf};

use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;

use super::super::header::FOREIGN;
use super::super::open::{self, Store, files_beside};
use super::super::standing::Inode;
use super::super::unnamed::{Directory, Unnamed};
use super::super::waiting;
use super::error::BackupError;
use super::stand_in::StandIn;
use super::{Inventory, check_is_there};
use crate::domain::text::plain;
use crate::domain::time::{Timestamp, to_rfc3339};
use crate::store::error::{BUSY_SECONDS, StoreError};

/// Where SQLite locks a store's file: whoever uses the log holds a part of it for as long as the file is open
/// (SQLite's `os.h`: PENDING_BYTE, RESERVED_BYTE and SHARED_SIZE behind them).
const LOCKED: (libc::off_t, libc::off_t) = (0x4000_0000, 512);
/// How often a log is folded in that is there again.
const ATTEMPTS: u8 = 3;

/// A place where a store stands or can stand. Nobody else gets to use it as long as this lives.
#[derive(Debug)]
pub struct StorePlace {
    path: PathBuf,
    there: There,
}

/// What is kept of what stood at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The store, where one was there.
    pub store: Option<PathBuf>,
    /// Logs that lay beside it, or where it had been.
    pub logs: Vec<PathBuf>,
}

/// What is at the place.
#[derive(Debug)]
enum There {
    /// Nothing.
    Nothing,
    /// A file, whose locks go when it is closed.
    File { lock: File, state: State },
}

/// What sort of store a file is.
#[derive(Debug)]
enum State {
    /// One that can be used; everything of it is in the one file.
    Usable(Inventory),
    /// One that cannot, as this says; what lies beside it belongs to it.
    Unusable(String),
}

impl StorePlace {
    /// Takes a place, as soon as nobody else uses it: waits as every command does. A symbolic link leads to
    /// where its store is.
    ///
    /// # Errors
    /// [`BackupError::InUse`]; when another program's file is there, or the system fails.
    pub fn take(path: &Path) -> Result<Self, BackupError> {
        let mut path = open::literal(path)?;
        if path.is_symlink() {
            let reason = "it is a symbolic link that leads nowhere";
            let target = path.canonicalize();
            path = target.map_err(|_| StoreError::BadPath { path: path.clone(), reason })?;
        }
        for _ in 0..ATTEMPTS {
            let state = match look(&path) {
                Err(BackupError::Store(StoreError::Missing(_))) => {
                    return Ok(Self { path, there: There::Nothing });
                }
                looked => looked?,
            };
            let lock = hold(&path)?;
            // Somebody may have been here in between, and left a log or another file.
            let is_as_it_was = match &state {
                State::Usable(_) => !super::reading::has_log(&path),
                State::Unusable(_) => true,
            };
            if is_as_it_was && is_at(&lock, &path) {
                return Ok(Self { path, there: There::File { lock, state } });
            }
        }
        Err(StoreError::Io("the log beside the store cannot be folded into it".to_owned()).into())
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the store there holds; nothing where there is none, or none that can be used.
    #[must_use]
    pub const fn inventory(&self) -> Option<Inventory> {
        match &self.there {
            There::File { state: State::Usable(inventory), .. } => Some(*inventory),
            There::File { .. } | There::Nothing => None,
        }
    }

    /// Why the store there cannot be used, if there is one and it cannot.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        match &self.there {
            There::File { state: State::Unusable(reason), .. } => Some(reason),
            There::File { .. } | There::Nothing => None,
        }
    }

    /// Makes sure that a backup is not the file at this place.
    pub(super) fn check_is_another(&self, backup: &Path) -> Result<(), BackupError> {
        let There::File { lock, .. } = &self.there else { return Ok(()) };
        if is_at(lock, backup) {
            return Err(BackupError::Itself(backup.to_owned()));
        }
        Ok(())
    }

    /// Puts a store here. What stood here is kept beside it, where this says. Durable when it returns; until
    /// then the one or the other is here, whatever happens.
    ///
    /// # Errors
    /// When the system fails.
    pub fn give_to(self, stand_in: StandIn, now: Timestamp) -> Result<Kept, BackupError> {
        let path = &self.path;
        let mut file = stand_in.close(path)?;
        if let There::File { lock, .. } = &self.there {
            let facts = lock.metadata().map_err(|error| BackupError::unwritable(path, &error))?;
            // What root restores is of use to its service. Only root can; for everybody else it is theirs.
            let _ = fchown(file.file(), Some(facts.uid()), Some(facts.gid()));
        }
        let failed = |error: std::io::Error| BackupError::unwritable(path, &error);
        file.sync().map_err(failed)?;
        let directory = Directory::of(path).map_err(failed)?;
        let kept_name = kept(path, now);
        // What is left of a store that is gone or cannot be used would be taken for the new one's.
        let logs = KeptLogs::of(path, &kept_name)?;
        directory.0.sync_all().map_err(failed)?;
        let mut kept = Kept::default();
        match self.there {
            There::Nothing => {
                super::name(&mut file, path)?;
                kept.logs = logs.stay();
            }
            There::File { .. } => {
                let before = exchange(file, path, &kept_name)?;
                kept.logs = logs.stay();
                before.keep(&kept_name)?;
                kept.store = Some(kept_name);
            }
        }
        directory.sync()?;
        Ok(kept)
    }
}

/// Looks at what stands at a path: where it can be used, its log is folded in, unless somebody uses it.
fn look(path: &Path) -> Result<State, BackupError> {
    let mut store = match Store::open_as_it_is(path) {
        Ok(store) => store,
        Err(error @ StoreError::NotAStore { .. }) => {
            return match error {
                // It may be a store whose first bytes are damaged.
                StoreError::NotAStore { reason, .. } if path.is_file() && reason != FOREIGN => {
                    Ok(State::Unusable(reason.to_owned()))
                }
                error => Err(error.into()),
            };
        }
        Err(error) => return unusable(path, error),
    };
    let inventory = match store.read().and_then(|tx| tx.inventory()) {
        Ok(inventory) => inventory,
        Err(error) => return unusable(path, error),
    };
    match store.connection.close() {
        Ok(()) => Ok(State::Usable(inventory)),
        Err((_, error)) => unusable(path, error.into()),
    }
}

/// What cannot be read can be replaced; what cannot be reached cannot.
fn unusable(path: &Path, error: StoreError) -> Result<State, BackupError> {
    match error {
        StoreError::Damaged(_)
        | StoreError::Newer { .. }
        | StoreError::BadPath { .. }
        | StoreError::Io(_) => Ok(State::Unusable(error.to_string())),
        StoreError::Busy { .. } | StoreError::BeingFilled { .. } => {
            Err(BackupError::InUse { path: path.to_owned(), process: user_of(path) })
        }
        error => Err(error.into()),
    }
}

/// Locks a file against everybody, as soon as nobody uses it.
fn hold(path: &Path) -> Result<File, BackupError> {
    let file =
        OpenOptions::new().read(true).write(true).open(path).map_err(|error| {
            StoreError::CannotOpen { path: path.to_owned(), reason: plain(&error) }
        })?;
    let held = waiting::patiently(|| match fcntl(&file, FcntlArg::F_SETLK(&whole())) {
        Ok(_) => Ok(()),
        Err(nix::Error::EACCES | nix::Error::EAGAIN) => {
            Err(StoreError::Busy { waited: BUSY_SECONDS })
        }
        Err(error) => Err(StoreError::Io(error.desc().to_owned())),
    });
    match held {
        Ok(()) => Ok(file),
        Err(StoreError::Busy { .. }) => {
            Err(BackupError::InUse { path: path.to_owned(), process: holder(&file) })
        }
        Err(error) => Err(error.into()),
    }
}

fn whole() -> libc::flock {
    libc::flock {
        l_type: libc::F_WRLCK as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: LOCKED.0,
        l_len: LOCKED.1,
        l_pid: 0,
    }
}

/// Which process has a lock on a file, if one has.
fn holder(file: &File) -> Option<i32> {
    let mut lock = whole();
    fcntl(file, FcntlArg::F_GETLK(&mut lock)).ok()?;
    (lock.l_type != libc::F_UNLCK as libc::c_short && lock.l_pid > 0).then_some(lock.l_pid)
}

fn user_of(path: &Path) -> Option<i32> {
    holder(&File::open(path).ok()?)
}

/// Whether a path leads to this file.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), path.metadata()) {
        (Ok(one), Ok(other)) => Inode::of(&one) == Inode::of(&other),
        _ => false,
    }
}

/// What a store is called when another has its place: nothing else has that name.
fn kept(path: &Path, now: Timestamp) -> PathBuf {
    let time = to_rfc3339(now).replace(['-', ':'], "");
    let named = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".replaced-{time}{end}"));
        PathBuf::from(name)
    };
    let mut kept = named("");
    let mut number = 1;
    while open::occupied(&kept).is_some() {
        number += 1;
        kept = named(&format!("-{number}"));
    }
    kept
}

/// The logs of a store that cannot be used, or is gone, which go with what is kept of it (SQLite's "How To
/// Corrupt", 1.4). Dropped before the store has another, they are back where they were.
#[derive(Debug)]
struct KeptLogs(Vec<(PathBuf, PathBuf)>);

impl KeptLogs {
    fn of(path: &Path, kept: &Path) -> Result<Self, BackupError> {
        let [log, shared, journal] = files_beside(path);
        let [kept_log, _, kept_journal] = files_beside(kept);
        let mut logs = Self(Vec::new());
        for (log, kept) in [(log, kept_log), (journal, kept_journal)] {
            match std::fs::rename(&log, &kept) {
                Ok(()) => logs.0.push((log, kept)),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(BackupError::unwritable(&log, &error)),
            }
        }
        // What processes share of the log is made of it anew.
        match std::fs::remove_file(&shared) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(BackupError::unwritable(&shared, &error))
            }
            _ => Ok(logs),
        }
    }

    /// Leaves them where they are kept; where that is.
    fn stay(mut self) -> Vec<PathBuf> {
        std::mem::take(&mut self.0).into_iter().map(|(_, kept)| kept).collect()
    }
}

impl Drop for KeptLogs {
    fn drop(&mut self) {
        for (log, kept) in &self.0 {
            let _ = std::fs::rename(kept, log);
        }
    }
}

/// What stood at the place, which another has by now.
enum Exchanged {
    /// It has the other's former name, which says nothing.
    Unkept(PathBuf),
    /// It has the name that says when it was replaced.
    Kept,
}

impl Exchanged {
    /// Gives it the name that says when it was replaced.
    fn keep(self, kept: &Path) -> Result<(), BackupError> {
        let Self::Unkept(before) = self else { return Ok(()) };
        std::fs::rename(&before, kept).map_err(|error| {
            let (before, reason) = (before.display(), plain(&error));
            StoreError::OutcomeUnknown(format!("{reason}; what stood there is now {before}")).into()
        })
    }
}

/// Puts a file in the place of another, which gets the name `kept`, so that never neither is there.
fn exchange(mut file: Unnamed, path: &Path, kept: &Path) -> Result<Exchanged, BackupError> {
    let failed = |error: std::io::Error| BackupError::unwritable(path, &error);
    check_is_there(&file, path)?;
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
        let flags = RenameFlags::RENAME_EXCHANGE;
        match renameat2(AT_FDCWD, file.path(), AT_FDCWD, path, flags) {
            Ok(()) => {
                // From here on the name is that of what stood there before, and it must not go.
                return Ok(Exchanged::Unkept(file.leave()));
            }
            Err(nix::Error::EINVAL | nix::Error::ENOSYS) => {}
            Err(error) => return Err(failed(error.into())),
        }
    }
    std::fs::hard_link(path, kept).map_err(failed)?;
    file.rename(path).map_err(|error| {
        let _ = std::fs::remove_file(kept);
        failed(error)
    })?;
    Ok(Exchanged::Kept)
}
