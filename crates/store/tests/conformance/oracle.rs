//! Random filters over random rows: the database answers as `odata::eval` does over the same rows in
//! memory.

mod filters;
mod rows;
mod sample;

use model::GrantKind;
use model::query::{Collection, Field};
use model::record::Record;
use odata::bound::{BoundQuery, Literal};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::asking::{Asked, pages};
use filters::a_filter;
use rows::of_record;
use sample::Sample;

/// The time of reading.
const NOW: i64 = 50;

/// The keys of rows, for messages.
fn names(records: &[Record]) -> Vec<Literal> {
    records
        .iter()
        .map(|record| of_record(record, Field::Id))
        .collect()
}

#[test]
fn the_database_answers_as_the_rows_in_memory_do() {
    let sample = Sample::new();
    for collection in [
        Collection::Schedules(GrantKind::Assignment),
        Collection::Schedules(GrantKind::Eligibility),
        Collection::ScheduleInstances(GrantKind::Assignment),
        Collection::ScheduleRequests(GrantKind::Assignment),
        Collection::DirectoryObjects,
    ] {
        let config = Config {
            failure_persistence: None,
            cases: 400,
            ..Config::default()
        };
        let mut runner = TestRunner::new_with_rng(
            config,
            proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
        );
        let checked = runner.run(&a_filter(collection), |filter| {
            let mut expected = sample.records(collection, &filter);
            expected.retain(|record| sample.fulfils(record, &filter));
            let query = BoundQuery {
                filter: Some(filter),
                count: true,
                ..BoundQuery::default()
            };
            let asked = Asked {
                page_size: 5,
                ..Asked::all(collection, NOW)
            };
            let mut found = pages(&sample.world, &asked, &query);
            let key = |record: &Record| format!("{record:?}");
            found.sort_by_key(key);
            expected.sort_by_key(key);
            prop_assert!(
                found == expected,
                "{:?} instead of {:?}",
                names(&found),
                names(&expected)
            );
            Ok(())
        });
        if let Err(failure) = checked {
            panic!("{collection:?}: {failure}");
        }
    }
}
