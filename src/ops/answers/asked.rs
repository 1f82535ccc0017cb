//! A question with every name in it found, and the facts that decide about it.

use super::{PAGE, Question, RolePage};
use crate::domain::agent::{AgentKey, AgentRef};
use crate::domain::answer::{AgentAsked, Assigned, Facts, Granted, Included, Plan, Right, Thing};
use crate::domain::id::{TeamId, UserId};
use crate::domain::module::{Module, ModuleAccess, ModuleName};
use crate::domain::nearest::near_names;
use crate::domain::organization::Organization;
use crate::domain::permission::{Offer, Permission, PermissionName, Scope};
use crate::domain::role::RoleDetails;
use crate::domain::sub_account::SubAccountName;
use crate::domain::template::Reach;
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::ops::access::Session;
use crate::ops::agents;
use crate::ops::error::{Error, HoldingsError};
use crate::ops::holdings::Catalog;
use crate::store::ReadTx;

/// A question whose every name is known, with what decides about it for everybody.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) permission: Option<(PermissionName, Plan)>,
    pub(super) agent: Option<AgentFound>,
    module: Option<Module>,
    sub_account: Option<SubAccountName>,
}

#[derive(Clone, Debug)]
pub(super) struct AgentFound {
    pub(super) key: AgentKey,
    holder: Option<UserId>,
    /// The holder's team.
    team: Option<TeamId>,
}

impl Asked {
    /// Finds every name.
    pub(super) fn of(
        tx: &ReadTx<'_>,
        session: &Session,
        question: &Question,
    ) -> Result<Self, Error> {
        let organization = &session.organization;
        let permission = match &question.permission {
            Some(name) => {
                let permission = get_permission(tx, organization, name)?;
                let plan = plan(tx, organization, &permission)?;
                Some((permission.name, plan))
            }
            None => None,
        };
        Ok(Self {
            permission,
            agent: question
                .agent
                .as_ref()
                .map(|agent| find_agent(tx, session, agent))
                .transpose()?,
            module: match &question.module {
                Some(name) => Some(get_module(tx, organization, name)?),
                None => None,
            },
            sub_account: match &question.sub_account {
                Some(name) => Some(
                    get_sub_account(tx, organization, name)
                        .map_err(|error| without_others(error, session))?,
                ),
                None => None,
            },
        })
    }

    /// How far a role has the permission, if one is asked about.
    pub(super) fn scope(&self, role: &RoleDetails) -> Option<Scope> {
        self.permission.as_ref().and_then(|(permission, _)| role.find_scope(permission.as_str()))
    }

    /// The next active users of a role, by number, among whom everybody is about whom the answer is yes.
    pub(super) fn next_candidates(
        &self,
        tx: &ReadTx<'_>,
        organization: &Organization,
        RolePage { role, last, .. }: &RolePage,
    ) -> Result<Vec<User>, Error> {
        let (id, last) = (role.role.id, *last);
        // What is one's own on an agent is its holder's alone.
        if let (Some(Scope::Own), Some(agent)) = (self.scope(role), &self.agent) {
            let Some(holder) = agent.holder.filter(|holder| *holder > last) else {
                return Ok(Vec::new());
            };
            let holder = tx.find_user(organization.id, &UserRef::Number(holder))?;
            return Ok(holder.into_iter().filter(|holder| holder.role_id == id).collect());
        }
        Ok(match &self.module {
            Some(module) if role.modules == Reach::Granted => {
                tx.active_users_granted(organization.id, id, &module.name, last, PAGE)?
            }
            _ => tx.active_users_after(organization.id, id, last, PAGE)?,
        })
    }

    /// What decides about one user; only what the scope makes matter is read.
    pub(super) fn facts(
        &self,
        tx: &ReadTx<'_>,
        user: &User,
        role: &RoleDetails,
    ) -> Result<Facts, Error> {
        Ok(Facts {
            user: user.reference(),
            standing: user.state.standing(),
            access: user.portal_access(),
            role: role.role.name.clone(),
            right: match &self.permission {
                Some((permission, plan)) => Some(self.right(tx, user, role, permission, plan)?),
                None => None,
            },
            module: match &self.module {
                Some(module) => Some(Thing {
                    name: module.name.to_string(),
                    access: module.access,
                    reach: role.modules,
                    granted: granted(role.modules, || {
                        Ok(tx.granted_modules(user.id)?.contains(&module.name))
                    })?,
                }),
                None => None,
            },
            sub_account: match &self.sub_account {
                Some(name) => Some(Thing {
                    name: name.to_string(),
                    access: ModuleAccess::Everyone,
                    reach: role.sub_accounts,
                    granted: granted(role.sub_accounts, || {
                        Ok(tx.granted_sub_accounts(user.id)?.contains(name))
                    })?,
                }),
                None => None,
            },
        })
    }

