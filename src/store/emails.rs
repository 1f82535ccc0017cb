//! Addresses by how they begin: for completion, and for what somebody may have meant.

use rusqlite::params;

use super::codec;
use super::error::StoreError;
use super::transaction::ReadTx;
use crate::domain::email::EmailAddress;
use crate::domain::id::OrganizationId;
use crate::domain::status::Status;

impl ReadTx<'_> {
    /// Whether somebody has this address; asked of the index alone.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_user_with(
        &self,
        organization: OrganizationId,
        email: &EmailAddress,
    ) -> Result<bool, StoreError> {
        let mut statement = self.sql.prepare_cached(HAS_USER_WITH)?;
        Ok(statement.exists(params![organization.get(), email.as_normal()])?)
    }

    /// Addresses that start so, for one that somebody may have meant; at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn emails_from(
        &self,
        organization: OrganizationId,
        prefix: &str,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        // An address is ASCII, so everything that starts with the prefix sorts before this.
        let mut statement = self.sql.prepare_cached(
            "SELECT coalesce(email_typed, email) AS email FROM users
             WHERE organization_id = ?1 AND email >= ?2 AND email < ?2 || x'7f'
             ORDER BY email LIMIT ?3",
        )?;
        let rows = statement
            .query_map(params![organization.get(), prefix, limit], |row| row.get("email"))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Users whose status is one of these and whose address starts so; for completion.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn emails_with_status(
        &self,
        organization: OrganizationId,
        prefix: &str,
        statuses: &[Status],
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT email, status FROM users
             WHERE organization_id = ?1 AND email >= ?2 AND email < ?2 || x'7f'
             ORDER BY email LIMIT 5000",
        )?;
        let mut rows = statement.query(params![organization.get(), prefix])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            if statuses.contains(&codec::coded::<Status>(row, "status")?) {
                found.push(row.get("email")?);
                if found.len() == limit {
                    break;
                }
            }
        }
        Ok(found)
    }
}

/// Finds whether somebody has an address.
pub(super) const HAS_USER_WITH: &str =
    "SELECT 1 FROM users WHERE organization_id = ?1 AND email = ?2";
