//! A user: where a person stands in one organization, and which verb is legal there. The table of
//! statuses and verbs is here and nowhere else; who may use a verb is `ops`.

use std::fmt;

use super::email::EmailAddress;
use super::id::{BatchId, InviteId, OrganizationId, RoleId, UserId};
use super::name::PersonName;
use super::role::RoleName;
use super::status::{Status, Verb};
use super::team::Team;
use super::time::Timestamp;
use super::user_ref::UserRef;

/// Whether an invited person has a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Not yet: the user is pending (rule 9).
    NotSent,
    /// One that works until `expires_at`.
    Open {
        /// Its invite.
        invite: InviteId,
        /// When it stops working.
        expires_at: Timestamp,
    },
}

/// Where a user stands. A transition consumes the old state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserState {
    /// Invited, with or without a link.
    Invited {
        /// The link, if it was made.
        link: Link,
    },
    /// The link ran out.
    Expired,
    /// May log in.
    Active,
    /// May no longer log in.
    Deactivated,
    /// The invite was withdrawn.
    Cancelled,
    /// The invitee said no.
    Declined,
}

/// The wrong verb for a status, and the right one (rule 15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongVerb {
    /// What was tried.
    pub verb: Verb,
    /// Where the user stands.
    pub standing: Standing,
    /// What would do what was meant, where there is such a thing.
    pub instead: Option<Verb>,
}

/// A link that does not lead in: nobody waits for it any more. Invitees do not type verbs, so none is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkUnawaited {
    /// Where the user stands.
    pub standing: Standing,
}

/// A status in words, with "pending" told apart from "invited".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Invited, and the link was never made.
    Pending,
    /// Any other status.
    Status(Status),
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pending => f.write_str("invited (no link sent yet)"),
            Self::Status(status) => status.fmt(f),
        }
    }
}

