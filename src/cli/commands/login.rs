//! `admit login`: may this person in? The question of a portal, and the record of the last login (rules 13
//! and 20).

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::app::App;
use crate::cli::ask::{self, Missing};
use crate::cli::complete;
use crate::cli::exit::{Exit, Failure};
use crate::cli::render::{Field, Format, Shape, Tone, Value};
use crate::cli::secrets::{self, Asking, SecretSource};
use crate::domain::account::WaitingInvite;
use crate::domain::email::EmailAddress;
use crate::domain::name::PersonName;
use crate::domain::time::to_human;
use crate::ops::accounts::{self, LoggedIn, LoginTried};
use crate::random::SystemEntropy;

/// Arguments of `login`.
#[derive(Args, Debug)]
#[command(
    after_help = "Too many wrong passwords in a row make one wait: five are free, then it is a second, \
two, four, up to a quarter of an hour. The answer is the same no."
)]
pub struct LoginArgs {
    /// Let in whoever has this address
    #[arg(value_name = "EMAIL", add = ArgValueCompleter::new(complete::users))]
    email: Option<EmailAddress>,
    /// Take the password from the first line of stdin instead of asking for it
    #[arg(long, conflicts_with = "sso")]
    password_stdin: bool,
    /// Record a login that was made elsewhere, through the organization's single sign-on; for the operator
    #[arg(long)]
    sso: bool,
}

static SHAPE: Shape<LoginTried> = Shape {
    fields: &[
        Field::new("allowed", "Answer", |tried| match tried.person {
            Some(_) => Value::Judged(true, "yes".into()),
            None => Value::Judged(false, "no".into()),
        }),
        Field::new("user", "User", |tried| reference(tried).into()),
        Field::new("id", "Number", |tried| {
            person(tried).map(|it| Value::Number(it.user.id.get())).into()
        }),
        Field::new("name", "Name", |tried| {
            person(tried).and_then(|it| it.user.name.as_ref()).map(PersonName::as_str).into()
        }),
        Field::new("role", "Role", |tried| match person(tried) {
            Some(it) => Value::Phrased {
                tone: Tone::Quiet,
                word: it.role.name.as_str().into(),
                phrase: it.role.title.as_str().into(),
            },
            None => Value::Nothing,
        }),
        Field::new("role_title", "Role's title", |tried| {
            person(tried).map(|it| it.role.title.as_str()).into()
        }),
        Field::new("team", "Team", |tried| {
            person(tried).and_then(|it| it.user.team.as_ref()).map(|team| team.name.as_str()).into()
        }),
        Field::new("organization", "Organization", |tried| {
            Value::text(tried.organization.slug.as_str())
        }),
        Field::new("organization_name", "Organization's name", |tried| {
            Value::text(tried.organization.name.as_str())
        }),
        Field::new("previous_login_at", "Last login before", |tried| {
            person(tried).and_then(LoggedIn::previous_login_at).into()
        }),
        Field::new("waiting", "Waiting invites", |tried| {
            Value::many(person(tried).into_iter().flat_map(|it| &it.waiting).map(waiting))
        }),
    ],
    reference,
};

/// What a person reads; the rest is for scripts.
const TOLD: [&str; 7] =
    ["allowed", "user", "name", "role", "team", "organization", "previous_login_at"];
/// And where the answer is no.
const REFUSED: [&str; 3] = ["allowed", "user", "organization"];

/// The user as lists name them; where the answer is no, the address as it was typed.
fn reference(tried: &LoginTried) -> String {
    match person(tried) {
        Some(it) => it.user.reference().to_string(),
        None => tried.email.to_string(),
    }
}

fn person(tried: &LoginTried) -> Option<&LoggedIn> {
    tried.person.as_deref()
}

fn waiting(invite: &WaitingInvite) -> Value<'_> {
    Value::Record(vec![
        ("organization", Value::text(invite.organization.as_str())),
        ("organization_name", Value::text(invite.organization_name.as_str())),
        ("role", Value::text(invite.role.as_str())),
        ("role_title", Value::text(&invite.role_title)),
        ("inviter", invite.inviter.as_ref().map(EmailAddress::as_typed).into()),
        ("inviter_name", invite.inviter_name.as_ref().map(PersonName::as_str).into()),
        ("invited_at", invite.invited_at.into()),
        ("expires_at", invite.expires_at.into()),
    ])
}

/// `An invite to Lab (lab) as Agent waits until 2026-12-06 09:00 UTC, from Ann Lee <ann@example.com>.`
fn sentence(invite: &WaitingInvite) -> String {
    let from = match (&invite.inviter_name, &invite.inviter) {
        (Some(name), Some(email)) => format!(", from {name} <{email}>"),
        (None, Some(email)) => format!(", from {email}"),
        _ => String::new(),
    };
    let WaitingInvite { organization, organization_name, role_title, expires_at, .. } = invite;
    let until = to_human(*expires_at);
    format!(
        "An invite to {organization_name} ({organization}) as {role_title} waits until {until}{from}."
    )
}

/// Answers.
pub(super) fn run(app: &mut App, args: LoginArgs) -> Result<Exit, Failure> {
    let mut output = app.output(Format::Table);
    output.check(&SHAPE)?;
    let usage = "admit login EMAIL --password-stdin < FILE, or --sso";
    let missing = Missing { what: "no address is named", usage };
    let email = ask::text(app, args.email, "Who logs in? Address", missing)?;
    let tried = if args.sso {
        accounts::login_sso(&mut app.store()?, &app.asking(), &email)?
    } else {
        let flag = args.password_stdin.then_some("--password-stdin");
        let source = SecretSource::choose(app, flag, "the password is missing", usage)?;
        let mut store = app.store()?;
        let typed = secrets::password(app, source, Asking::Known)?;
        accounts::login(&mut store, &app.asking(), &email, &typed, &mut SystemEntropy)?
    };
    let exit = if tried.person.is_some() { Exit::Done } else { Exit::No };
    let is_told = output.format == Format::Table && output.fields.is_none();
    if is_told {
        let fields = if exit == Exit::Done { &TOLD[..] } else { &REFUSED[..] };
        output.fields = Some(fields.iter().map(|field| (*field).to_owned()).collect());
    }
    // References feed another command, so there is none where the answer is no.
    if output.format != Format::Ids || exit == Exit::Done {
        output.one(app.ui.out(), &SHAPE, &tried)?;
    }
    match person(&tried) {
        None => {
            app.ui.status(format!("{email} may not log in to {}.", tried.organization.slug));
        }
        Some(person) if is_told => {
            for invite in &person.waiting {
                app.ui.status(sentence(invite));
            }
        }
        Some(_) => {}
    }
    Ok(exit)
}
