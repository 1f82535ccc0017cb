//! How long an invite lives: a length of time within fixed limits. When it begins to run is the
//! invite's business; no default is chosen here (that is the template's).

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use super::time::{Timestamp, whole_seconds};

/// Shortest lifetime, in seconds: one hour (rule 10).
pub const LIFETIME_MIN_SECONDS: u32 = 3_600;
/// Longest lifetime, in seconds: 365 days (rule 10).
pub const LIFETIME_MAX_SECONDS: u32 = 365 * 86_400;

/// Longest text that is read as a lifetime, in bytes. With [`DIGITS_MAX`] it keeps every sum far below
/// 2^64 seconds, where humantime 2.4 panics ("18446744073709551615s 1000000000ns").
const TEXT_MAX: usize = 64;
const DIGITS_MAX: usize = 9;

/// Why a text or a number is no lifetime. Values outside the limits are refused, never clamped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LifetimeError {
    /// Not a length of time.
    #[error("a lifetime is a number and a unit, such as 12h, 7d or '2 weeks'")]
    Malformed,
    /// A number alone.
    #[error("a lifetime needs a unit after the number: h for hours, d for days, w for weeks")]
    NoUnit,
    /// A unit that nobody knows.
    #[error(
        "a lifetime's unit is h (hours), d (days), w (weeks), m (minutes) or M (months of 30.44 days)"
    )]
    UnknownUnit,
    /// Less than nothing.
    #[error("a lifetime is not negative: it lies between 1 hour and 365 days")]
    Negative,
    /// Under one hour.
    #[error("a lifetime is at least 1 hour and at most 365 days (m means minutes, M months)")]
    TooShort,
    /// Over 365 days.
    #[error("a lifetime is at most 365 days (a year counts 365.25 days, a month M 30.44)")]
    TooLong,
    /// Finer than a second.
    #[error("a lifetime is in whole seconds")]
    Fraction,
}

/// How long an invite lives: one hour to 365 days, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lifetime(u32);

impl Lifetime {
    /// One day.
    pub const DAY: Self = Self(86_400);

    /// Takes a number of seconds, such as the store keeps it.
    ///
    /// # Errors
    /// Outside one hour to 365 days.
    pub const fn from_seconds(seconds: u32) -> Result<Self, LifetimeError> {
        match seconds {
            0..LIFETIME_MIN_SECONDS => Err(LifetimeError::TooShort),
            LIFETIME_MIN_SECONDS..=LIFETIME_MAX_SECONDS => Ok(Self(seconds)),
            _ => Err(LifetimeError::TooLong),
        }
    }

    /// The length in seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }

    /// The moment at which a lifetime that runs from `start` ends. At the end of the calendar, some
    /// 260,000 years from now, it is the calendar's last second.
    #[must_use]
    pub fn after(self, start: Timestamp) -> Timestamp {
        let length = TimeDelta::seconds(i64::from(self.0));
        whole_seconds(start.checked_add_signed(length).unwrap_or(Timestamp::MAX_UTC))
    }
}

impl FromStr for Lifetime {
    type Err = LifetimeError;

    fn from_str(text: &str) -> Result<Self, LifetimeError> {
        let text = text.trim();
        if text.len() > TEXT_MAX {
            return Err(LifetimeError::Malformed);
        }
        if text.starts_with(['-', '\u{2212}']) {
            return Err(LifetimeError::Negative);
        }
        if text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() > DIGITS_MAX) {
            return Err(LifetimeError::TooLong);
        }
        let length = humantime::parse_duration(text).map_err(|error| reason(text, &error))?;
        if length.subsec_nanos() != 0 {
            return Err(LifetimeError::Fraction);
        }
        Self::from_seconds(u32::try_from(length.as_secs()).map_err(|_| LifetimeError::TooLong)?)
    }
}

/// As a person says it: `7 days`, `1 day 6 hours`. Reading it back gives the same lifetime.
impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        let mut gap = "";
        for (unit, seconds) in [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)] {
            let count = rest / seconds;
            rest %= seconds;
            if count > 0 {
                let plural = if count == 1 { "" } else { "s" };
                write!(f, "{gap}{count} {unit}{plural}")?;
                gap = " ";
            }
        }
        Ok(())
    }
}

