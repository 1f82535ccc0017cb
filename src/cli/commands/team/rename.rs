//! `admit team rename`: a team gets another name.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::prompt::Answer;
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::report::would;
use crate::domain::team::TeamName;
use crate::ops::teams::{self, Renamed};

/// Arguments of `team rename`.
#[derive(Args, Debug)]
pub(super) struct RenameArgs {
    /// Rename this team
    #[arg(value_name = "OLD", add = ArgValueCompleter::new(complete::teams))]
    old: Option<TeamName>,
    /// Give it this name
    #[arg(value_name = "NEW")]
    new: Option<TeamName>,
    #[command(flatten)]
    change: ChangeArgs,
}

static RENAMED: Shape<Renamed> = Shape {
    fields: &[
        Field::new("team", "Team", |done| Value::text(done.name.as_str())),
        Field::new("was", "Was", |done| Value::text(done.team.name.as_str())),
        Field::new("organization", "Organization", |done| {
            Value::text(done.organization.slug.as_str())
        }),
    ],
    reference: |done| done.name.to_string(),
};

/// Renames a team.
pub(super) fn run(app: &mut App, args: RenameArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&RENAMED)?;
    let mut store = app.store()?;
    let usage = "admit team rename OLD NEW";
    let old = super::named_or_picked(app, &mut store, args.old, "Which team to rename?", usage)?;
    let new = match args.new {
        Some(new) => new,
        None => ask_for_name(app, &old, usage)?,
    };
    let mode = args.change.mode();
    let done = teams::rename(&mut store, &app.context(mode), &old, &new)?;
    output.one(app.ui.out(), &RENAMED, &done)?;
    let (was, name, slug) = (&done.team.name, &done.name, &done.organization.slug);
    app.ui.status(format!("{}Renamed the team {was} to {name} in {slug}.", would(mode)));
    Ok(Exit::Done)
}

fn ask_for_name(app: &mut App, old: &TeamName, usage: &str) -> Result<TeamName, Failure> {
    if !app.may_ask() {
        return Err(Failure::usage("no new name is given").hinted(usage));
    }
    let check = |text: &str| text.parse::<TeamName>().map(drop).map_err(|error| error.to_string());
    match app.ui.ask()?.text(&format!("New name of {old}"), check)? {
        Answer::Given(text) => text.parse().map_err(|error| Failure::usage(format!("{error}"))),
        Answer::Declined => Err(Failure::declined()),
    }
}
