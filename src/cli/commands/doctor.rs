//! `admit doctor`: whether the store agrees with itself. It changes nothing.

use std::convert::Infallible;

use clap::Args;

use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Unit;
use crate::cli::render::{Field, Format, Shape, Tone, Value};
use crate::cli::report::{counted, grouped};
use crate::cli::views::count;
use crate::domain::recount::{Check, Comparison, Finding, Recount};
use crate::ops::maintenance;

/// Arguments of `doctor`.
#[derive(Args, Debug)]
#[command(
    after_help = "Numbers and lists that are kept beside the users, agents and invites, so that nothing is \
                  counted twice, are counted anew, in all organizations. Nothing is changed, and others may \
                  work meanwhile."
)]
pub struct DoctorArgs {}

static CHECKS: Shape<Recount> = Shape {
    fields: &[
        Field::new("check", "Check", |recount| Value::text(recount.check.as_str())),
        Field::new("result", "Result", |recount| Value::toned(tone(recount), word(recount))),
        Field::new("counted", "Counted", |recount| match &recount.finding {
            Finding::Counted(comparison) => count(comparison.counted),
            Finding::Absent | Finding::Outdated => Value::Nothing,
        }),
        Field::new("differing", "Differing", |recount| match &recount.finding {
            Finding::Counted(comparison) => count(comparison.differing),
            Finding::Absent | Finding::Outdated => Value::Nothing,
        }),
        Field::on_request("differences", "Differences", |recount| match &recount.finding {
            Finding::Counted(comparison) => {
                Value::many(comparison.first.iter().map(ToString::to_string))
            }
            Finding::Absent | Finding::Outdated => Value::Many(Vec::new()),
        }),
    ],
    reference: |recount| recount.check.as_str().to_owned(),
};

fn word(recount: &Recount) -> &'static str {
    match &recount.finding {
        Finding::Absent => "absent",
        Finding::Outdated => "outdated",
        Finding::Counted(Comparison { differing: 0, .. }) => "agrees",
        Finding::Counted(_) => "differs",
    }
}

fn tone(recount: &Recount) -> Tone {
    match &recount.finding {
        Finding::Absent => Tone::Quiet,
        Finding::Outdated => Tone::Warning,
        Finding::Counted(Comparison { differing: 0, .. }) => Tone::Good,
        Finding::Counted(_) => Tone::Bad,
    }
}

/// Checks the store; 1 where something differs.
pub(super) fn run(app: &mut App, _: DoctorArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&CHECKS)?;
    let (mut store, context) = (app.store()?, app.asking());
    let mut bar = app.ui.progress("Checking the store", Unit::Rows, Some(Check::ALL.len() as u64));
    let found = maintenance::check(&mut store, &context, &mut |done| bar.advance_to(done));
    bar.finish();
    let found = found?;
    output.rows(app.ui.out(), &CHECKS, found.iter().cloned().map(Ok::<_, Infallible>))?;
    for recount in &found {
        tell(app, recount);
    }
    let differing: u64 = found.iter().map(Recount::differing).sum();
    if differing == 0 {
        let users = counted(users(&found), "user", "users");
        app.ui.status(format!("The store agrees with itself: {users}."));
        return Ok(Exit::Done);
    }
    let differences = counted(differing, "difference", "differences");
    app.ui.error(format!("the store does not agree with itself: {differences}"));
    let is_index = |recount: &Recount| recount.check == Check::SearchIndex;
    if found.iter().any(|recount| is_index(recount) && recount.differing() > 0) {
        app.ui.hint("make the index anew: admit search-index drop, then admit search-index build");
    }
    if found.iter().any(|recount| !is_index(recount) && recount.differing() > 0) {
        app.ui.hint(
            "what stats, list and seats say may be wrong; keep a copy of the file, and see what else wrote \
             to it",
        );
    }
    Ok(Exit::No)
}

/// Says what differs, and what is not as one might think.
fn tell(app: &mut App, recount: &Recount) {
    let check = recount.check.as_str();
    match &recount.finding {
        Finding::Absent => {}
        Finding::Outdated => {
            app.ui.hint("the search index is not used; make it anew: admit search-index build");
        }
        Finding::Counted(comparison) => {
            for difference in &comparison.first {
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
    let counted = found.iter().find_map(|recount| match &recount.finding {
        Finding::Counted(comparison) if recount.check == Check::Users => Some(comparison.counted),
        _ => None,
    });
    counted.unwrap_or_default()
}
