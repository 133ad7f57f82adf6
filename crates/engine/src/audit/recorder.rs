//! Which rows each operation leaves (audit dossier, B7), appended through the session that makes
//! the change.

use model::audit::{AuditEvent, AuditResult, AuditService, AuditTarget, Initiator, ModifiedProperty};
use model::{
    Action, CorrelationId, DirectoryObject, Expiration, Grant, GrantKind, GrantOrigin, Policy, RequestId,
    RequestStatus, RoleDefinition, ScheduleInfo, ScheduleRequest, Window,
};
use rules::{Change, Decision, Order};

use super::activity::{self, Activity, Phase};
use super::event::{self, By, Outcome, Subject};
use crate::context::Context;
use crate::error::Error;

/// The rows of one request share its id as correlation.
const fn correlation_of(request: RequestId) -> CorrelationId {
    CorrelationId::new(request.uuid())
}

/// A request's role and principal. A principal or role that is gone leaves its rows without it.
fn parties(
    cx: &Context<'_>,
    grant: &Grant,
) -> Result<Option<(RoleDefinition, Option<DirectoryObject>)>, Error> {
    let Some(role) = cx.session.role(grant.role_definition_id)? else {
        return Ok(None);
    };
    Ok(Some((role, cx.session.object(grant.principal_id)?)))
}

/// An accepted request: requested, then whatever it came to at once.
pub fn record_request(cx: &Context<'_>, decision: &Decision) -> Result<(), Error> {
    let request = &decision.request;
    let Some(role) = cx.session.role(request.role_definition_id)? else {
        return Ok(());
    };
    let principal = cx.session.object(request.principal_id)?;
    let created = decision.changes.iter().find_map(|change| match change {
        Change::Create(grant) => Some(*grant),
        Change::End { .. } | Change::Settle { .. } => None,
    });
    let removed = decision.changes.iter().find_map(|change| match change {
        Change::End { grant, .. } => Some(*grant),
        Change::Create(_) | Change::Settle { .. } => None,
    });
    let asked = request_subject(cx, request, &role, principal.as_ref());
    let window = created.or(removed).map(|grant| grant.window).or(asked.window);
    let subject = Subject { window, ..asked };
    let correlation = correlation_of(request.id);
    let mut rows = Vec::new();
    for phase in phases(request.status, request.action) {
        if let Some(activity) = activity::of_request(request.kind, request.action, *phase, window) {
            rows.push(event::role_event(
                cx,
                correlation,
                &activity,
                &subject,
                &Outcome::Success,
                By::Caller,
            )?);
        }
    }
    for change in &decision.changes {
        if let Change::Settle {
            request: settled,
            status: RequestStatus::Provisioned,
            ..
        } = change
            && let Some(activity) = activity::of_request(
                request.kind,
                request.action,
                Phase::ApprovedByAdministrator,
                window,
            )
        {
            let subject = Subject {
                request_id: Some(*settled),
                ..subject
            };
            let correlation = correlation_of(*settled);
            rows.push(event::role_event(
                cx,
                correlation,
                &activity,
                &subject,
                &Outcome::Success,
                By::Caller,
            )?);
        }
    }
    let replaces = created.is_some() && removed.is_some();
    for change in &decision.changes {
        match change {
            // The membership itself goes on when a grant is replaced by another.
            Change::Create(grant) if !replaces && grant.is_in_force(cx.now) => {
                rows.extend(twin(cx, correlation, grant, true)?);
            }
            Change::End { grant, .. } if !replaces && grant.is_in_force(cx.now) => {
                rows.extend(twin(cx, correlation, grant, false)?);
            }
            Change::Create(_) | Change::End { .. } | Change::Settle { .. } => {}
        }
    }
    Ok(cx.session.append_audit(&rows)?)
}

