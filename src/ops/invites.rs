//! Invites: people are invited, their links are made, made anew, withdrawn and run out.

mod expire;
mod links;
mod remind;

pub use expire::{ClockTrust, ExpireOutcome, ExpireRequest, Expired, RanOut, expire};
pub(super) use links::{Addressee, make_link};
pub use links::{Recipients, Sent, SentLink, Terms, count_pending, resend, send};
pub use remind::{RemindRequest, Reminded, Reminders};

use super::access::{self, Session};
use super::delivery::{Outlet, Sending, check_pace, let_out};
use super::domains::Door;
use super::each::{Detail, Outcome, PerUser, change_each, entry, finish};
use super::error::{Error, Presence, Seekers};
use super::holdings::Catalog;
use super::roles::Roles;
use super::seats::Seats;
use super::{Context, agents, teams};
use crate::domain::agent::{AgentKey, AgentRef};
use crate::domain::audit::{Action, Subject};
use crate::domain::email::EmailAddress;
use crate::domain::holdings::Holdings;
use crate::domain::id::{TeamId, UserId};
use crate::domain::invite::{InviteState, Purpose};
use crate::domain::lifetime::Lifetime;
use crate::domain::name::PersonName;
use crate::domain::operation::Operation;
use crate::domain::role::{Role, RoleName};
use crate::domain::status::{Status, Verb};
use crate::domain::team::{Team, TeamName};
use crate::domain::template::Delivery;
use crate::domain::token::Entropy;
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::store::{Arrival, NewUser, Store, WriteTx};

/// Whom to invite, and as what.
#[derive(Clone, Debug)]
pub struct InviteRequest {
    /// The addresses.
    pub people: Vec<EmailAddress>,
    /// The name; for one person only.
    pub name: Option<PersonName>,
    /// The role; the organization's default where `None`.
    pub role: Option<RoleName>,
    /// The team, if any.
    pub team: Option<TeamName>,
    /// Agent IDs to map at once.
    pub agents: Vec<AgentRef>,
    /// Modules and sub-accounts to grant at once.
    pub holdings: Holdings,
    /// How long the link lives; the organization's lifetime where `None`.
    pub lifetime: Option<Lifetime>,
    /// Whether the link is made at once; as the organization does it where `None` (rule 9).
    pub delivery: Option<Delivery>,
    /// How links leave.
    pub outlet: Outlet,
}

/// How somebody came to be invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// Was not there.
    New,
    /// Was cancelled or had declined (rule 7).
    Again,
}

/// Whether somebody sees any module (S2 "you need to set the modules").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menus {
    /// Some, or there are none to be granted.
    Seen,
    /// None until some are granted.
    NoneYet,
}

/// Somebody who was invited.
#[derive(Debug)]
pub struct Invited {
    /// How.
    pub arrived: Arrived,
    /// The number.
    pub user: UserId,
    /// As what.
    pub role: RoleName,
    /// Into which team.
    pub team: Option<TeamName>,
    /// With which agent IDs.
    pub agents: Vec<AgentKey>,
    /// Whether there is a menu yet that the person sees.
    pub menus: Menus,
    /// The link, where it was made or queued at once.
    pub sending: Option<Sending>,
}

