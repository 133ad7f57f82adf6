//! "May P do A at R now?" — the access decisions that other systems ask for through OpenID AuthZEN.
//! Pure over cached holdings: the end of a grant is honoured without anything having to happen.

use std::sync::Arc;

use model::{DirectoryScope, Instant, ObjectId, RoleDefinition, RoleDefinitionId};
use store::{Held, Holdings};

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A role.
    Role(RoleDefinitionId),
    /// A resource action that a role in force allows.
    ResourceAction(String),
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Who.
    pub subject: ObjectId,
    /// What.
    pub wanted: Wanted,
    /// Where.
    pub scope: DirectoryScope,
}

/// Why the answer is no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing was ever given that covers the question and still runs.
    NoGrant,
    /// The only fitting grant has not begun.
    NotYet(Instant),
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes, by this grant.
    Granted(Held),
    /// No.
    Denied(Reason),
}

/// Answers a question about the principal whose holdings these are. `role` looks a role up; a grant
/// of a role that is gone or disabled gives nothing.
pub fn evaluate(
    holdings: &Holdings,
    question: &Question,
    now: Instant,
    role: impl Fn(RoleDefinitionId) -> Option<Arc<RoleDefinition>>,
) -> Answer {
    let fits = |held: &&Held| {
        held.scope.covers(question.scope)
            && match &question.wanted {
                Wanted::Role(wanted) => held.role_definition_id == *wanted,
                Wanted::ResourceAction(action) => {
                    role(held.role_definition_id).is_some_and(|role| role.allows(action))
                }
            }
    };
    // The grant that lasts longest is the most useful one to name.
    let lasting = |held: &&Held| held.window.end.map_or(i64::MAX, Instant::as_micros);
    if let Some(held) = holdings.in_force(now).filter(fits).max_by_key(lasting) {
        return Answer::Granted(*held);
    }
    let next = holdings
        .held
        .iter()
        .filter(|held| held.window.start > now && held.ended.is_none())
        .filter(fits)
        .map(|held| held.window.start)
        .min();
    Answer::Denied(next.map_or(Reason::NoGrant, Reason::NotYet))
}
