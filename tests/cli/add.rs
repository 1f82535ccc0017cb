//! `admit add`, and how users without a login stand in lists and on the screen.

use snapbox::{assert_data_eq, str};

use crate::support::World;

#[test]
fn somebody_without_a_login_is_active_at_once_and_the_pin_is_shown_once() {
    let world = World::with_phone_system();
    world.admit(["team", "create", "Support"]).assert_code(0);
    let run = world.admit(["add", "Lobby phone", "--extension=1001", "--team=Support"]);
    assert_data_eq!(
        run.without_pins(),
        str![[r#"
--- stdout
User  Name         Result  Extension  Role    PIN
#1    Lobby phone  added   1001       member  [PIN.]
--- stderr
Added 1 user without a login in main.
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "user.add 1: #1 [extension=1001 role=member team=Support]");
    let run = world.admit(["add", "Desk", "-e1002", "-radmin", "--format=jsonl"]);
    let pins = run.assert_code(0).pins();
    assert_eq!(pins.len(), 1, "{run}");
    world.try_pin("ext:1002", &pins[0]).assert_code(0);
    assert!(!world.holds(&pins[0]));
    assert!(world.holds("$argon2id$v=19$m=19456,t=2,p=1$"));
    let json = run.json();
    assert_eq!(json["user"], "#2");
    assert_eq!(json["role"], "admin");
    assert_eq!(json["organization"], "main");
}

#[test]
fn a_given_pin_is_taken_from_stdin_and_never_shown() {
    let world = World::with_phone_system();
    let run = world.admit_with("048213\r\nmore\n", ["add", "Ann", "-e1003", "--pin-stdin"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User  Name  Result  Extension  Role    PIN
#1    Ann   added   1003       member  -
--- stderr
Added 1 user without a login in main.
--- exit 0

"#]]
    );
    let ids = ["add", "Ben", "-e1004", "--pin-stdin", "--format=ids"];
    assert_eq!(world.admit_with("590274", ids).assert_code(0).stdout, "#2\n");
    world.try_pin("ext:1003", "048213").assert_code(0);
    world.try_pin("#2", "590274").assert_code(0);
    assert!(!world.holds("048213") && !world.holds("590274"));
}

#[test]
fn a_dry_run_adds_nobody_and_shows_no_pin() {
    let world = World::with_phone_system();
    let before = world.contents();
    let run = world.admit(["add", "Lobby", "-e1001", "--dry-run"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User      Name   Result  Extension  Role    PIN
ext:1001  Lobby  added   1001       member  -
--- stderr
Dry run, nothing was changed; it would say: Added 1 user without a login in main.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_is_done() {
    let world = World::with_phone_system();
    world.admit(["add", "Lobby", "-e1001"]).assert_code(0);
    let before = world.contents();
    for (stdin, words, code) in [
        ("", &["add", "Copy", "-e1001"][..], 1),
        ("", &["add", "Copy", "-e1002", "--role=chief"], 67),
        ("", &["add", "Copy", "-e1002", "--team=Nowhere"], 67),
        ("", &["add", "Copy", "-e1002", "--format=ids"], 2),
        ("", &["add", "Copy", "-e1002", "--format=csv", "--fields=user,name"], 2),
        ("", &["add", "Copy"], 2),
        ("", &["add", "-e1002"], 2),
        ("", &["add", "Copy", "-e", "1*2"], 2),
        ("", &["add", "a\nb", "-e1002"], 2),
        ("", &["add", "Copy", "-e1002", "--pin=048213"], 2),
        ("", &["add", "Copy", "-e1002", "--pin-stdin"], 65),
        ("48213", &["add", "Copy", "-e1002", "--pin-stdin"], 65),
        ("123456", &["add", "Copy", "-e1002", "--pin-stdin"], 65),
        ("591002", &["add", "Copy", "-e1002", "--pin-stdin"], 65),
        ("04821x", &["add", "Copy", "-e1002", "--pin-stdin"], 65),
    ] {
        let run = world.admit_with(stdin, words);
        run.assert_code(code);
        assert_eq!(run.stdout, "", "{run}");
        assert!(stdin.is_empty() || !run.stderr.contains(stdin), "{run}");
    }
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        world.admit(["add", "Copy", "-e1001"]).to_string(),
        str![[r#"
--- stderr
error: extension 1001 belongs to #1
hint: look at it: admit show '#1'
--- exit 1

"#]]
    );
    assert_data_eq!(
        world.admit(["add", "Copy", "-e1002", "--format=ids"]).to_string(),
        str![[r#"
--- stderr
error: a PIN is shown once, and this form of the answer leaves it out
hint: add --format csv or json, or pin to --fields
--- exit 2

"#]]
    );
}

#[test]
fn only_an_organization_that_allows_them_has_users_without_a_login() {
    let world = World::with_store();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["add", "Lobby", "-e1001"]).to_string(),
        str![[r#"
--- stderr
error: main has no users without a login
hint: allow them: admit org set main --login-less allowed
--- exit 1

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn users_without_a_login_take_no_seat() {
    let world = World::with_phone_system();
    world.sql().execute("UPDATE organizations SET seat_limit = 1", []).unwrap();
    world.admit(["invite", "ann@example.com"]).assert_code(0);
    world.admit(["add", "Lobby", "-e1001"]).assert_code(0);
    world.admit(["deactivate", "ext:1001"]).assert_code(0);
    world.admit(["reactivate", "ext:1001"]).assert_code(0);
    world.admit(["invite", "bob@example.com"]).assert_code(1);
}

#[test]
fn they_stand_in_lists_and_on_the_screen() {
    let world = World::with_phone_system();
    world.admit(["add", "Lobby", "-e1001"]).assert_code(0);
    world.admit(["invite", "ann@example.com", "--name=Ann Lee"]).assert_code(0);
    assert_data_eq!(
        world.admit(["list"]).to_string(),
        str![[r#"
--- stdout
E-mail           Name     Role    Team  Status   Agents
#1               Lobby    member  -     active   -
ann@example.com  Ann Lee  member  -     pending  -
--- exit 0

"#]]
    );
    assert_data_eq!(
        world.admit(["list", "--login-less"]).to_string(),
        str![[r#"
--- stdout
Number  Name   Extension  Role    Team  Status
     1  Lobby  1001       member  -     active
--- exit 0

"#]]
    );
    let fields = "--fields=id,extension,portal_access";
    assert_data_eq!(
        world.answer(["list", "--format=csv", fields]),
        str![[r#"
id,extension,portal_access
1,1001,false
2,,true

"#]]
    );
    assert_data_eq!(
        world.admit(["show", "ext:1001"]).to_string(),
        str![[r#"
--- stdout
Number         1
Name           Lobby
Organization   main
Role           member
Team           -
Status         active
Since          [DAY, HOUR AND ZONE]
Pending        no
Agents         -
Extension      1001
PIN set        [DAY, HOUR AND ZONE]
Portal access  no
Created        [DAY, HOUR AND ZONE]
Import         -
History        [DAY, HOUR AND ZONE]  user.add  operator ([LOGIN])  2
Next           admit set-role '#1' --role ROLE
               admit deactivate '#1'
               admit remove '#1'
               admit pin reset '#1'
--- exit 0

"#]]
    );
    let json = world.admit(["show", "#1", "--format=json"]).json();
    assert_eq!(json["extension"], "1001");
    assert_eq!(json["portal_access"], false);
    let shown = world.in_every_format(&["show", "#1"]) + &world.in_every_format(&["list"]);
    assert!(!shown.contains("argon2"), "{shown}");
}

#[test]
fn pages_by_address_lose_and_repeat_nobody() {
    let world = World::with_phone_system();
    for name in ["a", "b", "c"] {
        world.admit(["invite", &format!("{name}@example.com")]).assert_code(0);
    }
    for extension in ["1001", "1002", "1003"] {
        world.admit(["add", "Phone", "-e", extension]).assert_code(0);
    }
    for sort in ["email", "name", "created", "last-login"] {
        for more in [&[][..], &["--reverse"]] {
            let list = ["list", "--format=ids", "--sort", sort];
            let whole = world.admit(list.iter().chain(more));
            let whole: Vec<&str> = whole.lines();
            assert_eq!(whole.len(), 6);
            let mut paged: Vec<String> = Vec::new();
            loop {
                let after = paged.last().cloned();
                let mut words: Vec<&str> = list.iter().chain(more).copied().collect();
                words.push("--limit=2");
                if let Some(after) = &after {
                    words.extend(["--after", after]);
                }
                let page = world.admit(words);
                if page.lines().is_empty() {
                    break;
                }
                paged.extend(page.lines().into_iter().map(str::to_owned));
                assert!(paged.len() <= 6, "{sort} {more:?}: {paged:?}");
            }
            assert_eq!(paged, whole, "{sort} {more:?}");
        }
    }
}

#[test]
fn the_verbs_of_active_users_fit_and_those_of_invited_ones_do_not() {
    let world = World::with_phone_system();
    world.admit(["team", "create", "Support"]).assert_code(0);
    world.admit(["add", "Lobby", "-e1001"]).assert_code(0);
    for (verb, code) in [("send", 1), ("resend", 1), ("cancel", 1), ("reactivate", 1)] {
        world.admit([verb, "ext:1001"]).assert_code(code);
    }
    world.admit(["set-role", "ext:1001", "--role=admin"]).assert_code(0);
    world.admit(["deactivate", "ext:1001"]).assert_code(0);
    world.admit(["reactivate", "ext:1001"]).assert_code(0);
    world.admit(["remove", "ext:1001", "--yes"]).assert_code(0);
    let phones: i64 =
        world.sql().query_row("SELECT count(*) FROM phones", [], |row| row.get(0)).unwrap();
    assert_eq!(phones, 0);
    // The extension is free again, the number is not.
    let run = world.admit(["add", "Lobby", "-e1001", "--format=jsonl"]);
    assert_eq!(run.json()["user"], "#2");
}

#[test]
fn who_has_no_login_manages_nobody_and_so_the_last_manager_stays() {
    let world = World::fresh();
    world.admit(["init", "--template=phone-system", "--owner=olga@example.com"]).assert_code(0);
    world.admit(["add", "Lobby", "-e1001", "--role=admin"]).assert_code(0);
    let run = world.admit(["deactivate", "olga@example.com"]);
    assert!(run.assert_code(1).stderr.contains("the last active user"), "{run}");
    world.admit(["deactivate", "ext:1001"]).assert_code(0);
    world.admit(["reactivate", "ext:1001"]).assert_code(0);
    let run = world.admit(["list", "--as", "ext:1001"]);
    assert!(run.assert_code(77).stderr.contains("#2 has no login"), "{run}");
}

#[test]
fn a_role_that_one_may_not_give_is_refused_and_noted() {
    let world = World::with_phone_system();
    world.admit(["invite", "ada@example.com", "--name=Ada", "--role=admin"]).assert_code(0);
    world.put("ada@example.com", admit::domain::status::Status::Active);
    world.admit(["add", "Desk", "-e1001", "--as=ada@example.com"]).assert_code(0);
    let run = world.admit(["add", "Desk", "-e1002", "--role=admin", "--as=ada@example.com"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stderr
error: ada@example.com may not give the role admin: the role admin gives member
--- exit 77

"#]]
    );
    assert!(world.last_entry().starts_with("access.refuse 1: "), "{}", world.last_entry());
}
