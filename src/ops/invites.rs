//! Invites: people are invited, their links are made, made anew, withdrawn and run out.

mod expire;

pub use expire::{ExpireOutcome, RanOut, expire};

use super::each::{Detail, Outcome, PerUser, change_each, entry, finish};
use super::error::Error;
use super::roles::Roles;
use super::{Context, Mode, agents, teams};
use crate::domain::agent::{AgentKey, AgentRef};
use crate::domain::audit::{Action, Subject};
use crate::domain::email::EmailAddress;
use crate::domain::filter::{Direction, LinkFilter, Page, UserFilter, UserSort};
use crate::domain::id::{BatchId, TeamId, UserId};
use crate::domain::invite::{InviteState, Purpose};
use crate::domain::lifetime::Lifetime;
use crate::domain::name::PersonName;
use crate::domain::organization::Organization;
use crate::domain::role::{Role, RoleName};
use crate::domain::status::{Status, Verb};
use crate::domain::team::{Team, TeamName};
use crate::domain::template::Delivery;
use crate::domain::time::Timestamp;
use crate::domain::token::{Entropy, Secret, Token};
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::store::{Arrival, NewInvite, NewUser, Store, WriteTx};

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
    /// How long the link lives; the organization's lifetime where `None`.
    pub lifetime: Option<Lifetime>,
    /// Whether the link is made at once; as the organization does it where `None` (rule 9).
    pub delivery: Option<Delivery>,
}

/// How somebody came to be invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// Was not there.
    New,
    /// Was cancelled or had declined (rule 7).
    Again,
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
    /// The link, where it was made at once.
    pub link: Option<SentLink>,
}

/// A link that was made.
#[derive(Debug)]
pub struct SentLink {
    /// The token; `None` in a dry run, where it would never work.
    pub token: Option<Token>,
    /// Until when it works.
    pub expires_at: Timestamp,
}

impl SentLink {
    /// A dry run shows no token.
    pub(super) fn shown_in(self, mode: Mode) -> Self {
        match mode {
            Mode::Apply => self,
            Mode::DryRun => Self { token: None, ..self },
        }
    }
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
    let mut tx = store.write(context.now, &context.actor)?;
    let organization = tx.current_organization()?;
    let roles = Roles::of(&tx, &organization)?;
    let role = roles.get_or_default(request.role.as_ref(), &organization)?.clone();
    let team = match &request.team {
        Some(name) => Some(teams::get_team(&tx, &organization, name)?),
        None => None,
    };
    let invitation = Invitation { request, roles: &roles, role: &role, team: team.as_ref() };
    let mut users = Vec::with_capacity(request.people.len());
    let mut subjects = Vec::new();
    for email in &request.people {
        let reference = UserRef::Email(email.clone());
        let result = invitation.extend_to(&mut tx, entropy, &organization, email);
        match result {
            Err(error) if !error.is_refusal() => return Err(error),
            Err(error) => users.push(PerUser { user: reference, result: Err(error) }),
            Ok(mut invited) => {
                subjects.push(Subject { user: invited.user, reference: reference.to_string() });
                invited.link = invited.link.map(|link| link.shown_in(context.mode));
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
        finish(tx, context, &entry(Action::Invite, &organization, subjects, detail))?;
    }
    Ok(Outcome { organization, users })
}

/// What everybody in one `invite` is invited to.
struct Invitation<'a> {
    request: &'a InviteRequest,
    roles: &'a Roles,
    role: &'a Role,
    team: Option<&'a Team>,
}

impl Invitation<'_> {
    fn extend_to(
        &self,
        tx: &mut WriteTx<'_>,
        entropy: &mut dyn Entropy,
        organization: &Organization,
        email: &EmailAddress,
    ) -> Result<Invited, Error> {
        let reference = UserRef::Email(email.clone());
        let known = tx.find_user_by_email(organization.id, email)?;
        if let Some(user) = &known {
            user.state
                .permit(Verb::Invite)
                .map_err(|wrong| Error::AlreadyThere { user: reference.clone(), wrong })?;
        }
        let wanted = agents::Wanted {
            user: known.as_ref().map(|user| user.id),
            reference: &reference,
            role: self.role,
        };
        let agents = wanted.free_agents(tx, organization, self.roles, &self.request.agents)?;
        let (arrived, user) = match known {
            None => (Arrived::New, self.add(tx, organization, email)?),
            Some(user) => {
                let team = self.team.map(|team| team.id);
                invite_again(tx, &user, self.request.name.as_ref(), self.role, team)?;
                (Arrived::Again, user.id)
            }
        };
        for agent in &agents {
            tx.assign(agent.number, user)?;
        }
        let lifetime = self.request.lifetime.unwrap_or(organization.lifetime);
        let link = match self.request.delivery.unwrap_or(organization.delivery) {
            Delivery::AtOnce => Some(make_link(tx, entropy, user, Purpose::Join, lifetime)?),
            Delivery::OnCommand => None,
        };
        Ok(Invited {
            arrived,
            user,
            role: self.role.name.clone(),
            team: self.team.map(|team| team.name.clone()),
            agents: agents.into_iter().map(|agent| agent.facts.key).collect(),
            link,
        })
    }