/// The steps that a new request has gone through when it is answered.
const fn phases(status: RequestStatus, action: Action) -> &'static [Phase] {
    match status {
        RequestStatus::Provisioned | RequestStatus::Revoked => match action {
            Action::AdminUpdate | Action::AdminExtend => &[Phase::Requested],
            _ => &[Phase::Requested, Phase::Completed],
        },
        RequestStatus::PendingApproval => &[Phase::Requested, Phase::ApprovalRequested],
        RequestStatus::Granted | RequestStatus::PendingAdminDecision => &[Phase::Requested],
        RequestStatus::Denied | RequestStatus::Canceled | RequestStatus::Failed => &[Phase::Requested],
    }
}

/// The window that is asked for, counted from its start or from now.
fn window_of(cx: &Context<'_>, schedule: ScheduleInfo) -> Window {
    let start = schedule.start.unwrap_or(cx.now);
    let end = match schedule.expiration {
        Expiration::AfterDateTime(end) => Some(end),
        Expiration::AfterDuration(span) => Some(start.saturating_add(span)),
        Expiration::NoExpiration | Expiration::NotSpecified => None,
    };
    Window { start, end }
}

/// A refused order: its `requested` row with the wire's code as reason. An order for a role that is
/// not there has nothing to be recorded about.
pub fn record_refusal(cx: &Context<'_>, order: &Order, code: &str) -> Result<(), Error> {
    let Some(role) = cx.session.role(order.role_definition_id)? else {
        return Ok(());
    };
    let principal = cx.session.object(order.principal_id)?;
    let window = order.schedule.map(|schedule| window_of(cx, schedule));
    let subject = Subject {
        role: &role,
        principal: principal.as_ref(),
        request_id: None,
        window,
        justification: order.justification.as_deref(),
        needs_approval: false,
    };
    let Some(activity) = activity::of_request(order.kind, order.action, Phase::Requested, window) else {
        return Ok(());
    };
    let correlation = correlation_of(order.id);
    let row = event::role_event(
        cx,
        correlation,
        &activity,
        &subject,
        &Outcome::Failure(code),
        By::Caller,
    )?;
    Ok(cx.session.append_audit(&[row])?)
}

/// A waiting request as the subject of a row.
fn request_subject<'a>(
    cx: &Context<'_>,
    request: &'a ScheduleRequest,
    role: &'a RoleDefinition,
    principal: Option<&'a DirectoryObject>,
) -> Subject<'a> {
    Subject {
        role,
        principal,
        request_id: Some(request.id),
        window: request.schedule.map(|schedule| window_of(cx, schedule)),
        justification: request.justification.as_deref(),
        needs_approval: request.needs_approval,
    }
}

/// A cancelled request.
pub fn record_cancellation(cx: &Context<'_>, request: &ScheduleRequest) -> Result<(), Error> {
    let Some(role) = cx.session.role(request.role_definition_id)? else {
        return Ok(());
    };
    let principal = cx.session.object(request.principal_id)?;
    let subject = request_subject(cx, request, &role, principal.as_ref());
    let window = subject.window;
    let Some(activity) = activity::of_request(request.kind, request.action, Phase::Canceled, window) else {
        return Ok(());
    };
    let correlation = correlation_of(request.id);
    let row = event::role_event(
        cx,
        correlation,
        &activity,
        &subject,
        &Outcome::Success,
        By::Caller,
    )?;
    Ok(cx.session.append_audit(&[row])?)
}

/// Where a grant's rows belong: to its request, or to the grant itself when made outside PIM.
const fn chain_of(grant: &Grant) -> (CorrelationId, Option<RequestId>) {
    match grant.origin {
        GrantOrigin::Request(request) => (correlation_of(request), Some(request)),
        GrantOrigin::OutsidePim => (CorrelationId::new(grant.id.uuid()), None),
    }
}

fn record_by_service(
    cx: &Context<'_>,
    grant: &Grant,
    activity: &Activity,
    is_added: bool,
) -> Result<(), Error> {
    let Some((role, principal)) = parties(cx, grant)? else {
        return Ok(());
    };
    let (correlation, request_id) = chain_of(grant);
    let subject = Subject {
        role: &role,
        principal: principal.as_ref(),
        request_id,
        window: Some(grant.window),
        justification: None,
        needs_approval: false,
    };
    let mut rows = vec![event::role_event(
        cx,
        correlation,
        activity,
        &subject,
        &Outcome::Success,
        By::Service,
    )?];
    rows.extend(twin(cx, correlation, grant, is_added)?);
    Ok(cx.session.append_audit(&rows)?)
}

