//! Backups beside writers, and backups and restores that are stopped or killed at any moment (trust A4, B10 to
//! B12).

use std::fs;
use std::os::unix::fs::{MetadataExt, chown, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use admit::store::{Stage, StandIn, Store, StorePlace, Watch};

use crate::crashes::{chance, said, signal, start};
use crate::state::{assert_whole, people, users};
use crate::support::World;

/// A store that takes a while to copy.
fn large() -> World {
    let world = World::with_store();
    world.file("people.csv", people("p", 30_000));
    world.admit(["import", "people.csv"]).assert_code(0);
    world
}

/// Files that are being made, in a directory.
fn halves(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().path());
    names
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(".admit-"))
        .collect()
}

/// Holds a process where something is being made in a directory that is this large. `false` where it was faster.
fn hold_at(child: &mut Child, directory: &Path, bytes: u64) -> bool {
    let begun = Instant::now();
    loop {
        let length = |path: &PathBuf| path.metadata().map_or(0, |facts| facts.len());
        if halves(directory).iter().map(length).sum::<u64>() >= bytes {
            signal(child, 19);
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing was made");
    }
}

#[test]
fn b10_a_backup_while_eight_write_is_whole_and_has_all_that_was_there_before() {
    let world = World::with_store();
    world.file("go", "");
    world.file("people.csv", people("p", 2000));
    world.admit(["import", "people.csv"]).assert_code(0);
    let script = "for w in 1 2 3 4 5 6 7 8; do
          (n=0; while [ -e go ]; do n=$((n + 1)); admit invite w$w-$n@example.com -q >/dev/null || echo failed; done) &
        done; wait";
    std::thread::scope(|scope| {
        let writers = scope.spawn(|| world.bash(script));
        let entries = || world.entries();
        let mut last = 0;
        for number in 0..4 {
            // Each while they write: there is more than before.
            while entries() == last {
                std::thread::sleep(Duration::from_millis(1));
            }
            let before = entries();
            let file = format!("b{number}.db");
            let made = world.admit(["backup", &file, "--format=json"]).json();
            last = entries();
            let held = made["entries"].as_i64().unwrap();
            assert!((before..=last).contains(&held), "{before} {held} {last}");
            let verified =
                world.admit(["--store", &file, "audit", "verify", "--format=json"]).json();
            assert_eq!(
                (&verified["entries"], &verified["head"]),
                (&made["entries"], &made["head"])
            );
            world.admit(["--store", &file, "doctor"]).assert_code(0);
        }
        fs::remove_file(world.home().join("go")).unwrap();
        let run = writers.join().unwrap();
        assert_eq!((&*run.stdout, &*run.stderr), ("", ""), "no writer was in the way");
    });
    assert_whole(&world);
}

#[test]
fn b11_a_backup_that_is_killed_leaves_no_file_of_that_name() {
    let world = large();
    let size = world.store_path().metadata().unwrap().len();
    let mut held = 0;
    for part in [0.0, 0.3, 0.6, 0.9, 1.0] {
        let mut child = start(&world, &["backup", "b.db"]);
        held += u32::from(hold_at(&mut child, world.home(), (size as f64 * part) as u64));
        // Nobody sees it before it is whole, however long it takes.
        if world.home().join("b.db").exists() {
            world.admit(["--store", "b.db", "doctor"]).assert_code(0);
            fs::remove_file(world.home().join("b.db")).unwrap();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!world.home().join("b.db").exists());
        for half in halves(world.home()) {
            fs::remove_file(half).unwrap();
        }
        world.admit(["backup", "next.db"]).assert_code(0);
        fs::remove_file(world.home().join("next.db")).unwrap();
    }
    assert!(held >= 3, "only {held} were killed on the way");
    assert_whole(&world);
}

#[test]
fn a_backup_and_a_restore_that_are_stopped_leave_nothing() {
    let world = large();
    world.admit(["backup", "b.db"]).assert_code(0);
    let store = world.store_path();
    let of_store = store.parent().unwrap();
    let mut stopped = 0;
    for (number, code) in [(2, 130), (15, 143), (1, 129)] {
        for (words, directory, says) in [
            (&["backup", "c.db"][..], world.home(), "error: interrupted; no backup was made\n"),
            (&["restore", "b.db", "--yes"], of_store, "error: interrupted; nothing was changed\n"),
        ] {
            let mut child = start(&world, words);
            assert!(hold_at(&mut child, directory, 1 << 18));
            signal(&child, number);
            signal(&child, 18);
            let output = child.wait_with_output().unwrap();
            assert!(halves(directory).is_empty(), "{:?}", halves(directory));
            let beside = fs::read_dir(of_store).unwrap().count();
            if output.status.success() {
                // It was held too late: then it is done in full.
                _ = fs::remove_file(world.home().join("c.db"));
                clear(&world);
                continue;
            }
            stopped += 1;
            assert_eq!(output.status.code(), Some(code), "{}", said(&output));
            assert_eq!(String::from_utf8_lossy(&output.stderr), says);
            assert!(!world.home().join("c.db").exists());
            assert_eq!(beside, 1);
        }
    }
    assert!(stopped >= 2, "only {stopped} were stopped on the way");
    assert_whole(&world);
}

/// Everything in the directory of the store but the store.
fn clear(world: &World) {
    let store = world.store_path();
    for entry in fs::read_dir(store.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        if path != store {
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn a4_a_restore_that_is_killed_leaves_the_one_store_or_the_other() {
    let world = World::with_store();
    world.file("people.csv", people("p", 3000));
    world.admit(["import", "people.csv"]).assert_code(0);
    world.admit(["backup", "b.db"]).assert_code(0);
    world.file("more.csv", people("q", 1));
    world.admit(["import", "more.csv"]).assert_code(0);
    world.admit(["backup", "c.db"]).assert_code(0);
    let begun = Instant::now();
    world.admit(["restore", "c.db", "--yes"]).assert_code(0);
    let usual = begun.elapsed();
    let (mut killed, mut there) = (0, 3001);
    for round in 0..14 {
        clear(&world);
        let (file, wanted) = if there == 3001 { ("b.db", 3000) } else { ("c.db", 3001) };
        let mut child = start(&world, &["restore", file, "--yes"]);
        // Most of them towards the end, where the one takes the other's place.
        let part = if round % 3 == 0 { chance() } else { 0.7 + 0.4 * chance() };
        std::thread::sleep(usual.mul_f64(part));
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        killed += u32::from(output.status.signal() == Some(9));
        let found = users(&world);
        assert!([there, wanted].contains(&found), "{found} users: {}", said(&output));
        if output.status.success() {
            assert_eq!(found, wanted);
        }
        there = found;
        assert_whole(&world);
        world.admit(["doctor"]).assert_code(0);
    }
    assert!(killed >= 2, "only {killed} were killed on the way");
}

#[test]
fn who_comes_while_a_store_is_replaced_gets_the_new_one_and_keeps_nothing_in_the_old() {
    let world = World::with_people();
    world.admit(["backup", "b.db"]).assert_code(0);
    world.admit(["invite", "late@example.com", "--no-send"]).assert_code(0);
    let place = StorePlace::take(&world.store_path()).unwrap();
    let mut progress = |_: Stage| {};
    let mut watch = Watch { progress: &mut progress, is_stopped: || false };
    let stand_in = StandIn::of(&world.home().join("b.db"), &place, &mut watch).unwrap();
    let mut children: Vec<Child> = Vec::new();
    for words in [&["list", "--format=ids"][..], &["invite", "new@example.com", "--no-send"]] {
        let mut command = world.command();
        command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        children.push(command.spawn().unwrap());
    }
    // They wait at the old file by then; where not, they find the new one at once, which is as good.
    std::thread::sleep(Duration::from_millis(500));
    let kept = place.give_to(stand_in, "2026-01-01T00:00:00Z".parse().unwrap()).unwrap();
    let kept = kept.store.unwrap();
    assert!(kept.ends_with("admit.db.replaced-20260101T000000Z"));
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        assert!(!String::from_utf8_lossy(&output.stdout).contains("late@example.com"));
    }
    let ids =
        |store: &Path| world.answer(["--store", store.to_str().unwrap(), "list", "--format=ids"]);
    let now = ids(&world.store_path());
    assert!(now.contains("new@example.com") && !now.contains("late@example.com"), "{now}");
    let before = ids(&kept);
    assert!(before.contains("late@example.com") && !before.contains("new@example.com"), "{before}");
    assert_whole(&world);
}

/// Does what the owner of a directory can do while root makes a file in it: has a symbolic link in its place.
fn replace_half(directory: &Path, victim: &Path) {
    let is_the_file =
        |path: &PathBuf| !["-wal", "-shm"].iter().any(|end| path.to_string_lossy().ends_with(end));
    let half = halves(directory).into_iter().find(is_the_file).unwrap();
    fs::rename(&half, directory.join("away")).unwrap();
    symlink(victim, half).unwrap();
}

#[test]
fn b12_the_owner_of_the_directory_has_no_other_file_written_named_or_given_away() {
    for case in ["checking", "naming", "naming, with a log", "backup, checking", "backup, naming"] {
        let world = World::with_people();
        world.admit(["backup", "b.db"]).assert_code(0);
        let (store, directory) = (world.store_path(), world.home().join("theirs"));
        fs::create_dir(&directory).unwrap();
        let theirs = directory.join("a.db");
        let victim = world.home().join("victim.db");
        for copy in [&theirs, &victim] {
            fs::copy(&store, copy).unwrap();
        }
        fs::write(world.home().join("victim.db-wal"), "of the victim").unwrap();
        // Where the tests are root's, the store is a service's.
        let _ = chown(&theirs, Some(1234), Some(1234));
        let log = directory.join("a.db-wal");
        if case.ends_with("log") {
            fs::write(&theirs, "garbage").unwrap();
            fs::write(&log, "of the old store").unwrap();
        }
        let facts = |path: &Path| {
            let facts = path.symlink_metadata().unwrap();
            (facts.ino(), facts.uid(), facts.gid(), facts.mode(), fs::read(path).unwrap())
        };
        let before = (facts(&theirs), facts(&victim));
        let mut progress = |stage: Stage| {
            if stage == Stage::Checking && case.ends_with("checking") {
                replace_half(&directory, &victim);
            }
        };
        let mut watch = Watch { progress: &mut progress, is_stopped: || false };
        let naming = || {
            if case.contains("naming") {
                replace_half(&directory, &victim);
            }
        };
        let error = if case.starts_with("backup") {
            let mut store = Store::open(&store).unwrap();
            let made = store.read().unwrap().back_up(&directory.join("b.db"), &mut watch);
            made.and_then(|backup| {
                naming();
                backup.publish()
            })
            .unwrap_err()
        } else {
            let place = StorePlace::take(&theirs).unwrap();
            let made = StandIn::of(&world.home().join("b.db"), &place, &mut watch);
            made.and_then(|stand_in| {
                naming();
                place.give_to(stand_in, "2026-01-01T00:00:00Z".parse().unwrap())
            })
            .map(|_| ())
            .unwrap_err()
        };
        let said = error.to_string();
        assert!(
            said.contains("cannot be written: somebody else replaced .admit-"),
            "{case}: {said}"
        );
        assert_eq!((facts(&theirs), facts(&victim)), before, "{case}");
        assert!(world.home().join("victim.db-wal").exists(), "{case}");
        assert!(!directory.join("b.db").exists(), "{case}");
        // What lay beside the old store does so still.
        assert_eq!(log.exists(), case.ends_with("log"), "{case}");
        let names = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(
            !names.into_iter().any(|name| name.to_string_lossy().contains("replaced")),
            "{case}"
        );
    }
}
