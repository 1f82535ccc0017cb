//! `admit team`: teams are made and listed.

use clap::{Args, Subcommand};

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Shown, Value};
use crate::cli::report::Words;
use crate::domain::team::{Team, TeamName};
use crate::ops::teams;

/// Arguments of `team`.
#[derive(Args, Debug)]
pub struct TeamArgs {
    #[command(subcommand)]
    command: TeamCommand,
}

#[derive(Debug, Subcommand)]
enum TeamCommand {
    /// Make teams
    Create {
        /// Make teams of these names
        #[arg(value_name = "NAME", required = true)]
        names: Vec<TeamName>,
        #[command(flatten)]
        change: ChangeArgs,
    },
    /// List teams
    #[command(visible_alias = "ls")]
    List,
}

static TEAMS: Shape<Team> = Shape {
    fields: &[Field {
        key: "team",
        title: "Team",
        shown: Shown::Always,
        value: |team| Value::text(team.name.as_str()),
    }],
    reference: |team| team.name.to_string(),
};

/// Makes or lists teams.
pub(super) fn run(app: &mut App, args: TeamArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&TEAMS)?;
    let mut store = app.store()?;
    let teams = match args.command {
        TeamCommand::Create { names, change } => {
            let mode = change.mode();
            let (organization, teams) = teams::create(&mut store, &app.context(mode), &names)?;
            let words = Words { did: "Made", one: "team", many: "teams" };
            app.ui.status(words.sentence(teams.len(), &organization, mode));
            teams
        }
        TeamCommand::List => {
            let teams = teams::list(&mut store, &app.asking())?;
            if teams.is_empty() {
                app.ui.status("There are no teams. Make one: admit team create NAME");
            }
            teams
        }
    };
    let rows = teams.into_iter().map(Ok::<_, std::convert::Infallible>);
    output.rows(app.ui.out(), &TEAMS, rows)?;
    Ok(Exit::Done)
}
