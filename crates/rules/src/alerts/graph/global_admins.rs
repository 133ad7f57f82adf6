//! There are too many global administrators: both as many as are too many and too large a share of all active
//! assignments. Activations count on neither side: whoever activates for an hour is what the alert asks for.

use std::collections::BTreeMap;

use model::ObjectId;
use model::alert::{Assignee, Incident, Matter};

/// How many active assignments it makes a difference to know of: with more, the share of `administrators` is too small
/// to matter.
pub fn assignments_that_matter(administrators: usize, percentage: i32) -> u64 {
    let administrators = u64::try_from(administrators).unwrap_or(u64::MAX);
    match u64::try_from(percentage) {
        Ok(percentage) if percentage > 0 => {
            (administrators.saturating_mul(100) / percentage).saturating_add(1)
        }
        _ => administrators,
    }
}

/// One incident for each global administrator, by their id; `assignments` is how many active assignments there are of
/// all roles, counted up to [`assignments_that_matter`].
pub fn incidents(
    administrators: Vec<Assignee>,
    assignments: u64,
    count_threshold: i32,
    percentage_threshold: i32,
) -> Vec<Incident> {
    let each: BTreeMap<ObjectId, Assignee> = administrators
        .into_iter()
        .map(|assignee| (assignee.id, assignee))
        .collect();
    let count = i128::try_from(each.len()).unwrap_or(i128::MAX);
    let are_many = count >= i128::from(count_threshold);
    let is_large_share =
        count.saturating_mul(100) >= i128::from(percentage_threshold).saturating_mul(i128::from(assignments));
    if !(are_many && is_large_share) {
        return Vec::new();
    }
    each.into_values()
        .map(|assignee| Incident {
            id: assignee.id.to_string(),
            matter: Matter::Administrator { assignee },
        })
        .collect()
}
