//! Reading and writing the store: two types, so that a reader cannot write, and a writer that cannot
//! commit without saying what it did.

use std::ops::Deref;

use rusqlite::{Transaction, TransactionBehavior};

use super::counters::CountChanges;
use super::error::StoreError;
use super::load::Setup;
use super::open::Store;
use super::places::Newcomers;
use super::readings::Witness;
use super::search_index::SearchChanges;
use super::standing::Standing;
use super::tallies::TallyChanges;
use crate::domain::audit::{Actor, AuditEntry, Identity, Seal};
use crate::domain::time::Timestamp;
use crate::domain::user_ref::UserRef;

/// One unchanging view of the store.
#[derive(Debug)]
pub struct ReadTx<'s> {
    pub(super) sql: Transaction<'s>,
}

/// A change to the store. Dropped without [`WriteTx::commit`], it changes nothing.
#[derive(Debug)]
#[must_use = "a transaction that is dropped is rolled back"]
pub struct WriteTx<'s> {
    read: ReadTx<'s>,
    pub(super) now: Timestamp,
    pub(super) counts: CountChanges,
    pub(super) tallies: TallyChanges,
    /// Whose places are written later, while many arrive.
    pub(super) newcomers: Option<Newcomers>,
    pub(super) search: SearchChanges,
    actor: Actor,
    standing: Option<Standing>,
    pub(super) witness: Option<Witness>,
}

/// A change that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The number of its audit entry.
    pub number: u64,
    /// The seal of that entry: the head of the chain.
    pub head: Seal,
}

impl Store {
    /// Begins to read. Never waits for a writer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn read(&mut self) -> Result<ReadTx<'_>, StoreError> {
        let sql = self.connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
        Ok(ReadTx { sql })
    }

    /// Begins to write, and takes the one writer's lock at once, so that what is read in between still
    /// holds at the commit (trust, point 3).
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another command writes for too long.
    pub fn write(&mut self, now: Timestamp, actor: &Actor) -> Result<WriteTx<'_>, StoreError> {
        let behavior = match self.setup {
            Setup::Everyday => TransactionBehavior::Immediate,
            // Nobody reads beside it in any case; so whoever comes waits from the beginning, and no page has
            // to be waited for in the middle.
            Setup::FirstLoad => TransactionBehavior::Exclusive,
        };
        let sql = self.connection.transaction_with_behavior(behavior)?;
        Ok(WriteTx {
            read: ReadTx { sql },
            now,
            counts: CountChanges::default(),
            tallies: TallyChanges::default(),
            newcomers: None,
            search: SearchChanges::default(),
            actor: actor.clone(),
            standing: self.standing.clone(),
            witness: self.witness.clone(),
        })
    }
}

impl<'s> Deref for WriteTx<'s> {
    type Target = ReadTx<'s>;

    fn deref(&self) -> &ReadTx<'s> {
        &self.read
    }
}

impl WriteTx<'_> {
    /// Keeps the change, with its one audit entry. Durable when it returns.
    ///
    /// # Errors
    /// Nothing was kept, unless it is [`StoreError::OutcomeUnknown`].
    pub fn commit(mut self, entry: &AuditEntry) -> Result<Committed, StoreError> {
        self.write_counts()?;
        self.write_tallies()?;
        self.write_search()?;
        let committed = self.append(&self.actor, entry)?;
        self.note_reading()?;
        self.standing.as_ref().map_or(Ok(()), Standing::check)?;
        self.read.sql.commit().map_err(StoreError::from_commit)?;
        Ok(committed)
    }

    /// Names the user who acts in the one way the audit knows them by.
    pub fn act_as(&mut self, user: UserRef) {
        self.actor.identity = Identity::Person(user);
    }

    /// When the change is made.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }
}
