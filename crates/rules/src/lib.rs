//! Pure decisions. [`decide`] takes what is known ([`Facts`]), what is asked ([`Order`]) and an
//! instant, and says what is to be changed ([`Decision`]) or why it is refused ([`Refusal`]).
//!
//! Nothing here does I/O, reads a clock, makes an id or knows JSON or SQL. The source of every rule
//! is named beside it: "schedules" and "policies" are the wire-contract dossiers by subject.

pub mod authority;
pub mod decision;
pub mod facts;
pub mod order;
pub mod refusal;

pub use decision::{Change, Decision};
pub use facts::{Facts, Limits, PrincipalFacts, RoleFacts};
pub use order::{Order, Requester};
pub use refusal::{FailedRule, Refusal, RuleFailure};
