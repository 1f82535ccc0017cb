//! `admit import --type login-less`: users without a login from a file, all of them or none. The answer has
//! their PINs, once.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::{
    ImportArgs, correct_and_import, nothing_imported, rejects_file, stopped, tell_of_rejected,
};
use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};
use crate::cli::input::{self, Input};
use crate::cli::output_file::OutputFile;
use crate::cli::pins;
use crate::cli::progress::Unit;
use crate::cli::render::{Format, Tone};
use crate::cli::report::{self, counted, grouped, would};
use crate::cli::signals::Signals;
use crate::cli::views::phones::{ADDED, PhoneView};
use crate::domain::import::{RejectedRow, RowFault};
use crate::domain::phone::{PhoneColumn, PhoneRow};
use crate::domain::pin::HashedPin;
use crate::files::phones::{self as file, PhonesReader};
use crate::files::{FileError, ReadOptions, Record};
use crate::ops::imports::OnUnknownTeam;
use crate::ops::phones::import::{self as imports, PhonesImported, PhonesPlan, PhonesRequest};
use crate::ops::{Context, Mode};
use crate::store::Store;

/// Imports a file.
pub(super) fn run(app: &mut App, args: ImportArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&ADDED)?;
    if args.sample {
        app.ui.out().write_all(file::sample().as_bytes())?;
        return Ok(Exit::Done);
    }
    if args.send {
        return Err(Failure::usage("--send is for portal users: nobody else gets a link"));
    }
    if matches!(args.on_existing, super::Existing::Update) {
        return Err(Failure::usage("--on-existing update is for portal users")
            .hinted("change one by one: admit set-role, admit set-team, admit pin reset"));
    }
    let mode = args.change.mode();
    let path = input::named_or_asked(app, args.file.clone(), "admit import --type login-less")?;
    let input = Input::open(&path)?;
    let source = input.name.clone();
    let (rows, bad) = read(app, input, args.format.options(), &source)?;
    let request = PhonesRequest {
        rows,
        source: source.clone(),
        role: args.role.clone(),
        team: args.team.clone(),
        on_unknown_team: match args.create_teams {
            true => OnUnknownTeam::Create,
            false => OnUnknownTeam::Refuse,
        },
    };
    let mut store = app.store()?;
    let plan = imports::plan(&mut store, &app.asking(), &request)?;
    tell_of_repeated(app, &source, &plan);
    let mut rejected = bad;
    rejected.extend(plan.rejected.iter().cloned());
    rejected.sort_by_key(|row| row.line);
    tell_of_rejected(app, &source, &rejected);
    if !rejected.is_empty() && !args.keep_going {
        return Err(nothing_imported(&source, &rejected, &args));
    }
    let rejects = match (&args.rejects, mode) {
        (Some(rejects), Mode::Apply) if !rejected.is_empty() => {
            let mut protected = Store::files(app.store_choice()?.path()).to_vec();
            protected.push(path);
            Some(rejects_file(rejects, &protected, &rejected, file::write_rejects)?)
        }
        _ => None,
    };
    let good = plan.arrivals.len() as u64 + plan.existing + plan.deactivated;
    if !rejected.is_empty() && good == 0 {
        rejects.map_or(Ok(()), OutputFile::publish)?;
        return Err(nothing_imported(&source, &rejected, &args));
    }
    let done = match mode {
        Mode::DryRun | Mode::Suggest => {
            (PhonesImported { plan, batch: None, users: Vec::new() }, HashMap::new())
        }
        Mode::Apply => {
            let coming = || plan.arrivals.iter().filter_map(|one| request.rows.get(one.row));
            let drawn = coming().filter(|row| row.pin.is_none()).count();
            pins::check_seen(&output, drawn)?;
            let pins = hashed(app, coming())?;
            (apply(app, &mut store, &request, plan, &pins)?, pins)
        }
    };
    let (done, pins) = done;
    let views = views(&done, &request, &pins);
    report::show_phones(app, &ADDED, views)?;
    tell(app, &done, rejected.len() as u64, mode);
    super::tell_of_teams(app, &done.plan.new_teams, mode);
    if let Some(Err(failure)) = rejects.map(OutputFile::publish) {
        return Err(Failure { exit: Exit::Partly, ..failure }
            .hinted("the good rows are imported; the bad ones are named above"));
    }
    if let (Some(path), false, Mode::Apply) = (&args.rejects, rejected.is_empty(), mode) {
        app.ui.hint(correct_and_import(path, &args));
    }
    Ok(if rejected.is_empty() { Exit::Done } else { Exit::Partly })
}

