//! Doing what was planned: one transaction, one audit entry, one batch.

use std::ops::ControlFlow;

use super::{Fate, ImportOutcome, ImportPlan, ImportRequest, Team, holdings, plan};
use crate::domain::agent::AgentKey;
use crate::domain::audit::{Action, Subject};
use crate::domain::id::{BatchId, DeliveryId, RoleId, TeamId, UserId};
use crate::domain::import::ImportRow;
use crate::domain::invite::Purpose;
use crate::domain::operation::Operation;
use crate::domain::role::Role;
use crate::domain::status::Status;
use crate::domain::template::Delivery;
use crate::domain::token::Entropy;
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::ops::delivery::{Outlet, Sending, let_out};
use crate::ops::each::{entry, finish, subject};
use crate::ops::error::{Error, Seekers};
use crate::ops::holdings::holdings_of;
use crate::ops::invites::{Addressee, SentLink};
use crate::ops::roles::Roles;
use crate::ops::seats::Seats;
use crate::ops::{Context, access, invites, users};
use crate::store::{Arrival, NewUser, Store, WriteTx};

/// How many people are handed to the store at a time: how often progress is told.
const BLOCK: usize = 10_000;

/// Imports what [`plan`](super::plan()) planned. `progress` hears how many rows are done and may stop
/// the import, which then leaves nothing behind.
///
/// # Errors
/// [`Error::PlanOutdated`] when the store changed meanwhile and rows no longer fit it;
/// [`Error::Interrupted`] when `progress` said stop.
pub fn apply(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    request: &mut ImportRequest,
    planned: ImportPlan,
    progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<ImportOutcome, Error> {
    let (mut tx, session) = access::write(store, context, Operation::Import)?;
    let import = if tx.last_entry()? == planned.basis {
        planned
    } else {
        let anew = plan(&tx, &session, request)?;
        let newly = anew.newly_rejected(&planned);
        if newly > 0 {
            return Err(Error::PlanOutdated(newly));
        }
        anew
    };
    if import.totals.changes() == 0 {
        return Ok(ImportOutcome::of(import.totals));
    }
    if request.delivery == Delivery::AtOnce {
        request.outlet.check_sender(&session.organization)?;
    }
    Seats::of(&tx, &import.organization)?.take(Seekers::People(import.totals.seats()))?;
    let batch = tx.add_batch(import.organization.id, &request.source)?;
    let roles = Roles::of(&tx, &import.organization)?;
    let mut teams = Vec::with_capacity(import.new_teams.len());
    for name in &import.new_teams {
        teams.push(tx.add_team(import.organization.id, name)?.id);
    }
    let mut writer = Writer {
        rows: &request.rows,
        import: &import,
        roles: &roles,
        teams,
        batch,
        delivery: request.delivery,
        entropy,
        inviter: session.person().map(|person| person.id),
        outlet: &request.outlet,
        links: Vec::new(),
        queued: Vec::new(),
    };
    let (subjects, released) =
        tx.while_many_arrive(into_teams(&import), |tx| writer.write(tx, progress))?;
    let (links, queued) = (writer.links, writer.queued);
    let totals = &import.totals;
    let mut detail = vec![
        ("source", request.source.clone()),
        ("invited", totals.invited.to_string()),
        ("invited_again", totals.invited_again.to_string()),
        ("updated", totals.updated.to_string()),
    ];
    if !links.is_empty() {
        detail.push(("links", links.len().to_string()));
    }
    if !queued.is_empty() {
        detail.push(("deliveries", queued.len().to_string()));
    }
    detail.extend(released.into_iter().map(|agent| ("released", agent.to_string())));
    let mut entry = entry(Action::Import, &import.organization, subjects, detail);
    entry.count = totals.changes();
    entry.batch = Some(batch);
    finish(tx, context, &entry)?;
    if import.totals.changes() > BLOCK as u64 {
        // The import is done; a log that stays long costs room, not people.
        let _ = store.fold_log();
    }
    Ok(ImportOutcome { totals: import.totals, batch: Some(batch), links, queued })
}

/// How many new people come into teams.
fn into_teams(import: &ImportPlan) -> u64 {
    let new = |fate: &Fate| matches!(fate, Fate::Invite { team, .. } if *team != Team::None);
    import.steps.iter().filter(|step| new(&step.fate)).count() as u64
}

struct Writer<'a> {
    rows: &'a [ImportRow],
    import: &'a ImportPlan,
    roles: &'a Roles,
    teams: Vec<TeamId>,
    batch: BatchId,
    delivery: Delivery,
    entropy: &'a mut dyn Entropy,
    inviter: Option<UserId>,
    outlet: &'a Outlet,
    links: Vec<(UserRef, SentLink)>,
    queued: Vec<DeliveryId>,
}

