//! Planning an import: each row against the file and the store. Writes nothing.

mod agents;
mod rights;
mod words;

use std::collections::{BTreeMap, HashMap};

use super::check_manager;
use super::holdings::{Regranted, Unknown};
use super::lookups::{Lookups, resolved_agents};
use super::{
    Change, Fate, ImportPlan, ImportRequest, OnExisting, OnUnknownTeam, Repeated, Team, Totals,
    Wishes, count_existing,
};
use crate::domain::id::{AgentNumber, RoleId};
use crate::domain::import::{Column, ImportRow, RejectedRow, RowFault};
use crate::domain::role::{AgentHolding, Role};
use crate::domain::status::{Status, Verb};
use crate::domain::team::TeamName;
use crate::domain::template::Delivery;
use crate::domain::user::{Link, User, UserState};
use crate::ops::access::{Managers, Session};
use crate::ops::domains::Door;
use crate::ops::error::Error;
use crate::ops::holdings::Catalog;
use crate::ops::roles::Roles;
use crate::ops::teams;
use crate::store::{PackedRow, ReadTx};

/// Works out what becomes of every row, in the order of the addresses, so that looking them up walks
/// every index from one end to the other.
///
/// # Errors
/// When a default role or team is unknown, whoever acts may not update, or the store fails; bad rows are
/// in the plan, and [`ImportPlan::check_seats`] says whether there is room.
pub fn plan(
    tx: &ReadTx<'_>,
    session: &Session,
    request: &ImportRequest,
) -> Result<ImportPlan, Error> {
    check_manager(tx, session, request.on_existing, request.on_unknown_team)?;
    let organization = session.organization.clone();
    let roles = Roles::of(tx, &organization)?;
    let role = roles.get_or_default(request.role.as_ref(), &organization)?.clone();
    let somebody_is_there = tx.count_users(organization.id, &Status::ALL)? > 0;
    let catalog = Catalog::of(tx, &organization)?;
    let needing_modules = roles.all().iter().map(|role| role.id);
    let needing_modules = needing_modules.filter(|role| catalog.needs_modules(*role)).collect();
    let mut planner = Planner {
        tx,
        session,
        request,
        roles: &roles,
        role: &role,
        somebody_is_there,
        door: Door::of(tx, &session.organization)?,
        agents: resolved_agents(tx, &organization, request)?,
        given: HashMap::new(),
        teams: HashMap::new(),
        new_teams: HashMap::new(),
        managers: None,
        plan: ImportPlan {
            basis: tx.last_entry()?,
            seats_taken: match organization.seat_limit {
                Some(_) => tx.taken_seats(organization.id)?,
                None => 0,
            },
            organization,
            totals: Totals::default(),
            repeated: Vec::new(),
            forbidden: 0,
            rejected: Vec::new(),
            new_teams: Vec::new(),
            fates: Vec::with_capacity(usize::try_from(request.rows.len()).unwrap_or_default()),
            changes: Vec::new(),
            wishes: Wishes::new(role.id, &request.rows),
            agents: BTreeMap::new(),
            catalog,
        },
        unknown: HashMap::new(),
        needing_modules,
    };
    if let Some(name) = &request.team
        && request.on_unknown_team == OnUnknownTeam::Refuse
    {
        teams::get_team(tx, &planner.plan.organization, name)?;
    }
    let mut first = First::default();
    let mut cursor = request.rows.cursor()?;
    while let Some(row) = cursor.next()? {
        let fate = match first.line {
            Some(line) if first.email == row.email => planner.repeat(line, &row),
            _ => {
                let fate = planner.take(&row)?;
                // A row that cannot be used does not stand in the way of a later one on the same person.
                first.line = fate.map(|_| row.line);
                first.email.clear();
                first.email.extend_from_slice(row.email);
                fate.unwrap_or(Fate::Pass)
            }
        };
        planner.plan.fates.push(fate);
    }
    let mut plan = planner.plan;
    plan.rejected.sort_by_key(|row| row.line);
    plan.repeated.sort_by_key(|row| row.line);
    Ok(plan)
}

