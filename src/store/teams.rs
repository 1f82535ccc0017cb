//! Teams: rows in and out.

use rusqlite::{OptionalExtension, Row, params};

use super::codec;
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::id::{OrganizationId, TeamId, UserId};
use crate::domain::team::{Team, TeamName};

fn from_row(row: &Row<'_>) -> rusqlite::Result<Team> {
    Ok(Team { id: TeamId::new(row.get("id")?), name: codec::parsed(row, "name")? })
}

impl ReadTx<'_> {
    /// The teams of an organization, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn teams(&self, organization: OrganizationId) -> Result<Vec<Team>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT id, name FROM teams WHERE organization_id = ?1 ORDER BY name_folded",
        )?;
        let teams = statement.query_map([organization.get()], from_row)?;
        Ok(teams.collect::<Result<_, _>>()?)
    }

    /// The teams that a user leads, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn teams_led_by(&self, user: UserId) -> Result<Vec<Team>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT t.id, t.name FROM team_leaders l JOIN teams t ON t.id = l.team_id
             WHERE l.user_id = ?1 ORDER BY t.name_folded",
        )?;
        let teams = statement.query_map([user.get()], from_row)?;
        Ok(teams.collect::<Result<_, _>>()?)
    }

    /// A team by its name, in any case.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_team(
        &self,
        organization: OrganizationId,
        name: &TeamName,
    ) -> Result<Option<Team>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT id, name FROM teams WHERE organization_id = ?1 AND name_folded = ?2",
        )?;
        Ok(statement.query_row(params![organization.get(), name.folded()], from_row).optional()?)
    }
}

impl WriteTx<'_> {
    /// Makes a team. That the name is free is the caller's to know.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_team(
        &mut self,
        organization: OrganizationId,
        name: &TeamName,
    ) -> Result<Team, StoreError> {
        self.sql.execute(
            "INSERT INTO teams (organization_id, name, name_folded) VALUES (?1, ?2, ?3)",
            params![organization.get(), name.as_str(), name.folded()],
        )?;
        Ok(Team { id: TeamId::new(self.sql.last_insert_rowid()), name: name.clone() })
    }
}
