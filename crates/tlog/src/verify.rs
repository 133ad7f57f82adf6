//! Verifying a whole log: its records, in order, against the hashes that were kept of them and against signed
//! checkpoints. Only checkpoints are believed. Where records do not lead to one, the kept hashes that do say which
//! record it is; where none do, the checkpoint before says from where on.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use crate::hash::Hash;
use crate::tree::{Frontier, TILE_HEIGHT, TILE_WIDTH, fold};

/// Findings that a report names; a log that is wrong throughout is not to be listed.
pub const FINDINGS_MAX: usize = 1_000;

/// What is wrong. Records are numbered from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The record is another than the one that was logged.
    Altered(u64),
    /// The record is not there.
    Removed(u64),
    /// A record stands there that does not belong there: its number was taken or passed before.
    Inserted(u64),
    /// One of these records, or several, were altered, removed or inserted; no kept hash says which.
    AlteredWithin(RangeInclusive<u64>),
    /// The record is right, the hash that was kept of it is not.
    LeafAltered(u64),
    /// The records are right, the hash that was kept of them is not.
    NodeAltered(RangeInclusive<u64>),
    /// A checkpoint that is due was not kept.
    CheckpointMissing(u64),
    /// A checkpoint was signed when there were more records than there are now.
    Cut {
        /// Records that are there.
        records: u64,
        /// Records that there were.
        signed: u64,
    },
    /// From this record on, no checkpoint says anything any more: what led to the next one is lost.
    UnconfirmedFrom(u64),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered(record) => write!(f, "record {record} was altered"),
            Self::Removed(record) => write!(f, "record {record} was removed"),
            Self::Inserted(record) => write!(f, "a record was inserted at {record}"),
            Self::AlteredWithin(range) => write!(
                f,
                "records {} to {}: one or more were altered, removed or inserted",
                range.start(),
                range.end()
            ),
            Self::LeafAltered(record) => write!(f, "the leaf hash of record {record} was altered"),
            Self::NodeAltered(range) => write!(
                f,
                "the tree hash over records {} to {} was altered",
                range.start(),
                range.end()
            ),
            Self::CheckpointMissing(size) => write!(f, "the checkpoint of {size} records was removed"),
            Self::Cut { records, signed } => write!(
                f,
                "the tail was cut off: there are {records} records, and a checkpoint of {signed}"
            ),
            Self::UnconfirmedFrom(record) => {
                write!(f, "no checkpoint confirms the records from {record} on any more")
            }
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Records that were looked at.
    pub records: u64,
    /// How many records the log has had, also those that are no longer kept or were removed.
    pub size: u64,
    /// Up to which record a checkpoint confirms the log.
    pub confirmed: u64,
    /// Checkpoints that the log leads to.
    pub checkpoints: usize,
    /// What is wrong, at most [`FINDINGS_MAX`].
    pub findings: Vec<Finding>,
}

/// Something that does not fit, until a checkpoint says what is right.
#[derive(Debug)]
enum Difference {
    RecordAndLeaf(u64),
    NoRecord(u64),
    LeavesAndNode(RangeInclusive<u64>),
}

/// A record's place, with what is known of it.
#[derive(Clone, Copy, Debug)]
struct Slot {
    record: Option<Hash>,
    leaf: Option<Hash>,
}

/// The three histories that the log may tell: by its records, by their leaf hashes, and by the hashes kept above
/// these. Where one has a gap, the next one down or up fills it.
const HISTORIES: usize = 3;
const BY_RECORDS: usize = 0;
const BY_LEAVES: usize = 1;

/// Goes over a log.
pub struct Verifier<N> {
    node: N,
    checkpoints: BTreeMap<u64, Hash>,
    expects_all_checkpoints: bool,
    histories: [Frontier; HISTORIES],
    slots: Vec<Slot>,
    differences: Vec<Difference>,
    next: u64,
    is_lost: bool,
    report: Report,
}

