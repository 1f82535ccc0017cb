//! Files that a command reads: opening them, and naming what is wrong in them.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::app::App;
use super::exit::{Exit, Failure};
use super::prompt::Answer;
use super::report::grouped;
use crate::domain::import::RowFault;
use crate::domain::text::plain;
use crate::files::{Delimiter, Encoding, ReadOptions};

/// How many faults are shown; the rest is counted (`--rejects` has them all).
pub const FAULTS_SHOWN: usize = 20;

/// How a file is written.
#[derive(Args, Clone, Copy, Debug)]
pub struct FileArgs {
    /// Take this for the separator: comma, semicolon, tab or pipe, instead of what the header shows
    #[arg(long, value_name = "SEPARATOR", default_value = "detect", hide_default_value = true)]
    delimiter: Delimiter,
    /// Take this for the encoding, such as windows-1252, instead of UTF-8 or what the file says
    #[arg(long, value_name = "ENCODING", default_value = "detect", hide_default_value = true)]
    encoding: Encoding,
}

impl FileArgs {
    /// For the reader.
    #[must_use]
    pub const fn options(self) -> ReadOptions {
        ReadOptions { encoding: self.encoding, delimiter: self.delimiter }
    }
}

/// An opened file, or stdin.
pub struct Input {
    /// What it is called in messages.
    pub name: String,
    /// How many bytes it has, where that is known.
    pub size: Option<u64>,
    /// What is in it.
    pub bytes: Box<dyn Read>,
}

impl Input {
    /// Opens a file; `-` is stdin.
    ///
    /// # Errors
    /// Exit 66 where it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        if path.as_os_str() == "-" {
            let bytes = Box::new(std::io::stdin().lock());
            return Ok(Self { name: "stdin".to_owned(), size: None, bytes });
        }
        let name = path.display().to_string();
        let cannot = |error: std::io::Error| {
            Failure::new(Exit::NoInput, format!("{name}: {}", plain(&error)))
        };
        let file = File::open(path).map_err(cannot)?;
        let facts = file.metadata().map_err(cannot)?;
        if facts.is_dir() {
            return Err(Failure::new(Exit::NoInput, format!("{name} is a directory")));
        }
        let size = facts.is_file().then_some(facts.len());
        Ok(Self { size, bytes: Box::new(file), name })
    }
}

/// The file that a command is to read, or that a person names when asked; in a terminal only (rule 44).
///
/// # Errors
/// A usage error where none is named and nobody can answer.
pub fn named_or_asked(
    app: &mut App,
    named: Option<PathBuf>,
    command: &str,
) -> Result<PathBuf, Failure> {
    if let Some(path) = named {
        return Ok(path);
    }
    if !app.may_ask() {
        return Err(Failure::usage("no file is named").hinted(format!(
            "{command} FILE, or - for stdin; a file to fill in: {command} --sample"
        )));
    }
    let check = |text: &str| match Path::new(text.trim()).try_exists() {
        Ok(true) => Ok(()),
        _ => Err(format!("there is no file {}", text.trim())),
    };
    match app.ui.ask()?.text("Which file?", check)? {
        Answer::Given(text) => Ok(PathBuf::from(text.trim())),
        Answer::Declined => Err(Failure::declined()),
    }
}

/// Names faults one a line, `file:line: column: value: reason`, and counts what is left out.
pub fn faults(app: &mut App, file: &str, faults: &[RowFault]) {
    let lines: Vec<String> = faults
        .iter()
        .take(FAULTS_SHOWN)
        .map(|fault| sentence(file, fault, &app.ui.with_flags(&fault.reason)))
        .collect();
    app.ui.lines(lines);
    if faults.len() > FAULTS_SHOWN {
        let rest = (faults.len() - FAULTS_SHOWN) as u64;
        app.ui.lines([format!("… and {} more", grouped(rest))]);
    }
}

/// `users.csv:17: email: "x": has no @`.
fn sentence(file: &str, fault: &RowFault, reason: &str) -> String {
    let RowFault { line, column, value, .. } = fault;
    match (column.is_empty(), value.is_empty()) {
        (true, _) => format!("{file}:{line}: {reason}"),
        (false, true) => format!("{file}:{line}: {column}: {reason}"),
        (false, false) => format!("{file}:{line}: {column}: {value}: {reason}"),
    }
}
