//! Deleting an organization with everything in it, save in the audit.

use super::at;
use crate::domain::audit::Action;
use crate::domain::operation::Operation;
use crate::domain::organization::{Organization, Slug};
use crate::domain::status::Status;
use crate::ops::each::{Detail, entry, finish};
use crate::ops::error::Error;
use crate::ops::{Context, access};
use crate::store::{ReadTx, Store};

/// What goes with an organization.
#[derive(Debug)]
pub struct Holdings {
    /// The organization.
    pub organization: Organization,
    /// How many users there are, whatever their status.
    pub users: u64,
    /// How many teams there are.
    pub teams: u64,
    /// How many agents there are.
    pub agents: u64,
}

/// What would go if an organization were deleted, to ask before it is done.
///
/// # Errors
/// When there is no such organization, or it may not be deleted.
pub fn holdings(store: &mut Store, context: &Context, slug: &Slug) -> Result<Holdings, Error> {
    access::look(store, &at(context, Some(slug)), Operation::OrgDelete, |tx, session| {
        counted(tx, &session.organization)
    })
}

/// Deletes an organization: its users, their links and agents, its teams and roles. The audit keeps
/// what was done in it.
///
/// # Errors
/// [`Error::CurrentOrganization`]; when there is no such organization.
pub fn delete(store: &mut Store, context: &Context, slug: &Slug) -> Result<Holdings, Error> {
    let (mut tx, session) = access::write(store, &at(context, Some(slug)), Operation::OrgDelete)?;
    let gone = counted(&tx, &session.organization)?;
    tx.remove_organization(gone.organization.id)?;
    let detail: Detail = vec![
        ("users", gone.users.to_string()),
        ("teams", gone.teams.to_string()),
        ("agents", gone.agents.to_string()),
    ];
    let mut entry = entry(Action::DeleteOrganization, &gone.organization, Vec::new(), detail);
    entry.count = 1;
    finish(tx, context, &entry)?;
    Ok(gone)
}

/// Counts what would go; refuses for the current organization, which every command needs.
fn counted(tx: &ReadTx<'_>, organization: &Organization) -> Result<Holdings, Error> {
    if tx.current_organization()?.id == organization.id {
        return Err(Error::CurrentOrganization(organization.slug.clone()));
    }
    let tallies = tx.tallies(organization.id)?;
    Ok(Holdings {
        organization: organization.clone(),
        users: tx.count_users(organization.id, &Status::ALL)?,
        teams: tx.teams(organization.id)?.len() as u64,
        agents: tallies.free_agents + tallies.held_agents,
    })
}
