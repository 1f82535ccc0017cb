//! Many processes at once on one store: nobody fails for the others' sake, nothing happens twice
//! (trust K1 to K3).

use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use admit::domain::status::Status;
use admit::ops::invites::{self, InviteRequest};
use admit::random::SystemEntropy;
use rusqlite::TransactionBehavior;

use crate::state::{assert_whole, connect, number, people, users};
use crate::support::World;

/// Runs all these commands at once; what each of them said, in order.
fn at_once(world: &World, commands: &[Vec<String>]) -> Vec<Output> {
    let start = |words: &Vec<String>| {
        let mut command = world.command();
        command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let children: Vec<_> = commands.iter().map(start).collect();
    children.into_iter().map(|child| child.wait_with_output().unwrap()).collect()
}

/// The same, but none of them gets to write before all of them run.
pub(crate) fn at_once_behind_a_lock(world: &World, commands: &[Vec<String>]) -> Vec<Output> {
    let mut other = connect(world);
    let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    std::thread::scope(|scope| {
        let running = scope.spawn(|| at_once(world, commands));
        std::thread::sleep(Duration::from_millis(700));
        lock.rollback().unwrap();
        running.join().unwrap()
    })
}

pub(crate) fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

pub(crate) fn codes(outputs: &[Output]) -> Vec<i32> {
    let mut codes: Vec<i32> = outputs.iter().map(|output| output.status.code().unwrap()).collect();
    codes.sort_unstable();
    codes
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
fn assert_all_done(outputs: &[Output]) {
    for output in outputs {
        assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    }
}

/// One that wins, fifteen that are refused.
fn one_of_sixteen() -> Vec<i32> {
    let mut codes = vec![1; 16];
    codes[0] = 0;
    codes
}

#[test]
fn k1_sixteen_invites_of_one_address_make_one_user() {
    let world = World::with_store();
    let commands = vec![words("invite ana@example.com"); 16];
    let outputs = at_once_behind_a_lock(&world, &commands);
    assert_eq!(codes(&outputs), one_of_sixteen());
    for output in outputs.iter().filter(|output| !output.status.success()) {
        let stderr = stderr(output);
        assert!(stderr.contains("ana@example.com is invited already"), "{stderr}");
    }
    assert_eq!(users(&world), 1);
    assert_eq!(number(&world, "SELECT count(*) FROM invites"), 1);
    assert_eq!(number(&world, "SELECT count(*) FROM audit WHERE action = 'user.invite'"), 1);
    assert_whole(&world);
}

#[test]
fn e8_one_agent_id_for_sixteen_users_goes_to_one_of_them() {
    let world = World::with_store();
    world.admit(["agent", "add", "voice:4711"]).assert_code(0);
    world.file("people.csv", people("p", 16));
    world.admit(["import", "people.csv"]).assert_code(0);
    let commands: Vec<_> = (0..16)
        .map(|number| words(&format!("assign-agent p{number:05}@example.com voice:4711")))
        .collect();
    let outputs = at_once_behind_a_lock(&world, &commands);
    assert_eq!(codes(&outputs), one_of_sixteen());
    let holder: String = connect(&world)
        .query_row(
            "SELECT email FROM assignments JOIN users ON users.id = user_id WHERE until_at IS NULL",
            [],
            |row| row.get(0),
        )
        .unwrap();
    for output in outputs.iter().filter(|output| !output.status.success()) {
        assert!(stderr(output).contains(&holder), "{} does not name {holder}", stderr(output));
    }
    assert_eq!(number(&world, "SELECT count(*) FROM assignments"), 1);
    assert_whole(&world);
}

#[test]
fn k3_sixteen_expires_of_the_same_invites_are_one() {
    let world = World::with_store();
    let addresses = ["ann@example.com", "bob@example.com", "cid@example.com"];
    world.at("2026-01-01T00:00:00Z", |store, context| {
        let request = InviteRequest {
            people: addresses.iter().map(|email| email.parse().unwrap()).collect(),
            name: None,
            role: None,
            team: None,
            agents: Vec::new(),
            holdings: Default::default(),
            lifetime: None,
            delivery: None,
            outlet: admit::ops::delivery::Outlet::Print,
        };
        invites::invite(store, context, &mut SystemEntropy, &request).unwrap();
    });
    let commands = vec![words("expire --format ids"); 16];
    let outputs = at_once_behind_a_lock(&world, &commands);
    assert_all_done(&outputs);
    let mut expired: Vec<String> =
        outputs.iter().map(|output| String::from_utf8(output.stdout.clone()).unwrap()).collect();
    expired.retain(|stdout| !stdout.is_empty());
    assert_eq!(expired.len(), 1, "{expired:?}");
    assert_eq!(expired[0].lines().count(), 3, "{expired:?}");
    assert_eq!(number(&world, "SELECT count(*) FROM audit WHERE action = 'invite.expire'"), 1);
    assert_eq!(number(&world, "SELECT count(*) FROM invites WHERE state = 1"), 0);
    assert_whole(&world);
}

#[test]
fn e9_sixteen_first_commands_on_a_fresh_machine_make_one_store_with_everybody_in_it() {
    let world = World::fresh();
    let mut commands = Vec::new();
    for number in 0..8 {
        let file = format!("people{number}.csv");
        world.file(&file, people(&format!("file{number}-"), 50));
        commands.push(words(&format!("import {file}")));
        commands.push(words(&format!("invite person{number}@example.com")));
    }
    let outputs = at_once(&world, &commands);
    assert_all_done(&outputs);
    let makers = outputs.iter().filter(|output| stderr(output).contains("Made the store")).count();
    assert_eq!(makers, 1);
    assert_eq!(users(&world), 8 * 50 + 8);
    assert_eq!(number(&world, "SELECT count(*) FROM organizations"), 1);
    let directory = world.store_path().parent().unwrap().to_owned();
    let mut files: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["admit.db"]);
    assert_whole(&world);
}

#[test]
fn k1_thirty_two_mixed_writers_all_get_their_turn_and_every_count_is_exact() {
    let world = World::with_store();
    let agents: Vec<String> = (0..8).map(|number| format!("voice:{number}")).collect();
    world
        .admit(["agent", "add"].into_iter().chain(agents.iter().map(String::as_str)))
        .assert_code(0);
    world.admit(["team", "create", "Support"]).assert_code(0);
    world.file("first.csv", people("p", 32));
    world.admit(["import", "first.csv"]).assert_code(0);
    for number in 24..32 {
        world.put(&format!("p{number:05}@example.com"), Status::Active);
    }
    let mut commands = Vec::new();
    for number in 0..8 {
        let user = |part: usize| format!("p{:05}@example.com", part * 8 + number);
        commands.push(words(&match number % 2 {
            0 => format!("invite new{number}@example.com --team Support"),
            _ => {
                world.file(&format!("more{number}.csv"), people(&format!("more{number}-"), 100));
                format!("import more{number}.csv --team Support")
            }
        }));
        commands.push(words(&format!("assign-agent {} voice:{number}", user(0))));
        commands.push(words(&match number % 2 {
            0 => format!("cancel {}", user(1)),
            _ => format!("set-role {} --role admin", user(2)),
        }));
        commands.push(words(&match number % 2 {
            0 => format!("deactivate {}", user(3)),
            _ => format!("remove --yes {}", user(3)),
        }));
    }
    assert_eq!(commands.len(), 32);
    let before = number(&world, "SELECT count(*) FROM audit");
    let outputs = at_once_behind_a_lock(&world, &commands);
    assert_all_done(&outputs);
    assert_eq!(number(&world, "SELECT count(*) FROM audit"), before + 32);
    assert_eq!(users(&world), 32 + 4 + 4 * 100 - 4);
    assert_eq!(number(&world, "SELECT count(*) FROM assignments WHERE until_at IS NULL"), 8);
    let support = "SELECT sum(users) FROM counters JOIN teams ON teams.id = team_id
                   WHERE teams.name = 'Support'";
    assert_eq!(number(&world, support), 4 + 4 * 100);
    assert_whole(&world);
}

#[test]
fn k2_a_reader_does_not_wait_for_a_writer_and_a_writer_gives_up_after_ten_seconds() {
    let world = World::with_people();
    let mut other = connect(&world);
    let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    lock.execute("UPDATE users SET name = 'changed'", []).unwrap();
    let begun = Instant::now();
    for words in [&["list"][..], &["show", "bob@example.com"], &["audit", "verify"]] {
        let run = world.admit(words);
        run.assert_code(0);
        assert!(!run.stdout.contains("changed"), "{run}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "readers waited {:?}", begun.elapsed());
    let begun = Instant::now();
    let run = world.admit(["invite", "eve@example.com"]);
    run.assert_code(75);
    assert!(run.stderr.starts_with("error: the store is busy"), "{run}");
    let waited = begun.elapsed();
    assert!((8..20).contains(&waited.as_secs()), "the writer waited {waited:?}");
    lock.rollback().unwrap();
    drop(other);
    world.admit(["invite", "eve@example.com"]).assert_code(0);
    assert_whole(&world);
}
