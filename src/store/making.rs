//! How a new store comes to be: whole and at once, or not at all. What stands in it is `ops::organizations`'.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::header::APPLICATION_ID;
use super::load::Setup;
use super::migrations;
use super::open::{Store, connect, literal, occupied};
use crate::domain::text::plain;

/// A store under construction: it stands in a file of its own until [`NewStore::publish`] gives it its
/// name, so that nobody ever sees half of one (trust A4).
#[derive(Debug)]
pub struct NewStore {
    store: Store,
    file: tempfile::TempPath,
    beside: Beside,
    path: PathBuf,
}

/// What SQLite keeps beside the file while the store is made. It is gone when this is: also where the system
/// failed, and SQLite left it for somebody who would open the file again.
#[derive(Debug)]
struct Beside {
    log: PathBuf,
    others: [PathBuf; 2],
}

impl Store {
    /// Begins a new store beside the place where it will stand.
    ///
    /// # Errors
    /// When something is at the path already, or the directory cannot be written.
    pub fn begin(path: &Path) -> Result<NewStore, StoreError> {
        let path = literal(path)?;
        let cannot = |error: &std::io::Error| StoreError::CannotCreate {
            path: path.clone(),
            reason: plain(error),
        };
        // A log that is left of another store would be taken for the new one's.
        if let Some(there) = occupied(&path) {
            return Err(StoreError::Exists(there));
        }
        let directory = path.parent().unwrap_or(Path::new("/"));
        let file = tempfile::Builder::new()
            .prefix(".admit-new-")
            .tempfile_in(directory)
            .map_err(|error| cannot(&error))?
            .into_temp_path();
        let [_, log, shared, journal] = Self::files(&file);
        let beside = Beside { log, others: [shared, journal] };
        let connection = connect(&file, None)?;
        let mut store = Self {
            connection,
            standing: None,
            witness: None,
            setup: Setup::Everyday,
            path: file.to_path_buf(),
            untouched: None,
        };
        store.connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        migrations::bring_up_to_date(&mut store)?;
        Ok(NewStore { store, file, beside, path })
    }
}

impl NewStore {
    /// The store, to be filled.
    pub fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Gives the store its name, unless somebody was faster. Durable when it returns.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when something stands there by now.
    pub fn publish(self) -> Result<(), StoreError> {
        let Self { mut store, file, beside, path } = self;
        let io = |error: std::io::Error| StoreError::Io(error.to_string());
        // The one file has to be the whole store. Closing would fold the log into it, too, and not say where
        // that failed.
        store.fold_log()?;
        store.connection.close().map_err(|(_, error)| StoreError::from(error))?;
        if beside.log_remains() {
            return Err(StoreError::Io("SQLite did not finish its file".to_owned()));
        }
        File::open(&file).and_then(|file| file.sync_all()).map_err(io)?;
        // Opened before the name is given: where it cannot be, nothing has changed yet.
        let directory = File::open(path.parent().unwrap_or(Path::new("/"))).map_err(io)?;
        file.persist_noclobber(&path).map_err(|error| match error.error.kind() {
            ErrorKind::AlreadyExists => StoreError::Exists(path.clone()),
            _ => StoreError::CannotCreate { path: path.clone(), reason: plain(&error.error) },
        })?;
        directory.sync_all().map_err(|error| StoreError::OutcomeUnknown(plain(&error)))
    }
}

impl Beside {
    fn log_remains(&self) -> bool {
        self.log.metadata().is_ok_and(|facts| facts.len() > 0)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        for file in std::iter::once(&self.log).chain(&self.others) {
            let _ = fs::remove_file(file);
        }
    }
}
