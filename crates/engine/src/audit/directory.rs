//! The rows of changes to the directory: objects, memberships, role definitions.

use model::audit::{AuditEvent, AuditResult, AuditService, AuditTarget, Initiator};
use model::{CorrelationId, DirectoryObject, RoleDefinition};

use super::event;
use crate::context::Context;
use crate::error::Error;

/// A row by the directory, still without targets.
pub(super) fn directory_event(
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
    let by = event::initiator(cx)?;
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
    Ok(cx.session.append_audit([row])?)
}
