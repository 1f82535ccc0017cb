//! The secret in a link: what it is drawn from, what ends it, and where it can never be given (trust C1, C6, C7,
//! C17). What a dead link tells is in `accept_secrecy`, that none is kept in `invite` and `delivery`.

use std::collections::BTreeSet;
use std::thread;

use admit::domain::password::TypedPassword;
use admit::domain::status::Status;
use admit::domain::token::{Entropy, EntropyError};
use admit::ops::acceptance::{self, Acceptance};
use admit::ops::invites::{self, InviteRequest, Recipients, Terms};
use snapbox::{assert_data_eq, str};

use crate::support::{PASSWORD, World};

/// A system that gives no random numbers.
struct Broken;

impl Entropy for Broken {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError("input/output error".to_owned()))
    }
}

#[test]
fn c1_two_thousand_tokens_are_all_different_and_every_place_takes_every_sign() {
    const MANY: usize = 2_000;
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let world = World::with_store();
    let people: String = (0..MANY).map(|n| format!("n{n}@example.com\n")).collect();
    let words = ["invite", "-", "--format=csv", "--fields=link", "--quiet"];
    let run = world.admit_with(people, words);
    run.assert_code(0);
    let secrets: BTreeSet<&str> =
        run.lines()[1..].iter().map(|token| token.split_once('.').unwrap().1).collect();
    assert_eq!(secrets.len(), MANY);
    // That one of 64 signs is missing at some place by chance happens once in ten thousand million runs.
    let expected: BTreeSet<u8> = SIGNS.iter().copied().collect();
    for place in 0..43 {
        let seen: BTreeSet<u8> = secrets.iter().map(|secret| secret.as_bytes()[place]).collect();
        match place {
            // 256 bits are 42 signs and four bits, which stand in front in the last.
            42 => assert_eq!(seen.len(), 16),
            _ => assert_eq!(seen, expected, "place {place}"),
        }
    }
}

#[test]
fn c1_where_the_system_gives_no_random_numbers_no_link_is_made_and_nothing_kept() {
    let world = World::with_people();
    world.put("ann@example.com", Status::Active);
    let token = world.token(["invite", "dan@example.com"]);
    let token = token.parse().unwrap();
    let before = world.contents();
    world.at("2026-11-29T08:00:00Z", |store, context| {
        let named = |email: &str| Recipients::Named(vec![email.parse().unwrap()]);
        let request = InviteRequest {
            people: vec!["new@example.com".parse().unwrap()],
            name: None,
            role: None,
            team: None,
            agents: Vec::new(),
            holdings: Default::default(),
            lifetime: None,
            delivery: None,
            outlet: Default::default(),
        };
        let typed = TypedPassword::new(PASSWORD.to_owned());
        let acceptance = Acceptance { name: None, password: Some(typed) };
        let failures = [
            invites::invite(store, context, &mut Broken, &request).map(drop).unwrap_err(),
            invites::send(
                store,
                context,
                &mut Broken,
                &named("cid@example.com"),
                &Terms::default(),
            )
            .map(drop)
            .unwrap_err(),
            acceptance::accept(store, context, &mut Broken, Some(&token), &acceptance)
                .map(drop)
                .unwrap_err(),
        ];
        for failure in failures {
            let said = failure.to_string();
            assert_eq!(said, "the system gives no random numbers: input/output error");
        }
    });
    assert_eq!(world.contents(), before);
}

#[test]
fn c6_a_new_link_lives_from_now_on_and_the_old_one_is_dead_at_once() {
    let world = World::with_store();
    world.admit(["invite", "ann@example.com", "--no-send"]).assert_code(0);
    let old = world.token_made_at("2026-01-01T00:00:00Z", "ann@example.com");
    let ends = |world: &World| -> i64 {
        let sql = "SELECT expires_at FROM invites ORDER BY id DESC LIMIT 1";
        world.sql().query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(ends(&world), seconds("2026-01-08T00:00:00Z"));
    let new = world.at("2026-01-05T12:00:00Z", |store, context| {
        let users = [("ann@example.com").parse().unwrap()];
        let entropy = &mut admit::random::SystemEntropy;
        let sent = invites::resend(store, context, entropy, &users, &Terms::default()).unwrap();
        let sent = sent.users.into_iter().next().unwrap().result.unwrap();
        sent.sending.link().unwrap().token.as_ref().unwrap().reveal().to_string()
    });
    assert_eq!(ends(&world), seconds("2026-01-12T12:00:00Z"));
    let offered = |token: &str, now: &str| {
        world.at(now, |store, context| {
            acceptance::look(store, context, Some(&token.parse().unwrap())).is_ok()
        })
    };
    assert!(!offered(&old, "2026-01-05T12:00:00Z"));
    assert!(offered(&new, "2026-01-12T11:59:59Z"), "also when the old one would be over");
    assert!(!offered(&new, "2026-01-12T12:00:00Z"));
}

fn seconds(moment: &str) -> i64 {
    moment.parse::<admit::domain::time::Timestamp>().unwrap().timestamp()
}

/// Everything in the store but what the audit says of it.
fn unaudited(world: &World) -> Vec<String> {
    world.contents().into_iter().filter(|row| !row.starts_with("audit")).collect()
}

/// How a link comes about, what ends it, and what brings its person back, or nearly.
type Loss = (&'static [&'static str], &'static str, &'static str);

