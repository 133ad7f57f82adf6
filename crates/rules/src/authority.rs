//! Which directory roles let a delegated caller do what (schedules 4.3, policies 4.1, audit B3,
//! directory A1 to A6). Applications are judged by their permissions alone.

use model::RoleDefinitionId;
use model::role::{
    GLOBAL_ADMINISTRATOR, GLOBAL_READER, GROUPS_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR, REPORTS_READER,
    SECURITY_ADMINISTRATOR, SECURITY_OPERATOR, SECURITY_READER, USER_ADMINISTRATOR,
};

/// Something that takes a directory role, in force now, besides the token's permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Capability {
    /// Read everyone's requests, schedules, instances and role settings.
    ReadRoleManagement,
    /// Read everyone's approvals.
    ReadApprovals,
    /// Read security alerts.
    ReadAlerts,
    /// Order administrative actions, change settings, custom roles and assignments outside PIM.
    ManageRoles,
    /// Read the audit log.
    ReadAuditLog,
    /// Create, change and delete users.
    ManageUsers,
    /// Create, change and delete groups, and their members, that are not role-assignable.
    ManageGroups,
    /// Create, change and delete administrative units and service principals.
    ManageDirectory,
    /// Create, change and delete authentication contexts.
    ManageAuthenticationContexts,
    /// See and mend what keeps the server running, such as mail that could not be sent.
    OperateServer,
}

impl Capability {
    /// The roles that have it.
    pub const fn roles(self) -> &'static [RoleDefinitionId] {
        match self {
            Self::ReadRoleManagement => &[
                GLOBAL_ADMINISTRATOR,
                PRIVILEGED_ROLE_ADMINISTRATOR,
                GLOBAL_READER,
                SECURITY_OPERATOR,
                SECURITY_READER,
                SECURITY_ADMINISTRATOR,
            ],
            Self::ReadApprovals => &[GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR, GLOBAL_READER],
            Self::ReadAlerts => &[
                GLOBAL_ADMINISTRATOR,
                PRIVILEGED_ROLE_ADMINISTRATOR,
                GLOBAL_READER,
                SECURITY_ADMINISTRATOR,
                SECURITY_READER,
            ],
            Self::ManageRoles => &[GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR],
            Self::ReadAuditLog => &[
                GLOBAL_ADMINISTRATOR,
                GLOBAL_READER,
                REPORTS_READER,
                SECURITY_OPERATOR,
                SECURITY_READER,
                SECURITY_ADMINISTRATOR,
            ],
            Self::ManageUsers => &[GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR],
            Self::ManageGroups => &[GLOBAL_ADMINISTRATOR, GROUPS_ADMINISTRATOR, USER_ADMINISTRATOR],
            Self::ManageDirectory => &[GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR],
            Self::ManageAuthenticationContexts => &[GLOBAL_ADMINISTRATOR, SECURITY_ADMINISTRATOR],
            Self::OperateServer => &[GLOBAL_ADMINISTRATOR],
        }
    }

    /// Whether one of the roles in force at the tenant gives it.
    pub fn is_given_by(self, in_force: &[RoleDefinitionId]) -> bool {
        in_force.iter().any(|role| self.roles().contains(role))
    }
}