impl UserState {
    /// The status, without its data.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self {
            Self::Invited { .. } => Status::Invited,
            Self::Expired => Status::Expired,
            Self::Active => Status::Active,
            Self::Deactivated => Status::Deactivated,
            Self::Cancelled => Status::Cancelled,
            Self::Declined => Status::Declined,
        }
    }

    /// The status in words.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        match self {
            Self::Invited { link: Link::NotSent } => Standing::Pending,
            other => Standing::Status(other.status()),
        }
    }

    /// May this verb be used now? This is the whole table of statuses and verbs.
    ///
    /// # Errors
    /// Names the verb that fits the status instead.
    pub fn permit(&self, verb: Verb) -> Result<(), WrongVerb> {
        use Verb::{
            AssignAgent, Cancel, Deactivate, Grant, Invite, Reactivate, Remove, Resend, Revoke,
            Send, SetRole, SetTeam, UnassignAgent,
        };
        let instead = match (self, verb) {
            (_, Remove) => return Ok(()),
            (
                Self::Invited { .. } | Self::Expired | Self::Active,
                SetRole | SetTeam | AssignAgent | UnassignAgent | Grant | Revoke,
            )
            | (Self::Invited { link: Link::NotSent }, Send)
            | (Self::Invited { link: Link::Open { .. } } | Self::Expired, Resend)
            | (Self::Invited { .. } | Self::Expired, Cancel)
            | (Self::Active, Deactivate)
            | (Self::Deactivated, Reactivate)
            | (Self::Cancelled | Self::Declined, Invite) => return Ok(()),
            (Self::Invited { .. } | Self::Expired, Deactivate) => Some(Cancel),
            (Self::Invited { link: Link::NotSent }, _) => Some(Send),
            (Self::Invited { .. } | Self::Expired, _) => Some(Resend),
            (Self::Active, Cancel) => Some(Deactivate),
            (Self::Active, _) | (Self::Deactivated, Deactivate) => None,
            (Self::Deactivated, Cancel) => Some(Remove),
            // What was meant is so already: there is nothing left to take away.
            (Self::Deactivated, UnassignAgent)
            | (Self::Cancelled | Self::Declined, Cancel | Deactivate | UnassignAgent | Revoke) => {
                None
            }
            (Self::Deactivated, _) => Some(Reactivate),
            (Self::Cancelled | Self::Declined, _) => Some(Invite),
        };
        Err(WrongVerb { verb, standing: self.standing(), instead })
    }

    /// The verbs that are legal now: what `show` offers next.
    pub fn next_verbs(self) -> impl Iterator<Item = Verb> {
        Verb::ALL.into_iter().filter(move |verb| self.permit(*verb).is_ok())
    }

    /// Invites again who was cancelled or declined (rule 7).
    ///
    /// # Errors
    /// Everybody else is there already.
    pub fn invited_again(self) -> Result<Self, WrongVerb> {
        self.permit(Verb::Invite).map(|()| Self::Invited { link: Link::NotSent })
    }

    /// Makes the first link, or queues its mail: it is not sent until that is handed over.
    ///
    /// # Errors
    /// Only a pending user has none yet.
    pub fn sent(self, link: Link) -> Result<Self, WrongVerb> {
        self.permit(Verb::Send).map(|()| Self::Invited { link })
    }

    /// Makes a new link; the old one ends (rule 11).
    ///
    /// # Errors
    /// Only who was sent a link, and has not used it, gets a new one.
    pub fn resent(self, link: Link) -> Result<Self, WrongVerb> {
        self.permit(Verb::Resend).map(|()| Self::Invited { link })
    }

    /// Withdraws the invite.
    ///
    /// # Errors
    /// Only an invite that nobody accepted can be withdrawn.
    pub fn cancelled(self) -> Result<Self, WrongVerb> {
        self.permit(Verb::Cancel).map(|()| Self::Cancelled)
    }

    /// Comes in by this link (rule 13).
    ///
    /// # Errors
    /// Only who is invited comes in, and by the newest link alone.
    pub fn accepted(self, invite: InviteId) -> Result<Self, LinkUnawaited> {
        self.await_link(invite).map(|()| Self::Active)
    }

    /// Would rather not come in.
    ///
    /// # Errors
    /// As [`accepted`](Self::accepted).
    pub fn declined(self, invite: InviteId) -> Result<Self, LinkUnawaited> {
        self.await_link(invite).map(|()| Self::Declined)
    }

    fn await_link(&self, invite: InviteId) -> Result<(), LinkUnawaited> {
        match self {
            Self::Invited { link: Link::Open { invite: open, .. } } if *open == invite => Ok(()),
            _ => Err(LinkUnawaited { standing: self.standing() }),
        }
    }

    /// Takes the access away.
    ///
    /// # Errors
    /// Only an active user has any.
    pub fn deactivated(self) -> Result<Self, WrongVerb> {
        self.permit(Verb::Deactivate).map(|()| Self::Deactivated)
    }

    /// Gives the access back (rule 19).
    ///
    /// # Errors
    /// Only to a deactivated user.
    pub fn reactivated(self) -> Result<Self, WrongVerb> {
        self.permit(Verb::Reactivate).map(|()| Self::Active)
    }

    /// Takes another role. An open link was made out for the old role and ends, so an invited user
    /// is pending again (ASVS 5.0.0 V7.4.2: a change of rights kills open tokens).
    ///
    /// # Errors
    /// Only who is in, or on the way in, has a role to change.
    pub fn with_new_role(self) -> Result<Self, WrongVerb> {
        self.permit(Verb::SetRole)?;
        Ok(match self {
            Self::Invited { .. } => Self::Invited { link: Link::NotSent },
            other => other,
        })
    }

    /// Runs out, if it is an invite whose time is over at `now`; otherwise stays as it is.
    #[must_use]
    pub fn expired_at(self, now: Timestamp) -> Self {
        match self {
            Self::Invited { link: Link::Open { expires_at, .. } } if expires_at <= now => {
                Self::Expired
            }
            other => other,
        }
    }
}

/// A user of an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The number.
    pub id: UserId,
    /// Where.
    pub organization: OrganizationId,
    /// The address; login-less users have none.
    pub email: Option<EmailAddress>,
    /// The person's name, if known.
    pub name: Option<PersonName>,
    /// The role's row.
    pub role_id: RoleId,
    /// The role's name.
    pub role: RoleName,
    /// The team, if any.
    pub team: Option<Team>,
    /// Where the user stands.
    pub state: UserState,
    /// Since when.
    pub state_since: Timestamp,
    /// When the user was made.
    pub created_at: Timestamp,
    /// The last login, if there was one.
    pub last_login_at: Option<Timestamp>,
    /// The import that made the user, if one did.
    pub batch: Option<BatchId>,
}

/// Whether somebody has a login (S3 "Portal Access", rule 32).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortalAccess {
    /// An e-mail address, and a password or single sign-on.
    Granted,
    /// A desk phone: an extension and a PIN.
    None,
}

impl User {
    /// Whether the user has a login: whoever has an address.
    #[must_use]
    pub const fn portal_access(&self) -> PortalAccess {
        if self.email.is_some() { PortalAccess::Granted } else { PortalAccess::None }
    }

    /// How the user is named in messages and lists of references: the address as typed, or `#12`.
    #[must_use]
    pub fn reference(&self) -> UserRef {
        match &self.email {
            Some(email) => UserRef::Email(email.clone()),
            None => UserRef::Number(self.id),
        }
    }
}

#[cfg(test)]
mod tests;
