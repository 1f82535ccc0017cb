//! What stands in a store's file, read past admit; and whether it holds together.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::support::World;

/// The store's file, as SQLite sees it. Dropped, it may leave `-wal` and `-shm` for a moment only.
pub(crate) fn connect(world: &World) -> Connection {
    open(&world.store_path())
}

fn open(path: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).unwrap()
}

/// One number out of the store.
pub(crate) fn number(world: &World, sql: &str) -> i64 {
    connect(world).query_row(sql, [], |row| row.get(0)).unwrap()
}

/// How many users there are.
pub(crate) fn users(world: &World) -> i64 {
    number(world, "SELECT count(*) FROM users")
}

/// The audit is whole, the counters are what a recount gives, SQLite finds nothing wrong.
#[track_caller]
pub(crate) fn assert_whole(world: &World) {
    world.admit(["audit", "verify"]).assert_code(0);
    let store = connect(world);
    let check: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    let orphans: i64 = store
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(orphans, 0);
    let kept = "SELECT organization_id, status, role_id, team_id, users FROM counters
                WHERE users > 0 ORDER BY 1, 2, 3, 4";
    let recounted = "SELECT organization_id, status, role_id, coalesce(team_id, 0), count(*)
                     FROM users GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4";
    assert_eq!(places(&store, kept), places(&store, recounted), "counters and recount");
    let holders: i64 = store
        .query_row(
            "SELECT count(*) FROM (SELECT 1 FROM assignments WHERE until_at IS NULL
             GROUP BY agent_id HAVING count(*) > 1)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(holders, 0, "agents with two holders");
}

fn places(store: &Connection, sql: &str) -> Vec<[i64; 5]> {
    let mut statement = store.prepare(sql).unwrap();
    let rows = statement
        .query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]));
    rows.unwrap().map(Result::unwrap).collect()
}

/// A file of so many people, whose addresses begin with `prefix`.
pub(crate) fn people(prefix: &str, many: usize) -> String {
    let mut file = "email,name,role\n".to_owned();
    for number in 0..many {
        file.push_str(&format!("{prefix}{number:05}@example.com,Person {number},agent\n"));
    }
    file
}
