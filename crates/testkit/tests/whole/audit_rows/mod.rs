//! Every event that can happen, and the rows that it leaves: names, categories, results, who did it, and the order of
//! targets and details, which detection rules rely on (audit dossier, B5 to B9). They are compared with
//! `audit_rows.txt`; `TENURE_WRITE_AUDIT_ROWS=1` writes it anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use model::audit::{AuditTarget, Initiator, LoggedEvent};

use self::scene::Scene;

mod detection;
mod events;
mod scene;

const WRITE: &str = "TENURE_WRITE_AUDIT_ROWS";
const HEAD: &str = "\
# What each event leaves in the audit log, oldest row first:
#   service / activity
#     category, operationType, result: resultReason; who did it
#     targetResources in order, with modifiedProperties
#     keys of additionalDetails in order; AuditType with its value
";

/// What the service can be told to write by its published names, and does not, with the reason.
const NEVER: [(&str, &str); 15] = [
    (
        "Update member in PIM denied by admin (extend/renew)",
        "Graph has no way to deny one but cancelling it",
    ),
    (
        "Restore eligible member from role in PIM completed",
        "nothing is restored: what ended is assigned anew",
    ),
    ("Restore member from role in PIM completed", "nothing is restored"),
    ("Restore member from role", "nothing is restored"),
    ("Restore permanent direct role assignment", "nothing is restored"),
    (
        "Restore permanent eligible role assignment",
        "nothing is restored",
    ),
    (
        "Remove permanent direct role assignment",
        "no caller is known; removals are requests",
    ),
    (
        "Remove permanent eligible role assignment",
        "no caller is known; removals are requests",
    ),
    ("Process role removal request", "no caller is known"),
    ("Remove request", "requests stay"),
    ("PIM policy removed", "policies stay with their roles"),
    ("Offboarded resource from PIM", "there is no offboarding"),
    ("Tenant offboarded from PIM", "there is no offboarding"),
    ("Cancel request for role removal", "removals are done at once"),
    ("Cancel request for role update", "updates are done at once"),
];

fn describe(table: &mut String, row: &LoggedEvent) {
    let by = match &row.initiated_by {
        Initiator::User { display_name, .. } => format!("user {}", display_name.as_deref().unwrap_or("-")),
        Initiator::App { display_name, .. } => format!("app {}", display_name.as_deref().unwrap_or("-")),
    };
    let targets: Vec<String> = row.targets.iter().map(target).collect();
    let details: Vec<String> = row
        .details
        .iter()
        .map(|detail| match detail.key.as_str() {
            "AuditType" | "ActionType" => format!("{}={}", detail.key, detail.value),
            key => key.to_owned(),
        })
        .collect();
    let service = row.service.as_str();
    writeln!(table, "  {service} / {}", row.activity).unwrap();
    writeln!(
        table,
        "    {}, {}, {}: {}; {by}",
        row.category, row.operation_type, row.result, row.result_reason
    )
    .unwrap();
    writeln!(table, "    {}", targets.join(" | ")).unwrap();
    if !details.is_empty() {
        writeln!(table, "    {}", details.join(" ")).unwrap();
    }
}

fn target(target: &AuditTarget) -> String {
    let mut text = target.target_type.clone();
    if let Some(name) = &target.display_name {
        write!(text, " {name}").unwrap();
    }
    let modified: Vec<&str> = target
        .modified_properties
        .iter()
        .map(|property| property.display_name.as_str())
        .collect();
    if !modified.is_empty() {
        write!(text, " [{}]", modified.join(", ")).unwrap();
    }
    text
}

#[test]
fn every_event_leaves_the_rows_of_the_table() {
    let scene = Scene::of_everything();
    let mut table = HEAD.to_owned();
    let mut activities = BTreeSet::new();
    for (event, rows) in &scene.seen {
        write!(table, "\n{event}\n").unwrap();
        for row in rows {
            activities.insert(row.activity.clone());
            describe(&mut table, row);
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/audit_rows.txt");
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&file, &table).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = kept.lines().zip(table.lines()).position(|(kept, is)| kept != is);
    assert!(
        kept == table,
        "{} differs at line {}; {WRITE}=1 writes it anew",
        file.display(),
        differs.map_or(kept.lines().count().min(table.lines().count()), |line| line) + 1
    );

    let published = include_str!("../../published_activities.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    let missing: Vec<&str> = published
        .filter(|name| !activities.contains(*name) && !NEVER.iter().any(|(never, _)| never == name))
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "published, and never seen here");
    let seen_after_all: Vec<_> = NEVER
        .iter()
        .filter(|(name, _)| activities.contains(*name))
        .collect();
    assert!(seen_after_all.is_empty(), "{seen_after_all:?}");
}
