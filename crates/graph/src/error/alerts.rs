//! What is refused about security alerts (alerts dossier, A1, A6, A8 and A11).

use super::GraphError;

/// Errors of security alerts. Graph documents their statuses only.
impl GraphError {
    /// No such alert, definition, configuration, incident or refresh.
    pub fn alert_not_found(key: &str) -> Self {
        Self::new(
            404,
            "ResourceNotFound",
            format!("The alert resource '{key}' is not found."),
        )
    }

    /// What an alert turns on cannot be set so; `wrong` names property, why and the value.
    pub fn invalid_alert_configuration<'a>(wrong: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let error = Self::new(
            400,
            "InvalidAlertConfiguration",
            "The alert configuration is invalid.",
        );
        wrong.into_iter().fold(error, |error, (property, why)| {
            error.with_detail("InvalidValue", why, Some(property))
        })
    }

    /// The incidents of an alert cannot be put right by asking for it.
    pub fn alert_not_remediatable() -> Self {
        Self::bad_request("The alert is not remediatable.").with_detail(
            "AlertNotRemediatable",
            "isRemediatable of the alert's definition is false",
            Some("isRemediatable"),
        )
    }
}
