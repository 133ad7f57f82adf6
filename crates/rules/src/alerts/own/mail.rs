//! Mail is given up.

use std::collections::BTreeMap;

use model::alert::{Incident, Matter};
use model::{Delivery, DeliveryStatus};

/// One incident for each address, in lower case.
pub fn incidents(deliveries: &[Delivery]) -> Vec<Incident> {
    let mut by_address: BTreeMap<String, (u32, Option<String>)> = BTreeMap::new();
    for delivery in deliveries
        .iter()
        .filter(|delivery| delivery.status == DeliveryStatus::Failed)
    {
        let entry = by_address
            .entry(delivery.recipient.as_str().to_lowercase())
            .or_default();
        entry.0 = entry.0.saturating_add(1);
        entry.1 = delivery.last_error.clone().or(entry.1.take());
    }
    by_address
        .into_iter()
        .map(|(recipient, (given_up, last_error))| Incident {
            id: recipient.clone(),
            matter: Matter::Mail {
                recipient,
                given_up,
                last_error,
            },
        })
        .collect()
}
