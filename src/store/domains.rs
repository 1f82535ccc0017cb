//! Domains: an organization's own words on them, rows in and out.

use rusqlite::{OptionalExtension, Row, params};

use super::checksums;
use super::codec::{self, Coded};
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::disposable::DomainVerdict;
use crate::domain::domain_name::DomainName;
use crate::domain::id::OrganizationId;

/// An organization's own word on a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnDomain {
    /// Which.
    pub domain: DomainName,
    /// What it says.
    pub verdict: DomainVerdict,
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<OwnDomain> {
    Ok(OwnDomain { domain: codec::parsed(row, "domain")?, verdict: codec::coded(row, "verdict")? })
}

impl ReadTx<'_> {
    /// The domains that an organization has its own word on, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn domains(&self, organization: OrganizationId) -> Result<Vec<OwnDomain>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT domain, verdict FROM domains WHERE organization_id = ?1 ORDER BY domain",
        )?;
        let domains = statement.query_map([organization.get()], from_row)?;
        Ok(domains.collect::<Result<_, _>>()?)
    }

    /// Whether an organization has its own word on any domain.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_domains(&self, organization: OrganizationId) -> Result<bool, StoreError> {
        let mut statement =
            self.sql.prepare_cached("SELECT 1 FROM domains WHERE organization_id = ?1 LIMIT 1")?;
        Ok(statement.exists([organization.get()])?)
    }

    /// An organization's own word on this very domain.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_domain_verdict(
        &self,
        organization: OrganizationId,
        domain: &DomainName,
    ) -> Result<Option<DomainVerdict>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT verdict FROM domains WHERE organization_id = ?1 AND domain = ?2",
        )?;
        let key = params![organization.get(), domain.as_str()];
        Ok(statement.query_row(key, |row| codec::coded(row, "verdict")).optional()?)
    }
}

impl WriteTx<'_> {
    /// Keeps an organization's own word on a domain, in place of an earlier one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_domain_verdict(
        &mut self,
        organization: OrganizationId,
        domain: &DomainName,
        verdict: DomainVerdict,
    ) -> Result<(), StoreError> {
        let sum = checksums::DOMAINS.sum_of(&["?1, ?2, ?3"]);
        let mut statement = self.sql.prepare_cached(&format!(
            "INSERT INTO domains (organization_id, domain, verdict, checksum) VALUES (?1, ?2, ?3, {sum})
             ON CONFLICT (organization_id, domain)
             DO UPDATE SET verdict = excluded.verdict, checksum = excluded.checksum"
        ))?;
        statement.execute(params![organization.get(), domain.as_str(), verdict.code()])?;
        Ok(())
    }

    /// Takes an organization's own word on a domain back.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remove_domain_verdict(
        &mut self,
        organization: OrganizationId,
        domain: &DomainName,
    ) -> Result<(), StoreError> {
        let mut statement = self
            .sql
            .prepare_cached("DELETE FROM domains WHERE organization_id = ?1 AND domain = ?2")?;
        statement.execute(params![organization.get(), domain.as_str()])?;
        Ok(())
    }
}
