//! A moment as a person names it: so long ago, or a date.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::time::{Timestamp, whole_seconds};

/// Longest length of time, in days: a century.
const DAYS_MAX: u64 = 36_525;
/// Longest text that is read, in bytes; keeps humantime's sums far from their limits.
const TEXT_MAX: usize = 40;

/// Why a text is no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a moment is how long ago (90d, 12h), a date (2026-11-01) or a time (2026-11-01T08:00:00Z)"
)]
pub struct SinceError;

/// A moment in the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// So long ago.
    Ago(TimeDelta),
    /// At this time.
    At(Timestamp),
}

impl Since {
    /// The moment, as seen from `now`.
    #[must_use]
    pub fn moment(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ago(length) => now.checked_sub_signed(length).unwrap_or(DateTime::UNIX_EPOCH),
            Self::At(moment) => moment,
        }
    }
}

impl FromStr for Since {
    type Err = SinceError;

    fn from_str(text: &str) -> Result<Self, SinceError> {
        let text = text.trim();
        if text.len() > TEXT_MAX {
            return Err(SinceError);
        }
        if let Ok(date) = text.parse::<NaiveDate>() {
            return Ok(Self::At(date.and_time(NaiveTime::MIN).and_utc()));
        }
        if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
            return Ok(Self::At(whole_seconds(moment.with_timezone(&Utc))));
        }
        let digits = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        if digits.unwrap_or_default() > 9 {
            return Err(SinceError);
        }
        let length = humantime::parse_duration(text).map_err(|_| SinceError)?;
        if length.as_secs() > DAYS_MAX * 86_400 {
            return Err(SinceError);
        }
        TimeDelta::from_std(length).map(Self::Ago).map_err(|_| SinceError)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn seen(text: &str) -> String {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        super::super::time::to_rfc3339(text.parse::<Since>().unwrap().moment(now))
    }

    #[test]
    fn reads_lengths_dates_and_times() {
        assert_eq!(seen("2d"), "2026-11-20T12:00:00Z");
        assert_eq!(seen("2026-11-01"), "2026-11-01T00:00:00Z");
        assert_eq!(seen("2026-11-01T08:00:00+02:00"), "2026-11-01T06:00:00Z");
    }

    #[test]
    fn what_is_as_long_as_it_may_be_is_read_and_what_is_longer_is_not() {
        let day = |digits: usize| format!("{}1d", "0".repeat(digits - 1)).parse::<Since>();
        assert_eq!(day(9), Ok(Since::Ago(TimeDelta::days(1))));
        assert_eq!(day(10), Err(SinceError));
        let words = |length: usize| format!("1d{}1h", " ".repeat(length - 4)).parse::<Since>();
        assert_eq!(words(TEXT_MAX), Ok(Since::Ago(TimeDelta::hours(25))));
        assert_eq!(words(TEXT_MAX + 1), Err(SinceError));
        let days = |days: u64| format!("{days}d").parse::<Since>();
        assert_eq!(days(DAYS_MAX), Ok(Since::Ago(TimeDelta::days(36_525))));
        assert_eq!(days(DAYS_MAX + 1), Err(SinceError));
    }

    #[test]
    fn refuses_the_rest() {
        for bad in ["", "7", "-1d", "yesterday", "2026-13-01", "999999999999d", "200y"] {
            assert_eq!(bad.parse::<Since>(), Err(SinceError), "{bad}");
        }
    }
}
