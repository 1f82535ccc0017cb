//! Users: finding and listing them, taking access away and giving it back, roles, deleting.

mod portrait;

pub use portrait::{Portrait, show};

use super::access::{self, Session};
use super::each::{Detail, Outcome, change_each, get_user, read_once};
use super::error::{Error, Seekers};
use super::invites::Released;
use super::roles::Roles;
use super::seats::Seats;
use super::{Context, agents, teams};
use crate::domain::agent::AgentKey;
use crate::domain::audit::Action;
use crate::domain::filter::{
    Direction, LinkFilter, LoginFilter, Page, SearchText, TeamFilter, UserFilter, UserSort,
};
use crate::domain::id::BatchId;
use crate::domain::invite::InviteState;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::permission::PermissionName;
use crate::domain::role::{AgentHolding, Role, RoleName};
use crate::domain::status::{Status, Verb};
use crate::domain::team::TeamName;
use crate::domain::user::{Link, PortalAccess, User, UserState};
use crate::domain::user_ref::UserRef;
use crate::store::{ExportQuery, ReadTx, Store, UserLine, UserQuery, WriteTx};

/// Takes access away: links die, agent IDs are released (rule 17).
///
/// # Errors
/// When the store fails; per user in the outcome otherwise.
pub fn deactivate(
    store: &mut Store,
    context: &Context,
    users: &[UserRef],
) -> Result<Outcome<Released>, Error> {
    let operation = Operation::Deactivate;
    change_each(
        store,
        context,
        operation,
        Action::Deactivate,
        users,
        |tx, session, user, detail| {
            let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
            let state = user.state.deactivated().map_err(wrong)?;
            access::keep_a_manager(tx, &session.organization, user, None)?;
            tx.close_invites(user.organization, user.id, InviteState::Withdrawn)?;
            tx.set_state(user, state)?;
            let agents = agents::release_all(tx, user, detail)?;
            Ok(Released { user: user.clone(), agents })
        },
    )
}

/// Gives access back (rule 19). Released agent IDs stay free.
///
/// # Errors
/// When the store fails; per user in the outcome otherwise.
pub fn reactivate(
    store: &mut Store,
    context: &Context,
    users: &[UserRef],
) -> Result<Outcome<User>, Error> {
    let operation = Operation::Reactivate;
    let mut seats = None;
    change_each(store, context, operation, Action::Reactivate, users, |tx, session, user, _| {
        let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
        let state = user.state.reactivated().map_err(wrong)?;
        if user.portal_access() == PortalAccess::Granted {
            let seeker = Seekers::User(user.reference());
            read_once(&mut seats, || Seats::of(tx, &session.organization))?.take(seeker)?;
        }
        tx.set_state(user, state)?;
        Ok(user.clone())
    })
}

/// Deletes users, save in the audit (rule 18).
///
/// # Errors
/// When the store fails; per user in the outcome otherwise.
pub fn remove(
    store: &mut Store,
    context: &Context,
    users: &[UserRef],
) -> Result<Outcome<Released>, Error> {
    let operation = Operation::Remove;
    change_each(store, context, operation, Action::Remove, users, |tx, session, user, detail| {
        access::keep_a_manager(tx, &session.organization, user, None)?;
        let agents = agents::release_all(tx, user, detail)?;
        tx.remove_user(user)?;
        Ok(Released { user: user.clone(), agents })
    })
}

/// Somebody who has another role.
#[derive(Debug)]
pub struct NewRole {
    /// The user as it was before.
    pub user: User,
    /// The role now.
    pub role: RoleName,
    /// The agent IDs that are free now, because the new role holds none (rule 29).
    pub agents: Vec<AgentKey>,
    /// What became of an open link.
    pub link: LinkAfter,
}

/// What became of an open link when the role changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkAfter {
    /// There was none.
    None,
    /// It ended: it was made out for the old role.
    Ended,
}

/// Gives users another role.
///
/// # Errors
/// When the role is unknown or the store fails; per user in the outcome otherwise.
pub fn set_role(
    store: &mut Store,
    context: &Context,
    users: &[UserRef],
    role: &RoleName,
) -> Result<Outcome<NewRole>, Error> {
    let operation = Operation::SetRole;
    access::look(store, context, operation, |tx, session| {
        Roles::of(tx, &session.organization)?.get(role).map(|_| ())
    })?;
    let mut known = None;
    change_each(store, context, operation, Action::SetRole, users, |tx, session, user, detail| {
        let new = read_once(&mut known, || Roles::of(tx, &session.organization))?.get(role)?;
        let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
        user.state.permit(Verb::SetRole).map_err(wrong)?;
        if new.id == user.role_id {
            return Err(Error::SameRole { user: user.reference(), role: role.clone() });
        }
        session.check_gift(tx, &user.reference(), new, user.team.as_ref())?;
        let (link, agents) = change_role(tx, &session.organization, user, new, detail)?;
        Ok(NewRole { user: user.clone(), role: role.clone(), agents, link })
    })
}

