//! What is told of a run: facts of the machine above, a line for each measure of each case as soon as it is
//! known, a summary below. The same in `markdown`, for the README, is written to a file.

use std::fs;
use std::io::{Stdout, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use super::finding::Finding;
use super::harness::Result;
use super::markdown;
use super::tools::target;
use super::wanted::Ending;
use super::workshop::Workshop;

/// A line of the table.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) goal: u8,
    pub(crate) what: String,
    pub(crate) result: Entered,
}

/// What became of a case.
#[derive(Debug)]
pub(crate) enum Entered {
    Found(Finding),
    /// Left out, and why.
    Skipped(String),
    /// Broken off, and why.
    Failed(String),
}

/// The table, being written.
pub(crate) struct Report {
    out: Stdout,
    /// What the machine is.
    machine: String,
    /// The number of the goal that is being measured.
    goal: u8,
    entries: Vec<Entry>,
    growth: Option<String>,
}

impl Report {
    /// Writes what stands above the lines.
    pub(crate) fn begin(workshop: &Workshop) -> Result<Self> {
        let shell = match &workshop.sqlite3 {
            Some(shell) => format!("sqlite3 {}", shell.version),
            None => "no sqlite3".to_owned(),
        };
        let machine = format!("{}; {}", machine()?, shell);
        let mut report =
            Self { out: std::io::stdout(), machine, goal: 0, entries: Vec::new(), growth: None };
        let sizes = workshop.sizes;
        writeln!(
            report.out,
            "{}\nusers: {}, {}, {}\n",
            report.machine,
            size(sizes.small),
            size(sizes.middle),
            size(sizes.large)
        )?;
        report.line(&[
            "",
            "case",
            "measure",
            "admit",
            "reference",
            "judged",
            "spread",
            "goal",
            "",
        ])?;
        Ok(report)
    }

    /// What comes now belongs to this goal.
    pub(crate) const fn turn_to(&mut self, goal: u8) {
        self.goal = goal;
    }

    /// Adds what came out of a case.
    pub(crate) fn add(&mut self, what: &str, findings: Vec<Finding>) -> Result<()> {
        for finding in findings {
            let measure = finding.measure;
            self.line(&[
                &self.goal.to_string(),
                what,
                measure.as_str(),
                &measure.show(finding.admit),
                &finding.reference.map_or_else(String::new, |amount| measure.show(amount)),
                &finding.show_value(),
                &finding.show_spread(),
                &finding.show_goal(),
                finding.verdict().map_or("", |verdict| verdict.as_str()),
            ])?;
            self.enter(what, Entered::Found(finding));
        }
        Ok(())
    }

    /// Says that a case is left out, and why.
    pub(crate) fn skip(&mut self, what: &str, reason: &str) -> Result<()> {
        writeln!(self.out, "{:>2}  {what:<38}skipped: {reason}", self.goal)?;
        self.enter(what, Entered::Skipped(reason.to_owned()));
        Ok(())
    }

    /// Says that the case broke off, and why.
    pub(crate) fn fail(&mut self, reason: &str) -> Result<()> {
        writeln!(self.out, "{:>2}  failed: {reason}", self.goal)?;
        self.enter("", Entered::Failed(reason.to_owned()));
        Ok(())
    }

    /// Adds the table of how cost grows.
    pub(crate) fn add_growth(&mut self, table: String) -> Result<()> {
        writeln!(self.out, "\n{table}")?;
        self.growth = Some(table);
        Ok(())
    }

    /// Writes the summary, and everything as markdown to a file.
    ///
    /// # Errors
    /// When it cannot be written, or a case failed.
    pub(crate) fn end(mut self, ending: Ending) -> Result<()> {
        let text = markdown::document(&self.machine, &self.entries, self.growth.as_deref());
        let file: PathBuf = target().join("bench.md");
        fs::write(&file, &text)?;
        let summary = markdown::summary(&self.entries);
        writeln!(self.out, "\n{summary}; as markdown: {}", file.display())?;
        if ending == Ending::Markdown {
            writeln!(self.out, "\n{text}")?;
        }
        let failed = |entry: &Entry| matches!(entry.result, Entered::Failed(_));
        match self.entries.iter().filter(|entry| failed(entry)).count() {
            0 => Ok(()),
            many => Err(format!("{many} of the cases failed").into()),
        }
    }

    fn enter(&mut self, what: &str, result: Entered) {
        self.entries.push(Entry { goal: self.goal, what: what.to_owned(), result });
    }

    fn line(&mut self, cells: &[&str; 9]) -> Result<()> {
        let [goal, case, measure, admit, reference, judged, spread, limit, verdict] = cells;
        let line = format!(
            "{goal:>2}  {case:<38}{measure:<14}{admit:>10}{reference:>11}{judged:>11}  {spread:<16}\
             {limit:<12} {verdict}"
        );
        writeln!(self.out, "{}", line.trim_end())?;
        Ok(self.out.flush()?)
    }
}

/// A number of users, in short.
pub(crate) fn size(users: u64) -> String {
    match users {
        millions if millions % 1_000_000 == 0 => format!("{}M", millions / 1_000_000),
        thousands if thousands % 1_000 == 0 => format!("{}k", thousands / 1_000),
        other => other.to_string(),
    }
}

/// What this is measured on, and when.
fn machine() -> Result<String> {
    let fact = |path: &str| fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    let cores = std::thread::available_parallelism()?;
    let kernel = fact("/proc/sys/kernel/osrelease");
    let load = fact("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or_default();
    let cpus = fact("/proc/cpuinfo");
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("processor unknown", |(_, name)| name);
    let date = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let date = date.split('T').next().unwrap_or_default();
    let (version, sqlite) = (env!("CARGO_PKG_VERSION"), rusqlite::version());
    Ok(format!(
        "{date}: admit {version} with SQLite {sqlite} on {cores} cores ({model}), load {load}, \
         kernel {kernel}"
    ))
}
