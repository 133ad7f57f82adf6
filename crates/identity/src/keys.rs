//! ES256 signing keys, their rotation, and the JSON Web Key Set that publishes them (RFC 7517, 7638).

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use model::{Instant, IsoDuration};

/// The longest life of a token unless configured otherwise: what Entra gives to clients that handle
/// continuous access evaluation (directory dossier, C1).
pub const LONGEST_TOKEN_LIFE: IsoDuration = IsoDuration::from_hours(28);

/// Why a key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The library could not make a key.
    #[error("no signing key could be generated")]
    Generation,
    /// The private key is not a PKCS#8 P-256 key.
    #[error("signing key {0} is not a PKCS#8 P-256 private key")]
    Malformed(String),
    /// The stored id is not the thumbprint of the stored key.
    #[error("signing key {0} does not have the thumbprint that it is named after")]
    Misnamed(String),
    /// Every key is retired, or there is none.
    #[error("there is no signing key that is not retired")]
    NoneCurrent,
}

/// A signing key as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// The RFC 7638 thumbprint of the public key.
    pub kid: String,
    /// The private key as PKCS#8 DER.
    pub private_key: Vec<u8>,
    /// When it was made. The newest key that is not retired signs.
    pub created_at: Instant,
    /// Since when it signs no more.
    pub retired_at: Option<Instant>,
}

impl SigningKey {
    /// Makes a P-256 key from the operating system's randomness.
    ///
    /// # Errors
    /// [`KeyError::Generation`] when the cryptographic library fails.
    pub fn generate(created_at: Instant) -> Result<Self, KeyError> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map_err(|_| KeyError::Generation)?;
        let private_key = document.as_ref().to_vec();
        let jwk = public_jwk(&private_key).ok_or(KeyError::Generation)?;
        Ok(Self {
            kid: jwk.common.key_id.unwrap_or_default(),
            private_key,
            created_at,
            retired_at: None,
        })
    }
}

impl fmt::Debug for SigningKey {
    /// Without the private key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("created_at", &self.created_at)
            .field("retired_at", &self.retired_at)
            .finish_non_exhaustive()
    }
}

/// The public half, named after its thumbprint; `None` when the bytes are no P-256 key.
fn public_jwk(private_key: &[u8]) -> Option<Jwk> {
    let mut jwk = Jwk::from_encoding_key(&EncodingKey::from_ec_der(private_key), Algorithm::ES256).ok()?;
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256).ok()?);
    Some(jwk)
}

struct RingKey {
    stored: SigningKey,
    jwk: Jwk,
    signs: EncodingKey,
    verifies: DecodingKey,
}

/// The keys in use: one signs, all that may have signed a living token verify. A ring never changes;
/// rotation makes a new one.
pub struct KeyRing {
    current: RingKey,
    /// The newest first.
    others: Vec<RingKey>,
    longest_token_life: IsoDuration,
}

impl KeyRing {
    /// Reads stored keys, in any order. No token may live longer than `longest_token_life`, for
    /// which a retired key stays published.
    ///
    /// # Errors
    /// [`KeyError::NoneCurrent`] when no key may sign, and the others when a stored key is damaged.
    pub fn new(mut keys: Vec<SigningKey>, longest_token_life: IsoDuration) -> Result<Self, KeyError> {
        keys.sort_by(|one, two| (two.created_at, &two.kid).cmp(&(one.created_at, &one.kid)));
        let newest = keys
            .iter()
            .position(|key| key.retired_at.is_none())
            .ok_or(KeyError::NoneCurrent)?;
        Ok(Self {
            current: RingKey::read(keys.remove(newest))?,
            others: keys.into_iter().map(RingKey::read).collect::<Result<_, _>>()?,
            longest_token_life,
        })
    }

    /// A ring in which `next` signs; every other key is retired at `now`, and those whose tokens have
    /// all ended are dropped. [`KeyRing::stored`] has what to store.
    ///
    /// # Errors
    /// As [`KeyRing::new`].
    pub fn rotated(&self, next: SigningKey, now: Instant) -> Result<Self, KeyError> {
        let kept = self
            .keys()
            .filter(|key| self.is_published(key, now))
            .map(|key| SigningKey {
                retired_at: key.stored.retired_at.or(Some(now)),
                ..key.stored.clone()
            });
        Self::new(kept.chain([next]).collect(), self.longest_token_life)
    }

    /// The keys as they are to be stored, the one that signs first.
    pub fn stored(&self) -> impl Iterator<Item = &SigningKey> {
        self.keys().map(|key| &key.stored)
    }

    /// The longest life that a token may be given.
    pub const fn longest_token_life(&self) -> IsoDuration {
        self.longest_token_life
    }

    /// The public keys that verify at `now`, for `jwks_uri`.
    pub fn jwks(&self, now: Instant) -> JwkSet {
        JwkSet {
            keys: self
                .keys()
                .filter(|key| self.is_published(key, now))
                .map(|key| key.jwk.clone())
                .collect(),
        }
    }

