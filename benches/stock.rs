//! A store full of users, in the states that cases ask for. What admit makes is made by admit; what would
//! take it too long or a clock of its own, such as links that are due, is written by SQL as admit would
//! have left it.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::harness::{Cost, Result};

/// One user in so many has an open link.
const LINK_EVERY: u64 = 10;

/// Gives every tenth user a link, as `send` does: open, and good for a week.
const LINKS: &str = "
    INSERT INTO invites (user_id, purpose, state, secret_hash, created_at, expires_at)
        SELECT id, 1, 1, zeroblob(32), created_at, created_at + 604800
        FROM users WHERE id % 10 = 0 ORDER BY id;
    UPDATE users SET invite_id = (SELECT i.id FROM invites i WHERE i.user_id = users.id)
        WHERE id % 10 = 0;
    INSERT INTO tallies (organization_id, kind, bucket, things)
        SELECT u.organization_id, 2, i.expires_at / 86400, count(*)
        FROM invites i JOIN users u ON u.id = i.user_id GROUP BY 1, 2, 3;
    UPDATE sequences SET next = (SELECT max(id) + 1 FROM invites) WHERE name = 'invite';";

/// Lets so many of them end thirty days earlier.
const DUE: &str = "
    CREATE TEMP TABLE due AS
        SELECT id, expires_at / 86400 AS day FROM invites WHERE id % :every = 0 LIMIT :due;
    UPDATE invites SET created_at = created_at - 2592000, expires_at = expires_at - 2592000
        WHERE id IN (SELECT id FROM due);
    UPDATE tallies SET things = things - (SELECT count(*) FROM due WHERE day = bucket)
        WHERE kind = 2;
    INSERT INTO tallies (organization_id, kind, bucket, things)
        SELECT 1, 2, day - 30, count(*) FROM due GROUP BY day;
    DROP TABLE due;";

/// Where the links are that are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// One beside the other, as those are that were made in one go.
    Together,
    /// As far from each other as can be: no two on one page of a large store.
    Spread,
}

/// A store with so many users, one in ten with an open link.
#[derive(Clone, Debug)]
pub(crate) struct Stock {
    pub(crate) path: PathBuf,
    pub(crate) users: u64,
    /// What the import cost that made it.
    pub(crate) cost: Cost,
    /// How large that left it.
    pub(crate) bytes: u64,
    /// The addresses at the middle and at nine tenths of the list.
    pub(crate) middle: String,
    pub(crate) deep: String,
}

impl Stock {
    /// Notes how large the import left a store, and makes links.
    pub(crate) fn finish(path: PathBuf, users: u64, cost: Cost) -> Result<Self> {
        let bytes = size(&path)?;
        let connection = connect(&path)?;
        connection.execute_batch(&format!("BEGIN; {LINKS} COMMIT"))?;
        let at = |place: u64| -> Result<String> {
            let sql = "SELECT email FROM users WHERE organization_id = 1 ORDER BY email \
                       LIMIT 1 OFFSET ?1";
            Ok(connection.query_row(sql, [place.cast_signed()], |row| row.get(0))?)
        };
        let (middle, deep) = (at(users / 2)?, at(users / 10 * 9)?);
        close(connection)?;
        settle(&path)?;
        Ok(Self { path, users, cost, bytes, middle, deep })
    }

    /// A copy, in which so many of the links are due.
    pub(crate) fn copy_with_due(&self, to: &Path, due: u64, place: Place) -> Result<()> {
        copy(&self.path, to)?;
        let every = match place {
            Place::Together => 1,
            Place::Spread => (self.users / LINK_EVERY / due).max(1),
        };
        let every = every.to_string();
        let sql = DUE.replace(":every", &every).replace(":due", &due.to_string());
        let connection = connect(to)?;
        connection.execute_batch(&format!("PRAGMA temp_store = memory; BEGIN; {sql} COMMIT"))?;
        close(connection)
    }
}

/// Copies a store that nobody has open. The copy is on the disk when this returns: the first commit would
/// pay for what was still to be written of it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    remove(to)?;
    fs::copy(from, to)?;
    settle(to)
}

/// Waits until a file is on the disk.
pub(crate) fn settle(file: &Path) -> Result<()> {
    Ok(File::open(file)?.sync_all()?)
}

/// Removes a database with what SQLite keeps beside it.
pub(crate) fn remove(database: &Path) -> Result<()> {
    for end in ["", "-wal", "-shm", "-journal"] {
        match fs::remove_file(beside(database, end)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Asks one number of a database; it must be this.
pub(crate) fn expect(database: &Path, sql: &str, wanted: u64) -> Result<()> {
    match number(database, sql)? {
        found if found == wanted => Ok(()),
        found => Err(format!("{}: {found} instead of {wanted}: {sql}", database.display()).into()),
    }
}

/// Asks one number of a database.
pub(crate) fn number(database: &Path, sql: &str) -> Result<u64> {
    let connection = connect(database)?;
    let found: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    close(connection)?;
    Ok(found.try_into()?)
}

/// Opens a database that is there.
pub(crate) fn connect(database: &Path) -> Result<Connection> {
    let there = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
    let connection = Connection::open_with_flags(database, there)?;
    connection.execute_batch("PRAGMA cache_size = -65536")?;
    Ok(connection)
}

/// Closes a database: what is in its log is then in the file.
pub(crate) fn close(connection: Connection) -> Result<()> {
    connection.close().map_err(|(_, error)| error.into())
}

/// How many bytes it takes, with its log.
fn size(database: &Path) -> Result<u64> {
    let log = fs::metadata(beside(database, "-wal")).map_or(0, |facts| facts.len());
    Ok(fs::metadata(database)?.len() + log)
}

fn beside(database: &Path, end: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(end);
    path.into()
}
