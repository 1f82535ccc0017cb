//! What is granted to one user, and whether a plan has a premium permission: reading alone. Making and
//! granting modules and sub-accounts is elsewhere.

use rusqlite::{OptionalExtension, Row, params};

use super::codec;
use super::error::StoreError;
use super::transaction::ReadTx;
use crate::domain::id::{OrganizationId, UserId};
use crate::domain::permission::PermissionName;
use crate::domain::template::{ModuleName, TemplateModule};

fn module_from_row(row: &Row<'_>) -> rusqlite::Result<TemplateModule> {
    Ok(TemplateModule {
        name: codec::parsed(row, "name")?,
        title: row.get("title")?,
        access: codec::coded(row, "admin_only")?,
    })
}

impl ReadTx<'_> {
    /// The modules that are granted to a user, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn modules_of(&self, user: UserId) -> Result<Vec<ModuleName>, StoreError> {
        let mut statement = self
            .sql
            .prepare_cached("SELECT module FROM user_modules WHERE user_id = ?1 ORDER BY module")?;
        let names = statement.query_map([user.get()], |row| codec::parsed(row, "module"))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// The names of the sub-accounts that are granted to a user.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sub_accounts_of(&self, user: UserId) -> Result<Vec<String>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT s.name FROM user_sub_accounts u JOIN sub_accounts s ON s.id = u.sub_account_id
             WHERE u.user_id = ?1 ORDER BY s.name",
        )?;
        let names = statement.query_map([user.get()], |row| row.get("name"))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// A module by its name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_module(
        &self,
        organization: OrganizationId,
        name: &ModuleName,
    ) -> Result<Option<TemplateModule>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT name, title, admin_only FROM modules WHERE organization_id = ?1 AND name = ?2",
        )?;
        let place = params![organization.get(), name.as_str()];
        Ok(statement.query_row(place, module_from_row).optional()?)
    }

    /// A sub-account's name as it is kept, if there is such a sub-account.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_sub_account(
        &self,
        organization: OrganizationId,
        name: &str,
    ) -> Result<Option<String>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT name FROM sub_accounts WHERE organization_id = ?1 AND name = ?2",
        )?;
        let place = params![organization.get(), name];
        Ok(statement.query_row(place, |row| row.get("name")).optional()?)
    }

    /// The names of all modules, in the order in which they are shown.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn module_names(&self, organization: OrganizationId) -> Result<Vec<String>, StoreError> {
        self.names(
            organization,
            "SELECT name FROM modules WHERE organization_id = ?1 ORDER BY position, name",
        )
    }

    /// The names of all sub-accounts.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sub_account_names(
        &self,
        organization: OrganizationId,
    ) -> Result<Vec<String>, StoreError> {
        self.names(
            organization,
            "SELECT name FROM sub_accounts WHERE organization_id = ?1 ORDER BY name",
        )
    }

    fn names(&self, organization: OrganizationId, sql: &str) -> Result<Vec<String>, StoreError> {
        let mut statement = self.sql.prepare_cached(sql)?;
        let names = statement.query_map([organization.get()], |row| row.get("name"))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Whether an organization's plan has a premium permission (S4, rule 5).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_premium(
        &self,
        organization: OrganizationId,
        permission: &PermissionName,
    ) -> Result<bool, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM premium_features
                            WHERE organization_id = ?1 AND permission = ?2)",
        )?;
        let place = params![organization.get(), permission.as_str()];
        Ok(statement.query_row(place, |row| row.get(0))?)
    }
}
