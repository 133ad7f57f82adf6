//! The worked examples of the schedules dossier, section 6, and of the policies dossier, 4.5
//! and 9.4.

use std::num::NonZeroU32;

use model::policy::{ApprovalStage, Approver, Editor, RoleSettings};
use model::query::Nav;
use model::record::StepRecord;
use model::{Policy, Review, Seat, StepStatus, Verdict};
use serde_json::json;

use super::*;

#[test]
fn a_granted_eligibility_reads_as_6_1() {
    let mut order = request(Action::AdminAssign, "AdminAssign", RequestStatus::Provisioned);
    order.id = ELIGIBILITY.parse().unwrap();
    order.kind = GrantKind::Eligibility;
    order.created_at = at("2026-05-04T09:12:22.912045Z");
    order.completed_at = Some(at("2026-05-04T09:12:23.854531Z"));
    order.target_schedule_id = Some(ELIGIBILITY.parse().unwrap());
    order.justification = Some("Helpdesk rota Q2".to_owned());
    order.created_by = principal(ADMIN);
    order.schedule = window(
        Some("2026-05-04T09:12:23.854531Z"),
        Expiration::AfterDateTime(at("2026-10-31T00:00:00Z")),
    );
    let item = Item::from(Record::ScheduleRequest(Box::new(model::record::RequestRecord {
        request: order,
    })));
    let expected = json!({
        "@odata.context": "https://pim.example.net/v1.0/$metadata#roleManagement/directory/roleEligibilityScheduleRequests/$entity",
        "id": ELIGIBILITY, "status": "Provisioned",
        "createdDateTime": "2026-05-04T09:12:22.912045Z", "completedDateTime": "2026-05-04T09:12:23.854531Z",
        "approvalId": null, "customData": null, "action": "adminAssign",
        "principalId": MARA, "roleDefinitionId": ROLE,
        "directoryScopeId": "/", "appScopeId": null, "isValidationOnly": false,
        "targetScheduleId": ELIGIBILITY, "justification": "Helpdesk rota Q2",
        "createdBy": {"application": null, "device": null, "user": {"displayName": null, "id": ADMIN}},
        "scheduleInfo": {"startDateTime": "2026-05-04T09:12:23.854531Z", "recurrence": null,
            "expiration": {"type": "afterDateTime", "endDateTime": "2026-10-31T00:00:00Z", "duration": null}},
        "ticketInfo": {"ticketNumber": null, "ticketSystem": null},
    });
    assert_eq!(entity(v1(), &item), expected);
    // In the example's order too, for byte-likeness.
    assert_eq!(entity(v1(), &item).to_string(), expected.to_string());
    let beta = entity(shaping(Version::Beta, MetadataLevel::Minimal), &item);
    assert_eq!(beta.get("action"), Some(&json!("AdminAssign")));
}

#[test]
fn a_deactivation_reads_as_6_3() {
    let mut order = request(Action::SelfDeactivate, "selfDeactivate", RequestStatus::Revoked);
    order.needs_approval = false;
    let item = Item::from(Record::ScheduleRequest(Box::new(model::record::RequestRecord {
        request: order,
    })));
    let shown = entity(v1(), &item);
    for null in [
        "scheduleInfo",
        "targetScheduleId",
        "completedDateTime",
        "justification",
        "approvalId",
    ] {
        assert_eq!(shown.get(null), Some(&Value::Null), "{null}");
    }
    assert_eq!(shown.get("status"), Some(&json!("Revoked")));
}

#[test]
fn a_request_that_waits_for_approval_reads_as_6_5() {
    let mut order = request(
        Action::SelfActivate,
        "SelfActivate",
        RequestStatus::PendingApproval,
    );
    order.needs_approval = true;
    order.target_schedule_id = Some(ACTIVATION.parse().unwrap());
    order.schedule = window(None, Expiration::AfterDuration("PT5H30M".parse().unwrap()));
    let shown = entity(
        v1(),
        &Record::ScheduleRequest(Box::new(model::record::RequestRecord { request: order })).into(),
    );
    assert_eq!(shown.get("approvalId"), Some(&json!(ACTIVATION)));
    assert_eq!(
        shown.get("scheduleInfo"),
        Some(&json!({"startDateTime": null, "recurrence": null,
            "expiration": {"type": "afterDuration", "endDateTime": null, "duration": "PT5H30M"}}))
    );
}

