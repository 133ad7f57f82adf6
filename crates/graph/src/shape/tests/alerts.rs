//! The examples of the alerts dossier, A8.1, A9 and A13.

use model::alert::{
    AlertDefinition, AlertName, AlertOperation, AlertSettings, AlertSeverity, AlertState, Assignee, Incident,
    IncidentRole, Matter, OperationStatus, Thresholds,
};
use model::query::Nav;
use model::record::AlertRecord;
use model::{IsoDuration, RoleDefinitionId};
use serde_json::json;

use super::*;

fn beta() -> Shaping<'static> {
    shaping(Version::Beta, MetadataLevel::Minimal)
}

fn mira() -> Assignee {
    Assignee {
        id: principal(MARA),
        display_name: "Mira Okafor".to_owned(),
        user_principal_name: Some("mira.okafor@pim.example".to_owned()),
    }
}

fn global_reader() -> IncidentRole {
    let id: RoleDefinitionId = "f2ef992c-3afb-46b9-b7cf-a126ee74c451".parse().unwrap();
    IncidentRole {
        id,
        template_id: id,
        display_name: "Global Reader".to_owned(),
    }
}

fn alert(name: AlertName, incidents: u32) -> AlertRecord {
    AlertRecord {
        state: AlertState {
            incidents,
            last_modified_at: (incidents > 0).then(|| at("2026-03-03T22:41:07.21Z")),
            ..AlertState::new(name)
        },
        settings: AlertSettings::default_for(name),
        last_scanned_at: at("2026-03-04T06:12:55.88Z"),
    }
}

fn incident(name: AlertName, matter: Matter) -> Item {
    let id = "x".to_owned();
    Record::AlertIncident(name, Box::new(Incident { id, matter })).into()
}

#[test]
fn an_alert_that_never_fired_has_the_date_that_stands_for_never() {
    let id = format!("DirectoryRole_{TENANT}_InvalidLicenseAlert");
    let shown = entity(
        beta(),
        &Record::Alert(Box::new(alert(AlertName::InvalidLicense, 0))).into(),
    );
    let expected = json!({
        "@odata.context": "https://pim.example.net/beta/$metadata#identityGovernance/roleManagementAlerts/alerts/$entity",
        "id": id, "alertDefinitionId": id, "scopeId": "/", "scopeType": "DirectoryRole",
        "incidentCount": 0, "isActive": false,
        "lastModifiedDateTime": "0001-01-01T08:00:00Z", "lastScannedDateTime": "2026-03-04T06:12:55.88Z",
    });
    assert_eq!(shown.to_string(), expected.to_string());
}

#[test]
fn an_alert_fires_unless_it_is_dismissed_or_off() {
    for (is_dismissed, is_enabled, incidents, wanted) in [
        (false, true, 1, true),
        (true, true, 1, false),
        (false, false, 1, false),
        (false, true, 0, false),
    ] {
        let mut alert = alert(AlertName::StaleSignIn, incidents);
        alert.state.is_dismissed = is_dismissed;
        alert.settings.is_enabled = is_enabled;
        let shown = entity(beta(), &Record::Alert(Box::new(alert)).into());
        assert_eq!(shown["isActive"], wanted);
    }
}

