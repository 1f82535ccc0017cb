//! Looking at the outbox, and trying again.

use super::{DeliveryError, Outlet, check_pace};
use crate::domain::audit::Action;
use crate::domain::delivery::{Delivery, DeliveryKind, DeliveryState};
use crate::domain::delivery_ref::DeliveryRef;
use crate::domain::id::DeliveryId;
use crate::domain::invite::InviteState;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::time::Timestamp;
use crate::domain::user::{Link, User, UserState};
use crate::domain::user_ref::UserRef;
use crate::ops::Context;
use crate::ops::access::{self, Session};
use crate::ops::each::{Detail, entry, finish, get_user, get_user_to_change, subject};
use crate::ops::error::Error;
use crate::store::{DeliveryFilter, DeliveryLine, ReadTx, Store, WriteTx};

/// Which deliveries to list.
#[derive(Clone, Debug, Default)]
pub struct DeliveryRequest {
    /// In these states; in any where none is named.
    pub states: Vec<DeliveryState>,
    /// For this user.
    pub user: Option<UserRef>,
    /// Older than this one.
    pub before: Option<DeliveryId>,
    /// So many at most.
    pub limit: Option<u32>,
}

/// The deliveries of an organization.
#[derive(Debug)]
pub struct DeliveryList {
    /// Where.
    pub organization: Organization,
    /// The newest first.
    pub lines: Vec<DeliveryLine>,
}

/// Lists deliveries, the newest first.
///
/// # Errors
/// When the user is unknown, whoever acts may not, or the store fails.
pub fn list(
    store: &mut Store,
    context: &Context,
    request: &DeliveryRequest,
) -> Result<DeliveryList, Error> {
    access::look(store, context, Operation::DeliveryList, |tx, session| {
        let user = match &request.user {
            Some(user) => Some(get_user_to_change(tx, session, user)?.id),
            None => None,
        };
        // Who died while handing over leaves no other trace than that.
        let mut states = request.states.clone();
        if states.contains(&DeliveryState::Unknown) {
            states.push(DeliveryState::Sending);
        }
        let mut filter =
            DeliveryFilter { states, user, before: request.before, limit: request.limit };
        let mut lines = Vec::new();
        // Those that are left out make room for others.
        loop {
            let page = tx.deliveries(session.organization.id, &filter)?;
            let is_last = filter.limit.is_none_or(|limit| page.len() < limit as usize);
            filter.before = page.last().map(|line| line.delivery.id);
            for mut line in page {
                line.delivery.state = line.delivery.state_at(context.now);
                let is_meant =
                    request.states.is_empty() || request.states.contains(&line.delivery.state);
                // Nobody named them: who is out of reach is simply not meant.
                if is_meant
                    && (session.person().is_none()
                        || session.covers(&tx.get_user(line.delivery.user)?))
                {
                    lines.push(line);
                }
            }
            let is_full = request.limit.is_some_and(|limit| lines.len() >= limit as usize);
            if is_last || is_full {
                break;
            }
        }
        lines.truncate(request.limit.map_or(usize::MAX, |limit| limit as usize));
        Ok(DeliveryList { organization: session.organization.clone(), lines })
    })
}

/// What to do with deliveries of which nobody knows whether they arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Leave them.
    Leave,
    /// Mail again, though it may be the second time.
    MailAgain,
}

/// Which deliveries to try again.
#[derive(Clone, Debug)]
pub enum RetryRequest {
    /// These.
    Named(Vec<DeliveryRef>),
    /// All that wait or were refused.
    All,
}

/// A delivery that was asked for.
#[derive(Debug)]
pub struct Retried {
    /// As it was named.
    pub named: DeliveryRef,
    /// The delivery as it was before, and whom it is for; or why it is not tried again.
    pub result: Result<(Delivery, UserRef), Error>,
}

/// What became of those that were to be tried again.
#[derive(Debug)]
pub struct RetryOutcome {
    /// Where.
    pub organization: Organization,
    /// Each once, in the order asked for.
    pub deliveries: Vec<Retried>,
}

