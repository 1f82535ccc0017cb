//! Sub-accounts: rows in and out, and to whom they are granted.

use rusqlite::{OptionalExtension, Row, params};

use super::checksums;
use super::codec;
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::id::{OrganizationId, SubAccountId, UserId};
use crate::domain::sub_account::{SubAccount, SubAccountName};

fn from_row(row: &Row<'_>) -> rusqlite::Result<SubAccount> {
    Ok(SubAccount {
        id: SubAccountId::new(row.get("id")?),
        name: codec::parsed(row, "name")?,
        title: row.get("title")?,
    })
}

impl ReadTx<'_> {
    /// The sub-accounts of an organization, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sub_accounts(
        &self,
        organization: OrganizationId,
    ) -> Result<Vec<SubAccount>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT id, name, title FROM sub_accounts WHERE organization_id = ?1 ORDER BY name",
        )?;
        let sub_accounts = statement.query_map([organization.get()], from_row)?;
        Ok(sub_accounts.collect::<Result<_, _>>()?)
    }

    /// A sub-account by its name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_sub_account(
        &self,
        organization: OrganizationId,
        name: &SubAccountName,
    ) -> Result<Option<SubAccount>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT id, name, title FROM sub_accounts WHERE organization_id = ?1 AND name = ?2",
        )?;
        let found = statement.query_row(params![organization.get(), name.as_str()], from_row);
        Ok(found.optional()?)
    }

    /// How many users a sub-account is granted to.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_sub_account_holders(&self, id: SubAccountId) -> Result<u64, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT count(*) AS n FROM user_sub_accounts WHERE sub_account_id = ?1",
        )?;
        Ok(statement.query_row([id.get()], |row| codec::count(row, "n"))?)
    }

    /// The sub-accounts that are granted to a user, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn granted_sub_accounts(&self, user: UserId) -> Result<Vec<SubAccountName>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT s.name FROM user_sub_accounts g JOIN sub_accounts s ON s.id = g.sub_account_id
             WHERE g.user_id = ?1 ORDER BY s.name",
        )?;
        let names = statement.query_map([user.get()], |row| codec::parsed(row, "name"))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Whether a sub-account is granted to anybody in an organization.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn any_sub_account_granted(
        &self,
        organization: OrganizationId,
    ) -> Result<bool, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM sub_accounts s
             JOIN user_sub_accounts g ON g.sub_account_id = s.id WHERE s.organization_id = ?1)",
        )?;
        Ok(statement.query_row([organization.get()], |row| row.get(0))?)
    }
}

impl WriteTx<'_> {
    /// Adds a sub-account. That the name is free is the caller's to know.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_sub_account(
        &mut self,
        organization: OrganizationId,
        name: &SubAccountName,
        title: &str,
    ) -> Result<SubAccount, StoreError> {
        let id = self.next_number(&checksums::SUB_ACCOUNTS)?;
        let sum = checksums::SUB_ACCOUNTS.sum_of(&["?1, ?2, ?3, ?4"]);
        self.sql.execute(
            &format!(
                "INSERT INTO sub_accounts (id, organization_id, name, title, checksum)
                 VALUES (?1, ?2, ?3, ?4, {sum})"
            ),
            params![id, organization.get(), name.as_str(), title],
        )?;
        let id = SubAccountId::new(id);
        Ok(SubAccount { id, name: name.clone(), title: title.to_owned() })
    }

    /// Removes a sub-account; whom it was granted to lose it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remove_sub_account(&mut self, id: SubAccountId) -> Result<(), StoreError> {
        self.sql.execute("DELETE FROM sub_accounts WHERE id = ?1", [id.get()])?;
        Ok(())
    }

    /// Grants a sub-account to a user who does not have it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn grant_sub_account(
        &mut self,
        user: UserId,
        sub_account: SubAccountId,
    ) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(&format!(
                "INSERT INTO user_sub_accounts (user_id, sub_account_id, checksum)
                     VALUES (?1, ?2, {})",
                checksums::USER_SUB_ACCOUNTS.sum_of(&["?1, ?2"])
            ))?
            .execute(params![user.get(), sub_account.get()])?;
        Ok(())
    }

    /// Takes a sub-account from a user.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn revoke_sub_account(
        &mut self,
        user: UserId,
        sub_account: SubAccountId,
    ) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(
                "DELETE FROM user_sub_accounts WHERE user_id = ?1 AND sub_account_id = ?2",
            )?
            .execute(params![user.get(), sub_account.get()])?;
        Ok(())
    }
}
