//! The words of a mail: a subject, a text and an HTML part, each a template that an organization can replace
//! by its own. The only file that knows the template engine. What is filled in is a [`Letter`]; how the
//! parts become a message is `letter`'s.
//!
//! A template is a stranger's program, so it gets nothing but the values of one letter and a handful of
//! filters: no other template, no file, no loop without end (fuel), no switch that turns escaping off.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind, HtmlEscape, UndefinedBehavior, filters};
use zeroize::Zeroizing;

use super::fault::{WordingError, WordingFault};
use super::letter::{Letter, LinkText};
use super::samples::each_sample;
use super::subject::SubjectLine;
use super::tags;
use crate::domain::delivery::DeliveryKind;
use crate::domain::organization::SignOn;
use crate::domain::template::SUBJECT_MAX;
use crate::domain::text::holds_encoded_word;
use crate::domain::wording::{OwnWording, Part, SOURCE_MAX};

/// Longest part that comes of a template, in bytes.
pub const OUTPUT_MAX: usize = 256 * 1024;

/// Work that one part may take: one for every instruction and for every 64 bytes that it makes. admit's own
/// take less than 400.
const FUEL: u64 = 20_000;
/// Templates within templates cannot be; this bounds how deep expressions nest.
const DEPTH: usize = 50;

/// The values that a template may use; `README.md` says what each is.
pub const VALUES: [&str; 12] = [
    "account",
    "expires_at",
    "inviter",
    "inviter_email",
    "kind",
    "link",
    "link_is",
    "name",
    "organization",
    "recipient",
    "role",
    "sign_on",
];

/// The words for one kind of mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    subject: Subject,
    text: String,
    html: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    Template(String),
    /// What an organization's template gave it, said as it stands: a `{` in it is no more than that.
    Literal(String),
}

/// What came of it. Text and HTML hold the link: wiped when dropped.
pub struct Rendered {
    /// The subject, fit for a header.
    pub subject: SubjectLine,
    /// The text.
    pub text: Zeroizing<String>,
    /// The HTML.
    pub html: Zeroizing<String>,
}

impl Wording {
    /// admit's own words.
    #[must_use]
    pub fn builtin(kind: DeliveryKind) -> Self {
        let source = |part| builtin_source(kind, part).to_owned();
        Self {
            subject: Subject::Template(source(Part::Subject)),
            text: source(Part::Text),
            html: source(Part::Html),
        }
    }

    /// The same with a subject that is said as it stands, as an organization's template gives it.
    #[must_use]
    pub fn with_literal_subject(self, subject: String) -> Self {
        Self { subject: Subject::Literal(subject), ..self }
    }

    /// The same with the parts that an organization has of its own.
    #[must_use]
    pub fn with_own(self, own: OwnWording) -> Self {
        Self {
            subject: own.subject.map_or(self.subject, Subject::Template),
            text: own.text.unwrap_or(self.text),
            html: own.html.unwrap_or(self.html),
        }
    }

    /// Fills a letter in.
    ///
    /// # Errors
    /// Where a part of the organization's own, kept in the store, cannot be used for this letter.
    pub fn render(&self, letter: &Letter<'_>) -> Result<Rendered, WordingError> {
        let subject = match &self.subject {
            Subject::Literal(subject) => Zeroizing::new(subject.clone()),
            Subject::Template(source) => fill(Part::Subject, source, letter)?,
        };
        let empty = || WordingError::new(Part::Subject, WordingFault::Empty);
        let subject = SubjectLine::new(&subject).ok_or_else(empty)?;
        let text = tidied(&fill(Part::Text, &self.text, letter)?);
        let html = fill(Part::Html, &self.html, letter)?;
        Ok(Rendered { subject, text, html })
    }
}

