//! What there is to grant in an organization, to users of which role. Which user has what is the store's.

use std::collections::BTreeMap;

use crate::domain::holdings::Holdings;
use crate::domain::id::{RoleId, SubAccountId, UserId};
use crate::domain::module::{Module, ModuleAccess, ModuleName};
use crate::domain::nearest::near_names;
use crate::domain::organization::Organization;
use crate::domain::role::{RoleDetails, RoleName};
use crate::domain::sub_account::SubAccountName;
use crate::domain::template::Reach;
use crate::domain::user_ref::UserRef;
use crate::ops::error::{Error, HoldingsError, Presence};
use crate::store::{ReadTx, StoreError, WriteTx};

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

    /// The modules, in the order in which they are shown.
    #[must_use]
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// The modules that can be granted, in the order in which they are shown.
    pub fn grantable_modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.iter().filter(|module| module.access == ModuleAccess::Everyone)
    }

    /// The names of the sub-accounts.
    pub fn sub_accounts(&self) -> impl Iterator<Item = &SubAccountName> {
        self.sub_accounts.keys()
    }

    /// What a user with a role sees, with what was granted by name.
    pub(in crate::ops) fn sight_of(&self, role: RoleId, granted: Holdings) -> Sight {
        let none = self.modules.is_empty() && self.sub_accounts.is_empty();
        Sight {
            modules: self.module_reach(role),
            sub_accounts: self.sub_account_reach(role),
            granted,
            offer: if none { Offer::None } else { Offer::Some },
        }
    }

    fn module_reach(&self, role: RoleId) -> Reach {
        self.details(role).map_or(Reach::Granted, |details| details.modules)
    }

    fn sub_account_reach(&self, role: RoleId) -> Reach {
        self.details(role).map_or(Reach::Granted, |details| details.sub_accounts)
    }

    /// Whether users of a role see no module until some are granted to them, and some can be.
    #[must_use]
    pub fn needs_modules(&self, role: RoleId) -> bool {
        self.module_reach(role) == Reach::Granted && self.grantable_modules().next().is_some()
    }

    /// Whether there is anything to grant to users of a role.
    #[must_use]
    pub fn has_something_for(&self, role: RoleId) -> bool {
        self.needs_modules(role)
            || (self.sub_account_reach(role) == Reach::Granted && !self.sub_accounts.is_empty())
    }

    /// Whether there is such a module.
    pub(in crate::ops) fn has_module(&self, name: &ModuleName) -> bool {
        self.modules.iter().any(|module| module.name == *name)
    }

    /// Whether there is such a sub-account.
    pub(in crate::ops) fn has_sub_account(&self, name: &SubAccountName) -> bool {
        self.sub_accounts.contains_key(name)
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

    pub(in crate::ops) fn get_module(&self, name: &ModuleName) -> Result<&Module, HoldingsError> {
        self.modules.iter().find(|module| module.name == *name).ok_or_else(|| {
            HoldingsError::UnknownModule {
                module: name.clone(),
                organization: self.organization.slug.to_string(),
                nearest: near_names(
                    name.as_str(),
                    self.modules.iter().map(|known| known.name.as_str()),
                ),
            }
        })
    }

    pub(in crate::ops) fn get_sub_account(
        &self,
        name: &SubAccountName,
    ) -> Result<SubAccountId, HoldingsError> {
        self.sub_accounts.get(name).copied().ok_or_else(|| HoldingsError::UnknownSubAccount {
            sub_account: name.clone(),
            organization: self.organization.slug.to_string(),
            nearest: near_names(
                name.as_str(),
                self.sub_accounts.keys().map(SubAccountName::as_str),
            ),
        })
    }

    /// Makes sure that it can be granted to somebody with a role.
    ///
    /// # Errors
    /// The role reaches all of it anyway, or a module is admin-only.
    pub(in crate::ops) fn check_fit(
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
    pub(in crate::ops) fn give(
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
    pub(in crate::ops) fn take(
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

/// What a user sees of the modules and sub-accounts.
#[derive(Debug)]
pub struct Sight {
    /// How many of the modules the role reaches by itself.
    pub modules: Reach,
    /// How many of the sub-accounts.
    pub sub_accounts: Reach,
    /// What was granted to the user by name; it counts where the role does not reach all.
    pub granted: Holdings,
    /// Whether the organization has any of either.
    pub offer: Offer,
}

/// Whether an organization has modules or sub-accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It has some.
    Some,
    /// It has none, and nothing need be said of them.
    None,
}
