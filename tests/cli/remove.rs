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
