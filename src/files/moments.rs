//! Moments as other systems write them into files. How admit writes them is `domain::time`'s.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};

use crate::domain::time::{Timestamp, whole_seconds};

/// Why a text is no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no moment such as 2026-11-29T08:00:00Z, 2026-11-29 08:00 or 2026-11-29")]
pub(super) struct MomentError;

/// Reads RFC 3339, `YYYY-MM-DD` or `YYYY-MM-DD HH:MM[:SS]`; UTC where no offset is given. The years
/// 1970 to 9999 are taken, fractions of a second are dropped.
///
/// # Errors
/// When the text is none of these.
pub(super) fn parse(text: &str) -> Result<Timestamp, MomentError> {
    let midnight = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    let local = |format: &str| NaiveDateTime::parse_from_str(text, format).ok();
    let moment = DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.with_timezone(&Utc));
    moment
        .or_else(|| {
            let formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"];
            let local = midnight().or_else(|| formats.into_iter().find_map(local));
            local.map(|moment| moment.and_utc())
        })
        .map(whole_seconds)
        .filter(|moment| (1970..=9999).contains(&moment.year()))
        .ok_or(MomentError)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::time::to_rfc3339;

    #[test]
    fn reads_what_exports_hold() {
        for (text, moment) in [
            ("2026-11-29", "2026-11-29T00:00:00Z"),
            ("2026-11-29 08:00", "2026-11-29T08:00:00Z"),
            ("2026-11-29 08:00:07", "2026-11-29T08:00:07Z"),
            ("2026-11-29T08:00:07", "2026-11-29T08:00:07Z"),
            ("2026-11-29T08:00:07.999+02:00", "2026-11-29T06:00:07Z"),
        ] {
            assert_eq!(to_rfc3339(parse(text).unwrap()), moment, "{text}");
        }
    }

    #[test]
    fn refuses_what_could_mean_two_days() {
        for text in ["", "29.11.2026", "11/29/2026", "2026-02-30", "0001-01-01", "yesterday"] {
            assert_eq!(parse(text), Err(MomentError), "{text}");
        }
    }
}
