//! `admit deactivate`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::contract::{Case, contract};
use crate::support::World;

const DEACTIVATE: Case = Case {
    words: &["deactivate", "--yes"],
    fits: Some(Status::Active),
    after: "deactivated",
    misfit: Some(Status::Invited),
    action: "user.deactivate",
};
contract!(DEACTIVATE);

fn with_active_people() -> World {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711", "chat:ana.r"]).assert_code(0);
    world.put("ann@example.com", Status::Active);
    world.put("bob@example.com", Status::Active);
    world
}

#[test]
fn the_released_agents_are_named() {
    let world = with_active_people();
    assert_data_eq!(
        world.admit(["deactivate", "bob@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result       Released agents
bob@example.com  deactivated  chat:ana.r, voice:4711
--- stderr
Deactivated 1 user in main.
--- exit 0

"#]]
    );
    assert_eq!(
        world.last_entry(),
        "user.deactivate 1: bob@example.com [released=chat:ana.r released=voice:4711]"
    );
    let agent = world.admit(["agent", "show", "voice:4711", "--format=json"]).json();
    assert_eq!(agent["holder"], serde_json::Value::Null, "{agent}");
}

#[test]
fn c7_open_links_of_who_is_deactivated_are_dead_afterwards() {
    let world = World::fresh();
    // The owner is active and has an open link to set a password.
    world.admit(["init", "--owner", "olga@example.com"]).assert_code(0);
    let open = || -> i64 {
        let sql = "SELECT count(*) FROM invites WHERE state = 1";
        world.sql().query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(open(), 1);
    world.another_manager();
    world.admit(["deactivate", "olga@example.com"]).assert_code(0);
    assert_eq!(open(), 0);
}

#[test]
fn one_needs_no_yes_and_several_do() {
    let world = with_active_people();
    world.another_manager();
    let before = world.contents();
    let several = ["deactivate", "ann@example.com", "bob@example.com"];
    assert_data_eq!(
        world.admit(several).to_string(),
        str![[r#"
--- stderr
error: deactivating 2 users needs a yes
hint: nobody can answer here; add --yes
--- exit 2

"#]]
    );
    assert_eq!(world.contents(), before);
    world.admit(several.into_iter().chain(["--dry-run"])).assert_code(0);
    assert_eq!(world.contents(), before);
    world.admit(several.into_iter().chain(["-y"])).assert_code(0);
    assert_eq!(world.status("ann@example.com"), "deactivated");
}

#[test]
fn c15_an_invited_user_is_not_deactivated_but_cancelled() {
    let world = World::with_people();
    let run = world.admit(["deactivate", "bob@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Released agents
bob@example.com  refused  -
--- stderr
error: bob@example.com is invited, so deactivate does not apply
hint: withdraw the invite: admit cancel bob@example.com
--- exit 1

"#]]
    );
}

#[test]
fn a_second_time_is_refused() {
    let world = with_active_people();
    world.admit(["deactivate", "bob@example.com"]).assert_code(0);
    let run = world.admit(["deactivate", "bob@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Released agents
bob@example.com  refused  -
--- stderr
error: bob@example.com is deactivated, so deactivate does not apply
--- exit 1

"#]]
    );
}

#[test]
fn every_format() {
    let world = with_active_people();
    let words = ["deactivate", "bob@example.com", "cid@example.com", "--dry-run"];
    assert_data_eq!(
        world.in_every_format(&words),
        str![[r#"
=== table
--- stdout
User             Result       Released agents
bob@example.com  deactivated  chat:ana.r, voice:4711
cid@example.com  refused      -
--- stderr
error: cid@example.com is invited (no link sent yet), so deactivate does not apply
hint: withdraw the invite: admit cancel cid@example.com
Dry run, nothing was changed; it would say: Deactivated 1 user in main.
--- exit 3
=== json
--- stdout
[
{"user":"bob@example.com","name":"Bob Ray","result":"deactivated","released":["chat:ana.r","voice:4711"],"reason":null,"organization":"main"},
{"user":"cid@example.com","name":null,"result":"refused","released":[],"reason":"cid@example.com is invited (no link sent yet), so deactivate does not apply","organization":"main"}
]
--- stderr
error: cid@example.com is invited (no link sent yet), so deactivate does not apply
hint: withdraw the invite: admit cancel cid@example.com
Dry run, nothing was changed; it would say: Deactivated 1 user in main.
--- exit 3
=== jsonl
--- stdout
{"user":"bob@example.com","name":"Bob Ray","result":"deactivated","released":["chat:ana.r","voice:4711"],"reason":null,"organization":"main"}
{"user":"cid@example.com","name":null,"result":"refused","released":[],"reason":"cid@example.com is invited (no link sent yet), so deactivate does not apply","organization":"main"}
--- stderr
error: cid@example.com is invited (no link sent yet), so deactivate does not apply
hint: withdraw the invite: admit cancel cid@example.com
Dry run, nothing was changed; it would say: Deactivated 1 user in main.
--- exit 3
=== csv
--- stdout
user,name,result,released,reason,organization
bob@example.com,Bob Ray,deactivated,chat:ana.r;voice:4711,,main
cid@example.com,,refused,,"cid@example.com is invited (no link sent yet), so deactivate does not apply",main
--- stderr
error: cid@example.com is invited (no link sent yet), so deactivate does not apply
hint: withdraw the invite: admit cancel cid@example.com
Dry run, nothing was changed; it would say: Deactivated 1 user in main.
--- exit 3
=== ids
--- stdout
bob@example.com
--- stderr
error: cid@example.com is invited (no link sent yet), so deactivate does not apply
hint: withdraw the invite: admit cancel cid@example.com
Dry run, nothing was changed; it would say: Deactivated 1 user in main.
--- exit 3

"#]]
    );
}
