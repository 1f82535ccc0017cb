//! Asking for what the command line leaves out, where somebody can answer (rule 44); elsewhere it is a usage
//! error with the line to type. How a question is drawn is `prompt`'s; whether one is sure, `confirm`'s.

use std::fmt::Display;
use std::str::FromStr;

use super::app::App;
use super::exit::Failure;
use super::prompt::Answer;
use crate::domain::id::RoleId;
use crate::domain::permission::PermissionName;
use crate::domain::role::{RoleDetails, RoleName};
use crate::ops::roles;

/// What is not there, and the line that would have it.
#[derive(Clone, Copy, Debug)]
pub struct Missing<'a> {
    /// `no role is named`.
    pub what: &'a str,
    /// `admit role edit ROLE --grant PERMISSION`.
    pub usage: &'a str,
}

impl From<Missing<'_>> for Failure {
    fn from(missing: Missing<'_>) -> Self {
        Self::usage(missing.what).hinted(missing.usage)
    }
}

/// What is given, or a line of text that is such a thing.
///
/// # Errors
/// A usage error where nobody can answer; nothing is changed where the person declines.
pub fn text<T>(
    app: &mut App,
    given: Option<T>,
    question: &str,
    missing: Missing<'_>,
) -> Result<T, Failure>
where
    T: FromStr<Err: Display>,
{
    if let Some(given) = given {
        return Ok(given);
    }
    if !app.may_ask() {
        return Err(missing.into());
    }
    let check = |text: &str| text.parse::<T>().map(drop).map_err(|error| error.to_string());
    match app.ui.ask()?.text(question, check)? {
        Answer::Given(text) => text.parse().map_err(|error: T::Err| Failure::usage(error)),
        Answer::Declined => Err(Failure::declined()),
    }
}

/// Those that are given, or one that is typed.
///
/// # Errors
/// As [`text`].
pub fn texts<T>(
    app: &mut App,
    given: Vec<T>,
    question: &str,
    missing: Missing<'_>,
) -> Result<Vec<T>, Failure>
where
    T: FromStr<Err: Display>,
{
    if given.is_empty() { Ok(vec![text(app, None, question, missing)?]) } else { Ok(given) }
}

/// One of several things, by typing a part of what is shown of it. The things are looked for only where
/// somebody can answer.
///
/// # Errors
/// As [`text`], also where there is nothing to choose from.
pub fn pick<T>(
    app: &mut App,
    question: &str,
    missing: Missing<'_>,
    things: impl FnOnce(&mut App) -> Result<Vec<(String, T)>, Failure>,
) -> Result<T, Failure> {
    if !app.may_ask() {
        return Err(missing.into());
    }
    let (items, mut things): (Vec<String>, Vec<T>) = things(app)?.into_iter().unzip();
    if items.is_empty() {
        return Err(missing.into());
    }
    match app.ui.ask()?.pick(question, &items)? {
        Answer::Given(index) if index < things.len() => Ok(things.swap_remove(index)),
        _ => Err(Failure::declined()),
    }
}

/// A question, and a few things to choose from.
#[derive(Debug)]
pub struct Choice<T> {
    /// `Which organization?`.
    pub question: String,
    /// What is shown of each thing, and the thing.
    pub things: Vec<(String, T)>,
    /// Where the mark starts.
    pub mark: usize,
}

/// One of a few things, by arrow keys. The question is made only where somebody can answer.
///
/// # Errors
/// As [`pick`].
pub fn select<T>(
    app: &mut App,
    missing: Missing<'_>,
    choice: impl FnOnce(&mut App) -> Result<Choice<T>, Failure>,
) -> Result<T, Failure> {
    if !app.may_ask() {
        return Err(missing.into());
    }
    let Choice { question, things, mark } = choice(app)?;
    let (items, mut things): (Vec<String>, Vec<T>) = things.into_iter().unzip();
    if items.is_empty() {
        return Err(missing.into());
    }
    match app.ui.ask()?.select(&question, &items, mark)? {
        Answer::Given(index) if index < things.len() => Ok(things.swap_remove(index)),
        _ => Err(Failure::declined()),
    }
}

/// The role that is given, or one of the organization's.
///
/// # Errors
/// As [`text`].
pub fn role(
    app: &mut App,
    given: Option<RoleName>,
    question: &str,
    missing: Missing<'_>,
) -> Result<RoleName, Failure> {
    if let Some(given) = given {
        return Ok(given);
    }
    pick(app, question, missing, |app| {
        let (_, known) = roles::list(&mut app.store()?, &app.asking())?;
        let roles = known.into_iter().map(|details| details.role);
        Ok(roles.map(|role| (format!("{}  {}", role.name, role.title), role.name)).collect())
    })
}

/// A choice of roles by their titles; the mark starts at one of them.
#[must_use]
pub fn role_choice(question: String, roles: Vec<RoleDetails>, start: RoleId) -> Choice<RoleName> {
    let mark = roles.iter().position(|known| known.role.id == start).unwrap_or_default();
    let things = roles.into_iter().map(|known| (known.role.title, known.role.name)).collect();
    Choice { question, things, mark }
}

/// A permission of the organization.
///
/// # Errors
/// As [`text`].
pub fn permission(app: &mut App, missing: Missing<'_>) -> Result<PermissionName, Failure> {
    pick(app, "Which permission?", missing, |app| {
        let known = roles::permissions(&mut app.store()?, &app.asking())?.into_iter();
        Ok(known.map(|known| (format!("{}  {}", known.name, known.title), known.name)).collect())
    })
}
