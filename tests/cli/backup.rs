//! `admit backup`: a whole store in a new file. That it may run beside writers and be killed is tested in
//! `store`.

use std::fs;
use std::os::unix::fs::symlink;

use snapbox::{assert_data_eq, str};

use crate::support::{World, mode, repository, skip};

/// What is in the home directory and looks like something half-made.
fn halves(world: &World) -> Vec<String> {
    let entries = fs::read_dir(world.home()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(".admit-") || name.contains(".db-")).collect()
}

#[test]
fn a_backup_is_a_store_of_its_own_with_all_there_is() {
    let world = World::with_people();
    assert_data_eq!(
        world.admit(["backup", "b.db"]).to_string(),
        str![[r#"
--- stdout
Backup         [HOME]/b.db
Bytes          233472
Users          3
Audit entries  6
Audit head     [HASH]
--- stderr
Backed up 3 users and 6 audit entries to [HOME]/b.db.
--- exit 0

"#]]
    );
    assert_eq!(mode(world.home().join("b.db")), 0o600);
    assert_eq!(halves(&world), [""; 0]);
    let of_backup = |words: &[&str]| world.answer(["--store", "b.db"].iter().chain(words));
    assert_eq!(of_backup(&["export"]), world.answer(["export"]));
    assert_eq!(of_backup(&["audit", "verify"]), world.answer(["audit", "verify"]));
    assert_eq!(of_backup(&["doctor"]), world.answer(["doctor"]));
    // To look into it leaves it as it is.
    let before = fs::read(world.home().join("b.db")).unwrap();
    of_backup(&["list"]);
    assert_eq!(fs::read(world.home().join("b.db")).unwrap(), before);
    assert_eq!(halves(&world), [""; 0]);
}

#[test]
fn the_answer_is_there_in_every_format() {
    let world = World::with_people();
    for format in ["json", "jsonl", "csv", "ids"] {
        let run = world.admit(["backup", &format!("{format}.db"), "--format", format, "-q"]);
        run.assert_code(0);
        assert!(run.stdout.contains(&format!("{}/{format}.db", world.home().display())), "{run}");
        assert_eq!(run.stderr, "");
    }
    let run = world.admit(["backup", "b.db", "--format", "json"]);
    let said = run.json();
    let verified = world.admit(["audit", "verify", "--format", "json"]).json();
    assert_eq!((&said["entries"], &said["head"]), (&verified["entries"], &verified["head"]));
    assert_eq!(said["users"], 3);
    assert_eq!(said["bytes"], fs::metadata(world.home().join("b.db")).unwrap().len());
}

#[test]
fn a_backup_changes_nothing_and_leaves_no_entry() {
    let world = World::with_people();
    let before = world.contents();
    world.admit(["backup", "b.db"]).assert_code(0);
    assert_eq!(world.contents(), before);
    world.admit(["backup", "c.db", "--dry-run"]).assert_code(2);
}

#[test]
fn b11_nothing_is_ever_written_over() {
    let world = World::with_people();
    world.file("there.db", "mine");
    world.file("left.db-wal", "of a store that is gone");
    symlink("nowhere.db", world.home().join("link.db")).unwrap();
    fs::create_dir(world.home().join("dir.db")).unwrap();
    for (name, there) in [
        ("there.db", "there.db"),
        ("left.db", "left.db-wal"),
        ("link.db", "link.db"),
        ("dir.db", "dir.db"),
    ] {
        let run = world.admit(["backup", name]);
        let path = world.home().join(there);
        let hint = match there {
            "left.db-wal" => {
                "it is left of a store that is gone, and would damage another: move it away"
            }
            _ => "nothing is written over: name another file",
        };
        let says = format!("error: there is a file already at {}\nhint: {hint}\n", path.display());
        assert_eq!((run.code, &*run.stdout, &*run.stderr), (1, "", &*says));
    }
    assert_eq!(fs::read(world.home().join("there.db")).unwrap(), b"mine");
    assert!(!world.home().join("nowhere.db").exists());
    assert_eq!(halves(&world), ["left.db-wal"]);
    // The names that SQLite gives to the store's own files are not free.
    let log = world.store_path().with_extension("db-journal");
    let run = world.admit(["backup", log.to_str().unwrap()]);
    assert!(run.assert_code(2).stderr.contains("would be written over"), "{run}");
}

#[test]
fn a_file_that_cannot_be_is_named() {
    let world = World::with_people();
    assert_data_eq!(
        world.admit(["backup", "none/b.db"]).to_string(),
        str![[r#"
--- stderr
error: [HOME]/none/b.db cannot be created: no such file or directory
--- exit 73

"#]]
    );
    assert_data_eq!(
        world.admit(["backup", "-"]).to_string(),
        str![[r#"
--- stderr
error: a backup is a file; - is none
hint: name it: admit backup FILE; a file of that very name: ./-
--- exit 2

"#]]
    );
    assert_data_eq!(
        world.admit(["backup"]).to_string(),
        str![[r#"
--- stderr
error: no file is named
hint: admit backup FILE
--- exit 2

"#]]
    );
    world.admit(["backup", ":memory:"]).assert_code(78);
    world.admit(["--store", "none.db", "backup", "b.db"]).assert_code(66);
    assert_eq!(halves(&world), [""; 0]);
}

#[test]
fn a_backup_is_the_operators() {
    let world = World::with_people();
    world.another_manager();
    let entries = world.entries();
    assert_data_eq!(
        world.admit(["backup", "b.db", "--as", "max@example.com"]).to_string(),
        str![[r#"
--- stderr
error: backup is for the operator at the shell alone
hint: act as the operator: without --as and ADMIT_AS
--- exit 77

"#]]
    );
    assert!(!world.home().join("b.db").exists());
    assert_eq!(world.entries(), entries + 1);
}

#[test]
fn a_store_of_an_older_version_is_copied_as_it_is() {
    let world = World::fresh();
    for version in 1..=4 {
        let fixture = repository().join(format!("tests/fixtures/store-v{version}.db"));
        let (old, copy) = (format!("v{version}.db"), format!("copy-v{version}.db"));
        fs::copy(fixture, world.home().join(&old)).unwrap();
        world.admit(["--store", &old, "backup", &copy]).assert_code(0);
        for name in [&old, &copy] {
            let sql = rusqlite::Connection::open(world.home().join(name)).unwrap();
            let found: i64 =
                sql.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
            assert_eq!(found, version, "{name}");
        }
        world.admit(["--store", &copy, "audit", "verify"]).assert_code(0);
    }
}

#[test]
fn what_is_not_folded_in_yet_is_in_the_backup() {
    let world = World::with_people();
    let reader = world.sqlite();
    reader.execute_batch("BEGIN; SELECT count(*) FROM users").unwrap();
    world.admit(["invite", "dan@example.com"]).assert_code(0);
    world.admit(["backup", "b.db"]).assert_code(0);
    assert!(world.answer(["--store", "b.db", "list", "--format=ids"]).contains("dan@example.com"));
}

#[test]
fn a_damaged_store_makes_no_backup() {
    let world = World::with_people();
    world
        .sqlite()
        .execute_batch("PRAGMA foreign_keys = off; UPDATE users SET role_id = 99 WHERE id = 2")
        .unwrap();
    assert_data_eq!(
        world.admit(["backup", "b.db"]).to_string(),
        str![[r#"
--- stderr
error: the copy of the store is damaged: a row of users refers to one that is not there; no backup was made
hint: look at the store: admit doctor; what there is of it, while no admit runs: cp
--- exit 74

"#]]
    );
    assert_eq!(halves(&world), [""; 0]);
    assert!(!world.home().join("b.db").exists());
}

#[test]
fn b11_on_a_full_disk_nothing_is_left() {
    let world = World::with_people();
    // What `ulimit -f` allows is as little as a full disk has; both are an error of writing.
    let run = world.bash("ulimit -f 100; admit backup b.db");
    assert!(run.assert_code(74).stderr.contains("/b.db cannot be written: "), "{run}");
    assert_eq!(halves(&world), [""; 0]);
    let run = world.bash(
        "mkdir full; mount -t tmpfs -o size=120k tmpfs full 2>/dev/null || exit 99
         admit backup full/b.db 2>said; code=$?; ls -A full; umount full; cat said >&2; exit $code",
    );
    if run.code == 99 {
        return skip("a full disk needs a mount, which is root's");
    }
    assert_eq!(run.stdout, "", "{run}");
    assert_eq!(
        run.assert_code(74).stderr,
        format!(
            "error: {}/full/b.db cannot be written: the disk is full\n",
            world.home().canonicalize().unwrap().display()
        )
    );
}

#[test]
fn a8_a_store_that_cannot_be_written_is_copied_and_writers_say_why() {
    let world = World::with_people();
    let store = world.store_path().display().to_string();
    // The home directory is another user's here; the store may be read, and nothing made beside it.
    let run = world.bash(&format!(
        "mkdir ro; cp '{store}' ro/s.db; chmod 755 . ro; chmod 644 ro/s.db; mkdir -m 777 open
         nobody() {{ setpriv --reuid=65534 --clear-groups \"$@\"; }}
         cp \"$(command -v admit)\" open/admit; nobody open/admit --version >/dev/null || exit 99
         echo backup; nobody open/admit --store ro/s.db backup open/b.db --format csv --fields users; echo $?
         echo list; nobody open/admit --store ro/s.db list -q; echo $?
         echo invite; nobody open/admit --store ro/s.db invite dan@example.com -q; echo $?
         echo nobody; nobody open/admit --store ro/s.db backup b.db -q; echo $?; ls -A ro"
    ));
    if run.code == 99 || run.stdout.is_empty() {
        return skip("a store of another user needs setpriv, which is root's");
    }
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
backup
users
3
0
list
74
invite
74
nobody
73
s.db
--- stderr
warning: others may open the store: [HOME]/ro/s.db has mode 0644
hint: chmod 600 [HOME]/ro/s.db
Backed up 3 users and 6 audit entries to [HOME]/open/b.db.
error: the store cannot be written: the file, its directory or the file system is read-only
hint: a copy can be made all the same, and be read: admit backup FILE, then --store FILE
error: the store cannot be written: the file, its directory or the file system is read-only
hint: a copy can be made all the same, and be read: admit backup FILE, then --store FILE
warning: others may open the store: [HOME]/ro/s.db has mode 0644
hint: chmod 600 [HOME]/ro/s.db
error: [HOME]/b.db cannot be created: permission denied
--- exit 0

"#]]
    );
}
