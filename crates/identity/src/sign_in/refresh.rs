//! Refresh tokens: opaque, good once, replaced on each use. One that comes back after it was used was
//! stolen from the client or by it, so it ends every token that descends from the same sign-in (RFC 9700, 4.14.2).

use std::collections::{HashMap, VecDeque};

use model::{AppId, Entropy, Instant, IsoDuration};

use super::handle::{self, HandleHash};
use super::{Grant, RequestedScopes};
use crate::oauth::OAuthError;

/// How long an unused token lasts.
pub const REFRESH_TOKEN_LIFE: IsoDuration = IsoDuration::from_days(90);
/// Tokens that are kept at the most, used ones included; the oldest make room.
pub const REFRESH_TOKENS_MAX: usize = 10_000;

/// The tokens that descend from one sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family(u64);

#[derive(Debug)]
struct Entry {
    family: Family,
    client: AppId,
    expires_at: Instant,
    /// Gone once the token was used.
    grant: Option<Grant>,
}

/// The tokens of one authority.
#[derive(Debug, Default)]
pub struct RefreshTokens {
    entries: HashMap<HandleHash, Entry>,
    /// The keys of `entries` and of some that are gone, the oldest first.
    order: VecDeque<HandleHash>,
    families: u64,
}

impl RefreshTokens {
    /// The first token of a sign-in.
    pub fn issue(&mut self, grant: Grant, now: Instant, entropy: &dyn Entropy) -> String {
        self.families = self.families.wrapping_add(1);
        self.add(Family(self.families), grant, now, entropy)
    }

    /// The next token of a family, instead of the one that was redeemed.
    ///
    /// # Errors
    /// [`OAuthError::InvalidRefreshToken`] if the family has ended since.
    pub fn issue_in(
        &mut self,
        family: Family,
        grant: Grant,
        now: Instant,
        entropy: &dyn Entropy,
    ) -> Result<String, OAuthError> {
        // The one that was redeemed is still there, or else its family has ended.
        if self.entries.values().any(|entry| entry.family == family) {
            Ok(self.add(family, grant, now, entropy))
        } else {
            Err(OAuthError::InvalidRefreshToken)
        }
    }

    fn add(&mut self, family: Family, grant: Grant, now: Instant, entropy: &dyn Entropy) -> String {
        while self.order.len() >= REFRESH_TOKENS_MAX {
            if let Some(oldest) = self.order.pop_front() {
                self.entries.remove(&oldest);
            }
        }
        let token = handle::generate(entropy);
        let hash = HandleHash::of(&token);
        self.order.push_back(hash);
        self.entries.insert(
            hash,
            Entry {
                family,
                client: grant.client,
                expires_at: now.saturating_add(REFRESH_TOKEN_LIFE),
                grant: Some(grant),
            },
        );
        token
    }

