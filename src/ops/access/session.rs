//! Who acts, where, in the midst of one transaction, and what they may do there to whom (rules 3 and 4).

use super::contacts::refused;
use super::organizations_open_to;
use super::refusal::Refusal;
use crate::domain::holdings::Holdings;
use crate::domain::id::TeamId;
use crate::domain::operation::{Need, Operation};
use crate::domain::organization::Organization;
use crate::domain::permission::{PermissionName, Scope};
use crate::domain::role::{Role, RoleDetails};
use crate::domain::team::Team;
use crate::domain::template::Reach;
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::ops::each::get_user;
use crate::ops::error::Error;
use crate::ops::holdings::holdings_of;
use crate::ops::roles::Roles;
use crate::store::ReadTx;

/// Who acts, where, in the midst of one transaction.
#[derive(Debug)]
pub struct Session {
    /// Where.
    pub organization: Organization,
    pub(super) operation: Operation,
    /// The user who acts; nobody where it is the operator, who has every right.
    pub(super) person: Option<Box<Person>>,
}

/// A user who acts, with what decides about it.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) user: User,
    pub(super) role: RoleDetails,
    /// How far the permission reaches that the operation needs.
    pub(super) scope: Scope,
    /// The roles that theirs hands out.
    pub(super) gives: Vec<Role>,
    /// The teams that they lead.
    pub(super) leads: Vec<Team>,
    pub(super) roles: Roles,
}

impl Session {
    /// The organizations that whoever acts may know of: all for the operator, one's own otherwise.
    ///
    /// # Errors
    /// When the store fails.
    pub(in crate::ops) fn known_organizations(
        &self,
        tx: &ReadTx<'_>,
    ) -> Result<Vec<Organization>, Error> {
        let mut all = tx.organizations()?;
        if let Some(person) = &self.person {
            let own = organizations_open_to(tx, &person.user.reference())?;
            all.retain(|organization| own.contains(&organization.slug));
        }
        Ok(all)
    }

    /// The user who acts; nobody for the operator.
    #[must_use]
    pub fn person(&self) -> Option<&User> {
        self.person.as_ref().map(|person| &person.user)
    }

