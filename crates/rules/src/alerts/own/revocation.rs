//! The end of a grant was reached and is not recorded. It gives nothing any more, but whoever is told of ends was not
//! told of this one.

use model::alert::{Incident, Matter};
use model::{Instant, IsoDuration};

use crate::alerts::{NamedGrant, is_past};

/// How long recording an end may take.
pub const GRACE: IsoDuration = IsoDuration::from_minutes(10);

/// One incident for each grant.
pub fn incidents(facts: Vec<NamedGrant>, now: Instant) -> Vec<Incident> {
    let found = facts.into_iter().filter_map(|fact| {
        let ended_at = fact.grant.window.end?;
        let is_late = fact.grant.ended.is_none() && is_past(ended_at, GRACE, now);
        is_late.then(|| Incident {
            id: fact.grant.id.to_string(),
            matter: Matter::Unrevoked {
                assignee: fact.assignee,
                role: fact.role,
                ended_at,
            },
        })
    });
    found.collect()
}
