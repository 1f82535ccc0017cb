//! `admit org create`: one more organization in a store that is there.

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::ask::{self, Missing};
use crate::cli::commands::init::{NewOrganizationArgs, ORGANIZATIONS, mail_owner, tell};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::Format;
use crate::cli::report;
use crate::domain::organization::Slug;
use crate::ops::Mode;
use crate::ops::organizations;
use crate::random::SystemEntropy;

/// Arguments of `org create`.
#[derive(Args, Debug)]
pub(super) struct CreateArgs {
    /// Call the organization this on the command line
    #[arg(value_name = "SLUG")]
    slug: Option<Slug>,
    #[command(flatten)]
    organization: NewOrganizationArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Makes an organization; the current one stays so.
pub(super) fn run(app: &mut App, args: CreateArgs) -> Result<Exit, Failure> {
    let mut mailing = args.organization.mailing(app)?;
    let outlet = mailing.outlet();
    args.organization.check(&app.output(Format::Table), &ORGANIZATIONS, &outlet)?;
    let missing =
        Missing { what: "the organization has no name yet", usage: "admit org create SLUG" };
    let slug = ask::text(app, args.slug, "What is it called on the command line?", missing)?;
    let template = args.organization.template()?;
    let request = args.organization.request(slug, &template, outlet)?;
    let mode = args.change.mode();
    let context = app.context(mode);
    let made = organizations::create(&mut app.store()?, &context, &mut SystemEntropy, &request)?;
    let posted = mail_owner(app, &mut mailing, &context, &made)?;
    tell(app, &ORGANIZATIONS, &made, None, request.owner.as_ref(), &posted)?;
    let (verb, slug) = (report::would(mode), &made.organization.slug);
    app.ui.status(format!(
        "{verb}Made the organization {slug} from the template {}.",
        made.organization.template
    ));
    if mode == Mode::Apply {
        app.ui.hint(format!("work in it: admit org use {slug}, or --org {slug} for one command"));
    }
    Ok(posted.tell(app, Exit::Done))
}
