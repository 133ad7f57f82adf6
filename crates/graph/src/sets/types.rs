//! The primitive types, enumerations and structures that several descriptions share (schedules
//! dossier, 3.7 and 5).

use model::query::Field;
use odata::bound::Collation;
use odata::schema::Edm;

use crate::description::{ComplexType, EnumType, Member, Type};

/// Text that compares to the letter, as display names do in PIM's filters.
pub(crate) const EXACT: Type = Type::Primitive(Edm::String(Collation::Exact));
/// Text that compares in any case, as the directory does.
pub(crate) const TEXT: Type = Type::Primitive(Edm::String(Collation::IgnoreCase));
/// An identifier.
pub(crate) const ID: Type = Type::Primitive(Edm::Identifier);
/// True or false.
pub(crate) const FLAG: Type = Type::Primitive(Edm::Boolean);
/// A whole number.
pub(crate) const NUMBER: Type = Type::Primitive(Edm::Int);
/// A point in time.
pub(crate) const TIME: Type = Type::Primitive(Edm::DateTimeOffset);
/// A length of time.
pub(crate) const SPAN: Type = Type::Primitive(Edm::Duration);

macro_rules! enumeration {
    ($(#[$doc:meta])* $name:ident = $qualified:literal, v1_only: $v1_only:literal { $($member:literal = $number:literal,)+ }) => {
        $(#[$doc])*
        pub static $name: EnumType = EnumType {
            name: $qualified,
            v1_only: $v1_only,
            members: &[$(($member, $number),)+],
            spellings: &[$($member,)+],
        };
    };
}

enumeration!(
    /// What a schedule request asks for.
    ACTIONS = "microsoft.graph.unifiedRoleScheduleRequestActions", v1_only: true {
        "adminAssign" = 1,
        "adminUpdate" = 2,
        "adminRemove" = 3,
        "selfActivate" = 4,
        "selfDeactivate" = 5,
        "adminExtend" = 6,
        "adminRenew" = 7,
        "selfExtend" = 8,
        "selfRenew" = 9,
        "unknownFutureValue" = 10,
    }
);
enumeration!(
    /// How a window ends.
    EXPIRATION_TYPES = "microsoft.graph.expirationPatternType", v1_only: false {
        "notSpecified" = 0,
        "noExpiration" = 1,
        "afterDateTime" = 2,
        "afterDuration" = 3,
    }
);
enumeration!(
    /// What a rule's target names as operations.
    TARGET_OPERATIONS = "microsoft.graph.unifiedRoleManagementPolicyRuleTargetOperations", v1_only: true {
        "all" = 0,
        "activate" = 1,
        "deactivate" = 2,
        "assign" = 3,
        "update" = 4,
        "remove" = 5,
        "extend" = 6,
        "renew" = 7,
        "unknownFutureValue" = 8,
    }
);
enumeration!(
    /// How an audited operation went.
    OPERATION_RESULT = "microsoft.graph.operationResult", v1_only: false {
        "success" = 0,
        "failure" = 1,
        "timeout" = 2,
        "unknownFutureValue" = 3,
    }
);

enumeration!(
    /// How grave an alert is.
    ALERT_SEVERITY = "microsoft.graph.alertSeverity", v1_only: false {
        "unknown" = 0,
        "informational" = 1,
        "low" = 2,
        "medium" = 3,
        "high" = 4,
        "unknownFutureValue" = 127,
    }
);
enumeration!(
    /// How far something that takes its time has come.
    LONG_RUNNING_OPERATION_STATUS = "microsoft.graph.longRunningOperationStatus", v1_only: false {
        "notStarted" = 0,
        "running" = 1,
        "succeeded" = 2,
        "failed" = 3,
        "unknownFutureValue" = 4,
    }
);

/// Every status that a request is documented to have (schedules dossier, 5.4). Some never occur
/// here, but clients may ask for them.
pub(crate) const REQUEST_STATUSES: Type = Type::Primitive(Edm::Enum(&[
    "Provisioned",
    "Granted",
    "PendingApproval",
    "PendingAdminDecision",
    "Denied",
    "Canceled",
    "Revoked",
    "Failed",
    "PendingProvisioning",
    "PendingScheduleCreation",
    "ScheduleCreated",
]));
/// `assignmentType`.
pub(crate) const ASSIGNMENT_TYPES: Type = Type::Primitive(Edm::Enum(&["Assigned", "Activated"]));
/// `memberType`; `Inherited` is reserved and never emitted.
pub(crate) const MEMBER_TYPES: Type = Type::Primitive(Edm::Enum(&["Direct", "Group", "Inherited"]));

/// A text in a collection of texts that nothing filters by.
pub static TEXTS: ComplexType = ComplexType {
    name: "Edm.String",
    is_open: false,
    members: &[Member::new("$it", TEXT)],
};
/// One of a group's types.
pub static GROUP_TYPE: ComplexType = ComplexType {
    name: "Edm.String",
    is_open: false,
    members: &[Member::filterable("$it", TEXT, Field::GroupType)],
};

/// Who somebody is.
pub static IDENTITY: ComplexType = ComplexType {
    name: "microsoft.graph.identity",
    is_open: true,
    members: &[Member::new("displayName", TEXT), Member::new("id", ID)],
};
static CREATOR: ComplexType = ComplexType {
    name: "microsoft.graph.identity",
    is_open: true,
    members: &[
        Member::new("displayName", TEXT),
        Member::filterable("id", ID, Field::CreatedByUserId),
    ],
};
/// Who made a request.
pub static CREATED_BY: ComplexType = ComplexType {
    name: "microsoft.graph.identitySet",
    is_open: true,
    members: &[
        Member::new("application", Type::Complex(&IDENTITY)),
        Member::new("device", Type::Complex(&IDENTITY)),
        Member::new("user", Type::Complex(&CREATOR)),
    ],
};

/// The ticket that justifies a request.
pub static TICKET_INFO: ComplexType = ComplexType {
    name: "microsoft.graph.ticketInfo",
    is_open: false,
    members: &[
        Member::new("ticketNumber", TEXT),
        Member::new("ticketSystem", TEXT),
    ],
};
static EXPIRATION_PATTERN: ComplexType = ComplexType {
    name: "microsoft.graph.expirationPattern",
    is_open: false,
    members: &[
        Member::new("duration", SPAN),
        Member::new("endDateTime", TIME),
        Member::new("type", Type::Enumeration(&EXPIRATION_TYPES)),
    ],
};
static RECURRENCE_PATTERN: ComplexType = ComplexType {
    name: "microsoft.graph.recurrencePattern",
    is_open: false,
    members: &[
        Member::new("dayOfMonth", NUMBER),
        Member::new("daysOfWeek", Type::Primitives(&TEXTS)),
        Member::new("firstDayOfWeek", TEXT),
        Member::new("index", TEXT),
        Member::new("interval", NUMBER),
        Member::new("month", NUMBER),
        Member::new("type", TEXT),
    ],
};
static RECURRENCE_RANGE: ComplexType = ComplexType {
    name: "microsoft.graph.recurrenceRange",
    is_open: false,
    members: &[
        Member::new("endDate", TEXT),
        Member::new("numberOfOccurrences", NUMBER),
        Member::new("recurrenceTimeZone", TEXT),
        Member::new("startDate", TEXT),
        Member::new("type", TEXT),
    ],
};
static PATTERNED_RECURRENCE: ComplexType = ComplexType {
    name: "microsoft.graph.patternedRecurrence",
    is_open: false,
    members: &[
        Member::new("pattern", Type::Complex(&RECURRENCE_PATTERN)),
        Member::new("range", Type::Complex(&RECURRENCE_RANGE)),
    ],
};
/// The window that a request asks for, or that a schedule has.
pub static REQUEST_SCHEDULE: ComplexType = ComplexType {
    name: "microsoft.graph.requestSchedule",
    is_open: false,
    members: &[
        Member::new("expiration", Type::Complex(&EXPIRATION_PATTERN)),
        Member::new("recurrence", Type::Complex(&PATTERNED_RECURRENCE)),
        Member::new("startDateTime", TIME),
    ],
};
/// What a role allows.
pub static ROLE_PERMISSION: ComplexType = ComplexType {
    name: "microsoft.graph.unifiedRolePermission",
    is_open: false,
    members: &[
        Member::new("allowedResourceActions", Type::Primitives(&TEXTS)),
        Member::new("condition", TEXT),
        Member::new("excludedResourceActions", Type::Primitives(&TEXTS)),
    ],
};

/// A licence of a user; nobody has one here.
pub static ASSIGNED_LICENSE: ComplexType = ComplexType {
    name: "microsoft.graph.assignedLicense",
    is_open: false,
    members: &[
        Member::new("disabledPlans", Type::Primitives(&TEXTS)),
        Member::new("skuId", ID),
    ],
};
/// A plan of a user or tenant; there are none here.
pub static ASSIGNED_PLAN: ComplexType = ComplexType {
    name: "microsoft.graph.assignedPlan",
    is_open: false,
    members: &[
        Member::new("assignedDateTime", TIME),
        Member::new("capabilityStatus", TEXT),
        Member::new("service", TEXT),
        Member::new("servicePlanId", ID),
    ],
};
/// A role that an application exposes; none does here.
pub static APP_ROLE: ComplexType = ComplexType {
    name: "microsoft.graph.appRole",
    is_open: false,
    members: &[
        Member::new("allowedMemberTypes", Type::Primitives(&TEXTS)),
        Member::new("description", TEXT),
        Member::new("displayName", TEXT),
        Member::new("id", ID),
        Member::new("isEnabled", FLAG),
        Member::new("value", TEXT),
    ],
};
/// A scope that an application exposes; none does here.
pub static PERMISSION_SCOPE: ComplexType = ComplexType {
    name: "microsoft.graph.permissionScope",
    is_open: false,
    members: &[
        Member::new("id", ID),
        Member::new("isEnabled", FLAG),
        Member::new("type", TEXT),
        Member::new("value", TEXT),
    ],
};
