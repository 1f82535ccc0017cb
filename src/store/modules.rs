//! Modules: rows in and out, and to whom they are granted.

use rusqlite::{OptionalExtension, Row, params};

use super::checksums;
use super::codec::{self, Coded};
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use super::users;
use crate::domain::id::{OrganizationId, RoleId, UserId};
use crate::domain::module::{Module, ModuleName};
use crate::domain::user::User;

fn from_row(row: &Row<'_>) -> rusqlite::Result<Module> {
    Ok(Module {
        name: codec::parsed(row, "name")?,
        title: row.get("title")?,
        access: codec::coded(row, "admin_only")?,
    })
}

impl ReadTx<'_> {
    /// The modules of an organization, in the order in which they are shown.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn modules(&self, organization: OrganizationId) -> Result<Vec<Module>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT name, title, admin_only FROM modules WHERE organization_id = ?1 ORDER BY position",
        )?;
        let modules = statement.query_map([organization.get()], from_row)?;
        Ok(modules.collect::<Result<_, _>>()?)
    }

    /// A module by its name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_module(
        &self,
        organization: OrganizationId,
        name: &ModuleName,
    ) -> Result<Option<Module>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT name, title, admin_only FROM modules WHERE organization_id = ?1 AND name = ?2",
        )?;
        let module = statement.query_row(params![organization.get(), name.as_str()], from_row);
        Ok(module.optional()?)
    }

    /// How many users a module is granted to.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_module_holders(
        &self,
        organization: OrganizationId,
        name: &ModuleName,
    ) -> Result<u64, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT count(*) AS n FROM user_modules WHERE organization_id = ?1 AND module = ?2",
        )?;
        Ok(statement
            .query_row(params![organization.get(), name.as_str()], |row| codec::count(row, "n"))?)
    }

    /// The modules that are granted to a user, in the order in which they are shown.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn granted_modules(&self, user: UserId) -> Result<Vec<ModuleName>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT g.module FROM user_modules g
             JOIN modules m ON m.organization_id = g.organization_id AND m.name = g.module
             WHERE g.user_id = ?1 ORDER BY m.position",
        )?;
        let names = statement.query_map([user.get()], |row| codec::parsed(row, "module"))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// The next active users with a role and a module that was granted to them, by number; at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn active_users_granted(
        &self,
        organization: OrganizationId,
        role: RoleId,
        name: &ModuleName,
        after: UserId,
        limit: u32,
    ) -> Result<Vec<User>, StoreError> {
        let mut statement = self.sql.prepare_cached(&active_by_module())?;
        let (organization, role, after) = (organization.get(), role.get(), after.get());
        let page = params![organization, role, name.as_str(), limit, after];
        let users = statement.query_map(page, users::from_row)?;
        Ok(users.collect::<Result<_, _>>()?)
    }

    /// Whether a module is granted to anybody in an organization.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn any_module_granted(&self, organization: OrganizationId) -> Result<bool, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM user_modules WHERE organization_id = ?1)",
        )?;
        Ok(statement.query_row([organization.get()], |row| row.get(0))?)
    }
}

/// Finds active users of a role by a module: it was granted to few, and many may have the role.
pub(super) fn active_by_module() -> String {
    format!(
        "SELECT {} FROM user_modules g CROSS JOIN {}
         WHERE g.organization_id = ?1 AND g.module = ?3 AND g.user_id > ?5
           AND u.id = g.user_id AND u.role_id = ?2 AND u.status = 3
           AND u.email IS NOT NULL
         ORDER BY g.user_id LIMIT ?4",
        users::COLUMNS,
        users::TABLES
    )
}

impl WriteTx<'_> {
    /// Adds a module behind the others. That the name is free is the caller's to know.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_module(
        &mut self,
        organization: OrganizationId,
        module: &Module,
    ) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT INTO modules (organization_id, position, name, title, admin_only)
             SELECT ?1, coalesce(max(position), -1) + 1, ?2, ?3, ?4
             FROM modules WHERE organization_id = ?1",
            params![organization.get(), module.name.as_str(), module.title, module.access.code()],
        )?;
        self.sql.execute(
            &checksums::ORGANIZATIONS.put_on("menu", "?2, ?3"),
            params![organization.get(), module.name.as_str(), module.access.code()],
        )?;
        Ok(())
    }

    /// Removes a module; whom it was granted to lose it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remove_module(
        &mut self,
        organization: OrganizationId,
        name: &ModuleName,
    ) -> Result<(), StoreError> {
        let put_off = checksums::ORGANIZATIONS.put_off(
            "menu",
            "?2, (SELECT admin_only FROM modules WHERE organization_id = ?1 AND name = ?2)",
        );
        self.sql.execute(
            &format!(
                "{put_off} WHERE id = ?1 AND EXISTS
                     (SELECT 1 FROM modules WHERE organization_id = ?1 AND name = ?2)"
            ),
            params![organization.get(), name.as_str()],
        )?;
        self.sql.execute(
            "DELETE FROM modules WHERE organization_id = ?1 AND name = ?2",
            params![organization.get(), name.as_str()],
        )?;
        Ok(())
    }

    /// Grants a module to a user who does not have it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn grant_module(
        &mut self,
        organization: OrganizationId,
        user: UserId,
        name: &ModuleName,
    ) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(&format!(
                "INSERT INTO user_modules (user_id, organization_id, module, checksum)
                     VALUES (?1, ?2, ?3, {})",
                checksums::USER_MODULES.sum_of(&["?1, ?2, ?3"])
            ))?
            .execute(params![user.get(), organization.get(), name.as_str()])?;
        Ok(())
    }

    /// Takes a module from a user.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn revoke_module(&mut self, user: UserId, name: &ModuleName) -> Result<(), StoreError> {
        self.sql
            .prepare_cached("DELETE FROM user_modules WHERE user_id = ?1 AND module = ?2")?
            .execute(params![user.get(), name.as_str()])?;
        Ok(())
    }

    /// Takes every module and sub-account from a user.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn revoke_everything(&mut self, user: &User) -> Result<(), StoreError> {
        for sql in [
            "DELETE FROM user_modules WHERE user_id = ?1",
            "DELETE FROM user_sub_accounts WHERE user_id = ?1",
        ] {
            self.sql.prepare_cached(sql)?.execute([user.id.get()])?;
        }
        Ok(())
    }
}
