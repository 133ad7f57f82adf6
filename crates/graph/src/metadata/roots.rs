//! Which sets a version has, and the types of what leads to them.

use crate::Version;
use crate::description::EntitySet;
use crate::sets;

/// The types of the segments in front of an entity set.
const ROOTS: [(&[&str], &str); 7] = [
    (&["roleManagement"], "microsoft.graph.roleManagement"),
    (
        &["roleManagement", "directory"],
        "microsoft.graph.rbacApplication",
    ),
    (&["policies"], "microsoft.graph.policyRoot"),
    (&["auditLogs"], "microsoft.graph.auditLogRoot"),
    (&["directory"], "microsoft.graph.directory"),
    (&["identityGovernance"], "microsoft.graph.identityGovernance"),
    (
        &["identityGovernance", "roleManagementAlerts"],
        "microsoft.graph.roleManagementAlert",
    ),
];

/// The sets that a version has.
pub(super) fn sets_of(version: Version) -> impl Iterator<Item = &'static EntitySet> {
    sets::ALL.into_iter().filter(move |set| set.exists_in(version))
}

/// The segments behind which a version has sets.
pub(super) fn roots(version: Version) -> impl Iterator<Item = (&'static [&'static str], &'static str)> {
    let leads_somewhere = move |path: &[&str]| {
        sets_of(version).any(|set| {
            [Some(set.path), set.beta_path]
                .into_iter()
                .flatten()
                .any(|it| it.starts_with(path))
        })
    };
    ROOTS.into_iter().filter(move |(path, _)| leads_somewhere(path))
}
