//! `roleAssignmentSchedules` and `roleEligibilitySchedules` (schedules dossier, 3.4 and 2.6).

use model::query::{Collection, Field, Nav};
use model::record::GrantRecord;
use model::{Expiration, GrantKind, GrantOrigin, RequestId, RequestStatus, ScheduleInfo};
use serde_json::Value;

use super::operations::{read_operations, schedule_navigations};
use super::role_definitions::ROLE_DEFINITION;
use super::schedule_requests::schedule_info;
use crate::description::{EntitySet, Navigation, Property, Service, Type, entity_type};
use crate::sets::directory::directory_objects::DIRECTORY_OBJECT;
use crate::sets::permissions::{READ_ASSIGNMENT_SCHEDULES, READ_ELIGIBILITY_SCHEDULES};
use crate::sets::types::{
    ASSIGNMENT_TYPES, ID, MEMBER_TYPES, REQUEST_SCHEDULE, REQUEST_STATUSES, TEXT, TIME,
};
use crate::value::of;

/// The only option of `filterByCurrentUser` on schedules and instances.
pub(crate) const CURRENT_USER: &[&str] = &["principal"];

pub(crate) const PRINCIPAL_ID: Property =
    Property::new("principalId", ID, of!(grant, |g| g.principal_id)).sortable(Field::PrincipalId);
pub(crate) const ROLE_DEFINITION_ID: Property =
    Property::new("roleDefinitionId", ID, of!(grant, |g| g.grant.role_definition_id))
        .sortable(Field::RoleDefinitionId);
pub(crate) const DIRECTORY_SCOPE_ID: Property =
    Property::new("directoryScopeId", TEXT, of!(grant, |g| g.grant.scope)).sortable(Field::DirectoryScopeId);
pub(crate) const APP_SCOPE_ID: Property =
    Property::new("appScopeId", TEXT, |_, _| Value::Null).filterable(Field::AppScopeId);
pub(crate) const ASSIGNMENT_TYPE: Property = Property::new(
    "assignmentType",
    ASSIGNMENT_TYPES,
    of!(grant, |g| g.grant.assignment_type().as_str()),
)
.filterable(Field::AssignmentType);
pub(crate) const MEMBER_TYPE: Property =
    Property::new("memberType", MEMBER_TYPES, of!(grant, |g| g.member_type.as_str()))
        .filterable(Field::MemberType);

const SCHEDULE_ID: Property =
    Property::new("id", ID, of!(grant, |g| g.grant.schedule_id())).sortable(Field::Id);
const CREATED_USING: Property =
    Property::new("createdUsing", ID, of!(grant, |g| request(g))).filterable(Field::CreatedUsing);
const CREATED_DATE_TIME: Property = Property::new(
    "createdDateTime",
    TIME,
    of!(grant, |g| request(g).map(|_| g.grant.created_at)),
)
.sortable(Field::CreatedDateTime);
const MODIFIED_DATE_TIME: Property =
    Property::new("modifiedDateTime", TIME, |_, _| Value::Null).sortable(Field::ModifiedDateTime);
const STATUS: Property =
    Property::new("status", REQUEST_STATUSES, of!(grant, |g| status(g).as_str())).sortable(Field::Status);
const SCHEDULE_INFO: Property = Property::new(
    "scheduleInfo",
    Type::Complex(&REQUEST_SCHEDULE),
    of!(grant, |g| schedule_info(window(g))),
);

/// The request behind a schedule; none for what was granted outside PIM.
pub(crate) fn request(record: &GrantRecord) -> Option<RequestId> {
    match record.grant.origin {
        GrantOrigin::Request(id) => Some(id),
        GrantOrigin::OutsidePim => None,
    }
}

/// `Granted` before a future start, else `Provisioned`.
fn status(record: &GrantRecord) -> RequestStatus {
    if record.grant.window.start <= record.read_at {
        RequestStatus::Provisioned
    } else {
        RequestStatus::Granted
    }
}

/// The window in force: a finite one always shows its end, and one made outside PIM shows the time
/// of reading as its start (schedules dossier, 6.7 and 7.5).
fn window(record: &GrantRecord) -> ScheduleInfo {
    ScheduleInfo {
        start: Some(match record.grant.origin {
            GrantOrigin::Request(_) => record.grant.window.start,
            GrantOrigin::OutsidePim => record.read_at,
        }),
        expiration: record
            .grant
            .window
            .end
            .map_or(Expiration::NoExpiration, Expiration::AfterDateTime),
    }
}

entity_type!(
    /// A scope that an application knows; nothing here leads to one.
    APP_SCOPE = "microsoft.graph.appScope",
    in "roleManagement/directory/appScopes" {
        properties: &[
            Property::new("id", ID, |_, _| Value::Null),
            Property::new("displayName", TEXT, |_, _| Value::Null),
            Property::new("type", TEXT, |_, _| Value::Null),
        ],
        navigations: &[],
    }
);
entity_type!(
    /// A standing active grant.
    ASSIGNMENT_SCHEDULE = "microsoft.graph.unifiedRoleAssignmentSchedule",
    in "roleManagement/directory/roleAssignmentSchedules" {
        properties: &[
            SCHEDULE_ID,
            PRINCIPAL_ID,
            ROLE_DEFINITION_ID,
            DIRECTORY_SCOPE_ID,
            APP_SCOPE_ID,
            CREATED_USING,
            CREATED_DATE_TIME,
            MODIFIED_DATE_TIME,
            STATUS,
            ASSIGNMENT_TYPE,
            MEMBER_TYPE,
            SCHEDULE_INFO,
        ],
        navigations: &schedule_navigations!(
            Navigation::one("activatedUsing", Nav::ActivatedUsing, &ELIGIBILITY_SCHEDULE)
        ),
    }
);
entity_type!(
    /// A standing eligibility.
    ELIGIBILITY_SCHEDULE = "microsoft.graph.unifiedRoleEligibilitySchedule",
    in "roleManagement/directory/roleEligibilitySchedules" {
        properties: &[
            SCHEDULE_ID,
            PRINCIPAL_ID,
            ROLE_DEFINITION_ID,
            DIRECTORY_SCOPE_ID,
            APP_SCOPE_ID,
            CREATED_USING,
            CREATED_DATE_TIME,
            MODIFIED_DATE_TIME,
            STATUS,
            MEMBER_TYPE,
            SCHEDULE_INFO,
        ],
        navigations: &schedule_navigations!(),
    }
);

/// `roleAssignmentSchedules`.
pub static ASSIGNMENT_SCHEDULES: EntitySet = EntitySet {
    collection: Collection::Schedules(GrantKind::Assignment),
    path: &["roleManagement", "directory", "roleAssignmentSchedules"],
    beta_path: None,
    entity: &ASSIGNMENT_SCHEDULE,
    service: Service::Pim,
    needs_licence: true,
    alternate_keys: &[],
    current_user: CURRENT_USER,
    operations: &read_operations!(READ_ASSIGNMENT_SCHEDULES, [("activatedUsing", ActivatedUsing)]),
};

/// `roleEligibilitySchedules`.
pub static ELIGIBILITY_SCHEDULES: EntitySet = EntitySet {
    collection: Collection::Schedules(GrantKind::Eligibility),
    path: &["roleManagement", "directory", "roleEligibilitySchedules"],
    beta_path: None,
    entity: &ELIGIBILITY_SCHEDULE,
    service: Service::Pim,
    needs_licence: true,
    alternate_keys: &[],
    current_user: CURRENT_USER,
    operations: &read_operations!(READ_ELIGIBILITY_SCHEDULES, []),
};