/// The first usable row on a person.
#[derive(Default)]
struct First {
    email: Vec<u8>,
    line: Option<u64>,
}

pub(super) struct Planner<'a> {
    pub(super) tx: &'a ReadTx<'a>,
    session: &'a Session,
    request: &'a ImportRequest,
    roles: &'a Roles,
    role: &'a Role,
    somebody_is_there: bool,
    door: Door<'a>,
    agents: Lookups,
    /// Agents that a row before this one brings, and its line.
    given: HashMap<AgentNumber, u64>,
    teams: HashMap<TeamName, Result<Team, String>>,
    /// Where a team to be made stands among them, by its folded name.
    new_teams: HashMap<String, usize>,
    /// The user managers who are left; counted when the first of them is to lose the role.
    managers: Option<Managers>,
    pub(super) plan: ImportPlan,
    /// What is wrong with modules and sub-accounts that are not there, by column and name.
    pub(super) unknown: Unknown,
    /// The roles whose users see no module until some are granted.
    pub(super) needing_modules: Vec<RoleId>,
}

impl<'a> Planner<'a> {
    fn repeat(&mut self, first: u64, row: &PackedRow<'_>) -> Fate {
        self.plan.totals.repeated += 1;
        self.plan.repeated.push(Repeated { line: row.line, first, email: row.address() });
        Fate::Pass
    }

    /// Plans one row; `None` where it cannot be used.
    fn take(&mut self, row: &PackedRow<'_>) -> Result<Option<Fate>, Error> {
        let organization = self.plan.organization.id;
        if !self.somebody_is_there || !self.tx.has_user_with(organization, &row.address())? {
            if let Some(fate) = self.take_plain(row)? {
                return Ok(Some(fate));
            }
            return self.take_whole(&row.unpack(&self.request.rows.words), None);
        }
        let known = self.tx.find_user_by_email(organization, &row.address())?;
        self.take_whole(&row.unpack(&self.request.rows.words), known)
    }

    /// Plans a row on somebody new, as nearly all are: the operator may do everything, and what stands
    /// against it has no more than the role, the team and the domain. `None` where it takes a longer look.
    fn take_plain(&mut self, row: &PackedRow<'_>) -> Result<Option<Fate>, Error> {
        if row.names_more()
            || self.session.person().is_some()
            || (self.door.watches() && self.door.refuse(self.tx, &row.address())?.is_some())
        {
            return Ok(None);
        }
        let words = &self.request.rows.words;
        let Some(role) = self.plan.wishes.role(row, |name| {
            let place = words.roles.get(name)?;
            Some(self.roles.get(place).ok()?.id)
        }) else {
            return Ok(None);
        };
        if self.plan.wishes.team(row).is_none() {
            let name = row.team.and_then(|word| words.teams.get(usize::try_from(word).ok()?));
            let Some(team) = self.team_named(name)? else { return Ok(None) };
            self.plan.wishes.know_team(row, team);
        }
        self.plan.totals.invited += 1;
        if self.needing_modules.contains(&role) {
            self.plan.totals.without_modules += 1;
        }
        Ok(Some(Fate::Invite))
    }

