//! `admit mail`: the way out for mail is tried; what mails say is looked at and put into other words.

mod preview;
mod template;
mod test;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};
use crate::domain::delivery::DeliveryKind;

/// Arguments of `mail`.
#[derive(Args, Debug)]
pub struct MailCommandArgs {
    #[command(subcommand)]
    command: MailCommand,
}

#[derive(Debug, Subcommand)]
enum MailCommand {
    /// Show the mail that a user would get; nothing is sent
    Preview(preview::PreviewArgs),
    /// Show and change the words of mails
    Template(template::MailTemplateArgs),
    /// Send a test message, and say what each step answered
    Test(test::TestArgs),
}

/// A kind of mail, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// The invitation, with its link
    Invitation,
    /// The reminder of an invitation that ends soon
    Reminder,
    /// The link to set a password, for who is active already
    SetPassword,
}

impl From<Kind> for DeliveryKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Invitation => Self::Invitation,
            Kind::Reminder => Self::Reminder,
            Kind::SetPassword => Self::SetPassword,
        }
    }
}

/// Does what was asked of mail.
pub(super) fn run(app: &mut App, args: MailCommandArgs) -> Result<Exit, Failure> {
    match args.command {
        MailCommand::Preview(args) => preview::run(app, args),
        MailCommand::Template(args) => template::run(app, args),
        MailCommand::Test(args) => test::run(app, args),
    }
}
