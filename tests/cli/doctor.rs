//! `admit doctor`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::{Run, World};

/// Two organizations in which everything happened that changes a number.
fn with_a_life() -> World {
    let world = World::fresh();
    world.file("people.csv", "email,name,role,team\nopa@example.com,Opa,agent,Support\n");
    world.file("phones.csv", "name,extension,pin\nDoor,1002,481516\n");
    for words in [
        &["init", "--owner=olga@example.com"][..],
        &["org", "set", "--login-less", "allowed"],
        &["team", "create", "Support", "Gone"],
        &["agent", "add", "voice:1", "voice:2", "voice:3"],
        &["invite", "ann@example.com", "-r=admin"],
        &["invite", "bob@example.com", "cid@example.com", "-r=agent", "-t=Support"],
        &["invite", "dan@example.com", "eve@example.com", "fay@example.com", "-t=Gone"],
        &["import", "people.csv"],
        &["import", "--type=login-less", "phones.csv"],
        &["assign-agent", "bob@example.com", "voice:1", "voice:2"],
        &["resend", "dan@example.com"],
        &["cancel", "eve@example.com"],
        &["team", "delete", "Gone", "--yes"],
        &["remove", "fay@example.com", "--yes"],
        &["set-role", "dan@example.com", "--role=team-leader"],
        &["org", "create", "acme", "--owner=olga@example.com"],
        &["--org=acme", "invite", "zoe@example.com", "--no-send"],
    ] {
        world.admit(words).assert_code(0);
    }
    world.put("ann@example.com", Status::Active);
    world.put("cid@example.com", Status::Expired);
    world.admit(["password", "reset", "ann@example.com"]).assert_code(0);
    world
}

/// What is said after a change behind admit's back.
fn said_after(sql: &str) -> Run {
    said_of(&with_a_life(), sql)
}

fn said_of(world: &World, sql: &str) -> Run {
    world.sql().execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    world.admit(["doctor"])
}

