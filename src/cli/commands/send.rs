//! `admit send`: pending users get their first links (S3 "Send Activation Emails").

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, UsersArgs};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::Format;
use crate::cli::report::{self, Words, counted};
use crate::cli::views::{self, LINKS};
use crate::domain::id::BatchId;
use crate::domain::lifetime::Lifetime;
use crate::ops::Mode;
use crate::ops::invites::{self, Recipients};
use crate::random::SystemEntropy;

/// Arguments of `send`.
#[derive(Args, Debug)]
pub struct SendArgs {
    #[command(flatten)]
    users: UsersArgs,
    /// Make the links of everybody who is pending
    #[arg(long, conflicts_with = "users")]
    all: bool,
    /// Make the links of everybody pending from this import
    #[arg(long, value_name = "NUMBER", conflicts_with = "users")]
    batch: Option<i64>,
    /// Make so many links at most
    #[arg(long, value_name = "NUMBER", conflicts_with = "users", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Let the links live this long, from 1h to 365d
    #[arg(long, value_name = "TIME")]
    expires_in: Option<Lifetime>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Makes first links.
pub(super) fn run(app: &mut App, args: SendArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&LINKS)?;
    let recipients = if args.all || args.batch.is_some() || args.limit.is_some() {
        Recipients::Pending { batch: args.batch.map(BatchId::new), limit: args.limit }
    } else if args.users.users.is_empty() && !app.may_ask() {
        return Err(Failure::usage("nobody is named")
            .hinted("admit send USER…, or admit send --all for everybody who is pending"));
    } else {
        Recipients::Named(args.users.resolve(app, "send")?)
    };
    let mode = args.change.mode();
    let context = app.context(mode);
    let mut store = app.store()?;
    let outcome =
        invites::send(&mut store, &context, &mut SystemEntropy, &recipients, args.expires_in)?;
    let portal = app.portal(&outcome.organization);
    let rows = views::changes(&outcome, |sent| views::sent(sent, portal.as_ref(), "link made"));
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
    let words = Words { did: "Made the links of", one: "person", many: "people" };
    let exit = report::outcome(app, &outcome, &LINKS, rows, words, mode)?;
    // S3: who got a link, and who did not.
    let unsent = match &recipients {
        Recipients::Named(_) if outcome.done() == 0 => 0,
        Recipients::Named(_) => (outcome.users.len() - outcome.done()) as u64,
        Recipients::Pending { batch, .. } => {
            let left = invites::count_pending(&mut store, &context, *batch)?;
            left.saturating_sub(if mode == Mode::DryRun { outcome.done() as u64 } else { 0 })
        }
    };
    if unsent > 0 {
        let people = counted(unsent, "person", "people");
        app.ui.status(match &recipients {
            Recipients::Named(_) => format!("Made no link of {people}."),
            Recipients::Pending { .. } => format!("Left {people} pending."),
        });
    }
    Ok(exit)
}
