//! The shape of the tree, and roots out of the few hashes that are kept of it: those of the leaves, and of every
//! complete subtree whose height is a multiple of [`TILE_HEIGHT`]. The others follow from these.

use std::ops::Range;

use crate::hash::{Hash, empty_root, node_hash};

/// Levels between two that are kept.
pub const TILE_HEIGHT: u32 = 6;
/// Leaves, or kept hashes, beneath one that is kept.
pub const TILE_WIDTH: u64 = 1 << TILE_HEIGHT;
/// How many levels are kept: enough for 2^60 leaves.
pub const STORED_LEVELS: u32 = 10;

/// Where the kept hashes are.
pub trait Nodes {
    /// Why they cannot be had.
    type Error;

    /// The hashes at a level that is a multiple of [`TILE_HEIGHT`], in order: position `p` is of the leaves from
    /// `p << level` up to the next.
    fn read(&self, level: u32, positions: Range<u64>) -> Result<Vec<Hash>, Self::Error>;
}

/// The hash over complete subtrees of one height that stand side by side. Their number is a power of two.
pub fn fold(mut hashes: Vec<Hash>) -> Option<Hash> {
    while hashes.len() > 1 {
        hashes = hashes
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => node_hash(left, right),
                odd => odd.first().copied().unwrap_or_else(empty_root),
            })
            .collect();
    }
    hashes.pop()
}

/// The root of the tree of the first `size` leaves.
///
/// # Errors
/// Those of `nodes`.
pub fn root<N: Nodes>(nodes: &N, size: u64) -> Result<Hash, N::Error> {
    let mut frontier = Frontier::default();
    for stored in (0..STORED_LEVELS).rev() {
        let level = stored * TILE_HEIGHT;
        let end = size >> level;
        let begin = (end >> TILE_HEIGHT) << TILE_HEIGHT;
        if begin < end {
            for hash in nodes.read(level, begin..end)? {
                frontier.push(level, hash);
            }
        }
    }
    Ok(frontier.root())
}

/// The hash over the leaves of a range that is a node of some tree: it begins at a multiple of its own width,
/// rounded up to a power of two.
pub(crate) fn range_hash<N: Nodes>(nodes: &N, range: Range<u64>) -> Result<Hash, N::Error> {
    let width = range.end.saturating_sub(range.start);
    let mut frontier = Frontier::default();
    let mut at = range.start;
    // The complete subtrees that the range is made of, the largest first.
    for height in (0..u64::BITS).rev().filter(|height| width >> height & 1 == 1) {
        let level = height - height % TILE_HEIGHT;
        let first = at >> level;
        let count = 1 << (height - level);
        if let Some(hash) = fold(nodes.read(level, first..first + count)?) {
            frontier.push(height, hash);
        }
        at += 1 << height;
    }
    Ok(frontier.root())
}

/// The complete subtrees of a tree that grows at its right edge, the largest first: what takes to say its root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    subtrees: Vec<(u32, Hash)>,
}

impl Frontier {
    /// Appends a complete subtree of `height`; all before it are at least as high.
    pub fn push(&mut self, height: u32, hash: Hash) {
        let (mut height, mut hash) = (height, hash);
        while let Some((_, left)) = self.subtrees.pop_if(|(last, _)| *last == height) {
            hash = node_hash(&left, &hash);
            height += 1;
        }
        self.subtrees.push((height, hash));
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.subtrees.iter().map(|(height, _)| 1_u64 << height).sum()
    }

    /// The root of the tree as it is now.
    pub fn root(&self) -> Hash {
        let mut from_right = self.subtrees.iter().rev().map(|(_, hash)| *hash);
        let Some(last) = from_right.next() else {
            return empty_root();
        };
        from_right.fold(last, |right, left| node_hash(&left, &right))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;
    use sha2::Sha256;

    use super::*;
    use crate::leaf_hash;

    /// Leaves and kept hashes in memory.
    pub(crate) struct Kept(BTreeMap<(u32, u64), Hash>);

    impl Kept {
        /// The tree whose leaves are the decimal numbers below `size`.
        pub(crate) fn of_numbers(size: u64) -> Self {
            let mut kept = BTreeMap::new();
            for leaf in 0..size {
                kept.insert((0, leaf), leaf_hash(leaf.to_string().as_bytes()));
            }
            for level in [TILE_HEIGHT, 2 * TILE_HEIGHT] {
                for position in 0..size >> level {
                    let below = (position * TILE_WIDTH..(position + 1) * TILE_WIDTH)
                        .map(|each| kept[&(level - TILE_HEIGHT, each)])
                        .collect();
                    kept.insert((level, position), fold(below).unwrap());
                }
            }
            Self(kept)
        }
    }

    impl Nodes for Kept {
        type Error = Infallible;

        fn read(&self, level: u32, positions: Range<u64>) -> Result<Vec<Hash>, Infallible> {
            assert!(
                positions.end - positions.start <= TILE_WIDTH,
                "more is read than a tile"
            );
            Ok(positions.map(|position| self.0[&(level, position)]).collect())
        }
    }

    /// The same tree as a library has it.
    pub(crate) fn reference(size: u64) -> MemoryBackedTree<Sha256, String> {
        let mut tree = MemoryBackedTree::new();
        for leaf in 0..size {
            tree.push(leaf.to_string());
        }
        tree
    }

    #[test]
    fn the_root_without_leaves_is_that_of_rfc_6962() {
        let nothing = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(root(&Kept::of_numbers(0), 0), Ok(nothing.parse().unwrap()));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

        #[test]
        fn roots_are_those_of_the_library(size in prop_oneof![1..200_u64, 4000..4200_u64, 1..9000_u64]) {
            let kept = Kept::of_numbers(size);
            let expected = Hash((*reference(size).root().as_bytes()).into());
            prop_assert_eq!(root(&kept, size), Ok(expected));
            let mut frontier = Frontier::default();
            for leaf in kept.read_all(size) {
                frontier.push(0, leaf);
            }
            prop_assert_eq!((frontier.size(), frontier.root()), (size, expected));
        }
    }

    impl Kept {
        fn read_all(&self, size: u64) -> Vec<Hash> {
            (0..size).map(|leaf| self.0[&(0, leaf)]).collect()
        }
    }
}
