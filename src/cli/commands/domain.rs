//! `admit domain`: whose addresses are let in, and who says so.

mod check;
mod list;

use std::str::FromStr;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, lines_of_stdin};
use crate::cli::ask::{self, Missing};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Tone, Value};
use crate::cli::report::Words;
use crate::domain::disposable::DomainVerdict;
use crate::domain::domain_name::{DomainName, DomainNameError};
use crate::domain::organization::Organization;
use crate::ops::Mode;
use crate::ops::domains::{self, Settled};

/// Arguments of `domain`.
#[derive(Args, Debug)]
pub struct DomainArgs {
    #[command(subcommand)]
    command: DomainCommand,
}

#[derive(Debug, Subcommand)]
enum DomainCommand {
    /// List the domains that the organization allows or blocks itself
    #[command(visible_alias = "ls")]
    List(list::ListArgs),
    /// Let people of these domains in, whatever the list of disposable ones says
    Allow(DecideArgs),
    /// Keep people of these domains out
    Block(DecideArgs),
    /// Leave these domains to the list again
    Forget(ForgetArgs),
    /// Say whether people of these domains are let in, and who says so
    Check(check::CheckArgs),
}

#[derive(Args, Debug)]
struct DecideArgs {
    /// Name domains, such as example.com; `-` reads them from stdin, one a line
    #[arg(value_name = "DOMAIN")]
    domains: Vec<DomainArg>,
    #[command(flatten)]
    change: ChangeArgs,
}

#[derive(Args, Debug)]
struct ForgetArgs {
    /// Name domains that the organization allows or blocks; `-` reads them from stdin, one a line
    #[arg(value_name = "DOMAIN", add = ArgValueCompleter::new(complete::domains))]
    domains: Vec<DomainArg>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// One word that names domains.
#[derive(Clone, Debug, PartialEq, Eq)]
enum DomainArg {
    /// A domain; its subdomains are meant too.
    Domain(DomainName),
    /// `-`: one a line on stdin.
    Stdin,
}

impl FromStr for DomainArg {
    type Err = DomainNameError;

    fn from_str(text: &str) -> Result<Self, DomainNameError> {
        match text {
            "-" => Ok(Self::Stdin),
            _ => text.parse().map(Self::Domain),
        }
    }
}

struct SettledView {
    settled: Settled,
    organization: String,
}

static SETTLED: Shape<SettledView> = Shape {
    fields: &[
        Field::new("domain", "Domain", |view| Value::text(view.settled.domain.as_str())),
        Field::new("result", "Result", |view| {
            Value::toned(tone(view.settled.now), result(&view.settled))
        }),
        Field::on_request("verdict", "Verdict", |view| {
            view.settled.now.map(DomainVerdict::as_str).into()
        }),
        Field::on_request("organization", "Organization", |view| Value::text(&view.organization)),
    ],
    reference: |view| view.settled.domain.to_string(),
};

const fn tone(verdict: Option<DomainVerdict>) -> Tone {
    match verdict {
        Some(DomainVerdict::Allowed) => Tone::Good,
        Some(DomainVerdict::Blocked) => Tone::Bad,
        None => Tone::Quiet,
    }
}

fn result(settled: &Settled) -> String {
    match (settled.before, settled.now) {
        (_, None) => "left to the list".to_owned(),
        (Some(before), Some(now)) if before == now => format!("{} already", now.as_str()),
        (Some(before), Some(now)) => format!("{}; was {}", now.as_str(), before.as_str()),
        (None, Some(now)) => now.as_str().to_owned(),
    }
}

/// Does what was asked of domains.
pub(super) fn run(app: &mut App, args: DomainArgs) -> Result<Exit, Failure> {
    match args.command {
        DomainCommand::List(args) => list::run(app, args),
        DomainCommand::Allow(args) => decide(app, &args, DomainVerdict::Allowed),
        DomainCommand::Block(args) => decide(app, &args, DomainVerdict::Blocked),
        DomainCommand::Forget(args) => forget(app, &args),
        DomainCommand::Check(args) => check::run(app, args),
    }
}

fn decide(app: &mut App, args: &DecideArgs, verdict: DomainVerdict) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&SETTLED)?;
    let (verb, did) = match verdict {
        DomainVerdict::Allowed => ("allow", "Allowed"),
        DomainVerdict::Blocked => ("block", "Blocked"),
    };
    let domains = named_or_asked(app, &args.domains, verb)?;
    let mode = args.change.mode();
    let context = app.context(mode);
    let done = domains::decide(&mut app.store()?, &context, &domains, verdict)?;
    tell(app, done, did, mode)
}

fn forget(app: &mut App, args: &ForgetArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&SETTLED)?;
    let domains = named_or_asked(app, &args.domains, "forget")?;
    let mode = args.change.mode();
    let context = app.context(mode);
    let done = domains::forget(&mut app.store()?, &context, &domains)?;
    tell(app, done, "Forgot", mode)
}

fn tell(
    app: &mut App,
    (organization, settled): (Organization, Vec<Settled>),
    did: &'static str,
    mode: Mode,
) -> Result<Exit, Failure> {
    let changed = settled.iter().filter(|settled| settled.is_changed()).count();
    let slug = organization.slug.to_string();
    let rows = settled.into_iter().map(|settled| {
        Ok::<_, std::convert::Infallible>(SettledView { settled, organization: slug.clone() })
    });
    app.output(Format::Table).rows(app.ui.out(), &SETTLED, rows)?;
    let words = Words { did, one: "domain", many: "domains" };
    match changed {
        0 => app.ui.status(format!("Nothing to do in {slug}.")),
        _ => app.ui.status(words.sentence(changed, &organization, mode)),
    }
    Ok(Exit::Done)
}

/// The domains that are meant, each once. Asks where none is named and somebody can answer.
fn named_or_asked(
    app: &mut App,
    named: &[DomainArg],
    verb: &str,
) -> Result<Vec<DomainName>, Failure> {
    let mut domains = Vec::new();
    for word in named {
        match word {
            DomainArg::Domain(domain) => domains.push(domain.clone()),
            DomainArg::Stdin => domains.extend(lines_of_stdin::<DomainName>()?),
        }
    }
    if named.is_empty() {
        domains.push(asked(app, verb)?);
    }
    let mut seen = std::collections::HashSet::new();
    domains.retain(|domain| seen.insert(domain.clone()));
    Ok(domains)
}

/// One domain that a person names when asked; in a terminal only (rule 44).
fn asked<T>(app: &mut App, verb: &str) -> Result<T, Failure>
where
    T: FromStr<Err = DomainNameError>,
{
    let usage = format!("admit domain {verb} DOMAIN…, or - to read them from stdin");
    let missing = Missing { what: "no domain is named", usage: &usage };
    ask::text(app, None, &format!("Which domain to {verb}?"), missing)
}
