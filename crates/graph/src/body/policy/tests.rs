//! What M365DSC, Terraform, EasyPIM and the SDKs send, and what is refused.

use model::RuleId as R;
use model::policy::{Approver, RoleSettings};
use model::role::{GLOBAL_ADMINISTRATOR, REPORTS_READER};
use serde_json::json;

use super::*;

const SOMEONE: &str = "9e5b2c40-17d3-4d8e-b6a1-42f07c9d38ab";
const GROUP: &str = "63f8a1d5-c2b4-49e7-8f10-d7a95e2b640c";

fn defaults() -> RoleSettings {
    RoleSettings::default_for(REPORTS_READER)
}

fn patched(settings: &RoleSettings, rule: R, body: Value) -> RoleSettings {
    apply_rule_patch(settings, rule, &body, Approvals::Graph)
        .unwrap_or_else(|error| panic!("{body}: {error} {:?}", error.details))
}

fn code(settings: &RoleSettings, rule: R, body: &Value) -> String {
    apply_rule_patch(settings, rule, body, Approvals::Graph)
        .unwrap_err()
        .code
        .into_owned()
}

#[test]
fn what_a_patch_does_not_name_stays() {
    let rule = R::ExpirationEndUserAssignment;
    // Terraform, M365DSC: the duration alone.
    let settings = patched(&defaults(), rule, json!({"maximumDuration": "PT4H"}));
    let expiration = &settings.activation.expiration;
    assert!(expiration.is_expiration_required);
    assert_eq!(expiration.maximum_duration, Some(IsoDuration::from_hours(4)));
    // EasyPIM: the flag alone.
    let settings = patched(&settings, rule, json!({"isExpirationRequired": false}));
    assert!(!settings.activation.expiration.is_expiration_required);
    assert_eq!(
        settings.activation.expiration.maximum_duration,
        Some(IsoDuration::from_hours(4))
    );
    // Terraform: an unset field, while none is needed.
    for unset in [json!(""), json!(null)] {
        let body = json!({"isExpirationRequired": false, "maximumDuration": unset});
        let after = patched(&settings, rule, body);
        assert_eq!(after, settings);
    }
    assert_eq!(patched(&defaults(), rule, json!({})), defaults());
}

#[test]
fn identity_may_be_left_out_but_not_contradicted() {
    let rule = R::ExpirationAdminAssignment;
    let name = "microsoft.graph.unifiedRoleManagementPolicyExpirationRule";
    for body in [
        json!({"@odata.type": format!("#{name}"), "id": "Expiration_Admin_Assignment"}),
        json!({"@odata.type": name.to_uppercase()}),
        // M365DSC: an empty target; EasyPIM: a full one; a contradicting one.
        json!({"target": {"@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyRuleTarget"}}),
        json!({"target": {"caller": "EndUser", "operations": ["All"], "level": "Eligibility"}}),
        json!({"ruleType": "x", "@odata.context": "x", "lastModifiedBy": null, "scopeId": "/"}),
    ] {
        assert_eq!(patched(&defaults(), rule, body), defaults());
    }
    for body in [
        json!({"id": "Expiration_EndUser_Assignment"}),
        json!({"@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyEnablementRule"}),
    ] {
        assert_eq!(code(&defaults(), rule, &body), "InvalidPolicyRule", "{body}");
    }
}

