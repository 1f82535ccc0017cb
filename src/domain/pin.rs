//! The PIN of a desk phone: six digits or more, drawn without bias or given, never a trivial one (rule 32,
//! trust D12). Its digits leave admit once. What the store keeps of it is `hash`'s, which are trivial
//! `trivial`'s; how often somebody may try is `phone`'s.

use std::fmt;
use std::str::FromStr;

use zeroize::{Zeroize, Zeroizing};

use super::extension::Extension;
use super::token::{Entropy, EntropyError};

mod hash;
mod trivial;

pub use super::argon2id::{Salt, StoredHashError};
pub use hash::{PinHash, PinHashError};

/// Fewest digits: 20 bits (NIST SP 800-63B-4 §3.1.2.2).
pub const PIN_MIN: usize = 6;
/// Most digits: what people type on a phone.
pub const PIN_MAX: usize = 12;

/// How often a PIN is drawn anew before the source counts as broken: one in fifty is refused.
const DRAWS: usize = 1000;

/// Why a text is no PIN to use. Never says the digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Nothing is there.
    #[error("is missing")]
    Missing,
    /// Something but digits.
    #[error("holds something that is no digit")]
    NotDigits,
    /// Too few or too many digits.
    #[error("has {0} digits; a PIN has {PIN_MIN} to {PIN_MAX}, leading zeros included")]
    Length(usize),
    /// Is guessed first.
    #[error("is guessed at once: {0}")]
    Trivial(&'static str),
    /// Stands on the phone.
    #[error("is guessed at once: it is the extension, or one holds the other")]
    Extension,
}

/// What somebody typed for a PIN, right or wrong. Wiped when dropped; never printed by `Debug`.
pub struct TypedPin(Zeroizing<String>);

impl TypedPin {
    /// Takes a line; blanks and line ends around it do not count.
    #[must_use]
    pub fn new(line: String) -> Self {
        let line = Zeroizing::new(line);
        Self(Zeroizing::new(line.trim().to_owned()))
    }

    /// Takes the bytes of a line.
    ///
    /// # Errors
    /// [`PinError::NotDigits`] where they are no text.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, PinError> {
        match String::from_utf8(bytes) {
            Ok(line) => Ok(Self::new(line)),
            Err(error) => {
                error.into_bytes().zeroize();
                Err(PinError::NotDigits)
            }
        }
    }

    /// Whether nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The PIN that it is to become.
    ///
    /// # Errors
    /// When it is none, or a trivial one.
    pub fn read(&self) -> Result<Pin, PinError> {
        self.0.parse()
    }
}

impl fmt::Debug for TypedPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedPin(…)")
    }
}

/// A PIN that may be used. Wiped when dropped; never printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// Draws one of [`PIN_MIN`] digits: each digit is as likely as any other, leading zeros are kept, and
    /// trivial ones are drawn again.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn draw(entropy: &mut dyn Entropy, extension: &Extension) -> Result<Self, EntropyError> {
        for _ in 0..DRAWS {
            let mut digits = Zeroizing::new(String::with_capacity(PIN_MIN));
            while digits.len() < PIN_MIN {
                let mut byte = Zeroizing::new([0; 1]);
                entropy.fill(&mut *byte)?;
                // 250 to 255 would make 0 to 5 likelier than 6 to 9.
                if byte[0] < 250 {
                    digits.push(char::from(b'0' + byte[0] % 10));
                }
            }
            if let Ok(pin) = digits.parse::<Self>()
                && pin.check_with(extension).is_ok()
            {
                return Ok(pin);
            }
        }
        Err(EntropyError("they are always the same".to_owned()))
    }

    /// Makes sure that it is not told by the extension that stands on the phone.
    ///
    /// # Errors
    /// [`PinError::Extension`].
    pub fn check_with(&self, extension: &Extension) -> Result<(), PinError> {
        let (pin, extension) = (self.0.as_str(), extension.as_str());
        match pin.contains(extension) || extension.contains(pin) {
            true => Err(PinError::Extension),
            false => Ok(()),
        }
    }

    /// The digits. Whoever has them can use the phone: show them once, store them nowhere.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Pin {
    type Err = PinError;

    fn from_str(text: &str) -> Result<Self, PinError> {
        if text.is_empty() {
            return Err(PinError::Missing);
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PinError::NotDigits);
        }
        if !(PIN_MIN..=PIN_MAX).contains(&text.len()) {
            return Err(PinError::Length(text.len()));
        }
        match trivial::why(text.as_bytes()) {
            Some(why) => Err(PinError::Trivial(why)),
            None => Ok(Self(Zeroizing::new(text.to_owned()))),
        }
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// A PIN with the hash that the store is to keep: what takes time is done.
#[derive(Clone, Debug)]
pub struct HashedPin {
    /// The digits.
    pub pin: Pin,
    /// Where they come from, which decides whether they are shown.
    pub origin: PinOrigin,
    /// What is kept.
    pub hash: PinHash,
}

