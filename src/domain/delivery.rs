//! Deliveries: one message each that waits for the mail server, or was handed to it (the outbox). How a
//! message is made and handed over is `mail`'s, when it is tried `ops::delivery`'s.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use super::id::{DeliveryId, InviteId, OrganizationId, UserId};
use super::lifetime::Lifetime;
use super::text::{self, escape};
use super::time::Timestamp;

/// Longest answer of a mail server that is kept, in characters.
pub const ANSWER_MAX: usize = 500;

/// How long to wait after the first try, the second and so on; after the last as long as after the one
/// before it. Servers want half an hour at least, but greylisting lets mail in after minutes (RFC 6647 §2.6).
const PAUSES: [TimeDelta; 5] = [
    TimeDelta::minutes(2),
    TimeDelta::minutes(10),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(4),
];

/// For how long a message is tried (RFC 5321 §4.5.4.1 asks for four to five days).
const TRIED_FOR: TimeDelta = TimeDelta::days(5);

/// What a message is about. The numbers are what the store keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryKind {
    /// An invite, with its link.
    Invitation = 1,
    /// An invite that is about to run out, with a link more.
    Reminder = 2,
    /// A link to set a password, for who is active already.
    SetPassword = 3,
}

impl DeliveryKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Invitation, Self::Reminder, Self::SetPassword];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reminder => "reminder",
            Self::SetPassword => "set-password",
        }
    }
}

impl fmt::Display for DeliveryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a delivery stands. The numbers are what the store keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// Waits to be tried, for the first time or again.
    Queued = 1,
    /// Is being handed over. Who is found so when its time is over was left so by a process that died.
    Sending = 2,
    /// The server took it.
    HandedOver = 3,
    /// The server will not have it; it is not tried again by itself.
    Refused = 4,
    /// All of it was sent, and no answer came (RFC 1047): it may have arrived.
    Unknown = 5,
    /// No mail server is set up: the link was printed, for the operator to hand over (rule 14).
    NotConfigured = 6,
    /// Not wanted any more: the invite was withdrawn, accepted or made anew.
    Withdrawn = 7,
}

impl DeliveryState {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::Sending,
        Self::HandedOver,
        Self::Refused,
        Self::Unknown,
        Self::NotConfigured,
        Self::Withdrawn,
    ];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::HandedOver => "handed-over",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::NotConfigured => "not-configured",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The same in a sentence.
    #[must_use]
    pub const fn as_phrase(self) -> &'static str {
        match self {
            Self::HandedOver => "handed over",
            Self::NotConfigured => "not configured",
            other => other.as_str(),
        }
    }
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_phrase())
    }
}

/// Why a text is no state of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mail is queued, sending, handed-over, refused, unknown, not-configured or withdrawn")]
pub struct DeliveryStateError;

impl FromStr for DeliveryState {
    type Err = DeliveryStateError;

    fn from_str(text: &str) -> Result<Self, DeliveryStateError> {
        let text = text.trim();
        let is_meant = |state: &Self| {
            text.eq_ignore_ascii_case(state.as_str())
                || text.eq_ignore_ascii_case(state.as_phrase())
        };
        Self::ALL.into_iter().find(is_meant).ok_or(DeliveryStateError)
    }
}

/// A delivery as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: DeliveryId,
    /// Where.
    pub organization: OrganizationId,
    /// For whom.
    pub user: UserId,
    /// What about.
    pub kind: DeliveryKind,
    /// Where it stands.
    pub state: DeliveryState,
    /// Who invites; nobody where it is the operator.
    pub inviter: Option<UserId>,
    /// How long its link is to live, from the mailing (rule 10).
    pub lifetime: Lifetime,
    /// How often it was tried.
    pub attempts: u32,
    /// When it may be tried next; while it is handed over, when that must be over.
    pub due_at: Timestamp,
    /// The invite whose link was made for it last.
    pub invite: Option<InviteId>,
    /// What the server said last.
    pub answer: Option<Answer>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

