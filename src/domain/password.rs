//! Passwords: what somebody typed, and what may become a password (trust D1 to D7, rule 13). There are no
//! rules about kinds of characters (D5). How short one may be is `minimum`'s; which are guessed first is told
//! by `common_passwords`, `pattern` and `own_words`; what the store keeps is `hash`'s; how often one may be
//! tried is `account`'s.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, Zeroizing};

mod common_passwords;
mod hash;
mod minimum;
mod own_words;
mod pattern;

pub use super::argon2id::{Salt, StoredHashError};
pub use hash::{PasswordHash, PasswordHashError};
pub use minimum::{
    PASSWORD_MINIMUM_MAX, PASSWORD_MINIMUM_MIN, PasswordMinimum, PasswordMinimumError,
};
pub use own_words::{OwnWord, OwnWords};

/// Longest password, in bytes of its NFC form. What is longer is refused, never cut (trust D2, D3).
pub const PASSWORD_MAX_BYTES: usize = 1_024;

/// Why a text is no password to use. Each sentence follows "the password"; none says a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Nothing is there.
    #[error("is missing")]
    Missing,
    /// The bytes are no text.
    #[error("is no UTF-8 text")]
    NotText,
    /// A character that no keyboard gives, and that a form somewhere would lose: NUL, a tab, a line end.
    #[error("holds the control character U+{:04X}", u32::from(*.0))]
    Control(char),
    /// Too few characters.
    #[error("has {} {}; {minimum} or more are needed", length, if *length == 1 { "character" } else { "characters" })]
    TooShort {
        /// How many it has, in code points.
        length: usize,
        /// How many are needed.
        minimum: PasswordMinimum,
    },
    /// Too many bytes.
    #[error("is longer than {PASSWORD_MAX_BYTES} bytes, which is the most")]
    TooLong,
    /// Many people have it.
    #[error("is guessed at once: it is on the list of common passwords")]
    Common,
    /// It says the same again and again.
    #[error("is guessed at once: it repeats itself")]
    Repeated,
    /// It runs along the alphabet, the digits or the keyboard.
    #[error(
        "is guessed at once: its characters follow each other in the alphabet, as digits or on a keyboard"
    )]
    Sequence,
    /// It is what everybody knows of the person.
    #[error("is guessed at once: it is little more than {0}")]
    OwnWord(OwnWord),
}

/// What a password has to be here.
#[derive(Clone, Copy, Debug)]
pub struct PasswordPolicy<'a> {
    /// How many characters it has at least.
    pub minimum: PasswordMinimum,
    /// What it must not be made of.
    pub own_words: &'a OwnWords,
}

/// What somebody typed for a password, right or wrong. Wiped when dropped; never printed by `Debug`.
pub struct TypedPassword(Zeroizing<String>);

impl TypedPassword {
    /// Takes a line. One line end goes and nothing else, as blanks count (trust D4); composed and decomposed
    /// letters become the same.
    #[must_use]
    pub fn new(line: String) -> Self {
        let line = Zeroizing::new(line);
        let text = line
            .strip_suffix('\n')
            .map_or(line.as_str(), |rest| rest.strip_suffix('\r').unwrap_or(rest));
        // Large enough never to move (UAX 15: three times as long at most): a string that grows leaves
        // copies behind.
        let mut normal = Zeroizing::new(String::with_capacity(text.len() * 3));
        normal.extend(text.nfc());
        Self(normal)
    }

    /// Takes the bytes of a line.
    ///
    /// # Errors
    /// [`PasswordError::NotText`].
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, PasswordError> {
        match String::from_utf8(bytes) {
            Ok(line) => Ok(Self::new(line)),
            Err(error) => {
                error.into_bytes().zeroize();
                Err(PasswordError::NotText)
            }
        }
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many characters it has, in code points.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }

    /// The password that it is to become.
    ///
    /// # Errors
    /// When it is none to use, by whichever rule is asked first.
    pub fn read(&self, policy: &PasswordPolicy<'_>) -> Result<Password, PasswordError> {
        let text = self.0.as_str();
        if text.is_empty() {
            return Err(PasswordError::Missing);
        }
        if text.len() > PASSWORD_MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        if let Some(control) = text.chars().find(|c| c.is_control()) {
            return Err(PasswordError::Control(control));
        }
        let (length, minimum) = (self.characters(), policy.minimum);
        if length < minimum.characters() {
            return Err(PasswordError::TooShort { length, minimum });
        }
        let folded = fold(text);
        let inner = Zeroizing::new(own_words::without_padding(&folded).to_owned());
        if common_passwords::is_common(&folded) || common_passwords::is_common(&inner) {
            return Err(PasswordError::Common);
        }
        if pattern::repeats(&folded, minimum) {
            return Err(PasswordError::Repeated);
        }
        if pattern::is_sequence(&folded) {
            return Err(PasswordError::Sequence);
        }
        match policy.own_words.find_in(&folded) {
            Some(word) => Err(PasswordError::OwnWord(word)),
            None => Ok(Password(self.0.clone())),
        }
    }
}

impl fmt::Debug for TypedPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedPassword(…)")
    }
}

/// A password that may be used. Wiped when dropped; never printed by `Debug`, and never shown: whoever typed
/// it knows it.
pub struct Password(Zeroizing<String>);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Lower case, character by character, as `text::fold` has it; but leaving no copies behind. Passwords alone
/// are compared so, and only with what is guessed first (trust D3, D6).
fn fold(text: &str) -> Zeroizing<String> {
    let mut folded = Zeroizing::new(String::with_capacity(text.len() * 3));
    for c in text.chars() {
        match c {
            'ς' => folded.push('σ'),
            _ => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

#[cfg(test)]
mod tests;
