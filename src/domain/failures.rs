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
        let is_behind = |last| (TimeDelta::zero()..=BEHIND_MOST).contains(&(last - now));
        let last = self.last.filter(|last| is_behind(*last)).unwrap_or(now);
        Self { count: self.count.saturating_add(1), last: Some(last) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_772_323_200 + seconds, 0).unwrap()
    }

    #[test]
    fn c16_one_more_is_counted_and_the_last_stays_the_last_of_clocks_that_agree_nearly() {
        let quarter = BEHIND_MOST.num_seconds();
        for (now, last) in [
            (at(1), at(1)),
            (at(0), at(0)),
            // A little behind: what came before is later.
            (at(-1), at(0)),
            (at(-quarter), at(0)),
            // Set back: it is the only clock there is.
            (at(-quarter - 1), at(-quarter - 1)),
        ] {
            let failures = Failures { count: 7, last: Some(at(0)) }.and_one_at(now);
            assert_eq!(failures, Failures { count: 8, last: Some(last) }, "{now}");
        }
        assert_eq!(Failures::default().and_one_at(at(5)), Failures { count: 1, last: Some(at(5)) });
        let most = Failures { count: u32::MAX, last: None }.and_one_at(at(5));
        assert_eq!(most.count, u32::MAX);
    }
}
