//! Lists: a bound query over a collection, from a perspective, one page at a time.
//!
//! Paging is by key: a page ends with the order keys and the primary key of its last row, and the
//! next one begins after them. A row that stays is given exactly once, whatever comes and goes in
//! between. The default orders follow indexes, so that a page costs the same however many rows
//! there are.

mod columns;
mod cursor;
mod filter;
mod mentions;
mod order;
mod pins;
mod source;

use std::sync::Arc;

use model::directory::Relation;
use model::query::Collection;
use model::record::{GrantRecord, Record, RequestRecord};
use model::{Instant, MemberType, ObjectBody, ObjectId, ScheduleRequest};
use odata::bound::BoundQuery;
use sea_query::{Expr, Func, SelectStatement};

pub(crate) use cursor::Key;
pub use cursor::{Cursor, InvalidCursor};

use crate::aggregates::audit::read_event;
use crate::aggregates::directory::read_object;
use crate::aggregates::grants::read_grant;
use crate::aggregates::requests::read_request;
use crate::row::Row;
use crate::{Session, StoreError};

/// What to list.
#[derive(Clone, Debug)]
pub struct ListQuery<'a> {
    /// Of which collection.
    pub collection: Collection,
    /// Which rows, in which order. `select`, `expand` and `skip_token` are the caller's business.
    pub query: &'a BoundQuery,
    /// The time of reading.
    pub now: Instant,
    /// How many rows at most; fewer if the query says so.
    pub page_size: u32,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// Seen by whom, or from where.
    pub perspective: Perspective,
    /// Of directory objects only these, if that is said; ids of others are passed over.
    pub among: Option<&'a [ObjectId]>,
}

/// Which part of a collection is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Perspective {
    /// All of it. Schedules and instances whose filter names a user are listed as that principal's
    /// (schedules dossier, 8.5).
    Everyone,
    /// What a principal has: its own, and for schedules and instances what it has through
    /// role-assignable groups, shown as the principal's with `memberType` `Group`.
    Principal(ObjectId),
    /// The requests that a caller made.
    CreatedBy(ObjectId),
    /// The requests that a user may decide in some stage, never the person's own, or has decided, in any
    /// status.
    Approver {
        /// Whom the role's settings name, or a group of whom they name.
        user: ObjectId,
        /// Whether the user decides where the settings name nobody.
        is_default_approver: bool,
    },
    /// The requests that a user may decide or has decided, and their own.
    Involved {
        /// Who.
        user: ObjectId,
        /// As for [`Perspective::Approver`].
        is_default_approver: bool,
    },
    /// The members or owners of a group or administrative unit.
    RelatedTo {
        /// Which.
        container: ObjectId,
        /// By which relation.
        relation: Relation,
    },
    /// The groups and administrative units that have a principal as a direct member.
    Containing(ObjectId),
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    /// Its rows.
    pub records: Vec<Record>,
    /// Where the next one begins; none after the last.
    pub next: Option<Cursor>,
    /// How many rows there are in all, if the query asks.
    pub count: Option<u64>,
}

impl Session {
    /// Lists one page. Role definitions, policies and the like are few and no business of the
    /// store's lists.
    ///
    /// # Errors
    /// [`StoreError::Unsupported`] for a collection, property or perspective that is not listed
    /// here, or a cursor of another list; the driver's, and rows that cannot be read.
    pub fn list(&self, list: &ListQuery<'_>) -> Result<ListPage, StoreError> {
        let plan = self.plan(list)?;
        let mut rows = self.rows(plan.table, &plan.page, |row| {
            let record = read(row, list, plan.perspective)?;
            let keys = (0..plan.keys).map(|_| row.take()).collect::<Result<_, _>>()?;
            Ok((record, Cursor { keys }))
        })?;
        let has_more = rows.len() > plan.size;
        rows.truncate(plan.size);
        let next = rows.last().filter(|_| has_more).map(|(_, cursor)| cursor.clone());
        Ok(ListPage {
            records: rows.into_iter().map(|(record, _)| record).collect(),
            next,
            count: plan
                .count
                .map(|select| self.count(plan.table, &select))
                .transpose()?,
        })
    }

    fn count(&self, table: &'static str, select: &SelectStatement) -> Result<u64, StoreError> {
        let count: Option<i64> = self.row(table, select, |row| row.take())?;
        Ok(count
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or_default())
    }