    /// Whether whoever acts sees when others last logged in (S0, rule 20). Where no role tells the two
    /// apart, whoever manages users sees it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn sees_last_logins(&self, tx: &ReadTx<'_>) -> Result<bool, Error> {
        let permission = PermissionName::VIEW_LAST_LOGIN;
        let Some(person) = &self.person else { return Ok(true) };
        let permissions = tx.permissions(self.organization.id)?;
        let asked_for = permissions.iter().any(|known| known.name.as_str() == permission);
        Ok(!asked_for || person.role.find_scope(permission) == Some(Scope::All))
    }

    /// Makes sure that whoever acts may do this to a user.
    ///
    /// # Errors
    /// [`Error::Forbidden`]: to oneself, out of one's scope, or above one's own role.
    pub(in crate::ops) fn check_user(
        &self,
        tx: &ReadTx<'_>,
        user: &User,
        named: &UserRef,
    ) -> Result<(), Error> {
        match self.refuse_user(user, named)? {
            None => Ok(()),
            Some(refusal) => Err(self.refused(tx, refusal, Some(user))?),
        }
    }

    /// Why whoever acts may not do this to a user, if they may not.
    pub(in crate::ops) fn refuse_user(
        &self,
        user: &User,
        named: &UserRef,
    ) -> Result<Option<Refusal>, Error> {
        let Some(person) = &self.person else { return Ok(None) };
        let operation = self.operation;
        let oneself = user.id == person.user.id;
        if oneself && matches!(operation, Operation::Deactivate | Operation::Remove) {
            return Ok(Some(Refusal::Oneself { actor: user.reference(), operation }));
        }
        if let Some(refusal) = self.refuse_scope(user, named) {
            return Ok(Some(refusal));
        }
        let role = person.roles.by_id(user.role_id)?;
        if role.rank < person.role.role.rank {
            return Ok(Some(Refusal::RoleAbove {
                actor: person.user.reference(),
                own: person.role.role.name.clone(),
                user: user.reference(),
                role: role.name.clone(),
            }));
        }
        Ok(None)
    }

    /// Makes sure that a user is within the scope of whoever acts, whatever their roles.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub(in crate::ops) fn check_scope(&self, tx: &ReadTx<'_>, user: &User) -> Result<(), Error> {
        match self.refuse_scope(user, &user.reference()) {
            None => Ok(()),
            Some(refusal) => Err(self.refused(tx, refusal, None)?),
        }
    }

    /// Whether a user is within the scope of whoever acts.
    pub(in crate::ops) fn covers(&self, user: &User) -> bool {
        self.person.as_ref().is_none_or(|person| match person.scope {
            Scope::All => true,
            Scope::Team => self.leads(user.team.as_ref().map(|team| team.id)),
            Scope::Own => user.id == person.user.id,
        })
    }

    /// Who is out of reach is named as whoever acts named them: a number is not answered with an address.
    fn refuse_scope(&self, user: &User, named: &UserRef) -> Option<Refusal> {
        let person = self.person.as_ref()?;
        (!self.covers(user)).then(|| self.out_of_scope(person, named.clone()))
    }

    /// Makes sure that whoever acts sees all modules, or sub-accounts, which they are to add to or take
    /// from.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub(in crate::ops) fn check_reach(
        &self,
        tx: &ReadTx<'_>,
        what: &'static str,
        reach: impl Fn(&RoleDetails) -> Reach,
    ) -> Result<(), Error> {
        let Some(person) = &self.person else { return Ok(()) };
        if reach(&person.role) == Reach::All {
            return Ok(());
        }
        let (actor, own) = (person.user.reference(), person.role.role.name.clone());
        Err(self.refused(tx, Refusal::FurtherThanOwn { actor, own, what }, None)?)
    }

    /// Makes sure that whoever acts may give a role, and bring somebody into a team (rule 3).
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub(in crate::ops) fn check_gift(
        &self,
        tx: &ReadTx<'_>,
        user: &UserRef,
        role: &Role,
        team: Option<&Team>,
    ) -> Result<(), Error> {
        let team = team.map(|team| team.id);
        match self.refuse_role(role).or_else(|| self.refuse_team(user, team)) {
            None => Ok(()),
            Some(refusal) => Err(self.refused(tx, refusal, None)?),
        }
    }

    /// Makes sure that whoever acts may bring a user into a team, or into none.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub(in crate::ops) fn check_team(
        &self,
        tx: &ReadTx<'_>,
        user: &User,
        team: Option<&Team>,
    ) -> Result<(), Error> {
        let Some(person) = &self.person else { return Ok(()) };
        if self.refuse_team(&user.reference(), team.map(|team| team.id)).is_none() {
            return Ok(());
        }
        let (actor, team) = (person.user.reference(), team.map(|team| team.name.clone()));
        Err(self.refused(tx, Refusal::TeamNotLed { actor, team }, Some(user))?)
    }

    /// Why whoever acts may not give a role, if they may not: it is above their own, or theirs hands it
    /// out to nobody (S3).
    pub(in crate::ops) fn refuse_role(&self, role: &Role) -> Option<Refusal> {
        let person = self.person.as_ref()?;
        let own = &person.role.role;
        if role.rank >= own.rank && person.gives.iter().any(|given| given.id == role.id) {
            return None;
        }
        Some(Refusal::MayNotGive {
            actor: person.user.reference(),
            own: own.name.clone(),
            role: role.name.clone(),
            gives: person.gives.iter().map(|role| role.name.clone()).collect(),
        })
    }

    /// Makes sure that whoever acts has themselves what they grant (rule 3).
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub(in crate::ops) fn check_holdings(
        &self,
        tx: &ReadTx<'_>,
        wanted: &Holdings,
    ) -> Result<(), Error> {
        match self.refuse_holdings(tx, wanted)? {
            None => Ok(()),
            Some(refusal) => Err(self.refused(tx, refusal, None)?),
        }
    }

    /// Why whoever acts may not grant this, if they may not.
    pub(in crate::ops) fn refuse_holdings(
        &self,
        tx: &ReadTx<'_>,
        wanted: &Holdings,
    ) -> Result<Option<Refusal>, Error> {
        let Some(person) = self.person.as_ref().filter(|_| !wanted.is_empty()) else {
            return Ok(None);
        };
        let mut missing = wanted.without(&holdings_of(tx, person.user.id)?);
        if person.role.modules == Reach::All {
            missing.modules.clear();
        }
        if person.role.sub_accounts == Reach::All {
            missing.sub_accounts.clear();
        }
        let actor = person.user.reference();
        Ok((!missing.is_empty()).then_some(Refusal::GrantsMore { actor, missing }))
    }

    /// Why whoever acts may not bring somebody into a team, or into none, if they may not.
    pub(in crate::ops) fn refuse_team(
        &self,
        user: &UserRef,
        team: Option<TeamId>,
    ) -> Option<Refusal> {
        let person = self.person.as_ref()?;
        let covered =
            person.scope == Scope::All || (person.scope == Scope::Team && self.leads(team));
        (!covered).then(|| self.out_of_scope(person, user.clone()))
    }

    /// Makes sure of a permission beside the one that the operation needs.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub(in crate::ops) fn require(
        &self,
        tx: &ReadTx<'_>,
        permission: &'static str,
    ) -> Result<(), Error> {
        let Some(person) = &self.person else { return Ok(()) };
        if person.role.find_scope(permission) == Some(Scope::All) {
            return Ok(());
        }
        let refusal = Refusal::Lacks {
            actor: person.user.reference(),
            role: person.role.role.name.clone(),
            operation: self.operation,
            permission,
            held: person.role.find_scope(permission),
        };
        Err(self.refused(tx, refusal, None)?)
    }

    /// Makes sure that it is the operator who acts, for what concerns all organizations.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub(in crate::ops) fn check_everywhere(&self) -> Result<(), Error> {
        let Some(person) = &self.person else { return Ok(()) };
        let (actor, operation) = (person.user.reference(), self.operation);
        // Nobody in an organization could do it, so nobody is named.
        Err(Error::Forbidden(Box::new((Refusal::OwnPlaceOnly { actor, operation }, Vec::new()))))
    }

    /// Makes sure that whoever acts may look at a team: at every team, or because they lead it.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub(in crate::ops) fn check_sight_of(&self, tx: &ReadTx<'_>, team: &Team) -> Result<(), Error> {
        let Some(person) = &self.person else { return Ok(()) };
        match (person.scope, self.operation.need()) {
            (Scope::All, _) => Ok(()),
            _ if self.leads(Some(team.id)) => Ok(()),
            (_, Need::OwnOr(permission)) => self.require(tx, permission),
            // No other command asks; one that comes to is refused until it has its need.
            _ => self.require(tx, PermissionName::MANAGE_USERS),
        }
    }

    /// Whether whoever acts may know of everybody and everything in the organization.
    pub(in crate::ops) fn sees_everything(&self) -> bool {
        let manages = |role: &RoleDetails| role.find_scope(PermissionName::MANAGE_USERS);
        self.person.as_ref().is_none_or(|person| manages(&person.role) == Some(Scope::All))
    }

    fn leads(&self, team: Option<TeamId>) -> bool {
        let leads = self.person.as_ref().map_or(&[][..], |person| &person.leads);
        team.is_some_and(|team| leads.iter().any(|led| led.id == team))
    }

    fn out_of_scope(&self, person: &Person, user: UserRef) -> Refusal {
        Refusal::OutOfScope {
            actor: person.user.reference(),
            operation: self.operation,
            user,
            scope: person.scope,
        }
    }

    pub(super) fn refused(
        &self,
        tx: &ReadTx<'_>,
        refusal: Refusal,
        on: Option<&User>,
    ) -> Result<Error, Error> {
        refused(tx, &self.organization, self.operation, refusal, on)
    }
}

/// A user that an operation is about, who must be there and be in reach of whoever acts.
pub(in crate::ops) fn get_own_or_any(
    tx: &ReadTx<'_>,
    session: &Session,
    user: &UserRef,
) -> Result<User, Error> {
    // Whoever may see only themselves learns nothing about who else is there.
    if let Some(person) = &session.person
        && person.scope != Scope::All
        && *user != person.user.reference()
        && *user != UserRef::Number(person.user.id)
        && let Need::OwnOr(permission) = session.operation.need()
    {
        session.require(tx, permission)?;
    }
    get_user(tx, session, user)
}
