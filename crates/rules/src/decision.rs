//! What an accepted order changes.

use model::{Ended, Grant, GrantId, Instant, RequestId, RequestStatus, ScheduleRequest};

/// One change to the stored state. The engine applies all changes of a decision in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new grant.
    Create(Grant),
    /// The end of a grant that had none recorded.
    End {
        /// Which.
        grant: Grant,
        /// When and why.
        ended: Ended,
    },
    /// A waiting request reaches a terminal status.
    Settle {
        /// Which.
        request: RequestId,
        /// Its status from now on.
        status: RequestStatus,
        /// When it reached it.
        completed_at: Option<Instant>,
    },
    /// A request that waits for approval goes on to its next stage.
    BeginStage {
        /// Which.
        request: RequestId,
        /// When nobody can decide it any more.
        lapses_at: Instant,
    },
    /// A request that waited for approval gets the grant of its own id.
    Provision {
        /// Which.
        request: RequestId,
        /// Its status from now on: `Provisioned`, or `Granted` if the start lies ahead.
        status: RequestStatus,
        /// The start of the grant's window, which is the request's from now on.
        start: Instant,
        /// The eligibility that is used, perhaps another than when it was asked for.
        activated_using: Option<GrantId>,
    },
}

impl Change {
    /// The grant that is ended, if one is.
    pub fn ends(&self) -> Option<GrantId> {
        match self {
            Self::End { grant, .. } => Some(grant.id),
            Self::Create(_) | Self::Settle { .. } | Self::BeginStage { .. } | Self::Provision { .. } => None,
        }
    }
}

/// An accepted order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The request as it is to be stored and answered.
    pub request: ScheduleRequest,
    /// What else changes. Empty for `isValidationOnly`.
    pub changes: Vec<Change>,
}
