//! How far an approval has come. Its stages come one after another, and a stage has a seat for each
//! person who must approve; Graph shows every seat as a step of its own. What was decided counts in the
//! stage in which it was decided, and is held against the settings in force: one stage with one seat is
//! what Graph knows (policies dossier 8), and the rest is beyond it.

use std::collections::BTreeMap;

use model::policy::{ApprovalRule, ApprovalStage, Approver};
use model::{Instant, RequestStatus, Review, ScheduleRequest, Seat, StepStatus, Verdict};

/// Those whom the settings name to decide in a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Approvers<'a> {
    /// Those who decide from the beginning.
    pub primary: &'a [Approver],
    /// Those who decide too since nobody else has for a while.
    pub escalation: &'a [Approver],
}

impl<'a> Approvers<'a> {
    /// All that are named.
    pub fn named(&self) -> impl Iterator<Item = &'a Approver> {
        self.primary.iter().chain(self.escalation)
    }

    /// Whether the default approvers decide, because nobody is named from the beginning (policies
    /// dossier 8.2).
    pub const fn are_default(&self) -> bool {
        self.primary.is_empty()
    }

    /// All who decide in a stage sooner or later.
    pub fn ever(stage: &'a ApprovalStage) -> Self {
        Self {
            primary: &stage.primary_approvers,
            escalation: stage.escalation().map_or(&[], |(_, approvers)| approvers),
        }
    }
}

/// A step as it stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// Its place.
    pub seat: Seat,
    /// Where it stands.
    pub status: StepStatus,
    /// What was decided in it.
    pub review: Option<&'a Review>,
}

/// A request that needs approval, the settings in force and what was decided so far.
#[derive(Clone, Debug)]
pub struct Progress<'a> {
    request: &'a ScheduleRequest,
    rule: &'a ApprovalRule,
    reviews: Vec<&'a Review>,
}

impl<'a> Progress<'a> {
    /// Of `reviews` those that are about another request are passed over.
    pub fn new(request: &'a ScheduleRequest, rule: &'a ApprovalRule, reviews: &'a [Review]) -> Self {
        let of_request = |review: &&Review| review.request == request.id;
        Self {
            request,
            rule,
            reviews: reviews.iter().filter(of_request).collect(),
        }
    }

    /// The same after one more decision.
    pub(super) fn with(&self, review: &'a Review) -> Self {
        let mut after = self.clone();
        after.reviews.push(review);
        after
    }