/// The source of a part that admit brings with it.
#[must_use]
pub const fn builtin_source(kind: DeliveryKind, part: Part) -> &'static str {
    macro_rules! html {
        ($body:literal) => {
            concat!(
                include_str!("templates/head.html"),
                include_str!($body),
                include_str!("templates/foot.html")
            )
        };
    }
    match (kind, part) {
        (DeliveryKind::Invitation, Part::Subject) => "Your invitation to {{ organization }}",
        (DeliveryKind::Invitation, Part::Text) => include_str!("templates/invitation.txt"),
        (DeliveryKind::Invitation, Part::Html) => html!("templates/invitation.html"),
        (DeliveryKind::Reminder, Part::Subject) => {
            "Reminder: your invitation to {{ organization }} ends soon"
        }
        (DeliveryKind::Reminder, Part::Text) => include_str!("templates/reminder.txt"),
        (DeliveryKind::Reminder, Part::Html) => html!("templates/reminder.html"),
        (DeliveryKind::SetPassword, Part::Subject) => "Set your password for {{ organization }}",
        (DeliveryKind::SetPassword, Part::Text) => include_str!("templates/set-password.txt"),
        (DeliveryKind::SetPassword, Part::Html) => html!("templates/set-password.html"),
    }
}

/// Makes sure that a source can be a part: it is filled in for every sort of letter that there is, so that
/// it does not fail on the first one without a name.
///
/// # Errors
/// Says what is wrong, and in which line.
pub fn check(kind: DeliveryKind, part: Part, source: &str) -> Result<(), WordingError> {
    let wrong = |line, fault| WordingError { part, line, fault };
    if source.len() > SOURCE_MAX {
        return Err(wrong(None, WordingFault::TooLarge { max: SOURCE_MAX }));
    }
    let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if let Some(at) = source.find(steers) {
        let line = source[..at].matches('\n').count() + 1;
        let c = source[at..].chars().next().unwrap_or_default();
        return Err(wrong(Some(line), WordingFault::Control(c)));
    }
    each_sample(kind, &mut |letter| {
        let filled = fill(part, source, letter)?;
        match part {
            Part::Subject => check_subject(&filled),
            Part::Text | Part::Html => Ok(()),
        }
        .map_err(|fault| wrong(None, fault))
    })
}

fn check_subject(subject: &str) -> Result<(), WordingFault> {
    let subject = subject.trim();
    if subject.is_empty() {
        Err(WordingFault::Empty)
    } else if subject.contains(char::is_control) {
        Err(WordingFault::SeveralLines)
    } else if holds_encoded_word(subject) {
        Err(WordingFault::EncodedWord)
    } else if subject.chars().count() > SUBJECT_MAX {
        Err(WordingFault::SubjectTooLong { max: SUBJECT_MAX })
    } else {
        Ok(())
    }
}

/// Fills one part in.
fn fill(part: Part, source: &str, letter: &Letter<'_>) -> Result<Zeroizing<String>, WordingError> {
    let wrong = |fault| WordingError::new(part, fault);
    tags::check(source).map_err(|(line, fault)| WordingError { part, line: Some(line), fault })?;
    let engine = engine(part, letter).map_err(|error| of_engine(part, &error))?;
    let template =
        engine.template_from_named_str("it", source).map_err(|error| of_engine(part, &error))?;
    let used = template.undeclared_variables(false);
    // Subjects are in the logs of every server on the way, and on locked screens.
    if part == Part::Subject && used.contains("link") {
        return Err(wrong(WordingFault::LinkInSubject));
    }
    let unknown: BTreeSet<String> =
        used.into_iter().filter(|name| !VALUES.contains(&name.as_str())).collect();
    if let Some(name) = unknown.into_iter().next() {
        let line = source.lines().position(|line| line.contains(&name)).map(|line| line + 1);
        return Err(WordingError { part, line, fault: WordingFault::UnknownValue { name } });
    }
    let filled = template.render(values(letter)).map_err(|error| of_engine(part, &error))?;
    let filled = Zeroizing::new(filled);
    if filled.len() > OUTPUT_MAX {
        return Err(wrong(WordingFault::TooMuch { max: OUTPUT_MAX }));
    }
    let link = letter.link.as_str();
    let holds_link = match part {
        Part::Subject => return Ok(filled),
        Part::Text => filled.contains(link),
        Part::Html => filled.contains(&*Zeroizing::new(HtmlEscape(link).to_string())),
    };
    if !holds_link {
        return Err(wrong(WordingFault::NoLink));
    }
    Ok(without_control(&filled))
}

