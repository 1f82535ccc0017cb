//! `admit reactivate`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::contract::{Case, contract};
use crate::support::World;

const REACTIVATE: Case = Case {
    words: &["reactivate"],
    fits: Some(Status::Deactivated),
    after: "active",
    misfit: Some(Status::Cancelled),
    action: "user.reactivate",
};
contract!(REACTIVATE);

#[test]
fn a_deactivated_user_is_active_again_without_agents_and_links() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711"]).assert_code(0);
    world.put("bob@example.com", Status::Active);
    world.admit(["deactivate", "bob@example.com"]).assert_code(0);
    assert_data_eq!(
        world.admit(["reactivate", "bob@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result
bob@example.com  active
--- stderr
Reactivated 1 user in main.
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "user.reactivate 1: bob@example.com []");
    let bob = world.admit(["show", "bob@example.com", "--format=json"]).json();
    assert_eq!(bob["status"], "active");
    assert_eq!(bob["agents"], serde_json::json!([]));
}

#[test]
fn the_others_are_told_what_fits_them() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    let words = ["reactivate", "ann@example.com", "bob@example.com", "cid@example.com"];
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
User             Result
ann@example.com  refused
bob@example.com  refused
cid@example.com  refused
--- stderr
error: ann@example.com is active, so reactivate does not apply
error: bob@example.com is invited, so reactivate does not apply
hint: send a new link: admit resend bob@example.com
error: cid@example.com is invited (no link sent yet), so reactivate does not apply
hint: send the link: admit send cid@example.com
--- exit 1

"#]]
    );
}

#[test]
fn every_format() {
    let world = World::with_people();
    world.put("bob@example.com", Status::Deactivated);
    let words = ["reactivate", "bob@example.com", "cid@example.com", "--dry-run"];
    assert_data_eq!(
        world.in_every_format(&words),
        str![[r#"
=== table
--- stdout
User             Result
bob@example.com  active
cid@example.com  refused
--- stderr
error: cid@example.com is invited (no link sent yet), so reactivate does not apply
hint: send the link: admit send cid@example.com
Dry run, nothing was changed; it would say: Reactivated 1 user in main.
--- exit 3
=== json
--- stdout
[
{"user":"bob@example.com","name":"Bob Ray","result":"active","reason":null,"organization":"main"},
{"user":"cid@example.com","name":null,"result":"refused","reason":"cid@example.com is invited (no link sent yet), so reactivate does not apply","organization":"main"}
]
--- stderr
error: cid@example.com is invited (no link sent yet), so reactivate does not apply
hint: send the link: admit send cid@example.com
Dry run, nothing was changed; it would say: Reactivated 1 user in main.
--- exit 3
=== jsonl
--- stdout
{"user":"bob@example.com","name":"Bob Ray","result":"active","reason":null,"organization":"main"}
{"user":"cid@example.com","name":null,"result":"refused","reason":"cid@example.com is invited (no link sent yet), so reactivate does not apply","organization":"main"}
--- stderr
error: cid@example.com is invited (no link sent yet), so reactivate does not apply
hint: send the link: admit send cid@example.com
Dry run, nothing was changed; it would say: Reactivated 1 user in main.
--- exit 3
=== csv
--- stdout
user,name,result,reason,organization
bob@example.com,Bob Ray,active,,main
cid@example.com,,refused,"cid@example.com is invited (no link sent yet), so reactivate does not apply",main
--- stderr
error: cid@example.com is invited (no link sent yet), so reactivate does not apply
hint: send the link: admit send cid@example.com
Dry run, nothing was changed; it would say: Reactivated 1 user in main.
--- exit 3
=== ids
--- stdout
bob@example.com
--- stderr
error: cid@example.com is invited (no link sent yet), so reactivate does not apply
hint: send the link: admit send cid@example.com
Dry run, nothing was changed; it would say: Reactivated 1 user in main.
--- exit 3

"#]]
    );
}
