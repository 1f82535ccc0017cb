//! What is shown of mails: the fields of who was mailed, and of deliveries.

use super::{ChangeView, count};
use crate::cli::mailing::Posted;
use crate::cli::render::{Field, Shape, Tone, Value};
use crate::domain::delivery::{Answer, Delivery, DeliveryState};
use crate::domain::time::Timestamp;
use crate::ops::delivery::{Delivered, Retried, Sending};
use crate::store::DeliveryLine;

/// What became of the mail to somebody.
#[derive(Clone, Debug)]
pub struct MailView {
    /// Where its delivery stands.
    pub state: DeliveryState,
    /// What the server said.
    pub answer: Option<String>,
}

impl MailView {
    /// Where it stands, to be shown.
    #[must_use]
    pub fn value<'a>(mail: Option<&Self>) -> Value<'a> {
        mail.map_or(Value::Nothing, |mail| toned(mail.state))
    }

    /// The mail to somebody whose link was to leave: what became of it, where it was tried.
    #[must_use]
    pub fn of(sending: &Sending, posted: Option<&Posted>) -> Self {
        match (sending, posted) {
            (Sending::Link(_), _) => Self { state: DeliveryState::NotConfigured, answer: None },
            (Sending::Queued(id), Some(posted)) => {
                let answer = posted.of(*id).and_then(|delivered| delivered.fate.answer());
                Self { state: posted.state(*id), answer: answer.map(ToString::to_string) }
            }
            (Sending::Queued(_), None) => Self { state: DeliveryState::Queued, answer: None },
        }
    }
}

/// A delivery's state in its colour.
fn toned<'a>(state: DeliveryState) -> Value<'a> {
    let tone = match state {
        DeliveryState::HandedOver => Tone::Good,
        DeliveryState::Queued | DeliveryState::Sending => Tone::Warning,
        DeliveryState::Refused | DeliveryState::Unknown => Tone::Bad,
        DeliveryState::NotConfigured | DeliveryState::Withdrawn => Tone::Quiet,
    };
    Value::Phrased { tone, word: state.as_str().into(), phrase: state.as_phrase().into() }
}

/// The newest mail to somebody: where it stands by now.
#[must_use]
pub fn newest(mail: Option<&Delivery>, now: Timestamp) -> Value<'_> {
    let Some(mail) = mail else { return Value::Nothing };
    let state = mail.state_at(now);
    let next_try = (state == DeliveryState::Queued).then_some(mail.due_at);
    Value::Record(vec![
        ("state", toned(state)),
        ("kind", Value::text(mail.kind.as_str())),
        ("changed_at", Value::Time(mail.changed_at)),
        ("next_try_at", next_try.into()),
        ("answer", mail.answer.as_ref().map(Answer::as_str).into()),
    ])
}

/// Where the mail to somebody stands.
pub const CHANGE_MAIL: Field<ChangeView> =
    Field::on_request("mail", "Mail", |view| MailView::value(view.mail.as_ref()));
/// What the mail server said.
pub const CHANGE_ANSWER: Field<ChangeView> = Field::on_request("answer", "Answer", |view| {
    view.mail.as_ref().and_then(|mail| mail.answer.as_deref()).into()
});

/// A delivery in a list.
pub struct DeliveryView {
    /// Its number.
    pub number: i64,
    /// Whom it is for.
    pub user: String,
    /// What it is about.
    pub kind: &'static str,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it may be tried next.
    pub next_try_at: Option<Timestamp>,
    /// What the server said last.
    pub answer: Option<String>,
    /// Until when the link works that it carried.
    pub expires_at: Option<Timestamp>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Where.
    pub organization: String,
}

impl DeliveryView {
    fn of(delivery: &Delivery, user: String, organization: &str) -> Self {
        Self {
            number: delivery.id.get(),
            user,
            kind: delivery.kind.as_str(),
            state: delivery.state,
            attempts: delivery.attempts,
            next_try_at: (delivery.state == DeliveryState::Queued).then_some(delivery.due_at),
            answer: delivery.answer.as_ref().map(ToString::to_string),
            expires_at: None,
            created_at: delivery.created_at,
            changed_at: delivery.changed_at,
            organization: organization.to_owned(),
        }
    }

    /// A line of a list.
    #[must_use]
    pub fn line(line: &DeliveryLine, organization: &str) -> Self {
        Self::of(&line.delivery, line.user.to_string(), organization)
    }

