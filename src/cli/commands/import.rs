//! `admit import`: people from a file, all of them or none.

mod phones;
mod read;
mod view;

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use self::view::ImportView;
use crate::cli::app::{App, Found};
use crate::cli::args::{ChangeArgs, UserType};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::input::{self, FileArgs, Input};
use crate::cli::mailer::MailArgs;
use crate::cli::mailing::{MailCounts, Mailing};
use crate::cli::output_file::OutputFile;
use crate::cli::progress::Unit;
use crate::cli::render::Format;
use crate::cli::report::{self, counted};
use crate::cli::signals::Signals;
use crate::domain::import::{RejectedRow, RowFault};
use crate::domain::operation::Operation;
use crate::domain::rate::Rate;
use crate::domain::role::RoleName;
use crate::domain::team::TeamName;
use crate::domain::template::Delivery;
use crate::files::users as file;
use crate::ops::delivery::Outlet;
use crate::ops::imports::{
    self, ImportOutcome, ImportPlan, ImportRequest, OnExisting, OnUnknownTeam, Totals,
};
use crate::ops::{self, Context, Mode, access};
use crate::random::SystemEntropy;
use crate::store::Store;

/// Arguments of `import`.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag on the command line")]
pub struct ImportArgs {
    /// Read this file; `-` is stdin
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Import users of this type
    #[arg(long = "type", value_name = "TYPE", value_enum, default_value = "portal")]
    kind: UserType,
    /// Print a file to fill in
    #[arg(long, conflicts_with = "file")]
    sample: bool,
    /// Give this role to rows that name none
    #[arg(long, short, value_name = "ROLE", add = ArgValueCompleter::new(complete::roles))]
    role: Option<RoleName>,
    /// Put rows that name no team into this one
    #[arg(long, short, value_name = "TEAM", add = ArgValueCompleter::new(complete::teams))]
    team: Option<TeamName>,
    /// Make teams that are not there yet
    #[arg(long)]
    create_teams: bool,
    /// Do this with people who are there already
    #[arg(long, value_name = "WHAT", value_enum, default_value = "skip")]
    on_existing: Existing,
    /// Import the good rows where others are bad
    #[arg(long)]
    keep_going: bool,
    /// Write the bad rows here, with the reason, as a file to correct and import
    #[arg(long, value_name = "FILE", requires = "keep_going", value_hint = ValueHint::FilePath)]
    rejects: Option<PathBuf>,
    /// Make the links of the imported people at once, or mail them; they are pending otherwise
    #[arg(long)]
    send: bool,
    /// Hand over so many mails at most in a time, such as 10/s
    #[arg(long, value_name = "RATE", requires = "send")]
    rate: Option<Rate>,
    #[command(flatten)]
    mail: MailArgs,
    #[command(flatten)]
    format: FileArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Existing {
    /// Leave them as they are, and count them
    Skip,
    /// Give them the name, role and team of the row
    Update,
}

/// Imports a file.
pub(super) fn run(app: &mut App, args: ImportArgs) -> Result<Exit, Failure> {
    if args.kind == UserType::LoginLess {
        return phones::run(app, args);
    }
    let output = app.output(Format::Table);
    output.check(&view::SHAPE)?;
    if args.sample {
        app.ui.out().write_all(file::sample().as_bytes())?;
        return Ok(Exit::Done);
    }
    let mut mailing = Mailing::open(app, &args.mail, args.rate)?;
    let path = input::named_or_asked(app, args.file.clone(), "admit import")?;
    let input = Input::open(&path)?;
    let source = input.name.clone();
    let directory = app.store_choice()?.scratch_directory();
    let read = read::rows(app, input, args.format.options(), &directory);
    let (rows, broken) = (read.rows, read.broken);
    if let Some(failure) = broken {
        // What is wrong before the place where reading ended is said, too.
        tell_of_rejected(app, &source, &rows.bad);
        return Err(failure);
    }
    let mode = args.change.mode();
    let mut found = app.store_or_rehearsal()?;
    let request = ImportRequest {
        rows: rows.good.finish(),
        source: source.clone(),
        role: args.role.clone(),
        team: args.team.clone(),
        on_existing: match args.on_existing {
            Existing::Skip => OnExisting::Skip,
            Existing::Update => OnExisting::Update,
        },
        on_unknown_team: match args.create_teams {
            true => OnUnknownTeam::Create,
            false => OnUnknownTeam::Refuse,
        },
        delivery: if args.send { Delivery::AtOnce } else { Delivery::OnCommand },
        outlet: mailing.outlet(),
    };
    let mut plan = plan(app, found.store(), &request)?;
    imports::note_refusals(found.store(), &app.context(mode), &plan)?;
    let rejected = all_rejected(rows.bad, &plan);
    tell_of_repeated(app, &source, &plan);
    tell_of_rejected(app, &source, &rejected);
    if !rejected.is_empty() && !args.keep_going {
        return Err(nothing_imported(&source, &rejected, &args));
    }
    plan.check_seats()?;
    let rejects = match (&args.rejects, mode) {
        (Some(rejects), Mode::Apply) if !rejected.is_empty() => {
            let mut protected = Store::files(app.store_choice()?.path()).to_vec();
            protected.push(path);
            Some(rejects_file(rejects, &protected, &rejected, file::write_rejects)?)
        }
        _ => None,
    };
    if !rejected.is_empty() && plan.totals.good() == 0 {
        rejects.map_or(Ok(()), OutputFile::publish)?;
        return Err(nothing_imported(&source, &rejected, &args));
    }
    // Only now: a file that is refused, or brings nobody, leaves no store behind.
    let mut store = match found {
        Found::Store(store) => store,
        Found::Rehearsal(store) if plan.totals.changes() == 0 => store,
        Found::Rehearsal(rehearsal) => {
            let mut store = app.make_store(rehearsal, mode)?;
            let anew = self::plan(app, &mut store, &request)?;
            // Somebody else may have made it, with people in it.
            match anew.newly_rejected(&plan) {
                0 => plan = anew,
                newly => return Err(ops::Error::PlanOutdated(newly).into()),
            }
            store
        }
    };
    let organization = plan.organization.clone();
    let new_teams = plan.new_teams.clone();
    let context = app.context(mode);
    let bad = rejected.len() as u64;
    let outcome = match mode {
        Mode::DryRun | Mode::Suggest => ImportOutcome::of(plan.totals),
        Mode::Apply => apply(app, &mut store, &context, &request, plan)?,
    };
    let outcome = ImportOutcome { totals: Totals { rejected: bad, ..outcome.totals }, ..outcome };
    let posted = mailing.deliver(app, &mut store, &context, &outcome.queued);
    let portal = app.portal(&organization);
    let mails = match (mode, &request.outlet, request.delivery) {
        (Mode::DryRun, Outlet::Mail { .. }, Delivery::AtOnce) => {
            let queued = outcome.totals.invited + outcome.totals.invited_again;
            MailCounts { queued, ..MailCounts::default() }
        }
        _ => posted.counts(),
    };
    let view = ImportView::new(organization, source, outcome, &request, portal, mails, mode);
    view.show(app, &output)?;
    view.tell(app);
    tell_of_teams(app, &new_teams, mode);
    // Last: what was imported is in, whatever becomes of the file of rejects.
    if let Some(Err(failure)) = rejects.map(OutputFile::publish) {
        return Err(Failure { exit: Exit::Partly, ..failure }
            .hinted("the good rows are imported; the bad ones are named above"));
    }
    if let (Some(path), true) = (&args.rejects, bad > 0 && mode == Mode::Apply) {
        app.ui.hint(correct_and_import(path, &args));
    }
    Ok(posted.tell(app, if bad > 0 { Exit::Partly } else { Exit::Done }))
}

fn plan(app: &App, store: &mut Store, request: &ImportRequest) -> Result<ImportPlan, Failure> {
    imports::prepare(store, &app.asking(), request)?;
    let (tx, session) = access::read(store, &app.asking(), Operation::Import)?;
    Ok(imports::plan(&tx, &session, request)?)
}

/// Writes what was planned, with a bar on a terminal; a signal rolls it back.
fn apply(
    app: &mut App,
    store: &mut Store,
    context: &Context,
    request: &ImportRequest,
    plan: ImportPlan,
) -> Result<ImportOutcome, Failure> {
    let signals = Signals::listen()?;
    let mut bar = app.ui.progress("Importing", Unit::Rows, Some(plan.totals.changes()));
    let mut progress = |done| {
        bar.advance_to(done);
        match signals.caught() {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    };
    let entropy = &mut SystemEntropy;
    let outcome = imports::apply(store, context, entropy, request, plan, &mut progress);
    bar.finish();
    outcome.map_err(|error| stopped(error, &signals))
}

/// Why nothing was imported; where a signal stopped it, the exit code is the signal's.
fn stopped(error: ops::Error, signals: &Signals) -> Failure {
    let failure = Failure::from(error);
    match (failure.exit, signals.caught()) {
        (Exit::Interrupted, Some(exit)) => Failure::new(exit, "interrupted; nothing was imported"),
        _ => failure,
    }
}

/// Most new teams that are named.
const TEAMS_NAMED: usize = 5;

/// Says which teams an import made, or would make.
fn tell_of_teams(app: &mut App, made: &[TeamName], mode: Mode) {
    if made.is_empty() {
        return;
    }
    let mut names: Vec<String> = made.iter().take(TEAMS_NAMED).map(ToString::to_string).collect();
    if made.len() > TEAMS_NAMED {
        names.push(format!("{} more", made.len() - TEAMS_NAMED));
    }
    let teams = counted(made.len() as u64, "team", "teams");
    app.ui.status(format!("{}Made {teams} for them: {}.", report::would(mode), names.join(", ")));
}

/// What the file and the store object to, by line.
fn all_rejected(bad: Vec<RejectedRow>, plan: &ImportPlan) -> Vec<RejectedRow> {
    let mut rejected = bad;
    rejected.extend(plan.rejected.iter().cloned());
    rejected.sort_by_key(|row| row.line);
    rejected
}

fn tell_of_rejected(app: &mut App, source: &str, rejected: &[RejectedRow]) {
    let faults: Vec<RowFault> =
        rejected.iter().flat_map(|row| row.faults.iter().cloned()).collect();
    input::faults(app, source, &faults);
}

/// Nobody is dropped silently: who is in the file twice is named.
fn tell_of_repeated(app: &mut App, source: &str, plan: &ImportPlan) {
    let notes: Vec<RowFault> = plan
        .repeated
        .iter()
        .map(|row| {
            let reason = format!("is on line {} already; this line is skipped", row.first);
            RowFault::new(row.line, "email", row.email.as_typed(), reason)
        })
        .collect();
    input::faults(app, source, &notes);
}

fn nothing_imported(source: &str, rejected: &[RejectedRow], args: &ImportArgs) -> Failure {
    let rows = counted(rejected.len() as u64, "bad row", "bad rows");
    let failure =
        Failure::new(Exit::BadInput, format!("{source} has {rows}; nothing was imported"));
    match (args.keep_going, &args.rejects) {
        (true, Some(path)) if !args.change.dry_run => {
            failure.hinted(correct_and_import(path, args))
        }
        (true, _) => failure,
        (false, _) => {
            failure.hinted("correct the file, or import the good rows: --keep-going --rejects FILE")
        }
    }
}

fn correct_and_import(rejects: &Path, args: &ImportArgs) -> String {
    let path = rejects.display();
    let kind = match args.kind {
        UserType::Portal => "",
        UserType::LoginLess => "--type login-less ",
    };
    let word = ops::shell_word(&path.to_string());
    format!("correct {path} and import it: admit import {kind}{word}")
}

/// What writes the rows that could not be used.
type WriteRejects = fn(&mut dyn Write, &[RejectedRow]) -> std::io::Result<()>;

fn rejects_file(
    path: &Path,
    protected: &[PathBuf],
    rejected: &[RejectedRow],
    write: WriteRejects,
) -> Result<OutputFile, Failure> {
    let mut out = OutputFile::begin(path, protected)?;
    write(&mut out, rejected)
        .and_then(|()| out.flush())
        .map_err(|error| OutputFile::failure(path, &error))?;
    Ok(out)
}
