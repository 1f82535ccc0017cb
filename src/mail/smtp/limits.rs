//! How long is waited. Every wait has an end, and none outlives the run.

use std::time::Duration;

use crate::domain::mail_server::MailTimeouts;
use crate::mail::Elapsed;

/// Waits shorter than this are over: the system would take nothing for "for ever".
const LEAST: Duration = Duration::from_micros(10);

/// What ends every wait. It runs from its making.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    elapsed: Elapsed,
    timeouts: MailTimeouts,
    run_end: Duration,
}

/// When one wait ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    elapsed: Elapsed,
    at: Duration,
}

impl Limits {
    pub(super) fn new(timeouts: MailTimeouts, elapsed: Elapsed) -> Self {
        Self { elapsed, timeouts, run_end: elapsed().saturating_add(timeouts.run) }
    }

    /// Whether there is time for nothing more.
    pub(super) fn is_over(&self) -> bool {
        self.end_of(Duration::MAX).left().is_none()
    }

    pub(super) fn connect(&self) -> End {
        self.end_of(self.timeouts.connect)
    }

    pub(super) fn reply(&self) -> End {
        self.end_of(self.timeouts.reply)
    }

    /// For what is only polite.
    pub(super) fn goodbye(&self) -> End {
        self.end_of(self.timeouts.reply.min(Duration::from_secs(1)))
    }

    fn end_of(&self, length: Duration) -> End {
        let end = (self.elapsed)().saturating_add(length);
        End { elapsed: self.elapsed, at: end.min(self.run_end) }
    }
}

impl End {
    /// How long is left; nothing when it is over.
    pub(super) fn left(self) -> Option<Duration> {
        self.at.checked_sub((self.elapsed)()).filter(|left| *left >= LEAST)
    }
}
