//! What several targets ask of admit: that a text reads back from what it prints as, that nothing which
//! steers a terminal comes out, and a reader that hands over a few bytes at a time.

use std::fmt::{Debug, Display};
use std::io::{self, Read};
use std::str::FromStr;

/// What is read from a text is read again from what it prints as, and nothing in that steers; an error is one
/// short clean sentence.
pub fn reads_back<T>(text: &str) -> Option<T>
where
    T: FromStr<Err: Display> + Display + PartialEq + Debug,
{
    let value = reads_back_raw::<T>(text)?;
    assert_clean(&value.to_string());
    Some(value)
}

/// The same for what may hold the path of a file, in which anything can be.
pub fn reads_back_raw<T>(text: &str) -> Option<T>
where
    T: FromStr<Err: Display> + Display + PartialEq + Debug,
{
    match text.parse::<T>() {
        Ok(value) => {
            let printed = value.to_string();
            let again = printed.parse::<T>();
            assert!(
                again.as_ref().is_ok_and(|again| *again == value),
                "{text:?} prints as {printed:?}"
            );
            Some(value)
        }
        Err(error) => {
            assert_sentence(&error.to_string());
            None
        }
    }
}

/// One short sentence, fit for a terminal as it is.
pub fn assert_sentence(text: &str) {
    assert!(!text.is_empty() && text.len() < 4_000, "{text:?}");
    assert_clean(text);
}

/// No character in it that steers a terminal or turns the writing direction.
pub fn assert_clean(text: &str) {
    assert!(!text.chars().any(steers), "{text:?}");
}

/// Written down again from CWE-150 and UAX 9, so as not to trust the table inside admit.
pub fn steers(c: char) -> bool {
    let code = u32::from(c);
    code < 0x20
        || (0x7f..=0x9f).contains(&code)
        || (0x2028..=0x202e).contains(&code)
        || (0x2066..=0x206f).contains(&code)
        || (0xfff9..=0xfffb).contains(&code)
}

/// Hands over so many bytes at a time, and is interrupted now and then.
pub struct Drip<'a> {
    bytes: &'a [u8],
    most: usize,
    reads: usize,
}

impl<'a> Drip<'a> {
    /// Of these bytes `most` at a time, at least one.
    pub fn new(bytes: &'a [u8], most: usize) -> Self {
        Self { bytes, most: most.max(1), reads: 0 }
    }
}

impl Read for Drip<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        if self.reads % 7 == 3 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let count = self.most.min(self.bytes.len()).min(room.len());
        let (now, later) = self.bytes.split_at(count);
        room[..count].copy_from_slice(now);
        self.bytes = later;
        Ok(count)
    }
}