    fn add(
        &self,
        tx: &mut WriteTx<'_>,
        organization: &Organization,
        email: &EmailAddress,
    ) -> Result<UserId, Error> {
        let arrival =
            Arrival { organization: organization.id, status: Status::Invited, batch: None };
        let person = NewUser {
            email,
            name: self.request.name.as_ref(),
            role: self.role.id,
            team: self.team.map(|team| team.id),
        };
        Ok(tx.add_users(arrival, &[person])?)
    }
}

/// Brings back who was cancelled or had declined, as invited now: with the new role and team, and the
/// new name where there is one.
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
    if name.is_some() {
        tx.set_name(&user, name)?;
    }
    Ok(())
}

/// Makes a link, and ends the one before it. Only its hash stays in the store.
pub(super) fn make_link(
    tx: &mut WriteTx<'_>,
    entropy: &mut dyn Entropy,
    user: UserId,
    purpose: Purpose,
    lifetime: Lifetime,
) -> Result<SentLink, Error> {
    let secret = Secret::draw(entropy)?;
    let expires_at = lifetime.after(tx.now());
    tx.close_invites(user, InviteState::Replaced)?;
    let invite = tx.next_invite()?;
    tx.add_invite(invite, NewInvite { user, purpose, secret: &secret.hash(), expires_at })?;
    Ok(SentLink { token: Some(Token { invite, secret }), expires_at })
}

/// Whose first links to make.
#[derive(Clone, Debug)]
pub enum Recipients {
    /// These.
    Named(Vec<UserRef>),
    /// Everybody pending: by address, at most so many, of one import only where it says so.
    Pending {
        /// The import.
        batch: Option<BatchId>,
        /// So many at most.
        limit: Option<u32>,
    },
}

/// A link that was made for a user.
#[derive(Debug)]
pub struct Sent {
    /// The user as it was before.
    pub user: User,
    /// The link.
    pub link: SentLink,
}

/// Makes the first links of pending users (S3 "Send Activation Emails").
///
/// # Errors
/// When the store fails; per user in the outcome otherwise.
pub fn send(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    recipients: &Recipients,
    lifetime: Option<Lifetime>,
) -> Result<Outcome<Sent>, Error> {
    let (batch, limit) = match recipients {
        Recipients::Named(users) => {
            return link_each(store, context, entropy, Verb::Send, users, lifetime);
        }
        Recipients::Pending { batch, limit } => (*batch, *limit),
    };
    let users = pending(store, batch, limit)?;
    let mut outcome = link_each(store, context, entropy, Verb::Send, &users, lifetime)?;
    // Nobody named them: who got a link, left or was cancelled meanwhile is simply no longer pending.
    outcome.users.retain(|user| user.result.is_ok());
    Ok(outcome)
}

/// Makes new links in place of the old ones (rule 11).
///
/// # Errors
/// When the store fails; per user in the outcome otherwise.
pub fn resend(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    users: &[UserRef],
    lifetime: Option<Lifetime>,
) -> Result<Outcome<Sent>, Error> {
    link_each(store, context, entropy, Verb::Resend, users, lifetime)
}

fn link_each(
    store: &mut Store,
    context: &Context,
    entropy: &mut dyn Entropy,
    verb: Verb,
    users: &[UserRef],
    lifetime: Option<Lifetime>,
) -> Result<Outcome<Sent>, Error> {
    let action = if verb == Verb::Send { Action::Send } else { Action::Resend };
    change_each(store, context, action, users, |tx, organization, user, _| {
        let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
        user.state.permit(verb).map_err(wrong)?;
        let lifetime = lifetime.unwrap_or(organization.lifetime);
        let link = make_link(tx, entropy, user.id, Purpose::Join, lifetime)?;
        if let Some(token) = &link.token {
            let state = match verb {
                Verb::Send => user.state.sent(token.invite, link.expires_at),
                _ => user.state.resent(token.invite, link.expires_at),
            };
            tx.set_state(user, state.map_err(wrong)?)?;
        }
        Ok(Sent { user: user.clone(), link: link.shown_in(context.mode) })
    })
}

fn pending(
    store: &mut Store,
    batch: Option<BatchId>,
    limit: Option<u32>,
) -> Result<Vec<UserRef>, Error> {
    let tx = store.read()?;
    let organization = tx.current_organization()?;
    let mut filter = UserFilter::with_statuses(&[Status::Invited]);
    filter.link = Some(LinkFilter::NotSent);
    filter.batch = batch;
    let page = Page { sort: UserSort::Email, direction: Direction::Ascending, after: None, limit };
    let mut query = tx.users(organization.id, &filter, &page)?;
    let users = query.rows()?.map(|line| Ok(line?.user.reference()));
    users.collect()
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
    change_each(store, context, Action::Cancel, users, |tx, _, user, detail| {
        let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
        let state = user.state.cancelled().map_err(wrong)?;
        tx.close_invites(user.id, InviteState::Withdrawn)?;
        tx.set_state(user, state)?;
        let agents = agents::release_all(tx, user, detail)?;
        Ok(Released { user: user.clone(), agents })
    })
}
