//! `admit pin`: users without a login get new PINs, and a PIN is tried.

use std::collections::HashMap;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, UserArg, UsersArgs};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::pins;
use crate::cli::render::{Field, Format, Shape, Tone, Value};
use crate::cli::report::{self, Words};
use crate::cli::secrets::Asking;
use crate::cli::views::phones::{PhoneView, RESETS};
use crate::domain::phone::Throttle;
use crate::domain::pin::HashedPin;
use crate::domain::time::{Timestamp, to_human};
use crate::domain::user_ref::UserRef;
use crate::ops::phones::{self, PinTried, PinVerdict};
use crate::ops::{Mode, shell_word};

/// Arguments of `pin`.
#[derive(Args, Debug)]
pub struct PinArgs {
    #[command(subcommand)]
    command: PinCommand,
}

#[derive(Debug, Subcommand)]
enum PinCommand {
    /// Give users without a login new PINs
    Reset {
        #[command(flatten)]
        users: UsersArgs,
        /// Take the PIN from the first line of stdin instead of drawing one; for one user only
        #[arg(long)]
        pin_stdin: bool,
        #[command(flatten)]
        change: ChangeArgs,
    },
    /// Try a PIN: exit 0 where it is right, 1 where it is not
    ///
    /// The PIN is read from the first line of stdin, or asked for in a terminal. After five wrong ones in a
    /// row one waits a quarter of an hour before each more; after a hundred there must be a new PIN.
    Verify {
        /// Try the PIN of this user, by number (#12) or extension (ext:1001)
        #[arg(value_name = "USER", add = ArgValueCompleter::new(complete::users))]
        user: Option<UserRef>,
    },
}

static TRIES: Shape<PinTried> = Shape {
    fields: &[
        Field::new("user", "User", |tried| Value::Text(tried.user.reference().to_string().into())),
        Field::new("right", "Right", |tried| Value::Truth(tried.verdict == PinVerdict::Right)),
        Field::new("reason", "Reason", |tried| reason(&tried.verdict).into()),
        Field::new("next_try_at", "Next try", |tried| next_try(tried).into()),
        Field::on_request("organization", "Organization", |tried| {
            Value::text(tried.organization.slug.as_str())
        }),
    ],
    reference: |tried| tried.user.reference().to_string(),
};

/// Resets or tries PINs.
pub(super) fn run(app: &mut App, args: PinArgs) -> Result<Exit, Failure> {
    match args.command {
        PinCommand::Reset { users, pin_stdin, change } => {
            let source = if pin_stdin { PinSource::Stdin } else { PinSource::Drawn };
            reset(app, &users, source, change.mode())
        }
        PinCommand::Verify { user } => verify(app, user),
    }
}

/// Where a new PIN is from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PinSource {
    Stdin,
    Drawn,
}

fn reset(app: &mut App, named: &UsersArgs, source: PinSource, mode: Mode) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&RESETS)?;
    let several = named.users.len() > 1 || named.users.contains(&UserArg::Stdin);
    if source == PinSource::Stdin && several {
        return Err(Failure::usage(
            "--pin-stdin is for one user, who is named on the command line",
        ));
    }
    if source == PinSource::Drawn {
        pins::check_seen(&output, named.users.len().max(1))?;
    }
    let users = named.resolve(app, "pin reset")?;
    let mut store = app.store()?;
    let extensions = phones::extensions_for_reset(&mut store, &app.context(mode), &users)?;
    let given = match source {
        PinSource::Stdin => Some(pins::given(app)?),
        PinSource::Drawn => None,
    };
    let unhashed = extensions
        .iter()
        .map(|(_, extension)| pins::given_or_drawn(given.as_ref(), extension))
        .collect::<Result<Vec<_>, _>>()?;
    let hashed = pins::hash(app, unhashed)?;
    let pins: HashMap<_, HashedPin> =
        extensions.into_iter().map(|(user, _)| user).zip(hashed).collect();
    let outcome = phones::reset(&mut store, &app.context(mode), &users, &pins)?;
    let rows = report::phones(&outcome, |done| PhoneView {
        name: done.user.name.as_ref().map(ToString::to_string),
        result: "new PIN".to_owned(),
        tone: Some(Tone::Good),
        extension: Some(done.extension.to_string()),
        pin: pins
            .get(&done.user.id)
            .and_then(HashedPin::to_tell)
            .filter(|_| mode == Mode::Apply)
            .cloned(),
        ..PhoneView::default()
    });
    let words = Words { did: "Reset the PIN of", one: "user", many: "users" };
    report::phones_outcome(app, &outcome, &RESETS, rows, words, mode)
}

fn verify(app: &mut App, user: Option<UserRef>) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&TRIES)?;
    let user = match user {
        Some(user) => user,
        None => app
            .ask_for_user("Whose PIN to try?")?
            .ok_or_else(|| Failure::usage("no user is named").hinted("admit pin verify USER"))?,
    };
    let mut store = app.store()?;
    let typed = pins::typed(app, Asking::Known)?;
    let tried = phones::verify(&mut store, &app.asking(), &user, &typed)?;
    output.one(app.ui.out(), &TRIES, &tried)?;
    if tried.verdict == PinVerdict::Throttled(Throttle::UntilReset) {
        let user = shell_word(&tried.user.reference().to_string());
        app.ui.hint(format!("give a new one: admit pin reset {user}"));
    }
    Ok(match tried.verdict {
        PinVerdict::Right => Exit::Done,
        _ => Exit::No,
    })
}

fn reason(verdict: &PinVerdict) -> Option<String> {
    Some(match verdict {
        PinVerdict::Right => return None,
        PinVerdict::Wrong => "wrong PIN".to_owned(),
        PinVerdict::Throttled(Throttle::Until(end)) => {
            format!("not tried: too many wrong PINs; wait until {}", to_human(*end))
        }
        PinVerdict::Throttled(_) => {
            "not tried: too many wrong PINs; there must be a new one".to_owned()
        }
        PinVerdict::NotActive(standing) => format!("not tried: the user is {standing}"),
    })
}

fn next_try(tried: &PinTried) -> Option<Timestamp> {
    match tried.verdict {
        PinVerdict::Throttled(Throttle::Until(end)) => Some(end),
        _ => None,
    }
}
