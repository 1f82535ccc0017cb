//! `admit role show`: the matrix of permissions and roles for a person, one row a role for a script.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Output, Shape, Tone, Value};
use crate::cli::views;
use crate::domain::permission::{Offer, Permission, Scope};
use crate::domain::role::{AgentHolding, RoleName};
use crate::ops::roles::{self, RolePortrait, Tick};

/// Arguments of `role show`.
#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    /// Show these roles; all of them when left out
    #[arg(value_name = "ROLE", add = ArgValueCompleter::new(complete::roles))]
    roles: Vec<RoleName>,
}

/// A role with everything about it: what `show`, `create` and `edit` answer.
pub(super) static ROLE: Shape<RolePortrait> = Shape {
    fields: &[
        Field::new("role", "Role", |view| Value::text(view.role.name.as_str())),
        Field::new("title", "Title", |view| Value::text(&view.role.title)),
        Field::new("users", "Users", |view| views::count(view.users)),
        Field::new("active_users", "Active users", |view| views::count(view.active)),
        Field::new("hands_out", "Hands out", |view| names(&view.hands_out)),
        Field::new("handed_out_by", "Handed out by", |view| names(&view.handed_out_by)),
        Field::new("holds_agents", "Holds agents", |view| {
            Value::Truth(view.role.agents == AgentHolding::Allowed)
        }),
        Field::new("modules", "Modules", |view| Value::text(view.modules.as_str())),
        Field::new("sub_accounts", "Sub-accounts", |view| Value::text(view.sub_accounts.as_str())),
        Field::on_request("permissions", "Permissions", |view| {
            Value::Many(view.matrix.iter().filter_map(grant).collect())
        }),
        Field::on_request("matrix", "Matrix", |view| Value::many(view.matrix.iter().map(cell))),
        Field::on_request("organization", "Organization", |view| {
            Value::text(view.organization.as_str())
        }),
    ],
    reference: |view| view.role.name.to_string(),
};

/// What stands beside the matrix where it is about one role.
const FACTS: [&str; 9] = [
    "role",
    "title",
    "users",
    "active_users",
    "hands_out",
    "handed_out_by",
    "holds_agents",
    "modules",
    "sub_accounts",
];

/// Shows roles.
pub(super) fn run(app: &mut App, args: ShowArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&ROLE)?;
    let roles = roles::show(&mut app.store()?, &app.asking(), &args.roles)?;
    if output.format == Format::Table && output.fields.is_none() {
        if let [role] = roles.as_slice() {
            facts(app, &output, role)?;
            writeln!(app.ui.out())?;
        }
        return matrix(app, &output, &roles);
    }
    let rows = roles.into_iter().map(Ok::<_, std::convert::Infallible>);
    output.rows(app.ui.out(), &ROLE, rows)?;
    Ok(Exit::Done)
}

/// Writes one role for a person, without its permissions.
fn facts(app: &mut App, output: &Output, role: &RolePortrait) -> Result<(), Failure> {
    let fields = Some(FACTS.map(str::to_owned).to_vec());
    Ok(Output { fields, ..output.clone() }.one(app.ui.out(), &ROLE, role)?)
}

/// Writes the answer of a command on one role: facts and matrix for a person, all of it for a script.
pub(super) fn one(app: &mut App, role: &RolePortrait) -> Result<(), Failure> {
    let output = app.output(Format::Table);
    if output.format != Format::Table || output.fields.is_some() {
        return Ok(output.one(app.ui.out(), &ROLE, role)?);
    }
    facts(app, &output, role)?;
    writeln!(app.ui.out())?;
    matrix(app, &output, std::slice::from_ref(role)).map(drop)
}

/// Draws the matrix (S4), and below it on stderr what the asterisks mean.
fn matrix(app: &mut App, output: &Output, roles: &[RolePortrait]) -> Result<Exit, Failure> {
    let Some(first) = roles.first() else { return Ok(Exit::Done) };
    let mut titles = vec!["Permission".to_owned()];
    titles.extend(roles.iter().map(|role| role.role.title.clone()));
    titles.push("What it is".to_owned());
    let rows: Vec<Vec<Value<'_>>> = first
        .matrix
        .iter()
        .enumerate()
        .map(|(place, tick)| {
            let mut row = vec![Value::Text(marked(&tick.permission).into())];
            row.extend(roles.iter().map(|role| ticked(role.matrix.get(place))));
            row.push(Value::text(&tick.permission.title));
            row
        })
        .collect();
    output.matrix(app.ui.out(), &titles, &rows)?;
    app.ui.finish()?;
    let offers = |offer| first.matrix.iter().any(|tick| tick.permission.offer == offer);
    if offers(Offer::Premium) {
        app.ui.status("(*) premium: only where the organization's plan has it.");
    }
    if offers(Offer::Limited) {
        app.ui.status("(**) limited: how much depends on the organization's plan.");
    }
    Ok(Exit::Done)
}

/// A permission with the asterisks of S4.
fn marked(permission: &Permission) -> String {
    let mark = match permission.offer {
        Offer::Always => "",
        Offer::Premium => " *",
        Offer::Limited => " **",
    };
    format!("{}{mark}", permission.name)
}

/// A tick, with the scope where it is not the whole organization.
fn ticked(tick: Option<&Tick>) -> Value<'static> {
    match tick.and_then(|tick| tick.scope) {
        None => Value::text(""),
        Some(Scope::All) => Value::toned(Tone::Good, "✔"),
        Some(scope) => Value::toned(Tone::Good, format!("✔ {scope}")),
    }
}

fn grant(tick: &Tick) -> Option<Value<'_>> {
    Some(Value::Text(format!("{}:{}", tick.permission.name, tick.scope?).into()))
}

fn cell(tick: &Tick) -> Value<'_> {
    Value::Record(vec![
        ("permission", Value::text(tick.permission.name.as_str())),
        ("title", Value::text(&tick.permission.title)),
        ("offer", Value::text(tick.permission.offer.as_str())),
        ("scope", tick.scope.map(Scope::as_str).into()),
    ])
}

fn names(roles: &[RoleName]) -> Value<'_> {
    Value::many(roles.iter().map(RoleName::as_str))
}
