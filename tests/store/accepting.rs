//! One link, followed by many at once and by processes that are killed: it is used up exactly when the
//! password is kept (trust C4, C5).

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use admit::domain::password::{PasswordHash, TypedPassword};
use rusqlite::TransactionBehavior;

use crate::state::{assert_whole, connect, number};
use crate::support::{PASSWORD, World};

/// How many processes at once.
const MANY: usize = 32;
/// How often they try.
const TIMES: usize = 3;
/// For all kills together, but for the first ten.
const BUDGET: Duration = Duration::from_secs(12);
const ROUNDS: u32 = 60;
/// How long the write-ahead log is, in bytes, when it has more than its header.
const FIRST_PAGE: u64 = 4096;

const USED: &str = "SELECT count(*) FROM invites WHERE state = 2";
const ACTIVE: &str = "SELECT count(*) FROM users WHERE status = 3";
const ACCOUNTS: &str = "SELECT count(*) FROM accounts";
const ENTRIES: &str = "SELECT count(*) FROM audit WHERE action = 'invite.accept'";

/// Accepts with the token in the file `token`, and what the named file has on stdin.
fn start(world: &World, password: &str) -> Child {
    let mut command = world.command();
    command.args(["accept", "--token-file=token", "--password-stdin"]);
    command.stdin(File::open(world.home().join(password)).unwrap());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn world_with_link() -> World {
    let world = World::with_store();
    let token = world.token(["invite", "ann@example.com", "--role=agent"]);
    world.file("token", token);
    world.file("password", PASSWORD);
    world
}

#[test]
fn c4_of_many_who_follow_one_link_at_once_one_comes_in_with_the_password_it_was_given() {
    for _ in 0..TIMES {
        let world = world_with_link();
        let name = |number: usize| format!("password{number}");
        let password = |number: usize| format!("violet kettle sings in room {number}");
        for number in 0..MANY {
            world.file(&name(number), password(number));
        }
        // None gets to write before all of them have looked at the link.
        let mut other = connect(&world);
        let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        let children: Vec<Child> = (0..MANY).map(|number| start(&world, &name(number))).collect();
        std::thread::sleep(Duration::from_secs(2));
        lock.rollback().unwrap();
        drop(other);
        let mut winners = Vec::new();
        for (number, child) in children.into_iter().enumerate() {
            let output = child.wait_with_output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            match output.status.code() {
                Some(0) => winners.push(number),
                Some(1) => assert!(stderr.contains("not valid, or not any more"), "{stderr}"),
                code => panic!("{code:?}: {stderr}"),
            }
        }
        assert_eq!(winners.len(), 1, "{winners:?}");
        for sql in [USED, ACTIVE, ACCOUNTS, ENTRIES] {
            assert_eq!(number(&world, sql), 1, "{sql}");
        }
        let kept: PasswordHash = world.password_hash("ann@example.com").unwrap().parse().unwrap();
        assert!(kept.is_of(&TypedPassword::new(password(winners[0]))));
        assert_whole(&world);
    }
}

/// Somewhere from 0 to 1.
fn chance() -> f64 {
    (RandomState::new().hash_one(0) >> 11) as f64 / (1_u64 << 53) as f64
}

#[test]
fn c5_who_is_killed_while_accepting_is_in_with_a_password_or_has_a_link_that_works() {
    let begun = Instant::now();
    let world = world_with_link();
    let undisturbed = Instant::now();
    assert!(start(&world, "password").wait().unwrap().success());
    let usual = undisturbed.elapsed();
    let (mut before, mut after) = (0, 0);
    for round in 0..ROUNDS {
        if round >= 10 && begun.elapsed() > BUDGET {
            break;
        }
        let world = world_with_link();
        let mut child = start(&world, "password");
        // The first at once; half of them at a random time, half of them once the commit is being written out.
        if round % 2 == 0 {
            let part = if round == 0 { 0.0 } else { 1.1 * chance() };
            std::thread::sleep(usual.mul_f64(part));
        } else {
            let wal = world.store_path().with_extension("db-wal");
            let length = || wal.metadata().map_or(0, |facts| facts.len());
            while length() < FIRST_PAGE && child.try_wait().unwrap().is_none() {
                std::hint::spin_loop();
            }
            std::thread::sleep(Duration::from_millis(10).mul_f64(chance()));
        }
        child.kill().unwrap();
        let said_done = child.wait().unwrap().success();
        let used = number(&world, USED);
        for sql in [ACTIVE, ACCOUNTS, ENTRIES] {
            assert_eq!(number(&world, sql), used, "{sql}");
        }
        assert!(!said_done || used == 1, "it said that it was done");
        assert_whole(&world);
        if used == 1 {
            after += 1;
        } else {
            before += 1;
            assert!(start(&world, "password").wait().unwrap().success(), "the link works still");
        }
    }
    assert!(before > 0 && after > 0, "{before} killed before the commit, {after} after it");
}
