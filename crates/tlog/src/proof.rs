//! Proofs: that a record is in the tree that a checkpoint names, and that one tree goes on from another
//! (RFC 6962, 2.1.1 and 2.1.2). Which nodes they take, and whether they hold, is for `ct_merkle` to say.

use ct_merkle::{
    ConsistencyProof, InclusionProof, RootHash, indices_for_consistency_proof, indices_for_inclusion_proof,
};
use sha2::Sha256;
use sha2::digest::Output;

use crate::hash::Hash;
use crate::tree::{Nodes, range_hash};

/// Leaves that a tree has at the most; what the library can count.
const LEAVES_MAX: u64 = 1 << 62;

/// Why there is no such proof, or why it does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError<E> {
    /// There is no such tree, or no such leaf in it.
    #[error("there is no such tree or leaf")]
    NotThere,
    /// The hashes cannot be had.
    #[error(transparent)]
    Nodes(E),
}

/// The hashes that lead from a leaf (counted from 0) to the root of the tree of `size` leaves.
///
/// # Errors
/// [`ProofError::NotThere`] unless `index < size`.
pub fn inclusion_proof<N: Nodes>(
    nodes: &N,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, ProofError<N::Error>> {
    if index >= size || size > LEAVES_MAX {
        return Err(ProofError::NotThere);
    }
    hashes(nodes, indices_for_inclusion_proof(size, index), size)
}

/// The hashes that lead from the root of the tree of `first` leaves to that of `second` leaves.
///
/// # Errors
/// [`ProofError::NotThere`] unless `0 < first ≤ second`.
pub fn consistency_proof<N: Nodes>(
    nodes: &N,
    first: u64,
    second: u64,
) -> Result<Vec<Hash>, ProofError<N::Error>> {
    if first == 0 || first > second || second > LEAVES_MAX {
        return Err(ProofError::NotThere);
    }
    hashes(
        nodes,
        indices_for_consistency_proof(first, second - first),
        second,
    )
}

/// The library numbers nodes from left to right, leaves at the even numbers: a node's height is the number of ones
/// that its number ends in (RFC 9420, appendix C).
fn hashes<N: Nodes>(nodes: &N, indices: Vec<u64>, size: u64) -> Result<Vec<Hash>, ProofError<N::Error>> {
    indices
        .into_iter()
        .map(|index| {
            let height = index.trailing_ones();
            let begin = (index >> (height + 1)) << height;
            let end = (begin + (1 << height)).min(size);
            range_hash(nodes, begin..end).map_err(ProofError::Nodes)
        })
        .collect()
}

/// Whether `record` is the leaf `index` of the tree of `size` leaves with this root.
pub fn verify_inclusion(record: &[u8], index: u64, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    let proof = InclusionProof::<Sha256>::from_digests(&digests(proof));
    size <= LEAVES_MAX
        && index < size
        && RootHash::<Sha256>::new(root.0.into(), size)
            .verify_inclusion(&record, index, &proof)
            .is_ok()
}

/// Whether the tree of `second.0` leaves begins with the tree of `first.0` leaves; each with its root.
pub fn verify_consistency(first: (u64, &Hash), second: (u64, &Hash), proof: &[Hash]) -> bool {
    let root = |(size, root): (u64, &Hash)| RootHash::<Sha256>::new(root.0.into(), size);
    let proof = ConsistencyProof::<Sha256>::from_digests(&digests(proof));
    0 < first.0
        && first.0 <= second.0
        && second.0 <= LEAVES_MAX
        && root(second).verify_consistency(&root(first), &proof).is_ok()
}

fn digests(hashes: &[Hash]) -> Vec<Output<Sha256>> {
    hashes.iter().map(|hash| hash.0.into()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::root;
    use crate::tree::tests::{Kept, reference};

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

        #[test]
        fn proofs_are_those_of_the_library_and_hold_for_nothing_else(
            size in prop_oneof![1..200_u64, 4000..4200_u64], index in any::<prop::sample::Index>(),
        ) {
            let kept = Kept::of_numbers(size);
            let index = index.index(size as usize) as u64;
            let proof = inclusion_proof(&kept, index, size).unwrap();
            let expected = reference(size).prove_inclusion(index as usize);
            prop_assert_eq!(proof.iter().flat_map(|hash| hash.0).collect::<Vec<_>>(), expected.as_bytes());

            let top = root(&kept, size).unwrap();
            let record = index.to_string();
            prop_assert!(verify_inclusion(record.as_bytes(), index, size, &top, &proof));
            prop_assert!(!verify_inclusion(b"forged", index, size, &top, &proof));
            prop_assert!(size == 1 || !verify_inclusion(record.as_bytes(), (index + 1) % size, size, &top, &proof));
            prop_assert_eq!(inclusion_proof(&kept, size, size), Err(ProofError::NotThere));
        }

        #[test]
        fn later_trees_go_on_from_earlier_ones(
            sizes in prop_oneof![(1..200_u64, 1..200_u64), (4000..4200_u64, 1..4200_u64)],
        ) {
            let (first, second) = (sizes.0.min(sizes.1), sizes.0.max(sizes.1));
            let kept = Kept::of_numbers(second);
            let proof = consistency_proof(&kept, first, second).unwrap();
            let (before, after) = (root(&kept, first).unwrap(), root(&kept, second).unwrap());
            prop_assert!(verify_consistency((first, &before), (second, &after), &proof));
            prop_assert!(!verify_consistency((first, &Hash([7; 32])), (second, &after), &proof));
            prop_assert_eq!(consistency_proof(&kept, second + 1, second), Err(ProofError::NotThere));
            prop_assert_eq!(consistency_proof(&kept, 0, second), Err(ProofError::NotThere));
        }
    }
}
