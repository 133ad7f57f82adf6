//! `roleAssignmentScheduleInstances` and `roleEligibilityScheduleInstances` (schedules dossier, 3.5
//! and 2.6).

use model::GrantKind;
use model::query::{Collection, Field, Nav};

use super::operations::{read_operations, schedule_navigations};
use super::role_definitions::ROLE_DEFINITION;
use super::schedules::{
    APP_SCOPE, APP_SCOPE_ID, ASSIGNMENT_TYPE, CURRENT_USER, DIRECTORY_SCOPE_ID, MEMBER_TYPE, PRINCIPAL_ID,
    ROLE_DEFINITION_ID, request,
};
use crate::description::{EntitySet, Navigation, Property, Service, entity_type};
use crate::sets::directory::directory_objects::DIRECTORY_OBJECT;
use crate::sets::permissions::{READ_ASSIGNMENT_SCHEDULES, READ_ELIGIBILITY_SCHEDULES};
use crate::sets::types::{ID, TIME};
use crate::value::of;

const INSTANCE_ID: Property = Property::new("id", ID, of!(grant, |g| g.instance_id())).sortable(Field::Id);
const START_DATE_TIME: Property = Property::new(
    "startDateTime",
    TIME,
    of!(grant, |g| request(g).map(|_| g.grant.window.start)),
)
.sortable(Field::StartDateTime);
const END_DATE_TIME: Property =
    Property::new("endDateTime", TIME, of!(grant, |g| g.grant.window.end)).sortable(Field::EndDateTime);

entity_type!(
    /// An active grant in force.
    ASSIGNMENT_INSTANCE = "microsoft.graph.unifiedRoleAssignmentScheduleInstance",
    in "roleManagement/directory/roleAssignmentScheduleInstances" {
        properties: &[
            INSTANCE_ID,
            PRINCIPAL_ID,
            ROLE_DEFINITION_ID,
            DIRECTORY_SCOPE_ID,
            APP_SCOPE_ID,
            START_DATE_TIME,
            END_DATE_TIME,
            ASSIGNMENT_TYPE,
            MEMBER_TYPE,
            Property::new("roleAssignmentOriginId", ID, of!(grant, |g| g.grant.derived_id()))
                .filterable(Field::RoleAssignmentOriginId),
            Property::new("roleAssignmentScheduleId", ID, of!(grant, |g| g.grant.schedule_id()))
                .filterable(Field::ScheduleId),
        ],
        navigations: &schedule_navigations!(
            Navigation::one("activatedUsing", Nav::ActivatedUsing, &ELIGIBILITY_INSTANCE)
        ),
    }
);
entity_type!(
    /// An eligibility in force.
    ELIGIBILITY_INSTANCE = "microsoft.graph.unifiedRoleEligibilityScheduleInstance",
    in "roleManagement/directory/roleEligibilityScheduleInstances" {
        properties: &[
            INSTANCE_ID,
            PRINCIPAL_ID,
            ROLE_DEFINITION_ID,
            DIRECTORY_SCOPE_ID,
            APP_SCOPE_ID,
            START_DATE_TIME,
            END_DATE_TIME,
            MEMBER_TYPE,
            Property::new("roleEligibilityScheduleId", ID, of!(grant, |g| g.grant.schedule_id()))
                .filterable(Field::ScheduleId),
        ],
        navigations: &schedule_navigations!(),
    }
);

/// `roleAssignmentScheduleInstances`.
pub static ASSIGNMENT_INSTANCES: EntitySet = EntitySet {
    collection: Collection::ScheduleInstances(GrantKind::Assignment),
    path: &["roleManagement", "directory", "roleAssignmentScheduleInstances"],
    beta_path: None,
    entity: &ASSIGNMENT_INSTANCE,
    service: Service::Pim,
    needs_licence: true,
    alternate_keys: &[],
    current_user: CURRENT_USER,
    operations: &read_operations!(READ_ASSIGNMENT_SCHEDULES, [("activatedUsing", ActivatedUsing)]),
};

/// `roleEligibilityScheduleInstances`.
pub static ELIGIBILITY_INSTANCES: EntitySet = EntitySet {
    collection: Collection::ScheduleInstances(GrantKind::Eligibility),
    path: &["roleManagement", "directory", "roleEligibilityScheduleInstances"],
    beta_path: None,
    entity: &ELIGIBILITY_INSTANCE,
    service: Service::Pim,
    needs_licence: true,
    alternate_keys: &[],
    current_user: CURRENT_USER,
    operations: &read_operations!(READ_ELIGIBILITY_SCHEDULES, []),
};
