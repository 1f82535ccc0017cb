//! Deleting a whole organization, table by table. Users who are removed one by one are `users`'.

use rusqlite::params;

use super::error::StoreError;
use super::transaction::WriteTx;
use crate::domain::id::OrganizationId;

/// The rows of a table that are an organization's.
enum Rows {
    /// Those that name it.
    Own,
    /// Those that name one of its users.
    OfUsers,
    /// Those that go with a row of another table, by the schema.
    Cascading,
}

/// Every table that holds something of an organization, in an order in which nothing is left that
/// names what is gone. The audit is no such table: it outlives everything (rule 18).
const TABLES: &[(&str, Rows)] = &[
    ("user_modules", Rows::OfUsers),
    ("user_sub_accounts", Rows::OfUsers),
    ("phones", Rows::Own),
    ("team_leaders", Rows::OfUsers),
    ("assignments", Rows::OfUsers),
    ("deliveries", Rows::Own),
    ("invites", Rows::OfUsers),
    ("users", Rows::Own),
    ("places", Rows::Cascading),
    ("agents", Rows::Own),
    ("batches", Rows::Own),
    ("teams", Rows::Own),
    ("domains", Rows::Own),
    ("sub_accounts", Rows::Own),
    ("modules", Rows::Own),
    ("premium_features", Rows::Own),
    ("mail_templates", Rows::Own),
    ("permissions", Rows::Own),
    ("role_grants", Rows::Cascading),
    ("role_invites", Rows::Cascading),
    ("counters", Rows::Own),
    ("tallies", Rows::Own),
    ("roles", Rows::Own),
];

/// An index that is gone again before anybody else sees it.
struct Momentary {
    name: &'static str,
    place: &'static str,
    /// The table whose rows are looked for there when they are deleted.
    deleted: &'static str,
}

/// SQLite looks for users of each role, team and import that is deleted, and for assignments of each agent, and
/// has no index for it: without these, deleting would read all users of the store so many times (measured
/// beside an organization of 300,000 users: 29 seconds instead of one).
const FOR_A_MOMENT: &[Momentary] = &[
    Momentary {
        name: "moment_assignments_agent",
        place: "assignments (agent_id)",
        deleted: "agents",
    },
    Momentary { name: "moment_users_role", place: "users (role_id)", deleted: "roles" },
    Momentary { name: "moment_users_team", place: "users (team_id)", deleted: "teams" },
    Momentary { name: "moment_users_batch", place: "users (batch_id)", deleted: "batches" },
];

/// How many rows may be deleted without an index: to make one costs about as much as to read all users
/// so many times (measured beside 1,000,000 users).
const FEW: i64 = 6;

impl WriteTx<'_> {
    /// Deletes an organization with everything that is its own, save in the audit. It must not be the
    /// current one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remove_organization(&mut self, organization: OrganizationId) -> Result<(), StoreError> {
        let id = params![organization.get()];
        self.forget_accounts_of(organization)?;
        self.forget_for_search(organization)?;
        for (table, rows) in TABLES.iter().take_while(|(table, _)| *table != "agents") {
            self.remove_rows(table, rows, organization)?;
        }
        let mut made = Vec::with_capacity(FOR_A_MOMENT.len());
        for index in FOR_A_MOMENT {
            let Momentary { name, place, deleted } = index;
            let sql = format!(
                "SELECT count(*) FROM (SELECT 1 FROM {deleted} WHERE organization_id = ?1 LIMIT ?2)"
            );
            let limit = params![organization.get(), FEW + 1];
            if self.sql.query_row(&sql, limit, |row| row.get::<_, i64>(0))? > FEW {
                self.sql.execute_batch(&format!("CREATE INDEX {name} ON {place}"))?;
                made.push(index);
            }
        }
        for (table, rows) in TABLES.iter().skip_while(|(table, _)| *table != "agents") {
            self.remove_rows(table, rows, organization)?;
        }
        for Momentary { name, .. } in made {
            self.sql.execute_batch(&format!("DROP INDEX {name}"))?;
        }
        self.sql.execute("DELETE FROM organizations WHERE id = ?1", id)?;
        Ok(())
    }

    fn remove_rows(
        &self,
        table: &str,
        rows: &Rows,
        organization: OrganizationId,
    ) -> Result<(), StoreError> {
        let condition = match rows {
            Rows::Own => "organization_id = ?1",
            Rows::OfUsers => "user_id IN (SELECT id FROM users WHERE organization_id = ?1)",
            Rows::Cascading => return Ok(()),
        };
        let sql = format!("DELETE FROM {table} WHERE {condition}");
        self.sql.execute(&sql, params![organization.get()])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use super::super::plans::{AT, actor, store_with};
    use super::*;
    use crate::domain::template::Template;
    use crate::store::Store;

    /// What outlives an organization: its audit, and what is the store's own.
    const STAYING: &[&str] =
        &["accounts", "audit", "audit_subjects", "organizations", "sequences", "store"];

    #[test]
    fn few_rows_and_many_go_and_no_momentary_index_stays() {
        for many in [FEW, FEW + 1] {
            let (mut store, _) = store_with(&["ann@example.com"]);
            let mut tx = store.write(AT.parse().unwrap(), &actor()).unwrap();
            let template = Template::find_builtin("contact-center").unwrap().read().unwrap();
            let (slug, name) = ("lab".parse().unwrap(), "Lab".parse().unwrap());
            let lab = tx.add_organization(&slug, &name, &template).unwrap().id;
            for batch in 0..many {
                tx.add_batch(lab, &format!("{batch}.csv")).unwrap();
            }
            tx.remove_organization(lab).unwrap();
            let count = |sql| tx.sql.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
            assert_eq!(count("SELECT count(*) FROM organizations"), 1);
            assert_eq!(count("SELECT count(*) FROM batches"), 0);
            assert_eq!(count("SELECT count(*) FROM sqlite_schema WHERE name GLOB 'moment*'"), 0);
        }
    }

    #[test]
    fn every_table_is_emptied_of_an_organization_or_stays_on_purpose() {
        let mut store = Store::rehearse().unwrap();
        let tx = store.read().unwrap();
        let mut tables = tx
            .sql
            .prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            )
            .unwrap();
        let there: BTreeSet<String> =
            tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let known = TABLES.iter().map(|(table, _)| *table).chain(STAYING.iter().copied());
        assert_eq!(there, known.map(str::to_owned).collect());
    }
}
