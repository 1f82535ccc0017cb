//! Roles: which there are, and finding one by name. Looking at one closely is `portrait`'s, making and
//! changing them `change`'s.

mod change;
mod portrait;
mod refusal;
mod whole;

pub use change::{RoleEditRequest, RoleOutcome, RoleRequest, RoleWishes, create, delete, edit};
pub use portrait::{RolePortrait, Tick, permissions, show};
pub use refusal::RoleError;

use super::error::Error;
use super::{Context, access};
use crate::domain::id::RoleId;
use crate::domain::nearest::near_names;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::role::{AgentHolding, Role, RoleDetails, RoleName};
use crate::store::{ReadTx, Store, StoreError};

/// The roles of an organization, at hand while a command runs.
#[derive(Clone, Debug)]
pub struct Roles {
    organization: String,
    roles: Vec<Role>,
}

impl Roles {
    /// Reads them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of(tx: &ReadTx<'_>, organization: &Organization) -> Result<Self, StoreError> {
        Ok(Self { organization: organization.slug.to_string(), roles: tx.roles(organization.id)? })
    }

    /// All of them, highest first.
    #[must_use]
    pub fn all(&self) -> &[Role] {
        &self.roles
    }

    /// A role by name.
    ///
    /// # Errors
    /// Names the nearest roles, and all.
    pub fn get(&self, name: &RoleName) -> Result<&Role, Error> {
        self.roles.iter().find(|role| role.name == *name).ok_or_else(|| {
            let names = || self.roles.iter().map(|role| role.name.as_str());
            Error::UnknownRole {
                role: name.clone(),
                organization: self.organization.clone(),
                nearest: near_names(name.as_str(), names()),
                known: names().map(str::to_owned).collect(),
            }
        })
    }

    /// A role by name, or the one for who is invited without one.
    ///
    /// # Errors
    /// When there is no such role.
    pub fn get_or_default(
        &self,
        name: Option<&RoleName>,
        organization: &Organization,
    ) -> Result<&Role, Error> {
        match name {
            Some(name) => self.get(name),
            None => self.by_id(organization.default_role),
        }
    }

    /// A role by its row.
    ///
    /// # Errors
    /// A store that names a role it does not have is damaged.
    pub fn by_id(&self, id: RoleId) -> Result<&Role, Error> {
        let role = self.roles.iter().find(|role| role.id == id);
        role.ok_or_else(|| no_role(id, &self.organization).into())
    }

    /// The roles whose users may hold agent IDs.
    #[must_use]
    pub fn that_hold_agents(&self) -> Vec<RoleName> {
        let holds = |role: &&Role| role.agents == AgentHolding::Allowed;
        self.roles.iter().filter(holds).map(|role| role.name.clone()).collect()
    }
}

/// A role that is named by the store, and is not there.
pub(super) fn no_role(id: RoleId, organization: &str) -> StoreError {
    StoreError::Damaged(format!("role {id} is not in {organization}"))
}

/// The organization and its roles with all they may do, highest first.
///
/// # Errors
/// When the store cannot be read, or whoever acts may not.
pub fn list(
    store: &mut Store,
    context: &Context,
) -> Result<(Organization, Vec<RoleDetails>), Error> {
    access::look(store, context, Operation::RoleList, |tx, session| {
        let roles = tx.roles(session.organization.id)?;
        let details = roles.into_iter().map(|role| tx.role_details(role));
        Ok((session.organization.clone(), details.collect::<Result<_, _>>()?))
    })
}
