//! Input that was made to do harm, and what comes out of it: one file a question. What must hold of
//! everything that admit says is here.

use admit::cli::Cli;
use clap::CommandFactory;

use crate::support::Run;

mod arguments;
mod dry_run;
mod inputs;
mod limits;
mod naughty;
mod stored;

/// What steers a terminal, breaks a line or turns the writing direction (CWE-150, UAX 9), written down
/// again so as not to trust the table inside admit. A line feed ends the lines of every answer.
fn steers(c: char) -> bool {
    let code = u32::from(c);
    (code < 0x20 && c != '\n')
        || (0x7f..=0x9f).contains(&code)
        || (0x2028..=0x202e).contains(&code)
        || (0x2066..=0x206f).contains(&code)
        || (0xfff9..=0xfffb).contains(&code)
}

/// No crash, no broken promise about exit codes, and nothing in the output that steers.
#[track_caller]
fn assert_harmless(run: &Run, what: &str) {
    assert_output_harmless(run.code, &run.stdout, &run.stderr, what);
}

#[track_caller]
fn assert_output_harmless(code: i32, stdout: &str, stderr: &str, what: &str) {
    let known = [0, 1, 2, 3, 65, 66, 67, 69, 71, 73, 74, 75, 77, 78];
    assert!(known.contains(&code), "{what}: {code} {stderr:?}");
    assert!(!stderr.contains("panicked"), "{what}: {stderr:?}");
    for text in [stdout, stderr] {
        let raw = text.chars().find(|&c| steers(c));
        assert_eq!(raw, None, "{what}: {text:?}");
    }
}

/// One command that does something, by the words that call it.
struct Leaf {
    words: Vec<String>,
    command: clap::Command,
}

/// Every one there is.
fn leaves() -> Vec<Leaf> {
    fn walk(command: &clap::Command, words: &[String], found: &mut Vec<Leaf>) {
        if !command.has_subcommands() {
            found.push(Leaf { words: words.to_vec(), command: command.clone() });
        }
        for inner in command.get_subcommands() {
            let words = [words, &[inner.get_name().to_owned()]].concat();
            walk(inner, &words, found);
        }
    }
    let mut found = Vec::new();
    walk(&Cli::command(), &[], &mut found);
    assert!(found.len() > 70, "only {} commands", found.len());
    found
}
