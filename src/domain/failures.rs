//! How often a secret was tried in vain. How long one then waits is each secret's own affair: `phone` for
//! PINs, `account` for passwords.

use chrono::TimeDelta;

use super::time::Timestamp;

/// By how much the clock of one command may be behind that of another, which waited less for the store.
const BEHIND_MOST: TimeDelta = TimeDelta::minutes(15);

/// Wrong tries in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// When the last one was.
    pub last: Option<Timestamp>,
}

impl Failures {
    /// One more. The last one stays the last where the clock of whoever came later is a little behind; where
    /// it was set back, it is the only one there is.
    #[must_use]
    pub fn and_one_at(self, now: Timestamp) -> Self {
        let last = match self.last {
            Some(last) if last > now && last - now <= BEHIND_MOST => last,
            _ => now,
        };
        Self { count: self.count.saturating_add(1), last: Some(last) }
    }
}
