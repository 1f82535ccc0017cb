//! What the store keeps of a password, and comparing with it (trust D8, D9).

use std::fmt;
use std::str::FromStr;

use super::super::argon2id::{Argon2idHash, HashError, Salt, StoredHashError};
use super::{Password, TypedPassword};

/// A password could not be hashed: the memory for it is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password cannot be hashed: {0}")]
pub struct PasswordHashError(#[from] HashError);

/// The Argon2id hash of a password: a secret, too.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Argon2idHash);

impl PasswordHash {
    /// Nobody's: to be compared with where there is no account, so that this takes as long as elsewhere.
    #[must_use]
    pub fn nobodys() -> Self {
        Self(Argon2idHash::nobodys())
    }

    /// The text to keep: a PHC string, which names the algorithm, the cost and the salt.
    #[must_use]
    pub fn to_stored(&self) -> String {
        self.0.as_str().to_owned()
    }

    /// Whether this is the password; both are compared to their ends, whatever they differ in. Takes some
    /// 30 ms on purpose: no transaction should be open meanwhile.
    #[must_use]
    pub fn is_of(&self, typed: &TypedPassword) -> bool {
        self.0.fits(typed.0.as_bytes())
    }

    /// Whether it is cheaper to try than one that is made today, so that it should be made anew when its
    /// password is next known.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.0.is_outdated()
    }
}

impl FromStr for PasswordHash {
    type Err = StoredHashError;

    fn from_str(text: &str) -> Result<Self, StoredHashError> {
        text.parse().map(Self)
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

impl Password {
    /// What the store keeps. Takes some 30 ms on purpose: no transaction should be open meanwhile.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn hash(&self, salt: &Salt) -> Result<PasswordHash, PasswordHashError> {
        Ok(PasswordHash(Argon2idHash::of(self.0.as_bytes(), salt)?))
    }
}

impl TypedPassword {
    /// A new hash of what is known to be somebody's password already, whatever the rules for new ones are.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn hash_anew(&self, salt: &Salt) -> Result<PasswordHash, PasswordHashError> {
        Ok(PasswordHash(Argon2idHash::of(self.0.as_bytes(), salt)?))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::random::SystemEntropy;

    fn typed(text: &str) -> TypedPassword {
        TypedPassword::new(text.to_owned())
    }

    #[test]
    fn d8_the_hash_is_argon2id_with_a_salt_of_its_own_and_knows_its_password_alone() {
        let hash = || {
            let salt = Salt::draw(&mut SystemEntropy).unwrap();
            typed("Grüne Wolken ziehen").hash_anew(&salt).unwrap()
        };
        let (one, other) = (hash(), hash());
        assert!(one.to_stored().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(one.to_stored(), other.to_stored());
        assert_eq!(one.to_stored().split('$').nth(4).unwrap().len(), 22, "16 bytes in base64");
        let kept: PasswordHash = one.to_stored().parse().unwrap();
        for right in ["Grüne Wolken ziehen", "Gru\u{308}ne Wolken ziehen\r\n"] {
            assert!(kept.is_of(&typed(right)), "{right:?}");
        }
        for wrong in ["", "grüne Wolken ziehen", "Grüne Wolken ziehen ", "Grüne Wolken ziehe", "x"]
        {
            assert!(!kept.is_of(&typed(wrong)), "{wrong:?}");
        }
        assert!(!format!("{kept:?} {:?}", typed("Grüne")).contains("argon2"));
    }

    #[test]
    fn d3_nothing_is_cut_off_at_any_length() {
        let salt = Salt::draw(&mut SystemEntropy).unwrap();
        for many in [72, 128, 1_023] {
            let text = |last| format!("{}{last}", "A".repeat(many));
            let hash = typed(&text('x')).hash_anew(&salt).unwrap();
            assert!(hash.is_of(&typed(&text('x'))));
            assert!(!hash.is_of(&typed(&text('y'))), "{many}");
        }
    }

    #[test]
    fn a_hash_of_old_days_fits_and_is_outdated() {
        let old = PasswordHash(Argon2idHash::of_old(b"quiet yellow tram").unwrap());
        assert!(old.is_of(&typed("quiet yellow tram")) && old.is_outdated());
        assert!(!PasswordHash::nobodys().is_outdated());
        assert!(!PasswordHash::nobodys().is_of(&typed("")));
    }
}
