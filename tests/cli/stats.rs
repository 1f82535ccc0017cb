//! `admit stats`.

use std::collections::BTreeMap;

use admit::domain::status::Status;
use admit::ops::invites::{Recipients, send};
use admit::random::SystemEntropy;
use snapbox::{assert_data_eq, str};
use unicode_width::UnicodeWidthStr;

use crate::on_a_terminal::is_coloured;
use crate::support::{Run, World};

/// An organization in which everything happened that changes a number.
fn with_a_life() -> World {
    let world = World::fresh();
    for words in [
        &["init", "--owner=olga@example.com"][..],
        &["team", "create", "Support", "Sales", "Gone"],
        &["agent", "add", "voice:1", "voice:2", "voice:3", "chat:4"],
        &["invite", "ann@example.com", "-r=admin"],
        &["invite", "bob@example.com", "cid@example.com", "-r=agent", "-t=Support"],
        &["invite", "dan@example.com", "eve@example.com", "fay@example.com", "-t=Gone"],
        &["invite", "gus@example.com", "hal@example.com", "--no-send", "-t=Sales"],
        &["invite", "ida@example.com", "--expires-in=30d"],
        &["invite", "jon@example.com", "--expires-in=2d"],
        &["invite", "kim@example.com", "--expires-in=90d"],
        &["invite", "lea@example.com", "mia@example.com", "ned@example.com"],
        &["assign-agent", "bob@example.com", "voice:1", "voice:2"],
        &["assign-agent", "cid@example.com", "chat:4"],
        &["resend", "dan@example.com"],
        &["cancel", "eve@example.com"],
        &["set-team", "bob@example.com", "--team=Sales"],
        &["team", "delete", "Gone", "--yes"],
        &["remove", "fay@example.com", "--yes"],
        &["set-role", "mia@example.com", "--role=team-leader"],
    ] {
        world.admit(words).assert_code(0);
    }
    for (email, status) in [
        ("ann@example.com", Status::Active),
        ("bob@example.com", Status::Active),
        ("cid@example.com", Status::Active),
        ("lea@example.com", Status::Declined),
        ("ned@example.com", Status::Expired),
    ] {
        world.put(email, status);
    }
    world.admit(["deactivate", "cid@example.com"]).assert_code(0);
    world
}

/// What the numbers are when everything is counted anew.
fn recounted(world: &World) -> BTreeMap<(String, String), i64> {
    let status = "CASE status WHEN 1 THEN iif(pending, 'pending', 'invited') WHEN 2 THEN 'expired'
        WHEN 3 THEN 'active' WHEN 4 THEN 'deactivated' WHEN 5 THEN 'cancelled' ELSE 'declined' END";
    let state = "CASE state WHEN 2 THEN 'accepted' WHEN 3 THEN 'expired' WHEN 4 THEN 'withdrawn'
        WHEN 5 THEN 'declined' ELSE 'replaced' END";
    let days =
        "CASE WHEN days < 0 THEN 'overdue' WHEN days = 0 THEN 'today' WHEN days <= 3 THEN days
        WHEN days <= 7 THEN '4-7' WHEN days <= 30 THEN '8-30' ELSE 'more' END";
    let sql = format!(
        "WITH people AS (SELECT u.*, NOT EXISTS (SELECT 1 FROM invites i WHERE i.user_id = u.id
                            AND i.state = 1) AS pending, status <= 3 AS current FROM users u),
              links AS (SELECT expires_at / 86400 - unixepoch() / 86400 AS days FROM invites
                        WHERE state = 1 AND purpose = 1)
         SELECT 'users', 'total', count(*) FROM people
         UNION ALL SELECT 'users', 'current', count(*) FROM people WHERE current
         UNION ALL SELECT 'users', 'inactive', count(*) FROM people WHERE NOT current
         UNION ALL SELECT 'statuses', {status}, count(*) FROM people GROUP BY 2
         UNION ALL SELECT 'roles', r.name, count(*) FROM people p JOIN roles r ON r.id = role_id
                   WHERE current GROUP BY 2
         UNION ALL SELECT 'teams', t.name, count(*) FROM people p JOIN teams t ON t.id = team_id
                   WHERE current GROUP BY 2
         UNION ALL SELECT 'no_team', 'users', count(*) FROM people WHERE current AND team_id IS NULL
         UNION ALL SELECT 'logins', 'with_login', count(*) FROM people WHERE current
         UNION ALL SELECT 'seats_taken', 'seats', count(*) FROM people WHERE status IN (1, 3)
         UNION ALL SELECT 'open_invites', {days}, count(*) FROM links GROUP BY 2
         UNION ALL SELECT 'closed_invites', {state}, count(*) FROM invites WHERE state > 1 AND purpose = 1 GROUP BY 2
         UNION ALL SELECT 'agents', iif(held, 'with_user', 'without_user'), count(*) FROM
             (SELECT EXISTS (SELECT 1 FROM assignments s WHERE s.agent_id = a.id
                             AND until_at IS NULL) AS held FROM agents a) GROUP BY 2"
    );
    let connection = world.sql();
    let mut statement = connection.prepare(&sql).unwrap();
    let rows = statement.query_map([], |row| {
        let key = row.get::<_, rusqlite::types::Value>(1)?;
        let key = match key {
            rusqlite::types::Value::Text(text) => text,
            rusqlite::types::Value::Integer(number) => number.to_string(),
            other => panic!("{other:?}"),
        };
        Ok(((row.get(0)?, key), row.get(2)?))
    });
    let rows: BTreeMap<_, i64> = rows.unwrap().map(Result::unwrap).collect();
    rows.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// The numbers as the command tells them; those that are 0 left out.
