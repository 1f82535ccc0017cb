//! The outbox: what is to be mailed is queued in the transaction that decides it, and handed over after the
//! commit (`worker`). Listing and trying again are here; what a message says is `wordings`'.

mod letters;
mod links;
mod listing;
mod refusal;
mod settling;
mod worker;

pub use listing::{
    DeliveryList, DeliveryRequest, Doubt, Retried, RetryOutcome, RetryRequest, count_doubtful,
    list, retry, states,
};
pub use refusal::DeliveryError;
pub use worker::{Delivered, Fate, Post, Round, Work, Worker};

use std::time::Duration;

use super::Mode;
use super::accounts;
use super::error::Error;
use super::invites::{Addressee, SentLink, make_link};
use crate::domain::delivery::{DeliveryKind, DeliveryState};
use crate::domain::email::EmailAddress;
use crate::domain::id::DeliveryId;
use crate::domain::invite::{InviteState, Purpose};
use crate::domain::lifetime::Lifetime;
use crate::domain::organization::Organization;
use crate::domain::time::{Timestamp, later};
use crate::domain::token::Entropy;
use crate::domain::user::{Link, User};
use crate::domain::user_ref::UserRef;
use crate::ops::access::Session;
use crate::store::{NewDelivery, ReadTx, WriteTx};

/// The way that links leave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Outlet {
    /// No mail server is set up: a link is made at once and printed (rule 14).
    #[default]
    Print,
    /// A mail is queued, and its link is made when it is handed over.
    Mail {
        /// Whom mails come from where the organization does not say.
        sender: Option<EmailAddress>,
    },
}

impl Outlet {
    /// Makes sure that there is somebody whom an organization's mails come from, before anything is written.
    ///
    /// # Errors
    /// [`DeliveryError::NoSender`].
    pub(in crate::ops) fn check_sender(&self, organization: &Organization) -> Result<(), Error> {
        match self {
            Self::Mail { sender: None } if organization.sender.is_none() => {
                Err(DeliveryError::NoSender { organization: organization.slug.clone() }.into())
            }
            Self::Print | Self::Mail { .. } => Ok(()),
        }
    }

    /// The same for an organization that is being made: it has no sender yet, and is not there to be given one.
    ///
    /// # Errors
    /// [`DeliveryError::NoDefaultSender`].
    pub(in crate::ops) fn check_default_sender(
        &self,
        organization: &Organization,
    ) -> Result<(), Error> {
        let none = || DeliveryError::NoDefaultSender { organization: organization.slug.clone() };
        self.check_sender(organization).map_err(|_| none().into())
    }

    /// Whether the link of an address is not for the eyes of whoever would have it printed. It makes an account
    /// where there is none, and that counts in every organization that the address is in already: such a
    /// link is for the operator alone to see, or goes to its mailbox.
    pub(in crate::ops) fn reaches_further(
        &self,
        tx: &ReadTx<'_>,
        session: &Session,
        email: &EmailAddress,
    ) -> Result<bool, Error> {
        Ok(*self == Self::Print
            && session.person().is_some()
            && accounts::opens_another(tx, &session.organization, email)?)
    }

    /// Makes sure that whoever acts may see the link of an address, where it would be printed.
    ///
    /// # Errors
    /// [`DeliveryError::OperatorsToPrint`].
    pub(in crate::ops) fn check_reach(
        &self,
        tx: &ReadTx<'_>,
        session: &Session,
        email: Option<&EmailAddress>,
    ) -> Result<(), Error> {
        match email {
            Some(email) if self.reaches_further(tx, session, email)? => {
                Err(DeliveryError::OperatorsToPrint { user: UserRef::Email(email.clone()) }.into())
            }
            _ => Ok(()),
        }
    }
}

/// Most mails with a link that one user is sent within [`LINKS_WITHIN`], whoever asks for more (OWASP ASVS 5.0
/// V6.6.2): nobody's mailbox is filled by a script that goes round in circles. What is printed fills none.
pub const LINKS_MAX: u32 = 5;
/// How many deliveries are looked through for those.
const LOOKED_AT: u32 = 4 * LINKS_MAX;
/// How long a link counts as sent just now.
pub const LINKS_WITHIN: Duration = Duration::from_secs(60 * 60);

