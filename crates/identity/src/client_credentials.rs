//! Client secrets: made once, shown once, kept as hashes.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{Entropy, Instant};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// How many random bytes a secret has.
const SECRET_BYTES: usize = 32;

/// A client secret in the clear, which is shown when it is made and never again.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// Makes a secret of 32 random bytes, as base64url.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0_u8; SECRET_BYTES];
        entropy.fill(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The text to hand over.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl fmt::Debug for ClientSecret {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret")
    }
}

/// The SHA-256 of a client secret. No salt and no slow hash: secrets are random and too long to guess.
#[derive(Clone, Copy, Debug)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of a secret in the clear.
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// A stored hash.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For storage.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A secret of an application as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct StoredSecret {
    /// Its hash.
    pub hash: SecretHash,
    /// From this instant on it is refused; never, if absent.
    pub expires_at: Option<Instant>,
}

/// Whether a presented secret opens the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretCheck {
    /// It is one of the application's living secrets.
    Accepted,
    /// It was one, and has expired.
    Expired,
    /// It is none of them.
    Wrong,
}

/// Compares a presented secret with all of an application's, in a time that does not depend on
/// which of them it resembles.
pub fn check_secret(presented: &str, stored: &[StoredSecret], now: Instant) -> SecretCheck {
    let presented = SecretHash::of(presented);
    let (mut living, mut expired) = (Choice::from(0), Choice::from(0));
    for secret in stored {
        let same = secret.hash.0.ct_eq(&presented.0);
        let is_over = Choice::from(u8::from(secret.expires_at.is_some_and(|end| now >= end)));
        living |= same & !is_over;
        expired |= same & is_over;
    }
    if living.into() {
        SecretCheck::Accepted
    } else if expired.into() {
        SecretCheck::Expired
    } else {
        SecretCheck::Wrong
    }
}

#[cfg(test)]
mod tests {
    use model::SeededEntropy;

    use super::*;

    #[test]
    fn a_secret_opens_until_it_expires() {
        let entropy = SeededEntropy::from_number(3);
        let (one, two) = (ClientSecret::generate(&entropy), ClientSecret::generate(&entropy));
        assert_eq!(one.reveal().len(), 43);
        assert!(!format!("{one:?}").contains(one.reveal()));
        let end = Instant::from_seconds(100);
        let before = Instant::from_micros(99_999_999);
        let stored = [
            StoredSecret {
                hash: one.hash(),
                expires_at: Some(end),
            },
            StoredSecret {
                hash: SecretHash::from_bytes(*two.hash().as_bytes()),
                expires_at: None,
            },
        ];
        for (presented, now, expected) in [
            (one.reveal(), before, SecretCheck::Accepted),
            (one.reveal(), end, SecretCheck::Expired),
            (two.reveal(), end, SecretCheck::Accepted),
            ("", before, SecretCheck::Wrong),
            ("guess", before, SecretCheck::Wrong),
        ] {
            assert_eq!(check_secret(presented, &stored, now), expected);
        }
        assert_eq!(check_secret(one.reveal(), &[], before), SecretCheck::Wrong);
    }
}
