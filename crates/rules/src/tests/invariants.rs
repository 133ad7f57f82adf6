//! What must hold in a tenant, worked out from the dossiers anew and not through the rules.

use std::collections::BTreeSet;

use model::policy::{ApprovalStage, Approver, EnablementRule, ExpirationRule};
use model::role::GLOBAL_ADMINISTRATOR;
use model::{
    Action, CallerKind, DirectoryScope, EndCause, Expiration, Grant, GrantId, GrantKind, ObjectId,
    RequestStatus, Review, RoleDefinitionId, ScheduleInfo, ScheduleRequest, StepStatus, Verdict,
};

use super::world::{Key, World, holders, key, person};
use crate::{ApprovalDecision, ApprovalOutcome, Change, Decision, Order};

impl World {
    /// I2: what is given satisfies the settings at the time of deciding.
    pub(super) fn check_settings(&self, order: &Order, decision: &Decision) {
        let made = decision.made();
        if made.is_none() && !decision.request.needs_approval {
            return;
        }
        let settings = &self.settings[&order.role_definition_id];
        let (expiration, enablement) = match (order.action, order.kind) {
            (Action::SelfActivate, _) => {
                assert_eq!(
                    settings.activation.approval.is_approval_required,
                    made.is_none(),
                    "I2: approval"
                );
                self.check_use(
                    made.map_or(decision.request.activated_using, |made| made.activated_using),
                    (order.principal_id, order.role_definition_id, order.scope),
                );
                let rule = ExpirationRule {
                    is_expiration_required: true,
                    ..settings.activation.expiration.clone()
                };
                (rule, settings.activation.enablement)
            }
            (_, GrantKind::Assignment) => (
                settings.assignment.expiration.clone(),
                settings.assignment.enablement,
            ),
            (_, GrantKind::Eligibility) => (
                settings.eligibility.expiration.clone(),
                settings.eligibility.enablement,
            ),
        };
        if expiration.is_expiration_required {
            let asked = match order.schedule.unwrap().expiration {
                Expiration::AfterDuration(span) => span,
                Expiration::AfterDateTime(end) => end.since(decision.request.start().unwrap_or(self.now)),
                Expiration::NoExpiration | Expiration::NotSpecified => panic!("I2: permanent"),
            };
            // A start ahead within the tolerance counts as now.
            let most =
                expiration.maximum_duration.unwrap().as_micros() + self.limits.start_tolerance.as_micros();
            assert!(asked.as_micros() <= most, "I2: {asked:?} of {most}");
        }
        let EnablementRule {
            multi_factor_authentication,
            justification,
            ticketing,
        } = enablement;
        assert!(!multi_factor_authentication || order.by.mfa, "I2: second factor");
        assert!(
            !justification || order.justification.is_some(),
            "I2: justification"
        );
        assert!(!ticketing || order.ticket.number.is_some(), "I2: ticket");
    }

    /// An activation leans on an eligibility of the principal's that is in force.
    fn check_use(
        &self,
        used: Option<GrantId>,
        (principal, role, scope): (ObjectId, RoleDefinitionId, DirectoryScope),
    ) {
        let used = &self.grants[&used.unwrap()];
        assert_eq!(used.kind, GrantKind::Eligibility);
        assert!(
            used.is_in_force(self.now) && holders(used.principal_id).contains(&principal),
            "I2: {used:?}"
        );
        assert_eq!((used.role_definition_id, used.scope), (role, scope));
    }

