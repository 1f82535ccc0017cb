//! `admit init`: a new store with its first organization.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use crate::cli::app::{self, App};
use crate::cli::args::ChangeArgs;
use crate::cli::exit::{Exit, Failure};
use crate::cli::mailer::MailArgs;
use crate::cli::mailing::{self, Mailing, Posted};
use crate::cli::render::{Field, Format, Output, Shape, Value};
use crate::cli::report;
use crate::cli::views::ShownLink;
use crate::cli::views::mails::MailView;
use crate::domain::audit::Identity;
use crate::domain::email::EmailAddress;
use crate::domain::organization::{OrganizationName, Slug};
use crate::domain::template::Template;
use crate::domain::text::plain;
use crate::domain::time::Timestamp;
use crate::ops::delivery::{Outlet, Sending};
use crate::ops::organizations::{self, InitOutcome, InitRequest};
use crate::ops::{Context, Mode};
use crate::random::SystemEntropy;
use crate::settings::StoreChoice;

/// Largest template file, in bytes; a real one has a few thousand.
const TEMPLATE_BYTES_MAX: u64 = 1024 * 1024;

/// Arguments of `init`.
#[derive(Args, Debug)]
pub struct InitArgs {
    #[command(flatten)]
    organization: NewOrganizationArgs,
    /// Call the organization this on the command line
    #[arg(long = "organization", value_name = "SLUG", default_value = app::DEFAULT_ORGANIZATION)]
    slug: Slug,
    #[command(flatten)]
    change: ChangeArgs,
}

/// What `init` and `org create` ask about a new organization.
#[derive(Args, Debug)]
pub(super) struct NewOrganizationArgs {
    /// Set the organization up from this template, or from a file such as ./mine.toml
    #[arg(long, value_name = "TEMPLATE", default_value = app::DEFAULT_TEMPLATE, value_hint = ValueHint::FilePath)]
    template: String,
    /// Make this person active at once in the highest role, with a link to set a password
    #[arg(long, value_name = "EMAIL")]
    owner: Option<EmailAddress>,
    /// Call the organization this where people read it
    #[arg(long, value_name = "NAME")]
    name: Option<OrganizationName>,
    #[command(flatten)]
    mail: MailArgs,
}

/// A new organization, and the store where that is new too.
pub(super) struct MadeView {
    store: Option<String>,
    organization: String,
    name: String,
    template: String,
    owner: Option<String>,
    link: Option<ShownLink>,
    expires_at: Option<Timestamp>,
    mail: Option<MailView>,
}

/// How a new organization is shown.
pub(super) struct MadeShapes {
    /// Everything, for scripts.
    pub(super) whole: Shape<MadeView>,
    /// For people: the link stands below, whole.
    pub(super) table: Shape<MadeView>,
    /// For people, where the link was mailed.
    pub(super) mailed: Shape<MadeView>,
}

static STORES: MadeShapes = MadeShapes {
    whole: Shape {
        fields: &[STORE, ORGANIZATION, TEMPLATE, OWNER, EXPIRES, LINK, MAIL],
        reference,
    },
    table: Shape { fields: &[STORE, ORGANIZATION, TEMPLATE, OWNER, EXPIRES], reference },
    mailed: Shape { fields: &[STORE, ORGANIZATION, TEMPLATE, OWNER, MAIL, EXPIRES], reference },
};

/// `org create`.
pub(super) static ORGANIZATIONS: MadeShapes = MadeShapes {
    whole: Shape { fields: &[ORGANIZATION, NAME, TEMPLATE, OWNER, EXPIRES, LINK, MAIL], reference },
    table: Shape { fields: &[ORGANIZATION, NAME, TEMPLATE, OWNER, EXPIRES], reference },
    mailed: Shape { fields: &[ORGANIZATION, NAME, TEMPLATE, OWNER, MAIL, EXPIRES], reference },
};

const STORE: Field<MadeView> = Field::new("store", "Store", |view| view.store.as_deref().into());
const ORGANIZATION: Field<MadeView> =
    Field::new("organization", "Organization", |view| Value::text(&view.organization));
