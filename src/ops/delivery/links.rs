//! Which link a delivery carries, and whether it still makes sense: decided when its message is made.

use crate::domain::delivery::{Delivery, DeliveryKind};
use crate::domain::id::InviteId;
use crate::domain::invite::Purpose;
use crate::domain::time::Timestamp;
use crate::domain::token::{Entropy, Secret, Token};
use crate::domain::user::{Link, User, UserState};
use crate::ops::error::Error;
use crate::ops::invites::{Addressee, make_link};
use crate::store::WriteTx;

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
        (DeliveryKind::SetPassword, UserState::Active) => {
            Some(WantedLink::New(Purpose::SetPassword))
        }
        _ => None,
    }
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
