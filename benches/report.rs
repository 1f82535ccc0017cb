//! The table: facts of the machine above, a line for each measure of each case below, written as soon
//! as it is known.

use std::fs;
use std::io::Write;
use std::time::SystemTime;

use super::harness::{Comparison, Measure, Result};
use super::reference::Sqlite3;

/// The table, being written.
pub(crate) struct Report<W: Write> {
    out: W,
}

impl<W: Write> Report<W> {
    /// Writes what stands above the lines.
    pub(crate) fn begin(mut out: W, sqlite3: &Sqlite3) -> Result<Self> {
        let cores = std::thread::available_parallelism()?;
        let kernel = fact("/proc/sys/kernel/osrelease");
        let load = fact("/proc/loadavg");
        let load = load.split(' ').next().unwrap_or_default();
        let now = humantime::format_rfc3339_seconds(SystemTime::now());
        writeln!(
            out,
            "admit {} (SQLite {}) beside sqlite3 {}\n\
             {cores} cores, load {load}, kernel {kernel}, {now}\n",
            env!("CARGO_PKG_VERSION"),
            rusqlite::version(),
            sqlite3.version,
        )?;
        let mut report = Self { out };
        report.line(&[
            "case",
            "measure",
            "admit",
            "reference",
            "ratio",
            "spread",
            "goal",
            "verdict",
        ])?;
        Ok(report)
    }

    /// Adds what came out of a case.
    pub(crate) fn add(&mut self, case: &str, comparisons: &[Comparison]) -> Result<()> {
        for comparison in comparisons {
            let measure = comparison.measure;
            let (least, greatest) = comparison.spread;
            self.line(&[
                case,
                measure.as_str(),
                &amount(measure, comparison.admit),
                &amount(measure, comparison.reference),
                &format!("{:.2}x", comparison.ratio),
                &format!("{least:.2}..{greatest:.2}"),
                &comparison.goal.map_or_else(String::new, |goal| format!("<= {goal}x")),
                comparison.verdict(),
            ])?;
        }
        Ok(())
    }

    /// Says that a case is left out, and why.
    pub(crate) fn skip(&mut self, case: &str, reason: &str) -> Result<()> {
        Ok(writeln!(self.out, "{case:<31}skipped: {reason}")?)
    }

    fn line(&mut self, cells: &[&str; 8]) -> Result<()> {
        let [case, measure, admit, reference, ratio, spread, goal, verdict] = cells;
        let line = format!(
            "{case:<31}{measure:<14}{admit:>11}{reference:>11}{ratio:>8}  {spread:<13}{goal:<9}{verdict}"
        );
        writeln!(self.out, "{}", line.trim_end())?;
        Ok(self.out.flush()?)
    }
}

fn amount(measure: Measure, amount: f64) -> String {
    match measure {
        Measure::Cpu | Measure::Wall if amount >= 1.0 => format!("{amount:.2} s"),
        Measure::Cpu | Measure::Wall => format!("{:.1} ms", amount * 1e3),
        Measure::Memory => format!("{:.1} MiB", amount / 1024.0),
        Measure::Instructions if amount >= 1e6 => format!("{:.2} M", amount / 1e6),
        Measure::Instructions => format!("{amount:.0}"),
    }
}

/// A line that the kernel says of itself; nothing where it does not.
fn fact(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}
