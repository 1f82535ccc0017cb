//! What a terminal gets that a pipe does not: pages, colour, progress bars.

use snapbox::{assert_data_eq, str};

use crate::support::World;
use crate::support::terminal::ENTER;

/// A file of so many people.
fn people(many: usize) -> String {
    let rows = (0..many).map(|number| format!("p{number:05}@example.com,Person {number}\n"));
    std::iter::once("email,name\n".to_owned()).chain(rows).collect()
}

/// Whether something is coloured or bold.
pub(crate) fn is_coloured(text: &str) -> bool {
    regex_lite::Regex::new("\x1b\\[[0-9;]+m").unwrap().is_match(text)
}

#[test]
fn list_shows_fifty_and_names_the_next_page() {
    let world = World::with_store();
    world.file("people.csv", people(120));
    world.admit(["import", "people.csv"]).assert_code(0);
    let ended = world.terminal("admit list").end();
    let lines: Vec<&str> = ended.screen.lines().collect();
    assert_eq!(lines.iter().filter(|line| line.contains("@example.com  ")).count(), 50);
    assert_data_eq!(
        lines[lines.len() - 3..].join("\n"),
        str![[r#"
50 users of 120; for the next page add --after p00049@example.com, for all of th
em --all.
[exit 0]
"#]]
    );

    let ended = world.terminal("admit list --after p00049@example.com").end();
    assert!(ended.screen.contains("p00050@example.com"), "{}", ended.screen);
    let ended = world.terminal("admit list --after p00099@example.com").end();
    let lines: Vec<&str> = ended.screen.lines().collect();
    assert_data_eq!(
        lines[lines.len() - 3..].join("\n"),
        str![[r#"
p00118@example.com  Person 118  user  -     pending  -
p00119@example.com  Person 119  user  -     pending  -
[exit 0]
"#]]
    );

    let whole = world.terminal("admit list --all").end();
    assert!(whole.screen.contains("p00119@example.com"), "{}", whole.screen);
    let piped = world.terminal("admit list | wc -l").end();
    assert_data_eq!(
        piped.screen,
        str![[r#"
121
[exit 0]

"#]]
    );
}

#[test]
fn a_page_that_holds_everybody_names_no_next_one() {
    let world = World::with_people();
    let ended = world.terminal("admit list").end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
E-mail           Name     Role   Team  Status   Agents
ann@example.com  Ann Lee  admin  -     invited  -
bob@example.com  Bob Ray  agent  -     invited  -
cid@example.com  -        agent  -     pending  -
[exit 0]

"#]]
    );
}

#[test]
fn g8_a_terminal_gets_colour_unless_it_or_the_person_refuses() {
    let world = World::with_people();
    for (line, expected) in [
        ("admit list", true),
        ("NO_COLOR=1 admit list", false),
        ("admit list --color never", false),
        ("TERM=dumb admit list", false),
        ("admit list | cat", false),
        ("admit list --color always | cat", true),
        ("NO_COLOR=1 admit show nobody@example.com", false),
        ("admit show nobody@example.com", true),
        ("admit show nobody@example.com 2>err.txt; cat err.txt", false),
    ] {
        let ended = world.terminal(line).end();
        assert_eq!(is_coloured(&ended.raw), expected, "{line}: {:?}", ended.raw);
    }
}

#[test]
fn import_draws_a_bar_on_a_terminal_and_takes_it_away() {
    let world = World::with_store();
    world.file("people.csv", people(30_000));
    let ended = world.terminal("admit import people.csv").end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
Organization  main
File          people.csv
Import        1
Invited       30000
Imported 30,000 people in main (import 1).
hint: they are pending; make their links: admit send --batch 1
[exit 0]

"#]]
    );
    assert!(ended.raw.contains("Importing "), "no bar: {:?}", ended.raw);
    assert!(ended.raw.contains("of 30,000"), "no numbers: {:?}", ended.raw);
}

#[test]
fn k10_import_draws_no_bar_elsewhere_or_when_it_is_to_be_quiet() {
    for line in [
        "admit import people.csv 2>err.txt; cat err.txt",
        "admit import --quiet people.csv",
        "TERM=dumb admit import people.csv",
    ] {
        let world = World::with_store();
        world.file("people.csv", people(30_000));
        let ended = world.terminal(line).end();
        assert!(ended.screen.contains("30000"), "{}", ended.screen);
        assert!(!ended.raw.contains("Importing "), "{line}: {:?}", ended.raw);
    }
}

#[test]
fn a_long_table_fits_the_width_of_the_terminal() {
    let world = World::with_store();
    let name = "N".repeat(90);
    world.admit(["invite", "ana@example.com", "--name", &name]).assert_code(0);
    let ended = world.terminal("admit list").end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
E-mail           Name                                Role  Team  Status   Agents
ana@example.com  NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN…  user  -     invited  -
[exit 0]

"#]]
    );
}

#[test]
fn unassign_agent_asks_for_a_user_and_for_one_of_their_agents() {
    let world = World::with_people();
    world.admit(["assign-agent", "bob@example.com", "voice:4711", "chat:ana.r"]).assert_code(0);
    let mut terminal = world.terminal("admit unassign-agent");
    terminal.see("Whose agents to take?").press(["bob", ENTER]);
    terminal.see("bob@example.com  Bob Ray").press([ENTER]);
    terminal.see("Which agent?").press(["47", ENTER]);
    let ended = terminal.end();
    assert!(ended.screen.ends_with("[exit 0]\n"), "{}", ended.screen);
    let held = world.answer(["agent", "list", "--assigned", "--format", "ids"]);
    assert_eq!(held, "chat:ana.r\n");

    let ended = world.terminal("admit unassign-agent ann@example.com").end();
    assert_eq!(ended.screen, "error: ann@example.com holds no agents\n[exit 1]\n");
    for words in [&["unassign-agent"][..], &["unassign-agent", "bob@example.com"]] {
        let run = world.admit(words);
        assert!(run.assert_code(2).stderr.contains("hint: admit unassign-agent USER"), "{run}");
    }
}

#[test]
fn import_asks_for_the_file() {
    let world = World::with_store();
    world.file("people.csv", people(2));
    let mut terminal = world.terminal("admit import -q --format ids");
    terminal.see("Which file?").press(["people.csv", ENTER]);
    let ended = terminal.end();
    assert!(ended.screen.ends_with("\n1\n[exit 0]\n"), "{}", ended.screen);
    let run = world.admit(["import"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: no file is named
hint: admit import FILE, or - for stdin; a file to fill in: admit import --sample
--- exit 2

"#]]
    );
}
