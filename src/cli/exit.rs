//! The one table of exit codes, and how what went wrong becomes a message, a hint and a code.

use std::io;
use std::path::Path;

use super::prompt::PromptError;
use super::render::{RenderError, UnknownField};
use super::ui::Ui;
use crate::domain::text::plain;
use crate::files::FileError;
use crate::ops::{self, Kind, PerUser};
use crate::settings::SettingsError;
use crate::settings::trusted_file::Untrusted;
use crate::store::StoreError;

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// Refused by a rule or by the person; or the answer is no.
    No = 1,
    /// The command line is wrong.
    Usage = 2,
    /// Some rows or users failed; each is named.
    Partly = 3,
    /// The input data is bad; nothing was written.
    BadInput = 65,
    /// The input cannot be opened.
    NoInput = 66,
    /// No such user, agent, role, team, organization, invite.
    Unknown = 67,
    /// The mail server cannot be reached, or not be used as it should.
    Unreachable = 69,
    /// A bug in admit.
    Bug = 70,
    /// The system failed while committing, or a mail was sent and not answered: look before you repeat.
    OutcomeUnknown = 71,
    /// The output or the store cannot be created.
    CannotCreate = 73,
    /// Reading or writing failed.
    Failed = 74,
    /// The store is busy.
    Busy = 75,
    /// The actor may not.
    Forbidden = 77,
    /// A setting or template is wrong; the file is no store of admit's, or of a newer version.
    Setting = 78,
    /// Stopped by SIGHUP.
    HungUp = 129,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
    /// Stopped by SIGTERM.
    Terminated = 143,
}

impl Exit {
    /// The codes that a script may meet, with their meaning; the README's table.
    pub const TABLE: [(Self, &'static str); 15] = [
        (Self::Done, "done, or nothing to do"),
        (Self::No, "refused by a rule or by the person; or the answer is no"),
        (Self::Usage, "the command line is wrong"),
        (Self::Partly, "partly done: some rows, users or mails failed, each is named"),
        (Self::BadInput, "the input data is bad; nothing was written"),
        (Self::NoInput, "the input or the store cannot be opened"),
        (Self::Unknown, "no such user, agent, role, team, organization, module or sub-account"),
        (Self::Unreachable, "the mail server cannot be reached or used"),
        (Self::Bug, "a bug in admit"),
        (
            Self::OutcomeUnknown,
            "the outcome is unknown: committing failed, or a mail was not answered; check with `admit show`",
        ),
        (Self::CannotCreate, "the output or the store cannot be created"),
        (Self::Failed, "reading or writing failed: disk full, I/O error, damaged store"),
        (Self::Busy, "the store is busy; try again"),
        (Self::Forbidden, "the actor may not"),
        (Self::Setting, "a setting or template is wrong, or the file is no store of admit's"),
    ];

    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Kind> for Exit {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Refused => Self::No,
            Kind::Unknown => Self::Unknown,
            Kind::BadInput => Self::BadInput,
            Kind::NoInput => Self::NoInput,
            Kind::CannotCreate => Self::CannotCreate,
            Kind::Failed => Self::Failed,
            Kind::Busy => Self::Busy,
            Kind::Forbidden => Self::Forbidden,
            Kind::Setting => Self::Setting,
            Kind::OutcomeUnknown => Self::OutcomeUnknown,
            Kind::Interrupted => Self::Interrupted,
            Kind::Bug => Self::Bug,
        }
    }
}

/// Why a command stopped: what to say, what to hint at, how to end.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// How the command ends.
    pub exit: Exit,
    /// What to say; nothing where nobody listens any more, or where the person said no.
    pub message: Option<String>,
    /// What to do about it.
    pub hints: Vec<String>,
}

impl Failure {
    /// Says one sentence.
    pub fn new(exit: Exit, message: impl ToString) -> Self {
        Self { exit, message: Some(message.to_string()), hints: Vec::new() }
    }

