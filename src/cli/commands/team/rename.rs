//! `admit team rename`: a team gets another name.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::ask::{self, Missing};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
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
    let missing = Missing { what: "no new name is given", usage };
    let new = ask::text(app, args.new, &format!("New name of {old}"), missing)?;
    let mode = args.change.mode();
    let done = teams::rename(&mut store, &app.context(mode), &old, &new)?;
    output.one(app.ui.out(), &RENAMED, &done)?;
    let (was, name, slug) = (&done.team.name, &done.name, &done.organization.slug);
    app.ui.status(match was == name {
        true => format!("The team {name} in {slug} is called so already."),
        false => format!("{}Renamed the team {was} to {name} in {slug}.", would(mode)),
    });
    Ok(Exit::Done)
}
