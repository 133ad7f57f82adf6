//! Approvals beyond what Graph knows, on a server that allows them: several stages, several persons in each,
//! days of time, and escalation.

use http::Method;
use model::role::USER_ADMINISTRATOR;
use model::{IsoDuration, MailAddress, ObjectId};
use serde_json::{Value, json};
use testkit::{Answer, Peculiarities, Tenant};

use crate::given::{ASSIGNMENT_REQUESTS, ELIGIBILITY_REQUESTS, approval_rule, change_approval, holds, order};

const APPROVALS: &str = "/beta/roleManagement/directory/roleAssignmentApprovals";
const AUDITS: &str = "/v1.0/auditLogs/directoryAudits";

/// An activation that waits, and those who have a say in it.
struct Matter {
    tenant: Tenant,
    asker: ObjectId,
    /// In the first stage, of whom two must approve.
    first: [ObjectId; 3],
    /// In the second, which has three days.
    second: ObjectId,
    /// Comes into the second after an hour.
    escalation: ObjectId,
    key: String,
}

impl Matter {
    fn new(seed: u64) -> Self {
        let tenant = Tenant::found_with(
            seed,
            Peculiarities {
                extended_approvals: true,
                ..Peculiarities::default()
            },
        );
        let asker = tenant.user("Asker");
        let first = ["Ada", "Bo", "Cy"].map(|name| tenant.user(name));
        let [second, escalation] = ["Di", "Ed"].map(|name| tenant.user(name));
        let stages = json!([
            {"@tenure.quorum": 2, "primaryApprovers": first.map(approver)},
            {"approvalStageTimeOutInDays": 3, "primaryApprovers": [approver(second)], "isEscalationEnabled": true,
                "escalationTimeInMinutes": 60, "escalationApprovers": [approver(escalation)]},
        ]);
        let setting = json!({"isApprovalRequired": true, "approvalStages": stages});
        change_approval(&tenant, USER_ADMINISTRATOR, &setting).expect(204);
        let eligibility = order("adminAssign", asker, USER_ADMINISTRATOR, None, "P90D");
        tenant
            .post(&tenant.application_token(), ELIGIBILITY_REQUESTS, &eligibility)
            .expect(201);
        let ask = order("selfActivate", asker, USER_ADMINISTRATOR, None, "PT1H");
        let asked = tenant
            .post(&tenant.user_token(asker), ASSIGNMENT_REQUESTS, &ask)
            .expect(201);
        assert_eq!(asked["status"], "PendingApproval");
        Self {
            tenant,
            asker,
            first,
            second,
            escalation,
            key: asked["id"].as_str().unwrap().to_owned(),
        }
    }

    fn read(&self, by: ObjectId, path: &str) -> Value {
        let token = self.tenant.user_token(by);
        self.tenant.get(&token, path).expect(200)
    }

    fn steps(&self, by: ObjectId) -> Vec<Value> {
        let approval = self.read(by, &format!("{APPROVALS}/{}", self.key));
        approval["steps"].as_array().unwrap().clone()
    }

    /// The statuses of the steps, and which of them are the caller's.
    fn seen(&self, by: ObjectId) -> Vec<(String, bool)> {
        let step = |step: &Value| {
            let status = step["status"].as_str().unwrap().to_owned();
            (status, step["assignedToMe"] == true)
        };
        self.steps(by).iter().map(step).collect()
    }

    fn decide(&self, by: ObjectId, step: usize, result: &str) -> Answer {
        let id = self.steps(self.asker)[step]["id"].as_str().unwrap().to_owned();
        let path = format!("{APPROVALS}/{}/steps/{id}", self.key);
        let body = json!({"reviewResult": result, "justification": "Checked"});
        let token = self.tenant.user_token(by);
        self.tenant.send(Method::PATCH, &path, Some(&token), Some(&body))
    }

    fn approve(&self, by: ObjectId, step: usize) {
        self.decide(by, step, "Approve").expect(204);
    }

    #[track_caller]
    fn refused(&self, by: ObjectId, step: usize, status: u16, code: &str) {
        let answer = self.decide(by, step, "Approve");
        assert_eq!((answer.status, answer.error_code()), (status, code), "{answer:?}");
    }

    fn status(&self) -> Value {
        self.read(self.asker, &format!("{ASSIGNMENT_REQUESTS}/{}", self.key))["status"].clone()
    }

    /// Whom the last message about an event is for.
    fn told(&self, event: &str) -> Vec<String> {
        let told = self.tenant.told();
        let last = told.iter().find(|message| message.notice.event.as_str() == event);
        let local = |address: &MailAddress| address.as_str().split('@').next().unwrap().to_owned();
        let addresses = last.into_iter().flat_map(|message| &message.recipients);
        let mut names: Vec<String> = addresses.map(local).collect();
        names.sort();
        names
    }
}

