//! How a new store comes to be: whole and at once, or not at all. What stands in it is `ops::organizations`'.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::header::APPLICATION_ID;
use super::load::Setup;
use super::migrations;
use super::open::{Store, connect, files_beside, literal, occupied};
use super::unnamed::{Directory, Unnamed, directory};
use crate::domain::text::plain;

/// A store under construction: it stands in a file of its own until [`NewStore::publish`] gives it its
/// name, so that nobody ever sees half of one (trust A4).
#[derive(Debug)]
pub struct NewStore {
    // Closed before its file goes.
    store: Store,
    file: Unnamed,
    path: PathBuf,
}

impl Store {
    /// Begins a new store beside the place where it will stand.
    ///
    /// # Errors
    /// When something is at the path already, or the directory cannot be written.
    pub fn begin(path: &Path) -> Result<NewStore, StoreError> {
        let path = literal(path)?;
        // A log that is left of another store would be taken for the new one's.
        if let Some(there) = occupied(&path) {
            return Err(StoreError::Exists(there));
        }
        let file = Unnamed::within(directory(&path), ".admit-new-").map_err(|error| {
            StoreError::CannotCreate { path: path.clone(), reason: plain(&error) }
        })?;
        let connection = connect(file.path(), None)?;
        let mut store = Self {
            connection,
            standing: None,
            witness: None,
            setup: Setup::Everyday,
            path: file.path().to_owned(),
            untouched: None,
        };
        store.connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        migrations::bring_up_to_date(&mut store)?;
        Ok(NewStore { store, file, path })
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
        // Dropped from the last to the first.
        let Self { path, mut file, mut store } = self;
        let io = |error: std::io::Error| StoreError::Io(error.to_string());
        // The one file has to be the whole store. Closing would fold the log into it, too, and not say where
        // that failed.
        store.fold_log()?;
        store.connection.close().map_err(|(_, error)| StoreError::from(error))?;
        let [log, ..] = files_beside(file.path());
        if log.metadata().is_ok_and(|facts| facts.len() > 0) {
            return Err(StoreError::Io("SQLite did not finish its file".to_owned()));
        }
        file.sync().map_err(io)?;
        let directory = Directory::of(&path).map_err(io)?;
        file.name(&path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => StoreError::Exists(path.clone()),
            _ => StoreError::CannotCreate { path: path.clone(), reason: plain(&error) },
        })?;
        directory.sync()
    }
}
