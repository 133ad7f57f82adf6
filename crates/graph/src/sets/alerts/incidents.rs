//! The incidents of an alert and their seven types (alerts dossier, A4 and A10). They are contained in alerts, so they
//! have no entity set of their own.

use model::alert::{AlertName, Matter};
use model::query::Field;

use crate::description::{EntityType, Property, entity_type};
use crate::sets::types::{ID, NUMBER, TEXT, TIME};
use crate::value::of;

const INCIDENT_ID: Property =
    Property::new("id", TEXT, of!(incident, |i| i.id.as_str())).filterable(Field::Id);

const ASSIGNEE_DISPLAY_NAME: Property = Property::new(
    "assigneeDisplayName",
    TEXT,
    of!(incident, |i| i
        .assignee()
        .map(|assignee| assignee.display_name.as_str())),
)
.filterable(Field::AssigneeDisplayName);
const ASSIGNEE_ID: Property = Property::new(
    "assigneeId",
    ID,
    of!(incident, |i| i.assignee().map(|assignee| assignee.id)),
)
.filterable(Field::AssigneeId);
const ASSIGNEE_UPN: Property = Property::new(
    "assigneeUserPrincipalName",
    TEXT,
    of!(incident, |i| i
        .assignee()
        .and_then(|assignee| assignee.user_principal_name.as_deref())),
)
.filterable(Field::AssigneeUserPrincipalName);
const ROLE_DEFINITION_ID: Property = Property::new(
    "roleDefinitionId",
    ID,
    of!(incident, |i| i.role().map(|role| role.id)),
)
.filterable(Field::RoleDefinitionId);
const ROLE_DISPLAY_NAME: Property = Property::new(
    "roleDisplayName",
    TEXT,
    of!(incident, |i| i.role().map(|role| role.display_name.as_str())),
)
.filterable(Field::RoleDisplayName);
const ROLE_TEMPLATE_ID: Property = Property::new(
    "roleTemplateId",
    ID,
    of!(incident, |i| i.role().map(|role| role.template_id)),
)
.filterable(Field::RoleTemplateId);

/// A member of what an incident is about, where it has that one.
macro_rules! member {
    ($name:literal, $of:expr, $($kind:ident { $field:ident })|+) => {
        Property::new(
            $name,
            $of,
            of!(incident, |i| match &i.matter {
                $(Matter::$kind { $field, .. } => Some($field.to_owned()),)+
                _ => None,
            }),
        )
    };
}

const TENANT_LICENSE_STATUS: Property = member!(
    "tenantLicenseStatus",
    TEXT,
    License {
        tenant_license_status
    }
);
const ACTIVATION_COUNT: Property = member!("activationCount", NUMBER, Sequence { activations });
const SEQUENCE_START: Property = member!("sequenceStartDateTime", TIME, Sequence { start });
const SEQUENCE_END: Property = member!("sequenceEndDateTime", TIME, Sequence { end });
const ASSIGNMENT_CREATED: Property = member!(
    "assignmentCreatedDateTime",
    TIME,
    OutsidePim { created_at } | Stale { created_at }
);
const LAST_ACTIVATION: Property = Property::new(
    "lastActivationDateTime",
    TIME,
    of!(incident, |i| match &i.matter {
        Matter::Unused { last_activation, .. } => *last_activation,
        _ => None,
    }),
);
const LAST_SIGN_IN: Property = Property::new(
    "lastSignInDateTime",
    TIME,
    of!(incident, |i| match &i.matter {
        Matter::Stale { last_sign_in, .. } => *last_sign_in,
        _ => None,
    }),
);

entity_type!(
    /// An incident of any alert.
    ALERT_INCIDENT = "microsoft.graph.unifiedRoleManagementAlertIncident",
    in "identityGovernance/roleManagementAlerts/alerts/alertIncidents" {
        properties: &[
            INCIDENT_ID,
            ACTIVATION_COUNT.derived(),
            ASSIGNEE_DISPLAY_NAME.derived(),
            ASSIGNEE_ID.derived(),
            ASSIGNEE_UPN.derived(),
            ASSIGNMENT_CREATED.derived(),
            LAST_ACTIVATION.derived(),
            LAST_SIGN_IN.derived(),
            ROLE_DEFINITION_ID.derived(),
            ROLE_DISPLAY_NAME.derived(),
            ROLE_TEMPLATE_ID.derived(),
            SEQUENCE_END.derived(),
            SEQUENCE_START.derived(),
            TENANT_LICENSE_STATUS.derived(),
        ],
        navigations: &[],
    }
);

