//! The rules of a policy and their five shapes (policies dossier, 2.3 to 3). The lists are contained
//! in policies, so they have no entity set of their own.

use std::num::NonZeroU32;

use model::policy::{ApprovalRule, ApprovalStage, Approver, EnablementRule, RuleCaller, RuleLevel};
use model::query::Field;
use model::{PolicyRule, Record, RuleId};
use serde_json::{Value, json};

use crate::Version;
use crate::description::{ComplexType, EntityType, Member, Property, Type, entity_type};
use crate::sets::types::{FLAG, NUMBER, SPAN, TARGET_OPERATIONS, TEXT, TEXTS};
use crate::shape::Shaping;
use crate::value::Wire;

static TARGET: ComplexType = ComplexType {
    name: "microsoft.graph.unifiedRoleManagementPolicyRuleTarget",
    is_open: false,
    members: &[
        Member::new("caller", TEXT),
        Member::new("enforcedSettings", Type::Primitives(&TEXTS)),
        Member::new("inheritableSettings", Type::Primitives(&TEXTS)),
        Member::new("level", TEXT),
        Member::new("operations", Type::Primitives(&OPERATION)),
    ],
};
/// One of a target's operations.
static OPERATION: ComplexType = ComplexType {
    name: "microsoft.graph.unifiedRoleManagementPolicyRuleTargetOperations",
    is_open: false,
    members: &[Member::new("$it", Type::Enumeration(&TARGET_OPERATIONS))],
};
static SUBJECT_SET: ComplexType = ComplexType {
    name: "microsoft.graph.subjectSet",
    is_open: true,
    members: &[],
};
static APPROVAL_STAGE: ComplexType = ComplexType {
    name: "microsoft.graph.unifiedApprovalStage",
    is_open: false,
    members: &[
        Member::new("approvalStageTimeOutInDays", NUMBER),
        Member::new("escalationApprovers", Type::Complexes(&SUBJECT_SET)),
        Member::new("escalationTimeInMinutes", NUMBER),
        Member::new("isApproverJustificationRequired", FLAG),
        Member::new("isEscalationEnabled", FLAG),
        Member::new("primaryApprovers", Type::Complexes(&SUBJECT_SET)),
    ],
};
static APPROVAL_SETTINGS: ComplexType = ComplexType {
    name: "microsoft.graph.approvalSettings",
    is_open: false,
    members: &[
        Member::new("approvalMode", TEXT),
        Member::new("approvalStages", Type::Complexes(&APPROVAL_STAGE)),
        Member::new("isApprovalRequired", FLAG),
        Member::new("isApprovalRequiredForExtension", FLAG),
        Member::new("isRequestorJustificationRequired", FLAG),
    ],
};

/// The annotation that says how many persons must approve in a stage.
pub(crate) const QUORUM: &str = "@tenure.quorum";
/// Graph's mode of stages that come one after another.
const SEVERAL_STAGES: &str = "Serial";

const RULE_ID: Property =
    Property::new("id", TEXT, |record, _| rule_id(record).map(RuleId::as_str).wire()).filterable(Field::Id);
const RULE_TARGET: Property = Property::new("target", Type::Complex(&TARGET), |record, shaping| {
    rule_id(record).map(|id| target(id, shaping.version)).wire()
});

/// The accessor of a property of one shape of rule.
macro_rules! of_rule {
    ($kind:ident, |$rule:ident| $value:expr) => {
        |record, _| match rule(record) {
            Some(PolicyRule::$kind($rule)) => Wire::wire($value),
            _ => Value::Null,
        }
    };
    ($kind:ident, |$rule:ident, $shaping:ident| $value:expr) => {
        |record, $shaping| match rule(record) {
            Some(PolicyRule::$kind($rule)) => Wire::wire($value),
            _ => Value::Null,
        }
    };
}

fn rule_id(record: &Record) -> Option<RuleId> {
    match record {
        Record::PolicyRule(_, id) => Some(*id),
        _ => None,
    }
}

fn rule(record: &Record) -> Option<PolicyRule> {
    match record {
        Record::PolicyRule(policy, id) => Some(policy.settings.rule(*id)),
        _ => None,
    }
}

