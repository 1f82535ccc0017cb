//! `admit mail template`: the words of mails, an organization's own and admit's.

use std::convert::Infallible;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::Kind;
use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::ask::{self, Missing};
use crate::cli::exit::{Exit, Failure};
use crate::cli::input::Input;
use crate::cli::render::{Field, Format, Screen, Shape, Tone, Value};
use crate::cli::report::would;
use crate::domain::delivery::DeliveryKind;
use crate::domain::text::escape;
use crate::domain::text::plain;
use crate::domain::wording::{Part, SOURCE_MAX};
use crate::mail::wording;
use crate::ops::wordings::{self, Author, PartSet, PartShown, WordingChange};

/// Arguments of `mail template`.
#[derive(Args, Debug)]
pub(super) struct MailTemplateArgs {
    #[command(subcommand)]
    command: MailTemplateCommand,
}

#[derive(Debug, Subcommand)]
enum MailTemplateCommand {
    /// List the parts of mails and whose words they are in; print one that is named by --kind and --part
    Show {
        /// Show this kind of mail only
        #[arg(long, value_name = "KIND")]
        kind: Option<Kind>,
        /// Show this part only
        #[arg(long, value_name = "PART")]
        part: Option<PartArg>,
    },
    /// Put a part of a mail into the organization's own words, from a file that is checked first
    Set {
        /// Change this kind of mail
        #[arg(long, value_name = "KIND")]
        kind: Option<Kind>,
        /// Change this part of it
        #[arg(long, value_name = "PART")]
        part: Option<PartArg>,
        /// Read the words from this file; `-` reads stdin
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
        #[command(flatten)]
        change: ChangeArgs,
    },
    /// Go back to admit's own words
    Reset {
        /// Change this kind of mail
        #[arg(long, value_name = "KIND")]
        kind: Option<Kind>,
        /// Change this part of it only
        #[arg(long, value_name = "PART")]
        part: Option<PartArg>,
        #[command(flatten)]
        change: ChangeArgs,
    },
}

/// A part of a mail, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PartArg {
    /// The subject line
    Subject,
    /// The text, for mail programs that show no HTML
    Text,
    /// The same in HTML
    Html,
}

impl From<PartArg> for Part {
    fn from(part: PartArg) -> Self {
        match part {
            PartArg::Subject => Self::Subject,
            PartArg::Text => Self::Text,
            PartArg::Html => Self::Html,
        }
    }
}

static PARTS: Shape<PartShown> = Shape {
    fields: &[
        Field::new("kind", "Kind", |shown| Value::text(shown.kind.as_str())),
        Field::new("part", "Part", |shown| Value::text(shown.part.as_str())),
        Field::new("words", "Words", |shown| match shown.author {
            Author::Own => Value::toned(Tone::Good, shown.author.as_str()),
            Author::Template | Author::Builtin => Value::text(shown.author.as_str()),
        }),
        Field::on_request("source", "Source", |shown| Value::text(shown.source.as_str())),
    ],
    reference: |shown| format!("{} {}", shown.kind, shown.part),
};

struct ChangedView {
    set: PartSet,
    organization: String,
}

static CHANGES: Shape<ChangedView> = Shape {
    fields: &[
        Field::new("kind", "Kind", |view| Value::text(view.set.kind.as_str())),
        Field::new("part", "Part", |view| Value::text(view.set.part.as_str())),
        Field::new("result", "Result", |view| Value::text(result(view.set.change))),
        Field::on_request("organization", "Organization", |view| Value::text(&view.organization)),
    ],
    reference: |view| format!("{} {}", view.set.kind, view.set.part),
};

const fn result(change: WordingChange) -> &'static str {
    match change {
        WordingChange::Set => "set",
        WordingChange::Replaced => "replaced",
        WordingChange::Reset => "reset",
        WordingChange::None => "unchanged",
    }
}

/// Shows or changes the words of mails.
pub(super) fn run(app: &mut App, args: MailTemplateArgs) -> Result<Exit, Failure> {
    match args.command {
        MailTemplateCommand::Show { kind, part } => show(app, kind, part),
        MailTemplateCommand::Set { kind, part, file, change } => {
            set(app, (kind, part), file, change)
        }
        MailTemplateCommand::Reset { kind, part, change } => reset(app, kind, part, change),
    }
}

fn show(app: &mut App, kind: Option<Kind>, part: Option<PartArg>) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&PARTS)?;
    let kinds = kind.map_or(DeliveryKind::ALL.to_vec(), |kind| vec![kind.into()]);
    let parts = part.map_or(Part::ALL.to_vec(), |part| vec![part.into()]);
    let context = app.asking();
    let shown = wordings::show(&mut app.store()?, &context, &kinds, &parts)?;
    if let ([one], None) = (shown.as_slice(), app.format()) {
        // What is on the screen is no file: nothing in it may act on the terminal.
        let terminal = output.screen != Screen::Elsewhere;
        for line in one.source.lines() {
            let line = if terminal { escape(line) } else { line.into() };
            writeln!(app.ui.out(), "{line}")?;
        }
        app.ui.status(format!("The {} of the {}: {}.", one.part, one.kind, whose(one.author)));
        return Ok(Exit::Done);
    }
    output.rows(app.ui.out(), &PARTS, shown.into_iter().map(Ok::<_, Infallible>))?;
    Ok(Exit::Done)
}

