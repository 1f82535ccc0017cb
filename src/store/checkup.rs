//! Whether the file is whole and its rows are what admit wrote and go together. What is kept beside the rows
//! is `recount`'s. Every check reads, and changes nothing.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, Row};

use super::audit::Verdict;
use super::checksums::SEALED;
use super::codec::{self, Coded};
use super::error::StoreError;
use super::open::{FileMode, Store};
use super::recount::FEW;
use super::transaction::ReadTx;
use crate::domain::checksum::{Cell, Part};
use crate::domain::permission::{PermissionName, Scope};
use crate::domain::recount::{AlteredRows, Comparison, Difference, Fault, Mismatch};

/// How many faults SQLite is to find in a file before it stops looking.
const FAULTS: u32 = 1000;

/// A user, in a statement that calls them `u`.
const USER: &str = "'user ' || coalesce(u.email, '#' || u.id)";

/// What must be of one organization: who or what it is, what is told of it, and how rows are found that are not.
const BELONGING: [(&str, &str, &str); 11] = [
    (
        USER,
        "has a role of another organization",
        "users u CROSS JOIN roles o ON o.id = u.role_id WHERE o.organization_id <> u.organization_id",
    ),
    (
        USER,
        "is in a team of another organization",
        "users u CROSS JOIN teams o ON o.id = u.team_id WHERE o.organization_id <> u.organization_id",
    ),
    (
        USER,
        "came with an import of another organization",
        "users u CROSS JOIN batches o ON o.id = u.batch_id WHERE o.organization_id <> u.organization_id",
    ),
    (
        USER,
        "holds an agent of another organization",
        "assignments s CROSS JOIN agents o ON o.id = s.agent_id CROSS JOIN users u ON u.id = s.user_id
         WHERE o.organization_id <> u.organization_id",
    ),
    (
        USER,
        "leads a team of another organization",
        "team_leaders s CROSS JOIN teams o ON o.id = s.team_id CROSS JOIN users u ON u.id = s.user_id
         WHERE o.organization_id <> u.organization_id",
    ),
    (
        USER,
        "has a module of another organization",
        "user_modules o CROSS JOIN users u ON u.id = o.user_id
         WHERE o.organization_id <> u.organization_id",
    ),
    (
        USER,
        "has a sub-account of another organization",
        "user_sub_accounts s CROSS JOIN sub_accounts o ON o.id = s.sub_account_id
         CROSS JOIN users u ON u.id = s.user_id WHERE o.organization_id <> u.organization_id",
    ),
    (
        USER,
        "has an extension of another organization",
        "phones o CROSS JOIN users u ON u.id = o.user_id WHERE o.organization_id <> u.organization_id",
    ),
    (
        USER,
        "has neither an address nor an extension",
        "users u WHERE u.email IS NULL AND NOT EXISTS (SELECT 1 FROM phones o WHERE o.user_id = u.id)",
    ),
    (
        "'role ' || u.name",
        "hands out a role of another organization",
        "role_invites s CROSS JOIN roles o ON o.id = s.invited_role_id CROSS JOIN roles u ON u.id = s.role_id
         WHERE o.organization_id <> u.organization_id",
    ),
    (
        "'new users'",
        "get a role of another organization",
        "(SELECT id AS organization_id, default_role_id FROM organizations) u
         CROSS JOIN roles o ON o.id = u.default_role_id WHERE o.organization_id <> u.organization_id",
    ),
];

/// Open links of people who do not wait for them: of those who are invited, to join; of those who are in, to
/// set a password.
const UNAWAITED: &str = "SELECT u.id FROM invites i CROSS JOIN users u ON u.id = i.user_id
     WHERE i.state = 1 AND u.status <> iif(i.purpose = 1, 1, 3)";

/// People with more than one open link, by which they could come in twice.
const SEVERAL: &str = "SELECT DISTINCT i.user_id FROM invites i WHERE i.state = 1
     AND EXISTS (SELECT 1 FROM invites o WHERE o.user_id = i.user_id AND o.state = 1
                 AND o.purpose = i.purpose AND o.id > i.id)";

