//! Approvals of several stages, of several persons in each, and with escalation.

use std::num::NonZeroU32;

use model::policy::{ApprovalRule, ApprovalStage, Approver};
use model::{
    Action, CallerKind, Expiration, Instant, ObjectId, RequestStatus, Review, ScheduleInfo, ScheduleRequest,
    Seat, StepStatus, Verdict,
};

use crate::tests::given::*;
use crate::{
    ApprovalDecision, ApprovalFacts, ApprovalOrder, ApprovalOutcome, ApprovalRefusal, Change, Decider, Facts,
    Limits, Progress, current_approvers, decide_approval,
};

const ASKED: Seat = Seat::FIRST;

const fn seat(stage: u32, number: u32) -> Seat {
    Seat { stage, number }
}

fn user(number: u32) -> Approver {
    Approver::User {
        id: id(number),
        description: None,
    }
}

/// A stage in which `quorum` of some users must approve.
fn stage(quorum: u32, approvers: &[u32]) -> ApprovalStage {
    ApprovalStage {
        primary_approvers: approvers.iter().map(|number| user(*number)).collect(),
        quorum: NonZeroU32::new(quorum).unwrap(),
        ..ApprovalStage::default()
    }
}

fn rule<const N: usize>(stages: [ApprovalStage; N]) -> ApprovalRule {
    let mut stages = stages.into_iter();
    ApprovalRule {
        is_approval_required: true,
        first_stage: stages.next().unwrap(),
        further_stages: stages.collect(),
        ..ApprovalRule::default()
    }
}

/// Mara's activation, asked for an hour ago, and what was decided on it.
struct Matter {
    request: ScheduleRequest,
    activation: Facts,
    reviews: Vec<Review>,
    now: Instant,
}

impl Matter {
    fn under(approval: ApprovalRule) -> Self {
        let mut activation = given(Action::SelfActivate, Assignment)
            .grant(standing(1, Eligibility))
            .facts;
        activation.settings.activation.approval = approval;
        Self {
            request: ScheduleRequest {
                schedule: Some(ScheduleInfo {
                    start: None,
                    expiration: Expiration::AfterDuration(hours(2)),
                }),
                lapses_at: Some(ahead(hours(23))),
                ..waiting(
                    10,
                    Assignment,
                    Action::SelfActivate,
                    RequestStatus::PendingApproval,
                )
            },
            activation,
            reviews: Vec::new(),
            now: NOW,
        }
    }

    fn rule(&mut self) -> &mut ApprovalRule {
        &mut self.activation.settings.activation.approval
    }

    /// What a user says in a seat, under one of their accounts.
    fn says(
        &self,
        accounts: &[u32],
        seat: Seat,
        verdict: Verdict,
    ) -> Result<ApprovalDecision, ApprovalRefusal> {
        let facts = ApprovalFacts {
            request: self.request.clone(),
            activation: self.activation.clone(),
            reviews: self.reviews.clone(),
            decider: Decider {
                id: id(accounts[0]),
                accounts: accounts.iter().map(|number| id(*number)).collect(),
                kind: CallerKind::Delegated,
                groups: Vec::new(),
                administers: accounts[0] == 9,
            },
        };
        let order = ApprovalOrder {
            step: seat.id(self.request.id),
            verdict,
            justification: Some("Checked".to_owned()),
        };
        decide_approval(&facts, &order, &Limits::default(), self.now)
    }

    /// The decision of a user that stands, made so.
    #[track_caller]
    fn decided(&mut self, user: u32, seat: Seat, verdict: Verdict) -> ApprovalOutcome {
        let decision = self.says(&[user], seat, verdict).unwrap();
        assert_eq!(decision.review.seat, seat);
        for change in &decision.changes {
            match change {
                Change::Settle { status, .. } | Change::Provision { status, .. } => {
                    self.request.status = *status;
                }
                Change::BeginStage { lapses_at, .. } => self.request.lapses_at = Some(*lapses_at),
                Change::Create(_) | Change::End { .. } => {}
            }
        }
        self.reviews.push(decision.review);
        decision.outcome
    }

    #[track_caller]
    fn approved(&mut self, user: u32, seat: Seat) -> ApprovalOutcome {
        self.decided(user, seat, Verdict::Approve)
    }

