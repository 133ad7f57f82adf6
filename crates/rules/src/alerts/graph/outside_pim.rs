//! A role was given without a request. The one with which the tenant was founded does not count: nobody could have
//! ordered it.

use model::alert::{Incident, Matter};
use model::{GrantId, GrantKind, GrantOrigin, Instant};

use crate::alerts::NamedGrant;

/// One incident for each assignment, by the id that `/roleAssignments` shows.
pub fn incidents(facts: Vec<NamedGrant>, founding: Option<GrantId>, now: Instant) -> Vec<Incident> {
    let is_outside = |fact: &NamedGrant| {
        let grant = &fact.grant;
        grant.kind == GrantKind::Assignment
            && grant.origin == GrantOrigin::OutsidePim
            && Some(grant.id) != founding
            && grant.is_in_force(now)
    };
    facts
        .into_iter()
        .filter(is_outside)
        .map(|fact| Incident {
            id: fact.grant.derived_id(),
            matter: Matter::OutsidePim {
                assignee: fact.assignee,
                role: fact.role,
                created_at: fact.grant.created_at,
            },
        })
        .collect()
}
