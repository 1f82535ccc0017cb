//! `admit accept`: whoever was invited comes in with the token in their link (rules 12 and 13).

use clap::Args;

use crate::cli::app::App;
use crate::cli::args::ChangeArgs;
use crate::cli::confirm::{self, Consent};
use crate::cli::exit::{Exit, Failure};
use crate::cli::prompt::Answer;
use crate::cli::render::Format;
use crate::cli::report;
use crate::cli::secrets::{self, Asking, SecretSource};
use crate::cli::tokens::{self, TokenArgs};
use crate::cli::views::offers::{self, ACCEPTED, OfferView};
use crate::domain::invite::Purpose;
use crate::domain::name::PersonName;
use crate::domain::password::TypedPassword;
use crate::ops::acceptance::{self, Acceptance, AcceptanceError, Credential, Offer};
use crate::ops::{self, Mode};
use crate::random::SystemEntropy;

/// How often somebody may choose a password that is none to use before it is given up.
const CHOICES: usize = 5;

/// Arguments of `accept`.
#[derive(Args, Debug)]
pub struct AcceptArgs {
    #[command(flatten)]
    token: TokenArgs,
    /// Read the password from stdin: its first line, or the second where the token is the first
    #[arg(long)]
    password_stdin: bool,
    /// Take this for the person's name instead of the one that is known
    #[arg(long, value_name = "NAME")]
    name: Option<PersonName>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Accepts an invite, or sets a password.
pub(super) fn run(app: &mut App, args: AcceptArgs) -> Result<Exit, Failure> {
    let output = app.output(Format::Table);
    output.check(&ACCEPTED)?;
    args.token.check(app, "accept")?;
    let mode = args.change.mode();
    let mut store = app.store()?;
    let token = args.token.read(app)?;
    let seen = acceptance::look(&mut store, &app.context(mode), token.as_ref());
    let seen = seen.map_err(|error| tokens::refused(app, error))?;
    // A portal shows the offer before it asks for anything.
    let offer = if mode == Mode::DryRun && !args.password_stdin {
        seen
    } else {
        let Some(given) = answer(app, &args, &seen)? else {
            return Ok(confirm::nothing_changed(app));
        };
        let (context, entropy) = (app.context(mode), &mut SystemEntropy);
        let accepted = acceptance::accept(&mut store, &context, entropy, token.as_ref(), &given);
        accepted.map_err(|error| tokens::refused(app, error))?
    };
    let result = match offer.purpose {
        Purpose::Join => "joined",
        Purpose::SetPassword => "password set",
    };
    let view = OfferView { offer, result };
    output.one(app.ui.out(), &ACCEPTED, &view)?;
    tell(app, &view.offer, mode);
    Ok(Exit::Done)
}

/// What the offer asks for; nothing where the person would rather not.
fn answer(app: &mut App, args: &AcceptArgs, offer: &Offer) -> Result<Option<Acceptance>, Failure> {
    let asks_password = offer.credential != Credential::SignOn;
    if asks_password && !args.password_stdin && !app.may_ask() {
        return Err(Failure::usage("no password is given").hinted(
            "give it on stdin: --password-stdin; with --token-stdin it is the line behind the token's",
        ));
    }
    if app.may_ask() {
        app.ui.status(offers::sentence(offer));
    }
    let consents = matches!(offer.credential, Credential::Own | Credential::SignOn);
    if consents && args.change.mode() == Mode::Apply && consent(app, offer)? == Consent::Withheld {
        return Ok(None);
    }
    let name = match &args.name {
        None if !consents || offer.user.name.is_none() => ask_for_name(app, offer)?,
        given => given.clone(),
    };
    let password = match offer.credential {
        Credential::New | Credential::Replaced => Some(choose_password(app, offer, name.as_ref())?),
        Credential::Own => Some(own_password(app, offer)?),
        Credential::SignOn => None,
    };
    Ok(Some(Acceptance { name, password }))
}

/// Who has an account already joins with a yes alone, so the yes must be meant.
fn consent(app: &mut App, offer: &Offer) -> Result<Consent, Failure> {
    let (place, role) = (offers::organization(offer), &offer.role_title);
    confirm::deed(app, &format!("Join {place} as {role}?"), &format!("joining {place}"))
}

fn ask_for_name(app: &mut App, offer: &Offer) -> Result<Option<PersonName>, Failure> {
    if !app.may_ask() {
        return Ok(None);
    }
    let question = match &offer.user.name {
        Some(name) => format!("Your name; Enter keeps {name}"),
        None => "Your name; Enter leaves it out".to_owned(),
    };
    let check = |typed: &str| {
        typed.parse::<PersonName>().map(drop).map_err(|error| format!("the name {error}"))
    };
    match app.ui.ask()?.text(&question, check)? {
        Answer::Given(name) => name.parse().map(Some).map_err(Failure::usage),
        Answer::Declined => Ok(None),
    }
}

/// A password that can be used, where somebody can be asked for a better one; elsewhere what stdin says.
fn choose_password(
    app: &mut App,
    offer: &Offer,
    name: Option<&PersonName>,
) -> Result<TypedPassword, Failure> {
    if !app.ui.can_ask() {
        return secrets::password(app, SecretSource::Stdin, Asking::New);
    }
    let minimum = offer.password_minimum;
    let question = format!("Choose a password, {minimum} characters or more");
    secrets::chosen(app, &question, CHOICES, |typed| match offer.read_password(name, typed) {
        Ok(_) => Ok(()),
        Err(error) => Err(ops::Error::from(AcceptanceError::from(error))),
    })
}

/// The password of the account that there is.
fn own_password(app: &mut App, offer: &Offer) -> Result<TypedPassword, Failure> {
    if !app.ui.can_ask() {
        return secrets::password(app, SecretSource::Stdin, Asking::Known);
    }
    let question = format!("The password of your account {}", offer.email);
    Ok(TypedPassword::new(secrets::prompted(app, &question, Asking::Known)?.take()))
}

/// Says what was done, and how to go on.
fn tell(app: &mut App, offer: &Offer, mode: Mode) {
    let (email, place) = (&offer.email, offers::organization(offer));
    let (role, would) = (&offer.role_title, report::would(mode));
    app.ui.status(match offer.purpose {
        Purpose::Join => format!("{would}{email} joined {place} as {role}."),
        Purpose::SetPassword => format!("{would}{email} has a password, and is {role} in {place}."),
    });
    if offer.credential == Credential::SignOn && mode != Mode::DryRun {
        let place = format!("the single sign-on of {place}");
        app.ui.hint(format!("log in through {place}; no password is set here"));
    }
}