    fn refusal(&self, accounts: &[u32], seat: Seat) -> Option<ApprovalRefusal> {
        self.says(accounts, seat, Verdict::Approve).err()
    }

    fn steps(&self) -> Vec<(Seat, StepStatus)> {
        let rule = &self.activation.settings.activation.approval;
        Progress::new(&self.request, rule, &self.reviews)
            .steps(self.now)
            .into_iter()
            .map(|step| (step.seat, step.status))
            .collect()
    }
}

use ApprovalOutcome::{Counted, StageCompleted};
use StepStatus::{Completed, Expired, InProgress, Initializing};

fn is_granted(outcome: &ApprovalOutcome) -> bool {
    matches!(outcome, ApprovalOutcome::Granted(_))
}

#[test]
fn a_stage_takes_as_many_persons_as_its_quorum() {
    let mut matter = Matter::under(rule([stage(2, &[5, 6, 7])]));
    assert_eq!(
        matter.steps(),
        [(seat(0, 0), InProgress), (seat(0, 1), InProgress)]
    );
    // Any open seat will do.
    assert_eq!(matter.approved(5, seat(0, 1)), Counted);
    assert_eq!(matter.request.status, RequestStatus::PendingApproval);
    assert_eq!(
        matter.steps(),
        [(seat(0, 0), InProgress), (seat(0, 1), Completed)]
    );
    let taken = ApprovalRefusal::AlreadyDecided(RequestStatus::PendingApproval);
    assert_eq!(matter.refusal(&[6], seat(0, 1)), Some(taken));
    assert!(is_granted(&matter.approved(6, seat(0, 0))));
    assert_eq!(matter.steps(), [(seat(0, 0), Completed), (seat(0, 1), Completed)]);
}

#[test]
fn a_person_counts_once_whichever_account_decides() {
    let mut matter = Matter::under(rule([stage(2, &[5, 6]), stage(1, &[5, 6, 7])]));
    assert_eq!(matter.approved(5, seat(0, 0)), Counted);
    let again = Some(ApprovalRefusal::HasDecided);
    assert_eq!(matter.refusal(&[5], seat(0, 1)), again);
    assert_eq!(matter.refusal(&[6, 5], seat(0, 1)), again, "I4: a second account");
    assert_eq!(matter.approved(6, seat(0, 1)), StageCompleted);
    assert_eq!(
        matter.refusal(&[6], seat(1, 0)),
        again,
        "once in the whole approval"
    );
    assert_eq!(matter.refusal(&[7, 6], seat(1, 0)), again);
    assert!(is_granted(&matter.approved(7, seat(1, 0))));
}

#[test]
fn stages_come_one_after_another() {
    let mut matter = Matter::under(rule([stage(1, &[5]), stage(2, &[6, 7]), stage(1, &[8])]));
    let steps = [
        (seat(0, 0), InProgress),
        (seat(1, 0), Initializing),
        (seat(1, 1), Initializing),
        (seat(2, 0), Initializing),
    ];
    assert_eq!(matter.steps(), steps);
    let early = Some(ApprovalRefusal::StageNotReached);
    assert_eq!(matter.refusal(&[6], seat(1, 0)), early);
    assert_eq!(matter.refusal(&[8], seat(2, 0)), early);
    // Who decides in one stage does not for that in another.
    let nobody = Some(ApprovalRefusal::NotApprover);
    assert_eq!(matter.refusal(&[6], ASKED), nobody);
    assert_eq!(matter.refusal(&[5], seat(1, 0)), nobody);
    for nowhere in [seat(0, 1), seat(1, 2), seat(3, 0)] {
        assert_eq!(matter.refusal(&[5], nowhere), Some(ApprovalRefusal::NoSuchStep));
    }

    assert_eq!(matter.approved(5, ASKED), StageCompleted);
    assert_eq!(matter.refusal(&[8], seat(2, 0)), early);
    assert_eq!(matter.approved(7, seat(1, 0)), Counted);
    assert_eq!(matter.refusal(&[8], seat(2, 0)), early, "I2: short of its quorum");
    assert_eq!(matter.approved(6, seat(1, 1)), StageCompleted);
    assert!(is_granted(&matter.approved(8, seat(2, 0))));
    assert_eq!(matter.request.status, RequestStatus::Provisioned);
    let late = ApprovalRefusal::AlreadyDecided(RequestStatus::Provisioned);
    assert_eq!(matter.refusal(&[8], seat(2, 0)), Some(late));
}

