//! Which permissions let a token do what, least privileged first (schedules dossier, 4.3; policies
//! dossier, 4.1; audit dossier, B3; directory dossier, A1 to A9).

use model::Permission::{self, *};

pub(crate) const READ_ASSIGNMENT_SCHEDULES: &[Permission] = &[
    RoleAssignmentScheduleReadDirectory,
    RoleAssignmentScheduleReadWriteDirectory,
    RoleManagementReadDirectory,
    RoleManagementReadAll,
    RoleManagementReadWriteDirectory,
];
pub(crate) const READ_ELIGIBILITY_SCHEDULES: &[Permission] = &[
    RoleEligibilityScheduleReadDirectory,
    RoleEligibilityScheduleReadWriteDirectory,
    RoleManagementReadDirectory,
    RoleManagementReadAll,
    RoleManagementReadWriteDirectory,
];
/// Reading requests takes what writing them takes: the live service is strict, whatever the
/// reference pages say.
pub(crate) const ASSIGNMENT_REQUESTS: &[Permission] = &[
    RoleAssignmentScheduleReadWriteDirectory,
    RoleManagementReadWriteDirectory,
];
pub(crate) const ELIGIBILITY_REQUESTS: &[Permission] = &[
    RoleEligibilityScheduleReadWriteDirectory,
    RoleManagementReadWriteDirectory,
];
/// Removals only.
pub(crate) const REMOVE_ASSIGNMENTS: &[Permission] = &[RoleAssignmentScheduleRemoveDirectory];
pub(crate) const REMOVE_ELIGIBILITY: &[Permission] = &[RoleEligibilityScheduleRemoveDirectory];

pub(crate) const READ_ROLES: &[Permission] = &[
    RoleManagementReadDirectory,
    RoleManagementReadAll,
    DirectoryReadAll,
    RoleManagementReadWriteDirectory,
    DirectoryReadWriteAll,
];
pub(crate) const WRITE_ROLES: &[Permission] = &[RoleManagementReadWriteDirectory];

pub(crate) const READ_POLICIES: &[Permission] = &[
    RoleManagementPolicyReadDirectory,
    RoleManagementPolicyReadWriteDirectory,
    RoleManagementReadWriteDirectory,
    RoleManagementReadDirectory,
    RoleManagementReadAll,
];
pub(crate) const WRITE_POLICIES: &[Permission] = &[
    RoleManagementPolicyReadWriteDirectory,
    RoleManagementReadWriteDirectory,
];

pub(crate) const READ_USERS: &[Permission] = &[
    UserReadBasicAll,
    UserReadAll,
    UserReadWriteAll,
    DirectoryReadAll,
    DirectoryReadWriteAll,
];
/// Oneself only.
pub(crate) const READ_ONESELF: &[Permission] = &[UserRead];
pub(crate) const WRITE_USERS: &[Permission] = &[UserReadWriteAll, DirectoryReadWriteAll];
pub(crate) const READ_MEMBERSHIPS_OF_USERS: &[Permission] = &[
    UserReadAll,
    GroupMemberReadAll,
    GroupReadAll,
    DirectoryReadAll,
    UserReadWriteAll,
    GroupMemberReadWriteAll,
    GroupReadWriteAll,
    DirectoryReadWriteAll,
];

pub(crate) const READ_GROUPS: &[Permission] = &[
    GroupMemberReadAll,
    GroupReadAll,
    DirectoryReadAll,
    GroupMemberReadWriteAll,
    GroupReadWriteAll,
    DirectoryReadWriteAll,
];
pub(crate) const WRITE_GROUPS: &[Permission] = &[GroupReadWriteAll, DirectoryReadWriteAll];
pub(crate) const WRITE_GROUP_MEMBERS: &[Permission] =
    &[GroupMemberReadWriteAll, GroupReadWriteAll, DirectoryReadWriteAll];

pub(crate) const READ_APPLICATIONS: &[Permission] = &[
    ApplicationReadAll,
    DirectoryReadAll,
    ApplicationReadWriteAll,
    DirectoryReadWriteAll,
];
pub(crate) const WRITE_APPLICATIONS: &[Permission] = &[ApplicationReadWriteAll, DirectoryReadWriteAll];

pub(crate) const READ_UNITS: &[Permission] = &[
    AdministrativeUnitReadAll,
    DirectoryReadAll,
    AdministrativeUnitReadWriteAll,
    DirectoryReadWriteAll,
];
pub(crate) const WRITE_UNITS: &[Permission] = &[AdministrativeUnitReadWriteAll, DirectoryReadWriteAll];

/// Objects of any kind: whoever may read one kind may look an id up.
pub(crate) const READ_OBJECTS: &[Permission] = &[
    DirectoryReadAll,
    UserReadBasicAll,
    UserReadAll,
    GroupMemberReadAll,
    GroupReadAll,
    ApplicationReadAll,
    UserReadWriteAll,
    GroupReadWriteAll,
    ApplicationReadWriteAll,
    DirectoryReadWriteAll,
];

pub(crate) const READ_ORGANIZATION: &[Permission] = &[
    UserRead,
    OrganizationReadAll,
    DirectoryReadAll,
    DirectoryReadWriteAll,
];

pub(crate) const READ_SUBSCRIBED_SKUS: &[Permission] = &[
    LicenseAssignmentReadAll,
    OrganizationReadAll,
    DirectoryReadAll,
    DirectoryReadWriteAll,
];

pub(crate) const READ_AUTHENTICATION_CONTEXTS: &[Permission] = &[
    AuthenticationContextReadAll,
    PolicyReadConditionalAccess,
    AuthenticationContextReadWriteAll,
];
pub(crate) const WRITE_AUTHENTICATION_CONTEXTS: &[Permission] = &[AuthenticationContextReadWriteAll];

/// Nothing else opens alerts (alerts dossier, A12).
pub(crate) const READ_ALERTS: &[Permission] = &[
    RoleManagementAlertReadDirectory,
    RoleManagementAlertReadWriteDirectory,
];
pub(crate) const WRITE_ALERTS: &[Permission] = &[RoleManagementAlertReadWriteDirectory];

pub(crate) const READ_AUDIT: &[Permission] = &[AuditLogReadAll];
