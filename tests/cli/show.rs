//! `admit show`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;

#[test]
fn one_person_is_on_one_screen() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711", "chat:ana.r"]).assert_code(0);
    let run = world.admit(["show", "Bob@Example.com"]);
    assert_data_eq!(
        // A second may have passed since.
        run.to_string().replace("in 7 days", "in 6 days"),
        str![[r#"
--- stdout
Number         2
E-mail         bob@example.com
Name           Bob Ray
Organization   main
Role           agent
Team           -
Status         invited
Since          [DAY, HOUR AND ZONE]
Pending        no
Invite
  State        open
  Created at   [DAY, HOUR AND ZONE]
  Expires at   [DAY, HOUR AND ZONE]
  Time left    in 6 days
Mail
  State        not configured
  Kind         invitation
  Changed at   [DAY, HOUR AND ZONE]
  Next try at  -
  Answer       -
Agents         chat:ana.r  0
               voice:4711  0
Last login     -
Created        [DAY, HOUR AND ZONE]
Import         -
History        [DAY, HOUR AND ZONE]  agent.assign  operator ([LOGIN])  7
               [DAY, HOUR AND ZONE]  user.invite  operator ([LOGIN])  5
Next           admit resend bob@example.com
               admit set-role bob@example.com --role ROLE
               admit set-team bob@example.com --team TEAM
               admit assign-agent bob@example.com AGENT
               admit unassign-agent bob@example.com AGENT
               admit cancel bob@example.com
               admit remove bob@example.com
--- exit 0

"#]]
    );
}

#[test]
fn the_next_commands_are_those_that_the_status_allows() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Deactivated);
    let run = world.admit(["show", "ann@example.com", "--fields=status,next"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Status  deactivated
Next    admit reactivate ann@example.com
        admit remove ann@example.com
--- exit 0

"#]]
    );
    let run = world.admit(["show", "cid@example.com", "--fields=status,pending,invite,next"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Status   pending
Pending  yes
Invite   -
Next     admit send cid@example.com
         admit set-role cid@example.com --role ROLE
         admit set-team cid@example.com --team TEAM
         admit assign-agent cid@example.com AGENT
         admit cancel cid@example.com
         admit remove cid@example.com
--- exit 0

"#]]
    );
}

#[test]
fn every_format() {
    let world = World::with_people();
    world.put("bob@example.com", Status::Active);
    world.admit(["assign-agent", "bob@example.com", "voice:4711"]).assert_code(0);
    let fields = "--fields=id,email,name,role,team,status,invite,agents,last_login_at,batch,next";
    assert_data_eq!(
        world.in_every_format(&["show", "bob@example.com", fields]),
        str![[r#"
=== table
--- stdout
Number        2
E-mail        bob@example.com
Name          Bob Ray
Role          agent
Team          -
Status        active
Invite
  State       accepted
  Created at  [DAY, HOUR AND ZONE]
  Expires at  [DAY, HOUR AND ZONE]
Agents        voice:4711  0
Last login    -
Import        -
Next          admit set-role bob@example.com --role ROLE
              admit set-team bob@example.com --team TEAM
              admit assign-agent bob@example.com AGENT
              admit unassign-agent bob@example.com AGENT
              admit deactivate bob@example.com
              admit remove bob@example.com
--- exit 0
=== json
--- stdout
{"id":2,"email":"bob@example.com","name":"Bob Ray","role":"agent","team":null,"status":"active","invite":{"state":"accepted","created_at":"[TIME]","expires_at":"[TIME]"},"agents":[{"agent":"voice:4711","name":null,"interactions":0}],"last_login_at":null,"batch":null,"next":["admit set-role bob@example.com --role ROLE","admit set-team bob@example.com --team TEAM","admit assign-agent bob@example.com AGENT","admit unassign-agent bob@example.com AGENT","admit deactivate bob@example.com","admit remove bob@example.com"]}
--- exit 0
=== jsonl
--- stdout
{"id":2,"email":"bob@example.com","name":"Bob Ray","role":"agent","team":null,"status":"active","invite":{"state":"accepted","created_at":"[TIME]","expires_at":"[TIME]"},"agents":[{"agent":"voice:4711","name":null,"interactions":0}],"last_login_at":null,"batch":null,"next":["admit set-role bob@example.com --role ROLE","admit set-team bob@example.com --team TEAM","admit assign-agent bob@example.com AGENT","admit unassign-agent bob@example.com AGENT","admit deactivate bob@example.com","admit remove bob@example.com"]}
--- exit 0
=== csv
--- stdout
id,email,name,role,team,status,invite,agents,last_login_at,batch,next
2,bob@example.com,Bob Ray,agent,,active,"{""state"":""accepted"",""created_at"":""[TIME]"",""expires_at"":""[TIME]""}","[{""agent"":""voice:4711"",""name"":null,""interactions"":0}]",,,admit set-role bob@example.com --role ROLE;admit set-team bob@example.com --team TEAM;admit assign-agent bob@example.com AGENT;admit unassign-agent bob@example.com AGENT;admit deactivate bob@example.com;admit remove bob@example.com
--- exit 0
=== ids
--- stdout
bob@example.com
--- exit 0

"#]]
    );
}

#[test]
fn a_number_is_as_good_as_an_address() {
    let world = World::with_people();
    let show = |user: &str| world.admit(["show", user, "--fields=id,email,history,next"]).stdout;
    assert!(show("bob@example.com").contains("bob@example.com"));
    assert_eq!(show(&world.number("bob@example.com")), show("bob@example.com"));
}

#[test]
fn history_holds_the_newest_entries_on_this_user_only() {
    let world = World::with_people();
    for _ in 0..12 {
        world.admit(["resend", "bob@example.com"]).assert_code(0);
    }
    world.admit(["resend", "ann@example.com"]).assert_code(0);
    let bob = world.admit(["show", "bob@example.com", "--format=json"]).json();
    let history = bob["history"].as_array().unwrap();
    assert_eq!(history.len(), 10);
    let numbers: Vec<i64> = history.iter().map(|entry| entry["number"].as_i64().unwrap()).collect();
    let newest = world.entries() - 1;
    assert_eq!(numbers, (newest - 9..=newest).rev().collect::<Vec<_>>());
}

#[test]
fn nobody_is_shown_who_is_not_there() {
    let world = World::with_people();
    assert_data_eq!(
        world.admit(["show", "bob@exmaple.com"]).to_string(),
        str![[r#"
--- stderr
error: no user bob@exmaple.com in main
hint: did you mean bob@example.com?
--- exit 67

"#]]
    );
    assert_data_eq!(
        world.admit(["show", "#99"]).to_string(),
        str![[r#"
--- stderr
error: no user #99 in main
hint: find people: admit list --search TEXT
--- exit 67

"#]]
    );
    assert_data_eq!(
        world.admit(["show", "zoe@example.org"]).to_string(),
        str![[r#"
--- stderr
error: no user zoe@example.org in main
hint: find people: admit list --search TEXT
--- exit 67

"#]]
    );
}

#[test]
fn wrong_command_lines() {
    let world = World::with_people();
    assert_data_eq!(
        world.admit(["show"]).to_string(),
        str![[r#"
--- stderr
error: no user is named
hint: admit show USER
--- exit 2

"#]]
    );
    assert_data_eq!(
        world.admit(["show", "bob"]).to_string(),
        str![[r#"
--- stderr
error: invalid value 'bob' for '[USER]': the address has no '@'; a user is named by e-mail address, by number (#12) or by extension (ext:1001)

For more information, try '--help'.
--- exit 2

"#]]
    );
    assert_data_eq!(
        world.admit(["show", "bob@example.com", "--fields=shoe-size"]).to_string(),
        str![[r#"
--- stderr
error: there is no field `shoe-size`; the fields are id, email, name, organization, role, team, leads, status, status_since, pending, invite, mail, agents, extension, pin_set_at, portal_access, modules, sub_accounts, last_login_at, created_at, batch, history, next
--- exit 2

"#]]
    );
    world.admit(["show", "bob@example.com", "ann@example.com"]).assert_code(2);
}

#[test]
fn looking_leaves_no_entry() {
    let world = World::with_people();
    let before = world.contents();
    world.admit(["show", "bob@example.com"]).assert_code(0);
    assert_eq!(world.contents(), before);
}

#[test]
fn a_machine_without_a_store_is_told_how_to_make_one() {
    let world = World::fresh();
    assert_data_eq!(
        world.admit(["show", "bob@example.com"]).to_string(),
        str![[r#"
--- stderr
error: there is no store at [HOME]/.local/share/admit/admit.db
hint: make it: admit init, or admit import FILE, or admit invite EMAIL
--- exit 66

"#]]
    );
    assert!(!world.home().join(".local").exists());
}

#[test]
fn what_to_do_next_can_be_pasted_and_sudo_reads_as_who_became_whom() {
    let world = World::with_store();
    world.bash("SUDO_USER=alice admit invite \"o'neil@example.com\" --no-send").assert_code(0);
    let user = world.admit(["show", "o'neil@example.com", "--format", "json"]).json();
    let next: Vec<&str> =
        user["next"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(next.contains(&r"admit send 'o'\''neil@example.com'"), "{next:?}");
    let by = user["history"][0]["by"].as_str().unwrap();
    assert!(by.starts_with("operator (alice as "), "{by}");
    let run = world.admit(["set-role", "o'neil@example.com", "-r", "admin"]);
    assert_eq!(run.assert_code(0).stderr, "Changed the role of 1 user in main.\n");
    let run = world.bash(
        "admit send --all >/dev/null && admit set-role \"o'neil@example.com\" -r agent 2>&1 >/dev/null",
    );
    assert!(run.stdout.ends_with("admit send 'o'\\''neil@example.com'\n"), "{run}");
}

#[test]
fn the_whole_story_is_told_from_its_beginning_with_what_changed() {
    let world = World::with_people();
    world.admit(["team", "leaders", "Support", "--add=bob@example.com"]).assert_code(0);
    for _ in 0..10 {
        world.admit(["resend", "bob@example.com"]).assert_code(0);
    }
    world.put("ann@example.com", Status::Active);
    let both = ["set-role", "bob@example.com", "cid@example.com", "--role=user"];
    world.admit(both.iter().chain(&["--as=ann@example.com"])).assert_code(0);
    // What bob tries is no entry on bob.
    world.admit(["team", "create", "Mine", "--as=bob@example.com"]).assert_code(77);
    let whole = ["show", "bob@example.com", "--history"];
    let run = world.admit(whole.iter().chain(&["--fields=history"]));
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
History  [DAY, HOUR AND ZONE]  user.invite  operator ([LOGIN])  5  role=agent
         [DAY, HOUR AND ZONE]  team.leaders  operator ([LOGIN])  7  team=Support, added=bob@example.com
         [DAY, HOUR AND ZONE]  invite.resend  operator ([LOGIN])  8
         [DAY, HOUR AND ZONE]  invite.resend  operator ([LOGIN])  9
         [DAY, HOUR AND ZONE]  invite.resend  operator ([LOGIN])  10
         [DAY, HOUR AND ZONE]  invite.resend  operator ([LOGIN])  11
         [DAY, HOUR AND ZONE]  invite.resend  operator ([LOGIN])  12
         [DAY, HOUR AND ZONE]  invite.resend  operator ([LOGIN])  13
         [DAY, HOUR AND ZONE]  invite.resend  operator ([LOGIN])  14
         [DAY, HOUR AND ZONE]  invite.resend  operator ([LOGIN])  15
         [DAY, HOUR AND ZONE]  invite.resend  operator ([LOGIN])  16
         [DAY, HOUR AND ZONE]  invite.resend  operator ([LOGIN])  17
         [DAY, HOUR AND ZONE]  user.set-role  ann@example.com ([LOGIN])  19  from=agent, to=user
--- exit 0

"#]]
    );
    let json = world.admit(whole.iter().chain(&["--format=json"])).json();
    let history = json["history"].as_array().unwrap();
    assert_eq!(history.len(), 13);
    assert_eq!(history[12]["detail"], serde_json::json!(["from=agent", "to=user"]));
    let newest = world.admit(["show", "bob@example.com", "--format=json"]).json();
    let newest = newest["history"].as_array().unwrap();
    assert_eq!((newest.len(), &newest[0]["number"]), (10, &history[12]["number"]));
    assert_eq!(newest[0].get("detail"), None);
}

#[test]
fn the_story_of_somebody_imported_begins_with_the_import() {
    let world = World::with_store();
    world.file("people.csv", "email,role\nimp@example.com,agent\nother@example.com,user\n");
    world.admit(["import", "people.csv"]).assert_code(0);
    world.admit(["cancel", "imp@example.com"]).assert_code(0);
    let run = world.admit(["show", "imp@example.com", "--history", "--format=json"]);
    let json = run.json();
    let history = json["history"].as_array().unwrap();
    let actions: Vec<_> = history.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["user.import", "invite.cancel"]);
    assert_eq!((&history[0]["batch"], &history[1]["batch"]), (&1.into(), &serde_json::Value::Null));
}
