//! Questions to a person at a terminal: what is asked, how it is answered, how it is left.

use snapbox::{assert_data_eq, str};

use crate::on_a_terminal::is_coloured;
use crate::support::World;
use crate::support::terminal::{CTRL_C, DOWN, ENTER, ESC, UP};

/// Who is in the store, as references.
fn people(world: &World) -> String {
    let run = world.admit(["list", "--all", "--format", "ids"]);
    run.assert_code(0);
    run.stdout
}

#[test]
fn invite_asks_for_an_address_and_a_role() {
    let world = World::with_store();
    let mut terminal = world.terminal("admit invite");
    terminal.see("Whom to invite?").press(["ana", ENTER]);
    terminal.see("ana is no address: the address has no '@'").press(["ana@example.com", ENTER]);
    terminal.see("As which role?");
    let ended = terminal.press([ENTER]).end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
✔ Whom to invite? E-mail address · ana@example.com
✔ As which role? · User
User             Result   Role  Link expires
ana@example.com  invited  user  [DAY, HOUR AND ZONE]

Token for ana@example.com:
[TOKEN]
Invited 1 person in main.
[exit 0]

"#]]
    );
    assert_eq!(people(&world), "ana@example.com\n");
}

#[test]
fn the_role_is_chosen_by_arrow_keys_from_the_default_on() {
    let world = World::with_store();
    let mut terminal = world.terminal("admit invite ana@example.com");
    terminal.see("As which role?").press([DOWN, DOWN, UP, ENTER]);
    let ended = terminal.end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
✔ As which role? · Agent
User             Result   Role   Link expires
ana@example.com  invited  agent  [DAY, HOUR AND ZONE]

Token for ana@example.com:
[TOKEN]
Invited 1 person in main.
[exit 0]

"#]]
    );
}

#[test]
fn set_role_asks_for_the_role() {
    let world = World::with_people();
    let mut terminal = world.terminal("admit set-role bob@example.com");
    terminal.see("Which role for").press([UP, ENTER]);
    let ended = terminal.end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
✔ Which role for bob@example.com? It is agent now · User
User             Result                 Role  Released agents
bob@example.com  was agent; link ended  user  -
Changed the role of 1 user in main.
hint: the open link was for the old role and has ended; make a new one: admit se
nd bob@example.com
[exit 0]

"#]]
    );
}

#[test]
fn agents_are_found_by_name_id_and_source_until_an_empty_answer() {
    let world = World::with_people();
    let file = "agent_id,name,source,interactions\n4713,Marta Sol,voice,7\n4713,Marta Sol,chat,2\n";
    world.file("agents.csv", file);
    world.admit(["agent", "import", "agents.csv"]).assert_code(0);
    let mut terminal = world.terminal("admit assign-agent bob@example.com");
    terminal.see("Which agent?").press(["4711", ENTER]);
    terminal.see("voice:4711").press([ENTER]);
    terminal.see("Empty to go on ›").press(["mart", ENTER]);
    terminal.see("chat:4713").press(["voice", ENTER]);
    terminal.see("Empty to go on ›").press(["chat", ENTER]);
    terminal.see("chat:ana.r").press([DOWN, ENTER]);
    let ended = terminal.see("Empty to go on ›").press([ENTER]).end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
✔ Which agent? Part of its name, ID or source · 4711
✔ Agent · voice:4711  -  free
✔ Another one? Empty to go on · mart
✔ Agent · voice:4713  Marta Sol  free
✔ Another one? Empty to go on · chat
✔ Agent · chat:ana.r  -  free
✔ Another one? Empty to go on ·
User             Agent       Result    Taken from
bob@example.com  voice:4711  assigned  -
bob@example.com  voice:4713  assigned  -
bob@example.com  chat:ana.r  assigned  -
Assigned 3 agent IDs to bob@example.com in main.
[exit 0]

"#]]
    );
    let run = world.admit(["agent", "list", "--format", "csv", "--fields", "agent,user"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
agent,user
chat:4713,
chat:ana.r,bob@example.com
voice:4711,bob@example.com
voice:4712,
voice:4713,bob@example.com
--- exit 0

"#]]
    );
}

