//! What the store keeps of a PIN: a salted Argon2id hash, since six digits hold far less than the 112 bits
//! that a plain hash would need (ASVS 5.0.0 V6.5.2, trust D8 and D12).

use std::fmt;
use std::str::FromStr;

use super::super::argon2id::{Argon2idHash, HashError, Salt, StoredHashError};
use super::{Pin, TypedPin};

/// A PIN could not be hashed: the memory for it is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the PIN cannot be hashed: {0}")]
pub struct PinHashError(#[from] HashError);

/// The Argon2id hash of a PIN. Six digits are tried through in hours by who has it, so it is a secret, too.
#[derive(Clone, PartialEq, Eq)]
pub struct PinHash(Argon2idHash);

impl PinHash {
    /// The text to keep: a PHC string, which names the algorithm, the cost and the salt.
    #[must_use]
    pub fn to_stored(&self) -> String {
        self.0.as_str().to_owned()
    }

    /// Whether this is the PIN; both are compared to their ends, whatever they differ in.
    #[must_use]
    pub fn is_of(&self, typed: &TypedPin) -> bool {
        self.0.fits(typed.0.as_bytes())
    }
}

impl FromStr for PinHash {
    type Err = StoredHashError;

    fn from_str(text: &str) -> Result<Self, StoredHashError> {
        text.parse().map(Self)
    }
}

impl fmt::Debug for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinHash(…)")
    }
}

impl Pin {
    /// What the store keeps. Takes some 30 ms on purpose: no transaction should be open meanwhile.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn hash(&self, salt: &Salt) -> Result<PinHash, PinHashError> {
        Ok(PinHash(Argon2idHash::of(self.0.as_bytes(), salt)?))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::random::SystemEntropy;

    #[test]
    fn d12_the_hash_is_argon2id_with_a_salt_of_its_own_and_knows_its_pin_alone() {
        let pin: Pin = "048213".parse().unwrap();
        let hash = || pin.hash(&Salt::draw(&mut SystemEntropy).unwrap()).unwrap();
        let (one, other) = (hash(), hash());
        assert!(one.to_stored().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(one.to_stored(), other.to_stored());
        let salt = one.to_stored().split('$').nth(4).unwrap().len();
        assert_eq!(salt, 22, "16 bytes in base64");
        let kept: PinHash = one.to_stored().parse().unwrap();
        assert!(kept.is_of(&TypedPin::new("048213\n".to_owned())));
        for wrong in ["48213", "048214", "0482130", "", "x"] {
            assert!(!kept.is_of(&TypedPin::new(wrong.to_owned())), "{wrong}");
        }
    }

    #[test]
    fn what_admit_never_wrote_is_no_hash() {
        for bad in [
            "",
            "048213",
            "$argon2id$v=19$m=19456,t=2,p=1",
            "$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
        ] {
            assert!(bad.parse::<PinHash>().is_err(), "{bad}");
        }
    }
}
