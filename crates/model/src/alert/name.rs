//! Which alerts there are (alerts dossier, A2), Graph's seven and ours.

use crate::ids::parse_guid;
use crate::vocabulary::vocabulary;
use crate::{RoleDefinitionId, TenantId};

/// What every id begins with: the only scope type there is.
const SCOPE_TYPE: &str = "DirectoryRole";

vocabulary!(
    /// The name of an alert, with which its id ends.
    AlertName {
        /// The tenant has no licence for PIM.
        InvalidLicense => "InvalidLicenseAlert",
        /// A role can be activated without a second factor.
        NoMfaOnRoleActivation => "NoMfaOnRoleActivationAlert",
        /// Somebody eligible does not activate.
        RedundantAssignment => "RedundantAssignmentAlert",
        /// A role was given without a request.
        RolesAssignedOutsidePim => "RolesAssignedOutsidePimAlert",
        /// Somebody activates again and again.
        SequentialActivationRenewals => "SequentialActivationRenewalsAlert",
        /// Somebody with a role does not sign in.
        StaleSignIn => "StaleSignInAlert",
        /// There are too many global administrators.
        TooManyGlobalAdmins => "TooManyGlobalAdminsAssignedToTenantAlert",
        /// Fewer than two persons can approve activations of a role. Ours.
        TooFewApprovers => "TooFewApproversAlert",
        /// Mail is given up. Ours.
        MailFailing => "MailFailingAlert",
        /// An account that is for emergencies was used. Ours.
        BreakGlassAccountUsed => "BreakGlassAccountUsedAlert",
        /// Many hold a privileged role for good. Ours.
        StandingPrivilegedAccess => "StandingPrivilegedAccessAlert",
        /// The end of a grant was reached and is not recorded. Ours.
        RevocationFailed => "RevocationFailedAlert",
    }
);

impl AlertName {
    /// Those that Graph has.
    pub const OF_GRAPH: [Self; 7] = [
        Self::InvalidLicense,
        Self::NoMfaOnRoleActivation,
        Self::RedundantAssignment,
        Self::RolesAssignedOutsidePim,
        Self::SequentialActivationRenewals,
        Self::StaleSignIn,
        Self::TooManyGlobalAdmins,
    ];

    /// Those that Tenure adds.
    pub const OWN: [Self; 5] = [
        Self::TooFewApprovers,
        Self::MailFailing,
        Self::BreakGlassAccountUsed,
        Self::StandingPrivilegedAccess,
        Self::RevocationFailed,
    ];

    /// Whether it is Tenure's own.
    pub fn is_own(self) -> bool {
        Self::OWN.contains(&self)
    }

    /// The id of alert, definition and configuration alike, for one of Graph's.
    pub fn id(self, tenant: TenantId) -> String {
        format!("{SCOPE_TYPE}_{tenant}_{}", self.as_str())
    }

    /// Which alert of Graph's has this id in this tenant, in any case.
    pub fn of_id(id: &str, tenant: TenantId) -> Option<Self> {
        let mut parts = id.splitn(3, '_');
        let (scope_type, of, name) = (parts.next()?, parts.next()?, parts.next()?);
        let is_here =
            scope_type.eq_ignore_ascii_case(SCOPE_TYPE) && parse_guid(of).is_ok_and(|id| id == tenant.uuid());
        Self::parse(name).filter(|name| is_here && !name.is_own())
    }
}

/// What `@odata.type` has in front of `AlertConfiguration` and `AlertIncident` (alerts dossier, A4); none for
/// ours, which are no types of Graph's.
impl AlertName {
    /// The stem.
    pub const fn stem(self) -> Option<&'static str> {
        Some(match self {
            Self::InvalidLicense => "invalidLicense",
            Self::NoMfaOnRoleActivation => "noMfaOnRoleActivation",
            Self::RedundantAssignment => "redundantAssignment",
            Self::RolesAssignedOutsidePim => "rolesAssignedOutsidePrivilegedIdentityManagement",
            Self::SequentialActivationRenewals => "sequentialActivationRenewals",
            Self::StaleSignIn => "staleSignIn",
            Self::TooManyGlobalAdmins => "tooManyGlobalAdminsAssignedToTenant",
            Self::TooFewApprovers
            | Self::MailFailing
            | Self::BreakGlassAccountUsed
            | Self::StandingPrivilegedAccess
            | Self::RevocationFailed => return None,
        })
    }
}

/// The id of the incident that somebody's repeated activation of a role is (alerts dossier, A10).
pub fn sequence_id(assignee: crate::ObjectId, role_template: RoleDefinitionId) -> String {
    format!("{assignee}_{role_template}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_id_names_an_alert_of_its_own_tenant_only() {
        let (here, there) = (
            TenantId::new(Uuid::from_u128(1)),
            TenantId::new(Uuid::from_u128(2)),
        );
        for name in AlertName::OF_GRAPH {
            let id = name.id(here);
            assert_eq!(AlertName::of_id(&id, here), Some(name));
            assert_eq!(AlertName::of_id(&id.to_uppercase(), here), Some(name));
            assert_eq!(AlertName::of_id(&id, there), None);
        }
        for name in AlertName::OWN {
            assert_eq!(AlertName::of_id(&name.id(here), here), None);
        }
        for garbage in ["", "DirectoryRole", "DirectoryRole_x_y", "StaleSignInAlert"] {
            assert_eq!(AlertName::of_id(garbage, here), None, "{garbage}");
        }
    }

    #[test]
    fn every_alert_is_either_graphs_or_ours() {
        for name in AlertName::ALL {
            assert_ne!(AlertName::OF_GRAPH.contains(name), name.is_own());
            assert_ne!(name.stem().is_some(), name.is_own());
        }
    }
}
