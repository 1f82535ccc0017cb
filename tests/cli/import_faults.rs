//! `admit import`: bad rows, what is said about them, and what is done with the others.

use std::fmt::Write;

use snapbox::{assert_data_eq, str};

use crate::support::{World, mode};

const FAULTY: &str = "email,name,role,team,agents\n\
    dan@example.com,Dan,agnt,,\n\
    eve,Eve,,Suport,\n\
    \n\
    fay@example.com,Fay,agent,,voice:4771\n\
    gus@example.com,Gus,user,,voice:4711\n\
    hal@example.com,Hal,agent,Suport,voice:4712\n\
    ida@example.com,Ida,agent,,voice:4712\n\
    good@example.com,Good,,,\n";

#[test]
fn f9_every_fault_is_named_in_one_run_and_nothing_is_written() {
    let world = World::with_people();
    world.file("users.csv", FAULTY);
    let before = (world.people(), world.audit_entries());
    let run = world.admit(["import", "users.csv"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
users.csv:2: role: agnt: no role agnt in main; did you mean agent?
users.csv:3: email: eve: the address has no '@'
users.csv:5: agents: voice:4771: no agent voice:4771 in main; did you mean voice:4711 or voice:4712?
users.csv:6: agents: voice:4711: gus@example.com has the role user, which holds no agent IDs
users.csv:7: team: Suport: no team Suport in main; did you mean Support?
users.csv:7: agents: voice:4712: is on line 8 too; one agent ID, one user
users.csv:8: agents: voice:4712: is on line 7 too; one agent ID, one user
error: users.csv has 6 bad rows; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
    assert_eq!((world.people(), world.audit_entries()), before);
}

#[test]
fn the_good_rows_go_in_with_keep_going_and_the_bad_ones_come_back_to_be_corrected() {
    let world = World::with_people();
    world.file("users.csv", FAULTY);
    let run = world.admit(["import", "users.csv", "--keep-going", "--rejects", "bad rows.csv"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization  main
File          users.csv
Import        1
Invited       1
Bad rows      6
--- stderr
users.csv:2: role: agnt: no role agnt in main; did you mean agent?
users.csv:3: email: eve: the address has no '@'
users.csv:5: agents: voice:4771: no agent voice:4771 in main; did you mean voice:4711 or voice:4712?
users.csv:6: agents: voice:4711: gus@example.com has the role user, which holds no agent IDs
users.csv:7: team: Suport: no team Suport in main; did you mean Support?
users.csv:7: agents: voice:4712: is on line 8 too; one agent ID, one user
users.csv:8: agents: voice:4712: is on line 7 too; one agent ID, one user
Imported 1 person in main (import 1); 6 rejected.
hint: they are pending; make their links: admit send --batch 1
hint: correct bad rows.csv and import it: admit import 'bad rows.csv'
--- exit 3

"#]]
    );
    let rejects = world.home().join("bad rows.csv");
    assert_eq!(mode(&rejects), 0o600);
    let text = std::fs::read_to_string(&rejects).unwrap();
    assert_data_eq!(
        text.as_str(),
        str![[r#"
email,name,role,team,agents,modules,sub_accounts,reason
dan@example.com,Dan,agnt,,,,,role: no role agnt in main; did you mean agent?
eve,Eve,,Suport,,,,email: the address has no '@'
fay@example.com,Fay,agent,,voice:4771,,,agents: no agent voice:4771 in main; did you mean voice:4711 or voice:4712?
gus@example.com,Gus,user,,voice:4711,,,"agents: gus@example.com has the role user, which holds no agent IDs"
hal@example.com,Hal,agent,Suport,voice:4712,,,"team: no team Suport in main; did you mean Support?; agents: is on line 8 too; one agent ID, one user"
ida@example.com,Ida,agent,,voice:4712,,,"agents: is on line 7 too; one agent ID, one user"

"#]]
    );
    let corrected = text
        .replace(",agnt,", ",agent,")
        .replace("eve,", "eve@example.com,")
        .replace("Suport,", "Support,")
        .replace("voice:4771", "chat:ana.r")
        .replace("Gus,user,", "Gus,agent,")
        .replace("ida@example.com,Ida,agent,,voice:4712", "ida@example.com,Ida,agent,,");
    std::fs::write(&rejects, corrected).unwrap();
    let again = world.admit(["import", "bad rows.csv"]);
    again.assert_code(0);
    assert!(again.stderr.starts_with("Imported 6 people in main (import 2)."), "{again}");
}

#[test]
fn keep_going_without_a_good_row_is_bad_input_and_still_writes_the_rejects() {
    let world = World::with_people();
    world.file("users.csv", "email,role\ndan@example.com,boss\n");
    let run = world.admit(["import", "users.csv", "--keep-going", "--rejects", "bad.csv"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
users.csv:2: role: boss: no role boss in main; known roles: admin, team-leader, user, agent
error: users.csv has 1 bad row; nothing was imported
hint: correct bad.csv and import it: admit import bad.csv
--- exit 65

"#]]
    );
    assert!(world.home().join("bad.csv").exists());
}

#[test]
fn keep_going_with_people_who_are_there_already_is_partly_done() {
    let world = World::with_people();
    world.file("users.csv", "email,role\nann@example.com,\ndan@example.com,boss\n");
    let run = world.admit(["import", "users.csv", "--keep-going", "--rejects", "bad.csv"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Organization   main
File           users.csv
There already  1
Bad rows       1
--- stderr
users.csv:3: role: boss: no role boss in main; known roles: admin, team-leader, user, agent
Imported 0 people in main; 1 there already, 1 rejected.
hint: correct bad.csv and import it: admit import bad.csv
--- exit 3

"#]]
    );
    assert!(world.home().join("bad.csv").exists());
}

#[test]
fn rejects_need_keep_going_and_no_bad_row_makes_no_rejects() {
    let world = World::with_people();
    world.file("users.csv", "email\ndan@example.com\n");
    world.admit(["import", "users.csv", "--rejects", "bad.csv"]).assert_code(2);
    world.admit(["import", "users.csv", "--keep-going", "--rejects", "bad.csv"]).assert_code(0);
    assert!(!world.home().join("bad.csv").exists());
}

#[test]
fn rejects_that_cannot_be_written_stop_the_import_before_it_begins() {
    let world = World::with_people();
    world.file("users.csv", FAULTY);
    let before = world.people();
    let run =
        world.admit(["import", "users.csv", "--keep-going", "--rejects", "no/such/place.csv"]);
    run.assert_code(73);
    assert!(run.stderr.contains("no/such/place.csv cannot be created: no such file"), "{run}");
    assert_eq!(world.people(), before);
}

#[test]
fn f9_the_first_twenty_faults_are_shown_and_the_rest_is_counted() {
    let world = World::with_store();
    let mut text = "email\n".to_owned();
    for number in 0..1_025 {
        writeln!(text, "user{number}").unwrap();
    }
    let run = world.admit_with(text, ["import", "-"]);
    run.assert_code(65);
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(lines.len(), 23, "{run}");
    assert_eq!(lines[0], "stdin:2: email: user0: the address has no '@'");
    assert_eq!(lines[19], "stdin:21: email: user19: the address has no '@'");
    assert_eq!(lines[20], "… and 1,005 more");
    assert_eq!(lines[21], "error: stdin has 1,025 bad rows; nothing was imported");
}

const TAKEN: &str = "email,role,agents\ndan@example.com,agent,voice:4711\n";

#[test]
fn an_agent_that_somebody_holds_is_refused_with_its_holder() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711"]).assert_code(0);
    let run = world.admit_with(TAKEN, ["import", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
stdin:2: agents: voice:4711: belongs to bob@example.com
error: stdin has 1 bad row; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
}

#[test]
fn g2_what_stands_in_a_file_does_not_reach_stderr_raw() {
    let world = World::with_store();
    let text = "email,name,role\n\
        ann@example.com,\u{1b}[2J\u{202e}Ann,user\n\
        \u{1b}]0;x\u{7}@example.com,Bob,\u{9b}31m\n";
    let run = world.admit_with(text, ["import", "-"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
stdin:2: name: /u{1b}[2J/u{202e}Ann: holds a control character (U+001B)
stdin:3: email: /u{1b}]0;x/u{7}@example.com: the address holds a control character (U+001B)
stdin:3: role: /u{9b}31m: a role's name is 1 to 40 letters, digits and '-', such as team-leader
error: stdin has 2 bad rows; nothing was imported
hint: correct the file, or import the good rows: --keep-going --rejects FILE
--- exit 65

"#]]
    );
    for hostile in ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}'] {
        assert!(!run.stderr.contains(hostile), "{hostile:?} came through");
    }
}

#[test]
fn f9_line_numbers_are_those_of_an_editor() {
    let world = World::with_store();
    let text = "email,name\r\n\r\n\"ann@example.com\",\"Ann\r\nLee\"\r\nbob\r\n";
    let run = world.admit_with(text, ["import", "-"]);
    run.assert_code(65);
    assert!(run.stderr.contains("stdin:3: name: Ann"), "{run}");
    assert!(run.stderr.contains("stdin:5: email: bob: "), "{run}");
}

#[test]
fn only_the_first_unknown_agents_of_a_file_are_compared_with_those_that_are_known() {
    let world = World::with_people();
    let mut text = "email,role,agents\n".to_owned();
    for number in 0..30 {
        text.push_str(&format!("new-{number}@example.com,agent,voice:471\n"));
    }
    world.admit_with(&text, ["import", "-", "--keep-going", "--rejects=bad.csv"]).assert_code(65);
    let rejects = std::fs::read_to_string(world.home().join("bad.csv")).unwrap();
    for number in 0..30 {
        let row = format!("new-{number}@example.com,");
        let row = rejects.lines().find(|line| line.contains(&row)).unwrap();
        assert!(row.contains("no agent voice:471 in main; "), "{row}");
        assert_eq!(row.contains("did you mean voice:4711 or voice:4712?"), number < 20, "{row}");
    }
}

#[test]
fn the_rejects_of_an_earlier_run_are_replaced() {
    let world = World::with_store();
    world.file("in.csv", "email,role\ndan@example.com,boss\neve@example.com,user\n");
    let rejects = world.file("rejects.csv", "what stood there before\n");
    let words = ["import", "in.csv", "--keep-going", "--rejects", "rejects.csv"];
    world.admit(words).assert_code(3);
    let first = std::fs::read_to_string(&rejects).unwrap();
    assert!(first.contains("dan@example.com") && !first.contains("before"), "{first}");
    world.admit(words).assert_code(3);
    assert_eq!(std::fs::read_to_string(&rejects).unwrap(), first);
}
