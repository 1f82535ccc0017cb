//! Which files are stores, and how everything else is answered (trust B1 to B7, rule: exit codes).

use std::path::Path;
use std::time::Instant;

use sha2::{Digest, Sha256};
use snapbox::{assert_data_eq, str};

use crate::support::{World, mode};

fn hash(path: &Path) -> Vec<u8> {
    Sha256::digest(std::fs::read(path).unwrap()).to_vec()
}

/// Everything in the home directory, hidden files too.
fn names(world: &World) -> Vec<String> {
    let entries = std::fs::read_dir(world.home()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_store_that_was_named_and_is_missing_is_66_and_names_init() {
    let world = World::fresh();
    for words in [&["list"][..], &["import", "--dry-run", "-"], &["invite", "ann@example.com"]] {
        let run = world
            .admit_with("email\nann@example.com\n", ["--store", "my store.db"].iter().chain(words));
        run.assert_code(66);
        assert!(run.stderr.contains("there is no store at "), "{run}");
        let hint = run.stderr.lines().last().unwrap().strip_prefix("hint: make it: ").unwrap();
        assert_eq!(hint, format!("admit --store '{}/my store.db' init", world.home().display()));
    }
    assert_eq!(names(&world), [""; 0]);
    world
        .bash(&format!("admit --store '{}/my store.db' init", world.home().display()))
        .assert_code(0);
    assert_eq!(names(&world), ["my store.db"]);
}

#[test]
fn b3_commands_that_only_read_never_make_anything() {
    let world = World::fresh();
    for words in [
        &["list"][..],
        &["show", "ann@example.com"],
        &["agent", "list"],
        &["agent", "show", "1"],
        &["team", "list"],
        &["role", "list"],
        &["audit", "list"],
        &["audit", "verify"],
        &["export"],
        &["cancel", "ann@example.com"],
        &["expire"],
        &["assign-agent", "ann@example.com", "1"],
        &["agent", "add", "voice:1"],
    ] {
        let run = world.admit(words);
        assert_eq!(run.code, 66, "{words:?}: {run}");
        assert!(run.stderr.contains("hint: make it: admit init"), "{words:?}: {run}");
    }
    for words in [&["template", "list"][..], &["man"], &["completions", "bash"], &["--version"]] {
        world.admit(words).assert_code(0);
    }
    assert_eq!(names(&world), [""; 0]);
}

#[test]
fn b4_other_files_are_no_stores_and_stay_untouched() {
    let world = World::fresh();
    world.file("empty.db", "");
    world.file("one.db", "x");
    world.file("text.db", "email\nann@example.com\n".repeat(100));
    let foreign = world.home().join("foreign.db");
    let sqlite = rusqlite::Connection::open(&foreign).unwrap();
    sqlite
        .execute_batch("CREATE TABLE moz_places (url); INSERT INTO moz_places VALUES (1)")
        .unwrap();
    drop(sqlite);
    for (name, says) in [
        ("empty.db", "it is empty"),
        ("one.db", "it is no SQLite file"),
        ("text.db", "it is no SQLite file"),
        ("foreign.db", "it is another program's SQLite file"),
        (".", "it is a directory"),
        ("/dev/null", "it is no regular file"),
    ] {
        let path = world.home().join(name);
        let before = path.is_file().then(|| hash(&path));
        for words in [&["list"][..], &["invite", "ann@example.com"], &["expire"]] {
            let run = world.admit(["--store", name].iter().chain(words));
            run.assert_code(78);
            assert!(run.stderr.contains(&format!("is no store of admit's: {says}")), "{run}");
        }
        assert_eq!(path.is_file().then(|| hash(&path)), before, "{name}");
        world.admit(["--store", name, "init"]).assert_code(1);
    }
    assert_eq!(names(&world), ["empty.db", "foreign.db", "one.db", "text.db"]);
}

#[test]
fn b5_a_newer_store_is_refused_and_not_touched() {
    let world = World::with_people();
    world
        .sqlite()
        .execute_batch("PRAGMA user_version = 999; PRAGMA wal_checkpoint(truncate)")
        .unwrap();
    let before = hash(&world.store_path());
    for words in [&["list"][..], &["invite", "dan@example.com"]] {
        let run = world.admit(words);
        run.assert_code(78);
        assert!(run.stderr.contains("is of version 999; this admit knows versions up to"), "{run}");
        assert!(run.stderr.contains("hint: use the admit that made it"), "{run}");
    }
    assert_eq!(hash(&world.store_path()), before);
}

#[test]
fn truncated_and_damaged_stores_are_74_without_a_panic() {
    let world = World::with_people();
    world.sqlite().execute_batch("PRAGMA wal_checkpoint(truncate)").unwrap();
    let good = std::fs::read(world.store_path()).unwrap();
    for length in [16, 70, 100, 4096, good.len() / 2] {
        world.file("short.db", &good[..length]);
        for words in [&["list"][..], &["agent", "list"], &["show", "ann@example.com"]] {
            let run = world.admit(["--store", "short.db"].iter().chain(words));
            assert!([74, 78].contains(&run.code), "{length} {words:?}: {run}");
            assert!(run.stderr.starts_with("error: "), "{length}: {run}");
        }
    }
    let mut garbled = good;
    for byte in &mut garbled[4096..] {
        *byte ^= 0x5a;
    }
    world.file("garbled.db", garbled);
    let run = world.admit(["--store", "garbled.db", "list"]);
    run.assert_code(74);
    assert!(run.stderr.starts_with("error: the store is damaged: "), "{run}");
}

#[test]
fn what_admit_never_wrote_is_damage_and_no_default() {
    let world = World::with_people();
    let sqlite = world.sqlite();
    sqlite
        .execute_batch("PRAGMA ignore_check_constraints = on; UPDATE users SET status = 77")
        .unwrap();
    drop(sqlite);
    let statuses = "invited,expired,active,deactivated,cancelled,declined";
    for words in [&["show", "ann@example.com"][..], &["list", "--status", statuses]] {
        let run = world.admit(words);
        assert!(run.code == 74 || !run.stdout.contains("invited"), "{words:?}: {run}");
    }
    world.admit(["show", "ann@example.com"]).assert_code(74);
}

#[test]
fn b2_paths_are_taken_to_the_letter() {
    let world = World::fresh();
    std::fs::create_dir(world.home().join("a b")).unwrap();
    for name in ["file:x.db?mode=memory", "a b/c d.db", "x.db?immutable=1", "ü%20.db", "-x.db"] {
        let flag = format!("--store={name}");
        world.admit([flag.as_str(), "init"]).assert_code(0);
        world.admit([flag.as_str(), "invite", "ann@example.com"]).assert_code(0);
        assert!(world.home().join(name).is_file(), "{name}");
        let list = world.admit([flag.as_str(), "list", "--format", "ids"]);
        assert_eq!(list.stdout, "ann@example.com\n", "{name}: {list}");
    }
    let memory = world.admit(["--store", ":memory:", "init"]);
    assert_data_eq!(
        memory.to_string(),
        str![[r#"
--- stderr
error: :memory: cannot be a store's path: SQLite would keep it in memory and lose it
--- exit 78

"#]]
    );
    world.admit(["--store=", "list"]).assert_code(2);
    let relative = world.bash("cd 'a b' && admit --store './c d.db' list --format ids");
    assert_eq!(relative.stdout, "ann@example.com\n");
}

#[test]
fn b13_a_symbolic_link_leads_to_its_store() {
    let world = World::with_people();
    std::os::unix::fs::symlink(world.store_path(), world.home().join("link.db")).unwrap();
    world.admit(["--store", "link.db", "invite", "dan@example.com"]).assert_code(0);
    assert!(world.answer(["list", "--format", "ids"]).contains("dan@example.com"));
    let twice = world.admit(["--store", "link.db", "init"]);
    twice.assert_code(1);
    std::os::unix::fs::symlink("nowhere.db", world.home().join("dangling.db")).unwrap();
    world.admit(["--store", "dangling.db", "list"]).assert_code(66);
    world.admit(["--store", "dangling.db", "init"]).assert_code(1);
    assert!(!world.home().join("nowhere.db").exists());
}

#[test]
fn b1_all_files_are_private_whatever_the_umask_and_a_wider_one_is_warned_about() {
    let world = World::fresh();
    world
        .bash("umask 000; admit import --sample | admit import -; admit --store s.db init")
        .assert_code(0);
    assert_eq!(mode(world.store_path()), 0o600);
    assert_eq!(mode(world.store_path().parent().unwrap()), 0o700);
    for umask in ["000", "077", "277"] {
        let files = "umask UMASK; admit backup bUMASK.db; admit export -o eUMASK.csv; \
                     admit --store rUMASK.db restore bUMASK.db --yes; \
                     printf 'email\nx\n' | admit import - --keep-going --rejects jUMASK.csv";
        let run = world.bash(&files.replace("UMASK", umask));
        for name in
            ["b.db", "e.csv", "r.db", "j.csv"].map(|name| name.replace('.', &format!("{umask}.")))
        {
            let found = mode(world.home().join(&name)) & !0o200;
            assert_eq!(found, 0o400, "{name} under {umask}: {run}");
        }
    }
    assert_eq!(mode(world.home().join("s.db")), 0o600);
    let wider = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(world.home().join("s.db"), wider).unwrap();
    let run = world.admit(["--store", "s.db", "list", "--quiet"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
warning: others may open the store: [HOME]/s.db has mode 0644
hint: chmod 600 [HOME]/s.db
--- exit 0

"#]]
    );
}

#[test]
fn b1_the_log_beside_a_store_is_private_too() {
    let world = World::with_people();
    // A reader keeps the log alive behind the writer's back.
    let reader = world.sqlite();
    reader.query_row("SELECT count(*) FROM users", [], |row| row.get::<_, i64>(0)).unwrap();
    world.bash("umask 000; admit invite dan@example.com").assert_code(0);
    let log = world.store_path().with_extension("db-wal");
    assert_eq!(mode(log), 0o600);
    drop(reader);
}

#[test]
fn k2_the_busy_store_is_75_after_a_while_and_reading_goes_on() {
    let world = World::with_people();
    let writer = world.sqlite();
    writer.execute_batch("BEGIN IMMEDIATE; UPDATE users SET name = 'x'").unwrap();
    let start = Instant::now();
    let list = world.admit(["list", "--format", "csv", "--fields", "name"]);
    assert_eq!((list.code, list.stdout.contains('x')), (0, false), "{list}");
    assert!(start.elapsed().as_secs() < 5, "a reader waits for nobody");
    let run = world.admit(["invite", "dan@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: the store is busy: another command has been writing for 10 seconds
hint: nothing was changed; try again when it is done
--- exit 75

"#]]
    );
    assert!((9..30).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[test]
fn b13_a_store_with_a_second_name_is_refused() {
    let world = World::with_store();
    std::fs::hard_link(world.store_path(), world.home().join("second.db")).unwrap();
    for words in [&["list"][..], &["invite", "a@example.com"], &["list", "--store", "second.db"]] {
        let run = world.admit(words);
        assert!(run.assert_code(78).stderr.contains("hard links"), "{run}");
    }
}

#[test]
fn a_store_without_a_version_is_damaged() {
    let world = World::with_store();
    world.sqlite().pragma_update(None, "user_version", 0).unwrap();
    let run = world.admit(["list"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: the store is damaged: the file has no version
--- exit 74

"#]]
    );
}

#[test]
fn damage_names_the_user_whose_row_it_is() {
    let world = World::with_people();
    world.sqlite().execute("UPDATE users SET name = 'a' || char(7) WHERE id = 2", []).unwrap();
    let run = world.admit(["list"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: the store is damaged: user #2: column name holds a control character (U+0007)
--- exit 74

"#]]
    );
}

#[test]
fn b12_no_store_is_made_beside_a_log_that_is_left_of_another() {
    let world = World::fresh();
    for end in ["-wal", "-journal", "-shm"] {
        world.file(&format!("new.db{end}"), "left");
        let run = world.admit(["--store", "new.db", "init"]);
        assert_eq!(
            run.assert_code(1).stderr,
            format!(
                "error: there is a file already at {}/new.db{end}\n\
                 hint: it is left of a store that is gone, and would damage another: move it away\n",
                world.home().display()
            )
        );
        std::fs::remove_file(world.home().join(format!("new.db{end}"))).unwrap();
    }
    assert_eq!(names(&world), [""; 0]);
}

#[test]
fn b14_sqlite_has_no_fault_that_is_known_to_damage_stores() {
    let world = World::fresh();
    let run = world.admit(["--version"]);
    let lines = run.lines();
    assert_eq!(
        (run.code, lines[0]),
        (0, &*format!("admit {}", env!("CARGO_PKG_VERSION"))),
        "{run}"
    );
    let version = lines[1].strip_prefix("SQLite ").unwrap();
    let parts: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
    assert!(parts >= vec![3, 51, 3], "{version}");
    assert_eq!(version, rusqlite::version());
    assert_eq!(world.admit(["-V"]).stdout, format!("{}\n", lines[0]));
}

#[test]
fn an_endless_settings_file_and_an_endless_line_are_refused() {
    let world = World::with_store();
    let run = world.bash("ADMIT_CONFIG=/dev/zero admit list");
    assert!(run.assert_code(78).stderr.contains("too large"), "{run}");
    let run = world.bash("admit cancel - < /dev/zero");
    assert!(run.assert_code(65).stderr.contains("longer than 4096 bytes"), "{run}");
}