/// Agents that are held by people who are out, or whose role holds none (rules 17 and 23).
const UNENTITLED: &str = "SELECT u.id, a.source || ':' || a.agent_id
     FROM assignments s CROSS JOIN users u ON u.id = s.user_id
     LEFT JOIN roles r ON r.id = u.role_id LEFT JOIN agents a ON a.id = s.agent_id
     WHERE s.until_at IS NULL AND (u.status > 3 OR r.holds_agents = 0)";

/// Organizations in which people with a login are active, and none of them can manage users.
const UNMANAGED: &str = "SELECT o.id FROM organizations o
     WHERE EXISTS (SELECT 1 FROM counters c WHERE c.organization_id = o.id AND c.status = 3
                   AND c.login_less = 0 AND c.users > 0)
       AND NOT EXISTS (SELECT 1 FROM counters c
                       JOIN role_grants g ON g.role_id = c.role_id AND g.permission = ?1 AND g.scope = ?2
                       WHERE c.organization_id = o.id AND c.status = 3 AND c.login_less = 0
                         AND c.users > 0)";

/// What is numbered, and the highest number that was given, also to what is gone.
pub(super) const NUMBERS: [(&str, &str); 5] = [
    (
        "user",
        "SELECT max(coalesce((SELECT max(id) FROM users), 0),
                    coalesce((SELECT max(user_id) FROM audit_subjects), 0))",
    ),
    (
        "invite",
        "SELECT max(coalesce((SELECT max(id) FROM invites), 0),
                    coalesce((SELECT max(invite_id) FROM deliveries), 0))",
    ),
    (
        "batch",
        "SELECT max(coalesce((SELECT max(id) FROM batches), 0),
                    coalesce((SELECT max(batch_id) FROM audit WHERE batch_id IS NOT NULL), 0))",
    ),
    (
        "organization",
        "SELECT max(coalesce((SELECT max(id) FROM organizations), 0),
                    coalesce((SELECT max(organization_id) FROM audit), 0))",
    ),
    ("delivery", "SELECT coalesce((SELECT max(id) FROM deliveries), 0)"),
];

/// What a store's schema is made of, save the search index, which may be there or not.
const SCHEMA: &str = "SELECT type, name, sql FROM sqlite_schema
     WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'search\\_index%' ESCAPE '\\'
     ORDER BY type, name";

