//! Looking into a world's store past admit: what is really there, and what somebody with the file in
//! hand could do to it.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{Value, ValueRef};

use admit::domain::checksum::{Cell, Checksum, Part};
use admit::domain::status::Status;

use super::{Run, World};

/// A connection that leaves the checksums of rows right.
pub(crate) struct Hand(Connection);

impl Deref for Hand {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Hand {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        let written: i64 =
            self.0.query_row("SELECT total_changes()", [], |row| row.get(0)).unwrap_or_default();
        if written > 0 && self.0.is_autocommit() {
            // Damage that a test wants may be in the way.
            let _ = seal(&self.0);
        }
    }
}

/// Gives every row the checksum that it should have, by the statements that brought checksums in.
fn seal(sql: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    sql.create_scalar_function("admit_part", -1, flags, |call| {
        let cells = (1..call.len()).map(|place| match call.get_raw(place) {
            ValueRef::Integer(number) => Cell::Number(number),
            ValueRef::Text(text) => Cell::Text(text),
            ValueRef::Blob(bytes) => Cell::Bytes(bytes),
            _ => Cell::Null,
        });
        Ok(Part::of(call.get_raw(0).as_str()?, cells).to_number())
    })?;
    sql.create_scalar_function("admit_checksum", -1, flags, |call| {
        let parts = (0..call.len()).map(|place| call.get::<i64>(place));
        let sum = parts.sum::<rusqlite::Result<i64>>()?;
        Ok(Checksum::default().plus(sum).to_stored())
    })?;
    let migrations = [
        include_str!("../../../src/store/migrations/0005_checksums.sql"),
        include_str!("../../../src/store/migrations/0006_names.sql"),
    ];
    let statements = migrations.iter().flat_map(|migration| migration.split(';'));
    for statement in statements.filter(|statement| statement.trim_start().starts_with("UPDATE")) {
        sql.execute_batch(statement)?;
    }
    Ok(())
}

impl World {
    /// The store's file, past admit, for who brings a state about that would take admit long: what is written
    /// counts as admit's own when the hand is taken away. To tamper with it, see `World::sqlite`.
    pub(crate) fn sql(&self) -> Hand {
        Hand(self.sqlite())
    }

    /// Everything in the store, row by row. Two of these are equal when nothing was changed.
    pub(crate) fn contents(&self) -> Vec<String> {
        let sql = self.sql();
        let mut tables = sql
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            .unwrap();
        let tables: Vec<String> =
            tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let mut contents = Vec::new();
        for table in tables {
            let mut rows = sql.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let columns = rows.column_count();
            let rows = rows.query_map([], |row| {
                let cells: Vec<Value> = (0..columns).map(|n| row.get(n).unwrap()).collect();
                Ok(format!("{table}: {cells:?}"))
            });
            contents.extend(rows.unwrap().map(Result::unwrap));
        }
        contents
    }

    /// Brings in an active admin more, so that the one there is may go (rule 4).
    pub(crate) fn another_manager(&self) {
        self.admit(["invite", "max@example.com", "--role=admin", "--no-send"]).assert_code(0);
        self.put("max@example.com", Status::Active);
    }

    /// How many audit entries there are.
    pub(crate) fn entries(&self) -> i64 {
        self.sql().query_row("SELECT count(*) FROM audit", [], |row| row.get(0)).unwrap()
    }

    /// The newest audit entry: what, on whom, how many, and what else.
    pub(crate) fn last_entry(&self) -> String {
        let json = self.admit(["audit", "list", "--limit", "1", "--format", "json"]).json();
        let entry = &json[0];
        let texts = |key: &str| {
            let texts = entry[key].as_array().unwrap().iter();
            texts.map(|text| text.as_str().unwrap()).collect::<Vec<_>>().join(" ")
        };
        format!(
            "{} {}: {} [{}]",
            entry["action"].as_str().unwrap(),
            entry["count"],
            texts("subjects"),
            texts("detail"),
        )
    }

    /// Everybody's status by address, with "pending" told apart from "invited".
    pub(crate) fn statuses(&self) -> HashMap<String, String> {
        let everybody = "invited,expired,active,deactivated,cancelled,declined";
        let run = self.admit(["list", "--status", everybody, "--format", "json"]);
        let people = run.json();
        let people = people.as_array().unwrap().iter().map(|user| {
            let status = if user["pending"] == true { "pending" } else { text(&user["status"]) };
            (text(&user["email"]).to_owned(), status.to_owned())
        });
        people.collect()
    }

    /// One user's status; "gone" where there is no such user.
    pub(crate) fn status(&self, email: &str) -> String {
        self.statuses().remove(email).unwrap_or_else(|| "gone".to_owned())
    }

    /// The same in another organization than the current one.
    pub(crate) fn status_in(&self, organization: &str, email: &str) -> String {
        let words = ["--org", organization, "show", email, "--format=csv", "--fields=status"];
        self.admit(words).assert_code(0).lines()[1].to_owned()
    }

    /// One user's number, as it is typed.
    pub(crate) fn number(&self, email: &str) -> String {
        let run = self.admit(["show", email, "--format", "json", "--fields", "id"]);
        format!("#{}", run.json()["id"])
    }

    /// The same command once a format, as one text. For commands that change nothing, or say `--dry-run`.
    pub(crate) fn in_every_format(&self, words: &[&str]) -> String {
        let formats = ["table", "json", "jsonl", "csv", "ids"];
        let text = |format| {
            let run = self.admit(words.iter().copied().chain(["--format", format]));
            format!("=== {format}\n{run}")
        };
        formats.map(text).concat()
    }
}

impl Run {
    /// The answer as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }

    /// The answer line by line.
    pub(crate) fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap()
}
