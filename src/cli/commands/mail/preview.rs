//! `admit mail preview`: the mail that a user would get, without sending anything.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use super::Kind;
use crate::cli::app::App;
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output_file::OutputFile;
use crate::cli::render::{Field, Format, Shape, Value};
use crate::domain::email::EmailAddress;
use crate::domain::organization::Organization;
use crate::domain::text::escape;
use crate::domain::user_ref::UserRef;
use crate::ops::wordings::{self, Preview, PreviewRequest};
use crate::store::Store;

/// Arguments of `mail preview`.
#[derive(Args, Debug)]
pub(super) struct PreviewArgs {
    /// Show the mail to this user, named by e-mail or number (#12)
    #[arg(value_name = "USER", add = ArgValueCompleter::new(complete::users))]
    user: Option<UserRef>,
    /// Show this kind of mail instead of what the user would get next
    #[arg(long, value_name = "KIND")]
    kind: Option<Kind>,
    /// Write the HTML part to this file, to open it in a browser
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    html: Option<PathBuf>,
}

struct View {
    preview: Preview,
    sender: Option<EmailAddress>,
}

static SHAPE: Shape<View> = Shape {
    fields: &[
        Field::new("kind", "Kind", |view| Value::text(view.preview.kind.as_str())),
        Field::new("from", "From", |view| view.sender.as_ref().map(EmailAddress::as_normal).into()),
        Field::new("from_name", "In the name of", |view| {
            Value::text(view.preview.organization.name.as_str())
        }),
        Field::new("to", "To", |view| Value::text(view.preview.facts.recipient.as_normal())),
        Field::new("subject", "Subject", |view| {
            Value::text(view.preview.rendered.subject.as_str())
        }),
        Field::new("text", "Text", |view| Value::text(view.preview.rendered.text.as_str())),
        Field::new("html", "HTML", |view| Value::text(view.preview.rendered.html.as_str())),
    ],
    reference: |view| view.preview.facts.recipient.to_string(),
};

/// Shows a mail, or writes its HTML part to a file.
pub(super) fn run(app: &mut App, args: PreviewArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&SHAPE)?;
    let user = match args.user {
        Some(user) => user,
        None => app
            .ask_for_user("Whose mail to show?")?
            .ok_or_else(|| Failure::usage("no user is named").hinted("admit mail preview USER"))?,
    };
    let request = PreviewRequest { user, kind: args.kind.map(Into::into) };
    let context = app.asking();
    let mut store = app.store()?;
    let portal = |organization: &Organization| app.portal(organization);
    let preview = wordings::preview(&mut store, &context, &request, portal)?;
    let protected = Store::files(store.path());
    drop(store);
    let sender = app.sender(&preview.organization).ok();
    let view = View { preview, sender };
    if let Some(path) = &args.html {
        write_html(path, &protected, &view)?;
        app.ui.status(format!("Wrote the HTML part to {}; nothing was sent.", path.display()));
    }
    if app.format().is_some() {
        output.one(app.ui.out(), &SHAPE, &view)?;
    } else if args.html.is_none() {
        app.ui.out().write_all(readable(&view).as_bytes())?;
        app.ui.status("This is a preview: nothing was sent, and its link never works.");
    }
    Ok(Exit::Done)
}

fn write_html(path: &Path, protected: &[PathBuf], view: &View) -> Result<(), Failure> {
    let mut file = OutputFile::begin(path, protected)?;
    let html = view.preview.rendered.html.as_bytes();
    file.write_all(html).map_err(|error| OutputFile::failure(path, &error))?;
    file.flush().map_err(|error| OutputFile::failure(path, &error))?;
    file.publish()
}

/// As a mail program shows it.
fn readable(view: &View) -> String {
    let Preview { organization, facts, rendered, .. } = &view.preview;
    let from = match &view.sender {
        Some(sender) => format!("<{}>", sender.as_normal()),
        None => "(no sender set)".to_owned(),
    };
    let mut text = format!(
        "From: {} {from}\nTo: {}\nSubject: {}\n\n",
        escape(organization.name.as_str()),
        facts.recipient.as_normal(),
        rendered.subject
    );
    for line in rendered.text.lines() {
        text.push_str(&escape(line));
        text.push('\n');
    }
    text
}
