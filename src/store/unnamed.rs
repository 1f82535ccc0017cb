//! Stores on their way to a name: a new one, a backup, and one that takes another's place stand in a file of
//! their own until they are whole and on the disk. What stands in them is written elsewhere.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::error::StoreError;
use super::open::files_beside;
use super::standing::Inode;
use crate::domain::text::plain;

/// A file without its name, which is gone with what SQLite made beside it when this is dropped. Whoever owns
/// the directory can put something else where it is, so it is held open, and what only root can do is done to
/// the open file and not to its path. SQLite's locks go with the first descriptor of a file that is closed:
/// this one is closed after SQLite's.
#[derive(Debug)]
pub(super) struct Unnamed {
    file: File,
    path: Option<TempPath>,
}

impl Unnamed {
    /// A new file in a directory, its owner's alone whatever the umask (trust B1, I3).
    pub(super) fn within(directory: &Path, prefix: &str) -> io::Result<Self> {
        // SQLite is to follow no symbolic link to it, and the way to the directory may lead over one.
        let directory = directory.canonicalize()?;
        let file = tempfile::Builder::new().prefix(prefix).tempfile_in(directory)?;
        let (file, path) = file.into_parts();
        Ok(Self { file, path: Some(path) })
    }

    pub(super) fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new("/"))
    }

    pub(super) const fn file(&self) -> &File {
        &self.file
    }

    /// Whether it is where it was made, and not what somebody else put there.
    pub(super) fn is_there(&self) -> bool {
        match (self.file.metadata(), self.path().symlink_metadata()) {
            (Ok(one), Ok(other)) => Inode::of(&one) == Inode::of(&other),
            _ => false,
        }
    }

    /// Brings it to the disk; how large it is.
    pub(super) fn sync(&self) -> io::Result<u64> {
        self.file.sync_all()?;
        Ok(self.file.metadata()?.size())
    }

    /// Gives it a name that nothing has. Not yet brought to the disk.
    pub(super) fn name(&mut self, path: &Path) -> io::Result<()> {
        match self.path.take() {
            Some(file) => file.persist_noclobber(path).map_err(|error| error.error),
            None => Ok(()),
        }
    }

    /// Gives it a name, whatever has that. Not yet brought to the disk.
    pub(super) fn rename(&mut self, path: &Path) -> io::Result<()> {
        match self.path.take() {
            Some(file) => file.persist(path).map_err(|error| error.error),
            None => Ok(()),
        }
    }

    /// Its path, once something else is there that is not to go.
    pub(super) fn leave(&mut self) -> PathBuf {
        let path = self.path().to_owned();
        if let Some(mut file) = self.path.take() {
            file.disable_cleanup(true);
        }
        path
    }
}

impl Drop for Unnamed {
    fn drop(&mut self) {
        if self.path.is_none() {
            return;
        }
        if !self.is_there() {
            self.leave();
            return;
        }
        // The file itself goes with the field; what is not there need not go.
        for beside in files_beside(self.path()) {
            let _ = fs::remove_file(beside);
        }
    }
}

/// A directory in which a name is to change, opened before that: where it cannot be, nothing has changed yet.
pub(super) struct Directory(pub(super) File);

impl Directory {
    /// The one that a path is in.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        File::open(directory(path)).map(Self)
    }

    /// Brings the new name to the disk.
    ///
    /// # Errors
    /// Whether it lasts is unknown then.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        self.0.sync_all().map_err(|error| StoreError::OutcomeUnknown(plain(&error)))
    }
}

/// The directory that an absolute path is in.
pub(super) fn directory(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("/"))
}
