//! `admit domain check`: what would become of people of some domains, and by whose word.

use std::str::FromStr;

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::{as_typed, lines_of_stdin};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Tone, Value};
use crate::domain::disposable::{self, DomainVerdict, Judgement};
use crate::domain::domain_name::{DomainName, DomainNameError};
use crate::domain::import::quoted;
use crate::domain::organization::Organization;
use crate::domain::template::Disposable;
use crate::ops::domains;

/// Arguments of `domain check`.
#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    /// Name domains or e-mail addresses; `-` reads them from stdin, one a line
    #[arg(value_name = "DOMAIN|EMAIL", value_parser = as_typed)]
    words: Vec<String>,
}

struct CheckView {
    domain: DomainName,
    judgement: Judgement,
    organization: Organization,
}

static CHECKS: Shape<CheckView> = Shape {
    fields: &[
        Field::new("domain", "Domain", |view| Value::text(view.domain.as_str())),
        Field::new("result", "Result", |view| match view.lets_in() {
            true => Value::toned(Tone::Good, "let in"),
            false => Value::toned(Tone::Bad, "refused"),
        }),
        Field::new("reason", "Reason", |view| Value::text(view.reason())),
        Field::on_request("listed", "On the list of disposable domains", |view| {
            Value::Truth(disposable::find_listed(&view.domain).is_some())
        }),
        Field::on_request("organization", "Organization", |view| {
            Value::text(view.organization.slug.as_str())
        }),
    ],
    reference: |view| view.domain.to_string(),
};

impl CheckView {
    const fn lets_in(&self) -> bool {
        self.judgement.lets_in(self.organization.disposable)
    }

    fn reason(&self) -> String {
        let slug = &self.organization.slug;
        match (&self.judgement, self.organization.disposable) {
            (Judgement::Own(DomainVerdict::Allowed, own), _) => {
                format!("{own} is allowed in {slug}")
            }
            (Judgement::Own(DomainVerdict::Blocked, own), _) => {
                format!("{own} is blocked in {slug}")
            }
            (Judgement::Listed(listed), policy) => {
                let lets_in = match policy {
                    Disposable::Allowed => format!(", but {slug} lets those in"),
                    Disposable::Refused => String::new(),
                };
                let date = disposable::list_date();
                format!("{listed} is on the list of disposable domains of {date}{lets_in}")
            }
            (Judgement::Unknown, _) => "neither listed nor blocked".to_owned(),
        }
    }
}

/// Says what would become of them; ends with 1 where somebody would be refused.
pub(super) fn run(app: &mut App, args: CheckArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&CHECKS)?;
    let mut domains = Vec::with_capacity(args.words.len());
    for word in &args.words {
        match word.as_str() {
            "-" => domains.extend(lines_of_stdin::<DomainOf>()?),
            _ => {
                let wrong = |error| Failure::usage(format!("{}: {error}", quoted(word)));
                domains.push(word.parse::<DomainOf>().map_err(wrong)?);
            }
        }
    }
    if args.words.is_empty() {
        domains.push(super::asked(app, "check")?);
    }
    let domains: Vec<DomainName> = domains.into_iter().map(|DomainOf(domain)| domain).collect();
    let context = app.asking();
    let (organization, checked) = domains::check(&mut app.store()?, &context, &domains)?;
    let views: Vec<CheckView> = checked
        .into_iter()
        .map(|checked| CheckView {
            domain: checked.domain,
            judgement: checked.judgement,
            organization: organization.clone(),
        })
        .collect();
    let all = views.iter().all(CheckView::lets_in);
    output.rows(app.ui.out(), &CHECKS, views.into_iter().map(Ok::<_, std::convert::Infallible>))?;
    Ok(if all { Exit::Done } else { Exit::No })
}

/// A domain, or that of an address.
struct DomainOf(DomainName);

impl FromStr for DomainOf {
    type Err = DomainNameError;

    fn from_str(text: &str) -> Result<Self, DomainNameError> {
        match text.parse() {
            Err(DomainNameError::Address(domain)) => Ok(Self(domain)),
            read => read.map(Self),
        }
    }
}