impl<N: FnMut(u64) -> Option<Hash>> Verifier<N> {
    /// Begins at the first record. `node` says which hash was kept of the block of [`TILE_WIDTH`] records with a
    /// number, counted from 0. `checkpoints` have been believed; with `expects_all_checkpoints`, one of each multiple
    /// of [`TILE_WIDTH`] records has to be among them.
    pub fn new(checkpoints: BTreeMap<u64, Hash>, expects_all_checkpoints: bool, node: N) -> Self {
        Self {
            node,
            checkpoints,
            expects_all_checkpoints,
            histories: std::array::from_fn(|_| Frontier::default()),
            slots: Vec::with_capacity(TILE_WIDTH as usize),
            differences: Vec::new(),
            next: 1,
            is_lost: false,
            report: Report::default(),
        }
    }

    /// Passes over the first blocks, whose records are no longer kept: of them only the hashes remain. Their right
    /// order shows at the next checkpoint.
    pub fn skip_blocks(&mut self, blocks: u64) {
        for block in 0..blocks {
            if let Some(hash) = (self.node)(block) {
                for history in &mut self.histories {
                    history.push(TILE_HEIGHT, hash);
                }
            }
        }
        self.next = blocks.saturating_mul(TILE_WIDTH).saturating_add(1);
        self.checkpoints = self.checkpoints.split_off(&self.next);
    }

    /// The next record: the number that it stands under, the hash of its bytes, and the hash that was kept of it.
    pub fn record(&mut self, number: u64, record: Hash, leaf: Option<Hash>) {
        if number < self.next {
            self.find(Finding::Inserted(number));
            return;
        }
        while self.next < number && self.is_plausible(number) {
            self.slot(None, None);
        }
        if self.next == number {
            self.report.records += 1;
            self.slot(Some(record), leaf);
        } else {
            self.find(Finding::Inserted(number));
        }
    }

    /// The hash that was kept of the next record, which is not there itself.
    pub fn missing(&mut self, leaf: Option<Hash>) {
        self.slot(None, leaf);
    }

    /// A number far beyond every checkpoint is no gap but a forgery.
    fn is_plausible(&self, number: u64) -> bool {
        let signed = self.checkpoints.last_key_value().map_or(0, |(size, _)| *size);
        number <= signed.max(self.next).saturating_add(TILE_WIDTH)
    }

    /// What came of it, after the last record.
    pub fn finish(mut self) -> Report {
        if !self.slots.is_empty() {
            self.block();
        }
        let records = self.next.saturating_sub(1);
        self.report.size = records;
        if let Some((&signed, _)) = self.checkpoints.last_key_value()
            && signed > records
        {
            self.find(Finding::Cut { records, signed });
        }
        // What no checkpoint covers can only be held against itself.
        self.tell_differences(BY_LEAVES);
        self.report
    }

    fn slot(&mut self, record: Option<Hash>, leaf: Option<Hash>) {
        match (record, leaf) {
            (None, _) => self.differences.push(Difference::NoRecord(self.next)),
            (Some(record), Some(leaf)) if record != leaf => {
                self.differences.push(Difference::RecordAndLeaf(self.next));
            }
            (Some(_), _) => {}
        }
        self.slots.push(Slot { record, leaf });
        self.next += 1;
        if self.slots.len() as u64 == TILE_WIDTH {
            self.block();
        }
    }

