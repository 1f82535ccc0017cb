//! Roles: rows in and out.

use rusqlite::{OptionalExtension, Row, params};

use super::checksums::ROLES;
use super::codec::{self, Coded};
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::id::{OrganizationId, RoleId};
use crate::domain::permission::{Grant, Permission, Scope};
use crate::domain::role::{Role, RoleDetails, RoleReach};
use crate::domain::template::Template;

const COLUMNS: &str = "id, name, title, rank, holds_agents";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Role> {
    Ok(Role {
        id: RoleId::new(row.get("id")?),
        name: codec::parsed(row, "name")?,
        title: row.get("title")?,
        rank: row.get("rank")?,
        agents: codec::coded(row, "holds_agents")?,
    })
}

impl ReadTx<'_> {
    /// The roles of an organization, highest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn roles(&self, organization: OrganizationId) -> Result<Vec<Role>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM roles WHERE organization_id = ?1 ORDER BY rank, id");
        let mut statement = self.sql.prepare_cached(&sql)?;
        let roles = statement.query_map([organization.get()], from_row)?;
        Ok(roles.collect::<Result<_, _>>()?)
    }

    /// The roles of an organization with how far they reach by themselves, highest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn role_reaches(&self, organization: OrganizationId) -> Result<Vec<RoleReach>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS}, modules, sub_accounts FROM roles WHERE organization_id = ?1"
        );
        let mut statement = self.sql.prepare_cached(&sql)?;
        let roles = statement.query_map([organization.get()], |row| {
            Ok(RoleReach {
                role: from_row(row)?,
                modules: codec::coded(row, "modules")?,
                sub_accounts: codec::coded(row, "sub_accounts")?,
            })
        })?;
        let mut roles: Vec<RoleReach> = roles.collect::<Result<_, _>>()?;
        // To let SQLite sort costs more than to read them.
        roles.sort_by_key(|RoleReach { role, .. }| (role.rank, role.id));
        Ok(roles)
    }

    /// A role with all it may do.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn role_details(&self, role: Role) -> Result<RoleDetails, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT permission, scope FROM role_grants WHERE role_id = ?1 ORDER BY permission",
        )?;
        let grants = statement.query_map([role.id.get()], |row| {
            Ok(Grant {
                permission: codec::parsed(row, "permission")?,
                scope: codec::coded(row, "scope")?,
            })
        })?;
        let grants = grants.collect::<Result<_, _>>()?;
        let mut statement =
            self.sql.prepare_cached("SELECT modules, sub_accounts FROM roles WHERE id = ?1")?;
        let (modules, sub_accounts) = statement.query_row([role.id.get()], |row| {
            Ok((codec::coded(row, "modules")?, codec::coded(row, "sub_accounts")?))
        })?;
        Ok(RoleDetails { role, grants, modules, sub_accounts })
    }

    /// The roles that a role may hand out, highest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn roles_given_by(&self, role: RoleId) -> Result<Vec<Role>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM roles WHERE id IN
                 (SELECT invited_role_id FROM role_invites WHERE role_id = ?1)
             ORDER BY rank, id"
        );
        let mut statement = self.sql.prepare_cached(&sql)?;
        let roles = statement.query_map([role.get()], from_row)?;
        Ok(roles.collect::<Result<_, _>>()?)
    }

    /// The roles of an organization that have a permission with at least this scope, highest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn roles_with(
        &self,
        organization: OrganizationId,
        permission: &str,
        scope: Scope,
    ) -> Result<Vec<Role>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM roles r WHERE organization_id = ?1 AND EXISTS
                 (SELECT 1 FROM role_grants g
                  WHERE g.role_id = r.id AND g.permission = ?2 AND g.scope >= ?3)
             ORDER BY rank, id"
        );
        let mut statement = self.sql.prepare_cached(&sql)?;
        let roles =
            statement.query_map(params![organization.get(), permission, scope.code()], from_row)?;
        Ok(roles.collect::<Result<_, _>>()?)
    }

    /// Every permission of an organization, in the order in which it is shown.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn permissions(&self, organization: OrganizationId) -> Result<Vec<Permission>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT name, title, offer FROM permissions WHERE organization_id = ?1 ORDER BY position",
        )?;
        let permissions = statement.query_map([organization.get()], |row| {
            Ok(Permission {
                name: codec::parsed(row, "name")?,
                title: row.get("title")?,
                offer: codec::coded(row, "offer")?,
            })
        })?;
        Ok(permissions.collect::<Result<_, _>>()?)
    }
}

