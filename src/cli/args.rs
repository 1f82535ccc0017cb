//! Arguments that many commands share.

use std::convert::Infallible;
use std::io::{BufRead, Read};
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use super::app::App;
use super::complete;
use super::exit::{Exit, Failure};
use super::render::{Format, Output, Screen};
use super::terminal::ColorWhen;
use crate::domain::holdings::Holdings;
use crate::domain::module::ModuleName;
use crate::domain::organization::Slug;
use crate::domain::sub_account::SubAccountName;
use crate::domain::user_ref::{UserRef, UserRefError};
use crate::ops::{Mode, shell_word};

/// What every command takes.
#[derive(Args, Clone, Debug)]
pub struct GlobalArgs {
    /// Use this store instead of ADMIT_STORE or the default one
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Global options")]
    pub store: Option<PathBuf>,
    /// Act as this user instead of as the operator (ADMIT_AS)
    #[arg(long = "as", global = true, value_name = "USER", add = ArgValueCompleter::new(complete::users), help_heading = "Global options")]
    pub actor: Option<UserRef>,
    /// Work in this organization instead of the current one (ADMIT_ORG)
    #[arg(long = "org", global = true, value_name = "SLUG", add = ArgValueCompleter::new(complete::organizations), help_heading = "Global options")]
    pub organization: Option<Slug>,
    /// Write the answer in this format
    #[arg(long, global = true, value_name = "FORMAT", help_heading = "Global options")]
    pub format: Option<Format>,
    /// Show only these fields, in this order
    #[arg(
        long,
        global = true,
        value_name = "FIELD,…",
        value_delimiter = ',',
        help_heading = "Global options"
    )]
    pub fields: Option<Vec<String>>,
    /// Answer yes to every confirmation
    #[arg(long, short = 'y', global = true, help_heading = "Global options")]
    pub yes: bool,
    /// Say nothing but warnings and errors
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub quiet: bool,
    /// Colour the output
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Global options"
    )]
    pub color: ColorWhen,
}

impl GlobalArgs {
    /// The flags that say what a command is about, as they were typed.
    #[must_use]
    pub fn spoken(&self) -> Vec<(&'static str, String)> {
        let mut flags = Vec::new();
        if let Some(store) = &self.store {
            flags.push(("--store", shell_word(&store.display().to_string())));
        }
        if let Some(actor) = &self.actor {
            flags.push(("--as", shell_word(&actor.to_string())));
        }
        if let Some(organization) = &self.organization {
            flags.push(("--org", organization.to_string()));
        }
        flags
    }
}

/// What every command takes that changes something.
#[derive(Args, Clone, Copy, Debug)]
pub struct ChangeArgs {
    /// Show what would happen and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl ChangeArgs {
    /// Whether the change is meant.
    #[must_use]
    pub const fn mode(self) -> Mode {
        if self.dry_run { Mode::DryRun } else { Mode::Apply }
    }
}

/// Which kind of users (S3 "User Type").
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum UserType {
    /// With an e-mail address and a login
    Portal,
    /// With an extension and a PIN
    LoginLess,
}

/// Whether some users or addresses may what a flag says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Whether {
    /// They may
    Allowed,
    /// They may not
    Refused,
}

impl Whether {
    /// The one of these two that is meant.
    #[must_use]
    pub fn choose<T>(self, allowed: T, refused: T) -> T {
        match self {
            Self::Allowed => allowed,
            Self::Refused => refused,
        }
    }
}

/// How many users, agents or entries a page has on a terminal.
const PAGE: u32 = 50;

/// How much of a list is shown.
#[derive(Args, Clone, Copy, Debug)]
pub struct PageArgs {
    /// Show so many at most; 50 on a terminal, all elsewhere
    #[arg(long, value_name = "NUMBER", conflicts_with = "all", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Show all of them, also on a terminal
    #[arg(long)]
    all: bool,
}

impl PageArgs {
    /// So many at most. A page is for eyes; a script that asks for users gets users, not the first
    /// fifty of them.
    #[must_use]
    pub const fn limit(self, output: &Output) -> Option<u32> {
        match (self.limit, self.all, output.screen) {
            (None, false, Screen::Terminal { .. }) => Some(PAGE),
            (limit, _, _) => limit,
        }
    }
}

/// One word that names users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserArg {
    /// A user.
    User(UserRef),
    /// `-`: one a line on stdin.
    Stdin,
}

