//! Many who change one store at the same time.

use std::thread;
use std::time::Instant;

use super::from;
use crate::finding::{Finding, Measure};
use crate::harness::Result;
use crate::report::Report;
use crate::stock;
use crate::workshop::{Workshop, admit, new_store};

/// How many there are at any time.
const PROCESSES: u64 = 32;

/// What one of them saw.
struct Seen {
    failures: u64,
    /// The longest that one command took, in seconds.
    longest: f64,
}

/// Goal 17: 32 processes at a time, each an invite, one after the other. A wait is all that a
/// command takes, from its start to its end. admit always commits with synchronous FULL.
pub(super) fn invites(workshop: &Workshop, report: &mut Report) -> Result<()> {
    let each = workshop.at_depth(100, 10);
    let store = workshop.path("crowd.admit");
    new_store(&store)?;
    let start = Instant::now();
    let invite = |process: u64| -> std::io::Result<Seen> {
        let mut seen = Seen { failures: 0, longest: 0.0 };
        for number in 0..each {
            let email = format!("person.{number}.{process}@example.com");
            let run = admit(&store, ["--quiet", "invite", &email]);
            let start = Instant::now();
            let output = run.command().output()?;
            seen.longest = seen.longest.max(start.elapsed().as_secs_f64());
            seen.failures += u64::from(!output.status.success());
        }
        Ok(seen)
    };
    let seen: Vec<Seen> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..PROCESSES).map(|process| scope.spawn(move || invite(process))).collect();
        let ended = threads.into_iter().map(|thread| thread.join().map_err(|_| "a thread broke"));
        ended.map(|seen| Ok(seen??)).collect::<Result<_>>()
    })?;
    let wall = start.elapsed().as_secs_f64();
    let failures: u64 = seen.iter().map(|one| one.failures).sum();
    let reported = PROCESSES * each - failures;
    let there = stock::number(&store, "SELECT count(*) FROM users")?;
    let longest = seen.iter().fold(0.0, |longest: f64, one| longest.max(one.longest));
    let findings = vec![
        Finding::amount(Measure::Failures, failures as f64, Some(0.0)),
        Finding::amount(Measure::Losses, reported.saturating_sub(there) as f64, Some(0.0)),
        Finding::amount(Measure::LongestWait, longest, from(100, each, 2.0)),
        Finding::amount(Measure::Wall, wall, None),
    ];
    report.add(&format!("{PROCESSES} processes, {each} invites each"), findings)
}
