//! `admit unassign-agent`: agent IDs are taken from a user.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::Format;
use crate::cli::report;
use crate::cli::views::mappings::{self, MAPPINGS};
use crate::domain::agent::AgentRef;
use crate::domain::user_ref::UserRef;
use crate::ops::agents::{self, Which};

/// Arguments of `unassign-agent`.
#[derive(Args, Debug)]
pub struct UnassignAgentArgs {
    /// Take from this user, by e-mail or number (#12)
    #[arg(value_name = "USER", add = ArgValueCompleter::new(complete::users))]
    user: UserRef,
    /// Take these agent IDs
    #[arg(value_name = "AGENT", required_unless_present = "all", add = ArgValueCompleter::new(complete::agents))]
    agents: Vec<AgentRef>,
    /// Take all of them
    #[arg(long, conflicts_with = "agents")]
    all: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Takes agent IDs away.
pub(super) fn run(app: &mut App, args: UnassignAgentArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&MAPPINGS)?;
    let which = if args.all { Which::All } else { Which::These(args.agents) };
    let mode = args.change.mode();
    let context = app.context(mode);
    let done = agents::unassign(&mut app.store()?, &context, &args.user, &which)?;
    mappings::show(app, &done, report::would(mode))
}
