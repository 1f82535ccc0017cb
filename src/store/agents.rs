//! Agents: rows in and out. Who holds one is `assignments`'.

use rusqlite::{CachedStatement, OptionalExtension, Row, ToSql, params};

use super::assignments::Holder;
use super::checksums;
use super::codec;
use super::error::StoreError;
use super::tallies::Tally;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::agent::{Agent, AgentFacts, AgentId, AgentKey, AgentSource};
use crate::domain::filter::SearchText;
use crate::domain::id::{AgentNumber, OrganizationId, UserId};
use crate::domain::name::PersonName;
use crate::domain::user_ref::UserRef;

pub(super) const COLUMNS: &str = "a.id AS agent_number, a.organization_id AS agent_organization, a.source, a.agent_id, a.name AS agent_name, a.interactions, a.last_interaction_at";

/// An agent from [`COLUMNS`].
pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Agent> {
    Ok(Agent {
        number: AgentNumber::new(row.get("agent_number")?),
        organization: OrganizationId::new(row.get("agent_organization")?),
        facts: AgentFacts {
            key: AgentKey {
                source: codec::parsed(row, "source")?,
                id: codec::parsed(row, "agent_id")?,
            },
            name: codec::named_or_null(row, "agent_name")?,
            interactions: Some(codec::count(row, "interactions")?),
            last_interaction_at: codec::moment_or_null(row, "last_interaction_at")?,
        },
    })
}

/// Which agents a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentFilter {
    /// Of this source.
    pub source: Option<AgentSource>,
    /// Held by nobody, or by somebody.
    pub held: Option<HeldFilter>,
    /// Name, ID or source holds this.
    pub search: Option<SearchText>,
    /// Behind this one.
    pub after: Option<AgentKey>,
    /// So many at most.
    pub limit: Option<u32>,
}

/// Whether an agent has a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldFilter {
    /// Somebody holds it.
    ByAUser,
    /// Nobody does.
    ByNobody,
}

/// An agent and who holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentLine {
    /// The agent.
    pub agent: Agent,
    /// Its user, if it has one.
    pub holder: Option<Holder>,
}

/// A list of agents, to be read row by row.
pub struct AgentQuery<'t> {
    statement: CachedStatement<'t>,
    parameters: Vec<Box<dyn ToSql>>,
}

impl AgentQuery<'_> {
    /// The agents, by source and ID.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn rows(
        &mut self,
    ) -> Result<impl Iterator<Item = Result<AgentLine, StoreError>> + '_, StoreError> {
        let parameters = rusqlite::params_from_iter(self.parameters.iter());
        let rows = self.statement.query_map(parameters, line_from_row)?;
        Ok(rows.map(|row| row.map_err(StoreError::from)))
    }
}

fn line_from_row(row: &Row<'_>) -> rusqlite::Result<AgentLine> {
    let holder = match row.get::<_, Option<i64>>("user_id")? {
        None => None,
        Some(id) => Some(Holder {
            user: UserId::new(id),
            reference: codec::email(row)?.map_or(UserRef::Number(UserId::new(id)), UserRef::Email),
            since: codec::moment(row, "from_at")?,
        }),
    };
    Ok(AgentLine { agent: from_row(row)?, holder })
}

