//! A letter: the facts of one mail, and the message that is made of them once `wording` has put them into
//! words. The only file that makes messages; handing them over is a transport's.

use std::fmt::{self, Write};

use lettre::address::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MessageBuilder, MultiPart, SinglePart};
use zeroize::Zeroizing;

use super::wording::{Rendered, Wording};
use super::{Message, WordingError};
use crate::domain::delivery::DeliveryKind;
use crate::domain::email::EmailAddress;
use crate::domain::name::PersonName;
use crate::domain::organization::{OrganizationName, SignOn};
use crate::domain::time::Timestamp;
use crate::domain::token::{Entropy, EntropyError};

/// Longest line that is sent as it is, in octets (RFC 5322 §2.1.1); longer ones are wrapped and joined
/// again by who reads them.
const LINE_MAX: usize = 78;

/// What a mail says.
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    /// What it is about.
    pub kind: DeliveryKind,
    /// Which organization.
    pub organization: &'a OrganizationName,
    /// To whom it goes.
    pub recipient: &'a EmailAddress,
    /// What the recipient is called, if known.
    pub name: Option<&'a PersonName>,
    /// The title of the recipient's role.
    pub role: &'a str,
    /// Who invites; nobody where it is the operator.
    pub inviter: Option<Inviter<'a>>,
    /// The link.
    pub link: LinkText<'a>,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// How people log in there.
    pub sign_on: SignOn,
    /// Whether the recipient can log in anywhere yet.
    pub account: Account,
}

/// Who invites.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inviter<'a> {
    /// The name, if known.
    pub name: Option<&'a PersonName>,
    /// The address.
    pub email: &'a EmailAddress,
}

/// The secret that a mail carries. Never printed by `Debug`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LinkText<'a> {
    /// A whole link to the organization's portal.
    Address(&'a str),
    /// The bare token, where the organization has no portal: it is typed into `admit accept`.
    Token(&'a str),
}

impl<'a> LinkText<'a> {
    /// The text.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        match self {
            Self::Address(text) | Self::Token(text) => text,
        }
    }
}

impl fmt::Debug for LinkText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address(_) => "Address(…)",
            Self::Token(_) => "Token(…)",
        })
    }
}

/// Whether somebody has an account, made when the first invite was accepted, in any organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// Not yet: a password is to be made.
    New,
    /// Already, with a password.
    Existing,
}

impl Account {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Existing => "existing",
        }
    }
}

/// What stands around a message.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// From which address.
    pub from: &'a EmailAddress,
    /// In whose name.
    pub from_name: &'a OrganizationName,
    /// To which address, and no other.
    pub to: &'a EmailAddress,
    /// When it is made.
    pub date: Timestamp,
}

/// Why no message could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// The words cannot be used.
    #[error(transparent)]
    Wording(#[from] WordingError),
    /// An address that the mail library does not take.
    #[error("no mail can be addressed to or from {0}")]
    Address(EmailAddress),
    /// The mail library refused for another reason.
    #[error("the mail cannot be put together: {0}")]
    Refused(String),
    /// No random numbers for the Message-ID.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// Puts a letter into words.
///
/// # Errors
/// Where the words cannot be used for this letter.
pub fn render(letter: &Letter<'_>, wording: &Wording) -> Result<Rendered, WordingError> {
    wording.render(letter)
}

/// Makes the message. The recipient's name is in the body alone: an address needs no name, and what is not
/// in the header cannot do harm there. Replies of machines are not asked for (RFC 3834); bounces are.
///
/// # Errors
/// Where an address does not fit, or the system gives no random numbers.
pub fn compose(
    rendered: &Rendered,
    envelope: &Envelope<'_>,
    entropy: &mut dyn Entropy,
) -> Result<Message, LetterError> {
    let from = address(envelope.from)?;
    let to = address(envelope.to)?;
    // Numbers of its own for the boundary as well: it must not occur in the parts.
    let (id, boundary) = (random(entropy)?, random(entropy)?);
    let parts = MultiPart::alternative()
        .boundary(format!("part-{boundary}"))
        .singlepart(part(ContentType::TEXT_PLAIN, &rendered.text)?)
        .singlepart(part(ContentType::TEXT_HTML, &rendered.html)?);
    let date = envelope.date.format("%a, %d %b %Y %H:%M:%S +0000").to_string();
    let builder = lettre::Message::builder()
        .raw_header(header("Date", date))
        .raw_header(header("Message-ID", format!("<{id}@{}>", envelope.from.domain())));
    let message = with_sender(builder, envelope.from_name, from)
        .to(Mailbox::new(None, to))
        .raw_header(header("Subject", rendered.subject.as_str().to_owned()))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("X-Auto-Response-Suppress", "OOF, AutoReply".to_owned()))
        .multipart(parts)
        .map_err(|error| LetterError::Refused(error.to_string()))?;
    Ok(Message {
        sender: envelope.from.clone(),
        recipient: envelope.to.clone(),
        bytes: Zeroizing::new(message.formatted()),
    })
}

fn address(email: &EmailAddress) -> Result<Address, LetterError> {
    email.as_normal().parse().map_err(|_| LetterError::Address(email.clone()))
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// Adds `From`, with the organization's name in front. The mail library quotes or encodes the name, save
/// one thing: a dot outside of quotes, as in `example.com`, is obsolete (RFC 5322 §4.1).
fn with_sender(
    builder: MessageBuilder,
    name: &OrganizationName,
    address: Address,
) -> MessageBuilder {
    let name = name.as_str();
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.contains('.') && name.chars().all(bare) {
        let value = format!("\"{name}\" <{address}>");
        return builder.raw_header(header("From", value));
    }
    builder.from(Mailbox::new(Some(name.to_owned()), address))
}

/// What mail programs show as it stands goes as it stands. The mail library measures lines in its own way: what
/// it finds too long is encoded, like everything else.
fn part(kind: ContentType, text: &str) -> Result<SinglePart, LetterError> {
    let body = |encoding| Body::new_with_encoding(text.to_owned(), encoding);
    let short = text.lines().all(|line| line.len() <= LINE_MAX);
    let plain = match text.is_ascii() && short {
        true => body(ContentTransferEncoding::SevenBit).ok(),
        false => None,
    };
    let body = plain.map_or_else(|| body(ContentTransferEncoding::QuotedPrintable), Ok);
    let body = body.map_err(|_| LetterError::Refused("a part cannot be encoded".to_owned()))?;
    Ok(SinglePart::builder().header(kind).header(body.encoding()).body(body))
}

/// 128 bits in hexadecimal.
fn random(entropy: &mut dyn Entropy) -> Result<String, EntropyError> {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes)?;
    let mut text = String::with_capacity(32);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
