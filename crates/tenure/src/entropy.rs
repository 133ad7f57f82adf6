//! Randomness from the operating system, or from a number for runs that are to be repeated.

use std::sync::Arc;

use anyhow::anyhow;
use model::{Entropy, SeededEntropy};

/// A source seeded with `seed`, or from the operating system.
pub fn source(seed: Option<u64>) -> anyhow::Result<Arc<dyn Entropy>> {
    Ok(Arc::new(match seed {
        Some(number) => SeededEntropy::from_number(number),
        None => {
            let mut seed = [0_u8; 32];
            aws_lc_rs::rand::fill(&mut seed)
                .map_err(|_| anyhow!("the operating system gives no randomness"))?;
            SeededEntropy::from_seed(seed)
        }
    }))
}
