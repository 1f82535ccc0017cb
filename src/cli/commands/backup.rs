//! `admit backup`: the whole store in another file, while others work.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output_file;
use crate::cli::progress::Unit;
use crate::cli::prompt::Answer;
use crate::cli::render::{Field, Format, Shape, Value};
use crate::cli::report::counted;
use crate::cli::signals::{Signals, is_caught};
use crate::cli::views::count;
use crate::ops::backups::{self, BackupOutcome};
use crate::ops::shell_word;
use crate::store::{Stage, Store, Watch};

/// Arguments of `backup`.
#[derive(Args, Debug)]
#[command(
    after_help = "The backup is of one moment, and a store of its own: look into it with --store FILE. It \
                  holds all that the store holds, and has mode 0600. It is read back and checked before it \
                  gets its name; nothing is ever written over. The store is not changed, so there is no \
                  --dry-run. A store of an older version stays as it is, and so is its backup."
)]
pub struct BackupArgs {
    /// Make this file, which must not be there yet
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
}

static SHAPE: Shape<BackupOutcome> = Shape {
    fields: &[
        Field::new("file", "Backup", |made| Value::text(made.path.to_string_lossy())),
        Field::new("bytes", "Bytes", |made| count(made.bytes)),
        Field::new("users", "Users", |made| count(made.inventory.users)),
        Field::new("entries", "Audit entries", |made| count(made.inventory.entries)),
        Field::new("head", "Audit head", |made| Value::text(made.inventory.head.to_string())),
    ],
    reference: |made| made.path.to_string_lossy().into_owned(),
};

/// Makes a backup.
pub(super) fn run(app: &mut App, args: BackupArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&SHAPE)?;
    let path = named_or_asked(app, args.file, "Back up to which new file?", "admit backup")?;
    let context = app.asking();
    let mut store = app.store_to_copy()?;
    output_file::refuse_protected(&path, &Store::files(store.path()))?;
    let made = watched(app, "no backup was made", |watch| {
        backups::back_up(&mut store, &context, &path, watch)
    })?;
    output.one(app.ui.out(), &SHAPE, &made)?;
    let users = counted(made.inventory.users, "user", "users");
    let entries = counted(made.inventory.entries, "audit entry", "audit entries");
    app.ui.status(format!("Backed up {users} and {entries} to {}.", made.path.display()));
    Ok(Exit::Done)
}

/// The file that is meant; asked for where somebody can answer.
pub(super) fn named_or_asked(
    app: &mut App,
    named: Option<PathBuf>,
    question: &str,
    command: &str,
) -> Result<PathBuf, Failure> {
    let path = match named {
        Some(path) => path,
        None if !app.may_ask() => {
            return Err(Failure::usage("no file is named").hinted(format!("{command} FILE")));
        }
        None => match app.ui.ask()?.text(question, |_| Ok(()))? {
            Answer::Given(text) => PathBuf::from(text.trim()),
            Answer::Declined => return Err(Failure::declined()),
        },
    };
    if path == Path::new("-") {
        return Err(Failure::usage("a backup is a file; - is none")
            .hinted(format!("name it: {command} FILE; a file of that very name: ./-")));
    }
    Ok(path)
}

/// Does something with a backup behind a progress bar; a signal stops it, and nothing is left of it.
pub(super) fn watched<T>(
    app: &mut App,
    undone: &str,
    work: impl FnOnce(&mut Watch<'_>) -> Result<T, crate::ops::Error>,
) -> Result<T, Failure> {
    let signals = Signals::listen()?;
    let (mut bar, mut stage) = (None, None);
    let mut progress = |now: Stage| {
        let ui = &mut app.ui;
        let is_another =
            stage.map(|stage| std::mem::discriminant(&stage)) != Some(std::mem::discriminant(&now));
        if is_another {
            drop(bar.take());
        }
        stage = Some(now);
        match now {
            Stage::Copying { done, all } => bar
                .get_or_insert_with(|| ui.progress("Copying", Unit::Bytes, Some(all)))
                .advance_to(done),
            Stage::Checking => {
                bar.get_or_insert_with(|| ui.progress("Checking the copy", Unit::Rows, None));
            }
        }
    };
    let done = work(&mut Watch { progress: &mut progress, is_stopped: is_caught });
    drop(bar);
    done.map_err(|error| match (Failure::from(error), signals.caught()) {
        (failure, Some(exit)) if failure.exit == Exit::Interrupted => {
            Failure::new(exit, format!("interrupted; {undone}"))
        }
        (failure, _) => failure,
    })
}

/// A path as one types it in a shell.
pub(super) fn typed(path: &Path) -> String {
    shell_word(&path.display().to_string())
}
