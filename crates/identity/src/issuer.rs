//! Minting access tokens (directory dossier, C1 and C2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Header};
use model::access::PermissionSet;
use model::{AppId, Entropy, Instant, IsoDuration, ObjectId, TenantId};
use sha2::{Digest, Sha256};

use crate::audience::GRAPH_APP_ID;
use crate::claims::{AccessTokenClaims, IdentityType};
use crate::keys::KeyRing;

/// The life of a token when nobody asks for another.
pub const DEFAULT_TOKEN_LIFE: IsoDuration = IsoDuration::from_hours(1);

/// What every member's `wids` contains; not a role definition (directory dossier, A11).
pub const DEFAULT_USER_ROLE: &str = "b79fbf4d-3ef9-4689-8143-76b194e85509";

/// The version of the claims: `appid` and `amr` are those of version 1 tokens.
const TOKEN_VERSION: &str = "1.0";

/// The `iss` of a tenant: `{authority}/{tid}/v2.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerUrl(String);

impl IssuerUrl {
    /// The issuer of `tenant` at `authority`, a base URL with or without a closing slash.
    pub fn new(authority: &str, tenant: TenantId) -> Self {
        Self(format!("{}/{tenant}/v2.0", authority.trim_end_matches('/')))
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// For whom a token speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenSubject {
    /// A signed-in user.
    User {
        /// The user.
        id: ObjectId,
        /// The `upn` claim.
        user_principal_name: Option<String>,
        /// The `name` claim.
        display_name: Option<String>,
        /// Whether the sign-in used a second factor.
        mfa: bool,
        /// Authentication contexts that the sign-in satisfied.
        authentication_contexts: Vec<String>,
    },
    /// An application on its own.
    Application {
        /// Its service principal.
        id: ObjectId,
    },
}

/// What a token is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// For whom it speaks.
    pub subject: TokenSubject,
    /// The application that receives it.
    pub app_id: AppId,
    /// That application's name.
    pub app_display_name: Option<String>,
    /// Scopes of a user's token, app roles of an application's. With none, the token is minted and
    /// then denied everywhere, as Graph does.
    pub permissions: PermissionSet,
    /// How long it lives, in whole seconds.
    pub life: IsoDuration,
    /// Whether the client said that it handles claims challenges (`xms_cc` with `cp1`).
    pub handles_claims_challenges: bool,
}

/// A minted token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// The compact JWS.
    pub token: String,
    /// From this instant on it is refused.
    pub expires_at: Instant,
    /// Its whole seconds of life, for `expires_in`.
    pub expires_in: i64,
}

/// Why a token was not minted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MintError {
    /// The life asked for is not between one second and the longest.
    #[error("a token lives between one second and {} seconds", .longest.as_seconds())]
    Life {
        /// The longest life.
        longest: IsoDuration,
    },
    /// The key could not sign.
    #[error("the signing key failed")]
    Signing,
}

/// Mints the tokens of one tenant.
#[derive(Clone, Debug)]
pub struct TokenIssuer {
    issuer: IssuerUrl,
    tenant: TenantId,
}

impl TokenIssuer {
    /// An issuer at `authority`.
    pub fn new(authority: &str, tenant: TenantId) -> Self {
        Self {
            issuer: IssuerUrl::new(authority, tenant),
            tenant,
        }
    }

    /// The `iss` of its tokens.
    pub const fn url(&self) -> &IssuerUrl {
        &self.issuer
    }

    /// Mints a token that counts from `now`, signed with the ring's current key.
    ///
    /// # Errors
    /// [`MintError::Life`] for a life outside the limits, [`MintError::Signing`] when the
    /// cryptographic library fails.
    pub fn mint(
        &self,
        keys: &KeyRing,
        request: &TokenRequest,
        now: Instant,
        entropy: &dyn Entropy,
    ) -> Result<AccessToken, MintError> {
        let longest = keys.longest_token_life();
        let expires_in = request.life.as_seconds();
        if expires_in < 1 || request.life > longest {
            return Err(MintError::Life { longest });
        }
        let issued_at = now.as_seconds();
        let claims = self.claims(request, issued_at, issued_at.saturating_add(expires_in), entropy);
        Ok(AccessToken {
            token: sign(keys, &claims)?,
            expires_at: Instant::from_seconds(claims.exp),
            expires_in,
        })
    }

    fn claims(
        &self,
        request: &TokenRequest,
        issued_at: i64,
        exp: i64,
        entropy: &dyn Entropy,
    ) -> AccessTokenClaims {
        let app_id = request.app_id.to_string();
        let names = || {
            request
                .permissions
                .iter()
                .map(|permission| permission.as_str().to_owned())
        };
        let mut unique = [0_u8; 16];
        entropy.fill(&mut unique);
        let common = AccessTokenClaims {
            aud: GRAPH_APP_ID.to_owned(),
            iss: self.issuer.as_str().to_owned(),
            iat: issued_at,
            nbf: issued_at,
            exp,
            acrs: Vec::new(),
            amr: Vec::new(),
            app_displayname: request.app_display_name.clone(),
            appid: app_id.clone(),
            azp: app_id,
            idtyp: IdentityType::App,
            name: None,
            oid: String::new(),
            roles: Vec::new(),
            scp: String::new(),
            sub: String::new(),
            tid: self.tenant.to_string(),
            upn: None,
            uti: URL_SAFE_NO_PAD.encode(unique),
            ver: TOKEN_VERSION.to_owned(),
            wids: Vec::new(),
            xms_cc: if request.handles_claims_challenges {
                vec!["cp1".to_owned()]
            } else {
                Vec::new()
            },
        };
        match &request.subject {
            TokenSubject::User {
                id,
                user_principal_name,
                display_name,
                mfa,
                authentication_contexts,
            } => AccessTokenClaims {
                idtyp: IdentityType::User,
                oid: id.to_string(),
                sub: self.pairwise_subject(*id, request.app_id),
                name: display_name.clone(),
                upn: user_principal_name.clone(),
                amr: ["pwd", "mfa"]
                    .iter()
                    .take(1 + usize::from(*mfa))
                    .map(|&method| method.to_owned())
                    .collect(),
                acrs: authentication_contexts.clone(),
                scp: names().collect::<Vec<_>>().join(" "),
                wids: vec![DEFAULT_USER_ROLE.to_owned()],
                ..common
            },
            TokenSubject::Application { id } => AccessTokenClaims {
                oid: id.to_string(),
                sub: id.to_string(),
                roles: names().collect(),
                ..common
            },
        }
    }

    /// The tenant of its tokens.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The same user looks different to each application (OpenID Connect Core, 8.1).
    pub(crate) fn pairwise_subject(&self, user: ObjectId, app: AppId) -> String {
        let mut hasher = Sha256::new();
        for id in [self.tenant.uuid(), app.uuid(), user.uuid()] {
            hasher.update(id.as_bytes());
        }
        URL_SAFE_NO_PAD.encode(hasher.finalize())
    }
}

/// A compact JWS of these claims by the ring's current key.
pub(crate) fn sign(keys: &KeyRing, claims: &impl serde::Serialize) -> Result<String, MintError> {
    let (kid, key) = keys.signer();
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some(kid.to_owned());
    jsonwebtoken::encode(&header, claims, key).map_err(|_| MintError::Signing)
}
