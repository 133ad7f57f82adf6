//! A log of 200 records, altered in every way that it can be.

use std::collections::BTreeMap;

use super::*;
use crate::leaf_hash;

const RECORDS: u64 = 200;

/// A log as somebody holds it: records under numbers with their leaf hashes, block hashes, checkpoints.
#[derive(Clone)]
struct Log {
    records: Vec<(u64, String, Option<Hash>)>,
    nodes: Vec<Hash>,
    checkpoints: BTreeMap<u64, Hash>,
}

fn text(number: u64) -> String {
    format!("record {number}")
}

fn leaf(number: u64) -> Hash {
    leaf_hash(text(number).as_bytes())
}

impl Log {
    /// With checkpoints at each 64 records and one at 150.
    fn new() -> Self {
        let mut frontier = Frontier::default();
        let mut checkpoints = BTreeMap::new();
        for number in 1..=RECORDS {
            frontier.push(0, leaf(number));
            if number.is_multiple_of(TILE_WIDTH) || number == 150 {
                checkpoints.insert(number, frontier.root());
            }
        }
        let nodes = (0..RECORDS / TILE_WIDTH)
            .map(|block| {
                fold(
                    (1..=TILE_WIDTH)
                        .map(|each| leaf(block * TILE_WIDTH + each))
                        .collect(),
                )
                .unwrap()
            })
            .collect();
        Self {
            records: (1..=RECORDS)
                .map(|number| (number, text(number), Some(leaf(number))))
                .collect(),
            nodes,
            checkpoints,
        }
    }

    fn verify(&self) -> Report {
        let node = |block: u64| self.nodes.get(block as usize).copied();
        let mut verifier = Verifier::new(self.checkpoints.clone(), true, node);
        for (number, text, leaf) in &self.records {
            verifier.record(*number, leaf_hash(text.as_bytes()), *leaf);
        }
        verifier.finish()
    }

    fn record(&mut self, number: u64) -> &mut (u64, String, Option<Hash>) {
        &mut self.records[number as usize - 1]
    }

    fn forge(&mut self, number: u64) {
        self.record(number).1 = "forged".to_owned();
    }

    /// Makes the kept hashes fit the records, up to the level named.
    fn cover_up(&mut self, number: u64, and_node: bool) {
        let record = self.record(number);
        record.2 = Some(leaf_hash(record.1.as_bytes()));
        if and_node {
            let block = (number - 1) / TILE_WIDTH;
            let leaves = (1..=TILE_WIDTH)
                .map(|each| self.records[(block * TILE_WIDTH + each) as usize - 1].2.unwrap());
            self.nodes[block as usize] = fold(leaves.collect()).unwrap();
        }
    }
}

fn findings(change: impl FnOnce(&mut Log)) -> Vec<Finding> {
    let mut log = Log::new();
    change(&mut log);
    log.verify().findings
}

#[test]
fn an_untouched_log_is_confirmed_up_to_its_last_checkpoint() {
    let report = Log::new().verify();
    assert_eq!(report.findings, []);
    assert_eq!(
        (report.records, report.confirmed, report.checkpoints),
        (200, 192, 4)
    );
}

#[test]
fn an_altered_record_is_named_wherever_it_stands() {
    for number in [1, 2, 64, 65, 140, 192, 193, 200] {
        assert_eq!(
            findings(|log| log.forge(number)),
            [Finding::Altered(number)],
            "{number}"
        );
    }
}

#[test]
fn one_whose_leaf_hash_was_forged_with_it_is_found_by_the_block() {
    for (number, block) in [(1, 1..=64), (64, 1..=64), (100, 65..=128)] {
        let found = findings(|log| {
            log.forge(number);
            log.cover_up(number, false);
        });
        assert_eq!(found, [Finding::AlteredWithin(block)], "{number}");
    }
}

#[test]
fn one_with_all_its_hashes_forged_is_found_by_the_checkpoint() {
    let found = findings(|log| {
        log.forge(100);
        log.cover_up(100, true);
    });
    assert_eq!(
        found,
        [Finding::AlteredWithin(65..=128), Finding::UnconfirmedFrom(65)]
    );
}

#[test]
fn a_removed_record_is_named() {
    for number in [1, 64, 65, 150, 199] {
        let found = findings(|log| drop(log.records.remove(number as usize - 1)));
        assert!(found.contains(&Finding::Removed(number)), "{number}: {found:?}");
        let others = found
            .iter()
            .filter(|finding| !matches!(finding, Finding::Removed(_)));
        assert_eq!(others.count(), usize::from(number == 150), "{number}: {found:?}");
    }
}

#[test]
fn removed_records_whose_successors_moved_up_are_found() {
    let found = findings(|log| {
        log.records.remove(99);
        for (number, record) in (1..).zip(&mut log.records) {
            record.0 = number;
        }
    });
    assert_eq!(
        found.first(),
        Some(&Finding::AlteredWithin(65..=128)),
        "{found:?}"
    );
}

#[test]
fn an_inserted_record_is_named() {
    assert_eq!(
        findings(|log| log.records.insert(100, (100, "more".to_owned(), None))),
        [Finding::Inserted(100)]
    );
    assert_eq!(
        findings(|log| log.records.push((1_000_000, "more".to_owned(), None))),
        [Finding::Inserted(1_000_000)]
    );
}

#[test]
fn records_that_changed_places_are_named() {
    let found = findings(|log| {
        let (first, second) = (log.record(10).1.clone(), log.record(20).1.clone());
        log.record(10).1 = second;
        log.record(20).1 = first;
    });
    assert_eq!(found, [Finding::Altered(10), Finding::Altered(20)]);
}

#[test]
fn forged_hashes_are_told_from_forged_records() {
    assert_eq!(
        findings(|log| log.record(10).2 = Some(Hash([0; 32]))),
        [Finding::LeafAltered(10)]
    );
    assert_eq!(
        findings(|log| log.nodes[1] = Hash([0; 32])),
        [Finding::NodeAltered(65..=128)]
    );
}

#[test]
fn a_tail_that_was_cut_off_shows_by_the_checkpoint_that_is_left() {
    let found = findings(|log| log.records.truncate(180));
    assert_eq!(
        found,
        [Finding::Cut {
            records: 180,
            signed: 192
        }]
    );
    // Without that, only a checkpoint from elsewhere would tell.
    let found = findings(|log| {
        log.records.truncate(180);
        log.checkpoints.remove(&192);
    });
    assert_eq!(found, []);
}

#[test]
fn a_removed_checkpoint_is_named() {
    assert_eq!(
        findings(|log| assert!(log.checkpoints.remove(&128).is_some())),
        [Finding::CheckpointMissing(128)]
    );
}

#[test]
fn records_that_are_no_longer_kept_are_vouched_for_by_their_blocks() {
    let log = Log::new();
    let verify = |nodes: &[Hash]| {
        let mut verifier = Verifier::new(log.checkpoints.clone(), true, |block| {
            nodes.get(block as usize).copied()
        });
        verifier.skip_blocks(2);
        for (number, text, leaf) in log.records.iter().skip(128) {
            verifier.record(*number, leaf_hash(text.as_bytes()), *leaf);
        }
        verifier.finish()
    };
    let report = verify(&log.nodes);
    assert_eq!(
        (report.findings.len(), report.records, report.confirmed),
        (0, 72, 192)
    );
    let forged = [log.nodes[1], log.nodes[0], log.nodes[2]];
    assert!(!verify(&forged).findings.is_empty());
}
