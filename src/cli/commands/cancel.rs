//! `admit cancel`: invites that nobody has accepted are withdrawn.

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, UsersArgs};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Format, Tone};
use crate::cli::report::{self, Words};
use crate::cli::views::{self, RELEASES};
use crate::ops::invites;

/// Arguments of `cancel`.
#[derive(Args, Debug)]
pub struct CancelArgs {
    #[command(flatten)]
    users: UsersArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Withdraws invites.
pub(super) fn run(app: &mut App, args: CancelArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&RELEASES)?;
    let users = args.users.resolve(app, "cancel")?;
    let mode = args.change.mode();
    let context = app.context(mode);
    let outcome = invites::cancel(&mut app.store()?, &context, &users)?;
    let rows = views::changes(&outcome, |done| views::released(done, "cancelled", Tone::Quiet));
    let words = Words { did: "Cancelled", one: "invite", many: "invites" };
    report::outcome(app, &outcome, &RELEASES, rows, words, mode)
}
