//! The reference for an import into a large store: an honest small program in Rust that writes one user
//! after the other, in the order of the file. It has what admit has (the same SQLite, write-ahead log,
//! synchronous FULL, foreign keys, one transaction, the log folded in at the end) and a cache of 64 MB. It does
//! less: no rules for addresses and names, no audit, no counters.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::Path;

use rusqlite::{Connection, params};

use crate::harness::{Invocation, Result};
use crate::stock;

/// The word that makes the benchmark this program.
pub(crate) const ROW_BY_ROW: &str = "--row-by-row";

/// A run of it.
pub(super) fn row_by_row(store: &Path, file: &Path) -> Result<Invocation> {
    let words: [OsString; 3] = [ROW_BY_ROW.into(), store.into(), file.into()];
    Ok(Invocation::new(std::env::current_exe()?, words))
}

/// The program: adds the users of a file to a store.
///
/// # Errors
/// When the file cannot be read, or the store cannot be written.
pub(crate) fn insert_row_by_row(words: &[OsString]) -> Result<()> {
    let [store, file] = words else { return Err("usage: --row-by-row STORE FILE".into()) };
    let mut connection = stock::connect(Path::new(store))?;
    connection.execute_batch(
        "PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA foreign_keys = on",
    )?;
    let roles = ids(&connection, "SELECT name, id FROM roles")?;
    let teams = ids(&connection, "SELECT name, id FROM teams")?;
    let default = *roles.get("user").ok_or("the store has no role named user")?;
    let transaction = connection.transaction()?;
    {
        let mut insert = transaction.prepare(
            "INSERT OR IGNORE INTO users (organization_id, email, email_typed, name, role_id,
                 team_id, status, status_since, created_at)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, 1, unixepoch(), unixepoch())",
        )?;
        let mut reader = csv::Reader::from_path(file)?;
        let mut row = csv::StringRecord::new();
        while reader.read_record(&mut row)? {
            let email = row[0].to_lowercase();
            let typed = (email != row[0]).then_some(&row[0]);
            let name = (!row[1].is_empty()).then_some(&row[1]);
            let role = roles.get(&row[2].to_lowercase()).unwrap_or(&default);
            let team = teams.get(&row[3].to_lowercase());
            insert.execute(params![email, typed, name, role, team])?;
        }
    }
    transaction.commit()?;
    stock::close(connection)
}

fn ids(connection: &Connection, sql: &str) -> Result<HashMap<String, i64>> {
    let mut statement = connection.prepare(sql)?;
    let found = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?.to_lowercase(), row.get::<_, i64>(1)?))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}
