//! What the token endpoint answers (RFC 6749, 5.1 and 5.2; directory dossier, C5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{CorrelationId, Entropy, Instant, ObjectId, TenantId};
use serde::Serialize;

use crate::issuer::AccessToken;

/// The answer with a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenResponse {
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds of life.
    pub expires_in: i64,
    /// The same again, which Microsoft's clients read.
    pub ext_expires_in: i64,
    /// The token.
    pub access_token: String,
    /// What the token is good for, where a user gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What the next token is got with, if `offline_access` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Who signed in, if `openid` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// By what Microsoft's clients tell accounts apart, if they asked: [`client_info`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_info: Option<String>,
}

/// The answer that starts the device flow (RFC 8628, 3.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceAuthorizationResponse {
    /// What the user is shown.
    pub user_code: String,
    /// What the client polls with.
    pub device_code: String,
    /// Where the user goes.
    pub verification_uri: String,
    /// Seconds until it is too late.
    pub expires_in: i64,
    /// Seconds between two polls.
    pub interval: i64,
    /// What clients show as it is.
    pub message: String,
}

/// How a client asks for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// An application on its own (RFC 6749, 4.4).
    ClientCredentials,
    /// A user who approves elsewhere (RFC 8628, 3.4).
    DeviceCode,
    /// What a user approved before (RFC 6749, 6).
    RefreshToken,
}

impl GrantType {
    /// Reads `grant_type`. Microsoft's Node clients leave the URN of the device flow out.
    ///
    /// # Errors
    /// [`OAuthError::UnsupportedGrantType`] for any other.
    pub fn parse(text: &str) -> Result<Self, OAuthError> {
        match text {
            "client_credentials" => Ok(Self::ClientCredentials),
            "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => Ok(Self::DeviceCode),
            "refresh_token" => Ok(Self::RefreshToken),
            other => Err(OAuthError::UnsupportedGrantType(other.to_owned())),
        }
    }
}

/// The `client_info` of a user's token.
pub fn client_info(user: ObjectId, tenant: TenantId) -> String {
    URL_SAFE_NO_PAD.encode(format!(r#"{{"uid":"{user}","utid":"{tenant}"}}"#))
}

impl From<AccessToken> for TokenResponse {
    fn from(token: AccessToken) -> Self {
        Self {
            token_type: "Bearer",
            expires_in: token.expires_in,
            ext_expires_in: token.expires_in,
            access_token: token.token,
            scope: None,
            refresh_token: None,
            id_token: None,
            client_info: None,
        }
    }
}

/// Why the token endpoint refuses. The display text is the description, with the AADSTS number that
/// clients look for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// A form field is missing.
    #[error("AADSTS900144: The request body must contain the following parameter: '{0}'.")]
    MissingParameter(&'static str),
    /// The form cannot be read, or says contradictory things.
    #[error("AADSTS9000410: Malformed request: {0}.")]
    MalformedRequest(String),
    /// The client does not try to prove who it is.
    #[error(
        "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
    )]
    MissingSecret,
    /// A grant type that is not offered.
    #[error("AADSTS70003: The app requested an unsupported grant type '{0}'.")]
    UnsupportedGrantType(String),
    /// Not `{resource}/.default` with this resource.
    #[error(
        "AADSTS70011: The provided value for the input parameter 'scope' is not valid. The scope {0} is not valid."
    )]
    InvalidScope(String),
    /// The tenant of the path is not this one.
    #[error("AADSTS90002: Tenant '{0}' not found.")]
    UnknownTenant(String),
    /// No such application.
    #[error("AADSTS700016: Application with identifier '{0}' was not found in the directory.")]
    UnknownClient(String),
    /// The secret is none of the application's.
    #[error("AADSTS7000215: Invalid client secret provided for app '{0}'.")]
    WrongSecret(String),
    /// The secret was the application's, and has expired.
    #[error("AADSTS7000222: The provided client secret for app '{0}' is expired.")]
    ExpiredSecret(String),
    /// The user has not decided yet.
    #[error("AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling.")]
    AuthorizationPending,
    /// The same, to a client that asks too often.
    #[error("AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Poll less often.")]
    SlowDown,
    /// The user said no.
    #[error("AADSTS65004: User declined to consent to access the app.")]
    AuthorizationDeclined,
    /// The user came too late, or never.
    #[error("AADSTS70019: Verification code expired. Have the user retry the sign-in.")]
    ExpiredDeviceCode,
    /// No such device code, or another client's.
    #[error("AADSTS70018: Invalid verification code.")]
    BadVerificationCode,
    /// The device code gave its token before.
    #[error(
        "AADSTS54005: OAuth2 authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."
    )]
    AlreadyRedeemed,
    /// No such refresh token, another client's, or one that was used before.
    #[error("AADSTS70000: Provided grant is invalid or malformed. The refresh token isn't valid.")]
    InvalidRefreshToken,
    /// The refresh token was not used for too long.
    #[error("AADSTS700082: The refresh token has expired due to inactivity.")]
    ExpiredRefreshToken,
    /// The user was deleted or disabled since.
    #[error("AADSTS50057: The user account is disabled.")]
    UserDisabled,
    /// Nothing is wrong with the request.
    #[error("AADSTS90006: The service is temporarily unavailable.")]
    TemporarilyUnavailable,
}