#[test]
fn expiration_is_checked_as_merged() {
    let rule = R::ExpirationAdminAssignment;
    for unset in [json!(""), json!(null)] {
        let body = json!({"isExpirationRequired": true, "maximumDuration": unset});
        assert_eq!(code(&defaults(), rule, &body), "InvalidPolicy");
    }
    for bad in ["P1Y", "P1W", "P1M", "PT0S", "-PT1H", "8 hours", "365.00:00:00"] {
        let body = json!({"maximumDuration": bad});
        assert_eq!(code(&defaults(), rule, &body), "InvalidPolicyRule", "{bad}");
    }
    let longer = json!({"maximumDuration": "PT24H1M"});
    assert_eq!(
        code(&defaults(), R::ExpirationEndUserAssignment, &longer),
        "InvalidPolicyRule"
    );
    patched(
        &defaults(),
        R::ExpirationEndUserAssignment,
        json!({"maximumDuration": "P1D"}),
    );
    patched(&defaults(), rule, json!({"maximumDuration": "PT24H1M"}));
    assert_eq!(
        code(&defaults(), rule, &json!({"isExpirationRequired": "perhaps"})),
        "BadRequest"
    );
    assert!(
        patched(&defaults(), rule, json!({"isExpirationRequired": "True"}))
            .assignment
            .expiration
            .is_expiration_required
    );
}

#[test]
fn enablements_are_replaced_as_a_list() {
    let rule = R::EnablementEndUserAssignment;
    let settings = patched(
        &defaults(),
        rule,
        json!({"enabledRules": ["MultiFactorAuthentication", "Ticketing"]}),
    );
    let enablement = settings.activation.enablement;
    assert!(enablement.multi_factor_authentication && enablement.ticketing && !enablement.justification);
    for none in [json!([]), json!(null)] {
        let settings = patched(&settings, rule, json!({"enabledRules": none}));
        assert_eq!(settings.activation.enablement, EnablementRule::default());
    }
    for bad in ["AuthenticationContext", "justification"] {
        let body = json!({"enabledRules": [bad]});
        assert_eq!(code(&defaults(), rule, &body), "InvalidPolicy", "{bad}");
    }
    patched(
        &defaults(),
        R::EnablementAdminAssignment,
        json!({"enabledRules": ["Ticketing"]}),
    );
}

