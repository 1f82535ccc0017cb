//! Links: the first one, and a new one in place of an old one. Only the hash of a link's secret is kept.

use crate::domain::audit::Action;
use crate::domain::delivery::{DeliveryKind, DeliveryState};
use crate::domain::filter::{Direction, LinkFilter, Page, UserFilter, UserSort};
use crate::domain::id::{BatchId, OrganizationId, UserId};
use crate::domain::invite::{InviteState, Purpose};
use crate::domain::lifetime::Lifetime;
use crate::domain::operation::Operation;
use crate::domain::status::{Status, Verb};
use crate::domain::time::Timestamp;
use crate::domain::token::{Entropy, Secret, Token};
use crate::domain::user::{User, UserState};
use crate::domain::user_ref::UserRef;
use crate::ops::access::{self, Session};
use crate::ops::delivery::{Outlet, Sending, check_pace, let_out};
use crate::ops::each::{Outcome, change_each, read_once};
use crate::ops::error::{Error, Seekers};
use crate::ops::seats::Seats;
use crate::ops::{Context, Mode, stats};
use crate::store::{NewInvite, ReadTx, Store, WriteTx};

/// A link that was made.
#[derive(Debug)]
pub struct SentLink {
    /// The token; `None` in a dry run, where it would never work.
    pub token: Option<Token>,
    /// Until when it works.
    pub expires_at: Timestamp,
}

impl SentLink {
    /// A dry run shows no token.
    pub(in crate::ops) fn shown_in(self, mode: Mode) -> Self {
        match mode {
            Mode::Apply => self,
            Mode::DryRun | Mode::Suggest => Self { token: None, ..self },
        }
    }
}

/// Whom a link is for.
#[derive(Clone, Copy, Debug)]
pub(in crate::ops) struct Addressee {
    /// Where.
    pub(in crate::ops) organization: OrganizationId,
    /// The user.
    pub(in crate::ops) user: UserId,
    /// Who invites; nobody where it is the operator.
    pub(in crate::ops) inviter: Option<UserId>,
}

/// Makes a link, and ends the one before it. Only its hash stays in the store.
pub(in crate::ops) fn make_link(
    tx: &mut WriteTx<'_>,
    entropy: &mut dyn Entropy,
    Addressee { organization, user, inviter }: Addressee,
    purpose: Purpose,
    lifetime: Lifetime,
) -> Result<(Token, Timestamp), Error> {
    let secret = Secret::draw(entropy)?;
    let expires_at = lifetime.after(tx.now());
    tx.close_invites(organization, user, InviteState::Replaced)?;
    let invite = tx.next_invite()?;
    let secret_hash = &secret.hash();
    tx.add_invite(
        invite,
        NewInvite { organization, user, purpose, secret: secret_hash, inviter, expires_at },
    )?;
    Ok((Token { invite, secret }, expires_at))
}

/// Whose first links to make.
#[derive(Clone, Debug)]
pub enum Recipients {
    /// These.
    Named(Vec<UserRef>),
    /// Everybody pending: by address, at most so many, of one import only where it says so.
    Pending {
        /// The import.
        batch: Option<BatchId>,
        /// So many at most.
        limit: Option<u32>,
    },
}

/// How links are to leave.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// How long they live; as long as the organization's where `None`.
    pub lifetime: Option<Lifetime>,
    /// Printed, or mailed.
    pub outlet: Outlet,
}

/// A link that a user gets.
#[derive(Debug)]
pub struct Sent {
    /// The user as it was before.
    pub user: User,
    /// The link, or that its mail is queued.
    pub sending: Sending,
}

/// Makes the first links of pending users (S3 "Send Activation Emails").
///
/// # Errors
/// When the store fails; per user in the outcome otherwise.
pub fn send(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    recipients: &Recipients,
    terms: &Terms,
) -> Result<Outcome<Sent>, Error> {
    let (batch, limit) = match recipients {
        Recipients::Named(users) => {
            return link_each(store, context, entropy, Verb::Send, users, terms);
        }
        Recipients::Pending { batch, limit } => (*batch, *limit),
    };
    let users = access::look(store, context, Operation::Send, |tx, session| {
        pending(tx, session, batch, limit, &terms.outlet)
    })?;
    let mut outcome = link_each(store, context, entropy, Verb::Send, &users, terms)?;
    // Nobody named them: who got a link, left or was cancelled meanwhile is simply no longer pending.
    outcome.users.retain(|user| user.result.is_ok());
    Ok(outcome)
}