    /// I2, I3, I4 and I6: who decided may, in a stage whose turn it is and once; and what is given has the
    /// leave of every stage that the settings in force ask for, and satisfies them otherwise.
    pub(super) fn check_review(
        &self,
        request: &ScheduleRequest,
        kind: CallerKind,
        decision: &ApprovalDecision,
    ) {
        let review = &decision.review;
        let by = review.by;
        assert!(
            person(by) != person(request.principal_id) && person(by) != person(request.created_by),
            "I3: {by} decides on {request:?}"
        );
        let of_request = |earlier: &&Review| earlier.request == request.id;
        let before: Vec<&Review> = self.reviews.iter().filter(of_request).collect();
        assert!(
            before.iter().all(|earlier| person(earlier.by) != person(by)),
            "I4: {by} decides {request:?} twice"
        );
        assert!(before.iter().all(|earlier| earlier.seat != review.seat));
        assert_eq!(kind, CallerKind::Delegated);
        assert_eq!(request.status_at(self.now), RequestStatus::PendingApproval, "I6");
        let settings = &self.settings[&request.role_definition_id].activation;
        let stages: Vec<&ApprovalStage> = std::iter::once(&settings.approval.first_stage)
            .chain(&settings.approval.further_stages)
            .collect();
        let number = usize::try_from(review.seat.stage).unwrap();
        self.check_approver(request, by, stages[number], &before, review.seat.stage);
        assert!(!stages[number].is_approver_justification_required || review.justification.is_some());

        // Each stage that has its quorum, of persons who were found to be its approvers when they decided.
        let has_quorum = |(stage, reviews): (usize, &[&Review])| {
            let approved = reviews.iter().filter(|review| {
                review.verdict == Verdict::Approve && usize::try_from(review.seat.stage) == Ok(stage)
            });
            let persons: BTreeSet<ObjectId> = approved.map(|review| person(review.by)).collect();
            persons.len() >= usize::try_from(stages[stage].quorum.get()).unwrap()
        };
        assert!(
            (0..number).all(|stage| has_quorum((stage, &before))),
            "I2: out of turn"
        );
        let mut after = before.clone();
        after.push(review);
        let lacking = (0..stages.len()).find(|stage| !has_quorum((*stage, &after)));
        match (&decision.outcome, lacking) {
            (ApprovalOutcome::Denied, _) => assert_eq!(review.verdict, Verdict::Deny),
            (ApprovalOutcome::Counted, Some(stage)) => {
                assert_eq!((stage, decision.changes.as_slice()), (number, &[][..]));
            }
            (ApprovalOutcome::StageCompleted, Some(stage)) => {
                let lapses_at = self.now.saturating_add(stages[stage].time_out());
                let begin = Change::BeginStage {
                    request: request.id,
                    lapses_at,
                };
                assert_eq!(decision.changes, [begin]);
                assert!(number < stage);
            }
            (ApprovalOutcome::Granted(_) | ApprovalOutcome::Failed(_), None) => {}
            (outcome, lacking) => panic!("I2: {outcome:?} while {lacking:?} lacks its quorum"),
        }
        let ApprovalOutcome::Granted(grant) = &decision.outcome else {
            return;
        };
        assert_eq!(decision.review.verdict, Verdict::Approve, "I2");
        self.check_use(
            grant.activated_using,
            (request.principal_id, request.role_definition_id, request.scope),
        );
        let most = settings.expiration.maximum_duration.unwrap().as_micros()
            + self.limits.start_tolerance.as_micros();
        let length = grant.window.end.unwrap().since(grant.window.start);
        assert!(length.as_micros() <= most, "I2: {length:?} of {most}");
        if let Some(ScheduleInfo {
            expiration: Expiration::AfterDateTime(end),
            ..
        }) = request.schedule
        {
            assert!(grant.window.end.unwrap() <= end, "beyond its absolute end");
        }
    }

    /// Who decides in a stage is named in it, or named to come in by now, or administers where nobody is
    /// named from the beginning.
    fn check_approver(
        &self,
        request: &ScheduleRequest,
        by: ObjectId,
        stage: &ApprovalStage,
        before: &[&Review],
        number: u32,
    ) {
        let holds = |approvers: &[Approver]| {
            approvers.iter().any(|approver| match approver {
                Approver::User { id, .. } => *id == by,
                Approver::Group { id, .. } => holders(*id).contains(&by),
            })
        };
        let is_administrator = self.grants.values().any(|grant| {
            grant.kind == GrantKind::Assignment
                && grant.role_definition_id == GLOBAL_ADMINISTRATOR
                && grant.scope == DirectoryScope::Tenant
                && grant.is_in_force(self.now)
                && holders(grant.principal_id).contains(&by)
        });
        let began = before.iter().filter(|earlier| earlier.seat.stage < number);
        let began = began
            .map(|earlier| earlier.at)
            .max()
            .unwrap_or(request.created_at);
        let waited = self.now.since(began).as_micros();
        let is_escalated = stage.is_escalation_enabled
            && waited >= i64::from(stage.escalation_time_in_minutes) * 60 * 1_000_000;
        let may = holds(&stage.primary_approvers)
            || (is_escalated && holds(&stage.escalation_approvers))
            || (stage.primary_approvers.is_empty() && is_administrator);
        assert!(may, "I2: {by} is no approver of {stage:?}");
    }

