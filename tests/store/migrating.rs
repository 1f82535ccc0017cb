//! Bringing an older store up to date is one step: whoever is killed at it leaves the old store or the new one
//! (trust B6).

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::crashes::{chance, said, start};
use crate::support::{World, repository};

/// What a store of any version holds that none changes: everybody, and the audit.
fn lasting(world: &World) -> (i64, Vec<String>) {
    let sql = Connection::open(world.home().join("old.db")).unwrap();
    let check: String = sql.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    let version = sql.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let mut held = Vec::new();
    for query in [
        "SELECT id || ' ' || coalesce(email, '') || ' ' || status FROM users ORDER BY id",
        "SELECT number || ' ' || hex(seal) FROM audit ORDER BY number",
    ] {
        let mut statement = sql.prepare(query).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        held.extend(rows.map(Result::unwrap));
    }
    (version, held)
}

#[test]
fn b6_a_migration_that_is_killed_leaves_the_old_store_or_the_new_one() {
    let latest = {
        let world = World::with_store();
        let version = world.sql().pragma_query_value(None, "user_version", |row| row.get(0));
        version.unwrap()
    };
    let (mut killed, mut undone) = (0, 0);
    for version in 1..latest {
        let fixture = repository().join(format!("tests/fixtures/store-v{version}.db"));
        let world = World::fresh();
        let path = world.home().join("old.db");
        let mut usual = Duration::from_millis(100);
        for round in 0..9 {
            fs::copy(&fixture, &path).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            let (_, held) = lasting(&world);
            let begun = Instant::now();
            let mut child = start(&world, &["--store", "old.db", "audit", "verify"]);
            match round {
                // Undisturbed, for how long it takes.
                0 => {}
                // While the log is written.
                1..5 => {
                    let log = world.home().join("old.db-wal");
                    let bytes = 4096 * u64::from(round - 1_u32) + 1;
                    let length = || log.metadata().map_or(0, |facts| facts.len());
                    while length() < bytes && child.try_wait().unwrap().is_none() {
                        std::hint::spin_loop();
                    }
                    child.kill().unwrap();
                }
                _ => {
                    std::thread::sleep(usual.mul_f64(chance()));
                    child.kill().unwrap();
                }
            }
            let output = child.wait_with_output().unwrap();
            if round == 0 {
                usual = begun.elapsed();
            }
            killed += u32::from(output.status.signal() == Some(9));
            let (found, holds) = lasting(&world);
            assert!([version, latest].contains(&found), "{version}: {found}");
            undone += u32::from(found == version);
            assert_eq!(holds, held, "{}", said(&output));
            // The next command brings it up to date, with nothing to repair.
            world.admit(["--store", "old.db", "audit", "verify"]).assert_code(0);
            world.admit(["--store", "old.db", "doctor"]).assert_code(0);
            assert_eq!(lasting(&world), (latest, held));
        }
    }
    assert!(killed >= 3 && undone >= 2, "{killed} were killed, {undone} before it was done");
}
