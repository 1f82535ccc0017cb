//! The agents that a file names: each looked up, and those found that several people claim.

use std::collections::HashMap;

use super::{Claims, ImportRequest};
use crate::domain::agent::Agent;
use crate::domain::id::AgentNumber;
use crate::domain::organization::Organization;
use crate::ops::agents;
use crate::ops::each::SUGGESTIONS;
use crate::ops::error::Error;
use crate::store::ReadTx;

/// An agent cell, looked up: the agents, or what is wrong with them.
pub(super) type Lookups = HashMap<usize, Vec<Result<Agent, String>>>;

/// Looks up every agent in the file, and finds those that several people claim.
pub(super) fn resolved_agents(
    tx: &ReadTx<'_>,
    organization: &Organization,
    request: &ImportRequest,
) -> Result<Lookups, Error> {
    let (mut lookups, mut refused) = (Lookups::new(), Vec::new());
    let mut claims: HashMap<AgentNumber, Claims> = HashMap::new();
    if !request.rows.any_names_more() {
        return Ok(lookups);
    }
    let (mut first, mut lines) = (Vec::new(), HashMap::new());
    let mut cursor = request.rows.cursor()?;
    let mut index = 0;
    while let Some(row) = cursor.next()? {
        let repeated = first == row.email;
        if !repeated {
            first.clear();
            first.extend_from_slice(row.email);
        }
        if row.names_more() {
            let row = row.unpack(&request.rows.words);
            let mut found = Vec::with_capacity(row.agents.len());
            for (place, agent) in row.agents.into_iter().enumerate() {
                found.push(match agents::resolve_without_suggestion(tx, organization, &agent) {
                    Ok(agent) => {
                        // Who repeats a person is passed over, and claims nothing.
                        if !repeated {
                            claims.entry(agent.number).or_default().insert(row.line);
                        }
                        Ok(agent)
                    }
                    Err(error) if error.is_refusal() => {
                        refused.push((row.line, place, index, agent));
                        Err(sentence(&error))
                    }
                    Err(error) => return Err(error),
                });
            }
            if !found.is_empty() {
                lookups.insert(index, found);
                lines.insert(index, row.line);
            }
        }
        index += 1;
    }
    // The rows are in the order of their addresses, but a file is mended from its first line on.
    refused.sort_by_key(|(line, place, ..)| (*line, *place));
    for (_, place, index, agent) in refused.into_iter().take(SUGGESTIONS) {
        let kept = lookups.get_mut(&index).and_then(|found| found.get_mut(place));
        match (agents::resolve(tx, organization, &agent), kept) {
            (Err(error), _) if !error.is_refusal() => return Err(error),
            (Err(error), Some(kept)) => *kept = Err(sentence(&error)),
            _ => {}
        }
    }
    for (index, found) in &mut lookups {
        let line = lines.get(index).copied().unwrap_or_default();
        for agent in found {
            let number = agent.as_ref().ok().map(|agent| agent.number);
            let rivals = number.and_then(|number| claims.get(&number));
            if let Some(rival) = rivals.and_then(|lines| lines.iter().find(|rival| **rival != line))
            {
                *agent = Err(claimed_twice(*rival));
            }
        }
    }
    Ok(lookups)
}

pub(super) fn claimed_twice(line: u64) -> String {
    format!("is on line {line} too; one agent ID, one user")
}

/// What is wrong, and what may have been meant, in one sentence for a line of a list.
pub(in crate::ops) fn sentence(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}
