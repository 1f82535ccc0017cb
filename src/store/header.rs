//! What a file is, by its first bytes and before SQLite sees it: a foreign or newer file is not touched at
//! all (trust B3 to B5).

use std::fs::{File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};

use super::error::StoreError;
use super::migrations;
use crate::domain::text::plain;

/// Marks our files: "ADMT" (SQLite `PRAGMA application_id`, trust B4).
pub(super) const APPLICATION_ID: i32 = 0x4144_4d54;
/// Where a file says how it is written, counted from its first byte: 1 by way of a rollback journal, 2 by way
/// of the log (SQLite's file format, 1.3).
const WRITE_VERSION: usize = 18;

/// Makes sure that a file is a store that may be opened and written.
pub(super) fn check(path: &Path) -> Result<(), StoreError> {
    let (file, facts) = open(path)?;
    if facts.nlink() > 1 {
        // Each name would have a log of its own, and lose what is in the other's (trust B13).
        let reason = "its file has other names too (hard links)";
        return Err(StoreError::BadPath { path: path.to_owned(), reason });
    }
    check_content(file, path)
}

/// Makes sure that a file is a store that may be read. Backups are kept under several names by programs that
/// store what is the same only once.
pub(super) fn check_for_reading(path: &Path) -> Result<(), StoreError> {
    let (file, _) = open(path)?;
    check_content(file, path)
}

/// Whether a first load runs (`load`): at no other time is a rollback journal in use, or does the file say
/// that it goes without the log. A journal without its mark means nothing: SQLite sets it once the journal
/// is on the disk, and one without is left of a load that was killed as it began.
pub(super) fn is_being_filled([store, _, _, journal]: &[PathBuf; 4]) -> bool {
    has_mark(journal) || has(store, WRITE_VERSION, |version| version == 1)
}

/// Whether a rollback journal has its mark: without one it means nothing.
pub(super) fn has_mark(journal: &Path) -> bool {
    has(journal, 0, |mark| mark != 0)
}

fn has(path: &Path, at: usize, value: fn(u8) -> bool) -> bool {
    let mut bytes = [0; 20];
    let Some(first) = bytes.get_mut(..=at) else { return false };
    let read = File::open(path).and_then(|mut file| file.read_exact(first));
    read.is_ok() && first.last().is_some_and(|byte| value(*byte))
}

/// Whether the file system locks files at all: not every network share does, and SQLite takes that for a lock
/// that somebody else has, and waits.
pub(super) fn can_be_locked(path: &Path) -> bool {
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

fn open(path: &Path) -> Result<(File, Metadata), StoreError> {
    // Opening a FIFO must not wait for a writer.
    let nonblocking = OFlag::O_NONBLOCK.bits();
    let file = OpenOptions::new().read(true).custom_flags(nonblocking).open(path);
    let file = file.map_err(|error| match error.kind() {
        ErrorKind::NotFound => StoreError::Missing(path.to_owned()),
        _ => StoreError::CannotOpen { path: path.to_owned(), reason: plain(&error) },
    })?;
    let facts = file.metadata().map_err(|error| StoreError::Io(error.to_string()))?;
    if !facts.is_file() {
        let reason = if facts.is_dir() { "it is a directory" } else { "it is no regular file" };
        return Err(StoreError::NotAStore { path: path.to_owned(), reason });
    }
    Ok((file, facts))
}

fn check_content(file: File, path: &Path) -> Result<(), StoreError> {
    let not = |reason| StoreError::NotAStore { path: path.to_owned(), reason };
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
        Some(_) => return Err(not(FOREIGN)),
        None => return Err(StoreError::Damaged("the file ends within its header".to_owned())),
    }
    let version = header.get(60..64).and_then(|bytes| bytes.try_into().ok());
    match i32::from_be_bytes(version.unwrap_or_default()) {
        0 => Err(StoreError::Damaged("the file has no version".to_owned())),
        version => migrations::check(version.into(), path).map(drop),
    }
}

/// What a file is that belongs to another program.
pub(super) const FOREIGN: &str = "it is another program's SQLite file";
