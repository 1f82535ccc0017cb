//! `admit search-index`: what makes `list --search` fast in a large store.

use std::ops::ControlFlow;

use clap::{Args, Subcommand};

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::exit::{Exit, Failure};
use crate::cli::progress::Unit;
use crate::cli::render::{Field, Format, Shape, Tone, Value};
use crate::cli::report::{counted, would};
use crate::cli::signals::Signals;
use crate::cli::views::count;
use crate::ops::Mode;
use crate::ops::search_index::{self, Changed, Standing};
use crate::store::SearchIndex;

/// Arguments of `search-index`.
#[derive(Args, Debug)]
#[command(
    after_help = "It holds the names and addresses of all organizations in pieces of three characters, and \
                  is kept up by every later change. What a search finds is the same with it and without it; \
                  shorter texts are looked for without it."
)]
pub struct SearchIndexArgs {
    #[command(subcommand)]
    command: SearchIndexCommand,
}

#[derive(Debug, Subcommand)]
enum SearchIndexCommand {
    /// Make the index; from then on it is kept up
    Build(ChangeArgs),
    /// Take the index away
    Drop(ChangeArgs),
    /// Say whether there is an index, and how large it is
    Status,
}

static STANDING: Shape<Standing> = Shape {
    fields: &[
        Field::new("state", "Search index", |standing| {
            Value::toned(tone(standing.index), word(standing.index))
        }),
        Field::new("users", "Users", |standing| standing.size.map(|size| count(size.users)).into()),
        Field::new("bytes", "Bytes", |standing| standing.size.map(|size| count(size.bytes)).into()),
    ],
    reference: |standing| word(standing.index).to_owned(),
};

struct ChangedView {
    result: &'static str,
    users: u64,
}

static CHANGED: Shape<ChangedView> = Shape {
    fields: &[
        Field::new("result", "Search index", |view| Value::text(view.result)),
        Field::new("users", "Users", |view| count(view.users)),
    ],
    reference: |view| view.result.to_owned(),
};

const fn word(index: SearchIndex) -> &'static str {
    match index {
        SearchIndex::Absent => "absent",
        SearchIndex::Outdated => "outdated",
        SearchIndex::Ready => "ready",
    }
}

const fn tone(index: SearchIndex) -> Tone {
    match index {
        SearchIndex::Absent => Tone::Quiet,
        SearchIndex::Outdated => Tone::Warning,
        SearchIndex::Ready => Tone::Good,
    }
}

/// Does what was asked of the index.
pub(super) fn run(app: &mut App, args: SearchIndexArgs) -> Result<Exit, Failure> {
    match args.command {
        SearchIndexCommand::Build(args) => build(app, args),
        SearchIndexCommand::Drop(args) => drop_index(app, args),
        SearchIndexCommand::Status => status(app),
    }
}

fn build(app: &mut App, args: ChangeArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&CHANGED)?;
    let mode = args.mode();
    let (mut store, context) = (app.store()?, app.context(mode));
    let signals = Signals::listen()?;
    let mut bar = None;
    let mut progress = |done, all| {
        let ui = &mut app.ui;
        bar.get_or_insert_with(|| ui.progress("Building the search index", Unit::Rows, Some(all)))
            .advance_to(done);
        match signals.caught() {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    };
    let built = search_index::build(&mut store, &context, &mut progress);
    drop(bar);
    let built = built.map_err(|error| match (Failure::from(error), signals.caught()) {
        (failure, Some(exit)) if failure.exit == Exit::Interrupted => {
            Failure::new(exit, "interrupted; no search index was built")
        }
        (failure, _) => failure,
    })?;
    let result = match built.before {
        SearchIndex::Ready => "there already",
        SearchIndex::Absent | SearchIndex::Outdated => "built",
    };
    show(app, result, built)?;
    let users = counted(built.users, "user", "users");
    app.ui.status(match built.before {
        SearchIndex::Ready => format!("The search index is there already: {users}."),
        _ => format!("{}Built the search index: {users}.", would(mode)),
    });
    Ok(Exit::Done)
}

fn drop_index(app: &mut App, args: ChangeArgs) -> Result<Exit, Failure> {
    app.output(Format::Table).check(&CHANGED)?;
    let mode = args.mode();
    let context = app.context(mode);
    let dropped = search_index::drop_index(&mut app.store()?, &context)?;
    let result = match dropped.before {
        SearchIndex::Absent => "not there",
        SearchIndex::Outdated | SearchIndex::Ready => "dropped",
    };
    show(app, result, dropped)?;
    app.ui.status(match dropped.before {
        SearchIndex::Absent => "There is no search index to drop.".to_owned(),
        _ => format!("{}Dropped the search index.", would(mode)),
    });
    if mode == Mode::Apply && dropped.before != SearchIndex::Absent {
        app.ui.status("Its room in the file is used again by what comes next.");
    }
    Ok(Exit::Done)
}

fn show(app: &mut App, result: &'static str, changed: Changed) -> Result<(), Failure> {
    let output = app.output(Format::Table);
    let view = ChangedView { result, users: changed.users };
    Ok(output.one(app.ui.out(), &CHANGED, &view)?)
}

fn status(app: &mut App) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&STANDING)?;
    let context = app.asking();
    let standing = search_index::status(&mut app.store()?, &context)?;
    output.one(app.ui.out(), &STANDING, &standing)?;
    match standing.index {
        SearchIndex::Absent => app.ui.hint("make it: admit search-index build"),
        SearchIndex::Outdated => {
            app.ui.warning(
                "the search index is not used: it was made with other tables of Unicode, by another \
                 version of admit",
            );
            app.ui.hint("make it anew: admit search-index build");
        }
        SearchIndex::Ready => {}
    }
    Ok(Exit::Done)
}
