//! The secret in an invite's link. The store keeps only its SHA-256; the text leaves admit once.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use super::id::InviteId;

/// Length of a secret: 256 bits (ASVS 5.0.0 V6.5.3 asks for 112 at least).
pub const SECRET_BYTES: usize = 32;

/// A token that never works: no invite has the number 0, and no secret is so short.
pub const SAMPLE_TOKEN: &str = "0.SAMPLE-this-link-never-works";

/// The operating system gave no random bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random numbers: {0}")]
pub struct EntropyError(pub String);

/// Where random bytes come from: an argument, so that nothing below `cli` reaches for the system.
pub trait Entropy {
    /// Fills the buffer.
    ///
    /// # Errors
    /// When the source fails; there is no second, weaker source.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), EntropyError>;
}

/// The secret half of a link. Wiped when dropped; never printed by `Debug`.
pub struct Secret([u8; SECRET_BYTES]);

impl Secret {
    /// Draws a new one.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn draw(entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = [0; SECRET_BYTES];
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// What the store keeps.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0).into())
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// SHA-256 of a secret. Plain SHA-256 is enough from 112 bits of entropy (ASVS 5.0.0 V6.5.2).
#[derive(Clone, Copy, Debug)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// Takes what the store kept.
    #[must_use]
    pub const fn from_stored(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to keep.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretHash {}

/// A whole token: `<invite number>.<secret>`. The number finds the invite, the secret proves it.
#[derive(Debug)]
pub struct Token {
    /// The public half.
    pub invite: InviteId,
    /// The secret half.
    pub secret: Secret,
}

impl Token {
    /// The text for the link. Whoever has it can accept the invite: show it once, store it nowhere.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(BASE64URL_NOPAD.encode(&self.secret.0));
        Zeroizing::new(format!("{}.{}", self.invite.get(), *secret))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    struct Counting(u8);

    impl Entropy for Counting {
        fn fill(&mut self, buffer: &mut [u8]) -> Result<(), EntropyError> {
            for byte in buffer {
                *byte = self.0;
                self.0 = self.0.wrapping_add(1);
            }
            Ok(())
        }
    }

    #[test]
    fn a_token_is_the_invites_number_and_43_characters() {
        let token =
            Token { invite: InviteId::new(12), secret: Secret::draw(&mut Counting(0)).unwrap() };
        assert_eq!(token.reveal().as_str(), "12.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    }

    #[test]
    fn debug_output_holds_no_secret() {
        let secret = Secret::draw(&mut Counting(65)).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn the_hash_tells_secrets_apart() {
        let one = Secret::draw(&mut Counting(0)).unwrap();
        let same = Secret::draw(&mut Counting(0)).unwrap();
        let other = Secret::draw(&mut Counting(1)).unwrap();
        assert!(one.hash() == same.hash());
        assert!(one.hash() != other.hash());
    }
}
