//! `admit role`.

use snapbox::{assert_data_eq, str};

use crate::support::World;

mod acting;
mod change;
mod show;

#[test]
fn roles_are_listed_highest_first_in_every_format() {
    let world = World::with_store();
    assert_data_eq!(
        world.in_every_format(&["role", "list"]),
        str![[r#"
=== table
--- stdout
Role         Title        Holds agents  Permissions
admin        Admin        no            export-charts:all, invite-users:all, manage-users:all, view-insights:all, view-last-login:all
team-leader  Team Leader  no            view-agent-performance:team, view-coaching-plans:team, view-insights:all
user         User         no            view-insights:all
agent        Agent        yes           manage-coaching-plans:own, view-agent-performance:own, view-coaching-plans:own
--- exit 0
=== json
--- stdout
[
{"role":"admin","title":"Admin","holds_agents":false,"permissions":["export-charts:all","invite-users:all","manage-users:all","view-insights:all","view-last-login:all"]},
{"role":"team-leader","title":"Team Leader","holds_agents":false,"permissions":["view-agent-performance:team","view-coaching-plans:team","view-insights:all"]},
{"role":"user","title":"User","holds_agents":false,"permissions":["view-insights:all"]},
{"role":"agent","title":"Agent","holds_agents":true,"permissions":["manage-coaching-plans:own","view-agent-performance:own","view-coaching-plans:own"]}
]
--- exit 0
=== jsonl
--- stdout
{"role":"admin","title":"Admin","holds_agents":false,"permissions":["export-charts:all","invite-users:all","manage-users:all","view-insights:all","view-last-login:all"]}
{"role":"team-leader","title":"Team Leader","holds_agents":false,"permissions":["view-agent-performance:team","view-coaching-plans:team","view-insights:all"]}
{"role":"user","title":"User","holds_agents":false,"permissions":["view-insights:all"]}
{"role":"agent","title":"Agent","holds_agents":true,"permissions":["manage-coaching-plans:own","view-agent-performance:own","view-coaching-plans:own"]}
--- exit 0
=== csv
--- stdout
role,title,holds_agents,permissions
admin,Admin,false,export-charts:all;invite-users:all;manage-users:all;view-insights:all;view-last-login:all
team-leader,Team Leader,false,view-agent-performance:team;view-coaching-plans:team;view-insights:all
user,User,false,view-insights:all
agent,Agent,true,manage-coaching-plans:own;view-agent-performance:own;view-coaching-plans:own
--- exit 0
=== ids
--- stdout
admin
team-leader
user
agent
--- exit 0

"#]]
    );
}

#[test]
fn fields_are_chosen_and_checked() {
    let world = World::with_store();
    let run = world.admit(["role", "ls", "--fields=holds_agents,role", "--format=csv"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
holds_agents,role
false,admin
false,team-leader
false,user
true,agent
--- exit 0

"#]]
    );
    world.admit(["role", "list", "--fields=colour"]).assert_code(2);
}

#[test]
fn looking_leaves_no_entry() {
    let world = World::with_store();
    let before = world.contents();
    world.admit(["role", "list"]).assert_code(0);
    assert_eq!(world.contents(), before);
}

#[test]
fn a_verb_is_needed_and_the_store_too() {
    let world = World::with_store();
    world.admit(["role"]).assert_code(2);
    world.admit(["role", "list", "extra"]).assert_code(2);
    World::fresh().admit(["role", "list"]).assert_code(66);
}
