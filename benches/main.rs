//! `cargo bench`: admit beside another program that does the same work, in one run, in turns. Only
//! ratios mean anything, and only those of one run: machines differ, and are shared.
//!
//! | command | what it does |
//! |---|---|
//! | `cargo bench` | everything, in one to three minutes |
//! | `cargo bench -- import` | imports |
//! | `cargo bench -- startup` | one lookup, the whole process (also: `query`) |
//! | `cargo bench -- quick` | fewer rounds, no million, under a minute; with either word above, too |
//!
//! The ratio is the median of the rounds' ratios, admit over the reference: below 1, admit is the
//! cheaper. Behind it stand the least and the greatest. After every run somebody counts what is there,
//! so that no failed command is measured. CPU is steadier than wall, instructions steadier than both.
//!
//! Beside cargo it takes the `sqlite3` shell, and valgrind for the instructions; what is missing is said
//! and left out. The parts: `cases` (what is compared, and the goals), `harness` (measuring),
//! `instructions`, `generator` (the input), `reference` (the shell), `report` (the table).

mod cases;
mod generator;
mod harness;
mod instructions;
mod reference;
mod report;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use cases::{Table, Workshop};
use harness::Result;
use reference::Sqlite3;
use report::Report;

const USAGE: &str = "usage: cargo bench [-- [import] [startup|query] [quick]]";

/// How many users the cases have.
const USERS: u64 = 100_000;
/// The size that the goal for imports is set for.
const MANY_USERS: u64 = 1_000_000;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let ended = match words.split_first() {
        Some((first, rest)) if first == harness::MEASURE => {
            harness::measure(rest).and_then(|text| say(&text))
        }
        _ => match Wanted::read(&words) {
            Some(wanted) => run(wanted),
            None => {
                let _ = writeln!(std::io::stderr(), "{USAGE}");
                return ExitCode::from(2);
            }
        },
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

/// Which cases to run, and how thoroughly.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    area: Area,
    depth: Depth,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Area {
    All,
    Import,
    Startup,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    Full,
    Quick,
}

impl Wanted {
    fn read(words: &[OsString]) -> Option<Self> {
        let mut wanted = Self { area: Area::All, depth: Depth::Full };
        for word in words {
            match (word.to_str()?, wanted.area) {
                // Cargo adds this by itself.
                ("--bench", _) => {}
                ("quick", _) => wanted.depth = Depth::Quick,
                ("import", Area::All) => wanted.area = Area::Import,
                ("startup" | "query", Area::All) => wanted.area = Area::Startup,
                _ => return None,
            }
        }
        Some(wanted)
    }

    fn rounds(self) -> u32 {
        match self.depth {
            Depth::Full => 7,
            Depth::Quick => 3,
        }
    }
}

fn run(wanted: Wanted) -> Result<()> {
    let mut out = std::io::stdout();
    let Some(sqlite3) = Sqlite3::find() else {
        writeln!(out, "skipped: sqlite3 is not installed (apt-get install sqlite3)")?;
        return Ok(());
    };
    let workshop = Workshop::open(sqlite3)?;
    let mut report = Report::begin(out, &workshop.sqlite3)?;
    if wanted.area != Area::Startup {
        imports(&workshop, wanted, &mut report)?;
    }
    if wanted.area != Area::Import {
        let name = "show, 100k : SELECT by e-mail";
        report.add(name, &workshop.show(USERS, wanted.rounds())?)?;
        match &workshop.counter {
            Some(counter) => report.add(name, &[workshop.show_instructions(counter, USERS)?])?,
            None => report.skip(name, NO_VALGRIND)?,
        }
    }
    Ok(())
}

const NO_VALGRIND: &str = "valgrind is not installed (apt-get install valgrind)";

fn imports(workshop: &Workshop, wanted: Wanted, report: &mut Report<impl Write>) -> Result<()> {
    let rounds = wanted.rounds();
    report.add("import 100k : bare .import", &workshop.import(USERS, Table::Bare, rounds)?)?;
    report.add("import 100k : .import, UNIQUE", &workshop.import(USERS, Table::Unique, rounds)?)?;
    if wanted.depth == Depth::Quick {
        return Ok(());
    }
    report.add("import 1M : bare .import", &workshop.import(MANY_USERS, Table::Bare, 3)?)?;
    let name = "import, a row : bare .import";
    match &workshop.counter {
        Some(counter) => report.add(name, &[workshop.import_instructions(counter)?]),
        None => report.skip(name, NO_VALGRIND),
    }
}