/// An approval with its step, under the navigation of one version.
fn approval(nav: Nav, step: StepRecord) -> Item {
    let mut order = request(
        Action::SelfActivate,
        "SelfActivate",
        RequestStatus::PendingApproval,
    );
    order.needs_approval = true;
    let wrap = match nav {
        Nav::Steps => Record::ApprovalStep,
        _ => Record::ApprovalStage,
    };
    Item {
        record: Record::Approval(Box::new(model::record::RequestRecord { request: order })),
        expanded: vec![(nav, Expanded::Many(vec![wrap(Box::new(step)).into()]))],
    }
}

#[test]
fn approvals_read_as_9_4_with_their_steps_unasked() {
    let waiting = StepRecord {
        id: ACTIVATION.parse().unwrap(),
        request: ACTIVATION.parse().unwrap(),
        status: StepStatus::InProgress,
        review: None,
        reviewer: None,
        is_assigned_to_caller: true,
    };
    let step = json!({
        "id": ACTIVATION, "displayName": null, "reviewedDateTime": null, "reviewResult": "NotReviewed",
        "status": "InProgress", "assignedToMe": true, "justification": "", "reviewedBy": null,
    });
    let set = "https://pim.example.net/beta/$metadata#roleManagement/directory/roleAssignmentApprovals";
    let expected = json!({
        "@odata.context": format!("{set}/$entity"),
        "id": ACTIVATION,
        "steps@odata.context": format!("{set}('{ACTIVATION}')/steps"),
        "steps": [step],
    });
    let beta = shaping(Version::Beta, MetadataLevel::Minimal);
    let shown = entity(beta, &approval(Nav::Steps, waiting.clone()));
    assert_eq!(shown.to_string(), expected.to_string());

    let shown = entity(v1(), &approval(Nav::Stages, waiting.clone()));
    assert_eq!(shown.get("stages"), Some(&json!([step])));
    assert_eq!(shown.get("steps"), None);
    let bare = shaping(Version::Beta, MetadataLevel::None);
    let shown = entity(bare, &approval(Nav::Steps, waiting.clone()));
    assert_eq!(
        shown.to_string(),
        json!({"id": ACTIVATION, "steps": [step]}).to_string()
    );

    let decided = StepRecord {
        status: StepStatus::Completed,
        review: Some(Review {
            request: ACTIVATION.parse().unwrap(),
            seat: Seat::FIRST,
            by: principal(ADMIN),
            at: at("2026-05-04T10:07:45.902Z"),
            verdict: Verdict::Approve,
            justification: Some("Ticket checked, scope agreed".to_owned()),
        }),
        ..waiting
    };
    let shown = entity(beta, &approval(Nav::Steps, decided));
    let expected = json!([{
        "id": ACTIVATION, "displayName": null, "reviewedDateTime": "2026-05-04T10:07:45.902Z",
        "reviewResult": "Approve", "status": "Completed", "assignedToMe": true,
        "justification": "Ticket checked, scope agreed",
        "reviewedBy": {"id": ADMIN, "displayName": null, "userPrincipalName": null, "mail": null},
    }]);
    assert_eq!(
        shown.get("steps").map(Value::to_string),
        Some(expected.to_string())
    );
}

#[test]
fn schedules_read_as_6_1_and_6_7() {
    let shown = entity(v1(), &Record::Schedule(Box::new(eligibility())).into());
    let expected = json!({
        "@odata.context": "https://pim.example.net/v1.0/$metadata#roleManagement/directory/roleEligibilitySchedules/$entity",
        "id": ELIGIBILITY, "principalId": MARA, "roleDefinitionId": ROLE, "directoryScopeId": "/",
        "appScopeId": null, "createdUsing": ELIGIBILITY, "createdDateTime": "2026-05-04T09:12:23.853Z",
        "modifiedDateTime": null, "status": "Provisioned", "memberType": "Direct",
        "scheduleInfo": {"startDateTime": "2026-05-04T09:12:23.853Z", "recurrence": null,
            "expiration": {"type": "afterDateTime", "endDateTime": "2026-10-31T00:00:00Z", "duration": null}},
    });
    assert_eq!(shown.to_string(), expected.to_string());

    let mut outside = grant(GrantKind::Assignment, ACTIVATION, "2026-01-01T00:00:00Z", None);
    outside.grant.origin = GrantOrigin::OutsidePim;
    let derived = "5wuT_mJe20eRr5jDpJo4sVJqHT8OjHpLnTUub3C0yBE-1";
    let shown = entity(v1(), &Record::Schedule(Box::new(outside.clone())).into());
    let expected = json!({
        "@odata.context": "https://pim.example.net/v1.0/$metadata#roleManagement/directory/roleAssignmentSchedules/$entity",
        "id": derived, "principalId": MARA, "roleDefinitionId": ROLE, "directoryScopeId": "/",
        "appScopeId": null, "createdUsing": null, "createdDateTime": null, "modifiedDateTime": null,
        "status": "Provisioned", "assignmentType": "Assigned", "memberType": "Direct",
        "scheduleInfo": {"startDateTime": "2026-05-04T12:30:44.021947Z", "recurrence": null,
            "expiration": {"type": "noExpiration", "endDateTime": null, "duration": null}},
    });
    assert_eq!(shown.to_string(), expected.to_string());
    let shown = entity(v1(), &Record::ScheduleInstance(Box::new(outside)).into());
    for (name, expected) in [
        ("startDateTime", Value::Null),
        ("endDateTime", Value::Null),
        ("roleAssignmentScheduleId", json!(derived)),
        ("roleAssignmentOriginId", json!(derived)),
    ] {
        assert_eq!(shown.get(name), Some(&expected), "{name}");
    }
}

