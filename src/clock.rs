//! The only caller of the system clock, and the only one who asks how long the machine has been up.
//! Everything below gets the time as an argument.

use std::fs::read_to_string;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::DateTime;

use crate::domain::machine::{Reading, Uptime};
use crate::domain::time::Timestamp;

/// The time now, in whole seconds of UTC.
#[must_use]
pub fn now() -> Timestamp {
    // Not `Utc::now`, which panics where the clock stands before 1970.
    let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
    };
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::UNIX_EPOCH)
}

/// The time now, with how long the machine has been up; without that where the system does not say (it is
/// no Linux, or `/proc` is closed).
#[must_use]
pub fn reading() -> Reading {
    Reading { at: now(), uptime: uptime() }
}

/// The time since this was first asked. It never runs backwards, whatever is done to the clock: for timeouts.
#[must_use]
pub fn elapsed() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

fn uptime() -> Option<Uptime> {
    let boot = read_to_string("/proc/sys/kernel/random/boot_id").ok()?.parse().ok()?;
    let seconds = whole_seconds_up(&read_to_string("/proc/uptime").ok()?)?;
    Some(Uptime { boot, seconds })
}

/// From `1032.03 1603.36`: up, and idle (proc_uptime(5)).
fn whole_seconds_up(line: &str) -> Option<u32> {
    line.split(['.', ' ']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_seconds_up_are_the_first_number() {
        assert_eq!(whole_seconds_up("1032.03 1603.36\n"), Some(1_032));
        assert_eq!(whole_seconds_up("0.00 0.00"), Some(0));
        for bad in ["", "\n", "-1.0 2.0", "up", "99999999999.0 1.0"] {
            assert_eq!(whole_seconds_up(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn two_readings_are_of_one_start_and_agree() {
        let (before, after) = (reading(), reading());
        assert_eq!(before.course(&after), crate::domain::machine::Course::Steady);
        assert!(!before.is_outdated_by(&after));
    }
}
