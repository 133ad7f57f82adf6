//! The transparency log beneath the audit log: an RFC 6962 Merkle tree over bytes, inclusion and consistency
//! proofs, signed checkpoints (c2sp.org/tlog-checkpoint), and the verification of a whole log. Pure: it is handed
//! hashes and bytes, and knows neither where they are kept nor what a record says.

mod checkpoint;
mod hash;
mod note;
mod proof;
mod tree;
pub mod verify;
pub mod witness;

pub use checkpoint::{CHECKPOINT_BYTES_MAX, Checkpoint, MalformedCheckpoint};
pub use hash::{Hash, MalformedHash, leaf_hash, node_hash};
pub use note::{MalformedKey, NoteError, Signer, VerifierKey, key_id};
pub use proof::{ProofError, consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};
pub use tree::{Frontier, Nodes, STORED_LEVELS, TILE_HEIGHT, TILE_WIDTH, fold, root};