    /// Uses a token up, for all that was granted or for less.
    ///
    /// # Errors
    /// [`OAuthError::InvalidRefreshToken`] when it is none of this client's or was used before, which ends its
    /// family; [`OAuthError::ExpiredRefreshToken`] when its time is over; [`OAuthError::InvalidScope`] when more
    /// is wanted than was granted, which leaves the token good.
    pub fn redeem(
        &mut self,
        token: &str,
        client: AppId,
        now: Instant,
        wanted: Option<&RequestedScopes>,
    ) -> Result<(Family, Grant), OAuthError> {
        let entry = self
            .entries
            .get_mut(&HandleHash::of(token))
            .filter(|entry| entry.client == client)
            .ok_or(OAuthError::InvalidRefreshToken)?;
        let family = entry.family;
        if now >= entry.expires_at {
            return Err(OAuthError::ExpiredRefreshToken);
        }
        if let (Some(grant), Some(wanted)) = (&entry.grant, wanted)
            && !grant.scopes.cover(wanted)
        {
            return Err(OAuthError::InvalidScope(wanted.granted()));
        }
        match entry.grant.take() {
            Some(grant) => Ok((family, grant)),
            None => {
                self.entries.retain(|_, entry| entry.family != family);
                Err(OAuthError::InvalidRefreshToken)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{ObjectId, SeededEntropy};

    use super::*;
    use crate::Audiences;
    use crate::sign_in::SignIn;

    const NOW: Instant = Instant::from_seconds(1_772_438_400);

    fn grant(entropy: &dyn Entropy) -> Grant {
        let audiences = Audiences::new(["http://127.0.0.1:1"]);
        Grant {
            client: AppId::random(entropy),
            scopes: RequestedScopes::parse("User.Read", &audiences).unwrap(),
            sign_in: SignIn {
                user: ObjectId::random(entropy),
                mfa: true,
                authentication_contexts: Vec::new(),
            },
        }
    }

    #[test]
    fn a_token_is_good_once_and_its_reuse_ends_the_family() {
        let entropy = SeededEntropy::from_number(1);
        let (mut tokens, grant) = (RefreshTokens::default(), grant(&entropy));
        let client = grant.client;
        let first = tokens.issue(grant.clone(), NOW, &entropy);
        let unrelated = tokens.issue(grant.clone(), NOW, &entropy);
        let (family, redeemed) = tokens.redeem(&first, client, NOW, None).unwrap();
        assert_eq!(redeemed, grant);
        let second = tokens.issue_in(family, redeemed.clone(), NOW, &entropy).unwrap();
        assert_eq!(
            tokens.redeem(&first, client, NOW, None),
            Err(OAuthError::InvalidRefreshToken)
        );
        assert_eq!(
            tokens.redeem(&second, client, NOW, None),
            Err(OAuthError::InvalidRefreshToken)
        );
        // Nor does whoever redeemed it in the meantime get another.
        assert_eq!(
            tokens.issue_in(family, redeemed, NOW, &entropy),
            Err(OAuthError::InvalidRefreshToken)
        );
        assert!(tokens.redeem(&unrelated, client, NOW, None).is_ok());
    }

    #[test]
    fn another_client_neither_gets_nor_spends_it() {
        let entropy = SeededEntropy::from_number(2);
        let (mut tokens, grant) = (RefreshTokens::default(), grant(&entropy));
        let client = grant.client;
        let token = tokens.issue(grant, NOW, &entropy);
        let thief = AppId::random(&entropy);
        assert_eq!(
            tokens.redeem(&token, thief, NOW, None),
            Err(OAuthError::InvalidRefreshToken)
        );
        assert!(tokens.redeem(&token, client, NOW, None).is_ok());
    }

    #[test]
    fn less_may_be_asked_for_and_more_is_refused_without_harm() {
        let entropy = SeededEntropy::from_number(5);
        let (mut tokens, grant) = (RefreshTokens::default(), grant(&entropy));
        let client = grant.client;
        let token = tokens.issue(grant, NOW, &entropy);
        let scopes =
            |text: &str| RequestedScopes::parse(text, &Audiences::new(["http://127.0.0.1:1"])).unwrap();
        let more = scopes("User.Read User.Read.All");
        assert_eq!(
            tokens.redeem(&token, client, NOW, Some(&more)),
            Err(OAuthError::InvalidScope("User.Read User.Read.All".to_owned()))
        );
        assert!(
            tokens
                .redeem(&token, client, NOW, Some(&scopes("openid")))
                .is_ok()
        );
    }

    #[test]
    fn its_life_ends() {
        let entropy = SeededEntropy::from_number(3);
        let (mut tokens, grant) = (RefreshTokens::default(), grant(&entropy));
        let client = grant.client;
        let token = tokens.issue(grant, NOW, &entropy);
        let end = NOW.saturating_add(REFRESH_TOKEN_LIFE);
        assert_eq!(
            tokens.redeem(&token, client, end, None),
            Err(OAuthError::ExpiredRefreshToken)
        );
        let before = Instant::from_micros(end.as_micros() - 1);
        assert!(tokens.redeem(&token, client, before, None).is_ok());
    }

    #[test]
    fn the_oldest_make_room() {
        let entropy = SeededEntropy::from_number(4);
        let (mut tokens, grant) = (RefreshTokens::default(), grant(&entropy));
        let client = grant.client;
        let oldest = tokens.issue(grant.clone(), NOW, &entropy);
        let next = tokens.issue(grant.clone(), NOW, &entropy);
        for _ in 0..REFRESH_TOKENS_MAX - 1 {
            tokens.issue(grant.clone(), NOW, &entropy);
        }
        assert!(tokens.entries.len() <= REFRESH_TOKENS_MAX && tokens.order.len() <= REFRESH_TOKENS_MAX);
        assert_eq!(
            tokens.redeem(&oldest, client, NOW, None),
            Err(OAuthError::InvalidRefreshToken)
        );
        assert!(tokens.redeem(&next, client, NOW, None).is_ok());
    }
}