#[test]
fn an_agent_that_nobody_knows_is_asked_for_again() {
    let world = World::with_people();
    let mut terminal = world.terminal("admit assign-agent bob@example.com");
    terminal.see("Which agent?").press(["zzz", ENTER]);
    terminal.see("No agent matches zzz.").press([ENTER]);
    let ended = terminal.end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
✔ Which agent? Part of its name, ID or source · zzz
No agent matches zzz.
✔ Which agent? Part of its name, ID or source ·
Nothing changed.
[exit 1]

"#]]
    );
}

#[test]
fn whoever_names_nobody_is_asked_whom() {
    let world = World::with_people();
    let mut terminal = world.terminal("admit cancel");
    terminal.see("Whom to cancel?").press(["EXAMPLE", ENTER]);
    terminal.see("cid@example.com").press(["bob", ENTER]);
    let ended = terminal.end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
✔ Whom to cancel? Part of a name or address · EXAMPLE
✔ Whom to cancel? · bob@example.com  Bob Ray  invited
User             Result     Released agents
bob@example.com  cancelled  -
Cancelled 1 invite in main.
[exit 0]

"#]]
    );

    let mut terminal = world.terminal("admit show --fields email,name,status");
    terminal.see("Whom to show?").press(["ray", ENTER]);
    terminal.see("bob@example.com").press([ENTER]);
    let ended = terminal.end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
✔ Whom to show? Part of a name or address · ray
✔ Whom to show? · bob@example.com  Bob Ray  cancelled
E-mail  bob@example.com
Name    Bob Ray
Status  cancelled
[exit 0]

"#]]
    );
}

#[test]
fn a_search_that_finds_nobody_says_so() {
    let world = World::with_people();
    let mut terminal = world.terminal("admit show");
    terminal.see("Whom to show?").press(["zzz", ENTER]);
    let ended = terminal.end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
✔ Whom to show? Part of a name or address · zzz
error: nobody matches zzz
[exit 67]

"#]]
    );
}

#[test]
fn remove_is_confirmed_with_a_y() {
    let world = World::with_people();
    let mut terminal = world.terminal("admit remove bob@example.com");
    terminal.see("Remove for good").press(["y", ENTER]);
    let ended = terminal.end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
✔ Remove for good: bob@example.com? · yes
User             Result   Released agents
bob@example.com  removed  -
Removed 1 user in main.
[exit 0]

"#]]
    );
    assert_eq!(people(&world), "ann@example.com\ncid@example.com\n");
}

#[test]
fn remove_is_declined_with_an_n_with_enter_alone_and_with_esc() {
    let world = World::with_people();
    let before = people(&world);
    let mut screens = String::new();
    for keys in [&[&["n", ENTER][..]][..], &[&[ENTER]], &[&[ESC], &[ENTER]]] {
        let mut terminal = world.terminal("admit remove bob@example.com");
        terminal.see("Remove for good");
        for key in keys {
            terminal.press(key);
        }
        screens.push_str(&terminal.end().screen);
    }
    assert_data_eq!(
        screens,
        str![[r#"
✔ Remove for good: bob@example.com? · no
Nothing changed.
[exit 1]
✔ Remove for good: bob@example.com? · no
Nothing changed.
[exit 1]
✔ Remove for good: bob@example.com? ·
Nothing changed.
[exit 1]

"#]]
    );
    assert_eq!(people(&world), before);
}

#[test]
fn deactivating_one_asks_nothing_and_several_ask_once() {
    let world = World::with_people();
    for email in ["ann@example.com", "bob@example.com", "cid@example.com"] {
        world.put(email, admit::domain::status::Status::Active);
    }
    let ended = world.terminal("admit deactivate cid@example.com").end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
User             Result       Released agents
cid@example.com  deactivated  -
Deactivated 1 user in main.
[exit 0]

"#]]
    );
    world.admit(["invite", "dan@example.com"]).assert_code(0);
    world.put("dan@example.com", admit::domain::status::Status::Active);
    let mut terminal = world.terminal("admit deactivate bob@example.com dan@example.com");
    terminal.see("Deactivate").press(["y", ENTER]);
    let ended = terminal.end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
✔ Deactivate: bob@example.com, dan@example.com? · yes
User             Result       Released agents
bob@example.com  deactivated  -
dan@example.com  deactivated  -
Deactivated 2 users in main.
[exit 0]

"#]]
    );
}

