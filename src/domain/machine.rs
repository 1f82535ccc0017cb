//! The machine's clock as far as it can be trusted (trust K6): what it showed at one moment, and how long
//! the machine had been up then. Where the two disagree about the time between, the clock was set. Reading
//! them is `clock`'s, keeping what was read `store`'s.

use std::str::FromStr;

use chrono::TimeDelta;

use super::time::{Timestamp, to_human};

/// How much further than the machine's uptime its clock may move before it counts as set ahead.
const AHEAD_MAX: TimeDelta = TimeDelta::days(1);
/// For how long nobody needs to have seen the machine, where no uptime tells how long that was: weeks of
/// downtime are nothing unusual.
const UNSEEN_MAX: TimeDelta = TimeDelta::days(60);
/// How old a reading gets before another one takes its place.
const READING_AGE: TimeDelta = TimeDelta::hours(1);
/// How far a clock may be behind what was written last: several machines may not agree to the minute.
const BEHIND_MAX: TimeDelta = TimeDelta::minutes(5);

/// Longest name of a start of a machine, in bytes; Linux gives a UUID.
const BOOT_ID_MAX: usize = 64;

/// Which start of which machine: a random name that the kernel gives each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BootId(String);

/// Why a text names no start of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name of a start of a machine is hexadecimal digits and hyphens")]
pub struct BootIdError;

impl BootId {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BootId {
    type Err = BootIdError;

    fn from_str(text: &str) -> Result<Self, BootIdError> {
        let text = text.trim();
        let known = |c: char| c.is_ascii_hexdigit() || c == '-';
        if text.is_empty() || text.len() > BOOT_ID_MAX || !text.chars().all(known) {
            return Err(BootIdError);
        }
        Ok(Self(text.to_owned()))
    }
}

/// How long a machine has been up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uptime {
    /// Since which start.
    pub boot: BootId,
    /// In seconds, those asleep included.
    pub seconds: u32,
}

/// What the clock showed at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The time.
    pub at: Timestamp,
    /// How long the machine had been up, where it says so.
    pub uptime: Option<Uptime>,
}

/// How a clock went from one reading to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// As it should, as far as can be seen.
    Steady,
    /// Ahead of what can have passed.
    Doubtful(Doubt),
    /// Back: it was ahead before, or it is wrong now, as after a start without a battery, and will be put
    /// right. Going forward to where it was is no jump then.
    Behind,
}

/// Why a clock is not believed without being told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// It moved on and the machine was not up for as long.
    #[error("the clock was set ahead by {} since {}", days(*by), to_human(*since))]
    SetAhead {
        /// How far.
        by: TimeDelta,
        /// When it was still right.
        since: Timestamp,
    },
    /// Nothing tells whether so much time has passed.
    #[error("the clock says that {} have passed since the store was last used, at {}", days(*gap), to_human(*since))]
    LongUnseen {
        /// How long.
        gap: TimeDelta,
        /// When the store was used last.
        since: Timestamp,
    },
}

