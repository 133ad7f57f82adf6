//! The row of a change of the licence.

use model::Licence;
use model::audit::{AuditTarget, ModifiedProperty};

use super::directory::{DirectoryChange, record_directory_change};
use super::event;
use crate::context::Context;
use crate::error::Error;

/// Records that another licence is in place; the tenant is what was changed.
pub(crate) fn record_licence_change(
    cx: &Context<'_>,
    before: &Licence,
    after: &Licence,
) -> Result<(), Error> {
    let property = |name: &str, of: fn(&Licence) -> Option<String>| {
        let (old, new) = (of(before), of(after));
        (old != new).then(|| ModifiedProperty {
            display_name: name.to_owned(),
            old_value: old.as_deref().map(event::json_text),
            new_value: new.as_deref().map(event::json_text),
        })
    };
    let changed = [
        property("Plan", |licence| Some(licence.plan.to_string())),
        property("Seats", |licence| licence.seats.map(|seats| seats.to_string())),
        property("ExpirationDateTime", |licence| {
            licence.expires_at.map(|end| end.to_string())
        }),
    ];
    let target = AuditTarget {
        modified_properties: changed.into_iter().flatten().collect(),
        ..event::tenant_target(cx)
    };
    record_directory_change(
        cx,
        DirectoryChange {
            activity: "Update license of company",
            category: "DirectoryManagement",
            operation: "Update",
            targets: vec![target],
        },
    )
}
