//! What figures over a stretch of time are made of: activations, requests for them and decisions, handed over one
//! by one, as there may be many.

use model::history::{Activation, Span};
use model::{Action, Instant, ObjectId, RequestStatus, RoleDefinitionId, Verdict};
use sea_query::{Expr, ExprTrait, Query, SelectStatement};

use super::is_ended;
use crate::aggregates::grants::{self, column, is_not_over, is_open, not_indexed};
use crate::aggregates::{approvals, requests};
use crate::row::Row;
use crate::schema::{ApprovalDecisions, Grants, Requests, Roles};
use crate::value::bind;
use crate::{Session, StoreError};

impl Session {
    /// Every activation of which some part lies in a stretch of time that is over at `now` at the latest.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn activations_within(&self, span: Span, mut each: impl FnMut(Activation)) -> Result<(), StoreError> {
        for select in activations(span) {
            self.rows(grants::TABLE, &select, |row| {
                each(read_activation(row)?);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Every request to activate that was made in a stretch of time: whose, of which role, and whether nobody
    /// decided it in time.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn activation_requests_within(
        &self,
        span: Span,
        now: Instant,
        mut each: impl FnMut(Instant, ObjectId, RoleDefinitionId, bool),
    ) -> Result<(), StoreError> {
        self.rows(requests::TABLE, &activation_requests(span), |row| {
            let (at, principal, role) = (row.take()?, row.take()?, row.take()?);
            let status: RequestStatus = row.take()?;
            let (lapses_at, completed_at): (Option<Instant>, Option<Instant>) = (row.take()?, row.take()?);
            let has_lapsed = match status {
                RequestStatus::PendingApproval => lapses_at.is_some_and(|lapse| lapse <= now),
                RequestStatus::Denied => lapses_at.is_some() && completed_at == lapses_at,
                _ => false,
            };
            each(at, principal, role, has_lapsed);
            Ok(())
        })?;
        Ok(())
    }

    /// Every decision that was made in a stretch of time: about whose request, for which role, and which.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn decisions_within(
        &self,
        span: Span,
        mut each: impl FnMut(Instant, ObjectId, RoleDefinitionId, Verdict),
    ) -> Result<(), StoreError> {
        self.rows(approvals::TABLE, &decisions(span), |row| {
            each(row.take()?, row.take()?, row.take()?, row.take()?);
            Ok(())
        })?;
        Ok(())
    }
}

fn read_activation(row: &mut Row<'_>) -> Result<Activation, StoreError> {
    let (principal, role, start) = (row.take()?, row.take()?, row.take()?);
    let (ends_at, ended_at): (Option<Instant>, Option<Instant>) = (row.take()?, row.take()?);
    Ok(Activation {
        principal,
        role,
        start,
        end: ends_at.into_iter().chain(ended_at).min(),
    })
}

fn columns(mut select: SelectStatement) -> SelectStatement {
    select
        .columns([
            (Grants::Table, Grants::PrincipalId),
            (Grants::Table, Grants::RoleId),
            (Grants::Table, Grants::StartsAt),
            (Grants::Table, Grants::EndsAt),
            (Grants::Table, Grants::EndedAt),
        ])
        .and_where(column(Grants::ActivatedUsing).is_not_null())
        .and_where(is_open().or(column(Grants::EndedAt).gt(column(Grants::StartsAt))))
        .to_owned()
}

/// Role by role, so that an index gives the stretch of time of each; the database keeps to this order of tables.
fn of_every_role() -> SelectStatement {
    columns(
        Query::select()
            .from(Roles::Table)
            .cross_join(Grants::Table)
            .and_where(column(Grants::RoleId).equals((Roles::Table, Roles::Id)))
            .to_owned(),
    )
}

/// Those that began in it; those that had begun and ended in it or after; and those that had begun and are open.
pub(super) fn activations(span: Span) -> [SelectStatement; 3] {
    let began_before = column(Grants::StartsAt).lt(bind(span.from));
    [
        of_every_role()
            .and_where(column(Grants::StartsAt).gte(bind(span.from)))
            .and_where(column(Grants::StartsAt).lt(bind(span.until)))
            .to_owned(),
        of_every_role()
            .and_where(is_ended())
            .and_where(column(Grants::EndedAt).gt(bind(span.from)))
            .and_where(began_before)
            .to_owned(),
        columns(Query::select().from(Grants::Table).to_owned())
            .and_where(is_open())
            .and_where(is_not_over(span.from))
            .and_where(not_indexed(column(Grants::StartsAt)).lt(bind(span.from)))
            .to_owned(),
    ]
}

pub(super) fn activation_requests(span: Span) -> SelectStatement {
    let request = requests::column;
    Query::select()
        .columns([
            (Requests::Table, Requests::CreatedAt),
            (Requests::Table, Requests::PrincipalId),
            (Requests::Table, Requests::RoleId),
            (Requests::Table, Requests::Status),
            (Requests::Table, Requests::LapsesAt),
            (Requests::Table, Requests::CompletedAt),
        ])
        .from(Roles::Table)
        .cross_join(Requests::Table)
        .and_where(request(Requests::RoleId).equals((Roles::Table, Roles::Id)))
        .and_where(request(Requests::CreatedAt).gte(bind(span.from)))
        .and_where(request(Requests::CreatedAt).lt(bind(span.until)))
        .and_where(request(Requests::Action).eq(bind(Action::SelfActivate)))
        .to_owned()
}

pub(super) fn decisions(span: Span) -> SelectStatement {
    let decision = |column| Expr::col((ApprovalDecisions::Table, column));
    Query::select()
        .column((ApprovalDecisions::Table, ApprovalDecisions::DecidedAt))
        .columns([
            (Requests::Table, Requests::PrincipalId),
            (Requests::Table, Requests::RoleId),
        ])
        .column((ApprovalDecisions::Table, ApprovalDecisions::Verdict))
        .from(ApprovalDecisions::Table)
        .cross_join(Requests::Table)
        .and_where(decision(ApprovalDecisions::RequestId).equals((Requests::Table, Requests::Id)))
        .and_where(decision(ApprovalDecisions::DecidedAt).gte(bind(span.from)))
        .and_where(decision(ApprovalDecisions::DecidedAt).lt(bind(span.until)))
        .to_owned()
}
