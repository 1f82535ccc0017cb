//! What is left of admit where it ends badly: no copy of its memory, and no word of what a panic carried with
//! it. Either may hold a password, a PIN or a link (trust I1, I6).

use std::io::{self, Write};
use std::panic::{self, Location, UnwindSafe};

use nix::sys::resource::{Resource, setrlimit};

use super::exit::Exit;

/// Where cargo keeps the sources of other crates; what follows is a registry's name.
const REGISTRY: &str = "/registry/src/";

/// From here on the memory of this process is written to no file, however it ends, and no other process of the
/// same user looks into it. Where the system refuses either, admit works without.
pub fn keep_memory_private() {
    let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
    // The limit does not bind a program that the system hands core files to (`core(5)`); this does.
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_dumpable(false);
}

/// Does the work. A panic is a bug: it is told by its place alone, and ends with the code for one. What the
/// work had open is closed on the way: a transaction is rolled back, a half-made file deleted.
pub fn contained(work: impl FnOnce() -> Exit + UnwindSafe) -> Exit {
    panic::set_hook(Box::new(|panic| {
        // Nobody may be there to read it, which changes nothing about the exit code.
        let _ = io::stderr().write_all(notice(panic.location()).as_bytes());
    }));
    panic::catch_unwind(work).unwrap_or(Exit::Bug)
}

/// What is said of a panic. Its message is not: it may quote what the code had in hand.
fn notice(place: Option<&Location<'_>>) -> String {
    let place = place.map_or_else(
        || "at an unknown place".to_owned(),
        |place| format!("at {}:{}", source(place.file()), place.line()),
    );
    format!(
        "error: admit came upon a bug of its own and stopped, {place}\n\
         hint: what was not committed is not kept; look with admit doctor, and report the place\n"
    )
}

/// A source file's path without where it lay on the machine that compiled it.
fn source(file: &str) -> &str {
    let in_crate = file.split_once(REGISTRY).and_then(|(_, rest)| rest.split_once('/'));
    in_crate.map_or(file, |(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i1_a_panic_is_told_by_its_place() {
        let here = notice(Some(Location::caller()));
        assert!(
            here.starts_with(
                "error: admit came upon a bug of its own and stopped, at src/cli/crash.rs:"
            ),
            "{here}"
        );
        assert!(notice(None).contains("at an unknown place\n"));
        let theirs =
            "/home/x/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/csv-1.4.0/src/reader.rs";
        assert_eq!(source(theirs), "csv-1.4.0/src/reader.rs");
        assert_eq!(
            source("/rustc/5980/library/core/src/slice/mod.rs"),
            "/rustc/5980/library/core/src/slice/mod.rs"
        );
    }
}
