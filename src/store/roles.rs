//! Roles: rows in and out.

use rusqlite::{Row, params};

use super::codec::{self, Coded};
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::id::{OrganizationId, RoleId};
use crate::domain::permission::{Grant, Permission, Scope};
use crate::domain::role::{Role, RoleDetails};
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

impl WriteTx<'_> {
    /// Makes the roles of a template, highest first.
    pub(super) fn add_template_roles(
        &mut self,
        organization: OrganizationId,
        template: &Template,
    ) -> Result<(), StoreError> {
        for (rank, role) in template.roles.iter().enumerate() {
            self.sql.execute(
                "INSERT INTO roles (organization_id, name, title, rank, holds_agents, modules, sub_accounts)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
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
            for grant in &role.grants {
                self.sql.execute(
                    "INSERT INTO role_grants (role_id, permission, scope) VALUES (?1, ?2, ?3)",
                    params![id, grant.permission.as_str(), grant.scope.code()],
                )?;
            }
        }
        for role in &template.roles {
            for invited in &role.invites {
                self.sql.execute(
                    "INSERT INTO role_invites (role_id, invited_role_id)
                     SELECT r.id, i.id FROM roles r, roles i
                     WHERE r.organization_id = ?1 AND r.name = ?2
                       AND i.organization_id = ?1 AND i.name = ?3",
                    params![organization.get(), role.name.as_str(), invited.as_str()],
                )?;
            }
        }
        Ok(())
    }
}
