//! Physical lines, as an editor counts them: LF, CRLF or a bare CR ends one. CSV records may span several;
//! those are `scan`'s.

use super::RECORD_BYTES_MAX;
use super::error::FileError;
use super::source::{Filled, Source};

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// LF or a bare CR.
    Single,
    /// CR and LF.
    Pair,
    /// The end of the file.
    OfFile,
}

impl LineEnd {
    /// How many bytes it takes.
    pub(super) const fn width(self) -> usize {
        match self {
            Self::Single => 1,
            Self::Pair => 2,
            Self::OfFile => 0,
        }
    }
}

/// A line at the start of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its bytes without the end.
    pub(super) length: usize,
    /// What follows them.
    pub(super) end: LineEnd,
}

/// Fills the window until the line at its start is whole. `line` is the number of that line.
///
/// # Errors
/// When reading fails or the line is longer than a record may be.
pub(super) fn peek(source: &mut Source<'_>, line: u64) -> Result<Line, FileError> {
    let mut from = 0;
    loop {
        let window = source.window();
        let rest = window.get(from..).unwrap_or_default();
        let length = from + rest.iter().take_while(|&&b| b != b'\n' && b != b'\r').count();
        if length > RECORD_BYTES_MAX {
            return Err(FileError::RecordTooLarge { line });
        }
        let end = match (window.get(length), window.get(length + 1)) {
            (Some(b'\r'), Some(b'\n')) => Some(LineEnd::Pair),
            (Some(b'\n'), _) | (Some(_), Some(_)) => Some(LineEnd::Single),
            // An LF may still follow the CR.
            (Some(_), None) | (None, _) => None,
        };
        if let Some(end) = end {
            return Ok(Line { length, end });
        }
        let cut = window.len() > length;
        if source.fill().map_err(|error| error.on_line(line))? == Filled::Nothing {
            let end = if cut { LineEnd::Single } else { LineEnd::OfFile };
            return Ok(Line { length, end });
        }
        from = length;
    }
}

/// Line breaks in a piece of text.
pub(super) fn count_breaks(bytes: &[u8]) -> u64 {
    let mut breaks = 0;
    let mut before = 0;
    for &byte in bytes {
        breaks += u64::from(byte == b'\r' || (byte == b'\n' && before != b'\r'));
        before = byte;
    }
    breaks
}
