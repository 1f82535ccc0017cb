//! The agents that a row names: those it brings, and what is wrong with the others (rules 23 to 25).

use super::Planner;
use crate::domain::agent::Agent;
use crate::domain::import::{Column, ImportRow, RowFault};
use crate::domain::role::Role;
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;
use crate::ops::agents;
use crate::ops::error::{Error, Presence};
use crate::ops::imports::lookups::claimed_twice;

impl Planner<'_> {
    /// What is wrong with the agents of a row whose user stays: who holds what may have changed since
    /// the file was written, but a name that means nothing is still a fault.
    pub(super) fn check_agents(
        &mut self,
        index: usize,
        row: &ImportRow,
        faults: &mut Vec<RowFault>,
    ) {
        let lookups = self.agents.remove(&index).unwrap_or_default();
        for (asked, found) in row.agents.iter().zip(lookups) {
            if let Err(reason) = found {
                let column = Column::Agents.as_str();
                faults.push(RowFault::new(row.line, column, &asked.to_string(), reason));
            }
        }
    }

    /// The agents that the row brings and the user does not hold yet.
    pub(super) fn agents_of(
        &mut self,
        index: usize,
        row: &ImportRow,
        known: Option<&User>,
        role: Option<&Role>,
        faults: &mut Vec<RowFault>,
    ) -> Result<Vec<Agent>, Error> {
        let mut fault = |agent: &str, reason: String| {
            faults.push(RowFault::new(row.line, Column::Agents.as_str(), agent, reason));
        };
        let Some(lookups) = self.agents.remove(&index) else { return Ok(Vec::new()) };
        let reference = UserRef::Email(row.email.clone());
        if let Some(role) = role
            && let Err(error) = agents::may_hold(&reference, Presence::Arriving, role, self.roles)
        {
            fault(&row.cells()[4], error.to_string());
            return Ok(Vec::new());
        }
        let mut free: Vec<Agent> = Vec::new();
        for (asked, found) in row.agents.iter().zip(lookups) {
            match found {
                Err(reason) => fault(&asked.to_string(), reason),
                // The cell names it twice, perhaps once with its source and once without.
                Ok(agent) if free.iter().any(|known| known.number == agent.number) => {}
                Ok(agent) => {
                    match (self.tx.find_holder(agent.number)?, self.given.get(&agent.number)) {
                        (Some(holder), _) if known.is_some_and(|user| user.id == holder.user) => {}
                        (Some(holder), _) => {
                            fault(&asked.to_string(), format!("belongs to {}", holder.reference));
                        }
                        (None, Some(line)) => fault(&asked.to_string(), claimed_twice(*line)),
                        (None, None) => free.push(agent),
                    }
                }
            }
        }
        Ok(free)
    }
}
