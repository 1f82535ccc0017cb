//! What the words of a file stand for in the store: role and team of each, looked up when the first row
//! needs it. Rows have the numbers of their words.

use super::{Change, Team};
use crate::domain::id::RoleId;
use crate::store::{PackedRow, SortedRows};

/// Roles and teams by the number of their word.
#[derive(Debug)]
pub(super) struct Wishes {
    /// The role of rows that name none.
    role: RoleId,
    roles: Vec<Option<RoleId>>,
    /// The team of rows that name none.
    team: Option<Team>,
    teams: Vec<Option<Team>>,
}

impl Wishes {
    /// Nothing is known but the role of rows that name none.
    pub(super) fn new(role: RoleId, rows: &SortedRows) -> Self {
        let (roles, teams) = (rows.words.roles.len(), rows.words.teams.len());
        Self { role, roles: vec![None; roles], team: None, teams: vec![None; teams] }
    }

    /// The role of a row; looked up where it is not known yet, by the place of its word.
    pub(super) fn role(
        &mut self,
        row: &PackedRow<'_>,
        look_up: impl FnOnce(usize) -> Option<RoleId>,
    ) -> Option<RoleId> {
        let Some(place) = place(row.role) else { return Some(self.role) };
        let known = self.roles.get_mut(place)?;
        if known.is_none() {
            *known = look_up(place);
        }
        *known
    }

    /// Role and team of a row, if both are known.
    pub(super) fn known(&self, row: &PackedRow<'_>) -> Option<Change> {
        let role = place(row.role).map_or(Some(self.role), |place| *self.roles.get(place)?)?;
        Some(Change { role, team: self.team(row)? })
    }

    /// The team of a row, if it is known.
    pub(super) fn team(&self, row: &PackedRow<'_>) -> Option<Team> {
        place(row.team).map_or(self.team, |place| *self.teams.get(place)?)
    }

    /// Keeps the team of a row.
    pub(super) fn know_team(&mut self, row: &PackedRow<'_>, team: Team) {
        match place(row.team) {
            None => self.team = Some(team),
            Some(place) => {
                if let Some(known) = self.teams.get_mut(place) {
                    *known = Some(team);
                }
            }
        }
    }
}

fn place(word: Option<u32>) -> Option<usize> {
    usize::try_from(word?).ok()
}
