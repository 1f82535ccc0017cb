//! `cargo bench`: admit beside other programs that do the same work, in one run, in turns. Only ratios mean
//! anything, and only those of one run: machines differ, and are shared.
//!
//! | command | what it does |
//! |---|---|
//! | `cargo bench` | every goal and how cost grows, up to ten million users; takes some ten minutes and 15 GB of disk |
//! | `cargo bench -- quick` | every goal, up to 200,000 users, under a minute; goals are judged where they hold for so few |
//! | `cargo bench -- import` | goals 1 to 8: imports |
//! | `cargo bench -- query` | goals 9 to 16: reading, one user, what must not grow with the store |
//! | `cargo bench -- startup` | goals 9 and 10: one user, the whole process |
//! | `cargo bench -- concurrency` | goal 17: many processes at a time |
//! | `cargo bench -- 7 13` | the goals with these numbers |
//! | `cargo bench -- growth` | how cost grows with the store, as a table |
//! | … `--size 1000000` | with so many users in the largest store, and a tenth and a hundredth in the others |
//! | … `markdown` | prints the tables as markdown, too; they are in `target/bench.md` after every run |
//! | `cargo bench -- generate 1000 FILE` | writes a file of people; with `dirty` behind it, one with duplicates and faults |
//!
//! The words go together: `-- import growth quick`. A ratio is the median of the rounds' ratios, admit over
//! the reference: below 1, admit is the cheaper. Behind it stand the least and the greatest. After
//! every run somebody counts what is there, so that no failed command is measured. CPU is steadier than wall,
//! instructions are steadier than both.
//!
//! Beside cargo it takes what `peers/install.sh` installs; what is missing is said and left out. Everything
//! it makes is in a directory below `target/tmp`, and goes at the end.
//!
//! The parts: `cases` (what is compared, and the goals), `harness` and `counter` (measuring), `finding` (what
//! came out), `input` (the people), `stock` (stores full of them), `workshop` (what cases share), `tools`
//! (the other programs), `report` and `markdown` (what is told), `wanted` (the words).

mod cases;
mod counter;
mod finding;
mod harness;
mod input;
mod markdown;
mod report;
mod stock;
mod tools;
mod wanted;
mod workshop;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use cases::CASES;
use harness::Result;
use input::Series;
use report::Report;
use wanted::{Selection, State, USAGE, Wanted};
use workshop::Workshop;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let ended = match words.split_first() {
        Some((first, rest)) if first == harness::MEASURE => {
            harness::measure(rest).and_then(|text| say(&text))
        }
        // Not by `cargo bench`, which says --bench: a test of all targets must not take hours.
        None => say(USAGE),
        Some((first, rest)) if first == cases::ROW_BY_ROW => cases::insert_row_by_row(rest),
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

fn run(wanted: Wanted) -> Result<()> {
    match wanted {
        Wanted::Run(selection) => measure(&selection),
        Wanted::Generate { rows, file, state: State::Clean } => {
            Ok(input::write_users(&file, rows, Series::FIRST)?)
        }
        Wanted::Generate { rows, file, state: State::Dirty } => {
            let good = input::write_dirty(&file, rows)?;
            say(&format!("{good} of {rows} rows are good."))
        }
    }
}

/// Runs the cases that were asked for. One that breaks off is told, and the others go on.
fn measure(selection: &Selection) -> Result<()> {
    let workshop = Workshop::open(selection.sizes, selection.depth)?;
    let mut report = Report::begin(&workshop)?;
    for (goal, area, case) in CASES {
        if selection.has(area, goal) {
            report.turn_to(goal);
            if let Err(error) = case(&workshop, &mut report) {
                report.fail(&error.to_string())?;
            }
        }
    }
    if selection.has_growth() {
        report.add_growth(cases::growth(&workshop)?)?;
    }
    report.end(selection.ending)
}
