//! Deliveries: the outbox as rows in and out. When one is tried, and what its fate means, is
//! `ops::delivery`'s. No secret comes here.

use std::collections::VecDeque;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params, params_from_iter};

use super::codec::{self, Coded};
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::delivery::{Answer, Delivery, DeliveryKind, DeliveryState};
use crate::domain::id::{DeliveryId, InviteId, OrganizationId, UserId};
use crate::domain::lifetime::Lifetime;
use crate::domain::time::Timestamp;
use crate::domain::user_ref::UserRef;

/// A delivery that is not in the outbox yet.
#[derive(Clone, Copy, Debug)]
pub struct NewDelivery {
    /// Where.
    pub organization: OrganizationId,
    /// For whom.
    pub user: UserId,
    /// What about.
    pub kind: DeliveryKind,
    /// Who invites; nobody where it is the operator.
    pub inviter: Option<UserId>,
    /// How long its link is to live.
    pub lifetime: Lifetime,
    /// The invite that it is about, where there is one already.
    pub invite: Option<InviteId>,
}

/// A delivery in a list, with whom it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryLine {
    /// The delivery.
    pub delivery: Delivery,
    /// Whom it is for.
    pub user: UserRef,
}

/// Which deliveries are meant.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter {
    /// In one of these states; in any where none is named.
    pub states: Vec<DeliveryState>,
    /// For this user.
    pub user: Option<UserId>,
    /// Older than this one.
    pub before: Option<DeliveryId>,
    /// So many at most.
    pub limit: Option<u32>,
}

/// Where to look for the next delivery to try.
#[derive(Clone, Debug)]
pub enum Waiting {
    /// Everywhere, or in one organization, behind this place in the order of the queue.
    Queue {
        /// The organization; every one where none is named.
        organization: Option<OrganizationId>,
        /// The last one looked at.
        after: Option<(Timestamp, DeliveryId)>,
    },
    /// Among these, in this order.
    These(VecDeque<DeliveryId>),
}

impl Waiting {
    /// Goes on behind this one.
    pub fn pass(&mut self, delivery: &Delivery) {
        match self {
            Self::Queue { after, .. } => *after = Some((delivery.due_at, delivery.id)),
            Self::These(ids) => while ids.pop_front().is_some_and(|id| id != delivery.id) {},
        }
    }
}

const COLUMNS: &str = "d.id, d.organization_id, d.user_id, d.kind, d.state, d.inviter_id, d.lifetime, \
     d.attempts, d.due_at, d.invite_id, d.answer, d.created_at, d.changed_at";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    let lifetime = Lifetime::from_seconds(row.get("lifetime")?).map_err(|error| {
        codec::damaged(rusqlite::types::Type::Integer, "lifetime", &error.to_string())
    })?;
    Ok(Delivery {
        id: DeliveryId::new(row.get("id")?),
        organization: OrganizationId::new(row.get("organization_id")?),
        user: UserId::new(row.get("user_id")?),
        kind: codec::coded(row, "kind")?,
        state: codec::coded(row, "state")?,
        inviter: row.get::<_, Option<i64>>("inviter_id")?.map(UserId::new),
        lifetime,
        attempts: row.get("attempts")?,
        due_at: codec::moment(row, "due_at")?,
        invite: row.get::<_, Option<i64>>("invite_id")?.map(InviteId::new),
        answer: row.get::<_, Option<String>>("answer")?.as_deref().map(Answer::new),
        created_at: codec::moment(row, "created_at")?,
        changed_at: codec::moment(row, "changed_at")?,
    })
}

fn line_from_row(row: &Row<'_>) -> rusqlite::Result<DeliveryLine> {
    let delivery = from_row(row)?;
    let user = match codec::email(row)? {
        Some(email) => UserRef::Email(email),
        None => UserRef::Number(delivery.user),
    };
    Ok(DeliveryLine { delivery, user })
}

/// Finds the next delivery in the order of the queue: whatever its organization, or in one.
pub(super) fn next_in_queue() -> String {
    format!(
        "SELECT {COLUMNS} FROM deliveries d WHERE d.state = 1 AND d.due_at <= ?1
           AND (d.due_at, d.id) > (?2, ?3) AND (?4 IS NULL OR d.organization_id = ?4)
         ORDER BY d.due_at, d.id LIMIT 1"
    )
}

/// Finds the newest deliveries of a user.
pub(super) fn of_user() -> String {
    format!("SELECT {COLUMNS} FROM deliveries d WHERE d.user_id = ?1 ORDER BY d.id DESC LIMIT ?2")
}

/// Lists deliveries, the newest first.
pub(super) fn list(organization: OrganizationId, filter: &DeliveryFilter) -> (String, Vec<Value>) {
    let mut values = vec![Value::Integer(organization.get())];
    let mut conditions = vec!["d.organization_id = ?".to_owned()];
    let states: Vec<String> =
        filter.states.iter().map(|state| format!("d.state = {}", state.code())).collect();
    if !states.is_empty() {
        conditions.push(format!("({})", states.join(" OR ")));
    }
    if let Some(user) = filter.user {
        conditions.push("d.user_id = ?".to_owned());
        values.push(Value::Integer(user.get()));
    }
    if let Some(before) = filter.before {
        conditions.push("d.id < ?".to_owned());
        values.push(Value::Integer(before.get()));
    }
    let limit = filter.limit.map_or(String::new(), |limit| format!(" LIMIT {limit}"));
    let sql = format!(
        "SELECT {COLUMNS}, u.email, u.email_typed FROM deliveries d JOIN users u ON u.id = d.user_id
         WHERE {} ORDER BY d.id DESC{limit}",
        conditions.join(" AND ")
    );
    (sql, values)
}