#[test]
fn a_fresh_store_agrees_with_itself() {
    let world = World::with_store();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["doctor"]).to_string(),
        str![[r#"
--- stdout
Check          Result  Counted  Differing
file           agrees        1          0
integrity      agrees       57          0
foreign-keys   agrees       23          0
schema         agrees       50          0
checksums      agrees        5          0
belonging      agrees        0          0
statuses       agrees        0          0
holders        agrees        0          0
managers       agrees        1          0
audit          agrees        1          0
users          agrees        0          0
agents         agrees        0          0
invites        agrees        0          0
places         agrees        0          0
search-index   absent        -          -
newest-invite  agrees        0          0
sequences      agrees        5          0
--- stderr
The store is sound: 0 users.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn a_store_with_a_life_agrees_with_itself() {
    let world = with_a_life();
    world.admit(["search-index", "build"]).assert_code(0);
    world.admit(["remove", "opa@example.com", "--yes"]).assert_code(0);
    let before = world.contents();
    assert_data_eq!(
        world.admit(["doctor"]).to_string(),
        str![[r#"
--- stdout
Check          Result  Counted  Differing
file           agrees        1          0
integrity      agrees       61          0
foreign-keys   agrees       23          0
schema         agrees       50          0
checksums      agrees       35          0
belonging      agrees        9          0
statuses       agrees        4          0
holders        agrees        2          0
managers       agrees        2          0
audit          agrees       22          0
users          agrees        9          0
agents         agrees        3          0
invites        agrees        6          0
places         agrees        9          0
search-index   agrees        9          0
newest-invite  agrees        7          0
sequences      agrees        5          0
--- stderr
The store is sound: 9 users.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    world.admit(["org", "delete", "acme", "--yes"]).assert_code(0);
    world.admit(["doctor"]).assert_code(0);
}

#[test]
fn a_number_of_users_that_is_too_high_or_not_there_is_named_by_its_place() {
    let run = said_after(
        "UPDATE counters SET users = users + 3 WHERE organization_id = 1 AND team_id <> 0 AND status = 1
             AND users > 0;
         DELETE FROM counters WHERE organization_id = 2 AND status = 1;
         DELETE FROM counters WHERE login_less = 1;
         INSERT INTO counters VALUES (9, 7, 99, 98, 0, 4)",
    );
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Check          Result   Counted  Differing
file           agrees         1          0
integrity      agrees        57          0
foreign-keys   agrees        23          0
schema         agrees        50          0
checksums      agrees        36          0
belonging      agrees        10          0
statuses       agrees         4          0
holders        agrees         2          0
managers       agrees         2          0
audit          agrees        20          0
users          differs       10          4
agents         agrees         3          0
invites        agrees         6          0
places         agrees        10          0
search-index   absent         -          -
newest-invite  agrees         7          0
sequences      agrees         5          0
--- stderr
warning: users: main: invited, agent, Support: kept 5, counted 2
warning: users: main: active, user, no team, without a login: kept 0, counted 1
warning: users: acme: invited, user, no team: kept 0, counted 1
warning: users: unknown organization #9: unknown status #7, unknown role #99, unknown team #98: kept 4, counted 0
error: the store is not sound: 4 differences
hint: work out anew what can be: admit doctor --repair
--- exit 1

"#]]
    );
}

#[test]
fn a_number_of_agents_or_invites_that_is_wrong_or_of_nothing_is_named() {
    let run = said_after(
        "UPDATE tallies SET things = 3 WHERE kind = 1 AND bucket = 0 AND organization_id = 1;
         INSERT INTO tallies VALUES (2, 1, 1, 5), (1, 2, 20000, 1), (1, 3, 9, 1);
         DELETE FROM tallies WHERE kind = 3 AND bucket = 6",
    );
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Check          Result   Counted  Differing
file           agrees         1          0
integrity      agrees        57          0
foreign-keys   agrees        23          0
schema         agrees        50          0
checksums      agrees        36          0
belonging      agrees        10          0
statuses       agrees         4          0
holders        agrees         2          0
managers       agrees         2          0
audit          agrees        20          0
users          agrees        10          0
agents         differs        3          2
invites        differs        6          3
places         agrees        10          0
search-index   absent         -          -
newest-invite  agrees         7          0
sequences      agrees         5          0
--- stderr
warning: agents: main: agents without a user: kept 3, counted 1
warning: agents: acme: agents with a user: kept 5, counted 0
warning: invites: main: invites open until 2024-10-04: kept 1, counted 0
warning: invites: main: replaced invites: kept 0, counted 1
warning: invites: main: unknown number 3/9: kept 1, counted 0
error: the store is not sound: 5 differences
hint: work out anew what can be: admit doctor --repair
--- exit 1

"#]]
    );
}

#[test]
fn a_user_without_a_place_a_place_of_nobody_and_a_wrong_one_are_named() {
    let run = said_after(
        "DELETE FROM places WHERE user_id = (SELECT id FROM users WHERE email = 'bob@example.com');
         INSERT INTO places VALUES (0, 1, 3, 77);
         UPDATE places SET status = 3
         WHERE user_id = (SELECT id FROM users WHERE email = 'zoe@example.com')",
    );
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Check          Result   Counted  Differing
file           agrees         1          0
integrity      agrees        57          0
foreign-keys   agrees        23          0
schema         agrees        50          0
checksums      agrees        36          0
belonging      agrees        10          0
statuses       agrees         4          0
holders        agrees         2          0
managers       agrees         2          0
audit          agrees        20          0
users          agrees        10          0
agents         agrees         3          0
invites        agrees         6          0
places         differs       10          4
search-index   absent         -          -
newest-invite  agrees         7          0
sequences      agrees         5          0
--- stderr
warning: places: main: bob@example.com is not listed where they stand: invited, agent, Support
warning: places: acme: zoe@example.com is not listed where they stand: invited, user, no team
warning: places: #77 is listed at a place and is nobody: active, admin, no team
warning: places: acme: zoe@example.com is listed at a place and stands elsewhere: active, user, no team
error: the store is not sound: 4 differences
hint: work out anew what can be: admit doctor --repair
--- exit 1

"#]]
    );
}

#[test]
fn somebody_who_is_at_two_places_is_named_with_the_wrong_one() {
    let run = said_after("INSERT INTO places VALUES (0, 1, 5, 2)");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Check          Result   Counted  Differing
file           agrees         1          0
integrity      agrees        57          0
foreign-keys   agrees        23          0
schema         agrees        50          0
checksums      agrees        36          0
belonging      agrees        10          0
statuses       agrees         4          0
holders        agrees         2          0
managers       agrees         2          0
audit          agrees        20          0
users          agrees        10          0
agents         agrees         3          0
invites        agrees         6          0
places         differs       10          1
search-index   absent         -          -
newest-invite  agrees         7          0
sequences      agrees         5          0
--- stderr
warning: places: main: ann@example.com is listed at a place and stands elsewhere: cancelled, admin, no team
error: the store is not sound: 1 difference
hint: work out anew what can be: admit doctor --repair
--- exit 1

"#]]
    );
}

#[test]
fn a_search_index_that_lacks_somebody_or_holds_nobody_is_said_and_can_be_made_anew() {
    let world = with_a_life();
    world.admit(["search-index", "build"]).assert_code(0);
    let column: String = world
        .sql()
        .query_row("SELECT name FROM pragma_table_info('search_index')", [], |row| row.get(0))
        .unwrap();
    let run = said_of(
        &world,
        &format!(
            "DELETE FROM search_index WHERE rowid = 2;
             INSERT INTO search_index (rowid, {column}) VALUES (77, 'nobody')"
        ),
    );
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Check          Result   Counted  Differing
file           agrees         1          0
integrity      agrees        61          0
foreign-keys   agrees        23          0
schema         agrees        50          0
checksums      agrees        36          0
belonging      agrees        10          0
statuses       agrees         4          0
holders        agrees         2          0
managers       agrees         2          0
audit          agrees        21          0
users          agrees        10          0
agents         agrees         3          0
invites        agrees         6          0
places         agrees        10          0
search-index   differs       10          2
newest-invite  agrees         7          0
sequences      agrees         5          0
--- stderr
warning: search-index: main: ann@example.com is not in the search index
warning: search-index: #77 is in the search index and is nobody
error: the store is not sound: 2 differences
hint: work out anew what can be: admit doctor --repair
--- exit 1

"#]]
    );
    world.admit(["search-index", "drop"]).assert_code(0);
    world.admit(["doctor"]).assert_code(0);
    world.admit(["search-index", "build"]).assert_code(0);
    world.admit(["doctor"]).assert_code(0);
}

