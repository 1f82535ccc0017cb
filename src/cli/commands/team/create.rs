//! `admit team create`: teams are made.

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::ask::{self, Missing};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::report::Words;
use crate::domain::organization::Slug;
use crate::domain::team::{Team, TeamName};
use crate::ops::teams;

/// Arguments of `team create`.
#[derive(Args, Debug)]
pub(super) struct CreateArgs {
    /// Make teams of these names
    #[arg(value_name = "NAME")]
    names: Vec<TeamName>,
    #[command(flatten)]
    change: ChangeArgs,
}

struct MadeView {
    team: Team,
    organization: Slug,
}

static TEAMS: Shape<MadeView> = Shape {
    fields: &[
        Field::new("team", "Team", |view| Value::text(view.team.name.as_str())),
        Field::on_request("organization", "Organization", |view| {
            Value::text(view.organization.as_str())
        }),
    ],
    reference: |view| view.team.name.to_string(),
};

/// Makes teams.
pub(super) fn run(app: &mut App, args: CreateArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&TEAMS)?;
    let missing = Missing { what: "no team is named", usage: "admit team create NAME…" };
    let names = ask::texts(app, args.names, "Name of the team", missing)?;
    let mode = args.change.mode();
    let context = app.context(mode);
    let (organization, teams) = teams::create(&mut app.store()?, &context, &names)?;
    let words = Words { did: "Made", one: "team", many: "teams" };
    app.ui.status(words.sentence(teams.len(), &organization, mode));
    let rows = teams.into_iter().map(|team| {
        let organization = organization.slug.clone();
        Ok::<_, std::convert::Infallible>(MadeView { team, organization })
    });
    output.rows(app.ui.out(), &TEAMS, rows)?;
    Ok(Exit::Done)
}
