//! What whoever acts may not have done by a file (rules 3 and 4), row by row.

use super::{Planner, Team};
use crate::domain::import::{Column, ImportRow, RowFault};
use crate::domain::role::Role;
use crate::domain::status::Verb;
use crate::domain::user::{User, UserState};
use crate::domain::user_ref::UserRef;
use crate::ops::access::{Managers, Refusal};
use crate::ops::each::read_once;
use crate::ops::error::Error;

impl Planner<'_> {
    /// That the row takes the last user manager's role away, if it does (rule 4).
    pub(super) fn loses_last_manager(
        &mut self,
        row: &ImportRow,
        known: Option<&User>,
        role: &Role,
    ) -> Result<Option<RowFault>, Error> {
        let Some(user) = known.filter(|user| user.state == UserState::Active) else {
            return Ok(None);
        };
        let managers =
            read_once(&mut self.managers, || Managers::of(self.tx, &self.plan.organization))?;
        if !managers.includes(user.role_id) || managers.includes(role.id) {
            return Ok(None);
        }
        if managers.leave() {
            return Ok(None);
        }
        let reason = managers.refusal(user, &self.plan.organization).to_string();
        Ok(Some(RowFault::new(row.line, Column::Role.as_str(), role.name.as_str(), reason)))
    }

    /// What whoever acts may not do of what the row asks for (rule 3).
    pub(super) fn forbidden(
        &self,
        row: &ImportRow,
        known: Option<&User>,
        role: &Role,
        team: Team,
    ) -> Result<Option<RowFault>, Error> {
        let fault = |column: Column, value: &str, refusal: Refusal| {
            Ok(Some(RowFault::new(row.line, column.as_str(), value, refusal.to_string())))
        };
        if let Some(user) = known
            && let Some(refusal) = self.session.refuse_user(user, &user.reference())?
        {
            return fault(Column::Email, row.email.as_typed(), refusal);
        }
        // Who keeps their role is given none.
        let given = known
            .is_none_or(|user| user.role_id != role.id || user.state.permit(Verb::Invite).is_ok());
        if given && let Some(refusal) = self.session.refuse_role(role) {
            return fault(Column::Role, role.name.as_str(), refusal);
        }
        if let Some(wanted) = &row.holdings
            && let Some(refusal) = self.session.refuse_holdings(self.tx, wanted)?
        {
            return fault(Column::Modules, &wanted.to_string(), refusal);
        }
        let team = match team {
            Team::Known(id) => Some(id),
            Team::None | Team::New(_) => None,
        };
        match self.session.refuse_team(&UserRef::Email(row.email.clone()), team) {
            Some(refusal) => fault(Column::Team, row.cells()[3].as_str(), refusal),
            None => Ok(None),
        }
    }
}
