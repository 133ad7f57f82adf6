//! What time did, or will do, to grants and requests: for the work that announces it. No answer
//! depends on it.

use model::{Grant, GrantId, Instant, RequestStatus, ScheduleRequest};
use sea_query::{Expr, ExprTrait, Func, Order, Query};

use super::{TABLE, column, grants, has_started, is_open};
use crate::aggregates::requests::{self, read_request};
use crate::row::Row;
use crate::schema::{Grants, Requests};
use crate::value::{bind, constant};
use crate::{Session, StoreError};

/// That a start that lay ahead is not announced yet.
fn is_start_pending() -> Expr {
    column(Grants::IsStartPending).eq(constant(true))
}

impl Session {
    /// Grants whose window is over and whose end is not recorded, the earliest first.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn ended_unannounced(&self, now: Instant, limit: u64) -> Result<Vec<Grant>, StoreError> {
        let select = grants()
            .and_where(is_open())
            .and_where(column(Grants::EndsAt).lte(bind(now)))
            .order_by((Grants::Table, Grants::EndsAt), Order::Asc)
            .limit(limit)
            .to_owned();
        self.rows(TABLE, &select, super::read_grant)
    }

    /// Open grants that were made for later, whose start is reached and not announced, the earliest
    /// first.
    ///
    /// # Errors
    /// As [`Session::ended_unannounced`].
    pub fn started_unannounced(&self, now: Instant, limit: u64) -> Result<Vec<Grant>, StoreError> {
        let select = grants()
            .and_where(is_open())
            .and_where(is_start_pending())
            .and_where(has_started(now))
            .order_by((Grants::Table, Grants::StartsAt), Order::Asc)
            .limit(limit)
            .to_owned();
        self.rows(TABLE, &select, super::read_grant)
    }

    /// Records that a start is announced; says whether it was not before.
    ///
    /// # Errors
    /// The driver's.
    pub fn mark_started(&self, id: GrantId) -> Result<bool, StoreError> {
        self.change(
            TABLE,
            Query::update()
                .table(Grants::Table)
                .value(Grants::IsStartPending, bind(false))
                .and_where(column(Grants::Id).eq(bind(id)))
                .and_where(is_start_pending()),
        )
    }

    /// Requests that nobody decided in time, the earliest first.
    ///
    /// # Errors
    /// As [`Session::ended_unannounced`].
    pub fn lapsed_requests(&self, now: Instant, limit: u64) -> Result<Vec<ScheduleRequest>, StoreError> {
        self.due_requests(RequestStatus::PendingApproval, Requests::LapsesAt, now, limit)
    }

    /// Requests that were accepted for later and whose start is reached, the earliest first.
    ///
    /// # Errors
    /// As [`Session::ended_unannounced`].
    pub fn started_requests(&self, now: Instant, limit: u64) -> Result<Vec<ScheduleRequest>, StoreError> {
        self.due_requests(RequestStatus::Granted, Requests::StartsAt, now, limit)
    }

    fn due_requests(
        &self,
        status: RequestStatus,
        due: Requests,
        now: Instant,
        limit: u64,
    ) -> Result<Vec<ScheduleRequest>, StoreError> {
        let select = requests::requests()
            .and_where(requests::is_open())
            .and_where(requests::column(Requests::Status).eq(constant(status)))
            .and_where(requests::column(due).lte(bind(now)))
            .order_by((Requests::Table, due), Order::Asc)
            .limit(limit)
            .to_owned();
        self.rows(requests::TABLE, &select, read_request)
    }

    /// The next instant after `now` at which a grant starts or ends or a request lapses or starts.
    /// What is due already is not counted.
    ///
    /// # Errors
    /// The driver's.
    pub fn next_due(&self, now: Instant) -> Result<Option<Instant>, StoreError> {
        let of_grants = |due| {
            Query::select()
                .expr(Func::min(column(due)))
                .from(Grants::Table)
                .and_where(is_open())
                .and_where(column(due).gt(bind(now)))
                .to_owned()
        };
        let of_requests = |status, due| {
            Query::select()
                .expr(Func::min(requests::column(due)))
                .from(Requests::Table)
                .and_where(requests::is_open())
                .and_where(requests::column(Requests::Status).eq(constant(status)))
                .and_where(requests::column(due).gt(bind(now)))
                .to_owned()
        };
        let first = |row: &mut Row<'_>| row.take::<Option<Instant>>();
        let due = [
            self.row(TABLE, &of_grants(Grants::EndsAt), first)?,
            self.row(
                TABLE,
                of_grants(Grants::StartsAt).and_where(is_start_pending()),
                first,
            )?,
            self.row(
                requests::TABLE,
                &of_requests(RequestStatus::PendingApproval, Requests::LapsesAt),
                first,
            )?,
            self.row(
                requests::TABLE,
                &of_requests(RequestStatus::Granted, Requests::StartsAt),
                first,
            )?,
        ];
        Ok(due.into_iter().flatten().flatten().min())
    }
}