#[test]
fn approvals_are_read_as_every_client_writes_them() {
    let rule = R::ApprovalEndUserAssignment;
    let user = |description: Option<&str>| Approver::User {
        id: SOMEONE.parse().unwrap(),
        description: description.map(str::to_owned),
    };
    let group = Approver::Group {
        id: GROUP.parse().unwrap(),
        description: None,
    };
    let stage = |approvers: Value| json!({"setting": {"isApprovalRequired": true, "approvalStages": [{"primaryApprovers": approvers}]}});
    let cases = [
        // Terraform, EasyPIM; beta; M365DSC's mixture; no type at all.
        json!([{"@odata.type": "#microsoft.graph.singleUser", "userId": SOMEONE},
            {"@odata.type": "#microsoft.graph.groupMembers", "groupId": GROUP}]),
        json!([{"@odata.type": "microsoft.graph.singleUser", "id": SOMEONE, "isBackup": false, "description": "x"},
            {"@odata.type": "#microsoft.graph.groupMembers", "id": GROUP}]),
        json!([{"userId": SOMEONE}, {"groupId": GROUP}, {"userId": SOMEONE}]),
    ];
    for approvers in cases {
        let settings = patched(&defaults(), rule, stage(approvers.clone()));
        let approval = &settings.activation.approval;
        assert_eq!(
            approval.first_stage.primary_approvers,
            [user(None), group.clone()],
            "{approvers}"
        );
        assert!(approval.is_approval_required && approval.first_stage.is_approver_justification_required);
        assert_eq!(approval.approval_mode, "SingleStage");
    }
    // A description that was looked up is kept.
    let mut known = defaults();
    known.activation.approval.first_stage.primary_approvers = vec![user(Some("Tomas"))];
    let settings = patched(
        &known,
        rule,
        stage(json!([{"userId": SOMEONE, "description": "y"}])),
    );
    assert_eq!(
        settings.activation.approval.first_stage.primary_approvers,
        [user(Some("Tomas"))]
    );
    // M365DSC writes scalars as text.
    let body = json!({"setting": {"isApprovalRequiredForExtension": "false", "approvalMode": "singlestage",
        "approvalStages": [{"approvalStageTimeOutInDays": "1", "escalationTimeInMinutes": "0",
            "isApproverJustificationRequired": "False", "isEscalationEnabled": "False",
            "escalationApprovers": null, "primaryApprovers": null}]}});
    let settings = patched(&known, rule, body);
    assert!(
        !settings
            .activation
            .approval
            .first_stage
            .is_approver_justification_required
    );
    assert!(
        settings
            .activation
            .approval
            .first_stage
            .primary_approvers
            .is_empty()
    );
    // Without stages they stay; with none there is one stage of defaults.
    let settings = patched(&known, rule, json!({"setting": {"isApprovalRequired": true}}));
    assert_eq!(
        settings.activation.approval.first_stage.primary_approvers,
        [user(Some("Tomas"))]
    );
    let settings = patched(&known, rule, json!({"setting": {"approvalStages": []}}));
    assert!(
        settings
            .activation
            .approval
            .first_stage
            .primary_approvers
            .is_empty()
    );

    for bad in [
        stage(json!([{"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1}])),
        stage(json!([{"userId": "x"}])),
        stage(json!([{}])),
        json!({"setting": {"approvalStages": [{}, {}]}}),
        json!({"setting": {"approvalMode": "Dual"}}),
    ] {
        assert_eq!(code(&defaults(), rule, &bad), "InvalidPolicy", "{bad}");
    }
}

#[test]
fn notifications_drop_what_is_no_address() {
    let rule = R::NotificationApproverEndUserAssignment;
    let settings = patched(
        &defaults(),
        rule,
        json!({"notificationType": "Email", "recipientType": "approver", "notificationLevel": "critical",
            "isDefaultRecipientsEnabled": false,
            "notificationRecipients": [null, "", "soc@corp.example", "SOC@corp.example"]}),
    );
    let notification = &settings.activation.notifications.approver;
    let recipients: Vec<&str> = notification
        .notification_recipients
        .iter()
        .map(|it| it.as_str())
        .collect();
    assert_eq!(recipients, ["soc@corp.example"]);
    assert_eq!(notification.notification_level, NotificationLevel::Critical);
    let settings = patched(&settings, rule, json!({"notificationRecipients": null}));
    assert!(
        settings
            .activation
            .notifications
            .approver
            .notification_recipients
            .is_empty()
    );
    for bad in [
        json!({"notificationType": "Sms"}),
        json!({"recipientType": "Admin"}),
        json!({"notificationLevel": "Some"}),
        json!({"notificationRecipients": [5]}),
        json!({"notificationRecipients": ["soc"]}),
        json!({"notificationRecipients": ["soc@corp.example\r\nBcc: all@corp.example"]}),
        json!({"notificationRecipients": (0..101).map(|n| format!("a{n}@corp.example")).collect::<Vec<_>>()}),
    ] {
        assert_eq!(code(&defaults(), rule, &bad), "InvalidPolicy", "{bad}");
    }
}

#[test]
fn a_second_factor_and_a_context_exclude_each_other_one_way() {
    let (mfa, context) = (
        json!({"enabledRules": ["MultiFactorAuthentication"]}),
        json!({"isEnabled": true, "claimValue": "c1"}),
    );
    let with_context = patched(
        &defaults(),
        R::AuthenticationContextEndUserAssignment,
        context.clone(),
    );
    assert_eq!(
        code(&with_context, R::EnablementEndUserAssignment, &mfa),
        "MfaAndAcrsConflict"
    );
    // The other way round Graph accepts.
    let privileged = RoleSettings::default_for(GLOBAL_ADMINISTRATOR);
    let both = patched(&privileged, R::AuthenticationContextEndUserAssignment, context);
    assert!(both.activation.enablement.multi_factor_authentication);
    for bad in ["c0", "c100", "c01", "C1", "1", "", "c+1", "cx"] {
        let body = json!({"isEnabled": true, "claimValue": bad});
        assert_eq!(
            code(&defaults(), R::AuthenticationContextEndUserAssignment, &body),
            "InvalidPolicy",
            "{bad}"
        );
    }
    let off = patched(
        &both,
        R::AuthenticationContextEndUserAssignment,
        json!({"isEnabled": false, "claimValue": ""}),
    );
    assert_eq!(
        off.activation.authentication_context.claim_value.as_deref(),
        Some("")
    );
}

#[test]
fn a_policy_takes_all_of_its_rules_or_none() {
    let of = |settings: &RoleSettings| Policy {
        id: "b7a1e0d4-52c6-4e19-a9f3-6d80c2f4e511".parse().unwrap(),
        role_definition_id: REPORTS_READER,
        settings: settings.clone(),
        version: 3,
        last_modified_at: Some(Instant::from_seconds(1_772_438_400)),
        last_modified_by: None,
    };
    let policy = of(&defaults());
    let id = format!("DirectoryRole_4c1d7e52-9a30-4f6b-8d21-0b6e5f3a9c17_{}", policy.id);
    // Terraform's envelope.
    let body = json!({"@odata.type": "#microsoft.graph.unifiedRoleManagementPolicy", "id": id,
        "lastModifiedBy": null, "scopeId": "/", "scopeType": "DirectoryRole", "rules": [
            {"id": "Expiration_Admin_Assignment", "isExpirationRequired": true, "maximumDuration": "P15D"},
            {"id": "Enablement_EndUser_Assignment", "enabledRules": []}]});
    let settings = apply_policy_patch(&policy, &body, Approvals::Graph).unwrap();
    assert!(settings.assignment.expiration.is_expiration_required);
    assert_eq!(settings.activation.enablement, EnablementRule::default());
    for nothing in [
        json!({}),
        json!({"rules": []}),
        json!({"rules": null}),
        json!({"lastModifiedDateTime": null}),
        json!({"lastModifiedDateTime": "2026-03-02T08:00:00Z"}),
    ] {
        assert_eq!(
            apply_policy_patch(&policy, &nothing, Approvals::Graph).unwrap(),
            defaults()
        );
    }
    // The order in one body does not matter: the final state does.
    let swap = json!({"rules": [
        {"id": "Enablement_EndUser_Assignment", "enabledRules": ["MultiFactorAuthentication"]},
        {"id": "AuthenticationContext_EndUser_Assignment", "isEnabled": false}]});
    let context = json!({"isEnabled": true, "claimValue": "c1"});
    let with_context = patched(&defaults(), R::AuthenticationContextEndUserAssignment, context);
    assert!(apply_policy_patch(&of(&with_context), &swap, Approvals::Graph).is_ok());
    let cases = [
        (json!({"id": "DirectoryRole_x"}), "InvalidPolicy"),
        (json!({"rules": [{}]}), "InvalidPolicyRule"),
        (
            json!({"lastModifiedDateTime": "2026-03-02T07:59:59Z"}),
            "PreconditionFailed",
        ),
        (json!({"lastModifiedDateTime": "yesterday"}), "PreconditionFailed"),
        (json!({"rules": [{"id": "Nonsense"}]}), "InvalidPolicyRule"),
        (json!({"rules": "x"}), "BadRequest"),
        (
            json!({"rules": [
                {"id": "Enablement_EndUser_Assignment", "enabledRules": ["MultiFactorAuthentication"]},
                {"id": "AuthenticationContext_EndUser_Assignment", "isEnabled": true, "claimValue": "c1"}]}),
            "MfaAndAcrsConflict",
        ),
    ];
    for (body, expected) in cases {
        let error = apply_policy_patch(&policy, &body, Approvals::Graph).unwrap_err();
        assert_eq!(error.code, expected, "{body}");
    }
    let untouched = Policy {
        last_modified_at: None,
        ..policy
    };
    for seen in ["2026-03-02T08:00:00Z", "yesterday", ""] {
        let error = apply_policy_patch(
            &untouched,
            &json!({"lastModifiedDateTime": seen}),
            Approvals::Graph,
        )
        .unwrap_err();
        assert_eq!(error.code, "PreconditionFailed", "{seen}");
    }
}
