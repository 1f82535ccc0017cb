//! `admit audit`: lists and the chain here, filters in a file of their own.

mod filters;
mod sealed;

use rusqlite::Connection;
use snapbox::{assert_data_eq, str};

use crate::support::{Run, World};

/// A world with seven entries in its audit.
fn with_history() -> World {
    let world = World::with_people();
    world.admit(["cancel", "bob@example.com"]).assert_code(0);
    assert_eq!(world.entries(), 7);
    world
}

#[test]
fn entries_are_listed_the_newest_first() {
    let world = with_history();
    let run = world.admit(["audit", "list", "--fields=number,action,organization,count,subjects"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Number  Action               Organization  Count  On whom
     7  invite.cancel        main              1  bob@example.com
     6  user.invite          main              1  cid@example.com
     5  user.invite          main              1  bob@example.com
     4  user.invite          main              1  ann@example.com
     3  team.create          main              1  -
     2  agent.import         main              3  -
     1  organization.create  main              1  -
--- exit 0

"#]]
    );
    let run = world.admit(["audit", "ls", "-q"]);
    let titles: Vec<&str> = run.lines()[0].split_whitespace().collect();
    assert_eq!(titles.join(" "), "Number When Actor Login Action Organization Count On whom");
    let run = world.admit(["audit", "ls", "--limit=1", "--fields=number,at,action,subjects"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Number  When                  Action         On whom
     7  [DAY, HOUR AND ZONE]  invite.cancel  bob@example.com
--- stderr
For older entries add --before 7, for all of them --all.
--- exit 0

"#]]
    );
}

#[test]
fn every_format() {
    let world = with_history();
    let fields = "--fields=number,at,actor,action,organization,count,batch,subjects,detail";
    assert_data_eq!(
        world.in_every_format(&["audit", "list", "--limit=2", fields]),
        str![[r#"
=== table
--- stdout
Number  When                  Actor     Action         Organization  Count  Import  On whom          Detail
     7  [DAY, HOUR AND ZONE]  operator  invite.cancel  main              1  -       bob@example.com  -
     6  [DAY, HOUR AND ZONE]  operator  user.invite    main              1  -       cid@example.com  role=agent
--- stderr
For older entries add --before 6, for all of them --all.
--- exit 0
=== json
--- stdout
[
{"number":7,"at":"[TIME]","actor":"operator","action":"invite.cancel","organization":"main","count":1,"batch":null,"subjects":["bob@example.com"],"detail":[]},
{"number":6,"at":"[TIME]","actor":"operator","action":"user.invite","organization":"main","count":1,"batch":null,"subjects":["cid@example.com"],"detail":["role=agent"]}
]
--- stderr
For older entries add --before 6, for all of them --all.
--- exit 0
=== jsonl
--- stdout
{"number":7,"at":"[TIME]","actor":"operator","action":"invite.cancel","organization":"main","count":1,"batch":null,"subjects":["bob@example.com"],"detail":[]}
{"number":6,"at":"[TIME]","actor":"operator","action":"user.invite","organization":"main","count":1,"batch":null,"subjects":["cid@example.com"],"detail":["role=agent"]}
--- stderr
For older entries add --before 6, for all of them --all.
--- exit 0
=== csv
--- stdout
number,at,actor,action,organization,count,batch,subjects,detail
7,[TIME],operator,invite.cancel,main,1,,bob@example.com,
6,[TIME],operator,user.invite,main,1,,cid@example.com,role=agent
--- stderr
For older entries add --before 6, for all of them --all.
--- exit 0
=== ids
--- stdout
7
6
--- stderr
For older entries add --before 6, for all of them --all.
--- exit 0

"#]]
    );
}

fn numbers(world: &World, words: &[&str]) -> String {
    let run = world.admit(["audit", "list", "--format=ids"].iter().chain(words));
    run.assert_code(0);
    run.lines().join(" ")
}

#[test]
fn filters_narrow_the_list() {
    let world = with_history();
    let bob = world.number("bob@example.com");
    for (words, expected) in [
        (&[][..], "7 6 5 4 3 2 1"),
        (&["--user=Bob@example.com"], "7 5"),
        (&["--user", &bob], "7 5"),
        (&["--action=user.invite"], "6 5 4"),
        (&["--action=user.invite", "--user=bob@example.com"], "5"),
        (&["--action=user.remove"], ""),
        (&["--since=1h"], "7 6 5 4 3 2 1"),
        (&["--since=2999-01-01"], ""),
        (&["--before=3"], "2 1"),
        (&["--limit=2"], "7 6"),
        (&["--limit=2", "--before=6"], "5 4"),
        (&["--batch=1"], ""),
        (&["--all"], "7 6 5 4 3 2 1"),
    ] {
        assert_eq!(numbers(&world, words), expected, "{words:?}");
    }
}

#[test]
fn an_import_is_found_by_its_batch_and_by_whom_it_made() {
    let world = with_history();
    let file = world.file("people.csv", "email\nimported@example.com\n");
    world.admit(["import", file.to_str().unwrap()]).assert_code(0);
    assert_eq!(numbers(&world, &["--batch=1"]), "8");
    assert_eq!(numbers(&world, &["--user=imported@example.com"]), "8");
}

#[test]
fn who_was_removed_is_still_in_the_audit_and_found_there() {
    let world = with_history();
    let bob = world.number("bob@example.com");
    world.admit(["remove", "bob@example.com", "--yes"]).assert_code(0);
    assert_eq!(numbers(&world, &["--user", &bob]), "8 7 5");
    assert_eq!(numbers(&world, &["--user=bob@example.com"]), "8 7 5");
    world.admit(["audit", "list", "--user=bbo@example.com"]).assert_code(67);
    world.admit(["audit", "list", "--user=#99"]).assert_code(67);
}

#[test]
fn wrong_command_lines() {
    let world = with_history();
    for words in [
        &["audit"][..],
        &["audit", "list", "--action=user.tickle"],
        &["audit", "list", "--since=soon"],
        &["audit", "list", "--limit=0"],
        &["audit", "list", "--fields=nonsense"],
        &["audit", "verify", "--expect-head=abc"],
        &["audit", "verify", "--fields=nonsense"],
    ] {
        assert_eq!(world.admit(words).assert_code(2).stdout, "", "{words:?}");
    }
    world.admit(["audit", "list", "--user=bbo@example.com"]).assert_code(67);
}

#[test]
fn a_list_that_is_empty_says_so_on_stderr() {
    let world = with_history();
    let run = world.admit(["audit", "list", "--before=1"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
No entries match.
--- exit 0

"#]]
    );
}

#[test]
fn a_whole_audit_is_whole_in_every_format() {
    let world = with_history();
    let before = world.contents();
    assert_data_eq!(
        world.in_every_format(&["audit", "verify"]),
        str![[r#"
=== table
--- stdout
Whole      yes
Entries    7
Head       [HASH]
Broken at  -
Reason     -
--- stderr
The audit is whole: 7 entries.
--- exit 0
=== json
--- stdout
{"whole":true,"entries":7,"head":"[HASH]","broken_at":null,"reason":null}
--- stderr
The audit is whole: 7 entries.
--- exit 0
=== jsonl
--- stdout
{"whole":true,"entries":7,"head":"[HASH]","broken_at":null,"reason":null}
--- stderr
The audit is whole: 7 entries.
--- exit 0
=== csv
--- stdout
whole,entries,head,broken_at,reason
true,7,[HASH],,
--- stderr
The audit is whole: 7 entries.
--- exit 0
=== ids
--- stdout
[HASH]
--- stderr
The audit is whole: 7 entries.
--- exit 0

"#]]
    );
    assert_eq!(world.admit(["audit", "verify", "--quiet"]).assert_code(0).stderr, "");
    assert_eq!(world.contents(), before);
}

/// The file in the hands of somebody who knows SQL: triggers and foreign keys are out of the way.
fn tamper(world: &World, sql: &str) {
    let connection: Connection = world.sqlite();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection
        .execute_batch(&format!(
            "DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_shortened; {sql}"
        ))
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The same, once the triggers are gone.
fn tamper_again(world: &World, sql: &str) {
    let connection: Connection = world.sqlite();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

#[track_caller]
fn broken_at(run: &Run, number: i64) {
    run.assert_code(1);
    let verdict = run.json();
    assert_eq!(verdict["whole"], false, "{run}");
    assert_eq!(verdict["broken_at"], number, "{run}");
    let sentence = format!("error: the audit is not whole at entry {number}: ");
    assert!(run.stderr.starts_with(&sentence), "{run}");
}

#[test]
fn j3_tampering_is_found_and_the_entry_named() {
    for (sql, number) in [
        ("UPDATE audit SET at = at + 1 WHERE number = 3", 3),
        ("UPDATE audit SET actor = 'ann@example.com' WHERE number = 3", 3),
        ("UPDATE audit SET login = 'somebody' WHERE number = 3", 3),
        ("UPDATE audit SET uid = uid + 1 WHERE number = 3", 3),
        ("UPDATE audit SET sudo_user = 'somebody' WHERE number = 3", 3),
        ("UPDATE audit SET action = 'user.remove' WHERE number = 3", 3),
        ("UPDATE audit SET action = 'user.tickle' WHERE number = 3", 3),
        ("UPDATE audit SET organization = 'other' WHERE number = 3", 3),
        ("UPDATE audit SET organization = NULL WHERE number = 3", 3),
        ("UPDATE audit SET organization_id = 2 WHERE number = 3", 3),
        ("UPDATE audit SET organization_id = NULL WHERE number = 3", 3),
        ("UPDATE audit SET count = count + 1 WHERE number = 3", 3),
        ("UPDATE audit SET batch_id = 9 WHERE number = 3", 3),
        ("UPDATE audit SET subjects = '[]' WHERE number = 4", 4),
        ("UPDATE audit SET detail = '[]' WHERE number = 3", 3),
        ("UPDATE audit SET seal = zeroblob(32) WHERE number = 3", 3),
        ("UPDATE audit SET count = count + 1 WHERE number = 1", 1),
        ("UPDATE audit SET count = count + 1 WHERE number = 7", 7),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 4", 4),
        ("DELETE FROM audit WHERE number = 4; UPDATE audit SET number = number - 1 WHERE number > 4", 4),
        ("INSERT INTO audit SELECT 8, at, actor, login, uid, sudo_user, action, organization, count,
          batch_id, subjects, detail, seal, organization_id FROM audit WHERE number = 7", 8),
        ("INSERT INTO audit SELECT 9, at, actor, login, uid, sudo_user, action, organization, count,
          batch_id, subjects, detail, seal, organization_id FROM audit WHERE number = 7", 8),
        ("UPDATE audit SET number = 99 WHERE number = 2; UPDATE audit SET number = 2 WHERE number = 3;
          UPDATE audit SET number = 3 WHERE number = 99", 2),
        ("UPDATE audit SET number = 99 WHERE number = 6; UPDATE audit SET number = 6 WHERE number = 7;
          UPDATE audit SET number = 7 WHERE number = 99", 6),
    ] {
        let world = with_history();
        tamper(&world, sql);
        let run = world.admit(["audit", "verify", "--format=json"]);
        assert!(!run.stdout.is_empty(), "{sql}");
        broken_at(&run, number);
    }
}

#[test]
fn an_entry_that_cannot_be_read_is_not_shown_as_an_empty_one() {
    for sql in [
        "UPDATE audit SET subjects = 'gone' WHERE number = 4",
        "UPDATE audit SET detail = '{}' WHERE number = 4",
    ] {
        let world = with_history();
        tamper(&world, sql);
        for words in [&["audit", "list"][..], &["audit", "list", "--fields=subjects,detail"]] {
            let run = world.admit(words);
            assert!(run.assert_code(74).stderr.contains("the store is damaged: column "), "{run}");
        }
        world.admit(["audit", "verify"]).assert_code(1);
    }
    let world = with_history();
    let gone = "UPDATE audit SET subjects = 'gone', action = 'user.remove' WHERE number = 3";
    tamper(&world, gone);
    world.admit(["audit", "list", "--user=nobody@example.com"]).assert_code(74);
}

#[test]
fn what_was_tampered_with_is_said_to_a_person() {
    let world = with_history();
    tamper(&world, "UPDATE audit SET count = 9 WHERE number = 3");
    assert_data_eq!(
        world.in_every_format(&["audit", "verify"]),
        str![[r#"
=== table
--- stdout
Whole      no
Entries    -
Head       -
Broken at  3
Reason     it is not what was sealed, or the one before it is not
--- stderr
error: the audit is not whole at entry 3: it is not what was sealed, or the one before it is not
--- exit 1
=== json
--- stdout
{"whole":false,"entries":null,"head":null,"broken_at":3,"reason":"it is not what was sealed, or the one before it is not"}
--- stderr
error: the audit is not whole at entry 3: it is not what was sealed, or the one before it is not
--- exit 1
=== jsonl
--- stdout
{"whole":false,"entries":null,"head":null,"broken_at":3,"reason":"it is not what was sealed, or the one before it is not"}
--- stderr
error: the audit is not whole at entry 3: it is not what was sealed, or the one before it is not
--- exit 1
=== csv
--- stdout
whole,entries,head,broken_at,reason
false,,,3,"it is not what was sealed, or the one before it is not"
--- stderr
error: the audit is not whole at entry 3: it is not what was sealed, or the one before it is not
--- exit 1
=== ids
--- stdout

--- stderr
error: the audit is not whole at entry 3: it is not what was sealed, or the one before it is not
--- exit 1

"#]]
    );
}

#[test]
fn j4_the_store_itself_refuses_to_change_or_shorten_the_audit() {
    let world = with_history();
    for sql in ["UPDATE audit SET count = 9", "DELETE FROM audit WHERE number = 7"] {
        let error = world.sql().execute(sql, []).unwrap_err();
        assert!(error.to_string().contains("the audit is append-only"), "{error}");
    }
    // Where one takes the place of another, no trigger is asked about the one that goes.
    let replaced = world.sql().execute(
        "INSERT OR REPLACE INTO audit SELECT 3, at, actor, login, uid, sudo_user, action, organization, 9,
         batch_id, subjects, detail, seal, organization_id FROM audit WHERE number = 3",
        [],
    );
    if replaced.is_ok() {
        broken_at(&world.admit(["audit", "verify", "--format=json"]), 3);
    }
}

#[test]
fn j3_a_tail_that_was_cut_off_is_found_by_the_head_that_was_noted() {
    let world = with_history();
    let run = world.admit(["audit", "verify", "--format=ids"]);
    let head = run.assert_code(0).stdout.trim().to_owned();
    let expecting = |head: &str| world.admit(["audit", "verify", "--expect-head", head]);
    expecting(&head).assert_code(0);
    expecting(&head.to_uppercase()).assert_code(0);
    tamper(&world, "DELETE FROM audit WHERE number = 7");
    // What found the entry is still there.
    broken_at(&world.admit(["audit", "verify", "--format=json"]), 7);
    tamper_again(&world, "DELETE FROM audit_subjects WHERE number = 7");
    // Nothing in the file itself shows that there was more.
    world.admit(["audit", "verify"]).assert_code(0);
    assert_data_eq!(
        expecting(&head).to_string(),
        str![[r#"
--- stdout
Whole      no
Entries    6
Head       [HASH]
Broken at  -
Reason     its end was cut off: no entry has the hash that was expected
--- stderr
error: the audit is not whole: its end was cut off: no entry has the hash that was expected
--- exit 1

"#]]
    );
}

#[test]
fn j3_a_log_that_has_grown_still_holds_the_head_that_was_noted() {
    let world = with_history();
    let run = world.admit(["audit", "verify", "--format=ids"]);
    let head = run.assert_code(0).stdout.trim().to_owned();
    world.admit(["cancel", "cid@example.com"]).assert_code(0);
    world.admit(["remove", "cid@example.com", "--yes"]).assert_code(0);
    let verify =
        || world.admit(["audit", "verify", "--fields=whole,entries", "--expect-head", &head]);
    assert_data_eq!(
        verify().to_string(),
        str![[r#"
--- stdout
Whole    yes
Entries  9
--- stderr
The audit is whole: 9 entries.
The hash you noted is entry 7's; since then: 2 entries.
--- exit 0

"#]]
    );
    // Cut back before it and grown again, as many entries as before: the noted one is gone.
    tamper(
        &world,
        "DELETE FROM audit WHERE number >= 7; DELETE FROM audit_subjects WHERE number >= 7",
    );
    for person in ["dan@example.com", "eve@example.com", "fay@example.com"] {
        world.admit(["invite", person]).assert_code(0);
    }
    assert_data_eq!(
        verify().to_string(),
        str![[r#"
--- stdout
Whole    no
Entries  9
--- stderr
error: the audit is not whole: its end was cut off: no entry has the hash that was expected
--- exit 1

"#]]
    );
}
