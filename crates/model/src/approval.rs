//! Approvals: what those who may decide a request said about it (policies dossier, sections 8 and 9).
//! A request that needs approval has exactly one approval, under the request's own id.

use uuid::Uuid;

use crate::vocabulary::vocabulary;
use crate::{Instant, ObjectId, RequestId, StepId};

vocabulary!(
    /// What somebody decided; Graph's `reviewResult`, which says `NotReviewed` until then.
    Verdict {
        /// The request may go through.
        Approve => "Approve",
        /// It may not.
        Deny => "Deny",
    }
);

vocabulary!(
    /// Where a step of an approval stands; Graph's `status` of a step.
    StepStatus {
        /// Its stage comes later.
        Initializing => "Initializing",
        /// Somebody may decide it.
        InProgress => "InProgress",
        /// It was decided, or its request was withdrawn or came to nothing.
        Completed => "Completed",
        /// Nobody decided it in time.
        Expired => "Expired",
    }
);

/// A place in a stage that the decision of one person takes; Graph's step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat {
    /// The stage, from 0 on.
    pub stage: u32,
    /// Which of the stage's, from 0 on.
    pub number: u32,
}

impl Seat {
    /// The only one, where there is one stage and one person decides.
    pub const FIRST: Self = Self { stage: 0, number: 0 };

    /// The id of the step in an approval: the approval's own for the first, which clients rely on
    /// (policies dossier, 1.1), and one derived from it for the others.
    pub fn id(self, approval: RequestId) -> StepId {
        if self == Self::FIRST {
            return approval.into();
        }
        let name = [self.stage.to_be_bytes(), self.number.to_be_bytes()].concat();
        StepId::new(Uuid::new_v5(&approval.uuid(), &name))
    }
}

/// One person's decision on one request. It is never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// On which request.
    pub request: RequestId,
    /// In which place.
    pub seat: Seat,
    /// Whose.
    pub by: ObjectId,
    /// When.
    pub at: Instant,
    /// What.
    pub verdict: Verdict,
    /// Why, in the decider's words.
    pub justification: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_have_ids_of_their_own_that_stay() {
        let approval: RequestId = "6f1c7c0e-52a3-4a7e-9a0b-3c1de1a9f6b1".parse().unwrap();
        let seat = |stage, number| Seat { stage, number }.id(approval).to_string();
        assert_eq!(seat(0, 0), approval.to_string());
        let further = [seat(0, 1), seat(1, 0), seat(1, 1)];
        assert_eq!(
            further,
            [
                "964c0346-1e54-5700-8166-e422b9908a45",
                "57706c98-5ce8-5671-98bf-f339147e1625",
                "b26cf443-cea0-5547-8a9f-80f9d6556a10",
            ]
        );
    }
}
