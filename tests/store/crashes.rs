//! A writer that is killed leaves the old state or the new one, and nothing to clean up (trust A3, A4,
//! K5, K8).

use std::hash::{BuildHasher, RandomState};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use rusqlite::TransactionBehavior;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::state::{assert_whole, connect, people, users};
use crate::support::World;

const ROWS: usize = 20_000;
/// For all kills together, but for the first five.
const BUDGET: Duration = Duration::from_secs(16);
const ROUNDS: u32 = 20;

pub(crate) fn start(world: &World, words: &[&str]) -> Child {
    let mut command = world.command();
    command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}{}{:?}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        output.status
    )
}

pub(crate) fn signal(child: &Child, signal: i32) {
    let done = std::process::Command::new("/bin/kill")
        .args([format!("-{signal}"), child.id().to_string()])
        .status()
        .unwrap();
    assert!(done.success());
}

/// Somewhere from 0 to 1.
pub(crate) fn chance() -> f64 {
    (RandomState::new().hash_one(0) >> 11) as f64 / (1_u64 << 53) as f64
}

fn world_with_file() -> World {
    let world = World::with_store();
    world.admit(["invite", "ann@example.com"]).assert_code(0);
    world.file("people.csv", people("p", ROWS));
    world.file("more.csv", people("q", 20));
    world
}

/// How long an import takes that nobody disturbs.
fn usual() -> Duration {
    let world = world_with_file();
    let begun = Instant::now();
    world.admit(["import", "people.csv"]).assert_code(0);
    begun.elapsed()
}

#[test]
fn a3_an_import_that_is_killed_at_any_moment_is_there_in_full_or_not_at_all() {
    let begun = Instant::now();
    let usual = usual();
    let mut killed = 0;
    let mut rounds = 0;
    for round in 0..ROUNDS {
        if rounds >= 5 && begun.elapsed() > BUDGET {
            break;
        }
        rounds += 1;
        let world = world_with_file();
        let mut child = start(&world, &["import", "people.csv"]);
        // Half of them at a random time, half of them while the commit is written out.
        let moment = if round % 2 == 0 {
            let part = (f64::from(round) + 2.0 * chance()) / f64::from(ROUNDS);
            let delay = usual.mul_f64(1.1 * part);
            std::thread::sleep(delay);
            format!("after {delay:?} of {usual:?}")
        } else {
            let bytes = 1 + (chance() * 1_900_000.0) as u64;
            let wal = world.store_path().with_extension("db-wal");
            let length = || wal.metadata().map_or(0, |facts| facts.len());
            while length() < bytes && child.try_wait().unwrap().is_none() {
                std::hint::spin_loop();
            }
            format!("when {bytes} bytes were written")
        };
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        killed += u32::from(output.status.signal() == Some(9));
        assert_whole(&world);
        let there = users(&world);
        assert!([1, 1 + ROWS as i64].contains(&there), "killed {moment}: {there} users");
        if output.status.success() {
            assert_eq!(there, 1 + ROWS as i64, "it said that it was done");
        }
        let next = if there == 1 { "people.csv" } else { "more.csv" };
        world.admit(["import", next]).assert_code(0);
        assert!(users(&world) > ROWS as i64, "killed {moment}, then imported {next}");
        assert_whole(&world);
    }
    assert!(killed >= 2, "only {killed} of {rounds} were killed on the way");
}

/// So many that the first of them go into the file without the write-ahead log.
const FIRST_LOAD: usize = 60_000;

fn journal(world: &World) -> std::path::PathBuf {
    world.store_path().with_extension("db-journal")
}

#[test]
fn a3_a_first_load_that_is_killed_is_there_in_full_or_not_at_all() {
    let world = World::with_store();
    world.file("people.csv", people("p", FIRST_LOAD));
    let mut undone = 0;
    // At once, and later and later.
    for most in [0.0, 0.05, 0.1, 0.2, 0.4] {
        let mut child = start(&world, &["import", "people.csv"]);
        // Reading comes first; the journal is there from the first write on.
        while !journal(&world).exists() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_secs_f64(most * chance()));
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        assert_whole(&world);
        let there = users(&world);
        assert!([0, FIRST_LOAD as i64].contains(&there), "{there} users: {}", said(&output));
        if there > 0 {
            break;
        }
        undone += 1;
        // The next command finds nothing to repair, and the log is in use again.
        world.admit(["list"]).assert_code(0);
        let mode: String =
            world.sql().pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
        // A journal that was begun and not yet synced is left as it is; its mark is missing, so it means
        // nothing to anybody.
        let left = std::fs::read(journal(&world)).unwrap_or_default();
        assert_eq!(left.first().copied().unwrap_or_default(), 0);
    }
    assert!(undone > 0, "no kill came in time");
}

