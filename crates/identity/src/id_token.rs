//! The `id_token`: who signed in, told to the client (OpenID Connect Core, 2; directory dossier, C5).

use model::{AppId, Instant, ObjectId};
use serde::Serialize;

use crate::issuer::{DEFAULT_TOKEN_LIFE, MintError, TokenIssuer, sign};
use crate::keys::KeyRing;

/// The version of the claims, which differs from that of access tokens.
const TOKEN_VERSION: &str = "2.0";

/// Who signed in.
#[derive(Clone, Copy, Debug)]
pub struct SignedInUser<'a> {
    /// The `oid` claim.
    pub id: ObjectId,
    /// The `preferred_username` claim.
    pub user_principal_name: Option<&'a str>,
    /// The `name` claim.
    pub display_name: &'a str,
}

#[derive(Serialize)]
struct IdTokenClaims<'a> {
    aud: String,
    iss: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    name: &'a str,
    oid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<&'a str>,
    sub: String,
    tid: String,
    ver: &'static str,
}

impl TokenIssuer {
    /// Mints an `id_token` for the client. It opens nothing here: it is not for this resource.
    ///
    /// # Errors
    /// [`MintError::Signing`] when the cryptographic library fails.
    pub fn mint_id_token(
        &self,
        keys: &KeyRing,
        user: &SignedInUser<'_>,
        client: AppId,
        now: Instant,
    ) -> Result<String, MintError> {
        let issued_at = now.as_seconds();
        let claims = IdTokenClaims {
            aud: client.to_string(),
            iss: self.url().as_str(),
            iat: issued_at,
            nbf: issued_at,
            exp: issued_at.saturating_add(DEFAULT_TOKEN_LIFE.as_seconds()),
            name: user.display_name,
            oid: user.id.to_string(),
            preferred_username: user.user_principal_name,
            sub: self.pairwise_subject(user.id, client),
            tid: self.tenant().to_string(),
            ver: TOKEN_VERSION,
        };
        sign(keys, &claims)
    }
}
