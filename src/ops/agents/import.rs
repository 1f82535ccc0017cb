//! Agents come from interaction data (rule 25): which are new, and which changed. Who holds one is the
//! folder's other half.

use crate::domain::agent::AgentFacts;
use crate::domain::audit::Action;
use crate::domain::operation::Operation;
use crate::domain::organization::Organization;
use crate::ops::Context;
use crate::ops::access;
use crate::ops::each::{entry, finish};
use crate::ops::error::Error;
use crate::store::{Put, Store};

/// What an import of agents did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentsImported {
    /// Where.
    pub organization: Organization,
    /// How many were not there.
    pub added: u64,
    /// How many are different now.
    pub updated: u64,
    /// How many were there just so.
    pub unchanged: u64,
}

/// Adds agents, or brings those that are there up to date (rule 25). The last line on an agent wins.
///
/// # Errors
/// When the store fails.
pub fn import(
    store: &mut Store,
    context: &Context,
    operation: Operation,
    source: &str,
    agents: &[AgentFacts],
) -> Result<AgentsImported, Error> {
    let (mut tx, session) = access::write(store, context, operation)?;
    let organization = session.organization;
    let (mut added, mut updated, mut unchanged) = (0, 0, 0);
    for facts in agents {
        match tx.put_agent(organization.id, facts)? {
            Put::Added => added += 1,
            Put::Updated => updated += 1,
            Put::Unchanged => unchanged += 1,
        }
    }
    if added + updated > 0 {
        let detail = vec![
            ("source", source.to_owned()),
            ("added", added.to_string()),
            ("updated", updated.to_string()),
        ];
        let mut entry = entry(Action::ImportAgents, &organization, Vec::new(), detail);
        entry.count = added + updated;
        finish(tx, context, &entry)?;
    }
    Ok(AgentsImported { organization, added, updated, unchanged })
}
