//! `admit expire --remind-within`: who is reminded, once, and that nothing is mailed that is not wanted any
//! more.

use std::time::Duration;

use admit::clock;
use admit::domain::delivery::{Answer, Handover};
use admit::domain::machine::Reading;
use admit::domain::organization::Organization;
use admit::domain::status::Status;
use admit::domain::time::{Timestamp, to_rfc3339};
use admit::mail::{Message, Step, Transport};
use admit::ops::delivery::{Delivered, Fate, Post, Round, Work, Worker};
use admit::ops::invites::{self, ExpireOutcome, ExpireRequest, RemindRequest};
use admit::ops::{Context, Error, Mode};
use admit::random::SystemEntropy;
use admit::store::Store;
use chrono::TimeDelta;
use snapbox::{assert_data_eq, str};

use super::with_due_invites;
use crate::support::World;

fn request(within: &str) -> ExpireRequest {
    let sender = Some("admit@example.com".parse().unwrap());
    let remind = Some(RemindRequest { within: within.parse().unwrap(), sender });
    ExpireRequest { remind, ..ExpireRequest::default() }
}

/// Works on the store so many hours from now.
fn in_hours<T>(world: &World, hours: i64, work: impl FnOnce(&mut Store, &Context) -> T) -> T {
    world.at(&to_rfc3339(clock::now() + TimeDelta::hours(hours)), work)
}

/// What `expire` does so many hours from now: who expired, who is reminded.
fn expire_in(world: &World, hours: i64, within: &str) -> [Vec<String>; 2] {
    in_hours(world, hours, |store, context| {
        names(&invites::expire(store, context, &request(within)).unwrap())
    })
}

fn names(outcome: &ExpireOutcome) -> [Vec<String>; 2] {
    let expired = outcome.expired.iter().flat_map(|it| &it.links).map(|link| &link.user);
    let reminded = outcome.reminded.iter().flat_map(|it| &it.users).map(|it| &it.user);
    [
        expired.map(|user| user.reference().to_string()).collect(),
        reminded.map(|user| user.reference().to_string()).collect(),
    ]
}

