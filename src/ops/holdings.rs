//! Modules and sub-accounts are granted to users and taken from them (S2). Adding and removing the modules
//! and sub-accounts themselves is `modules`' and `sub_accounts`'.

mod catalog;

pub use catalog::{Catalog, Offer, Sight};

use super::Context;
use super::access;
use super::each::{Detail, Outcome, change_each, get_user_to_change, read_once};
use super::error::{Error, HoldingsError, Presence};
use crate::domain::audit::Action;
use crate::domain::holdings::Holdings;
use crate::domain::id::UserId;
use crate::domain::operation::Operation;
use crate::domain::status::Verb;
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::store::{ReadTx, Store, StoreError};

/// What is granted to a user by name.
pub(super) fn holdings_of(tx: &ReadTx<'_>, user: UserId) -> Result<Holdings, StoreError> {
    Ok(Holdings {
        modules: tx.granted_modules(user)?,
        sub_accounts: tx.granted_sub_accounts(user)?,
    })
}

/// What there is to grant, and what a user was granted: for a question.
///
/// # Errors
/// When whoever acts may not grant, there is no such user, or the store fails.
pub fn choices(
    store: &mut Store,
    context: &Context,
    operation: Operation,
    user: &UserRef,
) -> Result<(Catalog, Holdings), Error> {
    access::look(store, context, operation, |tx, session| {
        let user = get_user_to_change(tx, session, user)?;
        Ok((Catalog::of(tx, &session.organization)?, holdings_of(tx, user.id)?))
    })
}

/// What can be granted, for whoever invites.
///
/// # Errors
/// When the store cannot be read.
pub fn catalog(
    store: &mut Store,
    context: &Context,
    operation: Operation,
) -> Result<Catalog, Error> {
    access::look(store, context, operation, |tx, session| {
        Ok(Catalog::of(tx, &session.organization)?)
    })
}

/// What became of what a user is granted.
#[derive(Debug)]
pub struct Regranted {
    /// The user.
    pub user: User,
    /// What was granted, or taken away.
    pub changed: Holdings,
    /// What was asked for and was so already.
    pub settled: Holdings,
    /// What the user has now.
    pub now: Holdings,
}

/// Grants modules and sub-accounts to users.
///
/// # Errors
/// When one is unknown or the store fails; per user in the outcome otherwise.
pub fn grant(
    store: &mut Store,
    context: &Context,
    users: &[UserRef],
    wanted: &Holdings,
) -> Result<Outcome<Regranted>, Error> {
    let operation = Operation::Grant;
    check_known(store, context, operation, wanted)?;
    let mut known = None;
    change_each(store, context, operation, Action::Grant, users, |tx, session, user, detail| {
        let catalog = read_once(&mut known, || Catalog::of(tx, &session.organization))?;
        let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
        user.state.permit(Verb::Grant).map_err(wrong)?;
        catalog.check_known(wanted)?;
        catalog.check_fit(&user.reference(), Presence::There, user.role_id, wanted)?;
        session.check_holdings(tx, wanted)?;
        let held = holdings_of(tx, user.id)?;
        let new = wanted.without(&held);
        if new.is_empty() {
            let (user, held) = (user.reference(), wanted.clone());
            return Err(HoldingsError::GrantedAlready { user, held }.into());
        }
        catalog.give(tx, user.id, &new)?;
        note(detail, user, &new);
        Ok(Regranted {
            user: user.clone(),
            settled: wanted.shared_with(&held),
            now: holdings_of(tx, user.id)?,
            changed: new,
        })
    })
}

/// What is taken from users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revoked {
    /// These.
    These(Holdings),
    /// All they were granted.
    All,
}

/// Takes modules and sub-accounts from users.
///
/// # Errors
/// When one is unknown or the store fails; per user in the outcome otherwise.
pub fn revoke(
    store: &mut Store,
    context: &Context,
    users: &[UserRef],
    which: &Revoked,
) -> Result<Outcome<Regranted>, Error> {
    let operation = Operation::Revoke;
    if let Revoked::These(wanted) = which {
        check_known(store, context, operation, wanted)?;
    }
    let mut known = None;
    change_each(store, context, operation, Action::Revoke, users, |tx, session, user, detail| {
        let catalog = read_once(&mut known, || Catalog::of(tx, &session.organization))?;
        let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
        user.state.permit(Verb::Revoke).map_err(wrong)?;
        let held = holdings_of(tx, user.id)?;
        let (gone, settled) = match which {
            Revoked::These(wanted) => (held.shared_with(wanted), wanted.without(&held)),
            Revoked::All => (held.clone(), Holdings::default()),
        };
        if gone.is_empty() {
            let (user, wanted, held) = (user.reference(), Box::new(settled), Box::new(held));
            return Err(HoldingsError::NotGranted { user, wanted, held }.into());
        }
        catalog.take(tx, user.id, &gone)?;
        note(detail, user, &gone);
        Ok(Regranted { user: user.clone(), now: held.without(&gone), changed: gone, settled })
    })
}

fn check_known(
    store: &mut Store,
    context: &Context,
    operation: Operation,
    wanted: &Holdings,
) -> Result<(), Error> {
    access::look(store, context, operation, |tx, session| {
        Catalog::of(tx, &session.organization)?.check_known(wanted)
    })
}

/// Several users may get different things by one command, so each is named with theirs.
fn note(detail: &mut Detail, user: &User, changed: &Holdings) {
    detail.push(("user", user.reference().to_string()));
    detail.extend(changed.modules.iter().map(|name| ("module", name.to_string())));
    detail.extend(changed.sub_accounts.iter().map(|name| ("sub-account", name.to_string())));
}