fn values(letter: &Letter<'_>) -> BTreeMap<&'static str, Value> {
    // What is missing is nothing rather than unknown, so that a template can ask for it.
    let maybe = |text: Option<&str>| text.map_or_else(|| Value::from(()), Value::from);
    let inviter = letter.inviter.as_ref();
    let email = inviter.map(|inviter| inviter.email.as_typed());
    let named = inviter.and_then(|inviter| inviter.name).map(|name| name.as_str());
    BTreeMap::from([
        ("account", Value::from(letter.account.as_str())),
        (
            "expires_at",
            Value::from(letter.expires_at.format("%A, %-d %B %Y, %H:%M UTC").to_string()),
        ),
        ("inviter", maybe(named.or(email))),
        ("inviter_email", maybe(email)),
        ("kind", Value::from(letter.kind.as_str())),
        ("link", Value::from(letter.link.as_str())),
        (
            "link_is",
            Value::from(match letter.link {
                LinkText::Address(_) => "link",
                LinkText::Token(_) => "token",
            }),
        ),
        ("name", maybe(letter.name.map(|name| name.as_str()))),
        ("organization", Value::from(letter.organization.as_str())),
        ("recipient", Value::from(letter.recipient.as_typed())),
        ("role", Value::from(letter.role)),
        (
            "sign_on",
            Value::from(match letter.sign_on {
                SignOn::Password => "password",
                SignOn::Single => "single",
            }),
        ),
    ])
}

/// An engine that knows a few filters and nothing else. What is put into HTML is escaped whatever the
/// template says about it; nothing is put out that is missing.
fn engine(part: Part, letter: &Letter<'_>) -> Result<Environment<'static>, Error> {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    engine.set_recursion_limit(DEPTH);
    engine.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    engine.add_filter("capitalize", filters::capitalize);
    engine.add_filter("lower", filters::lower);
    engine.add_filter("title", filters::title);
    engine.add_filter("trim", filters::trim);
    engine.add_filter("upper", filters::upper);
    engine.add_filter(
        "default",
        |value: Value, other: Value| {
            if value.is_none() { other } else { value }
        },
    );
    // What a template forgot to ask for: the samples lack one thing before they lack two.
    let without =
        if letter.inviter.is_none() && letter.name.is_some() { "inviter" } else { "name" };
    engine.set_formatter(move |out, _, value| {
        if value.is_none() || value.is_undefined() {
            let missing = format!(
                "nothing is there to fill in where a mail has no {without}; \
                 ask before: {{% if {without} %}} … {{% endif %}}"
            );
            return Err(Error::new(ErrorKind::InvalidOperation, missing));
        }
        match (part, value.as_str()) {
            (Part::Html, Some(text)) if !value.is_safe() => write!(out, "{}", HtmlEscape(text)),
            (Part::Html, None) => write!(out, "{}", HtmlEscape(&value.to_string())),
            _ => write!(out, "{value}"),
        }
        .map_err(Error::from)
    });
    Ok(engine)
}

fn of_engine(part: Part, error: &Error) -> WordingError {
    let fault = match error.kind() {
        ErrorKind::OutOfFuel => WordingFault::TooMuchWork,
        kind => {
            WordingFault::Engine(error.detail().map_or_else(|| kind.to_string(), str::to_owned))
        }
    };
    WordingError { part, line: error.line().filter(|line| *line > 0), fault }
}

/// Lines end with a line feed, and no other control character is left: escapes in a template could make one.
fn without_control(text: &str) -> Zeroizing<String> {
    let mut kept = Zeroizing::new(String::with_capacity(text.len()));
    kept.extend(text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')));
    kept
}

/// No blanks at the ends of lines, and one empty line where conditions left several.
fn tidied(text: &str) -> Zeroizing<String> {
    let mut tidy = Zeroizing::new(String::with_capacity(text.len() + 1));
    let mut empty = 0;
    for line in text.trim().lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty <= 1 {
            tidy.push_str(line);
            tidy.push('\n');
        }
    }
    tidy
}

#[cfg(test)]
mod tests;
