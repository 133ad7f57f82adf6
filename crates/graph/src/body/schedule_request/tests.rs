//! Every quirk of the clients, and what is refused.

use model::request::{Expiration as X, ScheduleInfo};
use serde_json::{Value, json};

use super::*;

const MARA: &str = "3f1d6a52-8c0e-4b7a-9d35-2e6f70b4c811";
const ROLE: &str = "fe930be7-5e62-47db-91af-98c3a49a38b1";

/// A well-formed activation with some members replaced; null takes one away.
fn with(changes: Value) -> Value {
    let mut body = json!({
        "action": "selfActivate", "principalId": MARA, "roleDefinitionId": ROLE, "directoryScopeId": "/",
        "scheduleInfo": {"expiration": {"type": "afterDuration", "duration": "PT5H"}},
    });
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(name);
        } else {
            body.as_object_mut().unwrap().insert(name.clone(), value.clone());
        }
    }
    body
}

fn read(body: &Value) -> Result<ScheduleRequestBody, GraphError> {
    schedule_request(Version::V1, body.to_string().as_bytes())
}

fn accepted(changes: Value) -> ScheduleRequestBody {
    let body = with(changes);
    read(&body).unwrap_or_else(|error| panic!("{body}: {error} {:?}", error.details))
}

fn scheduled(info: Value) -> ScheduleInfo {
    accepted(json!({"scheduleInfo": info})).schedule.unwrap()
}

fn hours(count: i64) -> IsoDuration {
    IsoDuration::from_hours(count)
}

#[test]
fn schedules_are_read_as_every_client_writes_them() {
    let end = Instant::parse("2026-10-31T00:00:00Z").unwrap();
    let cases = [
        // m365: no start.
        (
            json!({"expiration": {"type": "afterDuration", "duration": "PT8H"}}),
            None,
            X::AfterDuration(hours(8)),
        ),
        // EasyPIM: Pascal, and members that do not belong.
        (
            json!({"startDateTime": "2026-05-04T06:10:00Z",
                "expiration": {"type": "AfterDuration", "endDateTime": null, "duration": "PT8H"}}),
            Some("2026-05-04T06:10:00Z"),
            X::AfterDuration(hours(8)),
        ),
        (
            json!({"expiration": {"type": "NoExpiration", "endDateTime": null, "duration": ""}}),
            None,
            X::NoExpiration,
        ),
        (
            json!({"expiration": {"type": "noExpiration", "duration": "PT8H"}}),
            None,
            X::NoExpiration,
        ),
        // .NET 'o', and M365DSC's start without seconds.
        (
            json!({"startDateTime": "2026-05-04T12:00:00.0000000+02:00",
                "expiration": {"type": "AfterDateTime", "endDateTime": "2026-10-31T00:00:00.000Z"}}),
            Some("2026-05-04T10:00:00Z"),
            X::AfterDateTime(end),
        ),
        (
            json!({"startDateTime": "2026-05-04T06:10Z"}),
            Some("2026-05-04T06:10:00Z"),
            X::NotSpecified,
        ),
        // SDKs: types on everything.
        (
            json!({"@odata.type": "#microsoft.graph.requestSchedule", "recurrence": null, "expiration": {
                "@odata.type": "#microsoft.graph.expirationPattern", "type": "notSpecified"}}),
            None,
            X::NotSpecified,
        ),
        // A missing type follows from the only member.
        (
            json!({"expiration": {"duration": "PT480M"}}),
            None,
            X::AfterDuration(hours(8)),
        ),
        (
            json!({"expiration": {"endDateTime": "2026-10-31T00:00:00Z"}}),
            None,
            X::AfterDateTime(end),
        ),
        (json!({"expiration": {}}), None, X::NotSpecified),
        (json!({"expiration": null}), None, X::NotSpecified),
        (json!({}), None, X::NotSpecified),
        (
            json!({"STARTDATETIME": null, "Expiration": {"TYPE": "NOEXPIRATION"}}),
            None,
            X::NoExpiration,
        ),
    ];
    for (info, start, expiration) in cases {
        let read = scheduled(info.clone());
        assert_eq!(
            read.start,
            start.map(|text| Instant::parse(text).unwrap()),
            "{info}"
        );
        assert_eq!(read.expiration, expiration, "{info}");
    }
}

#[test]
fn whole_bodies_are_read_as_every_client_writes_them() {
    // hamilton posts a whole earlier request again.
    let body = accepted(json!({
        "id": MARA, "status": "Provisioned", "createdDateTime": "nonsense", "createdBy": {"user": {"id": 5}},
        "@odata.context": "x", "targetScheduleId": MARA, "approvalId": null, "additionalData": {},
        "PrincipalId": null,
    }));
    assert_eq!(body.principal_id.to_string(), MARA);
    // EasyPIM's further members of the ticket; m365's empty one.
    let body = accepted(json!({"ticketInfo": {"ticketNumber": "1", "ticketSystem": null,
        "ticketSubmitterIdentityId": "x"}}));
    assert_eq!(body.ticket.number.as_deref(), Some("1"));
    assert_eq!(accepted(json!({"ticketInfo": {}})).ticket, TicketInfo::default());
    // M365DSC's flags as text, PowerShell's Pascal.
    assert!(accepted(json!({"isValidationOnly": "True"})).is_validation_only);
    assert!(!accepted(json!({"isValidationOnly": "false"})).is_validation_only);
    let body = accepted(json!({"action": "SelfActivate"}));
    assert_eq!(
        (body.action, body.action_text.as_str()),
        (Action::SelfActivate, "SelfActivate")
    );
    let pascal = json!({"Action": "AdminAssign", "PrincipalId": MARA.to_uppercase(), "RoleDefinitionId": ROLE,
        "DirectoryScopeId": "/administrativeUnits/a7c2e914-55d0-4f6b-8b1c-90de1f3a6c27", "Justification": "x"});
    let body = read(&pascal).unwrap();
    assert!(matches!(body.scope, DirectoryScope::AdministrativeUnit(_)));
    assert_eq!(body.justification.as_deref(), Some("x"));
    assert_eq!(body.schedule, None);
    // Only the tenant has a name as an application's scope.
    let body = accepted(json!({"directoryScopeId": null, "appScopeId": "/"}));
    assert_eq!(body.scope, DirectoryScope::Tenant);
    let text = format!("\u{feff}{}", with(json!({})));
    assert!(schedule_request(Version::V1, text.as_bytes()).is_ok());
}

