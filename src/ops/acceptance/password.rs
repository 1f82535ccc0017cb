//! The password in an acceptance: chosen by the rules for new ones, or compared with the account's. Both take
//! time on purpose, and are done before anything is written.

use super::refusal::AcceptanceError;
use super::{Acceptance, Credential, Offer};
use crate::domain::audit::Action;
use crate::domain::name::PersonName;
use crate::domain::password::{
    OwnWords, Password, PasswordError, PasswordHash, PasswordPolicy, Salt, TypedPassword,
};
use crate::domain::token::Entropy;
use crate::ops::accounts::{Compared, Proof};
use crate::ops::each::{entry, subject};
use crate::ops::error::Error;
use crate::store::{Store, WriteTx};

/// A password that an offer asked for, as far as it can be made ready before anything is written.
#[derive(Debug)]
pub(super) enum Prepared {
    /// A new one, hashed.
    Chosen(PasswordHash),
    /// One that was compared with the account's own.
    Compared(Compared),
    /// None was asked for.
    NotAsked,
}

/// Makes ready what somebody gave for what an offer asks for.
pub(super) fn prepare(
    store: &mut Store,
    entropy: &mut dyn Entropy,
    offer: &Offer,
    acceptance: &Acceptance,
) -> Result<Prepared, Error> {
    let missing = || AcceptanceError::from(PasswordError::Missing);
    let typed = || acceptance.password.as_ref().ok_or_else(missing);
    match offer.credential {
        Credential::SignOn => Ok(Prepared::NotAsked),
        Credential::New | Credential::Replaced => {
            let password = offer.read_password(acceptance.name.as_ref(), typed()?);
            let password = password.map_err(AcceptanceError::from)?;
            Ok(Prepared::Chosen(password.hash(&Salt::draw(entropy)?)?))
        }
        Credential::Own => {
            Ok(Prepared::Compared(Compared::with(store, &offer.email, typed()?, entropy)?))
        }
    }
}

/// Keeps that a password did not prove to be the account's, also in a dry run, in which one could guess
/// unseen otherwise. The link stays as it is.
pub(super) fn refuse(tx: WriteTx<'_>, offer: &Offer, proof: Proof) -> Result<Error, Error> {
    let (reason, failures) = match proof {
        Proof::Right | Proof::NoAccount => return Ok(AcceptanceError::OfferChanged.into()),
        Proof::Throttled(failures) => ("too many tries", failures),
        Proof::Wrong(failures) => ("wrong password", failures),
    };
    let detail = vec![
        ("how", "accept".to_owned()),
        ("reason", reason.to_owned()),
        ("failures", failures.count.to_string()),
    ];
    let subjects = vec![subject(&offer.user)];
    tx.commit(&entry(Action::RefuseLogin, &offer.organization, subjects, detail))?;
    Ok(AcceptanceError::WrongPassword { email: offer.email.clone() }.into())
}

impl Offer {
    /// Makes sure that the password of the account that there is, is as long as it has to be here.
    pub(super) fn check_own(&self, acceptance: &Acceptance) -> Result<(), AcceptanceError> {
        let minimum = self.organization.password_minimum;
        let length = acceptance.password.as_ref().map_or(0, TypedPassword::characters);
        match length < minimum.characters() {
            true => Err(AcceptanceError::ShorterThanHere { length, minimum }),
            false => Ok(()),
        }
    }

    /// Makes a password of what was typed, where one is to be chosen: by the organization's minimum, and not
    /// of what everybody knows of this person (trust D7).
    ///
    /// # Errors
    /// When it is none to use.
    pub fn read_password(
        &self,
        name: Option<&PersonName>,
        typed: &TypedPassword,
    ) -> Result<Password, PasswordError> {
        let mut own_words =
            OwnWords::default().with_email(&self.email).with_organization(&self.organization);
        for name in [self.user.name.as_ref(), name].into_iter().flatten() {
            own_words = own_words.with_name(name);
        }
        let minimum = self.password_minimum;
        typed.read(&PasswordPolicy { minimum, own_words: &own_words })
    }
}