    /// Which request it is about.
    pub(super) const fn request(&self) -> &'a ScheduleRequest {
        self.request
    }

    /// What was decided.
    pub(super) fn reviews(&self) -> impl Iterator<Item = &'a Review> {
        self.reviews.iter().copied()
    }

    /// A stage by its number.
    pub(super) fn stage(&self, number: u32) -> Option<&'a ApprovalStage> {
        let mut stages = self.rule.stages();
        stages.find_map(|(found, stage)| (found == number).then_some(stage))
    }

    fn decided_in(&self, stage: u32) -> impl Iterator<Item = &'a Review> {
        let reviews = self.reviews.iter().copied();
        reviews.filter(move |review| review.seat.stage == stage)
    }

    /// Whether fewer persons than have to approve a stage did.
    fn lacks_approvals(&self, number: u32, stage: &ApprovalStage) -> bool {
        let decided = self.decided_in(number);
        let approvals = decided
            .filter(|review| review.verdict == Verdict::Approve)
            .count();
        u32::try_from(approvals).is_ok_and(|approvals| approvals < stage.quorum.get())
    }

    /// The first stage that lacks approvals, with its number; none if every stage has its quorum.
    pub(super) fn lacking(&self) -> Option<(u32, &'a ApprovalStage)> {
        self.rule
            .stages()
            .find(|(number, stage)| self.lacks_approvals(*number, stage))
    }

    /// The number of the stage whose turn it is: the first that lacks approvals. Where none does, because
    /// the settings have come to ask for less since the last decision, one more in the last stage settles
    /// the request; nothing is given by a change of settings alone.
    pub fn current_stage(&self) -> u32 {
        let last = self.rule.further_stages.len();
        self.lacking()
            .map_or_else(|| u32::try_from(last).unwrap_or(u32::MAX), |(number, _)| number)
    }

    /// Since when it has been a stage's turn: since the last decision in an earlier one, or since the
    /// request was made.
    fn current_since(&self, stage: u32) -> Instant {
        let earlier = self.reviews.iter().filter(|review| review.seat.stage < stage);
        earlier
            .map(|review| review.at)
            .max()
            .unwrap_or(self.request.created_at)
    }

    /// When the escalation approvers of the current stage come in; none if nobody does.
    pub fn escalates_at(&self) -> Option<Instant> {
        let current = self.current_stage();
        let escalation = self.stage(current)?.escalation();
        let (after, _) = escalation.filter(|(_, approvers)| !approvers.is_empty())?;
        Some(self.current_since(current).saturating_add(after))
    }

    /// Those who may decide in a stage at `now`; none in one that the settings do not have. Escalation is a
    /// matter of time alone: nothing has to happen for it.
    pub fn approvers(&self, stage: u32, now: Instant) -> Option<Approvers<'a>> {
        let found = self.stage(stage)?;
        let is_due = stage <= self.current_stage()
            && found
                .escalation()
                .is_some_and(|(after, _)| self.current_since(stage).saturating_add(after) <= now);
        let ever = Approvers::ever(found);
        Some(Approvers {
            escalation: if is_due { ever.escalation } else { &[] },
            ..ever
        })
    }

    /// The steps in their order: what was decided, and what is or was still to be decided. There is at
    /// least one.
    pub fn steps(&self, now: Instant) -> Vec<Step<'a>> {
        let status = self.request.status_at(now);
        let mut seats: BTreeMap<Seat, Option<&Review>> = self
            .reviews
            .iter()
            .map(|review| (review.seat, Some(*review)))
            .collect();
        for stage in self.rule.stages() {
            let places = (0..).map(|number| Seat {
                stage: stage.0,
                number,
            });
            let free = places.filter(|seat| !seats.contains_key(seat));
            let open: Vec<Seat> = free.take(self.open_seats(stage, status)).collect();
            seats.extend(open.into_iter().map(|seat| (seat, None)));
        }
        let current = self.current_stage();
        let is_denied = self.reviews.iter().any(|review| review.verdict == Verdict::Deny);
        let stand = |(seat, review): (Seat, Option<&'a Review>)| Step {
            seat,
            status: match status {
                _ if review.is_some() => StepStatus::Completed,
                RequestStatus::PendingApproval if current < seat.stage => StepStatus::Initializing,
                RequestStatus::PendingApproval => StepStatus::InProgress,
                // Nobody but time denies without a review.
                RequestStatus::Denied if !is_denied => StepStatus::Expired,
                _ => StepStatus::Completed,
            },
            review,
        };
        seats.into_iter().map(stand).collect()
    }

    /// How many seats of a stage wait, or waited in vain, for somebody. Once the request was let through,
    /// later settings ask for nobody more.
    fn open_seats(&self, (number, stage): (u32, &ApprovalStage), status: RequestStatus) -> usize {
        use RequestStatus::{Failed, Granted, PendingApproval, Provisioned, Revoked};
        let is_let_through =
            matches!(status, Provisioned | Granted | Failed | Revoked) && !self.reviews.is_empty();
        let quorum = usize::try_from(stage.quorum.get()).unwrap_or(usize::MAX);
        if is_let_through {
            0
        } else if status == PendingApproval && self.lacking().is_none() && number == self.current_stage() {
            1
        } else {
            quorum.saturating_sub(self.decided_in(number).count())
        }
    }
}

/// Those who may decide a request now, or where it has its outcome, those of the stage in which it got it:
/// who are named, and the escalation approvers once they are due. Who may decide for themselves is not
/// looked at.
pub fn current_approvers<'a>(
    request: &'a ScheduleRequest,
    reviews: &'a [Review],
    rule: &'a ApprovalRule,
    now: Instant,
) -> Approvers<'a> {
    let progress = Progress::new(request, rule, reviews);
    progress
        .approvers(progress.current_stage(), now)
        .unwrap_or_default()
}
