//! Somebody eligible does not activate. Counted from the last activation, or from when the eligibility began, so that
//! nobody is suspected on the first day.

use model::alert::{Incident, Matter};
use model::{GrantKind, Instant, IsoDuration};

use crate::alerts::{NamedGrant, is_past};

/// An eligibility of a user, and when it was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseFact {
    /// The eligibility.
    pub eligibility: NamedGrant,
    /// When the user activated the role there last, if ever.
    pub last_activation: Option<Instant>,
}

/// One incident for each eligibility.
pub fn incidents(facts: Vec<UseFact>, duration: IsoDuration, now: Instant) -> Vec<Incident> {
    let is_idle = |fact: &UseFact| {
        let grant = &fact.eligibility.grant;
        let last = fact.last_activation.max(Some(grant.window.start));
        grant.kind == GrantKind::Eligibility
            && grant.is_in_force(now)
            && last.is_some_and(|last| is_past(last, duration, now))
    };
    facts
        .into_iter()
        .filter(is_idle)
        .map(|fact| Incident {
            id: fact.eligibility.grant.schedule_id(),
            matter: Matter::Unused {
                assignee: fact.eligibility.assignee,
                role: fact.eligibility.role,
                last_activation: fact.last_activation,
            },
        })
        .collect()
}
