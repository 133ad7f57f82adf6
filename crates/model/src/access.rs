//! Who calls, and what the caller's token allows (schedules dossier, 4.3; policies dossier, 4.1;
//! directory dossier, part A and C1).

use std::fmt;

use crate::{AppId, ObjectId};

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident => $name:literal,)+) => {
        /// A permission of Graph, or of ours, that a token can carry: as a delegated scope in
        /// `scp`, or as an application permission in `roles`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[$doc])* $variant,)+
        }

        impl Permission {
            /// Every permission that this server knows.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name in tokens.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

permissions! {
    /// Reads active schedules and instances.
    RoleAssignmentScheduleReadDirectory => "RoleAssignmentSchedule.Read.Directory",
    /// Reads and changes active assignments.
    RoleAssignmentScheduleReadWriteDirectory => "RoleAssignmentSchedule.ReadWrite.Directory",
    /// Removes active assignments.
    RoleAssignmentScheduleRemoveDirectory => "RoleAssignmentSchedule.Remove.Directory",
    /// Reads eligibility schedules and instances.
    RoleEligibilityScheduleReadDirectory => "RoleEligibilitySchedule.Read.Directory",
    /// Reads and changes eligibility.
    RoleEligibilityScheduleReadWriteDirectory => "RoleEligibilitySchedule.ReadWrite.Directory",
    /// Removes eligibility.
    RoleEligibilityScheduleRemoveDirectory => "RoleEligibilitySchedule.Remove.Directory",
    /// Reads everything about roles in the directory.
    RoleManagementReadDirectory => "RoleManagement.Read.Directory",
    /// Reads everything about roles in every provider.
    RoleManagementReadAll => "RoleManagement.Read.All",
    /// Reads and changes everything about roles in the directory.
    RoleManagementReadWriteDirectory => "RoleManagement.ReadWrite.Directory",
    /// Reads role settings.
    RoleManagementPolicyReadDirectory => "RoleManagementPolicy.Read.Directory",
    /// Reads and changes role settings.
    RoleManagementPolicyReadWriteDirectory => "RoleManagementPolicy.ReadWrite.Directory",
    /// Reads security alerts.
    RoleManagementAlertReadDirectory => "RoleManagementAlert.Read.Directory",
    /// Reads and changes security alerts.
    RoleManagementAlertReadWriteDirectory => "RoleManagementAlert.ReadWrite.Directory",
    /// Reads the directory.
    DirectoryReadAll => "Directory.Read.All",
    /// Reads and changes the directory.
    DirectoryReadWriteAll => "Directory.ReadWrite.All",
    /// Reads the caller's own profile.
    UserRead => "User.Read",
    /// Reads basic profiles of users.
    UserReadBasicAll => "User.ReadBasic.All",
    /// Reads users.
    UserReadAll => "User.Read.All",
    /// Reads and changes users.
    UserReadWriteAll => "User.ReadWrite.All",
    /// Reads groups.
    GroupReadAll => "Group.Read.All",
    /// Reads and changes groups.
    GroupReadWriteAll => "Group.ReadWrite.All",
    /// Reads group memberships.
    GroupMemberReadAll => "GroupMember.Read.All",
    /// Reads and changes group memberships.
    GroupMemberReadWriteAll => "GroupMember.ReadWrite.All",
    /// Reads applications and service principals.
    ApplicationReadAll => "Application.Read.All",
    /// Reads and changes applications and service principals.
    ApplicationReadWriteAll => "Application.ReadWrite.All",
    /// Reads administrative units.
    AdministrativeUnitReadAll => "AdministrativeUnit.Read.All",
    /// Reads and changes administrative units.
    AdministrativeUnitReadWriteAll => "AdministrativeUnit.ReadWrite.All",
    /// Reads the organization.
    OrganizationReadAll => "Organization.Read.All",
    /// Reads what the tenant has bought.
    LicenseAssignmentReadAll => "LicenseAssignment.Read.All",
    /// Reads authentication contexts.
    AuthenticationContextReadAll => "AuthenticationContext.Read.All",
    /// Reads and changes authentication contexts.
    AuthenticationContextReadWriteAll => "AuthenticationContext.ReadWrite.All",
    /// Reads what Conditional Access is made of, of which authentication contexts are a part.
    PolicyReadConditionalAccess => "Policy.Read.ConditionalAccess",
    /// Reads the audit log.
    AuditLogReadAll => "AuditLog.Read.All",
    /// Asks for access decisions over AuthZEN. Not Graph's: Tenure's own.
    AccessEvaluateAll => "Access.Evaluate.All",
    /// Sees mail on its way, and tries again what was given up. Not Graph's: Tenure's own.
    NotificationOutboxReadWriteAll => "NotificationOutbox.ReadWrite.All",
}

impl Permission {
    /// Reads a name in any case, as scopes are compared (directory dossier, C2).
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|permission| permission.as_str().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The permissions of one token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PermissionSet(u64);

impl PermissionSet {
    /// All that this server knows.
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    /// What users can let a client do in their name: everything but what only applications are given.
    pub fn delegated() -> Self {
        Self::all()
            .iter()
            .filter(|permission| *permission != Permission::AccessEvaluateAll)
            .collect()
    }

    /// Whether one of `wanted` is there.
    pub fn has_any(self, wanted: &[Permission]) -> bool {
        wanted.iter().any(|permission| self.has(*permission))
    }

    /// Whether `wanted` is there.
    pub const fn has(self, wanted: Permission) -> bool {
        self.0 & (1 << (wanted as u64)) != 0
    }

    /// Those that are there, in declaration order.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(move |permission| self.has(*permission))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(
            permissions
                .into_iter()
                .fold(0, |set, permission| set | 1 << (permission as u64)),
        )
    }
}

/// On whose behalf a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerKind {
    /// A signed-in user, through an application: scopes and the user's roles both bind.
    Delegated,
    /// An application on its own: its permissions alone bind.
    Application,
}

/// The caller of an operation, as a verified token describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// On whose behalf.
    pub kind: CallerKind,
    /// The user, or the application's service principal.
    pub id: ObjectId,
    /// The calling application.
    pub app_id: Option<AppId>,
    /// The name for audit rows.
    pub display_name: Option<String>,
    /// The user's principal name, for audit rows.
    pub user_principal_name: Option<String>,
    /// What the token allows.
    pub permissions: PermissionSet,
    /// Whether the sign-in used a second factor (`amr` has `mfa` or an equivalent).
    pub mfa: bool,
    /// The authentication contexts that the sign-in satisfied (`acrs`).
    pub authentication_contexts: Vec<String>,
    /// Whether the client answers claims challenges (`xms_cc` has `cp1`; directory dossier, C4).
    pub handles_claims_challenges: bool,
    /// Where the call came from, for audit rows.
    pub ip_address: Option<String>,
    /// With what, for audit rows.
    pub user_agent: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_the_list_fits() {
        assert!(Permission::ALL.len() <= 64);
        let set: PermissionSet = [Permission::UserRead, Permission::AccessEvaluateAll]
            .into_iter()
            .collect();
        assert!(set.has(Permission::UserRead));
        assert!(!set.has(Permission::UserReadAll));
        assert!(set.has_any(&[Permission::UserReadAll, Permission::AccessEvaluateAll]));
        assert_eq!(set.iter().count(), 2);
        assert_eq!(PermissionSet::all().iter().count(), Permission::ALL.len());
        assert_eq!(Permission::parse("user.read"), Some(Permission::UserRead));
    }
}
