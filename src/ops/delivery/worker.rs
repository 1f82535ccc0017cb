//! Working the queue off: one delivery after the other is claimed, handed over and settled.
//!
//! Claiming makes the link, and is a transaction; so is settling. What happens between the two may happen
//! twice or be cut off, and never in silence: a process that dies there leaves a delivery that is being
//! handed over, which is unknown when its time is over and is not tried again unasked. Nobody is claimed
//! who is not in the store and waiting by then, so nobody outside it is mailed.

use std::time::Duration;

use super::letters::{self, Letterhead};
use super::links::{lack, make, wanted};
use super::settling::{settle, settled};
use crate::domain::audit::{Action, Identity};
use crate::domain::delivery::{Answer, Delivery, DeliveryState, Handover};
use crate::domain::email::EmailAddress;
use crate::domain::id::DeliveryId;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::portal::PortalAddress;
use crate::domain::time::{Timestamp, later};
use crate::domain::token::Entropy;
use crate::domain::user::User;
use crate::mail::{Message, Transport};
use crate::ops::access::{self, Session};
use crate::ops::each::{Detail, entry, subject};
use crate::ops::error::{Error, Kind};
use crate::ops::{Context, OrganizationChoice};
use crate::store::{Store, Waiting};

/// What the worker needs of the world around it.
pub trait Round {
    /// The time.
    fn now(&mut self) -> Timestamp;

    /// Waits; may return early where the round is over.
    fn wait(&mut self, pause: Duration);

    /// Whether to stop before the next message: somebody said so, or the time is used up.
    fn is_over(&mut self) -> bool;
}

/// How mails leave.
pub struct Post<'a> {
    /// The way out.
    pub transport: &'a mut dyn Transport,
    /// Whom mails come from where the organization does not say.
    pub sender: Option<EmailAddress>,
    /// The address that an organization's links start with.
    pub portal: &'a dyn Fn(&Organization) -> Option<PortalAddress>,
    /// The time, and when to stop.
    pub round: &'a mut dyn Round,
    /// The least time from one message to the next.
    pub pause: Option<Duration>,
    /// How long one message may take to be handed over: longer than all waits of the transport together.
    /// Whoever takes longer has died, and nobody knows what became of the message.
    pub patience: Duration,
}

/// What is to be worked off.
#[derive(Clone, Debug)]
pub enum Work {
    /// What waits and may be tried by now, first come, first served: in every organization where the operator
    /// names none.
    Queue {
        /// So many messages at most.
        limit: Option<u32>,
    },
    /// These deliveries, in this order.
    These(Vec<DeliveryId>),
}

/// What became of one delivery.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// The delivery, with the try counted.
    pub delivery: Delivery,
    /// Whom it was for.
    pub user: User,
    /// Where.
    pub organization: Organization,
    /// Until when the link works that was mailed.
    pub expires_at: Option<Timestamp>,
    /// How it ended.
    pub fate: Fate,
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The server took it.
    HandedOver(Answer),
    /// It is tried again, not before the moment.
    Later(Answer, Timestamp),
    /// The server will not have it, or there is no message to send.
    Refused(Answer),
    /// It may have arrived.
    Unknown(Answer),
    /// It was not wanted any more.
    Withdrawn,
    /// The server cannot be used; it is tried again, not before the moment, and nothing else was tried.
    Unavailable(Answer, Timestamp),
}

/// What is found instead of an answer where somebody died.
const LOST: &str = "whatever handed it over came to an end before it had an answer";

/// How often settling is tried while others write: the message is out, and that must be known.
const SETTLING_TRIES: usize = 6;

impl Fate {
    /// Where its delivery stands after it.
    #[must_use]
    pub const fn state(&self) -> DeliveryState {
        match self {
            Self::HandedOver(_) => DeliveryState::HandedOver,
            Self::Refused(_) => DeliveryState::Refused,
            Self::Unknown(_) => DeliveryState::Unknown,
            Self::Later(..) | Self::Unavailable(..) => DeliveryState::Queued,
            Self::Withdrawn => DeliveryState::Withdrawn,
        }
    }

    /// What the server said, where it was asked.
    #[must_use]
    pub const fn answer(&self) -> Option<&Answer> {
        match self {
            Self::HandedOver(answer) | Self::Refused(answer) | Self::Unknown(answer) => {
                Some(answer)
            }
            Self::Later(answer, _) | Self::Unavailable(answer, _) => Some(answer),
            Self::Withdrawn => None,
        }
    }

    /// When it is tried again, where it is.
    #[must_use]
    pub const fn next_try(&self) -> Option<Timestamp> {
        match self {
            Self::Later(_, next) | Self::Unavailable(_, next) => Some(*next),
            _ => None,
        }
    }
}

