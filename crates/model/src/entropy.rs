//! Randomness is injected, like time: ids, codes and secrets come from here and nowhere else.

use std::sync::{Mutex, PoisonError};

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use uuid::{Builder, Uuid};

/// A source of random bytes, fit for ids and secrets when seeded from the operating system.
pub trait Entropy: Send + Sync {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);

    /// A version 4 GUID (RFC 9562).
    fn uuid(&self) -> Uuid {
        let mut bytes = [0_u8; 16];
        self.fill(&mut bytes);
        Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// ChaCha20 from a 32-byte seed. The binary seeds it from the operating system; demos and tests
/// seed it with a number, so that a run can be repeated.
pub struct SeededEntropy(Mutex<ChaCha20Rng>);

impl SeededEntropy {
    /// A source whose whole output follows from `seed`.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(Mutex::new(ChaCha20Rng::from_seed(seed)))
    }

    /// A repeatable source for demos and tests.
    pub fn from_number(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_version_4_ids() {
        let (one, two) = (SeededEntropy::from_number(7), SeededEntropy::from_number(7));
        let id = one.uuid();
        assert_eq!(id, two.uuid());
        assert_eq!(id.get_version_num(), 4);
        assert_ne!(one.uuid(), id);
    }
}