#[test]
fn what_is_expanded_says_where_it_is_and_of_which_type() {
    let name = AlertName::TooManyGlobalAdmins;
    let definition = AlertDefinition {
        name,
        display_name: "There are too many global administrators",
        description: "…".to_owned(),
        severity: AlertSeverity::Low,
        security_impact: "…",
        mitigation_steps: "·…\r\n·…",
        how_to_prevent: "…",
        is_remediatable: true,
        is_configurable: true,
    };
    let settings = AlertSettings::default_for(name);
    let one = |record: Record| Expanded::One(Some(Arc::new(record.into())));
    let item = Item {
        record: Record::Alert(Box::new(alert(name, 1))),
        expanded: vec![
            (
                Nav::AlertDefinition,
                one(Record::AlertDefinition(Box::new(definition))),
            ),
            (
                Nav::AlertConfiguration,
                one(Record::AlertConfiguration(name, settings)),
            ),
            (
                Nav::AlertIncidents,
                Expanded::Many(vec![incident(name, Matter::Administrator { assignee: mira() })]),
            ),
        ],
    };
    let expand: Vec<Expand> = [
        (Nav::AlertDefinition, "alertDefinition"),
        (Nav::AlertConfiguration, "alertConfiguration"),
        (Nav::AlertIncidents, "alertIncidents"),
    ]
    .into_iter()
    .map(|(nav, name)| Expand {
        nav,
        name,
        query: BoundQuery::default(),
    })
    .collect();
    let declared = &sets::ALERT;
    let context = Context::collection(declared, &Select::Default, &expand);
    let items = [item];
    let page =
        Shaper::new(beta(), declared, &Select::Default, &expand).collection(&context, &items, None, None);
    let shown = serde_json::to_value(page).unwrap();
    let base = "https://pim.example.net/beta/$metadata#identityGovernance/roleManagementAlerts";
    assert_eq!(
        shown["@odata.context"],
        format!("{base}/alerts(alertDefinition(),alertConfiguration(),alertIncidents())")
    );
    let row = &shown["value"][0];
    let id = name.id(TENANT.parse().unwrap());
    assert_eq!(
        row["alertDefinition"],
        json!({
            "id": id, "displayName": "There are too many global administrators",
            "scopeType": "DirectoryRole", "scopeId": "/", "description": "…", "severityLevel": "low",
            "securityImpact": "…", "mitigationSteps": "·…\r\n·…", "howToPrevent": "…",
            "isRemediatable": true, "isConfigurable": true,
        })
    );
    assert_eq!(
        row["alertConfiguration"],
        json!({
            "@odata.type": "#microsoft.graph.tooManyGlobalAdminsAssignedToTenantAlertConfiguration",
            "id": id, "alertDefinitionId": id, "scopeType": "DirectoryRole", "scopeId": "/",
            "isEnabled": true, "globalAdminCountThreshold": 3, "percentageOfGlobalAdminsOutOfRolesThreshold": 10,
        })
    );
    assert_eq!(
        row["alertIncidents@odata.context"],
        format!("{base}/alerts('{id}')/alertIncidents")
    );
    assert_eq!(
        row["alertIncidents"],
        json!([{
            "@odata.type": "#microsoft.graph.tooManyGlobalAdminsAssignedToTenantAlertIncident",
            "id": "x", "assigneeId": MARA, "assigneeDisplayName": "Mira Okafor",
            "assigneeUserPrincipalName": "mira.okafor@pim.example",
        }])
    );
}

