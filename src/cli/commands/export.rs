//! `admit export`: users in a file that `import` reads back to the same users.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use crate::cli::app::App;
use crate::cli::args::UserType;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output_file::OutputFile;
use crate::cli::render::{Cells, Format, Output, Screen, Shape};
use crate::cli::report::counted;
use crate::cli::signals::Signals;
use crate::cli::views::exports::{EXPORT, PHONE_EXPORT};
use crate::domain::operation::Operation;
use crate::domain::status::Status;
use crate::domain::user::PortalAccess;
use crate::ops::access;
use crate::ops::users::{self, ListRequest};
use crate::store::{ExportLine, Store};

/// Arguments of `export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// Write to this file instead of stdout; it appears whole or not at all
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Write users of this type
    #[arg(long = "type", value_name = "TYPE", value_enum, default_value = "portal")]
    kind: UserType,
    /// Write users with one of these statuses instead of invited, expired and active ones
    #[arg(long, value_name = "STATUS,…", value_delimiter = ',')]
    status: Vec<Status>,
    /// Leave CSV cells as they are that a spreadsheet would run as a formula
    #[arg(long)]
    raw: bool,
}

/// Writes users.
pub(super) fn run(app: &mut App, args: ExportArgs) -> Result<Exit, Failure> {
    let format = app.format().unwrap_or(Format::Csv);
    if !matches!(format, Format::Csv | Format::Jsonl) {
        return Err(Failure::usage("export writes --format csv or --format jsonl")
            .hinted("for people: admit list"));
    }
    let cells = if args.raw { Cells::Raw } else { Cells::Guarded };
    let mut output = app.output_with(format, cells);
    let (shape, access) = match args.kind {
        UserType::Portal => (&EXPORT, PortalAccess::Granted),
        UserType::LoginLess => (&PHONE_EXPORT, PortalAccess::None),
    };
    output.check(shape)?;
    let statuses =
        if args.status.is_empty() { Status::CURRENT.to_vec() } else { args.status.clone() };
    let request = ListRequest { access: Some(access), ..ListRequest::with_statuses(statuses) };
    if args.output.is_some() {
        output.screen = Screen::Elsewhere;
    }
    let Written { written, left_out } =
        write(app, &output, shape, &request, args.output.as_deref())?;
    let users = counted(written, "user", "users");
    match &args.output {
        None => app.ui.status(format!("Exported {users}.")),
        Some(path) => app.ui.status(format!("Exported {users} to {}.", path.display())),
    }
    if left_out > 0 {
        let them = counted(left_out, "user without a login is", "users without a login are");
        app.ui.status(format!("{them} left out."));
        app.ui.hint("for them: admit export --type login-less");
    }
    Ok(Exit::Done)
}

/// How many users are in the file, and how many are not because they have no login.
struct Written {
    written: u64,
    left_out: u64,
}

fn write(
    app: &mut App,
    output: &Output,
    shape: &'static Shape<ExportLine>,
    request: &ListRequest,
    path: Option<&Path>,
) -> Result<Written, Failure> {
    let mut store = app.store()?;
    let protected = Store::files(store.path());
    let (tx, session) = access::read(&mut store, &app.asking(), Operation::Export)?;
    let plan = users::plan_list(&tx, &session, request)?;
    let left_out = match request.access {
        Some(PortalAccess::Granted) => {
            let others = ListRequest { access: Some(PortalAccess::None), ..request.clone() };
            users::plan_list(&tx, &session, &others)?.count(&tx)?
        }
        _ => 0,
    };
    let mut query = plan.open_export(&tx)?;
    let rows = query.rows()?;
    let Some(path) = path else {
        let written = output.rows(app.ui.out(), shape, rows)?;
        return Ok(Written { written, left_out });
    };
    let file = OutputFile::begin(path, &protected)?;
    let signals = Signals::listen()?;
    // What is written so far is full of people: it goes before a signal may end the process again.
    let mut file = file;
    let interrupted = || match signals.caught() {
        Some(exit) => Err(Failure::new(exit, "interrupted; nothing was exported")),
        None => Ok(()),
    };
    let rows = rows.map(|row| interrupted().and_then(|()| Ok(row?)));
    let written = output.rows(&mut file, shape, rows).map_err(|error| match error {
        crate::cli::render::RenderError::Output(error) => OutputFile::failure(path, &error),
        other => other.into(),
    })?;
    file.flush().map_err(|error| OutputFile::failure(path, &error))?;
    interrupted()?;
    file.publish()?;
    Ok(Written { written, left_out })
}
