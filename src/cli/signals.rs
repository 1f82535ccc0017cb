//! Ctrl-C, SIGTERM and SIGHUP while a long change runs: the change is rolled back and the exit code names
//! the signal. Elsewhere the system's own handling stands.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;

use super::exit::Exit;

/// Listens for signals from now on.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    caught: Arc<AtomicUsize>,
    again: Arc<AtomicBool>,
}

impl Signals {
    /// Starts to listen.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> io::Result<Self> {
        let signals = Self::default();
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let number = usize::try_from(signal).unwrap_or_default();
            // A second signal ends the process at once, also while it waits for another writer; what
            // was not committed is rolled back by whoever opens the store next.
            flag::register_conditional_default(signal, Arc::clone(&signals.again))?;
            flag::register(signal, Arc::clone(&signals.again))?;
            flag::register_usize(signal, Arc::clone(&signals.caught), number)?;
        }
        // A file-size limit is an error to report, not a reason to die (trust A10).
        flag::register_usize(SIGXFSZ, Arc::default(), 1)?;
        Ok(signals)
    }

    /// The exit code for the signal that came, if one did.
    #[must_use]
    pub fn caught(&self) -> Option<Exit> {
        match i32::try_from(self.caught.load(Ordering::Relaxed)).ok()? {
            SIGINT => Some(Exit::Interrupted),
            SIGTERM => Some(Exit::Terminated),
            SIGHUP => Some(Exit::HungUp),
            _ => None,
        }
    }
}
