//! `admit expire`: invites whose time is over are marked expired. For cron: silent when nothing is due.

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Format, Tone};
use crate::cli::report::Words;
use crate::cli::views::{ChangeView, PLAIN_CHANGES};
use crate::ops::invites;

/// Arguments of `expire`.
#[derive(Args, Debug)]
pub struct ExpireArgs {
    #[command(flatten)]
    change: ChangeArgs,
}

/// Marks due invites expired.
pub(super) fn run(app: &mut App, args: ExpireArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&PLAIN_CHANGES)?;
    let mode = args.change.mode();
    let context = app.context(mode);
    let outcomes = invites::expire(&mut app.store()?, &context)?;
    let rows = outcomes.iter().flat_map(|outcome| {
        outcome.links.iter().map(|link| {
            Ok::<_, std::convert::Infallible>(ChangeView {
                user: link.user.reference().to_string(),
                name: link.user.name.as_ref().map(ToString::to_string),
                result: link.status.to_string(),
                tone: Some(Tone::Warning),
                organization: outcome.organization.slug.to_string(),
                ..ChangeView::default()
            })
        })
    });
    output.rows(app.ui.out(), &PLAIN_CHANGES, rows)?;
    let words = Words { did: "Expired", one: "invite", many: "invites" };
    for outcome in &outcomes {
        app.ui.status(words.sentence(outcome.links.len(), &outcome.organization, mode));
    }
    Ok(Exit::Done)
}
