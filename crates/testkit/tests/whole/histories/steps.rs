//! What may happen next in a history, and what must hold after it.

use model::{GrantKind, IsoDuration};
use serde_json::{Value, json};

use super::{History, ROLES, Subject};
use crate::given::{ASSIGNMENT_REQUESTS, ELIGIBILITY_REQUESTS};

const ACTIONS: [&str; 9] = [
    "adminAssign",
    "adminUpdate",
    "adminRemove",
    "adminExtend",
    "adminRenew",
    "selfActivate",
    "selfDeactivate",
    "selfExtend",
    "selfRenew",
];
impl History {
    pub fn step(mut self) -> Self {
        self.tenant.pass(IsoDuration::from_micros(1));
        self.app = self.tenant.application_token();
        let mut history = match self.dice.below(12) {
            0..=6 => self.order(),
            7 => self.outside_pim(),
            8 => self.cancel(),
            9 => self.membership(),
            10 => self.time(),
            _ => self.restart(),
        };
        history.observe();
        history
    }

    /// An action, and what it is about: mostly something that an earlier order has touched.
    fn subject(&self) -> (&'static str, Subject) {
        let dice = &self.dice;
        let anything = Subject {
            path: dice.one(&[ASSIGNMENT_REQUESTS, ELIGIBILITY_REQUESTS, ELIGIBILITY_REQUESTS]),
            principal: if dice.is(3) {
                self.group
            } else {
                dice.one(&self.users)
            },
            role: dice.one(&ROLES),
        };
        let action = if dice.is(2) {
            dice.one(&["adminAssign", "adminAssign", "selfActivate"])
        } else {
            dice.one(&ACTIONS)
        };
        let mut subject = match action {
            "adminAssign" => anything,
            _ if self.touched.is_empty() || dice.is(8) => anything,
            _ => dice.one(&self.touched),
        };
        if matches!(action, "selfActivate" | "selfDeactivate") && !dice.is(8) {
            subject.path = ASSIGNMENT_REQUESTS;
        }
        // People act for themselves on what they have through the group.
        if action.starts_with("self") && subject.principal == self.group {
            subject.principal = dice.one(&self.users);
        }
        (action, subject)
    }

    fn order(mut self) -> Self {
        let dice = &self.dice;
        let (action, subject) = self.subject();
        let Subject {
            path,
            principal,
            role,
        } = subject;
        let token = match (action.starts_with("self"), dice.is(10)) {
            (true, false) => self.tenant.user_token(principal),
            (false, false) => self.app.clone(),
            (_, true) => self.tenant.user_token(dice.one(&self.users)),
        };
        let minutes = dice.one(&[None, None, None, Some(-30), Some(60), Some(600)]);
        let start = minutes.map(|minutes| {
            self.tenant
                .now()
                .saturating_add(IsoDuration::from_minutes(minutes))
        });
        let expiration = match dice.below(12) {
            0 => json!({"type": "noExpiration"}),
            1 => json!({"type": "afterDuration", "duration": "PT1M"}),
            2..=4 => json!({"type": "afterDuration", "duration": "P3D"}),
            5..=9 => json!({"type": "afterDuration", "duration": "PT7H"}),
            _ => {
                let end = self.tenant.now().saturating_add(IsoDuration::from_hours(2));
                json!({"type": "afterDateTime", "endDateTime": end.to_string()})
            }
        };
        let is_validation = dice.is(8);
        let body = json!({
            "action": action,
            "principalId": principal.to_string(),
            "roleDefinitionId": role.to_string(),
            "directoryScopeId": "/",
            "justification": if dice.is(8) { Value::Null } else { json!("Test") },
            "isValidationOnly": is_validation,
            "scheduleInfo": {"startDateTime": start.map(|start| start.to_string()), "expiration": expiration},
        });
        let before = self.state();
        let answer = self.tenant.post(&token, path, &body);
        let (seed, rows) = (self.seed, self.audited_now());
        assert!(answer.status < 500, "seed {seed}: {body:#} {answer:#?}");
        if answer.status == 201 && !is_validation {
            let id = answer.body["id"].as_str().unwrap_or_default().to_owned();
            let own = rows
                .iter()
                .filter(|row| row["correlationId"] == json!(id))
                .count();
            assert!(own > 0, "seed {seed}: {body:#} has no audit rows");
            assert!(
                rows.iter().all(|row| row["result"] == json!("success")),
                "seed {seed}: {rows:#?}"
            );
            self.requests.push((path, id));
            self.touched.push(subject);
        } else {
            assert_eq!(
                self.state(),
                before,
                "seed {seed}: {body:#} changed something: {}",
                answer.status
            );
            let most = usize::from(answer.status != 201 && !is_validation);
            assert!(rows.len() <= most, "seed {seed}: {} {rows:#?}", answer.status);
            assert!(
                rows.iter().all(|row| row["result"] == json!("failure")),
                "seed {seed}: {rows:#?}"
            );
        }
        self
    }

