//! Bulk import of users without a login: what would become of every row, and doing it in one transaction
//! (S3 "Import No Portal Access Users"). They are active at once; nothing is mailed.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::check_allowed;
use crate::domain::audit::Action;
use crate::domain::extension::Extension;
use crate::domain::id::{BatchId, RoleId, TeamId, UserId};
use crate::domain::import::{RejectedRow, RowFault};
use crate::domain::name::PersonName;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::phone::{PhoneColumn, PhoneRow};
use crate::domain::pin::HashedPin;
use crate::domain::role::{Role, RoleName};
use crate::domain::status::Status;
use crate::domain::team::{Team, TeamName};
use crate::domain::user_ref::UserRef;
use crate::ops::access::Session;
use crate::ops::each::{entry, finish};
use crate::ops::error::Error;
use crate::ops::imports::{OnExisting, OnUnknownTeam, check_manager, newly_rejected, sentence};
use crate::ops::roles::Roles;
use crate::ops::{Context, access, teams};
use crate::store::{Arrival, NewPhone, ReadTx, Store};

/// What to import, and how.
#[derive(Debug)]
pub struct PhonesRequest {
    /// The good rows of the file, by line.
    pub rows: Vec<PhoneRow>,
    /// The file's name, for the record.
    pub source: String,
    /// The role of rows that name none; the organization's default where `None`.
    pub role: Option<RoleName>,
    /// The team of rows that name none.
    pub team: Option<TeamName>,
    /// What to do with teams that are not there.
    pub on_unknown_team: OnUnknownTeam,
}

/// What would become of the rows.
#[derive(Debug)]
pub struct PhonesPlan {
    /// Where.
    pub organization: Organization,
    /// Who comes, by line.
    pub arrivals: Vec<PhoneArrival>,
    /// How many rows are about somebody who is there, and stays so.
    pub existing: u64,
    /// The same, where they are deactivated.
    pub deactivated: u64,
    /// Rows whose extension an earlier line has: line, first line, extension.
    pub repeated: Vec<(u64, u64, Extension)>,
    /// Rows that do not fit the store, by line.
    pub rejected: Vec<RejectedRow>,
    /// How many of them ask for what whoever acts may not do.
    pub forbidden: u64,
    /// Teams to be made.
    pub new_teams: Vec<TeamName>,
    basis: u64,
}

impl PhonesPlan {
    fn reject(&mut self, row: &PhoneRow, fault: RowFault) {
        let cells = row.cells().to_vec();
        self.rejected.push(RejectedRow { line: row.line, cells, faults: vec![fault] });
    }
}

/// Somebody who comes.
#[derive(Clone, Debug)]
pub struct PhoneArrival {
    /// Where the row stands in the request.
    pub row: usize,
    /// As what.
    pub role: RoleName,
    role_id: RoleId,
    team: Place,
}

/// The team of a row: known, or the n-th of those to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    None,
    Known(TeamId),
    New(usize),
}

/// What an import did.
#[derive(Debug)]
pub struct PhonesImported {
    /// What was planned, and is so now.
    pub plan: PhonesPlan,
    /// Its number; none where nobody came.
    pub batch: Option<BatchId>,
    /// The numbers of who came, in the order of the plan.
    pub users: Vec<UserId>,
}

/// Works out what becomes of every row.
///
/// # Errors
/// [`Error::LoginLessRefused`]; when a default role or team is unknown, whoever acts may not, or the store
/// fails. Bad rows are in the plan.
pub fn plan(
    store: &mut Store,
    context: &Context,
    request: &PhonesRequest,
) -> Result<PhonesPlan, Error> {
    let plan = access::look(store, context, Operation::Import, |tx, session| {
        planned(tx, session, request)
    })?;
    access::note_many(store, context, Operation::Import, plan.forbidden)?;
    Ok(plan)
}

