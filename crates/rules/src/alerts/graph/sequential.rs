//! Somebody activates the same role again and again. Between two activations lies the time from the end of the one to
//! the start of the next: while one lasts there is no other.

use std::collections::BTreeMap;

use model::alert::{Incident, Matter, sequence_id};
use model::{AssignmentType, Grant, Instant, IsoDuration, ObjectId, RoleDefinitionId};

use crate::alerts::NamedGrant;

/// How far back activations are looked at (alerts dossier, A7).
pub const LOOKED_AT: IsoDuration = IsoDuration::from_days(30);

/// When an activation ended, if it did.
fn end(grant: &Grant) -> Option<Instant> {
    match (grant.window.end, grant.ended.map(|ended| ended.at)) {
        (Some(end), Some(ended)) => Some(end.min(ended)),
        (end, ended) => end.or(ended),
    }
}

/// Whether one begins soon enough after the other to belong to the same sequence.
fn follows(next: &Grant, before: &Grant, interval: IsoDuration) -> bool {
    end(before).is_none_or(|end| next.window.start <= end.saturating_add(interval))
}

/// The last of the longest sequences among activations in the order in which they began.
fn longest(activations: &[NamedGrant], interval: IsoDuration) -> &[NamedGrant] {
    activations
        .chunk_by(|before, next| follows(&next.grant, &before.grant, interval))
        .max_by_key(|sequence| sequence.len())
        .unwrap_or_default()
}

/// One incident for each user and role, about the longest sequence of at least `threshold` activations.
pub fn incidents(
    facts: Vec<NamedGrant>,
    interval: IsoDuration,
    threshold: i32,
    now: Instant,
) -> Vec<Incident> {
    let since = now.saturating_sub(LOOKED_AT);
    let mut by_role: BTreeMap<(ObjectId, RoleDefinitionId), Vec<NamedGrant>> = BTreeMap::new();
    let looked_at = facts.into_iter().filter(|fact| {
        let start = fact.grant.window.start;
        fact.grant.assignment_type() == AssignmentType::Activated && start > since && start <= now
    });
    for fact in looked_at {
        let key = (fact.grant.principal_id, fact.grant.role_definition_id);
        by_role.entry(key).or_default().push(fact);
    }
    let found = by_role.into_values().filter_map(|mut activations| {
        activations.sort_by_key(|fact| fact.grant.window.start);
        let sequence = longest(&activations, interval);
        let (first, last) = (sequence.first()?, sequence.last()?);
        let count = u32::try_from(sequence.len()).unwrap_or(u32::MAX);
        (i64::from(count) >= i64::from(threshold)).then(|| Incident {
            id: sequence_id(first.assignee.id, first.role.template_id),
            matter: Matter::Sequence {
                assignee: last.assignee.clone(),
                role: last.role.clone(),
                activations: count,
                start: first.grant.window.start,
                end: last.grant.window.start,
            },
        })
    });
    found.collect()
}
