//! `admit deactivate`: active users lose their access.

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, UsersArgs};
use crate::cli::confirm::{self, Consent, Grave};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Format, Tone};
use crate::cli::report::{self, Words};
use crate::cli::views::{self, RELEASES};
use crate::ops::{Mode, users};

/// Arguments of `deactivate`.
#[derive(Args, Debug)]
pub struct DeactivateArgs {
    #[command(flatten)]
    users: UsersArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Takes access away. Several at once want a confirmation.
pub(super) fn run(app: &mut App, args: DeactivateArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&RELEASES)?;
    let users = args.users.resolve(app, "deactivate")?;
    let mode = args.change.mode();
    if users.len() > 1 && mode == Mode::Apply {
        match confirm::users(app, Grave::Deactivate, &users)? {
            Consent::Given => {}
            Consent::Withheld => return Ok(confirm::nothing_changed(app)),
        }
    }
    let context = app.context(mode);
    let outcome = users::deactivate(&mut app.store()?, &context, &users)?;
    let rows = views::changes(&outcome, |done| views::released(done, "deactivated", Tone::Quiet));
    let words = Words { did: "Deactivated", one: "user", many: "users" };
    report::outcome(app, &outcome, &RELEASES, rows, words, mode)
}
