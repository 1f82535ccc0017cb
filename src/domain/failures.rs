//! How often a secret was tried in vain. How long one then waits is each secret's own affair: `phone` for
//! PINs, `account` for passwords.

use super::time::Timestamp;

/// Wrong tries in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// When the last one was.
    pub last: Option<Timestamp>,
}

impl Failures {
    /// One more.
    #[must_use]
    pub const fn and_one_at(self, now: Timestamp) -> Self {
        Self { count: self.count.saturating_add(1), last: Some(now) }
    }
}