/// Invites people. Who is there already is refused, with the verb that fits.
///
/// # Errors
/// When a role or team is unknown, or the store fails; per person in the outcome otherwise.
pub fn invite(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    request: &InviteRequest,
) -> Result<Outcome<Invited>, Error> {
    let (mut tx, session) = access::write(store, context, Operation::Invite)?;
    let organization = session.organization.clone();
    let roles = Roles::of(&tx, &organization)?;
    let role = roles.get_or_default(request.role.as_ref(), &organization)?.clone();
    let team = match &request.team {
        Some(name) => Some(teams::get_team(&tx, &organization, name)?),
        None => None,
    };
    let catalog = Catalog::of(&tx, &organization)?;
    catalog.check_known(&request.holdings)?;
    let seats = Seats::of(&tx, &organization)?;
    let delivery = request.delivery.unwrap_or(organization.delivery);
    if delivery == Delivery::AtOnce {
        request.outlet.check_sender(&organization)?;
    }
    let mut invitation = Invitation {
        request,
        session: &session,
        roles: &roles,
        role: &role,
        team: team.as_ref(),
        catalog: &catalog,
        seats,
        door: Door::of(&tx, &organization)?,
        delivery,
    };
    let mut users = Vec::with_capacity(request.people.len());
    let mut subjects = Vec::new();
    for email in &request.people {
        let reference = UserRef::Email(email.clone());
        let result = invitation.extend_to(&mut tx, entropy, email);
        match result {
            Err(error) if !error.is_refusal() => return Err(error),
            Err(error) => users.push(PerUser { user: reference, result: Err(error) }),
            Ok(mut invited) => {
                subjects.push(Subject { user: invited.user, reference: reference.to_string() });
                invited.sending = invited.sending.map(|sending| sending.shown_in(context.mode));
                users.push(PerUser { user: reference, result: Ok(invited) });
            }
        }
    }
    if !subjects.is_empty() {
        let mut detail: Detail = vec![("role", role.name.to_string())];
        detail.extend(team.map(|team| ("team", team.name.to_string())));
        let mapped = users.iter().filter_map(|user| user.result.as_ref().ok());
        let mapped = mapped.flat_map(|invited| &invited.agents);
        detail.extend(mapped.map(|agent| ("agent", agent.to_string())));
        let Holdings { modules, sub_accounts } = &request.holdings;
        detail.extend(modules.iter().map(|name| ("module", name.to_string())));
        detail.extend(sub_accounts.iter().map(|name| ("sub-account", name.to_string())));
        finish(tx, context, &entry(Action::Invite, &organization, subjects, detail))?;
    } else {
        drop(tx);
    }
    let outcome = Outcome { organization, users };
    outcome.note_refusals(store, context, Operation::Invite)?;
    Ok(outcome)
}

/// What everybody in one `invite` is invited to.
struct Invitation<'a> {
    request: &'a InviteRequest,
    session: &'a Session,
    roles: &'a Roles,
    role: &'a Role,
    team: Option<&'a Team>,
    catalog: &'a Catalog,
    seats: Seats,
    door: Door<'a>,
    delivery: Delivery,
}

