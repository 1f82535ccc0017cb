//! The role and the team that a row asks for, and whether they are to be had.

use super::Planner;
use crate::domain::import::{Column, ImportRow, RowFault};
use crate::domain::role::{Role, RoleName};
use crate::domain::status::Verb;
use crate::domain::team::TeamName;
use crate::domain::user::User;
use crate::ops::error::Error;
use crate::ops::imports::lookups::sentence;
use crate::ops::imports::{OnUnknownTeam, Team};
use crate::ops::teams;

impl<'a> Planner<'a> {
    /// The role the row asks for; who is there keeps theirs where the row says nothing.
    pub(super) fn role_of(
        &self,
        row: &ImportRow,
        known: Option<&User>,
        faults: &mut Vec<RowFault>,
    ) -> Result<Option<&'a Role>, Error> {
        let role = match (&row.role, known) {
            (Some(name), _) => match self.known_role(name) {
                Ok(role) => role,
                Err(error) => {
                    let reason = sentence(&error);
                    faults.push(RowFault::new(
                        row.line,
                        Column::Role.as_str(),
                        name.as_str(),
                        reason,
                    ));
                    return Ok(None);
                }
            },
            (None, Some(user)) if user.state.permit(Verb::Invite).is_err() => {
                self.roles.by_id(user.role_id)?
            }
            (None, _) => self.role,
        };
        Ok(Some(role))
    }

    fn known_role(&self, name: &RoleName) -> Result<&'a Role, Error> {
        self.roles.get(name)
    }

    pub(super) fn team_of(
        &mut self,
        row: &ImportRow,
        known: Option<&User>,
        faults: &mut Vec<RowFault>,
    ) -> Result<Option<Team>, Error> {
        let request = self.request;
        let name = match (&row.team, known) {
            (Some(name), _) => name,
            (None, Some(user)) if user.state.permit(Verb::Invite).is_err() => {
                return Ok(Some(
                    user.team.as_ref().map_or(Team::None, |team| Team::Known(team.id)),
                ));
            }
            (None, _) => match &request.team {
                Some(name) => name,
                None => return Ok(Some(Team::None)),
            },
        };
        match self.look_up_team_once(name)? {
            Ok(team) => Ok(Some(team)),
            Err(reason) => {
                faults.push(RowFault::new(row.line, Column::Team.as_str(), name.as_str(), reason));
                Ok(None)
            }
        }
    }

    /// The team of somebody new whose row names this one, or none; `None` where it is not to be had.
    pub(super) fn team_named(&mut self, name: Option<&TeamName>) -> Result<Option<Team>, Error> {
        match name.or(self.request.team.as_ref()) {
            Some(name) => Ok(self.look_up_team_once(name)?.ok()),
            None => Ok(Some(Team::None)),
        }
    }

    fn look_up_team_once(&mut self, name: &TeamName) -> Result<Result<Team, String>, Error> {
        if let Some(known) = self.teams.get(name) {
            return Ok(known.clone());
        }
        let team = self.look_up_team(name)?;
        self.teams.insert(name.clone(), team.clone());
        Ok(team)
    }

    fn look_up_team(&mut self, name: &TeamName) -> Result<Result<Team, String>, Error> {
        match teams::get_team(self.tx, &self.plan.organization, name) {
            Ok(team) => Ok(Ok(Team::Known(team.id))),
            Err(error) if !error.is_refusal() => Err(error),
            Err(_) if self.request.on_unknown_team == OnUnknownTeam::Create => {
                let new = &mut self.plan.new_teams;
                let place = *self.new_teams.entry(name.folded()).or_insert_with(|| {
                    new.push(name.clone());
                    new.len() - 1
                });
                Ok(Ok(Team::New(place)))
            }
            Err(error) => Ok(Err(sentence(&error))),
        }
    }
}
