//! `admit cancel`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::contract::{Case, contract};
use crate::support::World;

const CANCEL: Case = Case {
    words: &["cancel"],
    fits: Some(Status::Invited),
    after: "cancelled",
    misfit: Some(Status::Active),
    action: "invite.cancel",
};
contract!(CANCEL);

#[test]
fn an_invite_is_withdrawn_and_its_agents_are_named() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711", "chat:ana.r"]).assert_code(0);
    assert_data_eq!(
        world.admit(["cancel", "bob@example.com", "cid@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result     Released agents
bob@example.com  cancelled  chat:ana.r, voice:4711
cid@example.com  cancelled  -
--- stderr
Cancelled 2 invites in main.
--- exit 0

"#]]
    );
    assert_eq!(
        world.last_entry(),
        "invite.cancel 2: bob@example.com cid@example.com [released=chat:ana.r released=voice:4711]"
    );
    world.admit(["invite", "dan@example.com", "-r=agent", "-a=voice:4711"]).assert_code(0);
}

#[test]
fn c15_an_active_user_is_not_cancelled() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    assert_data_eq!(
        world.admit(["cancel", "ann@example.com"]).to_string(),
        str![[r#"
--- stdout
User             Result   Released agents
ann@example.com  refused  -
--- stderr
error: ann@example.com is active, so cancel does not apply
hint: take the access away: admit deactivate ann@example.com
--- exit 1

"#]]
    );
}

#[test]
fn an_expired_invite_is_withdrawn_too() {
    let world = World::with_people();
    world.put("bob@example.com", Status::Expired);
    world.admit(["cancel", "bob@example.com"]).assert_code(0);
    assert_eq!(world.status("bob@example.com"), "cancelled");
}

#[test]
fn every_format() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711", "chat:ana.r"]).assert_code(0);
    world.put("ann@example.com", Status::Active);
    assert_data_eq!(
        world.in_every_format(&["cancel", "bob@example.com", "ann@example.com", "--dry-run"]),
        str![[r#"
=== table
--- stdout
User             Result     Released agents
bob@example.com  cancelled  chat:ana.r, voice:4711
ann@example.com  refused    -
--- stderr
error: ann@example.com is active, so cancel does not apply
hint: take the access away: admit deactivate ann@example.com
Dry run, nothing was changed; it would say: Cancelled 1 invite in main.
--- exit 3
=== json
--- stdout
[
{"user":"bob@example.com","name":"Bob Ray","result":"cancelled","released":["chat:ana.r","voice:4711"],"reason":null,"organization":"main"},
{"user":"ann@example.com","name":null,"result":"refused","released":[],"reason":"ann@example.com is active, so cancel does not apply","organization":"main"}
]
--- stderr
error: ann@example.com is active, so cancel does not apply
hint: take the access away: admit deactivate ann@example.com
Dry run, nothing was changed; it would say: Cancelled 1 invite in main.
--- exit 3
=== jsonl
--- stdout
{"user":"bob@example.com","name":"Bob Ray","result":"cancelled","released":["chat:ana.r","voice:4711"],"reason":null,"organization":"main"}
{"user":"ann@example.com","name":null,"result":"refused","released":[],"reason":"ann@example.com is active, so cancel does not apply","organization":"main"}
--- stderr
error: ann@example.com is active, so cancel does not apply
hint: take the access away: admit deactivate ann@example.com
Dry run, nothing was changed; it would say: Cancelled 1 invite in main.
--- exit 3
=== csv
--- stdout
user,name,result,released,reason,organization
bob@example.com,Bob Ray,cancelled,chat:ana.r;voice:4711,,main
ann@example.com,,refused,,"ann@example.com is active, so cancel does not apply",main
--- stderr
error: ann@example.com is active, so cancel does not apply
hint: take the access away: admit deactivate ann@example.com
Dry run, nothing was changed; it would say: Cancelled 1 invite in main.
--- exit 3
=== ids
--- stdout
bob@example.com
--- stderr
error: ann@example.com is active, so cancel does not apply
hint: take the access away: admit deactivate ann@example.com
Dry run, nothing was changed; it would say: Cancelled 1 invite in main.
--- exit 3

"#]]
    );
}

#[test]
fn only_the_first_unknown_users_are_compared_with_those_that_are_known() {
    let world = World::with_people();
    let unknown: Vec<String> = (0..30).map(|number| format!("bob@example.co{number}")).collect();
    let words = ["cancel"].into_iter().chain(unknown.iter().map(String::as_str));
    let run = world.admit(words);
    assert_eq!(run.stderr.matches("hint: did you mean bob@example.com?").count(), 20, "{run}");
    assert_eq!(run.stderr.matches("hint: find people: ").count(), 10, "{run}");
}