impl ReadTx<'_> {
    /// Whether others may read or write the file (trust B1). A store in memory is nobody else's.
    pub(super) fn check_file(&self) -> Result<Comparison, StoreError> {
        let mut found = Comparison { counted: 1, ..Comparison::default() };
        if let Some(path) = self.sql.path().filter(|path| !path.is_empty())
            && let FileMode::Open(mode) = FileMode::of(Path::new(path))?
        {
            let told = format!("its mode is {mode:03o}, so others can get at it");
            self.tell(&mut found, None, Mismatch::Told(told))?;
        }
        Ok(found)
    }

    /// Whether the file is whole: every page, every index and every constraint (trust B9).
    pub(super) fn check_integrity(&self) -> Result<Comparison, StoreError> {
        let pages = "SELECT page_count AS pages FROM pragma_page_count";
        let pages = self.sql.query_row(pages, [], |row| codec::count(row, "pages"))?;
        let mut found = Comparison { counted: pages, ..Comparison::default() };
        let mut statement = self.sql.prepare(&format!("PRAGMA integrity_check({FAULTS})"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            if text != "ok" {
                self.tell(&mut found, None, Mismatch::Told(text))?;
            }
        }
        Ok(found)
    }

    /// Whether whatever a row refers to is there: whoever writes past admit may not have asked.
    pub(super) fn check_foreign_keys(&self) -> Result<Comparison, StoreError> {
        let mut found = Comparison::default();
        let mut statement = self.sql.prepare("PRAGMA foreign_key_check")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (table, number, parent): (String, Option<i64>, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let which = number.map_or(String::new(), |number| format!(" #{number}"));
            let told = format!("{table}{which} refers to what is not in {parent}");
            self.tell(&mut found, None, Mismatch::Told(told))?;
        }
        let tables = "SELECT count(*) AS tables FROM sqlite_schema s
             WHERE s.type = 'table' AND EXISTS (SELECT 1 FROM pragma_foreign_key_list(s.name))";
        found.counted = self.sql.query_row(tables, [], |row| codec::count(row, "tables"))?;
        Ok(found)
    }

    /// Whether the tables, indexes and triggers are those of this version, no less and no more.
    pub(super) fn check_schema(&self) -> Result<Comparison, StoreError> {
        let blank = Store::rehearse()?;
        let (wanted, there) = (schema(&blank.connection)?, schema(&self.sql)?);
        let mut found = Comparison { counted: wanted.len() as u64, ..Comparison::default() };
        for (name, sql) in &wanted {
            let told = match there.get(name) {
                Some(same) if same == sql => continue,
                Some(_) => format!("{name} is not as admit made it"),
                None => format!("{name} is missing"),
            };
            self.tell(&mut found, None, Mismatch::Told(told))?;
        }
        for name in there.keys().filter(|name| !wanted.contains_key(*name)) {
            let told = format!("{name} is not admit's");
            self.tell(&mut found, None, Mismatch::Told(told))?;
        }
        Ok(found)
    }

    /// Whether rows that grant power are what admit wrote (trust B8).
    pub(super) fn check_checksums(&self) -> Result<Comparison, StoreError> {
        let mut found = Comparison::default();
        for table in SEALED {
            let rows = format!("SELECT count(*) AS rows FROM {} NOT INDEXED", table.table);
            found.counted += self.sql.query_row(&rows, [], |row| codec::count(row, "rows"))?;
        }
        self.each_altered_row(|organization, told, _| {
            self.tell(&mut found, organization, Mismatch::Told(told))
        })?;
        Ok(found)
    }

    /// The rows that grant power and are not what admit wrote.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn altered_rows(&self) -> Result<AlteredRows, StoreError> {
        let mut found = AlteredRows::default();
        self.each_altered_row(|organization, told, sum| {
            let cells =
                [Cell::of_number(organization), Cell::Text(told.as_bytes()), Cell::Number(sum)];
            found.count += 1;
            found.digest = found.digest.with(Part::of("altered", cells));
            if found.first.len() < AlteredRows::NAMED {
                let organization =
                    organization.map(|id| self.organization_known_as(id)).transpose()?;
                found.first.push(Difference { organization, mismatch: Mismatch::Told(told) });
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn each_altered_row(
        &self,
        mut tell: impl FnMut(Option<i64>, String, i64) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        for table in SEALED {
            let mut statement = self.sql.prepare(&table.altered())?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let name: Option<String> = row.get(1)?;
                let (noun, name) = (table.noun, name.unwrap_or_default());
                let told = format!("{noun} {name} was changed by something other than admit");
                tell(row.get(0)?, told, row.get(2)?)?;
            }
        }
        Ok(())
    }

    /// Whether what goes together is of one organization (trust E6).
    pub(super) fn check_belonging(&self) -> Result<Comparison, StoreError> {
        let mut found = Comparison::default();
        for (who, what, rows) in BELONGING {
            let mut statement =
                self.sql.prepare(&format!("SELECT u.organization_id, {who} FROM {rows}"))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let told = format!("{} {what}", row.get::<_, String>(1)?);
                self.tell(&mut found, row.get(0)?, Mismatch::Told(told))?;
            }
        }
        let users = "SELECT count(*) AS users FROM users";
        found.counted = self.sql.query_row(users, [], |row| codec::count(row, "users"))?;
        Ok(found)
    }

    /// Whether open links are of people who wait for them, each for one.
    pub(super) fn check_statuses(&self) -> Result<Comparison, StoreError> {
        let open = "SELECT count(*) AS open FROM invites WHERE state = 1";
        let counted = self.sql.query_row(open, [], |row| codec::count(row, "open"))?;
        let mut found = Comparison { counted, ..Comparison::default() };
        self.tell_users(&mut found, UNAWAITED, |_| Ok(Fault::OpenLink))?;
        self.tell_users(&mut found, SEVERAL, |_| Ok(Fault::OpenLinks))?;
        Ok(found)
    }

    /// Whether agent IDs are with people who may hold them. That nobody else holds the same one is the
    /// schema's, and so [`ReadTx::check_integrity`]'s.
    pub(super) fn check_holders(&self) -> Result<Comparison, StoreError> {
        let held = "SELECT count(*) AS held FROM assignments WHERE until_at IS NULL";
        let counted = self.sql.query_row(held, [], |row| codec::count(row, "held"))?;
        let mut found = Comparison { counted, ..Comparison::default() };
        self.tell_users(&mut found, UNENTITLED, |row| {
            Ok(Fault::Holds(row.get::<_, Option<String>>(1)?.unwrap_or("an agent".to_owned())))
        })?;
        Ok(found)
    }

    /// Whether every organization in which somebody is active has somebody who can manage users (rule 4).
    /// One that never had is no damage: the operator manages it.
    pub(super) fn check_managers(&self) -> Result<Comparison, StoreError> {
        let all = "SELECT count(*) AS organizations FROM organizations";
        let counted = self.sql.query_row(all, [], |row| codec::count(row, "organizations"))?;
        let mut found = Comparison { counted, ..Comparison::default() };
        let mut statement = self.sql.prepare(UNMANAGED)?;
        let mut rows = statement.query((PermissionName::MANAGE_USERS, Scope::All.code()))?;
        while let Some(row) = rows.next()? {
            let told = "nobody who is active can manage users; only the operator can".to_owned();
            self.tell(&mut found, row.get(0)?, Mismatch::Told(told))?;
        }
        found.differing = 0;
        Ok(found)
    }

    /// Whether the audit's chain is whole (trust J3).
    pub(super) fn check_audit(&self) -> Result<Comparison, StoreError> {
        let mut found = Comparison::default();
        match self.verify_audit(None)? {
            Verdict::Whole { entries, .. } | Verdict::CutOff { entries, .. } => {
                found.counted = entries;
            }
            Verdict::Broken { number, reason } => {
                found.counted = self.last_entry()?;
                let told = format!("entry {number}: {reason}");
                self.tell(&mut found, None, Mismatch::Told(told))?;
            }
        }
        Ok(found)
    }

    /// Whether the next numbers are ones that nobody and nothing ever had.
    pub(super) fn check_sequences(&self) -> Result<Comparison, StoreError> {
        let mut found = Comparison::default();
        for (name, given) in NUMBERS {
            found.counted += 1;
            let sql = format!(
                "SELECT coalesce((SELECT next FROM sequences WHERE name = '{name}'), 0), ({given}) + 1"
            );
            let (next, free): (i64, i64) =
                self.sql.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if next < free {
                let told =
                    format!("the next {name} would be #{next}, the first free one is #{free}");
                self.tell(&mut found, None, Mismatch::Told(told))?;
            }
        }
        Ok(found)
    }

    fn tell_users(
        &self,
        found: &mut Comparison,
        sql: &str,
        fault: fn(&Row<'_>) -> rusqlite::Result<Fault>,
    ) -> Result<(), StoreError> {
        let mut statement = self.sql.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            found.differing += 1;
            if found.first.len() < FEW {
                found.first.push(self.difference(row.get(0)?, fault(row)?)?);
            }
        }
        Ok(())
    }

    fn tell(
        &self,
        found: &mut Comparison,
        organization: Option<i64>,
        mismatch: Mismatch,
    ) -> Result<(), StoreError> {
        found.differing += 1;
        if found.first.len() < FEW {
            let organization = organization.map(|id| self.organization_known_as(id)).transpose()?;
            found.first.push(Difference { organization, mismatch });
        }
        Ok(())
    }
}

/// What a store's schema is made of: the kind and name of each thing, and how it was made.
fn schema(connection: &Connection) -> Result<BTreeMap<String, Option<String>>, StoreError> {
    let mut statement = connection.prepare(SCHEMA)?;
    let things = statement.query_map([], |row| {
        let (kind, name): (String, String) = (row.get(0)?, row.get(1)?);
        Ok((format!("{kind} {name}"), row.get(2)?))
    })?;
    Ok(things.collect::<Result<_, _>>()?)
}