/// Both doubts are about more than a day.
fn days(length: TimeDelta) -> String {
    match length.num_days() {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

impl Reading {
    /// How the clock went from here to a later reading.
    #[must_use]
    pub fn course(&self, later: &Self) -> Course {
        let since = self.at;
        let moved = later.at.signed_duration_since(since);
        if let Some(up) = self.up_until(later) {
            let by = moved - up;
            return if by > AHEAD_MAX {
                Course::Doubtful(Doubt::SetAhead { by, since })
            } else if by < -READING_AGE {
                Course::Behind
            } else {
                Course::Steady
            };
        }
        if moved > UNSEEN_MAX {
            Course::Doubtful(Doubt::LongUnseen { gap: moved, since })
        } else if moved < TimeDelta::zero() {
            Course::Behind
        } else {
            Course::Steady
        }
    }

    /// Whether a later reading tells more: of another start, or some time later.
    #[must_use]
    pub fn is_outdated_by(&self, later: &Self) -> bool {
        let moved = later.at.signed_duration_since(self.at);
        let same_start = match (&self.uptime, &later.uptime) {
            (None, None) => true,
            _ => self.up_until(later).is_some(),
        };
        !same_start || moved >= READING_AGE
    }

    /// How long the machine was up between the two, where both are of one start. An uptime that went back
    /// is another start, whatever its name: that of a container.
    fn up_until(&self, later: &Self) -> Option<TimeDelta> {
        let (before, after) = (self.uptime.as_ref()?, later.uptime.as_ref()?);
        let up = after.seconds.checked_sub(before.seconds)?;
        (before.boot == after.boot).then(|| TimeDelta::seconds(up.into()))
    }
}

/// Whether a clock is behind what was written last, by more than clocks differ (trust J6).
#[must_use]
pub fn is_behind(now: Timestamp, written: Timestamp) -> bool {
    written.signed_duration_since(now) > BEHIND_MAX
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_clock_is_behind_from_the_first_second_beyond_what_clocks_differ_by() {
        let written: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        assert!(!is_behind(written - BEHIND_MAX, written));
        assert!(is_behind(written - BEHIND_MAX - TimeDelta::seconds(1), written));
        assert!(!is_behind(written + BEHIND_MAX, written));
    }

    #[test]
    fn the_name_of_a_start_is_as_long_as_it_may_be() {
        let of = |length: usize| "a".repeat(length).parse::<BootId>();
        assert!(of(BOOT_ID_MAX).is_ok());
        assert_eq!(of(BOOT_ID_MAX + 1), Err(BootIdError));
    }

    const DAY: i64 = 86_400;

    fn reading(boot: &str, seconds: u32, day: i64) -> Reading {
        let start: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        let uptime = Some(Uptime { boot: boot.parse().unwrap(), seconds });
        Reading { at: start + TimeDelta::seconds(day), uptime }
    }

    fn doubt(course: Course) -> String {
        match course {
            Course::Doubtful(doubt) => doubt.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_clock_that_moved_on_as_long_as_the_machine_was_up_is_steady_however_long_that_was() {
        let before = reading("a", 100, 0);
        for days in [0, 1, 59, 61, 4_000] {
            let seconds = u32::try_from(days * DAY).unwrap() + 100;
            assert_eq!(before.course(&reading("a", seconds, days * DAY)), Course::Steady, "{days}");
        }
    }

    #[test]
    fn a_clock_that_moved_a_day_further_than_the_machine_was_up_was_set() {
        let before = reading("a", 100, 0);
        let after = |seconds| before.course(&reading("a", 3_700, 3_600 + seconds));
        assert_eq!(after(DAY), Course::Steady);
        assert_eq!(
            doubt(after(DAY + 1)),
            "the clock was set ahead by 1 day since 2026-11-01 00:00 UTC"
        );
        assert_eq!(
            doubt(after(45 * DAY)),
            "the clock was set ahead by 45 days since 2026-11-01 00:00 UTC"
        );
    }

    #[test]
    fn of_another_start_weeks_are_believed_and_months_are_not() {
        let before = reading("a", 1_000_000, 0);
        let after = |seconds| before.course(&reading("b", 5, seconds));
        for days in [0, 1, 21, 60] {
            assert_eq!(after(days * DAY), Course::Steady, "{days}");
        }
        assert_eq!(
            doubt(after(60 * DAY + 1)),
            "the clock says that 60 days have passed since the store was last used, \
             at 2026-11-01 00:00 UTC"
        );
    }

    #[test]
    fn without_an_uptime_on_both_sides_or_with_one_that_went_back_it_is_another_start() {
        let before = reading("a", 100, 0);
        for uptime in [None, Some(Uptime { boot: "a".parse().unwrap(), seconds: 99 })] {
            let after = Reading { uptime, ..reading("a", 0, 30 * DAY) };
            assert_eq!(before.course(&after), Course::Steady);
            assert_eq!(after.course(&before), Course::Behind);
            assert!(before.is_outdated_by(&Reading { at: before.at, ..after }));
        }
    }

    #[test]
    fn a_clock_that_is_set_back_is_behind_and_no_doubt() {
        let before = reading("a", 10_000, 0);
        for (boot, seconds, moved, course) in [
            ("a", 10_000, -3_600, Course::Steady),
            ("a", 10_000, -3_601, Course::Behind),
            ("a", 20_000, 6_399, Course::Behind),
            ("a", 20_000, -400 * DAY, Course::Behind),
            ("b", 20_000, -1, Course::Behind),
            ("b", 20_000, -400 * DAY, Course::Behind),
        ] {
            assert_eq!(before.course(&reading(boot, seconds, moved)), course, "{boot} {moved}");
        }
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_trouble() {
        let at = |at| Reading { at, uptime: None };
        let (first, last) = (at(Timestamp::MIN_UTC), at(Timestamp::MAX_UTC));
        assert!(matches!(first.course(&last), Course::Doubtful(Doubt::LongUnseen { .. })));
        assert_eq!(last.course(&first), Course::Behind);
        assert!(is_behind(first.at, last.at) && !is_behind(last.at, first.at));
    }

    #[test]
    fn a_reading_is_replaced_by_one_an_hour_away_or_of_another_start() {
        let before = reading("a", 100, 0);
        for (later, outdated) in [
            (reading("a", 3_699, 3_599), false),
            (reading("a", 3_700, 3_600), true),
            (reading("a", 200, -3_599), false),
            (reading("a", 200, -3_600), false),
            (reading("b", 200, 0), true),
        ] {
            assert_eq!(before.is_outdated_by(&later), outdated, "{later:?}");
        }
        let without = |at| Reading { at, uptime: None };
        assert!(!without(before.at).is_outdated_by(&without(before.at)));
    }

    #[test]
    fn a_start_has_a_name_of_digits() {
        for good in ["fbdc55c9-0eab-4985-9843-1a1a7bcab0da\n", "0"] {
            assert!(good.parse::<BootId>().is_ok(), "{good}");
        }
        for bad in ["", " ", "boot", "a b", &"a".repeat(65)] {
            assert_eq!(bad.parse::<BootId>(), Err(BootIdError), "{bad}");
        }
    }
}