/// Every good row, and every bad one; what is wrong before the place where reading ended is said, too.
fn read(
    app: &mut App,
    input: Input,
    options: ReadOptions,
    source: &str,
) -> Result<(Vec<PhoneRow>, Vec<RejectedRow>), Failure> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let mut bar = app.ui.progress("Reading", Unit::Bytes, input.size);
    let read = || -> Result<(), FileError> {
        let mut reader = PhonesReader::open(input.bytes, &options)?;
        while let Some(record) = reader.next_record()? {
            match record {
                Record::Row(row) => good.push(row),
                Record::Rejected(row) => bad.push(row),
            }
            bar.advance_to(reader.bytes_read());
        }
        Ok(())
    };
    let ended = read();
    bar.finish();
    if let Err(error) = ended {
        tell_of_rejected(app, source, &bad);
        return Err(Failure::from(error).about(source));
    }
    Ok((good, bad))
}

/// The PINs of who comes, by line.
fn hashed<'a>(
    app: &mut App,
    rows: impl Iterator<Item = &'a PhoneRow> + Clone,
) -> Result<HashMap<u64, HashedPin>, Failure> {
    let unhashed = rows.clone().map(|row| pins::given_or_drawn(row.pin.as_ref(), &row.extension));
    let unhashed = unhashed.collect::<Result<Vec<_>, _>>()?;
    Ok(rows.map(|row| row.line).zip(pins::hash(app, unhashed)?).collect())
}

/// Writes what was planned, with a bar on a terminal; a signal rolls it back.
fn apply(
    app: &mut App,
    store: &mut Store,
    request: &PhonesRequest,
    plan: PhonesPlan,
    pins: &HashMap<u64, HashedPin>,
) -> Result<PhonesImported, Failure> {
    let context: Context = app.context(Mode::Apply);
    let signals = Signals::listen()?;
    let mut bar = app.ui.progress("Importing", Unit::Rows, Some(plan.arrivals.len() as u64));
    let mut progress = |done| {
        bar.advance_to(done);
        match signals.caught() {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    };
    let done = imports::apply(store, &context, request, plan, pins, &mut progress);
    bar.finish();
    done.map_err(|error| stopped(error, &signals))
}

fn views(
    done: &PhonesImported,
    request: &PhonesRequest,
    pins: &HashMap<u64, HashedPin>,
) -> Vec<PhoneView> {
    let mut numbers = done.users.iter();
    let view = |one: &imports::PhoneArrival| {
        let row = request.rows.get(one.row)?;
        // A dry run gives no numbers.
        let user = numbers.next().map_or_else(|| format!("ext:{}", row.extension), <_>::to_string);
        Some(PhoneView {
            user,
            name: Some(row.name.to_string()),
            result: "added".to_owned(),
            tone: Some(Tone::Good),
            extension: Some(row.extension.to_string()),
            role: Some(one.role.to_string()),
            team: row.team.as_ref().or(request.team.as_ref()).map(ToString::to_string),
            pin: pins.get(&row.line).and_then(HashedPin::to_tell).cloned(),
            batch: done.batch.map(|batch| batch.get()),
            reason: None,
            organization: done.plan.organization.slug.to_string(),
        })
    };
    done.plan.arrivals.iter().filter_map(view).collect()
}

/// Nobody is dropped silently: whose extension is in the file twice is named.
fn tell_of_repeated(app: &mut App, source: &str, plan: &PhonesPlan) {
    let notes = plan.repeated.iter().map(|(line, first, extension)| {
        let reason = format!("is on line {first} already; this line is skipped");
        RowFault::new(*line, PhoneColumn::Extension.as_str(), extension.as_str(), reason)
    });
    input::faults(app, source, &notes.collect::<Vec<_>>());
}

/// The talk.
fn tell(app: &mut App, done: &PhonesImported, rejected: u64, mode: Mode) {
    let plan = &done.plan;
    let people =
        counted(plan.arrivals.len() as u64, "user without a login", "users without a login");
    let batch = done.batch.map_or(String::new(), |batch| format!(" (import {})", batch.get()));
    let more: Vec<String> = [
        (plan.existing, "there already"),
        (plan.deactivated, "deactivated and left so"),
        (plan.repeated.len() as u64, "repeated in the file"),
        (rejected, "rejected"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, words)| format!("{} {words}", grouped(number)))
    .collect();
    let more = if more.is_empty() { String::new() } else { format!("; {}", more.join(", ")) };
    let (would, slug) = (would(mode), &plan.organization.slug);
    app.ui.status(format!("{would}Imported {people} in {slug}{batch}{more}."));
}
