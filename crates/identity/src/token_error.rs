//! Why a token was refused, in the words that Graph's clients know (directory dossier, C3).

/// Why a bearer token gives no access. Its display text is the message of the error body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// No token, or an empty one.
    #[error("Access token is empty.")]
    Empty,
    /// Not a JWT at all.
    #[error("IDX14100: JWT is not well formed, there are no dots (.).")]
    NoDots,
    /// Too long, or a part of it cannot be read.
    #[error("CompactToken parsing failed with error code: 80049217")]
    Malformed,
    /// Not signed with ES256 by a key of this issuer, or changed since.
    #[error("Signature is invalid.")]
    InvalidSignature,
    /// Of another issuer or tenant.
    #[error("Access token validation failure. Invalid issuer.")]
    InvalidIssuer,
    /// For another resource.
    #[error("Access token validation failure. Invalid audience.")]
    InvalidAudience,
    /// Its end has come.
    #[error("Lifetime validation failed, the token is expired.")]
    Expired,
    /// Its start lies further ahead than clocks may differ.
    #[error("Access token has expired or is not yet valid.")]
    NotYetValid,
    /// Valid, but with neither scopes nor app roles.
    #[error("Insufficient privileges to complete the operation.")]
    NoPermissions,
}

impl TokenError {
    /// Graph's error code: `Authorization_RequestDenied` (403) for a valid token without permissions,
    /// `InvalidAuthenticationToken` (401) for all else (directory dossier, C2 and C3).
    pub const fn code(self) -> &'static str {
        if self.is_denial() {
            "Authorization_RequestDenied"
        } else {
            "InvalidAuthenticationToken"
        }
    }

    /// Whether the caller is known but denied (403) rather than unknown (401).
    pub const fn is_denial(self) -> bool {
        matches!(self, Self::NoPermissions)
    }
}
