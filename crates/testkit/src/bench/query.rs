//! How long a query takes to be read and bound by itself, without storage: what clients ask most.

use std::hint::black_box;

use graph::Version;
use model::GrantKind;
use model::query::Collection;
use odata::options::RawOptions;

use crate::machine::micros_of;

/// Queries in one measurement.
const QUERIES: u32 = 20_000;
/// The filter of the portal and of half of all scripts, as clients encode it.
const QUERY: &str = "$filter=principalId%20eq%20%273f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811%27%20and%20startDateTime%20ge\
     %202026-03-01T00:00:00Z&$expand=roleDefinition($select=displayName),principal&$top=50";

/// Microseconds from a query string to a query that storage takes.
pub fn micros() -> f64 {
    let entity = graph::sets::entity_of(Collection::ScheduleInstances(GrantKind::Assignment));
    let bound = || {
        RawOptions::parse(black_box(QUERY))
            .ok()
            .and_then(|options| odata::bind(&options, entity.schema(Version::V1)).ok())
    };
    assert!(bound().is_some(), "the query is in order");
    micros_of(QUERIES, || drop(black_box(bound())))
}
