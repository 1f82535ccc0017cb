//! What whoever acts may make of a role: nothing above their own, nothing that they may not do themselves
//! (rule 3).

use super::refusal::Refusal;
use super::session::{Person, Session};
use crate::domain::permission::Grant;
use crate::domain::role::{Role, RoleDetails};
use crate::domain::template::Reach;
use crate::ops::error::Error;
use crate::store::ReadTx;

impl Session {
    /// Makes sure that the place of a role is not above the role of whoever acts, and that they may do
    /// and hand out themselves what they allow it to (rule 3).
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub(in crate::ops) fn check_role(
        &self,
        tx: &ReadTx<'_>,
        place: &Role,
        gift: &RoleGift,
    ) -> Result<(), Error> {
        match self.refuse_role_change(place, gift) {
            None => Ok(()),
            Some(refusal) => Err(self.refused(tx, refusal, None)?),
        }
    }

    fn refuse_role_change(&self, place: &Role, gift: &RoleGift) -> Option<Refusal> {
        let person = self.person.as_ref()?;
        let (actor, own) = (person.user.reference(), person.role.role.name.clone());
        if place.rank < person.role.role.rank {
            return Some(Refusal::RoleAboveOwn { actor, own, role: place.name.clone() });
        }
        // Nobody stands above the highest role; it may make roles for what it does not do itself, as
        // S0's Admin, who has no team, makes one that leads.
        let highest = person.roles.all().first();
        if highest.is_none_or(|highest| highest.rank < person.role.role.rank)
            && let Some(refusal) = refuse_more(person, gift)
        {
            return Some(refusal);
        }
        gift.gives.iter().find_map(|role| self.refuse_role(role))
    }
}

/// Why a role may not get what whoever acts does not have, if it is to get such a thing.
fn refuse_more(person: &Person, gift: &RoleGift) -> Option<Refusal> {
    let (actor, own) = (person.user.reference(), person.role.role.name.clone());
    let more =
        |grant: &&Grant| person.role.find_scope(grant.permission.as_str()) < Some(grant.scope);
    if let Some(grant) = gift.grants.iter().find(more) {
        return Some(Refusal::MoreThanOwn { actor, own, grant: grant.clone() });
    }
    let reaches = [
        ("modules", gift.modules, person.role.modules),
        ("sub-accounts", gift.sub_accounts, person.role.sub_accounts),
    ];
    let further = |(_, given, held): &(&'static str, Reach, Reach)| {
        *given == Reach::All && *held == Reach::Granted
    };
    let (what, ..) = reaches.into_iter().find(further)?;
    Some(Refusal::FurtherThanOwn { actor, own, what })
}

/// What a role gets that it did not have.
#[derive(Clone, Debug)]
pub(in crate::ops) struct RoleGift {
    /// What it may do, or do further than before.
    pub(in crate::ops) grants: Vec<Grant>,
    /// The roles that it hands out.
    pub(in crate::ops) gives: Vec<Role>,
    /// All modules, or none beside what it had.
    pub(in crate::ops) modules: Reach,
    /// All sub-accounts, or none beside what it had.
    pub(in crate::ops) sub_accounts: Reach,
}

impl RoleGift {
    /// Whether a role has all of it.
    pub(in crate::ops) fn is_within(&self, role: &RoleDetails) -> bool {
        let reaches = |given: Reach, held: Reach| given == Reach::Granted || held == Reach::All;
        let has = |grant: &Grant| role.find_scope(grant.permission.as_str()) >= Some(grant.scope);
        self.grants.iter().all(has)
            && reaches(self.modules, role.modules)
            && reaches(self.sub_accounts, role.sub_accounts)
    }
}

impl Default for RoleGift {
    /// Nothing.
    fn default() -> Self {
        Self {
            grants: Vec::new(),
            gives: Vec::new(),
            modules: Reach::Granted,
            sub_accounts: Reach::Granted,
        }
    }
}