/// A claimed delivery: its link is made, and nobody else hands it over.
struct Claimed {
    delivery: Delivery,
    organization: Organization,
    user: User,
    expires_at: Timestamp,
    message: Result<Message, Answer>,
}

enum Claim {
    Nothing,
    /// Not for whoever acts to mail.
    PassedOver,
    /// Ended without a try.
    Ended(Box<Delivered>),
    Made(Box<Claimed>),
}

impl Claim {
    fn ended(delivery: Delivery, organization: Organization, user: User, fate: Fate) -> Self {
        let expires_at = None;
        Self::Ended(Box::new(Delivered { delivery, user, organization, expires_at, fate }))
    }
}

/// Hands deliveries over, one a call of `next`.
pub struct Worker<'a> {
    store: &'a mut Store,
    context: Context,
    entropy: &'a mut dyn Entropy,
    post: Post<'a>,
    waiting: Waiting,
    left: Option<u32>,
    begun: bool,
    is_done: bool,
}

impl<'a> Worker<'a> {
    /// Gets ready; nothing is sent yet.
    ///
    /// # Errors
    /// When whoever acts may send nothing.
    pub fn new(
        store: &'a mut Store,
        context: &Context,
        entropy: &'a mut dyn Entropy,
        post: Post<'a>,
        work: Work,
    ) -> Result<Self, Error> {
        let (waiting, left) = match work {
            Work::These(ids) => (Waiting::These(ids.into()), None),
            Work::Queue { limit } => {
                let organization = access::look(store, context, Operation::Send, |_, session| {
                    let everywhere = session.person().is_none()
                        && context.organization == OrganizationChoice::Current;
                    Ok((!everywhere).then_some(session.organization.id))
                })?;
                (Waiting::Queue { organization, after: None }, limit)
            }
        };
        let context = context.clone();
        Ok(Self { store, context, entropy, post, waiting, left, begun: false, is_done: false })
    }

    fn step(&mut self) -> Result<Option<Delivered>, Error> {
        loop {
            if self.left == Some(0) || self.post.round.is_over() {
                return Ok(None);
            }
            if let (true, Some(pause)) = (self.begun, self.post.pause) {
                self.post.round.wait(pause);
                if self.post.round.is_over() {
                    return Ok(None);
                }
            }
            self.context.now = self.post.round.now();
            if let Some(delivered) = self.find_lost()? {
                return Ok(Some(delivered));
            }
            match self.claim()? {
                Claim::Nothing => return Ok(None),
                Claim::PassedOver => self.begun = false,
                Claim::Ended(delivered) => {
                    self.begun = false;
                    return Ok(Some(*delivered));
                }
                Claim::Made(claimed) => {
                    self.begun = true;
                    self.left = self.left.map(|left| left.saturating_sub(1));
                    return self.hand_over(*claimed).map(Some);
                }
            }
        }
    }

    /// Finds a delivery that somebody died over: nobody knows whether it arrived, and that is said once.
    fn find_lost(&mut self) -> Result<Option<Delivered>, Error> {
        let Waiting::Queue { organization, .. } = self.waiting else { return Ok(None) };
        // Whom it is about may be out of a person's reach; the operator's next run finds it.
        if matches!(self.context.actor.identity, Identity::Person(_)) {
            return Ok(None);
        }
        if self.store.read()?.overdue_delivery(organization, self.context.now)?.is_none() {
            return Ok(None);
        }
        let mut tx = access::go_on(self.store, &self.context)?;
        let Some(delivery) = tx.overdue_delivery(organization, self.context.now)? else {
            return Ok(None);
        };
        let organization = tx.get_organization(delivery.organization)?;
        let user = tx.get_user(delivery.user)?;
        let (state, answer) = (DeliveryState::Unknown, Answer::new(LOST));
        tx.settle_delivery(&delivery, state, self.context.now, Some(&answer))?;
        tx.commit(&settled(&delivery, &organization, &user, state, Some(&answer)))?;
        let (fate, expires_at) = (Fate::Unknown(answer), None);
        Ok(Some(Delivered { delivery, user, organization, expires_at, fate }))
    }

