//! Secrets on their way in: a line of stdin, or a hidden prompt; never the command line and never the
//! environment (trust C9, D10). What kind of secret it is, its own type says: `pins` and `login` read one.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::fd::AsFd;

use zeroize::Zeroize;

use super::app::App;
use super::exit::{Exit, Failure};
use super::prompt::{Answer, Unseen};
use crate::domain::password::{PasswordError, TypedPassword};
use crate::domain::text::plain;

/// Longest line that is read, in bytes: a password in any spelling has room (NFD is three times as long).
const LINE_MAX: usize = 8 * 1024;

/// What is asked once a password is fine.
const AGAIN: &str = "The same again";

/// What a secret is asked for in a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// It is to be set: twice.
    New,
    /// It is to be tried: once.
    Known,
}

/// Where a secret comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// A hidden prompt.
    Prompt,
    /// The next line of stdin.
    Stdin,
}

impl SecretSource {
    /// The prompt where somebody can answer, else stdin where `flag` says so: `--password-stdin`.
    ///
    /// # Errors
    /// A usage error where it is neither: nothing waits for input that cannot come.
    pub fn choose(
        app: &App,
        flag: Option<&'static str>,
        missing: &'static str,
        usage: &'static str,
    ) -> Result<Self, Failure> {
        match flag {
            // Also with --yes, which answers no question for a secret: a line that is typed would be shown.
            Some(_) if app.ui.can_ask() => Ok(Self::Prompt),
            None if app.may_ask() => Ok(Self::Prompt),
            Some(_) => Ok(Self::Stdin),
            None => Err(Failure::usage(missing).hinted(usage)),
        }
    }
}

/// The next line of stdin, with its line end; empty where there is none. What follows it stays there, to be
/// read next.
///
/// # Errors
/// Exit 65 where the line is longer than any secret, 74 where stdin fails.
pub fn line_of_stdin() -> Result<Vec<u8>, Failure> {
    let mut line = start_of_line(LINE_MAX + 1)?;
    if line.len() <= LINE_MAX {
        return Ok(line);
    }
    line.zeroize();
    Err(Failure::new(Exit::BadInput, format!("stdin: a line is longer than {LINE_MAX} bytes")))
}

/// As much of the next line of stdin as is asked for, its line end included.
///
/// # Errors
/// Exit 74 where stdin fails.
pub(super) fn start_of_line(most: usize) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| Failure::new(Exit::Failed, format!("stdin: {}", plain(&error)));
    // Byte by byte, and past the standard library's buffer: nothing wipes that, and it would hold the secrets
    // on the lines behind as well.
    let stdin = io::stdin().as_fd().try_clone_to_owned().map_err(failed)?;
    // Large enough never to move: a vector that grows leaves copies behind.
    let mut line = Vec::with_capacity(most + 1);
    let mut stdin = BufReader::with_capacity(1, File::from(stdin)).take(most as u64);
    match stdin.read_until(b'\n', &mut line) {
        Ok(_) => Ok(line),
        Err(error) => {
            line.zeroize();
            Err(failed(error))
        }
    }
}

/// A line from a hidden prompt: `PIN`, and `PIN again` where it is new.
///
/// # Errors
/// Where nobody can answer, or the person declines by an empty line.
pub fn prompted(app: &mut App, what: &str, asking: Asking) -> Result<Unseen, Failure> {
    let again = match asking {
        Asking::New => Some(format!("{what} again")),
        Asking::Known => None,
    };
    match app.ui.ask()?.secret(what, again.as_deref())? {
        Answer::Given(line) => Ok(line),
        Answer::Declined => Err(Failure::declined()),
    }
}

/// A password that is to be set, from a hidden prompt: asked for until there is nothing against it, so many
/// times at most, and then once more.
///
/// # Errors
/// What is against the last one; and where nobody can answer, or the person declines by an empty line.
pub fn chosen<E>(
    app: &mut App,
    question: &str,
    tries: usize,
    check: impl Fn(&TypedPassword) -> Result<(), E>,
) -> Result<TypedPassword, Failure>
where
    E: Display + Into<Failure>,
{
    for left in (0..tries).rev() {
        let line = prompted(app, question, Asking::Known)?;
        let typed = TypedPassword::new(line.copy());
        match check(&typed) {
            Err(error) if left == 0 => return Err(error.into()),
            Err(error) => app.ui.warning(error),
            Ok(()) if line == prompted(app, AGAIN, Asking::Known)? => return Ok(typed),
            Ok(()) => app.ui.warning("the two differ"),
        }
    }
    Err(Failure::new(Exit::BadInput, "the two passwords differ"))
}

/// A password, as somebody typed it.
///
/// # Errors
/// Exit 65 where stdin has none, or no text; see also [`prompted`].
pub fn password(
    app: &mut App,
    source: SecretSource,
    asking: Asking,
) -> Result<TypedPassword, Failure> {
    match source {
        SecretSource::Prompt => Ok(TypedPassword::new(prompted(app, "Password", asking)?.take())),
        SecretSource::Stdin => {
            let typed = TypedPassword::from_bytes(line_of_stdin()?).map_err(bad_password)?;
            match typed.is_empty() {
                true => Err(bad_password(PasswordError::Missing)),
                false => Ok(typed),
            }
        }
    }
}

fn bad_password(error: PasswordError) -> Failure {
    Failure::new(Exit::BadInput, format!("stdin: the password {error}"))
}
