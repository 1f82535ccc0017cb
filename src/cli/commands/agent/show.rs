//! `admit agent show`: one agent, and who held it when.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::ask::{self, Missing};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::views;
use crate::domain::agent::AgentRef;
use crate::ops::agents::{self, AgentPortrait};
use crate::store::Assignment;

/// Arguments of `agent show`.
#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    /// Show this agent, such as voice:4711
    #[arg(value_name = "AGENT", add = ArgValueCompleter::new(complete::agents))]
    agent: Option<AgentRef>,
}

static SHAPE: Shape<AgentPortrait> = Shape {
    fields: &[
        Field::new("agent", "Agent", |view| Value::Text(view.agent.facts.key.to_string().into())),
        Field::new("name", "Name", |view| {
            view.agent.facts.name.as_ref().map(|name| name.as_str()).into()
        }),
        Field::new("interactions", "Interactions", |view| {
            views::count(view.agent.facts.interactions.unwrap_or_default())
        }),
        Field::new("last_interaction_at", "Last interaction", |view| {
            view.agent.facts.last_interaction_at.into()
        }),
        Field::new("user", "User", |view| match view.assignments.first() {
            Some(newest) if newest.until.is_none() => {
                Value::Text(newest.reference.to_string().into())
            }
            _ => Value::Nothing,
        }),
        Field::new("assignments", "Assignments", |view| {
            Value::many(view.assignments.iter().map(assignment))
        }),
    ],
    reference: |view| view.agent.facts.key.to_string(),
};

fn assignment(assignment: &Assignment) -> Value<'_> {
    Value::Record(vec![
        ("user", Value::Text(assignment.reference.to_string().into())),
        ("from", Value::Time(assignment.from)),
        ("until", assignment.until.into()),
    ])
}

/// Shows an agent.
pub(super) fn run(app: &mut App, args: ShowArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&SHAPE)?;
    let missing = Missing { what: "no agent is named", usage: "admit agent show AGENT" };
    let agent = ask::text(app, args.agent, "Which agent? Such as voice:4711", missing)?;
    let portrait = agents::show(&mut app.store()?, &app.asking(), &agent)?;
    output.one(app.ui.out(), &SHAPE, &portrait)?;
    Ok(Exit::Done)
}