    /// The command line is wrong.
    pub fn usage(message: impl ToString) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hinted(mut self, hint: impl ToString) -> Self {
        self.hints.push(hint.to_string());
        self
    }

    /// Adds the command with which a file's word counts, where one does it.
    #[must_use]
    pub fn mended_by(self, why: &Untrusted, path: &Path) -> Self {
        match why.remedy() {
            Some(remedy) => {
                let path = ops::shell_word(&path.display().to_string());
                self.hinted(format!("{remedy} {path}"))
            }
            None => self,
        }
    }

    /// Says what it is about before the sentence: the file.
    #[must_use]
    pub fn about(mut self, thing: &str) -> Self {
        self.message = self.message.map(|message| format!("{thing}: {message}"));
        self
    }

    /// Ends without a word: whoever reads the output has gone.
    const fn silent() -> Self {
        Self { exit: Exit::Done, message: None, hints: Vec::new() }
    }

    /// Ends because the person would not answer: their choice, and no error.
    #[must_use]
    pub const fn declined() -> Self {
        Self { exit: Exit::No, message: None, hints: Vec::new() }
    }

    /// Says it.
    pub fn tell(&self, ui: &mut Ui) {
        match &self.message {
            Some(message) => ui.error(message),
            None if self.exit == Exit::No => ui.status("Nothing changed."),
            None => {}
        }
        for hint in &self.hints {
            ui.hint(hint);
        }
    }
}

impl From<ops::Error> for Failure {
    fn from(error: ops::Error) -> Self {
        let failure = Self::new(error.kind().into(), &error);
        match error.hint() {
            Some(hint) => failure.hinted(hint),
            None => failure,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        ops::Error::from(error).into()
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        let failure = Self::new(Exit::Setting, &error);
        match error {
            SettingsError::NoHome => failure.hinted("name one: --store FILE or ADMIT_STORE"),
            SettingsError::Untrusted { path, why } => failure.mended_by(&why, &path),
            _ => failure,
        }
    }
}

impl From<UnknownField> for Failure {
    fn from(error: UnknownField) -> Self {
        Self::usage(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::silent(),
            _ => {
                Self::new(Exit::Failed, format!("the output cannot be written: {}", plain(&error)))
            }
        }
    }
}

impl<E: Into<Self>> From<RenderError<E>> for Failure {
    fn from(error: RenderError<E>) -> Self {
        match error {
            RenderError::Fields(error) => error.into(),
            RenderError::Output(error) => error.into(),
            RenderError::Rows(error) => error.into(),
        }
    }
}

impl From<std::convert::Infallible> for Failure {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl From<PromptError> for Failure {
    fn from(error: PromptError) -> Self {
        match error {
            PromptError::NotATerminal => Self::usage(error),
            PromptError::NothingToChoose => Self::new(Exit::No, error),
            PromptError::Interrupted => {
                Self::new(Exit::Interrupted, "interrupted; nothing was changed")
            }
            PromptError::Failed(error) => Self::new(Exit::Failed, error),
        }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        let failure = match &error {
            FileError::Read { source, .. } => {
                Self::new(Exit::Failed, format!("{error}: {}", plain(source)))
            }
            _ => Self::new(Exit::BadInput, &error),
        };
        match error.hint() {
            Some(hint) => failure.hinted(hint),
            None => failure,
        }
    }
}

/// How a command on several users ends: done, partly, or as the first refusal says.
#[must_use]
pub fn of_users<T>(users: &[PerUser<T>]) -> Exit {
    of_results(users.iter().map(|user| &user.result))
}

/// The same for a command on several things of any kind.
pub fn of_results<'a, T: 'a>(
    results: impl Iterator<Item = &'a Result<T, ops::Error>> + Clone,
) -> Exit {
    let refusals = || results.clone().filter_map(|result| result.as_ref().err());
    match refusals().next() {
        None => Exit::Done,
        Some(_) if refusals().count() < results.clone().count() => Exit::Partly,
        Some(first) => first.kind().into(),
    }
}
