//! Looking after the store as a whole: whether what is kept as a number or a copy agrees with the rows.

use super::Context;
use super::access;
use super::error::Error;
use crate::domain::operation::Operation;
use crate::domain::recount::{Check, Recount};
use crate::store::Store;

/// Checks everything that can be checked, as it stands at one moment; nothing is changed. `progress` hears
/// how many checks are made.
///
/// # Errors
/// [`Error::Forbidden`]; when the store fails, or holds what admit never wrote.
pub fn check(
    store: &mut Store,
    context: &Context,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<Recount>, Error> {
    access::look(store, context, Operation::Doctor, |tx, _| {
        let mut found = Vec::with_capacity(Check::ALL.len());
        for check in Check::ALL {
            progress(found.len() as u64);
            found.push(tx.recount(check)?);
        }
        Ok(found)
    })
}