#[test]
fn a_denial_in_any_stage_ends_it() {
    let mut matter = Matter::under(rule([stage(2, &[5, 6]), stage(1, &[7])]));
    matter.approved(5, ASKED);
    assert_eq!(
        matter.decided(6, seat(0, 1), Verdict::Deny),
        ApprovalOutcome::Denied
    );
    assert_eq!(matter.request.status, RequestStatus::Denied);
    assert_eq!(
        matter.steps(),
        [
            (ASKED, Completed),
            (seat(0, 1), Completed),
            (seat(1, 0), Completed)
        ]
    );
    let late = ApprovalRefusal::AlreadyDecided(RequestStatus::Denied);
    assert_eq!(matter.refusal(&[7], seat(1, 0)), Some(late));
}

#[test]
fn what_nobody_decides_in_time_expires() {
    let mut matter = Matter::under(rule([stage(2, &[5, 6]), stage(1, &[7])]));
    matter.approved(5, ASKED);
    matter.now = ahead(hours(23));
    assert_eq!(
        matter.steps(),
        [(ASKED, Completed), (seat(0, 1), Expired), (seat(1, 0), Expired)]
    );
    let late = ApprovalRefusal::AlreadyDecided(RequestStatus::Denied);
    assert_eq!(matter.refusal(&[6], seat(0, 1)), Some(late));
}

#[test]
fn the_time_of_a_stage_begins_with_it() {
    let slow = ApprovalStage {
        time_out_in_days: 3,
        ..stage(1, &[6])
    };
    let mut matter = Matter::under(rule([stage(2, &[5, 7]), slow]));
    matter.now = ahead(hours(1));
    matter.approved(5, ASKED);
    let before = Some(ahead(hours(23)));
    assert_eq!(
        matter.request.lapses_at, before,
        "an approval alone moves nothing"
    );
    matter.now = ahead(hours(22));
    let decision = matter.says(&[7], seat(0, 1), Verdict::Approve).unwrap();
    let begin = Change::BeginStage {
        request: id(10),
        lapses_at: ahead(hours(22 + 72)),
    };
    assert_eq!(decision.changes, [begin]);
}

#[test]
fn the_first_stage_waits_as_long_as_it_says() {
    for days in [1, 14] {
        let order = given(Action::SelfActivate, Assignment)
            .grant(standing(1, Eligibility))
            .but(|facts, _| {
                let approval = &mut facts.settings.activation.approval;
                approval.is_approval_required = true;
                approval.first_stage.time_out_in_days = days;
            });
        let lapses_at = ahead(crate::tests::given::days(i64::from(days)));
        assert_eq!(order.accepted().request.lapses_at, Some(lapses_at));
    }
}

#[test]
fn each_stage_says_whether_it_wants_a_reason() {
    let silent = ApprovalStage {
        is_approver_justification_required: false,
        ..stage(1, &[5])
    };
    let mut matter = Matter::under(rule([silent, stage(1, &[6])]));
    let says = |matter: &Matter, user: u32, seat: Seat| {
        let facts = ApprovalFacts {
            request: matter.request.clone(),
            activation: matter.activation.clone(),
            reviews: matter.reviews.clone(),
            decider: Decider {
                id: id(user),
                accounts: vec![id(user)],
                kind: CallerKind::Delegated,
                groups: Vec::new(),
                administers: false,
            },
        };
        let order = ApprovalOrder {
            step: seat.id(id(10)),
            verdict: Verdict::Approve,
            justification: None,
        };
        decide_approval(&facts, &order, &Limits::default(), NOW).err()
    };
    assert_eq!(says(&matter, 5, ASKED), None);
    matter.approved(5, ASKED);
    let refusal = Some(ApprovalRefusal::JustificationRequired);
    assert_eq!(says(&matter, 6, seat(1, 0)), refusal);
}

