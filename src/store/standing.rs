//! Whether the file that a store was opened from still stands at its path. A store that was moved,
//! removed or replaced under a running command must not be told that it kept something (trust A9).

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::error::StoreError;

/// Which file it is, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Inode {
    device: u64,
    number: u64,
}

impl Inode {
    pub(super) fn of(facts: &Metadata) -> Self {
        Self { device: facts.dev(), number: facts.ino() }
    }
}

/// A file and the path at which it stood.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    path: PathBuf,
    file: Inode,
}

impl Standing {
    /// Notes what stands at a path now.
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        let facts = path.metadata().map_err(|error| StoreError::Io(error.to_string()))?;
        Ok(Self { path: path.to_owned(), file: Inode::of(&facts) })
    }

    /// Checks that it stands there still.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match self.path.metadata() {
            Ok(facts) if Inode::of(&facts) == self.file => Ok(()),
            _ => Err(StoreError::Moved(self.path.clone())),
        }
    }
}