const NAME: Field<MadeView> = Field::new("name", "Name", |view| Value::text(&view.name));
const TEMPLATE: Field<MadeView> =
    Field::new("template", "Template", |view| Value::text(&view.template));
const OWNER: Field<MadeView> = Field::new("owner", "Owner", |view| view.owner.as_deref().into());
const EXPIRES: Field<MadeView> =
    Field::new("expires_at", "Link expires", |view| view.expires_at.into());
const MAIL: Field<MadeView> =
    Field::new("mail", "Mail", |view| MailView::value(view.mail.as_ref()));
const LINK: Field<MadeView> =
    Field::new("link", "Link", |view| view.link.as_ref().map(ShownLink::as_str).into());

fn reference(view: &MadeView) -> String {
    view.organization.clone()
}

impl NewOrganizationArgs {
    /// Makes sure that the answer will show the owner's link, if there is to be one.
    ///
    /// # Errors
    /// A usage error: a link that nobody sees is lost.
    pub(super) fn check(
        &self,
        output: &Output,
        shapes: &MadeShapes,
        outlet: &Outlet,
    ) -> Result<(), Failure> {
        output.check(&shapes.whole)?;
        if self.owner.is_some() && *outlet == Outlet::Print && !report::shows(output, "link") {
            return Err(Failure::usage(
                "the owner's link is shown once, and would not be shown like this",
            )
            .hinted("leave out --format ids, and have link among the --fields"));
        }
        Ok(())
    }

    /// How the owner's link leaves.
    ///
    /// # Errors
    /// When a setting is wrong.
    pub(super) fn mailing(&self, app: &mut App) -> Result<Mailing, Failure> {
        Mailing::open(app, &self.mail, None)
    }

    /// The template, read.
    ///
    /// # Errors
    /// When there is none, or it is wrong.
    pub(super) fn template(&self) -> Result<Template, Failure> {
        read_template(&self.template)
    }

    /// What is to be made. Without a name it is called as on the command line.
    ///
    /// # Errors
    /// Never: a short name is a name.
    pub(super) fn request(
        self,
        slug: Slug,
        template: &Template,
        outlet: Outlet,
    ) -> Result<InitRequest<'_>, Failure> {
        let name = match self.name {
            Some(name) => name,
            None => slug.as_str().parse().map_err(Failure::usage)?,
        };
        Ok(InitRequest { template, slug, name, owner: self.owner, outlet })
    }
}

/// Makes the store.
pub(super) fn run(app: &mut App, args: InitArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    let mut mailing = args.organization.mailing(app)?;
    args.organization.check(&output, &STORES, &mailing.outlet())?;
    if let Some(slug) = app.spoken_organization() {
        return Err(Failure::usage(
            "--org names an organization that is there, and init makes the first",
        )
        .hinted(format!("name it: admit init --organization {slug}")));
    }
    let template = args.organization.template()?;
    let request = args.organization.request(args.slug, &template, mailing.outlet())?;
    let mode = args.change.mode();
    let choice = app.store_choice()?;
    let context = app.context(mode);
    if let Identity::Person(_) = context.actor.identity {
        organizations::check_init(app.store().ok().as_mut(), &context)?;
    }
    let made = match &choice {
        // Its directory comes with the store, so a dry run makes neither.
        StoreChoice::Default(path) if mode == Mode::DryRun && !is_in_a_directory(path) => {
            organizations::rehearse(&context, &mut SystemEntropy, &request)?.1
        }
        StoreChoice::Default(path) => {
            app.make_directory(path)?;
            organizations::init(path, &context, &mut SystemEntropy, &request)?
        }
        StoreChoice::Named(path) => {
            organizations::init(path, &context, &mut SystemEntropy, &request)?
        }
    };
    let store = choice.path().display().to_string();
    let posted = mail_owner(app, &mut mailing, &context, &made)?;
    tell(app, &STORES, &made, Some(store.clone()), request.owner.as_ref(), &posted)?;
    let verb = report::would(mode);
    let organization = &made.organization.slug;
    app.ui.status(format!("{verb}Made the store {store} with the organization {organization}."));
    Ok(posted.tell(app, Exit::Done))
}