fn reason(text: &str, error: &humantime::DurationError) -> LifetimeError {
    use humantime::DurationError;
    match error {
        DurationError::UnknownUnit { unit, .. } if unit.is_empty() => LifetimeError::NoUnit,
        DurationError::UnknownUnit { .. } => LifetimeError::UnknownUnit,
        // humantime says overflow for a fraction that does not come out even, too.
        DurationError::NumberOverflow if text.contains('.') => LifetimeError::Fraction,
        DurationError::NumberOverflow => LifetimeError::TooLong,
        _ => LifetimeError::Malformed,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_people_write_and_says_it_back() {
        for (text, shown) in [
            ("7d", "7 days"),
            (" 30 days ", "30 days"),
            ("12h", "12 hours"),
            ("1h", "1 hour"),
            ("60m", "1 hour"),
            ("90min", "1 hour 30 minutes"),
            ("1d 6h", "1 day 6 hours"),
            ("1d6h", "1 day 6 hours"),
            ("2 weeks", "14 days"),
            ("1w", "7 days"),
            ("1.5d", "1 day 12 hours"),
            ("1M", "30 days 10 hours 33 minutes 36 seconds"),
            ("365d", "365 days"),
            ("8760h", "365 days"),
            ("3601s", "1 hour 1 second"),
        ] {
            let lifetime: Lifetime = text.parse().unwrap_or_else(|e| panic!("{text:?} {e}"));
            assert_eq!(lifetime.to_string(), shown, "{text:?}");
        }
    }

    #[test]
    fn refuses_the_rest_and_says_why() {
        use LifetimeError::{
            Fraction, Malformed, Negative, NoUnit, TooLong, TooShort, UnknownUnit,
        };
        for (text, reason) in [
            ("", Malformed),
            (" ", Malformed),
            ("0", TooShort),
            ("0s", TooShort),
            ("0d", TooShort),
            ("7", NoUnit),
            ("7 ", NoUnit),
            ("1d 7", NoUnit),
            ("-1", Negative),
            ("-7d", Negative),
            ("−7d", Negative),
            ("1m", TooShort),
            ("59m", TooShort),
            ("3599s", TooShort),
            ("366d", TooLong),
            ("365d 1s", TooLong),
            ("400d", TooLong),
            ("1y", TooLong),
            ("12M", TooLong),
            ("999999999d", TooLong),
            ("99999999999999d", TooLong),
            ("18446744073709551615s 1000000000ns", TooLong),
            ("999999999999999999999999999999d", TooLong),
            ("P7D", Malformed),
            ("PT12H", Malformed),
            ("7D", UnknownUnit),
            ("7 fortnights", UnknownUnit),
            ("7x", UnknownUnit),
            ("d", Malformed),
            ("seven days", Malformed),
            ("7d,6h", Malformed),
            ("7_d", Malformed),
            ("1e3d", UnknownUnit),
            ("٧d", Malformed),
            ("+7d", Malformed),
            ("never", Malformed),
            ("1h 500ms", Fraction),
            ("3600.5s", Fraction),
            ("1.00001d", Fraction),
        ] {
            assert_eq!(text.parse::<Lifetime>(), Err(reason), "{text:?}");
        }
        assert_eq!("7d ".repeat(100).parse::<Lifetime>(), Err(Malformed));
    }

    #[test]
    fn a_text_is_as_long_as_it_may_be_and_no_longer() {
        let day = |digits: usize| format!("{}1d", "0".repeat(digits - 1));
        assert_eq!(day(DIGITS_MAX).parse(), Lifetime::from_seconds(86_400));
        assert_eq!(day(DIGITS_MAX + 1).parse::<Lifetime>(), Err(LifetimeError::TooLong));
        let many = |length: usize| format!("{:>length$}", "1d 1d");
        let words = |length: usize| format!("1d{}1h", " ".repeat(length - 4));
        assert!(words(TEXT_MAX).parse::<Lifetime>().is_ok());
        assert_eq!(words(TEXT_MAX + 1).parse::<Lifetime>(), Err(LifetimeError::Malformed));
        // Too much for the reader of numbers, with a point and without.
        assert_eq!("999999999y".parse::<Lifetime>(), Err(LifetimeError::TooLong));
        assert_eq!("999999999y 999999999y".parse::<Lifetime>(), Err(LifetimeError::TooLong));
        // Blanks around it do not count.
        assert_eq!(many(500).parse::<Lifetime>(), "2d".parse());
    }

    #[test]
    fn limits_are_inside_and_nothing_is_clamped() {
        for seconds in [LIFETIME_MIN_SECONDS, LIFETIME_MAX_SECONDS] {
            assert_eq!(Lifetime::from_seconds(seconds).unwrap().seconds(), seconds);
        }
        assert_eq!(Lifetime::from_seconds(3_599), Err(LifetimeError::TooShort));
        assert_eq!(Lifetime::from_seconds(31_536_001), Err(LifetimeError::TooLong));
    }

    #[test]
    fn ends_after_its_length_and_never_past_the_calendar() {
        let start: Timestamp = "2026-02-27T23:30:00Z".parse().unwrap();
        let end = "2d 1h".parse::<Lifetime>().unwrap().after(start);
        assert_eq!(end, "2026-03-02T00:30:00Z".parse::<Timestamp>().unwrap());
        let day = Lifetime::from_seconds(86_400).unwrap();
        assert_eq!(day.after(Timestamp::MAX_UTC), whole_seconds(Timestamp::MAX_UTC));
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(seconds in LIFETIME_MIN_SECONDS..=LIFETIME_MAX_SECONDS) {
            let lifetime = Lifetime::from_seconds(seconds).unwrap();
            prop_assert_eq!(lifetime.to_string().parse(), Ok(lifetime));
        }

        #[test]
        fn no_text_makes_it_panic(
            wild in any::<String>(),
            near in "([0-9]{1,20}(ns|us|ms|s|m|h|d|w|M|y)[ .]?){0,5}",
        ) {
            for text in [wild, near] {
                if let Ok(lifetime) = text.parse::<Lifetime>() {
                    prop_assert_eq!(Lifetime::from_seconds(lifetime.seconds()), Ok(lifetime));
                }
            }
        }
    }
}
