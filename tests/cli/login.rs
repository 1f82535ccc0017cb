//! `admit login`: who is let in, what everybody else is told, and what is kept of it.

use admit::domain::account::LONGEST_WAIT;
use admit::domain::password::TypedPassword;
use admit::domain::status::Status;
use admit::domain::time::Timestamp;
use admit::ops::accounts;
use admit::random::SystemEntropy;
use snapbox::{assert_data_eq, str};

use crate::support::World;
use crate::support::terminal::ENTER;

const RIGHT: &str = "quiet yellow tram";

/// The people of [`World::with_people`]; ann and bob are in and have accounts.
fn with_accounts() -> World {
    let world = World::with_people();
    for email in ["ann@example.com", "bob@example.com"] {
        world.put(email, Status::Active);
        world.account(email, RIGHT);
    }
    world
}

#[test]
fn who_knows_the_password_is_let_in_and_the_login_is_recorded() {
    let world = with_accounts();
    world.admit(["set-team", "ann@example.com", "--team=Support"]).assert_code(0);
    let run = world.try_login("Ann@Example.com", RIGHT, &[]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Answer             yes
User               ann@example.com
Name               Ann Lee
Role               Admin
Team               Support
Organization       main
Last login before  -
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "login.accept 1: ann@example.com [how=password]");
    let run = world.try_login("ann@example.com", RIGHT, &[]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Answer             yes
User               ann@example.com
Name               Ann Lee
Role               Admin
Team               Support
Organization       main
Last login before  [DAY, HOUR AND ZONE]
--- exit 0

"#]]
    );
    let shown = world.admit(["show", "ann@example.com", "--format=json"]).json();
    assert!(shown["last_login_at"].is_string(), "{shown}");
}