fn approver(user: ObjectId) -> Value {
    json!({"@odata.type": "#microsoft.graph.singleUser", "userId": user.to_string()})
}

fn seen(steps: &[(&str, bool)]) -> Vec<(String, bool)> {
    steps
        .iter()
        .map(|(status, mine)| ((*status).to_owned(), *mine))
        .collect()
}

#[test]
fn settings_beyond_graph_are_kept_and_shown() {
    let matter = Matter::new(41);
    let tenant = &matter.tenant;
    let path = approval_rule(tenant, USER_ADMINISTRATOR);
    let rule = tenant.get(&tenant.application_token(), &path).expect(200);
    let setting = &rule["setting"];
    assert_eq!(setting["approvalMode"], "Serial");
    let stages = setting["approvalStages"].as_array().unwrap();
    let shown: Vec<_> = stages
        .iter()
        .map(|stage| {
            (
                stage.get("@tenure.quorum").and_then(Value::as_u64),
                stage["approvalStageTimeOutInDays"].as_u64(),
                stage["isEscalationEnabled"].as_bool(),
                stage["escalationTimeInMinutes"].as_u64(),
                stage["primaryApprovers"].as_array().map(Vec::len),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (Some(2), Some(1), Some(false), Some(0), Some(3)),
            (None, Some(3), Some(true), Some(60), Some(1)),
        ]
    );
    assert_eq!(stages[1]["escalationApprovers"][0]["description"], "Ed");
    // What was read can be written back.
    change_approval(tenant, USER_ADMINISTRATOR, setting).expect(204);
    assert_eq!(
        tenant.get(&tenant.application_token(), &path).expect(200)["setting"],
        *setting
    );
    let crowd = json!({"approvalStages": vec![json!({}); 6]});
    let refused = change_approval(tenant, USER_ADMINISTRATOR, &crowd);
    assert_eq!((refused.status, refused.error_code()), (400, "InvalidPolicy"));
}

#[test]
fn an_activation_takes_the_leave_of_every_stage() {
    let matter = Matter::new(42);
    let [ada, bo, cy] = matter.first;
    let (di, ed) = (matter.second, matter.escalation);
    assert_eq!(matter.told("approvalRequested"), ["ada", "bo", "cy"]);
    let waiting = [
        ("InProgress", true),
        ("InProgress", true),
        ("Initializing", false),
    ];
    assert_eq!(matter.seen(ada), seen(&waiting));
    let steps = matter.steps(di);
    assert_eq!(steps[0]["id"], matter.key.as_str());
    assert_eq!(steps[2]["assignedToMe"], true);
    let stages = format!(
        "/v1.0/roleManagement/directory/roleAssignmentApprovals/{}/stages",
        matter.key
    );
    assert_eq!(matter.read(di, &stages)["value"], Value::Array(steps.clone()));
    let one = format!("{stages}/{}", steps[2]["id"].as_str().unwrap());
    assert_eq!(matter.read(di, &one)["status"], "Initializing");

    matter.refused(di, 2, 409, "Conflict");
    matter.refused(di, 0, 403, "UnauthorizedAccessException");
    matter.refused(matter.asker, 0, 403, "UnauthorizedAccessException");
    matter.approve(ada, 1);
    matter.refused(ada, 0, 409, "Conflict");
    matter.refused(bo, 1, 409, "Conflict");
    let half = [
        ("InProgress", false),
        ("Completed", true),
        ("Initializing", false),
    ];
    assert_eq!(matter.seen(ada), seen(&half));
    matter.refused(di, 2, 409, "Conflict");
    matter.approve(cy, 0);
    assert_eq!(matter.status(), "PendingApproval");
    assert!(!holds(&matter.tenant, matter.asker, USER_ADMINISTRATOR));
    assert_eq!(matter.told("approvalRequested"), ["di"], "whose turn it is");

    // The second stage has time of its own, and others come in.
    matter.tenant.advance(IsoDuration::from_minutes(59));
    matter.refused(ed, 2, 403, "UnauthorizedAccessException");
    matter.tenant.advance(IsoDuration::from_minutes(1));
    assert_eq!(matter.told("approvalReminder"), ["di", "ed"]);
    matter.tenant.advance(IsoDuration::from_hours(60));
    assert_eq!(matter.status(), "PendingApproval");
    assert_eq!(
        matter.seen(ed),
        seen(&[("Completed", false), ("Completed", false), ("InProgress", true)])
    );
    matter.approve(ed, 2);
    assert_eq!(matter.status(), "Provisioned");
    assert!(holds(&matter.tenant, matter.asker, USER_ADMINISTRATOR));
    matter.refused(di, 2, 409, "Conflict");

    let app = matter.tenant.application_token();
    let rows = matter.tenant.list(&app, AUDITS);
    let approved = "Add member to role request approved (PIM activation)";
    let by: Vec<_> = rows
        .iter()
        .filter(|row| row["activityDisplayName"] == approved)
        .map(|row| row["initiatedBy"]["user"]["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        by,
        [ed, cy, ada].map(|id| id.to_string()),
        "a row for each decision"
    );
}

#[test]
fn nobody_is_asked_under_a_second_account() {
    let matter = Matter::new(47);
    let [ada, bo, cy] = matter.first;
    let (tenant, app) = (&matter.tenant, matter.tenant.application_token());
    // Cy is the asker, and Di is Ada.
    for (person, number) in [
        (matter.asker, "7"),
        (cy, "7"),
        (ada, "E8"),
        (matter.second, "e8 "),
    ] {
        let body = json!({"employeeId": number});
        let path = format!("/v1.0/users/{person}");
        tenant
            .send(Method::PATCH, &path, Some(&app), Some(&body))
            .expect(204);
    }
    tenant.advance(IsoDuration::from_hours(12));
    assert_eq!(matter.told("approvalReminder"), ["ada", "bo"]);
    matter.refused(cy, 0, 403, "UnauthorizedAccessException");
    matter.approve(ada, 0);
    matter.approve(bo, 1);
    // Nobody is left to be told until others come in: the last that were are those of the first stage.
    assert_eq!(matter.told("approvalRequested"), ["ada", "bo"]);
    matter.refused(matter.second, 2, 409, "Conflict");
    tenant.advance(IsoDuration::from_hours(1));
    assert_eq!(matter.told("approvalReminder"), ["ed"]);
    matter.approve(matter.escalation, 2);
    assert_eq!(matter.status(), "Provisioned");
}

#[test]
fn one_denial_is_enough() {
    let matter = Matter::new(43);
    let [ada, bo, cy] = matter.first;
    matter.approve(ada, 0);
    matter.approve(bo, 1);
    matter.decide(matter.second, 2, "Deny").expect(204);
    assert_eq!(matter.status(), "Denied");
    let done = [("Completed", true), ("Completed", true), ("Completed", false)];
    assert_eq!(matter.seen(cy), seen(&done));
    assert!(!holds(&matter.tenant, matter.asker, USER_ADMINISTRATOR));
}

#[test]
fn a_stage_that_nobody_completes_in_its_time_lapses() {
    let matter = Matter::new(44);
    let [ada, bo, _] = matter.first;
    matter.approve(ada, 0);
    matter.tenant.advance(IsoDuration::from_hours(20));
    matter.approve(bo, 1);
    matter.tenant.advance(IsoDuration::from_hours(72 - 1));
    assert_eq!(matter.status(), "PendingApproval");
    matter.tenant.advance(IsoDuration::from_hours(1));
    assert_eq!(matter.status(), "Denied");
    let lapsed = [("Completed", true), ("Completed", true), ("Expired", false)];
    assert_eq!(matter.seen(ada), seen(&lapsed));
    matter.refused(matter.second, 2, 409, "Conflict");

    // The first stage had a day.
    let matter = Matter::new(45);
    matter.approve(matter.first[0], 0);
    matter.tenant.advance(IsoDuration::from_hours(24));
    assert_eq!(matter.status(), "Denied");
    let lapsed = [("Completed", true), ("Expired", true), ("Expired", false)];
    assert_eq!(matter.seen(matter.first[1]), seen(&lapsed));
}

#[test]
fn settings_that_change_meanwhile_count_at_the_next_decision() {
    let matter = Matter::new(46);
    let [ada, bo, cy] = matter.first;
    matter.approve(ada, 0);
    // One stage of three persons: one of them has approved.
    let stages = json!([{"@tenure.quorum": 3, "primaryApprovers": matter.first.map(approver)}]);
    change_approval(
        &matter.tenant,
        USER_ADMINISTRATOR,
        &json!({"approvalStages": stages}),
    )
    .expect(204);
    let steps = [("Completed", true), ("InProgress", true), ("InProgress", true)];
    assert_eq!(matter.seen(bo), seen(&steps));
    matter.approve(bo, 2);
    assert_eq!(matter.status(), "PendingApproval");
    matter.approve(cy, 1);
    assert_eq!(matter.status(), "Provisioned");
}
