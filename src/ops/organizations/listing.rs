//! Looking at organizations: all that whoever acts may know of, and one on one screen.

use super::at;
use crate::domain::id::OrganizationId;
use crate::domain::operation::Operation;
use crate::domain::organization::{Organization, Slug};
use crate::domain::permission::{Offer, PermissionName};
use crate::domain::role::RoleName;
use crate::domain::status::Status;
use crate::ops::access::{self, Session};
use crate::ops::error::Error;
use crate::ops::roles::Roles;
use crate::ops::{Context, OrganizationChoice};
use crate::store::{ReadTx, Store};

/// The seats of an organization (rule 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seating {
    /// How many there are, where the plan limits them.
    pub limit: Option<u64>,
    /// How many are taken: active and invited users with a login.
    pub taken: u64,
}

impl Seating {
    /// Counts them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn of(tx: &ReadTx<'_>, organization: &Organization) -> Result<Self, Error> {
        let limit = organization.seat_limit.map(|limit| u64::from(limit.get()));
        Ok(Self { limit, taken: tx.taken_seats(organization.id)? })
    }

    /// How many are left, where the plan limits them.
    #[must_use]
    pub fn left(self) -> Option<u64> {
        self.limit.map(|limit| limit.saturating_sub(self.taken))
    }

    /// How many are taken beyond the limit.
    #[must_use]
    pub fn too_many(self) -> u64 {
        self.limit.map_or(0, |limit| self.taken.saturating_sub(limit))
    }
}

/// One organization in a list.
#[derive(Debug)]
pub struct OrganizationLine {
    /// The organization.
    pub organization: Organization,
    /// How many users there are that `list` shows.
    pub users: u64,
    /// Its seats.
    pub seats: Seating,
    /// Whether it is the one that commands work in.
    pub is_current: bool,
}

/// The organizations of a store, as far as whoever acts may know of them.
#[derive(Debug)]
pub struct OrganizationList {
    /// By short name.
    pub organizations: Vec<OrganizationLine>,
    /// The one that commands work in where nobody names one, if it is one of them.
    pub stored: Option<Slug>,
}

/// Which organizations there are.
///
/// # Errors
/// When the store cannot be read, or whoever acts may not.
pub fn list(store: &mut Store, context: &Context) -> Result<OrganizationList, Error> {
    access::look(store, context, Operation::OrgList, |tx, session| {
        let current = tx.current_organization()?.id;
        let mut list = OrganizationList { organizations: Vec::new(), stored: None };
        for organization in session.known_organizations(tx)? {
            if organization.id == current {
                list.stored = Some(organization.slug.clone());
            }
            list.organizations.push(OrganizationLine {
                users: tx.count_users(organization.id, &Status::CURRENT)?,
                seats: Seating::of(tx, &organization)?,
                is_current: organization.id == session.organization.id,
                organization,
            });
        }
        Ok(list)
    })
}

/// One organization on one screen.
#[derive(Debug)]
pub struct OrganizationPortrait {
    /// The organization.
    pub organization: Organization,
    /// Whether it is the one that commands work in.
    pub is_current: bool,
    /// The role of who is invited without one.
    pub default_role: RoleName,
    /// Its seats.
    pub seats: Seating,
    /// The premium permissions that its plan has.
    pub premium: Vec<PermissionName>,
    /// The premium permissions that it does not have.
    pub premium_missing: Vec<PermissionName>,
    /// How many users have each status.
    pub users: Vec<(Status, u64)>,
    /// How many roles there are.
    pub roles: u64,
    /// How many teams there are.
    pub teams: u64,
    /// How many agents there are.
    pub agents: u64,
}

/// Everything about one organization: the one that is named, or the one that commands work in.
///
/// # Errors
/// When whoever acts knows of no such organization, or the store cannot be read.
pub fn show(
    store: &mut Store,
    context: &Context,
    slug: Option<&Slug>,
) -> Result<OrganizationPortrait, Error> {
    access::look(store, &at(context, slug), Operation::OrgShow, |tx, session| {
        portrait(tx, session, working(tx, context)?)
    })
}

/// The organization that commands work in, if it is there.
fn working(tx: &ReadTx<'_>, context: &Context) -> Result<Option<OrganizationId>, Error> {
    Ok(match &context.organization {
        OrganizationChoice::Current => Some(tx.current_organization()?.id),
        OrganizationChoice::Named(slug) => tx.find_organization(slug)?.map(|found| found.id),
    })
}

fn portrait(
    tx: &ReadTx<'_>,
    session: &Session,
    working: Option<OrganizationId>,
) -> Result<OrganizationPortrait, Error> {
    let organization = session.organization.clone();
    let roles = Roles::of(tx, &organization)?;
    let premium = tx.premium_features(organization.id)?;
    let mut premium_missing = premium_permissions(tx, &organization)?;
    premium_missing.retain(|permission| !premium.contains(permission));
    let tallies = tx.tallies(organization.id)?;
    let mut users = Vec::new();
    for status in Status::ALL {
        users.push((status, tx.count_users(organization.id, &[status])?));
    }
    Ok(OrganizationPortrait {
        is_current: working == Some(organization.id),
        default_role: roles.by_id(organization.default_role)?.name.clone(),
        seats: Seating::of(tx, &organization)?,
        premium,
        premium_missing,
        users,
        roles: roles.all().len() as u64,
        teams: tx.teams(organization.id)?.len() as u64,
        agents: tallies.free_agents + tallies.held_agents,
        organization,
    })
}

/// The permissions of an organization that only some plans have (S4 `*`).
pub(super) fn premium_permissions(
    tx: &ReadTx<'_>,
    organization: &Organization,
) -> Result<Vec<PermissionName>, Error> {
    let all = tx.permissions(organization.id)?.into_iter();
    let premium = all.filter(|permission| permission.offer == Offer::Premium);
    Ok(premium.map(|permission| permission.name).collect())
}
