//! What the schema refuses by itself, whatever the code above it does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use admit::domain::agent::{Agent, AgentFacts};
use admit::domain::id::{AgentNumber, OrganizationId, UserId};
use admit::domain::status::Status;
use admit::domain::template::Delivery;
use admit::ops::invites;
use admit::random::SystemEntropy;
use admit::store::AuditFilter;
use rusqlite::Connection;

use super::place::{Place, context, entry, invitation};

fn texts(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn tables(connection: &Connection) -> Vec<String> {
    texts(
        connection,
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
}

#[test]
fn every_table_is_strict() {
    let place = Place::empty();
    let raw = place.raw();
    assert!(tables(&raw).len() > 15);
    let lax = "SELECT name FROM pragma_table_list
               WHERE schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite_%'";
    assert_eq!(texts(&raw, lax), Vec::<String>::new());
}

#[test]
fn the_file_is_marked_as_ours() {
    let place = Place::empty();
    let raw = place.raw();
    let number =
        |pragma: &str| -> i64 { raw.pragma_query_value(None, pragma, |row| row.get(0)).unwrap() };
    assert_eq!(number("application_id"), i64::from(u32::from_be_bytes(*b"ADMT")));
    assert!(number("user_version") >= 1);
    assert_eq!(texts(&raw, "PRAGMA journal_mode"), ["wal"]);
    assert_eq!(texts(&raw, "PRAGMA encoding"), ["UTF-8"]);
}

#[test]
fn what_admit_leaves_behind_is_whole() {
    let place = Place::with_people();
    let raw = place.raw();
    assert_eq!(texts(&raw, "PRAGMA integrity_check"), ["ok"]);
    let orphans: i64 = raw
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(orphans, 0);
}

/// References without an index that are followed once a command. Deleting an organization is rare, and
/// reads the one row of the store and a row for each import; what it deletes in great numbers has indexes,
/// some for the moment (`src/store/removal.rs`). Whoever deletes a team or a role walks the users once;
/// an index would cost every import.
const FOLLOWED_ONCE: &[&str] = &[
    "batches.organization_id -> organizations",
    "organizations.default_role_id -> roles",
    "role_invites.invited_role_id -> roles",
    "store.current_organization_id -> organizations",
    // Found through the index on (organization_id, module).
    "user_modules.module -> modules",
    "users.role_id -> roles",
    "users.team_id -> teams",
];

/// Without an index on the child, deleting one row reads the whole child table.
#[test]
fn every_reference_to_a_table_that_is_deleted_from_has_an_index() {
    let place = Place::empty();
    let raw = place.raw();
    let deleted = tables_deleted_from();
    assert!(deleted.contains("users"), "{deleted:?}");
    let mut bare = Vec::new();
    for table in tables(&raw) {
        let references =
            format!("SELECT \"from\" || ' ' || \"table\" FROM pragma_foreign_key_list('{table}')");
        let leading = format!(
            "SELECT c.name FROM pragma_index_list('{table}') i, pragma_index_info(i.name) c
             WHERE c.seqno = 0 AND NOT i.partial
             UNION SELECT name FROM pragma_table_info('{table}') WHERE pk = 1"
        );
        let leading = texts(&raw, &leading);
        for reference in texts(&raw, &references) {
            let (column, parent) = reference.split_once(' ').unwrap();
            if deleted.contains(parent) && !leading.iter().any(|known| known == column) {
                bare.push(format!("{table}.{column} -> {parent}"));
            }
        }
    }
    bare.sort();
    assert_eq!(bare, FOLLOWED_ONCE);
}

/// The tables that the code deletes from, read out of it.
fn tables_deleted_from() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut tables = BTreeSet::new();
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if file.is_file() {
            let text = fs::read_to_string(&file).unwrap();
            for rest in text.split("DELETE FROM ").skip(1) {
                let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap();
                tables.insert(rest[..end].to_owned());
            }
        }
    }
    tables
}

#[test]
fn the_audit_can_neither_be_changed_nor_shortened() {
    let place = Place::with_people();
    let raw = place.raw();
    for sql in [
        "UPDATE audit SET count = 0",
        "UPDATE audit SET detail = '[]' WHERE number = 1",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE number = 1",
    ] {
        let refusal = raw.execute(sql, []).unwrap_err().to_string();
        assert_eq!(refusal, "the audit is append-only", "{sql}");
    }
}

/// An agent by its row; what data says of it does not matter here.
fn agent(number: i64) -> Agent {
    let key = "voice:1".parse().unwrap();
    let facts = AgentFacts { key, name: None, interactions: None, last_interaction_at: None };
    Agent { number: AgentNumber::new(number), organization: OrganizationId::new(1), facts }
}

