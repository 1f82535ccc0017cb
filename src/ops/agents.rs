//! Agents: which there are, and which user holds which (rules 23 to 29).

mod find;
mod import;

use find::held_agent;
pub(super) use find::{resolve, resolve_without_suggestion};
pub use import::{AgentsImported, import};

use super::Context;
use super::access::{self, Session};
use super::each::{Detail, entry, finish, get_user, subject};
use super::error::{Error, Presence};
use super::roles::Roles;
use crate::domain::agent::{Agent, AgentKey, AgentRef};
use crate::domain::audit::Action;
use crate::domain::id::UserId;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::role::{AgentHolding, Role};
use crate::domain::status::Verb;
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::store::{Assignment, ReadTx, Store, WriteTx};

/// What to do with an agent ID that somebody else holds (rule 24).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnTaken {
    /// Refuse, and name the holder.
    Refuse,
    /// Take it over.
    Move,
}

/// Agent IDs that were mapped to a user.
#[derive(Debug)]
pub struct Assigned {
    /// Where.
    pub organization: Organization,
    /// To whom; as it was before.
    pub user: User,
    /// Each agent, and what became of it, in the order asked for.
    pub agents: Vec<(AgentKey, Mapping)>,
}

/// What became of an agent ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mapping {
    /// Nobody held it; the user does now.
    Assigned,
    /// The user took it over from this one.
    MovedFrom(UserRef),
    /// The user held it already.
    HeldAlready,
    /// The user no longer holds it.
    Released,
}

/// Maps agent IDs to a user: all of them, or none.
///
/// # Errors
/// When the user or an agent is unknown, the role holds none, or somebody else holds one.
pub fn assign(
    store: &mut Store,
    context: &Context,
    user: &UserRef,
    agents: &[AgentRef],
    on_taken: OnTaken,
) -> Result<Assigned, Error> {
    change(store, context, Action::AssignAgent, user, |tx, session, user| {
        check_role(tx, &session.organization, user)?;
        agents.iter().map(|agent| assign_one(tx, session, user, agent, on_taken)).collect()
    })
}

/// Puts one agent ID in another's place (rule 27). The old assignment keeps its dates.
///
/// # Errors
/// When the user does not hold the old one, or may not have the new one.
pub fn replace(
    store: &mut Store,
    context: &Context,
    user: &UserRef,
    old: &AgentRef,
    new: &AgentRef,
    on_taken: OnTaken,
) -> Result<Assigned, Error> {
    change(store, context, Action::ReplaceAgent, user, |tx, session, user| {
        let organization = &session.organization;
        let old = held_agent(tx, organization, user, old)?;
        if resolve(tx, organization, new)?.number == old.number {
            return Ok(vec![(old.facts.key, Mapping::HeldAlready)]);
        }
        tx.release(&old)?;
        check_role(tx, organization, user)?;
        let mut assigned = assign_one(tx, session, user, new, on_taken);
        if let Err(Error::AgentTaken { instead_of, .. }) = &mut assigned {
            *instead_of = Some(Box::new(old.facts.key.clone()));
        }
        let assigned = assigned?;
        Ok(vec![(old.facts.key, Mapping::Released), assigned])
    })
}

/// Which of a user's agent IDs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// These.
    These(Vec<AgentRef>),
    /// All of them.
    All,
}

/// Takes agent IDs from a user.
///
/// # Errors
/// When the user does not hold one of them.
pub fn unassign(
    store: &mut Store,
    context: &Context,
    user: &UserRef,
    which: &Which,
) -> Result<Assigned, Error> {
    change(store, context, Action::UnassignAgent, user, |tx, session, user| {
        let organization = &session.organization;
        let held = match which {
            Which::All => tx.agents_of(user.id)?,
            Which::These(agents) => agents
                .iter()
                .map(|agent| held_agent(tx, organization, user, agent))
                .collect::<Result<_, _>>()?,
        };
        let mut released: Vec<(AgentKey, Mapping)> = Vec::with_capacity(held.len());
        for agent in held {
            // Named twice, it is still released once.
            if !released.iter().any(|(key, _)| *key == agent.facts.key) {
                tx.release(&agent)?;
                released.push((agent.facts.key, Mapping::Released));
            }
        }
        Ok(released)
    })
}

/// One user, some agents, one transaction, one entry; no entry where nothing changed.
fn change(
    store: &mut Store,
    context: &Context,
    action: Action,
    named: &UserRef,
    apply: impl FnOnce(&mut WriteTx<'_>, &Session, &User) -> Result<Vec<(AgentKey, Mapping)>, Error>,
) -> Result<Assigned, Error> {
    let verb = match action {
        Action::UnassignAgent => Verb::UnassignAgent,
        _ => Verb::AssignAgent,
    };
    let operation = match verb {
        Verb::UnassignAgent => Operation::UnassignAgent,
        _ => Operation::AssignAgent,
    };
    let (mut tx, session) = access::write(store, context, operation)?;
    let organization = session.organization.clone();
    let user = get_user(&tx, &session, named)?;
    let agents = session.check_user(&tx, &user, named).and_then(|()| {
        let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
        user.state.permit(verb).map_err(wrong)?;
        apply(&mut tx, &session, &user)
    });
    let agents = match agents {
        Ok(agents) => agents,
        Err(error) => {
            drop(tx);
            access::note(store, context, operation, [&error])?;
            return Err(error);
        }
    };
    let changed: Vec<_> = agents.iter().filter(|(_, what)| *what != Mapping::HeldAlready).collect();
    if !changed.is_empty() {
        let mut detail = Detail::new();
        let mut subjects = vec![subject(&user)];
        for (agent, what) in &changed {
            detail.push((what.audit_word(), agent.to_string()));
            if let Mapping::MovedFrom(holder) = what {
                detail.push(("from", holder.to_string()));
                subjects.push(subject(&get_user(&tx, &session, holder)?));
            }
        }
        let mut entry = entry(action, &organization, subjects, detail);
        entry.count = changed.len() as u64;
        finish(tx, context, &entry)?;
    }
    Ok(Assigned { organization, user, agents })
}

impl Mapping {
    const fn audit_word(&self) -> &'static str {
        match self {
            Self::Released => "released",
            _ => "assigned",
        }
    }
}

