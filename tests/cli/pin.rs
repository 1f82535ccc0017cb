//! `admit pin`: new PINs, and trying one.

use admit::domain::pin::TypedPin;
use admit::domain::status::Status;
use admit::ops::phones::{self, PinVerdict};
use snapbox::{assert_data_eq, str};

use crate::support::World;
use crate::support::terminal::{CTRL_C, ENTER};

fn with_phones() -> World {
    let world = World::with_phone_system();
    world.admit_with("048213", ["add", "Lobby", "-e1001", "--pin-stdin"]).assert_code(0);
    world.admit_with("590274", ["add", "Desk", "-e1002", "--pin-stdin"]).assert_code(0);
    world
}

#[test]
fn a_right_pin_is_0_and_a_wrong_one_is_1_and_in_the_audit() {
    let world = with_phones();
    let before = world.contents();
    let run = world.admit_with("048213\n", ["pin", "verify", "ext:1001"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User          #1
Right         yes
Reason        -
Next try      -
Organization  main
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    let run = world.admit_with("048214\n", ["pin", "verify", "ext:1001"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User          #1
Right         no
Reason        wrong PIN
Next try      -
Organization  main
--- exit 1

"#]]
    );
    assert_eq!(world.last_entry(), "pin.refuse 1: #1 [result=wrong failures=1]");
    world.try_pin("ext:1001", "048213").assert_code(0);
    assert_eq!(world.last_entry(), "pin.accept 1: #1 [result=right failures=1]");
    assert!(!world.holds("048214") && !world.holds("048213"));
    assert_data_eq!(
        world.admit_with("048213", ["pin", "verify", "#1", "--format=json"]).stdout,
        str![[r##"
{"user":"#1","right":true,"reason":null,"next_try_at":null,"organization":"main"}

"##]]
    );
}

#[test]
fn after_five_wrong_pins_one_waits() {
    let world = with_phones();
    for _ in 0..5 {
        assert_eq!(world.try_pin("#1", "999013").assert_code(1).lines()[1], "false,wrong PIN");
    }
    let run = world.try_pin("#1", "048213");
    assert!(run.assert_code(1).stdout.contains("not tried: too many wrong PINs; wait"), "{run}");
    // Others are not concerned.
    world.try_pin("#2", "590274").assert_code(0);
    let right = TypedPin::new("048213".to_owned());
    let later = |time: &str| {
        world.at(time, |store, context| {
            phones::verify(store, context, &"#1".parse().unwrap(), &right).unwrap().verdict
        })
    };
    assert_eq!(later("2099-01-01T00:00:00Z"), PinVerdict::Right);
    world.try_pin("#1", "048213").assert_code(0);
}

#[test]
fn after_a_hundred_there_must_be_a_new_pin() {
    let world = with_phones();
    world.sql().execute("UPDATE phones SET failures = 100, failed_at = 0", []).unwrap();
    let run = world.admit_with("048213", ["pin", "verify", "#1"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User          #1
Right         no
Reason        not tried: too many wrong PINs; there must be a new one
Next try      -
Organization  main
--- stderr
hint: give a new one: admit pin reset '#1'
--- exit 1

"#]]
    );
    let run = world.admit(["pin", "reset", "#1", "--format=jsonl"]);
    world.try_pin("#1", &run.pins()[0]).assert_code(0);
}

#[test]
fn many_guesses_at_once_are_five() {
    let world = with_phones();
    let script =
        "for n in $(seq 10 33); do echo 9990$n | admit pin verify '#1' >/dev/null & done; wait";
    world.bash(script).assert_code(0);
    let (failures, refused): (i64, i64) = world
        .sql()
        .query_row(
            "SELECT failures, (SELECT count(*) FROM audit WHERE action = 'pin.refuse') FROM phones
             WHERE user_id = 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!((failures, refused), (5, 24));
}

#[test]
fn d13_only_who_is_in_and_has_no_login_has_a_pin_that_counts() {
    let world = with_phones();
    world.admit(["deactivate", "#1"]).assert_code(0);
    let run = world.try_pin("#1", "048213");
    assert_eq!(run.assert_code(1).lines()[1], "false,not tried: the user is deactivated");
    world.admit(["invite", "ann@example.com"]).assert_code(0);
    world.put("ann@example.com", Status::Active);
    let run = world.admit_with("048213", ["pin", "verify", "ann@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: ann@example.com has a login, and so no PIN
hint: who has a PIN: admit list --login-less
--- exit 1

"#]]
    );
    for user in ["ext:4711", "#4711", "zoe@example.com"] {
        world.admit_with("048213", ["pin", "verify", user]).assert_code(67);
    }
    world.admit(["pin", "verify", "#2"]).assert_code(65);
    world.admit(["pin", "verify"]).assert_code(2);
    world.admit(["pin", "verify", "ext:1"]).assert_code(2);
}

#[test]
fn d12_new_pins_are_shown_once_and_end_the_old_ones() {
    let world = with_phones();
    world.admit(["invite", "ann@example.com"]).assert_code(0);
    let run = world.admit(["pin", "reset", "#1", "ext:1002", "ann@example.com", "ext:9"]);
    run.assert_code(2);
    let run = world.admit(["pin", "reset", "#1", "ext:1002", "ext:1001", "ann@example.com"]);
    assert_data_eq!(
        run.without_pins(),
        str![[r#"
--- stdout
User             Name   Result   Extension  PIN
#1               Lobby  new PIN  1001       [PIN.]
#2               Desk   new PIN  1002       [PIN.]
ann@example.com  -      refused  -          -
--- stderr
error: ann@example.com has a login, and so no PIN
hint: who has a PIN: admit list --login-less
Reset the PIN of 2 users in main.
--- exit 3

"#]]
    );
    assert_eq!(world.last_entry(), "pin.reset 2: #1 #2 []");
    world.try_pin("#1", "048213").assert_code(1);
    let run = world.admit(["pin", "reset", "#1", "#2", "--format=jsonl"]);
    let pins = run.assert_code(0).pins();
    world.try_pin("#1", &pins[0]).assert_code(0);
    world.try_pin("#2", &pins[1]).assert_code(0);
    assert!(pins.iter().all(|pin| !world.holds(pin)));
}

#[test]
fn a_given_pin_is_for_one_user() {
    let world = with_phones();
    let before = world.contents();
    for words in [
        &["pin", "reset", "#1", "#2", "--pin-stdin"][..],
        &["pin", "reset", "-", "--pin-stdin"],
        &["pin", "reset", "#1", "--format=ids"],
        &["pin", "reset"],
    ] {
        world.admit_with("731940", words).assert_code(2);
    }
    world.admit_with("111111", ["pin", "reset", "#1", "--pin-stdin"]).assert_code(65);
    world.admit_with("100173", ["pin", "reset", "#1", "--pin-stdin"]).assert_code(65);
    assert_eq!(world.contents(), before);
    let run = world.admit_with("731940", ["pin", "reset", "#1", "--pin-stdin"]);
    assert!(!run.assert_code(0).to_string().contains("731940"), "{run}");
    world.try_pin("#1", "731940").assert_code(0);
}

#[test]
fn a_dry_run_leaves_the_old_pins() {
    let world = with_phones();
    let before = world.contents();
    let run = world.admit(["pin", "reset", "#1", "--dry-run"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User  Name   Result   Extension  PIN
#1    Lobby  new PIN  1001       -
--- stderr
Dry run, nothing was changed; it would say: Reset the PIN of 1 user in main.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn who_may_not_manage_users_may_neither_reset_nor_try() {
    let world = with_phones();
    world.admit(["invite", "meg@example.com"]).assert_code(0);
    world.put("meg@example.com", Status::Active);
    let run = world.admit(["pin", "reset", "#1", "--as=meg@example.com"]);
    run.assert_code(77);
    let verify = ["pin", "verify", "#1", "--as=meg@example.com"];
    world.admit_with("048213", verify).assert_code(77);
    world.try_pin("#1", "048213").assert_code(0);
}

#[test]
fn at_a_terminal_the_pin_is_asked_for_and_stays_hidden() {
    let world = with_phones();
    let mut terminal = world.terminal("admit pin verify ext:1001");
    terminal.see("PIN");
    // The terminal is silenced right after the question; no person types as fast as a test.
    std::thread::sleep(std::time::Duration::from_millis(500));
    let ended = terminal.press(["048213", ENTER]).end();
    assert!(ended.screen.contains("Right         yes"), "{}", ended.screen);
    assert!(!ended.screen.contains("048213"), "{}", ended.screen);
}

#[test]
fn who_stops_at_the_hidden_question_has_a_terminal_that_shows_again() {
    let world = with_phones();
    let ended = world.terminal("admit pin verify ext:1001").see("PIN").press([CTRL_C]).end();
    assert_data_eq!(
        ended.screen,
        str![[r#"
? PIN › [exit 130]

"#]]
    );
}

#[test]
fn an_answer_that_nobody_reads_is_told() {
    let world = with_phones();
    let run = world.bash("admit pin reset '#1' > /dev/full");
    assert!(run.assert_code(74).stderr.contains("PINs that were not seen are lost"), "{run}");
}
