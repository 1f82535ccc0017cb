//! `admit role`: roles and what they may do.

mod create;
mod delete;
mod edit;
mod list;
mod show;
mod wishes;

use clap::{Args, Subcommand};

use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};

/// Arguments of `role`.
#[derive(Args, Debug)]
pub struct RoleArgs {
    #[command(subcommand)]
    command: RoleCommand,
}

#[derive(Debug, Subcommand)]
enum RoleCommand {
    /// List roles, highest first
    #[command(visible_alias = "ls")]
    List,
    /// Show which role may do what, as a matrix with ticks
    Show(show::ShowArgs),
    /// Make a role
    Create(create::CreateArgs),
    /// Change what a role may do
    Edit(edit::EditArgs),
    /// Delete a role that nobody has
    Delete(delete::DeleteArgs),
}

/// Does what was asked of roles.
pub(super) fn run(app: &mut App, args: RoleArgs) -> Result<Exit, Failure> {
    match args.command {
        RoleCommand::List => list::run(app),
        RoleCommand::Show(args) => show::run(app, args),
        RoleCommand::Create(args) => create::run(app, args),
        RoleCommand::Edit(args) => edit::run(app, args),
        RoleCommand::Delete(args) => delete::run(app, args),
    }
}
