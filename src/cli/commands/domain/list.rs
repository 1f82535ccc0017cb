//! `admit domain list`: an organization's own words on domains, and where the list inside the binary is
//! from.

use clap::Args;

use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::report::grouped;
use crate::cli::views::count;
use crate::domain::disposable::{self, ListFacts};
use crate::domain::filter::SearchText;
use crate::domain::organization::Organization;
use crate::domain::template::Disposable;
use crate::ops::domains::{self, OwnDomains};
use crate::store::OwnDomain;

/// Arguments of `domain list`.
#[derive(Args, Debug)]
pub(super) struct ListArgs {
    /// Show domains that hold this, in any case
    #[arg(long, short, value_name = "TEXT", conflicts_with = "info")]
    search: Option<String>,
    /// Show whether the organization refuses disposable addresses, and where their list is from
    #[arg(long)]
    info: bool,
}

static DOMAINS: Shape<OwnDomain> = Shape {
    fields: &[
        Field::new("domain", "Domain", |own| Value::text(own.domain.as_str())),
        Field::new("verdict", "Verdict", |own| {
            Value::toned(super::tone(Some(own.verdict)), own.verdict.as_str())
        }),
        Field::new("listed", "On the list of disposable domains", |own| {
            Value::Truth(disposable::find_listed(&own.domain).is_some())
        }),
    ],
    reference: |own| own.domain.to_string(),
};

struct InfoView {
    organization: Organization,
    own: usize,
    list: ListFacts,
}

static INFO: Shape<InfoView> = Shape {
    fields: &[
        Field::new("organization", "Organization", |view| {
            Value::text(view.organization.slug.as_str())
        }),
        Field::new("disposable_addresses", "Disposable addresses", |view| {
            Value::text(view.organization.disposable.as_str())
        }),
        Field::new("own_domains", "Allowed or blocked here", |view| count(view.own as u64)),
        Field::new("listed_domains", "Domains on the list", |view| count(view.list.domains as u64)),
        Field::new("list_date", "List of", |view| Value::text(view.list.date)),
        Field::new("list_version", "Version", |view| Value::text(view.list.version)),
        Field::new("list_source", "Source", |view| Value::text(view.list.source)),
        Field::new("list_licence", "Licence", |view| Value::text(view.list.licence)),
    ],
    reference: |view| view.organization.slug.to_string(),
};

/// Lists them.
pub(super) fn run(app: &mut App, args: ListArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    match args.info {
        true => output.check(&INFO)?,
        false => output.check(&DOMAINS)?,
    }
    let search = args.search.as_deref().map(SearchText::new);
    let context = app.asking();
    let OwnDomains { organization, domains } =
        domains::list(&mut app.store()?, &context, search.as_ref())?;
    if args.info {
        let list = disposable::list_facts();
        output.one(app.ui.out(), &INFO, &InfoView { organization, own: domains.len(), list })?;
        return Ok(Exit::Done);
    }
    let slug = &organization.slug;
    if domains.is_empty() {
        app.ui.status(match search {
            Some(_) => format!("No domains match in {slug}."),
            None => format!("No domain is allowed or blocked in {slug}."),
        });
    }
    output.rows(
        app.ui.out(),
        &DOMAINS,
        domains.into_iter().map(Ok::<_, std::convert::Infallible>),
    )?;
    if output.format == Format::Table {
        let listed = grouped(disposable::list_facts().domains as u64);
        let date = disposable::list_date();
        app.ui.status(match organization.disposable {
            Disposable::Refused => format!(
                "{slug} also refuses the {listed} domains of the list of disposable ones of {date}."
            ),
            Disposable::Allowed => format!("{slug} lets disposable addresses in."),
        });
    }
    Ok(Exit::Done)
}
