//! `admit doctor`: whether the store is sound. By itself it changes nothing; asked to, it works out anew what
//! can be worked out, or takes rows as they are that something else has changed.

use std::convert::Infallible;

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::confirm::{self, Consent};
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Unit;
use crate::cli::render::{Field, Format, Shape, Tone, Value};
use crate::cli::report::{counted, grouped, would};
use crate::cli::views::count;
use crate::domain::recount::{Check, Comparison, Finding, Recount, Remedy};
use crate::ops::{Mode, maintenance};

/// Arguments of `doctor`.
#[derive(Args, Debug)]
#[command(
    after_help = "Looks at the whole file: its pages and indexes, what refers to what, rows that grant power, \
                  the audit, and every number that is kept beside the users, agents and invites, in all \
                  organizations. Others may work meanwhile."
)]
pub struct DoctorArgs {
    /// Work out anew what can be: indexes, numbers, places, the search index
    #[arg(long)]
    repair: bool,
    /// Take rows as they are that something other than admit has changed
    #[arg(long, conflicts_with = "repair")]
    accept_changes: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

static CHECKS: Shape<Recount> = Shape {
    fields: &[
        Field::new("check", "Check", |recount| Value::text(recount.check.as_str())),
        Field::new("result", "Result", |recount| {
            let (word, tone) = word(recount);
            Value::toned(tone, word)
        }),
        Field::new("counted", "Counted", |recount| {
            comparison(recount).map(|comparison| count(comparison.counted)).into()
        }),
        Field::new("differing", "Differing", |recount| {
            comparison(recount).map(|comparison| count(comparison.differing)).into()
        }),
        Field::on_request("differences", "Differences", |recount| match &recount.finding {
            Finding::Unreadable(reason) => Value::many(std::iter::once(reason.clone())),
            _ => Value::many(comparison(recount).into_iter().flat_map(told)),
        }),
    ],
    reference: |recount| recount.check.as_str().to_owned(),
};

fn comparison(recount: &Recount) -> Option<&Comparison> {
    match &recount.finding {
        Finding::Counted(comparison) | Finding::Mended(comparison) => Some(comparison),
        Finding::Absent | Finding::Outdated | Finding::Unreadable(_) => None,
    }
}

fn told(comparison: &Comparison) -> Vec<String> {
    comparison.first.iter().map(ToString::to_string).collect()
}

fn word(recount: &Recount) -> (&'static str, Tone) {
    match &recount.finding {
        Finding::Absent => ("absent", Tone::Quiet),
        Finding::Outdated => ("outdated", Tone::Warning),
        Finding::Counted(comparison) if comparison.differing > 0 => ("differs", Tone::Bad),
        Finding::Counted(comparison) if !comparison.first.is_empty() => ("noted", Tone::Warning),
        Finding::Counted(_) => ("agrees", Tone::Good),
        Finding::Mended(_) => ("repaired", Tone::Good),
        Finding::Unreadable(_) => ("unreadable", Tone::Bad),
    }
}

/// Checks the store; 1 where something is not as it should be.
pub(super) fn run(app: &mut App, args: DoctorArgs) -> Result<Exit, Failure> {
    if args.accept_changes {
        return accept_changes(app, args.change.mode());
    }
    let output = app.output(Format::Table);
    output.check(&CHECKS)?;
    let (mut store, context) = (app.store_to_check()?, app.asking());
    let mut bar = app.ui.progress("Checking the store", Unit::Rows, Some(Check::ALL.len() as u64));
    let found = maintenance::check(&mut store, &context, &mut |done| bar.advance_to(done));
    bar.finish();
    let mut found = found?;
    let mode = args.change.mode();
    if args.repair {
        found = maintenance::repair(&mut store, &app.context(mode), found)?;
    }
    output.rows(app.ui.out(), &CHECKS, found.iter().cloned().map(Ok::<_, Infallible>))?;
    for recount in &found {
        tell(app, recount);
    }
    Ok(conclude(app, &found, &args, mode))
}

/// Says in one sentence how it stands, and what can be done.
fn conclude(app: &mut App, found: &[Recount], args: &DoctorArgs, mode: Mode) -> Exit {
    if args.repair {
        let mended = |recount: &&Recount| matches!(recount.finding, Finding::Mended(_));
        let mended = found.iter().filter(mended).count() as u64;
        let checks = counted(mended, "check", "checks");
        app.ui.status(format!("{}Worked out anew what {checks} found.", would(mode)));
    }
    let differing: u64 = found.iter().map(Recount::differing).sum();
    if differing == 0 && mode == Mode::DryRun {
        return Exit::Done;
    }
    if differing == 0 {
        let users = counted(users(found), "user", "users");
        app.ui.status(format!("The store is sound: {users}."));
        return Exit::Done;
    }
    app.ui.error(format!(
        "the store is not sound: {}",
        counted(differing, "difference", "differences")
    ));
    let differs = |check: &dyn Fn(Check) -> bool| {
        found.iter().any(|recount| check(recount.check) && recount.differing() > 0)
    };
    if !args.repair && differs(&|check| check.remedy() == Remedy::Recount) {
        app.ui.hint("work out anew what can be: admit doctor --repair");
    }
    if differs(&|check| check == Check::File) {
        app.ui.hint("make it yours alone: chmod 600 FILE");
    }
    if differs(&|check| check == Check::Checksums) {
        app.ui.hint(
            "nobody comes in by a row that was changed; hold it against a backup, or take all of them as they \
             are: admit doctor --accept-changes",
        );
    }
    if differs(&|check| {
        !matches!(check, Check::File | Check::Checksums)
            && (check.remedy() == Remedy::None || args.repair)
    }) {
        app.ui.hint("keep a copy of the file, see what else wrote to it, and restore a backup");
    }
    Exit::No
}

/// Says what differs, and what is not as one might think.
fn tell(app: &mut App, recount: &Recount) {
    let check = recount.check.as_str();
    match &recount.finding {
        Finding::Absent | Finding::Mended(_) => {}
        Finding::Outdated => {
            app.ui.hint("the search index is not used; make it anew: admit search-index build");
        }
        Finding::Unreadable(reason) => app.ui.warning(format!("{check}: {reason}")),
        Finding::Counted(comparison) => {
            for difference in told(comparison) {
                app.ui.warning(format!("{check}: {difference}"));
            }
            let more = comparison.differing.saturating_sub(comparison.first.len() as u64);
            if more > 0 {
                app.ui.warning(format!("{check}: {} more", grouped(more)));
            }
        }
    }
}

/// How many users there are, of all organizations.
fn users(found: &[Recount]) -> u64 {
    let users = found.iter().find(|recount| recount.check == Check::Users);
    users.and_then(comparison).map_or(0, |comparison| comparison.counted)
}

static ACCEPTED: Shape<String> = Shape {
    fields: &[Field::new("row", "Taken as it is", |row: &String| Value::text(row.clone()))],
    reference: Clone::clone,
};

/// Takes rows as they are, once a person has said so.
fn accept_changes(app: &mut App, mode: Mode) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&ACCEPTED)?;
    let mut store = app.store()?;
    let seen = maintenance::altered(&mut store, &app.asking())?;
    let many = counted(seen.count, "row", "rows");
    if mode == Mode::Apply && seen.count > 0 {
        for row in &seen.first {
            app.ui.warning(row.to_string());
        }
        let more = seen.count.saturating_sub(seen.first.len() as u64);
        if more > 0 {
            app.ui.warning(format!("{} more", grouped(more)));
        }
        let question = format!("Take {many} as they are, with all that they grant?");
        let doing = "taking rows as they are that something else has changed";
        if confirm::deed(app, &question, doing)? == Consent::Withheld {
            return Ok(confirm::nothing_changed(app));
        }
        maintenance::accept_changes(&mut store, &app.context(mode), &seen)?;
    }
    let rows = seen.first.iter().map(ToString::to_string);
    output.rows(app.ui.out(), &ACCEPTED, rows.map(Ok::<_, Infallible>))?;
    app.ui.status(format!("{}Took {many} as they are.", would(mode)));
    if mode == Mode::Apply && seen.count > 0 {
        app.ui.hint("bring numbers and lists in line with them: admit doctor --repair");
    }
    Ok(Exit::Done)
}