#[test]
fn an_agent_cannot_have_two_holders_at_once() {
    let place = Place::with_people();
    let mut store = place.store();
    let context = context("2026-01-02T00:00:00Z");
    let mut tx = store.write(context.now, &context.actor).unwrap();
    let refusal = tx.assign(&agent(1), UserId::new(2)).unwrap_err();
    assert!(refusal.to_string().contains("UNIQUE"), "{refusal}");
    // One after the other is what happens every day.
    tx.release(&agent(1)).unwrap();
    tx.assign(&agent(1), UserId::new(2)).unwrap();
    tx.commit(&entry()).unwrap();
    let holders = store.read().unwrap().history_of_agent(AgentNumber::new(1)).unwrap();
    let holders: Vec<_> = holders.iter().map(|one| (one.user.get(), one.until)).collect();
    assert_eq!(holders, [(2, None), (1, Some(context.now))]);
}

#[test]
fn nothing_hangs_on_a_user_or_an_agent_that_is_not_there() {
    let place = Place::with_people();
    let mut store = place.store();
    let context = context("2026-01-02T00:00:00Z");
    for (number, user) in [(2, 99), (99, 1)] {
        let mut tx = store.write(context.now, &context.actor).unwrap();
        let refusal = tx.assign(&agent(number), UserId::new(user)).unwrap_err();
        assert!(refusal.to_string().contains("FOREIGN KEY"), "{refusal}");
    }
}

#[test]
fn a_transaction_that_is_not_committed_changes_nothing() {
    let place = Place::with_people();
    let mut store = place.store();
    let context = context("2026-01-02T00:00:00Z");
    let before = store.read().unwrap().last_entry().unwrap();
    let mut tx = store.write(context.now, &context.actor).unwrap();
    tx.release(&agent(1)).unwrap();
    drop(tx);
    let tx = store.read().unwrap();
    assert_eq!(tx.last_entry().unwrap(), before);
    assert_eq!(tx.find_holder(AgentNumber::new(1)).unwrap().unwrap().user, UserId::new(1));
}

#[test]
fn readers_never_wait_for_a_writer() {
    let place = Place::with_people();
    let raw = place.raw();
    raw.execute_batch("BEGIN IMMEDIATE; UPDATE users SET status = 3").unwrap();
    let mut store = place.store();
    let tx = store.read().unwrap();
    let organization = tx.current_organization().unwrap();
    let ann = tx.find_user(organization.id, &"#1".parse().unwrap()).unwrap().unwrap();
    assert_eq!(ann.state.status(), Status::Invited);
}

#[test]
fn an_agent_that_is_named_twice_for_one_person_is_mapped_once() {
    let place = Place::with_people();
    let mut store = place.store();
    let mut request = invitation("cid@example.com", Delivery::OnCommand);
    request.role = Some("agent".parse().unwrap());
    request.agents = ["voice:2", "2", "voice:2"].map(|agent| agent.parse().unwrap()).to_vec();
    let context = context("2026-01-02T00:00:00Z");
    let outcome = invites::invite(&mut store, &context, &mut SystemEntropy, &request).unwrap();
    assert_eq!(outcome.done(), 1, "{outcome:?}");
    let tx = store.read().unwrap();
    assert_eq!(tx.agents_of(UserId::new(3)).unwrap().len(), 1);
    let newest = AuditFilter { limit: Some(1), ..AuditFilter::default() };
    let newest = tx.audit(&newest).unwrap().rows().unwrap().next().unwrap().unwrap();
    assert_eq!(newest.detail.text, r#"[["role","agent"],["agent","voice:2"]]"#);
}

/// Of a small number a column may hold, the schema knows exactly what the code writes.
#[test]
fn the_schema_refuses_numbers_that_stand_for_nothing() {
    let place = Place::with_people();
    let raw = Connection::open(place.store_path()).unwrap();
    let ranges: BTreeMap<&str, (i64, i64)> = BTreeMap::from([
        ("UPDATE users SET status =", (1, 6)),
        ("UPDATE invites SET state =", (1, 6)),
        ("UPDATE invites SET purpose =", (1, 2)),
        ("UPDATE organizations SET delivery =", (1, 2)),
        ("UPDATE organizations SET lifetime =", (3_600, 31_536_000)),
        ("UPDATE roles SET holds_agents =", (0, 1)),
        ("UPDATE role_grants SET scope =", (1, 3)),
        ("UPDATE permissions SET offer =", (1, 3)),
    ]);
    for (sql, (least, most)) in ranges {
        for good in [least, most] {
            raw.execute(&format!("{sql} {good}"), []).unwrap();
        }
        for bad in [least - 1, most + 1] {
            let refusal = raw.execute(&format!("{sql} {bad}"), []).unwrap_err().to_string();
            assert!(refusal.starts_with("CHECK constraint failed"), "{sql} {bad}: {refusal}");
        }
    }
}
