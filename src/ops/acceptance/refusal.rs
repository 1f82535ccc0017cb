//! Why a link leads nobody in, as far as whoever holds it is told.

use crate::domain::email::EmailAddress;
use crate::domain::password::{PasswordError, PasswordMinimum};
use crate::domain::user_ref::UserRef;
use crate::ops::error::Kind;

/// Why somebody did not come in, or decline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcceptanceError {
    /// The link leads nowhere. This is all that is said, whether it is unknown, used, cancelled, replaced or
    /// run out, or its inviter may not invite any more (trust C8); the audit has the reason.
    #[error("the link is not valid, or not any more")]
    DeadLink,
    /// The password is none to choose.
    #[error("the password {0}")]
    BadPassword(#[from] PasswordError),
    /// It is not the account's, or there were so many wrong ones that it was not even tried: one answer, so
    /// that nobody learns which.
    #[error("the password of {email} is wrong, or was wrong too often")]
    WrongPassword {
        /// Whose account it is.
        email: EmailAddress,
    },
    /// The account's password is right, and shorter than passwords have to be here.
    #[error("your password has {length} characters; {minimum} or more are needed here")]
    ShorterThanHere {
        /// How many it has.
        length: usize,
        /// How many it needs.
        minimum: PasswordMinimum,
    },
    /// It asks for something else than when it was looked at.
    #[error("what the link asks for changed meanwhile; nothing was done")]
    OfferChanged,
    /// The link is to set a password, and its user is in already.
    #[error("{user} is in already, and has nothing to decline")]
    NothingToDecline {
        /// Who.
        user: UserRef,
    },
}

impl AcceptanceError {
    /// What sort of thing it is.
    pub(in crate::ops) const fn kind(&self) -> Kind {
        match self {
            Self::DeadLink
            | Self::WrongPassword { .. }
            | Self::OfferChanged
            | Self::NothingToDecline { .. } => Kind::Refused,
            Self::BadPassword(_) | Self::ShorterThanHere { .. } => Kind::BadInput,
        }
    }

    /// What to do about it, where there is something.
    pub(in crate::ops) fn hint(&self) -> Option<String> {
        match self {
            Self::DeadLink => Some("ask whoever you have it from for a new one".to_owned()),
            Self::OfferChanged => Some("follow it again: admit accept".to_owned()),
            Self::BadPassword(_) => None,
            Self::WrongPassword { .. } => Some(
                "after a few wrong ones one waits before each more, for a quarter of an hour at most; who \
                 forgot it has it reset where they are in already: admit password reset USER"
                    .to_owned(),
            ),
            Self::ShorterThanHere { .. } => Some(
                "set a longer one first, where you are in already: admit password reset USER".to_owned(),
            ),
            Self::NothingToDecline { .. } => Some("set the password: admit accept".to_owned()),
        }
    }
}
