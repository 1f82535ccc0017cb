//! `admit role list`: one line a role.

use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::domain::role::{AgentHolding, RoleDetails};
use crate::ops::roles;

static ROLES: Shape<RoleDetails> = Shape {
    fields: &[
        Field::new("role", "Role", |details| Value::text(details.role.name.as_str())),
        Field::new("title", "Title", |details| Value::text(&details.role.title)),
        Field::new("holds_agents", "Holds agents", |details| {
            Value::Truth(details.role.agents == AgentHolding::Allowed)
        }),
        Field::new("permissions", "Permissions", |details| {
            Value::many(details.grants.iter().map(|grant| Value::Text(grant.to_string().into())))
        }),
    ],
    reference: |details| details.role.name.to_string(),
};

/// Lists roles.
pub(super) fn run(app: &mut App) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&ROLES)?;
    let (_, roles) = roles::list(&mut app.store()?, &app.asking())?;
    let rows = roles.into_iter().map(Ok::<_, std::convert::Infallible>);
    output.rows(app.ui.out(), &ROLES, rows)?;
    Ok(Exit::Done)
}
