//! Schedule requests. A request is open until it has a terminal status.

use model::{
    DirectoryScope, Expiration, GrantId, GrantKind, Instant, ObjectId, RequestId, RequestStatus,
    RoleDefinitionId, ScheduleInfo, ScheduleRequest, TicketInfo,
};
use sea_query::{Expr, ExprTrait, Query, SelectStatement};

use crate::row::Row;
use crate::schema::Requests;
use crate::value::{bind, constant};
use crate::{Session, StoreError};

pub(crate) const TABLE: &str = "requests";

/// What [`read_request`] reads, in its order.
pub(crate) const REQUEST_COLUMNS: [Requests; 21] = [
    Requests::Id,
    Requests::Kind,
    Requests::Action,
    Requests::ActionText,
    Requests::Status,
    Requests::PrincipalId,
    Requests::RoleId,
    Requests::Scope,
    Requests::Justification,
    Requests::TicketNumber,
    Requests::TicketSystem,
    Requests::StartsAt,
    Requests::Expiration,
    Requests::ExpirationMicros,
    Requests::CreatedAt,
    Requests::CompletedAt,
    Requests::CreatedBy,
    Requests::TargetScheduleId,
    Requests::ActivatedUsing,
    Requests::NeedsApproval,
    Requests::LapsesAt,
];

/// Reads a row of [`REQUEST_COLUMNS`].
pub(crate) fn read_request(row: &mut Row<'_>) -> Result<ScheduleRequest, StoreError> {
    Ok(ScheduleRequest {
        id: row.take()?,
        kind: row.take()?,
        action: row.take()?,
        action_text: row.take()?,
        status: row.take()?,
        principal_id: row.take()?,
        role_definition_id: row.take()?,
        scope: row.take()?,
        justification: row.take()?,
        ticket: TicketInfo {
            number: row.take()?,
            system: row.take()?,
        },
        schedule: read_schedule(row)?,
        created_at: row.take()?,
        completed_at: row.take()?,
        created_by: row.take()?,
        target_schedule_id: row.take()?,
        activated_using: row.take()?,
        needs_approval: row.take()?,
        lapses_at: row.take()?,
        is_validation_only: false,
    })
}

fn read_schedule(row: &mut Row<'_>) -> Result<Option<ScheduleInfo>, StoreError> {
    let start = row.take()?;
    let kind: Option<String> = row.take()?;
    let expiration = match kind.as_deref() {
        Some("afterDateTime") => Expiration::AfterDateTime(row.take()?),
        Some("afterDuration") => Expiration::AfterDuration(row.take()?),
        other => {
            row.skip();
            match other {
                None => return Ok(None),
                Some("noExpiration") => Expiration::NoExpiration,
                Some(_) => Expiration::NotSpecified,
            }
        }
    };
    Ok(Some(ScheduleInfo { start, expiration }))
}

fn expiration_micros(expiration: Expiration) -> Option<i64> {
    match expiration {
        Expiration::NotSpecified | Expiration::NoExpiration => None,
        Expiration::AfterDateTime(at) => Some(at.as_micros()),
        Expiration::AfterDuration(span) => Some(span.as_micros()),
    }
}

/// A column of the table itself, whatever is joined to it.
pub(crate) fn column(column: Requests) -> Expr {
    Expr::col((Requests::Table, column))
}

/// That the stored status is not terminal.
pub(crate) fn is_open() -> Expr {
    column(Requests::IsOpen).eq(constant(true))
}

pub(crate) fn requests() -> SelectStatement {
    Query::select()
        .columns(REQUEST_COLUMNS.map(|column| (Requests::Table, column)))
        .from(Requests::Table)
        .to_owned()
}

/// Open requests for a principal of which the clock has not made something terminal.
fn waiting(principal: ObjectId, now: Instant) -> SelectStatement {
    let still = |status: RequestStatus, due| {
        column(Requests::Status)
            .ne(bind(status))
            .or(column(due).is_null())
            .or(column(due).gt(bind(now)))
    };
    requests()
        .and_where(is_open())
        .and_where(column(Requests::Kind).is_in(GrantKind::ALL.iter().map(|kind| bind(*kind))))
        .and_where(column(Requests::PrincipalId).eq(bind(principal)))
        .and_where(still(RequestStatus::PendingApproval, Requests::LapsesAt))
        .and_where(still(RequestStatus::Granted, Requests::StartsAt))
        .to_owned()
}

