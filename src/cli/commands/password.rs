//! `admit password`: who forgot theirs gets a link to set a new one.

use clap::{Args, Subcommand};

use super::resend::{Renewal, RenewalArgs, renew};
use crate::cli::app::App;
use crate::cli::exit::{Exit, Failure};
use crate::cli::report::Words;
use crate::ops::accounts;

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
    Reset(RenewalArgs),
}

/// Makes links to set passwords.
pub(super) fn run(app: &mut App, args: PasswordArgs) -> Result<Exit, Failure> {
    let PasswordCommand::Reset(args) = args.command;
    let words = Words { did: "Let", one: "person set a password", many: "people set a password" };
    let renewal = Renewal {
        verb: "password reset",
        make: accounts::reset,
        result: |_, _, _| "link to set a password",
        words,
    };
    renew(app, args, renewal)
}
