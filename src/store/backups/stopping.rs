//! Stopping what SQLite does in one long step: somebody else has to look meanwhile whether to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

/// How often one looks.
const EVERY: Duration = Duration::from_millis(50);

/// Does something with a connection that ends as interrupted, once `is_stopped` says so.
pub(super) fn stoppable<T>(
    connection: &Connection,
    is_stopped: fn() -> bool,
    work: impl FnOnce(&Connection) -> T,
) -> T {
    let handle = connection.get_interrupt_handle();
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let ended = &ended;
        let watcher = scope.spawn(move || {
            // Again and again: between two statements nobody hears it.
            while !ended.load(Ordering::SeqCst) {
                if is_stopped() {
                    handle.interrupt();
                }
                thread::park_timeout(EVERY);
            }
        });
        // Also where the work panics: the scope waits for the watcher.
        let _end = End { ended, watcher: watcher.thread() };
        work(connection)
    })
}

/// Ends the watch when it is dropped.
struct End<'a> {
    ended: &'a AtomicBool,
    watcher: &'a thread::Thread,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        self.watcher.unpark();
    }
}
