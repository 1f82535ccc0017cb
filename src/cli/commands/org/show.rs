//! `admit org show`: one organization on one screen.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::views::count;
use crate::domain::email::EmailAddress;
use crate::domain::organization::{PlanName, Slug};
use crate::domain::permission::PermissionName;
use crate::ops::organizations::{self, OrganizationPortrait};

/// Arguments of `org show`.
#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    /// Show this organization instead of the one that commands work in
    #[arg(value_name = "SLUG", add = ArgValueCompleter::new(complete::organizations))]
    slug: Option<Slug>,
}

static SHAPE: Shape<OrganizationPortrait> = Shape {
    fields: &[
        Field::new("organization", "Organization", |view| {
            Value::text(view.organization.slug.as_str())
        }),
        Field::new("name", "Name", |view| Value::text(view.organization.name.as_str())),
        Field::new("current", "Current", |view| Value::Truth(view.is_current)),
        Field::new("template", "Template", |view| Value::text(&view.organization.template)),
        Field::new("default_role", "Default role", |view| Value::text(view.default_role.as_str())),
        Field::new("lifetime", "Link lives", |view| {
            Value::Text(view.organization.lifetime.to_string().into())
        }),
        Field::new("delivery", "Links are made", |view| {
            Value::text(view.organization.delivery.as_str())
        }),
        Field::new("sso", "Single sign-on", |view| {
            Value::text(view.organization.sign_on.as_switch())
        }),
        Field::new("password_minimum", "Password minimum", |view| {
            count(view.organization.password_minimum.get().into())
        }),
        Field::new("disposable_addresses", "Disposable addresses", |view| {
            Value::text(view.organization.disposable.as_str())
        }),
        Field::new("login_less", "Login-less users", |view| {
            Value::text(view.organization.login_less.as_str())
        }),
        Field::new("sender", "Sender", |view| {
            view.organization.sender.as_ref().map(EmailAddress::as_typed).into()
        }),
        Field::new("portal", "Portal", |view| {
            view.organization.portal.as_ref().map(ToString::to_string).into()
        }),
        Field::new("plan", "Plan", |view| {
            view.organization.plan.as_ref().map(PlanName::as_str).into()
        }),
        Field::new("seats_taken", "Seats taken", |view| count(view.seats.taken)),
        Field::new("seat_limit", "Seat limit", |view| view.seats.limit.map(count).into()),
        Field::new("seats_left", "Seats left", |view| view.seats.left().map(count).into()),
        Field::new("premium", "Premium permissions", |view| names(&view.premium)),
        Field::new("premium_missing", "Not in the plan", |view| names(&view.premium_missing)),
        Field::new("users", "Users", |view| {
            Value::Record(
                view.users.iter().map(|(status, users)| (status.as_str(), count(*users))).collect(),
            )
        }),
        Field::new("roles", "Roles", |view| count(view.roles)),
        Field::new("teams", "Teams", |view| count(view.teams)),
        Field::new("agents", "Agents", |view| count(view.agents)),
    ],
    reference: |view| view.organization.slug.to_string(),
};

fn names(permissions: &[PermissionName]) -> Value<'_> {
    Value::many(permissions.iter().map(PermissionName::as_str))
}

/// Shows an organization.
pub(super) fn run(app: &mut App, args: &ShowArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&SHAPE)?;
    let portrait = organizations::show(&mut app.store()?, &app.asking(), args.slug.as_ref())?;
    output.one(app.ui.out(), &SHAPE, &portrait)?;
    Ok(Exit::Done)
}
