//! `admit reactivate`: deactivated users come back.

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, UsersArgs};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Format, Tone};
use crate::cli::report::{self, Words};
use crate::cli::views::{self, ChangeView, PLAIN_CHANGES};
use crate::ops::users;

/// Arguments of `reactivate`.
#[derive(Args, Debug)]
pub struct ReactivateArgs {
    #[command(flatten)]
    users: UsersArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Gives access back.
pub(super) fn run(app: &mut App, args: ReactivateArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&PLAIN_CHANGES)?;
    let users = args.users.resolve(app, "reactivate")?;
    let mode = args.change.mode();
    let context = app.context(mode);
    let outcome = users::reactivate(&mut app.store()?, &context, &users)?;
    let rows = views::changes(&outcome, |user| ChangeView {
        name: user.name.as_ref().map(ToString::to_string),
        result: "active".to_owned(),
        tone: Some(Tone::Good),
        ..ChangeView::default()
    });
    let words = Words { did: "Reactivated", one: "user", many: "users" };
    report::outcome(app, &outcome, &PLAIN_CHANGES, rows, words, mode)
}
