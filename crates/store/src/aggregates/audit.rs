//! The audit log: events under gapless numbers, and what they were about in a table of its own.

use model::audit::{AuditEvent, AuditTarget, Initiator};
use sea_query::{Expr, ExprTrait, Func, Query, SelectStatement};

use crate::row::Row;
use crate::schema::{AuditEvents, AuditTargets};
use crate::value::{Json, bind};
use crate::{Session, StoreError};

pub(crate) const TABLE: &str = "audit_events";

/// What [`read_event`] reads, in its order.
pub(crate) const EVENT_COLUMNS: [AuditEvents; 13] = [
    AuditEvents::Id,
    AuditEvents::At,
    AuditEvents::CorrelationId,
    AuditEvents::Activity,
    AuditEvents::Category,
    AuditEvents::Service,
    AuditEvents::OperationType,
    AuditEvents::Result,
    AuditEvents::ResultReason,
    AuditEvents::InitiatedBy,
    AuditEvents::Targets,
    AuditEvents::Details,
    AuditEvents::UserAgent,
];

/// Reads a row of [`EVENT_COLUMNS`].
pub(crate) fn read_event(row: &mut Row<'_>) -> Result<AuditEvent, StoreError> {
    Ok(AuditEvent {
        id: row.take()?,
        at: row.take()?,
        correlation_id: row.take()?,
        activity: row.take()?,
        category: row.take()?,
        service: row.take()?,
        operation_type: row.take()?,
        result: row.take()?,
        result_reason: row.take()?,
        initiated_by: row.take().map(|Json(initiator)| initiator)?,
        targets: row.take().map(|Json(targets)| targets)?,
        details: row.take().map(|Json(details)| details)?,
        user_agent: row.take()?,
    })
}

fn events() -> SelectStatement {
    Query::select()
        .columns(EVENT_COLUMNS)
        .from(AuditEvents::Table)
        .to_owned()
}

/// Who did it, in columns for filters.
fn initiator(initiator: &Initiator) -> [(AuditEvents, Expr); 7] {
    let stored = (AuditEvents::InitiatedBy, bind(Json(initiator.clone())));
    let columns = |user: (_, _, _), app: (_, _, _)| {
        [
            stored,
            (AuditEvents::UserId, bind(user.0)),
            (AuditEvents::UserDisplayName, bind(user.1)),
            (AuditEvents::UserPrincipalName, bind(user.2)),
            (AuditEvents::AppId, bind(app.0)),
            (AuditEvents::AppDisplayName, bind(app.1)),
            (AuditEvents::AppServicePrincipalId, bind(app.2)),
        ]
    };
    match initiator.clone() {
        Initiator::User {
            id,
            display_name,
            user_principal_name,
            ..
        } => columns((id, display_name, user_principal_name), (None, None, None)),
        Initiator::App {
            app_id,
            display_name,
            service_principal_id,
        } => columns((None, None, None), (app_id, display_name, service_principal_id)),
    }
}

fn event_row(seq: i64, event: &AuditEvent) -> [(AuditEvents, Expr); 20] {
    let [by, user, user_name, upn, app, app_name, app_principal] = initiator(&event.initiated_by);
    [
        (AuditEvents::Seq, bind(seq)),
        (AuditEvents::Id, bind(event.id.clone())),
        (AuditEvents::At, bind(event.at)),
        (AuditEvents::CorrelationId, bind(event.correlation_id)),
        (AuditEvents::Activity, bind(event.activity.clone())),
        (AuditEvents::Category, bind(event.category.clone())),
        (AuditEvents::Service, bind(event.service)),
        (AuditEvents::OperationType, bind(event.operation_type.clone())),
        (AuditEvents::Result, bind(event.result)),
        (AuditEvents::ResultReason, bind(event.result_reason.clone())),
        by,
        user,
        user_name,
        upn,
        app,
        app_name,
        app_principal,
        (AuditEvents::Targets, bind(Json(event.targets.clone()))),
        (AuditEvents::Details, bind(Json(event.details.clone()))),
        (AuditEvents::UserAgent, bind(event.user_agent.clone())),
    ]
}

fn target_row(seq: i64, position: i64, target: &AuditTarget) -> [(AuditTargets, Expr); 6] {
    let id = target.id.as_deref().map(str::to_ascii_lowercase);
    [
        (AuditTargets::Seq, bind(seq)),
        (AuditTargets::Position, bind(position)),
        (AuditTargets::TargetId, bind(id)),
        (AuditTargets::TargetType, bind(target.target_type.clone())),
        (AuditTargets::DisplayName, bind(target.display_name.clone())),
        (
            AuditTargets::UserPrincipalName,
            bind(target.user_principal_name.clone()),
        ),
    ]
}

impl Session {
    /// Appends events in their order, under the next numbers.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the id of one is taken.
    pub fn append_audit(&self, events: &[AuditEvent]) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let last = Query::select()
            .expr(Func::max(Expr::col(AuditEvents::Seq)))
            .from(AuditEvents::Table)
            .to_owned();
        let last: Option<i64> = self.row(TABLE, &last, |row| row.take())?.flatten();
        let first = last.unwrap_or_default().saturating_add(1);
        self.insert_all(
            AuditEvents::Table,
            (first..).zip(events).map(|(seq, event)| event_row(seq, event)),
        )?;
        let targets = (first..).zip(events).flat_map(|(seq, event)| {
            (0_i64..)
                .zip(&event.targets)
                .map(move |(position, target)| target_row(seq, position, target))
        });
        self.insert_all(AuditTargets::Table, targets)
    }

    /// The greatest id that begins with `prefix`, which must not be empty.
    ///
    /// # Errors
    /// The driver's.
    pub fn last_audit_id(&self, prefix: &str) -> Result<Option<String>, StoreError> {
        // No id has a character beyond this one.
        let beyond = format!("{prefix}~");
        let greatest = Query::select()
            .expr(Func::max(Expr::col(AuditEvents::Id)))
            .from(AuditEvents::Table)
            .and_where(Expr::col(AuditEvents::Id).gte(bind(prefix.to_owned())))
            .and_where(Expr::col(AuditEvents::Id).lt(bind(beyond)))
            .to_owned();
        Ok(self.row(TABLE, &greatest, |row| row.take())?.flatten())
    }

    /// An event.
    ///
    /// # Errors
    /// The driver's, and a row that cannot be read.
    pub fn audit_event(&self, id: &str) -> Result<Option<AuditEvent>, StoreError> {
        let select = events()
            .and_where(Expr::col(AuditEvents::Id).eq(bind(id.to_owned())))
            .to_owned();
        self.row(TABLE, &select, read_event)
    }
}
