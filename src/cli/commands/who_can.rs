//! `admit who-can`: who can do something; exactly those about whom `can` says yes.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::can::AboutArgs;
use crate::cli::app::App;
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::domain::operation::Operation;
use crate::domain::permission::{PermissionName, Scope};
use crate::ops::access;
use crate::ops::answers::{self, Able};

/// Arguments of `who-can`.
#[derive(Args, Debug)]
pub struct WhoCanArgs {
    /// Ask about this permission
    #[arg(value_name = "PERMISSION", add = ArgValueCompleter::new(complete::permissions))]
    permission: Option<PermissionName>,
    #[command(flatten)]
    about: AboutArgs,
}

static SHAPE: Shape<Able> = Shape {
    fields: &[
        Field::new("user", "User", |able| Value::Text(able.user.reference().to_string().into())),
        Field::on_request("email", "E-mail", |able| {
            able.user.email.as_ref().map(|email| email.as_typed()).into()
        }),
        Field::new("name", "Name", |able| able.user.name.as_ref().map(|name| name.as_str()).into()),
        Field::new("role", "Role", |able| Value::text(able.user.role.as_str())),
        Field::new("scope", "Scope", |able| able.scope.map(Scope::as_str).into()),
        Field::on_request("why", "Why", |able| {
            Value::many(able.answer.reasons.iter().map(|reason| reason.text.as_str()))
        }),
    ],
    reference: |able| able.user.reference().to_string(),
};

/// Lists who can.
pub(super) fn run(app: &mut App, args: WhoCanArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&SHAPE)?;
    let question = args.about.question(app, args.permission, "admit who-can")?;
    let mut store = app.store()?;
    let context = app.asking();
    answers::check_who_can(&mut store, &context, &question)?;
    let (tx, session) = access::read(&mut store, &context, Operation::WhoCan)?;
    let mut able = answers::who_can(&tx, &session, &question)?;
    let shown = output.rows(app.ui.out(), &SHAPE, &mut able)?;
    if shown == 0 {
        let organization = &able.organization.slug;
        app.ui.status(match &able.plan {
            Some(reason) => format!("Nobody in {organization} can: {}.", reason.text),
            None => format!("Nobody active in {organization} can."),
        });
    }
    Ok(Exit::Done)
}
