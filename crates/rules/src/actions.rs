//! What each action does, by kind: giving, activating, approving, ending, prolonging,
//! withdrawing.

pub(crate) mod activate;
mod approval;
mod approve;
pub(crate) mod assign;
mod cancel;
pub(crate) mod end;
mod progress;
pub(crate) mod renew;

pub use approval::{
    ApprovalDecision, ApprovalFacts, ApprovalOrder, ApprovalOutcome, ApprovalRefusal, Decider,
};
pub use approve::decide_approval;
pub use cancel::decide_cancel;
pub use progress::{Approvers, Progress, Step, current_approvers};
