//! The rows about the audit log itself: that old records were removed, and that it is kept for another time than before.

use model::Instant;
use model::audit::{AuditTarget, ModifiedProperty, RECORDS_REMOVED, REMOVED_THROUGH};

use super::event;
use super::system::record_system_event;
use crate::context::Context;
use crate::error::Error;

/// What a record is called that says that another retention is in force.
const RETENTION_CHANGED: &str = "Update audit retention";
/// The property that changed.
const RETENTION_DAYS: &str = "RetentionDays";

/// Records that were removed.
pub struct Removal {
    /// The last of them.
    pub through: u64,
    /// How many.
    pub records: u64,
    /// When the first was written.
    pub from: Option<Instant>,
    /// When the last was written.
    pub until: Option<Instant>,
    /// For how many days records are kept.
    pub retention_days: u32,
}

/// Records that old records are no longer kept.
pub fn record_removal(cx: &Context<'_>, removal: &Removal) -> Result<(), Error> {
    let time = |instant: Option<Instant>| instant.map_or_else(String::new, |instant| instant.to_string());
    let details = [
        (REMOVED_THROUGH, removal.through.to_string()),
        ("RemovedRecords", removal.records.to_string()),
        ("RemovedFrom", time(removal.from)),
        ("RemovedUntil", time(removal.until)),
        (RETENTION_DAYS, removal.retention_days.to_string()),
    ];
    let targets = vec![event::tenant_target(cx)];
    record_system_event(cx, RECORDS_REMOVED, "Delete", targets, &details)
}

/// Records that records are kept for another time than before; none means for ever.
pub fn record_retention_change(
    cx: &Context<'_>,
    before: Option<u32>,
    after: Option<u32>,
) -> Result<(), Error> {
    let value = |days: Option<u32>| days.map_or_else(|| "null".to_owned(), |days| days.to_string());
    let target = AuditTarget {
        modified_properties: vec![ModifiedProperty {
            display_name: RETENTION_DAYS.to_owned(),
            old_value: Some(value(before)),
            new_value: Some(value(after)),
        }],
        ..event::tenant_target(cx)
    };
    record_system_event(cx, RETENTION_CHANGED, "Update", vec![target], &[])
}