/// Makes sure that a user was not sent too many links just now.
///
/// # Errors
/// [`DeliveryError::TooMany`].
pub(in crate::ops) fn check_pace(
    tx: &ReadTx<'_>,
    outlet: &Outlet,
    user: &User,
    now: Timestamp,
) -> Result<(), Error> {
    if *outlet == Outlet::Print {
        return Ok(());
    }
    let newest = tx.newest_deliveries(user.id, LOOKED_AT)?;
    let mut left = newest.iter().flat_map(|delivery| {
        let times = match delivery.state {
            DeliveryState::HandedOver | DeliveryState::Sending => 1,
            // One that was tried again in doubt may have arrived as often.
            DeliveryState::Unknown => delivery.attempts as usize,
            DeliveryState::Queued
            | DeliveryState::Refused
            | DeliveryState::Withdrawn
            | DeliveryState::NotConfigured => 0,
        };
        std::iter::repeat_n(delivery.changed_at, times)
    });
    let Some(oldest) = left.nth(LINKS_MAX as usize - 1) else {
        return Ok(());
    };
    let from = later(oldest, LINKS_WITHIN);
    // By a clock that was set back, what lies ahead is not just now.
    match now < from && oldest <= now {
        true => Err(DeliveryError::TooMany { user: user.reference(), from }.into()),
        false => Ok(()),
    }
}

/// What becomes of a link that somebody is to get.
#[derive(Debug)]
pub enum Sending {
    /// It was made, to be printed.
    Link(SentLink),
    /// It will be made when its mail is handed over.
    Queued(DeliveryId),
}

impl Sending {
    /// What it makes of the link of an invited user.
    pub(in crate::ops) fn as_link(&self) -> Link {
        let made =
            self.link().and_then(|link| Some((link.token.as_ref()?.invite, link.expires_at)));
        match made {
            Some((invite, expires_at)) => Link::Open { invite, expires_at },
            None => Link::NotSent,
        }
    }

    /// A dry run shows no token.
    pub(in crate::ops) fn shown_in(self, mode: Mode) -> Self {
        match self {
            Self::Link(link) => Self::Link(link.shown_in(mode)),
            queued => queued,
        }
    }

    /// The link, where it was made.
    #[must_use]
    pub const fn link(&self) -> Option<&SentLink> {
        match self {
            Self::Link(link) => Some(link),
            Self::Queued(_) => None,
        }
    }

    /// The delivery, where it was queued.
    #[must_use]
    pub const fn queued(&self) -> Option<DeliveryId> {
        match self {
            Self::Link(_) => None,
            Self::Queued(id) => Some(*id),
        }
    }
}

/// Lets a link leave: makes it, or queues its mail. The links before it end, and what waited to be mailed to
/// this user is withdrawn, so that nobody gets two mails of one invite.
pub(in crate::ops) fn let_out(
    tx: &mut WriteTx<'_>,
    entropy: &mut dyn Entropy,
    outlet: &Outlet,
    addressee: Addressee,
    purpose: Purpose,
    lifetime: Lifetime,
) -> Result<Sending, Error> {
    let delivery = NewDelivery {
        organization: addressee.organization,
        user: addressee.user,
        kind: match purpose {
            Purpose::Join => DeliveryKind::Invitation,
            Purpose::SetPassword => DeliveryKind::SetPassword,
        },
        inviter: addressee.inviter,
        lifetime,
        invite: None,
    };
    match outlet {
        Outlet::Print => {
            let (token, expires_at) = make_link(tx, entropy, addressee, purpose, lifetime)?;
            let delivery = NewDelivery { invite: Some(token.invite), ..delivery };
            tx.add_delivery(delivery, DeliveryState::NotConfigured)?;
            Ok(Sending::Link(SentLink { token: Some(token), expires_at }))
        }
        Outlet::Mail { .. } => {
            tx.close_invites(addressee.organization, addressee.user, InviteState::Replaced)?;
            Ok(Sending::Queued(tx.add_delivery(delivery, DeliveryState::Queued)?))
        }
    }
}