/// The end of a grant's window was reached.
pub fn record_end_by_time(cx: &Context<'_>, grant: &Grant) -> Result<(), Error> {
    let activity = activity::of_expiry(grant.kind, grant.activated_using.is_some());
    record_by_service(cx, grant, &activity, false)
}

/// The start of a grant that was accepted for later was reached.
pub fn record_start(cx: &Context<'_>, grant: &Grant, action: Action) -> Result<(), Error> {
    match activity::of_request(grant.kind, action, Phase::Completed, Some(grant.window)) {
        Some(activity) => record_by_service(cx, grant, &activity, true),
        None => Ok(()),
    }
}

/// Nobody decided a request in time.
pub fn record_lapse(cx: &Context<'_>, request: &ScheduleRequest) -> Result<(), Error> {
    let Some(role) = cx.session.role(request.role_definition_id)? else {
        return Ok(());
    };
    let principal = cx.session.object(request.principal_id)?;
    let subject = request_subject(cx, request, &role, principal.as_ref());
    let activity = Activity::plain("PIM activation request expired", "Update");
    let correlation = correlation_of(request.id);
    let row = event::role_event(
        cx,
        correlation,
        &activity,
        &subject,
        &Outcome::Success,
        By::Service,
    )?;
    Ok(cx.session.append_audit(&[row])?)
}

/// The directory's own row for a grant that comes into force or ends.
fn twin(
    cx: &Context<'_>,
    correlation_id: CorrelationId,
    grant: &Grant,
    is_added: bool,
) -> Result<Option<AuditEvent>, Error> {
    let Some((role, principal)) = parties(cx, grant)? else {
        return Ok(None);
    };
    let initiated_by = Initiator::App {
        app_id: None,
        display_name: Some("MS-PIM".to_owned()),
        service_principal_id: None,
    };
    membership_event(
        cx,
        correlation_id,
        grant.kind,
        &role,
        principal.as_ref(),
        is_added,
        initiated_by,
    )
    .map(Some)
}

fn membership_event(
    cx: &Context<'_>,
    correlation_id: CorrelationId,
    kind: GrantKind,
    role: &RoleDefinition,
    principal: Option<&DirectoryObject>,
    is_added: bool,
    initiated_by: Initiator,
) -> Result<AuditEvent, Error> {
    let (activity, operation) = activity::of_twin(kind, is_added);
    let property = |name: &str, value: &str| {
        let value = Some(event::json_text(value));
        let (old_value, new_value) = if is_added { (None, value) } else { (value, None) };
        ModifiedProperty {
            display_name: name.to_owned(),
            old_value,
            new_value,
        }
    };
    let mut member = principal.map(event::object_target).unwrap_or_default();
    member.modified_properties = vec![
        property("Role.ObjectID", &role.id.to_string()),
        property("Role.DisplayName", &role.display_name),
        property("Role.TemplateId", &role.template_id.to_string()),
        property("Role.WellKnownObjectName", &role.display_name.replace(' ', "")),
    ];
    Ok(AuditEvent {
        targets: vec![member, event::role_target(role, Vec::new())],
        ..directory_event(
            cx,
            correlation_id,
            activity,
            "RoleManagement",
            operation,
            initiated_by,
        )?
    })
}

fn directory_event(
    cx: &Context<'_>,
    correlation_id: CorrelationId,
    activity: &str,
    category: &str,
    operation: &str,
    initiated_by: Initiator,
) -> Result<AuditEvent, Error> {
    Ok(AuditEvent {
        id: event::row_id("Directory", cx, correlation_id)?,
        at: cx.now,
        correlation_id,
        activity: activity.to_owned(),
        category: category.to_owned(),
        service: AuditService::CoreDirectory,
        operation_type: operation.to_owned(),
        result: AuditResult::Success,
        result_reason: String::new(),
        initiated_by,
        targets: Vec::new(),
        details: Vec::new(),
        user_agent: cx.caller.user_agent.clone(),
    })
}

