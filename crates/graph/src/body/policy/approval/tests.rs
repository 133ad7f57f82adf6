//! The approval rule as clients write it, with and without what goes beyond Graph.

use model::policy::RoleSettings;
use model::role::REPORTS_READER;
use serde_json::json;

use super::*;
use crate::body::apply_rule_patch;

const ANN: &str = "5f0f1d0a-54b5-4b8c-9f0a-7a9a3f6f2c11";
const BEN: &str = "6f0f1d0a-54b5-4b8c-9f0a-7a9a3f6f2c22";
const STAFF: &str = "7f0f1d0a-54b5-4b8c-9f0a-7a9a3f6f2c33";

fn user(id: &str) -> Value {
    json!({"@odata.type": "#microsoft.graph.singleUser", "userId": id})
}

fn patched(stages: Value, approvals: Approvals) -> Result<ApprovalRule, GraphError> {
    let defaults = RoleSettings::default_for(REPORTS_READER);
    let body = json!({"setting": {"isApprovalRequired": true, "approvalStages": stages}});
    let settings = apply_rule_patch(&defaults, RuleId::ApprovalEndUserAssignment, &body, approvals)?;
    Ok(settings.activation.approval)
}

/// A stage of two users with what Graph does not keep.
fn rich() -> Value {
    json!({
        "@tenure.quorum": 2, "approvalStageTimeOutInDays": "3", "isApproverJustificationRequired": false,
        "isEscalationEnabled": "True", "escalationTimeInMinutes": 90,
        "primaryApprovers": [user(ANN), user(BEN)],
        "escalationApprovers": [{"@odata.type": "#microsoft.graph.groupMembers", "groupId": STAFF}],
    })
}

/// The rich stage with one member changed.
fn but(name: &str, value: Value) -> Value {
    let mut stage = rich();
    stage[name] = value;
    json!([stage])
}

#[test]
fn graph_keeps_one_stage_and_who_approves_in_it() {
    let rule = patched(json!([rich()]), Approvals::Graph).unwrap();
    let stage = ApprovalStage {
        is_approver_justification_required: false,
        primary_approvers: rule.first_stage.primary_approvers.clone(),
        ..ApprovalStage::default()
    };
    assert_eq!(
        (rule.first_stage.primary_approvers.len(), &rule.first_stage),
        (2, &stage)
    );
    // Not even what cannot be is looked at.
    for (name, value) in [
        ("@tenure.quorum", json!(99)),
        ("approvalStageTimeOutInDays", json!([])),
    ] {
        assert!(patched(but(name, value), Approvals::Graph).is_ok());
    }
    let error = patched(json!([{}, {}]), Approvals::Graph).unwrap_err();
    assert_eq!((error.status, error.code.as_ref()), (400, "InvalidPolicy"));
}

#[test]
fn stages_are_kept_where_the_server_allows_them() {
    let rule = patched(json!([rich(), {}, rich()]), Approvals::Extended).unwrap();
    let stages: Vec<_> = rule.stages().map(|(_, stage)| stage).collect();
    assert_eq!(*stages[1], ApprovalStage::default());
    assert_eq!(stages[0], stages[2]);
    let group = Approver::Group {
        id: STAFF.parse().unwrap(),
        description: None,
    };
    let expected = ApprovalStage {
        time_out_in_days: 3,
        is_approver_justification_required: false,
        primary_approvers: stages[0].primary_approvers.clone(),
        quorum: NonZeroU32::new(2).unwrap(),
        is_escalation_enabled: true,
        escalation_time_in_minutes: 90,
        escalation_approvers: vec![group],
    };
    assert_eq!(*stages[0], expected);
    // Fewer replace more.
    let mut settings = RoleSettings::default_for(REPORTS_READER);
    settings.activation.approval = rule;
    let body = json!({"setting": {"approvalStages": [{}]}});
    let id = RuleId::ApprovalEndUserAssignment;
    let settings = apply_rule_patch(&settings, id, &body, Approvals::Extended).unwrap();
    let rule = settings.activation.approval;
    assert_eq!(
        (rule.first_stage, rule.further_stages.len()),
        (ApprovalStage::default(), 0)
    );
}

#[test]
fn what_no_stage_can_be_is_refused() {
    let stages = |count: usize| Value::Array(vec![json!({}); count]);
    assert!(patched(stages(STAGES_MAX), Approvals::Extended).is_ok());
    let refused = [
        stages(STAGES_MAX + 1),
        but("@tenure.quorum", json!(0)),
        but("@tenure.quorum", json!(11)),
        but("approvalStageTimeOutInDays", json!(0)),
        but("approvalStageTimeOutInDays", json!("15")),
        but("escalationTimeInMinutes", json!(0)),
        but("escalationTimeInMinutes", json!(3 * 24 * 60)),
        but("escalationApprovers", json!([])),
        // More persons than there are.
        json!([{"@tenure.quorum": 3, "primaryApprovers": [user(ANN), user(BEN)]}]),
        json!([{"@tenure.quorum": 2, "primaryApprovers": [user(ANN)], "isEscalationEnabled": true,
            "escalationTimeInMinutes": 5, "escalationApprovers": [user(ANN)]}]),
    ];
    for stages in refused {
        let error = patched(stages.clone(), Approvals::Extended).unwrap_err();
        assert_eq!(
            (error.status, error.code.as_ref()),
            (400, "InvalidPolicy"),
            "{stages}"
        );
    }
    for malformed in [json!("two"), json!(1.5), json!(-1), json!(true)] {
        assert!(patched(but("@tenure.quorum", malformed), Approvals::Extended).is_err());
    }
    let accepted = [
        but("@tenure.quorum", json!(10)),
        but("escalationTimeInMinutes", json!(3 * 24 * 60 - 1)),
        // How many administrators there are is not for the settings to say.
        json!([{"@tenure.quorum": 3}]),
        json!([{"@tenure.quorum": 2, "primaryApprovers": [user(ANN)], "isEscalationEnabled": true,
            "escalationTimeInMinutes": 5, "escalationApprovers": [user(BEN)]}]),
    ];
    for stages in accepted {
        assert!(patched(stages.clone(), Approvals::Extended).is_ok(), "{stages}");
    }
}
