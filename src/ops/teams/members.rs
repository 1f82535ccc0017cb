//! Who is in a team: "My Team" (S0, rule 31), and putting users into one or out of theirs.

use super::leaders::{self, Lead};
use super::refusal::TeamRefusal;
use super::{get_team, get_team_itself, members};
use crate::domain::agent::AgentKey;
use crate::domain::audit::Action;
use crate::domain::filter::{Direction, Page, TeamFilter, UserFilter, UserSort};
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::status::{Status, Verb};
use crate::domain::team::{Team, TeamName};
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::ops::Context;
use crate::ops::access::{self, Session};
use crate::ops::each::{Outcome, change_each};
use crate::ops::error::Error;
use crate::ops::users::TeamChoice;
use crate::store::{ReadTx, Store, UserLine, UserQuery};

/// Somebody who leads a team or is in it.
#[derive(Debug)]
pub struct Member {
    /// The user.
    pub user: User,
    /// The agents held.
    pub agents: Vec<AgentKey>,
    /// Whether they lead it.
    pub lead: Lead,
    /// Whether they are in it: leaders need not be.
    pub membership: Membership,
}

/// Whether somebody is in a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// They are.
    In,
    /// They are not.
    Out,
}

impl Member {
    pub(super) fn of(line: UserLine, team: &Team, lead: Lead) -> Self {
        let is_in = line.user.team.as_ref().is_some_and(|own| own.id == team.id);
        let membership = if is_in { Membership::In } else { Membership::Out };
        Self { user: line.user, agents: line.agents, lead, membership }
    }
}

/// A team that can be opened.
#[derive(Debug)]
pub struct MyTeam {
    /// Where.
    pub organization: Organization,
    /// The team.
    pub team: Team,
    /// Who leads it, whatever their status.
    pub leaders: Vec<Member>,
    /// How many current users are in it, leaders among them.
    pub members: u64,
}

/// Makes sure that whoever acts may look at a team, and keeps a refusal in the audit.
///
/// # Errors
/// When there is no such team, or whoever acts may not.
pub fn check_show(store: &mut Store, context: &Context, name: &TeamName) -> Result<(), Error> {
    access::look(store, context, Operation::TeamShow, |tx, session| {
        find_own(tx, session, name).map(drop)
    })
}

/// A team that whoever acts leads, or may see as they see everybody.
fn find_own(tx: &ReadTx<'_>, session: &Session, name: &TeamName) -> Result<Team, Error> {
    let team = get_team_itself(tx, &session.organization, name)?;
    session.check_sight_of(tx, &team)?;
    Ok(team)
}

/// A team with its leaders; its other members are opened with [`MyTeam::open`].
///
/// # Errors
/// When there is no such team, or whoever acts may not.
pub fn plan_show(tx: &ReadTx<'_>, session: &Session, name: &TeamName) -> Result<MyTeam, Error> {
    let organization = session.organization.clone();
    let team = find_own(tx, session, name)?;
    let leaders = leaders::leaders_of(tx, &team)?;
    let members = members(tx, organization.id, &team)?;
    Ok(MyTeam { organization, team, leaders, members })
}

impl MyTeam {
    /// Opens the list of its members, by address: current users, leaders among them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn open<'t>(&self, tx: &'t ReadTx<'_>) -> Result<UserQuery<'t>, Error> {
        let filter = UserFilter {
            team: Some(TeamFilter::In(self.team.id)),
            ..UserFilter::with_statuses(&Status::CURRENT)
        };
        let sort = (UserSort::Email, Direction::Ascending);
        let page = Page { sort: sort.0, direction: sort.1, after: None, limit: None };
        Ok(tx.users(self.organization.id, &filter, &page)?)
    }

    /// Somebody on that list.
    #[must_use]
    pub fn member(&self, line: UserLine) -> Member {
        Member::of(line, &self.team, Lead::LeadsNot)
    }
}

/// Somebody who is in another team.
#[derive(Debug)]
pub struct NewTeam {
    /// The user as it was before.
    pub user: User,
    /// The team now.
    pub team: Option<Team>,
}

/// Puts users into a team, or out of theirs.
///
/// # Errors
/// When there is no such team, whoever acts may not, or the store fails; per user in the outcome
/// otherwise.
pub fn set_team(
    store: &mut Store,
    context: &Context,
    users: &[UserRef],
    choice: &TeamChoice,
) -> Result<Outcome<NewTeam>, Error> {
    let operation = Operation::SetTeam;
    access::look(store, context, operation, |tx, session| {
        chosen(tx, &session.organization, choice).map(drop)
    })?;
    change_each(store, context, operation, Action::SetTeam, users, |tx, session, user, detail| {
        let team = chosen(tx, &session.organization, choice)?;
        let wrong = |wrong| Error::WrongVerb { user: user.reference(), wrong };
        user.state.permit(Verb::SetTeam).map_err(wrong)?;
        let id = |team: &Option<Team>| team.as_ref().map(|team| team.id);
        if id(&team) == id(&user.team) {
            let team = team.map(|team| team.name);
            return Err(TeamRefusal::SameTeam { user: user.reference(), team }.into());
        }
        session.check_team(tx, user, team.as_ref())?;
        tx.set_team(user, id(&team))?;
        let name = |team: &Option<Team>| {
            team.as_ref().map_or_else(|| "-".to_owned(), |team| team.name.to_string())
        };
        detail.push(("from", name(&user.team)));
        detail.push(("to", name(&team)));
        Ok(NewTeam { user: user.clone(), team })
    })
}

fn chosen(
    tx: &ReadTx<'_>,
    organization: &Organization,
    choice: &TeamChoice,
) -> Result<Option<Team>, Error> {
    match choice {
        TeamChoice::Named(name) => get_team(tx, organization, name).map(Some),
        TeamChoice::WithoutTeam => Ok(None),
    }
}
