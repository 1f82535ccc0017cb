//! `admit import --type login-less` and `admit export --type login-less`.

use snapbox::{assert_data_eq, str};

use crate::support::{World, mode};

const IMPORT: [&str; 3] = ["import", "--type=login-less", "phones.csv"];

fn with_file(rows: &str) -> World {
    let world = World::with_phone_system();
    world.file("phones.csv", rows);
    world
}

#[test]
fn the_sample_imports_and_the_pins_are_shown_once() {
    let world = World::with_phone_system();
    let sample = world.answer(["import", "--type=login-less", "--sample"]);
    assert_data_eq!(
        &sample,
        str![[r#"
name,extension,role,team,pin,note:ignored
Lobby phone,1001,,,,the PIN is drawn and shown once
Ann Lee,1002,,,,a role is typed as admit role list shows it
"Okafor, Ben",1003,,,,or the PIN is given: six digits or more
Chloé Martin,1004,,,,a team such as Support is there or made by --create-teams

"#]]
    );
    world.file("phones.csv", sample);
    assert_data_eq!(
        world.admit(IMPORT).without_pins(),
        str![[r#"
--- stdout
User  Name          Result  Extension  Role    PIN
#1    Lobby phone   added   1001       member  [PIN.]
#2    Ann Lee       added   1002       member  [PIN.]
#3    Okafor, Ben   added   1003       member  [PIN.]
#4    Chloé Martin  added   1004       member  [PIN.]
--- stderr
Imported 4 users without a login in main (import 1).
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "user.import 4:  [source=phones.csv login_less=4]");
    let export = world.answer(["export", "--type=login-less"]);
    assert_data_eq!(
        &export,
        str![[r#"
name,extension,role,team
Lobby phone,1001,member,
Ann Lee,1002,member,
"Okafor, Ben",1003,member,
Chloé Martin,1004,member,

"#]]
    );
    // Read back, everybody is there already.
    world.file("phones.csv", export);
    let before = world.contents();
    assert_data_eq!(
        world.admit(IMPORT).to_string(),
        str![[r#"
--- stderr
Imported 0 users without a login in main; 4 there already.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn scripts_get_extension_number_and_pin() {
    let world = with_file("Ext;Name;PIN code;Team\n1001;Lobby;;\n1002;Desk;048213;\n");
    let run = world.admit(IMPORT.iter().chain(&["--format=jsonl"]));
    let pins = run.assert_code(0).pins();
    assert_eq!(pins.len(), 1, "a given PIN is not shown: {run}");
    assert!(!run.to_string().contains("048213"), "{run}");
    world.try_pin("ext:1001", &pins[0]).assert_code(0);
    world.try_pin("ext:1002", "048213").assert_code(0);
    assert!(!world.holds("048213") && !world.holds(&pins[0]));
    let row: serde_json::Value = serde_json::from_str(run.lines()[0]).unwrap();
    assert_eq!(row["user"], "#1");
    assert_eq!(row["extension"], "1001");
    assert_eq!(row["batch"], 1);
    let run = world.admit(["list", "--batch=1", "--format=ids"]);
    assert_eq!(run.lines(), ["#1", "#2"]);
}

const BAD: &str = "name,extension,role,team,pin\n\
    Lobby,1001,,,123456\n\
    Desk,12a,,,\n\
    ,1003,chief,,\n\
    Roof,1004,,Nowhere,\n\
    Yard,1005,,,731005\n\
    Hall,1006,,,590274\n\
    Attic,1007,,,,731940\n";

#[test]
fn every_bad_row_is_named_without_its_pin_and_nothing_is_written() {
    let world = with_file(BAD);
    let before = world.contents();
    let run = world.admit(IMPORT);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
phones.csv:2: pin: is guessed at once: its digits follow each other in even steps
phones.csv:3: extension: 12a: an extension is 2 to 15 digits, such as 1001
phones.csv:4: name: is missing
phones.csv:5: team: Nowhere: no team Nowhere in main; make it: admit team create Nowhere
phones.csv:6: pin: is guessed at once: it is the extension, or one holds the other
phones.csv:8: has 6 cells, the header has 5 columns
error: phones.csv has 6 bad rows; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
    assert_eq!(world.contents(), before);
    for pin in ["123456", "731005", "590274", "731940"] {
        assert!(!run.stderr.contains(pin), "{run}");
    }
}

#[test]
fn good_rows_are_kept_and_bad_ones_can_be_corrected() {
    let world = with_file(BAD);
    let more = ["--keep-going", "--rejects=bad.csv"];
    let run = world.admit(IMPORT.iter().chain(&more));
    assert_data_eq!(
        run.without_pins(),
        str![[r#"
--- stdout
User  Name  Result  Extension  Role    PIN
#1    Hall  added   1006       member  -
--- stderr
phones.csv:2: pin: is guessed at once: its digits follow each other in even steps
phones.csv:3: extension: 12a: an extension is 2 to 15 digits, such as 1001
phones.csv:4: name: is missing
phones.csv:5: team: Nowhere: no team Nowhere in main; make it: admit team create Nowhere
phones.csv:6: pin: is guessed at once: it is the extension, or one holds the other
phones.csv:8: has 6 cells, the header has 5 columns
Imported 1 user without a login in main (import 1); 6 rejected.
hint: correct bad.csv and import it: admit import --type login-less bad.csv
--- exit 3

"#]]
    );
    let rejects = world.home().join("bad.csv");
    assert_eq!(mode(&rejects), 0o600);
    assert_data_eq!(
        std::fs::read_to_string(rejects).unwrap(),
        str![[r#"
name,extension,role,team,pin,reason
Lobby,1001,,,123456,pin: is guessed at once: its digits follow each other in even steps
Desk,12a,,,,"extension: an extension is 2 to 15 digits, such as 1001"
,1003,chief,,,name: is missing
Roof,1004,,Nowhere,,team: no team Nowhere in main; make it: admit team create Nowhere
Yard,1005,,,731005,"pin: is guessed at once: it is the extension, or one holds the other"
Attic,1007,,,,"has 6 cells, the header has 5 columns"

"#]]
    );
}

#[test]
fn what_comes_twice_is_skipped_and_named() {
    let world = with_file("");
    world.admit(["add", "Desk", "-e1002"]).assert_code(0);
    world.admit(["add", "Old", "-e1003"]).assert_code(0);
    world.admit(["deactivate", "ext:1003"]).assert_code(0);
    world.file("phones.csv", "name,extension\nLobby,1001\nDesk,1002\nLobby,1001\nOld,1003\n");
    assert_data_eq!(
        world.admit(IMPORT).without_pins(),
        str![[r#"
--- stdout
User  Name   Result  Extension  Role    PIN
#3    Lobby  added   1001       member  [PIN.]
--- stderr
phones.csv:4: extension: 1001: is on line 2 already; this line is skipped
Imported 1 user without a login in main (import 1); 1 there already, 1 deactivated and left so, 1 repeated in the file.
--- exit 0

"#]]
    );
}

#[test]
fn an_extension_of_another_phone_is_a_bad_row() {
    let world = with_file("name,extension\nLobby,1001\nRoof,1001\nAttic,1002\n");
    world.admit(["add", "Desk", "-e1002"]).assert_code(0);
    let before = world.contents();
    assert_data_eq!(
        world.admit(IMPORT).to_string(),
        str![[r#"
--- stderr
phones.csv:3: extension: 1001: is Lobby's on line 2; one extension, one phone
phones.csv:4: extension: 1002: belongs to Desk (#1); one extension, one phone
error: phones.csv has 2 bad rows; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn a_dry_run_shows_who_would_come() {
    let world = with_file("name,extension,team\nLobby,1001,Yard\n");
    let before = world.contents();
    let run = world.admit(IMPORT.iter().chain(&["--create-teams", "--dry-run"]));
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User      Name   Result  Extension  Role    PIN
ext:1001  Lobby  added   1001       member  -
--- stderr
Dry run, nothing was changed; it would say: Imported 1 user without a login in main.
Dry run, nothing was changed; it would say: Made 1 team for them: Yard.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    world.admit(IMPORT.iter().chain(&["--create-teams"])).assert_code(0);
    assert_eq!(world.answer(["list", "--team=Yard", "--format=ids"]), "#1\n");
}

#[test]
fn wrong_command_lines_import_nobody() {
    let world = with_file("name,extension\nLobby,1001\n");
    let before = world.contents();
    for more in ["--send", "--on-existing=update", "--format=ids", "--fields=user"] {
        world.admit(IMPORT.iter().chain(&[more])).assert_code(2);
    }
    world.admit(IMPORT.iter().chain(&["--role=chief"])).assert_code(67);
    world.admit(IMPORT.iter().chain(&["--team=Nowhere"])).assert_code(67);
    assert_eq!(world.contents(), before);
    // Where nobody is to be told a PIN, any form will do.
    world.file("phones.csv", "name,extension,pin\nLobby,1001,048213\n");
    assert_eq!(world.admit(IMPORT.iter().chain(&["--format=ids"])).stdout, "#1\n");
    let elsewhere = World::with_store();
    elsewhere.file("phones.csv", "name,extension\nLobby,1001\n");
    let run = elsewhere.admit(IMPORT);
    assert!(run.assert_code(1).stderr.contains("--login-less allowed"), "{run}");
}

#[test]
fn json_lines_echo_no_pin_either() {
    let world = with_file(
        "{\"name\":\"Lobby\",\"extension\":1001,\"pin\":true}\n\
         {\"name\":\"Desk\",\"extension\":\"1002\",\"secret\":\"731940\"}\n\
         {\"name\":\"Yard\",\"extension\":\"1003\",\"pin\":[\"731940\",\"1\"]}\n",
    );
    let run = world.admit(IMPORT);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
phones.csv:1: pin: is neither a text nor a list of texts
phones.csv:1: pin: holds something that is no digit
phones.csv:2: secret: is an unknown key; one that ends in :ignored is left unread
phones.csv:3: pin: holds something that is no digit
error: phones.csv has 3 bad rows; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
}

#[test]
fn who_has_no_login_is_in_no_file_of_portal_users() {
    let world = World::with_phone_system();
    world.admit(["add", "Lobby", "-e1001"]).assert_code(0);
    world.admit(["invite", "ann@example.com"]).assert_code(0);
    assert_data_eq!(
        world.admit(["export"]).to_string(),
        str![[r#"
--- stdout
email,name,role,team,agents,modules,sub_accounts
ann@example.com,,member,,,,
--- stderr
Exported 1 user.
1 user without a login is left out.
hint: for them: admit export --type login-less
--- exit 0

"#]]
    );
}

#[test]
fn who_may_not_give_the_role_imports_nobody() {
    let world = with_file("name,extension,role\nLobby,1001,admin\n");
    world.admit(["invite", "ada@example.com", "--role=admin"]).assert_code(0);
    world.put("ada@example.com", admit::domain::status::Status::Active);
    let run = world.admit(IMPORT.iter().chain(&["--as=ada@example.com"]));
    assert!(run.assert_code(65).stderr.contains("phones.csv:2: role: admin: "), "{run}");
    world.admit(["invite", "meg@example.com"]).assert_code(0);
    world.put("meg@example.com", admit::domain::status::Status::Active);
    world.admit(IMPORT.iter().chain(&["--as=meg@example.com"])).assert_code(77);
}
