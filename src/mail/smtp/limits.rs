//! How long is waited. Every wait has an end, and none outlives the run.

use std::time::Duration;

use crate::domain::mail_server::MailTimeouts;
use crate::mail::Elapsed;

/// Waits shorter than this are over: the system would take nothing for "for ever".
const LEAST: Duration = Duration::from_micros(10);

/// What ends every wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    elapsed: Elapsed,
    timeouts: MailTimeouts,
    /// Unknown until the run begins.
    run_end: Option<Duration>,
}

/// When one wait ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    elapsed: Elapsed,
    at: Duration,
}

impl Limits {
    pub(super) const fn new(timeouts: MailTimeouts, elapsed: Elapsed) -> Self {
        Self { elapsed, timeouts, run_end: None }
    }

    /// The run begins with its first message: what a command does before, or a person thinks about, is no
    /// mailing.
    pub(super) fn begin(&mut self) {
        self.run_end.get_or_insert_with(|| (self.elapsed)().saturating_add(self.timeouts.run));
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
        End { elapsed: self.elapsed, at: self.run_end.map_or(end, |run_end| end.min(run_end)) }
    }
}

impl End {
    /// How long is left; nothing when it is over.
    pub(super) fn left(self) -> Option<Duration> {
        self.at.checked_sub((self.elapsed)()).filter(|left| *left >= LEAST)
    }
}
