//! Teams and who leads them: rows in and out.

use rusqlite::{OptionalExtension, Row, params};

use super::checksums;
use super::codec;
use super::counters::{self, Seat};
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use super::users;
use crate::domain::audit::Subject;
use crate::domain::id::{OrganizationId, TeamId, UserId};
use crate::domain::team::{Team, TeamName};
use crate::domain::user::User;
use crate::domain::user_ref::UserRef;

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

    /// Everybody who leads a team of an organization, whatever their status, by team and by number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn leaders(&self, organization: OrganizationId) -> Result<Vec<(TeamId, User)>, StoreError> {
        let mut statement = self.sql.prepare_cached(&leaders_of_all())?;
        let leaders = statement.query_map([organization.get()], |row| {
            Ok((TeamId::new(row.get(users::NEXT_COLUMN)?), users::from_row(row)?))
        })?;
        Ok(leaders.collect::<Result<_, _>>()?)
    }

    /// Everybody who leads a team, whatever their status, by number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn leaders_of(&self, team: TeamId) -> Result<Vec<User>, StoreError> {
        let mut statement = self.sql.prepare_cached(&leaders_of_one())?;
        let leaders = statement.query_map([team.get()], users::from_row)?;
        Ok(leaders.collect::<Result<_, _>>()?)
    }

    /// Everybody in a team, whatever their status, as the audit names them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn members_of(
        &self,
        organization: OrganizationId,
        team: TeamId,
    ) -> Result<Vec<Subject>, StoreError> {
        let mut statement = self.sql.prepare_cached(MEMBERS)?;
        let members = statement.query_map(params![organization.get(), team.get()], |row| {
            let user = UserId::new(row.get("id")?);
            let reference = codec::email(row)?.map_or(UserRef::Number(user), UserRef::Email);
            Ok(Subject { user, reference: reference.to_string() })
        })?;
        Ok(members.collect::<Result<_, _>>()?)
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
        let id = self.next_number(&checksums::TEAMS)?;
        let sum = checksums::TEAMS.sum_of(&["?1, ?2", "?3, ?4"]);
        self.sql
            .prepare_cached(&format!(
                "INSERT INTO teams (id, organization_id, name, name_folded, checksum)
                 VALUES (?1, ?2, ?3, ?4, {sum})"
            ))?
            .execute(params![id, organization.get(), name.as_str(), name.folded()])?;
        Ok(Team { id: TeamId::new(id), name: name.clone() })
    }

    /// Gives a team another name. That it is free is the caller's to know.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn rename_team(&mut self, team: TeamId, name: &TeamName) -> Result<(), StoreError> {
        let set = checksums::TEAMS.set("name", &["?2", "?3"]);
        self.sql.execute(
            &format!("UPDATE teams SET {set} WHERE id = ?1"),
            params![team.get(), name.as_str(), name.folded()],
        )?;
        Ok(())
    }

    /// Deletes a team: whoever is in it is in none, whoever leads it leads it no longer. Counts them;
    /// `seats` is what [`ReadTx::seats`] has of the team in this transaction.
    ///
    /// # Errors
    /// When the store cannot be written, or somebody is in the team who is not counted there.
    pub fn delete_team(&mut self, team: TeamId, seats: &[(Seat, u64)]) -> Result<(), StoreError> {
        let left = self.sql.prepare_cached(&leave())?.execute([team.get()])?;
        let mut counted: i64 = 0;
        for (seat, users) in seats {
            let users = i64::try_from(*users).map_err(|_| counters::disagreement())?;
            self.counts.shift(*seat, Seat { team: None, ..*seat }, users);
            counted = counted.saturating_add(users);
        }
        if i64::try_from(left) != Ok(counted) {
            return Err(counters::disagreement());
        }
        self.sql
            .prepare_cached("DELETE FROM team_leaders WHERE team_id = ?1")?
            .execute([team.get()])?;
        // Nobody refers to it any more, as was counted; SQLite would read all users to see that.
        self.without_foreign_keys(|tx| {
            tx.sql.prepare_cached("DELETE FROM teams WHERE id = ?1")?.execute([team.get()])?;
            Ok(())
        })
    }

    /// Makes somebody a leader; whoever is one already stays it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_leader(&mut self, team: TeamId, user: UserId) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(
                &format!(
                    "INSERT OR IGNORE INTO team_leaders (team_id, user_id, checksum) VALUES (?1, ?2, {})",
                    checksums::TEAM_LEADERS.sum_of(&["?1, ?2"])
                ),
            )?
            .execute(params![team.get(), user.get()])?;
        Ok(())
    }

    /// Takes the lead of a team from somebody.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remove_leader(&mut self, team: TeamId, user: UserId) -> Result<(), StoreError> {
        self.sql
            .prepare_cached("DELETE FROM team_leaders WHERE team_id = ?1 AND user_id = ?2")?
            .execute(params![team.get(), user.get()])?;
        Ok(())
    }
}

/// Finds everybody in a team.
pub(super) const MEMBERS: &str = "SELECT u.id, u.email, u.email_typed
     FROM places p CROSS JOIN users u
     WHERE p.team_id = ?2 AND u.id = p.user_id AND u.organization_id = ?1 ORDER BY u.id";

/// Puts everybody in a team into none.
pub(super) fn leave() -> String {
    format!(
        "UPDATE users SET {} WHERE id IN (SELECT user_id FROM places WHERE team_id = ?1)",
        checksums::USERS.set("team", &["NULL"])
    )
}

/// Finds the leaders of all teams. They are few and users are many, so SQLite is told to begin with them.
pub(super) fn leaders_of_all() -> String {
    format!(
        "SELECT {}, l.team_id FROM teams g CROSS JOIN team_leaders l CROSS JOIN {}
         WHERE g.organization_id = ?1 AND l.team_id = g.id AND u.id = l.user_id
         ORDER BY l.team_id, l.user_id",
        users::COLUMNS,
        users::TABLES
    )
}

/// Finds the leaders of one team.
pub(super) fn leaders_of_one() -> String {
    format!(
        "SELECT {} FROM team_leaders l CROSS JOIN {}
         WHERE l.team_id = ?1 AND u.id = l.user_id ORDER BY l.user_id",
        users::COLUMNS,
        users::TABLES
    )
}