#[test]
fn d9_every_no_is_the_same_and_the_audit_knows_why() {
    let world = with_accounts();
    world.admit(["deactivate", "bob@example.com"]).assert_code(0);
    world.account("cid@example.com", RIGHT);
    world.account("zoe@example.com", RIGHT);
    let answer = |email: &str, password: &str| {
        let run = world.try_login(email, password, &["--format=json"]);
        run.to_string().replace(email, "[EMAIL]")
    };
    let no = answer("ann@example.com", "quiet yellow trams");
    assert_data_eq!(
        &no,
        str![[r#"
--- stdout
{"allowed":false,"user":"[EMAIL]","id":null,"name":null,"role":null,"role_title":null,"team":null,"organization":"main","organization_name":"main","previous_login_at":null,"waiting":[]}
--- stderr
[EMAIL] may not log in to main.
--- exit 1

"#]]
    );
    assert_eq!(
        world.last_entry(),
        "login.refuse 1: ann@example.com [how=password reason=wrong password failures=1]"
    );
    for (email, password, entry) in [
        ("bob@example.com", RIGHT, "1: bob@example.com [how=password reason=deactivated]"),
        (
            "bob@example.com",
            "x",
            "1: bob@example.com [how=password reason=wrong password failures=1]",
        ),
        (
            "cid@example.com",
            RIGHT,
            "1: cid@example.com [how=password reason=invited (no link sent yet)]",
        ),
        ("eve@example.com", RIGHT, "1:  [how=password reason=no user address=eve@example.com]"),
        ("zoe@example.com", RIGHT, "1:  [how=password reason=no user address=zoe@example.com]"),
    ] {
        assert_eq!(answer(email, password), no, "{email}");
        assert_eq!(world.last_entry(), format!("login.refuse {entry}"));
    }
    assert_data_eq!(
        world.try_login("eve@example.com", RIGHT, &[]).to_string(),
        str![[r#"
--- stdout
Answer        no
User          eve@example.com
Organization  main
--- stderr
eve@example.com may not log in to main.
--- exit 1

"#]]
    );
    // Nothing of what was typed is kept anywhere.
    assert!(!world.holds(RIGHT) && !world.holds("quiet yellow trams"));
    let run = world.try_login("eve@example.com", RIGHT, &["--format=ids"]);
    assert_eq!((run.stdout.as_str(), run.code), ("", 1));
}

#[test]
fn an_answer_is_one_shape_in_every_format() {
    let world = with_accounts();
    let mut text = String::new();
    for format in ["json", "jsonl", "csv", "ids"] {
        for (email, password) in [("bob@example.com", RIGHT), ("eve@example.com", "x")] {
            let run = world.try_login(email, password, &["--format", format]);
            text += &format!("=== {format}\n{run}");
        }
    }
    assert_data_eq!(
        text,
        str![[r#"
=== json
--- stdout
{"allowed":true,"user":"bob@example.com","id":2,"name":"Bob Ray","role":"agent","role_title":"Agent","team":null,"organization":"main","organization_name":"main","previous_login_at":null,"waiting":[]}
--- exit 0
=== json
--- stdout
{"allowed":false,"user":"eve@example.com","id":null,"name":null,"role":null,"role_title":null,"team":null,"organization":"main","organization_name":"main","previous_login_at":null,"waiting":[]}
--- stderr
eve@example.com may not log in to main.
--- exit 1
=== jsonl
--- stdout
{"allowed":true,"user":"bob@example.com","id":2,"name":"Bob Ray","role":"agent","role_title":"Agent","team":null,"organization":"main","organization_name":"main","previous_login_at":"[TIME]","waiting":[]}
--- exit 0
=== jsonl
--- stdout
{"allowed":false,"user":"eve@example.com","id":null,"name":null,"role":null,"role_title":null,"team":null,"organization":"main","organization_name":"main","previous_login_at":null,"waiting":[]}
--- stderr
eve@example.com may not log in to main.
--- exit 1
=== csv
--- stdout
allowed,user,id,name,role,role_title,team,organization,organization_name,previous_login_at,waiting
true,bob@example.com,2,Bob Ray,agent,Agent,,main,main,[TIME],
--- exit 0
=== csv
--- stdout
allowed,user,id,name,role,role_title,team,organization,organization_name,previous_login_at,waiting
false,eve@example.com,,,,,,main,main,,
--- stderr
eve@example.com may not log in to main.
--- exit 1
=== ids
--- stdout
bob@example.com
--- exit 0
=== ids
--- stderr
eve@example.com may not log in to main.
--- exit 1

"#]]
    );
    let run = world.try_login("bob@example.com", RIGHT, &["--fields=name,email"]);
    run.assert_code(2);
}

#[test]
fn invites_that_wait_elsewhere_are_told() {
    let world = with_accounts();
    world.waits_elsewhere("ann@example.com", RIGHT);
    // One that is withdrawn waits no longer, nor one without a link.
    for (slug, flag) in [("gone", "--send"), ("late", "--no-send")] {
        world.admit(["org", "create", slug]).assert_code(0);
        world.admit(["--org", slug, "invite", "ann@example.com", flag]).assert_code(0);
    }
    world.admit(["--org=gone", "cancel", "ann@example.com"]).assert_code(0);
    let run = world.try_login("ann@example.com", RIGHT, &[]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
Answer             yes
User               ann@example.com
Name               Ann Lee
Role               Admin
Team               -
Organization       main
Last login before  -
--- stderr
An invite to The Lab (lab) as Agent waits until [DAY, HOUR AND ZONE], from Liz Orr <liz@example.com>.
--- exit 0

"#]]
    );
    let run = world.try_login("ann@example.com", RIGHT, &["--format=json", "--fields=waiting"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
{"waiting":[{"organization":"lab","organization_name":"The Lab","role":"agent","role_title":"Agent","inviter":"liz@example.com","inviter_name":"Liz Orr","invited_at":"[TIME]","expires_at":"[TIME]"}]}
--- exit 0

"#]]
    );
    // One password, several organizations; each has its own last login.
    let lab = ["--org=lab", "--format=json"];
    world.try_login("ann@example.com", RIGHT, &lab).assert_code(1);
    world.admit(["org", "use", "lab"]).assert_code(0);
    world.put("ann@example.com", Status::Active);
    let run = world.try_login("ann@example.com", RIGHT, &["--format=json"]);
    let answer = run.assert_code(0).json();
    assert_eq!(answer["organization"], "lab");
    assert_eq!(answer["previous_login_at"], serde_json::Value::Null);
    assert_eq!(answer["waiting"].as_array().map(Vec::len), Some(0));
    world.try_login("ann@example.com", RIGHT, &["--org=nowhere"]).assert_code(67);
}

/// Tries a password at some time; whether it lets in, and what the audit says.
fn at(world: &World, time: &str, password: &str) -> (bool, String) {
    let tried = world.at(time, |store, context| {
        let typed = TypedPassword::new(password.to_owned());
        let email = "ann@example.com".parse().unwrap();
        accounts::login(store, context, &email, &typed, &mut SystemEntropy).unwrap()
    });
    (tried.person.is_some(), world.last_entry())
}

#[test]
fn c16_after_five_wrong_ones_one_waits_and_is_never_locked_out() {
    let world = with_accounts();
    for failures in 1..=5 {
        let (allowed, entry) = at(&world, "2026-03-01T00:00:00Z", "wrong");
        let expected = format!("reason=wrong password failures={failures}]");
        assert!(!allowed && entry.ends_with(&expected), "{entry}");
    }
    let throttled = |time, password| {
        let (allowed, entry) = at(&world, time, password);
        assert!(!allowed, "{entry}");
        entry.ends_with("reason=too many tries failures=5]")
    };
    assert!(throttled("2026-03-01T00:00:00Z", RIGHT), "the right one, too, waits a second");
    assert!(throttled("2026-03-01T00:00:00Z", "wrong"), "and waiting costs no try");
    // The sixth, and then two seconds.
    assert!(!throttled("2026-03-01T00:00:01Z", "wrong"));
    let (allowed, entry) = at(&world, "2026-03-01T00:00:02Z", RIGHT);
    assert!(!allowed && entry.ends_with("too many tries failures=6]"), "{entry}");
    // A clock that went back locks nobody out.
    let (allowed, _) = at(&world, "2026-02-01T00:00:00Z", "wrong");
    assert!(!allowed);
    // However many there were, the longest wait is the longest.
    world
        .sql()
        .execute("UPDATE accounts SET failures = 4000000000, failed_at = 1772323200", [])
        .unwrap();
    let last: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    assert_eq!(last.timestamp(), 1_772_323_200);
    let end = (last + LONGEST_WAIT).to_rfc3339();
    let (allowed, entry) = at(&world, &end, RIGHT);
    assert!(allowed, "{entry}");
    // It was right, so all of it is forgotten.
    let failures = "SELECT failures, failed_at IS NULL FROM accounts WHERE email LIKE 'ann%'";
    let kept = world.sql().query_row(failures, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(kept, (0_u32, true));
}

#[test]
fn a_hash_of_old_days_is_replaced_when_its_password_is_known() {
    let world = with_accounts();
    let stored = || -> (String, i64) {
        let sql = "SELECT password_hash, password_set_at FROM accounts WHERE email LIKE 'ann%'";
        world.sql().query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    };
    let set_at = stored().1;
    world.sql().execute("UPDATE accounts SET password_hash = ?1", [OLD_HASH]).unwrap();
    world.try_login("ann@example.com", "wrong", &[]).assert_code(1);
    assert_eq!(stored().0, OLD_HASH, "only who knows the password has it hashed anew");
    world.try_login("ann@example.com", RIGHT, &[]).assert_code(0);
    let (hash, when) = stored();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert_eq!(when, set_at, "the password is as old as before");
    world.try_login("ann@example.com", RIGHT, &[]).assert_code(0);
}

/// 8 MiB and one pass, of [`RIGHT`].
const OLD_HASH: &str = "$argon2id$v=19$m=8192,t=1,p=1$c2l4dGVlbiAgYnl0ZXMgIA\
                        $J5blCNE0/nrfeGLFR0hV5sUpmC2KL6HhGqGtdtefFbM";

#[test]
fn many_at_once_are_counted_to_the_one_and_let_in_when_right() {
    let world = with_accounts();
    let logins = |password: &str| {
        let children: Vec<_> = (0..8)
            .map(|_| {
                let mut command = world.command();
                let words = ["login", "bob@example.com", "--password-stdin"];
                command.args(words).stdin(std::process::Stdio::piped());
                command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
                let mut child = command.spawn().unwrap();
                let mut stdin = child.stdin.take().unwrap();
                std::io::Write::write_all(&mut stdin, password.as_bytes()).unwrap();
                child
            })
            .collect();
        let codes = children.into_iter().map(|mut child| child.wait().unwrap().code().unwrap());
        codes.collect::<Vec<_>>()
    };
    assert_eq!(logins("wrong"), [1; 8]);
    let sql = "SELECT failures FROM accounts WHERE email = 'bob@example.com'";
    let failures: u32 = world.sql().query_row(sql, [], |row| row.get(0)).unwrap();
    // Five are free; of the rest, those count that came a second later.
    assert!((5..=8).contains(&failures), "{failures}");
    world.account("bob@example.com", RIGHT);
    // The first of them replaces the hash under the others' hands.
    world.sql().execute("UPDATE accounts SET password_hash = ?1", [OLD_HASH]).unwrap();
    assert_eq!(logins(RIGHT), [0; 8]);
}

#[test]
fn lists_follow_real_logins() {
    let world = with_accounts();
    world.admit(["invite", "dan@example.com", "--role=user"]).assert_code(0);
    world.put("dan@example.com", Status::Active);
    world.account("dan@example.com", RIGHT);
    world.try_login("ann@example.com", RIGHT, &[]).assert_code(0);
    world.at("2026-01-10T00:00:00Z", |store, context| {
        let typed = TypedPassword::new(RIGHT.to_owned());
        let email = "bob@example.com".parse().unwrap();
        accounts::login(store, context, &email, &typed, &mut SystemEntropy).unwrap();
    });
    let listed = |flag: &str| {
        let run = world.admit(["list", "--status=active", "--format=ids", flag]);
        run.assert_code(0).lines().join(" ")
    };
    assert_eq!(listed("--never-logged-in"), "dan@example.com");
    assert_eq!(listed("--not-logged-in-for=90d"), "bob@example.com dan@example.com");
    world.try_login("bob@example.com", "wrong", &[]).assert_code(1);
    assert_eq!(listed("--not-logged-in-for=90d"), "bob@example.com dan@example.com");
    world.try_login("bob@example.com", RIGHT, &[]).assert_code(0);
    assert_eq!(listed("--not-logged-in-for=90d"), "dan@example.com");
    let fields = "--fields=email,last_login_at";
    let run = world.admit(["list", "--status=active", "--format=csv", fields]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
email,last_login_at
ann@example.com,[TIME]
bob@example.com,[TIME]
dan@example.com,
--- exit 0

"#]]
    );
    // Who may not see it does not (S0).
    let run = world.admit(["show", "ann@example.com", "--as=dan@example.com"]);
    run.assert_code(77);
}

#[test]
fn single_sign_on_is_recorded_by_the_operator_and_has_no_password() {
    let world = with_accounts();
    let sso = |more: &[&str]| world.admit([&["login", "ann@example.com", "--sso"], more].concat());
    let before = world.contents();
    assert_data_eq!(
        sso(&[]).to_string(),
        str![[r#"
--- stderr
error: main has no single sign-on
hint: log in with a password: admit login EMAIL; or mark it: admit org set main --sso on
--- exit 1

"#]]
    );
    assert_eq!(world.contents(), before);
    world.admit(["org", "set", "--sso=on"]).assert_code(0);
    assert_data_eq!(
        sso(&[]).to_string(),
        str![[r#"
--- stdout
Answer             yes
User               ann@example.com
Name               Ann Lee
Role               Admin
Team               -
Organization       main
Last login before  -
--- exit 0

"#]]
    );
    assert_eq!(world.last_entry(), "login.accept 1: ann@example.com [how=sso]");
    assert!(world.try_login("ann@example.com", RIGHT, &[]).code == 1);
    assert_eq!(
        world.last_entry(),
        "login.refuse 1: ann@example.com [how=password reason=single sign-on]"
    );
    assert_data_eq!(
        sso(&["--as=ann@example.com"]).to_string(),
        str![[r#"
--- stderr
error: login --sso is for the operator at the shell alone
hint: act as the operator: without --as and ADMIT_AS
--- exit 77

"#]]
    );
    assert_eq!(
        world.last_entry(),
        "access.refuse 1:  [command=login reason=login --sso is for the operator at the shell alone]"
    );
    for (email, reason) in [
        ("cid@example.com", "1: cid@example.com [how=sso reason=invited (no link sent yet)]"),
        ("eve@example.com", "1:  [how=sso reason=no user address=eve@example.com]"),
    ] {
        let run = world.admit(["login", email, "--sso"]);
        assert_eq!(run.code, 1, "{run}");
        assert_eq!(world.last_entry(), format!("login.refuse {reason}"));
    }
    sso(&["--password-stdin"]).assert_code(2);
}

#[test]
fn whoever_acts_must_be_somebody_here() {
    let world = with_accounts();
    world.try_login("ann@example.com", RIGHT, &["--as=bob@example.com"]).assert_code(0);
    world.try_login("ann@example.com", RIGHT, &["--as=eve@example.com"]).assert_code(77);
    world.try_login("ann@example.com", RIGHT, &["--as=cid@example.com"]).assert_code(77);
}

#[test]
fn d10_what_is_missing_is_a_wrong_command_line_where_nobody_can_answer() {
    let world = with_accounts();
    assert_data_eq!(
        world.admit(["login", "ann@example.com"]).to_string(),
        str![[r#"
--- stderr
error: the password is missing
hint: admit login EMAIL --password-stdin < FILE, or --sso
--- exit 2

"#]]
    );
    assert_data_eq!(
        world.admit(["login", "--sso"]).to_string(),
        str![[r#"
--- stderr
error: no address is named
hint: admit login EMAIL --password-stdin < FILE, or --sso
--- exit 2

"#]]
    );
    for words in [
        &["login", "ann@example"][..],
        &["login", "ann", "--password-stdin"],
        &["login", "#1", "--password-stdin"],
        &["login", "ann@example.com", "--password", RIGHT],
        &["login", "ann@example.com", RIGHT, "--password-stdin"],
    ] {
        assert_eq!(world.admit_with(RIGHT, words).code, 2, "{words:?}");
    }
}

#[test]
fn stdin_has_the_password_in_its_first_line() {
    let world = with_accounts();
    let login = |stdin: &[u8]| {
        world.admit_with(stdin, ["login", "ann@example.com", "--password-stdin", "--format=ids"])
    };
    for right in ["quiet yellow tram", "quiet yellow tram\r\n", "quiet yellow tram\nand more\n"] {
        login(right.as_bytes()).assert_code(0);
    }
    for wrong in [" quiet yellow tram\n", "quiet yellow tram \n", "Quiet Yellow Tram\n"] {
        login(wrong.as_bytes()).assert_code(1);
        world.account("ann@example.com", RIGHT);
    }
    let long = "x".repeat(10_000_000);
    for (bad, message) in [
        (&b""[..], "stdin: the password is missing"),
        (b"\n", "stdin: the password is missing"),
        (b"quiet \xff tram\n", "stdin: the password is no UTF-8 text"),
        (long.as_bytes(), "stdin: a line is longer than 8192 bytes"),
    ] {
        let run = login(bad);
        assert_eq!(run.assert_code(65).stderr, format!("error: {message}\n"));
    }
    // Longer than a password can be: no, and nothing is cut off it.
    login("x".repeat(8_000).as_bytes()).assert_code(1);
    // Typed on another keyboard, it is the same password.
    world.account("bob@example.com", "Grüne Wolken ziehen");
    world.try_login("bob@example.com", "Gru\u{308}ne Wolken ziehen", &[]).assert_code(0);
}

#[test]
fn d10_at_a_terminal_the_password_is_asked_for_and_stays_hidden() {
    let world = with_accounts();
    // A line that is typed at a terminal is shown, so one is asked there also by a script that means stdin.
    for line in
        ["admit login ann@example.com", "admit --yes login ann@example.com --password-stdin"]
    {
        let mut terminal = world.terminal(line);
        terminal.see("Password");
        // The terminal is silenced right after the question; no person types as fast as a test.
        std::thread::sleep(std::time::Duration::from_millis(500));
        let ended = terminal.press(["quiet yellow tram", ENTER]).end();
        assert!(ended.screen.contains("Ann Lee"), "{}", ended.screen);
        assert!(!ended.raw.contains("tram"), "{}", ended.raw);
    }
    // An empty line declines: nobody tried anything.
    let before = world.contents();
    let mut terminal = world.terminal("admit login ann@example.com");
    terminal.see("Password");
    std::thread::sleep(std::time::Duration::from_millis(500));
    let ended = terminal.press([ENTER]).end();
    assert!(ended.screen.contains("Nothing changed."), "{}", ended.screen);
    assert_eq!(world.contents(), before);
}

#[test]
fn who_logs_in_is_asked_for_at_a_terminal_too() {
    let world = with_accounts();
    let mut terminal = world.terminal("admit login --sso");
    terminal.see("Who logs in? Address");
    let ended = terminal.press(["ann@example.com", ENTER]).end();
    assert!(ended.screen.contains("main has no single sign-on"), "{}", ended.screen);
}

#[test]
fn while_a_password_is_in_memory_no_core_can_be_left() {
    let world = with_accounts();
    let script = "ulimit -c unlimited || ulimit -c hard; ulimit -c >limit; exec $0 login ann@example.com \
                  --password-stdin";
    let mut command = std::process::Command::new("bash");
    command.args(["-c", script, env!("CARGO_BIN_EXE_admit")]).current_dir(world.home());
    command.env_clear().env("HOME", world.home()).stdin(std::process::Stdio::piped());
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    let limits = format!("/proc/{}/limits", child.id());
    // bash becomes admit, which waits for the password, and says nothing that could be waited for.
    let has_none = |_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        let limits = std::fs::read_to_string(&limits).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        core.split_whitespace().skip(4).take(2).eq(["0", "0"])
    };
    assert!((0..200).any(has_none));
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), RIGHT.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    if std::fs::read_to_string(world.home().join("limit")).unwrap().trim() == "0" {
        use std::io::Write;
        writeln!(std::io::stderr(), "skipped: this machine leaves no core anyway").unwrap();
    }
}
