//! `admit set-team`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::contract::{Case, contract};
use crate::support::World;

const SET_TEAM: Case = Case {
    words: &["set-team", "--team=Support"],
    fits: Some(Status::Active),
    after: "active",
    misfit: Some(Status::Cancelled),
    action: "user.set-team",
};

contract!(SET_TEAM);

fn with_teams() -> World {
    let world = World::with_people();
    world.admit(["team", "create", "Sales"]).assert_code(0);
    world.admit(["set-team", "bob@example.com", "--team=support"]).assert_code(0);
    world
}

#[test]
fn the_old_team_and_the_new_one_are_named() {
    let world = with_teams();
    let words = ["set-team", "bob@example.com", "cid@example.com", "-t", "sales"];
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
User             Result          Team
bob@example.com  was in Support  Sales
cid@example.com  was in no team  Sales
--- stderr
Changed the team of 2 users in main.
--- exit 0

"#]]
    );
    assert_eq!(
        world.last_entry(),
        "user.set-team 2: bob@example.com cid@example.com [from=Support to=Sales from=- to=Sales]"
    );
    assert_data_eq!(
        world.in_every_format(&["set-team", "bob@example.com", "--no-team", "--dry-run"]),
        str![[r#"
=== table
--- stdout
User             Result        Team
bob@example.com  was in Sales  -
--- stderr
Dry run, nothing was changed; it would say: Changed the team of 1 user in main.
--- exit 0
=== json
--- stdout
[
{"user":"bob@example.com","name":"Bob Ray","result":"was in Sales","team":null,"reason":null,"organization":"main"}
]
--- stderr
Dry run, nothing was changed; it would say: Changed the team of 1 user in main.
--- exit 0
=== jsonl
--- stdout
{"user":"bob@example.com","name":"Bob Ray","result":"was in Sales","team":null,"reason":null,"organization":"main"}
--- stderr
Dry run, nothing was changed; it would say: Changed the team of 1 user in main.
--- exit 0
=== csv
--- stdout
user,name,result,team,reason,organization
bob@example.com,Bob Ray,was in Sales,,,main
--- stderr
Dry run, nothing was changed; it would say: Changed the team of 1 user in main.
--- exit 0
=== ids
--- stdout
bob@example.com
--- stderr
Dry run, nothing was changed; it would say: Changed the team of 1 user in main.
--- exit 0

"#]]
    );
    let teams = world.admit(["team", "list", "--format=csv", "--fields=team,members"]);
    assert_eq!(teams.stdout, "team,members\nSales,2\nSupport,0\n");
}

#[test]
fn who_is_there_already_is_refused_and_the_others_are_not() {
    let world = with_teams();
    assert_data_eq!(
        world
            .admit(["set-team", "bob@example.com", "ann@example.com", "--team=SUPPORT"])
            .to_string(),
        str![[r#"
--- stdout
User             Result          Team
bob@example.com  refused         -
ann@example.com  was in no team  Support
--- stderr
error: bob@example.com is in the team Support already
Changed the team of 1 user in main.
--- exit 3

"#]]
    );
    assert_data_eq!(
        world.admit(["set-team", "cid@example.com", "--no-team"]).to_string(),
        str![[r#"
--- stdout
User             Result   Team
cid@example.com  refused  -
--- stderr
error: cid@example.com is in no team already
--- exit 1

"#]]
    );
}

#[test]
fn wrong_command_lines_change_nothing() {
    let world = with_teams();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["set-team", "bob@example.com"]).to_string(),
        str![[r#"
--- stderr
error: no team is named
hint: admit set-team USER… --team TEAM, or --no-team
--- exit 2

"#]]
    );
    assert_data_eq!(
        world.admit(["set-team", "bob@example.com", "--team=Suport"]).to_string(),
        str![[r#"
--- stderr
error: no team Suport in main
hint: did you mean Support?
--- exit 67

"#]]
    );
    world.admit(["set-team", "bob@example.com", "--team=Sales", "--no-team"]).assert_code(2);
    world.admit(["set-team", "bob@example.com", "--team="]).assert_code(2);
    assert_eq!(world.contents(), before);
}

/// A contact center whose team leaders manage users, each in their own teams: tia leads Support.
fn with_a_managing_leader() -> World {
    let world = World::fresh();
    let template = include_str!("../../src/templates/contact-center.toml").replacen(
        "view-coaching-plans = \"team\"",
        "view-coaching-plans = \"team\"\nmanage-users = \"team\"",
        1,
    );
    world.file("mine.toml", template);
    world.admit(["init", "--template", "./mine.toml"]).assert_code(0);
    world.admit(["team", "create", "Support", "Sales", "Night"]).assert_code(0);
    for (name, role, team) in [
        ("max", "admin", "Sales"),
        ("tia", "team-leader", "Sales"),
        ("bob", "agent", "Support"),
        ("cid", "agent", "Sales"),
    ] {
        let email = format!("{name}@example.com");
        world.admit(["invite", &email, "-r", role, "-t", team, "--no-send"]).assert_code(0);
        world.put(&email, Status::Active);
    }
    for team in ["Support", "Night"] {
        world.admit(["team", "leaders", team, "--add=tia@example.com"]).assert_code(0);
    }
    world
}

#[test]
fn who_manages_their_teams_moves_people_within_them_alone() {
    let world = with_a_managing_leader();
    let tia = |words: &[&str]| {
        world.admit(["set-team", "--as=tia@example.com"].iter().chain(words)).to_string()
    };
    assert_data_eq!(
        tia(&["bob@example.com", "--team=Night"]),
        str![[r#"
--- stdout
User             Result          Team
bob@example.com  was in Support  Night
--- stderr
Changed the team of 1 user in main.
--- exit 0

"#]]
    );
    // To a team of others, to none, and from a team of others.
    assert_data_eq!(
        tia(&["bob@example.com", "--team=Sales"]),
        str![[r#"
--- stdout
User             Result   Team
bob@example.com  refused  -
--- stderr
error: tia@example.com may put people only into teams that they lead, and Sales is not one
hint: who could: max@example.com
--- exit 77

"#]]
    );
    assert_data_eq!(
        tia(&["bob@example.com", "--no-team"]),
        str![[r#"
--- stdout
User             Result   Team
bob@example.com  refused  -
--- stderr
error: tia@example.com may put people only into teams that they lead, and no team is none
hint: who could: max@example.com
--- exit 77

"#]]
    );
    assert_data_eq!(
        tia(&["cid@example.com", "--team=Night"]),
        str![[r#"
--- stdout
User             Result   Team
cid@example.com  refused  -
--- stderr
error: cid@example.com is in no team that tia@example.com leads, and tia@example.com's right to set-team reaches no further
hint: who could: max@example.com
--- exit 77

"#]]
    );
    let refused = world.admit(["audit", "list", "--action=access.refuse", "--format=ids"]);
    assert_eq!(refused.lines().len(), 3);
    let bob = world.admit(["show", "bob@example.com", "--format=json", "--fields=team"]);
    assert_eq!(bob.json()["team"], "Night");
}

#[test]
fn who_manages_nobody_moves_nobody() {
    let world = with_teams();
    world.put("bob@example.com", Status::Active);
    let before = world.contents().len();
    let run = world.admit(["set-team", "cid@example.com", "-t=Sales", "--as=bob@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: bob@example.com may not do this: set-team needs manage-users, which the role agent does not have
--- exit 77

"#]]
    );
    // The refusal is in the audit, and nothing else happened.
    assert_eq!(world.contents().len(), before + 1);
}