const fn whose(author: Author) -> &'static str {
    match author {
        Author::Own => "the organization's own words",
        Author::Template => "as the organization's template set it, with nothing to fill in",
        Author::Builtin => "admit's own words",
    }
}

fn set(
    app: &mut App,
    (kind, part): (Option<Kind>, Option<PartArg>),
    file: Option<PathBuf>,
    change: ChangeArgs,
) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&CHANGES)?;
    let usage = "admit mail template set --kind KIND --part PART FILE, or - for stdin";
    let kind = kind_or_asked(app, kind, usage)?;
    let part = part_or_asked(app, part, usage)?;
    let missing = Missing { what: "no file is named", usage };
    let file = ask::text(app, file, "Which file has the words?", missing)?;
    let (name, source) = read(&file)?;
    wording::check(kind, part, &source).map_err(|error| {
        let show = format!("admit mail template show --kind {kind} --part {part}");
        Failure::new(Exit::Setting, format!("{name}: {error}"))
            .hinted(format!("what it is now, to start from: {show}"))
    })?;
    let context = app.context(change.mode());
    let (organization, set) = wordings::set(&mut app.store()?, &context, (kind, part), &source)?;
    let slug = organization.slug.to_string();
    let changed = set.change != WordingChange::None;
    let row = ChangedView { set, organization: slug.clone() };
    output.rows(app.ui.out(), &CHANGES, std::iter::once(Ok::<_, Infallible>(row)))?;
    if changed {
        let would = would(change.mode());
        app.ui.status(format!("{would}Set the {part} of the {kind} in {slug}."));
    } else {
        app.ui.status(format!("Nothing to do in {slug}."));
    }
    Ok(Exit::Done)
}

fn reset(
    app: &mut App,
    kind: Option<Kind>,
    part: Option<PartArg>,
    change: ChangeArgs,
) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&CHANGES)?;
    let kind = kind_or_asked(app, kind, "admit mail template reset --kind KIND")?;
    let parts = part.map_or(Part::ALL.to_vec(), |part| vec![part.into()]);
    let context = app.context(change.mode());
    let (organization, done) = wordings::reset(&mut app.store()?, &context, kind, &parts)?;
    let slug = organization.slug.to_string();
    let changed: Vec<&str> = done
        .iter()
        .filter(|set| set.change != WordingChange::None)
        .map(|set| set.part.as_str())
        .collect();
    let sentence = match changed.as_slice() {
        [] => format!("Nothing to do in {slug}."),
        changed => {
            let (would, parts) = (would(change.mode()), changed.join(", "));
            format!("{would}Reset the {kind} in {slug}: {parts}.")
        }
    };
    let rows = done.into_iter().map(|set| ChangedView { set, organization: slug.clone() });
    output.rows(app.ui.out(), &CHANGES, rows.map(Ok::<_, Infallible>))?;
    app.ui.status(sentence);
    Ok(Exit::Done)
}

/// The words in a file; more than could be words is not read.
fn read(path: &Path) -> Result<(String, String), Failure> {
    let Input { name, bytes, .. } = Input::open(path)?;
    let cannot = |error| Failure::new(Exit::NoInput, format!("{name}: {}", plain(&error)));
    let mut read = Vec::new();
    bytes.take(SOURCE_MAX as u64 + 1).read_to_end(&mut read).map_err(cannot)?;
    if read.len() > SOURCE_MAX {
        let limit = SOURCE_MAX / 1024;
        return Err(Failure::new(Exit::Setting, format!("{name} is longer than {limit} KB")));
    }
    let wrong = |_| Failure::new(Exit::Setting, format!("{name} is not UTF-8"));
    // A byte order mark, which some editors put in front, is no word.
    let source = String::from_utf8(read).map_err(wrong)?;
    Ok((name, source.trim_start_matches('\u{feff}').replace("\r\n", "\n")))
}

fn kind_or_asked(app: &mut App, kind: Option<Kind>, usage: &str) -> Result<DeliveryKind, Failure> {
    if let Some(kind) = kind {
        return Ok(kind.into());
    }
    let missing = Missing { what: "no kind of mail is named", usage };
    ask::pick(app, "Which mail?", missing, |_| {
        Ok(DeliveryKind::ALL.into_iter().map(|kind| (kind.to_string(), kind)).collect())
    })
}

fn part_or_asked(app: &mut App, part: Option<PartArg>, usage: &str) -> Result<Part, Failure> {
    if let Some(part) = part {
        return Ok(part.into());
    }
    let missing = Missing { what: "no part of the mail is named", usage };
    ask::pick(app, "Which part of it?", missing, |_| {
        Ok(Part::ALL.into_iter().map(|part| (part.to_string(), part)).collect())
    })
}
