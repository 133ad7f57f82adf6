//! Security alerts: what was loaded of the tenant goes in, incidents come out (alerts dossier, A5 to A7, A10). One
//! file for each alert; `definition` has their words, `limits` what can be set for them.

pub mod definition;
pub mod graph;
mod limits;
pub mod own;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use model::alert::{Assignee, Incident, IncidentRole};
use model::{Grant, Instant, IsoDuration};

pub use limits::{OutOfRange, check};

/// Incidents of one alert that are looked at and kept at the most. Where there are more, these say that something is
/// wrong, and the rest follows when they are put right.
pub const INCIDENTS_MAX: usize = 5_000;

/// A grant with the names of whom and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedGrant {
    /// The grant.
    pub grant: Grant,
    /// Whose it is.
    pub assignee: Assignee,
    /// Of which role.
    pub role: IncidentRole,
}

/// How many accounts incidents are about.
pub fn accounts(incidents: &[Incident]) -> usize {
    let accounts: BTreeSet<_> = incidents
        .iter()
        .filter_map(|incident| incident.assignee().map(|assignee| assignee.id))
        .collect();
    accounts.len()
}

/// Whether at least `span` has passed since `instant`.
fn is_past(instant: Instant, span: IsoDuration, now: Instant) -> bool {
    now.since(instant) >= span
}
