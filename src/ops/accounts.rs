//! Passwords, compared and believed: may this person in? (trust C16, D9). Comparing takes time on purpose, so
//! that no transaction is open meanwhile; what it is worth is decided in the transaction that writes it down,
//! which knows of all tries that came before.

mod login;
mod reset;

pub use login::{LoggedIn, LoginTried, login, login_sso};
pub use reset::{NoReset, reset};

use super::error::Error;
use crate::domain::account::{Account, LoginThrottle, login_throttle};
use crate::domain::email::EmailAddress;
use crate::domain::failures::Failures;
use crate::domain::organization::Organization;
use crate::domain::password::{PasswordHash, Salt, TypedPassword};
use crate::domain::time::Timestamp;
use crate::domain::token::Entropy;
use crate::store::{ReadTx, Store, WriteTx};

/// Whether a link to join an organization opens another one, too: it makes an account where there is none, by
/// which its person is in wherever they are a user already.
pub(super) fn opens_another(
    tx: &ReadTx<'_>,
    organization: &Organization,
    email: &EmailAddress,
) -> Result<bool, Error> {
    Ok(tx.find_account(email)?.is_none() && tx.is_in_another(organization.id, email)?)
}

/// A password that was compared with an account's, in its own time. Believed by [`Compared::prove`] alone.
#[derive(Debug)]
pub(super) struct Compared {
    email: EmailAddress,
    account: Option<Account>,
    fits: Fit,
}

#[derive(Debug)]
enum Fit {
    Wrong,
    Right,
    /// And the account is to keep this hash, which costs what one costs today.
    Outdated(PasswordHash),
}

/// What a password proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// It is the account's.
    Right,
    /// There is no account.
    NoAccount,
    /// It was not even looked at: too many were wrong.
    Throttled(Failures),
    /// It is not the account's; so often it was wrong now.
    Wrong(Failures),
}

impl Compared {
    /// Compares. Where there is no account it is compared with nobody's hash, and where nobody may try now it
    /// is compared all the same, so that every answer costs as much as any other (trust D9). Opens no
    /// transaction but to read the account.
    ///
    /// # Errors
    /// When the store fails, or a password cannot be hashed anew.
    pub(super) fn with(
        store: &mut Store,
        email: &EmailAddress,
        typed: &TypedPassword,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, Error> {
        let account = store.read()?.find_account(email)?;
        let hash = account.as_ref().map(|account| account.password.clone());
        let is_account = hash.is_some();
        let hash = hash.unwrap_or_else(PasswordHash::nobodys);
        let is_right = hash.is_of(typed) && is_account;
        // Hashed anew whether it is right or not: otherwise the time would tell.
        let anew = match hash.is_outdated() {
            true => Some(typed.hash_anew(&Salt::draw(entropy)?)?),
            false => None,
        };
        let fits = match (is_right, anew) {
            (false, _) => Fit::Wrong,
            (true, Some(anew)) => Fit::Outdated(anew),
            (true, None) => Fit::Right,
        };
        Ok(Self { email: email.clone(), account, fits })
    }

    /// Decides what that is worth now, and keeps what follows for the account: one failure more, or none.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn prove(&self, tx: &mut WriteTx<'_>, now: Timestamp) -> Result<Proof, Error> {
        let Some(account) = tx.find_account(&self.email)? else { return Ok(Proof::NoAccount) };
        if login_throttle(account.failures, now) != LoginThrottle::Open {
            return Ok(Proof::Throttled(account.failures));
        }
        // Another password may have been set meanwhile. One that was only hashed anew is the same.
        let is_same = self
            .account
            .as_ref()
            .is_some_and(|compared| compared.password_set_at == account.password_set_at);
        if !is_same || matches!(self.fits, Fit::Wrong) {
            let failures = account.failures.and_one_at(now);
            tx.set_account_failures(&self.email, failures)?;
            return Ok(Proof::Wrong(failures));
        }
        if account.failures != Failures::default() {
            tx.set_account_failures(&self.email, Failures::default())?;
        }
        if let Fit::Outdated(hash) = &self.fits {
            tx.keep_rehashed(&self.email, hash)?;
        }
        Ok(Proof::Right)
    }
}