/// Users 7 and 8 come in an hour and a half after the stage begins.
fn escalating(primary: &[u32]) -> ApprovalStage {
    ApprovalStage {
        is_escalation_enabled: true,
        escalation_time_in_minutes: 90,
        escalation_approvers: vec![user(7), user(8)],
        ..stage(1, primary)
    }
}

#[test]
fn escalation_approvers_come_in_when_their_time_has_come() {
    let nobody = Some(ApprovalRefusal::NotApprover);
    // It was asked an hour ago.
    let mut matter = Matter::under(rule([escalating(&[5]), escalating(&[6])]));
    let due = ahead(minutes(30));
    for (now, refusal) in [
        (NOW, nobody),
        (due.saturating_sub(minutes(1)), nobody),
        (due, None),
    ] {
        matter.now = now;
        assert_eq!(matter.refusal(&[7], ASKED), refusal, "{now}");
        assert_eq!(matter.refusal(&[5], ASKED), None, "{now}");
    }
    // In the next stage the time runs anew; before its turn nobody comes in.
    matter.now = ahead(hours(5));
    assert_eq!(matter.refusal(&[8], seat(1, 0)), nobody);
    matter.approved(7, ASKED);
    assert_eq!(matter.refusal(&[8], seat(1, 0)), nobody);
    matter.now = ahead(minutes(5 * 60 + 90));
    assert_eq!(matter.refusal(&[8], seat(1, 0)), None);

    // While escalation is off nobody ever does.
    matter.rule().further_stages[0].is_escalation_enabled = false;
    assert_eq!(matter.refusal(&[8], seat(1, 0)), nobody);
}

#[test]
fn administrators_decide_beside_escalation_approvers_where_nobody_else_is_named() {
    let mut matter = Matter::under(rule([escalating(&[])]));
    assert_eq!(matter.refusal(&[9], ASKED), None);
    assert_eq!(matter.refusal(&[7], ASKED), Some(ApprovalRefusal::NotApprover));
    matter.now = ahead(hours(1));
    for decider in [7, 9] {
        assert_eq!(matter.refusal(&[decider], ASKED), None, "{decider}");
    }
}

#[test]
fn the_approvers_of_now_are_those_of_the_current_stage() {
    let mut matter = Matter::under(rule([stage(1, &[5]), escalating(&[6])]));
    let named = |matter: &Matter| {
        let rule = &matter.activation.settings.activation.approval;
        let approvers = current_approvers(&matter.request, &matter.reviews, rule, matter.now);
        approvers.named().cloned().collect::<Vec<_>>()
    };
    assert_eq!(named(&matter), [user(5)]);
    matter.approved(5, ASKED);
    assert_eq!(named(&matter), [user(6)]);
    matter.now = ahead(minutes(90));
    assert_eq!(named(&matter), [user(6), user(7), user(8)]);
    matter.decided(7, seat(1, 0), Verdict::Deny);
    assert_eq!(
        named(&matter),
        [user(6), user(7), user(8)],
        "of the stage that settled it"
    );
}

#[test]
fn the_settings_in_force_count_what_was_approved() {
    // A larger quorum takes more; what was approved counts.
    let mut matter = Matter::under(rule([stage(1, &[5, 6]), stage(1, &[7])]));
    assert_eq!(matter.approved(5, ASKED), StageCompleted);
    matter.rule().first_stage = stage(2, &[5, 6]);
    assert_eq!(
        matter.steps(),
        [
            (ASKED, Completed),
            (seat(0, 1), InProgress),
            (seat(1, 0), Initializing)
        ]
    );
    assert_eq!(
        matter.refusal(&[7], seat(1, 0)),
        Some(ApprovalRefusal::StageNotReached)
    );
    assert_eq!(matter.approved(6, seat(0, 1)), StageCompleted);

    // So does another stage. What was approved in one counts for no other.
    matter.rule().further_stages.insert(0, stage(1, &[8]));
    assert_eq!(matter.approved(8, seat(1, 0)), StageCompleted);
    assert!(is_granted(&matter.approved(7, seat(2, 0))));

    // A smaller quorum lets the next stage begin, and the next decision finds it.
    let mut matter = Matter::under(rule([stage(3, &[4, 5, 6]), stage(1, &[7])]));
    matter.approved(4, ASKED);
    matter.approved(5, seat(0, 1));
    matter.rule().first_stage = stage(2, &[4, 5, 6]);
    assert_eq!(
        matter.steps(),
        [
            (ASKED, Completed),
            (seat(0, 1), Completed),
            (seat(1, 0), InProgress)
        ]
    );
    assert!(is_granted(&matter.approved(7, seat(1, 0))));
}

