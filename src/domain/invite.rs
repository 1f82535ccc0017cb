//! An invite: the right to become active, as a link with an end. Its secret is in `token`.

use std::fmt;

use super::id::{InviteId, UserId};
use super::time::Timestamp;

/// What a link is for. The numbers are what the store keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To accept an invite.
    Join = 1,
    /// To set the password of somebody who is active already: the owner that `init` makes (S2).
    SetPassword = 2,
}

/// Where an invite stands. The numbers are what the store keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InviteState {
    /// The link works until its end.
    Open = 1,
    /// Used.
    Accepted = 2,
    /// Its time ran out.
    Expired = 3,
    /// Withdrawn: cancelled, or its user was deactivated or given another role.
    Withdrawn = 4,
    /// The invitee said no.
    Declined = 5,
    /// A newer link took its place (rule 11).
    Replaced = 6,
}

impl InviteState {
    /// Those in which the link no longer works.
    pub const CLOSED: [Self; 5] =
        [Self::Accepted, Self::Expired, Self::Withdrawn, Self::Declined, Self::Replaced];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::Declined => "declined",
            Self::Replaced => "replaced",
        }
    }
}

impl fmt::Display for InviteState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An invite as the store knows it; the secret's hash stays there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// Its number.
    pub id: InviteId,
    /// For whom.
    pub user: UserId,
    /// What for.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: InviteState,
    /// When the link was made.
    pub created_at: Timestamp,
    /// When it stops, or stopped, working.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_word_of_its_own() {
        let words = InviteState::CLOSED.map(|state| state.to_string());
        assert_eq!(words, ["accepted", "expired", "withdrawn", "declined", "replaced"]);
        assert_eq!(InviteState::Open.to_string(), "open");
    }
}