/// Gives one user another role: an open link ends, and agent IDs are released where the new role holds
/// none (rule 29).
pub(super) fn change_role(
    tx: &mut WriteTx<'_>,
    organization: &Organization,
    user: &User,
    role: &Role,
    detail: &mut Detail,
) -> Result<(LinkAfter, Vec<AgentKey>), Error> {
    let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
    let state = user.state.with_new_role().map_err(wrong)?;
    access::keep_a_manager(tx, organization, user, Some(role))?;
    detail.push(("from", user.role.to_string()));
    detail.push(("to", role.name.to_string()));
    // Only a link to join is for the old role; an owner's link to set a password stays. A first mail that waits
    // has no link yet, and will be for the new role.
    let link = match user.state {
        UserState::Invited { link: Link::Open { .. } } => {
            tx.close_invites(user.organization, user.id, InviteState::Withdrawn)?;
            LinkAfter::Ended
        }
        _ => LinkAfter::None,
    };
    tx.set_state(user, state)?;
    tx.set_role(user, role.id)?;
    let agents = match role.agents {
        AgentHolding::Allowed => Vec::new(),
        AgentHolding::Refused => agents::release_all(tx, user, detail)?,
    };
    Ok((link, agents))
}

/// Which users to list, in the words of the command line.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// One of these statuses.
    pub statuses: Vec<Status>,
    /// This role.
    pub role: Option<RoleName>,
    /// This team, or none.
    pub team: Option<TeamChoice>,
    /// Pending only.
    pub link: Option<LinkFilter>,
    /// By last login.
    pub login: Option<LoginFilter>,
    /// With a login, or without.
    pub access: Option<PortalAccess>,
    /// Made by this import.
    pub batch: Option<BatchId>,
    /// Name or address holds this.
    pub search: Option<SearchText>,
    /// What it is sorted by.
    pub sort: UserSort,
    /// Which way round.
    pub direction: Direction,
    /// Behind this user.
    pub after: Option<UserRef>,
    /// So many at most.
    pub limit: Option<u32>,
}

impl ListRequest {
    /// Everybody with one of these statuses, by address, on one page.
    #[must_use]
    pub fn with_statuses(statuses: Vec<Status>) -> Self {
        Self {
            statuses,
            role: None,
            team: None,
            link: None,
            login: None,
            access: None,
            batch: None,
            search: None,
            sort: UserSort::Email,
            direction: Direction::Ascending,
            after: None,
            limit: None,
        }
    }
}

/// Which team, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TeamChoice {
    /// This one.
    Named(TeamName),
    /// None.
    WithoutTeam,
}

/// A list that can be opened: every name in it is known.
#[derive(Clone, Debug)]
pub struct ListPlan {
    /// Where.
    pub organization: Organization,
    logins: Logins,
    filter: UserFilter,
    page: Page,
}

/// Whether last logins are shown (rule 20).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Logins {
    Shown,
    Hidden,
}

/// Makes sure that a list can be opened, before it is.
///
/// # Errors
/// As [`plan_list`]; what whoever acts may not see is in the audit then.
pub fn check_list(
    store: &mut Store,
    context: &Context,
    request: &ListRequest,
) -> Result<(), Error> {
    access::look(store, context, Operation::List, |tx, session| {
        plan_list(tx, session, request).map(drop)
    })
}

/// Resolves the names in a request.
///
/// # Errors
/// When a role, team or user is unknown.
pub fn plan_list(
    tx: &ReadTx<'_>,
    session: &Session,
    request: &ListRequest,
) -> Result<ListPlan, Error> {
    let organization = session.organization.clone();
    let logins = session.sees_last_logins(tx)?;
    if !logins && (request.login.is_some() || request.sort == UserSort::LastLogin) {
        session.require(tx, PermissionName::VIEW_LAST_LOGIN)?;
    }
    let role = match &request.role {
        Some(name) => Some(Roles::of(tx, &organization)?.get(name)?.id),
        None => None,
    };
    let team = match &request.team {
        Some(TeamChoice::Named(name)) => {
            Some(TeamFilter::In(teams::get_team_itself(tx, &organization, name)?.id))
        }
        Some(TeamChoice::WithoutTeam) => Some(TeamFilter::WithoutTeam),
        None => None,
    };
    let after = match &request.after {
        Some(user) => Some(get_user(tx, session, user)?.id),
        None => None,
    };
    let filter = UserFilter {
        statuses: request.statuses.clone(),
        role,
        team,
        link: request.link,
        login: request.login,
        access: request.access,
        batch: request.batch,
        search: request.search.clone(),
    };
    let page =
        Page { sort: request.sort, direction: request.direction, after, limit: request.limit };
    let logins = if logins { Logins::Shown } else { Logins::Hidden };
    Ok(ListPlan { organization, logins, filter, page })
}

impl ListPlan {
    /// Opens the list.
    ///
    /// # Errors
    /// When the store fails.
    pub fn open<'t>(&self, tx: &'t ReadTx<'_>) -> Result<UserQuery<'t>, Error> {
        Ok(tx.users(self.organization.id, &self.filter, &self.page)?)
    }

    /// Opens the list for a file: its statuses and access, whatever else it asks for.
    ///
    /// # Errors
    /// When the store fails.
    pub fn open_export<'t>(&self, tx: &'t ReadTx<'_>) -> Result<ExportQuery<'t>, Error> {
        let access = self.filter.access.unwrap_or(PortalAccess::Granted);
        Ok(tx.export(self.organization.id, &self.filter.statuses, access)?)
    }

    /// A line as whoever acts may see it.
    #[must_use]
    pub fn shown(&self, mut line: UserLine) -> UserLine {
        if self.logins == Logins::Hidden {
            line.user.last_login_at = None;
        }
        line
    }

    /// How many users there are on all pages together.
    ///
    /// # Errors
    /// When the store fails.
    pub fn count(&self, tx: &ReadTx<'_>) -> Result<u64, Error> {
        Ok(tx.count_matching(self.organization.id, &self.filter)?)
    }
}
