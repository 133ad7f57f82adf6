//! Approvals: what those who may decide a request said about it (policies dossier, sections 8 and 9).
//! A request that needs approval has exactly one approval, under the request's own id.

use crate::vocabulary::vocabulary;
use crate::{Instant, ObjectId, RequestId};

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
    /// Where the one step of an approval stands; Graph's `status` of a step.
    StepStatus {
        /// Somebody may decide it.
        InProgress => "InProgress",
        /// It was decided, or its request was withdrawn or came to nothing.
        Completed => "Completed",
        /// Nobody decided it in time.
        Expired => "Expired",
    }
);

/// One person's decision on one request. It is never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// On which request.
    pub request: RequestId,
    /// Whose.
    pub by: ObjectId,
    /// When.
    pub at: Instant,
    /// What.
    pub verdict: Verdict,
    /// Why, in the decider's words.
    pub justification: Option<String>,
}
