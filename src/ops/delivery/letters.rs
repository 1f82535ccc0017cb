//! The message of a delivery: what `wordings` says of its user, with the link that was just made.

use crate::domain::delivery::{Answer, Delivery};
use crate::domain::email::EmailAddress;
use crate::domain::organization::Organization;
use crate::domain::portal::PortalAddress;
use crate::domain::time::Timestamp;
use crate::domain::token::{Entropy, Token};
use crate::domain::user::User;
use crate::mail::Message;
use crate::mail::letter::{self, Envelope, LetterError, LinkText};
use crate::ops::error::Error;
use crate::ops::wordings;
use crate::store::ReadTx;

/// What all letters of an organization have in common.
pub(super) struct Letterhead<'a> {
    pub(super) organization: &'a Organization,
    /// Whom they come from.
    pub(super) sender: Option<EmailAddress>,
    /// What links start with; without it the bare token is mailed.
    pub(super) portal: Option<PortalAddress>,
    pub(super) date: Timestamp,
}

/// Makes the message; says why where there is none to make, which is no reason to stop others.
pub(super) fn message(
    tx: &ReadTx<'_>,
    entropy: &mut dyn Entropy,
    letterhead: &Letterhead<'_>,
    user: &User,
    delivery: &Delivery,
    (token, expires_at): (&Token, Timestamp),
) -> Result<Result<Message, Answer>, Error> {
    let Letterhead { organization, sender, portal, date } = letterhead;
    let Some(from) = sender else {
        return Ok(Err(Answer::new("no message was made: nothing says whom it comes from")));
    };
    let facts = wordings::letter_facts(tx, organization, user, delivery.inviter)?;
    let wording = wordings::wording_of(tx, organization, delivery.kind)?;
    let text = match portal {
        Some(portal) => portal.link(token),
        None => token.reveal(),
    };
    let link = match portal {
        Some(_) => LinkText::Address(&text),
        None => LinkText::Token(&text),
    };
    let to = &facts.recipient;
    let envelope = Envelope { from, from_name: &facts.organization, to, date: *date };
    let made = letter::render(&facts.letter(delivery.kind, link, expires_at), &wording)
        .map_err(LetterError::from)
        .and_then(|rendered| letter::compose(&rendered, &envelope, entropy));
    match made {
        Ok(message) => Ok(Ok(message)),
        Err(LetterError::Entropy(error)) => Err(error.into()),
        Err(error) => Ok(Err(Answer::new(&format!("no message was made: {error}")))),
    }
}
