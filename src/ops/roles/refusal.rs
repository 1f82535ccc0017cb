//! Why a role is not made, changed or deleted, and what to do about it. Who may is `ops::access`'s.

use crate::domain::organization::Slug;
use crate::domain::role::RoleName;

/// A rule about roles that says no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// The name is taken.
    #[error("there is a role {0} already")]
    Exists(RoleName),
    /// Would hand out what is not below it (rule 3).
    #[error("the role {role} cannot hand out {given}, which is not below it")]
    NotBelow {
        /// Which role.
        role: RoleName,
        /// What it was to hand out.
        given: RoleName,
        /// The roles that are below it.
        below: Vec<RoleName>,
    },
    /// Would hand out roles without inviting anybody.
    #[error("the role {0} hands out no roles, because it may not invite anybody")]
    InvitesNobody(RoleName),
    /// Would invite people, and to nothing.
    #[error("the role {0} may invite people, and would hand out no role to them")]
    HandsOutNothing(RoleName),
    /// Nobody could manage users any more (rule 4).
    #[error("nobody could manage users of {organization} any more without the role {role}")]
    LastManaging {
        /// Which role.
        role: RoleName,
        /// Where.
        organization: Slug,
        /// The other roles that can, without anybody active in them.
        others: Vec<RoleName>,
    },
    /// Its users hold agent IDs, which it would no longer allow (rule 23).
    #[error("{}, which the role {role} would no longer allow", holders(*.users))]
    AgentsHeld {
        /// Which role.
        role: RoleName,
        /// How many users.
        users: u64,
    },
    /// Somebody has it.
    #[error("the role {role} has {}", counted(*.users))]
    HasUsers {
        /// Which role.
        role: RoleName,
        /// How many, in any status.
        users: u64,
        /// How many of them are not active, invited or expired.
        inactive: u64,
    },
    /// Whoever is invited without a role gets it.
    #[error("the role {role} is what people of {organization} get who are invited without one")]
    IsDefault {
        /// Which role.
        role: RoleName,
        /// Where.
        organization: Slug,
    },
}

impl RoleError {
    /// What to do about it, where there is something.
    pub(in crate::ops) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Exists(role) => format!("change it: admit role edit {role}"),
            Self::NotBelow { below, .. } if below.is_empty() => "no role is below it".to_owned(),
            Self::NotBelow { below, .. } => format!("below it: {}", names(below)),
            Self::InvitesNobody(_) => "add --grant invite-users".to_owned(),
            Self::HandsOutNothing(_) => {
                "name one with --hands-out ROLE; a new role stands above others with --below ROLE"
                    .to_owned()
            }
            Self::LastManaging { others, .. } => match others.first() {
                Some(other) => {
                    format!("first give it to somebody: admit set-role USER --role {other}")
                }
                None => "first let another role do it: admit role edit ROLE --grant manage-users"
                    .to_owned(),
            },
            Self::AgentsHeld { role, .. } => format!(
                "see who: admit list --role {role}; free them: admit unassign-agent USER --all"
            ),
            Self::HasUsers { role, users, inactive } if inactive == users => {
                format!(
                    "see who: admit list --inactive --role {role}; delete them: admit remove USER"
                )
            }
            Self::HasUsers { role, .. } => format!(
                "see who: admit list --role {role}; move them: admit set-role USER --role ROLE"
            ),
            Self::IsDefault { organization, .. } => {
                format!("first let another be it: admit org set {organization} --default-role ROLE")
            }
        })
    }
}

fn names(roles: &[RoleName]) -> String {
    roles.iter().map(RoleName::as_str).collect::<Vec<_>>().join(", ")
}

fn counted(users: u64) -> String {
    if users == 1 { "1 user".to_owned() } else { format!("{users} users") }
}

fn holders(users: u64) -> String {
    if users == 1 {
        "1 user holds agent IDs".to_owned()
    } else {
        format!("{users} users hold agent IDs")
    }
}