    /// Takes the next delivery that waits, and makes its link.
    fn claim(&mut self) -> Result<Claim, Error> {
        // A look first: a queue with nothing in it costs no lock.
        if self.store.read()?.next_delivery(&self.waiting, self.context.now)?.is_none() {
            return Ok(Claim::Nothing);
        }
        // What a command has just queued was allowed then; who works a queue off may send.
        let (mut tx, session) = match self.waiting {
            Waiting::These(_) => (access::go_on(self.store, &self.context)?, None),
            Waiting::Queue { .. } => {
                let (tx, session) = access::write(self.store, &self.context, Operation::Send)?;
                (tx, Some(session))
            }
        };
        let Some(delivery) = tx.next_delivery(&self.waiting, self.context.now)? else {
            return Ok(Claim::Nothing);
        };
        self.waiting.pass(&delivery);
        let organization = tx.get_organization(delivery.organization)?;
        let user = tx.get_user(delivery.user)?;
        if let Some(session) = session
            && is_out_of_reach(&session, &organization, &user)?
        {
            return Ok(Claim::PassedOver);
        }
        let Some(wanted) = wanted(&delivery, &user, self.context.now) else {
            let state = DeliveryState::Withdrawn;
            tx.end_delivery(delivery.id, state, None)?;
            tx.commit(&settled(&delivery, &organization, &user, state, None))?;
            return Ok(Claim::ended(delivery, organization, user, Fate::Withdrawn));
        };
        if let Some(lack) = lack(&tx, &self.context, &delivery, &organization, &user)? {
            let (state, answer) = (DeliveryState::Refused, Answer::new(&lack));
            tx.end_delivery(delivery.id, state, Some(&answer))?;
            tx.commit(&settled(&delivery, &organization, &user, state, Some(&answer)))?;
            return Ok(Claim::ended(delivery, organization, user, Fate::Refused(answer)));
        }
        tx.begin_delivery(delivery.id, later(self.context.now, self.post.patience))?;
        let (token, expires_at) = make(&mut tx, self.entropy, &delivery, wanted)?;
        tx.set_delivery_invite(delivery.id, token.invite)?;
        let letterhead = Letterhead {
            organization: &organization,
            sender: organization.sender.clone().or_else(|| self.post.sender.clone()),
            portal: (self.post.portal)(&organization),
            date: self.context.now,
        };
        let link = (&token, expires_at);
        let message = letters::message(&tx, self.entropy, &letterhead, &user, &delivery, link)?;
        let detail: Detail =
            vec![("delivery", delivery.id.get().to_string()), ("kind", delivery.kind.to_string())];
        let begun = entry(Action::BeginDelivery, &organization, vec![subject(&user)], detail);
        tx.commit(&begun)?;
        let attempts = delivery.attempts.saturating_add(1);
        let delivery = Delivery { invite: Some(token.invite), attempts, ..delivery };
        Ok(Claim::Made(Box::new(Claimed { delivery, organization, user, expires_at, message })))
    }

    fn hand_over(&mut self, claimed: Claimed) -> Result<Delivered, Error> {
        let handover = match &claimed.message {
            Ok(message) => self.post.transport.hand_over(message, &mut |_| {}),
            Err(reason) => Handover::Refused(reason.clone()),
        };
        self.context.now = self.post.round.now();
        let tries = claimed.delivery.attempts;
        let next = claimed.delivery.next_try(tries, self.context.now);
        let gave_up = |answer: Answer| {
            Fate::Refused(Answer::new(&format!("given up after {tries} tries: {answer}")))
        };
        let fate = match handover {
            Handover::Accepted(answer) => Fate::HandedOver(answer),
            Handover::Refused(answer) => Fate::Refused(answer),
            Handover::Unknown(answer) => Fate::Unknown(answer),
            Handover::Deferred(answer) => match next {
                Some(next) => Fate::Later(answer, next),
                None => gave_up(answer),
            },
            Handover::Unavailable(answer) => {
                self.is_done = true;
                match next {
                    Some(next) => Fate::Unavailable(answer, next),
                    None => gave_up(answer),
                }
            }
        };
        let Claimed { delivery, organization, user, expires_at, .. } = claimed;
        let is_out = matches!(fate, Fate::HandedOver(_) | Fate::Unknown(_));
        let expires_at = is_out.then_some(expires_at);
        let mut delivered = Delivered { delivery, user, organization, expires_at, fate };
        let mut settled = settle(self.store, &self.context, &delivered);
        for _ in 1..SETTLING_TRIES {
            if !settled.as_ref().is_err_and(|error| error.kind() == Kind::Busy) {
                break;
            }
            settled = settle(self.store, &self.context, &delivered);
        }
        // That nothing can be mailed is to be known also where this was not wanted any more.
        let is_unavailable = matches!(delivered.fate, Fate::Unavailable(..));
        if settled? == DeliveryState::Withdrawn && !is_unavailable {
            delivered.fate = Fate::Withdrawn;
        }
        Ok(delivered)
    }
}

impl Iterator for Worker<'_> {
    type Item = Result<Delivered, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let step = self.step();
        if !matches!(step, Ok(Some(_))) {
            self.is_done = true;
        }
        step.transpose()
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        self.post.transport.close();
    }
}

/// Whether whoever acts may not mail this user: nobody named them, so they are simply not meant.
fn is_out_of_reach(
    session: &Session,
    organization: &Organization,
    user: &User,
) -> Result<bool, Error> {
    match session.person() {
        None => Ok(false),
        Some(_) if session.organization.id != organization.id => Ok(true),
        Some(_) => Ok(session.refuse_user(user, &user.reference())?.is_some()),
    }
}