impl Delivery {
    /// Where it stands now: one that is being handed over for too long is unknown, because whoever did that
    /// must have died.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> DeliveryState {
        match self.state {
            DeliveryState::Sending if self.due_at <= now => DeliveryState::Unknown,
            state => state,
        }
    }

    /// When to try again after so many tries; never, where it was tried for long enough.
    #[must_use]
    pub fn next_try(&self, tries: u32, now: Timestamp) -> Option<Timestamp> {
        let place = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
        let pause = PAUSES.get(place).or(PAUSES.last()).copied()?;
        let next = now.checked_add_signed(pause)?;
        let end = self.created_at.checked_add_signed(TRIED_FOR)?;
        (next <= end).then_some(next)
    }
}

/// What a mail server said, or what was found instead of a word of it: one line, nothing in it that a
/// terminal would act on, at most [`ANSWER_MAX`] characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer(String);

impl Answer {
    /// Takes an answer as it came; several lines become one.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let words: Vec<&str> = text.split_whitespace().collect();
        let line: String = escape(&words.join(" ")).chars().take(ANSWER_MAX).collect();
        Self(line)
    }

    /// The line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::escape(&self.0))
    }
}

/// What came of handing a message over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// The server took it: `2yz` after the message.
    Accepted(Answer),
    /// Not now: `4yz` about this message, to be tried later (RFC 5321 §4.2.1).
    Deferred(Answer),
    /// Never: `5yz` about this message.
    Refused(Answer),
    /// All of it was sent, and no answer came (RFC 1047). It may have arrived, so it is not sent again unasked.
    Unknown(Answer),
    /// The server cannot be reached, or not be used as it should (no TLS, a wrong certificate, a refused
    /// login): nothing was sent, and nothing is said about this message. The next one would fare no better.
    Unavailable(Answer),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn queued(at: Timestamp) -> Delivery {
        Delivery {
            id: DeliveryId::new(1),
            organization: OrganizationId::new(1),
            user: UserId::new(1),
            kind: DeliveryKind::Invitation,
            state: DeliveryState::Queued,
            inviter: None,
            lifetime: Lifetime::from_seconds(3600).unwrap(),
            attempts: 0,
            due_at: at,
            invite: None,
            answer: None,
            created_at: at,
            changed_at: at,
        }
    }

    #[test]
    fn pauses_grow_and_end_after_five_days() {
        let begun: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let (mut now, mut tries, mut pauses) = (begun, 0, Vec::new());
        loop {
            tries += 1;
            let Some(next) = queued(begun).next_try(tries, now) else { break };
            pauses.push((next - now).num_minutes());
            now = next;
        }
        assert_eq!(pauses[..7], [2, 10, 30, 120, 240, 240, 240]);
        assert!(pauses.is_sorted());
        assert!(now > begun + TimeDelta::days(4) && now <= begun + TRIED_FOR);
    }

    #[test]
    fn the_last_try_may_be_at_the_very_end_and_not_after_it() {
        let begun: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let end = begun + TRIED_FOR;
        let last_pause = PAUSES[PAUSES.len() - 1];
        let next = |now| queued(begun).next_try(99, now);
        assert_eq!(next(end - last_pause), Some(end));
        assert_eq!(next(end - last_pause + TimeDelta::seconds(1)), None);
    }

    #[test]
    fn who_hands_over_for_too_long_has_died() {
        let begun: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let end = begun + TimeDelta::minutes(30);
        let sending = Delivery { state: DeliveryState::Sending, due_at: end, ..queued(begun) };
        assert_eq!(sending.state_at(end - TimeDelta::seconds(1)), DeliveryState::Sending);
        assert_eq!(sending.state_at(end), DeliveryState::Unknown);
        assert_eq!(queued(begun).state_at(end), DeliveryState::Queued);
    }

    #[test]
    fn every_state_is_read_back_from_its_word_and_its_phrase() {
        for state in DeliveryState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
            assert_eq!(state.as_phrase().parse(), Ok(state));
        }
        assert_eq!("lost".parse::<DeliveryState>(), Err(DeliveryStateError));
    }

    #[test]
    fn an_answer_is_one_harmless_line() {
        assert_eq!(Answer::new("250-one\r\n250  two\n").as_str(), "250-one 250 two");
        assert_eq!(Answer::new("550 \u{1b}[2Jno").as_str(), "550 \\u{1b}[2Jno");
        assert_eq!(Answer::new(&"x".repeat(10_000)).as_str().len(), ANSWER_MAX);
    }
}
