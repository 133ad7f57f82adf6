//! Choices that follow from a seed.

use model::{Entropy as _, SeededEntropy};

/// A seeded choice.
pub struct Dice(SeededEntropy);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(SeededEntropy::from_number(seed))
    }

    pub fn below(&self, bound: usize) -> usize {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        usize::try_from(u32::from_le_bytes(bytes)).unwrap() % bound
    }

    pub fn one<T: Copy>(&self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    pub fn is(&self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}
