//! The facts of a letter, looked up in the transaction that needs them.

use crate::domain::delivery::DeliveryKind;
use crate::domain::email::EmailAddress;
use crate::domain::id::UserId;
use crate::domain::name::PersonName;
use crate::domain::organization::{Organization, OrganizationName, SignOn};
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::mail::letter::{Account, Inviter, Letter, LinkText};
use crate::ops::error::Error;
use crate::ops::roles::Roles;
use crate::store::ReadTx;

/// What a letter to a user says, save for its link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterFacts {
    /// Which organization.
    pub organization: OrganizationName,
    /// To whom it goes.
    pub recipient: EmailAddress,
    /// What the recipient is called.
    pub name: Option<PersonName>,
    /// The title of the recipient's role.
    pub role: String,
    /// Who invites; nobody where it is the operator, or somebody who is gone.
    pub inviter: Option<Sponsor>,
    /// How people log in there.
    pub sign_on: SignOn,
    /// Whether the recipient has an account.
    pub account: Account,
}

/// Who invites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sponsor {
    /// The name.
    pub name: Option<PersonName>,
    /// The address.
    pub email: EmailAddress,
}

impl LetterFacts {
    /// The letter, with its link.
    #[must_use]
    pub fn letter<'a>(
        &'a self,
        kind: DeliveryKind,
        link: LinkText<'a>,
        expires_at: Timestamp,
    ) -> Letter<'a> {
        let inviter = self.inviter.as_ref();
        Letter {
            kind,
            organization: &self.organization,
            recipient: &self.recipient,
            name: self.name.as_ref(),
            role: &self.role,
            inviter: inviter.map(|it| Inviter { name: it.name.as_ref(), email: &it.email }),
            link,
            expires_at,
            sign_on: self.sign_on,
            account: self.account,
        }
    }
}

/// Looks up what a letter to a user says.
///
/// # Errors
/// [`Error::NoAddress`] for a user without a login; otherwise when the store cannot be read.
pub(in crate::ops) fn letter_facts(
    tx: &ReadTx<'_>,
    organization: &Organization,
    user: &User,
    inviter: Option<UserId>,
) -> Result<LetterFacts, Error> {
    let Some(recipient) = user.email.clone() else {
        return Err(Error::NoAddress { user: user.reference() });
    };
    let account = if tx.has_account(&recipient)? { Account::Existing } else { Account::New };
    let inviter = match inviter {
        Some(id) => tx.find_user(organization.id, &UserRef::Number(id))?,
        None => None,
    };
    let inviter = inviter.and_then(|inviter| {
        let name = inviter.name;
        inviter.email.map(|email| Sponsor { name, email })
    });
    Ok(LetterFacts {
        organization: organization.name.clone(),
        recipient,
        name: user.name.clone(),
        role: Roles::of(tx, organization)?.by_id(user.role_id)?.title.clone(),
        inviter,
        sign_on: organization.sign_on,
        account,
    })
}
