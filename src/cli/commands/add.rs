//! `admit add`: somebody without a login gets an extension and a PIN (S3 "No Portal Access").

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::ask::{self, Missing};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::pins;
use crate::cli::render::{Format, Tone};
use crate::cli::report::{self, Words};
use crate::cli::views::phones::{ADDED, PhoneView};
use crate::domain::extension::Extension;
use crate::domain::name::PersonName;
use crate::domain::pin::Pin;
use crate::domain::role::RoleName;
use crate::domain::team::TeamName;
use crate::ops::Mode;
use crate::ops::phones::{self, AddRequest};

/// Arguments of `add`.
#[derive(Args, Debug)]
pub struct AddArgs {
    /// Call the person or the phone this
    #[arg(value_name = "NAME")]
    name: Option<PersonName>,
    /// Give this extension, such as 1001
    #[arg(long, short, value_name = "EXTENSION")]
    extension: Option<Extension>,
    /// Give this role instead of the organization's default
    #[arg(long, short, value_name = "ROLE", add = ArgValueCompleter::new(complete::roles))]
    role: Option<RoleName>,
    /// Put into this team
    #[arg(long, short, value_name = "TEAM", add = ArgValueCompleter::new(complete::teams))]
    team: Option<TeamName>,
    /// Take the PIN from the first line of stdin instead of drawing one
    #[arg(long)]
    pin_stdin: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Adds somebody.
pub(super) fn run(app: &mut App, args: AddArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&ADDED)?;
    let mode = args.change.mode();
    if !args.pin_stdin && mode == Mode::Apply {
        pins::check_seen(&output, 1)?;
    }
    let usage = "admit add NAME --extension 1001";
    let missing = Missing { what: "no name is given", usage };
    let name = ask::text(app, args.name, "Whom to add? Name", missing)?;
    let missing = Missing { what: "no extension is given", usage };
    let extension = ask::text(app, args.extension, "Which extension?", missing)?;
    let mut store = app.store()?;
    let given: Option<Pin> = if args.pin_stdin { Some(pins::given(app)?) } else { None };
    let unhashed = pins::given_or_drawn(given.as_ref(), &extension)?;
    let Some(pin) = pins::hash(app, vec![unhashed])?.pop() else {
        return Err(Failure::new(Exit::Bug, "no PIN was made"));
    };
    let request = AddRequest { name, extension, role: args.role, team: args.team, pin };
    let outcome = phones::add(&mut store, &app.context(mode), &request)?;
    let rows = report::phones(&outcome, |added| PhoneView {
        // The number would be another one by the time it is meant.
        user: match mode {
            Mode::Apply => added.user.to_string(),
            Mode::DryRun => format!("ext:{}", request.extension),
        },
        name: Some(request.name.to_string()),
        result: "added".to_owned(),
        tone: Some(Tone::Good),
        extension: Some(request.extension.to_string()),
        role: Some(added.role.to_string()),
        team: added.team.as_ref().map(ToString::to_string),
        pin: request.pin.to_tell().filter(|_| mode == Mode::Apply).cloned(),
        ..PhoneView::default()
    });
    let words = Words { did: "Added", one: "user without a login", many: "users without a login" };
    report::phones_outcome(app, &outcome, &ADDED, rows, words, mode)
}
