//! Asking for lists, and looking at what came.

use model::GrantKind;
use model::query::{Collection, Field, Nav};
use model::record::{GrantRecord, Record};
use odata::bound::{BoundQuery, Collation, Comparison, Expr, Literal, Operand, Path};
use store::{Cursor, ListPage, ListQuery, Perspective, StoreError};
use uuid::Uuid;

use crate::world::{World, at, grant_id};

pub const ASSIGNMENTS: Collection = Collection::Schedules(GrantKind::Assignment);
pub const INSTANCES: Collection = Collection::ScheduleInstances(GrantKind::Assignment);
pub const REQUESTS: Collection = Collection::ScheduleRequests(GrantKind::Assignment);

pub fn path(navs: &[Nav], field: Field) -> Path {
    Path {
        navs: navs.to_vec(),
        field,
        collation: Collation::IgnoreCase,
    }
}

pub fn equals(navs: &[Nav], field: Field, literal: Literal) -> Expr {
    let operand = Operand {
        path: path(navs, field),
        folds: Vec::new(),
    };
    Expr::Compare(operand, Comparison::Eq, literal)
}

pub fn guid(id: impl Into<Uuid>) -> Literal {
    Literal::Guid(id.into())
}

pub fn filtered(filter: Expr) -> BoundQuery {
    BoundQuery {
        filter: Some(filter),
        ..BoundQuery::default()
    }
}

pub struct Asked {
    pub collection: Collection,
    pub perspective: Perspective,
    pub now: i64,
    pub page_size: u32,
}

impl Asked {
    pub fn all(collection: Collection, now: i64) -> Self {
        Self {
            collection,
            perspective: Perspective::Everyone,
            now,
            page_size: 1_000,
        }
    }

    pub fn by(self, perspective: Perspective) -> Self {
        Self { perspective, ..self }
    }
}

pub fn page(
    world: &World,
    asked: &Asked,
    query: &BoundQuery,
    after: Option<Cursor>,
) -> Result<ListPage, StoreError> {
    let (query, now) = (query.clone(), at(asked.now));
    let (collection, perspective, page_size) = (asked.collection, asked.perspective, asked.page_size);
    world
        .store
        .read_wait(move |s| {
            s.list(&ListQuery {
                collection,
                query: &query,
                now,
                page_size,
                after,
                perspective,
                among: None,
            })
        })
        .unwrap()
}

/// Every row, page by page; cursors travel as texts.
pub fn pages(world: &World, asked: &Asked, query: &BoundQuery) -> Vec<Record> {
    let mut records = Vec::new();
    let mut after = None;
    loop {
        let page = page(world, asked, query, after).unwrap();
        assert!(page.records.len() <= asked.page_size as usize);
        records.extend(page.records);
        after = page.next.map(|next| Cursor::from_text(&next.to_text()).unwrap());
        if after.is_none() {
            return records;
        }
    }
}

pub fn grant_record(record: &Record) -> &GrantRecord {
    match record {
        Record::Schedule(record) | Record::ScheduleInstance(record) | Record::RoleAssignment(record) => {
            record
        }
        other => panic!("{other:?}"),
    }
}

pub fn ids(records: &[Record]) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = records
        .iter()
        .map(|record| match record {
            Record::ScheduleRequest(record) | Record::Approval(record) => record.request.id.uuid(),
            Record::DirectoryObject(object) => object.id.uuid(),
            other => grant_record(other).grant.id.uuid(),
        })
        .collect();
    ids.sort();
    ids
}

pub fn grant_ids(numbers: &[u128]) -> Vec<Uuid> {
    numbers.iter().map(|n| grant_id(*n).uuid()).collect()
}