#[test]
fn an_outdated_search_index_is_said_and_is_no_fault() {
    let world = with_a_life();
    let run = said_of(
        &world,
        "CREATE VIRTUAL TABLE search_index USING fts5(folded_1, content='', contentless_delete=1)",
    );
    run.assert_code(0);
    assert!(run.stdout.contains("search-index   outdated        -          -\n"), "{run}");
    assert_data_eq!(
        run.stderr,
        str![[r#"
hint: the search index is not used; make it anew: admit search-index build
The store is sound: 10 users.

"#]]
    );
}

#[test]
fn a_newest_invite_that_is_of_another_gone_or_not_the_newest_is_named() {
    let world = with_a_life();
    let run = said_of(
        &world,
        "UPDATE users SET invite_id = (SELECT invite_id FROM users WHERE email = 'bob@example.com')
             WHERE email IN ('cid@example.com', 'zoe@example.com');
         UPDATE users SET invite_id = 999 WHERE email = 'ann@example.com';
         UPDATE users SET invite_id = (SELECT min(id) FROM invites WHERE user_id = users.id)
             WHERE email = 'dan@example.com';
         UPDATE users SET invite_id = NULL WHERE email = 'eve@example.com'",
    );
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Check          Result   Counted  Differing
file           agrees         1          0
integrity      agrees        57          0
foreign-keys   agrees        23          0
schema         agrees        50          0
checksums      agrees        36          0
belonging      agrees        10          0
statuses       agrees         4          0
holders        agrees         2          0
managers       agrees         2          0
audit          agrees        20          0
users          agrees        10          0
agents         agrees         3          0
invites        agrees         6          0
places         agrees        10          0
search-index   absent         -          -
newest-invite  differs        7          5
sequences      agrees         5          0
--- stderr
warning: newest-invite: main: ann@example.com: kept #999, found #10
warning: newest-invite: main: cid@example.com: kept #3, found #4
warning: newest-invite: main: dan@example.com: kept #5, found #8
warning: newest-invite: main: eve@example.com: kept none, found #6
warning: newest-invite: acme: zoe@example.com: kept #3, found none
error: the store is not sound: 5 differences
hint: work out anew what can be: admit doctor --repair
--- exit 1

"#]]
    );
}

#[test]
fn of_many_differences_the_first_few_are_told_and_the_others_counted() {
    let run = said_after("DELETE FROM places");
    assert_data_eq!(
        run.stderr,
        str![[r#"
warning: places: main: olga@example.com is not listed where they stand: active, admin, no team
warning: places: main: ann@example.com is not listed where they stand: active, admin, no team
warning: places: main: bob@example.com is not listed where they stand: invited, agent, Support
warning: places: main: cid@example.com is not listed where they stand: expired, agent, Support
warning: places: main: dan@example.com is not listed where they stand: invited, team-leader, no team
warning: places: 5 more
error: the store is not sound: 10 differences
hint: work out anew what can be: admit doctor --repair

"#]]
    );
}

#[test]
fn every_format_has_the_same_answer() {
    let world = with_a_life();
    let sql = "UPDATE counters SET users = 7 WHERE login_less = 1";
    said_of(&world, sql).assert_code(1);
    let mut said = String::new();
    for format in ["json", "jsonl", "csv", "ids"] {
        let run = world.admit(["doctor", "--quiet", "--format", format]);
        said.push_str(&run.assert_code(1).stdout);
    }
    let run = world.admit(["doctor", "--fields", "check,differences"]);
    said.push_str(&run.stdout);
    said.push_str(&world.admit(["doctor", "--fields", "sql"]).to_string());
    assert_data_eq!(
        said,
        str![[r#"
[
{"check":"file","result":"agrees","counted":1,"differing":0,"differences":[]},
{"check":"integrity","result":"agrees","counted":57,"differing":0,"differences":[]},
{"check":"foreign-keys","result":"agrees","counted":23,"differing":0,"differences":[]},
{"check":"schema","result":"agrees","counted":50,"differing":0,"differences":[]},
{"check":"checksums","result":"agrees","counted":36,"differing":0,"differences":[]},
{"check":"belonging","result":"agrees","counted":10,"differing":0,"differences":[]},
{"check":"statuses","result":"agrees","counted":4,"differing":0,"differences":[]},
{"check":"holders","result":"agrees","counted":2,"differing":0,"differences":[]},
{"check":"managers","result":"agrees","counted":2,"differing":0,"differences":[]},
{"check":"audit","result":"agrees","counted":20,"differing":0,"differences":[]},
{"check":"users","result":"differs","counted":10,"differing":1,"differences":["main: active, user, no team, without a login: kept 7, counted 1"]},
{"check":"agents","result":"agrees","counted":3,"differing":0,"differences":[]},
{"check":"invites","result":"agrees","counted":6,"differing":0,"differences":[]},
{"check":"places","result":"agrees","counted":10,"differing":0,"differences":[]},
{"check":"search-index","result":"absent","counted":null,"differing":null,"differences":[]},
{"check":"newest-invite","result":"agrees","counted":7,"differing":0,"differences":[]},
{"check":"sequences","result":"agrees","counted":5,"differing":0,"differences":[]}
]
{"check":"file","result":"agrees","counted":1,"differing":0,"differences":[]}
{"check":"integrity","result":"agrees","counted":57,"differing":0,"differences":[]}
{"check":"foreign-keys","result":"agrees","counted":23,"differing":0,"differences":[]}
{"check":"schema","result":"agrees","counted":50,"differing":0,"differences":[]}
{"check":"checksums","result":"agrees","counted":36,"differing":0,"differences":[]}
{"check":"belonging","result":"agrees","counted":10,"differing":0,"differences":[]}
{"check":"statuses","result":"agrees","counted":4,"differing":0,"differences":[]}
{"check":"holders","result":"agrees","counted":2,"differing":0,"differences":[]}
{"check":"managers","result":"agrees","counted":2,"differing":0,"differences":[]}
{"check":"audit","result":"agrees","counted":20,"differing":0,"differences":[]}
{"check":"users","result":"differs","counted":10,"differing":1,"differences":["main: active, user, no team, without a login: kept 7, counted 1"]}
{"check":"agents","result":"agrees","counted":3,"differing":0,"differences":[]}
{"check":"invites","result":"agrees","counted":6,"differing":0,"differences":[]}
{"check":"places","result":"agrees","counted":10,"differing":0,"differences":[]}
{"check":"search-index","result":"absent","counted":null,"differing":null,"differences":[]}
{"check":"newest-invite","result":"agrees","counted":7,"differing":0,"differences":[]}
{"check":"sequences","result":"agrees","counted":5,"differing":0,"differences":[]}
check,result,counted,differing,differences
file,agrees,1,0,
integrity,agrees,57,0,
foreign-keys,agrees,23,0,
schema,agrees,50,0,
checksums,agrees,36,0,
belonging,agrees,10,0,
statuses,agrees,4,0,
holders,agrees,2,0,
managers,agrees,2,0,
audit,agrees,20,0,
users,differs,10,1,"main: active, user, no team, without a login: kept 7, counted 1"
agents,agrees,3,0,
invites,agrees,6,0,
places,agrees,10,0,
search-index,absent,,,
newest-invite,agrees,7,0,
sequences,agrees,5,0,
file
integrity
foreign-keys
schema
checksums
belonging
statuses
holders
managers
audit
users
agents
invites
places
search-index
newest-invite
sequences
Check          Differences
file           -
integrity      -
foreign-keys   -
schema         -
checksums      -
belonging      -
statuses       -
holders        -
managers       -
audit          -
users          main: active, user, no team, without a login: kept 7, counted 1
agents         -
invites        -
places         -
search-index   -
newest-invite  -
sequences      -
--- stderr
error: there is no field `sql`; the fields are check, result, counted, differing, differences
--- exit 2

"#]]
    );
}

#[test]
fn what_admit_never_wrote_is_a_finding_and_the_other_checks_are_made() {
    let free = "PRAGMA ignore_check_constraints = ON;";
    let run =
        said_after(&format!("{free} UPDATE counters SET login_less = 2 WHERE login_less = 1"));
    assert_data_eq!(
        run.assert_code(1).stderr.clone(),
        str![[r#"
warning: integrity: CHECK constraint failed in counters
warning: users: column login_less holds 2
error: the store is not sound: 2 differences
hint: work out anew what can be: admit doctor --repair

"#]]
    );
    let run = said_after(&format!("{free} UPDATE counters SET users = -1 WHERE login_less = 1"));
    assert_data_eq!(
        run.assert_code(1).stderr.clone(),
        str![[r#"
warning: integrity: CHECK constraint failed in counters
warning: users: column users is negative
error: the store is not sound: 2 differences
hint: work out anew what can be: admit doctor --repair

"#]]
    );
}

#[test]
fn it_is_the_operators() {
    let world = with_a_life();
    assert_data_eq!(
        world.admit(["--as=ann@example.com", "doctor"]).to_string(),
        str![[r#"
--- stderr
error: doctor is for the operator at the shell alone
hint: act as the operator: without --as and ADMIT_AS
--- exit 77

"#]]
    );
    world.admit(["--org=nowhere", "doctor"]).assert_code(67);
}

#[test]
fn the_store_must_be_there() {
    let world = World::fresh();
    world.admit(["doctor"]).assert_code(66);
    assert!(!world.store_path().exists());
}