    fn outside_pim(mut self) -> Self {
        let (principal, role) = (self.dice.one(&self.users), self.dice.one(&ROLES));
        let scope = model::DirectoryScope::Tenant;
        let derived = model::ids::derived_id(GrantKind::Assignment, role, principal, scope);
        let path = "/v1.0/roleManagement/directory/roleAssignments";
        let body = json!({
            "principalId": principal.to_string(), "roleDefinitionId": role.to_string(), "directoryScopeId": "/",
        });
        let before = self.state();
        let answer = if self.dice.is(2) {
            self.tenant.post(&self.app, path, &body)
        } else {
            self.tenant.send(
                http::Method::DELETE,
                &format!("{path}/{derived}"),
                Some(&self.app),
                None,
            )
        };
        match answer.status {
            201 => {
                let now = self.tenant.now();
                let made = self
                    .tenant
                    .read(move |session| session.grant_by_derived_id(GrantKind::Assignment, &derived, now));
                self.outside_pim.push(made.unwrap().id);
                assert!(
                    !self.audited_now().is_empty(),
                    "seed {}: given without audit rows",
                    self.seed
                );
            }
            204 => assert!(
                !self.audited_now().is_empty(),
                "seed {}: taken without audit rows",
                self.seed
            ),
            status => {
                assert!((400..500).contains(&status), "seed {}: {answer:#?}", self.seed);
                assert_eq!(self.state(), before, "seed {}: {answer:#?}", self.seed);
            }
        }
        self
    }

    fn cancel(self) -> Self {
        if self.requests.is_empty() {
            return self;
        }
        let (path, id) = &self.requests[self.dice.below(self.requests.len())];
        let before = self.state();
        let answer = self
            .tenant
            .post(&self.app, &format!("{path}/{id}/cancel"), &Value::Null);
        if answer.status == 204 {
            assert!(
                !self.audited_now().is_empty(),
                "seed {}: cancelled without audit rows",
                self.seed
            );
        } else {
            assert!(
                (400..500).contains(&answer.status),
                "seed {}: {answer:#?}",
                self.seed
            );
            assert_eq!(self.state(), before, "seed {}: {answer:#?}", self.seed);
        }
        self
    }

    fn membership(mut self) -> Self {
        let user = self.dice.one(&self.users);
        let members = format!("/v1.0/groups/{}/members", self.group);
        let joins = self.dice.is(2);
        let answer = if joins {
            let reference = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/users/{user}")});
            self.tenant
                .post(&self.app, &format!("{members}/$ref"), &reference)
        } else {
            self.tenant.send(
                http::Method::DELETE,
                &format!("{members}/{user}/$ref"),
                Some(&self.app),
                None,
            )
        };
        if answer.status == 204 {
            self.memberships.push((self.tenant.now(), user, joins));
            assert!(
                !self.audited_now().is_empty(),
                "seed {}: moved without audit rows",
                self.seed
            );
        }
        self
    }

    fn time(self) -> Self {
        let by = IsoDuration::from_minutes(i64::try_from(self.dice.below(300)).unwrap());
        if self.dice.is(2) {
            self.tenant.advance(by);
        } else {
            self.tenant.pass(by);
        }
        self
    }

    /// The server dies and comes back, with the machine's clock where it was or set back.
    fn restart(mut self) -> Self {
        self.tenant.advance(IsoDuration::ZERO);
        let (now, before) = (self.tenant.now(), self.state());
        let back = IsoDuration::from_hours(self.dice.one(&[0, 0, 1, 100]));
        self.tenant = self.tenant.restart_at(now.saturating_sub(back));
        assert_eq!(
            self.tenant.now(),
            now,
            "seed {}: the clock went back by {back}",
            self.seed
        );
        assert_eq!(
            self.state(),
            before,
            "seed {}: lost or revived at the restart",
            self.seed
        );
        self
    }
}
