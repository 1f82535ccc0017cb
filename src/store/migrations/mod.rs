//! The schema's versions. The list only grows: a released migration is never changed or removed.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::error::StoreError;
use super::open::Store;

/// The migrations in order; the store's version is how many of them it has.
const MIGRATIONS: &[&str] = &[
    include_str!("0001_foundation.sql"),
    include_str!("0002_organizations.sql"),
    include_str!("0003_mail.sql"),
    include_str!("0004_places.sql"),
    include_str!("0005_checksums.sql"),
    include_str!("0006_names.sql"),
];

/// The version that this admit writes.
pub(super) const LATEST: i64 = MIGRATIONS.len() as i64;

/// Runs the migrations that a store lacks, in one transaction; leaves a newer store untouched.
pub(super) fn bring_up_to_date(store: &mut Store) -> Result<(), StoreError> {
    if version(&store.connection, store.path())? == LATEST {
        return Ok(());
    }
    let path = store.path().to_owned();
    let transaction = store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again: another process may have migrated while this one waited for the lock.
    let found = version(&transaction, &path)?;
    let missing = usize::try_from(found).ok().and_then(|found| MIGRATIONS.get(found..));
    for migration in missing.unwrap_or_default() {
        transaction.execute_batch(migration).map_err(|error| match StoreError::from(error) {
            // The statements are right for the version that the file says it has.
            StoreError::Bug(reason) => {
                StoreError::Damaged(format!("it is not of version {found}, as it says: {reason}"))
            }
            other => other,
        })?;
    }
    transaction.pragma_update(None, "user_version", LATEST)?;
    transaction.commit().map_err(StoreError::from_commit)
}

/// The version of a store that may be opened.
pub(super) fn version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    check(found, path)
}

/// Refuses a version that this admit does not know.
pub(super) fn check(found: i64, path: &Path) -> Result<i64, StoreError> {
    if !(0..=LATEST).contains(&found) {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: LATEST });
    }
    Ok(found)
}
