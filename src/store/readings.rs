//! When the store was last used, by the machine's clock and its uptime: one note in the row of `store`,
//! which tells a later command whether the clock was set meanwhile. What follows from it is `ops`'. The note
//! is about the machine and says nothing that an audit could be asked for.

use rusqlite::{Row, TransactionBehavior, params};

use super::codec;
use super::error::StoreError;
use super::open::Store;
use super::standing::Standing;
use super::transaction::{ReadTx, WriteTx};
use super::waiting;
use crate::domain::machine::{Course, Reading, Uptime};
use crate::domain::time::Timestamp;

/// Whether a person stands for what the clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// Nobody does: a doubtful reading is not noted, so that the doubt outlives this command.
    Checked,
    /// Somebody looked.
    Given,
}

/// What the clock showed to whoever uses the store.
#[derive(Clone, Debug)]
pub(super) struct Witness {
    reading: Reading,
    trust: Trust,
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Option<Reading>> {
    let Some(at) = codec::moment_or_null(row, "seen_at")? else { return Ok(None) };
    let uptime = match codec::parsed_or_null(row, "seen_boot")? {
        Some(boot) => Some(Uptime { boot, seconds: row.get("seen_uptime")? }),
        None => None,
    };
    Ok(Some(Reading { at, uptime }))
}

impl Store {
    /// Lets the store know what the clock shows, so that changes note it. A program that brings a time of
    /// its own says nothing, and nothing is noted.
    pub fn attend(&mut self, reading: Reading) {
        self.witness = Some(Witness { reading, trust: Trust::Checked });
    }

    /// Takes what the clock shows for right, whatever was noted before.
    pub fn trust_clock(&mut self) {
        if let Some(witness) = &mut self.witness {
            witness.trust = Trust::Given;
        }
    }

    /// What the clock shows, where somebody said so.
    #[must_use]
    pub fn reading(&self) -> Option<&Reading> {
        self.witness.as_ref().map(|witness| &witness.reading)
    }

    /// Notes that the store was used although nothing was to be changed. Where another command writes just
    /// now it is left to that one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_reading(&mut self) -> Result<(), StoreError> {
        let Some(witness) = self.witness.clone() else { return Ok(()) };
        let noted = self.read()?.last_reading()?;
        if !witness.is_worth_noting(noted.as_ref()) {
            return Ok(());
        }
        let standing = self.standing.clone();
        let noted = waiting::without_waiting(&mut self.connection, |connection| {
            let sql = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let tx = ReadTx { sql };
            witness.note(&tx)?;
            standing.as_ref().map_or(Ok(()), Standing::check)?;
            tx.sql.commit().map_err(StoreError::from_commit)
        });
        match noted {
            Err(StoreError::Busy { .. } | StoreError::ReadOnly) => Ok(()),
            noted => noted,
        }
    }
}

impl ReadTx<'_> {
    /// When the store was last used, where that was noted.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_reading(&self) -> Result<Option<Reading>, StoreError> {
        let mut statement =
            self.sql.prepare_cached("SELECT seen_at, seen_boot, seen_uptime FROM store")?;
        Ok(statement.query_row([], from_row)?)
    }

    /// When the newest entry of the audit was written.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_newest_entry_time(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut statement =
            self.sql.prepare_cached("SELECT at FROM audit ORDER BY number DESC LIMIT 1")?;
        let mut rows = statement.query([])?;
        Ok(rows.next()?.map(|row| codec::moment(row, "at")).transpose()?)
    }
}

impl WriteTx<'_> {
    /// Whether the time comes from the machine's clock.
    pub(super) const fn is_attended(&self) -> bool {
        self.witness.is_some()
    }

    /// Notes what the clock shows, where that is due.
    pub(super) fn note_reading(&self) -> Result<(), StoreError> {
        match &self.witness {
            Some(witness) => witness.note(self),
            None => Ok(()),
        }
    }
}

impl Witness {
    /// A note that is an hour old says as much as a new one, and costs no page of the log.
    fn is_worth_noting(&self, noted: Option<&Reading>) -> bool {
        match (noted, self.trust) {
            (None, _) | (_, Trust::Given) => true,
            (Some(noted), Trust::Checked) => {
                noted.is_outdated_by(&self.reading) && noted.course(&self.reading) == Course::Steady
            }
        }
    }

    fn note(&self, tx: &ReadTx<'_>) -> Result<(), StoreError> {
        // Asked again where another command may have been faster.
        if self.is_worth_noting(tx.last_reading()?.as_ref()) {
            let uptime = self.reading.uptime.as_ref();
            tx.sql
                .prepare_cached("UPDATE store SET seen_at = ?1, seen_boot = ?2, seen_uptime = ?3")?
                .execute(params![
                    self.reading.at.timestamp(),
                    uptime.map(|uptime| uptime.boot.as_str()),
                    uptime.map(|uptime| uptime.seconds),
                ])?;
        }
        Ok(())
    }
}
