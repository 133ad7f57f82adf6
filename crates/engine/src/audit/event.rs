//! One audit row: ids, targets and details in the order that detection rules index (audit dossier,
//! B4, B8 and B9).

use model::audit::{
    AuditDetail, AuditEvent, AuditResult, AuditService, AuditTarget, Initiator, ModifiedProperty,
};
use model::directory::ObjectKind;
use model::{CallerKind, CorrelationId, DirectoryObject, Instant, RequestId, RoleDefinition, Window};

use super::activity::{Activity, REMOVE_ACTIVATED_ROLE};
use crate::context::Context;
use crate::error::Error;

/// The default role of every member, which tokens carry in `wids` (directory dossier, A11).
const DEFAULT_USER_ROLE: &str = "b79fbf4d-3ef9-4689-8143-76b194e85509";

/// What a role event is about.
pub struct Subject<'a> {
    /// Ties its rows together.
    pub correlation_id: CorrelationId,
    /// The role.
    pub role: &'a RoleDefinition,
    /// Who has it or is to have it; none if the principal is gone.
    pub principal: Option<&'a DirectoryObject>,
    /// The request.
    pub request_id: Option<RequestId>,
    /// When the grant holds.
    pub window: Option<Window>,
    /// The reason given.
    pub justification: Option<&'a str>,
    /// Whether activating needs approval.
    pub needs_approval: bool,
}

/// How a row's operation went.
pub enum Outcome<'a> {
    /// Done; the reason is the justification.
    Success,
    /// Refused with this code.
    Failure(&'a str),
}

/// Who appears as the initiator.
#[derive(Clone, Copy)]
pub enum By {
    /// The caller.
    Caller,
    /// The service, for what time did.
    Service,
}

/// A row by PIM about a role.
pub fn role_event(
    cx: &Context<'_>,
    activity: &Activity,
    subject: &Subject<'_>,
    outcome: &Outcome<'_>,
    by: By,
) -> Result<AuditEvent, Error> {
    let (result, result_reason) = match outcome {
        Outcome::Success => (
            AuditResult::Success,
            subject.justification.unwrap_or_default().to_owned(),
        ),
        Outcome::Failure(code) => (AuditResult::Failure, (*code).to_owned()),
    };
    Ok(AuditEvent {
        id: row_id("PIM", cx, subject.correlation_id)?,
        at: cx.now,
        correlation_id: subject.correlation_id,
        activity: activity.name.clone(),
        category: "RoleManagement".to_owned(),
        service: AuditService::Pim,
        operation_type: activity.operation.to_owned(),
        result,
        result_reason,
        initiated_by: match by {
            By::Caller => initiator(cx)?,
            By::Service => Initiator::service(),
        },
        targets: role_targets(cx, subject),
        details: role_details(cx, activity, subject, by),
        user_agent: cx.caller.user_agent.clone(),
    })
}

/// A row by PIM about something else than who has a role, done by the caller or by the service; still without targets.
pub fn pim_event(cx: &Context<'_>, activity: &str, operation: &str, by: By) -> Result<AuditEvent, Error> {
    Ok(AuditEvent {
        id: row_id("PIM", cx, cx.correlation_id)?,
        at: cx.now,
        correlation_id: cx.correlation_id,
        activity: activity.to_owned(),
        category: "RoleManagement".to_owned(),
        service: AuditService::Pim,
        operation_type: operation.to_owned(),
        result: AuditResult::Success,
        result_reason: String::new(),
        initiated_by: match by {
            By::Caller => initiator(cx)?,
            By::Service => Initiator::service(),
        },
        targets: Vec::new(),
        details: Vec::new(),
        user_agent: cx.caller.user_agent.clone(),
    })
}

/// `PIM_{correlation}_{tenant}_{FILETIME}`, and the same for the directory's rows. The last part is
/// the time, or the next tick after the correlation's row before, if that stands at the same time.
pub fn row_id(service: &str, cx: &Context<'_>, correlation_id: CorrelationId) -> Result<String, Error> {
    let prefix = format!("{service}_{correlation_id}_{}_", cx.tenant.id);
    let tick = cx.next_audit_tick(&prefix, correlation_id)?;
    Ok(format!("{prefix}{tick}"))
}

/// The caller as initiator. What the token does not say of it, the directory does.
pub fn initiator(cx: &Context<'_>) -> Result<Initiator, Error> {
    let caller = cx.caller;
    let (mut name, mut principal_name) = (caller.display_name.clone(), caller.user_principal_name.clone());
    let is_user = caller.kind == CallerKind::Delegated;
    if (name.is_none() || (is_user && principal_name.is_none()))
        && let Some(object) = cx.caller_object()?
    {
        principal_name = principal_name.or_else(|| object.user_principal_name().map(str::to_owned));
        name = name.or_else(|| Some(object.display_name.clone()));
    }
    Ok(match caller.kind {
        CallerKind::Delegated => Initiator::User {
            id: Some(caller.id),
            display_name: name,
            user_principal_name: principal_name,
            ip_address: caller.ip_address.clone(),
        },
        CallerKind::Application => Initiator::App {
            app_id: caller.app_id,
            display_name: name,
            service_principal_id: Some(caller.id),
        },
    })
}

