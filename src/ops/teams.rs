//! Teams: making them, giving them other names, deleting them, and finding one by name. Who leads one is
//! `leaders`, who is in one `members`.

mod leaders;
mod members;
mod refusal;

pub use leaders::{Lead, LeaderChange, Led, change_leaders, leaders};
pub use members::{Member, Membership, MyTeam, NewTeam, check_show, plan_show, set_team};
pub use refusal::{TeamRefusal, Unfit};

use std::collections::{HashMap, HashSet};

use super::Context;
use super::access;
use super::each::{Detail, entry, finish, subject};
use super::error::{Error, TeamUse};
use super::stats::by_team;
use crate::domain::audit::Action;
use crate::domain::id::{OrganizationId, TeamId};
use crate::domain::nearest::near_names;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::status::Status;
use crate::domain::team::{Team, TeamName};
use crate::domain::user::User;
use crate::store::{ReadTx, Seat, Store};

/// Makes teams, each once; refuses all of them where one is there already.
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
    let mut named = HashSet::new();
    for name in names.iter().filter(|name| named.insert(name.folded())) {
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

/// A team in a list.
#[derive(Debug)]
pub struct TeamLine {
    /// The team.
    pub team: Team,
    /// Who leads it and is, or will be, in the organization: invited, expired and active people.
    pub leaders: Vec<User>,
    /// How many current users are in it.
    pub members: u64,
}

/// The teams of the organization, by name. Members are counted from the counters.
///
/// # Errors
/// When the store cannot be read, or whoever acts may not.
pub fn list(store: &mut Store, context: &Context) -> Result<(Organization, Vec<TeamLine>), Error> {
    access::look(store, context, Operation::TeamList, |tx, session| {
        let organization = session.organization.id;
        let sizes = by_team(&tx.seats(organization)?);
        let mut leaders: HashMap<TeamId, Vec<User>> = HashMap::new();
        for (team, leader) in tx.leaders(organization)? {
            if Status::CURRENT.contains(&leader.state.status()) {
                leaders.entry(team).or_default().push(leader);
            }
        }
        let line = |team: Team| TeamLine {
            leaders: leaders.remove(&team.id).unwrap_or_default(),
            members: sizes.get(&team.id).copied().unwrap_or_default(),
            team,
        };
        let lines = tx.teams(organization)?.into_iter().map(line).collect();
        Ok((session.organization.clone(), lines))
    })
}

/// The names of the teams of the organization.
///
/// # Errors
/// When the store cannot be read, or whoever acts may not.
pub fn names(store: &mut Store, context: &Context) -> Result<Vec<TeamName>, Error> {
    access::look(store, context, Operation::TeamList, |tx, session| {
        Ok(tx.teams(session.organization.id)?.into_iter().map(|team| team.name).collect())
    })
}

/// A team with another name.
#[derive(Debug)]
pub struct Renamed {
    /// Where.
    pub organization: Organization,
    /// The team as it was.
    pub team: Team,
    /// The name now.
    pub name: TeamName,
}

/// Gives a team another name; another case is one. Where it is called so already, nothing is changed.
///
/// # Errors
/// When there is no such team, or the name is taken.
pub fn rename(
    store: &mut Store,
    context: &Context,
    old: &TeamName,
    new: &TeamName,
) -> Result<Renamed, Error> {
    let (mut tx, session) = access::write(store, context, Operation::TeamRename)?;
    let organization = session.organization;
    let team = get_team_itself(&tx, &organization, old)?;
    if team.name == *new {
        return Ok(Renamed { organization, name: new.clone(), team });
    }
    if tx.find_team(organization.id, new)?.is_some_and(|other| other.id != team.id) {
        return Err(Error::TeamExists(new.clone()));
    }
    tx.rename_team(team.id, new)?;
    let detail = vec![("from", team.name.to_string()), ("to", new.to_string())];
    let mut entry = entry(Action::RenameTeam, &organization, Vec::new(), detail);
    entry.count = 1;
    finish(tx, context, &entry)?;
    Ok(Renamed { organization, team, name: new.clone() })
}

/// A team that goes, and whom that concerns.
#[derive(Debug)]
pub struct Departure {
    /// The team.
    pub team: Team,
    /// Who leads it.
    pub leaders: Vec<User>,
    /// How many current users are in it.
    pub members: u64,
    /// How many deactivated, cancelled and declined users are in it.
    pub inactive: u64,
    /// Where its users are counted.
    seats: Vec<(Seat, u64)>,
}

/// What deleting these teams would do.
///
/// # Errors
/// When one is unknown, or whoever acts may not.
pub fn plan_delete(
    store: &mut Store,
    context: &Context,
    names: &[TeamName],
) -> Result<Vec<Departure>, Error> {
    access::look(store, context, Operation::TeamDelete, |tx, session| {
        departures(tx, &session.organization, names)
    })
}

/// Deletes teams; none where one is unknown. Members stay users, in no team.
///
/// # Errors
/// When one is unknown, or whoever acts may not.
pub fn delete(
    store: &mut Store,
    context: &Context,
    names: &[TeamName],
) -> Result<(Organization, Vec<Departure>), Error> {
    let (mut tx, session) = access::write(store, context, Operation::TeamDelete)?;
    let organization = session.organization;
    let departures = departures(&tx, &organization, names)?;
    let mut detail = Detail::new();
    let mut subjects = Vec::new();
    let mut named = HashSet::new();
    for departure in &departures {
        detail.push(("team", departure.team.name.to_string()));
        let members = match departure.members + departure.inactive {
            0 => Vec::new(),
            _ => tx.members_of(organization.id, departure.team.id)?,
        };
        for leader in &departure.leaders {
            detail.push(("leader", leader.reference().to_string()));
        }
        // Whoever leads a team and is in it, or in another one, is one person.
        let concerned = members.into_iter().chain(departure.leaders.iter().map(subject));
        subjects.extend(concerned.filter(|subject| named.insert(subject.user)));
        tx.delete_team(departure.team.id, &departure.seats)?;
    }
    let mut entry = entry(Action::DeleteTeam, &organization, subjects, detail);
    entry.count = departures.len() as u64;
    finish(tx, context, &entry)?;
    Ok((organization, departures))
}

fn departures(
    tx: &ReadTx<'_>,
    organization: &Organization,
    names: &[TeamName],
) -> Result<Vec<Departure>, Error> {
    let mut seats: HashMap<TeamId, Vec<(Seat, u64)>> = HashMap::new();
    for (seat, users) in tx.seats(organization.id)? {
        if let Some(team) = seat.team {
            seats.entry(team).or_default().push((seat, users));
        }
    }
    let mut known = HashSet::new();
    let mut departures: Vec<Departure> = Vec::with_capacity(names.len());
    for name in names {
        let team = get_team_itself(tx, organization, name)?;
        if !known.insert(team.id) {
            continue;
        }
        let leaders = tx.leaders_of(team.id)?;
        let seats = seats.remove(&team.id).unwrap_or_default();
        let (members, inactive) = size(&seats, &team);
        departures.push(Departure { team, leaders, members, inactive, seats });
    }
    Ok(departures)
}

/// How many current and how many other users are in a team.
fn size(seats: &[(Seat, u64)], team: &Team) -> (u64, u64) {
    let (mut members, mut inactive) = (0, 0);
    for (seat, users) in seats.iter().filter(|(seat, _)| seat.team == Some(team.id)) {
        match Status::CURRENT.contains(&seat.status) {
            true => members += users,
            false => inactive += users,
        }
    }
    (members, inactive)
}

/// A team that must be there for people to be put into it.
pub(super) fn get_team(
    tx: &ReadTx<'_>,
    organization: &Organization,
    name: &TeamName,
) -> Result<Team, Error> {
    get_for(tx, organization, name, TeamUse::Join)
}

/// A team that must be there because the command is about it.
pub(super) fn get_team_itself(
    tx: &ReadTx<'_>,
    organization: &Organization,
    name: &TeamName,
) -> Result<Team, Error> {
    get_for(tx, organization, name, TeamUse::Itself)
}

fn get_for(
    tx: &ReadTx<'_>,
    organization: &Organization,
    name: &TeamName,
    wanted: TeamUse,
) -> Result<Team, Error> {
    if let Some(team) = tx.find_team(organization.id, name)? {
        return Ok(team);
    }
    let known = tx.teams(organization.id)?;
    Err(Error::UnknownTeam {
        team: name.clone(),
        wanted,
        organization: organization.slug.to_string(),
        nearest: near_names(name.as_str(), known.iter().map(|team| team.name.as_str())),
    })
}

/// How many current users are in a team.
fn members(tx: &ReadTx<'_>, organization: OrganizationId, team: &Team) -> Result<u64, Error> {
    Ok(size(&tx.seats(organization)?, team).0)
}