/// Where a PIN comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinOrigin {
    /// admit drew it: it is shown once, or nobody ever knows it.
    Drawn,
    /// Somebody gave it, and knows it: it is not shown.
    Given,
}

impl HashedPin {
    /// The digits, where somebody has to be told them.
    #[must_use]
    pub fn to_tell(&self) -> Option<&Pin> {
        match self.origin {
            PinOrigin::Drawn => Some(&self.pin),
            PinOrigin::Given => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::random::SystemEntropy;

    fn extension() -> Extension {
        "10".parse().unwrap()
    }

    #[test]
    fn a_pin_is_six_to_twelve_digits() {
        for good in ["048213", "590274", "902741836205"] {
            assert_eq!(good.parse::<Pin>().unwrap().reveal(), good);
        }
        for (bad, error) in [
            ("", PinError::Missing),
            ("48213", PinError::Length(5)),
            ("9027418362051", PinError::Length(13)),
            ("04821a", PinError::NotDigits),
            ("048 213", PinError::NotDigits),
            ("-48213", PinError::NotDigits),
            ("०४८२१३", PinError::NotDigits),
        ] {
            assert_eq!(bad.parse::<Pin>(), Err(error), "{bad}");
        }
        assert_eq!(TypedPin::new(" 048213\r\n".to_owned()).read().unwrap().reveal(), "048213");
        for (text, is_empty) in [("", true), ("0", false), (" 048213\n", false)] {
            assert_eq!(TypedPin::new(text.to_owned()).is_empty(), is_empty, "{text:?}");
        }
        assert_eq!(TypedPin::from_bytes(b"04\xff213".to_vec()).unwrap_err(), PinError::NotDigits);
    }

    #[test]
    fn a_pin_is_not_told_by_the_extension() {
        let pin: Pin = "590274".parse().unwrap();
        for (extension, told) in [
            ("590274", true),
            ("9027", true),
            ("3590274", true),
            ("74", true),
            ("1001", false),
            ("5974", false),
        ] {
            let error = pin.check_with(&extension.parse().unwrap()).err();
            assert_eq!(error, told.then_some(PinError::Extension), "{extension}");
        }
    }

    #[test]
    fn d12_drawn_pins_are_uniform_keep_leading_zeros_and_are_never_trivial() {
        const MANY: usize = 10_000;
        let mut seen = [[0_usize; 10]; PIN_MIN];
        for _ in 0..MANY {
            let pin = Pin::draw(&mut SystemEntropy, &extension()).unwrap();
            assert_eq!(pin.reveal().len(), PIN_MIN);
            assert!(!pin.reveal().contains("10"));
            for (place, digit) in pin.reveal().bytes().enumerate() {
                seen[place][usize::from(digit - b'0')] += 1;
            }
        }
        // A thousand each, give or take eight standard deviations; the extension costs 1 and 0 a twentieth.
        for digits in seen {
            assert!(digits.iter().all(|many| (700..1300).contains(many)), "{seen:?}");
        }
    }

    /// Gives the bytes it has, again and again.
    struct Bytes(Vec<u8>, usize);

    impl Entropy for Bytes {
        fn fill(&mut self, buffer: &mut [u8]) -> Result<(), EntropyError> {
            for byte in buffer {
                *byte = self.0[self.1 % self.0.len()];
                self.1 += 1;
            }
            Ok(())
        }
    }

    #[test]
    fn bytes_that_would_favour_small_digits_are_passed_over() {
        let bytes = vec![255, 250, 0, 244, 8, 251, 12, 31, 253, 43];
        let pin = Pin::draw(&mut Bytes(bytes, 0), &"99".parse().unwrap()).unwrap();
        assert_eq!(pin.reveal(), "048213");
    }

    #[test]
    fn a_broken_source_is_an_error_and_no_endless_wait() {
        let drawn = Pin::draw(&mut Bytes(vec![7], 0), &extension());
        assert!(drawn.is_err());
    }

    #[test]
    fn debug_output_holds_no_secret() {
        let pin: Pin = "048213".parse().unwrap();
        let hash = pin.hash(&Salt::draw(&mut SystemEntropy).unwrap()).unwrap();
        let typed = TypedPin::new("048213".to_owned());
        let hashed = HashedPin { pin, origin: PinOrigin::Drawn, hash };
        let said = format!("{hashed:?} {typed:?}");
        assert!(!said.contains("048213") && !said.contains("argon2"), "{said}");
    }
}