#[test]
fn each_type_of_incident_has_its_own_properties() {
    let (created_at, then) = (at("2026-02-19T11:03:44.5Z"), at("2026-03-01T08:00:04Z"));
    let (assignee, role) = (mira, global_reader);
    let who = json!({
        "assigneeId": MARA, "assigneeDisplayName": "Mira Okafor",
        "assigneeUserPrincipalName": "mira.okafor@pim.example",
    });
    let what = json!({
        "roleDefinitionId": role().id.to_string(), "roleDisplayName": "Global Reader",
        "roleTemplateId": role().template_id.to_string(),
    });
    let cases = [
        (
            AlertName::InvalidLicense,
            Matter::License {
                tenant_license_status: "Expired".to_owned(),
            },
            vec![json!({"tenantLicenseStatus": "Expired"})],
        ),
        (
            AlertName::NoMfaOnRoleActivation,
            Matter::Role { role: role() },
            vec![
                json!({"roleDisplayName": "Global Reader", "roleTemplateId": role().template_id.to_string()}),
            ],
        ),
        (
            AlertName::RedundantAssignment,
            Matter::Unused {
                assignee: assignee(),
                role: role(),
                last_activation: None,
            },
            vec![who.clone(), what.clone(), json!({"lastActivationDateTime": null})],
        ),
        (
            AlertName::RolesAssignedOutsidePim,
            Matter::OutsidePim {
                assignee: assignee(),
                role: role(),
                created_at,
            },
            vec![
                who.clone(),
                what.clone(),
                json!({"assignmentCreatedDateTime": "2026-02-19T11:03:44.5Z"}),
            ],
        ),
        (
            AlertName::SequentialActivationRenewals,
            Matter::Sequence {
                assignee: assignee(),
                role: role(),
                activations: 5,
                start: then,
                end: at("2026-03-01T08:02:40Z"),
            },
            vec![
                who.clone(),
                what.clone(),
                json!({"activationCount": 5, "sequenceStartDateTime": "2026-03-01T08:00:04Z",
                       "sequenceEndDateTime": "2026-03-01T08:02:40Z"}),
            ],
        ),
        (
            AlertName::StaleSignIn,
            Matter::Stale {
                assignee: assignee(),
                role: role(),
                created_at,
                last_sign_in: Some(then),
            },
            vec![
                who,
                what,
                json!({"assignmentCreatedDateTime": "2026-02-19T11:03:44.5Z",
                       "lastSignInDateTime": "2026-03-01T08:00:04Z"}),
            ],
        ),
    ];
    for (name, matter, parts) in cases {
        let item = incident(name, matter);
        let (select, expand) = (Select::Default, Vec::new());
        let shaped = Shaper::new(beta(), &sets::ALERT_INCIDENT, &select, &expand);
        let shown = serde_json::to_value(shaped.item(&item)).unwrap();
        let mut expected = serde_json::Map::from_iter([
            (
                "@odata.type".to_owned(),
                json!(format!("#microsoft.graph.{}AlertIncident", name.stem().unwrap())),
            ),
            ("id".to_owned(), json!("x")),
        ]);
        for part in parts {
            expected.extend(part.as_object().unwrap().clone());
        }
        assert_eq!(shown, Value::Object(expected), "{name}");
    }
}

#[test]
fn durations_are_written_as_they_are_set() {
    let name = AlertName::SequentialActivationRenewals;
    let settings = AlertSettings {
        is_enabled: false,
        thresholds: Thresholds::Sequence {
            time_interval_between_activations: IsoDuration::from_minutes(15),
            sequential_activation_counter_threshold: 4,
        },
    };
    let (select, expand) = (Select::Default, Vec::new());
    let shaper = Shaper::new(beta(), &sets::ALERT_CONFIGURATION, &select, &expand);
    let item = Record::AlertConfiguration(name, settings).into();
    let shown = serde_json::to_value(shaper.item(&item)).unwrap();
    assert_eq!(shown["isEnabled"], false);
    assert_eq!(shown["timeIntervalBetweenActivations"], "PT15M");
    assert_eq!(shown["sequentialActivationCounterThreshold"], 4);
}

#[test]
fn an_operation_has_nothing_to_show_until_it_is_done() {
    let operation = |status| {
        let operation = AlertOperation {
            id: format!("refresh:{}", AlertName::StaleSignIn.id(TENANT.parse().unwrap())),
            alert: Some(AlertName::StaleSignIn),
            created_at: at("2026-03-04T09:10:02.117Z"),
            last_action_at: at("2026-03-04T09:10:02.117Z"),
            status,
            detail: String::new(),
        };
        entity(beta(), &Record::AlertOperation(Box::new(operation)).into())
    };
    let id = format!("DirectoryRole_{TENANT}_StaleSignInAlert");
    assert_eq!(
        operation(OperationStatus::Running),
        json!({
            "@odata.context": "https://pim.example.net/beta/$metadata#identityGovernance/roleManagementAlerts/operations/$entity",
            "id": format!("refresh:{id}"),
            "createdDateTime": "2026-03-04T09:10:02.117Z", "lastActionDateTime": "2026-03-04T09:10:02.117Z",
            "resourceLocation": "", "status": "running", "statusDetail": "",
        })
    );
    let done = operation(OperationStatus::Succeeded);
    assert_eq!(done["status"], "succeeded");
    assert_eq!(
        done["resourceLocation"],
        format!("https://pim.example.net/beta/identityGovernance/roleManagementAlerts/alerts/{id}")
    );
}