#[test]
fn a_future_schedule_is_granted_and_a_started_one_provisioned() {
    let mut record = eligibility();
    for (read_at, expected) in [
        ("2026-05-04T09:12:23.852Z", "Granted"),
        ("2026-05-04T09:12:23.853Z", "Provisioned"),
    ] {
        record.read_at = at(read_at);
        let shown = entity(v1(), &Record::Schedule(Box::new(record.clone())).into());
        assert_eq!(shown.get("status"), Some(&json!(expected)), "{read_at}");
    }
}

#[test]
fn an_activated_instance_names_its_eligibility_as_6_2() {
    let item = expanded(
        Record::ScheduleInstance(Box::new(activation())),
        Nav::ActivatedUsing,
        Expanded::One(Some(Arc::new(
            Record::ScheduleInstance(Box::new(eligibility())).into(),
        ))),
    );
    let expand = [expand(
        Nav::ActivatedUsing,
        "activatedUsing",
        BoundQuery::default(),
    )];
    let shaper = Shaper::new(v1(), &sets::ASSIGNMENT_INSTANCE, &Select::Default, &expand);
    let expected = json!({
        "id": "5wuT_mJe20eRr5jDpJo4sVJqHT8OjHpLnTUub3C0yBE-1", "principalId": MARA,
        "roleDefinitionId": ROLE, "directoryScopeId": "/", "appScopeId": null,
        "startDateTime": "2026-05-04T10:00:02.03Z", "endDateTime": "2026-05-04T15:00:02.03Z",
        "assignmentType": "Activated", "memberType": "Direct",
        "roleAssignmentOriginId": "5wuT_mJe20eRr5jDpJo4sVJqHT8OjHpLnTUub3C0yBE-1",
        "roleAssignmentScheduleId": ACTIVATION,
        "activatedUsing": {
            "id": "5wuT_mJe20eRr5jDpJo4sVJqHT8OjHpLnTUub3C0yBE-1-e", "principalId": MARA,
            "roleDefinitionId": ROLE, "directoryScopeId": "/", "appScopeId": null,
            "startDateTime": "2026-05-04T09:12:23.853Z", "endDateTime": "2026-10-31T00:00:00Z",
            "memberType": "Direct", "roleEligibilityScheduleId": ELIGIBILITY,
        },
    });
    assert_eq!(written(shaper.item(&item)).to_string(), expected.to_string());
}

#[test]
fn filter_by_current_user_names_each_items_type_as_6_6() {
    let items = [Item::from(Record::Schedule(Box::new(activation())))];
    let declared = &sets::ASSIGNMENT_SCHEDULE;
    let shaper = Shaper::new(v1(), declared, &Select::Default, &[]).always_typed();
    let page = written(shaper.collection(&Context::function(declared), &items, None, None));
    assert_eq!(
        page.get("@odata.context"),
        Some(&json!(
            "https://pim.example.net/v1.0/$metadata#Collection(unifiedRoleAssignmentSchedule)"
        ))
    );
    assert_eq!(
        page.pointer("/value/0/@odata.type"),
        Some(&json!("#microsoft.graph.unifiedRoleAssignmentSchedule"))
    );
    let none = Shaper {
        shaping: shaping(Version::V1, MetadataLevel::None),
        ..shaper
    };
    let page = none.collection(
        &Context::function(declared),
        &items,
        Some(1),
        Some("https://next"),
    );
    let page = written(page);
    assert!(!page.to_string().contains("@odata.type") && !page.to_string().contains("@odata.context"));
    assert_eq!(page.get("@odata.count"), Some(&json!(1)));
    assert_eq!(page.get("@odata.nextLink"), Some(&json!("https://next")));
}

