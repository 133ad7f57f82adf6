//! Pages: each row once, in order, as many as asked for.

use std::collections::BTreeMap;

use model::EndCause;
use model::query::{Collection, Field, Nav};
use model::record::Record;
use odata::bound::{BoundQuery, OrderBy};
use store::StoreError;

use crate::asking::*;
use crate::world::*;

#[test]
fn pages_give_each_row_once_while_rows_come_and_go() {
    let world = World::new();
    world.populate(1..21, 1..6);
    world.write(|s| {
        for n in 0..100 {
            s.insert_grant(&grant(n, 1 + n % 20, 1 + n / 20))?;
        }
        Ok(())
    });
    for order in [
        Vec::new(),
        vec![OrderBy {
            path: path(&[Nav::Principal], Field::DisplayName),
            descending: true,
        }],
    ] {
        let query = BoundQuery {
            order_by: order,
            ..BoundQuery::default()
        };
        let asked = Asked {
            page_size: 7,
            ..Asked::all(ASSIGNMENTS, 20)
        };
        let mut seen: BTreeMap<_, u32> = BTreeMap::new();
        let mut after = None;
        let mut turn = 0_u128;
        loop {
            let page = page(&world, &asked, &query, after).unwrap();
            for record in &page.records {
                *seen.entry(grant_record(record).grant.id).or_default() += 1;
            }
            // A row that was given goes, and a new one comes somewhere.
            let gone = grant_record(&page.records[0]).grant.id;
            let new = 1_000 + turn + 500 * u128::from(!query.order_by.is_empty());
            world.write(move |s| {
                s.end_grant(gone, ended(19, EndCause::Removed))?;
                s.insert_grant(&grant(new, 1 + turn % 20, 1))
            });
            turn += 1;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert!(seen.values().all(|times| *times == 1));
        let stayed = pages(&world, &Asked::all(ASSIGNMENTS, 20), &BoundQuery::default());
        for record in stayed.iter().map(grant_record) {
            let is_old = record.grant.id < grant_id(1_000);
            assert!(!is_old || seen.contains_key(&record.grant.id), "{record:?}");
        }
    }
}

#[test]
fn top_skip_and_count() {
    let world = World::new();
    world.populate(1..11, 1..2);
    let asked = Asked {
        page_size: 4,
        ..Asked::all(Collection::Users, 1)
    };
    let query = |top, skip, count| BoundQuery {
        top,
        skip,
        count,
        ..BoundQuery::default()
    };
    let sizes = |query: &BoundQuery| {
        let first = page(&world, &asked, query, None).unwrap();
        (first.records.len(), first.count, first.next.is_some())
    };
    assert_eq!(sizes(&query(None, 0, false)), (4, None, true));
    assert_eq!(sizes(&query(Some(2), 0, true)), (2, Some(10), true));
    assert_eq!(sizes(&query(Some(9), 0, true)), (4, Some(10), true));
    assert_eq!(sizes(&query(None, 8, true)), (2, Some(10), false));
    assert_eq!(pages(&world, &asked, &query(None, 3, false)).len(), 7);
    let other = page(
        &world,
        &Asked::all(ASSIGNMENTS, 1),
        &query(None, 0, false),
        page(&world, &asked, &query(None, 0, false), None).unwrap().next,
    );
    assert!(
        matches!(other, Err(StoreError::Unsupported(_))),
        "a cursor of another list"
    );
}

#[test]
fn orders_with_missing_values_page_through_all() {
    let world = World::new();
    world.write(|s| {
        for n in 1..30_u128 {
            let mut one = user(n);
            one.description = (n % 3 != 0).then(|| format!("{}", n % 5));
            s.insert_object(&one)?;
        }
        Ok(())
    });
    for descending in [false, true] {
        let query = BoundQuery {
            order_by: vec![
                OrderBy {
                    path: path(&[], Field::Description),
                    descending,
                },
                OrderBy {
                    path: path(&[], Field::DisplayName),
                    descending: !descending,
                },
            ],
            ..BoundQuery::default()
        };
        let asked = Asked {
            page_size: 4,
            ..Asked::all(Collection::Users, 1)
        };
        let records = pages(&world, &asked, &query);
        assert_eq!(ids(&records).len(), 29);
        let keys: Vec<_> = records
            .iter()
            .map(|record| match record {
                Record::DirectoryObject(object) => (
                    object.description.clone(),
                    object.display_name.to_ascii_lowercase(),
                ),
                other => panic!("{other:?}"),
            })
            .collect();
        let mut sorted = keys.clone();
        sorted.sort_by(|one, two| {
            let first = one.0.cmp(&two.0);
            let second = one.1.cmp(&two.1);
            if descending {
                first.reverse().then(second)
            } else {
                first.then(second.reverse())
            }
        });
        assert_eq!(keys, sorted);
    }
}
