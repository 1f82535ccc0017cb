//! What is refused about deliveries.

use crate::domain::delivery::DeliveryState;
use crate::domain::delivery_ref::DeliveryRef;
use crate::domain::id::DeliveryId;
use crate::domain::organization::Slug;
use crate::domain::time::{Timestamp, to_human};
use crate::domain::user_ref::UserRef;
use crate::ops::delivery::LINKS_MAX;
use crate::ops::error::{Kind, shell_word};

/// Why something about a delivery was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// Mail has to come from somebody.
    #[error("nothing says whom the mails of {organization} come from")]
    NoSender {
        /// Whose mails.
        organization: Slug,
    },
    /// The same of an organization that is only about to be made.
    #[error("nothing says whom the mails of {organization} come from")]
    NoDefaultSender {
        /// Whose mails.
        organization: Slug,
    },
    /// Whoever sees a link could take an account over that counts in other organizations.
    #[error("the link of {user} can be mailed, and is printed for the operator alone")]
    OperatorsToPrint {
        /// Whose link.
        user: UserRef,
    },
    /// More links would fill a mailbox.
    #[error("{user} was sent {LINKS_MAX} links within an hour")]
    TooMany {
        /// Who.
        user: UserRef,
        /// When there is room for one more.
        from: Timestamp,
    },
    /// No such delivery.
    #[error("no delivery {delivery} in {organization}")]
    Unknown {
        /// What was asked for.
        delivery: DeliveryRef,
        /// Where.
        organization: Slug,
    },
    /// It may have arrived, and nobody said to mail it again.
    #[error("delivery {} to {user} may have arrived already", delivery.get())]
    InDoubt {
        /// Which.
        delivery: DeliveryId,
        /// Whom it is for.
        user: UserRef,
    },
    /// There is nothing to try again.
    #[error("delivery {} to {user} is {state}, and is not tried again", delivery.get())]
    NotToRetry {
        /// Which.
        delivery: DeliveryId,
        /// Whom it is for.
        user: UserRef,
        /// Where it stands.
        state: DeliveryState,
        /// The command that makes a link instead, where there is one.
        instead: Option<&'static str>,
    },
}

impl DeliveryError {
    /// What sort of thing it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::NoSender { .. } | Self::NoDefaultSender { .. } => Kind::Setting,
            Self::Unknown { .. } => Kind::Unknown,
            Self::OperatorsToPrint { .. }
            | Self::TooMany { .. }
            | Self::InDoubt { .. }
            | Self::NotToRetry { .. } => Kind::Refused,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NoSender { organization } => format!(
                "name the sender: admit org set {organization} --sender EMAIL, or from in the settings file"
            ),
            Self::NoDefaultSender { .. } => {
                "name the sender: from in the table [mail] of the settings file".to_owned()
            }
            Self::OperatorsToPrint { .. } => {
                "set up a mail server, or act as the operator: without --as and ADMIT_AS".to_owned()
            }
            Self::TooMany { from, .. } => format!("the next one from {} on", to_human(*from)),
            Self::Unknown { .. } => "which there are: admit delivery list --all".to_owned(),
            Self::InDoubt { delivery, .. } => format!(
                "mail it again, with a new link: admit delivery retry {} --yes",
                delivery.get()
            ),
            Self::NotToRetry { user, instead: Some(command), .. } => {
                format!("make a link anew: admit {command} {}", shell_word(&user.to_string()))
            }
            Self::NotToRetry { user, .. } => {
                format!("see how they stand: admit show {}", shell_word(&user.to_string()))
            }
        }
    }
}
