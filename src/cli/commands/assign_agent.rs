//! `admit assign-agent`: agent IDs are mapped to a user, or one takes another's place.

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
use crate::domain::filter::SearchText;
use crate::domain::operation::Operation;
use crate::domain::user_ref::UserRef;
use crate::ops::access;
use crate::ops::agents::{self, OnTaken};
use crate::store::{AgentFilter, AgentLine, Store};

/// Most agents that a question offers.
const OFFERED: u32 = 50;

/// Arguments of `assign-agent`.
#[derive(Args, Debug)]
pub struct AssignAgentArgs {
    /// Map to this user, by e-mail or number (#12)
    #[arg(value_name = "USER", add = ArgValueCompleter::new(complete::users))]
    user: Option<UserRef>,
    /// Map these agent IDs, such as voice:4711; asked for in a terminal
    #[arg(value_name = "AGENT", add = ArgValueCompleter::new(complete::agents))]
    agents: Vec<AgentRef>,
    /// Take agent IDs over from whoever holds them
    #[arg(long = "move")]
    take_over: bool,
    /// Put NEW in the place of OLD
    #[arg(
        long,
        num_args = 2,
        value_names = ["OLD", "NEW"],
        conflicts_with = "agents",
        add = ArgValueCompleter::new(complete::agents)
    )]
    replace: Option<Vec<AgentRef>>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Maps agent IDs.
pub(super) fn run(app: &mut App, args: AssignAgentArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&MAPPINGS)?;
    let user = match args.user {
        Some(user) => user,
        None => app.ask_for_user("Whom to give agents?")?.ok_or_else(|| {
            Failure::usage("no user is named").hinted("admit assign-agent USER AGENT…")
        })?,
    };
    let on_taken = if args.take_over { OnTaken::Move } else { OnTaken::Refuse };
    let mode = args.change.mode();
    let mut store = app.store()?;
    let done = if let Some([old, new]) = args.replace.as_deref() {
        agents::replace(&mut store, &app.context(mode), &user, old, new, on_taken)?
    } else {
        let mut wanted = args.agents;
        if wanted.is_empty() && app.may_ask() {
            wanted = ask_for_agents(app, &mut store)?;
            if wanted.is_empty() {
                return Err(Failure::declined());
            }
        }
        if wanted.is_empty() {
            return Err(Failure::usage("no agent is named")
                .hinted("admit assign-agent USER AGENT…; known agents: admit agent list"));
        }
        agents::assign(&mut store, &app.context(mode), &user, &wanted, on_taken)?
    };
    mappings::show(app, &done, report::would(mode))
}

/// Type-ahead: a few letters, then a choice, until an empty answer (S1, rule 26).
fn ask_for_agents(app: &mut App, store: &mut Store) -> Result<Vec<AgentRef>, Failure> {
    let mut chosen: Vec<AgentRef> = Vec::new();
    let mut question = "Which agent? Part of its name, ID or source";
    loop {
        let prompter = app.ui.ask()?;
        let Answer::Given(letters) = prompter.text(question, |_| Ok(()))? else {
            return Ok(chosen);
        };
        let found = agents_matching(app, store, &letters)?;
        if found.is_empty() {
            app.ui.status(format!("No agent matches {letters}."));
            continue;
        }
        let items: Vec<String> = found
            .iter()
            .map(|line| {
                let facts = &line.agent.facts;
                let name = facts.name.as_ref().map_or("-", |name| name.as_str());
                let holder = match &line.holder {
                    Some(holder) => format!("held by {}", holder.reference),
                    None => "free".to_owned(),
                };
                format!("{}  {name}  {holder}", facts.key)
            })
            .collect();
        let title = if items.len() >= OFFERED as usize { "Agent (the first 50)" } else { "Agent" };
        if let Answer::Given(index) = prompter.pick(title, &items)?
            && let Some(line) = found.get(index)
        {
            let key = line.agent.facts.key.to_string();
            chosen.push(key.parse().map_err(|error| Failure::new(Exit::Bug, error))?);
            question = "Another one? Empty to go on";
        }
    }
}

/// A few agents whose name, ID or source holds some letters. Nothing is open when it returns.
fn agents_matching(app: &App, store: &mut Store, letters: &str) -> Result<Vec<AgentLine>, Failure> {
    let (tx, session) = access::read(store, &app.suggesting(), Operation::AgentList)?;
    let filter = AgentFilter {
        search: Some(SearchText::new(letters)),
        limit: Some(OFFERED),
        ..AgentFilter::default()
    };
    let mut query = tx.agents(session.organization.id, &filter)?;
    Ok(query.rows()?.collect::<Result<Vec<_>, _>>()?)
}
