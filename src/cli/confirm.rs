//! Asking before something that cannot be taken back. No transaction is open meanwhile.

use super::app::App;
use super::exit::{Exit, Failure};
use super::prompt::Decision;
use super::report::counted;
use crate::domain::user_ref::UserRef;

/// How many users a question names before it counts the rest.
const NAMED: usize = 5;

/// What wants a confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grave {
    /// Taking several people's access away.
    Deactivate,
    /// Deleting.
    Remove,
}

impl Grave {
    const fn asking(self) -> &'static str {
        match self {
            Self::Deactivate => "Deactivate",
            Self::Remove => "Remove for good",
        }
    }

    const fn doing(self) -> &'static str {
        match self {
            Self::Deactivate => "deactivating",
            Self::Remove => "removing",
        }
    }
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Yes.
    Given,
    /// No.
    Withheld,
}

/// Asks whether to do something to these users; `--yes` has answered already, and to nobody it may be
/// done.
///
/// # Errors
/// A usage error where nobody can answer.
pub fn users(app: &mut App, action: Grave, users: &[UserRef]) -> Result<Consent, Failure> {
    if users.is_empty() {
        return Ok(Consent::Given);
    }
    let mut names: Vec<String> = users.iter().take(NAMED).map(ToString::to_string).collect();
    if users.len() > NAMED {
        names.push(format!("{} more", users.len() - NAMED));
    }
    let question = format!("{}: {}?", action.asking(), names.join(", "));
    let whom = counted(users.len() as u64, "user", "users");
    deed(app, &question, &format!("{} {whom}", action.doing()))
}

/// Asks whether something may go that users have; where none has it, it may.
///
/// # Errors
/// As [`deed`].
pub fn loss(app: &mut App, going: &[(String, u64)], doing: &str) -> Result<Consent, Failure> {
    let held = going.iter().filter(|(_, users)| *users > 0);
    let held = held.map(|(name, users)| format!("{name} ({})", counted(*users, "user", "users")));
    let held: Vec<String> = held.collect();
    if held.is_empty() {
        return Ok(Consent::Given);
    }
    let question = format!("Remove also from whom it was granted to: {}?", held.join(", "));
    deed(app, &question, doing)
}

/// Asks whether to do what this question says; `--yes` has answered already.
///
/// # Errors
/// A usage error where nobody can answer.
pub fn deed(app: &mut App, question: &str, doing: &str) -> Result<Consent, Failure> {
    asked(app, doing, |app| {
        Ok(match app.ui.ask()?.confirm(question, Decision::No)? {
            Decision::Yes => Consent::Given,
            Decision::No => Consent::Withheld,
        })
    })
}

/// What a question brings; `--yes` has answered already.
///
/// # Errors
/// A usage error where nobody can answer.
pub fn asked(
    app: &mut App,
    doing: &str,
    question: impl FnOnce(&mut App) -> Result<Consent, Failure>,
) -> Result<Consent, Failure> {
    if app.says_yes() {
        return Ok(Consent::Given);
    }
    if !app.ui.can_ask() {
        return Err(Failure::usage(format!("{doing} needs a yes"))
            .hinted("nobody can answer here; add --yes"));
    }
    question(app)
}

/// What a declined question ends with.
pub fn nothing_changed(app: &mut App) -> Exit {
    app.ui.status("Nothing changed.");
    Exit::No
}
