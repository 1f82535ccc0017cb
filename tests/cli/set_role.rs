//! `admit set-role`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::contract::{Case, contract};
use crate::support::World;

const SET_ROLE: Case = Case {
    words: &["set-role", "--role", "user"],
    fits: Some(Status::Active),
    after: "active",
    misfit: Some(Status::Deactivated),
    action: "user.set-role",
};
contract!(SET_ROLE);

#[test]
fn away_from_agent_the_ids_are_released_and_the_open_link_ends() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711", "chat:ana.r"]).assert_code(0);
    assert_data_eq!(
        world.admit(["set-role", "bob@example.com", "-r", "user"]).to_string(),
        str![[r#"
--- stdout
User             Result                 Role  Released agents
bob@example.com  was agent; link ended  user  chat:ana.r, voice:4711
--- stderr
Changed the role of 1 user in main.
hint: the open link was for the old role and has ended; make a new one: admit send bob@example.com
--- exit 0

"#]]
    );
    assert_eq!(
        world.last_entry(),
        "user.set-role 1: bob@example.com [from=agent to=user released=chat:ana.r released=voice:4711]"
    );
    assert_eq!(world.status("bob@example.com"), "pending");
    let open = "SELECT count(*) FROM invites i JOIN users u ON u.id = i.user_id
                WHERE u.email = 'bob@example.com' AND i.state = 1";
    assert_eq!(world.sql().query_row(open, [], |row| row.get(0)), Ok(0));
    world.admit(["send", "bob@example.com"]).assert_code(0);
}

#[test]
fn between_other_roles_nothing_else_changes() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    world.another_manager();
    assert_data_eq!(
        world.admit(["set-role", "ann@example.com", "--role", "team-leader"]).to_string(),
        str![[r#"
--- stdout
User             Result     Role         Released agents
ann@example.com  was admin  team-leader  -
--- stderr
Changed the role of 1 user in main.
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "user.set-role 1: ann@example.com [from=admin to=team-leader]");
}

#[test]
fn a_dry_run_does_not_say_that_a_link_has_ended() {
    let world = World::with_people();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["set-role", "bob@example.com", "-r", "user", "--dry-run"]).to_string(),
        str![[r#"
--- stdout
User             Result                 Role  Released agents
bob@example.com  was agent; link ended  user  -
--- stderr
Dry run, nothing was changed; it would say: Changed the role of 1 user in main.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn the_same_role_is_refused() {
    let world = World::with_people();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["set-role", "bob@example.com", "-r", "agent"]).to_string(),
        str![[r#"
--- stdout
User             Result   Role  Released agents
bob@example.com  refused  -     -
--- stderr
error: bob@example.com has the role agent already
--- exit 1

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn an_unknown_role_is_named_with_the_nearest() {
    let world = World::with_people();
    let before = world.contents();
    let run = world.admit(["set-role", "bob@example.com", "-r", "agnet"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: no role agnet in main
hint: did you mean agent?
--- exit 67

"#]]
    );
    let run = world.admit(["set-role", "bob@example.com", "-r", "wizard"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: no role wizard in main
hint: known roles: admin, team-leader, user, agent
--- exit 67

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn no_role_named_is_a_wrong_command_line() {
    let world = World::with_people();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["set-role", "bob@example.com"]).to_string(),
        str![[r#"
--- stderr
error: no role is named
hint: admit set-role USER… --role ROLE
--- exit 2

"#]]
    );
    assert_data_eq!(
        world.admit(["set-role", "bob@example.com", "-r", "no such role!"]).to_string(),
        str![[r#"
--- stderr
error: invalid value 'no such role!' for '--role <ROLE>': a role's name is 1 to 40 letters, digits and '-', such as team-leader

For more information, try '--help'.
--- exit 2

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn every_format() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711"]).assert_code(0);
    world.put("ann@example.com", Status::Deactivated);
    let words = ["set-role", "-r=user", "bob@example.com", "ann@example.com", "--dry-run"];
    assert_data_eq!(
        world.in_every_format(&words),
        str![[r#"
=== table
--- stdout
User             Result                 Role  Released agents
bob@example.com  was agent; link ended  user  voice:4711
ann@example.com  refused                -     -
--- stderr
error: ann@example.com is deactivated, so set-role does not apply
hint: bring back: admit reactivate ann@example.com
Dry run, nothing was changed; it would say: Changed the role of 1 user in main.
--- exit 3
=== json
--- stdout
[
{"user":"bob@example.com","name":"Bob Ray","result":"was agent; link ended","role":"user","released":["voice:4711"],"reason":null,"organization":"main"},
{"user":"ann@example.com","name":null,"result":"refused","role":null,"released":[],"reason":"ann@example.com is deactivated, so set-role does not apply","organization":"main"}
]
--- stderr
error: ann@example.com is deactivated, so set-role does not apply
hint: bring back: admit reactivate ann@example.com
Dry run, nothing was changed; it would say: Changed the role of 1 user in main.
--- exit 3
=== jsonl
--- stdout
{"user":"bob@example.com","name":"Bob Ray","result":"was agent; link ended","role":"user","released":["voice:4711"],"reason":null,"organization":"main"}
{"user":"ann@example.com","name":null,"result":"refused","role":null,"released":[],"reason":"ann@example.com is deactivated, so set-role does not apply","organization":"main"}
--- stderr
error: ann@example.com is deactivated, so set-role does not apply
hint: bring back: admit reactivate ann@example.com
Dry run, nothing was changed; it would say: Changed the role of 1 user in main.
--- exit 3
=== csv
--- stdout
user,name,result,role,released,reason,organization
bob@example.com,Bob Ray,was agent; link ended,user,voice:4711,,main
ann@example.com,,refused,,,"ann@example.com is deactivated, so set-role does not apply",main
--- stderr
error: ann@example.com is deactivated, so set-role does not apply
hint: bring back: admit reactivate ann@example.com
Dry run, nothing was changed; it would say: Changed the role of 1 user in main.
--- exit 3
=== ids
--- stdout
bob@example.com
--- stderr
error: ann@example.com is deactivated, so set-role does not apply
hint: bring back: admit reactivate ann@example.com
Dry run, nothing was changed; it would say: Changed the role of 1 user in main.
--- exit 3

"#]]
    );
}

#[test]
fn an_owners_link_to_set_a_password_outlives_another_role() {
    let world = World::fresh();
    world.admit(["init", "--owner", "boss@example.com"]).assert_code(0);
    world.another_manager();
    let run = world.admit(["set-role", "boss@example.com", "--role=user"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User              Result     Role  Released agents
boss@example.com  was admin  user  -
--- stderr
Changed the role of 1 user in main.
--- exit 0

"#]]
    );
    let invite = world.admit(["show", "boss@example.com", "--format=json", "--fields=invite"]);
    assert!(invite.stdout.contains("\"state\":\"open\""), "{invite}");
}
