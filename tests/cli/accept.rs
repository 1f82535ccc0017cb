//! `admit accept`: who was invited comes in. What dead links tell is `accept_secrecy`'s, many at once and
//! killed ones are `store`'s.

use admit::domain::status::Status;
use admit::domain::token::Token;
use snapbox::{assert_data_eq, str};

use crate::support::{PASSWORD, World};

/// A world whose portal is set, as the person sees it.
fn world() -> World {
    let world = World::with_store();
    world.admit(["org", "set", "--portal", "https://portal.example.com/invite"]).assert_code(0);
    world
}

#[test]
fn a_new_person_comes_in_with_a_name_and_a_password() {
    let world = world();
    world.admit(["team", "create", "Support"]).assert_code(0);
    let token = world.token(["invite", "Ann@Example.com", "--role=agent", "--team=Support"]);
    let run = world.accept(&token, PASSWORD, &["--name", "Ann Lee"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User               Ann@Example.com
Name               Ann Lee
Organization       main
Organization name  main
Role               agent
Team               Support
Invited by         -
Link expires       [DAY, HOUR AND ZONE]
Account            new
Result             joined
--- stderr
Ann@Example.com joined main as Agent.
--- exit 0

"#]]
    );
    assert_eq!(world.status("Ann@Example.com"), "active");
    assert_data_eq!(
        world.last_entry_anywhere(),
        str!["ann@example.com,invite.accept,main,Ann@Example.com,invite=#1;role=agent;account=new"]
    );
    let hash = world.password_hash("ann@example.com").unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m="), "{hash}");
    // Nobody has logged in by that (trust C13).
    let run =
        world.admit(["show", "ann@example.com", "--format=json", "--fields=name,last_login_at"]);
    assert_eq!(run.stdout, "{\"name\":\"Ann Lee\",\"last_login_at\":null}\n");
}

#[test]
fn a_dry_run_without_a_password_shows_the_offer_and_changes_nothing() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    let token = world.token(["--as=ann@example.com", "invite", "dan@example.com", "--role=user"]);
    let before = world.contents();
    let words = ["accept", "--token-stdin", "--dry-run", "--format=json"];
    assert_data_eq!(
        world.admit_with(&token, words).to_string(),
        str![[r#"
--- stdout
{"user":"dan@example.com","name":null,"organization":"main","organization_name":"main","role":"user","team":null,"inviter":"ann@example.com","expires_at":"[TIME]","account":"new","result":"joined"}
--- stderr
Dry run, nothing was changed; it would say: dan@example.com joined main as User.
--- exit 0

"#]]
    );
    let run = world.accept(&token, "short", &["--dry-run"]);
    run.assert_code(65);
    world.accept(&token, PASSWORD, &["--dry-run"]).assert_code(0);
    assert_eq!(world.contents(), before);
    world.accept(&token, PASSWORD, &[]).assert_code(0);
}

#[test]
fn every_format_says_the_same() {
    let world = world();
    let token = world.token(["invite", "ann@example.com", "--name=Ann Lee"]);
    world.file("token", &token);
    assert_data_eq!(
        world.in_every_format(&["accept", "--token-file=token", "--dry-run", "--quiet"]),
        str![[r#"
=== table
--- stdout
User               ann@example.com
Name               Ann Lee
Organization       main
Organization name  main
Role               user
Team               -
Invited by         -
Link expires       [DAY, HOUR AND ZONE]
Account            new
Result             joined
--- exit 0
=== json
--- stdout
{"user":"ann@example.com","name":"Ann Lee","organization":"main","organization_name":"main","role":"user","team":null,"inviter":null,"expires_at":"[TIME]","account":"new","result":"joined"}
--- exit 0
=== jsonl
--- stdout
{"user":"ann@example.com","name":"Ann Lee","organization":"main","organization_name":"main","role":"user","team":null,"inviter":null,"expires_at":"[TIME]","account":"new","result":"joined"}
--- exit 0
=== csv
--- stdout
user,name,organization,organization_name,role,team,inviter,expires_at,account,result
ann@example.com,Ann Lee,main,main,user,,,[TIME],new,joined
--- exit 0
=== ids
--- stdout
ann@example.com
--- exit 0

"#]]
    );
}

#[test]
fn a_password_that_is_none_to_use_is_told_why_and_the_link_stays() {
    let world = world();
    let token = world.token(["invite", "ann@example.com", "--name=Ann Leatherby"]);
    let before = world.contents();
    let mut said = String::new();
    for password in ["", "short", "passwordpassword", "Leatherby 2026!!", "tab\there and there"] {
        said += &world.accept(&token, password, &["--name", "Anastasia Leatherby"]).to_string();
    }
    assert_data_eq!(
        said,
        str![[r#"
--- stderr
error: stdin: the password is missing
--- exit 65
--- stderr
error: the password has 5 characters; 15 or more are needed
--- exit 65
--- stderr
error: the password is guessed at once: it repeats itself
--- exit 65
--- stderr
error: the password is guessed at once: it is little more than the person's own name
--- exit 65
--- stderr
error: the password holds the control character U+0009
--- exit 65

"#]]
    );
    assert_eq!(world.contents(), before);
    world.accept(&token, PASSWORD, &[]).assert_code(0);
}

#[test]
fn who_has_an_account_joins_with_its_password_and_a_yes() {
    let world = world();
    let token = world.token(["invite", "ann@example.com"]);
    world.accept(&token, PASSWORD, &["--name=Ann Lee"]).assert_code(0);
    let hash = world.password_hash("ann@example.com");
    world.admit(["org", "create", "acme", "--template=security-console"]).assert_code(0);
    let token = world.token(["--org=acme", "invite", "ann@example.com", "--role=editor"]);
    let before = world.status_in("acme", "ann@example.com");
    let no_yes = world.accept(&token, PASSWORD, &[]);
    let wrong = world.accept(&token, "another password altogether", &["--yes"]);
    assert_eq!(world.status_in("acme", "ann@example.com"), before);
    let right = world.accept(&token, PASSWORD, &["--yes"]);
    assert_data_eq!(
        format!("{no_yes}{wrong}{right}"),
        str![[r#"
--- stderr
error: joining acme needs a yes
hint: nobody can answer here; add --yes
--- exit 2
--- stderr
error: the password of ann@example.com is wrong, or was wrong too often
hint: after a few wrong ones one waits before each more, for a quarter of an hour at most; who forgot it has it reset where they are in already: admit password reset USER
--- exit 1
--- stdout
User               ann@example.com
Name               -
Organization       acme
Organization name  acme
Role               editor
Team               -
Invited by         -
Link expires       [DAY, HOUR AND ZONE]
Account            existing
Result             joined
--- stderr
ann@example.com joined acme as Editor.
--- exit 0

"#]]
    );
    assert_eq!(world.status_in("acme", "ann@example.com"), "active");
    assert_eq!(world.password_hash("ann@example.com"), hash);
    assert_data_eq!(
        world.last_entry_anywhere(),
        str![
            "ann@example.com,invite.accept,acme,ann@example.com,invite=#2;role=editor;account=existing"
        ]
    );
}

#[test]
fn c16_a_wrong_password_of_the_account_counts_as_one_at_a_login_does() {
    let world = world();
    world.account("ann@example.com", PASSWORD);
    let token = world.token(["invite", "ann@example.com"]);
    let wrong = |more: &[&str]| {
        let run = world.accept(&token, "another password altogether", more);
        run.assert_code(1).stderr.clone()
    };
    let change = |sql: &str| assert_eq!(world.sql().execute(sql, []).unwrap(), 1);
    // Also a dry run is a try.
    let first = wrong(&["--yes", "--dry-run"]);
    assert_data_eq!(
        world.last_entry(),
        str!["login.refuse 1: ann@example.com [how=accept reason=wrong password failures=1]"]
    );
    assert_eq!(wrong(&["--yes"]), first);
    // Whoever failed often waits, and is told the same; also who would be right.
    change("UPDATE accounts SET failures = failures + 20");
    assert_eq!(wrong(&["--yes"]), first);
    assert_data_eq!(
        world.last_entry(),
        str!["login.refuse 1: ann@example.com [how=accept reason=too many tries failures=22]"]
    );
    let right = world.accept(&token, PASSWORD, &["--yes"]);
    assert_eq!(right.assert_code(1).stderr, first);
    assert_eq!(world.status("ann@example.com"), "invited");
    change("UPDATE accounts SET failed_at = failed_at - 1000");
    world.accept(&token, PASSWORD, &["--yes"]).assert_code(0);
    world.try_login("ann@example.com", PASSWORD, &[]).assert_code(0);
}

#[test]
fn single_sign_on_sets_no_password() {
    let world = world();
    world.admit(["org", "set", "--sso=on"]).assert_code(0);
    let token = world.token(["invite", "ann@example.com"]);
    let words = ["accept", "--token-stdin"];
    let no_yes = world.admit_with(&token, words);
    let yes = world.admit_with(&token, words.into_iter().chain(["--yes"]));
    assert_data_eq!(
        format!("{no_yes}{yes}"),
        str![[r#"
--- stderr
error: joining main needs a yes
hint: nobody can answer here; add --yes
--- exit 2
--- stdout
User               ann@example.com
Name               -
Organization       main
Organization name  main
Role               user
Team               -
Invited by         -
Link expires       [DAY, HOUR AND ZONE]
Account            none
Result             joined
--- stderr
ann@example.com joined main as User.
hint: log in through the single sign-on of main; no password is set here
--- exit 0

"#]]
    );
    assert_eq!(world.status("ann@example.com"), "active");
    assert_eq!(world.password_hash("ann@example.com"), None);
    assert_data_eq!(
        world.last_entry_anywhere(),
        str![
            "ann@example.com,invite.accept,main,ann@example.com,invite=#1;role=user;account=single sign-on"
        ]
    );
}

#[test]
fn an_owner_sets_a_password_and_stays_active() {
    let world = World::fresh();
    let token = world.token(["init", "--owner=olga@example.com"]);
    let run = world.accept(&token, PASSWORD, &["--name=Olga Berg"]);
    assert_data_eq!(
        run.to_string(),
        str![[r#"
--- stdout
User               olga@example.com
Name               Olga Berg
Organization       main
Organization name  main
Role               admin
Team               -
Invited by         -
Link expires       [DAY, HOUR AND ZONE]
Account            new
Result             password set
--- stderr
olga@example.com has a password, and is Admin in main.
--- exit 0

"#]]
    );
    assert_eq!(world.status("olga@example.com"), "active");
    let first = world.password_hash("olga@example.com").unwrap();
    world.accept(&token, "another one of that sort", &[]).assert_code(1);
    // In a second organization of hers, the link is for another password of the same account.
    let token = world.token(["org", "create", "acme", "--owner=olga@example.com"]);
    world.accept(&token, "another one of that sort", &[]).assert_code(0);
    assert_data_eq!(
        world.last_entry_anywhere(),
        str![
            "olga@example.com,invite.accept,acme,olga@example.com,invite=#2;role=admin;account=new password"
        ]
    );
    assert_ne!(world.password_hash("olga@example.com").unwrap(), first);
    // Where there is single sign-on, there is none to set, but for who has one elsewhere.
    let token = world.token(["org", "create", "lab", "--owner=otto@example.com"]);
    world.admit(["org", "set", "lab", "--sso=on"]).assert_code(0);
    world.accept(&token, PASSWORD, &[]).assert_code(1);
    assert_eq!(world.password_hash("otto@example.com"), None);
    let token = world.token(["--org=lab", "org", "create", "hub", "--owner=olga@example.com"]);
    world.admit(["org", "set", "hub", "--sso=on"]).assert_code(0);
    world.accept(&token, "and one for each of the others", &[]).assert_code(0);
}

#[test]
fn a_link_to_set_a_password_does_not_hang_on_whoever_asked_for_it() {
    let world = world();
    let token = world.token(["invite", "ann@example.com"]);
    world.accept(&token, PASSWORD, &[]).assert_code(0);
    let token = world.token(["password", "reset", "ann@example.com"]);
    let sql = "UPDATE invites SET inviter_id = 4711 WHERE state = 1";
    assert_eq!(world.sql().execute(sql, []).unwrap(), 1);
    let run =
        world.accept(&token, "another one of that sort", &["--format=csv", "--fields=result"]);
    assert_eq!(run.assert_code(0).stdout, "result\npassword set\n");
    world.try_login("ann@example.com", PASSWORD, &[]).assert_code(1);
    world.try_login("ann@example.com", "another one of that sort", &[]).assert_code(0);
}

#[test]
fn a_reminder_carries_a_link_of_its_own_and_one_of_the_two_is_used() {
    let world = world();
    for (time, email) in ["ann@example.com", "bob@example.com"].into_iter().enumerate() {
        let first = world.token(["invite", email]);
        let number = first.split('.').next().unwrap();
        let second = format!("{number}.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
        let secret = second.parse::<Token>().unwrap().secret.hash();
        let sql = "UPDATE invites SET reminder_hash = ?1 WHERE id = ?2";
        let remind = (secret.as_bytes().as_slice(), number);
        assert_eq!(world.sql().execute(sql, remind).unwrap(), 1);
        let (used, other) = if time == 0 { (&first, &second) } else { (&second, &first) };
        world.accept(used, PASSWORD, &[]).assert_code(0);
        world.accept(other, PASSWORD, &[]).assert_code(1);
    }
}

#[test]
fn what_still_waits_to_be_mailed_is_withdrawn() {
    let world = world();
    for command in ["accept", "decline"] {
        let email = format!("{command}@example.com");
        let token = world.token(["invite", &email]);
        let sql = world.sql();
        let queued = "UPDATE deliveries SET state = 1 WHERE user_id = (SELECT max(id) FROM users)";
        assert_eq!(sql.execute(queued, []).unwrap(), 1);
        let run = match command {
            "accept" => world.accept(&token, PASSWORD, &[]),
            _ => world.decline(&token),
        };
        run.assert_code(0);
        let waiting = "SELECT count(*) FROM deliveries WHERE state = 1";
        assert_eq!(sql.query_row(waiting, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    }
}

#[test]
fn c11_a_token_comes_from_a_file_or_stdin_as_a_mail_program_leaves_it() {
    let world = world();
    let mangled: [fn(&str) -> String; 6] = [
        |token| format!("{token}\r\n"),
        |token| format!("  {token}\t\n"),
        |token| format!("<https://portal.example.com/invite?invite={token}>\n"),
        |token| format!("\u{feff}{token}"),
        |token| format!("{}\r\n{}\r\n", &token[..20], &token[20..]),
        |token| format!("Come in: https://portal.example.com/invite?invite={token}.\n"),
    ];
    for (number, mangle) in mangled.into_iter().enumerate() {
        let email = format!("p{number}@example.com");
        let typed = mangle(&world.token(["invite", &email]));
        world.file("token", &typed);
        let words = ["accept", "--token-file=token", "--password-stdin"];
        world.admit_with(PASSWORD, words).assert_code(0);
        assert_eq!(world.status(&email), "active", "{typed:?}");
    }
    let token = world.token(["invite", "q@example.com"]);
    let both = format!("{token}\r\n{PASSWORD}\r\n");
    let words = ["accept", "--token-stdin", "--password-stdin"];
    world.admit_with(both, words).assert_code(0);
}

#[test]
fn d10_what_cannot_be_answered_is_a_wrong_command_line_at_once() {
    let world = world();
    let token = world.token(["invite", "ann@example.com"]);
    world.file("token", &token);
    let before = world.contents();
    let mut said = String::new();
    for words in [
        &["accept"][..],
        &["accept", "--password-stdin"],
        &["accept", "--token-file=token"],
        &["accept", "--token-file=missing"],
        &["accept", "--token-file=.", "--password-stdin"],
        &["accept", "--token-file=token", "--fields=secret"],
        &["decline"],
        &["decline", "--token-file=token"],
    ] {
        said += &world.admit(words).to_string();
    }
    assert_data_eq!(
        said,
        str![[r#"
--- stderr
error: no token is given
hint: admit accept --token-stdin, or --token-file FILE
--- exit 2
--- stderr
error: no token is given
hint: admit accept --token-stdin, or --token-file FILE
--- exit 2
--- stderr
error: no password is given
hint: give it on stdin: --password-stdin; with --token-stdin it is the line behind the token's
--- exit 2
--- stderr
error: missing: no such file or directory
--- exit 66
--- stderr
error: . is a directory
--- exit 66
--- stderr
error: there is no field `secret`; the fields are user, name, organization, organization_name, role, team, inviter, expires_at, account, result
--- exit 2
--- stderr
error: no token is given
hint: admit decline --token-stdin, or --token-file FILE
--- exit 2
--- stderr
error: declining an invite needs a yes
hint: nobody can answer here; add --yes
--- exit 2

"#]]
    );
    // Nothing about who it is, and no secret, is an argument (trust C9, C12, D10).
    for flag in ["--token", "--email", "--role", "--team", "--password", "--org-role"] {
        world.admit(["accept", "--token-file=token", flag, "x"]).assert_code(2);
    }
    world.admit(["accept", &token]).assert_code(2);
    assert_eq!(world.contents(), before);
}

#[test]
fn d2_a_password_of_any_length_is_taken_whole_or_refused() {
    let world = World::with_store();
    let token = world.token(["invite", "ann@example.com"]);
    let of_length = |bytes| {
        "quiet yellow tram; brown fox on 7 hills! ".chars().cycle().take(bytes).collect::<String>()
    };
    for (bytes, says) in [
        (1_025, "error: the password is longer than 1024 bytes, which is the most\n"),
        (10_000_000, "error: stdin: a line is longer than 8192 bytes\n"),
    ] {
        let run = world.accept(&token, &of_length(bytes), &[]);
        assert_eq!((run.code, &*run.stderr, &*run.stdout), (65, says, ""), "{bytes}");
    }
    world.accept(&token, &of_length(1_024), &[]).assert_code(0);
    world.try_login("ann@example.com", &of_length(1_023), &[]).assert_code(1);
    world.try_login("ann@example.com", &of_length(1_024), &[]).assert_code(0);
}

#[test]
fn c12_who_acts_and_where_is_what_the_link_says() {
    let world = World::with_people();
    world.admit(["org", "create", "acme"]).assert_code(0);
    let token = world.token(["invite", "dan@example.com", "--role=user"]);
    let more = ["--as=nobody@example.com", "--org=acme", "--format=csv", "--fields=organization"];
    let run = world.accept(&token, PASSWORD, &more);
    assert_eq!(run.assert_code(0).stdout, "organization\nmain\n");
    assert_data_eq!(
        world.last_entry_anywhere(),
        str!["dan@example.com,invite.accept,main,dan@example.com,invite=#3;role=user;account=new"]
    );
}
