//! Tokens on their way in: from a hidden prompt, a file or the first line of stdin, never from the command
//! line (trust C9); and the pause after one that leads nowhere.

use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use super::app::App;
use super::exit::{Exit, Failure};
use super::input::Input;
use super::prompt::Answer;
use super::secrets;
use crate::domain::text::plain;
use crate::domain::token::{TYPED_TOKEN_MAX, Token};
use crate::ops::acceptance::AcceptanceError;
use crate::ops::{self};
use clap::{Args, ValueHint};
use zeroize::Zeroize;

/// How long is waited before a dead link is told of (trust C16), the same for every reason. What the reasons
/// differ by comes on top, and is microseconds. There is no lock-out after many: nobody guesses 256 bits, and the numbers of
/// invites are known to everybody, so it would only lock out the invitee.
const PAUSE: Duration = Duration::from_millis(500);

/// What is asked in a terminal.
const QUESTION: &str = "Token, or the whole link (it is not shown)";

/// Where a token comes from.
#[derive(Args, Clone, Debug)]
pub struct TokenArgs {
    /// Read the token, or the whole link, from this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "token_stdin")]
    token_file: Option<PathBuf>,
    /// Read the token, or the whole link, from the first line of stdin
    #[arg(long)]
    token_stdin: bool,
}

impl TokenArgs {
    /// Makes sure that there is a token to read, or somebody to ask for one.
    ///
    /// # Errors
    /// A usage error, before anything is opened.
    pub fn check(&self, app: &App, command: &str) -> Result<(), Failure> {
        if self.token_stdin || self.token_file.is_some() || app.may_ask() {
            return Ok(());
        }
        Err(Failure::usage("no token is given")
            .hinted(format!("admit {command} --token-stdin, or --token-file FILE")))
    }

    /// The token; `None` where what is there is none, which is found out like one that nobody knows.
    ///
    /// # Errors
    /// When the file cannot be read, or the person would rather not.
    pub fn read(&self, app: &mut App) -> Result<Option<Token>, Failure> {
        let typed = match &self.token_file {
            Some(path) => {
                let input = Input::open(path)?;
                read(input.bytes, &input.name)?
            }
            // Not shown: what is on a screen stays in its scrollback, and on its recordings.
            None if app.ui.can_ask() => match app.ui.ask()?.secret(QUESTION, None)? {
                Answer::Given(line) => line.take().into_bytes(),
                Answer::Declined => return Err(Failure::declined()),
            },
            // What follows the first line is another secret's.
            None => secrets::start_of_line(TYPED_TOKEN_MAX + 1)?,
        };
        Ok(Token::from_bytes(typed).ok())
    }
}

/// What is in a file, as far as a token can be in it; one byte more makes it none.
fn read(bytes: impl Read, name: &str) -> Result<Vec<u8>, Failure> {
    // Large enough never to move: a vector that grows leaves copies behind.
    let mut typed = Vec::with_capacity(TYPED_TOKEN_MAX + 64);
    let failed = |error| Failure::new(Exit::Failed, format!("{name}: {}", plain(&error)));
    match bytes.take(TYPED_TOKEN_MAX as u64 + 1).read_to_end(&mut typed) {
        Ok(_) => Ok(typed),
        Err(error) => {
            typed.zeroize();
            Err(failed(error))
        }
    }
}

/// What a link could not be used for, told after a pause where it is dead.
pub fn refused(app: &mut App, error: ops::Error) -> Failure {
    if matches!(error, ops::Error::Acceptance(AcceptanceError::DeadLink)) {
        // What was said so far is not to wait.
        let _ = app.ui.finish();
        std::thread::sleep(PAUSE);
    }
    error.into()
}
