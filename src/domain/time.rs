//! A moment, in whole seconds of UTC, and how admit writes it. Reading the clock is `crate::clock`'s.

use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};

/// A moment in UTC. The store keeps whole seconds, so every `Timestamp` below `cli` is a whole second.
pub type Timestamp = DateTime<Utc>;

/// Cuts a moment to whole seconds.
#[must_use]
pub fn whole_seconds(moment: Timestamp) -> Timestamp {
    moment.trunc_subsecs(0)
}

/// A moment from its seconds since 1970; none beyond the calendar.
#[must_use]
pub fn from_unix(seconds: u64) -> Option<Timestamp> {
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)
}

/// The moment so much later; the end of the calendar where there is none.
#[must_use]
pub fn later(moment: Timestamp, by: std::time::Duration) -> Timestamp {
    let by = TimeDelta::from_std(by).unwrap_or(TimeDelta::MAX);
    moment.checked_add_signed(by).unwrap_or(Timestamp::MAX_UTC)
}

/// RFC 3339 with a `Z`: what JSON, CSV and the audit show.
#[must_use]
pub fn to_rfc3339(moment: Timestamp) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// `2026-11-29 08:00 UTC`: what a person reads. The zone is always named (rule 10).
#[must_use]
pub fn to_human(moment: Timestamp) -> String {
    moment.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// `Sun, 29 Nov 2026 08:00:00 +0000`: the date of a mail (RFC 5322 §3.3).
#[must_use]
pub fn to_mail_date(moment: Timestamp) -> String {
    moment.to_rfc2822()
}

/// How far a moment is from now, for people: `in 6 days`, `5 minutes ago`, `now`. It names the largest
/// unit that fits, seconds to days, and cuts the rest off, so that "in 6 days" never promises more
/// time than there is.
#[must_use]
pub fn relative(moment: Timestamp, now: Timestamp) -> String {
    let seconds = whole_seconds(moment).signed_duration_since(whole_seconds(now)).num_seconds();
    let (count, unit) = match seconds.unsigned_abs() {
        0 => return "now".to_owned(),
        distance @ ..60 => (distance, "second"),
        distance @ ..3_600 => (distance / 60, "minute"),
        distance @ ..86_400 => (distance / 3_600, "hour"),
        distance => (distance / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if seconds > 0 {
        format!("in {count} {unit}{plural}")
    } else {
        format!("{count} {unit}{plural} ago")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn tells_the_distance_in_the_largest_unit_that_fits() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        for (seconds, shown) in [
            (0, "now"),
            (1, "in 1 second"),
            (59, "in 59 seconds"),
            (60, "in 1 minute"),
            (5 * 60 + 59, "in 5 minutes"),
            (3_599, "in 59 minutes"),
            (3_600, "in 1 hour"),
            (3 * 3_600, "in 3 hours"),
            (86_399, "in 23 hours"),
            (86_400, "in 1 day"),
            (7 * 86_400 - 1, "in 6 days"),
            (400 * 86_400, "in 400 days"),
            (-1, "1 second ago"),
            (-90, "1 minute ago"),
            (-7_200, "2 hours ago"),
            (-2 * 86_400, "2 days ago"),
        ] {
            assert_eq!(relative(now + TimeDelta::seconds(seconds), now), shown);
        }
    }

    #[test]
    fn the_ends_of_the_calendar_have_a_distance() {
        assert!(relative(Timestamp::MAX_UTC, Timestamp::MIN_UTC).starts_with("in "));
        assert!(relative(Timestamp::MIN_UTC, Timestamp::MAX_UTC).ends_with(" ago"));
    }

    #[test]
    fn parts_of_a_second_do_not_count() {
        let now: Timestamp = "2026-11-22T08:00:00.900Z".parse().unwrap();
        let moment: Timestamp = "2026-11-22T08:00:02.100Z".parse().unwrap();
        assert_eq!(relative(moment, now), "in 2 seconds");
    }
}