#[test]
fn a_members_view_of_a_groups_grant_has_an_id_of_its_own() {
    let mut record = eligibility();
    let direct = record.instance_id();
    record.member_type = MemberType::Group;
    record.principal_id = principal(ADMIN);
    let shown = entity(v1(), &Record::ScheduleInstance(Box::new(record)).into());
    assert_ne!(shown.get("id"), Some(&json!(direct)));
    assert_eq!(shown.get("principalId"), Some(&json!(ADMIN)));
    assert_eq!(shown.get("memberType"), Some(&json!("Group")));
}

fn policy() -> Policy {
    let mut settings = RoleSettings::default_for(role());
    settings.assignment.expiration.is_expiration_required = true;
    settings.assignment.expiration.maximum_duration = Some("P15D".parse().unwrap());
    settings.activation.approval.is_approval_required = true;
    settings.activation.approval.first_stage.primary_approvers = vec![
        Approver::User {
            id: principal(MARA),
            description: Some("Mara".to_owned()),
        },
        Approver::Group {
            id: principal(ADMIN),
            description: None,
        },
    ];
    Policy {
        version: 2,
        id: "0d94c6f8-3b17-4a52-8e60-71c5ad2f9b83".parse().unwrap(),
        role_definition_id: role(),
        settings,
        last_modified_at: Some(at("2026-05-04T08:02:19.417Z")),
        last_modified_by: Some(Editor {
            id: principal(ADMIN),
            display_name: Some("Ines Okafor".to_owned()),
        }),
    }
}

fn rule(id: model::RuleId, version: Version) -> Value {
    let item = Item::from(Record::PolicyRule(Box::new(policy()), id));
    let shaping = shaping(version, MetadataLevel::Minimal);
    written(Shaper::new(shaping, &sets::POLICY_RULE, &Select::Default, &[]).item(&item))
}

#[test]
fn rules_read_as_the_policies_dossier_4_5() {
    use model::RuleId as R;
    let target = |caller: &str, level: &str, operation: &str| {
        json!({"caller": caller, "operations": [operation], "level": level,
            "inheritableSettings": [], "enforcedSettings": []})
    };
    let expected = json!({
        "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule",
        "id": "Expiration_Admin_Assignment", "isExpirationRequired": true, "maximumDuration": "P15D",
        "target": target("Admin", "Assignment", "all"),
    });
    assert_eq!(
        rule(R::ExpirationAdminAssignment, Version::V1).to_string(),
        expected.to_string()
    );
    let approval = |approvers: Value, operation| {
        json!({
            "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule",
            "id": "Approval_EndUser_Assignment",
            "target": target("EndUser", "Assignment", operation),
            "setting": {"isApprovalRequired": true, "isApprovalRequiredForExtension": false,
                "isRequestorJustificationRequired": true, "approvalMode": "SingleStage",
                "approvalStages": [{"approvalStageTimeOutInDays": 1, "isApproverJustificationRequired": true,
                    "escalationTimeInMinutes": 0, "isEscalationEnabled": false,
                    "primaryApprovers": approvers, "escalationApprovers": []}]},
        })
    };
    let (user, members) = ("#microsoft.graph.singleUser", "#microsoft.graph.groupMembers");
    let v1 = approval(
        json!([
            {"@odata.type": user, "userId": MARA, "description": "Mara"},
            {"@odata.type": members, "groupId": ADMIN, "description": null},
        ]),
        "all",
    );
    assert_eq!(
        rule(R::ApprovalEndUserAssignment, Version::V1).to_string(),
        v1.to_string()
    );
    let beta = approval(
        json!([
            {"@odata.type": user, "isBackup": false, "id": MARA, "description": "Mara"},
            {"@odata.type": members, "isBackup": false, "id": ADMIN, "description": null},
        ]),
        "All",
    );
    assert_eq!(
        rule(R::ApprovalEndUserAssignment, Version::Beta).to_string(),
        beta.to_string()
    );
    let notification = json!({
        "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyNotificationRule",
        "id": "Notification_Approver_EndUser_Assignment", "notificationType": "Email",
        "recipientType": "Approver", "notificationLevel": "All", "isDefaultRecipientsEnabled": true,
        "notificationRecipients": [], "target": target("EndUser", "Assignment", "all"),
    });
    assert_eq!(
        rule(R::NotificationApproverEndUserAssignment, Version::V1).to_string(),
        notification.to_string()
    );
    assert_eq!(
        rule(R::EnablementEndUserAssignment, Version::V1).get("enabledRules"),
        Some(&json!(["MultiFactorAuthentication", "Justification"]))
    );
    assert_eq!(
        rule(R::AuthenticationContextEndUserAssignment, Version::V1).get("claimValue"),
        Some(&Value::Null)
    );
}

