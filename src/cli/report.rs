//! How the outcome of a command on several users is told: the answer on stdout, then the sentences.

use super::app::App;
use super::exit::{self, Exit, Failure};
use super::render::{Format, Output, Shape, Shown, Tone};
use super::views::mails::{self, MailView};
use super::views::phones::PhoneView;
use super::views::{ChangeView, ShownLink, refusal_word};
use crate::domain::delivery::DeliveryState;
use crate::domain::organization::{Organization, SignOn};
use crate::ops::{Mode, Outcome, PerUser};

/// `1 user`, `2 users`.
#[must_use]
pub fn counted(number: impl Into<u64>, singular: &str, plural: &str) -> String {
    let number = number.into();
    let noun = if number == 1 { singular } else { plural };
    format!("{} {noun}", grouped(number))
}

/// A number that a person can read: `1,234,567`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a sentence starts with in a dry run.
#[must_use]
pub const fn would(mode: Mode) -> &'static str {
    match mode {
        Mode::Apply | Mode::Suggest => "",
        Mode::DryRun => "Dry run, nothing was changed; it would say: ",
    }
}

/// A command's words about what it did: `Cancelled 2 invites in main.`
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// `Cancelled`.
    pub did: &'static str,
    /// `invite`.
    pub one: &'static str,
    /// `invites`.
    pub many: &'static str,
}

impl Words {
    /// The sentence.
    #[must_use]
    pub fn sentence(&self, many: usize, organization: &Organization, mode: Mode) -> String {
        let count = counted(many as u64, self.one, self.many);
        format!("{}{} {count} in {}.", would(mode), self.did, organization.slug)
    }
}

/// What was removed, and how many users lost each of it.
#[must_use]
pub fn removed(
    words: Words,
    organization: &Organization,
    mode: Mode,
    lost: &[(String, u64)],
) -> String {
    let mut sentence = words.sentence(lost.len(), organization, mode);
    let lost = lost.iter().filter(|(_, users)| *users > 0);
    let lost =
        lost.map(|(name, users)| format!("{} lost {name}", counted(*users, "user", "users")));
    let lost: Vec<String> = lost.collect();
    if !lost.is_empty() {
        sentence.pop();
        sentence.push_str(&format!("; {}.", lost.join(", ")));
    }
    sentence
}

/// Shows what became of each user, and says how the command ends.
///
/// # Errors
/// When the output cannot be written.
pub fn outcome<T>(
    app: &mut App,
    outcome: &Outcome<T>,
    shape: &'static Shape<ChangeView>,
    views: Vec<ChangeView>,
    words: Words,
    mode: Mode,
) -> Result<Exit, Failure> {
    let output = with_mails(app.output(Format::Table), shape, &views);
    let links: Vec<(String, ShownLink)> = match (output.format, &output.fields) {
        (Format::Table, None) => {
            views.iter().filter_map(|view| Some((view.user.clone(), view.link.clone()?))).collect()
        }
        _ => Vec::new(),
    };
    let made = views.iter().filter(|view| view.link.is_some()).count();
    // References feed another command, so they are those for whom something was done.
    let ids_only = output.format == Format::Ids;
    let rows = views.into_iter().filter(|view| !ids_only || view.reason.is_none());
    let shown = output
        .rows(app.ui.out(), shape, rows.map(Ok::<_, std::convert::Infallible>))
        .map_err(Failure::from)
        .and_then(|_| {
            links.iter().try_for_each(|(user, text)| link(app, &outcome.organization, user, text))
        })
        .and_then(|()| Ok(app.ui.finish()?));
    if let Err(failure) = shown {
        return Err(unseen(app, failure, outcome.done(), made, mode));
    }
    warn_of_unseen_links(app, if shows(&output, "link") { 0 } else { made });
    Ok(ending(app, outcome, words, mode))
}

/// A table for people says what became of the mails, where any were to go out.
fn with_mails(output: Output, shape: &Shape<ChangeView>, views: &[ChangeView]) -> Output {
    let is_mail = |mail: &MailView| mail.state != DeliveryState::NotConfigured;
    let mailed = views.iter().any(|view| view.mail.as_ref().is_some_and(is_mail));
    if !mailed || output.format != Format::Table || output.fields.is_some() {
        return output;
    }
    let is_shown = |key: &str, shown| shown == Shown::Always || key == mails::CHANGE_MAIL.key;
    let fields = shape.fields.iter().filter(|field| is_shown(field.key, field.shown));
    Output { fields: Some(fields.map(|field| field.key.to_owned()).collect()), ..output }
}

/// One row a user without a login: what was done, or that it was refused.
pub fn phones<T>(outcome: &Outcome<T>, done: impl Fn(&T) -> PhoneView) -> Vec<PhoneView> {
    let organization = outcome.organization.slug.to_string();
    let view = |user: &PerUser<T>| match &user.result {
        Ok(result) => {
            let view = done(result);
            let named = !view.user.is_empty();
            let user = if named { view.user.clone() } else { user.user.to_string() };
            PhoneView { user, organization: organization.clone(), ..view }
        }
        Err(error) => PhoneView {
            user: user.user.to_string(),
            result: refusal_word(error).to_owned(),
            tone: Some(Tone::Bad),
            reason: Some(error.to_string()),
            organization: organization.clone(),
            ..PhoneView::default()
        },
    };
    outcome.users.iter().map(view).collect()
}

