//! A backup on its way to a store's place: copied beside it, brought up to date and checked, before anything
//! is touched there.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use super::super::audit::Verdict;
use super::super::load::{self, Setup};
use super::super::migrations;
use super::super::open::{self, Store};
use super::super::unnamed::{Unnamed, directory};
use super::error::BackupError;
use super::place::StorePlace;
use super::reading::{Source, of_backup};
use super::{Inventory, Stage, Watch, check, check_is_there, copy_pages, open_to_write, unnamed};
use crate::domain::delivery::DeliveryState;
use crate::domain::invite::InviteState;
use crate::domain::time::Timestamp;
use crate::store::codec::{self, Coded as _};
use crate::store::error::StoreError;
use crate::store::transaction::ReadTx;

/// A copy of a backup that can take a store's place. Dropped, it is gone.
#[derive(Debug)]
pub struct StandIn {
    // Closed before its file goes.
    store: Store,
    file: Unnamed,
    backup: PathBuf,
    inventory: Inventory,
}

/// What comes back with a backup although it has been done with since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revived {
    /// Links to accept an invite that work.
    pub open_links: u64,
    /// Mails that wait to be handed over.
    pub waiting_mails: u64,
}

impl StandIn {
    /// Copies a backup beside the place of a store, and checks the copy.
    ///
    /// # Errors
    /// When the backup is no store or a damaged one, or `watch` says stop.
    pub fn of(
        backup: &Path,
        place: &StorePlace,
        watch: &mut Watch<'_>,
    ) -> Result<Self, BackupError> {
        let backup = open::literal(backup)?;
        place.check_is_another(&backup)?;
        let file = {
            let source = Source::open(&backup)?;
            // The directory of the place is made only when something is to stay in it.
            let near = place.path().ancestors().skip(1).find(|above| above.is_dir());
            let near = near.unwrap_or(directory(place.path()));
            let file = unnamed(near, place.path(), ".admit-restore-")?;
            // One reading from the first page to the last.
            source.connection.execute_batch("BEGIN").map_err(StoreError::from)?;
            super::inventory(&source.connection).map_err(|error| of_backup(&backup, error))?;
            copy_pages(&source.connection, &file, place.path(), watch)?;
            source.check()?;
            file
        };
        (watch.progress)(Stage::Checking);
        let of_copy = |error: StoreError| match error {
            StoreError::Damaged(reason) => BackupError::Damaged { path: backup.clone(), reason },
            other => other.into(),
        };
        let connection = open(&file, place.path(), &backup)?;
        let (standing, witness, untouched) = (None, None, None);
        let path = file.path().to_owned();
        let mut store =
            Store { connection, standing, witness, setup: Setup::Everyday, path, untouched };
        migrations::bring_up_to_date(&mut store).map_err(of_copy)?;
        let damaged = |reason| BackupError::Damaged { path: backup.clone(), reason };
        let inventory = check(&store.connection, watch).map_err(|fault| fault.of_copy(damaged))?;
        match store.read().and_then(|tx| tx.verify_audit(None)).map_err(of_copy)? {
            Verdict::Whole { .. } => {}
            Verdict::Broken { number, reason } => {
                return Err(damaged(format!("entry {number} of its audit: {reason}")));
            }
            Verdict::CutOff { .. } => return Err(damaged("its audit was cut off".to_owned())),
        }
        if (watch.is_stopped)() {
            return Err(BackupError::Stopped);
        }
        Ok(Self { store, file, backup, inventory })
    }

    /// Where the backup is.
    #[must_use]
    pub fn backup(&self) -> &Path {
        &self.backup
    }

    /// What the backup holds.
    #[must_use]
    pub const fn inventory(&self) -> Inventory {
        self.inventory
    }

    /// The store that it will be.
    pub const fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Folds everything into the one file, for the sake of a path.
    pub(super) fn close(self, path: &Path) -> Result<Unnamed, BackupError> {
        let Self { store, file, .. } = self;
        store.connection.close().map_err(|(_, error)| BackupError::from_writing(path, error))?;
        check_is_there(&file, path)?;
        if super::reading::has_log(file.path()) {
            let reason = "its log cannot be folded in".to_owned();
            return Err(BackupError::Unwritable { path: path.to_owned(), reason });
        }
        Ok(file)
    }
}

/// Opens the copy of a backup as a store is opened; nobody else knows of it.
fn open(file: &Unnamed, path: &Path, backup: &Path) -> Result<Connection, BackupError> {
    let mut connection = open_to_write(file, path)?;
    let journal = open::set_up(&mut connection)
        .and_then(|()| migrations::version(&connection, file.path()))
        .and_then(|_| load::ask_for_journal(&connection, "wal"));
    match journal {
        Ok(mode) if mode == "wal" => Ok(connection),
        Ok(mode) => {
            let reason = format!("SQLite keeps its journal in mode {mode}, not wal");
            Err(BackupError::Unwritable { path: path.to_owned(), reason })
        }
        Err(StoreError::Damaged(reason)) => {
            Err(BackupError::Damaged { path: backup.to_owned(), reason })
        }
        Err(error) => Err(error.into()),
    }
}

impl ReadTx<'_> {
    /// What comes back with a backup although it may have been done with since.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn revived(&self, now: Timestamp) -> Result<Revived, StoreError> {
        // Those to set a password, and the mails with them, end with the restore.
        let open = "SELECT count(*) AS number FROM invites
                    WHERE state = ?1 AND purpose = 1 AND expires_at > ?2";
        let waiting = "SELECT count(*) AS number FROM deliveries WHERE state = ?1 AND kind <> 3";
        let open_links = self.sql.query_row(
            open,
            params![InviteState::Open.code(), now.timestamp()],
            |row| codec::count(row, "number"),
        )?;
        let waiting_mails =
            self.sql.query_row(waiting, params![DeliveryState::Queued.code()], |row| {
                codec::count(row, "number")
            })?;
        Ok(Revived { open_links, waiting_mails })
    }
}