impl OAuthError {
    /// The `error` code of RFC 6749, or Microsoft's where there is none.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingParameter(_) | Self::MalformedRequest(_) => "invalid_request",
            Self::UnsupportedGrantType(_) => "unsupported_grant_type",
            Self::InvalidScope(_) => "invalid_scope",
            Self::UnknownTenant(_) => "invalid_tenant",
            Self::UnknownClient(_) => "unauthorized_client",
            Self::MissingSecret | Self::WrongSecret(_) | Self::ExpiredSecret(_) => "invalid_client",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::AuthorizationDeclined => "authorization_declined",
            Self::ExpiredDeviceCode => "expired_token",
            Self::BadVerificationCode => "bad_verification_code",
            Self::AlreadyRedeemed
            | Self::InvalidRefreshToken
            | Self::ExpiredRefreshToken
            | Self::UserDisabled => "invalid_grant",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    /// The AADSTS number.
    pub const fn number(&self) -> u32 {
        match self {
            Self::MissingParameter(_) => 900_144,
            Self::MalformedRequest(_) => 9_000_410,
            Self::UnsupportedGrantType(_) => 70_003,
            Self::MissingSecret => 7_000_218,
            Self::InvalidScope(_) => 70_011,
            Self::UnknownTenant(_) => 90_002,
            Self::UnknownClient(_) => 700_016,
            Self::WrongSecret(_) => 7_000_215,
            Self::ExpiredSecret(_) => 7_000_222,
            Self::AuthorizationPending | Self::SlowDown => 70_016,
            Self::AuthorizationDeclined => 65_004,
            Self::ExpiredDeviceCode => 70_019,
            Self::BadVerificationCode => 70_018,
            Self::AlreadyRedeemed => 54_005,
            Self::InvalidRefreshToken => 70_000,
            Self::ExpiredRefreshToken => 700_082,
            Self::UserDisabled => 50_057,
            Self::TemporarilyUnavailable => 90_006,
        }
    }

    /// 401 when the client could not prove who it is, 503 when it is not to blame, otherwise 400.
    pub const fn status(&self) -> u16 {
        match self {
            Self::MissingSecret | Self::WrongSecret(_) | Self::ExpiredSecret(_) => 401,
            Self::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }

    /// The body that says so.
    pub fn body(&self, now: Instant, correlation_id: CorrelationId, entropy: &dyn Entropy) -> OAuthErrorBody {
        OAuthErrorBody {
            error: self.code(),
            error_description: self.to_string(),
            error_codes: [self.number()],
            timestamp: format!("{}Z", now.to_error_date().replace('T', " ")),
            trace_id: entropy.uuid().to_string(),
            correlation_id: correlation_id.to_string(),
        }
    }
}

/// An error of the token endpoint as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OAuthErrorBody {
    /// The code that programs read.
    pub error: &'static str,
    /// The text that people read.
    pub error_description: String,
    /// The AADSTS number again.
    pub error_codes: [u32; 1],
    /// `2026-03-04 09:15:42Z`.
    pub timestamp: String,
    /// Names this answer.
    pub trace_id: String,
    /// Names the client's operation.
    pub correlation_id: String,
}

#[cfg(test)]
mod tests {
    use model::SeededEntropy;

    use super::*;

    #[test]
    fn every_error_has_its_code_its_status_and_its_number_in_the_text() {
        let text = || "x".to_owned();
        for (error, code, status) in [
            (OAuthError::MissingParameter("grant_type"), "invalid_request", 400),
            (OAuthError::MalformedRequest(text()), "invalid_request", 400),
            (
                OAuthError::UnsupportedGrantType(text()),
                "unsupported_grant_type",
                400,
            ),
            (OAuthError::InvalidScope(text()), "invalid_scope", 400),
            (OAuthError::UnknownTenant(text()), "invalid_tenant", 400),
            (OAuthError::UnknownClient(text()), "unauthorized_client", 400),
            (OAuthError::WrongSecret(text()), "invalid_client", 401),
            (OAuthError::ExpiredSecret(text()), "invalid_client", 401),
            (OAuthError::AuthorizationPending, "authorization_pending", 400),
            (OAuthError::SlowDown, "slow_down", 400),
            (OAuthError::AuthorizationDeclined, "authorization_declined", 400),
            (OAuthError::ExpiredDeviceCode, "expired_token", 400),
            (OAuthError::BadVerificationCode, "bad_verification_code", 400),
            (OAuthError::AlreadyRedeemed, "invalid_grant", 400),
            (OAuthError::InvalidRefreshToken, "invalid_grant", 400),
            (OAuthError::ExpiredRefreshToken, "invalid_grant", 400),
            (OAuthError::UserDisabled, "invalid_grant", 400),
            (OAuthError::TemporarilyUnavailable, "temporarily_unavailable", 503),
        ] {
            assert_eq!((error.code(), error.status()), (code, status));
            let prefix = format!("AADSTS{}: ", error.number());
            assert!(error.to_string().starts_with(&prefix), "{error}");
        }
    }

    #[test]
    fn a_body_has_the_shape_that_clients_parse() {
        let entropy = SeededEntropy::from_number(5);
        let correlation = CorrelationId::random(&entropy);
        let now = Instant::parse("2026-03-04T09:15:42Z").unwrap();
        let body = OAuthError::WrongSecret("app".to_owned()).body(now, correlation, &entropy);
        let json = serde_json::to_value(&body).unwrap();
        assert_eq!(json["error"], "invalid_client");
        assert_eq!(json["error_codes"], serde_json::json!([7_000_215]));
        assert_eq!(json["timestamp"], "2026-03-04 09:15:42Z");
        assert_eq!(json["correlation_id"], correlation.to_string());
    }
}
