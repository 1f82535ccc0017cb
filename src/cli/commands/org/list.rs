//! `admit org list` and `admit org use`: which organizations there are, and which one commands work in.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::named_or_asked;
use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::report;
use crate::cli::views::count;
use crate::domain::organization::{Organization, Slug};
use crate::ops::organizations::{self, OrganizationLine};

/// Arguments of `org use`.
#[derive(Args, Debug)]
pub(super) struct UseArgs {
    /// Make this organization the current one
    #[arg(value_name = "SLUG", add = ArgValueCompleter::new(complete::organizations))]
    slug: Option<Slug>,
    #[command(flatten)]
    change: ChangeArgs,
}

static ORGANIZATIONS: Shape<OrganizationLine> = Shape {
    fields: &[
        Field::new("current", "", |line| Value::Mark(line.is_current)),
        Field::new("organization", "Organization", |line| {
            Value::text(line.organization.slug.as_str())
        }),
        Field::new("name", "Name", |line| Value::text(line.organization.name.as_str())),
        Field::new("template", "Template", |line| Value::text(&line.organization.template)),
        Field::new("users", "Users", |line| count(line.users)),
        Field::new("seats_taken", "Seats taken", |line| count(line.seats.taken)),
        Field::new("seat_limit", "Of", |line| line.seats.limit.map(count).into()),
        Field::on_request("seats_left", "Seats left", |line| line.seats.left().map(count).into()),
    ],
    reference: |line| line.organization.slug.to_string(),
};

struct UseView {
    organization: Organization,
    was: Organization,
}

static USED: Shape<UseView> = Shape {
    fields: &[
        Field::new("organization", "Organization", |view| {
            Value::text(view.organization.slug.as_str())
        }),
        Field::new("name", "Name", |view| Value::text(view.organization.name.as_str())),
        Field::new("was", "Was", |view| Value::text(view.was.slug.as_str())),
    ],
    reference: |view| view.organization.slug.to_string(),
};

/// Lists organizations.
pub(super) fn run(app: &mut App) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&ORGANIZATIONS)?;
    let list = organizations::list(&mut app.store()?, &app.asking())?;
    let rows = list.organizations.into_iter().map(Ok::<_, std::convert::Infallible>);
    output.rows(app.ui.out(), &ORGANIZATIONS, rows)?;
    if let Some((slug, source)) = app.override_of_current() {
        let stored = list.stored.filter(|stored| *stored != slug);
        let stored = stored.map_or_else(String::new, |stored| format!("; without it in {stored}"));
        app.ui.status(format!("Commands work in {slug} because {source} says so{stored}."));
    }
    Ok(Exit::Done)
}

/// Makes an organization the current one.
pub(super) fn use_as_current(app: &mut App, args: UseArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&USED)?;
    let slug = named_or_asked(app, args.slug, "Which organization?", "admit org use SLUG")?;
    let mode = args.change.mode();
    let context = app.context(mode);
    let (was, organization) = organizations::use_as_current(&mut app.store()?, &context, &slug)?;
    let view = UseView { organization, was };
    output.one(app.ui.out(), &USED, &view)?;
    if view.was.id == view.organization.id {
        app.ui.status(format!("{slug} is the current organization already."));
    } else {
        app.ui.status(format!("{}Commands work in {slug} now.", report::would(mode)));
    }
    if let Some((named, "ADMIT_ORG")) =
        app.override_of_current().filter(|(named, _)| *named != slug)
    {
        app.ui.warning(format!("ADMIT_ORG is set: here commands work in {named}"));
        app.ui.hint("unset ADMIT_ORG");
    }
    Ok(Exit::Done)
}
