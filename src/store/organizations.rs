//! Organizations: rows in and out. Setting one up from a template is `ops::organizations`'.

use rusqlite::{OptionalExtension, Row, ToSql, params};

use super::checksums::ORGANIZATIONS;
use super::codec::{self, Coded};
use super::error::StoreError;
use super::transaction::{ReadTx, WriteTx};
use crate::domain::email::EmailAddress;
use crate::domain::id::{OrganizationId, RoleId};
use crate::domain::lifetime::Lifetime;
use crate::domain::organization::{Organization, OrganizationName, PlanName, SignOn, Slug};
use crate::domain::password::PasswordMinimum;
use crate::domain::permission::PermissionName;
use crate::domain::template::Template;
use crate::domain::time::Timestamp;

const COLUMNS: &str = "id, slug, name, template, default_role_id, lifetime, delivery, disposable, \
     login_less, sso, plan, seat_limit, sender, portal, password_minimum";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Organization> {
    let lifetime: u32 = row.get("lifetime")?;
    let lifetime = Lifetime::from_seconds(lifetime).map_err(|error| {
        codec::damaged(rusqlite::types::Type::Integer, "lifetime", &error.to_string())
    })?;
    Ok(Organization {
        id: OrganizationId::new(row.get("id")?),
        slug: codec::parsed(row, "slug")?,
        name: codec::named(row, "name")?,
        template: row.get("template")?,
        default_role: RoleId::new(row.get("default_role_id")?),
        lifetime,
        delivery: codec::coded(row, "delivery")?,
        disposable: codec::coded(row, "disposable")?,
        login_less: codec::coded(row, "login_less")?,
        sign_on: codec::coded(row, "sso")?,
        plan: codec::parsed_or_null(row, "plan")?,
        seat_limit: row.get("seat_limit")?,
        sender: codec::parsed_or_null(row, "sender")?,
        portal: codec::parsed_or_null(row, "portal")?,
        password_minimum: password_minimum(row)?,
    })
}

fn password_minimum(row: &Row<'_>) -> rusqlite::Result<PasswordMinimum> {
    let characters: u8 = row.get("password_minimum")?;
    PasswordMinimum::new(characters).map_err(|error| {
        codec::damaged(rusqlite::types::Type::Integer, "password_minimum", &error.to_string())
    })
}

/// Finds the organizations whose numbers a statement finds, in the order in which they were made.
pub(super) fn with_any_of(numbers: &str) -> String {
    format!("SELECT {COLUMNS} FROM organizations WHERE id IN ({numbers}) ORDER BY id")
}

/// Finds the organizations in which an invite is due. CROSS JOIN makes SQLite begin with the invites.
pub(super) fn with_due_invites() -> String {
    with_any_of(
        "SELECT u.organization_id FROM invites d CROSS JOIN users u ON u.id = d.user_id
         WHERE d.state = 1 AND d.expires_at <= ?1",
    )
}

