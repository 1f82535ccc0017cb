//! Assignments: which user holds which agent, from when until when. The rules are `ops::agents`'.

use rusqlite::{OptionalExtension, Row, params};

use super::agents;
use super::checksums;
use super::codec;
use super::error::StoreError;
use super::tallies::Tally;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::agent::Agent;
use crate::domain::id::{AgentNumber, OrganizationId, UserId};
use crate::domain::time::Timestamp;
use crate::domain::user_ref::UserRef;

/// Who holds an agent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The user's number.
    pub user: UserId,
    /// How the user is named.
    pub reference: UserRef,
    /// Since when.
    pub since: Timestamp,
}

/// An agent that a user holds or held, or that a holder has or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The agent.
    pub agent: Agent,
    /// The user.
    pub user: UserId,
    /// How the user is named.
    pub reference: UserRef,
    /// From when.
    pub from: Timestamp,
    /// Until when; `None` is now.
    pub until: Option<Timestamp>,
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Assignment> {
    let user = UserId::new(row.get("user_id")?);
    Ok(Assignment {
        agent: agents::from_row(row)?,
        user,
        reference: codec::email(row)?.map_or(UserRef::Number(user), UserRef::Email),
        from: codec::moment(row, "from_at")?,
        until: codec::moment_or_null(row, "until_at")?,
    })
}

impl ReadTx<'_> {
    /// Who holds an agent now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_holder(&self, agent: AgentNumber) -> Result<Option<Holder>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT s.user_id, s.from_at, u.email, u.email_typed
             FROM assignments s JOIN users u ON u.id = s.user_id
             WHERE s.agent_id = ?1 AND s.until_at IS NULL",
        )?;
        let holder = statement.query_row([agent.get()], |row| {
            let user = UserId::new(row.get("user_id")?);
            Ok(Holder {
                user,
                reference: codec::email(row)?.map_or(UserRef::Number(user), UserRef::Email),
                since: codec::moment(row, "from_at")?,
            })
        });
        Ok(holder.optional()?)
    }

    /// The agents that a user holds now, by source and ID.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn agents_of(&self, user: UserId) -> Result<Vec<Agent>, StoreError> {
        let sql = format!(
            "SELECT {} FROM assignments s JOIN agents a ON a.id = s.agent_id
             WHERE s.user_id = ?1 AND s.until_at IS NULL ORDER BY a.source, a.agent_id",
            agents::COLUMNS
        );
        let mut statement = self.sql.prepare_cached(&sql)?;
        let agents = statement.query_map([user.get()], agents::from_row)?;
        Ok(agents.collect::<Result<_, _>>()?)
    }

    /// Everybody who holds or held an agent, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn history_of_agent(&self, agent: AgentNumber) -> Result<Vec<Assignment>, StoreError> {
        self.assignments("s.agent_id", agent.get())
    }

    /// Whether anybody in an organization holds an agent, from the tallies.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn any_agent_held(&self, organization: OrganizationId) -> Result<bool, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM tallies
             WHERE organization_id = ?1 AND kind = ?2 AND bucket = ?3 AND things > 0)",
        )?;
        let (kind, bucket) = Tally::HeldAgents.place();
        Ok(statement.query_row(params![organization.get(), kind, bucket], |row| row.get(0))?)
    }

    fn assignments(&self, column: &str, value: i64) -> Result<Vec<Assignment>, StoreError> {
        let sql = format!(
            "SELECT {}, s.user_id, s.from_at, s.until_at, u.email, u.email_typed
             FROM assignments s JOIN agents a ON a.id = s.agent_id JOIN users u ON u.id = s.user_id
             WHERE {column} = ?1 ORDER BY s.id DESC",
            agents::COLUMNS
        );
        let mut statement = self.sql.prepare_cached(&sql)?;
        let rows = statement.query_map([value], from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl WriteTx<'_> {
    /// Maps an agent to a user from now on. That nobody holds it is the caller's to know; the schema
    /// refuses a second holder.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn assign(&mut self, agent: &Agent, user: UserId) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(&format!(
                "INSERT INTO assignments (agent_id, user_id, from_at, checksum)
                     VALUES (?1, ?2, ?3, {})",
                checksums::ASSIGNMENTS.sum_of(&["?1, ?2, ?3", "NULL"])
            ))?
            .execute(params![agent.number.get(), user.get(), self.now.timestamp()])?;
        self.tallies.add(agent.organization, Tally::FreeAgents, -1);
        self.tallies.add(agent.organization, Tally::HeldAgents, 1);
        Ok(())
    }

    /// Ends the current assignment of an agent, and keeps its dates.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn release(&mut self, agent: &Agent) -> Result<(), StoreError> {
        let released = self
            .sql
            .prepare_cached(&format!(
                "UPDATE assignments SET {} WHERE agent_id = ?1 AND until_at IS NULL",
                checksums::ASSIGNMENTS.set("until", &["?2"])
            ))?
            .execute(params![agent.number.get(), self.now.timestamp()])?;
        // The schema allows one holder, so it is one or none.
        let released = i64::try_from(released).unwrap_or_default();
        self.tallies.add(agent.organization, Tally::HeldAgents, -released);
        self.tallies.add(agent.organization, Tally::FreeAgents, released);
        Ok(())
    }
}
