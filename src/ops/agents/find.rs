//! Finding the agent that a person means: by source and ID, by ID alone, among those that a user holds.

use crate::domain::agent::{Agent, AgentRef};
use crate::domain::nearest::near_names;
use crate::domain::organization::Organization;
use crate::domain::user::User;
use crate::ops::error::Error;
use crate::store::ReadTx;

/// Most agents that are compared with a misspelt one.
const CANDIDATES: usize = 5000;

/// The agent that a person means.
pub(in crate::ops) fn resolve(
    tx: &ReadTx<'_>,
    organization: &Organization,
    agent: &AgentRef,
) -> Result<Agent, Error> {
    let mut found = resolve_without_suggestion(tx, organization, agent);
    if let Err(Error::UnknownAgent { nearest, .. }) = &mut found {
        *nearest = nearest_agents(tx, organization, agent)?;
    }
    found
}

/// The same where there may be very many, for comparing one with all that are known takes milliseconds.
pub(in crate::ops) fn resolve_without_suggestion(
    tx: &ReadTx<'_>,
    organization: &Organization,
    agent: &AgentRef,
) -> Result<Agent, Error> {
    if let Some(key) = agent.key()
        && let Some(found) = tx.find_agent(organization.id, key)?
    {
        return Ok(found);
    }
    let mut found = tx.agents_with_id(organization.id, agent.id())?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Error::UnknownAgent {
            agent: agent.clone(),
            organization: organization.slug.to_string(),
            nearest: Vec::new(),
        }),
        _ => Err(Error::AmbiguousAgent {
            agent: agent.clone(),
            candidates: found.into_iter().map(|agent| agent.facts.key).collect(),
        }),
    }
}

pub(super) fn held_agent(
    tx: &ReadTx<'_>,
    organization: &Organization,
    user: &User,
    agent: &AgentRef,
) -> Result<Agent, Error> {
    let held = tx.agents_of(user.id)?;
    let by_key = |known: &&Agent| Some(&known.facts.key) == agent.key();
    if let Some(found) = held.iter().find(by_key) {
        return Ok(found.clone());
    }
    // An ID that is in several sources is clear enough where the user holds one of them.
    let by_id = |known: &&Agent| known.facts.key.id == *agent.id();
    if let Some(found) = held.iter().find(by_id).filter(|_| held.iter().filter(by_id).count() == 1)
    {
        return Ok(found.clone());
    }
    let wanted = resolve(tx, organization, agent)?;
    match held.iter().find(|known| known.number == wanted.number) {
        Some(found) => Ok(found.clone()),
        None => Err(Error::AgentNotHeld {
            agent: wanted.facts.key,
            user: user.reference(),
            held: held.into_iter().map(|agent| agent.facts.key).collect(),
        }),
    }
}

fn nearest_agents(
    tx: &ReadTx<'_>,
    organization: &Organization,
    agent: &AgentRef,
) -> Result<Vec<String>, Error> {
    let known = tx.agents_from(organization.id, "", CANDIDATES)?;
    let known: Vec<String> = known.iter().map(|agent| agent.facts.key.to_string()).collect();
    let wanted = agent.key().map_or_else(|| agent.to_string(), ToString::to_string);
    Ok(near_names(&wanted, known.iter().map(String::as_str)))
}
