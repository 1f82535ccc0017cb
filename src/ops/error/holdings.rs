//! Refusals about modules and sub-accounts (S2).

use super::hints::{list, or_list, shell_word, word};
use super::{Kind, Presence};
use crate::domain::holdings::Holdings;
use crate::domain::module::ModuleName;
use crate::domain::role::RoleName;
use crate::domain::sub_account::SubAccountName;
use crate::domain::user_ref::UserRef;

/// Why a module or sub-account was not added, removed, granted or taken away.
#[derive(Debug, thiserror::Error)]
pub enum HoldingsError {
    /// No such module.
    #[error("no module {module} in {organization}")]
    UnknownModule {
        /// What was asked for.
        module: ModuleName,
        /// Where.
        organization: String,
        /// The nearest ones.
        nearest: Vec<String>,
    },
    /// No such sub-account.
    #[error("no sub-account {sub_account} in {organization}")]
    UnknownSubAccount {
        /// What was asked for.
        sub_account: SubAccountName,
        /// Where.
        organization: String,
        /// The nearest ones.
        nearest: Vec<String>,
    },
    /// The module is there already.
    #[error("there is a module {0} already")]
    ModuleExists(ModuleName),
    /// The sub-account is there already.
    #[error("there is a sub-account {0} already")]
    SubAccountExists(SubAccountName),
    /// An admin-only module is granted to nobody (S2).
    #[error("{user} has the role {role}, and {module} is admin-only: {}", only(fitting))]
    AdminOnly {
        /// Who.
        user: UserRef,
        /// The role.
        role: RoleName,
        /// The module.
        module: ModuleName,
        /// The roles that have it.
        fitting: Vec<RoleName>,
        /// Whether that is a user yet.
        presence: Presence,
    },
    /// The role reaches everything of the kind anyway.
    #[error("{user} has the role {role}, which has all {what} anyway")]
    NeedsNone {
        /// Who.
        user: UserRef,
        /// The role.
        role: RoleName,
        /// `modules` or `sub-accounts`.
        what: &'static str,
    },
    /// The user has all of it already.
    #[error("{user} has {held} already")]
    GrantedAlready {
        /// Who.
        user: UserRef,
        /// What.
        held: Holdings,
    },
    /// The user has nothing of it.
    #[error("{user} was not granted {}", if wanted.is_empty() { "anything".to_owned() } else { wanted.to_string() })]
    NotGranted {
        /// Who.
        user: UserRef,
        /// What was asked for; empty for all.
        wanted: Box<Holdings>,
        /// What the user was granted.
        held: Box<Holdings>,
    },
}

fn only(fitting: &[RoleName]) -> String {
    match fitting {
        [] => "no role has it".to_owned(),
        roles => format!("only roles such as {} have it", or_list(&texts(roles))),
    }
}

fn texts<T: ToString>(things: &[T]) -> Vec<String> {
    things.iter().map(ToString::to_string).collect()
}

impl HoldingsError {
    /// What sort of thing it is.
    pub(super) const fn kind(&self) -> Kind {
        match self {
            Self::UnknownModule { .. } | Self::UnknownSubAccount { .. } => Kind::Unknown,
            Self::ModuleExists(_)
            | Self::SubAccountExists(_)
            | Self::AdminOnly { .. }
            | Self::NeedsNone { .. }
            | Self::GrantedAlready { .. }
            | Self::NotGranted { .. } => Kind::Refused,
        }
    }

    /// What to do about it, where there is something.
    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownModule { nearest, .. } | Self::UnknownSubAccount { nearest, .. }
                if !nearest.is_empty() =>
            {
                Some(format!("did you mean {}?", or_list(nearest)))
            }
            Self::UnknownModule { module, .. } => Some(format!(
                "known modules: admit module list; make it: admit module add {}",
                shell_word(module.as_str())
            )),
            Self::UnknownSubAccount { sub_account, .. } => Some(format!(
                "known sub-accounts: admit sub-account list; make it: admit sub-account add {}",
                shell_word(sub_account.as_str())
            )),
            Self::AdminOnly { user, fitting, presence, .. } => {
                fitting.first().map(|role| match presence {
                    Presence::There => format!("admit set-role {} --role {role}", word(user)),
                    Presence::Arriving => format!("the role that does: --role {role}"),
                })
            }
            Self::NotGranted { held, .. } if !held.is_empty() => {
                Some(format!("granted: {}", list(&[held])))
            }
            _ => None,
        }
    }
}