/// How many of these are in doubt: whoever is asked must know before.
///
/// # Errors
/// When whoever acts may not, or the store fails.
pub fn count_doubtful(
    store: &mut Store,
    context: &Context,
    request: &RetryRequest,
) -> Result<usize, Error> {
    access::look(store, context, Operation::DeliveryRetry, |tx, session| {
        let mut doubtful = 0;
        for named in named(tx, session, request, Doubt::Leave)? {
            if let Ok((delivery, _)) = find(tx, session, &named)
                && delivery.state_at(context.now) == DeliveryState::Unknown
            {
                doubtful += 1;
            }
        }
        Ok(doubtful)
    })
}

/// Queues deliveries again, to be tried at once. What was handed over, or is not wanted any more, is not.
///
/// # Errors
/// When whoever acts may not, or the store fails; per delivery in the outcome otherwise.
pub fn retry(
    store: &mut Store,
    context: &Context,
    request: &RetryRequest,
    doubt: Doubt,
    outlet: &Outlet,
) -> Result<RetryOutcome, Error> {
    let (mut tx, session) = access::write(store, context, Operation::DeliveryRetry)?;
    let organization = session.organization.clone();
    outlet.check_sender(&organization)?;
    let mut outcome = RetryOutcome { organization, deliveries: Vec::new() };
    let (mut subjects, mut detail) = (Vec::new(), Detail::new());
    let mut seen = std::collections::HashSet::new();
    for named in named(&tx, &session, request, doubt)? {
        let found = find(&tx, &session, &named);
        // Two names of one are one.
        if found.as_ref().is_ok_and(|(delivery, _)| !seen.insert(delivery.id)) {
            continue;
        }
        let result = found.and_then(|(delivery, user)| {
            // A number is not answered with an address.
            let as_named = match &named {
                DeliveryRef::User(named) => named.clone(),
                DeliveryRef::Number(_) => UserRef::Number(user.id),
            };
            session.check_user(&tx, &user, &as_named)?;
            if delivery.kind == DeliveryKind::SetPassword {
                access::check_also(&tx, context, Operation::PasswordReset)?;
            }
            requeue(&mut tx, &delivery, &user, doubt, context.now)?;
            detail.push(("delivery", delivery.id.get().to_string()));
            subjects.push(subject(&user));
            Ok((delivery, user.reference()))
        });
        match result {
            Err(error) if !error.is_refusal() => return Err(error),
            result => outcome.deliveries.push(Retried { named, result }),
        }
    }
    if subjects.is_empty() {
        drop(tx);
    } else {
        finish(
            tx,
            context,
            &entry(Action::RetryDelivery, &outcome.organization, subjects, detail),
        )?;
    }
    let refused = outcome.deliveries.iter().filter_map(|one| one.result.as_ref().err());
    access::note(store, context, Operation::DeliveryRetry, refused)?;
    Ok(outcome)
}

/// Those that are meant, by name.
fn named(
    tx: &ReadTx<'_>,
    session: &Session,
    request: &RetryRequest,
    doubt: Doubt,
) -> Result<Vec<DeliveryRef>, Error> {
    match request {
        RetryRequest::Named(named) => Ok(named.clone()),
        RetryRequest::All => {
            let mut states = vec![DeliveryState::Queued, DeliveryState::Refused];
            if doubt == Doubt::MailAgain {
                states.push(DeliveryState::Unknown);
            }
            let filter = DeliveryFilter { states, ..DeliveryFilter::default() };
            let mut waiting = Vec::new();
            for line in tx.deliveries(session.organization.id, &filter)? {
                let user = tx.get_user(line.delivery.user)?;
                // Nobody named them: who is out of reach, or served by a later message, is not meant.
                let newest = tx.find_newest_delivery(user.id)?.map(|newest| newest.id);
                let is_wanted =
                    newest == Some(line.delivery.id) && is_wanted(&line.delivery, &user);
                if is_wanted && session.refuse_user(&user, &user.reference())?.is_none() {
                    waiting.push(DeliveryRef::Number(line.delivery.id));
                }
            }
            waiting.reverse();
            Ok(waiting)
        }
    }
}