/// The shape of a rule.
pub(crate) const fn rule_type(id: RuleId) -> &'static EntityType {
    use RuleId as R;
    match id {
        R::ExpirationAdminEligibility | R::ExpirationAdminAssignment | R::ExpirationEndUserAssignment => {
            &EXPIRATION_RULE
        }
        R::EnablementAdminEligibility | R::EnablementAdminAssignment | R::EnablementEndUserAssignment => {
            &ENABLEMENT_RULE
        }
        R::ApprovalEndUserAssignment => &APPROVAL_RULE,
        R::AuthenticationContextEndUserAssignment => &AUTHENTICATION_CONTEXT_RULE,
        R::NotificationAdminAdminEligibility
        | R::NotificationRequestorAdminEligibility
        | R::NotificationApproverAdminEligibility
        | R::NotificationAdminAdminAssignment
        | R::NotificationRequestorAdminAssignment
        | R::NotificationApproverAdminAssignment
        | R::NotificationAdminEndUserAssignment
        | R::NotificationRequestorEndUserAssignment
        | R::NotificationApproverEndUserAssignment => &NOTIFICATION_RULE,
    }
}

entity_type!(
    /// A rule of any shape.
    POLICY_RULE = "microsoft.graph.unifiedRoleManagementPolicyRule",
    in "policies/roleManagementPolicies/rules" {
        properties: &[RULE_ID, RULE_TARGET],
        navigations: &[],
    }
);
entity_type!(
    /// How long.
    EXPIRATION_RULE = "microsoft.graph.unifiedRoleManagementPolicyExpirationRule": POLICY_RULE,
    in "policies/roleManagementPolicies/rules" {
        properties: &[
            RULE_ID,
            Property::new(
                "isExpirationRequired",
                FLAG,
                of_rule!(Expiration, |rule| rule.is_expiration_required),
            ),
            Property::new(
                "maximumDuration",
                SPAN,
                of_rule!(Expiration, |rule| rule.maximum_duration),
            ),
            RULE_TARGET,
        ],
        navigations: &[],
    }
);
entity_type!(
    /// With what.
    ENABLEMENT_RULE = "microsoft.graph.unifiedRoleManagementPolicyEnablementRule": POLICY_RULE,
    in "policies/roleManagementPolicies/rules" {
        properties: &[
            RULE_ID,
            Property::new(
                "enabledRules",
                Type::Primitives(&TEXTS),
                of_rule!(Enablement, |rule| enabled_rules(rule)),
            ),
            RULE_TARGET,
        ],
        navigations: &[],
    }
);
entity_type!(
    /// By whose leave.
    APPROVAL_RULE = "microsoft.graph.unifiedRoleManagementPolicyApprovalRule": POLICY_RULE,
    in "policies/roleManagementPolicies/rules" {
        properties: &[
            RULE_ID,
            RULE_TARGET,
            Property::new(
                "setting",
                Type::Complex(&APPROVAL_SETTINGS),
                of_rule!(Approval, |rule, shaping| approval_settings(&rule, shaping)),
            ),
        ],
        navigations: &[],
    }
);
entity_type!(
    /// In which authentication context.
    AUTHENTICATION_CONTEXT_RULE = "microsoft.graph.unifiedRoleManagementPolicyAuthenticationContextRule": POLICY_RULE,
    in "policies/roleManagementPolicies/rules" {
        properties: &[
            RULE_ID,
            Property::new("isEnabled", FLAG, of_rule!(AuthenticationContext, |rule| rule.is_enabled)),
            Property::new("claimValue", TEXT, of_rule!(AuthenticationContext, |rule| rule.claim_value)),
            RULE_TARGET,
        ],
        navigations: &[],
    }
);
entity_type!(
    /// Who hears of it.
    NOTIFICATION_RULE = "microsoft.graph.unifiedRoleManagementPolicyNotificationRule": POLICY_RULE,
    in "policies/roleManagementPolicies/rules" {
        properties: &[
            RULE_ID,
            Property::new("notificationType", TEXT, |_, _| Value::from("Email")),
            Property::new("recipientType", TEXT, |record, _| {
                rule_id(record).and_then(RuleId::recipient).map(|recipient| recipient.as_str()).wire()
            }),
            Property::new(
                "notificationLevel",
                TEXT,
                of_rule!(Notification, |rule| rule.notification_level.as_str()),
            ),
            Property::new(
                "isDefaultRecipientsEnabled",
                FLAG,
                of_rule!(Notification, |rule| rule.is_default_recipients_enabled),
            ),
            Property::new(
                "notificationRecipients",
                Type::Primitives(&TEXTS),
                of_rule!(Notification, |rule| rule.notification_recipients.as_slice()),
            ),
            RULE_TARGET,
        ],
        navigations: &[],
    }
);

