//! Handles: texts too random to guess, kept as hashes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Entropy;
use sha2::{Digest, Sha256};

/// How many random bytes a handle has.
const HANDLE_BYTES: usize = 32;

/// What is kept of a handle, and what it is found by. Looking a hash up tells nothing of the handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct HandleHash([u8; 32]);

impl HandleHash {
    /// The hash of a handle that somebody presents.
    pub(super) fn of(handle: &str) -> Self {
        Self(Sha256::digest(handle).into())
    }
}

/// A fresh handle, to be handed over once.
pub(super) fn generate(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; HANDLE_BYTES];
    entropy.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
