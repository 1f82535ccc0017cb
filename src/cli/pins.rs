//! PINs on their way in and out: read as `secrets` reads; drawn and hashed on two threads; and the warning
//! where a PIN would never be seen.

use std::sync::atomic::{AtomicU64, Ordering};

use super::app::App;
use super::exit::{Exit, Failure};
use super::progress::{Progress, Unit};
use super::render::Output;
use super::report;
use super::secrets::{self, Asking};
use crate::domain::extension::Extension;
use crate::domain::pin::{HashedPin, Pin, PinError, PinHashError, PinOrigin, Salt, TypedPin};
use crate::ops;
use crate::random::SystemEntropy;

/// A PIN from a hidden prompt where somebody can answer, from the first line of stdin elsewhere.
///
/// # Errors
/// Exit 65 where nothing is there.
pub fn typed(app: &mut App, asking: Asking) -> Result<TypedPin, Failure> {
    if app.ui.can_ask() {
        return Ok(TypedPin::new(secrets::prompted(app, "PIN", asking)?.take()));
    }
    let typed = TypedPin::from_bytes(secrets::line_of_stdin()?).map_err(bad_stdin)?;
    match typed.is_empty() {
        true => Err(bad_stdin(PinError::Missing)),
        false => Ok(typed),
    }
}

/// A PIN that is to be set, as it was typed.
///
/// # Errors
/// Exit 65 where it is none to use.
pub fn given(app: &mut App) -> Result<Pin, Failure> {
    typed(app, Asking::New)?.read().map_err(bad_stdin)
}

fn bad_stdin(error: PinError) -> Failure {
    Failure::new(Exit::BadInput, format!("stdin: the PIN {error}"))
}

/// A PIN that waits for its hash.
#[derive(Debug)]
pub struct Unhashed {
    pin: Pin,
    origin: PinOrigin,
    salt: Salt,
}

/// The given PIN, or a drawn one.
///
/// # Errors
/// When the system gives no random numbers, or the extension tells the given PIN.
pub fn given_or_drawn(given: Option<&Pin>, extension: &Extension) -> Result<Unhashed, Failure> {
    let entropy = &mut SystemEntropy;
    let (pin, origin) = match given {
        Some(pin) => {
            pin.check_with(extension).map_err(ops::Error::from)?;
            (pin.clone(), PinOrigin::Given)
        }
        None => (Pin::draw(entropy, extension).map_err(ops::Error::from)?, PinOrigin::Drawn),
    };
    Ok(Unhashed { pin, origin, salt: Salt::draw(entropy).map_err(ops::Error::from)? })
}

/// Hashes PINs, each of which takes a moment on purpose: on two threads, with a bar on a terminal.
///
/// # Errors
/// When there is no memory for it.
pub fn hash(app: &mut App, pins: Vec<Unhashed>) -> Result<Vec<HashedPin>, Failure> {
    let total = pins.len() as u64;
    let mut bar = match total {
        0..=9 => Progress::hidden(),
        _ => app.ui.progress("Hashing PINs", Unit::Rows, Some(total)),
    };
    let done = AtomicU64::new(0);
    let (own, other) = pins.split_at(pins.len() / 2);
    let hashed = std::thread::scope(|scope| {
        let other = scope.spawn(|| hash_each(other, &done, &mut |_| {}));
        let mut hashed = hash_each(own, &done, &mut |done| bar.advance_to(done))?;
        let other = other.join().map_err(|_| Failure::new(Exit::Bug, "hashing PINs failed"))?;
        hashed.extend(other?);
        Ok::<_, Failure>(hashed)
    });
    bar.finish();
    hashed
}

fn hash_each(
    pins: &[Unhashed],
    done: &AtomicU64,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<HashedPin>, Failure> {
    let hashed = pins.iter().map(|unhashed| {
        let hash = unhashed.pin.hash(&unhashed.salt)?;
        progress(done.fetch_add(1, Ordering::Relaxed) + 1);
        Ok(HashedPin { pin: unhashed.pin.clone(), origin: unhashed.origin, hash })
    });
    hashed.collect::<Result<_, PinHashError>>().map_err(|error| ops::Error::from(error).into())
}

/// Refuses a form of the answer that would leave drawn PINs out: they are shown once, and would be lost.
///
/// # Errors
/// A usage error, before anything is done.
pub fn check_seen(output: &Output, drawn: usize) -> Result<(), Failure> {
    if drawn == 0 || report::shows(output, "pin") {
        return Ok(());
    }
    Err(Failure::usage("a PIN is shown once, and this form of the answer leaves it out")
        .hinted("add --format csv or json, or pin to --fields"))
}