/// Mails the owner's link, where it is to be mailed.
pub(super) fn mail_owner(
    app: &mut App,
    mailing: &mut Mailing,
    context: &Context,
    made: &InitOutcome,
) -> Result<Posted, Failure> {
    let sending = made.owner.iter().map(|(_, sending)| sending);
    let queued = mailing::queued(sending, context.mode);
    if queued.is_empty() {
        return Ok(Posted::default());
    }
    let mut store = app.store()?;
    Ok(mailing.deliver(app, &mut store, context, &queued))
}

/// The answer: the new organization, with the owner's link below it for people.
pub(super) fn tell(
    app: &mut App,
    shapes: &'static MadeShapes,
    made: &InitOutcome,
    store: Option<String>,
    owner: Option<&EmailAddress>,
    posted: &Posted,
) -> Result<(), Failure> {
    let output = app.output(Format::Table);
    let portal = app.portal(&made.organization);
    let sending = made.owner.as_ref().map(|(_, sending)| sending);
    let link = sending.and_then(Sending::link);
    let delivered = sending.and_then(Sending::queued).and_then(|id| posted.of(id));
    let mailed = delivered.and_then(|delivered| delivered.expires_at);
    let view = MadeView {
        store,
        organization: made.organization.slug.to_string(),
        name: made.organization.name.to_string(),
        template: made.organization.template.clone(),
        owner: owner.map(ToString::to_string),
        link: link.and_then(|link| ShownLink::of(link, portal.as_ref())),
        expires_at: link.map(|link| link.expires_at).or(mailed),
        mail: sending.map(|sending| MailView::of(sending, Some(posted))),
    };
    match (&output.fields, output.format) {
        (None, Format::Table) => {
            let shape = match sending {
                Some(Sending::Queued(_)) => &shapes.mailed,
                Some(Sending::Link(_)) | None => &shapes.table,
            };
            output.one(app.ui.out(), shape, &view)?;
            if let (Some(owner), Some(link)) = (&view.owner, &view.link) {
                report::link(app, &made.organization, owner, link)?;
            }
        }
        _ => output.one(app.ui.out(), &shapes.whole, &view)?,
    }
    Ok(())
}

fn is_in_a_directory(path: &Path) -> bool {
    path.parent().is_some_and(Path::is_dir)
}

/// A template by name, or from a file.
pub(super) fn read_template(name: &str) -> Result<Template, Failure> {
    let is_path = name.contains('/') || name.ends_with(".toml");
    if !is_path {
        return app::builtin_template(name);
    }
    let text = read_template_text(&PathBuf::from(name))?;
    Template::parse(&text).map_err(|error| faulty(name, &error))
}

/// The text of a template file.
pub(super) fn read_template_text(path: &Path) -> Result<String, Failure> {
    use std::io::Read;
    let shown = path.display();
    let cannot =
        |error: std::io::Error| Failure::new(Exit::NoInput, format!("{shown}: {}", plain(&error)));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(cannot)?;
    file.take(TEMPLATE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > TEMPLATE_BYTES_MAX {
        return Err(Failure::new(Exit::Setting, format!("{shown} is too large for a template")));
    }
    String::from_utf8(bytes).map_err(|_| {
        Failure::new(Exit::Setting, format!("{shown} is no template: it is not UTF-8"))
    })
}

/// A template that is wrong, with every fault.
pub(super) fn faulty(name: &str, error: &crate::domain::template::TemplateError) -> Failure {
    let faults: Vec<String> = error.faults.iter().map(ToString::to_string).collect();
    let mut failure = Failure::new(
        Exit::Setting,
        format!("{name} is no template: {}", faults.first().map_or("", String::as_str)),
    );
    for fault in faults.iter().skip(1) {
        failure = failure.hinted(format!("also: {fault}"));
    }
    failure
}
