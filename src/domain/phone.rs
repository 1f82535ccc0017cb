//! What a user without a login has instead of one: an extension and a PIN (S3 "No Portal Access", rule 32);
//! and how often a PIN may be tried.

use chrono::TimeDelta;

use super::extension::Extension;
use super::failures::Failures;
use super::name::PersonName;
use super::pin::{Pin, PinHash};
use super::role::RoleName;
use super::team::TeamName;
use super::time::Timestamp;

/// How many wrong PINs in a row are free; after each more one waits.
pub const FREE_FAILURES: u32 = 5;
/// How long one waits: the rest of an hour's guesses is four.
pub const WAIT_MINUTES: i64 = 15;
/// After so many wrong PINs in a row there are no more tries (NIST SP 800-63B-4 §3.2.2 asks for 100 at most).
pub const MOST_FAILURES: u32 = 100;

/// A desk phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// Its number.
    pub extension: Extension,
    /// What is kept of its PIN.
    pub pin: PinHash,
    /// Since when that is its PIN.
    pub pin_set_at: Timestamp,
    /// How often it was tried in vain since.
    pub failures: Failures,
}

/// Whether a PIN may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throttle {
    /// It may.
    Open,
    /// Not before this moment.
    Until(Timestamp),
    /// Not before there is a new one.
    UntilReset,
}

impl Failures {
    /// Whether a PIN that was so often tried in vain may be tried now.
    #[must_use]
    pub fn throttle(self, now: Timestamp) -> Throttle {
        if self.count >= MOST_FAILURES {
            return Throttle::UntilReset;
        }
        match self.last.map(|last| last + TimeDelta::minutes(WAIT_MINUTES)) {
            Some(end) if self.count >= FREE_FAILURES && now < end => Throttle::Until(end),
            _ => Throttle::Open,
        }
    }
}

/// A column of a file of users without a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneColumn {
    /// The person's or the phone's name.
    Name,
    /// The extension.
    Extension,
    /// The role.
    Role,
    /// The team.
    Team,
    /// The PIN; drawn where it is empty.
    Pin,
}

impl PhoneColumn {
    /// All of them, in the order in which admit writes them.
    pub const ALL: [Self; 5] = [Self::Name, Self::Extension, Self::Role, Self::Team, Self::Pin];

    /// The header that admit writes and the word that messages use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Extension => "extension",
            Self::Role => "role",
            Self::Team => "team",
            Self::Pin => "pin",
        }
    }
}

/// One row of such a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneRow {
    /// The physical line on which the record starts, from 1.
    pub line: u64,
    /// The name.
    pub name: PersonName,
    /// The extension.
    pub extension: Extension,
    /// The role, where the file has one.
    pub role: Option<RoleName>,
    /// The team, where the file has one.
    pub team: Option<TeamName>,
    /// The PIN, where the file has one.
    pub pin: Option<Pin>,
}

impl PhoneRow {
    /// The row as text again, its PIN included: for the file of rejects, which is its owner's alone.
    #[must_use]
    pub fn cells(&self) -> [String; 5] {
        let text = |value: Option<String>| value.unwrap_or_default();
        [
            self.name.to_string(),
            self.extension.to_string(),
            text(self.role.as_ref().map(ToString::to_string)),
            text(self.team.as_ref().map(ToString::to_string)),
            text(self.pin.as_ref().map(|pin| pin.reveal().to_owned())),
        ]
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn five_are_free_then_one_waits_and_a_hundred_end_it() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let end: Timestamp = "2026-01-01T00:15:00Z".parse().unwrap();
        let mut failures = Failures::default();
        for _ in 0..FREE_FAILURES {
            assert_eq!(failures.throttle(now), Throttle::Open);
            failures = failures.and_one_at(now);
        }
        assert_eq!(failures.throttle(now), Throttle::Until(end));
        assert_eq!(failures.throttle(end - TimeDelta::seconds(1)), Throttle::Until(end));
        assert_eq!(failures.throttle(end), Throttle::Open);
        // One more try, and one waits again.
        failures = failures.and_one_at(end);
        assert_eq!(failures.throttle(end), Throttle::Until(end + TimeDelta::minutes(WAIT_MINUTES)));
        let many = Failures { count: MOST_FAILURES, last: Some(now) };
        assert_eq!(many.throttle(end + TimeDelta::days(365)), Throttle::UntilReset);
    }
}
