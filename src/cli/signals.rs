//! Ctrl-C, SIGTERM and SIGHUP while something long runs that must be cleaned up: it is rolled back and
//! the exit code names the signal; and while a terminal shows nothing of what is typed. Before and after, the
//! system's own handling stands.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::{self, Thread};
use std::time::Duration;

use nix::sys::termios::{SetArg, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
use signal_hook::low_level::emulate_default_handler;

use super::exit::Exit;

/// How often a terminal without echo is looked after.
const WATCHED_EVERY: Duration = Duration::from_millis(20);

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

    /// The number of the signal that came, if one did.
    fn number(&self) -> Option<i32> {
        i32::try_from(HANDLERS.caught.load(Ordering::Relaxed)).ok().filter(|number| *number != 0)
    }

    /// The exit code for the signal that came, if one did.
    #[must_use]
    pub fn caught(&self) -> Option<Exit> {
        match self.number()? {
            SIGINT => Some(Exit::Interrupted),
            SIGTERM => Some(Exit::Terminated),
            SIGHUP => Some(Exit::HungUp),
            _ => None,
        }
    }
}

/// Whether a signal came that is listened for: for what asks often, and from anywhere.
#[must_use]
pub fn is_caught() -> bool {
    HANDLERS.caught.load(Ordering::Relaxed) != 0
}

impl Drop for Signals {
    fn drop(&mut self) {
        HANDLERS.default.store(true, Ordering::Relaxed);
    }
}

/// Runs what turns the terminal's echo off, and gives it back where a signal ends the process meanwhile: the
/// shell would be left without, and its user would type unseen.
pub fn giving_echo_back<T>(work: impl FnOnce() -> T) -> T {
    let (Ok(before), Ok(signals)) = (tcgetattr(io::stdin()), Signals::listen()) else {
        return work();
    };
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let ended = &ended;
        let watcher = scope.spawn(move || {
            loop {
                // Before the signal is looked for: one that comes with the last key counts, too.
                let is_last = ended.load(Ordering::SeqCst);
                if let Some(number) = signals.number() {
                    let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &before);
                    let _ = emulate_default_handler(number);
                }
                if is_last {
                    break;
                }
                thread::park_timeout(WATCHED_EVERY);
            }
        });
        // Also where the work panics: the scope waits for the watcher.
        let _end = End { ended, watcher: watcher.thread() };
        work()
    })
}

/// Ends the watch when it is dropped.
struct End<'a> {
    ended: &'a AtomicBool,
    watcher: &'a Thread,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        self.watcher.unpark();
    }
}

/// Makes a file-size limit an error to report, not a reason to die (trust A10): the write that goes
/// beyond it fails.
pub fn survive_file_size_limits() {
    // A system that refuses leaves its own handling, which loses nothing that was committed.
    let _ = flag::register(SIGXFSZ, Arc::default());
}
