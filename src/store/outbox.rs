//! The outbox: deliveries that come in, are tried and come to an end, as rows. What is in it is looked for in
//! `deliveries`; when one is tried, and what its fate means, is `ops::delivery`'s. No secret comes here.

use rusqlite::params;

use super::codec::Coded;
use super::error::StoreError;
use super::transaction::WriteTx;
use crate::domain::delivery::{Answer, Delivery, DeliveryKind, DeliveryState};
use crate::domain::id::{DeliveryId, InviteId, OrganizationId, UserId};
use crate::domain::lifetime::Lifetime;
use crate::domain::time::Timestamp;

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

    /// Queues a delivery again, to be tried at once and for as long as a new one. Its tries go on counting: by
    /// them whoever still waits for the answer to an earlier one is known.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn requeue_delivery(&mut self, id: DeliveryId) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(
                "UPDATE deliveries SET state = 1, due_at = ?2, created_at = ?2,
                     changed_at = ?2 WHERE id = ?1",
            )?
            .execute([id.get(), self.now.timestamp()])?;
        Ok(())
    }

    /// Keeps where a delivery stands after one try of it; one that is to be tried again with the moment for
    /// that. Nothing where it is gone with its user, or is no longer in the hands of whoever made that try.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn settle_delivery(
        &mut self,
        tried: &Delivery,
        state: DeliveryState,
        due_at: Timestamp,
        answer: Option<&Answer>,
    ) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(
                "UPDATE deliveries SET state = ?2, due_at = ?3, answer = ?4, changed_at = ?5
                 WHERE id = ?1 AND state = 2 AND attempts = ?6",
            )?
            .execute(params![
                tried.id.get(),
                state.code(),
                due_at.timestamp(),
                answer.map(Answer::as_str),
                self.now.timestamp(),
                tried.attempts,
            ])?;
        Ok(())
    }

    /// Ends a delivery that waits, without a try.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn end_delivery(
        &mut self,
        id: DeliveryId,
        state: DeliveryState,
        answer: Option<&Answer>,
    ) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(
                "UPDATE deliveries SET state = ?2, answer = ?3, changed_at = ?4
                 WHERE id = ?1 AND state = 1",
            )?
            .execute(params![
                id.get(),
                state.code(),
                answer.map(Answer::as_str),
                self.now.timestamp()
            ])?;
        Ok(())
    }

    /// Withdraws what still waits to be mailed to a user.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn withdraw_deliveries(&mut self, user: UserId) -> Result<(), StoreError> {
        let mut statement = self.sql.prepare_cached(
            "UPDATE deliveries SET state = 7, changed_at = ?2 WHERE user_id = ?1 AND state = 1",
        )?;
        statement.execute([user.get(), self.now.timestamp()])?;
        Ok(())
    }
}
