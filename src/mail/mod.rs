//! Mail: what is to be said becomes a message, and a transport hands it over. Knows no store and no rule;
//! when a message goes out, and what its fate means, is `ops::delivery`'s.

pub mod folder;
pub mod letter;
pub mod sendmail;
pub mod smtp;
pub mod wording;

mod fault;
mod samples;
mod subject;
mod tags;

use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::domain::delivery::{Answer, Handover};
use crate::domain::email::EmailAddress;

pub use fault::{WordingError, WordingFault};
pub use subject::SubjectLine;

/// A message as it goes out. It holds a link, so a secret: wiped when dropped, never printed by `Debug`.
pub struct Message {
    /// Whom the envelope says it is from.
    pub sender: EmailAddress,
    /// The one to whom it goes.
    pub recipient: EmailAddress,
    /// Header and body (RFC 5322), every line ended by CR LF, no line longer than 998 octets.
    pub bytes: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.sender.as_normal(), self.recipient.as_normal());
        write!(f, "Message({from} to {to}, …)")
    }
}

/// One step on the way to the mail server, and what was answered: for `mail test`. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What was tried: `connect`, `greeting`, `EHLO`, `STARTTLS`, `certificate`, `AUTH`, `MAIL FROM`, …
    pub name: &'static str,
    /// Whether it went well.
    pub went: Went,
    /// What came back.
    pub answer: Answer,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went {
    /// Well.
    Well,
    /// Not.
    Wrong,
}

/// A way out of this machine: SMTP, a program, a folder.
pub trait Transport {
    /// Hands a message over, and says each step. Never waits longer than its timeouts.
    fn hand_over(&mut self, message: &Message, watch: &mut dyn FnMut(Step)) -> Handover;

    /// Ends what is open, politely. Whatever was handed over stays so.
    fn close(&mut self);
}

/// What is said instead of an answer where the server is not to blame.
const RUN_OVER: &str = "the time for this run is over (run-timeout)";

/// The time since some moment, which never runs backwards: how a transport keeps to its timeouts.
pub type Elapsed = fn() -> Duration;
