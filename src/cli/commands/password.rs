//! `admit password`: who forgot theirs gets a link to set a new one.

use clap::{Args, Subcommand};

use crate::cli::app::App;
use crate::cli::args::{ChangeArgs, UsersArgs};
use crate::cli::exit::{Exit, Failure};
use crate::cli::mailer::MailArgs;
use crate::cli::mailing::Mailing;
use crate::cli::render::Format;
use crate::cli::report::{self, Words};
use crate::cli::views::{self, LINKS};
use crate::domain::lifetime::Lifetime;
use crate::ops::accounts;
use crate::ops::invites::Terms;
use crate::random::SystemEntropy;

/// Arguments of `password`.
#[derive(Args, Debug)]
pub struct PasswordArgs {
    #[command(subcommand)]
    command: PasswordCommand,
}

#[derive(Debug, Subcommand)]
enum PasswordCommand {
    /// Mail or print links with which active users set a new password
    ///
    /// The old password works until a new one is set. Nobody but its owner ever knows or chooses a password.
    Reset(ResetArgs),
}

#[derive(Args, Debug)]
struct ResetArgs {
    #[command(flatten)]
    users: UsersArgs,
    /// Let the links live this long, from 1h to 365d
    #[arg(long, value_name = "TIME")]
    expires_in: Option<Lifetime>,
    #[command(flatten)]
    mail: MailArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Makes links to set passwords.
pub(super) fn run(app: &mut App, args: PasswordArgs) -> Result<Exit, Failure> {
    let PasswordCommand::Reset(args) = args.command;
    app.output(Format::Table).check(&LINKS)?;
    let mut mailing = Mailing::open(app, &args.mail, None)?;
    let users = args.users.resolve(app, "password reset")?;
    let mode = args.change.mode();
    let context = app.context(mode);
    let mut store = app.store()?;
    let terms = Terms { lifetime: args.expires_in, outlet: mailing.outlet() };
    let outcome = accounts::reset(&mut store, &context, &mut SystemEntropy, &users, &terms)?;
    let posted = mailing.deliver_links(app, &mut store, &context, &outcome);
    let portal = app.portal(&outcome.organization);
    let rows = views::changes(&outcome, |sent| {
        views::sent(sent, portal.as_ref(), &posted, "link to set a password")
    });
    let words = Words { did: "Let", one: "person set a password", many: "people set a password" };
    let ended = report::outcome(app, &outcome, &LINKS, rows, words, mode)?;
    Ok(posted.tell(app, ended))
}
