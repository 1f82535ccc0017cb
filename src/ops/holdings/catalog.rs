//! What there is to grant in an organization, to users of which role. Which user has what is the store's.

use std::collections::BTreeMap;

use crate::domain::holdings::Holdings;
use crate::domain::id::{RoleId, SubAccountId, UserId};
use crate::domain::module::{Module, ModuleAccess, ModuleName};
use crate::domain::nearest::near_names;
use crate::domain::organization::Organization;
use crate::domain::role::{Role, RoleName, RoleReach};
use crate::domain::sub_account::SubAccountName;
use crate::domain::template::Reach;
use crate::domain::user_ref::UserRef;
use crate::ops::error::{Error, HoldingsError, Presence};
use crate::ops::roles::no_role;
use crate::store::{ReadTx, StoreError, WriteTx};

/// What there is to grant in an organization, and which roles are granted anything; at hand while a
/// command runs.
#[derive(Debug)]
pub struct Catalog {
    organization: Organization,
    modules: Vec<Module>,
    sub_accounts: BTreeMap<SubAccountName, SubAccountId>,
    roles: Vec<RoleReach>,
}

impl Catalog {
    /// Reads it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of(tx: &ReadTx<'_>, organization: &Organization) -> Result<Self, StoreError> {
        let sub_accounts = tx.sub_accounts(organization.id)?.into_iter();
        Ok(Self {
            organization: organization.clone(),
            modules: tx.modules(organization.id)?,
            sub_accounts: sub_accounts.map(|known| (known.name, known.id)).collect(),
            roles: tx.role_reaches(organization.id)?,
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

    /// A role by its row.
    ///
    /// # Errors
    /// A store that names a role it does not have is damaged.
    pub(in crate::ops) fn get_role(&self, id: RoleId) -> Result<&Role, StoreError> {
        let known = self.find_role(id).map(|known| &known.role);
        known.ok_or_else(|| no_role(id, self.organization.slug.as_str()))
    }

    /// What a user was granted by name. Where there is nothing to grant, nobody was granted anything.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(in crate::ops) fn holdings_of(
        &self,
        tx: &ReadTx<'_>,
        user: UserId,
    ) -> Result<Holdings, StoreError> {
        let (modules, sub_accounts) = (!self.modules.is_empty(), !self.sub_accounts.is_empty());
        Ok(Holdings {
            modules: if modules { tx.granted_modules(user)? } else { Vec::new() },
            sub_accounts: if sub_accounts { tx.granted_sub_accounts(user)? } else { Vec::new() },
        })
    }

    fn module_reach(&self, role: RoleId) -> Reach {
        self.find_role(role).map_or(Reach::Granted, |known| known.modules)
    }

    fn sub_account_reach(&self, role: RoleId) -> Reach {
        self.find_role(role).map_or(Reach::Granted, |known| known.sub_accounts)
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
        let Some(known) = self.find_role(role) else { return Ok(()) };
        let role = &known.role.name;
        for (reach, some, what) in [
            (known.modules, !wanted.modules.is_empty(), "modules"),
            (known.sub_accounts, !wanted.sub_accounts.is_empty(), "sub-accounts"),
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
        let all = self.roles.iter().filter(|known| known.modules == Reach::All);
        all.map(|known| known.role.name.clone()).collect()
    }

    fn find_role(&self, role: RoleId) -> Option<&RoleReach> {
        self.roles.iter().find(|known| known.role.id == role)
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
