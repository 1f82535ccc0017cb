//! Doing what was planned: one transaction, one audit entry, one batch.

use std::ops::ControlFlow;

use super::{
    Change, Fate, ImportOutcome, ImportPlan, ImportRequest, SortedRows, Team, holdings, plan,
};
use crate::domain::agent::AgentKey;
use crate::domain::audit::{Action, Subject};
use crate::domain::email::EmailAddress;
use crate::domain::holdings::Holdings;
use crate::domain::id::{BatchId, DeliveryId, RoleId, TeamId, UserId};
use crate::domain::import::ImportRow;
use crate::domain::invite::Purpose;
use crate::domain::name::PersonName;
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
    request: &ImportRequest,
    planned: ImportPlan,
    progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<ImportOutcome, Error> {
    store.expect_people(planned.totals.invited)?;
    let outcome = write(store, context, entropy, request, planned, progress);
    // What is in is in: a setting that stays behind is put right by the next command.
    let _ = store.settle();
    if outcome.as_ref().is_ok_and(|outcome| outcome.totals.changes() > BLOCK as u64) {
        // The import is done; a log that stays long costs room, not people.
        let _ = store.fold_log();
    }
    outcome
}

fn write(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    request: &ImportRequest,
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
    let (subjects, released) = tx.while_many_arrive(|tx| writer.write(tx, progress))?;
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
    Ok(ImportOutcome { totals: import.totals, batch: Some(batch), links, queued })
}

/// What was planned and is no longer so; the transaction that found the plan to hold keeps that from
/// happening.
fn outdated() -> Error {
    Error::PlanOutdated(1)
}

struct Writer<'a> {
    rows: &'a SortedRows,
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

/// Somebody new, on the way into the store.
struct Newcomer {
    /// Where the row stands among all rows.
    row: usize,
    email: EmailAddress,
    name: Option<PersonName>,
    role: RoleId,
    team: Option<TeamId>,
    holdings: Option<Box<Holdings>>,
}

impl Writer<'_> {
    /// Writes every row that changes something, in the order of the addresses; says which known users
    /// changed, and which agents they lost.
    fn write(
        &mut self,
        tx: &mut WriteTx<'_>,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<(Vec<Subject>, Vec<AgentKey>), Error> {
        let (mut subjects, mut released) = (Vec::new(), Vec::new());
        let mut people = Vec::with_capacity(BLOCK);
        let mut done = 0;
        let mut cursor = self.rows.cursor()?;
        let mut changes = self.import.changes.iter();
        for (place, fate) in self.import.fates.iter().enumerate() {
            let row = cursor.next()?.ok_or_else(outdated)?;
            if *fate == Fate::Pass {
                continue;
            }
            let change = match fate {
                Fate::Invite => self.import.wishes.known(&row),
                _ => changes.next().copied(),
            };
            let Change { role, team } = change.ok_or_else(outdated)?;
            if matches!(fate, Fate::Invite | Fate::InviteAsPlanned) {
                let whole = row.names_more().then(|| row.unpack(&self.rows.words));
                people.push(Newcomer {
                    row: place,
                    email: row.address(),
                    name: row.name(),
                    role,
                    team: self.team(team),
                    holdings: whole.and_then(|row| row.holdings),
                });
                if people.len() == BLOCK {
                    self.add(tx, &people)?;
                    people.clear();
                }
            } else {
                let row = row.unpack(&self.rows.words);
                let user = tx.find_user_by_email(self.import.organization.id, &row.email)?;
                let user = user.ok_or_else(outdated)?;
                match fate {
                    Fate::InviteAgain => {
                        self.invite_again(tx, &user, role, team, &row)?;
                        self.assign(tx, place, user.id)?;
                        self.grant(tx, row.holdings.as_deref(), user.id)?;
                        self.link(tx, &row.email, user.id)?;
                    }
                    _ => {
                        released.extend(self.update(tx, &user, role, team, &row)?);
                        self.assign(tx, place, user.id)?;
                        self.regrant(tx, &row, user.id)?;
                    }
                }
                subjects.push(subject(&user));
            }
            done += 1;
            if done % BLOCK as u64 == 0 && progress(done).is_break() {
                return Err(Error::Interrupted);
            }
        }
        self.add(tx, &people)?;
        match progress(done) {
            ControlFlow::Break(()) => Err(Error::Interrupted),
            ControlFlow::Continue(()) => Ok((subjects, released)),
        }
    }

    fn add(&mut self, tx: &mut WriteTx<'_>, people: &[Newcomer]) -> Result<(), Error> {
        let arrival = Arrival {
            organization: self.import.organization.id,
            status: Status::Invited,
            batch: Some(self.batch),
        };
        let new: Vec<_> = people
            .iter()
            .map(|one| NewUser {
                email: &one.email,
                name: one.name.as_ref(),
                role: one.role,
                team: one.team,
            })
            .collect();
        let first = tx.add_users(arrival, &new)?;
        for (one, number) in people.iter().zip(first.get()..) {
            let user = UserId::new(number);
            self.assign(tx, one.row, user)?;
            self.grant(tx, one.holdings.as_deref(), user)?;
            self.link(tx, &one.email, user)?;
        }
        Ok(())
    }

    /// Makes the link of somebody who was just invited, where links are made with the import.
    fn link(
        &mut self,
        tx: &mut WriteTx<'_>,
        email: &EmailAddress,
        user: UserId,
    ) -> Result<(), Error> {
        if self.delivery != Delivery::AtOnce {
            return Ok(());
        }
        let lifetime = self.import.organization.lifetime;
        let (organization, inviter) = (self.import.organization.id, self.inviter);
        let addressee = Addressee { organization, user, inviter };
        let purpose = Purpose::Join;
        match let_out(tx, self.entropy, self.outlet, addressee, purpose, lifetime)? {
            Sending::Link(link) => self.links.push((UserRef::Email(email.clone()), link)),
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
    fn grant(
        &self,
        tx: &mut WriteTx<'_>,
        wanted: Option<&Holdings>,
        user: UserId,
    ) -> Result<(), Error> {
        match wanted {
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
