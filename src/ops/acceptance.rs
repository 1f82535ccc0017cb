//! Accepting: whoever holds a link looks at what it offers, and comes in or declines (rules 12 and 13). The
//! link is all that is asked for about who they are; what they may do here is not asked, since they do it to
//! themselves alone. Nobody is logged in by it (trust C13).

mod decline;
mod link;
mod password;
mod refusal;

pub use decline::{Declined, check_decline, decline};
pub(super) use link::{inviters_lack, uses_password};
pub use refusal::AcceptanceError;

use super::Context;
use super::accounts::Proof;
use super::each::{Detail, entry, finish, subject};
use super::error::Error;
use super::roles::Roles;
use crate::domain::audit::Action;
use crate::domain::email::EmailAddress;
use crate::domain::invite::{InviteState, Purpose};
use crate::domain::name::PersonName;
use crate::domain::organization::{Organization, SignOn};
use crate::domain::password::{PasswordMinimum, TypedPassword};
use crate::domain::time::Timestamp;
use crate::domain::token::{Entropy, Token};
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::store::{FollowedLink, LinkUse, ReadTx, Store, StoreError};
use password::Prepared;

/// What accepting asks of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// To choose a password: there is no account with this address yet.
    New,
    /// To choose a password in the place of the account's: what a link to set one is for.
    Replaced,
    /// To prove the password of the account that there is (rule 13).
    Own,
    /// Nothing: the organization has single sign-on (rule 12).
    SignOn,
}

/// What a link offers.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Where.
    pub organization: Organization,
    /// Whom; as they stand before.
    pub user: User,
    /// Their address.
    pub email: EmailAddress,
    /// Their role as it is shown.
    pub role_title: String,
    /// What for.
    pub purpose: Purpose,
    /// Who invites; nobody where it is the operator.
    pub inviter: Option<User>,
    /// Until when.
    pub expires_at: Timestamp,
    /// What it asks for.
    pub credential: Credential,
    /// How short a password may be that is chosen: it counts wherever this address is in.
    pub password_minimum: PasswordMinimum,
}

/// What somebody gives who accepts.
#[derive(Debug)]
pub struct Acceptance {
    /// Their name; the known one stays where `None`.
    pub name: Option<PersonName>,
    /// The password that the offer asks for; `None` where it asks for none.
    pub password: Option<TypedPassword>,
}

/// Looks at what a token offers; `None` is what was typed and is no token.
///
/// # Errors
/// [`AcceptanceError::DeadLink`], the same for every reason; which it is, is in the audit then.
pub fn look(store: &mut Store, context: &Context, token: Option<&Token>) -> Result<Offer, Error> {
    let context = &link::as_nobody(context);
    let found = {
        let tx = store.read()?;
        match link::follow(&tx, context, token)? {
            Ok(link) => Ok(offer(&tx, link)?),
            Err(dead) => Err(dead),
        }
    };
    match found {
        Ok(offer) => Ok(offer),
        Err(dead) => Err(link::refuse_in(store, context, &dead)?),
    }
}

/// Accepts: the user is active, the link used up and the password kept in one transaction, or nothing is
/// (trust C5). A link to set a password leaves its user as active as before.
///
/// # Errors
/// [`AcceptanceError::DeadLink`]; [`AcceptanceError::BadPassword`] and [`AcceptanceError::WrongPassword`],
/// after which the link can still be used; [`AcceptanceError::OfferChanged`].
pub fn accept(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    token: Option<&Token>,
    acceptance: &Acceptance,
) -> Result<Offer, Error> {
    let context = &link::as_nobody(context);
    let seen = look(store, context, token)?;
    // Before the transaction, because it takes time, and nobody else may write meanwhile.
    let prepared = password::prepare(store, entropy, &seen, acceptance)?;
    let mut tx = store.write(context.now, &context.actor)?;
    // All of it is decided again: others may have been faster.
    let link = match link::follow(&tx, context, token)? {
        Ok(link) => link,
        Err(dead) => return Err(link::refuse(tx, &dead)?),
    };
    let now = offer(&tx, link.clone())?;
    if now.credential != seen.credential {
        return Err(AcceptanceError::OfferChanged.into());
    }
    if let Prepared::Compared(compared) = &prepared {
        match compared.prove(&mut tx, context.now)? {
            Proof::Right => now.check_own(acceptance)?,
            wrong => return Err(password::refuse(tx, &now, wrong)?),
        }
    }
    let state = match link.invite.purpose {
        Purpose::Join => link.user.state.accepted(link.invite.id),
        Purpose::SetPassword => Ok(link.user.state),
    };
    let state = match state {
        Ok(state) => state,
        Err(unawaited) => return Err(link::refuse(tx, &link::unawaited(link, unawaited))?),
    };
    if tx.use_link(&link, InviteState::Accepted)? == LinkUse::TooLate {
        return Err(link::refuse(tx, &link::taken(link))?);
    }
    tx.set_state(&link.user, state)?;
    if let Some(name) = &acceptance.name {
        tx.set_name(&link.user, Some(name))?;
    }
    if let Prepared::Chosen(hash) = &prepared {
        tx.keep_password(&now.email, hash)?;
        tx.end_password_links(&now.email)?;
    }
    tx.act_as(now.user.reference());
    let entry =
        entry(Action::Accept, &now.organization, vec![subject(&now.user)], detail(&link, &now));
    finish(tx, context, &entry)?;
    let name = acceptance.name.clone().or(now.user.name);
    Ok(Offer { user: User { name, ..now.user }, ..now })
}

fn detail(link: &FollowedLink, offer: &Offer) -> Detail {
    let account = match offer.credential {
        Credential::New => "new",
        Credential::Replaced => "new password",
        Credential::Own => "existing",
        Credential::SignOn => "single sign-on",
    };
    vec![
        ("invite", link.invite.id.to_string()),
        ("role", link.user.role.to_string()),
        ("account", account.to_owned()),
    ]
}

/// What a link offers that can be used.
fn offer(tx: &ReadTx<'_>, link: FollowedLink) -> Result<Offer, Error> {
    let FollowedLink { invite, user, organization, inviter, .. } = link;
    let lost = || StoreError::Damaged(format!("user {} has an invite and no address", user.id));
    let email = user.email.clone().ok_or_else(lost)?;
    let roles = Roles::of(tx, &organization)?;
    let inviter = match inviter {
        Some(inviter) => tx.find_user(organization.id, &UserRef::Number(inviter))?,
        None => None,
    };
    let credential = match (organization.sign_on, invite.purpose, tx.find_account(&email)?) {
        (_, Purpose::SetPassword, None) | (SignOn::Password, Purpose::Join, None) => {
            Credential::New
        }
        (_, Purpose::SetPassword, Some(_)) => Credential::Replaced,
        (SignOn::Password, Purpose::Join, Some(_)) => Credential::Own,
        (SignOn::Single, Purpose::Join, _) => Credential::SignOn,
    };
    let known = tx.find_password_minimum(&email)?;
    Ok(Offer {
        password_minimum: known.map_or(organization.password_minimum, |known| {
            known.max(organization.password_minimum)
        }),
        role_title: roles.by_id(user.role_id)?.title.clone(),
        purpose: invite.purpose,
        expires_at: invite.expires_at,
        organization,
        user,
        email,
        inviter,
        credential,
    })
}
