//! Everybody of an organization for a file, row by row: no more columns than the file has, and roles and
//! teams by what their numbers stand for instead of one look a user. Lists for people are `listing`'s.

use std::collections::HashMap;

use rusqlite::types::Type;
use rusqlite::{CachedStatement, Row};

use super::codec;
use super::error::StoreError;
use super::listing::joined;
use super::transaction::ReadTx;
use crate::domain::agent::AgentKey;
use crate::domain::email::EmailAddress;
use crate::domain::extension::Extension;
use crate::domain::holdings::Holdings;
use crate::domain::id::{OrganizationId, UserId};
use crate::domain::name::PersonName;
use crate::domain::role::RoleName;
use crate::domain::status::Status;
use crate::domain::team::TeamName;
use crate::domain::user::PortalAccess;

/// A user as a file has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportLine {
    /// The number.
    pub id: UserId,
    /// The address, with a login.
    pub email: Option<EmailAddress>,
    /// The name, if known.
    pub name: Option<PersonName>,
    /// The role.
    pub role: RoleName,
    /// The team, if any.
    pub team: Option<TeamName>,
    /// The agents, by source and ID.
    pub agents: Vec<AgentKey>,
    /// The extension of who has no login.
    pub extension: Option<Extension>,
    /// The modules and sub-accounts granted by name.
    pub holdings: Holdings,
}

/// Users for a file, to be read row by row.
pub struct ExportQuery<'t> {
    statement: CachedStatement<'t>,
    organization: OrganizationId,
    words: Words,
}

/// What numbers stand for, and which columns are there.
struct Words {
    roles: Numbered<RoleName>,
    teams: Numbered<TeamName>,
    columns: Columns,
}

type Numbered<T> = HashMap<i64, T, foldhash::fast::RandomState>;

/// Where the columns stand that are not always there.
#[derive(Default)]
struct Columns {
    email: Option<usize>,
    agents: Option<usize>,
    extension: Option<usize>,
    modules: Option<usize>,
    sub_accounts: Option<usize>,
}

impl ReadTx<'_> {
    /// Users with or without a login and with one of these statuses, by address, then by number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn export(
        &self,
        organization: OrganizationId,
        statuses: &[Status],
        access: PortalAccess,
    ) -> Result<ExportQuery<'_>, StoreError> {
        let hanging = self.hanging(organization)?;
        let mut select = "u.id, u.name, u.role_id, u.team_id".to_owned();
        let (mut columns, mut next) = (Columns::default(), 4);
        let mut add = |sql: Option<&str>, width: usize| {
            let sql = sql?;
            select.push_str(", ");
            select.push_str(sql);
            next += width;
            Some(next - width)
        };
        let nameless = match access {
            PortalAccess::Granted => {
                columns.email = add(Some("u.email, u.email_typed"), 2);
                "u.email IS NOT NULL"
            }
            PortalAccess::None => {
                columns.extension = add(hanging.extension, 1);
                "u.email IS NULL"
            }
        };
        columns.agents = add(hanging.agents, 1);
        columns.modules = add(hanging.modules, 1);
        columns.sub_accounts = add(hanging.sub_accounts, 1);
        let roles = match hanging.modules.or(hanging.sub_accounts) {
            Some(_) => "JOIN roles r ON r.id = u.role_id",
            None => "",
        };
        let statuses = codec::one_of("u.status", statuses).unwrap_or_else(|| "TRUE".to_owned());
        let sql = format!(
            "SELECT {select} FROM users u {roles}
             WHERE u.organization_id = ?1 AND {nameless} AND {statuses} ORDER BY u.email, u.id"
        );
        let roles = self.roles(organization)?.into_iter().map(|role| (role.id.get(), role.name));
        let teams = self.teams(organization)?.into_iter().map(|team| (team.id.get(), team.name));
        let words = Words { roles: roles.collect(), teams: teams.collect(), columns };
        Ok(ExportQuery { statement: self.sql.prepare_cached(&sql)?, organization, words })
    }
}

impl ExportQuery<'_> {
    /// The users, in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn rows(
        &mut self,
    ) -> Result<impl Iterator<Item = Result<ExportLine, StoreError>> + '_, StoreError> {
        let words = &self.words;
        let rows = self.statement.query_map([self.organization.get()], |row| words.line(row))?;
        Ok(rows.map(|row| row.map_err(StoreError::from)))
    }
}

impl Words {
    fn line(&self, row: &Row<'_>) -> rusqlite::Result<ExportLine> {
        let id: i64 = row.get(0)?;
        let gone = |what: &str| {
            codec::damaged_row(Type::Integer, &format!("user #{id}: their {what} is not there"))
        };
        let role = self.roles.get(&row.get(2)?).ok_or_else(|| gone("role"))?;
        let team = match row.get::<_, Option<i64>>(3)? {
            Some(team) => Some(self.teams.get(&team).ok_or_else(|| gone("team"))?),
            None => None,
        };
        let columns = &self.columns;
        Ok(ExportLine {
            id: UserId::new(id),
            email: match columns.email {
                Some(at) => codec::email_at(row, at, at + 1)?,
                None => None,
            },
            name: codec::named_or_null(row, 1)?,
            role: role.clone(),
            team: team.cloned(),
            agents: columns.agents.map_or(Ok(Vec::new()), |at| joined(row, at))?,
            extension: match columns.extension {
                Some(at) => codec::parsed_or_null(row, at)?,
                None => None,
            },
            holdings: Holdings {
                modules: columns.modules.map_or(Ok(Vec::new()), |at| joined(row, at))?,
                sub_accounts: columns.sub_accounts.map_or(Ok(Vec::new()), |at| joined(row, at))?,
            },
        })
    }
}
