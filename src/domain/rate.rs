//! How many messages may leave in a time: `10/s`, `100/min`, `1000/h`.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

/// Most messages a second; more is no limit to a mail server.
const MOST_PER_SECOND: u32 = 1000;

/// Why a text is no rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a rate is a number of mails in a second, minute or hour: 10/s, 100/min, 1000/h; at most 1000/s"
)]
pub struct RateError;

/// How many messages may leave in a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    many: NonZeroU32,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Second,
    Minute,
    Hour,
}

impl Unit {
    const fn seconds(self) -> u32 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3600,
        }
    }
}

impl Rate {
    /// The time from one message to the next.
    #[must_use]
    pub fn pause(self) -> Duration {
        Duration::from_secs(self.unit.seconds().into()) / self.many.get()
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let (many, unit) = text.trim().split_once('/').ok_or(RateError)?;
        let unit = match unit.trim() {
            "s" | "sec" | "second" => Unit::Second,
            "m" | "min" | "minute" => Unit::Minute,
            "h" | "hour" => Unit::Hour,
            _ => return Err(RateError),
        };
        let many: NonZeroU32 = many.trim().parse().map_err(|_| RateError)?;
        if many.get() > MOST_PER_SECOND.saturating_mul(unit.seconds()) {
            return Err(RateError);
        }
        Ok(Self { many, unit })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Second => "s",
            Unit::Minute => "min",
            Unit::Hour => "h",
        };
        write!(f, "{}/{unit}", self.many)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_rate_is_a_pause_between_messages() {
        for (text, millis) in [
            ("10/s", 100),
            ("1/s", 1000),
            ("100/min", 600),
            ("60 / m", 1000),
            ("1000/h", 3600),
            ("1000/s", 1),
        ] {
            assert_eq!(
                text.parse::<Rate>().unwrap().pause(),
                Duration::from_millis(millis),
                "{text}"
            );
        }
        for bad in
            ["", "10", "/s", "0/s", "-1/s", "1.5/s", "10/d", "1001/s", "99999999999/h", "x/s"]
        {
            assert_eq!(bad.parse::<Rate>(), Err(RateError), "{bad}");
        }
    }
}
