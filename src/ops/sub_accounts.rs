//! Sub-accounts: which there are, adding and removing them (S2). Granting them is `holdings`'.

use super::Context;
use super::access;
use super::each::{Detail, entry, finish};
use super::error::{Error, HoldingsError};
use super::holdings::Catalog;
use crate::domain::audit::Action;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::sub_account::{SubAccount, SubAccountName};
use crate::domain::title::Title;
use crate::store::{ReadTx, Store};

/// A sub-account and how many users it is granted to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubAccountLine {
    /// The sub-account.
    pub sub_account: SubAccount,
    /// How many users it is granted to by name.
    pub users: u64,
}

/// The sub-accounts of the organization, by name.
///
/// # Errors
/// When the store cannot be read, or whoever acts may not.
pub fn list(
    store: &mut Store,
    context: &Context,
) -> Result<(Organization, Vec<SubAccountLine>), Error> {
    access::look(store, context, Operation::SubAccountList, |tx, session| {
        let known = tx.sub_accounts(session.organization.id)?.into_iter();
        let lines = known.map(|sub_account| line(tx, sub_account)).collect::<Result<_, _>>()?;
        Ok((session.organization.clone(), lines))
    })
}

/// Adds sub-accounts, each with its title; refuses all of them where one is there already.
///
/// # Errors
/// [`HoldingsError::SubAccountExists`].
pub fn add(
    store: &mut Store,
    context: &Context,
    wanted: &[(SubAccountName, Title)],
) -> Result<(Organization, Vec<SubAccountLine>), Error> {
    let (mut tx, session) =
        access::write_if(store, context, Operation::SubAccountAdd, |tx, session| {
            session.check_reach(tx, "sub-accounts", |role| role.sub_accounts)
        })?;
    let organization = session.organization;
    let mut lines = Vec::with_capacity(wanted.len());
    let mut detail = Detail::new();
    for (name, title) in wanted {
        if tx.find_sub_account(organization.id, name)?.is_some() {
            return Err(HoldingsError::SubAccountExists(name.clone()).into());
        }
        let sub_account = tx.add_sub_account(organization.id, name, title.as_str())?;
        lines.push(SubAccountLine { sub_account, users: 0 });
        detail.push(("sub-account", name.to_string()));
    }
    let mut entry = entry(Action::AddSubAccount, &organization, Vec::new(), detail);
    entry.count = lines.len() as u64;
    finish(tx, context, &entry)?;
    Ok((organization, lines))
}

/// Sub-accounts that are to be removed, and how many users lose them.
///
/// # Errors
/// When one is unknown, or whoever acts may not.
pub fn to_remove(
    store: &mut Store,
    context: &Context,
    names: &[SubAccountName],
) -> Result<Vec<SubAccountLine>, Error> {
    access::look(store, context, Operation::SubAccountRemove, |tx, session| {
        named(tx, &session.organization, names)
    })
}

/// Removes sub-accounts, also from whom they are granted to: all of them, or none.
///
/// # Errors
/// When one is unknown.
pub fn remove(
    store: &mut Store,
    context: &Context,
    names: &[SubAccountName],
) -> Result<(Organization, Vec<SubAccountLine>), Error> {
    let (mut tx, session) =
        access::write_if(store, context, Operation::SubAccountRemove, |tx, session| {
            session.check_reach(tx, "sub-accounts", |role| role.sub_accounts)
        })?;
    let organization = session.organization;
    let lines = named(&tx, &organization, names)?;
    let mut detail = Detail::new();
    for line in &lines {
        tx.remove_sub_account(line.sub_account.id)?;
        detail.push(("sub-account", line.sub_account.name.to_string()));
        detail.push(("users", line.users.to_string()));
    }
    let mut entry = entry(Action::RemoveSubAccount, &organization, Vec::new(), detail);
    entry.count = lines.len() as u64;
    finish(tx, context, &entry)?;
    Ok((organization, lines))
}

fn named(
    tx: &ReadTx<'_>,
    organization: &Organization,
    names: &[SubAccountName],
) -> Result<Vec<SubAccountLine>, Error> {
    let mut lines = Vec::with_capacity(names.len());
    for name in names {
        match tx.find_sub_account(organization.id, name)? {
            Some(sub_account) => lines.push(line(tx, sub_account)?),
            // Says which are near.
            None => {
                Catalog::of(tx, organization)?.get_sub_account(name)?;
            }
        }
    }
    Ok(lines)
}

fn line(tx: &ReadTx<'_>, sub_account: SubAccount) -> Result<SubAccountLine, Error> {
    let users = tx.count_sub_account_holders(sub_account.id)?;
    Ok(SubAccountLine { sub_account, users })
}
