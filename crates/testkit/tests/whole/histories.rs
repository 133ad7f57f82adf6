//! Random histories of calls, with time passing and the server dying in between. After every step:
//! an accepted order has its audit rows (I5), a refused one changed nothing but the audit log (I12), a
//! restart loses nothing (I8) and revives nothing, whatever the machine's clock was set to (I9). In
//! the end the grants that the store kept say who held what at every instant that was asked about
//! (I1, I10), and what the API says of the past is what they say.
//!
//! `TENURE_SEED` replays one history.

mod past;
mod steps;

use std::collections::BTreeMap;

use model::role::{GROUPS_ADMINISTRATOR, SECURITY_READER};
use model::{Grant, GrantId, GrantKind, Instant, ObjectId, RoleDefinitionId};
use serde_json::Value;
use testkit::Tenant;

use crate::dice::Dice;
use crate::given::holds;

const SEEDS: std::ops::Range<u64> = 0..20;
const STEPS: usize = 50;
const ROLES: [RoleDefinitionId; 2] = [SECURITY_READER, GROUPS_ADMINISTRATOR];
/// What a refused order must leave as it was.
const STATE: [&str; 6] = [
    "roleAssignmentScheduleRequests",
    "roleAssignmentSchedules",
    "roleAssignmentScheduleInstances",
    "roleEligibilityScheduleRequests",
    "roleEligibilitySchedules",
    "roleAssignments",
];

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
            dice: Dice::new(seed),
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
        history.ask_who_held_what();
        history.ask_what_happened();
        history.ask_for_figures();
        accepted += history.requests.len();
        held += history.observed.iter().filter(|(.., decided)| *decided).count();
    }
    println!("{accepted} orders were accepted, {held} times somebody held a role");
    assert!(
        chosen.is_some() || (accepted > 100 && held > 100),
        "the histories are empty"
    );
}
