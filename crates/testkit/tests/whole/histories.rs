//! Random histories of calls, with time passing and the server dying in between. After every step:
//! an accepted order has its audit rows (I5), a refused one changed nothing but the audit log (I12), a
//! restart loses nothing (I8) and revives nothing, whatever the machine's clock was set to (I9). In
//! the end the grants that the store kept say who held what at every instant that was asked about
//! (I1, I10).
//!
//! `TENURE_SEED` replays one history.

use std::collections::BTreeMap;

use model::role::{GROUPS_ADMINISTRATOR, SECURITY_READER};
use model::{
    Entropy as _, Grant, GrantId, GrantKind, Instant, IsoDuration, ObjectId, RoleDefinitionId, SeededEntropy,
};
use serde_json::{Value, json};
use testkit::Tenant;

use crate::given::{ASSIGNMENT_REQUESTS, ELIGIBILITY_REQUESTS, holds};

const SEEDS: std::ops::Range<u64> = 0..20;
const STEPS: usize = 50;
const ROLES: [RoleDefinitionId; 2] = [SECURITY_READER, GROUPS_ADMINISTRATOR];
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
/// What a refused order must leave as it was.
const STATE: [&str; 6] = [
    "roleAssignmentScheduleRequests",
    "roleAssignmentSchedules",
    "roleAssignmentScheduleInstances",
    "roleEligibilityScheduleRequests",
    "roleEligibilitySchedules",
    "roleAssignments",
];

/// A seeded choice.
struct Dice(SeededEntropy);

impl Dice {
    fn below(&self, bound: usize) -> usize {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        usize::try_from(u32::from_le_bytes(bytes)).unwrap() % bound
    }

    fn one<T: Copy>(&self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn is(&self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

/// What an order is about.
#[derive(Clone, Copy)]
struct Subject {
    path: &'static str,
    principal: ObjectId,
    role: RoleDefinitionId,
}

struct History {
    seed: u64,
    dice: Dice,
    tenant: Tenant,
    app: String,
    users: Vec<ObjectId>,
    group: ObjectId,
    requests: Vec<(&'static str, String)>,
    touched: Vec<Subject>,
    outside_pim: Vec<GrantId>,
    /// Who joined and left the group, and when.
    memberships: Vec<(Instant, ObjectId, bool)>,
    /// What decisions said.
    observed: Vec<(Instant, ObjectId, RoleDefinitionId, bool)>,
}

impl History {
    fn new(seed: u64) -> Self {
        let tenant = Tenant::found(seed);
        let users: Vec<_> = (0..3)
            .map(|number| tenant.user(&format!("User {number}")))
            .collect();
        let group = tenant.group("Operators", &users[..1]);
        Self {
            memberships: vec![(tenant.now(), users[0], true)],
            dice: Dice(SeededEntropy::from_number(seed ^ 0x7e57)),
            app: tenant.application_token(),
            seed,
            tenant,
            users,
            group,
            requests: Vec::new(),
            touched: Vec::new(),
            outside_pim: Vec::new(),
            observed: Vec::new(),
        }
    }

    fn state(&self) -> Vec<Value> {
        let base = "/v1.0/roleManagement/directory";
        STATE
            .iter()
            .map(|set| Value::Array(self.tenant.list(&self.app, &format!("{base}/{set}"))))
            .collect()
    }

    /// The audit rows of the present instant, which no other step shares.
    fn audited_now(&self) -> Vec<Value> {
        let filter = format!("$filter=activityDateTime%20ge%20{}", self.tenant.now());
        self.tenant
            .list(&self.app, &format!("/v1.0/auditLogs/directoryAudits?{filter}"))
    }

    fn step(mut self) -> Self {
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

    fn observe(&mut self) {
        let now = self.tenant.now();
        for user in &self.users {
            for role in ROLES {
                self.observed
                    .push((now, *user, role, holds(&self.tenant, *user, role)));
            }
        }
    }

    /// Every grant that was ever made, as the store has it in the end.
    fn grants(&self) -> Vec<Grant> {
        let made = self
            .requests
            .iter()
            .filter_map(|(_, id)| id.parse::<GrantId>().ok());
        let ids: Vec<GrantId> = made.chain(self.outside_pim.iter().copied()).collect();
        self.tenant.read(move |session| {
            let found: Result<Vec<_>, _> = ids.iter().map(|id| session.grant(*id)).collect();
            Ok(found?.into_iter().flatten().collect())
        })
    }

    fn is_member(&self, user: ObjectId, at: Instant) -> bool {
        let mut moves = self
            .memberships
            .iter()
            .filter(|(moved, who, _)| *who == user && *moved <= at);
        moves.next_back().is_some_and(|(_, _, joined)| *joined)
    }

    fn replay(&self) {
        let mut grants: BTreeMap<ObjectId, Vec<Grant>> = BTreeMap::new();
        for grant in self.grants() {
            if grant.kind == GrantKind::Assignment {
                grants.entry(grant.principal_id).or_default().push(grant);
            }
        }
        let given = |holder: ObjectId, role: RoleDefinitionId, at: Instant| {
            let held = grants.get(&holder).map(Vec::as_slice).unwrap_or_default();
            held.iter()
                .any(|grant| grant.role_definition_id == role && grant.is_in_force(at))
        };
        for (at, user, role, decided) in &self.observed {
            let replayed =
                given(*user, *role, *at) || (self.is_member(*user, *at) && given(self.group, *role, *at));
            assert_eq!(
                *decided, replayed,
                "seed {}: {user} and {role} at {at}",
                self.seed
            );
        }
    }
}

#[test]
fn random_histories_keep_the_invariants() {
    let chosen = std::env::var("TENURE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seeds: Vec<u64> = chosen.map_or_else(|| SEEDS.collect(), |seed| vec![seed]);
    let (mut accepted, mut held) = (0, 0);
    for seed in seeds {
        println!("seed {seed}");
        let mut history = History::new(seed);
        for _ in 0..STEPS {
            history = history.step();
        }
        history.replay();
        accepted += history.requests.len();
        held += history.observed.iter().filter(|(.., decided)| *decided).count();
    }
    println!("{accepted} orders were accepted, {held} times somebody held a role");
    assert!(
        chosen.is_some() || (accepted > 100 && held > 100),
        "the histories are empty"
    );
}
