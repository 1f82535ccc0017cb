//! The only caller of the system clock. Everything below gets the time as an argument.

use chrono::Utc;

use crate::domain::time::{Timestamp, whole_seconds};

/// The time now, in whole seconds of UTC.
#[must_use]
pub fn now() -> Timestamp {
    whole_seconds(Utc::now())
}
