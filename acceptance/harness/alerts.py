"""Security alerts: their names, paths and the filter that lists take."""

ALERTS = "/identityGovernance/roleManagementAlerts"
SCOPE = "scopeId eq '/' and scopeType eq 'DirectoryRole'"

LICENSE = "InvalidLicenseAlert"
NO_MFA = "NoMfaOnRoleActivationAlert"
REDUNDANT = "RedundantAssignmentAlert"
OUTSIDE = "RolesAssignedOutsidePimAlert"
SEQUENTIAL = "SequentialActivationRenewalsAlert"
STALE = "StaleSignInAlert"
GLOBAL_ADMINS = "TooManyGlobalAdminsAssignedToTenantAlert"

# The names with what `@odata.type` has in front of `AlertConfiguration` and `AlertIncident`.
STEMS = {
    LICENSE: "invalidLicense",
    NO_MFA: "noMfaOnRoleActivation",
    REDUNDANT: "redundantAssignment",
    OUTSIDE: "rolesAssignedOutsidePrivilegedIdentityManagement",
    SEQUENTIAL: "sequentialActivationRenewals",
    STALE: "staleSignIn",
    GLOBAL_ADMINS: "tooManyGlobalAdminsAssignedToTenant",
}
READERS = ("RoleManagementAlert.Read.Directory", "RoleManagementAlert.ReadWrite.Directory")


def alert_id(demo, name: str) -> str:
    return f"DirectoryRole_{demo.tenant}_{name}"


def configuration_type(name: str) -> str:
    return f"#microsoft.graph.{STEMS[name]}AlertConfiguration"


def incident_type(name: str) -> str:
    return f"#microsoft.graph.{STEMS[name]}AlertIncident"
