//! A role with what it hands out, before and after it is changed: what is wished for, and what that adds.

use super::change::RoleWishes;
use super::{RoleError, Roles};
use crate::domain::id::RoleId;
use crate::domain::organization::Organization;
use crate::domain::permission::{Grant, PermissionName, Scope};
use crate::domain::role::{AgentHolding, Role, RoleDetails};
use crate::domain::template::Reach;
use crate::ops::access::{RoleGift, Session};
use crate::ops::answers::unknown_permission;
use crate::ops::each::Detail;
use crate::ops::error::Error;
use crate::store::ReadTx;

/// A role with what it hands out.
pub(super) struct Whole {
    pub(super) details: RoleDetails,
    pub(super) gives: Vec<Role>,
}

impl Whole {
    /// As it is.
    pub(super) fn read(tx: &ReadTx<'_>, role: Role) -> Result<Self, Error> {
        let gives = tx.roles_given_by(role.id)?;
        Ok(Self { details: tx.role_details(role)?, gives })
    }

    /// A role that may do nothing, where this one stands.
    pub(super) fn empty(role: &Role) -> Self {
        let role = Role {
            id: RoleId::new(0),
            title: String::new(),
            agents: AgentHolding::Refused,
            ..role.clone()
        };
        let (modules, sub_accounts) = (Reach::Granted, Reach::Granted);
        Self {
            details: RoleDetails { role, grants: Vec::new(), modules, sub_accounts },
            gives: Vec::new(),
        }
    }

    /// The role as it is wished for; what it hands out is settled apart.
    pub(super) fn with(
        &self,
        tx: &ReadTx<'_>,
        organization: &Organization,
        wishes: &RoleWishes,
        withdraw: &[PermissionName],
    ) -> Result<Self, Error> {
        let known = tx.permissions(organization.id)?;
        let named = wishes.grants.iter().map(|grant| &grant.permission).chain(withdraw);
        for name in named {
            if !known.iter().any(|permission| permission.name == *name) {
                return Err(unknown_permission(organization, name, &known));
            }
        }
        let mut details = self.details.clone();
        let again = |grant: &Grant| {
            withdraw.contains(&grant.permission)
                || wishes.grants.iter().any(|wish| wish.permission == grant.permission)
        };
        details.grants.retain(|grant| !again(grant));
        // Granted twice, the last word counts.
        for permission in &known {
            let wish = wishes.grants.iter().rfind(|wish| wish.permission == permission.name);
            details.grants.extend(wish.cloned());
        }
        if let Some(title) = &wishes.title {
            details.role.title = title.to_string();
        }
        details.role.agents = wishes.agents.unwrap_or(details.role.agents);
        details.modules = wishes.modules.unwrap_or(details.modules);
        details.sub_accounts = wishes.sub_accounts.unwrap_or(details.sub_accounts);
        Ok(Self { details, gives: self.gives.clone() })
    }

    /// Settles what the role hands out: what is said, or what it did, or every role below it that whoever
    /// acts gives too. Nothing without inviting.
    pub(super) fn settle_gifts(
        &mut self,
        session: &Session,
        roles: &Roles,
        wishes: &RoleWishes,
        before: &[Role],
    ) -> Result<(), Error> {
        let role = &self.details.role;
        let named = wishes.hands_out.as_deref().unwrap_or_default();
        let mut gives = named.iter().map(|name| roles.get(name)).collect::<Result<Vec<_>, _>>()?;
        gives.sort_by_key(|given| given.rank);
        gives.dedup_by_key(|given| given.id);
        if self.details.find_scope(PermissionName::INVITE_USERS).is_none() {
            self.gives.clear();
            return match gives.is_empty() {
                true => Ok(()),
                false => Err(RoleError::InvitesNobody(role.name.clone()).into()),
            };
        }
        // A new role has no number yet, and pushes those at its rank down.
        let is_new = role.id == RoleId::new(0);
        let below = |other: &&Role| match is_new {
            true => other.rank >= role.rank,
            false => other.rank > role.rank,
        };
        // Only the highest role may hand out itself, but for what a template says (rule 3).
        let allowed = |other: &&Role| {
            let itself = other.id == role.id && role.rank == 0;
            below(other) || itself || before.iter().any(|given| given.id == other.id)
        };
        let all_below = || roles.all().iter().filter(below);
        if wishes.hands_out.is_none() {
            gives = self.gives.iter().filter(allowed).collect();
            if gives.is_empty() {
                gives = all_below().filter(|given| session.refuse_role(given).is_none()).collect();
            }
        }
        if let Some(given) = gives.iter().find(|given| !allowed(given)) {
            return Err(RoleError::NotBelow {
                role: role.name.clone(),
                given: given.name.clone(),
                below: all_below().map(|role| role.name.clone()).collect(),
            }
            .into());
        }
        if gives.is_empty() {
            return Err(RoleError::HandsOutNothing(role.name.clone()).into());
        }
        self.gives = gives.into_iter().cloned().collect();
        Ok(())
    }

    /// What this role may do beyond another: what whoever acts must be able to do too (rule 3).
    pub(super) fn beyond(&self, before: &Self) -> RoleGift {
        let wider = |grant: &&Grant| {
            before.details.find_scope(grant.permission.as_str()) < Some(grant.scope)
        };
        let newly = |now: Reach, then: Reach| if now == then { Reach::Granted } else { now };
        RoleGift {
            grants: self.details.grants.iter().filter(wider).cloned().collect(),
            gives: self.new_gifts(before).cloned().collect(),
            modules: newly(self.details.modules, before.details.modules),
            sub_accounts: newly(self.details.sub_accounts, before.details.sub_accounts),
        }
    }

    fn new_gifts<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a Role> {
        self.gives.iter().filter(|given| before.gives.iter().all(|known| known.id != given.id))
    }

    /// Whether its users manage users (rule 4).
    pub(super) fn manages(&self) -> bool {
        self.details.find_scope(PermissionName::MANAGE_USERS) == Some(Scope::All)
    }

    /// What is otherwise than it was, in the words of the audit.
    pub(super) fn differences(&self, before: &Self) -> Detail {
        let (now, then) = (&self.details, &before.details);
        let mut changes = Detail::new();
        if now.role.title != then.role.title {
            changes.push(("title", now.role.title.clone()));
        }
        for grant in now.grants.iter().filter(|grant| !then.grants.contains(grant)) {
            changes.push(("granted", grant.to_string()));
        }
        for grant in &then.grants {
            if now.find_scope(grant.permission.as_str()).is_none() {
                changes.push(("withdrawn", grant.permission.to_string()));
            }
        }
        changes.extend(self.new_gifts(before).map(|given| ("hands_out", given.name.to_string())));
        let gone =
            before.new_gifts(self).map(|given| ("hands_out_no_more", given.name.to_string()));
        changes.extend(gone);
        if now.role.agents != then.role.agents {
            changes.push(("agents", now.role.agents.as_str().to_owned()));
        }
        for (what, now, then) in [
            ("modules", now.modules, then.modules),
            ("sub_accounts", now.sub_accounts, then.sub_accounts),
        ] {
            if now != then {
                changes.push((what, now.as_str().to_owned()));
            }
        }
        changes
    }
}
