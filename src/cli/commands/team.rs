//! `admit team`: teams are made, listed, shown, renamed and deleted, and get leaders.

mod create;
mod delete;
mod leaders;
mod list;
mod rename;
mod show;

use clap::{Args, Subcommand};

use crate::cli::app::App;
use crate::cli::ask::{self, Missing};
use crate::cli::exit::{Exit, Failure};
use crate::domain::team::TeamName;
use crate::ops::teams;
use crate::store::Store;

/// Arguments of `team`.
#[derive(Args, Debug)]
pub struct TeamArgs {
    #[command(subcommand)]
    command: TeamCommand,
}

#[derive(Debug, Subcommand)]
enum TeamCommand {
    /// Make teams
    Create(create::CreateArgs),
    /// List teams, who leads them and how many are in them
    #[command(visible_alias = "ls")]
    List,
    /// Show a team: who leads it, who is in it, and their agent IDs
    Show(show::ShowArgs),
    /// Give a team another name
    Rename(rename::RenameArgs),
    /// Delete teams; who is in them is in no team then
    Delete(delete::DeleteArgs),
    /// Show or change who leads a team
    Leaders(leaders::LeadersArgs),
}

/// Does what was asked of teams.
pub(super) fn run(app: &mut App, args: TeamArgs) -> Result<Exit, Failure> {
    match args.command {
        TeamCommand::Create(args) => create::run(app, args),
        TeamCommand::List => list::run(app),
        TeamCommand::Show(args) => show::run(app, args),
        TeamCommand::Rename(args) => rename::run(app, args),
        TeamCommand::Delete(args) => delete::run(app, args),
        TeamCommand::Leaders(args) => leaders::run(app, args),
    }
}

/// The team that is named, or one that is picked where somebody can answer.
///
/// # Errors
/// A usage error with the line to type where nobody can.
pub(super) fn named_or_picked(
    app: &mut App,
    store: &mut Store,
    named: Option<TeamName>,
    question: &str,
    usage: &str,
) -> Result<TeamName, Failure> {
    if let Some(name) = named {
        return Ok(name);
    }
    let missing = Missing { what: "no team is named", usage };
    ask::pick(app, question, missing, |app| {
        let names = teams::names(store, &app.asking())?;
        Ok(names.into_iter().map(|name| (name.to_string(), name)).collect())
    })
}
