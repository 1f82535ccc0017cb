//! A store with one wrong bit, anywhere, and a store that was cut off: whatever is read of it, no command
//! panics or hangs, and each ends as the table of exit codes says (trust B7).

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::World;

/// How many bits are flipped, one at a time.
const FLIPS: usize = 160;
/// How `list` may end: well, with an answer; as if no store were there; damaged; or no store of admit's.
const ENDINGS: [i32; 5] = [0, 1, 66, 74, 78];

/// A command on a file; its exit code and answer.
fn ended(world: &World, words: &[&str]) -> (i32, Vec<u8>) {
    let mut command = world.command();
    command.args(["--store", "f.db"]).args(words);
    let out = world.home().join("out");
    let err = world.home().join("err");
    command.stdin(Stdio::null()).stdout(fs::File::create(&out).unwrap());
    let mut child = command.stderr(fs::File::create(&err).unwrap()).spawn().unwrap();
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("{words:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let said = String::from_utf8_lossy(&fs::read(err).unwrap()).into_owned();
    assert!(!said.contains("panicked"), "{words:?}: {said}");
    let code = status.code().unwrap_or_else(|| panic!("{words:?}: {status}: {said}"));
    assert!(code != 70 && (code == 0 || !said.is_empty()), "{words:?}: {code}: {said}");
    (code, fs::read(out).unwrap())
}

const LIST: [&str; 4] = ["list", "--all", "--format", "csv"];

/// Puts these bytes in the place of the store, and looks at them.
fn look(world: &World, bytes: &[u8], good: &[u8], what: &str) -> i32 {
    for end in ["", "-wal", "-shm", "-journal"] {
        _ = fs::remove_file(world.home().join(format!("f.db{end}")));
    }
    world.file("f.db", bytes);
    let (code, answer) = ended(world, &LIST);
    assert!(ENDINGS.contains(&code), "{what}: list ends with {code}");
    if code != 0 {
        // What cannot be read is left as it is.
        assert_eq!(fs::read(world.home().join("f.db")).unwrap(), bytes, "{what}");
    }
    if code == 0 && answer != good {
        let (found, _) = ended(world, &["doctor"]);
        assert!(found != 0, "{what}: nobody finds it");
    }
    code
}

/// The same ones each time.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap()
}

#[test]
fn b7_a_damaged_store_ends_no_command_in_a_panic_or_never() {
    let world = World::with_people();
    world.sql().execute_batch("PRAGMA wal_checkpoint(truncate)").unwrap();
    let whole = fs::read(world.store_path()).unwrap();
    world.file("f.db", &whole);
    let (code, good) = ended(&world, &LIST);
    assert_eq!(code, 0);
    let mut state = 2026;
    let mut endings = [0; 79];
    // Half of them where something is: most of a small store is empty.
    let filled: Vec<usize> =
        whole.iter().enumerate().filter(|(_, byte)| **byte != 0).map(|(at, _)| at).collect();
    for flip in 0..FLIPS {
        let place = next(&mut state);
        let at = match flip % 4 {
            0 => place % whole.len(),
            1 => place % 100,
            _ => filled[place % filled.len()],
        };
        let bit = next(&mut state) % 8;
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << bit;
        let code = look(&world, &bytes, &good, &format!("bit {bit} of byte {at}"));
        endings[usize::try_from(code).unwrap()] += 1;
    }
    assert!(endings[0] > 0 && endings[74] > 0 && endings[78] > 0, "{endings:?}");
    // The schema's format: SQLite knows four of them.
    for bit in 0..8 {
        let mut bytes = whole.clone();
        bytes[47] ^= 1 << bit;
        look(&world, &bytes, &good, &format!("bit {bit} of byte 47"));
    }
    for length in
        [0, 1, 16, 100, 4095, 4096, 4097, whole.len() / 2, whole.len() - 4096, whole.len() - 1]
    {
        look(&world, &whole[..length], &good, &format!("cut at {length}"));
    }
}