/// Whether a user's role holds agent IDs.
fn check_role(tx: &ReadTx<'_>, organization: &Organization, user: &User) -> Result<(), Error> {
    let roles = Roles::of(tx, organization)?;
    may_hold(&user.reference(), Presence::There, roles.by_id(user.role_id)?, &roles)
}

/// Maps one agent ID; that the user's role holds any is the caller's to know.
fn assign_one(
    tx: &mut WriteTx<'_>,
    session: &Session,
    user: &User,
    agent: &AgentRef,
    on_taken: OnTaken,
) -> Result<(AgentKey, Mapping), Error> {
    let agent = match session.sees_everything() {
        true => resolve(tx, &session.organization, agent)?,
        false => resolve_without_suggestion(tx, &session.organization, agent)?,
    };
    let mapping = match tx.find_holder(agent.number)? {
        None => Mapping::Assigned,
        Some(holder) if holder.user == user.id => {
            return Ok((agent.facts.key, Mapping::HeldAlready));
        }
        Some(holder) => match on_taken {
            OnTaken::Move => {
                // Taking an agent ID from somebody is changing them as well.
                let reference = UserRef::Number(holder.user);
                session.check_user(tx, &get_user(tx, session, &reference)?, &holder.reference)?;
                Mapping::MovedFrom(holder.reference)
            }
            OnTaken::Refuse => {
                return Err(Error::AgentTaken {
                    agent: Box::new(agent.facts.key),
                    holder: holder.reference,
                    wanted_by: user.reference(),
                    instead_of: None,
                    presence: Presence::There,
                });
            }
        },
    };
    if let Mapping::MovedFrom(_) = mapping {
        tx.release(&agent)?;
    }
    tx.assign(&agent, user.id)?;
    Ok((agent.facts.key, mapping))
}

/// Who is to hold agents, before they are a user or in another command's middle.
pub(super) struct Wanted<'a> {
    /// The user, if there is one yet.
    pub(super) user: Option<UserId>,
    /// How the user is named.
    pub(super) reference: &'a UserRef,
    /// The role the user has or will have.
    pub(super) role: &'a Role,
}

impl Wanted<'_> {
    const fn presence(&self) -> Presence {
        if self.user.is_some() { Presence::There } else { Presence::Arriving }
    }

    /// The agents, each once, if the role may hold them and nobody else does.
    pub(super) fn free_agents(
        &self,
        tx: &ReadTx<'_>,
        organization: &Organization,
        roles: &Roles,
        agents: &[AgentRef],
    ) -> Result<Vec<Agent>, Error> {
        if agents.is_empty() {
            return Ok(Vec::new());
        }
        may_hold(self.reference, self.presence(), self.role, roles)?;
        let mut free: Vec<Agent> = Vec::with_capacity(agents.len());
        for agent in agents {
            let agent = self.free_agent(tx, organization, agent)?;
            if free.iter().all(|known| known.number != agent.number) {
                free.push(agent);
            }
        }
        Ok(free)
    }

    /// One agent, if nobody else holds it.
    pub(super) fn free_agent(
        &self,
        tx: &ReadTx<'_>,
        organization: &Organization,
        agent: &AgentRef,
    ) -> Result<Agent, Error> {
        let agent = resolve(tx, organization, agent)?;
        match tx.find_holder(agent.number)? {
            Some(holder) if Some(holder.user) != self.user => Err(Error::AgentTaken {
                agent: Box::new(agent.facts.key),
                holder: holder.reference,
                wanted_by: self.reference.clone(),
                instead_of: None,
                presence: self.presence(),
            }),
            _ => Ok(agent),
        }
    }
}

/// Only some roles hold agent IDs (rule 23).
pub(super) fn may_hold(
    user: &UserRef,
    presence: Presence,
    role: &Role,
    roles: &Roles,
) -> Result<(), Error> {
    match role.agents {
        AgentHolding::Allowed => Ok(()),
        AgentHolding::Refused => Err(Error::RoleHoldsNoAgents {
            user: user.clone(),
            role: role.name.clone(),
            fitting: roles.that_hold_agents(),
            presence,
        }),
    }
}

/// Releases everything a user holds, and notes it for the audit.
pub(super) fn release_all(
    tx: &mut WriteTx<'_>,
    user: &User,
    detail: &mut Detail,
) -> Result<Vec<AgentKey>, Error> {
    let mut released = Vec::new();
    for agent in tx.agents_of(user.id)? {
        tx.release(&agent)?;
        detail.push(("released", agent.facts.key.to_string()));
        released.push(agent.facts.key);
    }
    Ok(released)
}

/// One agent on one screen.
#[derive(Debug)]
pub struct AgentPortrait {
    /// The agent.
    pub agent: Agent,
    /// Who holds and held it, the newest first.
    pub assignments: Vec<Assignment>,
}

/// Everything about one agent.
///
/// # Errors
/// When there is no such agent.
pub fn show(
    store: &mut Store,
    context: &Context,
    agent: &AgentRef,
) -> Result<AgentPortrait, Error> {
    access::look(store, context, Operation::AgentShow, |tx, session| {
        let agent = resolve(tx, &session.organization, agent)?;
        Ok(AgentPortrait { assignments: tx.history_of_agent(agent.number)?, agent })
    })
}
