//! The words of mails: what an organization says in its own instead of admit's, and whom it writes to.

use rusqlite::{OptionalExtension, params};

use super::codec::{self, Coded};
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::delivery::DeliveryKind;
use crate::domain::email::EmailAddress;
use crate::domain::id::OrganizationId;
use crate::domain::wording::{OwnWording, Part};

impl ReadTx<'_> {
    /// The parts of one kind of mail that an organization has of its own.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_own_wording(
        &self,
        organization: OrganizationId,
        kind: DeliveryKind,
    ) -> Result<OwnWording, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT part, source FROM mail_templates WHERE organization_id = ?1 AND kind = ?2",
        )?;
        let mut own = OwnWording::default();
        let mut rows = statement.query(params![organization.get(), kind.code()])?;
        while let Some(row) = rows.next()? {
            let part: Part = codec::coded(row, "part")?;
            own = own.with(part, Some(row.get("source")?));
        }
        Ok(own)
    }

    /// The subject of an organization's invitations, as its template set it. Text as it stands, no template
    /// of a mail; nothing in it is checked.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn mail_subject(&self, organization: OrganizationId) -> Result<String, StoreError> {
        let mut statement =
            self.sql.prepare_cached("SELECT mail_subject FROM organizations WHERE id = ?1")?;
        Ok(statement.query_row([organization.get()], |row| row.get("mail_subject"))?)
    }

    /// Whether an address has an account, made in whichever organization.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_account(&self, email: &EmailAddress) -> Result<bool, StoreError> {
        let mut statement = self.sql.prepare_cached("SELECT 1 FROM accounts WHERE email = ?1")?;
        let found = statement.query_row([email.as_normal()], |_| Ok(())).optional()?;
        Ok(found.is_some())
    }
}

impl WriteTx<'_> {
    /// Keeps a part of an organization's own, in place of an earlier one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_wording_part(
        &mut self,
        organization: OrganizationId,
        kind: DeliveryKind,
        part: Part,
        source: &str,
    ) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT INTO mail_templates (organization_id, kind, part, source)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (organization_id, kind, part) DO UPDATE SET source = excluded.source",
            params![organization.get(), kind.code(), part.code(), source],
        )?;
        Ok(())
    }

    /// Gives a part back to admit.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_wording_part(
        &mut self,
        organization: OrganizationId,
        kind: DeliveryKind,
        part: Part,
    ) -> Result<(), StoreError> {
        self.sql.execute(
            "DELETE FROM mail_templates WHERE organization_id = ?1 AND kind = ?2 AND part = ?3",
            params![organization.get(), kind.code(), part.code()],
        )?;
        Ok(())
    }
}
