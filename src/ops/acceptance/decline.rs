//! Declining: the invite ends, and what was kept for the invitee is free again.

use super::link;
use super::refusal::AcceptanceError;
use super::{Offer, offer};
use crate::domain::agent::AgentKey;
use crate::domain::audit::Action;
use crate::domain::invite::{InviteState, Purpose};
use crate::domain::token::Token;
use crate::ops::each::{entry, finish, subject};
use crate::ops::error::Error;
use crate::ops::{Context, agents};
use crate::store::{LinkUse, Store};

/// Somebody who declined.
#[derive(Debug)]
pub struct Declined {
    /// What was offered.
    pub offer: Offer,
    /// The agent IDs that are free now.
    pub agents: Vec<AgentKey>,
}

/// Declines an invite. The link is used up, and the user can be invited again (rule 7).
///
/// # Errors
/// [`AcceptanceError::DeadLink`]; [`AcceptanceError::NothingToDecline`] for a link to set a password.
pub fn decline(
    store: &mut Store,
    context: &Context,
    token: Option<&Token>,
) -> Result<Declined, Error> {
    let context = &link::as_nobody(context);
    let mut tx = store.write(context.now, &context.actor)?;
    let followed = match link::follow(&tx, context, token)? {
        Ok(link) => link,
        Err(dead) => return Err(link::refuse(tx, &dead)?),
    };
    let offer = offer(&tx, followed.clone())?;
    check_decline(&offer)?;
    let state = match followed.user.state.declined(followed.invite.id) {
        Ok(state) => state,
        Err(unawaited) => return Err(link::refuse(tx, &link::unawaited(followed, unawaited))?),
    };
    if tx.use_link(&followed, InviteState::Declined)? == LinkUse::TooLate {
        return Err(link::refuse(tx, &link::taken(followed))?);
    }
    tx.set_state(&followed.user, state)?;
    let mut detail = vec![("invite", followed.invite.id.to_string())];
    let agents = agents::release_all(&mut tx, &followed.user, &mut detail)?;
    tx.act_as(followed.user.reference());
    let subjects = vec![subject(&followed.user)];
    finish(tx, context, &entry(Action::Decline, &offer.organization, subjects, detail))?;
    Ok(Declined { offer, agents })
}

/// Makes sure that an offer can be declined, before anybody is asked whether they mean it.
///
/// # Errors
/// [`AcceptanceError::NothingToDecline`].
pub fn check_decline(offer: &Offer) -> Result<(), AcceptanceError> {
    match offer.purpose {
        Purpose::Join => Ok(()),
        Purpose::SetPassword => {
            Err(AcceptanceError::NothingToDecline { user: offer.user.reference() })
        }
    }
}
