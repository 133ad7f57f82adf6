//! An account that is kept for emergencies was used.

use model::alert::{Assignee, Incident, Matter};
use model::{Instant, IsoDuration};

/// How long ago counts.
pub const LOOKED_AT: IsoDuration = IsoDuration::from_days(30);

/// An account for emergencies, and when it was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFact {
    /// The account.
    pub assignee: Assignee,
    /// When it signed in last.
    pub last_sign_in: Option<Instant>,
    /// When it activated a role last.
    pub last_activation: Option<Instant>,
}

/// One incident for each account, by its id.
pub fn incidents(facts: Vec<AccountFact>, now: Instant) -> Vec<Incident> {
    let since = now.saturating_sub(LOOKED_AT);
    facts
        .into_iter()
        .filter(|fact| fact.last_sign_in.max(fact.last_activation) > Some(since))
        .map(|fact| Incident {
            id: fact.assignee.id.to_string(),
            matter: Matter::BreakGlass {
                assignee: fact.assignee,
                last_sign_in: fact.last_sign_in,
                last_activation: fact.last_activation,
            },
        })
        .collect()
}
