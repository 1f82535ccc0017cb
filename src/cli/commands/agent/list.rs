//! `admit agent list`: agents and who holds them.

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::PageArgs;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::views;
use crate::domain::agent::{AgentKey, AgentSource};
use crate::domain::filter::SearchText;
use crate::domain::operation::Operation;
use crate::ops::{access, shell_word};
use crate::store::{AgentFilter, AgentLine, HeldFilter};

/// Arguments of `agent list`.
#[derive(Args, Debug)]
pub(super) struct ListArgs {
    /// Show agents of this source
    #[arg(long, value_name = "SOURCE")]
    source: Option<AgentSource>,
    /// Show agents that no user holds
    #[arg(long, conflicts_with = "assigned")]
    unassigned: bool,
    /// Show agents that a user holds
    #[arg(long)]
    assigned: bool,
    /// Show agents whose name, ID or source holds this, in any case
    #[arg(long, short, value_name = "TEXT")]
    search: Option<String>,
    #[command(flatten)]
    page: PageArgs,
    /// Start behind this agent: the next page
    #[arg(long, value_name = "SOURCE:ID")]
    after: Option<AgentKey>,
}

static AGENTS: Shape<AgentLine> = Shape {
    fields: &[
        Field::new("agent", "Agent", |line| key(&line.agent.facts.key)),
        Field::on_request("source", "Source", |line| {
            Value::text(line.agent.facts.key.source.as_str())
        }),
        Field::on_request("agent_id", "Agent ID", |line| {
            Value::text(line.agent.facts.key.id.as_str())
        }),
        Field::new("name", "Name", |line| {
            line.agent.facts.name.as_ref().map(|name| name.as_str()).into()
        }),
        Field::new("interactions", "Interactions", |line| {
            views::count(line.agent.facts.interactions.unwrap_or_default())
        }),
        Field::new("last_interaction_at", "Last interaction", |line| {
            line.agent.facts.last_interaction_at.into()
        }),
        Field::new("user", "User", |line| match &line.holder {
            Some(holder) => Value::Text(holder.reference.to_string().into()),
            None => Value::Nothing,
        }),
        Field::on_request("assigned_at", "Assigned", |line| {
            line.holder.as_ref().map(|holder| holder.since).into()
        }),
    ],
    reference: |line| line.agent.facts.key.to_string(),
};

fn key(key: &AgentKey) -> Value<'_> {
    Value::Text(key.to_string().into())
}

/// Lists agents.
pub(super) fn run(app: &mut App, args: ListArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&AGENTS)?;
    let limit = args.page.limit(&output);
    let filter = AgentFilter {
        source: args.source,
        held: match (args.assigned, args.unassigned) {
            (true, _) => Some(HeldFilter::ByAUser),
            (_, true) => Some(HeldFilter::ByNobody),
            _ => None,
        },
        search: args.search.as_deref().map(SearchText::new),
        after: args.after,
        limit,
    };
    let mut store = app.store()?;
    let (tx, session) = access::read(&mut store, &app.asking(), Operation::AgentList)?;
    let organization = session.organization;
    let mut query = tx.agents(organization.id, &filter)?;
    let mut last = None;
    let rows = query.rows()?.inspect(|row| {
        if let (Ok(line), Some(_)) = (row, limit) {
            last = Some(line.agent.facts.key.clone());
        }
    });
    let shown = output.rows(app.ui.out(), &AGENTS, rows)?;
    if shown == 0 {
        app.ui.status(format!("No agents match in {}.", organization.slug));
    }
    if let (Some(limit), Some(last)) = (limit, last)
        && shown == u64::from(limit)
    {
        let last = shell_word(&last.to_string());
        app.ui.status(format!("For the next page add --after {last}, for all of them --all."));
    }
    Ok(Exit::Done)
}