    /// The id of the key that signs, and the key.
    pub(crate) fn signer(&self) -> (&str, &EncodingKey) {
        (&self.current.stored.kid, &self.current.signs)
    }

    /// The key named `kid`, and the instant up to which it verifies, if that is not past.
    pub(crate) fn verifier(&self, kid: &str, now: Instant) -> Option<(&DecodingKey, Option<Instant>)> {
        self.keys()
            .find(|key| key.stored.kid == kid && self.is_published(key, now))
            .map(|key| (&key.verifies, self.published_until(key)))
    }

    fn keys(&self) -> impl Iterator<Item = &RingKey> {
        [&self.current].into_iter().chain(&self.others)
    }

    fn is_published(&self, key: &RingKey, now: Instant) -> bool {
        self.published_until(key).is_none_or(|end| now < end)
    }

    /// A retired key stays until the last token that it may have signed has ended.
    fn published_until(&self, key: &RingKey) -> Option<Instant> {
        key.stored
            .retired_at
            .map(|retired_at| retired_at.saturating_add(self.longest_token_life))
    }
}

impl RingKey {
    fn read(stored: SigningKey) -> Result<Self, KeyError> {
        let malformed = || KeyError::Malformed(stored.kid.clone());
        let jwk = public_jwk(&stored.private_key).ok_or_else(malformed)?;
        if jwk.common.key_id.as_deref() != Some(&stored.kid) {
            return Err(KeyError::Misnamed(stored.kid));
        }
        let verifies = DecodingKey::from_jwk(&jwk).map_err(|_| malformed())?;
        Ok(Self {
            signs: EncodingKey::from_ec_der(&stored.private_key),
            verifies,
            jwk,
            stored,
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use sha2::{Digest, Sha256};

    use super::*;

    const T0: Instant = Instant::from_seconds(1_000_000);

    #[test]
    fn a_published_key_is_named_after_its_thumbprint_and_shows_no_private_part() {
        let key = SigningKey::generate(T0).unwrap();
        assert!(!format!("{key:?}").contains("private_key"));
        let ring = KeyRing::new(vec![key.clone()], LONGEST_TOKEN_LIFE).unwrap();
        let json = serde_json::to_value(ring.jwks(T0)).unwrap();
        let jwk = &json["keys"][0];
        assert_eq!(
            (&jwk["kty"], &jwk["crv"], &jwk["use"], &jwk["alg"]),
            (&"EC".into(), &"P-256".into(), &"sig".into(), &"ES256".into())
        );
        assert!(jwk.get("d").is_none());
        let canonical = format!(
            r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#,
            jwk["x"], jwk["y"]
        );
        assert_eq!(jwk["kid"], URL_SAFE_NO_PAD.encode(Sha256::digest(canonical)));
        assert_eq!(jwk["kid"], key.kid.as_str());
    }

    #[test]
    fn a_retired_key_is_published_until_its_last_token_has_ended() {
        let (old, new) = (
            SigningKey::generate(T0).unwrap(),
            SigningKey::generate(T0).unwrap(),
        );
        let ring = KeyRing::new(vec![old.clone()], LONGEST_TOKEN_LIFE).unwrap();
        let turned = T0.saturating_add(IsoDuration::from_days(90));
        let ring = ring.rotated(new.clone(), turned).unwrap();
        assert_eq!(ring.signer().0, new.kid);
        let end = turned.saturating_add(LONGEST_TOKEN_LIFE);
        let just_before = end.saturating_sub(IsoDuration::from_micros(1));
        assert!(ring.verifier(&old.kid, just_before).is_some());
        assert_eq!(ring.jwks(just_before).keys.len(), 2);
        assert!(ring.verifier(&old.kid, end).is_none());
        assert_eq!(ring.jwks(end).keys.len(), 1);
        let third = ring.rotated(SigningKey::generate(end).unwrap(), end).unwrap();
        assert!(
            third.stored().all(|key| key.kid != old.kid),
            "its tokens have ended"
        );
        assert_eq!(third.stored().count(), 2);
    }

    #[test]
    fn damaged_rings_are_refused() {
        let key = SigningKey::generate(T0).unwrap();
        let ring = |key: SigningKey| KeyRing::new(vec![key], LONGEST_TOKEN_LIFE).err();
        let retired = SigningKey {
            retired_at: Some(T0),
            ..key.clone()
        };
        assert_eq!(ring(retired), Some(KeyError::NoneCurrent));
        let renamed = SigningKey {
            kid: "other".to_owned(),
            ..key.clone()
        };
        assert_eq!(ring(renamed), Some(KeyError::Misnamed("other".to_owned())));
        let cut = SigningKey {
            private_key: vec![0x30, 0x00],
            ..key.clone()
        };
        assert_eq!(ring(cut), Some(KeyError::Malformed(key.kid)));
    }
}