/// Makes new links in place of the old ones (rule 11).
///
/// # Errors
/// When the store fails; per user in the outcome otherwise.
pub fn resend(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    users: &[UserRef],
    terms: &Terms,
) -> Result<Outcome<Sent>, Error> {
    link_each(store, context, entropy, Verb::Resend, users, terms)
}

fn link_each(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    verb: Verb,
    users: &[UserRef],
    terms: &Terms,
) -> Result<Outcome<Sent>, Error> {
    let (operation, action) = match verb {
        Verb::Send => (Operation::Send, Action::Send),
        _ => (Operation::Resend, Action::Resend),
    };
    let mut seats = None;
    change_each(store, context, operation, action, users, |tx, session, user, _| {
        let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
        user.state.permit(verb).map_err(wrong)?;
        if verb == Verb::Resend {
            check_pace(tx, &terms.outlet, user, context.now)?;
        }
        // Whose link ran out holds no seat; a new link takes one again.
        if user.state == UserState::Expired {
            let seats = read_once(&mut seats, || Seats::of(tx, &session.organization))?;
            seats.take(Seekers::User(user.reference()))?;
        }
        terms.outlet.check_sender(&session.organization)?;
        terms.outlet.check_reach(tx, session, user.email.as_ref())?;
        let lifetime = terms.lifetime.unwrap_or(session.organization.lifetime);
        let inviter = session.person().map(|person| person.id);
        let addressee = Addressee { organization: user.organization, user: user.id, inviter };
        let sending = let_out(tx, entropy, &terms.outlet, addressee, Purpose::Join, lifetime)?;
        let link = sending.as_link();
        let state = match verb {
            Verb::Send => user.state.sent(link),
            _ => user.state.resent(link),
        };
        tx.set_state(user, state.map_err(wrong)?)?;
        Ok(Sent { user: user.clone(), sending: sending.shown_in(context.mode) })
    })
}

/// How many people are pending, of one import only where it says so: those are counted one by one.
///
/// # Errors
/// When the store fails, or whoever acts may not.
pub fn count_pending(
    store: &mut Store,
    context: &Context,
    batch: Option<BatchId>,
) -> Result<u64, Error> {
    access::look(store, context, Operation::Send, |tx, session| match batch {
        None => stats::count_pending(tx, session.organization.id),
        Some(_) => Ok(tx.count_matching(session.organization.id, &filter_of_pending(batch))?),
    })
}

fn filter_of_pending(batch: Option<BatchId>) -> UserFilter {
    let mut filter = UserFilter::with_statuses(&[Status::Invited]);
    filter.link = Some(LinkFilter::NotSent);
    filter.batch = batch;
    filter
}

fn pending(
    tx: &ReadTx<'_>,
    session: &Session,
    batch: Option<BatchId>,
    limit: Option<u32>,
    outlet: &Outlet,
) -> Result<Vec<UserRef>, Error> {
    let organization = &session.organization;
    let filter = filter_of_pending(batch);
    let all = Page {
        sort: UserSort::Email,
        direction: Direction::Ascending,
        after: None,
        // Some of them may be passed over.
        limit: None,
    };
    let mut query = tx.users(organization.id, &filter, &all)?;
    let mut users = Vec::new();
    for line in query.rows()? {
        if limit.is_some_and(|limit| users.len() >= limit as usize) {
            break;
        }
        // Nobody named them: who is not within reach is simply not meant.
        let user = line?.user;
        if is_mailed(tx, &user, outlet)? {
            continue;
        }
        if session.refuse_user(&user, &user.reference())?.is_none() {
            users.push(user.reference());
        }
    }
    Ok(users)
}

/// Whether a mail to a pending user exists already: one that waits goes out when its time has come, and what
/// to do about one that was refused, or may have arrived, somebody has to say.
fn is_mailed(tx: &ReadTx<'_>, user: &User, outlet: &Outlet) -> Result<bool, Error> {
    if matches!(outlet, Outlet::Print) {
        return Ok(false);
    }
    // One from before, of an invite that was withdrawn, is none of this one's.
    let newest = tx.find_newest_delivery(user.id)?;
    let newest = newest.filter(|newest| newest.created_at >= user.state_since);
    Ok(newest.is_some_and(|newest| match newest.state {
        DeliveryState::Queued
        | DeliveryState::Sending
        | DeliveryState::Refused
        | DeliveryState::Unknown => newest.kind == DeliveryKind::Invitation,
        DeliveryState::HandedOver | DeliveryState::Withdrawn | DeliveryState::NotConfigured => {
            false
        }
    }))
}