#[test]
fn removals_do_not_look_at_the_schedule() {
    for action in ["adminRemove", "SelfDeactivate"] {
        for info in [
            json!({"startDateTime": "nonsense", "expiration": {"type": "AfterDuration", "duration": ""}}),
            json!({"recurrence": {"pattern": {}}}),
            json!("nonsense"),
        ] {
            let body = accepted(json!({"action": action, "scheduleInfo": info}));
            assert_eq!(body.schedule, None, "{action}");
        }
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let invalid = "InvalidRoleAssignmentRequest";
    let schedule = |info: Value| json!({"scheduleInfo": info});
    let cases = [
        (json!({"action": null}), invalid),
        (json!({"principalId": null}), invalid),
        (json!({"roleDefinitionId": null}), invalid),
        (json!({"directoryScopeId": null}), invalid),
        (json!({"action": "AdminAdd"}), "BadRequest"),
        (json!({"action": 5}), "BadRequest"),
        (json!({"action": "unknownFutureValue"}), invalid),
        (json!({"principalId": "x"}), "BadRequest"),
        (json!({"principalId": [MARA]}), "BadRequest"),
        (
            json!({"roleDefinitionId": "{fe930be7-5e62-47db-91af-98c3a49a38b1}"}),
            "BadRequest",
        ),
        (json!({"justification": 5}), "BadRequest"),
        (json!({"isValidationOnly": "perhaps"}), "BadRequest"),
        (json!({"ticketInfo": "x"}), "BadRequest"),
        (json!({"directoryScopeId": "x"}), "InvalidScope"),
        (json!({"directoryScopeId": "/groups/x"}), "InvalidScope"),
        (
            json!({"directoryScopeId": null, "appScopeId": format!("/{MARA}")}),
            "InvalidScope",
        ),
        (json!({"scheduleInfo": []}), "BadRequest"),
        (schedule(json!({"startDateTime": "2026-03-11T10:00:00"})), invalid),
        (
            schedule(json!({"startDateTime": "2026-02-30T10:00:00Z"})),
            "BadRequest",
        ),
        (schedule(json!({"startDateTime": ""})), "BadRequest"),
        (schedule(json!({"recurrence": {"pattern": null}})), invalid),
        (
            schedule(json!({"expiration": {"type": "afterWhile"}})),
            "BadRequest",
        ),
        (
            schedule(json!({"expiration": {"type": "afterDuration"}})),
            invalid,
        ),
        (
            schedule(json!({"expiration": {"type": "afterDateTime", "duration": "PT1H"}})),
            invalid,
        ),
        (
            schedule(json!({"expiration": {"duration": "PT1H", "endDateTime": "2026-03-11T10:00:00Z"}})),
            invalid,
        ),
    ];
    for (changes, code) in cases {
        let error = read(&with(changes.clone())).unwrap_err();
        assert_eq!((error.status, error.code.as_ref()), (400, code), "{changes}");
    }
    // The Python SDK writes a timedelta so.
    for duration in ["5:30:00", "P1W", "P1M", "-PT1H", "P1Y", "", "PT"] {
        let info = schedule(json!({"expiration": {"type": "afterDuration", "duration": duration}}));
        let error = read(&with(info)).unwrap_err();
        assert_eq!(error.code, "BadRequest", "{duration}");
        assert_eq!(
            error.message,
            format!("Cannot convert the literal '{duration}' to the expected type 'Edm.Duration'.")
        );
    }
    let beta = with(json!({"action": "AdminAdd"})).to_string();
    let error = schedule_request(Version::Beta, beta.as_bytes()).unwrap_err();
    assert_eq!(error.code, invalid);
}

#[test]
fn what_is_no_object_is_no_payload() {
    for text in ["", "null", "[]", "\"x\"", "{", "{\"a\":1}{", "\u{0}"] {
        let error = schedule_request(Version::V1, text.as_bytes()).unwrap_err();
        assert_eq!(error, GraphError::invalid_json(), "{text}");
    }
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(schedule_request(Version::V1, deep.as_bytes()).is_err());
    assert!(schedule_request(Version::V1, b"{\"action\":\"\xff\"}").is_err());
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_body_makes_the_parser_fall_over(
            action in "(adminAssign|selfActivate|\\PC{0,8})",
            scope in "(/|\\PC{0,8})",
            kind in "(afterDuration|afterDateTime|\\PC{0,6})",
            value in "\\PC{0,20}",
        ) {
            let body = with(json!({"action": action, "directoryScopeId": scope, "scheduleInfo": {
                "startDateTime": value, "expiration": {"type": kind, "duration": value, "endDateTime": value}}}));
            if let Err(error) = read(&body) {
                prop_assert_eq!(error.status, 400);
            }
        }
    }
}
