//! `admit role show`: the matrix.

use snapbox::{assert_data_eq, str};

use crate::support::World;

fn with_template(template: &str) -> World {
    let world = World::fresh();
    world.admit(["init", "--template", template]).assert_code(0);
    world
}

/// Requirements, section 2; the last row is ours (D).
#[test]
fn the_matrix_of_the_security_console_is_that_of_its_document() {
    let world = with_template("security-console");
    assert_data_eq!(
        world.admit(["role", "show"]).to_string(),
        str![[r#"
--- stdout
Permission          Owner  Admin  Editor  Viewer  What it is
invite-users **     ✔      ✔                      Invite
create-api-key      ✔      ✔                      Create API key
manage-instances    ✔      ✔      ✔               Manage instances: add, remove, transfer
manage-blocklists   ✔      ✔      ✔               Manage third-party blocklists
manage-decisions *  ✔      ✔      ✔               Manage decisions
cti-data **         ✔      ✔      ✔       ✔       CTI data via console
view-alerts         ✔      ✔      ✔       ✔       View alerts
manage-users        ✔      ✔                      Manage users
--- stderr
(*) premium: only where the organization's plan has it.
(**) limited: how much depends on the organization's plan.
--- exit 0

"#]]
    );
}

#[test]
fn scopes_are_shown_where_they_are_not_everywhere() {
    let world = World::with_store();
    assert_data_eq!(
        world.admit(["role", "show"]).to_string(),
        str![[r#"
--- stdout
Permission              Admin  Team Leader  User  Agent  What it is
invite-users            ✔                                Invite users
manage-users            ✔                                Manage users and their agent IDs
view-last-login         ✔                                See when others last logged in
export-charts           ✔                                Export chart data to CSV
view-insights           ✔      ✔            ✔            View all insights pages
view-agent-performance         ✔ team             ✔ own  View the performance of agents
view-coaching-plans            ✔ team             ✔ own  View coaching plans of agents
manage-coaching-plans                             ✔ own  Create and track coaching plans
--- exit 0

"#]]
    );
}

#[test]
fn one_role_is_shown_with_its_facts_and_some_in_the_order_asked_for() {
    let world = World::with_people();
    world.put("bob@example.com", admit::domain::status::Status::Active);
    assert_data_eq!(
        world.admit(["role", "show", "agent"]).to_string(),
        str![[r#"
--- stdout
Role           agent
Title          Agent
Users          2
Active users   1
Hands out      -
Handed out by  admin
Holds agents   yes
Modules        granted
Sub-accounts   granted

Permission              Agent  What it is
invite-users                   Invite users
manage-users                   Manage users and their agent IDs
view-last-login                See when others last logged in
export-charts                  Export chart data to CSV
view-insights                  View all insights pages
view-agent-performance  ✔ own  View the performance of agents
view-coaching-plans     ✔ own  View coaching plans of agents
manage-coaching-plans   ✔ own  Create and track coaching plans
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["role", "show", "User", "admin", "user"]).to_string(),
        str![[r#"
--- stdout
Permission              User  Admin  What it is
invite-users                  ✔      Invite users
manage-users                  ✔      Manage users and their agent IDs
view-last-login               ✔      See when others last logged in
export-charts                 ✔      Export chart data to CSV
view-insights           ✔     ✔      View all insights pages
view-agent-performance               View the performance of agents
view-coaching-plans                  View coaching plans of agents
manage-coaching-plans                Create and track coaching plans
--- exit 0

"#]]
    );
}

#[test]
fn scripts_get_one_row_a_role() {
    let world = with_template("phone-system");
    assert_data_eq!(
        world.in_every_format(&[
            "role",
            "show",
            "owner",
            "member",
            "--fields=role,users,hands_out"
        ]),
        str![[r#"
=== table
--- stdout
Role    Users  Hands out
owner       0  admin, member
member      0  -
--- exit 0
=== json
--- stdout
[
{"role":"owner","users":0,"hands_out":["admin","member"]},
{"role":"member","users":0,"hands_out":[]}
]
--- exit 0
=== jsonl
--- stdout
{"role":"owner","users":0,"hands_out":["admin","member"]}
{"role":"member","users":0,"hands_out":[]}
--- exit 0
=== csv
--- stdout
role,users,hands_out
owner,0,admin;member
member,0,
--- exit 0
=== ids
--- stdout
owner
member
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["role", "show", "admin", "--format=json"]).to_string(),
        str![[r#"
--- stdout
[
{"role":"admin","title":"Admin","users":0,"active_users":0,"hands_out":["member"],"handed_out_by":["owner"],"holds_agents":false,"modules":"all","sub_accounts":"all","permissions":["invite-users:all","manage-users:all"],"matrix":[{"permission":"invite-users","title":"Create and import members","offer":"always","scope":"all"},{"permission":"manage-users","title":"Manage members","offer":"always","scope":"all"}],"organization":"main"}
]
--- exit 0

"#]]
    );
}

#[test]
fn ticks_are_green_on_a_terminal_and_the_line_fits() {
    let world = World::with_store();
    let ended = world.terminal("admit role show").end();
    assert!(ended.raw.contains("\x1b[38;5;2m✔ own\x1b"), "{:?}", ended.raw);
    assert_data_eq!(
        ended.screen,
        str![[r#"
Permission              Admin  Team Leader  User  Agent  What it is
invite-users            ✔                                Invite users
manage-users            ✔                                Manage users and their…
view-last-login         ✔                                See when others last l…
export-charts           ✔                                Export chart data to C…
view-insights           ✔      ✔            ✔            View all insights pages
view-agent-performance         ✔ team             ✔ own  View the performance o…
view-coaching-plans            ✔ team             ✔ own  View coaching plans of…
manage-coaching-plans                             ✔ own  Create and track coach…
[exit 0]

"#]]
    );
    let plain = world.terminal("NO_COLOR=1 admit role show").end();
    assert!(!plain.raw.contains("\x1b["), "{:?}", plain.raw);
}

#[test]
fn an_unknown_role_is_named_with_the_nearest() {
    let world = World::with_store();
    assert_data_eq!(
        world.admit(["role", "show", "agnet"]).to_string(),
        str![[r#"
--- stderr
error: no role agnet in main
hint: did you mean agent?
--- exit 67

"#]]
    );
    let before = world.contents();
    world.admit(["role", "show"]).assert_code(0);
    assert_eq!(world.contents(), before, "looking leaves no entry");
}
