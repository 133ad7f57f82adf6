//! Detection rules that others published for Entra's PIM, restated as filters of the audit log: each matches the
//! events that it is meant for, and no others (audit dossier, B10).

use std::collections::BTreeMap;

use serde_json::Value;

use super::scene::Scene;

/// A rule: whose, for what, as a filter, and the events that it is to match.
struct Rule {
    of: &'static str,
    about: &'static str,
    filter: &'static str,
    matches: &'static [&'static str],
}

const RULES: [Rule; 16] = [
    Rule {
        of: "Sentinel",
        about: "a role was activated",
        filter: "activityDisplayName eq 'Add member to role completed (PIM activation)' and result eq 'success'",
        matches: &["selfActivate", "approval"],
    },
    Rule {
        of: "Splunk",
        about: "a role was activated, by the service's own word",
        filter: "activityDisplayName eq 'Add member to role completed (PIM activation)' and loggedByService eq 'PIM'",
        matches: &["selfActivate", "approval"],
    },
    Rule {
        of: "Sentinel",
        about: "an activation was refused by an approver",
        filter: "activityDisplayName eq 'Add member to role request denied (PIM activation)'",
        matches: &["denial"],
    },
    Rule {
        of: "Sigma",
        about: "role settings were changed",
        filter: "activityDisplayName eq 'update role setting in pim' and result eq 'success'",
        matches: &["PATCH of a rule"],
    },
    Rule {
        of: "Sigma",
        about: "approvals and denials by their names of old, which are not written any more",
        filter: "activityDisplayName eq 'Request Approved' or activityDisplayName eq 'Request Denied'",
        matches: &[],
    },
    Rule {
        of: "Panther",
        about: "somebody became an active member by PIM",
        filter: "startswith(activityDisplayName,'Add member to role in PIM completed') \
                 or activityDisplayName eq 'Add member to role completed (PIM activation)'",
        matches: &[
            "active: Global Administrator for a time",
            "active: adminAssign for a time",
            "active: adminAssign for good",
            "active: adminAssign for an hour",
            "active: adminRenew",
            "active: its start is reached",
            "selfActivate",
            "active: adminRenew answers selfRenew",
            "approval",
        ],
    },
    Rule {
        of: "Elastic",
        about: "Global Administrator was given",
        filter: "category eq 'RoleManagement' and result eq 'success' \
                 and (activityDisplayName eq 'Add eligible member to role in PIM completed (permanent)' \
                 or activityDisplayName eq 'Add member to role in PIM completed (timebound)') \
                 and targetResources/any(t:t/displayName eq 'Global Administrator')",
        matches: &[
            "eligible: Global Administrator for good",
            "active: Global Administrator for a time",
        ],
    },
    Rule {
        of: "Elastic",
        about: "role settings were changed, or somebody tried",
        filter: "category eq 'RoleManagement' and activityDisplayName eq 'Update role setting in PIM'",
        matches: &["PATCH of a rule", "PATCH of a rule by which nobody could approve"],
    },
    Rule {
        of: "Sentinel and Sigma",
        about: "a role was given past PIM",
        filter: "activityDisplayName eq 'Add member to role' and not(initiatedBy/app/displayName eq 'MS-PIM')",
        matches: &["POST roleAssignments"],
    },
    Rule {
        of: "Sentinel",
        about: "a secret was added to an application",
        filter: "startswith(activityDisplayName,'Update application') and category eq 'ApplicationManagement'",
        matches: &["a tenant is founded, with an application"],
    },
    Rule {
        of: "scripts",
        about: "standing access was given",
        filter: "activityDisplayName eq 'Add member to role in PIM completed (permanent)'",
        matches: &["active: adminAssign for good"],
    },
    Rule {
        of: "Sentinel",
        about: "a role was given past PIM, by PIM's own word, at each scan anew",
        filter: "startswith(activityDisplayName,'Add member to role outside of PIM')",
        matches: &[
            "a scan finds a role that was given past PIM",
            "an alert is refreshed",
        ],
    },
    Rule {
        of: "Sentinel",
        about: "an alert fired that names what it is about",
        filter: "activityDisplayName eq 'Triggered PIM alert' \
                 and targetResources/any(t:startswith(t/displayName,'Roles are being assigned outside'))",
        matches: &["a scan finds a role that was given past PIM"],
    },
    Rule {
        of: "Sigma",
        about: "an alert was switched off, in the rule's own spelling",
        filter: "activityDisplayName eq 'Disable PIM Alert'",
        matches: &["an alert is switched off"],
    },
    Rule {
        of: "Sentinel",
        about: "somebody was refused a token",
        filter: "activityDisplayName eq 'Sign-in activity' and result eq 'failure'",
        matches: &["somebody is refused a token"],
    },
    Rule {
        of: "EasyPIM",
        about: "what people asked for and were not given",
        filter: "loggedByService eq 'PIM' and result eq 'failure' \
                 and startswith(activityDisplayName,'Add member to role requested')",
        matches: &["selfActivate for too long"],
    },
];

#[test]
fn published_rules_match_what_they_are_meant_for_and_nothing_else() {
    let scene = Scene::of_everything();
    let events: BTreeMap<&str, &str> = scene
        .seen
        .iter()
        .flat_map(|(event, rows)| rows.iter().map(|row| (row.id.as_str(), event.as_str())))
        .collect();
    for rule in &RULES {
        let filter: String = rule.filter.split_whitespace().collect::<Vec<_>>().join("%20");
        let path = format!(
            "/v1.0/auditLogs/directoryAudits?$filter={filter}&$orderby=activityDateTime%20asc&$top=50"
        );
        let rows = scene.tenant.list(&scene.tenant.application_token(), &path);
        // Rows of what merely led up to an event belong to none.
        let mut matched: Vec<&str> = rows
            .iter()
            .filter_map(|row: &Value| events.get(row["id"].as_str()?).copied())
            .collect();
        matched.dedup();
        assert_eq!(matched, rule.matches, "{}: {}", rule.of, rule.about);
    }
}