/// A grant made or ended through `/roleAssignments` or `directoryRoles`.
pub fn record_outside_pim(cx: &Context<'_>, grant: &Grant, is_added: bool) -> Result<(), Error> {
    let Some((role, principal)) = parties(cx, grant)? else {
        return Ok(());
    };
    let by = event::initiator(cx);
    let row = membership_event(
        cx,
        cx.correlation_id,
        grant.kind,
        &role,
        principal.as_ref(),
        is_added,
        by,
    )?;
    Ok(cx.session.append_audit(&[row])?)
}

/// A change to the directory: `Add user`, `Update group`, …
pub struct DirectoryChange<'a> {
    /// The published name.
    pub activity: &'a str,
    /// `UserManagement`, `GroupManagement`, …
    pub category: &'a str,
    /// `Add`, `Update`, `Delete`, `Assign`, `Unassign`.
    pub operation: &'a str,
    /// On what, the main thing first.
    pub targets: Vec<AuditTarget>,
}

impl<'a> DirectoryChange<'a> {
    /// A change to directory objects.
    pub fn of_objects(
        activity: &'a str,
        category: &'a str,
        operation: &'a str,
        objects: &[&DirectoryObject],
    ) -> Self {
        let targets = objects
            .iter()
            .map(|object| event::object_target(object))
            .collect();
        Self {
            activity,
            category,
            operation,
            targets,
        }
    }

    /// A change to a role definition.
    pub fn of_role(activity: &'a str, operation: &'a str, role: &RoleDefinition) -> Self {
        Self {
            activity,
            category: "RoleManagement",
            operation,
            targets: vec![event::role_target(role, Vec::new())],
        }
    }
}

/// Records a change to the directory.
pub fn record_directory_change(cx: &Context<'_>, change: DirectoryChange<'_>) -> Result<(), Error> {
    let by = event::initiator(cx);
    let row = AuditEvent {
        targets: change.targets,
        ..directory_event(
            cx,
            cx.correlation_id,
            change.activity,
            change.category,
            change.operation,
            by,
        )?
    };
    Ok(cx.session.append_audit(&[row])?)
}

/// A changed policy; `changes` are sentences that say what changed, before and after are kept as
/// modified properties.
pub fn record_settings_change(
    cx: &Context<'_>,
    policy: &Policy,
    changes: &[SettingChange],
) -> Result<(), Error> {
    let Some(role) = cx.session.role(policy.role_definition_id)? else {
        return Ok(());
    };
    let sentences: Vec<&str> = changes.iter().map(|change| change.sentence.as_str()).collect();
    let modified = changes
        .iter()
        .map(|change| ModifiedProperty {
            display_name: change.rule.to_owned(),
            old_value: Some(event::json_text(&change.before)),
            new_value: Some(event::json_text(&change.after)),
        })
        .collect();
    let row = AuditEvent {
        id: event::row_id("PIM", cx, cx.correlation_id)?,
        at: cx.now,
        correlation_id: cx.correlation_id,
        activity: "Update role setting in PIM".to_owned(),
        category: "RoleManagement".to_owned(),
        service: AuditService::Pim,
        operation_type: "Update".to_owned(),
        result: AuditResult::Success,
        result_reason: format!("Setting changes in this session: {}", sentences.join(" ")),
        initiated_by: event::initiator(cx),
        targets: vec![event::role_target(&role, modified), event::tenant_target(cx)],
        details: vec![model::audit::AuditDetail {
            key: "AuditType".to_owned(),
            value: "UpdatePolicy".to_owned(),
        }],
        user_agent: cx.caller.user_agent.clone(),
    };
    Ok(cx.session.append_audit(&[row])?)
}

/// One setting that a policy change touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingChange {
    /// The rule's id.
    pub rule: &'static str,
    /// What changed, in words.
    pub sentence: String,
    /// The rule before.
    pub before: String,
    /// The rule after.
    pub after: String,
}
