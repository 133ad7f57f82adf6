//! A role can be activated without a second factor. Privileged roles that somebody has or can activate are looked
//! at; which ones Graph looks at is not known. An authentication context stands for the second factor: settings
//! cannot ask for both.

use model::alert::{Incident, IncidentRole, Matter};

/// A role and what activating it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivationFact {
    /// The role.
    pub role: IncidentRole,
    /// Whether it is published as privileged.
    pub is_privileged: bool,
    /// Whether somebody has it or can activate it.
    pub is_in_use: bool,
    /// Whether activating takes a second factor.
    pub takes_mfa: bool,
    /// Whether activating takes an authentication context.
    pub takes_authentication_context: bool,
}

/// One incident for each role, by its template.
pub fn incidents(facts: Vec<ActivationFact>) -> Vec<Incident> {
    let is_open = |fact: &ActivationFact| {
        fact.is_privileged && fact.is_in_use && !fact.takes_mfa && !fact.takes_authentication_context
    };
    facts
        .into_iter()
        .filter(is_open)
        .map(|fact| Incident {
            id: fact.role.template_id.to_string(),
            matter: Matter::Role { role: fact.role },
        })
        .collect()
}
