//! Pure decisions. [`decide()`] takes what is known ([`Facts`]), what is asked ([`Order`]) and an
//! instant, and says what is to be changed ([`Decision`]) or why it is refused ([`Refusal`]).
//!
//! `decide` holds the order of checks and the one match over actions; each action has its function in
//! the module of its kind. What an order brings with it is a `Case`, which also shapes the outcome.
//! [`decide_cancel`] does the same for the withdrawal of a request, [`decide_approval`] for what an
//! approver says of it, held against how far its approval has come ([`Progress`]). [`notices`] says who is told of what came of it, and when somebody is reminded. [`alerts`] says what
//! of all that is there should not be.
//!
//! Nothing here does I/O, reads a clock, makes an id or knows JSON or SQL. The source of every rule
//! is named beside it: "schedules" and "policies" are the wire-contract dossiers by subject.

mod actions;
pub mod administrators;
pub mod alerts;
pub mod authority;
mod case;
mod check;
mod decide;
pub mod decision;
pub mod facts;
pub mod insights;
pub mod notices;
pub mod order;
pub mod refusal;
mod settings;
#[cfg(test)]
mod tests;
mod window;

pub use actions::{
    ApprovalDecision, ApprovalFacts, ApprovalOrder, ApprovalOutcome, ApprovalRefusal, Approvers, Decider,
    Progress, Step, current_approvers, decide_approval, decide_cancel,
};
pub use decide::decide;
pub use decision::{Change, Decision};
pub use facts::{Facts, Limits, PrincipalFacts, RoleFacts};
pub use order::{Order, Requester};
pub use refusal::{FailedRule, Refusal, RuleFailure};
