//! `admit resend`: new links take the place of old ones; and what giving a new link to users who are named
//! is, for `password reset` too.

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, UsersArgs};
use crate::cli::exit::{Exit, Failure};
use crate::cli::mailer::MailArgs;
use crate::cli::mailing::{Mailing, Posted};
use crate::cli::render::Format;
use crate::cli::report::{self, Words};
use crate::cli::views::{self, LINKS};
use crate::domain::delivery::DeliveryState;
use crate::domain::lifetime::Lifetime;
use crate::domain::token::Entropy;
use crate::domain::user::UserState;
use crate::domain::user_ref::UserRef;
use crate::ops::invites::{self, Sent, Terms};
use crate::ops::{self, Context, Mode, Outcome};
use crate::random::SystemEntropy;
use crate::store::Store;

/// Arguments of whatever gives new links to users who are named.
#[derive(Args, Debug)]
pub struct RenewalArgs {
    #[command(flatten)]
    users: UsersArgs,
    /// Let the links live this long, from 1h to 365d
    #[arg(long, value_name = "TIME")]
    expires_in: Option<Lifetime>,
    #[command(flatten)]
    mail: MailArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Makes the links of these users, by these terms.
type Make = fn(
    &mut Store,
    &Context,
    &mut dyn Entropy,
    &[UserRef],
    &Terms,
) -> Result<Outcome<Sent>, ops::Error>;

/// Which links are given, and in which words that is told.
pub(super) struct Renewal {
    /// The command.
    pub(super) verb: &'static str,
    /// What it means.
    pub(super) make: Make,
    /// What became of one user.
    pub(super) result: fn(&Sent, &Posted, Mode) -> &'static str,
    /// What was done to all.
    pub(super) words: Words,
}

/// Makes new links; the old ones end, and that is said (rule 11).
pub(super) fn run(app: &mut App, args: RenewalArgs) -> Result<Exit, Failure> {
    let words = Words { did: "Renewed the links of", one: "person", many: "people" };
    renew(app, args, Renewal { verb: "resend", make: invites::resend, result, words })
}

/// Gives new links to users who are named, and tells what became of each.
pub(super) fn renew(app: &mut App, args: RenewalArgs, renewal: Renewal) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&LINKS)?;
    let mut mailing = Mailing::open(app, &args.mail, None)?;
    let users = args.users.resolve(app, renewal.verb)?;
    let mode = args.change.mode();
    let context = app.context(mode);
    let mut store = app.store()?;
    let terms = Terms { lifetime: args.expires_in, outlet: mailing.outlet() };
    let outcome = (renewal.make)(&mut store, &context, &mut SystemEntropy, &users, &terms)?;
    let posted = mailing.deliver_links(app, &mut store, &context, &outcome);
    let portal = app.portal(&outcome.organization);
    let rows = views::changes(&outcome, |sent| {
        views::sent(sent, portal.as_ref(), &posted, (renewal.result)(sent, &posted, mode))
    });
    let ended = report::outcome(app, &outcome, &LINKS, rows, renewal.words, mode)?;
    Ok(posted.tell(app, ended))
}

/// A link whose mail did not leave is not there yet; the old one has ended all the same.
fn result(sent: &Sent, posted: &Posted, mode: Mode) -> &'static str {
    let is_made = sent.sending.queued().is_none_or(|id| {
        let state = posted.state(id);
        mode != Mode::Apply || matches!(state, DeliveryState::HandedOver | DeliveryState::Unknown)
    });
    match (sent.user.state, is_made) {
        (UserState::Expired, true) => "new link",
        (_, true) => "new link, old one ended",
        (UserState::Expired, false) => "no new link yet",
        (_, false) => "old link ended, no new one yet",
    }
}