/// Each delivery of the outbox that is a reminder: whose, and where it stands.
fn reminders(world: &World) -> Vec<(String, i64)> {
    let sql = world.sql();
    let mut statement = sql
        .prepare(
            "SELECT u.email, d.state FROM deliveries d JOIN users u ON u.id = d.user_id
             WHERE d.kind = 2 ORDER BY d.id",
        )
        .unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Nobody expired, nobody is reminded.
const NOBODY: [Vec<String>; 2] = [Vec::new(), Vec::new()];

const QUEUED: i64 = 1;
const HANDED_OVER: i64 = 3;
const WITHDRAWN: i64 = 7;

/// eve's link lives one day, ann's and bob's seven; cid has none, and an active owner one for a password.
fn world_with_one_that_ends_soon() -> World {
    let world = World::with_people();
    world.admit(["invite", "eve@example.com", "--expires-in=1d"]).assert_code(0);
    world
}

#[test]
fn who_has_little_time_left_is_reminded_once() {
    let world = world_with_one_that_ends_soon();
    let entries = world.entries();
    let eve = "eve@example.com".to_owned();
    assert_eq!(expire_in(&world, 0, "2d"), [vec![], vec![eve.clone()]]);
    assert_eq!(reminders(&world), [(eve, QUEUED)]);
    assert_eq!(world.entries(), entries + 1);
    assert_eq!(world.last_entry(), "invite.remind 1: eve@example.com []");
    let row = "SELECT d.invite_id = u.invite_id AND d.inviter_id IS NULL AND d.due_at <= d.created_at
                   AND i.reminded_at IS NOT NULL AND i.reminder_hash IS NULL AND i.state = 1
               FROM deliveries d JOIN users u ON u.id = d.user_id JOIN invites i ON i.id = u.invite_id
               WHERE d.kind = 2";
    assert!(world.sql().query_row(row, [], |row| row.get::<_, bool>(0)).unwrap());
    let before = world.contents();
    for hours in [0, 1, 23] {
        assert_eq!(expire_in(&world, hours, "2d"), NOBODY);
    }
    assert_eq!(world.contents(), before);
    assert_eq!(world.status("eve@example.com"), "invited");
}

#[test]
fn the_time_counts_to_the_second_at_both_ends() {
    let world = World::with_store();
    world.at("2026-03-01T00:00:00Z", |store, context| {
        super::invite(store, context, "eve@example.com");
    });
    // The link ends on 2026-03-08 at midnight.
    let at = |time: &str| {
        world.at(time, |store, context| {
            let dry = Context { mode: Mode::DryRun, ..context.clone() };
            names(&invites::expire(store, &dry, &request("2d")).unwrap()).map(|names| names.len())
        })
    };
    assert_eq!(at("2026-03-05T23:59:59Z"), [0, 0]);
    assert_eq!(at("2026-03-06T00:00:00Z"), [0, 1]);
    assert_eq!(at("2026-03-07T23:59:59Z"), [0, 1]);
    assert_eq!(at("2026-03-08T00:00:00Z"), [1, 0]);
}

#[test]
fn what_is_due_runs_out_and_is_not_reminded_of() {
    let world = world_with_one_that_ends_soon();
    let [expired, reminded] = expire_in(&world, 7 * 24 - 1, "2d");
    assert_eq!(expired, ["eve@example.com"]);
    assert_eq!(reminded, ["ann@example.com", "bob@example.com"]);
    assert_eq!(world.last_entry(), "invite.remind 2: ann@example.com bob@example.com []");
}

#[test]
fn those_who_are_in_already_or_have_no_link_are_left_alone() {
    let world = world_with_one_that_ends_soon();
    world.put("ann@example.com", Status::Active);
    world.admit(["cancel", "bob@example.com"]).assert_code(0);
    world.admit(["org", "create", "other", "--owner=olga@example.com"]).assert_code(0);
    assert_eq!(expire_in(&world, 0, "365d"), [vec![], vec!["eve@example.com".to_owned()]]);
}

#[test]
fn each_organization_has_its_entry() {
    let world = world_with_one_that_ends_soon();
    world.admit(["org", "create", "other"]).assert_code(0);
    world.admit(["--org=other", "invite", "fay@example.com"]).assert_code(0);
    let entries = world.entries();
    let [_, reminded] = expire_in(&world, 0, "30d");
    assert_eq!(reminded.len(), 4);
    assert_eq!(world.entries(), entries + 2);
}

#[test]
fn sixteen_at_once_remind_once() {
    let world = world_with_one_that_ends_soon();
    let entries = world.entries();
    let reminded: usize = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..16).map(|_| scope.spawn(|| expire_in(&world, 0, "30d"))).collect();
        runs.into_iter().map(|run| run.join().unwrap()[1].len()).sum()
    });
    assert_eq!(reminded, 3);
    assert_eq!(reminders(&world).len(), 3);
    assert_eq!(world.entries(), entries + 1);
}

#[test]
fn what_ends_a_link_withdraws_its_reminder() {
    let ends: [&[&str]; 4] = [
        &["cancel", "eve@example.com"],
        &["resend", "eve@example.com"],
        &["set-role", "eve@example.com", "--role=agent"],
        &["expire"],
    ];
    for words in ends {
        let world = world_with_one_that_ends_soon();
        expire_in(&world, 0, "2d");
        if words == ["expire"] {
            let [expired, _] = expire_in(&world, 25, "1h");
            assert_eq!(expired, ["eve@example.com"]);
        } else {
            world.admit(words).assert_code(0);
        }
        assert_eq!(reminders(&world), [("eve@example.com".to_owned(), WITHDRAWN)], "{words:?}");
        let transport = &mut Taking::default();
        work_off(&world, transport);
        assert_eq!(transport.mails, Vec::<String>::new(), "{words:?}");
    }
}

#[test]
fn who_is_removed_takes_the_reminder_along() {
    let world = world_with_one_that_ends_soon();
    expire_in(&world, 0, "2d");
    world.admit(["remove", "eve@example.com", "--yes"]).assert_code(0);
    assert_eq!(reminders(&world), []);
}