impl ReadTx<'_> {
    /// An agent by source and ID.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_agent(
        &self,
        organization: OrganizationId,
        key: &AgentKey,
    ) -> Result<Option<Agent>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM agents a
             WHERE a.organization_id = ?1 AND a.source = ?2 AND a.agent_id = ?3"
        );
        let mut statement = self.sql.prepare_cached(&sql)?;
        let key = params![organization.get(), key.source.as_str(), key.id.as_str()];
        Ok(statement.query_row(key, from_row).optional()?)
    }

    /// The agents with an ID, whatever their source; at most ten.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn agents_with_id(
        &self,
        organization: OrganizationId,
        id: &AgentId,
    ) -> Result<Vec<Agent>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM agents a
             WHERE a.organization_id = ?1 AND a.agent_id = ?2 ORDER BY a.source LIMIT 10"
        );
        let mut statement = self.sql.prepare_cached(&sql)?;
        let agents = statement.query_map(params![organization.get(), id.as_str()], from_row)?;
        Ok(agents.collect::<Result<_, _>>()?)
    }

    /// Agents whose `source:id` starts so, by source and ID; for completion and suggestions.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn agents_from(
        &self,
        organization: OrganizationId,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<Agent>, StoreError> {
        // A source holds no colon, so the first one divides the two. Texts are compared by their bytes,
        // and none that starts so sorts behind the greatest character.
        let (source, id) = prefix.split_once(':').map_or((prefix, None), |(s, id)| (s, Some(id)));
        let condition = match id {
            Some(_) => "a.source = ?2 AND a.agent_id >= ?3 AND a.agent_id < ?3 || char(0x10ffff)",
            None => "a.source >= ?2 AND a.source < ?2 || char(0x10ffff) AND ?3 IS NULL",
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM agents a WHERE a.organization_id = ?1 AND {condition}
             ORDER BY a.source, a.agent_id LIMIT ?4"
        );
        let mut statement = self.sql.prepare_cached(&sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let agents =
            statement.query_map(params![organization.get(), source, id, limit], from_row)?;
        Ok(agents.collect::<Result<_, _>>()?)
    }

    /// Agents that meet a filter, by source and ID, with their holders.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn agents(
        &self,
        organization: OrganizationId,
        filter: &AgentFilter,
    ) -> Result<AgentQuery<'_>, StoreError> {
        let mut conditions = vec!["a.organization_id = ?"];
        let mut parameters: Vec<Box<dyn ToSql>> = vec![Box::new(organization.get())];
        if let Some(source) = &filter.source {
            conditions.push("a.source = ?");
            parameters.push(Box::new(source.as_str().to_owned()));
        }
        match filter.held {
            Some(HeldFilter::ByAUser) => conditions.push("s.id IS NOT NULL"),
            Some(HeldFilter::ByNobody) => conditions.push("s.id IS NULL"),
            None => {}
        }
        if let Some(search) = &filter.search {
            conditions.push(
                "admit_holds(coalesce(a.name, '') || ' ' || a.source || ':' || a.agent_id, ?)",
            );
            parameters.push(Box::new(search.folded().to_owned()));
        }
        if let Some(after) = &filter.after {
            conditions.push("(a.source, a.agent_id) > (?, ?)");
            parameters.push(Box::new(after.source.as_str().to_owned()));
            parameters.push(Box::new(after.id.as_str().to_owned()));
        }
        let limit = filter.limit.map_or(String::new(), |limit| format!(" LIMIT {limit}"));
        let sql = format!(
            "SELECT {COLUMNS}, s.user_id, s.from_at, u.email, u.email_typed FROM agents a
             LEFT JOIN assignments s ON s.agent_id = a.id AND s.until_at IS NULL
             LEFT JOIN users u ON u.id = s.user_id
             WHERE {} ORDER BY a.source, a.agent_id{limit}",
            conditions.join(" AND ")
        );
        Ok(AgentQuery { statement: self.sql.prepare_cached(&sql)?, parameters })
    }
}

impl WriteTx<'_> {
    /// Adds an agent, or brings one that is there up to date; what is not given stays as it is.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn put_agent(
        &mut self,
        organization: OrganizationId,
        facts: &AgentFacts,
    ) -> Result<Put, StoreError> {
        let interactions = facts.interactions.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        let name = facts.name.as_ref().map(PersonName::as_str);
        let last = facts.last_interaction_at.map(|at| at.timestamp());
        let Some(known) = self.find_agent(organization, &facts.key)? else {
            let id = self.next_number(&checksums::AGENTS)?;
            let sum = checksums::AGENTS.sum_of(&["?1, ?2, ?3, ?4", "?5"]);
            let (source, agent) = (facts.key.source.as_str(), facts.key.id.as_str());
            self.sql
                .prepare_cached(&format!(
                    "INSERT INTO agents
                         (id, organization_id, source, agent_id, name, interactions, last_interaction_at, checksum)
                     VALUES (?1, ?2, ?3, ?4, ?5, coalesce(?6, 0), ?7, {sum})"
                ))?
                .execute(params![id, organization.get(), source, agent, name, interactions, last])?;
            self.tallies.add(organization, Tally::FreeAgents, 1);
            return Ok(Put::Added);
        };
        if !updated(&known.facts, facts) {
            return Ok(Put::Unchanged);
        }
        let set = checksums::AGENTS.set("name", &["coalesce(?2, name)"]);
        self.sql
            .prepare_cached(&format!(
                "UPDATE agents SET interactions = coalesce(?3, interactions),
                     last_interaction_at = coalesce(?4, last_interaction_at), {set}
                 WHERE id = ?1"
            ))?
            .execute(params![known.number.get(), name, interactions, last])?;
        Ok(Put::Updated)
    }
}

/// What [`WriteTx::put_agent`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It was not there.
    Added,
    /// It was there and is different now.
    Updated,
    /// It was there just so.
    Unchanged,
}

fn updated(known: &AgentFacts, facts: &AgentFacts) -> bool {
    (facts.name.is_some() && facts.name != known.name)
        || (facts.interactions.is_some() && facts.interactions != known.interactions)
        || (facts.last_interaction_at.is_some()
            && facts.last_interaction_at != known.last_interaction_at)
}
