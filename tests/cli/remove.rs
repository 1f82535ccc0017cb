//! `admit remove`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::contract::{Case, contract};
use crate::support::World;

const REMOVE: Case = Case {
    words: &["remove", "--yes"],
    fits: Some(Status::Active),
    after: "gone",
    misfit: None,
    action: "user.remove",
};
contract!(REMOVE);

#[test]
fn a_removed_user_is_as_if_never_there_save_in_the_audit() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711"]).assert_code(0);
    assert_data_eq!(
        world.admit(["remove", "bob@example.com", "--yes"]).to_string(),
        str![[r#"
--- stdout
User             Result   Released agents
bob@example.com  removed  voice:4711
--- stderr
Removed 1 user in main.
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "user.remove 1: bob@example.com [released=voice:4711]");
    world.admit(["show", "bob@example.com"]).assert_code(67);
    let traces = world.contents();
    let traces = traces.iter().filter(|row| row.contains("bob@example.com"));
    assert!(traces.clone().count() > 0);
    for trace in traces {
        assert!(trace.starts_with("audit: "), "{trace}");
    }
    world.admit(["audit", "verify"]).assert_code(0);
}

#[test]
fn a_removed_person_can_be_invited_again_under_a_new_number() {
    let world = World::with_people();
    let old = world.number("bob@example.com");
    world.admit(["remove", "bob@example.com", "--yes"]).assert_code(0);
    let run = world.admit(["invite", "bob@example.com", "--format=csv", "--fields=user,result"]);
    assert_eq!(run.lines(), ["user,result", "bob@example.com,invited"], "{run}");
    assert_ne!(world.number("bob@example.com"), old);
    world.admit(["show", &old]).assert_code(67);
}

#[test]
fn k10_even_one_needs_a_yes() {
    let world = World::with_people();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["remove", "bob@example.com"]).to_string(),
        str![[r#"
--- stderr
error: removing 1 user needs a yes
hint: nobody can answer here; add --yes
--- exit 2

"#]]
    );
    let both = ["remove", "bob@example.com", "cid@example.com"];
    assert_data_eq!(
        world.admit(both).to_string(),
        str![[r#"
--- stderr
error: removing 2 users needs a yes
hint: nobody can answer here; add --yes
--- exit 2

"#]]
    );
    world.admit(["remove", "bob@example.com", "--dry-run"]).assert_code(0);
    assert_eq!(world.contents(), before);
}

#[test]
fn every_format() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711"]).assert_code(0);
    let words = ["remove", "bob@example.com", "nobody@example.org", "--dry-run"];
    assert_data_eq!(
        world.in_every_format(&words),
        str![[r#"
=== table
--- stdout
User                Result   Released agents
bob@example.com     removed  voice:4711
nobody@example.org  unknown  -
--- stderr
error: no user nobody@example.org in main
hint: find people: admit list --search TEXT
Dry run, nothing was changed; it would say: Removed 1 user in main.
--- exit 3
=== json
--- stdout
[
{"user":"bob@example.com","name":"Bob Ray","result":"removed","released":["voice:4711"],"reason":null,"organization":"main"},
{"user":"nobody@example.org","name":null,"result":"unknown","released":[],"reason":"no user nobody@example.org in main","organization":"main"}
]
--- stderr
error: no user nobody@example.org in main
hint: find people: admit list --search TEXT
Dry run, nothing was changed; it would say: Removed 1 user in main.
--- exit 3
=== jsonl
--- stdout
{"user":"bob@example.com","name":"Bob Ray","result":"removed","released":["voice:4711"],"reason":null,"organization":"main"}
{"user":"nobody@example.org","name":null,"result":"unknown","released":[],"reason":"no user nobody@example.org in main","organization":"main"}
--- stderr
error: no user nobody@example.org in main
hint: find people: admit list --search TEXT
Dry run, nothing was changed; it would say: Removed 1 user in main.
--- exit 3
=== csv
--- stdout
user,name,result,released,reason,organization
bob@example.com,Bob Ray,removed,voice:4711,,main
nobody@example.org,,unknown,,no user nobody@example.org in main,main
--- stderr
error: no user nobody@example.org in main
hint: find people: admit list --search TEXT
Dry run, nothing was changed; it would say: Removed 1 user in main.
--- exit 3
=== ids
--- stdout
bob@example.com
--- stderr
error: no user nobody@example.org in main
hint: find people: admit list --search TEXT
Dry run, nothing was changed; it would say: Removed 1 user in main.
--- exit 3

"#]]
    );
}

#[test]
fn nobody_at_all_is_removed_without_a_question() {
    let world = World::with_people();
    world.admit(["remove", "-"]).assert_code(0);
    world.admit(["deactivate", "-"]).assert_code(0);
}

/// What a removed user was called, and by what address, is nowhere in the store's files; the address is in the
/// audit, which names on whom something was done for ever (rule 18).
#[test]
fn b15_what_is_removed_is_erased_and_not_only_forgotten() {
    for index in [false, true] {
        let world = World::with_store();
        if index {
            world.admit(["search-index", "build"]).assert_code(0);
        }
        let people = |from: u32| -> String {
            // In no order, so that pages are split on both sides.
            let rows = (from..from + 3000).map(|number| {
                let mixed = number.wrapping_mul(2_654_435_761) >> 4;
                format!("u{mixed}@example.com,Name {mixed}\n")
            });
            std::iter::once("email,name\n".to_owned()).chain(rows).collect()
        };
        world.file("a.csv", people(0));
        world.admit(["import", "a.csv"]).assert_code(0);
        world.file("v.csv", "email,name\nVictim.Person@example.com,Quentin Xylophone\n");
        world.admit(["import", "v.csv", "--send"]).assert_code(0);
        world.file("b.csv", people(3000));
        world.admit(["import", "b.csv"]).assert_code(0);
        world.admit(["remove", "victim.person@example.com", "--yes"]).assert_code(0);
        let [log, journal] =
            ["db-wal", "db-journal"].map(|end| world.store_path().with_extension(end));
        assert!(!log.exists() && !journal.exists(), "the log is folded in");
        let bytes = std::fs::read(world.store_path()).unwrap();
        let count = |text: &str| {
            bytes
                .windows(text.len())
                .filter(|part| part.eq_ignore_ascii_case(text.as_bytes()))
                .count()
        };
        assert_eq!((count("Quentin"), count("Xylophone")), (0, 0), "index: {index}");
        let kept: String = world.contents().join("\n").to_lowercase();
        let address = "victim.person@example.com";
        assert_eq!(count(address), kept.matches(address).count(), "index: {index}");
        assert!(
            world
                .contents()
                .iter()
                .all(|row| { row.starts_with("audit: ") || !row.to_lowercase().contains(address) })
        );
    }
}
