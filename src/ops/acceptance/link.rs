//! From a token to what its link leads to; and what is wrong with one, which the audit is told and nobody
//! else (trust C8): whoever holds a link learns the same, whatever the reason, and as much is done for each.

use std::fmt;

use super::refusal::AcceptanceError;
use crate::domain::audit::{Action, Actor, AuditEntry, Identity};
use crate::domain::delivery::DeliveryState;
use crate::domain::id::{InviteId, UserId};
use crate::domain::invite::{InviteState, Purpose};
use crate::domain::operation::Operation;
use crate::domain::organization::{Organization, SignOn};
use crate::domain::token::{SecretHash, Token};
use crate::domain::user::{LinkUnawaited, PortalAccess, Standing, User, UserState};
use crate::domain::user_ref::UserRef;
use crate::ops::access;
use crate::ops::accounts;
use crate::ops::each::subject;
use crate::ops::error::Error;
use crate::ops::roles::Roles;
use crate::ops::{Context, Mode, OrganizationChoice};
use crate::store::{FollowedLink, ReadTx, Store, WriteTx};

/// How many deliveries are looked through for a link's own: it is the newest, or a reminder came after it.
const RECENT: u32 = 5;

/// Why a link leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Flaw {
    /// What was typed is no token.
    NoToken,
    /// There is no invite of that number, or not any more.
    UnknownInvite(InviteId),
    /// There is one, and the secret is not its.
    WrongSecret,
    /// It was used, withdrawn, declined, replaced, or marked as run out.
    Closed(InviteState),
    /// Its time is over.
    RanOut,
    /// Its user does not wait for it.
    Unawaited(Standing),
    /// Somebody was faster.
    Taken,
    /// Its user has no login (trust D13).
    LoginLess,
    /// It is to set a password, where none is used.
    SignOn,
    /// Its inviter has seen it, and it would open another organization, too.
    Printed,
    /// Who made it may not invite to this role and team any more (rule 3).
    Inviter(String),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoToken => f.write_str("no token"),
            Self::UnknownInvite(invite) => write!(f, "no invite {invite}"),
            Self::WrongSecret => f.write_str("wrong secret"),
            Self::Closed(state) => write!(f, "the link is {state}"),
            Self::RanOut => f.write_str("the link has run out"),
            Self::Unawaited(standing) => write!(f, "the user is {standing}"),
            Self::Taken => f.write_str("the link was used meanwhile"),
            Self::LoginLess => f.write_str("the user has no login"),
            Self::Printed => f.write_str(
                "the link was printed for its inviter, and opens another organization, too",
            ),
            Self::SignOn => f.write_str("single sign-on needs no password"),
            Self::Inviter(why) => write!(f, "the inviter may not any more: {why}"),
        }
    }
}

/// A link that leads nowhere.
#[derive(Debug)]
pub(super) struct DeadLink {
    flaw: Flaw,
    /// What it would lead to, where there is an invite of its number.
    link: Option<Box<FollowedLink>>,
}

/// A link that the user it leads to does not wait for.
pub(super) fn unawaited(link: FollowedLink, unawaited: LinkUnawaited) -> DeadLink {
    DeadLink { flaw: Flaw::Unawaited(unawaited.standing), link: Some(Box::new(link)) }
}

/// A link that was used between being followed and being used.
pub(super) fn taken(link: FollowedLink) -> DeadLink {
    DeadLink { flaw: Flaw::Taken, link: Some(Box::new(link)) }
}

/// Whoever holds a link acts by it alone: who they were said to be is not asked, and not written down.
pub(super) fn as_nobody(context: &Context) -> Context {
    let actor = Actor { identity: Identity::Operator, login: context.actor.login.clone() };
    Context { actor, ..context.clone() }
}

/// Follows a token, `None` where what was typed is none, to its link: one that can be used now, or a dead
/// one.
///
/// # Errors
/// When the store fails.
pub(super) fn follow(
    tx: &ReadTx<'_>,
    context: &Context,
    token: Option<&Token>,
) -> Result<Result<FollowedLink, DeadLink>, Error> {
    // What is missing is looked for and compared with all the same.
    let number = token.map_or(InviteId::new(0), |token| token.invite);
    let typed = token.map_or(SecretHash::NONE, |token| token.secret.hash());
    let link = tx.find_link(number)?;
    let kept = link.as_ref().map_or(SecretHash::NONE, |link| link.secret);
    let reminder = link.as_ref().and_then(|link| link.reminder).unwrap_or(SecretHash::NONE);
    let opens = (kept == typed) | (reminder == typed);
    let dead =
        |flaw, link: Option<FollowedLink>| Ok(Err(DeadLink { flaw, link: link.map(Box::new) }));
    match (token, link) {
        (None, _) => dead(Flaw::NoToken, None),
        (Some(token), None) => dead(Flaw::UnknownInvite(token.invite), None),
        (Some(_), Some(link)) if !opens => dead(Flaw::WrongSecret, Some(link)),
        (Some(_), Some(link)) => match find_flaw(tx, context, &link)? {
            Some(flaw) => dead(flaw, Some(link)),
            None => Ok(Ok(link)),
        },
    }
}