impl ReadTx<'_> {
    /// How many users with a role hold agent IDs.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_holders(&self, role: &Role) -> Result<u64, StoreError> {
        let mut statement = self.sql.prepare_cached(HOLDERS)?;
        Ok(statement.query_row([role.id.get()], |row| codec::count(row, "holders"))?)
    }
}

/// Reads the assignments of today, and not all that ever were.
pub(super) const HOLDERS: &str = "SELECT count(DISTINCT s.user_id) AS holders
     FROM assignments s INDEXED BY assignments_current CROSS JOIN users u
     WHERE s.until_at IS NULL AND u.id = s.user_id AND u.role_id = ?1";

/// Makes a role that may do nothing yet.
fn insert() -> String {
    format!(
        "INSERT INTO roles (organization_id, name, title, rank, holds_agents, modules, sub_accounts,
             checksum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, {})",
        ROLES.sum_of(&["?1, ?2", "?4", "?3, ?5, ?6, ?7"])
    )
}

/// Whether a user has a role, by the counters, or new users get it.
const IN_USE: &str = "SELECT EXISTS
         (SELECT 1 FROM counters WHERE organization_id = ?1 AND role_id = ?2 AND users > 0)
     OR EXISTS (SELECT 1 FROM organizations WHERE default_role_id = ?2)";

