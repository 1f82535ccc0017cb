//! Numbers about an organization (rule 21; S0 "User stats breakdown"): from what is counted as it changes,
//! never by counting users.

use std::collections::HashMap;

use super::access;
use super::error::Error;
use super::{Context, roles::Roles};
use crate::domain::id::{OrganizationId, TeamId};
use crate::domain::invite::InviteState;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::domain::role::RoleName;
use crate::domain::status::Status;
use crate::domain::team::TeamName;
use crate::domain::time::Timestamp;
use crate::domain::user::{PortalAccess, Standing};
use crate::store::{ReadTx, Seat, Store, StoreError};

/// How many teams are told one by one.
const TEAMS: usize = 10;
/// Seconds of a day in UTC: the days on which invites end are counted so.
const DAY: i64 = 86_400;

/// Numbers about an organization.
#[derive(Clone, Debug)]
pub struct Stats {
    /// Where.
    pub organization: Organization,
    /// When.
    pub at: Timestamp,
    /// Users by status, in the order of a life, pending told apart from invited.
    pub statuses: Vec<(Standing, u64)>,
    /// Current users (invited, expired, active) by role, the highest first.
    pub roles: Vec<(RoleName, u64)>,
    /// Current users by team, the largest first; so many at most.
    pub teams: Vec<(TeamName, u64)>,
    /// The teams that are left.
    pub other_teams: OtherTeams,
    /// Current users in no team.
    pub no_team: u64,
    /// Current users with a login.
    pub with_login: u64,
    /// Current users without one.
    pub login_less: u64,
    /// Invited and active users with a login, who take seats.
    pub seats_taken: u64,
    /// Open invites by the days that are left.
    pub open_invites: Vec<(DaysLeft, u64)>,
    /// Closed invites by state.
    pub closed_invites: Vec<(InviteState, u64)>,
    /// Agents that a user holds.
    pub held_agents: u64,
    /// Agents that no user holds.
    pub free_agents: u64,
}

/// Teams that are summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OtherTeams {
    /// How many.
    pub teams: u64,
    /// How many current users are in them.
    pub users: u64,
}

/// How long an open invite still has. Days are those of UTC, as they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DaysLeft {
    /// Its day is over, and `expire` has not come by yet.
    Overdue,
    /// It ends today, or did so a few hours ago.
    Today,
    /// Tomorrow.
    One,
    /// In two days.
    Two,
    /// In three.
    Three,
    /// In four to seven.
    FourToSeven,
    /// In eight to thirty.
    EightToThirty,
    /// Later.
    More,
}

impl DaysLeft {
    /// All of them, the shortest first.
    pub const ALL: [Self; 8] = [
        Self::Overdue,
        Self::Today,
        Self::One,
        Self::Two,
        Self::Three,
        Self::FourToSeven,
        Self::EightToThirty,
        Self::More,
    ];

    /// The word for scripts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::One => "1",
            Self::Two => "2",
            Self::Three => "3",
            Self::FourToSeven => "4-7",
            Self::EightToThirty => "8-30",
            Self::More => "more",
        }
    }

    /// From a number of days.
    const fn of(days: i64) -> Self {
        match days {
            ..0 => Self::Overdue,
            0 => Self::Today,
            1 => Self::One,
            2 => Self::Two,
            3 => Self::Three,
            4..=7 => Self::FourToSeven,
            8..=30 => Self::EightToThirty,
            _ => Self::More,
        }
    }
}

impl Stats {
    /// Everybody.
    #[must_use]
    pub fn users(&self) -> u64 {
        self.statuses.iter().map(|(_, users)| users).sum()
    }

    /// Invited, expired and active users.
    #[must_use]
    pub const fn current(&self) -> u64 {
        self.with_login + self.login_less
    }
}

/// The numbers of the organization.
///
/// # Errors
/// When the store fails, or whoever acts may not.
pub fn stats(store: &mut Store, context: &Context) -> Result<Stats, Error> {
    access::look(store, context, Operation::Stats, |tx, session| {
        gather(tx, session.organization.clone(), context.now)
    })
}