fn planned(
    tx: &ReadTx<'_>,
    session: &Session,
    request: &PhonesRequest,
) -> Result<PhonesPlan, Error> {
    let organization = session.organization.clone();
    check_manager(tx, session, OnExisting::Skip, request.on_unknown_team)?;
    check_allowed(&organization)?;
    let roles = Roles::of(tx, &organization)?;
    let role = roles.get_or_default(request.role.as_ref(), &organization)?;
    let mut teams = Teams { known: HashMap::new(), new: Vec::new() };
    if let (Some(name), OnUnknownTeam::Refuse) = (&request.team, request.on_unknown_team) {
        teams::get_team(tx, &organization, name)?;
    }
    let mut plan = PhonesPlan {
        arrivals: Vec::with_capacity(request.rows.len()),
        existing: 0,
        deactivated: 0,
        repeated: Vec::new(),
        rejected: Vec::new(),
        forbidden: 0,
        new_teams: Vec::new(),
        basis: tx.last_entry()?,
        organization,
    };
    let mut seen: HashMap<&Extension, &PhoneRow> = HashMap::new();
    for (index, row) in request.rows.iter().enumerate() {
        if let Some(first) = seen.get(&row.extension) {
            if first.name == row.name {
                plan.repeated.push((row.line, first.line, row.extension.clone()));
            } else {
                let reason =
                    format!("is {}'s on line {}; one extension, one phone", first.name, first.line);
                plan.reject(
                    row,
                    fault(row, PhoneColumn::Extension, row.extension.as_str(), &reason),
                );
            }
            continue;
        }
        let mut faults = Vec::new();
        let role = named_role(row, &roles, role, &mut faults);
        let team = teams.of(tx, &plan.organization, request, row, &mut faults)?;
        if let (Some(role), Some((team, place))) = (role, team) {
            if let Some(user) = tx.find_user_by_extension(plan.organization.id, &row.extension)? {
                if user.name.as_ref() != Some(&row.name) {
                    let holder = user.name.as_ref().map_or("", PersonName::as_str);
                    let reason =
                        format!("belongs to {holder} ({}); one extension, one phone", user.id);
                    plan.reject(
                        row,
                        fault(row, PhoneColumn::Extension, row.extension.as_str(), &reason),
                    );
                    continue;
                }
                match user.state.status() {
                    Status::Deactivated => plan.deactivated += 1,
                    _ => plan.existing += 1,
                }
                seen.insert(&row.extension, row);
                continue;
            }
            if let Some(fault) = forbidden(session, row, role, team.as_ref()) {
                plan.forbidden += 1;
                faults.push(fault);
            }
            if faults.is_empty() {
                seen.insert(&row.extension, row);
                let (role, role_id) = (role.name.clone(), role.id);
                plan.arrivals.push(PhoneArrival { row: index, role, role_id, team: place });
                continue;
            }
        }
        plan.rejected.push(RejectedRow { line: row.line, cells: row.cells().to_vec(), faults });
    }
    plan.rejected.sort_by_key(|row| row.line);
    plan.new_teams = teams.new;
    Ok(plan)
}

fn named_role<'a>(
    row: &PhoneRow,
    roles: &'a Roles,
    default: &'a Role,
    faults: &mut Vec<RowFault>,
) -> Option<&'a Role> {
    let Some(name) = &row.role else { return Some(default) };
    match roles.get(name) {
        Ok(role) => Some(role),
        Err(error) => {
            faults.push(fault(row, PhoneColumn::Role, name.as_str(), &sentence(&error)));
            None
        }
    }
}

/// What whoever acts may not do of what the row asks for (rule 3).
fn forbidden(
    session: &Session,
    row: &PhoneRow,
    role: &Role,
    team: Option<&Team>,
) -> Option<RowFault> {
    if let Some(refusal) = session.refuse_role(role) {
        return Some(fault(row, PhoneColumn::Role, role.name.as_str(), &refusal.to_string()));
    }
    let reference = UserRef::Extension(row.extension.clone());
    let name = row.team.as_ref().map_or("", TeamName::as_str);
    session
        .refuse_team(&reference, team.map(|team| team.id))
        .map(|refusal| fault(row, PhoneColumn::Team, name, &refusal.to_string()))
}

fn fault(row: &PhoneRow, column: PhoneColumn, value: &str, reason: &str) -> RowFault {
    RowFault::new(row.line, column.as_str(), value, reason)
}