impl<'a> Writer<'a> {
    /// Writes every step in the order of the addresses; says which known users changed, and which
    /// agents they lost.
    fn write(
        &mut self,
        tx: &mut WriteTx<'_>,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<(Vec<Subject>, Vec<AgentKey>), Error> {
        let (mut subjects, mut released) = (Vec::new(), Vec::new());
        let mut done = 0;
        for block in self.import.steps.chunks(BLOCK) {
            let mut people = Vec::with_capacity(block.len());
            let mut new_rows = Vec::with_capacity(block.len());
            for step in block {
                let Some(row) = self.rows.get(step.row) else { continue };
                match &step.fate {
                    Fate::Invite { role, team } => {
                        people.push(NewUser {
                            email: &row.email,
                            name: row.name.as_ref(),
                            role: *role,
                            team: self.team(*team),
                        });
                        new_rows.push(step.row);
                    }
                    Fate::InviteAgain { user, role, team } => {
                        self.invite_again(tx, user, *role, *team, row)?;
                        self.assign(tx, step.row, user.id)?;
                        self.grant(tx, row, user.id)?;
                        self.link(tx, step.row, user.id)?;
                        subjects.push(subject(user));
                    }
                    Fate::Update { user, role, team } => {
                        released.extend(self.update(tx, user, *role, *team, row)?);
                        self.assign(tx, step.row, user.id)?;
                        self.regrant(tx, row, user.id)?;
                        subjects.push(subject(user));
                    }
                }
            }
            self.add(tx, &people, &new_rows)?;
            done += block.len() as u64;
            if progress(done).is_break() {
                return Err(Error::Interrupted);
            }
        }
        Ok((subjects, released))
    }

    fn add(
        &mut self,
        tx: &mut WriteTx<'_>,
        people: &[NewUser<'a>],
        rows: &[usize],
    ) -> Result<(), Error> {
        let arrival = Arrival {
            organization: self.import.organization.id,
            status: Status::Invited,
            batch: Some(self.batch),
        };
        let first = tx.add_users(arrival, people)?;
        for (row, number) in rows.iter().zip(first.get()..) {
            self.assign(tx, *row, UserId::new(number))?;
            if let Some(row) = self.rows.get(*row) {
                self.grant(tx, row, UserId::new(number))?;
            }
            self.link(tx, *row, UserId::new(number))?;
        }
        Ok(())
    }

    /// Makes the link of somebody who was just invited, where links are made with the import.
    fn link(&mut self, tx: &mut WriteTx<'_>, row: usize, user: UserId) -> Result<(), Error> {
        let (Delivery::AtOnce, Some(row)) = (self.delivery, self.rows.get(row)) else {
            return Ok(());
        };
        let lifetime = self.import.organization.lifetime;
        let (organization, inviter) = (self.import.organization.id, self.inviter);
        let addressee = Addressee { organization, user, inviter };
        let purpose = Purpose::Join;
        match let_out(tx, self.entropy, self.outlet, addressee, purpose, lifetime)? {
            Sending::Link(link) => self.links.push((UserRef::Email(row.email.clone()), link)),
            Sending::Queued(id) => self.queued.push(id),
        }
        Ok(())
    }

    fn invite_again(
        &self,
        tx: &mut WriteTx<'_>,
        user: &User,
        role: RoleId,
        team: Team,
        row: &ImportRow,
    ) -> Result<(), Error> {
        let role = self.roles.by_id(role)?;
        invites::invite_again(tx, user, row.name.as_ref(), role, self.team(team))?;
        // So that `send --batch` reaches them as it does the new ones.
        Ok(tx.set_batch(user, self.batch)?)
    }

    fn update(
        &self,
        tx: &mut WriteTx<'_>,
        user: &User,
        role: RoleId,
        team: Team,
        row: &ImportRow,
    ) -> Result<Vec<AgentKey>, Error> {
        let mut user = user.clone();
        if row.name.is_some() && row.name != user.name {
            tx.set_name(&user, row.name.as_ref())?;
        }
        let mut released = Vec::new();
        if user.role_id != role {
            let role = self.roles.by_id(role)?;
            released = self.change_role(tx, &user, role)?;
            // The counts go on from the role as it is now.
            user.role_id = role.id;
        }
        let team = self.team(team);
        if user.team.as_ref().map(|team| team.id) != team {
            tx.set_team(&user, team)?;
        }
        Ok(released)
    }

    fn assign(&self, tx: &mut WriteTx<'_>, row: usize, user: UserId) -> Result<(), Error> {
        if self.import.agents.is_empty() {
            return Ok(());
        }
        for agent in self.import.agents.get(&row).into_iter().flatten() {
            tx.assign(agent, user)?;
        }
        Ok(())
    }

    /// Grants what the row names to somebody who has nothing yet.
    fn grant(&self, tx: &mut WriteTx<'_>, row: &ImportRow, user: UserId) -> Result<(), Error> {
        match &row.holdings {
            Some(wanted) => self.import.catalog.give(tx, user, wanted),
            None => Ok(()),
        }
    }

    /// Puts what the row names in the place of what somebody has; of each kind that it names.
    fn regrant(&self, tx: &mut WriteTx<'_>, row: &ImportRow, user: UserId) -> Result<(), Error> {
        let Some(wanted) = &row.holdings else { return Ok(()) };
        let catalog = &self.import.catalog;
        let held = holdings_of(tx, user)?;
        let wanted = holdings::replacing(wanted, &held);
        catalog.take(tx, user, &held.without(&wanted))?;
        catalog.give(tx, user, &wanted.without(&held))
    }

    fn change_role(
        &self,
        tx: &mut WriteTx<'_>,
        user: &User,
        role: &Role,
    ) -> Result<Vec<AgentKey>, Error> {
        let organization = &self.import.organization;
        Ok(users::change_role(tx, organization, user, role, &mut Vec::new())?.1)
    }

    fn team(&self, team: Team) -> Option<TeamId> {
        match team {
            Team::None => None,
            Team::Known(id) => Some(id),
            Team::New(place) => self.teams.get(place).copied(),
        }
    }
}
