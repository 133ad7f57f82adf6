//! What the directory and the audit log refuse (directory dossier, A2, A4 and B7; audit dossier, B3).

use model::Permission;

use super::GraphError;

impl GraphError {
    /// No such object.
    pub fn resource_not_found(id: &str) -> Self {
        Self::new(
            404,
            "Request_ResourceNotFound",
            format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
            ),
        )
    }

    /// The caller may not; the directory does not say what is missing.
    pub fn authorization_request_denied() -> Self {
        Self::new(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )
    }

    /// A value cannot be; `why` is for people.
    pub fn invalid_property(why: impl Into<String>, target: &str) -> Self {
        Self::new(
            400,
            "Request_BadRequest",
            "One or more property values specified are invalid.",
        )
        .with_detail("InvalidValue", why, Some(target))
    }

    /// A value that is needed is missing.
    pub fn missing_property(target: &str) -> Self {
        Self::invalid_property(
            format!("A value is required for property '{target}' of resource."),
            target,
        )
    }

    /// The id in the path or body is none.
    pub fn invalid_object_identifier(id: &str) -> Self {
        Self::new(
            400,
            "Request_BadRequest",
            format!("Invalid object identifier '{id}'."),
        )
    }

    /// There is one with the same unique value.
    pub fn conflicting_object() -> Self {
        Self::new(
            400,
            "Request_BadRequest",
            "A conflicting object with one or more of the specified property values is present in the directory.",
        )
    }

    /// It belongs there already.
    pub fn reference_exists(navigation: &str) -> Self {
        Self::new(
            400,
            "Request_BadRequest",
            format!(
                "One or more added object references already exist for the following modified properties: '{navigation}'."
            ),
        )
    }

    /// Something that cannot be changed; `why` is the message.
    pub fn request_bad_request(why: impl Into<String>) -> Self {
        Self::new(400, "Request_BadRequest", why.into())
    }

    /// `/me` without a user.
    pub fn me_needs_a_user() -> Self {
        Self::new(
            400,
            "BadRequest",
            "/me request is only valid with delegated authentication flow.",
        )
    }

    /// The audit log, without its permission.
    pub fn audit_permission_missing(needed: &[Permission]) -> Self {
        let list = needed.iter().map(|p| p.as_str()).collect::<Vec<_>>().join(",");
        Self::new(
            403,
            "Authentication_MSGraphPermissionMissing",
            format!(
                "The principal does not have required Microsoft Graph permission(s): {list} to call this API."
            ),
        )
    }

    /// The audit log, without a reporting role.
    pub fn audit_role_missing() -> Self {
        Self::new(
            403,
            "Authentication_RequestFromUnsupportedUserRole",
            "User is not in the allowed roles",
        )
    }

    /// No such audit event.
    pub fn audit_not_found(id: &str) -> Self {
        Self::new(404, "ResourceNotFound", format!("Resource '{id}' is not found."))
    }
}
