//! Fewer than two persons can approve activations of a role: one holiday, and nobody gets it.

use model::alert::{Incident, IncidentRole, Matter};

/// Persons that it takes so that one may be away.
pub const PERSONS_MIN: u32 = 2;

/// A stage of the approval of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageFact {
    /// The role.
    pub role: IncidentRole,
    /// Persons with an enabled account who can decide it.
    pub reachable: u32,
}

/// One incident for each role, about the stage that the fewest can decide.
pub fn incidents(facts: Vec<StageFact>) -> Vec<Incident> {
    let mut found: Vec<Incident> = Vec::new();
    let mut stages: Vec<StageFact> = facts
        .into_iter()
        .filter(|stage| stage.reachable < PERSONS_MIN)
        .collect();
    stages.sort_by_key(|stage| (stage.role.id, stage.reachable));
    stages.dedup_by_key(|stage| stage.role.id);
    found.extend(stages.into_iter().map(|stage| Incident {
        id: stage.role.id.to_string(),
        matter: Matter::Approvers {
            role: stage.role,
            reachable: stage.reachable,
        },
    }));
    found
}
