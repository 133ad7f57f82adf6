//! Reading access tokens back: signature, issuer, audience, lifetime, permissions (directory dossier, C1-C3).

use std::sync::Arc;

use arc_swap::ArcSwap;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use model::access::{Permission, PermissionSet};
use model::{AppId, Caller, CallerKind, Instant, IsoDuration, ObjectId, TenantId};

use crate::audience::Audiences;
use crate::cache::TokenCache;
use crate::claims::{AccessTokenClaims, IdentityType};
use crate::issuer::IssuerUrl;
use crate::keys::KeyRing;
use crate::token_error::TokenError;

/// The longest token that is looked at, in bytes.
pub const LONGEST_TOKEN: usize = 16 * 1024;

/// How far the issuer's clock may run ahead for `nbf`. An end has no such allowance: nothing is in
/// force past it.
pub const NOT_BEFORE_SKEW: IsoDuration = IsoDuration::from_minutes(5);

/// Values of `amr` that stand for a second factor, or for one method that is as strong.
const STRONG_METHODS: [&str; 4] = ["mfa", "fido", "ngcmfa", "hwk"];

/// What a valid token says about its caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedToken {
    /// On whose behalf.
    pub kind: CallerKind,
    /// The user, or the application's service principal.
    pub id: ObjectId,
    /// The calling application.
    pub app_id: AppId,
    /// The user's name, or the application's.
    pub display_name: Option<String>,
    /// The user's principal name.
    pub user_principal_name: Option<String>,
    /// What the token allows, with the reading that a writing permission implies.
    pub permissions: PermissionSet,
    /// Whether the sign-in used a second factor.
    pub mfa: bool,
    /// The authentication contexts that the sign-in satisfied.
    pub authentication_contexts: Vec<String>,
    /// Whether the client handles claims challenges (`xms_cc` has `cp1`; directory dossier, C4).
    pub handles_claims_challenges: bool,
    /// The token's own id, for audit rows.
    pub unique_id: String,
    /// The first instant at which it counts, before any allowance.
    pub not_before: Instant,
    /// From this instant on it is refused.
    pub expires_at: Instant,
}

impl VerifiedToken {
    /// The caller of one operation.
    pub fn caller(&self, ip_address: Option<String>, user_agent: Option<String>) -> Caller {
        Caller {
            kind: self.kind,
            id: self.id,
            app_id: Some(self.app_id),
            display_name: self.display_name.clone(),
            user_principal_name: self.user_principal_name.clone(),
            permissions: self.permissions,
            mfa: self.mfa,
            authentication_contexts: self.authentication_contexts.clone(),
            handles_claims_challenges: self.handles_claims_challenges,
            ip_address,
            user_agent,
        }
    }
}

/// One key ring and what was verified with it. A new ring starts with nothing verified, so a token of
/// a withdrawn key is refused from the next call on.
struct Epoch {
    keys: Arc<KeyRing>,
    verified: TokenCache,
}

impl Epoch {
    fn new(keys: Arc<KeyRing>) -> Arc<Self> {
        Arc::new(Self {
            keys,
            verified: TokenCache::new(),
        })
    }
}

/// Verifies the bearer tokens of one tenant, and remembers which it has verified.
pub struct Verifier {
    issuer: IssuerUrl,
    tenant: String,
    audiences: Audiences,
    validation: Validation,
    epoch: ArcSwap<Epoch>,
}

impl Verifier {
    /// A verifier of what the issuer at `authority` mints for one of `audiences`.
    pub fn new(authority: &str, tenant: TenantId, audiences: Audiences, keys: Arc<KeyRing>) -> Self {
        Self {
            issuer: IssuerUrl::new(authority, tenant),
            tenant: tenant.to_string(),
            audiences,
            validation: signature_only(),
            epoch: ArcSwap::new(Epoch::new(keys)),
        }
    }

    /// The keys in use, for minting and for `jwks_uri`.
    pub fn keys(&self) -> Arc<KeyRing> {
        Arc::clone(&self.epoch.load().keys)
    }

    /// Takes up a rotated ring, and forgets what was verified with the old one.
    pub fn replace_keys(&self, keys: Arc<KeyRing>) {
        self.epoch.store(Epoch::new(keys));
    }

