//! Modules and sub-accounts are granted to users and taken from them (S2). Adding and removing the modules
//! and sub-accounts themselves is `modules`' and `sub_accounts`'.

use std::collections::BTreeMap;

use super::Context;
use super::access;
use super::each::{Detail, Outcome, change_each};
use super::error::{Error, HoldingsError, Presence};
use crate::domain::audit::Action;
use crate::domain::holdings::Holdings;
use crate::domain::id::{RoleId, SubAccountId, UserId};
use crate::domain::module::{Module, ModuleAccess, ModuleName};
use crate::domain::nearest::nearest;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::role::{RoleDetails, RoleName};
use crate::domain::status::Verb;
use crate::domain::sub_account::SubAccountName;
use crate::domain::template::Reach;
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::store::{ReadTx, Store, StoreError, WriteTx};

/// What there is to grant in an organization, and which roles are granted anything; at hand while a
/// command runs.
#[derive(Debug)]
pub struct Catalog {
    organization: Organization,
    modules: Vec<Module>,
    sub_accounts: BTreeMap<SubAccountName, SubAccountId>,
    roles: Vec<RoleDetails>,
}

impl Catalog {
    /// Reads it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of(tx: &ReadTx<'_>, organization: &Organization) -> Result<Self, StoreError> {
        let roles = tx.roles(organization.id)?.into_iter().map(|role| tx.role_details(role));
        let sub_accounts = tx.sub_accounts(organization.id)?.into_iter();
        Ok(Self {
            organization: organization.clone(),
            modules: tx.modules(organization.id)?,
            sub_accounts: sub_accounts.map(|known| (known.name, known.id)).collect(),
            roles: roles.collect::<Result<_, _>>()?,
        })
    }

    /// The modules that can be granted, in the order in which they are shown.
    pub fn grantable_modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.iter().filter(|module| module.access == ModuleAccess::Everyone)
    }

    /// The names of the sub-accounts.
    pub fn sub_accounts(&self) -> impl Iterator<Item = &SubAccountName> {
        self.sub_accounts.keys()
    }

    /// Whether users of a role see no module until some are granted to them, and some can be.
    #[must_use]
    pub fn needs_modules(&self, role: RoleId) -> bool {
        self.details(role).is_some_and(|details| details.modules == Reach::Granted)
            && self.grantable_modules().next().is_some()
    }

    /// Whether there is anything to grant to users of a role.
    #[must_use]
    pub fn has_something_for(&self, role: RoleId) -> bool {
        self.needs_modules(role)
            || (self.details(role).is_some_and(|role| role.sub_accounts == Reach::Granted)
                && !self.sub_accounts.is_empty())
    }

    /// Makes sure that all of it is there.
    ///
    /// # Errors
    /// Names the first that is not, and the nearest.
    pub fn check_known(&self, wanted: &Holdings) -> Result<(), Error> {
        for module in &wanted.modules {
            self.get_module(module)?;
        }
        for sub_account in &wanted.sub_accounts {
            self.get_sub_account(sub_account)?;
        }
        Ok(())
    }

    pub(super) fn get_module(&self, name: &ModuleName) -> Result<&Module, HoldingsError> {
        self.modules.iter().find(|module| module.name == *name).ok_or_else(|| {
            HoldingsError::UnknownModule {
                module: name.clone(),
                organization: self.organization.slug.to_string(),
                nearest: near(name.as_str(), self.modules.iter().map(|known| known.name.as_str())),
            }
        })
    }

    pub(super) fn get_sub_account(
        &self,
        name: &SubAccountName,
    ) -> Result<SubAccountId, HoldingsError> {
        self.sub_accounts.get(name).copied().ok_or_else(|| HoldingsError::UnknownSubAccount {
            sub_account: name.clone(),
            organization: self.organization.slug.to_string(),
            nearest: near(name.as_str(), self.sub_accounts.keys().map(SubAccountName::as_str)),
        })
    }

    /// Makes sure that it can be granted to somebody with a role.
    ///
    /// # Errors
    /// The role reaches all of it anyway, or a module is admin-only.
    pub(super) fn check_fit(
        &self,
        user: &UserRef,
        presence: Presence,
        role: RoleId,
        wanted: &Holdings,
    ) -> Result<(), HoldingsError> {
        let Some(details) = self.details(role) else { return Ok(()) };
        let role = &details.role.name;
        for (reach, some, what) in [
            (details.modules, !wanted.modules.is_empty(), "modules"),
            (details.sub_accounts, !wanted.sub_accounts.is_empty(), "sub-accounts"),
        ] {
            if reach == Reach::All && some {
                return Err(HoldingsError::NeedsNone {
                    user: user.clone(),
                    role: role.clone(),
                    what,
                });
            }
        }
        for module in &wanted.modules {
            if self.get_module(module)?.access == ModuleAccess::AdminOnly {
                return Err(HoldingsError::AdminOnly {
                    user: user.clone(),
                    role: role.clone(),
                    module: module.clone(),
                    fitting: self.reaching_all_modules(),
                    presence,
                });
            }
        }
        Ok(())
    }

    fn reaching_all_modules(&self) -> Vec<RoleName> {
        let all = self.roles.iter().filter(|details| details.modules == Reach::All);
        all.map(|details| details.role.name.clone()).collect()
    }

    fn details(&self, role: RoleId) -> Option<&RoleDetails> {
        self.roles.iter().find(|details| details.role.id == role)
    }

    /// Gives a user what is known and fits and what the user does not have.
    pub(super) fn give(
        &self,
        tx: &mut WriteTx<'_>,
        user: UserId,
        new: &Holdings,
    ) -> Result<(), Error> {
        for module in &new.modules {
            tx.grant_module(self.organization.id, user, module)?;
        }
        for sub_account in &new.sub_accounts {
            tx.grant_sub_account(user, self.get_sub_account(sub_account)?)?;
        }
        Ok(())
    }

    /// Takes from a user what the user has.
    pub(super) fn take(
        &self,
        tx: &mut WriteTx<'_>,
        user: UserId,
        gone: &Holdings,
    ) -> Result<(), Error> {
        for module in &gone.modules {
            tx.revoke_module(user, module)?;
        }
        for sub_account in &gone.sub_accounts {
            tx.revoke_sub_account(user, self.get_sub_account(sub_account)?)?;
        }
        Ok(())
    }
}

