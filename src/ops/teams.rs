//! Teams: making them, and finding one by name.

use super::Context;
use super::access;
use super::each::{Detail, entry, finish};
use super::error::Error;
use crate::domain::audit::Action;
use crate::domain::nearest::nearest;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::team::{Team, TeamName};
use crate::store::{ReadTx, Store};

/// Makes teams; refuses all of them where one is there already.
///
/// # Errors
/// [`Error::TeamExists`].
pub fn create(
    store: &mut Store,
    context: &Context,
    names: &[TeamName],
) -> Result<(Organization, Vec<Team>), Error> {
    let (mut tx, session) = access::write(store, context, Operation::TeamCreate)?;
    let organization = session.organization;
    let mut teams = Vec::with_capacity(names.len());
    let mut detail = Detail::new();
    for name in names {
        if tx.find_team(organization.id, name)?.is_some() {
            return Err(Error::TeamExists(name.clone()));
        }
        teams.push(tx.add_team(organization.id, name)?);
        detail.push(("team", name.to_string()));
    }
    let mut entry = entry(Action::CreateTeam, &organization, Vec::new(), detail);
    entry.count = teams.len() as u64;
    finish(tx, context, &entry)?;
    Ok((organization, teams))
}

/// The teams of the organization, by name.
///
/// # Errors
/// When the store cannot be read.
pub fn list(store: &mut Store, context: &Context) -> Result<Vec<Team>, Error> {
    access::look(store, context, Operation::TeamList, |tx, session| {
        Ok(tx.teams(session.organization.id)?)
    })
}

/// A team that must be there.
pub(super) fn get_team(
    tx: &ReadTx<'_>,
    organization: &Organization,
    name: &TeamName,
) -> Result<Team, Error> {
    if let Some(team) = tx.find_team(organization.id, name)? {
        return Ok(team);
    }
    let known = tx.teams(organization.id)?;
    let near = nearest(name.as_str(), known.iter().map(|team| team.name.as_str()));
    Err(Error::UnknownTeam {
        team: name.clone(),
        organization: organization.slug.to_string(),
        nearest: near.into_iter().map(str::to_owned).collect(),
    })
}