#[test]
fn a_new_link_has_a_reminder_of_its_own() {
    let world = world_with_one_that_ends_soon();
    expire_in(&world, 0, "2d");
    world.admit(["resend", "eve@example.com", "--expires-in=1d"]).assert_code(0);
    let eve = "eve@example.com".to_owned();
    assert_eq!(expire_in(&world, 0, "2d"), [vec![], vec![eve.clone()]]);
    assert_eq!(reminders(&world), [(eve.clone(), WITHDRAWN), (eve, QUEUED)]);
}

#[test]
fn the_mail_carries_a_second_link_and_the_first_goes_on_working() {
    let world = world_with_one_that_ends_soon();
    let invite = "SELECT hex(secret_hash), reminder_hash IS NOT NULL, expires_at FROM invites
                  ORDER BY id DESC LIMIT 1";
    let invite = || {
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        world.sql().query_row::<(String, bool, i64), _, _>(invite, [], row).unwrap()
    };
    let (secret, _, end) = invite();
    expire_in(&world, 0, "2d");
    let transport = &mut Taking::default();
    let delivered = work_off(&world, transport);
    assert_eq!(transport.mails, ["eve@example.com"]);
    assert!(matches!(delivered[0].fate, Fate::HandedOver(_)), "{:?}", delivered[0].fate);
    assert_eq!(invite(), (secret, true, end));
    assert_eq!(reminders(&world), [("eve@example.com".to_owned(), HANDED_OVER)]);
    assert_eq!(expire_in(&world, 2, "2d"), NOBODY);
}

#[test]
fn a_dry_run_says_whom_and_changes_nothing() {
    let world = world_with_one_that_ends_soon();
    let before = world.contents();
    let outcome = in_hours(&world, 0, |store, context| {
        let dry = Context { mode: Mode::DryRun, ..context.clone() };
        invites::expire(store, &dry, &request("2d")).unwrap()
    });
    assert_eq!(names(&outcome)[1], ["eve@example.com"]);
    assert_eq!(world.contents(), before);
}

#[test]
fn by_a_doubtful_clock_nobody_is_reminded() {
    let world = world_with_one_that_ends_soon();
    let before = world.contents();
    let hours = 6 * 24;
    let refused = in_hours(&world, hours, |store, context| {
        let later = Reading { at: context.now, ..clock::reading() };
        store.attend(later);
        invites::expire(store, context, &request("2d")).unwrap_err()
    });
    assert!(matches!(refused, Error::Clock(_)), "{refused}");
    assert_eq!(world.contents(), before);
}

#[test]
fn where_nothing_says_whom_mails_come_from_nobody_is_reminded() {
    let world = with_due_invites();
    let remind = Some(RemindRequest { within: "30d".parse().unwrap(), sender: None });
    let request = ExpireRequest { remind, ..ExpireRequest::default() };
    let said = "nothing says whom the mails of main come from";
    in_hours(&world, 0, |store, context| {
        // What ran out ends all the same, since nobody has to be written to for that.
        let outcome = invites::expire(store, context, &request).unwrap();
        assert_eq!(outcome.expired.len(), 1);
        let senderless: Vec<_> = outcome.senderless.iter().map(ToString::to_string).collect();
        assert_eq!(senderless, [said]);
        // Where nothing else is to be done, it is a refusal.
        let refused = invites::expire(store, context, &request).unwrap_err();
        assert_eq!(refused.to_string(), said);
    });
    assert!(!world.deliveries().iter().any(|line| line.contains(",reminder,")));
}

