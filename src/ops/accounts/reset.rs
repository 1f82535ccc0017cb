//! Links to set a new password, for who is active and forgot theirs. The old password works until a new one
//! is set; nobody but its owner ever knows or chooses one (trust D11).

use crate::domain::audit::Action;
use crate::domain::invite::Purpose;
use crate::domain::lifetime::Lifetime;
use crate::domain::operation::Operation;
use crate::domain::organization::SignOn;
use crate::domain::token::Entropy;
use crate::domain::user::{PortalAccess, Standing, User, UserState};
use crate::domain::user_ref::UserRef;
use crate::ops::Context;
use crate::ops::delivery::{Outlet, check_pace, let_out};
use crate::ops::each::{Outcome, change_each};
use crate::ops::error::{Error, shell_word};
use crate::ops::invites::{Addressee, Sent, Terms};
use crate::store::{ReadTx, Store};

/// Why somebody gets no link to set a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoReset {
    /// Only who is in, or was, has a password to forget.
    #[error("{user} is {standing}, and sets a password by accepting an invite")]
    NotIn {
        /// Who.
        user: UserRef,
        /// Where they stand.
        standing: Standing,
    },
    /// A desk phone has a PIN.
    #[error("{user} has no login, and so no password")]
    LoginLess {
        /// Who.
        user: UserRef,
    },
    /// Passwords are not used there.
    #[error("{user} logs in through single sign-on, without a password")]
    SingleSignOn {
        /// Who.
        user: UserRef,
    },
    /// Whoever sees the link can set the password, which counts in other organizations, too.
    #[error("{user} can be mailed a link to set a password, and no mail server is set up")]
    OnlyMailed {
        /// Who.
        user: UserRef,
    },
}

impl NoReset {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotIn { user, standing: Standing::Pending } => {
                Some(format!("send the link to join: admit send {}", word(user)))
            }
            Self::NotIn { user, .. } => {
                Some(format!("see how they stand: admit show {}", word(user)))
            }
            Self::LoginLess { user } => {
                Some(format!("give a new PIN: admit pin reset {}", word(user)))
            }
            Self::SingleSignOn { .. } => None,
            Self::OnlyMailed { .. } => {
                Some("the operator can have it printed: without --as and ADMIT_AS".to_owned())
            }
        }
    }
}

fn word(user: &UserRef) -> String {
    shell_word(&user.to_string())
}

/// Whether a user has a password, from this organization or another.
fn has_password(tx: &ReadTx<'_>, user: &User) -> Result<bool, Error> {
    match &user.email {
        Some(email) => Ok(tx.find_account(email)?.is_some()),
        None => Ok(false),
    }
}

/// Lets users set a new password who are in, or were and have one: mails them a link, or makes one to be
/// printed, which is the operator's alone. It lives for a day where nothing else is said (NIST SP 800-63B-4
/// §3.1.3.2), and ends those before it.
///
/// # Errors
/// When the store fails; per user in the outcome otherwise.
pub fn reset(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    users: &[UserRef],
    terms: &Terms,
) -> Result<Outcome<Sent>, Error> {
    let (operation, action) = (Operation::PasswordReset, Action::ResetPassword);
    change_each(store, context, operation, action, users, |tx, session, user, _| {
        let reference = user.reference();
        let refusal = if user.portal_access() == PortalAccess::None {
            Some(NoReset::LoginLess { user: reference })
        } else if !has_password(tx, user)? && user.state != UserState::Active
            || !matches!(user.state, UserState::Active | UserState::Deactivated)
        {
            let standing = user.state.standing();
            Some(NoReset::NotIn { user: reference, standing })
        } else if session.organization.sign_on == SignOn::Single && !has_password(tx, user)? {
            Some(NoReset::SingleSignOn { user: reference })
        } else if terms.outlet == Outlet::Print && session.person().is_some() {
            Some(NoReset::OnlyMailed { user: reference })
        } else {
            None
        };
        if let Some(refusal) = refusal {
            return Err(refusal.into());
        }
        terms.outlet.check_sender(&session.organization)?;
        check_pace(tx, &terms.outlet, user, context.now)?;
        let lifetime = terms.lifetime.unwrap_or(Lifetime::DAY);
        let inviter = session.person().map(|person| person.id);
        let addressee = Addressee { organization: user.organization, user: user.id, inviter };
        let purpose = Purpose::SetPassword;
        let sending = let_out(tx, entropy, &terms.outlet, addressee, purpose, lifetime)?;
        Ok(Sent { user: user.clone(), sending: sending.shown_in(context.mode) })
    })
}
