//! What admit is measured against: the `sqlite3` shell of the system. It is looked for, never installed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::harness::{Invocation, Result};

/// The shell, and which one it is.
pub(crate) struct Sqlite3 {
    program: PathBuf,
    /// What it says of its version, such as `3.40.1`.
    pub(crate) version: String,
}

impl Sqlite3 {
    /// The shell on the path, if there is one that runs.
    pub(crate) fn find() -> Option<Self> {
        let program = find_program("sqlite3")?;
        let output = Command::new(&program).arg("--version").output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let version = text.split_whitespace().next()?.to_owned();
        output.status.success().then_some(Self { program, version })
    }

    /// A run of the shell on a file: SQL and dot commands, one argument each.
    pub(crate) fn run<I: IntoIterator<Item = S>, S: Into<OsString>>(
        &self,
        file: &Path,
        words: I,
    ) -> Invocation {
        let mut arguments = vec![file.into()];
        arguments.extend(words.into_iter().map(Into::into));
        Invocation { program: self.program.clone(), arguments }
    }

    /// Asks one number of a file.
    pub(crate) fn number(&self, file: &Path, sql: &str) -> Result<u64> {
        let output = self.run(file, [sql]).command().output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned().into());
        }
        Ok(String::from_utf8(output.stdout)?.trim().parse()?)
    }
}

/// Where a program is, by the path of the environment.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file())
}
