//! `admit team rename`, `admit team delete` and `admit team leaders`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use super::showing::with_a_team;
use crate::support::World;
use crate::support::terminal::ENTER;

/// The counters as SQL counts them anew: they must be what the store keeps.
#[track_caller]
fn assert_counted(world: &World) {
    let rows = |sql: &str| -> Vec<String> {
        let sql = format!(
            "SELECT organization_id || ' ' || status || ' ' || role_id || ' ' || team_id || ' ' ||
             login_less || ' ' || users FROM ({sql}) WHERE users > 0 ORDER BY 1"
        );
        let connection = world.sql();
        let mut statement = connection.prepare(&sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let counted = rows(
        "SELECT organization_id, status, role_id, coalesce(team_id, 0) AS team_id,
         email IS NULL AS login_less, count(*) AS users FROM users GROUP BY 1, 2, 3, 4, 5",
    );
    assert!(!counted.is_empty());
    assert_eq!(rows("SELECT * FROM counters"), counted);
}

#[test]
fn a_team_gets_another_name_and_keeps_its_people() {
    let world = with_a_team();
    let before = world.contents();
    let rename = ["team", "rename", "support", "Customer Care"];
    assert_data_eq!(
        world.in_every_format(&[&rename[..], &["--dry-run"]].concat()),
        str![[r#"
=== table
--- stdout
Team          Customer Care
Was           Support
Organization  main
--- stderr
Dry run, nothing was changed; it would say: Renamed the team Support to Customer Care in main.
--- exit 0
=== json
--- stdout
{"team":"Customer Care","was":"Support","organization":"main"}
--- stderr
Dry run, nothing was changed; it would say: Renamed the team Support to Customer Care in main.
--- exit 0
=== jsonl
--- stdout
{"team":"Customer Care","was":"Support","organization":"main"}
--- stderr
Dry run, nothing was changed; it would say: Renamed the team Support to Customer Care in main.
--- exit 0
=== csv
--- stdout
team,was,organization
Customer Care,Support,main
--- stderr
Dry run, nothing was changed; it would say: Renamed the team Support to Customer Care in main.
--- exit 0
=== ids
--- stdout
Customer Care
--- stderr
Dry run, nothing was changed; it would say: Renamed the team Support to Customer Care in main.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    world.admit(rename).assert_code(0);
    assert_eq!(world.last_entry(), "team.rename 1:  [from=Support to=Customer Care]");
    let teams = world.admit(["team", "list", "--format=csv"]);
    assert_eq!(teams.stdout, "team,leaders,members\nCustomer Care,tom@example.com,3\nSales,,1\n");
    world.admit(["team", "create", "Support"]).assert_code(0);
}

#[test]
fn another_case_is_another_name_and_a_taken_one_is_refused() {
    let world = with_a_team();
    assert_data_eq!(
        world.admit(["team", "rename", "Support", "SUPPORT"]).to_string(),
        str![[r#"
--- stdout
Team          SUPPORT
Was           Support
Organization  main
--- stderr
Renamed the team Support to SUPPORT in main.
--- exit 0

"#]]
    );
    let before = world.contents();
    assert_data_eq!(
        world.admit(["team", "rename", "support", "SALES"]).to_string(),
        str![[r#"
--- stderr
error: there is a team SALES already
--- exit 1

"#]]
    );
    assert_data_eq!(
        world.admit(["team", "rename", "support", "SUPPORT"]).to_string(),
        str![[r#"
--- stdout
Team          SUPPORT
Was           SUPPORT
Organization  main
--- stderr
The team SUPPORT in main is called so already.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["team", "rename", "suport", "Care"]).to_string(),
        str![[r#"
--- stderr
error: no team suport in main
hint: did you mean SUPPORT?
--- exit 67

"#]]
    );
    assert_data_eq!(
        world.admit(["team", "rename", "support"]).to_string(),
        str![[r#"
--- stderr
error: no new name is given
hint: admit team rename OLD NEW
--- exit 2

"#]]
    );
    world.admit(["team", "rename", "support", "a\nb"]).assert_code(2);
    assert_eq!(world.contents(), before);
}

#[test]
fn a_team_with_people_in_it_is_deleted_after_a_yes_and_they_stay_users() {
    let world = with_a_team();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["team", "delete", "Support"]).to_string(),
        str![[r#"
--- stderr
error: deleting a team with 4 users (1 of them inactive) needs a yes
hint: nobody can answer here; add --yes
--- exit 2

"#]]
    );
    assert_data_eq!(
        world.in_every_format(&["team", "delete", "Support", "Sales", "--dry-run"]),
        str![[r#"
=== table
--- stdout
Team     Leaders          Members  Inactive
Support  tom@example.com        3         1
Sales    -                      1         0
--- stderr
Dry run, nothing was changed; it would say: Deleted 2 teams in main. 5 users (1 of them inactive) are in no team now.
--- exit 0
=== json
--- stdout
[
{"team":"Support","leaders":["tom@example.com"],"members":3,"inactive":1,"organization":"main"},
{"team":"Sales","leaders":[],"members":1,"inactive":0,"organization":"main"}
]
--- stderr
Dry run, nothing was changed; it would say: Deleted 2 teams in main. 5 users (1 of them inactive) are in no team now.
--- exit 0
=== jsonl
--- stdout
{"team":"Support","leaders":["tom@example.com"],"members":3,"inactive":1,"organization":"main"}
{"team":"Sales","leaders":[],"members":1,"inactive":0,"organization":"main"}
--- stderr
Dry run, nothing was changed; it would say: Deleted 2 teams in main. 5 users (1 of them inactive) are in no team now.
--- exit 0
=== csv
--- stdout
team,leaders,members,inactive,organization
Support,tom@example.com,3,1,main
Sales,,1,0,main
--- stderr
Dry run, nothing was changed; it would say: Deleted 2 teams in main. 5 users (1 of them inactive) are in no team now.
--- exit 0
=== ids
--- stdout
Support
Sales
--- stderr
Dry run, nothing was changed; it would say: Deleted 2 teams in main. 5 users (1 of them inactive) are in no team now.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    // Both names are one team.
    let run = world.admit(["team", "delete", "Support", "support", "--yes"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Team     Leaders          Members  Inactive
Support  tom@example.com        3         1
--- stderr
Deleted 1 team in main. 4 users (1 of them inactive) are in no team now.
--- exit 0

"#]]
    );
    assert_eq!(
        world.last_entry(),
        "team.delete 1: bob@example.com cid@example.com dan@example.com eve@example.com \
         tom@example.com [team=Support leader=tom@example.com]"
    );
    assert_counted(&world);
    let leaderships: i64 =
        world.sql().query_row("SELECT count(*) FROM team_leaders", [], |row| row.get(0)).unwrap();
    assert_eq!(leaderships, 0);
    for (email, team) in [("bob", "null"), ("eve", "null"), ("tom", "\"Sales\"")] {
        let email = format!("{email}@example.com");
        let run = world.admit(["show", &email, "--format=json", "--fields=team"]);
        assert_eq!(run.stdout, format!("{{\"team\":{team}}}\n"));
    }
    // The store is still one that can be changed: the counters agree.
    world.admit(["set-team", "bob@example.com", "-t=Sales"]).assert_code(0);
    assert_counted(&world);
}

#[test]
fn a_team_nobody_is_in_goes_without_a_question_and_an_unknown_one_stops_all() {
    let world = with_a_team();
    world.admit(["team", "create", "Empty"]).assert_code(0);
    assert_data_eq!(
        world.admit(["team", "delete", "Empty", "Suport", "--yes"]).to_string(),
        str![[r#"
--- stderr
error: no team Suport in main
hint: did you mean Support?
--- exit 67

"#]]
    );
    assert_data_eq!(
        world.admit(["team", "delete", "Empty"]).to_string(),
        str![[r#"
--- stdout
Team   Leaders  Members  Inactive
Empty  -              0         0
--- stderr
Deleted 1 team in main.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["team", "delete"]).to_string(),
        str![[r#"
--- stderr
error: no team is named
hint: admit team delete TEAM…
--- exit 2

"#]]
    );
}

#[test]
fn the_question_says_how_many_and_enter_is_no() {
    let world = with_a_team();
    let mut terminal = world.terminal("admit team delete Support");
    let ended = terminal.see("?").press([ENTER]).end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
✔ Delete Support? In no team then: 4 users (1 of them inactive). · no
Nothing changed.
[exit 1]

"#]]
    );
    let mut terminal = world.terminal("admit team delete Support >/dev/null");
    let ended = terminal.see("?").press(["y", ENTER]).end();
    assert!(
        ended.screen.contains("4 users (1 of them inactive) are in no team now."),
        "{}",
        ended.screen
    );
}

#[test]
fn leaders_come_and_go_and_stay_in_the_team_they_are_in() {
    let world = with_a_team();
    let change = ["team", "leaders", "Support", "--add=dan@example.com", "--add=ann@example.com"];
    let change = [&change[..], &["--remove=tom@example.com"]].concat();
    let before = world.contents();
    let rehearsed = world.admit([&change[..], &["--dry-run"]].concat());
    assert_eq!(world.contents(), before);
    let run = world.admit(&change);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result              Team
dan@example.com  leads it            Support
ann@example.com  leads it            Support
tom@example.com  leads it no longer  Support
--- stderr
Changed the leadership of 3 users in main.
--- exit 0

"#]]
    );
    assert_eq!(rehearsed.stdout, run.stdout);
    assert_eq!(
        world.last_entry(),
        "team.leaders 3: dan@example.com ann@example.com tom@example.com [team=Support \
         added=dan@example.com added=ann@example.com removed=tom@example.com]"
    );
    assert_data_eq!(
        world.in_every_format(&["team", "leaders", "Support"]),
        str![[r#"
=== table
--- stdout
User             Result    Team
ann@example.com  leads it  Support
dan@example.com  leads it  Support
--- exit 0
=== json
--- stdout
[
{"user":"ann@example.com","name":"Ann Lee","result":"leads it","team":"Support","reason":null,"organization":"main"},
{"user":"dan@example.com","name":null,"result":"leads it","team":"Support","reason":null,"organization":"main"}
]
--- exit 0
=== jsonl
--- stdout
{"user":"ann@example.com","name":"Ann Lee","result":"leads it","team":"Support","reason":null,"organization":"main"}
{"user":"dan@example.com","name":null,"result":"leads it","team":"Support","reason":null,"organization":"main"}
--- exit 0
=== csv
--- stdout
user,name,result,team,reason,organization
ann@example.com,Ann Lee,leads it,Support,,main
dan@example.com,,leads it,Support,,main
--- exit 0
=== ids
--- stdout
ann@example.com
dan@example.com
--- exit 0

"#]]
    );
    assert_counted(&world);
}

#[test]
fn who_leads_already_or_does_not_or_cannot_is_refused_by_name() {
    let world = with_a_team();
    world.admit(["invite", "late@example.com"]).assert_code(0);
    world.put("late@example.com", Status::Expired);
    let number = world.number("tom@example.com");
    assert_data_eq!(
        world
            .admit([
                "team",
                "leaders",
                "Support",
                "--add=tom@example.com",
                "--add=eve@example.com",
                "--add=late@example.com",
                "--remove=bob@example.com",
                "--remove=nobody@example.com",
            ])
            .to_string(),
        str![[r#"
--- stdout
User                Result   Team
tom@example.com     refused  -
eve@example.com     refused  -
late@example.com    refused  -
bob@example.com     refused  -
nobody@example.com  unknown  -
--- stderr
error: tom@example.com leads the team Support already
error: eve@example.com is deactivated; a team is led by active and invited people with a login
hint: first: admit reactivate eve@example.com
error: late@example.com is expired; a team is led by active and invited people with a login
hint: first: admit resend late@example.com
error: bob@example.com does not lead the team Support
hint: who leads it: admit team leaders Support
error: no user nobody@example.com in main
hint: find people: admit list --search TEXT
--- exit 1

"#]]
    );
    let run =
        world.admit(["team", "leaders", "Support", "--add=tom@example.com", "--remove", &number]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User             Result   Team
tom@example.com  refused  -
--- stderr
error: tom@example.com cannot be added and removed at once
--- exit 1

"#]]
    );
    world.admit(["team", "leaders", "Suport", "--add=bob@example.com"]).assert_code(67);
    assert_data_eq!(
        world.admit(["team", "leaders"]).to_string(),
        str![[r#"
--- stderr
error: no team is named
hint: admit team leaders TEAM [--add USER] [--remove USER]
--- exit 2

"#]]
    );
}

#[test]
fn a_leader_manages_no_team_and_not_even_their_own() {
    let world = with_a_team();
    let before = world.contents().len();
    for words in [
        &["team", "rename", "Support", "Mine"][..],
        &["team", "delete", "Support", "--yes"],
        &["team", "leaders", "Support", "--add=bob@example.com"],
        &["team", "leaders", "Support"],
        &["team", "create", "Mine"],
    ] {
        let run = world.admit(words.iter().chain(&["--as=tom@example.com"]));
        assert_eq!(run.assert_code(77).stdout, "", "{run}");
    }
    // Five refusals in the audit, and nothing else.
    assert_eq!(world.contents().len(), before + 5);
}