impl FromStr for UserArg {
    type Err = UserRefError;

    fn from_str(text: &str) -> Result<Self, UserRefError> {
        match text {
            "-" => Ok(Self::Stdin),
            _ => text.parse().map(Self::User),
        }
    }
}

/// Some users.
#[derive(Args, Clone, Debug)]
pub struct UsersArgs {
    /// Name users by e-mail or number (#12); `-` reads them from stdin, one a line
    #[arg(value_name = "USER", add = ArgValueCompleter::new(complete::users))]
    pub users: Vec<UserArg>,
}

impl UsersArgs {
    /// The users that are meant, each once. Asks where nobody is named and somebody can answer.
    ///
    /// # Errors
    /// When nobody is named, or a line on stdin names no user.
    pub fn resolve(&self, app: &mut App, verb: &str) -> Result<Vec<UserRef>, Failure> {
        let mut users = Vec::new();
        for word in &self.users {
            match word {
                UserArg::User(user) => users.push(user.clone()),
                UserArg::Stdin => users.extend(lines_of_stdin::<UserRef>()?),
            }
        }
        if self.users.is_empty() {
            let question = match verb.strip_suffix(" reset") {
                Some(what) => format!("Whose {what} to reset?"),
                None => format!("Whom to {verb}?"),
            };
            match app.ask_for_user(&question)? {
                Some(user) => users.push(user),
                None => {
                    return Err(Failure::usage("no user is named")
                        .hinted(format!("admit {verb} USER…, or - to read them from stdin")));
                }
            }
        }
        let mut seen = std::collections::HashSet::new();
        users.retain(|user| seen.insert(user.clone()));
        Ok(users)
    }
}

/// Modules and sub-accounts.
#[derive(Args, Clone, Debug)]
pub struct HoldingsArgs {
    /// Name this module, such as reports; can be repeated
    #[arg(
        long = "module",
        value_name = "MODULE,…",
        value_delimiter = ',',
        add = ArgValueCompleter::new(complete::grantable_modules)
    )]
    modules: Vec<ModuleName>,
    /// Name this sub-account, such as north; can be repeated
    #[arg(
        long = "sub-account",
        value_name = "SUB-ACCOUNT,…",
        value_delimiter = ',',
        add = ArgValueCompleter::new(complete::sub_accounts)
    )]
    sub_accounts: Vec<SubAccountName>,
}

impl HoldingsArgs {
    /// Those named, each once.
    #[must_use]
    pub fn named(self) -> Holdings {
        Holdings::new(self.modules, self.sub_accounts)
    }
}

/// Longest line on stdin, in bytes; an address has 254.
const LINE_MAX: u64 = 4096;

/// References on stdin, one a line; blank lines do not count.
///
/// # Errors
/// Names the line that is none.
pub fn lines_of_stdin<T>() -> Result<Vec<T>, Failure>
where
    T: FromStr<Err: std::fmt::Display>,
{
    let mut values = Vec::new();
    let mut stdin = std::io::stdin().lock();
    for number in 1.. {
        let bad =
            |reason: String| Failure::new(Exit::BadInput, format!("stdin:{number}: {reason}"));
        let mut line = Vec::new();
        let read = stdin.by_ref().take(LINE_MAX + 1).read_until(b'\n', &mut line);
        let read =
            read.map_err(|error| Failure::new(Exit::Failed, format!("stdin:{number}: {error}")))?;
        if read == 0 {
            break;
        }
        if read as u64 > LINE_MAX {
            return Err(bad(format!("is longer than {LINE_MAX} bytes")));
        }
        let line = String::from_utf8(line).map_err(|_| bad("is no UTF-8 text".to_owned()))?;
        if line.trim().is_empty() {
            continue;
        }
        // What other programs write may begin with a byte order mark.
        let line = if number == 1 { line.trim_start_matches('\u{feff}') } else { &*line };
        let value = line.trim_end_matches(['\r', '\n']).parse().map_err(|error: T::Err| {
            bad(format!("{}: {error}", crate::domain::import::quoted(line.trim())))
        })?;
        values.push(value);
    }
    Ok(values)
}

/// Takes a text as it is: what it means is decided where it is used, one by one.
pub(crate) fn as_typed(text: &str) -> Result<String, Infallible> {
    Ok(text.to_owned())
}
