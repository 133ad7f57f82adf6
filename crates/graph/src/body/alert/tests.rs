//! Bodies of alerts: what is tolerated, what is refused, and that a refusal says why.

use model::IsoDuration;
use model::alert::{AlertName, AlertSettings, Thresholds};

use super::{alert_activity, alert_scope, alert_settings};

fn settings(name: AlertName, body: &str) -> Result<AlertSettings, crate::GraphError> {
    alert_settings(name, AlertSettings::default_for(name), body.as_bytes())
}

#[test]
fn only_is_active_can_be_written_as_flag_or_text() {
    for (body, wanted) in [
        (r#"{"isActive": false}"#, Some(false)),
        (r#"{"isActive": "TRUE"}"#, Some(true)),
        (
            r##"{"@odata.type": "#microsoft.graph.unifiedRoleManagementAlert", "isActive": true}"##,
            Some(true),
        ),
        (
            r##"{"@odata.type": "#microsoft.graph.user", "isActive": true}"##,
            None,
        ),
        (r#"{"incidentCount": 0}"#, None),
        (r#"{"isActive": null}"#, None),
        (r#"{"isActive": 1}"#, None),
        ("[]", None),
        ("{", None),
    ] {
        assert_eq!(alert_activity(body.as_bytes()).ok(), wanted, "{body}");
    }
}

#[test]
fn settings_name_their_own_type_and_keep_what_is_not_named() {
    let name = AlertName::SequentialActivationRenewals;
    let type_name = r##""@odata.type": "#microsoft.graph.sequentialActivationRenewalsAlertConfiguration""##;
    let changed = settings(
        name,
        &format!("{{{type_name}, \"timeIntervalBetweenActivations\": \"PT15M\"}}"),
    )
    .unwrap();
    assert_eq!(
        changed.thresholds,
        Thresholds::Sequence {
            time_interval_between_activations: IsoDuration::from_minutes(15),
            sequential_activation_counter_threshold: 3,
        }
    );
    assert!(changed.is_enabled);
    let off = settings(name, &format!("{{{type_name}, \"isEnabled\": \"false\"}}")).unwrap();
    assert!(!off.is_enabled);
    for body in [
        r#"{"isEnabled": false}"#.to_owned(),
        r##"{"@odata.type": "#microsoft.graph.staleSignInAlertConfiguration", "isEnabled": false}"##
            .to_owned(),
        format!("{{{type_name}, \"isEnabled\": \"maybe\"}}"),
        format!("{{{type_name}, \"sequentialActivationCounterThreshold\": \"4\"}}"),
        format!("{{{type_name}, \"sequentialActivationCounterThreshold\": 4.5}}"),
        format!("{{{type_name}, \"timeIntervalBetweenActivations\": \"15 minutes\"}}"),
    ] {
        let error = settings(name, &body).unwrap_err();
        assert_eq!(error.status, 400, "{body}");
    }
}

#[test]
fn a_refusal_names_the_type_that_is_wanted() {
    let error = settings(AlertName::StaleSignIn, r#"{"duration": "P7D"}"#).unwrap_err();
    assert_eq!(error.code, "InvalidAlertConfiguration");
    assert_eq!(error.details[0].target.as_deref(), Some("@odata.type"));
    assert!(
        error.details[0]
            .message
            .contains("#microsoft.graph.staleSignInAlertConfiguration")
    );
}

#[test]
fn there_is_one_scope() {
    for (body, is_right) in [
        (r#"{"scopeId": "/", "scopeType": "DirectoryRole"}"#, true),
        (r#"{"scopeId": "/", "scopeType": "directoryrole"}"#, true),
        (r#"{"scopeId": "/", "scopeType": "Directory"}"#, false),
        (r#"{"scopeId": "/x", "scopeType": "DirectoryRole"}"#, false),
        (r#"{"scopeType": "DirectoryRole"}"#, false),
        ("{}", false),
    ] {
        let outcome = alert_scope(body.as_bytes());
        assert_eq!(outcome.is_ok(), is_right, "{body}");
        if let Err(error) = outcome {
            assert!(error.message.contains("MissingProvider"), "{error}");
        }
    }
}
