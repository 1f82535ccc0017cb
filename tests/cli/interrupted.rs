//! What a signal or a long question meets: nothing half done stays behind, and times are those of the act.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use admit::clock;
use admit::domain::time::Timestamp;

use crate::support::World;
use crate::support::terminal::ENTER;

/// The sizes of the files in the home directory that are called like this.
fn files(world: &World, prefix: &str) -> Vec<u64> {
    let entries = std::fs::read_dir(world.home()).unwrap().map(Result::unwrap);
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.metadata().map_or(0, |facts| facts.len()))
        .collect()
}

/// Sends a signal by the shell's own means.
fn signal(child: &Child, name: &str) {
    let kill = format!("kill -{name} {}", child.id());
    assert!(std::process::Command::new("/bin/sh").args(["-c", &kill]).status().unwrap().success());
}

#[test]
fn k8_an_export_that_is_interrupted_leaves_no_file() {
    let world = World::with_store();
    let rows = (0..60_000).map(|number| format!("p{number:05}@example.com,Person {number}\n"));
    let people: String = std::iter::once("email,name\n".to_owned()).chain(rows).collect();
    world.file("people.csv", people);
    world.admit(["import", "people.csv"]).assert_code(0);
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let mut command = world.command();
        command.args(["export", "-o", "out.csv"]).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        let begun = Instant::now();
        while files(&world, ".admit-out-").iter().sum::<u64>() == 0 {
            assert!(begun.elapsed() < Duration::from_secs(60), "nothing was written");
        }
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        let says = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}: {says}");
        assert_eq!(says, "error: interrupted; nothing was exported\n");
        assert_eq!(files(&world, ".admit-out-"), [0; 0], "{name}");
        assert_eq!(files(&world, "out.csv"), [0; 0], "{name}");
    }
}

#[test]
fn a_file_size_limit_is_an_error_of_every_command() {
    let world = World::with_people();
    let run = world.bash("ulimit -f 0; admit export > out.csv 2>/dev/null; echo $?");
    assert_eq!(run.stdout, "74\n");
}

#[test]
fn a_change_is_dated_when_it_is_made_however_long_the_question_stood() {
    let world = World::with_people();
    let mut terminal = world.terminal("admit remove bob@example.com");
    terminal.see("Remove for good");
    std::thread::sleep(Duration::from_millis(1100));
    let answered = clock::now();
    terminal.press(["y", ENTER]).end();
    let run = world.admit(["audit", "list", "--limit", "1", "--format", "json"]);
    let at: Timestamp = run.json()[0]["at"].as_str().unwrap().parse().unwrap();
    assert!(at >= answered, "{at} is before {answered}");
}

#[test]
fn k8_what_is_done_listens_to_no_signal_any_more() {
    let world = World::with_store();
    world.file("people.csv", "email\nann@example.com\n");
    // Nobody reads the answer, so that the command is still there when the import is done.
    let run = world.bash(
        "mkfifo full; exec 3<>full; head -c 65536 /dev/zero >&3
         admit import people.csv >&3 2>err.txt 3>&- & pid=$!
         until admit list --format ids | grep -q ann; do :; done; sleep 0.3
         (sleep 5; kill -KILL $pid) 2>/dev/null >&2 3>&- & guard=$!
         kill -TERM $pid; wait $pid; echo $?; kill $guard",
    );
    assert_eq!(run.stdout, "143\n", "{run}");
}
