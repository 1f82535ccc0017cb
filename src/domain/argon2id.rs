//! Argon2id, for secrets that people can remember: what the store keeps of them is salted and costs time and
//! memory to try (trust D8, D12). Which secret it is, `pin` and `password` know.

use std::str::FromStr;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use super::token::{Entropy, EntropyError};

/// Memory in KiB, passes and lanes (OWASP Password Storage; ASVS 5.0.0 V11.4.2).
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// Length of a salt, in bytes (RFC 9106 §3.1).
const SALT_BYTES: usize = 16;
/// A hash at today's cost that is nobody's, to be compared with where there is no other.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIQ$\
                       Tm8gc2VjcmV0IHdhcyBldmVyIGhhc2hlZCB0byB0aGk";

/// A secret could not be hashed: the memory for it is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct HashError(String);

/// Why a stored text is no hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("holds no Argon2id hash as admit writes it")]
pub struct StoredHashError;

/// What makes two hashes of one secret differ.
#[derive(Clone, Debug)]
pub struct Salt([u8; SALT_BYTES]);

impl Salt {
    /// Draws a new one.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn draw(entropy: &mut dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = [0; SALT_BYTES];
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }
}

/// A hash as a PHC string, which names the algorithm, the cost and the salt. It prints nothing of itself:
/// whoever has it can try secrets as fast as their machines go.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Argon2idHash(String);

impl Argon2idHash {
    /// Hashes a secret. Takes some 30 ms on purpose.
    pub(super) fn of(secret: &[u8], salt: &Salt) -> Result<Self, HashError> {
        Self::at_cost(secret, salt, COST)
    }

    fn at_cost(
        secret: &[u8],
        salt: &Salt,
        (memory, passes, lanes): (u32, u32, u32),
    ) -> Result<Self, HashError> {
        let params = Params::new(memory, passes, lanes, None)
            .map_err(|error| HashError(error.to_string()))?;
        let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_with_salt(secret, &salt.0)
            .map_err(|error| HashError(error.to_string()))?;
        Ok(Self(hash.to_string()))
    }

    /// A hash that no secret is known for, and that costs as much as any other to compare with.
    pub(super) fn nobodys() -> Self {
        Self(NOBODYS.to_owned())
    }

    /// The text to keep.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the secret; both are compared to their ends, whatever they differ in. The cost is
    /// the hash's own, not today's.
    pub(super) fn fits(&self, secret: &[u8]) -> bool {
        PasswordHash::new(&self.0)
            .is_ok_and(|hash| Argon2::default().verify_password(secret, &hash).is_ok())
    }

    /// Whether it is cheaper to try than one that is made today.
    pub(super) fn is_outdated(&self) -> bool {
        let (memory, passes, lanes) = COST;
        PasswordHash::new(&self.0).ok().and_then(|hash| Params::try_from(&hash).ok()).is_none_or(
            |own| own.m_cost() < memory || own.t_cost() < passes || own.p_cost() < lanes,
        )
    }
}

impl FromStr for Argon2idHash {
    type Err = StoredHashError;

    fn from_str(text: &str) -> Result<Self, StoredHashError> {
        let hash = PasswordHash::new(text).map_err(|_| StoredHashError)?;
        let whole = hash.hash.is_some() && hash.salt.is_some() && Params::try_from(&hash).is_ok();
        match hash.algorithm.as_str() == "argon2id" && whole {
            true => Ok(Self(text.to_owned())),
            false => Err(StoredHashError),
        }
    }
}

#[cfg(test)]
impl Argon2idHash {
    /// A hash of the days when less was enough.
    pub(super) fn of_old(secret: &[u8]) -> Result<Self, HashError> {
        Self::at_cost(secret, &Salt([7; SALT_BYTES]), (8_192, 1, 1))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn d8_a_hash_names_its_cost_and_a_cheaper_one_still_fits_and_is_outdated() {
        let salt = Salt([7; SALT_BYTES]);
        let today = Argon2idHash::of(b"secret", &salt).unwrap();
        assert!(today.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(today.fits(b"secret") && !today.is_outdated());
        for cost in [(8_192, 2, 1), (19_456, 1, 1)] {
            let old = Argon2idHash::at_cost(b"secret", &salt, cost).unwrap();
            let kept: Argon2idHash = old.as_str().parse().unwrap();
            assert!(kept.fits(b"secret") && !kept.fits(b"Secret"), "{cost:?}");
            assert!(kept.is_outdated(), "{cost:?}");
        }
        let dearer = Argon2idHash::at_cost(b"secret", &salt, (20_000, 3, 1)).unwrap();
        assert!(!dearer.is_outdated());
    }

    #[test]
    fn d8_what_lacks_a_part_or_is_of_another_kind_is_no_hash() {
        let good = Argon2idHash::nobodys().as_str().to_owned();
        assert!(good.parse::<Argon2idHash>().is_ok());
        let parts: Vec<&str> = good.split('$').collect();
        let (without_hash, without_salt) = (parts[..5].join("$"), parts[..4].join("$"));
        for bad in [
            String::new(),
            "$argon2id".to_owned(),
            without_hash,
            without_salt,
            good.replace("argon2id", "argon2i"),
            good.replace("m=19456", "m=1"),
            good.replacen('$', "", 1),
        ] {
            assert!(bad.parse::<Argon2idHash>().is_err(), "{bad}");
        }
    }

    #[test]
    fn d8_a_hash_is_outdated_where_one_of_its_costs_is_less_than_todays() {
        let good = Argon2idHash::nobodys().as_str().to_owned();
        for (cost, outdated) in [
            ("m=19456,t=2,p=1", false),
            ("m=19455,t=2,p=1", true),
            ("m=19456,t=1,p=1", true),
            ("m=19457,t=3,p=2", false),
            ("m=65536,t=1,p=4", true),
        ] {
            let hash: Argon2idHash = good.replace("m=19456,t=2,p=1", cost).parse().unwrap();
            assert_eq!(hash.is_outdated(), outdated, "{cost}");
        }
    }

    #[test]
    fn d9_nobodys_hash_is_one_and_costs_what_one_costs_today() {
        let nobodys = Argon2idHash::nobodys();
        assert!(nobodys.as_str().parse::<Argon2idHash>().is_ok());
        assert!(!nobodys.is_outdated());
        let today = Argon2idHash::of(b"", &Salt([7; SALT_BYTES])).unwrap();
        let shape = |hash: &Argon2idHash| {
            let parts: Vec<&str> = hash.as_str().split('$').collect();
            (parts[..4].join("$"), parts[4].len(), parts[5].len())
        };
        assert_eq!(shape(&nobodys), shape(&today));
        assert!(!nobodys.fits(b""));
    }
}