    /// The statements that a list comes to.
    fn plan(&self, list: &ListQuery<'_>) -> Result<Plan, StoreError> {
        let filter = list.query.filter.as_ref();
        let pins = pins::Pins::of(list.collection, filter);
        let perspective = self.effective_perspective(list, &pins)?;
        let mut source = source::source(list.collection, perspective, list.now, &self.viewer(perspective)?)?;
        if perspective == Perspective::Everyone && pins.principal.is_some() {
            // The rows of one principal are sorted by it already.
            source.keys.first.clear();
        }

        let mut joins = source::Joins::default();
        let mut base = source.select;
        if let Some(filter) = filter {
            base.and_where(filter::condition(&source.fields, &mut joins, filter)?);
        }
        if let Some(ids) = list.among {
            base.and_where(source::is_among(ids));
        }
        for condition in pins.conditions(list.collection, perspective) {
            base.and_where(condition);
        }
        let mut order_by = list.query.order_by.clone();
        if order_by.is_empty() {
            order_by = pins.order();
        }
        let keys = order::keys(&source.fields, &mut joins, &order_by, source.keys)?;
        joins.add_to(&mut base, &source.fields);

        let count = list
            .query
            .count
            .then(|| base.clone().expr(Func::count(Expr::val(1))).to_owned());
        let mut page = base;
        page.exprs(source.columns);
        order::apply(&mut page, &keys, list.after.as_ref())?;
        let size = list
            .query
            .top
            .map_or(list.page_size, |top| top.min(list.page_size));
        page.limit(u64::from(size).saturating_add(1));
        if list.after.is_none() && list.query.skip > 0 {
            page.offset(u64::from(list.query.skip));
        }
        Ok(Plan {
            table: source.table,
            page,
            count,
            keys: keys.len(),
            size: usize::try_from(size).unwrap_or(usize::MAX),
            perspective,
        })
    }

    /// The user of a perspective in which it matters what they may approve.
    fn viewer(&self, perspective: Perspective) -> Result<source::Viewer, StoreError> {
        match perspective {
            Perspective::Approver { user, .. } | Perspective::Involved { user, .. } => Ok(source::Viewer {
                accounts: self.accounts_of_person(user)?,
                groups: self.transitive_containers(user)?,
            }),
            _ => Ok(source::Viewer::default()),
        }
    }

    /// A list of schedules or instances that is filtered by one user is that user's.
    fn effective_perspective(
        &self,
        list: &ListQuery<'_>,
        pins: &pins::Pins,
    ) -> Result<Perspective, StoreError> {
        let (
            Perspective::Everyone,
            Collection::Schedules(_) | Collection::ScheduleInstances(_),
            Some(principal),
        ) = (list.perspective, list.collection, pins.principal)
        else {
            return Ok(list.perspective);
        };
        let is_user = self
            .object(principal)?
            .is_some_and(|object| matches!(object.body, ObjectBody::User(_)));
        Ok(if is_user {
            Perspective::Principal(principal)
        } else {
            Perspective::Everyone
        })
    }
}

/// What a list comes to.
struct Plan {
    table: &'static str,
    page: SelectStatement,
    count: Option<SelectStatement>,
    /// How many order keys follow the record in a row of the page.
    keys: usize,
    size: usize,
    perspective: Perspective,
}

fn read(row: &mut Row<'_>, list: &ListQuery<'_>, perspective: Perspective) -> Result<Record, StoreError> {
    Ok(match list.collection {
        Collection::ScheduleRequests(_) => Record::ScheduleRequest(read_request_record(row, list.now)?),
        Collection::Approvals => Record::Approval(read_request_record(row, list.now)?),
        Collection::Schedules(_) => Record::Schedule(read_grant_record(row, list.now, perspective)?),
        Collection::ScheduleInstances(_) => {
            Record::ScheduleInstance(read_grant_record(row, list.now, perspective)?)
        }
        Collection::RoleAssignments => Record::RoleAssignment(read_grant_record(row, list.now, perspective)?),
        Collection::DirectoryAudits => Record::DirectoryAudit(Box::new(read_event(row)?)),
        _ => Record::DirectoryObject(Arc::new(read_object(row)?)),
    })
}

fn read_request_record(row: &mut Row<'_>, now: Instant) -> Result<Box<RequestRecord>, StoreError> {
    let stored = read_request(row)?;
    Ok(Box::new(RequestRecord {
        request: ScheduleRequest {
            status: stored.status_at(now),
            target_schedule_id: row.take()?,
            ..stored
        },
    }))
}

fn read_grant_record(
    row: &mut Row<'_>,
    now: Instant,
    perspective: Perspective,
) -> Result<Box<GrantRecord>, StoreError> {
    let grant = read_grant(row)?;
    let principal_id = match perspective {
        Perspective::Principal(principal) => principal,
        _ => grant.principal_id,
    };
    Ok(Box::new(GrantRecord {
        grant,
        principal_id,
        member_type: if principal_id == grant.principal_id {
            MemberType::Direct
        } else {
            MemberType::Group
        },
        read_at: now,
    }))
}

#[cfg(test)]
mod plans;
