//! What is left where admit crashes: seen from outside, in a process that is this very test once more.

// Such a process has nothing to hand its exit code to.
#![allow(clippy::exit)]

use std::process::Command;

use admit::cli::crash;

/// Tells the test that it is the process to look at.
const CHILD: &str = "TRUST_TEST_CHILD";
const SECRET: &str = "violet kettle sings low";

/// Runs a test of this file in a process of its own, which says more the louder it is asked.
fn again(test: &str) -> (Option<i32>, String) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(CHILD, "yes")
        .env("RUST_BACKTRACE", "full")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

struct Open;

impl Drop for Open {
    fn drop(&mut self) {
        std::io::Write::write_all(&mut std::io::stderr(), b"closed on the way\n").unwrap();
    }
}

#[test]
fn i1_a_panic_says_nothing_that_the_code_had_in_hand() {
    if is_child() {
        let exit = crash::contained(|| {
            let _open = Open;
            panic!("the password {SECRET} is wrong");
        });
        std::process::exit(exit.code().into());
    }
    let (code, said) = again("crash::i1_a_panic_says_nothing_that_the_code_had_in_hand");
    assert_eq!(code, Some(70), "{said}");
    assert!(!said.contains(SECRET), "{said}");
    let notice = "error: admit came upon a bug of its own and stopped, at tests/trust/crash.rs:";
    assert!(said.contains(notice), "{said}");
    assert!(said.contains("closed on the way\n"), "{said}");
    assert!(!said.contains("stack backtrace"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn i6_the_memory_of_a_process_is_written_nowhere_and_seen_by_nobody() {
    use nix::sys::prctl::get_dumpable;
    use nix::sys::resource::{Resource, getrlimit};
    if is_child() {
        crash::keep_memory_private();
        assert_eq!(getrlimit(Resource::RLIMIT_CORE).unwrap(), (0, 0));
        assert!(!get_dumpable().unwrap());
        // What one looks up about oneself is still there.
        assert!(std::fs::read_dir("/proc/self/fd").unwrap().count() > 2);
        assert!(std::fs::read_to_string("/proc/self/limits").is_ok());
        std::process::exit(42);
    }
    let (code, said) =
        again("crash::i6_the_memory_of_a_process_is_written_nowhere_and_seen_by_nobody");
    assert_eq!(code, Some(42), "{said}");
}
