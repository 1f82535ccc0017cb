//! What a person sees of a bug in admit itself: one sentence and an exit code, as of everything else. Not the
//! words of the panic, which may quote what somebody typed: a password, say (trust I1).

use std::io::Write;
use std::panic::{self, PanicHookInfo, UnwindSafe};

use super::exit::Exit;

/// Runs admit, and turns a panic into a sentence and [`Exit::Bug`]. What was begun is rolled back on the way.
pub fn caught(work: impl FnOnce() -> Exit + UnwindSafe) -> Exit {
    panic::set_hook(Box::new(tell));
    panic::catch_unwind(work).unwrap_or(Exit::Bug)
}

fn tell(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    // Nobody may be there to read it.
    let _ = writeln!(
        std::io::stderr(),
        "error: a bug in admit ended it, at {place}\n\
         hint: nothing is half-done; see what was: admit audit list --limit 3"
    );
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    #[test]
    fn a_panic_is_a_bug() {
        let told = panic::take_hook();
        assert_eq!(caught(|| Exit::Partly), Exit::Partly);
        assert_eq!(caught(|| panic!("violet kettle sings at dawn")), Exit::Bug);
        panic::set_hook(told);
    }
}
