//! `admit expire`: invites whose time is over are marked expired, and people are reminded of those whose
//! time is nearly over. For cron: silent when nothing is due.

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::exit::{Exit, Failure};
use crate::cli::mailer::MailArgs;
use crate::cli::mailing::{self, Mailing, Posted};
use crate::cli::render::{Format, Tone};
use crate::cli::report::Words;
use crate::cli::views::{ChangeView, PLAIN_CHANGES};
use crate::domain::delivery::DeliveryState;
use crate::domain::lifetime::Lifetime;
use crate::domain::organization::Organization;
use crate::domain::status::Status;
use crate::domain::user::User;
use crate::ops::delivery::Outlet;
use crate::ops::invites::{self, ClockTrust, ExpireOutcome, ExpireRequest, RemindRequest};
use crate::ops::{Mode, shell_word};
use crate::store::Store;

/// Most users that one hint names.
const NAMED: usize = 20;

/// Arguments of `expire`.
#[derive(Args, Debug)]
pub struct ExpireArgs {
    /// Mail one reminder to those whose invites run out within this time, from 1h to 365d
    #[arg(long, value_name = "TIME")]
    remind_within: Option<Lifetime>,
    /// Go by the clock although it seems to have jumped ahead
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    mail: MailArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Marks due invites expired, and mails reminders.
pub(super) fn run(app: &mut App, args: ExpireArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&PLAIN_CHANGES)?;
    let mode = args.change.mode();
    let mut post = match args.remind_within {
        Some(within) => Some((within, Mailing::open(app, &args.mail, None)?.for_mail_alone()?)),
        None => None,
    };
    let request = ExpireRequest {
        clock: if args.force { ClockTrust::Given } else { ClockTrust::Checked },
        remind: post.as_ref().map(|(within, mailing)| RemindRequest {
            within: *within,
            sender: match mailing.outlet() {
                Outlet::Mail { sender } => sender,
                Outlet::Print => None,
            },
        }),
    };
    let mut store = app.store()?;
    let context = app.context(mode);
    let outcome = invites::expire(&mut store, &context, &request)?;
    if let Some(doubt) = outcome.doubt {
        app.ui.warning(doubt);
        app.ui.hint("look at it: date; where it is right: admit expire --force");
    }
    let reminded = outcome.reminded.iter().flat_map(|reminders| &reminders.users);
    let queued: Vec<_> = match mode {
        Mode::Apply => reminded.map(|reminded| reminded.delivery).collect(),
        Mode::DryRun | Mode::Suggest => Vec::new(),
    };
    let posted = match &mut post {
        Some((_, mailing)) => mailing.deliver(app, &mut store, &context, &queued),
        None => Posted::default(),
    };
    let rows = views(&outcome, &posted);
    output.rows(app.ui.out(), &PLAIN_CHANGES, rows.map(Ok::<_, std::convert::Infallible>))?;
    let words = Words { did: "Expired", one: "invite", many: "invites" };
    for expired in &outcome.expired {
        app.ui.status(words.sentence(expired.links.len(), &expired.organization, mode));
    }
    tell_of_owners(app, &mut store, &outcome, mode);
    let words = Words { did: "Queued", one: "reminder", many: "reminders" };
    for reminders in &outcome.reminded {
        app.ui.status(words.sentence(reminders.users.len(), &reminders.organization, mode));
    }
    for error in &outcome.senderless {
        app.ui.error(error);
        app.ui.hint(error.hint());
    }
    let ended = if outcome.senderless.is_empty() { Exit::Done } else { Exit::Partly };
    Ok(posted.tell(app, ended))
}

/// Whose link to set a password ran out is in, and cannot log in; says how to go on.
fn tell_of_owners(app: &mut App, store: &mut Store, outcome: &ExpireOutcome, mode: Mode) {
    let home = mailing::home(app, store);
    for expired in &outcome.expired {
        let owners = expired.links.iter().filter(|link| link.status == Status::Active);
        let owners: Vec<String> =
            owners.take(NAMED).map(|link| shell_word(&link.user.reference().to_string())).collect();
        if owners.is_empty() || mode != Mode::Apply {
            continue;
        }
        let slug = &expired.organization.slug;
        let place =
            if home.as_ref() == Some(slug) { String::new() } else { format!("--org {slug} ") };
        let owners = owners.join(" ");
        app.ui.hint(format!("a new link to set a password: admit {place}password reset {owners}"));
    }
}

/// One row a link that ran out, then one a reminder.
fn views(outcome: &ExpireOutcome, posted: &Posted) -> impl Iterator<Item = ChangeView> {
    let view = |user: &User, organization: &Organization, result: String, tone| ChangeView {
        user: user.reference().to_string(),
        name: user.name.as_ref().map(ToString::to_string),
        result,
        tone: Some(tone),
        organization: organization.slug.to_string(),
        ..ChangeView::default()
    };
    let expired = outcome.expired.iter().flat_map(move |expired| {
        expired.links.iter().map(move |link| {
            // Who is in already stays in: only the link to set a password ran out.
            let result = match link.status {
                Status::Expired => link.status.to_string(),
                _ => "link ran out".to_owned(),
            };
            view(&link.user, &expired.organization, result, Tone::Warning)
        })
    });
    let reminded = outcome.reminded.iter().flat_map(move |reminders| {
        reminders.users.iter().map(move |reminded| {
            let state = posted.state(reminded.delivery);
            let tone = match state {
                DeliveryState::Refused | DeliveryState::Unknown => Tone::Bad,
                _ => Tone::Good,
            };
            view(&reminded.user, &reminders.organization, format!("reminder {state}"), tone)
        })
    });
    expired.chain(reminded)
}