impl Invitation<'_> {
    fn extend_to(
        &mut self,
        tx: &mut WriteTx<'_>,
        entropy: &mut dyn Entropy,
        email: &EmailAddress,
    ) -> Result<Invited, Error> {
        let organization = &self.session.organization;
        let reference = UserRef::Email(email.clone());
        self.session.check_gift(tx, &reference, self.role, self.team)?;
        let known = tx.find_user_by_email(organization.id, email)?;
        if let Some(user) = &known {
            self.session.check_scope(tx, user)?;
            user.state
                .permit(Verb::Invite)
                .map_err(|wrong| Error::AlreadyThere { user: reference.clone(), wrong })?;
            // Who is invited again is changed, and may have stood above.
            self.session.check_user(tx, user, &reference)?;
        }
        if let Some(why) = self.door.refuse(tx, email)? {
            let why = Box::new(why.clone());
            return Err(Error::UnwelcomeDomain { user: reference, why });
        }
        if self.delivery == Delivery::AtOnce {
            self.request.outlet.check_reach(tx, self.session, Some(email))?;
            if let Some(user) = &known {
                check_pace(tx, &self.request.outlet, user, tx.now())?;
            }
        }
        let wanted = agents::Wanted {
            user: known.as_ref().map(|user| user.id),
            reference: &reference,
            role: self.role,
        };
        let agents = wanted.free_agents(tx, organization, self.roles, &self.request.agents)?;
        let holdings = &self.request.holdings;
        self.catalog.check_fit(&reference, Presence::Arriving, self.role.id, holdings)?;
        self.session.check_holdings(tx, holdings)?;
        self.seats.take(Seekers::User(reference.clone()))?;
        let (arrived, user) = match known {
            None => (Arrived::New, self.add(tx, email)?),
            Some(user) => {
                let team = self.team.map(|team| team.id);
                invite_again(tx, &user, self.request.name.as_ref(), self.role, team)?;
                (Arrived::Again, user.id)
            }
        };
        for agent in &agents {
            tx.assign(agent, user)?;
        }
        self.catalog.give(tx, user, holdings)?;
        let menus = match holdings.modules.is_empty() && self.catalog.needs_modules(self.role.id) {
            true => Menus::NoneYet,
            false => Menus::Seen,
        };
        let lifetime = self.request.lifetime.unwrap_or(organization.lifetime);
        let sending = match self.delivery {
            Delivery::AtOnce => {
                let inviter = self.session.person().map(|person| person.id);
                let addressee = Addressee { organization: organization.id, user, inviter };
                let outlet = &self.request.outlet;
                Some(let_out(tx, entropy, outlet, addressee, Purpose::Join, lifetime)?)
            }
            Delivery::OnCommand => None,
        };
        Ok(Invited {
            arrived,
            user,
            role: self.role.name.clone(),
            team: self.team.map(|team| team.name.clone()),
            agents: agents.into_iter().map(|agent| agent.facts.key).collect(),
            menus,
            sending,
        })
    }

    fn add(&self, tx: &mut WriteTx<'_>, email: &EmailAddress) -> Result<UserId, Error> {
        let organization = self.session.organization.id;
        let arrival = Arrival { organization, status: Status::Invited, batch: None };
        let person = NewUser {
            email,
            name: self.request.name.as_ref(),
            role: self.role.id,
            team: self.team.map(|team| team.id),
        };
        Ok(tx.add_users(arrival, &[person])?)
    }
}

/// Brings back who was cancelled or had declined, as invited now: with the new role and team, the new
/// name where there is one, and nothing of what was granted before.
pub(super) fn invite_again(
    tx: &mut WriteTx<'_>,
    user: &User,
    name: Option<&PersonName>,
    role: &Role,
    team: Option<TeamId>,
) -> Result<(), Error> {
    let wrong = |wrong| Error::AlreadyThere { user: user.reference(), wrong };
    let state = user.state.invited_again().map_err(wrong)?;
    // The counts follow one step at a time, so each step starts from the user as it is by then.
    let mut user = user.clone();
    tx.set_state(&user, state)?;
    user.state = state;
    tx.set_role(&user, role.id)?;
    user.role_id = role.id;
    tx.set_team(&user, team)?;
    tx.revoke_everything(&user)?;
    if name.is_some() {
        tx.set_name(&user, name)?;
    }
    Ok(())
}

/// Somebody whose invite was withdrawn, or whose access was taken away.
#[derive(Debug)]
pub struct Released {
    /// The user as it was before.
    pub user: User,
    /// The agent IDs that are free now (rule 17).
    pub agents: Vec<AgentKey>,
}

/// Withdraws invites that nobody accepted.
///
/// # Errors
/// When the store fails; per user in the outcome otherwise.
pub fn cancel(
    store: &mut Store,
    context: &Context,
    users: &[UserRef],
) -> Result<Outcome<Released>, Error> {
    change_each(store, context, Operation::Cancel, Action::Cancel, users, |tx, _, user, detail| {
        let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
        let state = user.state.cancelled().map_err(wrong)?;
        tx.close_invites(user.organization, user.id, InviteState::Withdrawn)?;
        tx.set_state(user, state)?;
        let agents = agents::release_all(tx, user, detail)?;
        Ok(Released { user: user.clone(), agents })
    })
}
