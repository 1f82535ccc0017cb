//! What the machine does not give: room, files, memory, the right to write (trust A7, A8, A10 to A12).

use std::fmt::Write as _;
use std::io::Write as _;

use crate::support::{Run, World, skip};

/// A file of so many people.
fn people(world: &World, name: &str, many: u32) {
    let mut text = "email,name\n".to_owned();
    for number in 0..many {
        let _ = writeln!(text, "p{number:07}@example.com,Person {number}");
    }
    world.file(name, text);
}

/// A mount of memory in the home directory, with a copy of the store in it, for as long as a script runs.
fn mounted(world: &World, options: &str, script: &str) -> Option<Run> {
    let store = world.store_path();
    let run = world.bash(&format!(
        "mkdir m; mount -t tmpfs -o {options} tmpfs m 2>/dev/null || exit 99
         trap 'umount m; rmdir m' EXIT; cp '{}' m/s.db; {script}",
        store.display()
    ));
    if run.code == 99 {
        skip("a medium without room needs a mount, which is root's");
        return None;
    }
    Some(run)
}

#[test]
fn a7_where_no_file_can_be_made_the_message_says_so() {
    let world = World::with_people();
    // The directory and the store: SQLite cannot make its log.
    let Some(run) = mounted(
        &world,
        "size=2m,nr_inodes=2",
        "for words in list 'invite dan@example.com' 'backup m/b.db'; do admit --store m/s.db $words; echo $?; done
         admit --store m/s.db backup out.db --format ids; echo $?; ls -A m",
    ) else {
        return;
    };
    let home = world.home().display().to_string();
    snapbox::assert_data_eq!(
        format!("{}{}", run.stdout, run.stderr).replace(&home, "[HOME]"),
        snapbox::str![[r#"
74
74
73
[HOME]/out.db
0
s.db
error: SQLite cannot make its files beside the store; the directory must be writable and the disk must have room
hint: a copy can be made all the same, and be read: admit backup FILE, then --store FILE
error: SQLite cannot make its files beside the store; the directory must be writable and the disk must have room
hint: a copy can be made all the same, and be read: admit backup FILE, then --store FILE
error: [HOME]/m/b.db cannot be created: no space left on device
Backed up 3 users and 6 audit entries to [HOME]/out.db.

"#]]
    );
}

#[test]
fn a8_on_a_medium_that_is_only_read_readers_say_why_and_a_backup_works() {
    let world = World::with_people();
    let Some(run) = mounted(
        &world,
        "size=2m",
        "mount -o remount,ro m
         for words in list 'invite dan@example.com'; do admit --store m/s.db $words; echo $?; done
         admit --store m/s.db backup b.db --format ids; echo $?; ls -A m
         admit restore m/s.db --yes --format ids -q; echo $?
         admit --store m/s.db restore b.db --yes; echo $?",
    ) else {
        return;
    };
    let home = world.home().display().to_string();
    snapbox::assert_data_eq!(
        format!("{}{}", run.stdout, run.stderr).replace(&home, "[HOME]"),
        snapbox::str![[r#"
74
74
[HOME]/b.db
0
s.db
[HOME]/.local/share/admit/admit.db
0
74
error: SQLite cannot make its files beside the store; the directory must be writable and the disk must have room
hint: a copy can be made all the same, and be read: admit backup FILE, then --store FILE
error: SQLite cannot make its files beside the store; the directory must be writable and the disk must have room
hint: a copy can be made all the same, and be read: admit backup FILE, then --store FILE
Backed up 3 users and 6 audit entries to [HOME]/b.db.
warning: 2 links work as in the backup, whatever was used, withdrawn or replaced since
hint: end them with new ones, in each organization: admit list --status invited --format ids | admit resend -; or without: … | admit cancel -
error: SQLite cannot make its files beside the store; the directory must be writable and the disk must have room
hint: a copy can be made all the same, and be read: admit backup FILE, then --store FILE

"#]]
    );
}

#[test]
fn a10_a_file_size_limit_is_an_error_and_no_end() {
    let world = World::with_people();
    people(&world, "people.csv", 20_000);
    let before = world.contents();
    for kilobytes in [40, 100, 400] {
        let run = world.bash(&format!("ulimit -f {kilobytes}; admit import people.csv"));
        // Where it is the commit that fails, nobody can promise more than to look.
        assert!([71, 74].contains(&run.code), "{run}");
        assert!(run.stdout.is_empty() && run.stderr.starts_with("error: "), "{run}");
        assert_eq!(world.contents(), before);
    }
    world.admit(["doctor"]).assert_code(0);
    world.admit(["import", "people.csv"]).assert_code(0);
}

#[test]
fn a11_memory_is_bounded_however_large_the_input() {
    let world = World::with_people();
    people(&world, "rows.csv", 300_000);
    let mut wide = std::fs::File::create(world.home().join("wide.csv")).unwrap();
    wide.write_all(b"email,name\nann@example.com,\"").unwrap();
    wide.write_all(&vec![b'x'; 10 << 20]).unwrap();
    wide.write_all(b"\"\n").unwrap();
    drop(wide);
    // Of what may be addressed, the program itself takes 80 MB as it is built for tests.
    let run =
        world.bash("ulimit -v 300000; admit import wide.csv; echo $?; admit import rows.csv -q");
    assert!(run.stdout.starts_with("65\n"), "{run}");
    assert!(run.stderr.starts_with("error: wide.csv: "), "{run}");
    assert!(run.stderr.len() < 2000, "{run}");
    run.assert_code(0);
    assert!(run.stdout.contains("300000"), "{run}");
}

#[test]
fn a12_after_a_large_import_the_log_is_small_again() {
    let world = World::with_people();
    people(&world, "people.csv", 30_000);
    // Somebody has the store open, so the log stays.
    let other = world.sqlite();
    other.query_row("SELECT count(*) FROM users", [], |row| row.get::<_, i64>(0)).unwrap();
    world.admit(["import", "people.csv"]).assert_code(0);
    let log = world.store_path().with_extension("db-wal").metadata().unwrap().len();
    assert!(log < 5_000_000, "{log}");
    drop(other);
}
