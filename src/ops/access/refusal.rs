//! Why whoever acts may not do something, in words, and whom they may ask instead (rule 2).

use std::fmt;

use crate::domain::email::EmailAddress;
use crate::domain::holdings::Holdings;
use crate::domain::name::PersonName;
use crate::domain::operation::Operation;
use crate::domain::organization::Slug;
use crate::domain::permission::{Grant, Scope};
use crate::domain::role::RoleName;
use crate::domain::team::TeamName;
use crate::domain::user::{Standing, User};
use crate::domain::user_ref::UserRef;

/// Why somebody may not do something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Is nobody here.
    #[error("{actor} is no user of {organization}")]
    Stranger {
        /// Who acts.
        actor: UserRef,
        /// Where.
        organization: Slug,
        /// Where else they are a user.
        at_home: Vec<Slug>,
    },
    /// Is not in, or no longer.
    #[error("{actor} is {standing}; only active users may do anything")]
    NotActive {
        /// Who acts.
        actor: UserRef,
        /// How they stand.
        standing: Standing,
    },
    /// Has no login to act with.
    #[error("{actor} has no login, and may do nothing here")]
    LoginLess {
        /// Who acts.
        actor: UserRef,
    },
    /// Has a role without the permission.
    #[error("{actor} may not do this: {operation} needs {permission}, {}", lacking(role, *held))]
    Lacks {
        /// Who acts.
        actor: UserRef,
        /// In which role.
        role: RoleName,
        /// What was tried.
        operation: Operation,
        /// What is missing.
        permission: &'static str,
        /// How far the role has it, if at all.
        held: Option<Scope>,
    },
    /// Is nobody's but the operator's.
    #[error("{operation} is for the operator at the shell alone")]
    OperatorOnly {
        /// What was tried.
        operation: Operation,
    },
    /// Says of others that they logged in elsewhere.
    #[error("login --sso is for the operator at the shell alone")]
    VouchingIsOperators,
    /// Concerns organizations of others.
    #[error("{operation} shows {actor} their own organization alone")]
    OwnPlaceOnly {
        /// Who acts.
        actor: UserRef,
        /// What was tried.
        operation: Operation,
    },
    /// Is done to somebody with a higher role.
    #[error("{user} has the role {role}, which is above {actor}'s role {own}")]
    RoleAbove {
        /// Who acts.
        actor: UserRef,
        /// In which role.
        own: RoleName,
        /// To whom.
        user: UserRef,
        /// In which role that is.
        role: RoleName,
    },
    /// Changes a higher role.
    #[error("the role {role} is above {actor}'s role {own}")]
    RoleAboveOwn {
        /// Who acts.
        actor: UserRef,
        /// In which role.
        own: RoleName,
        /// The role that was to be changed.
        role: RoleName,
    },
    /// Makes a role that may do more than one's own.
    #[error("{actor} cannot allow {}:{}: the role {own} does not have it", grant.permission, grant.scope)]
    MoreThanOwn {
        /// Who acts.
        actor: UserRef,
        /// In which role.
        own: RoleName,
        /// What was to be allowed.
        grant: Grant,
    },
    /// Makes a role that reaches further than one's own (S2).
    #[error("{actor} does not have all {what}: the role {own} has those alone that are granted")]
    FurtherThanOwn {
        /// Who acts.
        actor: UserRef,
        /// In which role.
        own: RoleName,
        /// Of what: modules or sub-accounts.
        what: &'static str,
    },
    /// Gives a role that one's own does not hand out.
    #[error("{actor} may not give the role {role}: the role {own} gives {}", names(gives))]
    MayNotGive {
        /// Who acts.
        actor: UserRef,
        /// In which role.
        own: RoleName,
        /// The role that was to be given.
        role: RoleName,
        /// The roles that may be.
        gives: Vec<RoleName>,
    },
    /// Grants what one does not have oneself.
    #[error("{actor} cannot grant {missing}, which {actor} does not have")]
    GrantsMore {
        /// Who acts.
        actor: UserRef,
        /// What they do not have.
        missing: Holdings,
    },
    /// Lies outside of one's team, or is not oneself.
    #[error("{user} is {}, and {actor}'s right to {operation} reaches no further", beyond(actor, *scope))]
    OutOfScope {
        /// Who acts.
        actor: UserRef,
        /// What was tried.
        operation: Operation,
        /// To whom.
        user: UserRef,
        /// How far the permission reaches.
        scope: Scope,
    },
    /// Brings somebody into a team that one does not lead, or out of all.
    #[error("{actor} may put people only into teams that they lead, and {}", other(team.as_ref()))]
    TeamNotLed {
        /// Who acts.
        actor: UserRef,
        /// Which team; `None` is none.
        team: Option<TeamName>,
    },
    /// Is done to oneself (rule 4).
    #[error("{actor} cannot {operation} themselves")]
    Oneself {
        /// Who acts.
        actor: UserRef,
        /// What was tried.
        operation: Operation,
    },
}

impl Refusal {
    /// The address of who was refused.
    pub(super) const fn actor_address(&self) -> Option<&EmailAddress> {
        let actor = match self {
            Self::Stranger { actor, .. }
            | Self::NotActive { actor, .. }
            | Self::LoginLess { actor }
            | Self::Lacks { actor, .. }
            | Self::OwnPlaceOnly { actor, .. }
            | Self::RoleAbove { actor, .. }
            | Self::RoleAboveOwn { actor, .. }
            | Self::MoreThanOwn { actor, .. }
            | Self::FurtherThanOwn { actor, .. }
            | Self::MayNotGive { actor, .. }
            | Self::GrantsMore { actor, .. }
            | Self::OutOfScope { actor, .. }
            | Self::TeamNotLed { actor, .. }
            | Self::Oneself { actor, .. } => actor,
            Self::OperatorOnly { .. } | Self::VouchingIsOperators => return None,
        };
        match actor {
            UserRef::Email(email) => Some(email),
            UserRef::Number(_) | UserRef::Extension(_) => None,
        }
    }
}

/// Somebody who could do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The name, if known.
    pub name: Option<PersonName>,
    /// The address.
    pub email: EmailAddress,
}

impl Contact {
    /// A user with an address.
    pub(super) fn of(user: &User) -> Option<Self> {
        Some(Self { name: user.name.clone(), email: user.email.clone()? })
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.email),
            None => self.email.fmt(f),
        }
    }
}

fn names(roles: &[RoleName]) -> String {
    match roles {
        [] => "none".to_owned(),
        roles => roles.iter().map(RoleName::as_str).collect::<Vec<_>>().join(", "),
    }
}

fn other(team: Option<&TeamName>) -> String {
    match team {
        Some(team) => format!("{team} is not one"),
        None => "no team is none".to_owned(),
    }
}

/// A permission for one's team alone is none for what concerns everybody.
fn lacking(role: &RoleName, held: Option<Scope>) -> String {
    match held {
        None => format!("which the role {role} does not have"),
        Some(scope) => format!("which the role {role} has with the scope {scope} alone"),
    }
}

/// Where somebody is who is out of reach.
fn beyond(actor: &UserRef, scope: Scope) -> String {
    match scope {
        Scope::Own => format!("not {actor}"),
        Scope::Team | Scope::All => format!("in no team that {actor} leads"),
    }
}