/// The target follows from the rule's id alone. v1.0 spells the operation as its enumeration does,
/// beta as the text `All` (policies dossier, 2.4).
fn target(id: RuleId, version: Version) -> Value {
    json!({
        "caller": match id.caller() {
            RuleCaller::Admin => "Admin",
            RuleCaller::EndUser => "EndUser",
        },
        "operations": [match version {
            Version::V1 => "all",
            Version::Beta => "All",
        }],
        "level": match id.level() {
            RuleLevel::Eligibility => "Eligibility",
            RuleLevel::Assignment => "Assignment",
        },
        "inheritableSettings": [],
        "enforcedSettings": [],
    })
}

fn enabled_rules(rule: EnablementRule) -> Value {
    [
        (rule.multi_factor_authentication, "MultiFactorAuthentication"),
        (rule.justification, "Justification"),
        (rule.ticketing, "Ticketing"),
    ]
    .into_iter()
    .filter_map(|(enabled, name)| enabled.then_some(name))
    .collect()
}

/// Always at least one stage, even when approval is off: clients index the first (policies dossier, 3).
fn approval_settings(rule: &ApprovalRule, shaping: &Shaping<'_>) -> Value {
    let mode = if rule.further_stages.is_empty() {
        &rule.approval_mode
    } else {
        SEVERAL_STAGES
    };
    let stages: Value = rule
        .stages()
        .map(|(_, stage)| approval_stage(stage, shaping))
        .collect();
    json!({
        "isApprovalRequired": rule.is_approval_required,
        "isApprovalRequiredForExtension": rule.is_approval_required_for_extension,
        "isRequestorJustificationRequired": rule.is_requestor_justification_required,
        "approvalMode": mode,
        "approvalStages": stages,
    })
}

/// Graph's members; how many persons must approve is an annotation, which clients that do not know it pass
/// over, and is left out where it is what Graph has.
fn approval_stage(stage: &ApprovalStage, shaping: &Shaping<'_>) -> Value {
    let subject_sets = |approvers: &[Approver]| -> Value {
        approvers
            .iter()
            .map(|approver| subject_set(approver, shaping))
            .collect()
    };
    let mut shown = serde_json::Map::new();
    if stage.quorum > NonZeroU32::MIN {
        shown.insert(QUORUM.to_owned(), Value::from(stage.quorum.get()));
    }
    for (name, value) in [
        ("approvalStageTimeOutInDays", Value::from(stage.time_out_in_days)),
        (
            "isApproverJustificationRequired",
            Value::from(stage.is_approver_justification_required),
        ),
        (
            "escalationTimeInMinutes",
            Value::from(stage.escalation_time_in_minutes),
        ),
        ("isEscalationEnabled", Value::from(stage.is_escalation_enabled)),
        ("primaryApprovers", subject_sets(&stage.primary_approvers)),
        ("escalationApprovers", subject_sets(&stage.escalation_approvers)),
    ] {
        shown.insert(name.to_owned(), value);
    }
    Value::Object(shown)
}

/// v1.0 names the id after its kind, beta calls it `id` and adds `isBackup` (policies dossier, 2.5).
fn subject_set(approver: &Approver, shaping: &Shaping<'_>) -> Value {
    let (type_name, v1_key, id, description) = match approver {
        Approver::User { id, description } => ("#microsoft.graph.singleUser", "userId", id, description),
        Approver::Group { id, description } => ("#microsoft.graph.groupMembers", "groupId", id, description),
    };
    let mut set = serde_json::Map::new();
    if shaping.writes_types() {
        set.insert("@odata.type".to_owned(), Value::from(type_name));
    }
    let key = match shaping.version {
        Version::V1 => v1_key,
        Version::Beta => {
            set.insert("isBackup".to_owned(), Value::Bool(false));
            "id"
        }
    };
    set.insert(key.to_owned(), (*id).wire());
    set.insert("description".to_owned(), description.as_deref().wire());
    Value::Object(set)
}
