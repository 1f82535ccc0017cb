//! What a link that leads nowhere tells whoever holds it: the same, whatever the reason (trust C8, C10). Why it
//! does is in the audit alone; no secret is anywhere.

use std::thread;

use admit::domain::status::Status;
use snapbox::{assert_data_eq, str};

use crate::support::{PASSWORD, Run, World};

/// A secret that no link has.
const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// What everybody is told.
const ANSWER: &str = "--- stderr
error: the link is not valid, or not any more
hint: ask whoever you have it from for a new one
--- exit 1
";

/// One link for each reason why it may be dead, with what the audit says of it.
fn dead_links() -> (World, Vec<(String, &'static str)>) {
    let world = World::fresh();
    let owner = world.token(["init", "--owner=owner@example.com"]);
    let run = |words: &[&str]| world.admit(words).assert_code(0).stdout.clone();
    let invited = |name: &str| world.token(["invite", &format!("{name}@example.com")]);
    let mut links = vec![
        ("not-a-token".to_owned(), "reason=no token"),
        (format!("4711.{SECRET}"), "reason=no invite #4711"),
    ];
    let wrong = invited("wrong");
    let number = wrong.split('.').next().unwrap();
    links.push((format!("{number}.{SECRET}"), "reason=wrong secret"));

    let used = invited("used");
    world.accept(&used, PASSWORD, &[]).assert_code(0);
    links.push((used, "reason=the link is accepted"));
    let declined = invited("declined");
    world.decline(&declined).assert_code(0);
    links.push((declined, "reason=the link is declined"));
    links.push((invited("cancelled"), "reason=the link is withdrawn"));
    run(&["cancel", "cancelled@example.com"]);
    links.push((invited("replaced"), "reason=the link is replaced"));
    run(&["resend", "replaced@example.com"]);
    links.push((invited("moved"), "reason=the link is withdrawn"));
    run(&["set-role", "moved@example.com", "--role=agent"]);
    links.push((invited("removed"), "reason=no invite #"));
    run(&["remove", "removed@example.com", "--yes"]);

    run(&["invite", "swept@example.com", "late@example.com", "--no-send"]);
    links.push((
        world.token_made_at("2020-01-01T00:00:00Z", "swept@example.com"),
        "reason=the link is expired",
    ));
    run(&["expire"]);
    links.push((
        world.token_made_at("2020-01-01T00:00:00Z", "late@example.com"),
        "reason=the link has run out",
    ));

    // What a deactivation ended, coming back does not open again (trust C7).
    world.another_manager();
    run(&["deactivate", "owner@example.com"]);
    run(&["reactivate", "owner@example.com"]);
    links.push((owner, "reason=the link is withdrawn"));

    // Whoever invited may not any more (rule 3).
    for name in ["demoted", "dismissed", "gone"] {
        let inviter = format!("{name}@example.com");
        run(&["invite", &inviter, "--role=admin", "--no-send"]);
        world.put(&inviter, Status::Active);
    }
    let invited_by = |name: &str| {
        let (inviter, guest) =
            (format!("--as={name}@example.com"), format!("by-{name}@example.com"));
        world.token([&inviter, "invite", &guest, "--role=user"])
    };
    links.push((invited_by("demoted"), "the inviter may not any more: demoted@example.com may not do this: invite needs invite-users"));
    links.push((
        invited_by("dismissed"),
        "the inviter may not any more: dismissed@example.com is deactivated",
    ));
    links.push((invited_by("gone"), "is no user here"));
    run(&["set-role", "demoted@example.com", "--role=user"]);
    run(&["deactivate", "dismissed@example.com"]);
    run(&["remove", "gone@example.com", "--yes"]);

    // Nothing is left to set where there is single sign-on.
    links.push((
        world.token(["org", "create", "lab", "--owner=olga@example.com"]),
        "reason=single sign-on needs no password",
    ));
    run(&["org", "set", "lab", "--sso=on"]);
    (world, links)
}

/// All of them at once, as each takes its time on purpose.
fn each<T: Sync>(things: &[T], run: impl Fn(&T) -> Run + Sync) -> Vec<Run> {
    let run = &run;
    thread::scope(|scope| {
        let runs: Vec<_> = things.iter().map(|thing| scope.spawn(move || run(thing))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    })
}

#[test]
fn c8_every_dead_link_gets_the_same_answer_and_the_audit_has_the_reason() {
    let (world, links) = dead_links();
    let (users, entries) = (world.people(), world.entries());
    for command in ["accept", "decline"] {
        let runs = each(&links, |(token, _)| {
            let words = [command, "--token-stdin", "--password-stdin", "--yes"];
            let words =
                words.into_iter().filter(|word| command == "accept" || !word.contains("password"));
            world.admit_with(format!("{token}\n{PASSWORD}\n"), words)
        });
        for ((_, reason), run) in links.iter().zip(&runs) {
            assert_eq!(run.to_string(), ANSWER, "{command} {reason}");
        }
    }
    assert_eq!(world.people(), users);
    assert_eq!(world.entries(), entries + 2 * links.len() as i64);
    let words =
        ["audit", "list", "--everywhere", "--action=invite.refuse", "--all", "--format=csv"];
    let audit = world.admit(words.into_iter().chain(["--fields=detail"])).stdout;
    for (_, reason) in &links {
        assert!(audit.matches(reason).count() >= 2, "{reason}\n{audit}");
    }
}

#[test]
fn who_may_invite_again_makes_the_link_work_again() {
    let world = World::with_store();
    world.admit(["invite", "ann@example.com", "--role=admin", "--no-send"]).assert_code(0);
    world.put("ann@example.com", Status::Active);
    world.another_manager();
    let token = world.token(["--as=ann@example.com", "invite", "dan@example.com"]);
    world.admit(["set-role", "ann@example.com", "--role=user"]).assert_code(0);
    world.accept(&token, PASSWORD, &[]).assert_code(1);
    world.admit(["set-role", "ann@example.com", "--role=admin"]).assert_code(0);
    world.accept(&token, PASSWORD, &[]).assert_code(0);
}

#[test]
fn a_new_link_from_somebody_else_takes_the_place_of_one_whose_inviter_left() {
    let world = World::with_store();
    world.admit(["invite", "ann@example.com", "--role=admin", "--no-send"]).assert_code(0);
    world.put("ann@example.com", Status::Active);
    world.another_manager();
    let token = world.token(["--as=ann@example.com", "invite", "dan@example.com"]);
    world.admit(["deactivate", "ann@example.com"]).assert_code(0);
    world.accept(&token, PASSWORD, &[]).assert_code(1);
    let token = world.token(["--as=max@example.com", "resend", "dan@example.com"]);
    world.accept(&token, PASSWORD, &[]).assert_code(0);
}

#[test]
fn c10_what_is_no_token_is_answered_as_one_that_nobody_knows() {
    let world = World::with_store();
    let good = world.token(["invite", "ann@example.com"]);
    let (number, secret) = good.split_once('.').unwrap();
    let naughty = [
        String::new(),
        "undefined".to_owned(),
        "null".to_owned(),
        "-1".to_owned(),
        "0".to_owned(),
        "1e309".to_owned(),
        ".".to_owned(),
        "' OR 1=1 --".to_owned(),
        format!("{number}.' OR 1=1 --"),
        format!("{good}="),
        format!("{good}\0"),
        format!("\0{good}"),
        format!("0{good}"),
        format!("+{good}"),
        format!("{number}{secret}"),
        format!("{number}.{}", secret.to_uppercase()),
        format!("{number}.{}", &secret[1..]),
        format!("{number}.{secret}{secret}"),
        format!("{}.{secret}", "9".repeat(400)),
        format!("１.{secret}"),
        format!("{number}․{secret}"),
        "ÅÍÎÏ˝ÓÔÒÚÆ☃".to_owned(),
        "田中さんにあげて下さい".to_owned(),
        "\u{202e}\u{2066}test\u{2069}".to_owned(),
        "\u{1b}[31mred".to_owned(),
        "$(touch hacked)".to_owned(),
        "../../../etc/passwd".to_owned(),
        "<script>alert(1)</script>".to_owned(),
        "{{7*7}}".to_owned(),
        "%s%n%x".to_owned(),
        "x".repeat(1 << 20),
        format!("{good}{}", " ".repeat(1 << 20)),
    ];
    let runs = each(&naughty, |typed| {
        world.admit_with(typed, ["accept", "--token-stdin", "--password-stdin"])
    });
    for (typed, run) in naughty.iter().zip(&runs) {
        let start: String = typed.chars().take(60).collect();
        assert_eq!(run.to_string(), ANSWER, "{start:?}");
    }
    let bytes: [&[u8]; 3] = [b"\xff\xfe1\x00.\x00", b"\x80\x81", &[0; 5000]];
    for (number, bytes) in bytes.into_iter().enumerate() {
        let file = format!("token{number}");
        world.file(&file, bytes);
        let run = world.admit(["accept", "--token-file", &file, "--password-stdin"]);
        assert_eq!(run.to_string(), ANSWER, "{bytes:?}");
    }
    assert_data_eq!(world.last_entry_anywhere(), str!["operator,invite.refuse,,,reason=no token"]);
    world.accept(&good, PASSWORD, &[]).assert_code(0);
}

#[test]
fn c16_twenty_wrong_tries_lock_nobody_out() {
    let world = World::with_store();
    let token = world.token(["invite", "ann@example.com"]);
    let tries = vec![format!("1.{SECRET}"); 20];
    for run in each(&tries, |wrong| world.accept(wrong, PASSWORD, &[])) {
        assert_eq!(run.to_string(), ANSWER);
    }
    world.accept(&token, PASSWORD, &[]).assert_code(0);
}

#[test]
fn c13_who_accepts_is_shown_no_secret_and_none_is_kept() {
    let world = World::with_store();
    let token = world.token(["invite", "ann@example.com"]);
    let secret = token.split_once('.').unwrap().1;
    let said = [
        world.accept(&token, "too short", &[]),
        world.accept(&token, PASSWORD, &["--format=json"]),
        world.accept(&token, PASSWORD, &[]),
        world.admit(["audit", "list", "--everywhere", "--all", "--format=json"]),
        world.admit(["show", "ann@example.com", "--history", "--format=json"]),
        world.admit(["export", "--format=jsonl"]),
    ];
    let store = std::fs::read_dir(world.store_path().parent().unwrap()).unwrap();
    let kept: Vec<Vec<u8>> =
        store.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    for hidden in [secret, PASSWORD, "too short"] {
        for run in &said {
            assert!(!run.stdout.contains(hidden) && !run.stderr.contains(hidden), "{run}");
        }
        let is_kept =
            |file: &Vec<u8>| file.windows(hidden.len()).any(|window| window == hidden.as_bytes());
        assert!(!kept.iter().any(is_kept), "{hidden}");
    }
}