/// The type of one alert's incidents.
macro_rules! incident_type {
    ($(#[$doc:meta])* $name:ident = $qualified:literal, [$($own:expr),*]) => {
        entity_type!(
            $(#[$doc])*
            $name = $qualified: ALERT_INCIDENT,
            in "identityGovernance/roleManagementAlerts/alerts/alertIncidents" {
                properties: &[INCIDENT_ID, $($own),*],
                navigations: &[],
            }
        );
    };
}

incident_type!(
    /// Of the licence.
    LICENSE_INCIDENT = "microsoft.graph.invalidLicenseAlertIncident", [TENANT_LICENSE_STATUS]
);
incident_type!(
    /// Of a role without a second factor.
    NO_MFA_INCIDENT = "microsoft.graph.noMfaOnRoleActivationAlertIncident", [ROLE_DISPLAY_NAME, ROLE_TEMPLATE_ID]
);
incident_type!(
    /// Of an eligibility that is not used.
    REDUNDANT_INCIDENT = "microsoft.graph.redundantAssignmentAlertIncident",
    [
        ROLE_DISPLAY_NAME,
        ROLE_TEMPLATE_ID,
        ROLE_DEFINITION_ID,
        ASSIGNEE_ID,
        ASSIGNEE_DISPLAY_NAME,
        ASSIGNEE_UPN,
        LAST_ACTIVATION
    ]
);
incident_type!(
    /// Of a grant without a request.
    OUTSIDE_PIM_INCIDENT =
        "microsoft.graph.rolesAssignedOutsidePrivilegedIdentityManagementAlertIncident",
    [
        ROLE_DISPLAY_NAME,
        ROLE_TEMPLATE_ID,
        ROLE_DEFINITION_ID,
        ASSIGNEE_ID,
        ASSIGNEE_DISPLAY_NAME,
        ASSIGNEE_UPN,
        ASSIGNMENT_CREATED
    ]
);
incident_type!(
    /// Of activations in short succession.
    SEQUENTIAL_INCIDENT = "microsoft.graph.sequentialActivationRenewalsAlertIncident",
    [
        ROLE_DISPLAY_NAME,
        ROLE_TEMPLATE_ID,
        ROLE_DEFINITION_ID,
        ASSIGNEE_ID,
        ASSIGNEE_DISPLAY_NAME,
        ASSIGNEE_UPN,
        ACTIVATION_COUNT,
        SEQUENCE_START,
        SEQUENCE_END
    ]
);
incident_type!(
    /// Of somebody who does not sign in.
    STALE_INCIDENT = "microsoft.graph.staleSignInAlertIncident",
    [
        ROLE_DISPLAY_NAME,
        ROLE_TEMPLATE_ID,
        ROLE_DEFINITION_ID,
        ASSIGNEE_ID,
        ASSIGNEE_DISPLAY_NAME,
        ASSIGNEE_UPN,
        ASSIGNMENT_CREATED,
        LAST_SIGN_IN
    ]
);
incident_type!(
    /// Of a global administrator.
    GLOBAL_ADMIN_INCIDENT = "microsoft.graph.tooManyGlobalAdminsAssignedToTenantAlertIncident",
    [ASSIGNEE_ID, ASSIGNEE_DISPLAY_NAME, ASSIGNEE_UPN]
);

/// The seven types.
pub static INCIDENT_TYPES: [&EntityType; 7] = [
    &LICENSE_INCIDENT,
    &NO_MFA_INCIDENT,
    &REDUNDANT_INCIDENT,
    &OUTSIDE_PIM_INCIDENT,
    &SEQUENTIAL_INCIDENT,
    &STALE_INCIDENT,
    &GLOBAL_ADMIN_INCIDENT,
];

/// The type of an alert's incidents; ours have none of their own.
pub const fn incident_type(name: AlertName) -> &'static EntityType {
    match name {
        AlertName::InvalidLicense => &LICENSE_INCIDENT,
        AlertName::NoMfaOnRoleActivation => &NO_MFA_INCIDENT,
        AlertName::RedundantAssignment => &REDUNDANT_INCIDENT,
        AlertName::RolesAssignedOutsidePim => &OUTSIDE_PIM_INCIDENT,
        AlertName::SequentialActivationRenewals => &SEQUENTIAL_INCIDENT,
        AlertName::StaleSignIn => &STALE_INCIDENT,
        AlertName::TooManyGlobalAdmins => &GLOBAL_ADMIN_INCIDENT,
        AlertName::TooFewApprovers
        | AlertName::MailFailing
        | AlertName::BreakGlassAccountUsed
        | AlertName::StandingPrivilegedAccess
        | AlertName::RevocationFailed => &ALERT_INCIDENT,
    }
}