fn told(world: &World) -> BTreeMap<(String, String), i64> {
    let run = world.admit(["stats", "--format=csv"]);
    let rows = csv::Reader::from_reader(run.assert_code(0).stdout.as_bytes())
        .into_deserialize::<(String, String, i64)>()
        .map(Result::unwrap)
        .collect::<Vec<_>>();
    let many = rows.len();
    let told: BTreeMap<_, i64> =
        rows.into_iter().map(|(group, key, count)| ((group, key), count)).collect();
    assert_eq!(told.len(), many, "no two rows have one name");
    told.into_iter().filter(|(_, count)| *count > 0).collect()
}

#[test]
fn the_numbers_are_those_of_a_recount_after_a_life_of_commands() {
    let world = with_a_life();
    let recount = recounted(&world);
    assert!(recount.len() > 25, "{recount:?}");
    assert_eq!(told(&world), recount);
    // The owner's link to set a password is open, and makes nobody less pending.
    assert_eq!(recount[&("statuses".into(), "pending".into())], 3);
    world.admit(["deactivate", "olga@example.com"]).assert_code(0);
    world.admit(["send", "--all"]).assert_code(0);
    assert_eq!(told(&world), recounted(&world));
}

#[test]
fn links_that_are_over_and_not_marked_are_told_apart() {
    let world = World::with_people();
    world.at("2026-01-01T00:00:00Z", |store, context| {
        let cid = Recipients::Named(vec!["cid@example.com".parse().unwrap()]);
        send(store, context, &mut SystemEntropy, &cid, &Default::default()).unwrap();
    });
    assert_eq!(told(&world), recounted(&world));
    let run = world.admit(["stats", "--format=json", "--fields=open_invites"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
{"open_invites":{"overdue":1,"today":0,"1":0,"2":0,"3":0,"4-7":2,"8-30":0,"more":0}}
--- stderr
hint: 1 invite is over and not marked so: admit expire
--- exit 0

"#]]
    );
    world.admit(["expire"]).assert_code(0);
    let run = world.admit(["stats", "--format=json", "--fields=open_invites"]);
    assert_eq!(run.json()["open_invites"]["overdue"], 0);
    assert_eq!(run.stderr, "");
}

#[test]
fn one_looks_at_bars() {
    let world = with_a_life();
    let run = world.admit(["stats"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
14 users in main by status
  pending      3  ██████████████████████████████
  invited      4  ████████████████████████████████████████
  expired      1  ██████████
  active       3  ██████████████████████████████
  deactivated  1  ██████████
  cancelled    1  ██████████
  declined     1  ██████████

11 current users by role
  admin        2  ███████████▌
  team-leader  1  █████▊
  user         7  ████████████████████████████████████████
  agent        1  █████▊

11 current users by team
  Sales        3  ███████████████
  Support      0
  (no team)    8  ████████████████████████████████████████

4 open invites by days left
  overdue      0
  today        0
  1 day        0
  2 days       1  ████████████████████████████████████████
  3 days       0
  4–7 days     1  ████████████████████████████████████████
  8–30 days    1  ████████████████████████████████████████
  more         1  ████████████████████████████████████████

8 closed invites by outcome
  accepted     3  ████████████████████████████████████████
  expired      1  █████████████▍
  withdrawn    2  ██████████████████████████▊
  declined     1  █████████████▍
  replaced     1  █████████████▍

4 agents
  with a user  2  ████████████████████████████████████████
  without      2  ████████████████████████████████████████
--- exit 0

"#]]
    );
    assert!(!is_coloured(&run.stdout));
}

#[test]
fn dashboards_get_one_object_and_spreadsheets_rows() {
    let world = with_a_life();
    for format in ["json", "jsonl", "csv", "ids"] {
        let run = world.admit(["stats", "--format", format]);
        match format {
            "json" => assert_data_eq!(
                run.to_string(),
                str![[r#"
--- stdout
{"organization":"main","at":"[TIME]","users":{"total":14,"current":11,"inactive":3},"statuses":{"pending":3,"invited":4,"expired":1,"active":3,"deactivated":1,"cancelled":1,"declined":1},"roles":[{"role":"admin","users":2},{"role":"team-leader","users":1},{"role":"user","users":7},{"role":"agent","users":1}],"teams":[{"team":"Sales","users":3},{"team":"Support","users":0}],"other_teams":{"teams":0,"users":0},"no_team":8,"logins":{"with_login":11,"without_login":0},"seats_taken":10,"seat_limit":null,"seats_left":null,"open_invites":{"overdue":0,"today":0,"1":0,"2":1,"3":0,"4-7":1,"8-30":1,"more":1},"closed_invites":{"accepted":3,"expired":1,"withdrawn":2,"declined":1,"replaced":1},"agents":{"with_user":2,"without_user":2}}
--- exit 0

"#]]
            ),
            "jsonl" => assert_eq!(run.lines().len(), 1),
            "csv" => assert_data_eq!(
                run.to_string(),
                str![[r#"
--- stdout
group,key,count
users,total,14
users,current,11
users,inactive,3
statuses,pending,3
statuses,invited,4
statuses,expired,1
statuses,active,3
statuses,deactivated,1
statuses,cancelled,1
statuses,declined,1
roles,admin,2
roles,team-leader,1
roles,user,7
roles,agent,1
teams,Sales,3
teams,Support,0
other_teams,teams,0
other_teams,users,0
no_team,users,8
logins,with_login,11
logins,without_login,0
seats_taken,seats,10
open_invites,overdue,0
open_invites,today,0
open_invites,1,0
open_invites,2,1
open_invites,3,0
open_invites,4-7,1
open_invites,8-30,1
open_invites,more,1
closed_invites,accepted,3
closed_invites,expired,1
closed_invites,withdrawn,2
closed_invites,declined,1
closed_invites,replaced,1
agents,with_user,2
agents,without_user,2
--- exit 0

"#]]
            ),
            _ => assert_eq!(run.stdout, "main\n"),
        }
    }
    let run = world.admit(["stats", "--fields=users,agents"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Users
  Total         14
  Current       11
  Inactive      3
Agents
  With user     2
  Without user  2
--- exit 0

"#]]
    );
    world.admit(["stats", "--fields=nonsense"]).assert_code(2);
    world.admit(["stats", "--format=csv", "--fields=users"]).assert_code(2);
    world.admit(["stats", "extra"]).assert_code(2);
}

#[test]
fn an_empty_organization_is_all_zeros() {
    let world = World::with_store();
    assert_data_eq!(
        world.admit(["stats"]).to_string(),
        str![[r#"
--- stdout
0 users in main by status

0 current users by role

0 open invites by days left

0 closed invites by outcome

0 agents
--- exit 0

"#]]
    );
    assert_eq!(told(&world), BTreeMap::new());
}

#[test]
fn ten_teams_are_told_and_the_others_summed() {
    let world = World::with_store();
    let names: Vec<String> = (1..=13).map(|number| format!("Team {number:02}")).collect();
    world.admit(["team".into(), "create".into()].into_iter().chain(names.clone())).assert_code(0);
    for (number, name) in names.iter().enumerate() {
        let people = (0..=number).map(|person| format!("p{number}.{person}@example.com"));
        let words = ["invite", "--no-send", "-t", name].map(str::to_owned);
        world.admit(words.into_iter().chain(people)).assert_code(0);
    }
    let json = world.admit(["stats", "--format=json"]).json();
    let teams = json["teams"].as_array().unwrap();
    assert_eq!(teams.len(), 10);
    assert_eq!(teams[0], serde_json::json!({ "team": "Team 13", "users": 13 }));
    assert_eq!(teams[9], serde_json::json!({ "team": "Team 04", "users": 4 }));
    assert_eq!(json["other_teams"], serde_json::json!({ "teams": 3, "users": 1 + 2 + 3 }));
    let table = world.admit(["stats"]);
    assert!(table.stdout.contains("\n  3 other teams   6  █"), "{table}");
}

/// What a terminal shows, without colour, line by line.
fn on_a_terminal(world: &World, columns: usize) -> Vec<String> {
    let ended = world.terminal(&format!("stty cols {columns}; admit stats")).end();
    assert!(is_coloured(&ended.raw), "{}", ended.raw);
    let plain = regex_lite::Regex::new("\x1b\\[[0-9;]*m").unwrap();
    let text = plain.replace_all(&ended.raw, "").replace('\r', "");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn bars_fit_the_terminal() {
    let world = with_a_life();
    world
        .admit(["team", "rename", "Sales", &"Sales and everything else ".repeat(3)])
        .assert_code(0);
    for columns in [80, 40] {
        let lines = on_a_terminal(&world, columns);
        let widest = lines.iter().map(|line| line.width()).max().unwrap();
        assert!(widest <= columns && widest > columns / 2, "{widest}\n{}", lines.join("\n"));
        let cut = lines.iter().filter(|line| line.contains('…')).count();
        assert_eq!(cut, 1, "{}", lines.join("\n"));
        assert!(lines.iter().any(|line| line.contains('█')));
    }
}

#[test]
fn names_cannot_steer_a_terminal() {
    let world = World::with_store();
    // Past admit, which takes no such name: what somebody with the file in hand could write.
    world.admit(["team", "create", "ok"]).assert_code(0);
    world.admit(["invite", "ann@example.com", "-t=ok", "--no-send"]).assert_code(0);
    world.admit(["team", "rename", "ok", "\u{5e9}\u{5dc}\u{5d5}\u{5dd}"]).assert_code(0);
    let lines = on_a_terminal(&world, 80);
    let team = lines.iter().find(|line| line.contains('\u{5e9}')).unwrap();
    assert!(team.contains("\u{5dd}\u{200e}"), "the name is closed by a mark: {team:?}");
    world.sql().execute("UPDATE teams SET name = 'a\u{1b}[2Jb'", []).unwrap();
    let run: Run = world.admit(["stats"]);
    assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{run}");
}

#[test]
fn only_who_manages_users_sees_it_and_looking_changes_nothing() {
    let world = with_a_life();
    let before = world.contents();
    assert_eq!(
        world.admit(["stats", "--as=ann@example.com"]).assert_code(0).stdout,
        world.admit(["stats"]).stdout
    );
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(["stats", "--as=bob@example.com"]).to_string(),
        str![[r#"
--- stderr
error: bob@example.com may not do this: stats needs manage-users, which the role agent does not have
hint: who could: olga@example.com, ann@example.com
--- exit 77

"#]]
    );
}

#[test]
fn seats_are_shown_where_there_is_a_limit() {
    let world = World::with_people();
    world.sql().execute("UPDATE organizations SET seat_limit = 10", []).unwrap();
    let run = world.admit(["stats"]);
    assert!(run.stdout.contains("\n10 seats\n  taken "), "{run}");
    let json = world
        .admit(["stats", "--format=json", "--fields=seats_taken,seat_limit,seats_left"])
        .json();
    assert_eq!(json, serde_json::json!({ "seats_taken": 3, "seat_limit": 10, "seats_left": 7 }));
    let rows = world.admit(["stats", "--format=csv"]).stdout;
    assert!(
        rows.contains("\nseats_taken,seats,3\nseat_limit,seats,10\nseats_left,seats,7\n"),
        "{rows}"
    );
}
