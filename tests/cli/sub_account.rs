//! `admit sub-account`.

use snapbox::{assert_data_eq, str};

use crate::module::portal;
use crate::support::World;

#[test]
fn sub_accounts_are_listed_by_name() {
    assert_data_eq!(
        portal().in_every_format(&["sub-account", "list"]),
        str![[r#"
=== table
--- stdout
Sub-account  Title  Granted to
north        North           1
south        South           0
--- exit 0
=== json
--- stdout
[
{"sub_account":"north","title":"North","users":1},
{"sub_account":"south","title":"South","users":0}
]
--- exit 0
=== jsonl
--- stdout
{"sub_account":"north","title":"North","users":1}
{"sub_account":"south","title":"South","users":0}
--- exit 0
=== csv
--- stdout
sub_account,title,users
north,North,1
south,South,0
--- exit 0
=== ids
--- stdout
north
south
--- exit 0

"#]]
    );
    assert_data_eq!(
        World::with_store().admit(["sub-account", "ls"]).to_string(),
        str![[r#"
--- stderr
There are no sub-accounts in main.
hint: add one: admit sub-account add NAME
--- exit 0

"#]]
    );
}

#[test]
fn a_sub_account_is_added_in_any_spelling() {
    let world = portal();
    let before = world.contents();
    let words = ["sub-account", "add", "North East", "--title", "The north-east"];
    world.admit(words.iter().chain(&["--dry-run"])).assert_code(0);
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
Sub-account  Title           Granted to
north-east   The north-east           0
--- stderr
Added 1 sub-account in main.
hint: grant it: admit grant USER --sub-account north-east
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "sub-account.add 1:  [sub-account=north-east]");
    assert_data_eq!(
        world.admit(["sub-account", "add", "west", "NORTH"]).to_string(),
        str![[r#"
--- stderr
error: there is a sub-account north already
--- exit 1

"#]]
    );
    world.admit(["sub-account", "add", "e", "f", "--title", "E"]).assert_code(2);
    assert_eq!(
        world.answer(["sub-account", "list", "--format", "ids"]),
        "north\nnorth-east\nsouth\n"
    );
}

#[test]
fn removing_one_that_users_have_wants_a_yes_and_takes_it_from_them() {
    let world = portal();
    let before = world.contents();
    world.admit(["sub-account", "remove", "north"]).assert_code(2);
    assert_data_eq!(
        world.admit(["sub-account", "remove", "north", "--dry-run"]).to_string(),
        str![[r#"
--- stdout
Sub-account  Title  Granted to
north        North           1
--- stderr
Dry run, nothing was changed; it would say: Removed 1 sub-account in main; 1 user lost north.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["sub-account", "remove", "noth", "--yes"]).to_string(),
        str![[r#"
--- stderr
error: no sub-account noth in main
hint: did you mean north?
--- exit 67

"#]]
    );
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(["sub-account", "remove", "north", "south", "--yes"]).to_string(),
        str![[r#"
--- stdout
Sub-account  Title  Granted to
north        North           1
south        South           0
--- stderr
Removed 2 sub-accounts in main; 1 user lost north.
--- exit 0

"#]]
    );
    let run = world.admit(["show", "bob@example.com", "--format", "json"]);
    assert_eq!(run.json()["sub_accounts"], serde_json::json!([]));
}

#[test]
fn who_may_not_manage_users_changes_none() {
    let world = portal();
    world.put("bob@example.com", admit::domain::status::Status::Active);
    for words in [&["sub-account", "add", "west"][..], &["sub-account", "remove", "south"]] {
        world.admit(["--as", "bob@example.com"].iter().chain(words)).assert_code(77);
    }
}

#[test]
fn what_is_added_or_removed_is_told_with_where() {
    let world = World::with_store();
    for verb in ["add", "remove"] {
        let run = world.admit(["sub-account", verb, "fresh", "FRESH", "--format=jsonl"]);
        assert_eq!(
            run.assert_code(0).json(),
            serde_json::json!({ "sub_account": "fresh", "title": "Fresh", "users": 0, "organization": "main" }),
            "{verb}"
        );
    }
}
