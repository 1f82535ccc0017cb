//! `admit delivery`: the outbox, looked at and tried again.

use std::str::FromStr;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, PageArgs, lines_of_stdin};
use crate::cli::complete;
use crate::cli::exit::{self, Exit, Failure};
use crate::cli::mailer::MailArgs;
use crate::cli::mailing::Mailing;
use crate::cli::prompt::Decision;
use crate::cli::render::Format;
use crate::cli::report::{counted, would};
use crate::cli::views::mails::{DELIVERIES, DeliveryView, RETRIES, RetryView};
use crate::domain::delivery::{DeliveryState, DeliveryStateError};
use crate::domain::delivery_ref::DeliveryRef;
use crate::domain::id::DeliveryId;
use crate::domain::rate::Rate;
use crate::domain::user_ref::{UserRef, UserRefError};
use crate::ops::Mode;
use crate::ops::delivery::{self, DeliveryRequest, Doubt, RetryRequest};
use crate::store::Store;

/// Arguments of `delivery`.
#[derive(Args, Debug)]
pub struct DeliveryArgs {
    #[command(subcommand)]
    command: DeliveryCommand,
}

#[derive(Debug, Subcommand)]
enum DeliveryCommand {
    /// List mails, the newest first: what waits, what was handed over, what was refused
    #[command(visible_alias = "ls")]
    List(ListArgs),
    /// Try mails again that wait or were refused
    ///
    /// A mail that may have arrived already is mailed again, with a new link in the place of the old one, only
    /// where somebody says yes: to the question, or with --yes.
    Retry(RetryArgs),
}

#[derive(Args, Debug)]
struct ListArgs {
    /// Show mails in these states: queued, sending, handed-over, refused, unknown, not-configured, withdrawn
    #[arg(long, value_name = "STATE,…", value_delimiter = ',', value_parser = state)]
    state: Vec<DeliveryState>,
    /// Show mails to this user
    #[arg(long, value_name = "USER", add = ArgValueCompleter::new(complete::users))]
    user: Option<UserRef>,
    /// Show mails older than this one: the next page
    #[arg(long, value_name = "NUMBER")]
    before: Option<u32>,
    #[command(flatten)]
    page: PageArgs,
}

/// One word that names deliveries.
#[derive(Clone, Debug)]
enum DeliveryArg {
    One(DeliveryRef),
    Stdin,
}

impl FromStr for DeliveryArg {
    type Err = UserRefError;

    fn from_str(text: &str) -> Result<Self, UserRefError> {
        match text {
            "-" => Ok(Self::Stdin),
            _ => text.parse().map(Self::One),
        }
    }
}

#[derive(Args, Debug)]
struct RetryArgs {
    /// Try these again, by number or by the user whose newest it is; `-` reads them from stdin
    #[arg(value_name = "DELIVERY|USER", add = ArgValueCompleter::new(complete::users))]
    deliveries: Vec<DeliveryArg>,
    /// Try all that wait or were refused; with --yes also those that may have arrived
    #[arg(long, conflicts_with = "deliveries")]
    all: bool,
    /// Hand over so many mails at most in a time, such as 10/s
    #[arg(long, value_name = "RATE")]
    rate: Option<Rate>,
    #[command(flatten)]
    mail: MailArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

fn state(text: &str) -> Result<DeliveryState, DeliveryStateError> {
    text.trim().parse()
}

/// Looks at the outbox, or tries again.
pub(super) fn run(app: &mut App, args: DeliveryArgs) -> Result<Exit, Failure> {
    match args.command {
        DeliveryCommand::List(args) => list(app, args),
        DeliveryCommand::Retry(args) => retry(app, args),
    }
}

fn list(app: &mut App, args: ListArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&DELIVERIES)?;
    let limit = args.page.limit(&output);
    let request = DeliveryRequest {
        states: args.state,
        user: args.user,
        before: args.before.map(|number| DeliveryId::new(number.into())),
        limit,
    };
    let listed = delivery::list(&mut app.store()?, &app.asking(), &request)?;
    let slug = listed.organization.slug.as_str();
    let last = listed.lines.last().map_or(0, |line| line.delivery.id.get());
    let rows = listed.lines.iter().map(|line| DeliveryView::line(line, slug));
    let shown =
        output.rows(app.ui.out(), &DELIVERIES, rows.map(Ok::<_, std::convert::Infallible>))?;
    if shown == 0 {
        app.ui.status("No mails match.");
    }
    if limit.is_some_and(|limit| shown == u64::from(limit)) && last > 1 {
        app.ui.status(format!("For older mails add --before {last}, for all of them --all."));
    }
    Ok(Exit::Done)
}

