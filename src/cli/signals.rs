//! Ctrl-C, SIGTERM and SIGHUP while something long runs that must be cleaned up: it is rolled back and
//! the exit code names the signal. Before and after, the system's own handling stands.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;

use super::exit::Exit;

/// What the handlers read and write. There is one set of handlers in a process: they cannot be taken
/// away again without the signals being lost.
struct Handlers {
    caught: Arc<AtomicUsize>,
    /// Whether a signal does what the system does with it.
    default: Arc<AtomicBool>,
    registered: Mutex<Registered>,
}

enum Registered {
    NotYet,
    Done,
}

static HANDLERS: LazyLock<Handlers> = LazyLock::new(|| Handlers {
    caught: Arc::default(),
    default: Arc::default(),
    registered: Mutex::new(Registered::NotYet),
});

/// Listens for signals as long as it lives; one at a time.
#[derive(Debug)]
pub struct Signals(());

impl Signals {
    /// Starts to listen.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> io::Result<Self> {
        HANDLERS.caught.store(0, Ordering::Relaxed);
        HANDLERS.default.store(false, Ordering::Relaxed);
        let mut registered = HANDLERS.registered.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*registered, Registered::NotYet) {
            for signal in [SIGINT, SIGTERM, SIGHUP] {
                let number = usize::try_from(signal).unwrap_or_default();
                // A second signal ends the process at once, also while it waits for another writer;
                // what was not committed is rolled back by whoever opens the store next.
                flag::register_conditional_default(signal, Arc::clone(&HANDLERS.default))?;
                flag::register(signal, Arc::clone(&HANDLERS.default))?;
                flag::register_usize(signal, Arc::clone(&HANDLERS.caught), number)?;
            }
            *registered = Registered::Done;
        }
        Ok(Self(()))
    }

    /// The exit code for the signal that came, if one did.
    #[must_use]
    pub fn caught(&self) -> Option<Exit> {
        match i32::try_from(HANDLERS.caught.load(Ordering::Relaxed)).ok()? {
            SIGINT => Some(Exit::Interrupted),
            SIGTERM => Some(Exit::Terminated),
            SIGHUP => Some(Exit::HungUp),
            _ => None,
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        HANDLERS.default.store(true, Ordering::Relaxed);
    }
}

/// Makes a file-size limit an error to report, not a reason to die (trust A10): the write that goes
/// beyond it fails.
pub fn survive_file_size_limits() {
    // A system that refuses leaves its own handling, which loses nothing that was committed.
    let _ = flag::register(SIGXFSZ, Arc::default());
}