#[test]
fn k2_who_comes_while_a_first_load_runs_waits_and_is_told_why() {
    let world = World::with_store();
    world.file("people.csv", people("p", FIRST_LOAD));
    let mut child = start(&world, &["import", "people.csv"]);
    // The journal is there for a moment already when the store is set up; once the file grows, people come.
    let begun = || world.store_path().metadata().unwrap().len() > 1 << 20;
    while !begun() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    // The import is held where it is, as a larger one would be there longer.
    signal(&child, 19);
    let run = world.admit(["list"]);
    signal(&child, 18);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    run.assert_code(75);
    assert_eq!(
        run.stderr,
        "error: the store is busy: a large import fills it for the first time, and nobody else can use it \
         until that is done; waited 10 seconds\n\
         hint: nothing was changed; try again when it is done\n"
    );
    world.admit(["list", "--limit=1"]).assert_code(0);
    assert_eq!(users(&world), FIRST_LOAD as i64);
}

#[test]
fn k2_a_store_that_a_first_load_left_is_waited_for_as_any_other() {
    let world = World::with_store();
    let raw = connect(&world);
    raw.pragma_update(None, "journal_mode", "delete").unwrap();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    let child = start(&world, &["list"]);
    std::thread::sleep(Duration::from_millis(400));
    raw.execute_batch("COMMIT").unwrap();
    drop(raw);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(begun.elapsed() < Duration::from_secs(9));
}

#[test]
fn a3_a_first_import_that_is_killed_leaves_a_whole_store_or_none() {
    let usual = usual() / 4;
    for round in 0..8 {
        let world = World::fresh();
        world.file("people.csv", people("p", 500));
        let mut child = start(&world, &["import", "people.csv"]);
        std::thread::sleep(usual.mul_f64(chance()));
        child.kill().unwrap();
        child.wait().unwrap();
        world.admit(["import", "people.csv"]).assert_code(0);
        assert_eq!(users(&world), 500, "round {round}");
        assert_whole(&world);
    }
}

#[test]
fn k8_a_signal_during_an_import_rolls_it_back_and_says_so() {
    for (number, code) in [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] {
        let world = world_with_file();
        // While somebody else writes, the import waits at its door: it listens already.
        let mut other = connect(&world);
        let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        let mut child = start(&world, &["import", "people.csv"]);
        wait_until_caught(&mut child, number);
        signal(&child, number);
        lock.rollback().unwrap();
        drop(other);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(stderr, "error: interrupted; nothing was imported\n");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
        assert_eq!(users(&world), 1);
        assert_whole(&world);
        world.admit(["import", "people.csv"]).assert_code(0);
        assert_eq!(users(&world), 1 + ROWS as i64);
    }
}

#[test]
fn k8_a_signal_at_any_moment_of_an_import_leaves_all_or_nothing() {
    let usual = usual();
    for (number, code) in [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] {
        for part in [0.25, 0.6, 0.9] {
            let world = world_with_file();
            let mut child = start(&world, &["import", "people.csv"]);
            std::thread::sleep(usual.mul_f64(part * (0.8 + 0.4 * chance())));
            if child.try_wait().unwrap().is_none() {
                signal(&child, number);
            }
            let output = child.wait_with_output().unwrap();
            let there = users(&world);
            let expected = match (output.status.code(), output.status.signal()) {
                (Some(0), _) => 1 + ROWS as i64,
                (Some(other), _) if other == code => 1,
                // Before it listened.
                (None, Some(other)) if other == number => 1,
                _ => panic!("{}", said(&output)),
            };
            assert_eq!(there, expected, "{}", said(&output));
            assert_whole(&world);
        }
    }
}

/// How many users a search index holds; nothing where there is none.
fn indexed(world: &World) -> Option<i64> {
    let status = world.admit(["search-index", "status", "--format", "json"]).json();
    status["users"].as_i64()
}

#[test]
fn a4_an_index_that_is_killed_or_stopped_on_its_way_is_not_there() {
    let world = world_with_file();
    world.admit(["import", "people.csv"]).assert_code(0);
    let mut killed = 0;
    for bytes in (0..6).map(|round| 1 + round * 150_000) {
        let mut child = start(&world, &["search-index", "build"]);
        let wal = world.store_path().with_extension("db-wal");
        let length = || wal.metadata().map_or(0, |facts| facts.len());
        while length() < bytes && child.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        killed += u32::from(output.status.signal() == Some(9));
        assert!([None, Some(1 + ROWS as i64)].contains(&indexed(&world)), "{bytes} bytes");
        assert_whole(&world);
        world.admit(["search-index", "drop"]).assert_code(0);
    }
    assert!(killed >= 2, "only {killed} were killed on the way");
    for (number, code) in [(SIGINT, 130), (SIGTERM, 143)] {
        let mut other = connect(&world);
        let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        let mut child = start(&world, &["search-index", "build"]);
        wait_until_caught(&mut child, number);
        signal(&child, number);
        lock.rollback().unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(stderr, "error: interrupted; no search index was built\n");
        assert_eq!(indexed(&world), None);
    }
}

/// Waits until the process has a handler of its own for a signal.
fn wait_until_caught(child: &mut Child, signal: i32) {
    let path = format!("/proc/{}/status", child.id());
    let begun = Instant::now();
    loop {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it listened");
        assert!(begun.elapsed() < Duration::from_secs(9), "it does not listen");
        let status = std::fs::read_to_string(&path).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
        if u64::from_str_radix(caught.trim(), 16).unwrap() & (1 << (signal - 1)) != 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
