//! `admit man`: the manual.

use std::path::PathBuf;

use clap::{Args, CommandFactory, ValueHint};
use clap_mangen::Man;

use crate::cli::Cli;
use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};
use crate::domain::text::plain;

/// Arguments of `man`.
#[derive(Args, Debug)]
pub struct ManArgs {
    /// Write one page a command into this directory
    #[arg(long, value_name = "DIRECTORY", value_hint = ValueHint::DirPath)]
    directory: Option<PathBuf>,
}

/// Prints the main page, or writes all pages.
pub(super) fn run(app: &mut App, args: ManArgs) -> Result<Exit, Failure> {
    let Some(directory) = args.directory else {
        let mut page = Vec::new();
        Man::new(Cli::command()).render(&mut page)?;
        app.ui.out().write_all(&page)?;
        return Ok(Exit::Done);
    };
    clap_mangen::generate_to(Cli::command(), &directory).map_err(|error| {
        let directory = directory.display();
        Failure::new(
            Exit::CannotCreate,
            format!("{directory} cannot be written: {}", plain(&error)),
        )
    })?;
    app.ui.status(format!("Wrote the pages into the directory {}", directory.display()));
    Ok(Exit::Done)
}
