//! `admit init`: a new store with its first organization.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use crate::cli::app::{self, App};
use crate::cli::args::ChangeArgs;
use crate::cli::exit::{Exit, Failure};
use crate::cli::input::plain;
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::report;
use crate::cli::views::link_text;
use crate::domain::email::EmailAddress;
use crate::domain::organization::{OrganizationName, Slug};
use crate::domain::template::Template;
use crate::domain::time::Timestamp;
use crate::ops::Mode;
use crate::ops::organizations::{self, InitRequest};
use crate::random::SystemEntropy;
use crate::settings::StoreChoice;

/// Largest template file, in bytes; a real one has a few thousand.
const TEMPLATE_BYTES_MAX: u64 = 1024 * 1024;

/// Arguments of `init`.
#[derive(Args, Debug)]
pub struct InitArgs {
    /// Set the organization up from this template, or from a file such as ./mine.toml
    #[arg(long, value_name = "TEMPLATE", default_value = app::DEFAULT_TEMPLATE, value_hint = ValueHint::FilePath)]
    template: String,
    /// Make this person active at once in the highest role, with a link to set a password
    #[arg(long, value_name = "EMAIL")]
    owner: Option<EmailAddress>,
    /// Call the organization this on the command line
    #[arg(long, value_name = "SLUG", default_value = app::DEFAULT_ORGANIZATION)]
    organization: Slug,
    /// Call the organization this where people read it
    #[arg(long, value_name = "NAME")]
    name: Option<OrganizationName>,
    #[command(flatten)]
    change: ChangeArgs,
}

struct InitView {
    store: String,
    organization: String,
    template: String,
    owner: Option<String>,
    link: Option<String>,
    expires_at: Option<Timestamp>,
}

/// Everything, for scripts.
static SHAPE: Shape<InitView> = Shape {
    fields: &[STORE, ORGANIZATION, TEMPLATE, OWNER, EXPIRES, LINK],
    reference: |view| view.organization.clone(),
};

/// For people: the link stands below, whole.
static TABLE: Shape<InitView> = Shape {
    fields: &[STORE, ORGANIZATION, TEMPLATE, OWNER, EXPIRES],
    reference: |view| view.organization.clone(),
};

const STORE: Field<InitView> = Field::new("store", "Store", |view| Value::text(&view.store));
const ORGANIZATION: Field<InitView> =
    Field::new("organization", "Organization", |view| Value::text(&view.organization));
const TEMPLATE: Field<InitView> =
    Field::new("template", "Template", |view| Value::text(&view.template));
const OWNER: Field<InitView> = Field::new("owner", "Owner", |view| view.owner.as_deref().into());
const EXPIRES: Field<InitView> =
    Field::new("expires_at", "Link expires", |view| view.expires_at.into());
const LINK: Field<InitView> = Field::new("link", "Link", |view| view.link.as_deref().into());

/// Makes the store.
pub(super) fn run(app: &mut App, args: InitArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&SHAPE)?;
    if args.owner.is_some() && !report::shows(&output, "link") {
        return Err(Failure::usage(
            "the owner's link is shown once, and would not be shown like this",
        )
        .hinted("leave out --format ids, and have link among the --fields"));
    }
    let template = read_template(&args.template)?;
    let name = match args.name {
        Some(name) => name,
        None => args.organization.as_str().parse().map_err(Failure::usage)?,
    };
    let request =
        InitRequest { template: &template, slug: args.organization, name, owner: args.owner };
    let mode = args.change.mode();
    let choice = app.store_choice()?;
    let context = app.context(mode);
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
    let portal = app.portal();
    let link = made.owner.as_ref();
    let view = InitView {
        store: choice.path().display().to_string(),
        organization: made.organization.slug.to_string(),
        template: made.organization.template.clone(),
        owner: request.owner.as_ref().map(ToString::to_string),
        link: link.and_then(|link| link_text(link, portal.as_ref())),
        expires_at: link.map(|link| link.expires_at),
    };
    match (&output.fields, output.format) {
        (None, Format::Table) => {
            output.one(app.ui.out(), &TABLE, &view)?;
            if let (Some(owner), Some(link)) = (&view.owner, &view.link) {
                report::link(app, owner, link)?;
            }
        }
        _ => output.one(app.ui.out(), &SHAPE, &view)?,
    }
    let verb = report::would(mode);
    app.ui.status(format!(
        "{verb}Made the store {} with the organization {}.",
        view.store, view.organization
    ));
    Ok(Exit::Done)
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
