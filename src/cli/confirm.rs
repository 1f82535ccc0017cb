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
    if app.says_yes() || users.is_empty() {
        return Ok(Consent::Given);
    }
    let whom = counted(users.len() as u64, "user", "users");
    if !app.ui.can_ask() {
        return Err(Failure::usage(format!("{} {whom} needs a yes", action.doing()))
            .hinted("nobody can answer here; add --yes"));
    }
    let mut names: Vec<String> = users.iter().take(NAMED).map(ToString::to_string).collect();
    if users.len() > NAMED {
        names.push(format!("{} more", users.len() - NAMED));
    }
    let question = format!("{}: {}?", action.asking(), names.join(", "));
    Ok(match app.ui.ask()?.confirm(&question, Decision::No)? {
        Decision::Yes => Consent::Given,
        Decision::No => Consent::Withheld,
    })
}

/// Asks whether to delete one thing, such as `the role coach`; `--yes` has answered already.
///
/// # Errors
/// A usage error where nobody can answer.
pub fn deleting(app: &mut App, thing: &str) -> Result<Consent, Failure> {
    if app.says_yes() {
        return Ok(Consent::Given);
    }
    if !app.ui.can_ask() {
        return Err(Failure::usage(format!("deleting {thing} needs a yes"))
            .hinted("nobody can answer here; add --yes"));
    }
    Ok(match app.ui.ask()?.confirm(&format!("Delete {thing}?"), Decision::No)? {
        Decision::Yes => Consent::Given,
        Decision::No => Consent::Withheld,
    })
}

/// What a declined question ends with.
pub fn nothing_changed(app: &mut App) -> Exit {
    app.ui.status("Nothing changed.");
    Exit::No
}