#[test]
fn a_policy_assignment_with_its_rules_reads_as_4_5() {
    let inner = [expand(Nav::Rules, "rules", BoundQuery::default())];
    let outer = [expand(
        Nav::Policy,
        "policy",
        BoundQuery {
            expand: inner.to_vec(),
            ..BoundQuery::default()
        },
    )];
    let rules = model::RuleId::ALL
        .iter()
        .map(|id| Record::PolicyRule(Box::new(policy()), *id).into())
        .collect();
    let with_rules = expanded(
        Record::Policy(Box::new(policy())),
        Nav::Rules,
        Expanded::Many(rules),
    );
    let item = expanded(
        Record::PolicyAssignment(Box::new(policy())),
        Nav::Policy,
        Expanded::One(Some(Arc::new(with_rules))),
    );
    let declared = &sets::POLICY_ASSIGNMENT;
    let context = Context::collection(declared, &Select::Default, &outer);
    let items = [item];
    let shaper = Shaper::new(v1(), declared, &Select::Default, &outer);
    let page = written(shaper.collection(&context, &items, None, None));
    assert_eq!(
        page.get("@odata.context"),
        Some(&json!(
            "https://pim.example.net/v1.0/$metadata#policies/roleManagementPolicyAssignments(policy(rules()))"
        ))
    );
    let id = format!("DirectoryRole_{TENANT}_0d94c6f8-3b17-4a52-8e60-71c5ad2f9b83");
    assert_eq!(page.pointer("/value/0/id"), Some(&json!(format!("{id}_{ROLE}"))));
    assert_eq!(page.pointer("/value/0/policyId"), Some(&json!(id)));
    assert_eq!(
        page.pointer("/value/0/policy/displayName"),
        Some(&json!("DirectoryRole"))
    );
    assert_eq!(
        page.pointer("/value/0/policy/lastModifiedBy/displayName"),
        Some(&json!("Ines Okafor"))
    );
    let rules = page
        .pointer("/value/0/policy/rules")
        .and_then(Value::as_array)
        .unwrap();
    assert_eq!(rules.len(), 17);
    assert!(rules.iter().all(|rule| rule.get("@odata.type").is_some()));
}

#[test]
fn stages_beyond_graphs_one_are_serial_and_say_their_quorum() {
    let mut policy = policy();
    let approval = &mut policy.settings.activation.approval;
    approval.first_stage.quorum = NonZeroU32::new(2).unwrap();
    approval.further_stages = vec![ApprovalStage {
        time_out_in_days: 3,
        is_escalation_enabled: true,
        escalation_time_in_minutes: 90,
        escalation_approvers: vec![Approver::User {
            id: principal(MARA),
            description: None,
        }],
        ..ApprovalStage::default()
    }];
    let item = Item::from(Record::PolicyRule(
        Box::new(policy),
        model::RuleId::ApprovalEndUserAssignment,
    ));
    let shaping = shaping(Version::V1, MetadataLevel::Minimal);
    let shown = written(Shaper::new(shaping, &sets::POLICY_RULE, &Select::Default, &[]).item(&item));
    let setting = &shown["setting"];
    assert_eq!(setting["approvalMode"], "Serial");
    let [first, second] = setting["approvalStages"].as_array().unwrap().as_slice() else {
        panic!("{setting}")
    };
    assert_eq!(first["@tenure.quorum"], 2);
    let expected = json!({
        "approvalStageTimeOutInDays": 3, "isApproverJustificationRequired": true,
        "escalationTimeInMinutes": 90, "isEscalationEnabled": true, "primaryApprovers": [],
        "escalationApprovers": [
            {"@odata.type": "#microsoft.graph.singleUser", "userId": MARA, "description": null}],
    });
    assert_eq!(second.to_string(), expected.to_string());
}
