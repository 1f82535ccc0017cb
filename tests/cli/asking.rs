//! Questions for what the command line leaves out, in the groups of commands; how a question is drawn and
//! ended is `prompts'.

use crate::support::World;
use crate::support::terminal::ENTER;
use snapbox::{assert_data_eq, str};

#[test]
fn what_is_left_out_is_asked_for_where_somebody_can_answer() {
    let world = World::with_people();
    world.admit(["module", "add", "reports"]).assert_code(0);
    let mut screens = String::new();
    for (line, question, answer) in [
        ("admit role create", "What is the role called?", "coach"),
        ("admit team create", "Name of the team", "Sales"),
        ("admit sub-account add", "Name of the sub-account", "north"),
        ("admit who-can", "Which permission?", "export"),
        ("admit module remove", "Which module to remove?", "rep"),
        ("admit agent add", "Which agent?", "chat:new"),
        ("admit agent show --fields agent,user", "Which agent?", "chat:new"),
        ("admit template show --format csv --fields template", "Which template?", "phone"),
        ("admit role delete --yes", "", ""),
    ] {
        let mut terminal = world.terminal(line);
        if !question.is_empty() {
            terminal.see(question).press([answer, ENTER]);
        }
        screens.push_str(&terminal.end().screen);
    }
    assert_data_eq!(
        screens,
        str![[r#"
✔ What is the role called? · coach
Role           coach
Title          Coach
Users          0
Active users   0
Hands out      -
Handed out by  admin
Holds agents   no
Modules        granted
Sub-accounts   granted

Permission              Coach  What it is
invite-users                   Invite users
manage-users                   Manage users and their agent IDs
view-last-login                See when others last logged in
export-charts                  Export chart data to CSV
view-insights                  View all insights pages
view-agent-performance         View the performance of agents
view-coaching-plans            View coaching plans of agents
manage-coaching-plans          Create and track coaching plans
Made the role coach in main.
[exit 0]
✔ Name of the team · Sales
Made 1 team in main.
Team
Sales
[exit 0]
✔ Name of the sub-account · north
Added 1 sub-account in main.
hint: grant it: admit grant USER --sub-account north
Sub-account  Title  Granted to
north        North           0
[exit 0]
✔ Which permission? · export-charts  Export chart data to CSV
Nobody active in main can.
[exit 0]
✔ Which module to remove? · reports
Removed 1 module in main.
Module   Title    Access    Granted to
reports  Reports  everyone           0
[exit 0]
✔ Which agent? SOURCE:ID, such as voice:4711 · chat:new
Organization  main
Added         1
Updated       0
Unchanged     0
Brought 1 agent into main: 1 added, 0 updated, 0 unchanged.
[exit 0]
✔ Which agent? Such as voice:4711 · chat:new
Agent  chat:new
User   -
[exit 0]
✔ Which template? · phone-system
template
phone-system
[exit 0]
error: no role is named
hint: admit role delete ROLE
[exit 2]

"#]]
    );
}

#[test]
fn no_team_is_offered_however_many_teams_there_are_and_that_some_are_left_out_is_said() {
    let world = World::with_people();
    let teams: Vec<String> = (1..=51).map(|number| format!("T{number:02}")).collect();
    world
        .admit(["team", "create"].into_iter().chain(teams.iter().map(String::as_str)))
        .assert_code(0);
    world.admit(["set-team", "ann@example.com", "--team=T51"]).assert_code(0);
    let mut terminal = world.terminal("admit set-team ann@example.com");
    terminal.see("(the first 50)").see("(no team)").press([ENTER]);
    let ended = terminal.end();
    assert!(ended.screen.contains("Changed the team of 1 user in main."), "{}", ended.screen);
    let now = world.admit(["show", "ann@example.com", "--format=json", "--fields=team"]).json();
    assert_eq!(now["team"], serde_json::Value::Null);
}
