//! The only caller of the system's random numbers. Everything below gets them as an argument.

use rand::TryRng;
use rand::rngs::SysRng;

use crate::domain::token::{Entropy, EntropyError};

/// The operating system's generator; there is no other.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        SysRng.try_fill_bytes(buffer).map_err(|error| EntropyError(error.to_string()))
    }
}
