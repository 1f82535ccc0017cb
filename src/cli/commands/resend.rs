//! `admit resend`: new links take the place of old ones.

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, UsersArgs};
use crate::cli::exit::{Exit, Failure};
use crate::cli::mailer::MailArgs;
use crate::cli::mailing::Mailing;
use crate::cli::render::Format;
use crate::cli::report::{self, Words};
use crate::cli::views::{self, LINKS};
use crate::domain::delivery::DeliveryState;
use crate::domain::lifetime::Lifetime;
use crate::domain::user::UserState;
use crate::ops::Mode;
use crate::ops::invites::{self, Terms};
use crate::random::SystemEntropy;

/// Arguments of `resend`.
#[derive(Args, Debug)]
pub struct ResendArgs {
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

/// Makes new links; the old ones end, and that is said (rule 11).
pub(super) fn run(app: &mut App, args: ResendArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&LINKS)?;
    let mut mailing = Mailing::open(app, &args.mail, None)?;
    let users = args.users.resolve(app, "resend")?;
    let mode = args.change.mode();
    let context = app.context(mode);
    let mut store = app.store()?;
    let terms = Terms { lifetime: args.expires_in, outlet: mailing.outlet() };
    let outcome = invites::resend(&mut store, &context, &mut SystemEntropy, &users, &terms)?;
    let posted = mailing.deliver_links(app, &mut store, &context, &outcome);
    let portal = app.portal(&outcome.organization);
    let rows = views::changes(&outcome, |sent| {
        // A link whose mail did not leave is not there yet; the old one has ended all the same.
        let is_made = sent.sending.queued().is_none_or(|id| {
            let state = posted.state(id);
            mode != Mode::Apply
                || matches!(state, DeliveryState::HandedOver | DeliveryState::Unknown)
        });
        let result = match (sent.user.state, is_made) {
            (UserState::Expired, true) => "new link",
            (_, true) => "new link, old one ended",
            (UserState::Expired, false) => "no new link yet",
            (_, false) => "old link ended, no new one yet",
        };
        views::sent(sent, portal.as_ref(), &posted, result)
    });
    let words = Words { did: "Renewed the links of", one: "person", many: "people" };
    let ended = report::outcome(app, &outcome, &LINKS, rows, words, mode)?;
    Ok(posted.tell(app, ended))
}