/// The teams that a file names, each looked up once.
struct Teams {
    known: HashMap<String, Result<(Option<Team>, Place), String>>,
    new: Vec<TeamName>,
}

impl Teams {
    fn of(
        &mut self,
        tx: &ReadTx<'_>,
        organization: &Organization,
        request: &PhonesRequest,
        row: &PhoneRow,
        faults: &mut Vec<RowFault>,
    ) -> Result<Option<(Option<Team>, Place)>, Error> {
        let Some(name) = row.team.as_ref().or(request.team.as_ref()) else {
            return Ok(Some((None, Place::None)));
        };
        let folded = name.folded();
        if !self.known.contains_key(&folded) {
            let found = match teams::get_team(tx, organization, name) {
                Ok(team) => Ok((Some(team.clone()), Place::Known(team.id))),
                Err(error) if !error.is_refusal() => return Err(error),
                Err(_) if request.on_unknown_team == OnUnknownTeam::Create => {
                    self.new.push(name.clone());
                    Ok((None, Place::New(self.new.len() - 1)))
                }
                Err(error) => Err(sentence(&error)),
            };
            self.known.insert(folded.clone(), found);
        }
        Ok(match self.known.get(&folded) {
            Some(Ok(team)) => Some(team.clone()),
            Some(Err(reason)) => {
                faults.push(fault(row, PhoneColumn::Team, name.as_str(), reason));
                None
            }
            None => None,
        })
    }
}

/// Imports what [`plan`] planned, with a PIN for the line of each who comes. `progress` hears how many are
/// done and may stop the import, which then leaves nothing behind.
///
/// # Errors
/// [`Error::PlanOutdated`] when the store changed meanwhile and rows no longer fit it, or somebody comes
/// for whom there is no PIN; [`Error::Interrupted`] when `progress` said stop.
pub fn apply(
    store: &mut Store,
    context: &Context,
    request: &PhonesRequest,
    before: PhonesPlan,
    pins: &HashMap<u64, HashedPin>,
    progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<PhonesImported, Error> {
    let (mut tx, session) = access::write(store, context, Operation::Import)?;
    let plan = if tx.last_entry()? == before.basis {
        before
    } else {
        let anew = planned(&tx, &session, request)?;
        let newly = newly_rejected(&anew.rejected, &before.rejected);
        if newly > 0 {
            return Err(Error::PlanOutdated(newly));
        }
        anew
    };
    if plan.arrivals.is_empty() {
        return Ok(PhonesImported { plan, batch: None, users: Vec::new() });
    }
    let organization = &plan.organization;
    let batch = tx.add_batch(organization.id, &request.source)?;
    let mut new = Vec::with_capacity(plan.new_teams.len());
    for name in &plan.new_teams {
        new.push(tx.add_team(organization.id, name)?.id);
    }
    let arrival =
        Arrival { organization: organization.id, status: Status::Active, batch: Some(batch) };
    let mut users = Vec::with_capacity(plan.arrivals.len());
    for one in &plan.arrivals {
        let row = request.rows.get(one.row);
        let Some((row, pin)) = row.and_then(|row| Some((row, pins.get(&row.line)?))) else {
            return Err(Error::PlanOutdated(1));
        };
        pin.pin.check_with(&row.extension)?;
        let team = match one.team {
            Place::None => None,
            Place::Known(team) => Some(team),
            Place::New(place) => new.get(place).copied(),
        };
        let (name, extension) = (&row.name, &row.extension);
        let person = NewPhone { name, extension, role: one.role_id, team, pin: &pin.hash };
        users.push(tx.add_phone(arrival, person)?);
        if progress(users.len() as u64).is_break() {
            return Err(Error::Interrupted);
        }
    }
    let detail = vec![("source", request.source.clone()), ("login_less", users.len().to_string())];
    let mut entry = entry(Action::Import, organization, Vec::new(), detail);
    entry.count = users.len() as u64;
    entry.batch = Some(batch);
    finish(tx, context, &entry)?;
    Ok(PhonesImported { plan, batch: Some(batch), users })
}
