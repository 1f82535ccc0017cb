//! `admit role delete`: a role that nobody has goes.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::ask::{self, Missing};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Tone, Value};
use crate::cli::report::would;
use crate::domain::role::RoleName;
use crate::ops::roles::{self, RoleOutcome};

/// Arguments of `role delete`.
#[derive(Args, Debug)]
pub(super) struct DeleteArgs {
    /// Delete this role
    #[arg(value_name = "ROLE", add = ArgValueCompleter::new(complete::roles))]
    role: Option<RoleName>,
    #[command(flatten)]
    change: ChangeArgs,
}

static DELETED: Shape<RoleOutcome> = Shape {
    fields: &[
        Field::new("role", "Role", |gone| Value::text(gone.role.role.name.as_str())),
        Field::new("title", "Title", |gone| Value::text(&gone.role.role.title)),
        Field::new("result", "Result", |_| Value::toned(Tone::Quiet, "deleted")),
        Field::new("organization", "Organization", |gone| {
            Value::text(gone.organization.slug.as_str())
        }),
    ],
    reference: |gone| gone.role.role.name.to_string(),
};

/// Deletes a role. Nobody has it, so nobody is asked.
pub(super) fn run(app: &mut App, args: DeleteArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&DELETED)?;
    let missing = Missing { what: "no role is named", usage: "admit role delete ROLE" };
    let role = ask::role(app, args.role, "Which role to delete?", missing)?;
    let mode = args.change.mode();
    let gone = roles::delete(&mut app.store()?, &app.context(mode), &role)?;
    output.one(app.ui.out(), &DELETED, &gone)?;
    let organization = &gone.organization.slug;
    app.ui.status(format!("{}Deleted the role {role} in {organization}.", would(mode)));
    Ok(Exit::Done)
}
