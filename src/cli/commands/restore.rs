//! `admit restore`: a backup takes the store's place.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::backup::{named_or_asked, typed, watched};
use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::confirm::{self, Consent};
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::report::{counted, would};
use crate::cli::views::count;
use crate::clock;
use crate::domain::audit::Identity;
use crate::domain::time::to_human;
use crate::ops::Mode;
use crate::ops::backups::{self, Before, RestoreOutcome, RestoreRequest};
use crate::settings::StoreChoice;

/// Arguments of `restore`.
#[derive(Args, Debug)]
#[command(
    after_help = "The backup is copied, brought up to date and checked before the store is touched, and \
                  takes its place in one step; what stood there is kept beside it. Nobody may use the store \
                  meanwhile. All is as it was when the backup was made: who was removed or deactivated since \
                  is back, who came since is gone, passwords, PINs and roles are the former ones, and links \
                  that were used, withdrawn or replaced since work again; those to set a password end. The audit goes on behind the \
                  backup's, with an entry that says so."
)]
pub struct RestoreArgs {
    /// Put this backup in the store's place
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    #[command(flatten)]
    change: ChangeArgs,
}

static SHAPE: Shape<RestoreOutcome> = Shape {
    fields: &[
        Field::new("store", "Store", |done| Value::text(done.store.to_string_lossy())),
        Field::new("users", "Users", |done| count(done.inventory.users)),
        Field::new("entries", "Audit entries", |done| count(done.inventory.entries)),
        Field::new("head", "Audit head", |done| Value::text(done.inventory.head.to_string())),
        Field::new("newest_entry_at", "Newest entry", |done| done.newest.into()),
        Field::new("replaced", "Replaced", |done| Value::text(replaced(&done.before))),
        Field::new("users_before", "Users before", |done| match done.before {
            Before::Store(inventory) => count(inventory.users),
            Before::Nothing | Before::Unusable(_) => Value::Nothing,
        }),
        Field::new("kept", "Kept as", |done| {
            done.kept.as_ref().map(|kept| kept.to_string_lossy().into_owned()).into()
        }),
        Field::new("open_links", "Open links", |done| count(done.revived.open_links)),
        Field::new("waiting_mails", "Waiting mails", |done| count(done.revived.waiting_mails)),
    ],
    reference: |done| done.store.to_string_lossy().into_owned(),
};

const fn replaced(before: &Before) -> &'static str {
    match before {
        Before::Nothing => "nothing",
        Before::Store(_) => "store",
        Before::Unusable(_) => "unusable",
    }
}

/// Puts a backup back, after asking.
pub(super) fn run(app: &mut App, args: RestoreArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&SHAPE)?;
    let file = named_or_asked(app, args.file, "Restore which backup?", "admit restore")?;
    let mode = args.change.mode();
    let choice = app.store_choice()?;
    let context = app.context(mode);
    if let Identity::Person(_) = context.actor.identity {
        backups::check_restore(app.store().ok().as_mut(), &context)?;
    }
    make_room(app, &choice, mode)?;
    let request = RestoreRequest { backup: &file, store: choice.path() };
    if mode == Mode::Apply && !app.says_yes() && consent(app, request)? == Consent::Withheld {
        return Ok(confirm::nothing_changed(app));
    }
    let context = app.context(mode);
    let done = watched(app, "nothing was changed", |watch| {
        backups::restore(&context, clock::reading(), request, watch)
    })?;
    output.one(app.ui.out(), &SHAPE, &done)?;
    let users = counted(done.inventory.users, "user", "users");
    app.ui.status(format!("{}Restored {users} from {}.", would(mode), file.display()));
    tell(app, &done);
    Ok(Exit::Done)
}

/// The default store's directory comes with the store. Another must be there.
fn make_room(app: &App, choice: &StoreChoice, mode: Mode) -> Result<(), Failure> {
    let directory = choice.path().parent().filter(|parent| !parent.as_os_str().is_empty());
    let Some(directory) = directory.filter(|directory| !directory.is_dir()) else { return Ok(()) };
    match (choice, mode) {
        (StoreChoice::Default(path), Mode::Apply) => app.make_directory(path),
        // The copy is made and checked where there is room; it is not to stay.
        (StoreChoice::Default(_), _) => Ok(()),
        (StoreChoice::Named(path), _) => Err(Failure::new(
            Exit::CannotCreate,
            format!(
                "{} cannot be created: there is no directory {}",
                path.display(),
                directory.display()
            ),
        )),
    }
}

/// Asks, with what is known by then. Nothing is held while a person thinks.
fn consent(app: &mut App, request: RestoreRequest<'_>) -> Result<Consent, Failure> {
    let doing = "replacing a store";
    if !app.ui.can_ask() {
        return confirm::deed(app, "", doing);
    }
    let context = app.context(Mode::DryRun);
    let found = watched(app, "nothing was changed", |watch| {
        backups::restore(&context, clock::reading(), request, watch)
    })?;
    confirm::deed(app, &question(&found, request.backup), doing)
}

fn question(found: &RestoreOutcome, backup: &Path) -> String {
    let newest = found.newest.map_or(String::new(), |at| format!(", of {}", to_human(at)));
    let users = counted(found.inventory.users, "user", "users");
    let (store, backup) = (found.store.display(), backup.display());
    match &found.before {
        Before::Nothing => format!("Put {backup} ({users}{newest}) at {store}?"),
        Before::Store(before) => {
            let before = counted(before.users, "user", "users");
            format!("Replace {store} ({before}) by {backup} ({users}{newest})?")
        }
        Before::Unusable(_) => {
            format!("Replace {store}, which cannot be used, by {backup} ({users}{newest})?")
        }
    }
}

/// Says what else there is to know.
fn tell(app: &mut App, done: &RestoreOutcome) {
    if let Before::Unusable(fault) = &done.before {
        app.ui.status(format!("What stood there cannot be used: {fault}."));
    }
    if let Some(kept) = &done.kept {
        app.ui.status(format!("What stood there is kept: {}.", kept.display()));
        app.ui.hint(format!(
            "when it is not needed any more: rm {}; it holds people and secrets",
            typed(kept)
        ));
    }
    if done.kept.is_none() {
        for log in &done.kept_logs {
            let log = log.display();
            app.ui.status(format!("A log without its store lay there; it is kept: {log}."));
        }
    }
    if done.altered > 0 {
        let rows = counted(done.altered, "row", "rows");
        app.ui.warning(format!("in the backup, something other than admit has changed {rows}"));
        app.ui.hint("nobody comes in by them; see which: admit doctor");
    }
    if done.revived.open_links > 0 {
        let links = counted(done.revived.open_links, "link works", "links work");
        app.ui.warning(format!(
            "{links} as in the backup, whatever was used, withdrawn or replaced since"
        ));
        app.ui.hint(
            "end them with new ones, in each organization: admit list --status invited --format ids | \
             admit resend -; or without: … | admit cancel -",
        );
    }
    if done.revived.waiting_mails > 0 {
        let mails = counted(done.revived.waiting_mails, "mail waits", "mails wait");
        app.ui.warning(format!("{mails} as in the backup, whatever went out since"));
        app.ui.hint("before the next admit send --queued: admit delivery list --state queued");
    }
}