impl ReadTx<'_> {
    /// The organization that commands work in.
    ///
    /// # Errors
    /// A store without one is damaged.
    pub fn current_organization(&self) -> Result<Organization, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM organizations
             WHERE id = (SELECT current_organization_id FROM store)"
        );
        self.sql
            .prepare_cached(&sql)?
            .query_row([], from_row)
            .optional()?
            .ok_or_else(|| StoreError::Damaged("it has no current organization".to_owned()))
    }

    /// An organization by its short name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_organization(&self, slug: &Slug) -> Result<Option<Organization>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM organizations WHERE slug = ?1");
        Ok(self.sql.prepare_cached(&sql)?.query_row([slug.as_str()], from_row).optional()?)
    }

    /// An organization that is named elsewhere in the store.
    ///
    /// # Errors
    /// A store without it is damaged.
    pub fn get_organization(&self, id: OrganizationId) -> Result<Organization, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM organizations WHERE id = ?1");
        self.sql
            .prepare_cached(&sql)?
            .query_row([id.get()], from_row)
            .optional()?
            .ok_or_else(|| StoreError::Damaged(format!("it has no organization {id}")))
    }

    /// Every organization, by short name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn organizations(&self) -> Result<Vec<Organization>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM organizations ORDER BY slug");
        let mut statement = self.sql.prepare_cached(&sql)?;
        let rows = statement.query_map([], from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The organizations in which an open invite is due, in the order in which they were made.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn organizations_with_due_invites(
        &self,
        now: Timestamp,
    ) -> Result<Vec<Organization>, StoreError> {
        self.organizations_by(&with_due_invites(), &[&now.timestamp()])
    }

    /// The organizations that a statement of [`with_any_of`] finds.
    pub(super) fn organizations_by(
        &self,
        sql: &str,
        parameters: &[&dyn ToSql],
    ) -> Result<Vec<Organization>, StoreError> {
        let mut statement = self.sql.prepare_cached(sql)?;
        let rows = statement.query_map(parameters, from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl ReadTx<'_> {
    /// The premium permissions that an organization's plan has, in the order in which they are shown.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn premium_features(
        &self,
        organization: OrganizationId,
    ) -> Result<Vec<PermissionName>, StoreError> {
        let mut statement = self.sql.prepare_cached(
            "SELECT f.permission FROM premium_features f JOIN permissions p
                 ON p.organization_id = f.organization_id AND p.name = f.permission
             WHERE f.organization_id = ?1 ORDER BY p.position",
        )?;
        let names =
            statement.query_map([organization.get()], |row| codec::parsed(row, "permission"))?;
        Ok(names.collect::<Result<_, _>>()?)
    }
}

impl WriteTx<'_> {
    /// Makes an organization the one that commands work in where nobody says otherwise.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn make_current(&mut self, organization: OrganizationId) -> Result<(), StoreError> {
        self.sql.execute(
            "UPDATE store SET current_organization_id = ?1",
            params![organization.get()],
        )?;
        Ok(())
    }

    /// Keeps an organization's names and settings as they are here. That its short name is free is the
    /// caller's to know.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        let set = ORGANIZATIONS.set_all(&[
            ("names", &["?2", "?3"]),
            ("default-role", &["?4"]),
            ("settings", &["?5", "?6", "?7", "?8", "?9", "?10", "?11", "?12", "?13", "?14"]),
        ]);
        self.sql.execute(
            &format!("UPDATE organizations SET {set} WHERE id = ?1"),
            params![
                organization.id.get(),
                organization.slug.as_str(),
                organization.name.as_str(),
                organization.default_role.get(),
                organization.lifetime.seconds(),
                organization.delivery.code(),
                organization.disposable.code(),
                organization.login_less.code(),
                organization.sign_on.code(),
                organization.plan.as_ref().map(PlanName::as_str),
                organization.seat_limit,
                organization.sender.as_ref().map(EmailAddress::as_typed),
                organization.portal.as_ref().map(ToString::to_string),
                organization.password_minimum.get(),
            ],
        )?;
        Ok(())
    }

    /// Gives an organization's plan these premium permissions and no others.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_premium_features(
        &mut self,
        organization: OrganizationId,
        permissions: &[PermissionName],
    ) -> Result<(), StoreError> {
        self.sql.execute(&ORGANIZATIONS.take_off_all("premium"), [organization.get()])?;
        self.sql.execute(
            "DELETE FROM premium_features WHERE organization_id = ?1",
            params![organization.get()],
        )?;
        let mut add = self.sql.prepare_cached(
            "INSERT INTO premium_features (organization_id, permission) VALUES (?1, ?2)",
        )?;
        let mut put_on = self.sql.prepare_cached(&ORGANIZATIONS.put_on("premium", "?2"))?;
        for permission in permissions {
            add.execute(params![organization.get(), permission.as_str()])?;
            put_on.execute(params![organization.get(), permission.as_str()])?;
        }
        Ok(())
    }

    /// Makes an organization with everything its template says, and makes it the current one where the
    /// store has none yet.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_organization(
        &mut self,
        slug: &Slug,
        name: &OrganizationName,
        template: &Template,
    ) -> Result<Organization, StoreError> {
        let invites = &template.invites;
        let id = OrganizationId::new(self.take_numbers("organization", 1)?);
        self.sql.execute(
            &format!(
                "INSERT INTO organizations
                     (id, slug, name, template, lifetime, delivery, disposable, login_less, mail_subject,
                      created_at, sso, password_minimum, checksum)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, {})",
                ORGANIZATIONS.sum_of(&[
                    "?1, ?4, ?9, ?10",
                    "?2, ?3",
                    "NULL",
                    "?5, ?6, ?7, ?8, ?11, NULL, NULL, NULL, NULL, ?12",
                ])
            ),
            params![
                id.get(),
                slug.as_str(),
                name.as_str(),
                template.name.as_str(),
                invites.lifetime.seconds(),
                invites.delivery.code(),
                invites.disposable.code(),
                template.login_less.code(),
                invites.subject,
                self.now.timestamp(),
                SignOn::Password.code(),
                PasswordMinimum::default().get(),
            ],
        )?;
        for (position, permission) in template.permissions.iter().enumerate() {
            self.sql.execute(
                "INSERT INTO permissions (organization_id, position, name, title, offer)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    id.get(),
                    position as i64,
                    permission.name.as_str(),
                    permission.title,
                    permission.offer.code()
                ],
            )?;
            self.sql.execute(
                &ORGANIZATIONS.put_on("offer", "?2, ?3"),
                params![id.get(), permission.name.as_str(), permission.offer.code()],
            )?;
        }
        for (position, module) in template.modules.iter().enumerate() {
            self.sql.execute(
                "INSERT INTO modules (organization_id, position, name, title, admin_only)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    id.get(),
                    position as i64,
                    module.name.as_str(),
                    module.title,
                    module.access.code()
                ],
            )?;
            self.sql.execute(
                &ORGANIZATIONS.put_on("menu", "?2, ?3"),
                params![id.get(), module.name.as_str(), module.access.code()],
            )?;
        }
        self.add_template_roles(id, template)?;
        let default = "(SELECT id FROM roles WHERE organization_id = ?1 AND name = ?2)";
        self.sql.execute(
            &format!(
                "UPDATE organizations SET {} WHERE id = ?1",
                ORGANIZATIONS.set("default-role", &[default])
            ),
            params![id.get(), template.default_role.as_str()],
        )?;
        self.sql.execute(
            "INSERT INTO store (only_row, created_at, current_organization_id) VALUES (1, ?1, ?2)
             ON CONFLICT DO NOTHING",
            params![self.now.timestamp(), id.get()],
        )?;
        let sql = format!("SELECT {COLUMNS} FROM organizations WHERE id = ?1");
        Ok(self.sql.query_row(&sql, [id.get()], from_row)?)
    }
}