    /// Every approval shows at least one step and each decision once; somebody may decide in one stage at
    /// most, and only while the request waits.
    fn check_steps(&self, request: &ScheduleRequest, status: RequestStatus) {
        let progress = self.progress(request.id);
        let steps = progress.steps(self.now);
        let shown: Vec<&Review> = steps.iter().filter_map(|step| step.review).collect();
        let decided = self.reviews.iter().filter(|review| review.request == request.id);
        assert_eq!(shown.len(), decided.count());
        let ids: BTreeSet<_> = steps.iter().map(|step| step.seat.id(request.id)).collect();
        assert!(!steps.is_empty() && ids.len() == steps.len(), "{steps:?}");
        let open = steps.iter().filter(|step| step.status == StepStatus::InProgress);
        let open: BTreeSet<u32> = open.map(|step| step.seat.stage).collect();
        let stages = usize::from(status == RequestStatus::PendingApproval);
        assert_eq!(open.len(), stages, "{status} {steps:?}");
    }

    /// I7: an order ends the grant that it is about, and what leans on it; and the five-minute rule.
    pub(super) fn check_ends(&self, order: &Order, decision: &Decision) {
        let about = (
            order.kind,
            order.principal_id,
            order.role_definition_id,
            order.scope,
        );
        for change in &decision.changes {
            let Change::End { grant, ended } = change else {
                continue;
            };
            match ended.cause {
                EndCause::EligibilityEnded => {
                    assert_eq!(
                        (self.leans_on(grant), about.0),
                        (Some(about), GrantKind::Eligibility),
                        "I7"
                    )
                }
                _ => assert_eq!(key(grant), about, "I7"),
            }
        }
        let held_up = matches!(
            order.action,
            Action::AdminUpdate | Action::AdminRemove | Action::SelfDeactivate
        );
        if let Some(active) = self.current((GrantKind::Assignment, about.1, about.2, about.3))
            && held_up
            && active.is_in_force(self.now)
        {
            assert!(
                self.now.since(active.window.start) >= self.limits.active_minimum,
                "the five-minute rule"
            );
        }
    }

    /// What must hold at any time.
    pub(super) fn check(&mut self) {
        let now = self.now;
        let mut current = BTreeSet::new();
        for grant in self.grants.values() {
            if !grant.is_current(now) {
                self.over.insert(grant.id);
                continue;
            }
            assert!(!self.over.contains(&grant.id), "I9: {grant:?} is back");
            assert!(current.insert(key(grant)), "two current grants: {grant:?}");
            if grant.is_in_force(now) {
                assert!(
                    grant.window.start <= now && grant.window.end.is_none_or(|end| now < end),
                    "I1"
                );
                assert!(grant.ended.is_none(), "I1: {grant:?}");
            }
            if let Some(leans_on) = self.leans_on(grant) {
                self.check_activation(grant, leans_on);
            }
        }
        for request in self.requests.values() {
            let status = request.status_at(now);
            if request.needs_approval {
                self.check_steps(request, status);
            }
            if let Some(before) = self.outcomes.get(&request.id) {
                assert_eq!(*before, status, "I6: {request:?}");
            } else if status.is_terminal() {
                self.outcomes.insert(request.id, status);
                self.check_outcome(request, status);
            }
        }
        assert!(!self.lasting_administrators().is_empty(), "I11");
    }

    /// All that is left of an activation lies within the eligibility that it leans on.
    fn check_activation(&self, activation: &Grant, leans_on: Key) {
        let Some(eligibility) = self.current(leans_on) else {
            panic!("no eligibility for {activation:?}")
        };
        let begins = activation.window.start.max(self.now);
        assert!(
            eligibility.window.contains(begins),
            "{activation:?} {eligibility:?}"
        );
        let is_inside = match (activation.window.end, eligibility.window.end) {
            (_, None) => true,
            (Some(end), Some(bound)) => end <= bound,
            (None, Some(_)) => false,
        };
        assert!(is_inside, "{activation:?} outlives {eligibility:?}");
    }

    /// A request that reads `Provisioned` was followed by a grant that came into force, and one that
    /// was called off was not.
    fn check_outcome(&self, request: &ScheduleRequest, status: RequestStatus) {
        if request.needs_approval && status == RequestStatus::Provisioned {
            let decided = self.reviews.iter().filter(|review| review.request == request.id);
            let verdicts: BTreeSet<Verdict> = decided.map(|review| review.verdict).collect();
            assert_eq!(verdicts, BTreeSet::from([Verdict::Approve]), "I2: {request:?}");
        }
        let Some(grant) = self.grants.get(&request.id.into()) else {
            return;
        };
        let came_into_force = grant.ended.is_none_or(|ended| grant.window.start <= ended.at);
        assert_eq!(
            status == RequestStatus::Provisioned,
            came_into_force,
            "{request:?} {grant:?}"
        );
    }
}