fn gather(tx: &ReadTx<'_>, organization: Organization, at: Timestamp) -> Result<Stats, Error> {
    let seats = tx.seats(organization.id)?;
    let tallies = tx.tallies(organization.id)?;
    let sum = |fits: &dyn Fn(&Seat) -> bool| -> u64 {
        seats.iter().filter(|(seat, _)| fits(seat)).map(|(_, users)| users).sum()
    };
    let current = |seat: &Seat| Status::CURRENT.contains(&seat.status);
    let roles = Roles::of(tx, &organization)?;
    let by_role = |id| sum(&|seat| current(seat) && seat.role == id);
    let by_team = by_team(&seats);
    let mut teams: Vec<(TeamName, u64)> = tx
        .teams(organization.id)?
        .into_iter()
        .map(|team| (team.name, by_team.get(&team.id).copied().unwrap_or_default()))
        .collect();
    // Of the same size, they stay in the order of their names.
    teams.sort_by_key(|(_, users)| std::cmp::Reverse(*users));
    let rest = teams.split_off(teams.len().min(TEAMS));
    let by_days = |days_left: DaysLeft| {
        let today = at.timestamp().div_euclid(DAY);
        let days = |day: &Timestamp| day.timestamp().div_euclid(DAY) - today;
        let open = tallies.open_invites.iter();
        open.filter(|(day, _)| DaysLeft::of(days(day)) == days_left).map(|(_, many)| many).sum()
    };
    let pending = pending(sum(&|seat| seat.status == Status::Invited), tallies.open())?;
    Ok(Stats {
        statuses: std::iter::once((Standing::Pending, pending))
            .chain(Status::ALL.map(|status| {
                let users = sum(&|seat| seat.status == status);
                let users = if status == Status::Invited { users - pending } else { users };
                (Standing::Status(status), users)
            }))
            .collect(),
        roles: roles.all().iter().map(|role| (role.name.clone(), by_role(role.id))).collect(),
        other_teams: OtherTeams {
            teams: rest.len() as u64,
            users: rest.iter().map(|(_, users)| users).sum(),
        },
        teams,
        no_team: sum(&|seat| current(seat) && seat.team.is_none()),
        with_login: sum(&|seat| current(seat) && seat.access == PortalAccess::Granted),
        login_less: sum(&|seat| current(seat) && seat.access == PortalAccess::None),
        seats_taken: tx.taken_seats(organization.id)?,
        open_invites: DaysLeft::ALL.map(|days| (days, by_days(days))).to_vec(),
        closed_invites: InviteState::CLOSED
            .map(|state| {
                let found = tallies.closed_invites.iter().find(|(closed, _)| *closed == state);
                (state, found.map_or(0, |(_, many)| *many))
            })
            .to_vec(),
        held_agents: tallies.held_agents,
        free_agents: tallies.free_agents,
        organization,
        at,
    })
}

/// How many current users are in each team that has some: in one go, for there may be thousands of both.
pub(super) fn by_team(seats: &[(Seat, u64)]) -> HashMap<TeamId, u64> {
    let mut teams = HashMap::new();
    for (seat, users) in seats.iter().filter(|(seat, _)| Status::CURRENT.contains(&seat.status)) {
        if let Some(team) = seat.team {
            *teams.entry(team).or_default() += users;
        }
    }
    teams
}

/// How many people are pending.
///
/// # Errors
/// When the store fails, or its counters do not agree.
pub(super) fn count_pending(tx: &ReadTx<'_>, organization: OrganizationId) -> Result<u64, Error> {
    let invited = tx.count_users(organization, &[Status::Invited])?;
    pending(invited, tx.tallies(organization)?.open())
}

/// How many invited users have no link yet. Nobody counts them: every other invited user has one open
/// link to join.
fn pending(invited: u64, open: u64) -> Result<u64, Error> {
    invited.checked_sub(open).ok_or_else(|| {
        StoreError::Damaged("the counters do not agree with the invites".to_owned()).into()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn days_fall_where_their_name_says() {
        let days = [-400, -1, 0, 1, 2, 3, 4, 7, 8, 30, 31, 365];
        let words = days.map(|days| DaysLeft::of(days).as_str()).join(" ");
        assert_eq!(words, "overdue overdue today 1 2 3 4-7 4-7 8-30 8-30 more more");
    }

    #[test]
    fn pending_is_who_has_no_link() {
        assert_eq!(pending(5, 3).unwrap(), 2);
        assert_eq!(pending(0, 0).unwrap(), 0);
        assert!(pending(0, 1).is_err());
    }
}
