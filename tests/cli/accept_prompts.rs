//! Accepting and declining at a terminal: what an invitee is told, asked and shown.

use snapbox::{assert_data_eq, str};

use crate::support::terminal::{CTRL_C, ENTER};
use crate::support::{PASSWORD, World, bare};

const PASTED: &str = "Token, or the whole link";

/// Makes a test's own text last as long as keys do.
fn keys(text: String) -> &'static str {
    text.leak()
}

#[test]
fn d10_a_new_person_is_told_asked_for_a_name_and_chooses_a_password_that_is_not_shown() {
    let world = World::with_people();
    world.put("ann@example.com", admit::domain::status::Status::Active);
    world.admit(["org", "set", "--portal=https://p.example.com/i"]).assert_code(0);
    let words = ["--as=ann@example.com", "invite", "dan@example.com", "--role=agent"];
    let token = keys(world.token([words[0], words[1], words[2], words[3], "--name=Dan"]));
    let mut terminal = world.terminal("admit accept");
    terminal.see(PASTED).press(["https://p.example.com/i?invite=", token, ENTER]);
    terminal.see("Your name").press(["Dan Orr", ENTER]);
    terminal.see("Choose a password").press(["too short", ENTER]);
    terminal.see("has 9 characters").see("Choose a password").press([PASSWORD, ENTER]);
    terminal.see("The same again").press(["another", ENTER]);
    terminal.see("the two differ").see("Choose a password").press([PASSWORD, ENTER]);
    terminal.see("The same again").press([PASSWORD, ENTER]);
    let ended = terminal.end();
    // The first line is longer than the screen is wide.
    assert_data_eq!(
        bare(&ended.screen.replacen('\n', "", 1)),
        str![[r#"
Ann Lee (ann@example.com) invites dan@example.com to main as Agent, until [DAY, HOUR AND ZONE].
✔ Your name; Enter keeps Dan · Dan Orr
warning: the password has 9 characters; 15 or more are needed
warning: the two differ
User               dan@example.com
Name               Dan Orr
Organization       main
Organization name  main
Role               agent
Team               -
Invited by         ann@example.com
Link expires       [DAY, HOUR AND ZONE]
Account            new
Result             joined
dan@example.com joined main as Agent.
[exit 0]

"#]]
    );
    let secret = token.split_once('.').unwrap().1;
    for hidden in [secret, PASSWORD, "too short"] {
        assert!(!ended.raw.contains(hidden), "{hidden}");
    }
    assert_eq!(world.status("dan@example.com"), "active");
}

#[test]
fn who_has_an_account_says_yes_and_proves_it() {
    let world = World::with_store();
    world.account("ann@example.com", PASSWORD);
    let words = ["invite", "ann@example.com", "--name=Ann Lee"];
    let token = keys(world.token(words));
    let mut screens = String::new();
    // Enter alone does not join; nor does a wrong password.
    let mut terminal = world.terminal("admit accept");
    terminal.see(PASTED).press([token, ENTER]);
    screens += &terminal.see("Join main as User?").press([ENTER]).end().screen;
    let mut terminal = world.terminal("admit accept");
    terminal.see(PASTED).press([token, ENTER]);
    terminal.see("Join main as User?").press(["y", ENTER]);
    screens += &terminal.see("The password of your account").press(["wrong", ENTER]).end().screen;
    assert_eq!(world.status("ann@example.com"), "invited");
    let mut terminal = world.terminal("admit accept");
    terminal.see(PASTED).press([token, ENTER]);
    terminal.see("Join main as User?").press(["y", ENTER]);
    screens += &terminal.see("The password of your account").press([PASSWORD, ENTER]).end().screen;
    assert_data_eq!(
        screens,
        str![[r#"
ann@example.com is invited to main as User, until [DAY, HOUR AND ZONE].
✔ Join main as User? · no
Nothing changed.
[exit 1]
ann@example.com is invited to main as User, until [DAY, HOUR AND ZONE].
✔ Join main as User? · yes
error: the password of ann@example.com is wrong, or was wrong too often
hint: after a few wrong ones one waits before each more, for a quarter of an hou
r at most; who forgot it has it reset where they are in already: admit password
reset USER
[exit 1]
ann@example.com is invited to main as User, until [DAY, HOUR AND ZONE].
✔ Join main as User? · yes
User               ann@example.com
Name               Ann Lee
Organization       main
Organization name  main
Role               user
Team               -
Invited by         -
Link expires       [DAY, HOUR AND ZONE]
Account            existing
Result             joined
ann@example.com joined main as User.
[exit 0]

"#]]
    );
    assert_eq!(world.status("ann@example.com"), "active");
}

#[test]
fn an_invitee_declines_with_a_yes() {
    let world = World::with_store();
    let token = keys(world.token(["invite", "ann@example.com"]));
    let mut screens = String::new();
    let mut terminal = world.terminal("admit decline");
    terminal.see(PASTED).press([token, ENTER]);
    screens += &terminal.see("Decline the invite to main?").press([ENTER]).end().screen;
    assert_eq!(world.status("ann@example.com"), "invited");
    let mut terminal = world.terminal("admit decline --format ids");
    terminal.see(PASTED).press([token, ENTER]);
    screens += &terminal.see("Decline the invite to main?").press(["y", ENTER]).end().screen;
    assert_data_eq!(
        screens,
        str![[r#"
ann@example.com is invited to main as User, until [DAY, HOUR AND ZONE].
✔ Decline the invite to main? · no
Nothing changed.
[exit 1]
ann@example.com is invited to main as User, until [DAY, HOUR AND ZONE].
✔ Decline the invite to main? · yes
ann@example.com
Declined the invite to main.
[exit 0]

"#]]
    );
    assert_eq!(world.status("ann@example.com"), "declined");
}

#[test]
fn whoever_stops_or_pastes_something_else_changes_nothing() {
    let world = World::with_store();
    let token = keys(world.token(["invite", "ann@example.com"]));
    let users = world.people();
    let mut screens = String::new();
    screens += &world.terminal("admit accept").see(PASTED).press([ENTER]).end().screen;
    screens += &world.terminal("admit accept").see(PASTED).press(["hello", ENTER]).end().screen;
    let mut terminal = world.terminal("admit accept");
    terminal.see(PASTED).press([token, ENTER]);
    terminal.see("Your name").press([ENTER]);
    screens += &terminal.see("Choose a password").press([ENTER]).end().screen;
    assert_data_eq!(
        screens,
        str![[r#"
Nothing changed.
[exit 1]
error: the link is not valid, or not any more
hint: ask whoever you have it from for a new one
[exit 1]
ann@example.com is invited to main as User, until [DAY, HOUR AND ZONE].
✔ Your name; Enter leaves it out ·
Nothing changed.
[exit 1]

"#]]
    );
    assert_eq!(world.people(), users);
    world.accept(token, PASSWORD, &[]).assert_code(0);
}

#[test]
fn who_stops_while_nothing_is_shown_has_a_terminal_that_shows_again() {
    let world = World::with_store();
    let token = keys(world.token(["invite", "ann@example.com", "--name=Ann"]));
    world.file("token", token);
    let before = world.contents();
    let mut screens = String::new();
    screens += &world.terminal("admit accept").see(PASTED).press([CTRL_C]).end().screen;
    let mut terminal = world.terminal("admit accept --token-file token --name Ann");
    screens += &terminal.see("Choose a password").press([CTRL_C]).end().screen;
    let mut terminal = world.terminal("admit accept --token-file token --name Ann");
    terminal.see("Choose a password").press([PASSWORD, ENTER]);
    screens += &terminal.see("The same again").press([CTRL_C]).end().screen;
    assert_data_eq!(
        screens,
        str![[r#"
? Token, or the whole link (it is not shown) › [exit 130]
ann@example.com is invited to main as User, until [DAY, HOUR AND ZONE].
? Choose a password, 15 characters or more › [exit 130]
ann@example.com is invited to main as User, until [DAY, HOUR AND ZONE].
? The same again › [exit 130]

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn a_password_that_stays_too_weak_is_given_up_after_a_few() {
    let world = World::with_store();
    let token = keys(world.token(["invite", "ann@example.com", "--name=Ann"]));
    world.file("token", token);
    let mut terminal = world.terminal("admit accept --token-file token --name Ann");
    for length in 1..=5 {
        terminal.see("Choose a password").press([&"weak!"[..length], ENTER]);
        terminal.see(&format!("has {length} character"));
    }
    assert_data_eq!(
        terminal.end().screen,
        str![[r#"
ann@example.com is invited to main as User, until [DAY, HOUR AND ZONE].
warning: the password has 1 character; 15 or more are needed
warning: the password has 2 characters; 15 or more are needed
warning: the password has 3 characters; 15 or more are needed
warning: the password has 4 characters; 15 or more are needed
error: the password has 5 characters; 15 or more are needed
[exit 65]

"#]]
    );
    assert_eq!(world.status("ann@example.com"), "invited");
}
