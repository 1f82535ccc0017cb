//! Counts instructions with valgrind, where it is there: the steadiest of all measures, since it knows
//! neither load nor clock. Takes some fifty times as long as the command itself.

use std::path::PathBuf;

use super::harness::{Contender, Invocation, Result};
use super::tools::find_program;

/// valgrind.
pub(crate) struct Counter {
    program: PathBuf,
}

impl Counter {
    /// Looks for valgrind.
    pub(crate) fn find() -> Option<Self> {
        find_program("valgrind").map(|program| Self { program })
    }

    /// How many instructions a command takes outside the kernel.
    ///
    /// # Errors
    /// When the command fails, or valgrind does not say.
    pub(crate) fn count(&self, contender: &Contender<'_>) -> Result<f64> {
        (contender.prepare)()?;
        // Cachegrind without its caches counts and does nothing else.
        let mut arguments: Vec<_> =
            ["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", "--"]
                .map(Into::into)
                .to_vec();
        let run = &contender.run;
        arguments.push(run.program.clone().into());
        arguments.extend(run.arguments.iter().cloned());
        let output = Invocation::new(&self.program, arguments).command().output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(format!("{} failed under valgrind: {said}", run.program.display()).into());
        }
        (contender.check)()?;
        let digits = |line: &str| line.chars().filter(char::is_ascii_digit).collect::<String>();
        let count = said
            .lines()
            .find_map(|line| line.split_once("refs:").map(|(_, count)| digits(count)))
            .ok_or("valgrind did not say how many instructions it counted")?;
        Ok(count.parse()?)
    }
}
