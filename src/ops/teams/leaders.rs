//! Who leads a team (rule 31). To lead a team is not to be in it: making somebody its leader moves nobody.

use std::collections::HashSet;

use super::get_team_itself;
use super::members::Member;
use super::refusal::{TeamRefusal, Unfit};
use crate::domain::audit::Action;
use crate::domain::holdings::Holdings;
use crate::domain::id::UserId;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::status::{Status, Verb};
use crate::domain::team::{Team, TeamName};
use crate::domain::user::{PortalAccess, User};
use crate::domain::user_ref::UserRef;
use crate::ops::each::{Outcome, change_each, read_once};
use crate::ops::error::Error;
use crate::ops::{Context, access};
use crate::store::{ReadTx, Store, UserLine};

/// Who is to lead a team, and who no longer.
#[derive(Clone, Debug)]
pub struct LeaderChange {
    /// The team.
    pub team: TeamName,
    /// Who is to lead it.
    pub add: Vec<UserRef>,
    /// Who is to lead it no longer.
    pub remove: Vec<UserRef>,
}

/// Somebody who leads a team, or no longer does.
#[derive(Debug)]
pub struct Led {
    /// The user.
    pub user: User,
    /// The team.
    pub team: Team,
    /// What it is now.
    pub now: Lead,
}

/// Whether somebody leads a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// They do.
    Leads,
    /// They do not.
    LeadsNot,
}

/// Everybody who leads a team, whatever their status.
///
/// # Errors
/// When there is no such team, or whoever acts may not.
pub fn leaders(
    store: &mut Store,
    context: &Context,
    name: &TeamName,
) -> Result<(Organization, Vec<Led>), Error> {
    access::look(store, context, Operation::TeamLeaders, |tx, session| {
        let team = get_team_itself(tx, &session.organization, name)?;
        let leaders = tx.leaders_of(team.id)?.into_iter();
        let led = leaders.map(|user| Led { user, team: team.clone(), now: Lead::Leads });
        Ok((session.organization.clone(), led.collect()))
    })
}

/// The leaders of a team with the agents they hold.
pub(super) fn leaders_of(tx: &ReadTx<'_>, team: &Team) -> Result<Vec<Member>, Error> {
    let mut leaders = Vec::new();
    for user in tx.leaders_of(team.id)? {
        let agents = tx.agents_of(user.id)?.into_iter().map(|agent| agent.facts.key).collect();
        leaders.push(Member::of(
            UserLine { user, agents, extension: None, holdings: Holdings::default() },
            team,
            Lead::Leads,
        ));
    }
    Ok(leaders)
}

/// Gives a team leaders, and takes some from it.
///
/// # Errors
/// When there is no such team, whoever acts may not, or the store fails; per user in the outcome
/// otherwise.
pub fn change_leaders(
    store: &mut Store,
    context: &Context,
    change: &LeaderChange,
) -> Result<Outcome<Led>, Error> {
    let operation = Operation::TeamLeaders;
    access::look(store, context, operation, |tx, session| {
        get_team_itself(tx, &session.organization, &change.team).map(drop)
    })?;
    let users: Vec<UserRef> = change.add.iter().chain(&change.remove).cloned().collect();
    let mut named = None;
    change_each(
        store,
        context,
        operation,
        Action::ChangeLeaders,
        &users,
        |tx, session, user, detail| {
            let team = get_team_itself(tx, &session.organization, &change.team)?;
            let named = read_once(&mut named, || Named::of(tx, &session.organization, change))?;
            let now = named.wanted(user)?;
            let reference = user.reference();
            let leads = tx.teams_led_by(user.id)?.iter().any(|led| led.id == team.id);
            match (now, leads) {
                (Lead::Leads, true) => {
                    return Err(
                        TeamRefusal::LeadsAlready { user: reference, team: team.name }.into()
                    );
                }
                (Lead::LeadsNot, false) => {
                    return Err(TeamRefusal::LeadsNot { user: reference, team: team.name }.into());
                }
                (Lead::Leads, false) => {
                    check_fit(user)?;
                    tx.add_leader(team.id, user.id)?;
                }
                (Lead::LeadsNot, true) => tx.remove_leader(team.id, user.id)?,
            }
            if detail.is_empty() {
                detail.push(("team", team.name.to_string()));
            }
            let what = if now == Lead::Leads { "added" } else { "removed" };
            detail.push((what, reference.to_string()));
            Ok(Led { user: user.clone(), team, now })
        },
    )
}

/// The users that a command names, by number: one user can be named in several ways.
struct Named {
    add: HashSet<UserId>,
    remove: HashSet<UserId>,
}

impl Named {
    fn of(
        tx: &ReadTx<'_>,
        organization: &Organization,
        change: &LeaderChange,
    ) -> Result<Self, Error> {
        let numbers = |names: &[UserRef]| -> Result<HashSet<UserId>, Error> {
            let mut numbers = HashSet::new();
            for name in names {
                numbers.extend(tx.find_user(organization.id, name)?.map(|user| user.id));
            }
            Ok(numbers)
        };
        Ok(Self { add: numbers(&change.add)?, remove: numbers(&change.remove)? })
    }

    /// What the command wants of a user.
    fn wanted(&self, user: &User) -> Result<Lead, Error> {
        match (self.add.contains(&user.id), self.remove.contains(&user.id)) {
            (true, true) => Err(TeamRefusal::BothWays(user.reference()).into()),
            (true, false) => Ok(Lead::Leads),
            (false, _) => Ok(Lead::LeadsNot),
        }
    }
}

/// Only who is in, or has an invite that still works, and has a login to do something with can lead.
fn check_fit(user: &User) -> Result<(), Error> {
    let unfit = match (user.state.status(), user.portal_access()) {
        (_, PortalAccess::None) => Unfit::LoginLess,
        (Status::Active | Status::Invited, _) => return Ok(()),
        (Status::Expired, _) => {
            Unfit::Standing { standing: user.state.standing(), instead: Some(Verb::Resend) }
        }
        _ => Unfit::Standing {
            standing: user.state.standing(),
            instead: user.state.permit(Verb::SetTeam).err().and_then(|wrong| wrong.instead),
        },
    };
    Err(TeamRefusal::CannotLead { user: user.reference(), unfit }.into())
}
