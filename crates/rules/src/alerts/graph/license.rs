//! The tenant has no licence for PIM.

use model::TenantId;
use model::alert::{Incident, Matter};

/// What the tenant is licensed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseFact {
    /// In words.
    pub status: String,
    /// Whether PIM is part of it.
    pub covers_pim: bool,
}

/// At most one incident, for the tenant.
pub fn incidents(fact: &LicenseFact, tenant: TenantId) -> Vec<Incident> {
    if fact.covers_pim {
        return Vec::new();
    }
    vec![Incident {
        id: tenant.to_string(),
        matter: Matter::License {
            tenant_license_status: fact.status.clone(),
        },
    }]
}
