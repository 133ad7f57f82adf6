//! Many hold a privileged role for good.

use model::alert::{Incident, IncidentRole, Matter};

/// How many hold a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderFact {
    /// The role.
    pub role: IncidentRole,
    /// Whether it is published as privileged.
    pub is_privileged: bool,
    /// Active assignments without an end.
    pub holders: u32,
}

/// One incident for each role that more than `threshold` hold.
pub fn incidents(facts: Vec<HolderFact>, threshold: u32) -> Vec<Incident> {
    facts
        .into_iter()
        .filter(|fact| fact.is_privileged && fact.holders > threshold)
        .map(|fact| Incident {
            id: fact.role.id.to_string(),
            matter: Matter::Standing {
                role: fact.role,
                holders: fact.holders,
                threshold,
            },
        })
        .collect()
}
