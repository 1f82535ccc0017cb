//! `admit import`: what becomes of good rows. Bad ones are in `import_faults`, files that are read or
//! refused as a whole in `import_kinds`.

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::World;

const GOOD: &str = "email,name,role,team,agents\n\
    dan@example.com,Dan Oh,agent,Support,voice:4711;ana.r\n\
    eve@example.com,,,,\n";

#[test]
fn a_good_file_makes_pending_people() {
    let world = World::with_people();
    world.file("users.csv", GOOD);
    let run = world.admit(["import", "users.csv"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization  main
File          users.csv
Import        1
Invited       2
--- stderr
Imported 2 people in main (import 1).
hint: they are pending; make their links: admit send --batch 1
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.people(),
        str![[r#"
email,name,role,team,agents,status,pending
ann@example.com,Ann Lee,admin,,,invited,false
bob@example.com,Bob Ray,agent,,,invited,false
cid@example.com,,agent,,,invited,true
dan@example.com,Dan Oh,agent,Support,chat:ana.r;voice:4711,invited,true
eve@example.com,,user,,,invited,true

"#]]
    );
    let audit = world.answer(["audit", "list", "--limit", "1", "--format", "jsonl"]);
    assert!(audit.contains(r#""action":"user.import","organization":"main","count":2,"batch":1"#));
}

#[test]
fn stdin_is_a_file_too() {
    let world = World::with_people();
    let run = world.admit_with(GOOD, ["import", "-", "--format", "json"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
{"batch":1,"organization":"main","source":"stdin","invited":2,"invited_again":0,"updated":0,"existing":0,"deactivated":0,"repeated":0,"rejected":0,"dry_run":false,"released_agents":0,"ended_links":0,"mails_handed_over":0,"mails_queued":0,"mails_refused":0,"mails_unknown":0,"links":[]}
--- stderr
Imported 2 people in main (import 1).
hint: they are pending; make their links: admit send --batch 1
--- exit 0

"#]]
    );
}

#[test]
fn the_sample_imports_on_a_fresh_machine() {
    let world = World::fresh();
    let run = world.bash("admit import --sample | admit import -");
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization  main
File          stdin
Import        1
Invited       4
--- stderr
Made the store [HOME]/.local/share/admit/admit.db from the template contact-center.
Imported 4 people in main (import 1).
hint: they are pending; make their links: admit send --batch 1
--- exit 0

"#]]
    );
    let sample = world.admit(["import", "--sample"]);
    assert_data_eq!(
        sample.to_string(),
        str![[r#"
--- stdout
email,name,role,team,agents,modules,sub_accounts,note:ignored
ann.lee@example.com,Ann Lee,admin,,,,,a role is typed as admit role list shows it
ben@example.com,"Okafor, Ben",,,,,,a team such as Support is there or made by --create-teams
chloe@example.com,Chloé Martin,,,,,,agent IDs such as voice:4711;chat:c.martin and modules such as dashboard;reports
dev@example.com,,,,,,,only the address is needed
--- exit 0

"#]]
    );
}

#[test]
fn the_sample_imports_under_every_template() {
    for template in ["contact-center", "customer-portal", "phone-system", "security-console"] {
        let world = World::fresh();
        world.admit(["init", "--template", template]).assert_code(0);
        let run = world.bash("admit import --sample | admit import -");
        run.assert_code(0);
        assert!(run.stderr.starts_with("Imported 4 people in main"), "{template}: {run}");
    }
}

#[test]
fn a_dry_run_tells_the_same_totals_and_changes_nothing() {
    let world = World::with_people();
    world.file("users.csv", GOOD);
    let before = (std::fs::read(world.store_path()).unwrap(), world.people());
    let rehearsed = world.admit(["import", "users.csv", "--dry-run"]);
    assert_data_eq!(
        rehearsed.to_string(),
        str![[r#"
--- stdout
Organization  main
File          users.csv
Invited       2
--- stderr
Dry run, nothing was changed; it would say: Imported 2 people in main.
--- exit 0

"#]]
    );
    assert_eq!((std::fs::read(world.store_path()).unwrap(), world.people()), before);
    let totals = |words: &[&str]| {
        let fields = "invited,invited_again,updated,existing,deactivated,repeated,rejected";
        let given = ["import", "users.csv", "--format", "csv", "--fields", fields];
        world.answer(given.iter().chain(words))
    };
    assert_eq!(totals(&["--dry-run"]), totals(&[]));
}

#[test]
fn a_dry_run_on_a_fresh_machine_makes_no_store() {
    let world = World::fresh();
    let run = world.admit_with("email\nann@example.com\n", ["import", "-", "--dry-run"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization  main
File          stdin
Invited       1
--- stderr
There is no store yet; it would be made at [HOME]/.local/share/admit/admit.db.
Dry run, nothing was changed; it would say: Imported 1 person in main.
--- exit 0

"#]]
    );
    assert_eq!(std::fs::read_dir(world.home()).unwrap().count(), 0);
}

#[test]
fn a_refused_file_on_a_fresh_machine_leaves_no_store_behind() {
    let world = World::fresh();
    let run = world.admit_with("email,role\nann@example.com,owner\n", ["import", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
stdin:2: role: owner: no role owner in main; known roles: admin, team-leader, user, agent
error: stdin has 1 bad row; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
    assert_eq!(std::fs::read_dir(world.home()).unwrap().count(), 0);
}

#[test]
fn an_agent_written_twice_for_one_person_is_meant_once() {
    let world = World::with_people();
    let text = "email,role,agents\ndan@example.com,agent,voice:4711;4711;voice:4711\n";
    world.admit_with(text, ["import", "-"]).assert_code(0);
    assert_data_eq!(
        world.people(),
        str![[r#"
email,name,role,team,agents,status,pending
ann@example.com,Ann Lee,admin,,,invited,false
bob@example.com,Bob Ray,agent,,,invited,false
cid@example.com,,agent,,,invited,true
dan@example.com,,agent,,voice:4711,invited,true

"#]]
    );
}

#[test]
fn of_a_person_on_two_lines_the_first_wins_and_the_other_is_named() {
    let world = World::with_people();
    let text = "email,name,role,agents\n\
        dan@example.com,First,agent,\n\
        DAN@example.com,Second,agent,voice:4711\n\
        eve@example.com,Eve,agent,voice:4711\n";
    let run = world.admit_with(text, ["import", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization    main
File            stdin
Import          1
Invited         2
Repeated lines  1
--- stderr
stdin:3: email: DAN@example.com: is on line 2 already; this line is skipped
Imported 2 people in main (import 1); 1 repeated in the file.
hint: they are pending; make their links: admit send --batch 1
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.people(),
        str![[r#"
email,name,role,team,agents,status,pending
ann@example.com,Ann Lee,admin,,,invited,false
bob@example.com,Bob Ray,agent,,,invited,false
cid@example.com,,agent,,,invited,true
dan@example.com,First,agent,,,invited,true
eve@example.com,Eve,agent,,voice:4711,invited,true

"#]]
    );
}

#[test]
fn f13_the_same_file_again_changes_nothing() {
    let world = World::with_people();
    world.file("users.csv", GOOD);
    world.admit(["import", "users.csv"]).assert_code(0);
    let before = (world.people(), world.audit_entries());
    let again = world.admit(["import", "users.csv"]);
    assert_data_eq!(
        again.to_string(),
        str![[r#"
--- stdout
Organization   main
File           users.csv
There already  2
--- stderr
Imported 0 people in main; 2 there already.
--- exit 0

"#]]
    );
    assert_eq!((world.people(), world.audit_entries()), before);
}

#[test]
fn the_same_file_again_is_fine_after_its_agents_went_elsewhere() {
    let world = World::with_people();
    world.file("users.csv", GOOD);
    world.admit(["import", "users.csv"]).assert_code(0);
    world.admit(["assign-agent", "bob@example.com", "voice:4711", "--move"]).assert_code(0);
    let again = world.admit(["import", "users.csv"]);
    again.assert_code(0);
    assert!(again.stderr.contains("2 there already"), "{again}");
}

#[test]
fn deactivated_people_stay_so_and_who_was_cancelled_or_declined_is_invited_again() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Deactivated);
    world.admit(["cancel", "bob@example.com"]).assert_code(0);
    world.put("cid@example.com", Status::Declined);
    let text = "email,name,role\n\
        ann@example.com,Anna,user\nbob@example.com,Robert,user\ncid@example.com,,\n";
    let run = world.admit_with(text, ["import", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization   main
File           stdin
Import         1
Invited again  2
Deactivated    1
--- stderr
Imported 2 people in main (import 1); 1 deactivated and left so.
hint: they are pending; make their links: admit send --batch 1
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.people(),
        str![[r#"
email,name,role,team,agents,status,pending
ann@example.com,Ann Lee,admin,,,deactivated,false
bob@example.com,Robert,user,,,invited,true
cid@example.com,,user,,,invited,true

"#]]
    );
    let sent = world.admit(["send", "--batch", "1", "--format", "ids"]);
    assert_eq!(sent.stdout, "bob@example.com\ncid@example.com\n", "{sent}");
}

#[test]
fn on_existing_update_gives_name_role_and_team_and_says_what_that_ends() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711", "chat:ana.r"]).assert_code(0);
    world.put("ann@example.com", Status::Active);
    let text = "email,name,role,team\n\
        ann@example.com,Ann Q. Lee,,Support\n\
        bob@example.com,,user,\n\
        cid@example.com,,,\n";
    world.file("users.csv", text);
    let run = world.admit(["import", "users.csv", "--on-existing", "update"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization     main
File             users.csv
Import           1
Updated          2
There already    1
Released agents  2
Ended links      1
--- stderr
Imported 0 people in main (import 1); 2 updated, 1 there already, 2 agent IDs released, 1 link ended.
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.people(),
        str![[r#"
email,name,role,team,agents,status,pending
ann@example.com,Ann Q. Lee,admin,Support,,active,false
bob@example.com,Bob Ray,user,,,invited,true
cid@example.com,,agent,,,invited,true

"#]]
    );
    let audit = world.answer(["audit", "list", "--limit", "1", "--format", "jsonl"]);
    assert!(audit.contains("released=voice:4711") && audit.contains("released=chat:ana.r"));
    let entries = world.audit_entries();
    world.admit(["import", "users.csv", "--on-existing", "update"]).assert_code(0);
    assert_eq!(world.audit_entries(), entries, "a second update changes nothing");
}

#[test]
fn skip_leaves_people_as_they_are() {
    let world = World::with_people();
    let before = world.people();
    let text = "email,name,role,team\nann@example.com,Other,user,Support\n";
    world.admit_with(text, ["import", "-"]).assert_code(0);
    assert_eq!(world.people(), before);
}

#[test]
fn role_and_team_fill_empty_cells_and_teams_can_be_made() {
    let world = World::with_people();
    let text = "email,role,team\ndan@example.com,,\neve@example.com,user,Night shift\n\
        fay@example.com,,night SHIFT\n";
    let words = ["import", "-", "--role", "agent", "--team", "Support", "--create-teams"];
    world.admit_with(text, words).assert_code(0);
    assert_data_eq!(
        world.people(),
        str![[r#"
email,name,role,team,agents,status,pending
ann@example.com,Ann Lee,admin,,,invited,false
bob@example.com,Bob Ray,agent,,,invited,false
cid@example.com,,agent,,,invited,true
dan@example.com,,agent,Support,,invited,true
eve@example.com,,user,Night shift,,invited,true
fay@example.com,,agent,Night shift,,invited,true

"#]]
    );
    assert_data_eq!(
        world.answer(["team", "list"]),
        str![[r#"
Team         Leaders  Members
Night shift  -              2
Support      -              1

"#]]
    );
}

#[test]
fn an_unknown_role_or_team_on_the_command_line_is_67_and_names_the_nearest() {
    let world = World::with_people();
    world.file("users.csv", "email\ndan@example.com\n");
    let role = world.admit(["import", "users.csv", "--role", "agnet"]);
    assert_data_eq!(
        role.to_string(),
        str![[r#"
--- stderr
error: no role agnet in main
hint: did you mean agent?
--- exit 67

"#]]
    );
    let team = world.admit(["import", "users.csv", "--team", "Suport"]);
    assert_data_eq!(
        team.to_string(),
        str![[r#"
--- stderr
error: no team Suport in main
hint: did you mean Support?
--- exit 67

"#]]
    );
}

#[test]
fn send_makes_the_links_at_once() {
    let world = World::with_people();
    let run = world.admit_with("email\ndan@example.com\n", ["import", "-", "--send"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization  main
File          stdin
Import        1
Invited       1

Token for dan@example.com:
[TOKEN]
--- stderr
Imported 1 person in main (import 1); links made.
--- exit 0

"#]]
    );
    let json =
        world.admit_with("email\neve@example.com\n", ["import", "-", "--send", "--format", "json"]);
    assert_data_eq!(
        json.to_string(),
        str![[r#"
--- stdout
{"batch":2,"organization":"main","source":"stdin","invited":1,"invited_again":0,"updated":0,"existing":0,"deactivated":0,"repeated":0,"rejected":0,"dry_run":false,"released_agents":0,"ended_links":0,"mails_handed_over":0,"mails_queued":0,"mails_refused":0,"mails_unknown":0,"links":[{"user":"eve@example.com","link":"[TOKEN]","expires_at":"[TIME]"}]}
--- stderr
Imported 1 person in main (import 2); links made.
--- exit 0

"#]]
    );
}

#[test]
fn links_are_made_with_the_import_in_one_transaction() {
    let world = World::with_store();
    let entries = world.audit_entries();
    let file = "email,role\ndan@example.com,user\neve@example.com,agent\n";
    let run = world.admit_with(file, ["import", "-", "--send", "--format", "jsonl"]);
    assert_eq!(run.assert_code(0).stdout.matches("\"link\":\"").count(), 2, "{run}");
    assert_eq!(world.audit_entries(), entries + 1);
    assert_eq!(world.answer(["list", "--pending", "--format", "ids"]), "");
}

#[test]
fn a_form_without_the_links_says_that_they_are_lost() {
    let world = World::with_store();
    let run =
        world.admit_with("email\ndan@example.com\n", ["import", "-", "--send", "--format=ids"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
1
--- stderr
warning: 1 link was made and not shown; nobody can see them any more
hint: make new ones: admit resend USER…; --format json shows them
Imported 1 person in main (import 1); links made.
--- exit 0

"#]]
    );
    let run = world.admit_with("email\ndan@example.com\n", ["import", "-", "--format=ids"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
Imported 0 people in main; 1 there already.
--- exit 0

"#]]
    );
}

#[test]
fn a_bad_row_does_not_stand_in_the_way_of_a_good_one_on_the_same_person() {
    let world = World::with_store();
    let file = "email,role\ndan@example.com,boss\ndan@example.com,user\n";
    let run = world.admit_with(file, ["import", "-", "--keep-going"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization  main
File          stdin
Import        1
Invited       1
Bad rows      1
--- stderr
stdin:2: role: boss: no role boss in main; known roles: admin, team-leader, user, agent
Imported 1 person in main (import 1); 1 rejected.
hint: they are pending; make their links: admit send --batch 1
--- exit 3

"#]]
    );
}

#[test]
fn an_import_stays_in_the_history_of_who_was_invited_again_or_removed() {
    let world = World::with_store();
    let file = "email\ndan@example.com\n";
    world.admit_with(file, ["import", "-"]).assert_code(0);
    world.admit(["cancel", "dan@example.com"]).assert_code(0);
    world.admit_with(file, ["import", "-"]).assert_code(0);
    let actions = ["audit", "list", "--user", "dan@example.com", "--format=csv", "--fields=action"];
    let all = "action\nuser.import\ninvite.cancel\nuser.import\n";
    assert_eq!(world.answer(actions), all);
    world.admit(["remove", "dan@example.com", "--yes"]).assert_code(0);
    assert_eq!(world.answer(actions), all.replacen('\n', "\nuser.remove\n", 1));
}

#[test]
fn a_file_with_nobody_in_it_makes_no_store() {
    let world = World::fresh();
    world.admit_with("email,name\n", ["import", "-"]).assert_code(0);
    assert!(!world.store_path().exists());
}

#[test]
fn the_file_of_rejects_is_never_the_input_or_the_store() {
    let world = World::with_store();
    let text = "email,role\ndan@example.com,boss\neve@example.com,user\n";
    let input = world.file("in.csv", text);
    for rejects in [input.clone(), world.store_path()] {
        let words = ["import", "in.csv", "--keep-going", "--rejects", rejects.to_str().unwrap()];
        let run = world.admit(words);
        assert!(run.assert_code(2).stderr.contains("would be written over"), "{run}");
    }
    assert_eq!(std::fs::read_to_string(input).unwrap(), text);
    assert_eq!(world.people().lines().count(), 1);
}

#[test]
fn faults_before_the_place_where_reading_ends_are_said_too() {
    let world = World::with_store();
    let run = world.admit_with("email\nno address\ndan@example.com\0\n", ["import", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
stdin:2: email: no address: the address has no '@'
error: stdin: line 3 holds a NUL byte
hint: hand over text: CSV or JSON lines in UTF-8
--- exit 65

"#]]
    );
}