#[test]
fn yes_answers_every_question() {
    let world = World::with_people();
    let ended = world.terminal("admit remove --yes bob@example.com cid@example.com").end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
User             Result   Released agents
bob@example.com  removed  -
cid@example.com  removed  -
Removed 2 users in main.
[exit 0]

"#]]
    );
    let ended = world.terminal("admit invite --yes eve@example.com --fields user,role").end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
User             Role
eve@example.com  user
warning: 1 link was made and not shown; nobody can see them any more
hint: make new ones: admit resend USER…; --format json shows them
Invited 1 person in main.
[exit 0]

"#]]
    );
    let ended = world.terminal("admit invite --yes; admit show -y; admit set-role -y #1").end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
error: nobody is named
hint: admit invite EMAIL…, or - to read addresses from stdin
error: no user is named
hint: admit show USER
error: no user is named
hint: admit set-role USER…, or - to read them from stdin
[exit 2]

"#]]
    );
}

#[test]
fn ctrl_c_at_any_question_leaves_nothing_half_done() {
    let world = World::with_people();
    world.put("bob@example.com", admit::domain::status::Status::Active);
    world.put("ann@example.com", admit::domain::status::Status::Active);
    let before = std::fs::read(world.store_path()).unwrap();
    let mut screens = String::new();
    for (line, question) in [
        ("admit invite", "Whom to invite?"),
        ("admit invite eve@example.com", "As which role?"),
        ("admit set-role bob@example.com", "Which role for bob@example.com?"),
        ("admit assign-agent bob@example.com", "Which agent?"),
        ("admit remove bob@example.com", "Remove for good"),
        ("admit deactivate bob@example.com ann@example.com", "Deactivate"),
    ] {
        let mut terminal = world.terminal(line);
        terminal.see(question).press([CTRL_C]);
        let ended = terminal.end();
        assert!(ended.screen.contains("[exit 130]"), "{line}\n{}", ended.screen);
        screens.push_str(&ended.screen);
    }
    // Also in the middle of a type-ahead, with one agent chosen already.
    let mut terminal = world.terminal("admit assign-agent bob@example.com");
    terminal.see("Which agent?").press(["4711", ENTER]).see("voice:4711").press([ENTER]);
    terminal.see("Another one?").press(["chat", ENTER]).see("chat:ana.r").press([CTRL_C]);
    screens.push_str(&terminal.end().screen);
    assert_data_eq!(
        screens,
        str![[r#"
? Whom to invite? E-mail address › [exit 130]
? As which role? ›
  Admin
  Team Leader
❯ User
  Agent
[exit 130]
? Which role for bob@example.com? It is agent now ›
  Admin
  Team Leader
  User
❯ Agent
[exit 130]
? Which agent? Part of its name, ID or source › [exit 130]
? Remove for good: bob@example.com? (y/n) › no[exit 130]
? Deactivate: bob@example.com, ann@example.com? (y/n) › no[exit 130]
✔ Which agent? Part of its name, ID or source · 4711
✔ Agent · voice:4711  -  free
✔ Another one? Empty to go on · chat
? Agent ›
❯ chat:ana.r  -  free
[exit 130]

"#]]
    );
    assert_eq!(std::fs::read(world.store_path()).unwrap(), before, "the store changed");
}

#[test]
fn esc_declines() {
    let world = World::with_people();
    let before = people(&world);
    let mut screens = String::new();
    for (line, question) in [
        ("admit invite eve@example.com", "As which role?"),
        ("admit set-role bob@example.com", "Which role for bob@example.com?"),
    ] {
        let mut terminal = world.terminal(line);
        screens.push_str(&terminal.see(question).press([ESC]).end().screen);
    }
    let mut terminal = world.terminal("admit show");
    terminal.see("Whom to show?").press(["bob", ENTER]).see("bob@example.com").press([ESC]);
    screens.push_str(&terminal.end().screen);
    let mut terminal = world.terminal("admit cancel");
    terminal.see("Whom to cancel?").press([ENTER]);
    screens.push_str(&terminal.end().screen);
    assert_data_eq!(
        screens,
        str![[r#"
Nothing changed.
[exit 1]
Nothing changed.
[exit 1]
✔ Whom to show? Part of a name or address · bob
Nothing changed.
[exit 1]
✔ Whom to cancel? Part of a name or address ·
Nothing changed.
[exit 1]

"#]]
    );
    assert_eq!(people(&world), before);
}

#[test]
fn a_store_is_not_made_for_somebody_who_stops_at_the_question() {
    let world = World::fresh();
    let mut terminal = world.terminal("admit invite");
    terminal.see("Whom to invite?").press([CTRL_C]).end();
    assert!(!world.store_path().exists());
}

#[test]
fn k10_nobody_is_asked_where_stdin_or_stderr_is_no_terminal() {
    let world = World::with_people();
    let before = people(&world);
    let mut screens = String::new();
    for redirect in ["</dev/null", "2>err.txt"] {
        for line in [
            "admit invite",
            "admit show",
            "admit set-role bob@example.com",
            "admit assign-agent bob@example.com",
            "admit remove bob@example.com",
        ] {
            screens.push_str(&world.terminal(&format!("{line} {redirect}")).end().screen);
            if redirect.starts_with('2') {
                screens.push_str(&std::fs::read_to_string(world.home().join("err.txt")).unwrap());
            }
        }
    }
    assert_data_eq!(
        screens,
        str![[r#"
error: nobody is named
hint: admit invite EMAIL…, or - to read addresses from stdin
[exit 2]
error: no user is named
hint: admit show USER
[exit 2]
error: no role is named
hint: admit set-role USER… --role ROLE
[exit 2]
error: no agent is named
hint: admit assign-agent USER AGENT…; known agents: admit agent list
[exit 2]
error: removing 1 user needs a yes
hint: nobody can answer here; add --yes
[exit 2]
[exit 2]
error: nobody is named
hint: admit invite EMAIL…, or - to read addresses from stdin
[exit 2]
error: no user is named
hint: admit show USER
[exit 2]
error: no role is named
hint: admit set-role USER… --role ROLE
[exit 2]
error: no agent is named
hint: admit assign-agent USER AGENT…; known agents: admit agent list
[exit 2]
error: removing 1 user needs a yes
hint: nobody can answer here; add --yes

"#]]
    );
    assert_eq!(people(&world), before);
    // Without a question the default role is taken.
    let ended = world.terminal("admit invite eve@example.com --format ids </dev/null").end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
eve@example.com
warning: 1 link was made and not shown; nobody can see them any more
hint: make new ones: admit resend USER…; --format json shows them
Invited 1 person in main.
[exit 0]

"#]]
    );
}

#[test]
fn a_redirected_answer_leaves_the_question_on_the_terminal() {
    let world = World::with_people();
    let mut terminal = world.terminal("admit show --format ids >out.txt");
    terminal.see("Whom to show?").press(["ray", ENTER]).see("bob@example.com").press([ENTER]);
    let ended = terminal.end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
✔ Whom to show? Part of a name or address · ray
✔ Whom to show? · bob@example.com  Bob Ray  invited
[exit 0]

"#]]
    );
    let answer = std::fs::read_to_string(world.home().join("out.txt")).unwrap();
    assert_eq!(answer, "bob@example.com\n");
}

#[test]
fn a_dumb_terminal_is_not_asked_on() {
    let world = World::with_people();
    let ended = world.terminal("TERM=dumb admit remove bob@example.com").end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
error: removing 1 user needs a yes
hint: nobody can answer here; add --yes
[exit 2]

"#]]
    );
}

#[test]
fn questions_come_without_colour_where_none_is_wanted() {
    let world = World::with_people();
    let mut terminal = world.terminal("NO_COLOR=1 admit remove bob@example.com");
    let ended = terminal.see("Remove for good").press(["n", ENTER]).end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
Remove for good: bob@example.com? no
Nothing changed.
[exit 1]

"#]]
    );
    assert!(!is_coloured(&ended.raw), "{:?}", ended.raw);
}