/// A delivery that must be there, and whom it is for.
fn find(
    tx: &ReadTx<'_>,
    session: &Session,
    named: &DeliveryRef,
) -> Result<(Delivery, User), Error> {
    let unknown = || DeliveryError::Unknown {
        delivery: named.clone(),
        organization: session.organization.slug.clone(),
    };
    match named {
        DeliveryRef::Number(id) => {
            let found = tx.find_delivery(*id)?;
            let own = found.filter(|found| found.organization == session.organization.id);
            let delivery = own.ok_or_else(unknown)?;
            let user = tx.get_user(delivery.user)?;
            Ok((delivery, user))
        }
        DeliveryRef::User(user) => {
            let user = get_user(tx, session, user)?;
            let delivery = tx.find_newest_delivery(user.id)?.ok_or_else(unknown)?;
            Ok((delivery, user))
        }
    }
}

/// Whether a message would still be wanted as its user stands now.
fn is_wanted(delivery: &Delivery, user: &User) -> bool {
    match (delivery.kind, user.state) {
        // An invite that was withdrawn meanwhile, and another one since, had terms of its own.
        (DeliveryKind::Invitation, UserState::Invited { .. }) => {
            delivery.created_at >= user.state_since
        }
        (DeliveryKind::SetPassword, UserState::Active | UserState::Deactivated) => true,
        (DeliveryKind::Reminder, UserState::Invited { link: Link::Open { invite, .. } }) => {
            delivery.invite == Some(invite)
        }
        _ => false,
    }
}

fn requeue(
    tx: &mut WriteTx<'_>,
    delivery: &Delivery,
    user: &User,
    doubt: Doubt,
    now: Timestamp,
) -> Result<(), Error> {
    let state = delivery.state_at(now);
    let (id, reference) = (delivery.id, user.reference());
    let is_newest = tx.find_newest_delivery(user.id)?.is_some_and(|newest| newest.id == id);
    let refuse = || {
        let (user, instead) = (user.reference(), instead_of_retry(delivery.kind, user.state));
        Err(DeliveryError::NotToRetry { delivery: id, user, state, instead }.into())
    };
    match state {
        // A later one took the place of one that is not the newest.
        _ if !is_newest || !is_wanted(delivery, user) => return refuse(),
        DeliveryState::Queued | DeliveryState::Refused => {}
        DeliveryState::Unknown => {
            if doubt == Doubt::Leave {
                return Err(DeliveryError::InDoubt { delivery: id, user: reference }.into());
            }
            check_pace(tx, &Outlet::Mail { sender: None }, user, now)?;
            // The link that may have arrived ends: there is one link at a time.
            if delivery.kind != DeliveryKind::Reminder {
                tx.close_invites(user.organization, user.id, InviteState::Replaced)?;
            }
        }
        _ => return refuse(),
    }
    // An invitation whose user has a link by now was made anew.
    if let (DeliveryKind::Invitation, DeliveryState::Queued | DeliveryState::Refused) =
        (delivery.kind, state)
        && user.state != (UserState::Invited { link: Link::NotSent })
    {
        return refuse();
    }
    tx.requeue_delivery(delivery.id)?;
    Ok(())
}

/// What gives a user a link, where a delivery is not tried again; nothing where no link is for them.
fn instead_of_retry(kind: DeliveryKind, state: UserState) -> Option<&'static str> {
    match (kind, state) {
        (DeliveryKind::SetPassword, UserState::Active | UserState::Deactivated) => {
            Some("password reset")
        }
        (_, UserState::Invited { link: Link::NotSent }) => Some("send"),
        (_, UserState::Invited { .. } | UserState::Expired) => Some("resend"),
        _ => None,
    }
}

/// Where deliveries stand now; those that are gone are left out.
///
/// # Errors
/// When the store fails.
pub fn states(
    store: &mut Store,
    deliveries: &[DeliveryId],
    now: Timestamp,
) -> Result<Vec<(DeliveryId, DeliveryState)>, Error> {
    let tx = store.read()?;
    let mut states = Vec::with_capacity(deliveries.len());
    for id in deliveries {
        if let Some(delivery) = tx.find_delivery(*id)? {
            states.push((*id, delivery.state_at(now)));
        }
    }
    Ok(states)
}
