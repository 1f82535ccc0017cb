//! Making, changing and deleting roles (S0 "Other", rules 3 and 4). Built-in roles are roles like any
//! other.

use super::portrait::RolePortrait;
use super::whole::Whole;
use super::{RoleError, Roles};
use crate::domain::audit::Action;
use crate::domain::id::RoleId;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::permission::{Grant, PermissionName, Scope};
use crate::domain::role::{AgentHolding, Role, RoleDetails, RoleName};
use crate::domain::template::Reach;
use crate::domain::title::Title;
use crate::ops::Context;
use crate::ops::access::{self, RoleGift, Session};
use crate::ops::each::{Detail, entry, finish};
use crate::ops::error::Error;
use crate::store::{Store, WriteTx};

/// What a role is to be. What is not said stays as it is.
#[derive(Clone, Debug, Default)]
pub struct RoleWishes {
    /// What is shown.
    pub title: Option<Title>,
    /// What it may do beside what it may already, or another scope for that.
    pub grants: Vec<Grant>,
    /// The roles it hands out, and no others.
    pub hands_out: Option<Vec<RoleName>>,
    /// Whether its users may hold agent IDs.
    pub agents: Option<AgentHolding>,
    /// How many of the modules its users see.
    pub modules: Option<Reach>,
    /// How many of the sub-accounts its users see.
    pub sub_accounts: Option<Reach>,
}

/// A role to be made.
#[derive(Clone, Debug)]
pub struct RoleRequest {
    /// What it is called.
    pub name: RoleName,
    /// The role that it stands directly below; the lowest when left out.
    pub below: Option<RoleName>,
    /// The role that it starts as.
    pub copy: Option<RoleName>,
    /// What it is to be.
    pub wishes: RoleWishes,
}

/// A role to be changed.
#[derive(Clone, Debug)]
pub struct RoleEditRequest {
    /// Which.
    pub role: RoleName,
    /// What it may no longer do.
    pub withdraw: Vec<PermissionName>,
    /// What it is to be.
    pub wishes: RoleWishes,
}