/// What is wrong with a link whose secret is right, if anything is.
fn find_flaw(
    tx: &ReadTx<'_>,
    context: &Context,
    link: &FollowedLink,
) -> Result<Option<Flaw>, Error> {
    let FollowedLink { invite, user, organization, .. } = link;
    if invite.state != InviteState::Open {
        return Ok(Some(Flaw::Closed(invite.state)));
    }
    if invite.expires_at <= context.now {
        return Ok(Some(Flaw::RanOut));
    }
    if user.portal_access() == PortalAccess::None {
        return Ok(Some(Flaw::LoginLess));
    }
    Ok(match (invite.purpose, user.state) {
        (Purpose::Join, _) if opens_more(tx, link)? => Some(Flaw::Printed),
        (Purpose::Join, state) => match state.accepted(invite.id) {
            Ok(_) => {
                inviters_lack(tx, context, organization, user, link.inviter)?.map(Flaw::Inviter)
            }
            Err(unawaited) => Some(Flaw::Unawaited(unawaited.standing)),
        },
        // It hands out no role, and only its own user or the operator ever saw it: whoever asked for it may
        // have lost the right to.
        (Purpose::SetPassword, UserState::Active | UserState::Deactivated) => {
            (!uses_password(tx, organization, user)?).then_some(Flaw::SignOn)
        }
        (Purpose::SetPassword, state) => Some(Flaw::Unawaited(state.standing())),
    })
}

/// Whether a link would make an account by which somebody is in elsewhere, and whoever had it printed saw it.
/// Where that was so already, none was printed; others may have let the person in since.
fn opens_more(tx: &ReadTx<'_>, link: &FollowedLink) -> Result<bool, Error> {
    let FollowedLink { invite, user, organization, inviter, .. } = link;
    let (Some(email), Some(_), SignOn::Password) = (&user.email, inviter, organization.sign_on)
    else {
        return Ok(false);
    };
    if !accounts::opens_another(tx, organization, email)? {
        return Ok(false);
    }
    Ok(tx.newest_deliveries(user.id, RECENT)?.iter().any(|delivery| {
        delivery.invite == Some(invite.id) && delivery.state == DeliveryState::NotConfigured
    }))
}

/// Whether a user has use for a password: the organization asks for one, or they have one elsewhere.
pub(in crate::ops) fn uses_password(
    tx: &ReadTx<'_>,
    organization: &Organization,
    user: &User,
) -> Result<bool, Error> {
    match (organization.sign_on, &user.email) {
        (SignOn::Password, _) => Ok(true),
        (SignOn::Single, Some(email)) => Ok(tx.find_account(email)?.is_some()),
        (SignOn::Single, None) => Ok(false),
    }
}

/// What keeps the user who made the link from making it now, if anything does: to be no user here, not to be
/// active, not to invite, not to hand out this role in this team (rule 3). The operator always may. Who loses
/// that right takes their open invites along (D): these lead nowhere for as long as it is lost, or until
/// somebody else makes a new link.
pub(in crate::ops) fn inviters_lack(
    tx: &ReadTx<'_>,
    context: &Context,
    organization: &Organization,
    user: &User,
    inviter: Option<UserId>,
) -> Result<Option<String>, Error> {
    let Some(inviter) = inviter else { return Ok(None) };
    let inviter = UserRef::Number(inviter);
    if tx.find_user(organization.id, &inviter)?.is_none() {
        return Ok(Some(format!("{inviter} is no user here")));
    }
    let login = context.actor.login.clone();
    let as_inviter = Context {
        now: context.now,
        actor: Actor { identity: Identity::Person(inviter), login },
        organization: OrganizationChoice::Named(organization.slug.clone()),
        // The inviter tries nothing.
        mode: Mode::Suggest,
    };
    let asked = access::enter(tx, &as_inviter, Operation::Invite).and_then(|session| {
        let roles = Roles::of(tx, organization)?;
        let role = roles.by_id(user.role_id)?;
        session.check_gift(tx, &user.reference(), role, user.team.as_ref())
    });
    match asked {
        Ok(()) => Ok(None),
        Err(refused) if refused.is_refusal() => Ok(Some(refused.to_string())),
        Err(failed) => Err(failed),
    }
}

/// The same refusal for every dead link; the audit keeps why. Nobody may be taken for the actor whose secret
/// was not right.
pub(super) fn refuse(mut tx: WriteTx<'_>, dead: &DeadLink) -> Result<Error, Error> {
    let link = dead.link.as_deref();
    if dead.flaw != Flaw::WrongSecret
        && let Some(link) = link
    {
        tx.act_as(link.user.reference());
    }
    let mut detail = vec![("reason", dead.flaw.to_string())];
    detail.extend(link.map(|link| ("invite", link.invite.id.to_string())));
    tx.commit(&AuditEntry {
        action: Action::RefuseLink,
        organization: link.map(|link| (link.organization.id, link.organization.slug.clone())),
        subjects: link.map(|link| subject(&link.user)).into_iter().collect(),
        count: 1,
        batch: None,
        detail,
    })?;
    Ok(AcceptanceError::DeadLink.into())
}

/// The same, where nothing was to be written yet.
pub(super) fn refuse_in(
    store: &mut Store,
    context: &Context,
    dead: &DeadLink,
) -> Result<Error, Error> {
    refuse(store.write(context.now, &context.actor)?, dead)
}
