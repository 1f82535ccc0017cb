//! `admit remove`: users are deleted, save in the audit.

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, UsersArgs};
use crate::cli::confirm::{self, Consent, Grave};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Format, Tone};
use crate::cli::report::{self, Words};
use crate::cli::views::{self, RELEASES};
use crate::ops::{Mode, users};

/// Arguments of `remove`.
#[derive(Args, Debug)]
pub struct RemoveArgs {
    #[command(flatten)]
    users: UsersArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Deletes users; asks first (rule 18).
pub(super) fn run(app: &mut App, args: RemoveArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&RELEASES)?;
    let users = args.users.resolve(app, "remove")?;
    let mode = args.change.mode();
    if mode == Mode::Apply {
        match confirm::users(app, Grave::Remove, &users)? {
            Consent::Given => {}
            Consent::Withheld => return Ok(confirm::nothing_changed(app)),
        }
    }
    let context = app.context(mode);
    let outcome = users::remove(&mut app.store()?, &context, &users)?;
    let rows = views::changes(&outcome, |done| views::released(done, "removed", Tone::Quiet));
    let words = Words { did: "Removed", one: "user", many: "users" };
    report::outcome(app, &outcome, &RELEASES, rows, words, mode)
}
