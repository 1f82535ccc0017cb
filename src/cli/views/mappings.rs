//! What is shown of agent IDs that were mapped or released.

use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Tone, Value};
use crate::cli::report::counted;
use crate::ops::agents::{Assigned, Mapping};

/// What became of one agent ID.
pub struct MappingView {
    user: String,
    agent: String,
    result: &'static str,
    from: Option<String>,
    organization: String,
}

/// `assign-agent` and `unassign-agent`.
pub static MAPPINGS: Shape<MappingView> = Shape {
    fields: &[
        Field::new("user", "User", |view| Value::text(&view.user)),
        Field::new("agent", "Agent", |view| Value::text(&view.agent)),
        Field::new("result", "Result", |view| Value::toned(Tone::Good, view.result)),
        Field::new("from", "Taken from", |view| view.from.as_deref().into()),
        Field::on_request("organization", "Organization", |view| Value::text(&view.organization)),
    ],
    reference: |view| view.agent.clone(),
};

/// Shows what became of each agent ID.
///
/// # Errors
/// When the output cannot be written.
pub fn show(app: &mut App, done: &Assigned, would: &str) -> Result<Exit, Failure> {
    let user = done.user.reference().to_string();
    let rows = done.agents.iter().map(|(agent, mapping)| {
        Ok::<_, std::convert::Infallible>(MappingView {
            user: user.clone(),
            agent: agent.to_string(),
            result: match mapping {
                Mapping::Assigned => "assigned",
                Mapping::MovedFrom(_) => "moved",
                Mapping::HeldAlready => "held already",
                Mapping::Released => "released",
            },
            from: match mapping {
                Mapping::MovedFrom(holder) => Some(holder.to_string()),
                _ => None,
            },
            organization: done.organization.slug.to_string(),
        })
    });
    app.output(Format::Table).rows(app.ui.out(), &MAPPINGS, rows)?;
    let many = |fits: fn(&Mapping) -> bool| {
        done.agents.iter().filter(|(_, mapping)| fits(mapping)).count() as u64
    };
    let assigned = many(|mapping| matches!(mapping, Mapping::Assigned | Mapping::MovedFrom(_)));
    let released = many(|mapping| *mapping == Mapping::Released);
    let ids = |number| counted(number, "agent ID", "agent IDs");
    let organization = &done.organization.slug;
    let sentence = match (assigned, released) {
        (0, 0) => format!("Nothing to do: {user} stays as it is in {organization}."),
        (0, released) => format!("Took {} from {user} in {organization}.", ids(released)),
        (assigned, 0) => format!("Assigned {} to {user} in {organization}.", ids(assigned)),
        _ => format!("Replaced an agent ID of {user} in {organization}."),
    };
    app.ui.status(format!("{would}{sentence}"));
    Ok(Exit::Done)
}