    /// A block is complete, or the last one.
    fn block(&mut self) {
        let slots = std::mem::take(&mut self.slots);
        let first = self.next - slots.len() as u64;
        let last = self.next - 1;
        let sizes: Vec<(u64, Hash)> = self
            .checkpoints
            .range(first..=last)
            .map(|(size, root)| (*size, *root))
            .collect();
        let is_complete = slots.len() as u64 == TILE_WIDTH;
        let node = if is_complete {
            (self.node)((first - 1) / TILE_WIDTH)
        } else {
            None
        };
        let leaf_by_leaf = [
            slots
                .iter()
                .map(|slot| slot.record.or(slot.leaf))
                .collect::<Option<Vec<Hash>>>(),
            slots.iter().map(|slot| slot.leaf.or(slot.record)).collect(),
        ];
        let folded = leaf_by_leaf.clone().map(|leaves| leaves.and_then(fold));
        if let (Some(node), [_, Some(by_leaves)]) = (node, &folded)
            && *by_leaves != node
        {
            self.differences.push(Difference::LeavesAndNode(first..=last));
        }
        // Sizes within the block first: they are the block's beginning.
        for (size, root) in sizes {
            let within = (size - first + 1) as usize;
            if size < last || !is_complete {
                let histories = [0, 1].map(|history: usize| {
                    let leaves = leaf_by_leaf.get(history)?.as_ref()?.get(..within)?;
                    let mut frontier = self.histories.get(history)?.clone();
                    leaves.iter().for_each(|leaf| frontier.push(0, *leaf));
                    Some(frontier.root())
                });
                self.judge_within(size, root, &histories);
            }
        }
        if !is_complete {
            return;
        }
        let [by_records, by_leaves] = folded;
        let hashes = [
            by_records.or(by_leaves).or(node),
            by_leaves.or(by_records).or(node),
            node.or(by_leaves).or(by_records),
        ];
        for (history, hash) in self.histories.iter_mut().zip(hashes) {
            if let Some(hash) = hash {
                history.push(TILE_HEIGHT, hash);
            }
        }
        match self.checkpoints.get(&last).copied() {
            Some(root) => self.judge(last, root),
            None if self.expects_all_checkpoints => self.find(Finding::CheckpointMissing(last)),
            None => {}
        }
    }

    /// Holds the histories against a checkpoint at the end of a block: the first that leads to it is the truth.
    fn judge(&mut self, size: u64, root: Hash) {
        if self.is_lost {
            self.tell_differences(BY_LEAVES);
            return;
        }
        let truth = self
            .histories
            .iter()
            .position(|history| history.size() == size && history.root() == root);
        let Some(truth) = truth else {
            let first = self.report.confirmed + 1;
            self.tell_differences(BY_LEAVES);
            self.find(Finding::AlteredWithin(first..=size));
            self.find(Finding::UnconfirmedFrom(first));
            self.is_lost = true;
            return;
        };
        self.tell_differences(truth);
        if let Some(right) = self.histories.get(truth).cloned() {
            self.histories = std::array::from_fn(|_| right.clone());
        }
        self.report.confirmed = size;
        self.report.checkpoints += 1;
    }

    /// The same for a checkpoint in the midst of a block, up to which only records and leaf hashes lead.
    fn judge_within(&mut self, size: u64, root: Hash, histories: &[Option<Hash>; 2]) {
        if self.is_lost {
            return;
        }
        if histories.contains(&Some(root)) {
            self.report.confirmed = size;
            self.report.checkpoints += 1;
            return;
        }
        self.find(Finding::AlteredWithin(self.report.confirmed + 1..=size));
    }

    /// Says what the differences since the last checkpoint were, now that one history is known to be right.
    fn tell_differences(&mut self, truth: usize) {
        let differences = std::mem::take(&mut self.differences);
        let is_named = |range: &RangeInclusive<u64>| {
            differences.iter().any(|difference| match difference {
                Difference::RecordAndLeaf(record) | Difference::NoRecord(record) => range.contains(record),
                Difference::LeavesAndNode(_) => false,
            })
        };
        let findings: Vec<Finding> = differences
            .iter()
            .filter_map(|difference| match difference {
                Difference::NoRecord(record) => Some(Finding::Removed(*record)),
                Difference::RecordAndLeaf(record) if truth == BY_RECORDS => {
                    Some(Finding::LeafAltered(*record))
                }
                Difference::RecordAndLeaf(record) => Some(Finding::Altered(*record)),
                Difference::LeavesAndNode(range) if is_named(range) => None,
                Difference::LeavesAndNode(range) if truth == BY_RECORDS || truth == BY_LEAVES => {
                    Some(Finding::NodeAltered(range.clone()))
                }
                Difference::LeavesAndNode(range) => Some(Finding::AlteredWithin(range.clone())),
            })
            .collect();
        for finding in findings {
            self.find(finding);
        }
    }

    fn find(&mut self, finding: Finding) {
        if self.report.findings.len() < FINDINGS_MAX && !self.report.findings.contains(&finding) {
            self.report.findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests;
