//! The words for where a user stands and for what can be done to one. Which goes with which is the table
//! in `user`.

use std::fmt;
use std::str::FromStr;

/// The six statuses (rule 15). Their numbers are what the store keeps; they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Invited; has not accepted.
    Invited = 1,
    /// Invited; the link has run out.
    Expired = 2,
    /// Accepted: may log in.
    Active = 3,
    /// Was active; may no longer log in.
    Deactivated = 4,
    /// The invite was withdrawn.
    Cancelled = 5,
    /// The invitee said no.
    Declined = 6,
}

impl Status {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 6] = [
        Self::Invited,
        Self::Expired,
        Self::Active,
        Self::Deactivated,
        Self::Cancelled,
        Self::Declined,
    ];
    /// What `list` shows: "All users" (S0, rule 16).
    pub const CURRENT: [Self; 3] = [Self::Invited, Self::Expired, Self::Active];
    /// What `list --inactive` shows (S0 "Inactive", S2 "Deactivated users", rule 16).
    pub const INACTIVE: [Self; 3] = [Self::Deactivated, Self::Cancelled, Self::Declined];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Expired => "expired",
            Self::Active => "active",
            Self::Deactivated => "deactivated",
            Self::Cancelled => "cancelled",
            Self::Declined => "declined",
        }
    }
}

/// Why a text is no status.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a status is invited, expired, active, deactivated, cancelled or declined")]
pub struct StatusError;

impl FromStr for Status {
    type Err = StatusError;

    fn from_str(text: &str) -> Result<Self, StatusError> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str().eq_ignore_ascii_case(text))
            .ok_or(StatusError)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What can be done to a user. The words are the commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Invite, or invite again.
    Invite,
    /// Make the first link.
    Send,
    /// Make a new link and end the old one.
    Resend,
    /// Withdraw the invite.
    Cancel,
    /// Take the access away.
    Deactivate,
    /// Give it back.
    Reactivate,
    /// Give another role.
    SetRole,
    /// Put into a team, or out of it.
    SetTeam,
    /// Map an agent ID.
    AssignAgent,
    /// Take an agent ID away.
    UnassignAgent,
    /// Grant modules and sub-accounts.
    Grant,
    /// Take modules and sub-accounts away.
    Revoke,
    /// Delete.
    Remove,
}

impl Verb {
    /// All of them, in the order in which `show` offers them.
    pub const ALL: [Self; 13] = [
        Self::Invite,
        Self::Send,
        Self::Resend,
        Self::Reactivate,
        Self::SetRole,
        Self::SetTeam,
        Self::AssignAgent,
        Self::UnassignAgent,
        Self::Grant,
        Self::Revoke,
        Self::Cancel,
        Self::Deactivate,
        Self::Remove,
    ];

    /// The command.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Send => "send",
            Self::Resend => "resend",
            Self::Cancel => "cancel",
            Self::Deactivate => "deactivate",
            Self::Reactivate => "reactivate",
            Self::SetRole => "set-role",
            Self::SetTeam => "set-team",
            Self::AssignAgent => "assign-agent",
            Self::UnassignAgent => "unassign-agent",
            Self::Grant => "grant",
            Self::Revoke => "revoke",
            Self::Remove => "remove",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
