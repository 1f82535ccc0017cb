//! `admit team list` and `admit team show`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;

/// Support with four people in it, one of them no longer; tom leads it and is in Sales.
pub(super) fn with_a_team() -> World {
    let world = World::with_people();
    world.admit(["team", "create", "Sales"]).assert_code(0);
    for (email, role, team) in [
        ("tom@example.com", "team-leader", "Sales"),
        ("dan@example.com", "agent", "Support"),
        ("eve@example.com", "user", "Support"),
    ] {
        world.admit(["invite", email, "-r", role, "-t", team]).assert_code(0);
    }
    world.admit(["set-team", "bob@example.com", "cid@example.com", "-t=Support"]).assert_code(0);
    world.admit(["assign-agent", "bob@example.com", "voice:4711", "chat:ana.r"]).assert_code(0);
    world.put("tom@example.com", Status::Active);
    world.put("bob@example.com", Status::Active);
    world.put("eve@example.com", Status::Deactivated);
    world.admit(["team", "leaders", "Support", "--add=tom@example.com"]).assert_code(0);
    world
}

#[test]
fn a_list_names_leaders_and_counts_current_members() {
    let world = with_a_team();
    assert_data_eq!(
        world.in_every_format(&["team", "list"]),
        str![[r#"
=== table
--- stdout
Team     Leaders          Members
Sales    -                      1
Support  tom@example.com        3
--- exit 0
=== json
--- stdout
[
{"team":"Sales","leaders":[],"members":1},
{"team":"Support","leaders":["tom@example.com"],"members":3}
]
--- exit 0
=== jsonl
--- stdout
{"team":"Sales","leaders":[],"members":1}
{"team":"Support","leaders":["tom@example.com"],"members":3}
--- exit 0
=== csv
--- stdout
team,leaders,members
Sales,,1
Support,tom@example.com,3
--- exit 0
=== ids
--- stdout
Sales
Support
--- exit 0

"#]]
    );
}

#[test]
fn who_leads_and_no_longer_has_access_is_left_out_of_the_list_and_marked_in_the_team() {
    let world = with_a_team();
    world.admit(["deactivate", "tom@example.com"]).assert_code(0);
    let list = world.admit(["team", "list", "--format=csv"]);
    assert_eq!(list.stdout, "team,leaders,members\nSales,,0\nSupport,,3\n");
    let show =
        world.admit(["team", "show", "Support", "--fields=email,status,leader", "--limit=1"]);
    assert_data_eq!(
        show.to_string(),
        str![[r#"
--- stdout
E-mail           Status       Leads
tom@example.com  deactivated  yes
--- stderr
Support in main: 1 leader, 3 members.
1 of 4 people; for all of them --all.
--- exit 0

"#]]
    );
    let run = world.admit(["team", "show", "Support", "--as=tom@example.com"]);
    assert!(run.assert_code(77).stderr.contains("tom@example.com is deactivated"), "{run}");
    world.admit(["reactivate", "tom@example.com"]).assert_code(0);
    world.admit(["team", "show", "Support", "--as=tom@example.com"]).assert_code(0);
    world.admit(["remove", "tom@example.com", "--yes"]).assert_code(0);
    let show = world.admit(["team", "leaders", "Support"]);
    assert_eq!(show.assert_code(0).stdout, "");
}

#[test]
fn a_team_is_its_leaders_and_its_members_with_their_agents() {
    let world = with_a_team();
    assert_data_eq!(
        world.in_every_format(&["team", "show", "support"]),
        str![[r#"
=== table
--- stdout
E-mail           Name     Role         Status   Agents                  Leads  Member
tom@example.com  -        team-leader  active   -                       yes    no
bob@example.com  Bob Ray  agent        active   chat:ana.r, voice:4711  no     yes
cid@example.com  -        agent        pending  -                       no     yes
dan@example.com  -        agent        invited  -                       no     yes
--- stderr
Support in main: 1 leader, 3 members.
--- exit 0
=== json
--- stdout
[
{"id":4,"email":"tom@example.com","name":null,"role":"team-leader","status":"active","pending":false,"agents":[],"leader":true,"member":false},
{"id":2,"email":"bob@example.com","name":"Bob Ray","role":"agent","status":"active","pending":false,"agents":["chat:ana.r","voice:4711"],"leader":false,"member":true},
{"id":3,"email":"cid@example.com","name":null,"role":"agent","status":"invited","pending":true,"agents":[],"leader":false,"member":true},
{"id":5,"email":"dan@example.com","name":null,"role":"agent","status":"invited","pending":false,"agents":[],"leader":false,"member":true}
]
--- stderr
Support in main: 1 leader, 3 members.
--- exit 0
=== jsonl
--- stdout
{"id":4,"email":"tom@example.com","name":null,"role":"team-leader","status":"active","pending":false,"agents":[],"leader":true,"member":false}
{"id":2,"email":"bob@example.com","name":"Bob Ray","role":"agent","status":"active","pending":false,"agents":["chat:ana.r","voice:4711"],"leader":false,"member":true}
{"id":3,"email":"cid@example.com","name":null,"role":"agent","status":"invited","pending":true,"agents":[],"leader":false,"member":true}
{"id":5,"email":"dan@example.com","name":null,"role":"agent","status":"invited","pending":false,"agents":[],"leader":false,"member":true}
--- stderr
Support in main: 1 leader, 3 members.
--- exit 0
=== csv
--- stdout
id,email,name,role,status,pending,agents,leader,member
4,tom@example.com,,team-leader,active,false,,true,false
2,bob@example.com,Bob Ray,agent,active,false,chat:ana.r;voice:4711,false,true
3,cid@example.com,,agent,invited,true,,false,true
5,dan@example.com,,agent,invited,false,,false,true
--- stderr
Support in main: 1 leader, 3 members.
--- exit 0
=== ids
--- stdout
tom@example.com
bob@example.com
cid@example.com
dan@example.com
--- stderr
Support in main: 1 leader, 3 members.
--- exit 0

"#]]
    );
}

#[test]
fn a_leader_who_is_in_the_team_stands_there_once() {
    let world = with_a_team();
    world.admit(["team", "leaders", "Support", "--add=bob@example.com"]).assert_code(0);
    let run = world.admit(["team", "show", "Support", "--fields=email,leader,member"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
E-mail           Leads  Member
bob@example.com  yes    yes
tom@example.com  yes    no
cid@example.com  no     yes
dan@example.com  no     yes
--- stderr
Support in main: 2 leaders, 3 members.
--- exit 0

"#]]
    );
    let page = world.admit(["team", "show", "Support", "--limit=3", "--format=ids"]);
    assert_eq!(page.lines(), ["bob@example.com", "tom@example.com", "cid@example.com"]);
    assert_eq!(
        page.stderr,
        "Support in main: 2 leaders, 3 members.\n3 of 4 people; for all of them --all.\n"
    );
}

#[test]
fn who_leads_a_team_sees_it_and_no_other_and_who_leads_none_sees_none() {
    let world = with_a_team();
    world.put("ann@example.com", Status::Active);
    let show = |team: &str, actor: &str| world.admit(["team", "show", team, "--as", actor]);
    for actor in ["tom@example.com", "ann@example.com"] {
        let run = show("Support", actor);
        assert_eq!(run.assert_code(0).lines().len(), 5, "{run}");
    }
    assert_data_eq!(
        show("Sales", "tom@example.com").to_string(),
        str![[r#"
--- stderr
error: tom@example.com may not do this: team show needs manage-users, which the role team-leader does not have
hint: who could: Ann Lee <ann@example.com>
--- exit 77

"#]]
    );
    assert_data_eq!(
        show("Support", "bob@example.com").to_string(),
        str![[r#"
--- stderr
error: bob@example.com may not do this: team show needs manage-users, which the role agent does not have
hint: who could: Ann Lee <ann@example.com>
--- exit 77

"#]]
    );
    let refused = world.admit(["audit", "list", "--action=access.refuse", "--format=ids"]);
    assert_eq!(refused.lines().len(), 2);
    // Everybody may know which teams there are (rule 31).
    world.admit(["team", "list", "--as=bob@example.com"]).assert_code(0);
}

#[test]
fn a_team_nobody_is_in_and_one_that_is_not_there() {
    let world = World::with_people();
    assert_data_eq!(
        world.admit(["team", "show", "Support"]).to_string(),
        str![[r#"
--- stderr
Support in main: 0 leaders, 0 members.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["team", "show", "Suport"]).to_string(),
        str![[r#"
--- stderr
error: no team Suport in main
hint: did you mean Support?
--- exit 67

"#]]
    );
    assert_data_eq!(
        world.admit(["team", "show"]).to_string(),
        str![[r#"
--- stderr
error: no team is named
hint: admit team show TEAM
--- exit 2

"#]]
    );
    world.admit(["team", "show", "Support", "--fields=nonsense"]).assert_code(2);
}

#[test]
fn what_a_user_leads_stands_on_their_page() {
    let world = with_a_team();
    world.admit(["team", "leaders", "Sales", "--add=tom@example.com"]).assert_code(0);
    let run = world.admit(["show", "tom@example.com", "--fields=team,leads"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Team   Sales
Leads  Sales
       Support
--- exit 0

"#]]
    );
}
