//! `admit org`: making, listing, choosing, setting and renaming organizations.

mod delete;
mod set;

use snapbox::{assert_data_eq, str};

use crate::support::World;

/// A store with two organizations: main, the current one, whose owner is boss@example.com, and acme;
/// ann@example.com is an active admin of main alone.
pub(crate) fn two() -> World {
    let world = World::fresh();
    for words in [
        &["init", "--owner", "boss@example.com"][..],
        &["org", "create", "acme", "--template", "security-console", "--name", "Acme Ltd"],
        &["invite", "ann@example.com", "--role", "admin", "--no-send"],
    ] {
        world.admit(words).assert_code(0);
    }
    world.put("ann@example.com", admit::domain::status::Status::Active);
    world
}

#[test]
fn create_makes_one_more_and_leaves_the_current_one() {
    let world = World::with_store();
    let before = world.contents();
    let words = ["org", "create", "acme", "--template=security-console", "--owner=eve@example.com"];
    assert_data_eq!(
        world.admit(words.iter().chain(&["--dry-run"])).to_string(),
        str![[r#"
--- stdout
Organization  acme
Name          acme
Template      security-console
Owner         eve@example.com
Link expires  [DAY, HOUR AND ZONE]
--- stderr
Dry run, nothing was changed; it would say: Made the organization acme from the template security-console.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
Organization  acme
Name          acme
Template      security-console
Owner         eve@example.com
Link expires  [DAY, HOUR AND ZONE]

Token for eve@example.com:
[TOKEN]
--- stderr
Made the organization acme from the template security-console.
hint: work in it: admit org use acme, or --org acme for one command
--- exit 0

"#]]
    );
    assert_eq!(world.entries(), 2);
    assert_data_eq!(
        world.answer([
            "--org=acme",
            "audit",
            "list",
            "--format=csv",
            "--fields=action,organization"
        ]),
        str![[r#"
action,organization
organization.create,acme

"#]]
    );
    let owner = ["--org=acme", "list", "--format=csv", "--fields=email,role,status"];
    assert_eq!(world.answer(owner), "email,role,status\neve@example.com,owner,active\n");
    assert_eq!(world.answer(["list", "--format=ids"]), "");
    world.admit(["audit", "verify"]).assert_code(0);
}

#[test]
fn create_shows_everything_to_a_script() {
    let world = World::with_store();
    let words = ["org", "create", "acme", "--name", "Acme Ltd", "--owner", "eve@example.com"];
    assert_data_eq!(
        world.admit(words.iter().chain(&["--format=json"])).to_string(),
        str![[r#"
--- stdout
{"organization":"acme","name":"Acme Ltd","template":"contact-center","owner":"eve@example.com","expires_at":"[TIME]","link":"[TOKEN]","mail":"not-configured"}
--- stderr
Made the organization acme from the template contact-center.
hint: work in it: admit org use acme, or --org acme for one command
--- exit 0

"#]]
    );
}

#[test]
fn create_refuses_what_is_there_or_makes_no_sense() {
    let world = two();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["org", "create", "acme"]).to_string(),
        str![[r#"
--- stderr
error: there is an organization acme already
--- exit 1

"#]]
    );
    for (words, code) in [
        (&["org", "create"][..], 2),
        (&["org", "create", "Acme"], 2),
        (&["org", "create", "new", "--owner", "eve"], 2),
        (&["org", "create", "new", "--owner=eve@example.com", "--format=ids"], 2),
        (&["org", "create", "new", "--template=none"], 78),
        (&["org", "create", "new", "--template=./none.toml"], 66),
    ] {
        world.admit(words).assert_code(code);
    }
    assert_eq!(world.contents(), before);
}

#[test]
fn create_does_not_need_the_organization_that_a_variable_names_already() {
    let world = World::with_store();
    world.shell("ADMIT_ORG=acme admit org create acme").assert_code(0);
    world.shell("ADMIT_ORG=acme admit team create Support").assert_code(0);
    assert_eq!(world.answer(["team", "list"]), "");
}

#[test]
fn list_ticks_the_one_that_commands_work_in() {
    let world = two();
    assert_data_eq!(
        world.in_every_format(&["org", "list"]),
        str![[r#"
=== table
--- stdout
   Organization  Name      Template          Users  Seats taken  Of
   acme          Acme Ltd  security-console      0            0  -
✔  main          main      contact-center        2            2  -
--- exit 0
=== json
--- stdout
[
{"current":false,"organization":"acme","name":"Acme Ltd","template":"security-console","users":0,"seats_taken":0,"seat_limit":null,"seats_left":null},
{"current":true,"organization":"main","name":"main","template":"contact-center","users":2,"seats_taken":2,"seat_limit":null,"seats_left":null}
]
--- exit 0
=== jsonl
--- stdout
{"current":false,"organization":"acme","name":"Acme Ltd","template":"security-console","users":0,"seats_taken":0,"seat_limit":null,"seats_left":null}
{"current":true,"organization":"main","name":"main","template":"contact-center","users":2,"seats_taken":2,"seat_limit":null,"seats_left":null}
--- exit 0
=== csv
--- stdout
current,organization,name,template,users,seats_taken,seat_limit,seats_left
false,acme,Acme Ltd,security-console,0,0,,
true,main,main,contact-center,2,2,,
--- exit 0
=== ids
--- stdout
acme
main
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["org", "ls", "--org", "acme"]).to_string(),
        str![[r#"
--- stdout
   Organization  Name      Template          Users  Seats taken  Of
✔  acme          Acme Ltd  security-console      0            0  -
   main          main      contact-center        2            2  -
--- stderr
Commands work in acme because --org says so; without it in main.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.shell("ADMIT_ORG=main admit org list --fields current,organization").to_string(),
        str![[r#"
--- stdout
   Organization
   acme
✔  main
--- stderr
Commands work in main because ADMIT_ORG says so.
--- exit 0

"#]]
    );
    world.admit(["org", "list", "--org", "acne"]).assert_code(67);
}

#[test]
fn the_tick_is_green_on_a_terminal() {
    let ended = two().terminal("admit org list").end();
    let line = ended.raw.lines().find(|line| line.contains('✔')).unwrap();
    assert!(line.starts_with("\u{1b}[38;5;2m✔"), "{line:?}");
    assert!(line.contains("main"), "{line:?}");
}

#[test]
fn a_person_sees_their_own_organizations_alone() {
    let world = two();
    let names = ["org", "list", "--format=ids"];
    assert_eq!(world.answer(names), "acme\nmain\n");
    assert_eq!(world.answer(names.iter().chain(&["--as=ann@example.com"])), "main\n");
    // Where she is invited she may do nothing, nor look at its numbers.
    world.admit(["--org=acme", "invite", "ann@example.com", "--no-send"]).assert_code(0);
    assert_eq!(world.answer(names.iter().chain(&["--as=ann@example.com"])), "main\n");
    let joined = "UPDATE users SET status = 3 WHERE email = 'ann@example.com'";
    world.sql().execute(joined, []).unwrap();
    assert_eq!(world.answer(names.iter().chain(&["--as=ann@example.com"])), "acme\nmain\n");
    world.admit(names.iter().chain(&["--as=eve@example.com"])).assert_code(77);
}

#[test]
fn use_makes_an_organization_current_and_the_same_again_is_no_change() {
    let world = two();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["org", "use", "acme", "--dry-run"]).to_string(),
        str![[r#"
--- stdout
Organization  acme
Name          Acme Ltd
Was           main
--- stderr
Dry run, nothing was changed; it would say: Commands work in acme now.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.in_every_format(&["org", "use", "acme"]),
        str![[r#"
=== table
--- stdout
Organization  acme
Name          Acme Ltd
Was           main
--- stderr
Commands work in acme now.
--- exit 0
=== json
--- stdout
{"organization":"acme","name":"Acme Ltd","was":"acme"}
--- stderr
acme is the current organization already.
--- exit 0
=== jsonl
--- stdout
{"organization":"acme","name":"Acme Ltd","was":"acme"}
--- stderr
acme is the current organization already.
--- exit 0
=== csv
--- stdout
organization,name,was
acme,Acme Ltd,acme
--- stderr
acme is the current organization already.
--- exit 0
=== ids
--- stdout
acme
--- stderr
acme is the current organization already.
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "organization.use 1:  [from=main]");
    let entries = world.entries();
    world.admit(["org", "use", "acme"]).assert_code(0);
    assert_eq!(world.entries(), entries);
    world.admit(["team", "create", "Support"]).assert_code(0);
    assert_eq!(world.answer(["--org=main", "team", "list"]), "");
}

#[test]
fn use_says_where_a_variable_is_stronger() {
    let world = two();
    assert_data_eq!(
        world.shell("ADMIT_ORG=main admit org use acme --format ids").to_string(),
        str![[r#"
--- stdout
acme
--- stderr
Commands work in acme now.
warning: ADMIT_ORG is set: here commands work in main
hint: unset ADMIT_ORG
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["org", "use", "acne"]).to_string(),
        str![[r#"
--- stderr
error: no organization acne
hint: did you mean acme?
--- exit 67

"#]]
    );
    world.admit(["org", "use"]).assert_code(2);
    world.admit(["org", "use", "acme", "--as", "ann@example.com"]).assert_code(67);
    world.admit(["org", "use", "main", "--as", "ann@example.com"]).assert_code(77);
}

#[test]
fn use_offers_a_list_on_a_terminal() {
    let world = two();
    let mut terminal = world.terminal("admit org use");
    // The mark starts at main, which is the current one.
    terminal.see("Which organization?").press([crate::support::terminal::UP, "\r"]);
    let ended = terminal.end();
    assert!(ended.screen.contains("Commands work in acme now."), "{}", ended.screen);
}

#[test]
fn rename_keeps_the_history_and_everybody_in_it() {
    let world = two();
    world.admit(["--org=acme", "invite", "eve@example.com"]).assert_code(0);
    let before = world.contents();
    let words = ["org", "rename", "acme", "apex", "--name", "Apex Ltd"];
    world.admit(words.iter().chain(&["--dry-run"])).assert_code(0);
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(words).to_string(),
        str![[r#"
--- stdout
Setting       Was       Now
organization  acme      apex
name          Acme Ltd  Apex Ltd
--- stderr
Renamed acme to apex.
--- exit 0

"#]]
    );
    world.admit(["--org=acme", "list"]).assert_code(67);
    assert_eq!(world.answer(["--org=apex", "list", "--format=ids"]), "eve@example.com\n");
    assert_data_eq!(
        world.answer([
            "--org=apex",
            "audit",
            "list",
            "--format=csv",
            "--fields=action,organization,detail"
        ]),
        str![[r#"
action,organization,detail
organization.rename,acme,setting=organization;from=acme;to=apex;setting=name;from=Acme Ltd;to=Apex Ltd
user.invite,acme,role=viewer
organization.create,acme,template=security-console

"#]]
    );
    world.admit(["audit", "verify"]).assert_code(0);
    // The name is free again.
    world.admit(["org", "create", "acme"]).assert_code(0);
    assert_eq!(world.answer(["--org=acme", "list", "--format=ids"]), "");
}

#[test]
fn rename_changes_one_name_alone_and_refuses_a_taken_one() {
    let world = two();
    assert_data_eq!(
        world
            .admit(["org", "rename", "main", "--name", "Head Office", "--format=json"])
            .to_string(),
        str![[r#"
--- stdout
[
{"setting":"name","was":"main","now":"Head Office","organization":"main"}
]
--- stderr
main is called Head Office now.
--- exit 0

"#]]
    );
    let before = world.contents();
    assert_data_eq!(
        world.admit(["org", "rename", "main", "acme"]).to_string(),
        str![[r#"
--- stderr
error: there is an organization acme already
--- exit 1

"#]]
    );
    assert_data_eq!(
        world.admit(["org", "rename", "main", "main", "--name=Head Office"]).to_string(),
        str![[r#"
--- stderr
Nothing to change: main is set so already.
--- exit 0

"#]]
    );
    for (words, code) in [
        (&["org", "rename"][..], 2),
        (&["org", "rename", "main"], 2),
        (&["org", "rename", "main", "Not A Slug"], 2),
        (&["org", "rename", "acne", "apex"], 67),
    ] {
        world.admit(words).assert_code(code);
    }
    assert_eq!(world.contents(), before);
    world.admit(["org", "rename", "main", "x", "--as=ann@example.com"]).assert_code(77);
}