impl ReadTx<'_> {
    /// A delivery by its number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_delivery(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM deliveries d WHERE d.id = ?1");
        let mut statement = self.sql.prepare_cached(&sql)?;
        Ok(statement.query_row([id.get()], from_row).optional()?)
    }

    /// The next delivery that may be tried by now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_delivery(
        &self,
        waiting: &Waiting,
        now: Timestamp,
    ) -> Result<Option<Delivery>, StoreError> {
        let (organization, after) = match waiting {
            Waiting::Queue { organization, after } => (organization, after),
            Waiting::These(ids) => {
                for id in ids {
                    let found = self.find_delivery(*id)?;
                    let waits =
                        |it: &Delivery| it.state == DeliveryState::Queued && it.due_at <= now;
                    if let Some(delivery) = found.filter(waits) {
                        return Ok(Some(delivery));
                    }
                }
                return Ok(None);
            }
        };
        let (moment, id) =
            after.map_or((i64::MIN, 0), |(moment, id)| (moment.timestamp(), id.get()));
        let organization = organization.map(OrganizationId::get);
        let mut statement = self.sql.prepare_cached(&next_in_queue())?;
        let place = params![now.timestamp(), moment, id, organization];
        Ok(statement.query_row(place, from_row).optional()?)
    }

    /// The newest delivery of a user.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_newest_delivery(&self, user: UserId) -> Result<Option<Delivery>, StoreError> {
        let mut statement = self.sql.prepare_cached(&of_user())?;
        Ok(statement.query_row([user.get(), 1], from_row).optional()?)
    }

    /// The deliveries that meet a filter, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn deliveries(
        &self,
        organization: OrganizationId,
        filter: &DeliveryFilter,
    ) -> Result<Vec<DeliveryLine>, StoreError> {
        let (sql, values) = list(organization, filter);
        let mut statement = self.sql.prepare_cached(&sql)?;
        let lines = statement.query_map(params_from_iter(values), line_from_row)?;
        Ok(lines.collect::<Result<_, _>>()?)
    }

    /// How many deliveries of an organization wait, now or later.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_queued(&self, organization: OrganizationId) -> Result<u64, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT count(*) AS n FROM deliveries WHERE organization_id = ?1 AND state = 1",
        )?;
        Ok(statement.query_row([organization.get()], |row| codec::count(row, "n"))?)
    }
}

impl WriteTx<'_> {
    /// Puts a delivery into the outbox: to be tried at once, or only to be remembered, where no mail server
    /// is set up.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_delivery(
        &mut self,
        new: NewDelivery,
        state: DeliveryState,
    ) -> Result<DeliveryId, StoreError> {
        let id = self.take_numbers("delivery", 1)?;
        self.sql
            .prepare_cached(
                "INSERT INTO deliveries (id, organization_id, user_id, kind, state, inviter_id, lifetime,
                     due_at, invite_id, created_at, changed_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?8, ?8)",
            )?
            .execute(params![
                id,
                new.organization.get(),
                new.user.get(),
                new.kind.code(),
                state.code(),
                new.inviter.map(UserId::get),
                new.lifetime.seconds(),
                self.now.timestamp(),
                new.invite.map(InviteId::get),
            ])?;
        Ok(DeliveryId::new(id))
    }

    /// Marks a delivery as being handed over, which must be over by then; it counts as a try.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_delivery(&mut self, id: DeliveryId, until: Timestamp) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(
                "UPDATE deliveries SET state = 2, attempts = attempts + 1, due_at = ?2, changed_at = ?3
                 WHERE id = ?1",
            )?
            .execute(params![id.get(), until.timestamp(), self.now.timestamp()])?;
        Ok(())
    }

    /// Keeps which invite's link a delivery carries.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_delivery_invite(
        &mut self,
        id: DeliveryId,
        invite: InviteId,
    ) -> Result<(), StoreError> {
        self.sql
            .prepare_cached("UPDATE deliveries SET invite_id = ?2 WHERE id = ?1")?
            .execute([id.get(), invite.get()])?;
        Ok(())
    }

    /// Queues a delivery again, to be tried at once and for as long as a new one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn requeue_delivery(&mut self, id: DeliveryId) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(
                "UPDATE deliveries SET state = 1, attempts = 0, due_at = ?2, created_at = ?2,
                     changed_at = ?2 WHERE id = ?1",
            )?
            .execute([id.get(), self.now.timestamp()])?;
        Ok(())
    }

    /// Keeps where a delivery stands now; one that is to be tried again with the moment for that. A
    /// delivery that is gone, with its user, stays gone.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn settle_delivery(
        &mut self,
        id: DeliveryId,
        state: DeliveryState,
        due_at: Timestamp,
        answer: Option<&Answer>,
    ) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(
                "UPDATE deliveries SET state = ?2, due_at = ?3, answer = ?4, changed_at = ?5 WHERE id = ?1",
            )?
            .execute(params![
                id.get(),
                state.code(),
                due_at.timestamp(),
                answer.map(Answer::as_str),
                self.now.timestamp(),
            ])?;
        Ok(())
    }

    /// Withdraws what still waits to be mailed to a user; says how many mails.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn withdraw_deliveries(&mut self, user: UserId) -> Result<usize, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "UPDATE deliveries SET state = 7, changed_at = ?2 WHERE user_id = ?1 AND state = 1",
        )?;
        Ok(statement.execute([user.get(), self.now.timestamp()])?)
    }
}
