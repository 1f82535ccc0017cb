//! `admit send`: pending users get their first links (S3 "Send Activation Emails"), and the queue of mails is
//! worked off.

mod queue;

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, UsersArgs};
use crate::cli::exit::{Exit, Failure};
use crate::cli::mailer::MailArgs;
use crate::cli::mailing::Mailing;
use crate::cli::render::Format;
use crate::cli::report::{self, Words, counted};
use crate::cli::views::{self, LINKS};
use crate::domain::id::BatchId;
use crate::domain::lifetime::Lifetime;
use crate::domain::rate::Rate;
use crate::ops::Mode;
use crate::ops::delivery::Outlet;
use crate::ops::invites::{self, Recipients, Terms};
use crate::random::SystemEntropy;

/// Arguments of `send`.
#[derive(Args, Debug)]
pub struct SendArgs {
    #[command(flatten)]
    users: UsersArgs,
    /// Make or mail the links of everybody who is pending
    #[arg(long, conflicts_with = "users")]
    all: bool,
    /// Make or mail the links of everybody pending from this import
    #[arg(long, value_name = "NUMBER", conflicts_with = "users")]
    batch: Option<i64>,
    /// Only hand over mails that wait in the queue and are due; for cron
    #[arg(long, conflicts_with_all = ["users", "all", "batch", "expires_in", "dry_run"])]
    queued: bool,
    /// Make so many links, or hand over so many mails, at most; alone it means those queued
    #[arg(long, value_name = "NUMBER", conflicts_with = "users", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Hand over so many mails at most in a time, such as 10/s
    #[arg(long, value_name = "RATE")]
    rate: Option<Rate>,
    /// Let the links live this long, from 1h to 365d
    #[arg(long, value_name = "TIME")]
    expires_in: Option<Lifetime>,
    #[command(flatten)]
    mail: MailArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

impl SendArgs {
    /// Whether it is about the queue alone: nobody is named, and not everybody pending is meant.
    fn is_about_queue(&self) -> bool {
        let names_pending = self.all || self.batch.is_some() || !self.users.users.is_empty();
        self.queued || (!names_pending && self.limit.is_some())
    }
}

/// Makes first links, or works the queue off.
pub(super) fn run(app: &mut App, args: SendArgs) -> Result<Exit, Failure> {
    if args.is_about_queue() {
        return queue::run(app, &args);
    }
    app.output(Format::Table).check(&LINKS)?;
    let mode = args.change.mode();
    let mut mailing = Mailing::open(app, &args.mail, args.rate)?;
    let recipients = if args.all || args.batch.is_some() {
        Recipients::Pending { batch: args.batch.map(BatchId::new), limit: args.limit }
    } else if args.users.users.is_empty() && !app.may_ask() {
        return Err(Failure::usage("nobody is named").hinted(
            "admit send USER…, or admit send --all for everybody who is pending, or --queued for the mails \
             that wait",
        ));
    } else {
        Recipients::Named(args.users.resolve(app, "send")?)
    };
    let context = app.context(mode);
    let mut store = app.store()?;
    let terms = Terms { lifetime: args.expires_in, outlet: mailing.outlet() };
    let outcome = invites::send(&mut store, &context, &mut SystemEntropy, &recipients, &terms)?;
    let posted = mailing.deliver_links(app, &mut store, &context, &outcome);
    let portal = app.portal(&outcome.organization);
    let result = match terms.outlet {
        Outlet::Print => "link made",
        Outlet::Mail { .. } => "mail queued",
    };
    let rows = views::changes(&outcome, |sent| views::sent(sent, portal.as_ref(), &posted, result));
    if rows.is_empty() {
        let slug = &outcome.organization.slug;
        app.ui.status(match &recipients {
            Recipients::Named(_) => "Nobody named.".to_owned(),
            Recipients::Pending { batch: Some(batch), .. } => {
                format!("Nobody is pending from import {} in {slug}.", batch.get())
            }
            Recipients::Pending { batch: None, .. } => format!("Nobody is pending in {slug}."),
        });
    }
    let did = match terms.outlet {
        Outlet::Print => "Made the links of",
        Outlet::Mail { .. } => "Queued the mails to",
    };
    let words = Words { did, one: "person", many: "people" };
    let ended = report::outcome(app, &outcome, &LINKS, rows, words, mode)?;
    // S3: who got a link, and who did not.
    let unsent = match &recipients {
        Recipients::Named(_) if outcome.done() == 0 => 0,
        Recipients::Named(_) => (outcome.users.len() - outcome.done()) as u64,
        Recipients::Pending { batch, .. } => {
            let left = invites::count_pending(&mut store, &context, *batch)?;
            // Whose mail waits is pending, too, and was not left out.
            let waiting = match mode {
                Mode::DryRun => outcome.done() as u64,
                Mode::Apply | Mode::Suggest => posted.counts().queued,
            };
            left.saturating_sub(waiting)
        }
    };
    if unsent > 0 {
        let people = counted(unsent, "person", "people");
        app.ui.status(match &recipients {
            Recipients::Named(_) => format!("Made no link of {people}."),
            Recipients::Pending { .. } => format!("Left {people} pending."),
        });
        let is_all = matches!(&recipients, Recipients::Pending { limit: None, .. });
        if is_all && matches!(terms.outlet, Outlet::Mail { .. }) {
            app.ui.hint("whose mail waits or did not leave: admit delivery list --state queued,refused,unknown");
        }
    }
    Ok(posted.tell(app, ended))
}