/// What became of a role.
#[derive(Clone, Debug)]
pub struct RoleOutcome {
    /// Where.
    pub organization: Organization,
    /// The role as it is now, or was when it was deleted.
    pub role: RolePortrait,
    /// What changed, in the words of the audit; nothing where it was so already.
    pub changes: Vec<(&'static str, String)>,
}

/// Makes a role. Every role above it that invites, and may do all that it may, hands it out.
///
/// # Errors
/// When the name is taken, a name in the request is unknown, or whoever acts may do less themselves.
pub fn create(
    store: &mut Store,
    context: &Context,
    request: &RoleRequest,
) -> Result<RoleOutcome, Error> {
    change(store, context, Operation::RoleCreate, |tx, session, detail| {
        let organization = &session.organization;
        let roles = Roles::of(tx, organization)?;
        let name = &request.name;
        if roles.all().iter().any(|role| role.name == *name) {
            return Err(RoleError::Exists(name.clone()).into());
        }
        let above = match &request.below {
            Some(below) => roles.get(below)?,
            None => roles.all().last().unwrap_or(roles.by_id(organization.default_role)?),
        }
        .clone();
        let start = match &request.copy {
            Some(copy) => Whole::read(tx, roles.get(copy)?.clone())?,
            None => Whole::empty(&above),
        };
        let title = Title::of_name(name.as_str());
        let role = Role {
            id: RoleId::new(0),
            name: name.clone(),
            title: title.to_string(),
            rank: above.rank + 1,
            ..start.details.role
        };
        let start = Whole { details: RoleDetails { role, ..start.details }, gives: start.gives };
        let mut wanted = start.with(tx, organization, &request.wishes, &[])?;
        wanted.settle_gifts(session, &roles, &request.wishes, &[])?;
        // Directly below a role above one's own would still be above one's own.
        session.check_role(tx, &above, &wanted.beyond(&Whole::empty(&above)))?;
        let made = tx.add_role(organization.id, &wanted.details)?;
        let given: Vec<_> = wanted.gives.iter().map(|role| role.id).collect();
        tx.set_roles_given(made.id, &given)?;
        for giver in tx.roles_with(organization.id, PermissionName::INVITE_USERS, Scope::Own)? {
            // Nobody hands out more than they have themselves, save the highest role (rule 3).
            let giver_may = |giver: &RoleDetails| {
                giver.role.rank == 0 || wanted.beyond(&Whole::empty(&above)).is_within(giver)
            };
            if giver.rank < made.rank && giver_may(&tx.role_details(giver.clone())?) {
                tx.add_role_given(giver.id, made.id)?;
            }
        }
        detail.push(("role", name.to_string()));
        detail.push(("below", above.name.to_string()));
        detail.extend(wanted.differences(&Whole::empty(&above)));
        Ok(made)
    })
}

/// Changes a role.
///
/// # Errors
/// When a name in the request is unknown, the role is above that of whoever acts, they may do less
/// themselves, nobody could manage users any more, or agent IDs are in the way.
pub fn edit(
    store: &mut Store,
    context: &Context,
    request: &RoleEditRequest,
) -> Result<RoleOutcome, Error> {
    change(store, context, Operation::RoleEdit, |tx, session, detail| {
        let organization = &session.organization;
        let roles = Roles::of(tx, organization)?;
        let role = roles.get(&request.role)?.clone();
        let before = Whole::read(tx, role.clone())?;
        let mut after = before.with(tx, organization, &request.wishes, &request.withdraw)?;
        after.settle_gifts(session, &roles, &request.wishes, &before.gives)?;
        session.check_role(tx, &role, &after.beyond(&before))?;
        if before.details.role.agents == AgentHolding::Allowed
            && after.details.role.agents == AgentHolding::Refused
        {
            let users = tx.count_holders(&role)?;
            if users > 0 {
                return Err(RoleError::AgentsHeld { role: role.name, users }.into());
            }
        }
        let changes = after.differences(&before);
        if !changes.is_empty() {
            tx.keep_role(&after.details)?;
            let given: Vec<_> = after.gives.iter().map(|role| role.id).collect();
            tx.set_roles_given(role.id, &given)?;
            if before.manages() && !after.manages() {
                keep_managers(tx, organization, &role)?;
            }
            detail.push(("role", role.name.to_string()));
            detail.extend(changes);
        }
        Ok(after.details.role)
    })
}

/// Deletes a role that nobody has.
///
/// # Errors
/// When somebody has it, people are invited with it when nobody says otherwise, it is above the role of
/// whoever acts, or no other role manages users.
pub fn delete(store: &mut Store, context: &Context, name: &RoleName) -> Result<RoleOutcome, Error> {
    let (mut tx, session) = access::write(store, context, Operation::RoleDelete)?;
    let organization = session.organization.clone();
    match remove(&mut tx, &session, name) {
        Ok(role) => {
            let changes = vec![("role", name.to_string())];
            let mut entry = entry(Action::DeleteRole, &organization, Vec::new(), changes.clone());
            entry.count = 1;
            finish(tx, context, &entry)?;
            Ok(RoleOutcome { organization, role, changes })
        }
        Err(error) => {
            drop(tx);
            access::note(store, context, Operation::RoleDelete, [&error])?;
            Err(error)
        }
    }
}

fn remove(tx: &mut WriteTx<'_>, session: &Session, name: &RoleName) -> Result<RolePortrait, Error> {
    let organization = &session.organization;
    let role = Roles::of(tx, organization)?.get(name)?.clone();
    session.check_role(tx, &role, &RoleGift::default())?;
    let portrait = RolePortrait::of(tx, organization, role.clone())?;
    if role.id == organization.default_role {
        let organization = organization.slug.clone();
        return Err(RoleError::IsDefault { role: role.name, organization }.into());
    }
    if portrait.users > 0 {
        let RolePortrait { users, inactive, .. } = portrait;
        return Err(RoleError::HasUsers { role: role.name, users, inactive }.into());
    }
    tx.remove_role(organization.id, &role)?;
    keep_managers(tx, organization, &role)?;
    Ok(portrait)
}

/// One role, one transaction, one entry; no entry where nothing changed.
fn change(
    store: &mut Store,
    context: &Context,
    operation: Operation,
    apply: impl FnOnce(&mut WriteTx<'_>, &Session, &mut Detail) -> Result<Role, Error>,
) -> Result<RoleOutcome, Error> {
    let action = match operation {
        Operation::RoleCreate => Action::CreateRole,
        _ => Action::EditRole,
    };
    let (mut tx, session) = access::write(store, context, operation)?;
    let mut changes = Detail::new();
    let changed = apply(&mut tx, &session, &mut changes)
        .and_then(|role| RolePortrait::of(&tx, &session.organization, role));
    let organization = session.organization;
    match changed {
        Ok(role) => {
            if changes.is_empty() {
                drop(tx);
            } else {
                let mut entry = entry(action, &organization, Vec::new(), changes.clone());
                entry.count = 1;
                finish(tx, context, &entry)?;
            }
            Ok(RoleOutcome { organization, role, changes })
        }
        Err(error) => {
            drop(tx);
            access::note(store, context, operation, [&error])?;
            Err(error)
        }
    }
}

/// Makes sure, after a role lost what managing users takes, that some other role has it, and, where
/// somebody active lost it, that somebody active has it still (rule 4).
fn keep_managers(tx: &WriteTx<'_>, organization: &Organization, role: &Role) -> Result<(), Error> {
    let managing = tx.roles_with(organization.id, PermissionName::MANAGE_USERS, Scope::All)?;
    let mut managers = 0;
    for role in &managing {
        managers += tx.count_active(organization.id, role.id)?;
    }
    let nobody_lost_it = tx.count_active(organization.id, role.id)? == 0;
    if managers > 0 || (nobody_lost_it && !managing.is_empty()) {
        return Ok(());
    }
    Err(RoleError::LastManaging {
        role: role.name.clone(),
        organization: organization.slug.clone(),
        others: managing.into_iter().map(|role| role.name).collect(),
    }
    .into())
}