#[test]
fn settings_that_ask_for_less_settle_nothing_by_themselves() {
    // Two of three approved, and now two suffice: the request waits for one more, who may also deny.
    let mut matter = Matter::under(rule([stage(3, &[4, 5, 6])]));
    matter.approved(4, ASKED);
    matter.approved(5, seat(0, 1));
    matter.rule().first_stage = stage(2, &[4, 5, 6]);
    let steps = [
        (ASKED, Completed),
        (seat(0, 1), Completed),
        (seat(0, 2), InProgress),
    ];
    assert_eq!(matter.steps(), steps);
    assert_eq!(
        matter.refusal(&[5], seat(0, 2)),
        Some(ApprovalRefusal::HasDecided)
    );
    let denied = matter.says(&[6], seat(0, 2), Verdict::Deny).unwrap();
    assert_eq!(denied.outcome, ApprovalOutcome::Denied);
    assert!(is_granted(&matter.approved(6, seat(0, 2))));

    // Nor does the last stage by going away; what was decided in it is kept to be seen.
    let mut matter = Matter::under(rule([stage(1, &[4, 5]), stage(2, &[6, 7])]));
    matter.approved(4, ASKED);
    matter.approved(6, seat(1, 0));
    matter.rule().further_stages.clear();
    let steps = [
        (ASKED, Completed),
        (seat(0, 1), InProgress),
        (seat(1, 0), Completed),
    ];
    assert_eq!(matter.steps(), steps);
    assert_eq!(
        matter.refusal(&[7], seat(1, 0)),
        Some(ApprovalRefusal::NotApprover)
    );
    assert!(is_granted(&matter.approved(5, seat(0, 1))));
}

#[test]
fn later_settings_ask_nothing_of_what_was_let_through() {
    let mut matter = Matter::under(rule([stage(1, &[5])]));
    matter.approved(5, ASKED);
    *matter.rule() = rule([stage(3, &[4, 5, 6]), stage(1, &[7])]);
    assert_eq!(matter.steps(), [(ASKED, Completed)]);
    matter.now = ahead(days(3));
    assert_eq!(matter.steps(), [(ASKED, Completed)]);
}

#[test]
fn a_step_is_theirs_whose_turn_it_is_or_was() {
    let mut matter = Matter::under(rule([stage(2, &[5, 6]), stage(1, &[6, 7])]));
    matter.approved(5, ASKED);
    let assigned = |matter: &Matter, accounts: &[u32]| {
        let decider = Decider {
            id: id(accounts[0]),
            accounts: accounts.iter().map(|number| id::<ObjectId>(*number)).collect(),
            kind: CallerKind::Delegated,
            groups: Vec::new(),
            administers: false,
        };
        let rule = &matter.activation.settings.activation.approval;
        let progress = Progress::new(&matter.request, rule, &matter.reviews);
        let steps = progress.steps(NOW).into_iter();
        steps
            .map(|step| decider.is_assigned(&progress, step, NOW))
            .collect::<Vec<_>>()
    };
    let cases: [(&[u32], _, _); 6] = [
        (&[5], [true, false, false], "who has decided decides no more"),
        (&[6], [true, true, true], "with others, now and later"),
        (&[6, 5], [true, false, false], "nor under a second account"),
        (&[7], [false, false, true], "later"),
        (&[6, 1], [false, false, false], "I3: Mara's second account"),
        (&[4], [false, false, false], "a stranger"),
    ];
    for (accounts, expected, who) in cases {
        assert_eq!(assigned(&matter, accounts), expected, "{who}");
    }
    // What somebody decided stays theirs when the settings name others.
    *matter.rule() = rule([stage(2, &[8, 9])]);
    assert_eq!(assigned(&matter, &[5]), [true, false]);
    assert_eq!(assigned(&matter, &[6]), [false, false]);
}