impl WriteTx<'_> {
    /// Makes a role at its rank; those at that rank and below stand one lower then. That the name is
    /// free is the caller's to know. Its number is given by the store.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_role(
        &mut self,
        organization: OrganizationId,
        wanted: &RoleDetails,
    ) -> Result<Role, StoreError> {
        let role = &wanted.role;
        let lower = format!(
            "UPDATE roles SET {} WHERE organization_id = ?1 AND rank >= ?2",
            ROLES.set("rank", &["rank + 1"])
        );
        self.sql.execute(&lower, params![organization.get(), role.rank])?;
        self.sql.execute(
            &insert(),
            params![
                organization.get(),
                role.name.as_str(),
                role.title,
                role.rank,
                role.agents.code(),
                wanted.modules.code(),
                wanted.sub_accounts.code(),
            ],
        )?;
        let role = Role { id: RoleId::new(self.sql.last_insert_rowid()), ..role.clone() };
        self.add_grants(role.id, &wanted.grants)?;
        Ok(role)
    }

    /// Keeps what a role is and may do now. Name and rank stay.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_role(&mut self, wanted: &RoleDetails) -> Result<(), StoreError> {
        let role = &wanted.role;
        let set = ROLES.set("details", &["?2", "?3", "?4", "?5"]);
        self.sql.execute(
            &format!("UPDATE roles SET {set} WHERE id = ?1"),
            params![
                role.id.get(),
                role.title,
                role.agents.code(),
                wanted.modules.code(),
                wanted.sub_accounts.code(),
            ],
        )?;
        self.sql.execute(&ROLES.take_off_all("grant"), [role.id.get()])?;
        self.sql.execute("DELETE FROM role_grants WHERE role_id = ?1", [role.id.get()])?;
        self.add_grants(role.id, &wanted.grants)
    }

    /// Lets a role hand these out, and no others.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_roles_given(&mut self, role: RoleId, given: &[RoleId]) -> Result<(), StoreError> {
        self.sql.execute(&ROLES.take_off_all("gives"), [role.get()])?;
        self.sql.execute("DELETE FROM role_invites WHERE role_id = ?1", [role.get()])?;
        given.iter().try_for_each(|given| self.add_role_given(role, *given))
    }

    /// Lets a role hand out one more.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_role_given(&mut self, role: RoleId, given: RoleId) -> Result<(), StoreError> {
        self.sql
            .prepare_cached("INSERT INTO role_invites (role_id, invited_role_id) VALUES (?1, ?2)")?
            .execute(params![role.get(), given.get()])?;
        self.sql
            .prepare_cached(&ROLES.put_on("gives", "?2"))?
            .execute(params![role.get(), given.get()])?;
        Ok(())
    }

    /// Deletes a role with what it may do; those below it stand one higher then. That no user has it is the
    /// caller's to know.
    ///
    /// # Errors
    /// When the store cannot be written, or somebody has the role, or new users get it.
    pub fn remove_role(
        &mut self,
        organization: OrganizationId,
        role: &Role,
    ) -> Result<(), StoreError> {
        let id = role.id.get();
        let in_use: bool =
            self.sql.query_row(IN_USE, params![organization.get(), id], |row| row.get(0))?;
        if in_use {
            return Err(StoreError::Bug(format!("role {} is in use", role.name)));
        }
        self.sql.execute("DELETE FROM role_grants WHERE role_id = ?1", [id])?;
        let no_longer_given = ROLES.put_off("gives", "?1");
        self.sql.execute(
            &format!(
                "{no_longer_given} WHERE id IN (SELECT role_id FROM role_invites WHERE invited_role_id = ?1)"
            ),
            [id],
        )?;
        self.sql
            .execute("DELETE FROM role_invites WHERE role_id = ?1 OR invited_role_id = ?1", [id])?;
        // Nobody refers to it any more, as was asked; SQLite would read all users to see that.
        self.without_foreign_keys(|tx| {
            Ok(tx.sql.execute("DELETE FROM roles WHERE id = ?1", [id])?)
        })?;
        let higher = format!(
            "UPDATE roles SET {} WHERE organization_id = ?1 AND rank > ?2",
            ROLES.set("rank", &["rank - 1"])
        );
        self.sql.execute(&higher, params![organization.get(), role.rank])?;
        Ok(())
    }

    fn add_grants(&mut self, role: RoleId, grants: &[Grant]) -> Result<(), StoreError> {
        let mut statement = self.sql.prepare_cached(
            "INSERT INTO role_grants (role_id, permission, scope) VALUES (?1, ?2, ?3)",
        )?;
        let mut put_on = self.sql.prepare_cached(&ROLES.put_on("grant", "?2, ?3"))?;
        for grant in grants {
            let grant = params![role.get(), grant.permission.as_str(), grant.scope.code()];
            statement.execute(grant)?;
            put_on.execute(grant)?;
        }
        Ok(())
    }

    /// Makes the roles of a template, highest first.
    pub(super) fn add_template_roles(
        &mut self,
        organization: OrganizationId,
        template: &Template,
    ) -> Result<(), StoreError> {
        for (rank, role) in template.roles.iter().enumerate() {
            self.sql.execute(
                &insert(),
                params![
                    organization.get(),
                    role.name.as_str(),
                    role.title,
                    rank as i64,
                    role.agents.code(),
                    role.modules.code(),
                    role.sub_accounts.code(),
                ],
            )?;
            let id = self.sql.last_insert_rowid();
            self.add_grants(RoleId::new(id), &role.grants)?;
        }
        for role in &template.roles {
            for invited in &role.invites {
                let pair = self.sql.query_row(
                    "SELECT r.id, i.id FROM roles r, roles i
                     WHERE r.organization_id = ?1 AND r.name = ?2
                       AND i.organization_id = ?1 AND i.name = ?3",
                    params![organization.get(), role.name.as_str(), invited.as_str()],
                    |row| Ok((RoleId::new(row.get(0)?), RoleId::new(row.get(1)?))),
                );
                if let Some((role, given)) = pair.optional()? {
                    self.add_role_given(role, given)?;
                }
            }
        }
        Ok(())
    }
}