fn retry(app: &mut App, args: RetryArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&RETRIES)?;
    let mode = args.change.mode();
    let mut mailing = Mailing::open(app, &args.mail, args.rate)?.for_mail_alone()?;
    let request = requested(&args)?;
    let mut store = app.store()?;
    let doubt = doubt(app, &mut store, &request, mode)?;
    let context = app.context(mode);
    let outcome = delivery::retry(&mut store, &context, &request, doubt, &mailing.outlet())?;
    let queued: Vec<DeliveryId> = match mode {
        Mode::Apply => {
            let done = outcome.deliveries.iter().filter_map(|one| one.result.as_ref().ok());
            done.map(|(delivery, _)| delivery.id).collect()
        }
        Mode::DryRun | Mode::Suggest => Vec::new(),
    };
    let posted = mailing.deliver(app, &mut store, &context, &queued);
    let slug = outcome.organization.slug.as_str();
    let now = app.now();
    let rows = outcome.deliveries.iter().map(|one| RetryView::of(one, &posted, slug, now));
    output.rows(app.ui.out(), &RETRIES, rows.map(Ok::<_, std::convert::Infallible>))?;
    for error in outcome.deliveries.iter().filter_map(|one| one.result.as_ref().err()) {
        app.ui.error(error);
        if let Some(hint) = error.hint() {
            app.ui.hint(hint);
        }
    }
    let done = outcome.deliveries.iter().filter(|one| one.result.is_ok()).count();
    if outcome.deliveries.is_empty() {
        app.ui.status(format!("Nothing waits or was refused in {slug}."));
    } else if done > 0 {
        let mails = counted(done as u64, "mail", "mails");
        app.ui.status(match posted.tried() {
            tried if mode == Mode::Apply && tried < done => {
                format!("Tried {tried} of {mails} in {slug} again.")
            }
            _ => format!("{}Tried {mails} in {slug} again.", would(mode)),
        });
    }
    let ended = exit::of_results(outcome.deliveries.iter().map(|one| &one.result));
    Ok(posted.tell(app, ended))
}

fn requested(args: &RetryArgs) -> Result<RetryRequest, Failure> {
    if args.all {
        return Ok(RetryRequest::All);
    }
    if args.deliveries.is_empty() {
        return Err(Failure::usage("no mail is named").hinted(
            "admit delivery retry NUMBER…, or USER…, or - to read them from stdin, or --all",
        ));
    }
    let mut named = Vec::new();
    for word in &args.deliveries {
        match word {
            DeliveryArg::One(one) => named.push(one.clone()),
            DeliveryArg::Stdin => named.extend(lines_of_stdin::<DeliveryRef>()?),
        }
    }
    Ok(RetryRequest::Named(named))
}

/// Whether to mail again what may have arrived: nobody gets a second mail without somebody's word for it.
fn doubt(
    app: &mut App,
    store: &mut Store,
    request: &RetryRequest,
    mode: Mode,
) -> Result<Doubt, Failure> {
    if app.says_yes() {
        return Ok(Doubt::MailAgain);
    }
    if mode != Mode::Apply || !app.may_ask() {
        return Ok(Doubt::Leave);
    }
    let doubtful = delivery::count_doubtful(store, &app.asking(), request)?;
    if doubtful == 0 {
        return Ok(Doubt::Leave);
    }
    let mails = counted(doubtful as u64, "mail", "mails");
    let question = format!("{mails} may have arrived already. Mail again, with a new link?");
    Ok(match app.ui.ask()?.confirm(&question, Decision::No)? {
        Decision::Yes => Doubt::MailAgain,
        Decision::No => Doubt::Leave,
    })
}
