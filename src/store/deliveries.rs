//! Deliveries as they are looked for and listed. What changes them is in `outbox`; when one is tried, and what
//! its fate means, is `ops::delivery`'s. No secret comes here.

use std::collections::VecDeque;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params, params_from_iter};

use super::codec::{self, Coded};
use super::error::StoreError;
use super::transaction::ReadTx;
use crate::domain::delivery::{Answer, Delivery, DeliveryState};
use crate::domain::id::{DeliveryId, InviteId, OrganizationId, UserId};
use crate::domain::lifetime::Lifetime;
use crate::domain::time::Timestamp;
use crate::domain::user_ref::UserRef;

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

/// Finds the next delivery in the order of the queue, whatever its organization.
pub(super) fn next_in_queue() -> String {
    format!(
        "SELECT {COLUMNS} FROM deliveries d WHERE d.state = 1 AND d.due_at <= ?1 AND d.due_at > ?2
         ORDER BY d.due_at, d.id LIMIT 1"
    )
}

/// Finds the next delivery of those that are due in the same moment: an import queues a million at once.
pub(super) fn next_of_moment() -> String {
    format!(
        "SELECT {COLUMNS} FROM deliveries d WHERE d.state = 1 AND d.due_at = ?1 AND d.id > ?2
         ORDER BY d.id LIMIT 1"
    )
}

/// Finds the next delivery of an organization, by number.
pub(super) fn next_of_organization() -> String {
    format!(
        "SELECT {COLUMNS} FROM deliveries d WHERE d.organization_id = ?1 AND d.state = 1 AND d.id > ?2
           AND d.due_at <= ?3
         ORDER BY d.id LIMIT 1"
    )
}

/// Finds a delivery that is being handed over for too long.
pub(super) fn overdue() -> String {
    format!(
        "SELECT {COLUMNS} FROM deliveries d
         WHERE d.state = 2 AND d.due_at <= ?1 AND (?2 IS NULL OR d.organization_id = ?2)
         ORDER BY d.due_at LIMIT 1"
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
        let now = now.timestamp();
        let first = |sql: &str, place: &[i64]| {
            let mut statement = self.sql.prepare_cached(sql)?;
            statement.query_row(params_from_iter(place), from_row).optional()
        };
        if let Some(organization) = organization {
            return Ok(first(&next_of_organization(), &[organization.get(), id, now])?);
        }
        if after.is_some()
            && let Some(delivery) = first(&next_of_moment(), &[moment, id])?
        {
            return Ok(Some(delivery));
        }
        Ok(first(&next_in_queue(), &[now, moment])?)
    }

    /// A delivery that somebody died over, in one organization or in any.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn overdue_delivery(
        &self,
        organization: Option<OrganizationId>,
        now: Timestamp,
    ) -> Result<Option<Delivery>, StoreError> {
        let mut statement = self.sql.prepare_cached(&overdue())?;
        let place = params![now.timestamp(), organization.map(OrganizationId::get)];
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

    /// The newest deliveries of a user, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn newest_deliveries(&self, user: UserId, limit: u32) -> Result<Vec<Delivery>, StoreError> {
        let mut statement = self.sql.prepare_cached(&of_user())?;
        let newest = statement.query_map([user.get(), i64::from(limit)], from_row)?;
        Ok(newest.collect::<Result<_, _>>()?)
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