/// Shows what became of each user without a login, and says how the command ends.
///
/// # Errors
/// When the output cannot be written.
pub fn phones_outcome<T>(
    app: &mut App,
    outcome: &Outcome<T>,
    shape: &'static Shape<PhoneView>,
    views: Vec<PhoneView>,
    words: Words,
    mode: Mode,
) -> Result<Exit, Failure> {
    show_phones(app, shape, views)?;
    Ok(ending(app, outcome, words, mode))
}

/// Says what was refused and how many were done, and how the command ends.
fn ending<T>(app: &mut App, outcome: &Outcome<T>, words: Words, mode: Mode) -> Exit {
    refusals(app, &outcome.users);
    if outcome.done() > 0 {
        app.ui.status(words.sentence(outcome.done(), &outcome.organization, mode));
    }
    exit::of_users(&outcome.users)
}

/// Shows users without a login with the PINs that are shown once, and says where nobody could read them.
///
/// # Errors
/// When the output cannot be written.
pub fn show_phones(
    app: &mut App,
    shape: &'static Shape<PhoneView>,
    views: Vec<PhoneView>,
) -> Result<(), Failure> {
    let output = app.output(Format::Table);
    let told = views.iter().any(|view| view.pin.is_some());
    // References feed another command, so they are those for whom something was done.
    let ids_only = output.format == Format::Ids;
    let rows = views.into_iter().filter(|view| !ids_only || view.reason.is_none());
    let shown = output
        .rows(app.ui.out(), shape, rows.map(Ok::<_, std::convert::Infallible>))
        .map_err(Failure::from)
        .and_then(|_| Ok(app.ui.finish()?));
    if let (Err(_), true) = (&shown, told) {
        app.ui.warning("the change was made; its answer was not read to the end");
        app.ui.hint("PINs that were not seen are lost; make new ones: admit pin reset USER…");
    }
    shown
}

/// Says that a change was made whose answer nobody could read to its end.
fn unseen(app: &mut App, failure: Failure, done: usize, made: usize, mode: Mode) -> Failure {
    if done > 0 && mode == Mode::Apply {
        app.ui.warning("the change was made; its answer was not read to the end");
        if made > 0 {
            app.ui.hint("links that were not seen are lost; make new ones: admit resend USER…");
        }
    }
    failure
}

/// Whether an answer in this form has a field in it that is shown once. A table without `--fields` has
/// links below it.
#[must_use]
pub fn shows(output: &Output, once: &str) -> bool {
    match (output.format, &output.fields) {
        (Format::Ids, _) => false,
        (_, Some(fields)) => fields.iter().any(|field| field.trim() == once),
        (_, None) => true,
    }
}

/// Links that were made and that the form of the answer leaves out are lost; says so.
pub fn warn_of_unseen_links(app: &mut App, unseen: usize) {
    if unseen > 0 {
        let links = counted(unseen as u64, "link was", "links were");
        app.ui.warning(format!("{links} made and not shown; nobody can see them any more"));
        app.ui.hint("make new ones: admit resend USER…; --format json shows them");
    }
}

/// Reminds of what admit cannot do: single sign-on is the organization's own to arrange (S0, rule 12).
pub fn remind_of_sign_on(app: &mut App, organization: &Organization) {
    if organization.sign_on == SignOn::Single {
        app.ui.status(format!(
            "{} has single sign-on: have these people set up there before they follow their links.",
            organization.slug
        ));
    }
}

/// Says why some were refused, each with what to do about it.
pub fn refusals<T>(app: &mut App, users: &[PerUser<T>]) {
    for error in users.iter().filter_map(|user| user.result.as_ref().err()) {
        app.ui.error(error);
        if let Some(hint) = error.hint() {
            app.ui.hint(hint);
        }
    }
}

/// A link on a line of its own, so that it survives copy and paste: no column ever cuts or wraps it.
///
/// # Errors
/// When the output cannot be written.
pub fn link(
    app: &mut App,
    organization: &Organization,
    user: &str,
    link: &ShownLink,
) -> Result<(), Failure> {
    // Without a portal's address there is only the token, which is no link to click.
    let what = if app.portal(organization).is_some() { "Link" } else { "Token" };
    let user = crate::domain::text::escape(user);
    writeln!(app.ui.out(), "\n{what} for {user}:\n{}", link.as_str())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_grouped_by_three() {
        for (number, shown) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (100_000, "100,000"),
            (1_234_567, "1,234,567"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(grouped(number), shown);
        }
    }

    #[test]
    fn one_is_singular_and_nothing_is_plural() {
        assert_eq!(counted(0_u64, "person", "people"), "0 people");
        assert_eq!(counted(1_u64, "person", "people"), "1 person");
        assert_eq!(counted(2_000_u64, "person", "people"), "2,000 people");
    }
}
