//! The routes of security alerts (alerts dossier, A1).

use super::*;

const ALERTS: &str = "/identityGovernance/roleManagementAlerts";
const ALERT: &str = "DirectoryRole_7a1c0d9e-3b52-4f6e-9c4d-2f8e61b0a9d7_StaleSignInAlert";

#[test]
fn each_path_leads_to_its_operation_in_beta_and_nowhere_in_v1() {
    use OperationKind as Kind;
    let alert = format!("{ALERTS}/alerts/{ALERT}");
    let cases = [
        (Method::Get, format!("{ALERTS}/alerts"), Kind::List),
        (Method::Get, format!("{ALERTS}/alertDefinitions"), Kind::List),
        (
            Method::Get,
            format!("{ALERTS}/alertConfigurations('{ALERT}')"),
            Kind::Get,
        ),
        (
            Method::Patch,
            format!("{ALERTS}/alertConfigurations/{ALERT}"),
            Kind::Update,
        ),
        (Method::Get, alert.clone(), Kind::Get),
        (Method::Patch, alert.clone(), Kind::Update),
        (Method::Post, format!("{alert}/refresh"), Kind::Refresh),
        (
            Method::Post,
            format!("{alert}/microsoft.graph.refresh"),
            Kind::Refresh,
        ),
        (Method::Post, format!("{ALERTS}/alerts/refresh"), Kind::RefreshAll),
        (
            Method::Get,
            format!("{alert}/alertIncidents"),
            Kind::Navigate(Nav::AlertIncidents),
        ),
        (
            Method::Get,
            format!("{alert}/alertIncidents/LJnv8vs6uUa3z6Em7nTEUWBPG-gqnXVMoeMFt8bS85g-1"),
            Kind::NavigateElement(Nav::AlertIncidents),
        ),
        (
            Method::Post,
            format!("{alert}/alertIncidents/{ID}_{ID}/remediate"),
            Kind::Remediate(Nav::AlertIncidents),
        ),
        (
            Method::Get,
            format!("{alert}/alertDefinition"),
            Kind::Navigate(Nav::AlertDefinition),
        ),
        (
            Method::Patch,
            format!("{alert}/alertConfiguration"),
            Kind::UpdateNavigation(Nav::AlertConfiguration),
        ),
    ];
    for (method, path, wanted) in cases {
        let found = route(Version::Beta, method, &path).map(|route| route.operation.kind);
        assert_eq!(found, Ok(wanted), "{path}");
        let unknown = RouteError::UnknownSegment("roleManagementAlerts".to_owned());
        assert_eq!(route(Version::V1, method, &path).err(), Some(unknown), "{path}");
    }
}

#[test]
fn a_colon_is_a_part_of_a_key() {
    let path = format!("{ALERTS}/operations/refresh:{ALERT}");
    match route(Version::Beta, Method::Get, &path).unwrap().target {
        Target::Get(Key::Id(id)) => assert_eq!(id, format!("refresh:{ALERT}")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_is_made_or_deleted() {
    for (method, path) in [
        (Method::Post, "alerts".to_owned()),
        (Method::Post, "alertDefinitions".to_owned()),
        (Method::Delete, format!("alerts/{ALERT}")),
        (Method::Delete, format!("alertConfigurations/{ALERT}")),
        (Method::Patch, format!("alertDefinitions/{ALERT}")),
        (Method::Post, format!("alerts/{ALERT}/alertIncidents")),
        (Method::Delete, format!("alerts/{ALERT}/alertIncidents/{ID}")),
    ] {
        let outcome = route(Version::Beta, method, &format!("{ALERTS}/{path}"));
        assert!(
            matches!(outcome, Err(RouteError::MethodNotAllowed { .. })),
            "{method:?} {path}: {outcome:?}"
        );
    }
    let outcome = route(Version::Beta, Method::Get, &format!("{ALERTS}/alertIncidents"));
    assert_eq!(
        outcome.err(),
        Some(RouteError::UnknownSegment("alertIncidents".to_owned()))
    );
}
