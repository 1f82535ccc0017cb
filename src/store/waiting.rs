//! How a command waits for another that is writing. SQLite's own way sleeps longer and longer, so that whoever
//! came last is first: here the sleep gets shorter the longer the wait, and who waits longest asks most often.

use std::thread::sleep;
use std::time::Duration;

use rusqlite::Connection;

use super::error::{BUSY_SECONDS, StoreError};

/// How long the first sleep is, in microseconds.
const FIRST_MICROS: u64 = 10_000;
/// How long the shortest is, in microseconds. Shorter ones keep the processors from those who have the lock:
/// with 32 processes that each invite people one by one, 5 ms took half the time of 0.5 ms altogether, and
/// nobody waited for longer than half a second (with SQLite's own way: 2.5 to 7.5 seconds).
const SHORTEST_MICROS: u64 = 5000;
/// By how much each sleep is shorter than the one before, in microseconds.
const SHORTER_MICROS: u64 = 100;

/// Lets a connection wait for others for [`BUSY_SECONDS`].
///
/// # Errors
/// When SQLite does not take it.
pub(super) fn wait_for_others(connection: &mut Connection) -> Result<(), StoreError> {
    Ok(connection.busy_handler(Some(wait))?)
}

/// Does something that fails at once where others are in the way.
///
/// # Errors
/// What `work` says; when SQLite does not take it.
pub(super) fn without_waiting<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.busy_timeout(Duration::ZERO)?;
    let done = work(connection);
    wait_for_others(connection)?;
    done
}

/// Tries what fails at once where others are in the way, for as long as a connection would wait.
///
/// # Errors
/// [`StoreError::Busy`] when they were in the way all the time; what the attempt says otherwise.
pub(super) fn patiently<T>(
    mut attempt: impl FnMut() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut attempts = 0;
    loop {
        match attempt() {
            Err(StoreError::Busy { .. }) if wait(attempts) => attempts += 1,
            done => return done,
        }
    }
}

/// Sleeps before the next attempt; `false` ends the waiting. `attempts` were made before.
fn wait(attempts: i32) -> bool {
    let attempts = u64::try_from(attempts).unwrap_or_default();
    if slept_micros(attempts) >= BUSY_SECONDS * 1_000_000 {
        return false;
    }
    sleep(Duration::from_micros(sleep_micros(attempts)));
    true
}

/// How long the sleep after so many attempts is, in microseconds.
fn sleep_micros(attempts: u64) -> u64 {
    FIRST_MICROS.saturating_sub(attempts.saturating_mul(SHORTER_MICROS)).max(SHORTEST_MICROS)
}

/// How long all sleeps before so many attempts were together, in microseconds.
fn slept_micros(attempts: u64) -> u64 {
    let shortening = ((FIRST_MICROS - SHORTEST_MICROS) / SHORTER_MICROS).min(attempts);
    let shortened: u64 = (0..shortening).map(sleep_micros).sum();
    shortened + (attempts - shortening) * SHORTEST_MICROS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_longer_asks_more_often_and_gives_up_after_ten_seconds() {
        let mut slept = 0;
        for attempts in 0..30_000 {
            assert_eq!(slept_micros(attempts), slept, "{attempts}");
            assert!(sleep_micros(attempts + 1) <= sleep_micros(attempts));
            slept += sleep_micros(attempts);
        }
        assert!(!wait(i32::MAX));
    }
}
