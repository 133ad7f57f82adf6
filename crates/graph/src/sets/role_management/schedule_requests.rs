//! `roleAssignmentScheduleRequests` and `roleEligibilityScheduleRequests` (schedules dossier, 3.1 to
//! 3.3 and 4).

use model::query::{Collection, Field, Nav};
use model::{Expiration, GrantKind, ScheduleInfo};
use serde_json::{Value, json};

use super::operations::{request_operations, schedule_navigations};
use super::role_definitions::ROLE_DEFINITION;
use super::schedules::{APP_SCOPE, ASSIGNMENT_SCHEDULE, ELIGIBILITY_SCHEDULE};
use crate::Version;
use crate::description::{EntitySet, Navigation, Property, Service, Type, entity_type};
use crate::sets::directory::directory_objects::DIRECTORY_OBJECT;
use crate::sets::permissions::{
    ASSIGNMENT_REQUESTS, ELIGIBILITY_REQUESTS, REMOVE_ASSIGNMENTS, REMOVE_ELIGIBILITY,
};
use crate::sets::types::{
    ACTIONS, CREATED_BY, FLAG, ID, REQUEST_SCHEDULE, REQUEST_STATUSES, TEXT, TICKET_INFO, TIME,
};
use crate::value::{Wire, of};

/// The options of `filterByCurrentUser` on requests.
const CURRENT_USER: &[&str] = &["principal", "createdBy", "approver"];

const PROPERTIES: &[Property] = &[
    Property::new("id", ID, of!(request, |r| r.id)).sortable(Field::Id),
    Property::new("status", REQUEST_STATUSES, of!(request, |r| r.status.as_str())).sortable(Field::Status),
    Property::new("createdDateTime", TIME, of!(request, |r| r.created_at)).sortable(Field::CreatedDateTime),
    Property::new("completedDateTime", TIME, of!(request, |r| r.completed_at))
        .sortable(Field::CompletedDateTime),
    Property::new(
        "approvalId",
        ID,
        of!(request, |r| r.needs_approval.then_some(r.id)),
    )
    .filterable(Field::ApprovalId),
    Property::new("customData", TEXT, |_, _| Value::Null),
    Property::new(
        "action",
        Type::Enumeration(&ACTIONS),
        of!(request, |r, shaping| match shaping.version {
            Version::V1 => r.action.as_str(),
            Version::Beta => &r.action_text,
        }),
    )
    .sortable(Field::Action),
    Property::new("principalId", ID, of!(request, |r| r.principal_id)).sortable(Field::PrincipalId),
    Property::new("roleDefinitionId", ID, of!(request, |r| r.role_definition_id))
        .sortable(Field::RoleDefinitionId),
    Property::new("directoryScopeId", TEXT, of!(request, |r| r.scope)).sortable(Field::DirectoryScopeId),
    Property::new("appScopeId", TEXT, |_, _| Value::Null).filterable(Field::AppScopeId),
    Property::new("isValidationOnly", FLAG, of!(request, |r| r.is_validation_only))
        .filterable(Field::IsValidationOnly),
    Property::new("targetScheduleId", ID, of!(request, |r| r.target_schedule_id))
        .filterable(Field::TargetScheduleId),
    Property::new(
        "justification",
        TEXT,
        of!(request, |r| r.justification.as_deref()),
    )
    .filterable(Field::Justification),
    Property::new(
        "createdBy",
        Type::Complex(&CREATED_BY),
        of!(request, |r| json!({
            "application": null,
            "device": null,
            "user": {"displayName": null, "id": r.created_by.wire()},
        })),
    ),
    Property::new(
        "scheduleInfo",
        Type::Complex(&REQUEST_SCHEDULE),
        of!(request, |r| r.schedule.map(schedule_info)),
    ),
    Property::new(
        "ticketInfo",
        Type::Complex(&TICKET_INFO),
        of!(request, |r| json!({
            "ticketNumber": r.ticket.number,
            "ticketSystem": r.ticket.system,
        })),
    ),
];

/// A window as `requestSchedule`; members that do not belong to its type are null.
pub(crate) fn schedule_info(info: ScheduleInfo) -> Value {
    let (end, duration) = match info.expiration {
        Expiration::AfterDateTime(end) => (Some(end), None),
        Expiration::AfterDuration(duration) => (None, Some(duration)),
        Expiration::NoExpiration | Expiration::NotSpecified => (None, None),
    };
    json!({
        "startDateTime": info.start.wire(),
        "recurrence": null,
        "expiration": {
            "type": info.expiration.type_name(),
            "endDateTime": end.wire(),
            "duration": duration.wire(),
        },
    })
}

entity_type!(
    /// An order concerning an active assignment.
    ASSIGNMENT_REQUEST = "microsoft.graph.unifiedRoleAssignmentScheduleRequest",
    in "roleManagement/directory/roleAssignmentScheduleRequests" {
        properties: PROPERTIES,
        navigations: &schedule_navigations!(
            Navigation::one("activatedUsing", Nav::ActivatedUsing, &ELIGIBILITY_SCHEDULE),
            Navigation::one("targetSchedule", Nav::TargetSchedule, &ASSIGNMENT_SCHEDULE)
        ),
    }
);
entity_type!(
    /// An order concerning an eligibility.
    ELIGIBILITY_REQUEST = "microsoft.graph.unifiedRoleEligibilityScheduleRequest",
    in "roleManagement/directory/roleEligibilityScheduleRequests" {
        properties: PROPERTIES,
        navigations: &schedule_navigations!(
            Navigation::one("targetSchedule", Nav::TargetSchedule, &ELIGIBILITY_SCHEDULE)
        ),
    }
);

/// `roleAssignmentScheduleRequests`.
pub static ASSIGNMENT_REQUESTS_SET: EntitySet = EntitySet {
    collection: Collection::ScheduleRequests(GrantKind::Assignment),
    path: &["roleManagement", "directory", "roleAssignmentScheduleRequests"],
    beta_path: None,
    entity: &ASSIGNMENT_REQUEST,
    service: Service::Pim,
    needs_licence: true,
    alternate_keys: &[],
    current_user: CURRENT_USER,
    operations: &request_operations!(
        ASSIGNMENT_REQUESTS,
        REMOVE_ASSIGNMENTS,
        ("activatedUsing", ActivatedUsing)
    ),
};

/// `roleEligibilityScheduleRequests`.
pub static ELIGIBILITY_REQUESTS_SET: EntitySet = EntitySet {
    collection: Collection::ScheduleRequests(GrantKind::Eligibility),
    path: &["roleManagement", "directory", "roleEligibilityScheduleRequests"],
    beta_path: None,
    entity: &ELIGIBILITY_REQUEST,
    service: Service::Pim,
    needs_licence: true,
    alternate_keys: &[],
    current_user: CURRENT_USER,
    operations: &request_operations!(ELIGIBILITY_REQUESTS, REMOVE_ELIGIBILITY,),
};
