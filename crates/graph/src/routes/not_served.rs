//! What Graph has and Tenure does not, as far as clients of what is here come across it. They hear 501, so that
//! they can tell it from a slip in a path.

use crate::version::Versions;

/// How such paths begin.
pub(super) const NOT_SERVED: &[(&[&str], Versions)] = &[
    (&["roleManagement", "entitlementManagement"], Versions::Both),
    (&["roleManagement", "cloudPC"], Versions::Beta),
    (&["roleManagement", "defender"], Versions::Beta),
    (&["roleManagement", "deviceManagement"], Versions::Beta),
    (&["roleManagement", "enterpriseApps"], Versions::Beta),
    (&["roleManagement", "exchange"], Versions::Beta),
    (
        &["roleManagement", "directory", "transitiveRoleAssignments"],
        Versions::Beta,
    ),
    (&["identityGovernance", "accessReviews"], Versions::Both),
    (&["identityGovernance", "entitlementManagement"], Versions::Both),
    (&["identityGovernance", "lifecycleWorkflows"], Versions::Both),
    (&["identityGovernance", "privilegedAccess"], Versions::Both),
    (&["identityGovernance", "termsOfUse"], Versions::Both),
    (&["privilegedAccess"], Versions::Beta),
    (&["auditLogs", "provisioning"], Versions::Both),
    (&["auditLogs", "signIns"], Versions::Both),
    (&["applications"], Versions::Both),
    (&["devices"], Versions::Both),
    (&["domains"], Versions::Both),
];
