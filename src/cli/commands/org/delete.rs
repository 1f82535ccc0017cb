//! `admit org delete`: an organization goes with everything in it.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::named_or_asked;
use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::complete;
use crate::cli::confirm::{self, Consent};
use crate::cli::exit::{Exit, Failure};
use crate::cli::prompt::Answer;
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::report::{self, counted};
use crate::cli::views::count;
use crate::domain::organization::Slug;
use crate::ops::Mode;
use crate::ops::organizations::{self, Holdings};

/// Arguments of `org delete`.
#[derive(Args, Debug)]
pub(super) struct DeleteArgs {
    /// Delete this organization
    #[arg(value_name = "SLUG", add = ArgValueCompleter::new(complete::organizations))]
    slug: Option<Slug>,
    #[command(flatten)]
    change: ChangeArgs,
}

static SHAPE: Shape<Holdings> = Shape {
    fields: &[
        Field::new("organization", "Organization", |gone| {
            Value::text(gone.organization.slug.as_str())
        }),
        Field::new("name", "Name", |gone| Value::text(gone.organization.name.as_str())),
        Field::new("users", "Users", |gone| count(gone.users)),
        Field::new("teams", "Teams", |gone| count(gone.teams)),
        Field::new("agents", "Agents", |gone| count(gone.agents)),
    ],
    reference: |gone| gone.organization.slug.to_string(),
};

/// Deletes an organization, after asking.
pub(super) fn run(app: &mut App, args: DeleteArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&SHAPE)?;
    let slug =
        named_or_asked(app, args.slug, "Which organization to delete?", "admit org delete SLUG")?;
    let mode = args.change.mode();
    let going = organizations::holdings(&mut app.store()?, &app.context(mode), &slug)?;
    if mode == Mode::Apply && consent(app, &going)? == Consent::Withheld {
        return Ok(confirm::nothing_changed(app));
    }
    let context = app.context(mode);
    let gone = organizations::delete(&mut app.store()?, &context, &slug)?;
    output.one(app.ui.out(), &SHAPE, &gone)?;
    let users = counted(gone.users, "user", "users");
    app.ui.status(format!(
        "{}Deleted the organization {slug} with {users}; the audit keeps what was done in it.",
        report::would(mode)
    ));
    Ok(Exit::Done)
}

/// A yes is typed too easily for this: whoever means it types the name.
fn consent(app: &mut App, going: &Holdings) -> Result<Consent, Failure> {
    confirm::asked(app, "deleting an organization", |app| {
        let slug = going.organization.slug.as_str();
        let question = format!(
            "To delete {slug} for good, with {}, {} and {}, type its name",
            counted(going.users, "user", "users"),
            counted(going.teams, "team", "teams"),
            counted(going.agents, "agent", "agents"),
        );
        let check = |typed: &str| match typed.trim() == slug {
            true => Ok(()),
            false => Err(format!("that is not {slug}; Enter alone leaves it as it is")),
        };
        Ok(match app.ui.ask()?.text(&question, check)? {
            Answer::Given(_) => Consent::Given,
            Answer::Declined => Consent::Withheld,
        })
    })
}