#[test]
fn without_a_mail_server_nothing_is_done() {
    let world = with_due_invites();
    let before = world.contents();
    assert_data_eq!(
        world.admit(["expire", "--remind-within=2d"]).to_string(),
        str![[r#"
--- stderr
error: no mail server is set up
hint: name one: ADMIT_MAIL, or server in the table [mail] of the settings file
--- exit 78

"#]]
    );
    assert_eq!(world.contents(), before);
}

#[test]
fn reminders_go_out_at_once_and_are_told() {
    let world = with_due_invites();
    world.admit(["invite", "eve@example.com", "--expires-in=1d"]).assert_code(0);
    std::fs::create_dir(world.home().join("mails")).unwrap();
    let run = |server: &str, words: &[&str]| {
        let mut command = world.command();
        command.env("ADMIT_MAIL", server.replace('~', &world.home().display().to_string()));
        world.run(command.args(words))
    };
    world.admit(["org", "set", "--sender=admit@example.com"]).assert_code(0);
    let before = world.contents();
    let words = ["expire", "--remind-within=2d"];
    assert_data_eq!(
        run("folder:~/mails", &["expire", "--remind-within=2d", "--dry-run"]).to_string(),
        str![[r#"
--- stdout
User              Result
old@example.com   expired
dora@example.com  expired
eve@example.com   reminder queued
--- stderr
Dry run, nothing was changed; it would say: Expired 2 invites in main.
Dry run, nothing was changed; it would say: Queued 1 reminder in main.
--- exit 0

"#]]
    );
    assert_eq!(world.contents(), before);
    assert_data_eq!(
        run("folder:~/mails", &words).to_string(),
        str![[r#"
--- stdout
User              Result
old@example.com   expired
dora@example.com  expired
eve@example.com   reminder handed over
--- stderr
Expired 2 invites in main.
Queued 1 reminder in main.
--- exit 0

"#]]
    );
    assert_eq!(run("folder:~/mails", &words).to_string(), "--- exit 0\n");
    assert_eq!(std::fs::read_dir(world.home().join("mails")).unwrap().count(), 1);
}

#[test]
fn where_the_server_cannot_be_reached_reminders_stay_queued_and_are_not_made_twice() {
    let world = world_with_one_that_ends_soon();
    world.admit(["org", "set", "--sender=admit@example.com"]).assert_code(0);
    let run = || {
        let mut command = world.command();
        command.env("ADMIT_MAIL", "smtp://127.0.0.1:1");
        world.run(command.args(["expire", "--remind-within=2d"]))
    };
    assert_data_eq!(
        run().to_string(),
        str![[r#"
--- stdout
User             Result
eve@example.com  reminder queued
--- stderr
Queued 1 reminder in main.
error: the mail server cannot be used: 127.0.0.1:1 cannot be reached: connection refused
hint: the mails stay queued; try again: admit delivery retry --all
--- exit 3

"#]]
    );
    assert_eq!(run().to_string(), "--- exit 0\n");
    assert_eq!(reminders(&world), [("eve@example.com".to_owned(), QUEUED)]);
    world.admit(["cancel", "eve@example.com"]).assert_code(0);
    assert_eq!(reminders(&world), [("eve@example.com".to_owned(), WITHDRAWN)]);
}

#[test]
fn a_time_that_is_none_is_a_wrong_command_line() {
    let world = with_due_invites();
    let before = world.contents();
    for time in ["", "2", "59m", "366d", "-2d", "soon"] {
        world.admit(["expire", &format!("--remind-within={time}")]).assert_code(2);
    }
    assert_eq!(world.contents(), before);
}

/// A way out that takes everything, and remembers whom it was for.
#[derive(Default)]
struct Taking {
    mails: Vec<String>,
}

impl Transport for Taking {
    fn hand_over(&mut self, message: &Message, _: &mut dyn FnMut(Step)) -> Handover {
        self.mails.push(message.recipient.to_string());
        Handover::Accepted(Answer::new("250 taken"))
    }

    fn close(&mut self) {}
}

/// A round that is never over.
struct Now;

impl Round for Now {
    fn now(&mut self) -> Timestamp {
        clock::now()
    }

    fn wait(&mut self, _: Duration) {}

    fn is_over(&mut self) -> bool {
        false
    }
}

/// Works the queue off.
fn work_off(world: &World, transport: &mut Taking) -> Vec<Delivered> {
    in_hours(world, 0, |store, context| {
        let portal = |_: &Organization| Some("https://portal.example.com/join".parse().unwrap());
        let post = Post {
            transport,
            sender: Some("admit@example.com".parse().unwrap()),
            portal: &portal,
            round: &mut Now,
            pause: None,
            patience: Duration::from_secs(3600),
        };
        let work = Work::Queue { limit: None };
        let mut entropy = SystemEntropy;
        let worker = Worker::new(store, context, &mut entropy, post, work).unwrap();
        worker.map(Result::unwrap).collect()
    })
}