    /// A delivery that was tried just now.
    #[must_use]
    pub fn tried(delivered: &Delivered, now: Timestamp) -> Self {
        Self {
            state: delivered.fate.state(),
            answer: delivered.fate.answer().map(ToString::to_string),
            next_try_at: delivered.fate.next_try(),
            expires_at: delivered.expires_at,
            changed_at: now,
            ..Self::of(
                &delivered.delivery,
                delivered.user.reference().to_string(),
                delivered.organization.slug.as_str(),
            )
        }
    }
}

const NUMBER: Field<DeliveryView> =
    Field::new("number", "Number", |view| Value::Number(view.number));
const USER: Field<DeliveryView> = Field::new("user", "User", |view| Value::text(&view.user));
const KIND: Field<DeliveryView> = Field::new("kind", "Kind", |view| Value::text(view.kind));
const STATE: Field<DeliveryView> = Field::new("state", "State", |view| toned(view.state));
const ATTEMPTS: Field<DeliveryView> =
    Field::new("attempts", "Tries", |view| count(view.attempts.into()));
const NEXT: Field<DeliveryView> =
    Field::new("next_try_at", "Next try", |view| view.next_try_at.into());
const ANSWER: Field<DeliveryView> =
    Field::new("answer", "Answer", |view| view.answer.as_deref().into());
const EXPIRES: Field<DeliveryView> =
    Field::on_request("expires_at", "Link expires", |view| view.expires_at.into());
const CREATED: Field<DeliveryView> =
    Field::on_request("created_at", "Queued", |view| Value::Time(view.created_at));
const CHANGED: Field<DeliveryView> =
    Field::on_request("changed_at", "Changed", |view| Value::Time(view.changed_at));
const WHERE: Field<DeliveryView> =
    Field::on_request("organization", "Organization", |view| Value::text(&view.organization));

/// `delivery list`.
pub static DELIVERIES: Shape<DeliveryView> = Shape {
    fields: &[NUMBER, USER, KIND, STATE, ATTEMPTS, NEXT, ANSWER, CREATED, CHANGED, WHERE],
    reference: |view| view.number.to_string(),
};

/// `send --queued`.
pub static TRIES: Shape<DeliveryView> = Shape {
    fields: &[NUMBER, USER, KIND, STATE, ATTEMPTS, NEXT, ANSWER, EXPIRES, WHERE],
    reference: |view| view.number.to_string(),
};

/// A delivery that was to be tried again: what became of it, or why it was not tried.
pub struct RetryView {
    named: String,
    tried: Option<DeliveryView>,
    reason: Option<String>,
    organization: String,
}

impl RetryView {
    /// What became of one.
    #[must_use]
    pub fn of(retried: &Retried, posted: &Posted, organization: &str, now: Timestamp) -> Self {
        let tried =
            retried.result.as_ref().ok().map(|(delivery, user)| match posted.of(delivery.id) {
                Some(tried) => DeliveryView::tried(tried, now),
                None => DeliveryView {
                    state: posted.state(delivery.id),
                    next_try_at: None,
                    ..DeliveryView::of(delivery, user.to_string(), organization)
                },
            });
        Self {
            named: retried.named.to_string(),
            tried,
            reason: retried.result.as_ref().err().map(ToString::to_string),
            organization: organization.to_owned(),
        }
    }
}

/// `delivery retry`.
pub static RETRIES: Shape<RetryView> = Shape {
    fields: &[
        Field::new("named", "Mail", |view| Value::text(&view.named)),
        Field::new("number", "Number", |view| view.tried.as_ref().map(|it| it.number).into()),
        Field::new("user", "User", |view| view.tried.as_ref().map(|it| it.user.as_str()).into()),
        Field::new("state", "State", |view| match &view.tried {
            Some(tried) => toned(tried.state),
            None => Value::toned(Tone::Bad, "not tried"),
        }),
        Field::new("answer", "Answer", |view| {
            view.tried.as_ref().and_then(|it| it.answer.as_deref()).into()
        }),
        Field::new("next_try_at", "Next try", |view| {
            view.tried.as_ref().and_then(|it| it.next_try_at).into()
        }),
        Field::on_request("reason", "Reason", |view| view.reason.as_deref().into()),
        Field::on_request("organization", "Organization", |view| Value::text(&view.organization)),
    ],
    reference: |view| view.named.clone(),
};