    /// Plans a row with everything that may be said of it.
    fn take_whole(&mut self, row: &ImportRow, known: Option<User>) -> Result<Option<Fate>, Error> {
        let index = self.plan.fates.len();
        let mut faults = Vec::new();
        if known.as_ref().is_none_or(|user| user.state.permit(Verb::Invite).is_ok()) {
            let (column, email) = (Column::Email.as_str(), row.email.as_typed());
            if let Some(why) = self.door.refuse(self.tx, &row.email)? {
                let reason = format!("{why}; {}", why.way_in());
                faults.push(RowFault::new(row.line, column, email, reason));
            }
            if self.request.delivery == Delivery::AtOnce
                && self.request.outlet.reaches_further(self.tx, self.session, &row.email)?
            {
                let reason = "its link can be mailed, and is printed for the operator alone";
                faults.push(RowFault::new(row.line, column, email, reason.to_owned()));
            }
        }
        let role = self.role_of(row, known.as_ref(), &mut faults)?;
        let team = self.team_of(row, known.as_ref(), &mut faults)?;
        let agents = match &known {
            Some(user) if self.stays(user) => {
                self.check_agents(index, row, &mut faults);
                Vec::new()
            }
            known => self.agents_of(index, row, known.as_ref(), role, &mut faults)?,
        };
        let stays = known.as_ref().is_some_and(|user| self.stays(user));
        let regranted = match &row.holdings {
            Some(wanted) => self.check_holdings(row, wanted, known.as_ref(), role, &mut faults)?,
            None => Regranted::No,
        };
        let (Some(role), Some(team), true) = (role, team, faults.is_empty()) else {
            self.plan.totals.rejected += 1;
            let cells = row.cells().to_vec();
            self.plan.rejected.push(RejectedRow { line: row.line, cells, faults });
            return Ok(None);
        };
        if !stays {
            let forbidden = self.forbidden(row, known.as_ref(), role, team)?;
            self.plan.forbidden += u64::from(forbidden.is_some());
            let fault = match forbidden {
                None => self.loses_last_manager(row, known.as_ref(), role)?,
                forbidden => forbidden,
            };
            if let Some(fault) = fault {
                self.plan.totals.rejected += 1;
                let (cells, faults) = (row.cells().to_vec(), vec![fault]);
                self.plan.rejected.push(RejectedRow { line: row.line, cells, faults });
                return Ok(None);
            }
        }
        let totals = &mut self.plan.totals;
        let fate = match known {
            None => {
                totals.invited += 1;
                Fate::Invite
            }
            Some(user) if user.state.permit(Verb::Invite).is_ok() => {
                totals.invited_again += 1;
                Fate::InviteAgain
            }
            Some(user) => {
                let same = unchanged(&user, row, role, team) && agents.is_empty();
                if stays || (same && regranted == Regranted::No) {
                    count_existing(totals, user.state.standing());
                    return Ok(Some(Fate::Pass));
                }
                totals.updated += 1;
                if role.id != user.role_id {
                    totals.ended_links += u64::from(has_open_link(&user));
                    if role.agents == AgentHolding::Refused {
                        totals.released += self.tx.agents_of(user.id)?.len() as u64;
                    }
                }
                Fate::Update
            }
        };
        if fate != Fate::Update {
            self.count_without_modules(row, role);
        }
        self.plan.changes.push(Change { role: role.id, team });
        if !agents.is_empty() {
            self.given.extend(agents.iter().map(|agent| (agent.number, row.line)));
            self.plan.agents.insert(index, agents);
        }
        Ok(Some(match fate {
            Fate::Invite => Fate::InviteAsPlanned,
            fate => fate,
        }))
    }

    /// Whether somebody who is there is left as they are, whatever the row says.
    pub(super) fn stays(&self, user: &User) -> bool {
        user.state.permit(Verb::Invite).is_err()
            && (self.request.on_existing == OnExisting::Skip
                || user.state.permit(Verb::SetRole).is_err())
    }
}

fn has_open_link(user: &User) -> bool {
    matches!(user.state, UserState::Invited { link: Link::Open { .. } })
}

fn unchanged(user: &User, row: &ImportRow, role: &Role, team: Team) -> bool {
    let same_team = match team {
        Team::None => user.team.is_none(),
        Team::Known(id) => user.team.as_ref().is_some_and(|team| team.id == id),
        Team::New(_) => false,
    };
    role.id == user.role_id && same_team && (row.name.is_none() || row.name == user.name)
}
