//! `admit send --queued`: the queue of mails is worked off, for cron. Silent where nothing is due.

use super::SendArgs;
use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};
use crate::cli::mailing::{Mailing, Troubles};
use crate::cli::render::Format;
use crate::cli::report::counted;
use crate::cli::views::mails::{DeliveryView, TRIES};
use crate::domain::delivery::DeliveryState;
use crate::ops::delivery::Work;

/// Hands over what is due.
pub(super) fn run(app: &mut App, args: &SendArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&TRIES)?;
    let mut mailing = Mailing::open(app, &args.mail, args.rate)?.for_mail_alone()?;
    let mut store = app.store()?;
    let context = app.asking();
    let mut views = Vec::new();
    let mut troubles = Troubles::new(app, &mut store);
    let work = Work::Queue { limit: args.limit };
    let ended = mailing.work(app, &mut store, &context, work, &mut |delivered| {
        troubles.take(&delivered);
        views.push(DeliveryView::tried(&delivered, crate::clock::now()));
        Ok(())
    });
    // What was handed over is told also where the store failed then.
    let handed_over =
        views.iter().filter(|view| view.state == DeliveryState::HandedOver).count() as u64;
    let tried = views.iter().filter(|view| view.state != DeliveryState::Withdrawn).count() as u64;
    output.rows(app.ui.out(), &TRIES, views.into_iter().map(Ok::<_, std::convert::Infallible>))?;
    troubles.tell(app);
    if tried > 0 {
        let mails = counted(tried, "mail", "mails");
        app.ui.status(match tried == handed_over {
            true => format!("Handed over {mails}."),
            false => format!("Handed over {handed_over} of {mails}."),
        });
    }
    Ok(match ended? {
        Some(signal) => signal,
        None if !troubles.any() => Exit::Done,
        None if handed_over == 0 && troubles.is_unavailable() => Exit::Unreachable,
        None => Exit::Partly,
    })
}
