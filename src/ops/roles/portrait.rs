//! A role with everything about it: what it may do, what it hands out, how many users have it.

use super::Roles;
use crate::domain::operation::Operation;
use crate::domain::organization::{Organization, Slug};
use crate::domain::permission::{Permission, Scope};
use crate::domain::role::{Role, RoleName};
use crate::domain::status::Status;
use crate::domain::template::Reach;
use crate::ops::error::Error;
use crate::ops::{Context, access};
use crate::store::{ReadTx, Store};

/// Everything about one role.
#[derive(Clone, Debug)]
pub struct RolePortrait {
    /// Where.
    pub organization: Slug,
    /// The role.
    pub role: Role,
    /// Every permission of the organization, in its order, and how far the role has it.
    pub matrix: Vec<Tick>,
    /// How many of the modules its users see.
    pub modules: Reach,
    /// How many of the sub-accounts its users see.
    pub sub_accounts: Reach,
    /// The roles that it hands out, highest first.
    pub hands_out: Vec<RoleName>,
    /// The roles that hand it out, highest first.
    pub handed_out_by: Vec<RoleName>,
    /// How many users have it, in any status.
    pub users: u64,
    /// How many of them are active.
    pub active: u64,
    /// How many of them are neither active nor on their way in.
    pub inactive: u64,
}

/// A place in the matrix of permissions and roles.
#[derive(Clone, Debug)]
pub struct Tick {
    /// The permission.
    pub permission: Permission,
    /// How far the role has it, if at all.
    pub scope: Option<Scope>,
}

impl RolePortrait {
    /// Draws one.
    pub(super) fn of(
        tx: &ReadTx<'_>,
        organization: &Organization,
        role: Role,
    ) -> Result<Self, Error> {
        let details = tx.role_details(role)?;
        let matrix = tx.permissions(organization.id)?.into_iter().map(|permission| Tick {
            scope: details.find_scope(permission.name.as_str()),
            permission,
        });
        let id = details.role.id;
        let mut handed_out_by = Vec::new();
        for giver in tx.roles(organization.id)? {
            if tx.roles_given_by(giver.id)?.iter().any(|given| given.id == id) {
                handed_out_by.push(giver.name);
            }
        }
        let seats = tx.seats(organization.id)?;
        let count = |fits: &dyn Fn(Status) -> bool| {
            let here = seats.iter().filter(|(seat, _)| seat.role == id && fits(seat.status));
            here.map(|(_, users)| users).sum()
        };
        Ok(Self {
            organization: organization.slug.clone(),
            matrix: matrix.collect(),
            modules: details.modules,
            sub_accounts: details.sub_accounts,
            hands_out: tx.roles_given_by(id)?.into_iter().map(|role| role.name).collect(),
            handed_out_by,
            users: count(&|_| true),
            active: count(&|status| status == Status::Active),
            inactive: count(&|status| Status::INACTIVE.contains(&status)),
            role: details.role,
        })
    }
}

/// These roles, or all of them highest first, with everything about them.
///
/// # Errors
/// When a role is unknown, or whoever acts may not.
pub fn show(
    store: &mut Store,
    context: &Context,
    names: &[RoleName],
) -> Result<Vec<RolePortrait>, Error> {
    access::look(store, context, Operation::RoleShow, |tx, session| {
        let organization = &session.organization;
        let roles = Roles::of(tx, organization)?;
        let mut chosen: Vec<Role> = Vec::new();
        for name in names {
            let role = roles.get(name)?;
            if chosen.iter().all(|known| known.id != role.id) {
                chosen.push(role.clone());
            }
        }
        if names.is_empty() {
            chosen = roles.all().to_vec();
        }
        chosen.into_iter().map(|role| RolePortrait::of(tx, organization, role)).collect()
    })
}

/// The permissions that a role of the organization can have, in the order in which they are shown.
///
/// # Errors
/// When the store cannot be read, or whoever acts may not.
pub fn permissions(store: &mut Store, context: &Context) -> Result<Vec<Permission>, Error> {
    access::look(store, context, Operation::RoleShow, |tx, session| {
        Ok(tx.permissions(session.organization.id)?)
    })
}
