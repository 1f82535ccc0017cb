//! The message of a delivery: what `wordings` says of its user, with the link that was just made.

use crate::domain::delivery::{Answer, Delivery};
use crate::domain::email::EmailAddress;
use crate::domain::organization::Organization;
use crate::domain::portal::PortalAddress;
use crate::domain::time::{Timestamp, to_human};
use crate::domain::token::{Entropy, Token};
use crate::domain::user::User;
use crate::mail::Message;
use crate::ops::error::Error;
use crate::store::ReadTx;
use zeroize::Zeroizing;

/// What all letters of an organization have in common.
pub(super) struct Letterhead<'a> {
    pub(super) organization: &'a Organization,
    /// Whom they come from.
    pub(super) sender: Option<&'a EmailAddress>,
    /// What links start with; without it the bare token is mailed.
    pub(super) portal: Option<PortalAddress>,
}

/// Makes the message; says why where there is none to make.
pub(super) fn message(
    _tx: &ReadTx<'_>,
    _entropy: &mut dyn Entropy,
    letterhead: &Letterhead<'_>,
    user: &User,
    delivery: &Delivery,
    token: &Token,
    expires_at: Timestamp,
) -> Result<Result<Message, Answer>, Error> {
    let link = match &letterhead.portal {
        Some(portal) => portal.link(token),
        None => token.reveal(),
    };
    let (Some(sender), Some(recipient)) = (letterhead.sender, &user.email) else {
        return Ok(Err(Answer::new("nobody to mail from or to")));
    };
    let text = format!(
        "From: <{}>\r\nTo: <{}>\r\nSubject: {}\r\n\r\n{}\r\n{}\r\n{}\r\n",
        sender.as_normal(),
        recipient.as_normal(),
        delivery.kind,
        letterhead.organization.name,
        *link,
        to_human(expires_at)
    );
    Ok(Ok(Message {
        sender: sender.clone(),
        recipient: recipient.clone(),
        bytes: Zeroizing::new(text.into_bytes()),
    }))
}
