//! `alertConfigurations` and their seven types (alerts dossier, A4 and A6).

use model::alert::{AlertName, Thresholds};
use model::query::{Collection, Field, Nav};

use super::definitions::ALERT_DEFINITION;
use super::{SCOPE_ID, SCOPE_TYPE};
use crate::Versions;
use crate::description::{
    EntitySet, EntityType, Navigation, Operation, OperationKind as Kind, Property, Service, entity_type,
};
use crate::sets::permissions::{READ_ALERTS as READ, WRITE_ALERTS as WRITE};
use crate::sets::types::{FLAG, NUMBER, SPAN, TEXT};
use crate::value::of;

const ID: Property = Property::new(
    "id",
    TEXT,
    of!(alert_configuration, |c, shaping| c.0.id(shaping.tenant)),
)
.filterable(Field::Id);
const DEFINITION_ID: Property = Property::new(
    "alertDefinitionId",
    TEXT,
    of!(alert_configuration, |c, shaping| c.0.id(shaping.tenant)),
)
.filterable(Field::AlertDefinitionId);
const IS_ENABLED: Property = Property::new("isEnabled", FLAG, of!(alert_configuration, |c| c.1.is_enabled))
    .filterable(Field::IsEnabled);

/// A threshold, where the alert has that one.
macro_rules! threshold {
    ($name:literal, $of:expr, $kind:ident, $field:ident) => {
        Property::new(
            $name,
            $of,
            of!(alert_configuration, |c| match c.1.thresholds {
                Thresholds::$kind { $field, .. } => Some($field),
                _ => None,
            }),
        )
    };
}

const DURATION: Property = threshold!("duration", SPAN, Idle, duration);
const INTERVAL: Property = threshold!(
    "timeIntervalBetweenActivations",
    SPAN,
    Sequence,
    time_interval_between_activations
);
const COUNTER: Property = threshold!(
    "sequentialActivationCounterThreshold",
    NUMBER,
    Sequence,
    sequential_activation_counter_threshold
);
const COUNT: Property = threshold!(
    "globalAdminCountThreshold",
    NUMBER,
    Share,
    global_admin_count_threshold
);
const PERCENTAGE: Property = threshold!(
    "percentageOfGlobalAdminsOutOfRolesThreshold",
    NUMBER,
    Share,
    percentage_of_global_admins_out_of_roles_threshold
);

const NAVIGATIONS: &[Navigation] = &[Navigation::one(
    "alertDefinition",
    Nav::AlertDefinition,
    &ALERT_DEFINITION,
)];

entity_type!(
    /// What is set for an alert of any type.
    ALERT_CONFIGURATION = "microsoft.graph.unifiedRoleManagementAlertConfiguration",
    in "identityGovernance/roleManagementAlerts/alertConfigurations" {
        properties: &[
            ID,
            DEFINITION_ID,
            SCOPE_TYPE,
            SCOPE_ID,
            IS_ENABLED,
            DURATION.derived(),
            INTERVAL.derived(),
            COUNTER.derived(),
            COUNT.derived(),
            PERCENTAGE.derived(),
        ],
        navigations: NAVIGATIONS,
    }
);

/// The type of one alert's configuration.
macro_rules! configuration {
    ($(#[$doc:meta])* $name:ident = $qualified:literal, [$($own:expr),*]) => {
        entity_type!(
            $(#[$doc])*
            $name = $qualified: ALERT_CONFIGURATION,
            in "identityGovernance/roleManagementAlerts/alertConfigurations" {
                properties: &[ID, DEFINITION_ID, SCOPE_TYPE, SCOPE_ID, IS_ENABLED, $($own),*],
                navigations: NAVIGATIONS,
            }
        );
    };
}

configuration!(
    /// Of the licence.
    INVALID_LICENSE = "microsoft.graph.invalidLicenseAlertConfiguration", []
);
configuration!(
    /// Of roles without a second factor.
    NO_MFA = "microsoft.graph.noMfaOnRoleActivationAlertConfiguration", []
);
configuration!(
    /// Of eligibilities that are not used.
    REDUNDANT = "microsoft.graph.redundantAssignmentAlertConfiguration", [DURATION]
);
configuration!(
    /// Of grants without a request.
    OUTSIDE_PIM = "microsoft.graph.rolesAssignedOutsidePrivilegedIdentityManagementAlertConfiguration", []
);
configuration!(
    /// Of activations in short succession.
    SEQUENTIAL = "microsoft.graph.sequentialActivationRenewalsAlertConfiguration", [COUNTER, INTERVAL]
);
configuration!(
    /// Of people who do not sign in.
    STALE = "microsoft.graph.staleSignInAlertConfiguration", [DURATION]
);
configuration!(
    /// Of global administrators.
    GLOBAL_ADMINS = "microsoft.graph.tooManyGlobalAdminsAssignedToTenantAlertConfiguration", [COUNT, PERCENTAGE]
);

/// The seven types.
pub static CONFIGURATION_TYPES: [&EntityType; 7] = [
    &INVALID_LICENSE,
    &NO_MFA,
    &REDUNDANT,
    &OUTSIDE_PIM,
    &SEQUENTIAL,
    &STALE,
    &GLOBAL_ADMINS,
];

/// The type of an alert's configuration; ours have none of their own.
pub const fn configuration_type(name: AlertName) -> &'static EntityType {
    match name {
        AlertName::InvalidLicense => &INVALID_LICENSE,
        AlertName::NoMfaOnRoleActivation => &NO_MFA,
        AlertName::RedundantAssignment => &REDUNDANT,
        AlertName::RolesAssignedOutsidePim => &OUTSIDE_PIM,
        AlertName::SequentialActivationRenewals => &SEQUENTIAL,
        AlertName::StaleSignIn => &STALE,
        AlertName::TooManyGlobalAdmins => &GLOBAL_ADMINS,
        AlertName::TooFewApprovers
        | AlertName::MailFailing
        | AlertName::BreakGlassAccountUsed
        | AlertName::StandingPrivilegedAccess
        | AlertName::RevocationFailed => &ALERT_CONFIGURATION,
    }
}

/// `alertConfigurations`.
pub static ALERT_CONFIGURATIONS: EntitySet = EntitySet {
    collection: Collection::AlertConfigurations,
    needs_licence: false,
    path: &[
        "identityGovernance",
        "roleManagementAlerts",
        "alertConfigurations",
    ],
    beta_path: None,
    entity: &ALERT_CONFIGURATION,
    service: Service::Pim,
    alternate_keys: &[],
    current_user: &[],
    operations: &[
        Operation::get("", Kind::List, READ).only(Versions::Beta),
        Operation::get("$count", Kind::Count, READ).only(Versions::Beta),
        Operation::get("{key}", Kind::Get, READ).only(Versions::Beta),
        Operation::patch(WRITE).only(Versions::Beta),
        Operation::get(
            "{key}/alertDefinition",
            Kind::Navigate(Nav::AlertDefinition),
            READ,
        )
        .only(Versions::Beta),
    ],
};
