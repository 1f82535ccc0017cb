//! `admit man`: the manual.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    write_pages(&command, &directory).map_err(|error| {
        let directory = directory.display();
        Failure::new(
            Exit::CannotCreate,
            format!("{directory} cannot be written: {}", plain(&error)),
        )
    })?;
    app.ui.status(format!("Wrote the pages into the directory {}", directory.display()));
    Ok(Exit::Done)
}

/// Writes the pages of a command and of those below it, each as a new file: what stood at its name goes first,
/// so that nothing is written through somebody's symbolic link (trust I3).
fn write_pages(command: &clap::Command, directory: &Path) -> io::Result<()> {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        write_pages(inner, directory)?;
    }
    let page = Man::new(command.clone());
    let path = directory.join(page.get_filename());
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut text = Vec::new();
    page.render(&mut text)?;
    File::create_new(path)?.write_all(&text)
}
