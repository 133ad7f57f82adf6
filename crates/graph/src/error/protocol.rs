//! What HTTP and OData themselves refuse, whatever is asked (directory dossier, B2, B4, B7 and C3).

use model::Instant;
use serde_json::json;

use super::{GraphError, Hint, Throttled};
use crate::description::{EntitySet, Method, Service};

impl GraphError {
    /// Anything about a body's or query's form; `message` says it.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message.into())
    }

    /// The body is not JSON.
    pub fn invalid_json() -> Self {
        Self::new(
            400,
            "BadRequest",
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
        )
    }

    /// A value of the body has another type than its property.
    pub fn cannot_convert(literal: &str, edm_type: &str, property: &str) -> Self {
        Self::new(
            400,
            "BadRequest",
            format!("Cannot convert the literal '{literal}' to the expected type '{edm_type}'."),
        )
        .with_detail(
            "InvalidValue",
            format!("'{property}' must be of type {edm_type}."),
            Some(property),
        )
    }

    /// The version of the path is none of ours.
    pub fn unknown_version(segment: &str) -> Self {
        Self::new(404, "BadRequest", format!("Invalid version: {segment}"))
    }

    /// No path is for that method (directory dossier, B7).
    pub fn method_not_allowed() -> Self {
        Self::new(
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        )
    }

    /// The path has methods, but not that one (RFC 9110, 15.5.6).
    pub fn method_not_among(allowed: Vec<Method>) -> Self {
        Self {
            hint: Some(Hint::Allowed(allowed)),
            ..Self::method_not_allowed()
        }
    }

    /// The token cannot be used; `why` is the message (directory dossier, C3).
    pub fn invalid_authentication_token(why: impl Into<String>) -> Self {
        Self::new(401, "InvalidAuthenticationToken", why.into())
    }

    /// What the token says has ceased to be true since it was made, and the client can ask for another
    /// (directory dossier, C4): one that was made from `now` on.
    pub fn continuous_access_challenge(now: Instant) -> Self {
        let not_before = now.as_micros().div_euclid(1_000_000).to_string();
        let claims = json!({"access_token": {"nbf": {"essential": true, "value": not_before}}});
        Self {
            hint: Some(Hint::Claims(claims.to_string().into())),
            ..Self::invalid_authentication_token(
                "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: \
                 TokenIssuedBeforeRevocationTimestamp",
            )
        }
    }

    /// The token's permissions do not let it do `needed` on the set, in its service's words.
    pub fn permission_missing(set: &EntitySet, needed: &[model::Permission]) -> Self {
        match set.service {
            Service::Pim => Self::permission_scope_not_granted(needed),
            Service::Directory => Self::authorization_request_denied(),
            Service::AuditLog => Self::audit_permission_missing(needed),
        }
    }

    /// The caller's roles do not let them use the set, in its service's words.
    pub fn role_missing(set: &EntitySet) -> Self {
        match set.service {
            Service::Pim => Self::unauthorized_access(),
            Service::Directory => Self::authorization_request_denied(),
            Service::AuditLog => Self::audit_role_missing(),
        }
    }

    /// The set has no entity with that key, in its service's words.
    pub fn not_found(set: &EntitySet, key: &str) -> Self {
        use model::query::Collection as C;
        match set.collection {
            C::ScheduleRequests(_) => Self::request_not_found(),
            C::Schedules(_) | C::ScheduleInstances(_) => Self::schedule_not_found(),
            C::Approvals => Self::approval_not_found(),
            C::Policies | C::PolicyAssignments => Self::policy_not_found(),
            C::PolicyRules => Self::unknown_policy_rule(key),
            C::DirectoryAudits => Self::audit_not_found(key),
            C::RoleAssignments
            | C::RoleDefinitions
            | C::Users
            | C::Groups
            | C::ServicePrincipals
            | C::AdministrativeUnits
            | C::DirectoryObjects
            | C::Organization
            | C::DirectoryRoleTemplates
            | C::DirectoryRoles
            | C::SubscribedSkus
            | C::AuthenticationContexts => Self::resource_not_found(key),
            C::Alerts
            | C::AlertDefinitions
            | C::AlertConfigurations
            | C::AlertIncidents
            | C::AlertOperations => Self::alert_not_found(key),
        }
    }

    /// The page size is not one that the directory serves.
    pub fn invalid_page_size(asked: u32, maximum: u32) -> Self {
        Self::new(
            400,
            "Request_UnsupportedQuery",
            format!("Invalid page size specified: '{asked}'. Must be between 1 and {maximum} inclusive."),
        )
    }

    /// The token of a next link is too old or not ours.
    pub fn expired_page_token() -> Self {
        Self::new(
            400,
            "Directory_ExpiredPageToken",
            "The specified page token value has expired and can no longer be included in your request.",
        )
    }

    /// Somebody else has changed it since (directory dossier, B7).
    pub fn precondition_failed() -> Self {
        Self::new(
            412,
            "PreconditionFailed",
            "The resource was changed since it was read. Read it again and repeat the change.",
        )
    }

    /// What a request of a batch depends on has failed (directory dossier, B9).
    pub fn failed_dependency() -> Self {
        Self::new(
            424,
            "FailedDependency",
            "A request that this one depends on has failed.",
        )
    }

    /// `Accept` names nothing that is served.
    pub fn not_acceptable() -> Self {
        Self::new(
            406,
            "NotAcceptable",
            "The requested content type is not available.",
        )
    }

    /// `Content-Type` is not JSON.
    pub fn unsupported_media_type() -> Self {
        Self::new(
            415,
            "UnsupportedMediaType",
            "The content type of the request is not supported.",
        )
    }

    /// The body is too large.
    pub fn payload_too_large() -> Self {
        Self::new(413, "RequestEntityTooLarge", "The request body is too large.")
    }

    /// Too many calls (directory dossier, B8).
    pub fn too_many_requests(throttled: Throttled) -> Self {
        Self {
            hint: Some(Hint::Throttled(Box::new(throttled))),
            ..Self::new(429, "TooManyRequests", "Please retry again later.")
        }
    }

    /// Two changes met.
    pub fn conflict() -> Self {
        Self::new(409, "Conflict", "The resource was changed at the same time.")
    }

    /// Our own fault.
    pub fn internal() -> Self {
        Self::new(500, "InternalServerError", "An internal server error occurred.")
    }

    /// Graph has it, and Tenure does not.
    pub fn not_supported(message: impl Into<String>) -> Self {
        Self::new(501, "notSupported", message.into())
    }

    /// Not for now.
    pub fn service_not_available() -> Self {
        Self::new(
            503,
            "serviceNotAvailable",
            "The service is temporarily unavailable.",
        )
    }
}