impl Session {
    /// Stores a new request. One that only validates is not stored, by the caller's care.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its id is taken.
    pub fn insert_request(&self, request: &ScheduleRequest) -> Result<(), StoreError> {
        let schedule = request.schedule;
        let expiration = schedule.map(|schedule| schedule.expiration);
        self.insert(
            Requests::Table,
            [
                (Requests::Id, bind(request.id)),
                (Requests::Kind, bind(request.kind)),
                (Requests::Action, bind(request.action)),
                (Requests::ActionText, bind(request.action_text.clone())),
                (Requests::Status, bind(request.status)),
                (Requests::IsOpen, bind(!request.status.is_terminal())),
                (Requests::PrincipalId, bind(request.principal_id)),
                (Requests::RoleId, bind(request.role_definition_id)),
                (Requests::Scope, bind(request.scope)),
                (Requests::Justification, bind(request.justification.clone())),
                (Requests::TicketNumber, bind(request.ticket.number.clone())),
                (Requests::TicketSystem, bind(request.ticket.system.clone())),
                (Requests::StartsAt, bind(request.start())),
                (
                    Requests::Expiration,
                    bind(expiration.map(|expiration| expiration.type_name().to_owned())),
                ),
                (
                    Requests::ExpirationMicros,
                    bind(expiration.and_then(expiration_micros)),
                ),
                (Requests::CreatedAt, bind(request.created_at)),
                (Requests::CompletedAt, bind(request.completed_at)),
                (Requests::CreatedBy, bind(request.created_by)),
                (Requests::TargetScheduleId, bind(request.target_schedule_id)),
                (Requests::ActivatedUsing, bind(request.activated_using)),
                (Requests::NeedsApproval, bind(request.needs_approval)),
                (Requests::LapsesAt, bind(request.lapses_at)),
            ],
        )
    }

    /// Gives an open request another status; says whether it was open (INVARIANT I6: a terminal
    /// status is final).
    ///
    /// # Errors
    /// The driver's.
    pub fn settle_request(
        &self,
        id: RequestId,
        status: RequestStatus,
        completed_at: Option<Instant>,
    ) -> Result<bool, StoreError> {
        self.change(
            TABLE,
            Query::update()
                .table(Requests::Table)
                .values([
                    (Requests::Status, bind(status)),
                    (Requests::IsOpen, bind(!status.is_terminal())),
                    (Requests::CompletedAt, bind(completed_at)),
                ])
                .and_where(column(Requests::Id).eq(bind(id)))
                .and_where(is_open()),
        )
    }

    /// Lets a request that waits for approval wait until another instant.
    ///
    /// # Errors
    /// [`StoreError::UnexpectedRows`] if it does not wait (INVARIANT I6: a terminal status is final).
    pub fn postpone_lapse(&self, id: RequestId, lapses_at: Instant) -> Result<(), StoreError> {
        self.must_change(
            TABLE,
            Query::update()
                .table(Requests::Table)
                .value(Requests::LapsesAt, bind(lapses_at))
                .and_where(column(Requests::Id).eq(bind(id)))
                .and_where(is_open())
                .and_where(column(Requests::Status).eq(constant(RequestStatus::PendingApproval))),
        )
    }

    /// Notes that a request which waited for approval got the grant of its id, from `start` on.
    ///
    /// # Errors
    /// [`StoreError::UnexpectedRows`] if it does not wait (INVARIANT I6: a terminal status is final).
    pub fn provision_request(
        &self,
        id: RequestId,
        status: RequestStatus,
        start: Instant,
        activated_using: Option<GrantId>,
    ) -> Result<(), StoreError> {
        self.must_change(
            TABLE,
            Query::update()
                .table(Requests::Table)
                .values([
                    (Requests::Status, bind(status)),
                    (Requests::IsOpen, bind(!status.is_terminal())),
                    (Requests::StartsAt, bind(start)),
                    (Requests::CompletedAt, bind(start)),
                    (Requests::ActivatedUsing, bind(activated_using)),
                ])
                .and_where(column(Requests::Id).eq(bind(id)))
                .and_where(is_open())
                .and_where(column(Requests::Status).eq(constant(RequestStatus::PendingApproval))),
        )
    }

    /// A request as it is stored; [`ScheduleRequest::status_at`] says where it stands now.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn request(&self, id: RequestId) -> Result<Option<ScheduleRequest>, StoreError> {
        let select = requests().and_where(column(Requests::Id).eq(bind(id))).to_owned();
        self.row(TABLE, &select, read_request)
    }

    /// The requests of one kind for a principal, role and scope that have no outcome at `now`.
    ///
    /// # Errors
    /// As [`Session::request`].
    pub fn waiting_requests(
        &self,
        kind: GrantKind,
        principal: ObjectId,
        role: RoleDefinitionId,
        scope: DirectoryScope,
        now: Instant,
    ) -> Result<Vec<ScheduleRequest>, StoreError> {
        let select = waiting(principal, now)
            .and_where(column(Requests::Kind).eq(bind(kind)))
            .and_where(column(Requests::RoleId).eq(bind(role)))
            .and_where(column(Requests::Scope).eq(bind(scope)))
            .to_owned();
        self.rows(TABLE, &select, read_request)
    }

    /// The requests for a principal that have no outcome at `now`.
    ///
    /// # Errors
    /// As [`Session::request`].
    pub fn waiting_requests_of_principal(
        &self,
        principal: ObjectId,
        now: Instant,
    ) -> Result<Vec<ScheduleRequest>, StoreError> {
        self.rows(TABLE, &waiting(principal, now), read_request)
    }
}