    /// What `token` says, if it is valid at `now`.
    ///
    /// # Errors
    /// The first check that fails, in the order shape, signature, issuer, audience, lifetime, permissions.
    pub fn verify(&self, token: &str, now: Instant) -> Result<Arc<VerifiedToken>, TokenError> {
        if token.is_empty() {
            return Err(TokenError::Empty);
        }
        if token.len() > LONGEST_TOKEN {
            return Err(TokenError::Malformed);
        }
        let epoch = self.epoch.load();
        let slot = epoch.verified.slot(token);
        if let Some(verified) = epoch.verified.get(slot, token, now) {
            check_lifetime(verified.not_before, verified.expires_at, now)?;
            return Ok(verified);
        }
        let (claims, key_end) = self.read(&epoch.keys, token, now)?;
        let verified = Arc::new(self.check(claims, now)?);
        let until = key_end.map_or(verified.expires_at, |end| end.min(verified.expires_at));
        epoch.verified.put(slot, token, Arc::clone(&verified), until, now);
        Ok(verified)
    }

    /// The claims of a token with a good signature, and the instant up to which its key verifies.
    fn read(
        &self,
        keys: &KeyRing,
        token: &str,
        now: Instant,
    ) -> Result<(AccessTokenClaims, Option<Instant>), TokenError> {
        if !token.contains('.') {
            return Err(TokenError::NoDots);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|error| reason(error.kind()))?;
        if header.alg != Algorithm::ES256 {
            return Err(TokenError::InvalidSignature);
        }
        let (key, key_end) = header
            .kid
            .and_then(|kid| keys.verifier(&kid, now))
            .ok_or(TokenError::InvalidSignature)?;
        let data = jsonwebtoken::decode::<AccessTokenClaims>(token, key, &self.validation)
            .map_err(|error| reason(error.kind()))?;
        Ok((data.claims, key_end))
    }

    /// What signed claims say, if they are for this tenant, this resource and `now`.
    fn check(&self, claims: AccessTokenClaims, now: Instant) -> Result<VerifiedToken, TokenError> {
        if claims.iss != self.issuer.as_str() || claims.tid != self.tenant {
            return Err(TokenError::InvalidIssuer);
        }
        if !self.audiences.accepts(&claims.aud) {
            return Err(TokenError::InvalidAudience);
        }
        let (not_before, expires_at) = (
            Instant::from_seconds(claims.nbf),
            Instant::from_seconds(claims.exp),
        );
        check_lifetime(not_before, expires_at, now)?;
        let (kind, display_name, permissions) = match claims.idtyp {
            IdentityType::User if !claims.scp.is_empty() => (
                CallerKind::Delegated,
                claims.name,
                granted(claims.scp.split_ascii_whitespace()),
            ),
            IdentityType::App if !claims.roles.is_empty() => (
                CallerKind::Application,
                claims.app_displayname,
                granted(claims.roles.iter().map(String::as_str)),
            ),
            IdentityType::User | IdentityType::App => return Err(TokenError::NoPermissions),
        };
        Ok(VerifiedToken {
            kind,
            id: claims.oid.parse().map_err(|_| TokenError::Malformed)?,
            app_id: claims.appid.parse().map_err(|_| TokenError::Malformed)?,
            display_name,
            user_principal_name: claims.upn,
            permissions,
            mfa: claims
                .amr
                .iter()
                .any(|method| STRONG_METHODS.contains(&method.as_str())),
            authentication_contexts: claims.acrs,
            handles_claims_challenges: claims
                .xms_cc
                .iter()
                .any(|value| value.eq_ignore_ascii_case("cp1")),
            unique_id: claims.uti,
            not_before,
            expires_at,
        })
    }
}

fn check_lifetime(not_before: Instant, expires_at: Instant, now: Instant) -> Result<(), TokenError> {
    if now >= expires_at {
        Err(TokenError::Expired)
    } else if now.saturating_add(NOT_BEFORE_SKEW) < not_before {
        Err(TokenError::NotYetValid)
    } else {
        Ok(())
    }
}

/// Lets the library check the signature alone: it would ask the system clock about lifetimes, and
/// answers in other words than Graph's about the rest.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

/// The refusal for an error of the library. A header that names an algorithm which the library does
/// not know (`none`) does not parse, like any other broken header.
fn reason(kind: &ErrorKind) -> TokenError {
    match kind {
        ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => TokenError::InvalidSignature,
        _ => TokenError::Malformed,
    }
}

/// The permissions that names stand for, each writing one with its reading sibling (directory
/// dossier, C2). Names that this server does not know give nothing here.
fn granted<'a>(names: impl Iterator<Item = &'a str>) -> PermissionSet {
    names
        .filter_map(Permission::parse)
        .flat_map(|permission| {
            let reading = permission.as_str().replace(".ReadWrite", ".Read");
            [Some(permission), Permission::parse(&reading)]
        })
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests;
