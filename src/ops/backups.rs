//! The store as a whole, copied and put back. Both are the operator's: a copy holds every secret that the
//! store holds, and a store that is put back brings back what was taken away.

use std::path::{Path, PathBuf};

use super::access;
use super::each::store_entry;
use super::error::Error;
use super::{Context, Mode};
use crate::domain::audit::{Action, Identity};
use crate::domain::machine::Reading;
use crate::domain::operation::Operation;
use crate::domain::recount::Check;
use crate::domain::time::Timestamp;
use crate::store::{Inventory, Revived, StandIn, Store, StorePlace, Watch};

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupOutcome {
    /// Where it is.
    pub path: PathBuf,
    /// How large it is.
    pub bytes: u64,
    /// What it holds.
    pub inventory: Inventory,
}

/// Copies the store, as it is at this moment, into a file that is not there yet. Others work on meanwhile, and
/// an older store stays as old as it is. As with an export, nothing is changed and nothing is noted.
///
/// # Errors
/// [`Error::Forbidden`]; when the file is there, cannot be written, or is not what it should be.
pub fn back_up(
    store: &mut Store,
    context: &Context,
    path: &Path,
    watch: &mut Watch<'_>,
) -> Result<BackupOutcome, Error> {
    if let Identity::Person(_) = context.actor.identity {
        access::look(store, context, Operation::Backup, |_, _| Ok(()))?;
    }
    access::check_operator(context, Operation::Backup)?;
    let backup = store.read()?.back_up(path, watch)?;
    store.check_untouched()?;
    let outcome = BackupOutcome {
        path: backup.path().to_owned(),
        bytes: backup.bytes(),
        inventory: backup.inventory(),
    };
    backup.publish()?;
    Ok(outcome)
}

/// What is to be put back, and where.
#[derive(Clone, Copy, Debug)]
pub struct RestoreRequest<'a> {
    /// The backup.
    pub backup: &'a Path,
    /// Where the store stands, or is to stand.
    pub store: &'a Path,
}

/// A backup that took the store's place, or would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreOutcome {
    /// Where the store is.
    pub store: PathBuf,
    /// What the backup holds.
    pub inventory: Inventory,
    /// When the newest entry in it was made.
    pub newest: Option<Timestamp>,
    /// What stood at the place before.
    pub before: Before,
    /// Where that is kept.
    pub kept: Option<PathBuf>,
    /// Where logs are kept that lay there.
    pub kept_logs: Vec<PathBuf>,
    /// What works again although it was done with.
    pub revived: Revived,
    /// How many rows in it that grant power are not what admit wrote.
    pub altered: u64,
}

/// What stood at a store's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nothing.
    Nothing,
    /// A store that held this.
    Store(Inventory),
    /// What could not be used, as this says.
    Unusable(String),
}

/// Makes sure that whoever acts may put a store back. A refusal is kept in the store that is there, if one is.
///
/// # Errors
/// [`Error::Forbidden`].
pub fn check_restore(store: Option<&mut Store>, context: &Context) -> Result<(), Error> {
    if let Some(store) = store {
        access::look(store, context, Operation::Restore, |_, _| Ok(()))?;
    }
    access::check_operator(context, Operation::Restore)
}

/// Puts a backup in the place of the store, which nobody may use meanwhile. It is copied, brought up to date
/// and checked before anything there is touched; a dry run ends with that. The store says that it was put
/// back; what stood there is kept beside it.
///
/// # Errors
/// [`Error::Forbidden`]; when the backup is none, or the store is in use or cannot be written.
pub fn restore(
    context: &Context,
    reading: Reading,
    request: RestoreRequest<'_>,
    watch: &mut Watch<'_>,
) -> Result<RestoreOutcome, Error> {
    access::check_operator(context, Operation::Restore)?;
    let place = StorePlace::take(request.store)?;
    let mut stand_in = StandIn::of(request.backup, &place, watch)?;
    let inventory = stand_in.inventory();
    let tx = stand_in.store().read()?;
    let (newest, revived) = (tx.find_newest_entry_time()?, tx.revived(context.now)?);
    let altered = tx.recount(Check::Checksums)?.differing();
    drop(tx);
    if (watch.is_stopped)() {
        return Err(Error::Interrupted);
    }
    let mut outcome = RestoreOutcome {
        store: place.path().to_owned(),
        inventory,
        newest,
        before: match (place.inventory(), place.fault()) {
            (Some(inventory), _) => Before::Store(inventory),
            (None, Some(fault)) => Before::Unusable(fault.to_owned()),
            (None, None) => Before::Nothing,
        },
        kept: None,
        kept_logs: Vec::new(),
        revived,
        altered,
    };
    if context.mode == Mode::Apply {
        let detail = vec![
            ("file", stand_in.backup().display().to_string()),
            ("entries", inventory.entries.to_string()),
        ];
        let store = stand_in.store();
        store.attend(reading);
        let mut tx = store.write(context.now, &context.actor)?;
        tx.end_all_password_links()?;
        tx.commit(&store_entry(Action::Restore, inventory.users, detail))?;
        // From here on it is done, whatever comes.
        if (watch.is_stopped)() {
            return Err(Error::Interrupted);
        }
        let kept = place.give_to(stand_in, context.now)?;
        (outcome.kept, outcome.kept_logs) = (kept.store, kept.logs);
    }
    Ok(outcome)
}
