//! Which link a delivery carries, and whether it still makes sense: decided when its message is made.

use crate::domain::delivery::{Delivery, DeliveryKind};
use crate::domain::id::InviteId;
use crate::domain::invite::Purpose;
use crate::domain::organization::Organization;
use crate::domain::time::Timestamp;
use crate::domain::token::{Entropy, Secret, Token};
use crate::domain::user::{Link, User, UserState};
use crate::ops::Context;
use crate::ops::acceptance;
use crate::ops::error::Error;
use crate::ops::invites::{Addressee, make_link};
use crate::store::{ReadTx, WriteTx};

/// What link a message is to carry.
#[derive(Clone, Copy)]
pub(super) enum WantedLink {
    /// A new one, in the place of those before it.
    New(Purpose),
    /// One more of the invite that is open until then; the one before it goes on working.
    OneMore(InviteId, Timestamp),
}

/// The link that a delivery is to carry; none where it makes no sense any more as its user stands now.
pub(super) fn wanted(delivery: &Delivery, user: &User, now: Timestamp) -> Option<WantedLink> {
    match (delivery.kind, user.state) {
        (DeliveryKind::Invitation, UserState::Invited { link: Link::NotSent }) => {
            Some(WantedLink::New(Purpose::Join))
        }
        (
            DeliveryKind::Reminder,
            UserState::Invited { link: Link::Open { invite, expires_at } },
        ) if expires_at > now && delivery.invite == Some(invite) => {
            Some(WantedLink::OneMore(invite, expires_at))
        }
        (DeliveryKind::SetPassword, UserState::Active | UserState::Deactivated) => {
            Some(WantedLink::New(Purpose::SetPassword))
        }
        _ => None,
    }
}

/// Why a link would lead nowhere that is made now, if it would: such a mail only disappoints.
pub(super) fn lack(
    tx: &ReadTx<'_>,
    context: &Context,
    delivery: &Delivery,
    organization: &Organization,
    user: &User,
) -> Result<Option<String>, Error> {
    Ok(match delivery.kind {
        DeliveryKind::Invitation | DeliveryKind::Reminder => {
            let lack =
                acceptance::inviters_lack(tx, context, organization, user, delivery.inviter)?;
            lack.map(|lack| format!("not sent: the inviter may not any more: {lack}"))
        }
        DeliveryKind::SetPassword => {
            let is_used = acceptance::uses_password(tx, organization, user)?;
            (!is_used).then(|| "not sent: people log in through single sign-on here".to_owned())
        }
    })
}

/// Makes the link that a message carries.
pub(super) fn make(
    tx: &mut WriteTx<'_>,
    entropy: &mut dyn Entropy,
    delivery: &Delivery,
    wanted: WantedLink,
) -> Result<(Token, Timestamp), Error> {
    match wanted {
        WantedLink::OneMore(invite, expires_at) => {
            let secret = Secret::draw(entropy)?;
            tx.set_reminder_secret(invite, Some(&secret.hash()))?;
            Ok((Token { invite, secret }, expires_at))
        }
        WantedLink::New(purpose) => {
            let Delivery { organization, user, inviter, lifetime, .. } = *delivery;
            let addressee = Addressee { organization, user, inviter };
            make_link(tx, entropy, addressee, purpose, lifetime)
        }
    }
}
