//! Looking after the store as a whole: whether it is sound, and putting right what can be worked out anew.

use super::Context;
use super::access;
use super::each::{finish, store_entry};
use super::error::Error;
use crate::domain::audit::Action;
use crate::domain::operation::Operation;
use crate::domain::recount::{AlteredRows, Check, Comparison, Finding, Recount, Remedy};
use crate::store::{Store, StoreError};

/// Checks everything that can be checked, as it stands at one moment; nothing is changed. `progress` hears
/// how many checks are made.
///
/// # Errors
/// [`Error::Forbidden`]; when the system fails.
pub fn check(
    store: &mut Store,
    context: &Context,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<Recount>, Error> {
    let looked = access::look(store, context, Operation::Doctor, |_, _| Ok(()));
    match looked {
        // Where even that cannot be read, the operator needs to know all the more.
        Err(Error::Store(StoreError::Damaged(_)))
            if access::check_operator(context, Operation::Doctor).is_ok() => {}
        looked => looked?,
    }
    let tx = store.read()?;
    let mut found = Vec::with_capacity(Check::ALL.len());
    for check in Check::ALL {
        progress(found.len() as u64);
        found.push(tx.recount(check)?);
    }
    Ok(found)
}

/// Works out anew what checks found to be otherwise, where that can be done, in one change; says what stands
/// after it. Nothing is changed where the file is not whole and rows of its tables are not what they were:
/// what would be worked out from these would be wrong, and what an index still knows of them lost.
///
/// # Errors
/// [`Error::Forbidden`]; when the store fails.
pub fn repair(
    store: &mut Store,
    context: &Context,
    found: Vec<Recount>,
) -> Result<Vec<Recount>, Error> {
    match try_repair(store, context, &found) {
        Err(Error::Store(StoreError::Damaged(_))) | Ok(None) => Ok(found),
        Ok(Some(repaired)) => Ok(repaired),
        Err(error) => Err(error),
    }
}

/// The same; nothing where nothing was changed.
fn try_repair(
    store: &mut Store,
    context: &Context,
    found: &[Recount],
) -> Result<Option<Vec<Recount>>, Error> {
    let mendable =
        |recount: &&Recount| recount.check.remedy() == Remedy::Recount && recount.differing() > 0;
    // Which rows are altered is not known where they cannot be read: an index may be in the way.
    let altered = |one: &Recount| match &one.finding {
        Finding::Counted(comparison) => one.check == Check::Checksums && comparison.differing > 0,
        _ => false,
    };
    let is_broken = |one: &Recount| one.check == Check::Integrity && one.differing() > 0;
    let broken = found.iter().find(|one| is_broken(one));
    let is_beyond = broken.is_some() && found.iter().any(altered);
    if is_beyond || !found.iter().any(|one| mendable(&one)) {
        return Ok(None);
    }
    let (mut tx, _) = access::write(store, context, Operation::Doctor)?;
    // What is counted is read through the indexes; whether the file is whole shows when all is done.
    if broken.is_some() {
        tx.recompute(Check::Integrity)?;
    }
    let mut mended = Vec::new();
    for Recount { check, .. } in found.iter().filter(mendable).filter(|one| !is_broken(one)) {
        // Counted again: through the index as it is now, and after whoever wrote meanwhile.
        let before = tx.recount(*check)?;
        tx.recompute(*check)?;
        mended.push(well(&before, tx.recount(*check)?));
    }
    if let Some(before) = broken {
        let whole = well(before, tx.recount(Check::Integrity)?);
        if whole.differing() > 0 {
            return Ok(None);
        }
        mended.push(whole);
    }
    let detail: Vec<_> = mended
        .iter()
        .filter_map(|recount| match &recount.finding {
            Finding::Mended(comparison) => {
                Some((recount.check.as_str(), comparison.differing.to_string()))
            }
            _ => None,
        })
        .collect();
    finish(tx, context, &store_entry(Action::Repair, detail.len() as u64, detail))?;
    let now = |recount: &Recount| {
        let mended = mended.iter().find(|mended| mended.check == recount.check);
        mended.unwrap_or(recount).clone()
    };
    Ok(Some(found.iter().map(now).collect()))
}

/// What a check found, as mended where it is well now; what it finds now otherwise.
fn well(before: &Recount, after: Recount) -> Recount {
    let Finding::Counted(Comparison { counted, differing: 0, .. }) = after.finding else {
        return after;
    };
    let first = match &before.finding {
        Finding::Counted(comparison) => comparison.first.clone(),
        _ => Vec::new(),
    };
    let mended = Comparison { counted, differing: before.differing(), first };
    Recount { check: after.check, finding: Finding::Mended(mended) }
}

/// The rows that were changed by something other than admit.
///
/// # Errors
/// [`Error::Forbidden`]; when the store fails.
pub fn altered(store: &mut Store, context: &Context) -> Result<AlteredRows, Error> {
    access::look(store, context, Operation::Doctor, |tx, _| Ok(tx.altered_rows()?))
}

/// Takes these rows as they are, which somebody has looked at: they grant what they say from then on.
///
/// # Errors
/// [`Error::RowsChanged`] where others are there now, or other things stand in them; [`Error::Forbidden`]; when
/// the store fails.
pub fn accept_changes(
    store: &mut Store,
    context: &Context,
    seen: &AlteredRows,
) -> Result<(), Error> {
    let (mut tx, _) = access::write(store, context, Operation::Doctor)?;
    if tx.altered_rows()? != *seen {
        return Err(Error::RowsChanged);
    }
    tx.accept_rows()?;
    let detail = seen.first.iter().map(|row| ("row", row.to_string())).collect();
    finish(tx, context, &store_entry(Action::AcceptRows, seen.count, detail))
}