fn near<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    nearest(name, known).into_iter().map(str::to_owned).collect()
}

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
        let user = super::each::get_user(tx, &session.organization, user)?;
        session.check_user(tx, &user)?;
        Ok((Catalog::of(tx, &session.organization)?, holdings_of(tx, user.id)?))
    })
}

/// What can be granted, for whoever invites.
///
/// # Errors
/// When the store cannot be read.
pub fn catalog(store: &mut Store, context: &Context) -> Result<Catalog, Error> {
    access::look(store, context, Operation::ModuleList, |tx, session| {
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
        let catalog = catalog_once(&mut known, tx, &session.organization)?;
        let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
        user.state.permit(Verb::Grant).map_err(wrong)?;
        catalog.check_known(wanted)?;
        catalog.check_fit(&user.reference(), Presence::There, user.role_id, wanted)?;
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
        let catalog = catalog_once(&mut known, tx, &session.organization)?;
        let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
        user.state.permit(Verb::Revoke).map_err(wrong)?;
        let held = holdings_of(tx, user.id)?;
        let (gone, settled) = match which {
            Revoked::These(wanted) => (held.shared_with(wanted), wanted.without(&held)),
            Revoked::All => (held.clone(), Holdings::default()),
        };
        if gone.is_empty() {
            let (user, wanted) = (user.reference(), settled);
            return Err(HoldingsError::NotGranted { user, wanted, held }.into());
        }
        catalog.take(tx, user.id, &gone)?;
        note(detail, user, &gone);
        Ok(Regranted { user: user.clone(), now: held.without(&gone), changed: gone, settled })
    })
}

/// Read once for all users, in the transaction that changes them.
fn catalog_once<'c>(
    known: &'c mut Option<Catalog>,
    tx: &ReadTx<'_>,
    organization: &Organization,
) -> Result<&'c Catalog, Error> {
    Ok(match known {
        Some(known) => known,
        none => none.insert(Catalog::of(tx, organization)?),
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
