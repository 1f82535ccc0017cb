//! `admit agent`: agents are brought in, listed and shown.

mod import;
mod list;
mod show;

use clap::{Args, Subcommand};

use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};

/// Arguments of `agent`.
#[derive(Args, Debug)]
pub struct AgentArgs {
    #[command(subcommand)]
    command: AgentCommand,
}

#[derive(Debug, Subcommand)]
enum AgentCommand {
    /// Bring agents in from a CSV or JSON-lines file; who is known is brought up to date
    Import(import::ImportArgs),
    /// Bring one or a few agents in by hand
    Add(import::AddArgs),
    /// List agents and who holds them
    #[command(visible_alias = "ls")]
    List(list::ListArgs),
    /// Show one agent and who held it when
    Show(show::ShowArgs),
}

/// Does what was asked of agents.
pub(super) fn run(app: &mut App, args: AgentArgs) -> Result<Exit, Failure> {
    match args.command {
        AgentCommand::Import(args) => import::run(app, args),
        AgentCommand::Add(args) => import::add(app, args),
        AgentCommand::List(args) => list::run(app, args),
        AgentCommand::Show(args) => show::run(app, args),
    }
}