const LOSSES: &[Loss] = &[
    (&["invite ann@example.com"], "cancel ann@example.com", "invite ann@example.com --no-send"),
    (&["invite ann@example.com"], "cancel ann@example.com", "invite ann@example.com --send"),
    (&["invite ann@example.com"], "remove ann@example.com --yes", "invite ann@example.com"),
    (
        &["invite ann@example.com --role user"],
        "set-role ann@example.com --role agent",
        "set-role ann@example.com --role user",
    ),
    (
        &["invite ann@example.com --role agent"],
        "set-role ann@example.com --role user",
        "send ann@example.com",
    ),
    (
        &["ACTIVE", "password reset ann@example.com"],
        "deactivate ann@example.com --yes",
        "reactivate ann@example.com",
    ),
    (
        &["ACTIVE", "password reset ann@example.com"],
        "remove ann@example.com --yes",
        "invite ann@example.com",
    ),
    (
        &["org create lab", "--org lab invite ann@example.com"],
        "org delete lab --yes",
        "org create lab",
    ),
];

#[test]
fn c7_whatever_takes_access_away_ends_the_open_link_and_a_way_back_does_not_revive_it() {
    let check = |(before, loss, back): &Loss| {
        let world = World::with_store();
        world.another_manager();
        let run = |line: &str| world.admit(line.split(' ')).assert_code(0).stdout.clone();
        let mut said = String::new();
        for line in *before {
            said = match *line {
                "ACTIVE" => {
                    run("invite ann@example.com --no-send");
                    world.put("ann@example.com", Status::Active);
                    String::new()
                }
                line => run(line),
            };
        }
        let token = said.lines().last().unwrap().to_owned();
        let offered = world.admit_with(&token, ["accept", "--token-stdin", "--dry-run"]);
        assert_eq!(offered.code, 0, "{offered}");
        for line in [loss, back] {
            run(line);
            let before = unaudited(&world);
            let run = world.accept(&token, PASSWORD, &[]);
            assert_data_eq!(
                run.to_string(),
                str![[r#"
--- stderr
error: the link is not valid, or not any more
hint: ask whoever you have it from for a new one
--- exit 1

"#]]
            );
            assert_eq!(unaudited(&world), before, "{loss} {back}");
            assert_eq!(world.password_hash("ann@example.com"), None, "{loss} {back}");
        }
    };
    thread::scope(|scope| {
        let checks: Vec<_> = LOSSES.iter().map(|loss| scope.spawn(move || check(loss))).collect();
        checks.into_iter().for_each(|check| check.join().unwrap());
    });
}

#[test]
fn c17_links_lead_to_https_alone_whatever_names_the_portal() {
    let world = World::with_store();
    let says = "the portal's address must start with https:// (http:// only for localhost)";
    for address in ["http://portal.example.com/join", "http://localhost.example.com", "ftp://x"] {
        let portal = format!("--portal={address}");
        let before = world.contents();
        let setting = world.admit(["org", "set", &portal]);
        let file = world.file("portal.toml", format!("portal = \"{address}\"\n"));
        let file = format!("ADMIT_CONFIG={} admit invite ann@example.com", file.display());
        let file = world.bash(&file);
        let variable = world.bash(&format!("ADMIT_PORTAL={address} admit invite ann@example.com"));
        for (run, code) in [(setting, 2), (file, 78), (variable, 78)] {
            assert_eq!((run.code, &*run.stdout), (code, ""), "{run}");
            assert!(run.stderr.contains(says), "{run}");
        }
        assert_eq!(world.contents(), before);
    }
    let run = world.bash("ADMIT_PORTAL=http://localhost:8080/join admit invite ann@example.com -q");
    assert!(run.assert_code(0).stdout.contains("\nhttp://localhost:8080/join?invite="), "{run}");
}
