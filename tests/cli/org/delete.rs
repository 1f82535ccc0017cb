//! `admit org delete`.

use snapbox::{assert_data_eq, str};

use super::two;
use crate::support::World;
use crate::support::terminal::ENTER;

/// What is in a store, less what outlives an organization: the audit, and the numbers handed out.
fn mortal(world: &World) -> Vec<String> {
    let stays = ["audit: ", "audit_subjects: ", "sequences: "];
    world.contents().into_iter().filter(|row| !stays.iter().any(|it| row.starts_with(it))).collect()
}

#[test]
fn everything_goes_but_the_audit_and_nothing_of_anybody_else() {
    let world = World::with_people();
    let before = mortal(&world);
    world.admit(["org", "create", "acme", "--owner=ann@example.com"]).assert_code(0);
    world.admit(["org", "set", "acme", "--seats=9", "--sso=on"]).assert_code(0);
    world.file("people.csv", "email,role,team,agents\nx@example.com,agent,Night,voice:1;voice:2\ny@example.com,agent,,\n");
    for words in [
        &["agent", "add", "voice:1", "voice:2", "voice:3"][..],
        &["import", "people.csv", "--create-teams", "--send"],
        &["resend", "x@example.com"],
        &["unassign-agent", "x@example.com", "voice:2"],
        &["cancel", "y@example.com"],
        &["invite", "z@example.com", "--team=Night"],
    ] {
        world.admit(words.iter().chain(&["--org=acme"])).assert_code(0);
    }
    fill_what_no_command_fills(&world);
    let there = world.contents();
    assert_data_eq!(
        world.admit(["org", "delete", "acme", "--dry-run"]).to_string(),
        str![[r#"
--- stdout
Organization  acme
Name          acme
Users         4
Teams         1
Agents        3
--- stderr
Dry run, nothing was changed; it would say: Deleted the organization acme with 4 users; the audit keeps what was done in it.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), there);
    assert_data_eq!(
        world.admit(["org", "delete", "acme", "--yes", "--format=json"]).to_string(),
        str![[r#"
--- stdout
{"organization":"acme","name":"acme","users":4,"teams":1,"agents":3}
--- stderr
Deleted the organization acme with 4 users; the audit keeps what was done in it.
--- exit 0

"#]]
    );
    assert_eq!(mortal(&world), before);
    let sql = world.sql();
    let count = |query: &str| sql.query_row(query, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_eq!(count("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'moment%'"), 0);
    let kept = "SELECT count(*) FROM audit WHERE organization = 'acme'";
    assert_eq!(count(kept), 9);
    world.admit(["audit", "verify"]).assert_code(0);
    world.admit(["--org=acme", "list"]).assert_code(67);
    // A later one of the same name has another number, and none of that history.
    world.admit(["org", "create", "acme"]).assert_code(0);
    let history = world.answer(["--org=acme", "audit", "list", "--format=csv", "--fields=action"]);
    assert_eq!(history, "action\norganization.create\n");
}

/// Rows in the tables that other commands fill, so that none is forgotten.
fn fill_what_no_command_fills(world: &World) {
    let sql = world.sql();
    sql.execute_batch(
        "CREATE TEMP TABLE o AS SELECT id FROM organizations WHERE slug = 'acme';
         CREATE TEMP TABLE u AS SELECT min(id) AS id FROM users WHERE organization_id = (SELECT id FROM o);
         INSERT INTO modules SELECT id, 1, 'reports', 'Reports', 0 FROM o;
         INSERT INTO user_modules SELECT u.id, 'reports', o.id, 0 FROM u, o;
         INSERT INTO sub_accounts SELECT 99, id, 'north', 'North', 0 FROM o;
         INSERT INTO user_sub_accounts SELECT id, 99, 0 FROM u;
         INSERT INTO premium_features SELECT id, 'view-insights' FROM o;
         INSERT INTO team_leaders SELECT t.id, u.id, 0 FROM u, teams t WHERE t.organization_id = (SELECT id FROM o);
         INSERT INTO phones SELECT u.id, o.id, '1001', 'x', 0, 0, NULL, 0 FROM u, o;
         INSERT INTO domains SELECT id, 'mail.example', 1, 0 FROM o;",
    )
    .unwrap();
}

#[test]
fn the_current_one_stays() {
    let world = two();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["org", "delete", "main", "--yes"]).to_string(),
        str![[r#"
--- stderr
error: main is the current organization, and is not deleted
hint: make another one current first: admit org use SLUG
--- exit 1

"#]]
    );
    // Also where another one is worked in for the moment.
    world.admit(["org", "delete", "main", "--yes", "--org=acme"]).assert_code(1);
    assert_eq!(world.contents(), before);
    world.admit(["org", "use", "acme"]).assert_code(0);
    world.admit(["org", "delete", "main", "--yes"]).assert_code(0);
    assert_eq!(world.answer(["org", "list", "--format=ids"]), "acme\n");
}

#[test]
fn without_a_yes_nothing_goes() {
    let world = two();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["org", "delete", "acme"]).to_string(),
        str![[r#"
--- stderr
error: deleting an organization needs a yes
hint: nobody can answer here; add --yes
--- exit 2

"#]]
    );
    for (words, code) in [
        (&["org", "delete"][..], 2),
        (&["org", "delete", "--yes"], 2),
        (&["org", "delete", "acne", "--yes"], 67),
        (&["org", "delete", "acme", "--yes", "--fields=x"], 2),
    ] {
        world.admit(words).assert_code(code);
    }
    assert_eq!(world.contents(), before);
    world.admit(["org", "delete", "main", "--yes", "--as=boss@example.com"]).assert_code(77);
}

#[test]
fn a_person_types_its_name() {
    let world = two();
    let before = world.contents();
    let mut terminal = world.terminal("admit org delete acme");
    let ended = terminal.see("type its name").press([ENTER]).end();
    assert!(ended.screen.contains("Nothing changed.\n[exit 1]"), "{}", ended.screen);
    assert_eq!(world.contents(), before);
    let mut terminal = world.terminal("admit org delete acme");
    terminal.see("type its name").press(["yes", ENTER]);
    let ended = terminal.see("that is not acme").press(["acme", ENTER]).end();
    assert!(
        ended.screen.contains("Deleted the organization acme with 0 users"),
        "{}",
        ended.screen
    );
    assert!(ended.screen.contains("[exit 0]"), "{}", ended.screen);
    assert_eq!(world.answer(["org", "list", "--format=ids"]), "main\n");
}