/// A directory object as a target.
pub fn object_target(object: &DirectoryObject) -> AuditTarget {
    AuditTarget {
        target_type: match object.kind() {
            ObjectKind::User => "User",
            ObjectKind::Group => "Group",
            ObjectKind::ServicePrincipal => "ServicePrincipal",
            ObjectKind::AdministrativeUnit => "AdministrativeUnit",
        }
        .to_owned(),
        id: Some(object.id.to_string()),
        display_name: Some(object.display_name.clone()),
        user_principal_name: object.user_principal_name().map(str::to_owned),
        modified_properties: Vec::new(),
    }
}

/// A role as a target.
pub fn role_target(role: &RoleDefinition, modified_properties: Vec<ModifiedProperty>) -> AuditTarget {
    AuditTarget {
        target_type: "Role".to_owned(),
        id: Some(role.id.to_string()),
        display_name: Some(role.display_name.clone()),
        user_principal_name: None,
        modified_properties,
    }
}

/// The tenant as a target.
pub fn tenant_target(cx: &Context<'_>) -> AuditTarget {
    AuditTarget {
        target_type: "Directory".to_owned(),
        id: Some(cx.tenant.id.to_string()),
        display_name: Some(cx.tenant.display_name.clone()),
        ..AuditTarget::default()
    }
}

/// A text as the JSON inside a modified property.
pub fn json_text(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len().saturating_add(2));
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            control if control < ' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

const fn origin_type(role: &RoleDefinition) -> &'static str {
    if role.is_built_in {
        "BuiltInRole"
    } else {
        "CustomRole"
    }
}

/// Role, request, principal, tenant, other: rules index this order.
fn role_targets(cx: &Context<'_>, subject: &Subject<'_>) -> Vec<AuditTarget> {
    let property = |name: &str, value: &str| ModifiedProperty {
        display_name: name.to_owned(),
        old_value: Some("\"\"".to_owned()),
        new_value: Some(json_text(value)),
    };
    let role = subject.role;
    let (id, template) = (role.id.to_string(), role.template_id.to_string());
    let request = AuditTarget {
        target_type: "Request".to_owned(),
        id: subject.request_id.map(|id| id.to_string()),
        ..AuditTarget::default()
    };
    let other = AuditTarget {
        target_type: "Other".to_owned(),
        ..AuditTarget::default()
    };
    vec![
        role_target(
            role,
            vec![
                property("RoleDefinitionOriginId", &id),
                property("RoleDefinitionOriginType", origin_type(role)),
                property("TemplateId", &template),
            ],
        ),
        request,
        subject.principal.map_or_else(|| other.clone(), object_target),
        tenant_target(cx),
        other,
    ]
}

/// `StartTime` and `ExpirationTime` stand at 3 and 4: rules index them.
fn role_details(cx: &Context<'_>, activity: &Activity, subject: &Subject<'_>, by: By) -> Vec<AuditDetail> {
    let mut details = Vec::with_capacity(14);
    let mut add = |key: &str, value: String| {
        details.push(AuditDetail {
            key: key.to_owned(),
            value,
        })
    };
    let time = |instant: Instant| instant.to_string();
    add("RoleDefinitionOriginId", subject.role.id.to_string());
    add("RoleDefinitionOriginType", origin_type(subject.role).to_owned());
    add("TemplateId", subject.role.template_id.to_string());
    add(
        "StartTime",
        subject
            .window
            .map_or_else(|| time(cx.now), |window| time(window.start)),
    );
    if let Some(end) = subject.window.and_then(|window| window.end) {
        add("ExpirationTime", time(end));
    }
    add(
        "Justification",
        subject.justification.unwrap_or_default().to_owned(),
    );
    if matches!(by, By::Caller) {
        add("oid", cx.caller.id.to_string());
        add("tid", cx.tenant.id.to_string());
        if cx.caller.kind == CallerKind::Delegated {
            add("wids", DEFAULT_USER_ROLE.to_owned());
        }
        if let Some(address) = &cx.caller.ip_address {
            add("ipaddr", address.clone());
        }
    }
    if let Some(id) = subject.request_id {
        add("RequestId", id.to_string());
    }
    if let Some(audit_type) = activity.audit_type {
        add("AuditType", audit_type.to_owned());
        if audit_type == REMOVE_ACTIVATED_ROLE {
            add("ActionType", "Revoke".to_owned());
        }
    }
    if matches!(by, By::Caller)
        && let Some(agent) = &cx.caller.user_agent
    {
        add("UserAgent", agent.clone());
    }
    if matches!(by, By::Caller) && cx.caller.mfa {
        add("IsAuthenticatedWithMfa", "True".to_owned());
    }
    if subject.needs_approval {
        add("IsActivationRequireApproval", "true".to_owned());
    }
    details
}

#[cfg(test)]
mod tests {
    use super::json_text;

    #[test]
    fn texts_are_quoted_as_json() {
        assert_eq!(
            json_text("Global \"Reader\"\n\\"),
            "\"Global \\\"Reader\\\"\\u000a\\\\\""
        );
    }
}
