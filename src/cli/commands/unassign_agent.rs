//! `admit unassign-agent`: agent IDs are taken from a user.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::prompt::Answer;
use crate::cli::render::Format;
use crate::cli::report;
use crate::cli::views::mappings::{self, MAPPINGS};
use crate::domain::agent::AgentRef;
use crate::domain::user_ref::UserRef;
use crate::ops::agents::{self, Which};
use crate::ops::audit::History;
use crate::ops::users;
use crate::store::Store;

/// Arguments of `unassign-agent`.
#[derive(Args, Debug)]
pub struct UnassignAgentArgs {
    /// Take from this user, by e-mail or number (#12)
    #[arg(value_name = "USER", add = ArgValueCompleter::new(complete::users))]
    user: Option<UserRef>,
    /// Take these agent IDs; asked for in a terminal
    #[arg(value_name = "AGENT", add = ArgValueCompleter::new(complete::agents))]
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
    let user = match args.user {
        Some(user) => user,
        None => app.ask_for_user("Whose agents to take?")?.ok_or_else(|| {
            Failure::usage("no user is named").hinted("admit unassign-agent USER AGENT…")
        })?,
    };
    let mut store = app.store()?;
    let which = match (args.all, args.agents) {
        (true, _) => Which::All,
        (false, agents) if agents.is_empty() => {
            Which::These(vec![ask_for_agent(app, &mut store, &user)?])
        }
        (false, agents) => Which::These(agents),
    };
    let mode = args.change.mode();
    let context = app.context(mode);
    let done = agents::unassign(&mut store, &context, &user, &which)?;
    mappings::show(app, &done, report::would(mode))
}

/// One of the agents that the user holds.
fn ask_for_agent(app: &mut App, store: &mut Store, user: &UserRef) -> Result<AgentRef, Failure> {
    if !app.may_ask() {
        return Err(Failure::usage("no agent is named")
            .hinted("admit unassign-agent USER AGENT…, or --all for all of them"));
    }
    let held = users::show(store, &app.suggesting(), user, History::Newest)?.agents;
    if held.is_empty() {
        return Err(Failure::new(Exit::No, format!("{user} holds no agents")));
    }
    let items: Vec<String> = held
        .iter()
        .map(|agent| {
            let name = agent.facts.name.as_ref().map_or("-", |name| name.as_str());
            format!("{}  {name}", agent.facts.key)
        })
        .collect();
    let chosen = match app.ui.ask()?.pick("Which agent?", &items)? {
        Answer::Given(index) => held.get(index),
        Answer::Declined => None,
    };
    let key = chosen.ok_or_else(Failure::declined)?.facts.key.to_string();
    key.parse().map_err(|error| Failure::new(Exit::Bug, error))
}