    fn right(
        &self,
        tx: &ReadTx<'_>,
        user: &User,
        role: &RoleDetails,
        permission: &PermissionName,
        plan: &Plan,
    ) -> Result<Right, Error> {
        let scope = role.find_scope(permission.as_str());
        let leads = match scope {
            Some(Scope::Team) => tx.teams_led_by(user.id)?,
            _ => Vec::new(),
        };
        let holds = match (scope, &self.agent) {
            (Some(Scope::Own), None) => tx.agents_of(user.id)?,
            _ => Vec::new(),
        };
        let agent = self.agent.as_ref().map(|agent| AgentAsked {
            key: agent.key.clone(),
            assigned: match agent.holder {
                Some(holder) if holder == user.id => Assigned::ToThem,
                _ => Assigned::Elsewhere,
            },
            team: leads.iter().find(|team| Some(team.id) == agent.team).map(|t| t.name.clone()),
        });
        Ok(Right {
            permission: permission.clone(),
            scope,
            agent,
            leads: leads.into_iter().map(|team| team.name).collect(),
            holds: holds.into_iter().map(|agent| agent.facts.key).collect(),
            plan: plan.clone(),
        })
    }
}

/// Whether something was granted; not asked where the role reaches everything.
fn granted(
    reach: Reach,
    is_granted: impl FnOnce() -> Result<bool, Error>,
) -> Result<Granted, Error> {
    Ok(if reach == Reach::Granted && is_granted()? { Granted::Yes } else { Granted::No })
}

/// What the plan says: inviting takes seats wherever there is a limit of them, whatever the template says
/// of plans.
fn plan(
    tx: &ReadTx<'_>,
    organization: &Organization,
    permission: &Permission,
) -> Result<Plan, Error> {
    let limit = organization.seat_limit.map(std::num::NonZeroU32::get);
    let invites = permission.name.as_str() == PermissionName::INVITE_USERS;
    Ok(match permission.offer {
        Offer::Premium => Plan::Premium {
            plan: organization.plan.clone(),
            included: match tx.premium_features(organization.id)?.contains(&permission.name) {
                true => Included::Yes,
                false => Included::No,
            },
        },
        Offer::Always | Offer::Limited if invites && limit.is_some() => {
            let taken = tx.taken_seats(organization.id)?;
            Plan::Seats { limit, left: limit.map_or(0, u64::from).saturating_sub(taken) }
        }
        Offer::Limited if invites => Plan::Seats { limit: None, left: 0 },
        Offer::Limited => Plan::Limited,
        Offer::Always => Plan::Silent,
    })
}

/// A permission that must be there.
fn get_permission(
    tx: &ReadTx<'_>,
    organization: &Organization,
    name: &PermissionName,
) -> Result<Permission, Error> {
    let known = tx.permissions(organization.id)?;
    if let Some(found) = known.iter().find(|permission| permission.name == *name) {
        return Ok(found.clone());
    }
    Err(unknown_permission(organization, name, &known))
}

/// The error for a permission that nobody knows.
pub(in crate::ops) fn unknown_permission(
    organization: &Organization,
    name: &PermissionName,
    known: &[Permission],
) -> Error {
    Error::UnknownPermission {
        permission: name.clone(),
        organization: organization.slug.clone(),
        nearest: near_names(name.as_str(), known.iter().map(|permission| permission.name.as_str())),
    }
}

fn get_module(
    tx: &ReadTx<'_>,
    organization: &Organization,
    name: &ModuleName,
) -> Result<Module, Error> {
    Ok(Catalog::of(tx, organization)?.get_module(name)?.clone())
}

fn get_sub_account(
    tx: &ReadTx<'_>,
    organization: &Organization,
    name: &SubAccountName,
) -> Result<SubAccountName, Error> {
    let id = Catalog::of(tx, organization)?.get_sub_account(name)?;
    tx.check_sub_account(id)?;
    Ok(name.clone())
}

/// Which sub-accounts there are beside the one that is asked about is told to those alone who may see them.
fn without_others(error: Error, session: &Session) -> Error {
    match error {
        Error::Holdings(mut refusal) if !session.sees_everything() => {
            if let HoldingsError::UnknownSubAccount { nearest, .. } = &mut *refusal {
                nearest.clear();
            }
            Error::Holdings(refusal)
        }
        error => error,
    }
}

/// The agent that is meant. Only who may see agents is told which there are beside it.
fn find_agent(tx: &ReadTx<'_>, session: &Session, agent: &AgentRef) -> Result<AgentFound, Error> {
    let organization = &session.organization;
    let found = match session.sees_everything() {
        true => agents::resolve(tx, organization, agent)?,
        false => agents::resolve_without_suggestion(tx, organization, agent)?,
    };
    tx.check_agent(found.number)?;
    let holder = tx.find_holder(found.number)?.map(|holder| holder.user);
    let team = match holder {
        Some(holder) => {
            // Who leads the holder's team may do more: which that is, has to be right.
            tx.check_rows_about(holder)?;
            tx.find_user(organization.id, &UserRef::Number(holder))?
        }
        None => None,
    };
    Ok(AgentFound {
        key: found.facts.key,
        holder,
        team: team.and_then(|user| user.team).map(|team| team.id),
    })
}
