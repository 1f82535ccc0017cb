//! `admit restore`: a backup takes the store's place. That it may be killed at any moment is tested in `store`.

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::support::terminal::ENTER;
use crate::support::{Run, World, mode, repository};

/// A store with people, a backup of it, and somebody who came after that.
fn with_backup() -> World {
    let world = World::with_people();
    world.admit(["backup", "b.db"]).assert_code(0);
    world.admit(["invite", "late@example.com", "--no-send"]).assert_code(0);
    world
}

fn ids(world: &World) -> String {
    world.answer(["list", "--format", "ids"])
}

/// What is beside the store, with the time of day taken out of names.
fn beside(world: &World) -> Vec<String> {
    let directory = world.store_path();
    let entries = fs::read_dir(directory.parent().unwrap()).unwrap();
    let names = entries.map(|entry| dated(&entry.unwrap().file_name().to_string_lossy()));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn dated(text: &str) -> String {
    let time = regex_lite::Regex::new(r"\d{8}T\d{6}Z").unwrap();
    time.replace_all(text, "[WHEN]").into_owned()
}

fn shown(run: &Run) -> String {
    dated(&run.to_string())
}

#[test]
fn the_store_is_as_it_was_and_says_so() {
    let world = with_backup();
    let before = world.contents();
    assert_data_eq!(
        shown(&world.admit(["restore", "b.db", "--dry-run"])),
        str![[r#"
--- stdout
Store          [HOME]/.local/share/admit/admit.db
Users          3
Audit entries  6
Audit head     [HASH]
Newest entry   [DAY, HOUR AND ZONE]
Replaced       store
Users before   4
Kept as        -
Open links     2
Waiting mails  0
--- stderr
Dry run, nothing was changed; it would say: Restored 3 users from b.db.
warning: 2 links work as in the backup, whatever was used, withdrawn or replaced since
hint: end them with new ones, in each organization: admit list --status invited --format ids | admit resend -; or without: … | admit cancel -
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    assert_eq!(beside(&world), ["admit.db"]);
    assert_data_eq!(
        shown(&world.admit(["restore", "b.db", "--yes"])),
        str![[r#"
--- stdout
Store          [HOME]/.local/share/admit/admit.db
Users          3
Audit entries  6
Audit head     [HASH]
Newest entry   [DAY, HOUR AND ZONE]
Replaced       store
Users before   4
Kept as        [HOME]/.local/share/admit/admit.db.replaced-[WHEN]
Open links     2
Waiting mails  0
--- stderr
Restored 3 users from b.db.
What stood there is kept: [HOME]/.local/share/admit/admit.db.replaced-[WHEN].
hint: when it is not needed any more: rm [HOME]/.local/share/admit/admit.db.replaced-[WHEN]; it holds people and secrets
warning: 2 links work as in the backup, whatever was used, withdrawn or replaced since
hint: end them with new ones, in each organization: admit list --status invited --format ids | admit resend -; or without: … | admit cancel -
--- exit 0

"#]]
    );
    assert_eq!(beside(&world), ["admit.db", "admit.db.replaced-[WHEN]"]);
    assert_eq!(mode(world.store_path()), 0o600);
    assert!(!ids(&world).contains("late@example.com"));
    world.admit(["audit", "verify"]).assert_code(0);
    world.admit(["doctor"]).assert_code(0);
    let entry = world.answer([
        "audit",
        "list",
        "--everywhere",
        "--limit=1",
        "--format=csv",
        "--fields=actor,action,count,detail",
    ]);
    let file = world.home().join("b.db").display().to_string();
    assert_eq!(
        entry,
        format!("actor,action,count,detail\noperator,store.restore,3,file={file};entries=6\n")
    );
    // And there and back again.
    let kept = fs::read_dir(world.store_path().parent().unwrap()).unwrap();
    let mut kept = kept.map(|entry| entry.unwrap().path());
    let kept = kept.find(|path| path.to_string_lossy().contains("replaced")).unwrap();
    world.admit(["restore", kept.to_str().unwrap(), "--yes"]).assert_code(0);
    assert!(ids(&world).contains("late@example.com"));
}

#[test]
fn the_answer_is_there_in_every_format() {
    let world = with_backup();
    let said = world.in_every_format(&["restore", "b.db", "--dry-run", "-q"]);
    assert_data_eq!(
        said,
        str![[r#"
=== table
--- stdout
Store          [HOME]/.local/share/admit/admit.db
Users          3
Audit entries  6
Audit head     [HASH]
Newest entry   [DAY, HOUR AND ZONE]
Replaced       store
Users before   4
Kept as        -
Open links     2
Waiting mails  0
--- stderr
warning: 2 links work as in the backup, whatever was used, withdrawn or replaced since
hint: end them with new ones, in each organization: admit list --status invited --format ids | admit resend -; or without: … | admit cancel -
--- exit 0
=== json
--- stdout
{"store":"[HOME]/.local/share/admit/admit.db","users":3,"entries":6,"head":"[HASH]","newest_entry_at":"[TIME]","replaced":"store","users_before":4,"kept":null,"open_links":2,"waiting_mails":0}
--- stderr
warning: 2 links work as in the backup, whatever was used, withdrawn or replaced since
hint: end them with new ones, in each organization: admit list --status invited --format ids | admit resend -; or without: … | admit cancel -
--- exit 0
=== jsonl
--- stdout
{"store":"[HOME]/.local/share/admit/admit.db","users":3,"entries":6,"head":"[HASH]","newest_entry_at":"[TIME]","replaced":"store","users_before":4,"kept":null,"open_links":2,"waiting_mails":0}
--- stderr
warning: 2 links work as in the backup, whatever was used, withdrawn or replaced since
hint: end them with new ones, in each organization: admit list --status invited --format ids | admit resend -; or without: … | admit cancel -
--- exit 0
=== csv
--- stdout
store,users,entries,head,newest_entry_at,replaced,users_before,kept,open_links,waiting_mails
[HOME]/.local/share/admit/admit.db,3,6,[HASH],[TIME],store,4,,2,0
--- stderr
warning: 2 links work as in the backup, whatever was used, withdrawn or replaced since
hint: end them with new ones, in each organization: admit list --status invited --format ids | admit resend -; or without: … | admit cancel -
--- exit 0
=== ids
--- stdout
[HOME]/.local/share/admit/admit.db
--- stderr
warning: 2 links work as in the backup, whatever was used, withdrawn or replaced since
hint: end them with new ones, in each organization: admit list --status invited --format ids | admit resend -; or without: … | admit cancel -
--- exit 0

"#]]
    );
}

#[test]
fn nobody_is_replaced_without_a_yes() {
    let world = with_backup();
    assert_data_eq!(
        world.admit(["restore", "b.db"]).to_string(),
        str![[r#"
--- stderr
error: replacing a store needs a yes
hint: nobody can answer here; add --yes
--- exit 2

"#]]
    );
    let mut terminal = world.terminal("admit restore b.db");
    terminal.see("(4 users) by b.db (3 users");
    terminal.press(["n", ENTER]).see("Nothing changed.");
    terminal.end();
    assert!(ids(&world).contains("late@example.com"));
    assert_eq!(beside(&world), ["admit.db"]);
    let mut terminal = world.terminal("admit restore b.db");
    terminal.see("(4 users) by b.db (3 users");
    terminal.press(["y", ENTER]).see("Restored 3 users from b.db.");
    terminal.end();
    assert!(!ids(&world).contains("late@example.com"));
}

#[test]
fn a_restore_is_the_operators() {
    let world = with_backup();
    world.another_manager();
    let entries = world.entries();
    let run = world.admit(["restore", "b.db", "--yes", "--as", "max@example.com"]);
    assert!(run.assert_code(77).stderr.contains("restore is for the operator at the shell alone"));
    assert_eq!(world.entries(), entries + 1);
}

#[test]
fn where_no_store_is_there_will_be_one() {
    let world = with_backup();
    fs::remove_dir_all(world.home().join(".local")).unwrap();
    let run = world.admit(["restore", "b.db", "--dry-run"]);
    assert!(run.assert_code(0).stdout.contains("Replaced       nothing"), "{run}");
    assert!(!world.home().join(".local").exists());
    world.admit(["restore", "b.db", "--yes"]).assert_code(0);
    assert_eq!(beside(&world), ["admit.db"]);
    assert!(ids(&world).contains("ann@example.com"));
    world.admit(["--store", "new.db", "restore", "b.db", "--yes"]).assert_code(0);
    world.admit(["--store", "new.db", "list"]).assert_code(0);
    for more in ["--yes", "--dry-run"] {
        let run = world.admit(["--store", "none/new.db", "restore", "b.db", more]);
        assert!(run.assert_code(73).stderr.contains("there is no directory none"), "{run}");
    }
}

#[test]
fn what_is_no_backup_is_named_and_the_store_stays() {
    let world = with_backup();
    let before = world.contents();
    let whole = fs::read(world.home().join("b.db")).unwrap();
    world.file("empty.db", "");
    world.file("text.db", "email,name\n");
    world.file("half.db", &whole[..whole.len() / 2]);
    world.file("header.db", &whole[..60]);
    world.bash("mkfifo fifo").assert_code(0);
    let newer = rusqlite::Connection::open(world.home().join("foreign.db")).unwrap();
    newer.execute_batch("CREATE TABLE t (a)").unwrap();
    drop(newer);
    world.file("newer.db", &whole);
    let newer = rusqlite::Connection::open(world.home().join("newer.db")).unwrap();
    newer.pragma_update(None, "user_version", 999).unwrap();
    drop(newer);
    world.file("altered.db", &whole);
    let altered = rusqlite::Connection::open(world.home().join("altered.db")).unwrap();
    altered
        .execute_batch(
            "DROP TRIGGER audit_is_never_changed; UPDATE audit SET count = 7 WHERE number = 3",
        )
        .unwrap();
    drop(altered);
    let mut said = String::new();
    for file in [
        "none.db",
        ".",
        "fifo",
        "empty.db",
        "text.db",
        "foreign.db",
        "header.db",
        "half.db",
        "newer.db",
        "altered.db",
        "-",
        "",
    ] {
        let run = world.admit(["restore", file, "--yes"]);
        assert_eq!(run.stdout, "", "{file}: {run}");
        said.push_str(&format!("{file}: {}{}\n", run.stderr, run.code));
    }
    let same = world.store_path().display().to_string();
    let run = world.admit(["restore", &same, "--yes"]);
    said.push_str(&format!("itself: {}{}\n", run.stderr, run.code));
    assert_data_eq!(
        said.replace(&world.home().display().to_string(), "[HOME]"),
        str![[r#"
none.db: error: the backup [HOME]/none.db cannot be opened: no such file or directory
66
.: error: [HOME] is no backup of a store: it is a directory
78
fifo: error: [HOME]/fifo is no backup of a store: it is no regular file
78
empty.db: error: [HOME]/empty.db is no backup of a store: it is empty
78
text.db: error: [HOME]/text.db is no backup of a store: it is no SQLite file
78
foreign.db: error: [HOME]/foreign.db is no backup of a store: it is another program's SQLite file
78
header.db: error: the backup [HOME]/header.db is damaged: the file ends within its header; nothing was changed
hint: try an older one
74
half.db: error: the backup [HOME]/half.db is damaged: database disk image is malformed; nothing was changed
hint: try an older one
74
newer.db: error: the store [HOME]/newer.db is of version 999; this admit knows versions up to 6
hint: use the admit that made it, or a later one
78
altered.db: error: the backup [HOME]/altered.db is damaged: entry 3 of its audit: it is not what was sealed, or the one before it is not; nothing was changed
hint: try an older one
74
-: error: a backup is a file; - is none
hint: name it: admit restore FILE; a file of that very name: ./-
2
: error: a value is required for '[FILE]' but none was supplied

For more information, try '--help'.
2
itself: error: [HOME]/.local/share/admit/admit.db is the store itself
hint: name a backup of it
1

"#]]
    );
    assert_eq!(world.contents(), before);
    assert_eq!(beside(&world), ["admit.db"]);
}

#[test]
fn backups_of_every_version_are_brought_up_to_date() {
    let world = World::with_people();
    for version in 1..=4 {
        let fixture = repository().join(format!("tests/fixtures/store-v{version}.db"));
        let bytes = fs::read(&fixture).unwrap();
        world.file("old.db", &bytes);
        world.admit(["restore", "old.db", "--yes"]).assert_code(0);
        assert_eq!(fs::read(world.home().join("old.db")).unwrap(), bytes, "the backup stays");
        world.admit(["audit", "verify"]).assert_code(0);
        world.admit(["doctor"]).assert_code(0);
    }
}

#[test]
fn b12_a_store_in_use_is_not_replaced() {
    let world = with_backup();
    let before = world.contents();
    let reader = world.sqlite();
    reader.query_row("SELECT count(*) FROM users", [], |row| row.get::<_, i64>(0)).unwrap();
    let run = world.admit(["restore", "b.db", "--yes"]);
    let process = std::process::id();
    assert_eq!(
        run.assert_code(75).stderr,
        format!(
            "error: the store {} is in use by process {process}; nothing was changed\n\
             hint: which that is: ps -p {process}; end it, or wait until it is done\n",
            world.store_path().display()
        )
    );
    drop(reader);
    assert_eq!(world.contents(), before);
    world.admit(["restore", "b.db", "--yes"]).assert_code(0);
}

#[test]
fn b12_a_log_that_is_left_is_not_taken_for_the_backups() {
    // Whoever was killed left what they did in the log: it belongs to what is kept.
    let world = with_backup();
    let store = world.store_path();
    let killed = "import os, sqlite3, sys
c = sqlite3.connect(sys.argv[1]); c.execute(\"UPDATE users SET name = 'Left Over'\"); c.commit()
os.kill(os.getpid(), 9)";
    world.file("killed.py", killed);
    world.bash(&format!("python3 killed.py '{}'; true", store.display())).assert_code(0);
    assert!(store.with_extension("db-wal").exists());
    world.admit(["restore", "b.db", "--yes"]).assert_code(0);
    assert_eq!(beside(&world), ["admit.db", "admit.db.replaced-[WHEN]"]);
    let names = |world: &World| world.answer(["list", "--format=csv", "--fields=name"]);
    assert!(!names(&world).contains("Left Over"));
    world.admit(["audit", "verify"]).assert_code(0);

    // Of a store that is damaged or gone, it is kept beside.
    for damage in ["printf garbage | dd of=S conv=notrunc status=none", "rm S"] {
        let world = with_backup();
        let store = world.store_path();
        world.file("killed.py", killed);
        let path = store.display().to_string();
        world.bash(&format!("python3 killed.py '{path}'; true")).assert_code(0);
        world.bash(&damage.replace('S', &format!("'{path}'"))).assert_code(0);
        let run = world.admit(["restore", "b.db", "--yes"]);
        run.assert_code(0);
        let mut there =
            vec!["admit.db", "admit.db.replaced-[WHEN]", "admit.db.replaced-[WHEN]-wal"];
        if damage == "rm S" {
            there.remove(1);
        }
        assert_eq!(beside(&world), there, "{damage}");
        let stray = dated(&run.stderr).contains(&format!(
            "A log without its store lay there; it is kept: {path}.replaced-[WHEN]-wal."
        ));
        assert_eq!(stray, damage == "rm S", "{run}");
        assert!(!names(&world).contains("Left Over"), "{damage}");
        world.admit(["doctor"]).assert_code(0);
    }
}

#[test]
fn b12_a_log_beside_a_backup_is_read_with_it_and_stays() {
    let world = with_backup();
    let store = world.store_path();
    // As whoever copies the files of a store has them.
    let other = world.sqlite();
    other.execute_batch("BEGIN; SELECT count(*) FROM users").unwrap();
    world.admit(["invite", "last@example.com", "--no-send"]).assert_code(0);
    for (from, to) in [("", "c.db"), ("-wal", "c.db-wal")] {
        let from = format!("{}{from}", store.display());
        fs::copy(from, world.home().join(to)).unwrap();
    }
    drop(other);
    let files = || ["c.db", "c.db-wal"].map(|name| fs::read(world.home().join(name)).unwrap());
    let before = files();
    world.admit(["restore", "c.db", "--yes"]).assert_code(0);
    assert!(ids(&world).contains("last@example.com"));
    assert_eq!(files(), before);
    // A journal without its mark is what a first import leaves that was killed as it began.
    fs::write(format!("{}-journal", store.display()), [0; 512]).unwrap();
    world.admit(["restore", "b.db", "--yes"]).assert_code(0);
    assert!(!ids(&world).contains("late@example.com"));
    world.admit(["doctor"]).assert_code(0);
}

#[test]
fn a_store_that_cannot_be_used_is_replaced_but_no_other_programs_file() {
    let world = with_backup();
    let whole = fs::read(world.home().join("b.db")).unwrap();
    world.file("half.db", &whole[..whole.len() / 2]);
    world.file("empty.db", "");
    world.file("second.db", &whole);
    fs::hard_link(world.home().join("second.db"), world.home().join("name.db")).unwrap();
    world.file("newer.db", &whole);
    let newer = rusqlite::Connection::open(world.home().join("newer.db")).unwrap();
    newer.pragma_update(None, "user_version", 999).unwrap();
    drop(newer);
    for name in ["half.db", "empty.db", "second.db", "newer.db"] {
        let before = fs::read(world.home().join(name)).unwrap();
        let run = world.admit(["--store", name, "restore", "b.db", "--yes", "--format=json"]);
        let kept = run.json()["kept"].as_str().unwrap().to_owned();
        assert_eq!(fs::read(kept).unwrap(), before, "{name}");
        world.admit(["--store", name, "list"]).assert_code(0);
    }
    let foreign = rusqlite::Connection::open(world.home().join("foreign.db")).unwrap();
    foreign.execute_batch("CREATE TABLE t (a)").unwrap();
    drop(foreign);
    for name in ["foreign.db", "."] {
        world.admit(["--store", name, "restore", "b.db", "--yes"]).assert_code(78);
    }
}

#[test]
fn a_symbolic_link_leads_to_the_place_and_stays() {
    let world = with_backup();
    let (store, real) = (world.store_path(), world.home().join("real.db"));
    fs::rename(&store, &real).unwrap();
    std::os::unix::fs::symlink(&real, &store).unwrap();
    world.admit(["restore", "b.db", "--yes"]).assert_code(0);
    assert!(store.is_symlink() && !real.is_symlink());
    assert!(!ids(&world).contains("late@example.com"));
    std::os::unix::fs::symlink("nowhere.db", world.home().join("link.db")).unwrap();
    let run = world.admit(["--store", "link.db", "restore", "b.db", "--yes"]);
    assert!(run.assert_code(78).stderr.contains("a symbolic link that leads nowhere"), "{run}");
}

#[test]
fn backups_under_several_names_and_on_media_that_are_not_written_are_read() {
    let world = with_backup();
    fs::hard_link(world.home().join("b.db"), world.home().join("same.db")).unwrap();
    world.bash("mkdir ro; cp b.db ro/r.db; chmod 400 ro/r.db; chmod 500 ro").assert_code(0);
    for file in ["same.db", "ro/r.db"] {
        world.admit(["restore", file, "--yes"]).assert_code(0);
    }
    assert_eq!(fs::read_dir(world.home().join("ro")).unwrap().count(), 1);
    world.bash("chmod 700 ro").assert_code(0);
}

#[test]
fn what_was_done_with_comes_back_and_is_warned_about() {
    let world = World::with_people();
    let token = world.token(["resend", "ann@example.com"]);
    world.admit(["backup", "b.db"]).assert_code(0);
    world.admit(["cancel", "ann@example.com"]).assert_code(0);
    world.file("token", &token);
    world.file("password", "quiet yellow tram\n");
    let accept = ["accept", "--token-file", "token", "--password-stdin"];
    let with = |world: &World| world.admit_with("quiet yellow tram\n", accept);
    with(&world).assert_code(1);
    let run = world.admit([
        "restore",
        "b.db",
        "--yes",
        "--format=csv",
        "--fields=open_links,waiting_mails",
    ]);
    assert_data_eq!(
        shown(&run),
        str![[r#"
--- stdout
open_links,waiting_mails
2,0
--- stderr
Restored 3 users from b.db.
What stood there is kept: [HOME]/.local/share/admit/admit.db.replaced-[WHEN].
hint: when it is not needed any more: rm [HOME]/.local/share/admit/admit.db.replaced-[WHEN]; it holds people and secrets
warning: 2 links work as in the backup, whatever was used, withdrawn or replaced since
hint: end them with new ones, in each organization: admit list --status invited --format ids | admit resend -; or without: … | admit cancel -
--- exit 0

"#]]
    );
    with(&world).assert_code(0);
}

#[test]
fn links_to_set_a_password_end_with_a_restore() {
    let world = World::with_people();
    let token = world.token(["resend", "ann@example.com"]);
    world.accept(&token, "quiet yellow tram", &[]).assert_code(0);
    let token = world.token(["password", "reset", "ann@example.com"]);
    let fields = "--fields=open_links,waiting_mails";
    world.admit(["backup", "b.db"]).assert_code(0);
    world.accept(&token, "another one of that sort", &[]).assert_code(0);
    let counted = |words: &str| {
        let words = ["restore", "b.db", words, "-q", "--format=csv", fields];
        world.admit(words).assert_code(0).stdout.clone()
    };
    // Nothing that ends is counted among what works again, before as after.
    let before = counted("--dry-run");
    assert_eq!(before, counted("--yes"));
    world.accept(&token, "and a third one that is theirs", &[]).assert_code(1);
    world.try_login("ann@example.com", "quiet yellow tram", &[]).assert_code(0);
    world.admit(["doctor"]).assert_code(0);
    world.admit(["audit", "verify"]).assert_code(0);
    // A new one works.
    let token = world.token(["password", "reset", "ann@example.com"]);
    world.accept(&token, "and a third one that is theirs", &[]).assert_code(0);
}
