//! Somebody with a role does not sign in. Whoever never did is counted from when the role was given.

use std::collections::BTreeMap;

use model::alert::{Incident, Matter};
use model::{AssignmentType, GrantKind, Instant, IsoDuration, ObjectId, RoleDefinitionId};

use crate::alerts::{NamedGrant, is_past};

/// A grant of a user, and when they signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresenceFact {
    /// The grant.
    pub held: NamedGrant,
    /// When its principal signed in last, if ever.
    pub last_sign_in: Option<Instant>,
}

/// One incident for each user and role. Of several grants it is the oldest, which becomes stale first, so that the id stays
/// the same.
pub fn incidents(facts: Vec<PresenceFact>, duration: IsoDuration, now: Instant) -> Vec<Incident> {
    let is_stale = |fact: &PresenceFact| {
        let grant = &fact.held.grant;
        let last = fact.last_sign_in.unwrap_or(grant.created_at);
        let is_activation =
            grant.kind == GrantKind::Assignment && grant.assignment_type() == AssignmentType::Activated;
        grant.is_in_force(now) && !is_activation && is_past(last, duration, now)
    };
    let rank = |fact: &PresenceFact| (fact.held.grant.created_at, fact.held.grant.id);
    let mut by_role: BTreeMap<(ObjectId, RoleDefinitionId), PresenceFact> = BTreeMap::new();
    for fact in facts.into_iter().filter(is_stale) {
        let key = (fact.held.grant.principal_id, fact.held.grant.role_definition_id);
        match by_role.get(&key) {
            Some(other) if rank(other) <= rank(&fact) => {}
            _ => {
                by_role.insert(key, fact);
            }
        }
    }
    by_role
        .into_values()
        .map(|fact| Incident {
            id: fact.held.grant.schedule_id(),
            matter: Matter::Stale {
                assignee: fact.held.assignee,
                role: fact.held.role,
                created_at: fact.held.grant.created_at,
                last_sign_in: fact.last_sign_in,
            },
        })
        .collect()
}
