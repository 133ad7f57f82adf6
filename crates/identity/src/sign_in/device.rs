//! The device authorization grant (RFC 8628): a client without a browser shows a short code, a user
//! approves or declines it elsewhere, and meanwhile the client polls.

use std::collections::HashMap;

use model::{AppId, Entropy, Instant, IsoDuration};

use super::handle::{self, HandleHash};
use super::{Grant, RequestedScopes, SignIn};
use crate::oauth::OAuthError;

/// How long a code waits for its user (directory dossier, C5).
pub const DEVICE_CODE_LIFE: IsoDuration = IsoDuration::from_minutes(15);
/// How often a client may poll.
pub const POLL_INTERVAL: IsoDuration = IsoDuration::from_seconds(5);
/// How much sooner a poll may come, as clients and networks do not keep time exactly.
const POLL_TOLERANCE: IsoDuration = IsoDuration::from_seconds(1);
/// Codes that are kept at the most, whatever has become of them.
pub const DEVICE_CODES_MAX: usize = 1_000;

/// What user codes are made of: no vowels that make words, nothing that looks alike (RFC 8628, 6.1).
const USER_CODE_LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Letters of a user code, which is shown with a dash in the middle: about 34 bits.
const USER_CODE_LENGTH: usize = 8;

/// What a client is told at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAuthorization {
    /// What the client polls with.
    pub device_code: String,
    /// What it shows to the user, such as `BCDF-GHJK`.
    pub user_code: String,
}

/// A code that waits for its user, as the user may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingCode {
    /// What the user was shown.
    pub user_code: String,
    /// The client that asks.
    pub client: AppId,
    /// What it asks for.
    pub scope: String,
    /// From this instant on it is too late.
    pub expires_at: Instant,
}

/// What the user made of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The user signed in and lets the client have what it asks for.
    Approve(SignIn),
    /// The user wants nothing of it.
    Decline,
}

/// Why a decision did not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecisionError {
    /// No such code, or its time is over.
    #[error("no device waits with this code")]
    Unknown,
    /// Somebody was faster.
    #[error("this code was decided already")]
    Decided,
}

#[derive(Clone, Debug)]
enum State {
    Waiting { last_poll: Option<Instant> },
    Approved(SignIn),
    Declined,
    Redeemed,
}

#[derive(Clone, Debug)]
struct Entry {
    user_code: String,
    client: AppId,
    scopes: RequestedScopes,
    expires_at: Instant,
    state: State,
}

impl Entry {
    fn is_over(&self, now: Instant) -> bool {
        now >= self.expires_at
    }

    /// Whether forgetting it costs nobody more than a less exact error.
    fn is_done(&self, now: Instant) -> bool {
        self.is_over(now) || matches!(self.state, State::Declined | State::Redeemed)
    }
}

/// The codes of one authority.
#[derive(Debug, Default)]
pub struct DeviceCodes {
    entries: HashMap<HandleHash, Entry>,
}

impl DeviceCodes {
    /// Makes a code for a client.
    ///
    /// # Errors
    /// [`OAuthError::TemporarilyUnavailable`] while [`DEVICE_CODES_MAX`] codes wait.
    pub fn start(
        &mut self,
        client: AppId,
        scopes: RequestedScopes,
        now: Instant,
        entropy: &dyn Entropy,
    ) -> Result<DeviceAuthorization, OAuthError> {
        if self.entries.len() >= DEVICE_CODES_MAX {
            self.entries.retain(|_, entry| !entry.is_done(now));
        }
        let user_code = user_code(entropy);
        // That a code is taken happens once in a blue moon, and two users must not share one.
        if self.entries.len() >= DEVICE_CODES_MAX || self.find(&user_code).is_some() {
            return Err(OAuthError::TemporarilyUnavailable);
        }
        let device_code = handle::generate(entropy);
        self.entries.insert(
            HandleHash::of(&device_code),
            Entry {
                user_code: user_code.clone(),
                client,
                scopes,
                expires_at: now.saturating_add(DEVICE_CODE_LIFE),
                state: State::Waiting { last_poll: None },
            },
        );
        Ok(DeviceAuthorization {
            device_code,
            user_code,
        })
    }

    /// The codes that wait for their users, the ones that end first in front.
    pub fn waiting(&self, now: Instant) -> Vec<WaitingCode> {
        let mut waiting: Vec<WaitingCode> = self
            .entries
            .values()
            .filter(|entry| matches!(entry.state, State::Waiting { .. }) && !entry.is_over(now))
            .map(|entry| WaitingCode {
                user_code: entry.user_code.clone(),
                client: entry.client,
                scope: entry.scopes.granted(),
                expires_at: entry.expires_at,
            })
            .collect();
        waiting.sort_by(|one, two| (one.expires_at, &one.user_code).cmp(&(two.expires_at, &two.user_code)));
        waiting
    }

    /// Settles the code that a user was shown; its case, dashes and blanks do not matter.
    ///
    /// # Errors
    /// [`DecisionError`] when it does not wait.
    pub fn decide(&mut self, user_code: &str, decision: Decision, now: Instant) -> Result<(), DecisionError> {
        let hash = self.find(user_code).ok_or(DecisionError::Unknown)?;
        let entry = self.entries.get_mut(&hash).ok_or(DecisionError::Unknown)?;
        if entry.is_over(now) {
            return Err(DecisionError::Unknown);
        }
        if !matches!(entry.state, State::Waiting { .. }) {
            return Err(DecisionError::Decided);
        }
        entry.state = match decision {
            Decision::Approve(sign_in) => State::Approved(sign_in),
            Decision::Decline => State::Declined,
        };
        Ok(())
    }

    /// A client's poll. A code that is approved gives what was granted, once. One that waits counts its
    /// polls; a decision is told however soon the client asks.
    ///
    /// # Errors
    /// Why there is no token (yet), in the authority's words.
    pub fn redeem(&mut self, device_code: &str, client: AppId, now: Instant) -> Result<Grant, OAuthError> {
        let entry = self
            .entries
            .get_mut(&HandleHash::of(device_code))
            .filter(|entry| entry.client == client)
            .ok_or(OAuthError::BadVerificationCode)?;
        match &mut entry.state {
            State::Redeemed => Err(OAuthError::AlreadyRedeemed),
            State::Declined => Err(OAuthError::AuthorizationDeclined),
            _ if now >= entry.expires_at => Err(OAuthError::ExpiredDeviceCode),
            State::Waiting { last_poll } => {
                let soonest = POLL_INTERVAL.as_micros() - POLL_TOLERANCE.as_micros();
                let is_soon = last_poll.is_some_and(|last| now.since(last).as_micros() < soonest);
                *last_poll = Some(now);
                Err(if is_soon {
                    OAuthError::SlowDown
                } else {
                    OAuthError::AuthorizationPending
                })
            }
            State::Approved(sign_in) => {
                let grant = Grant {
                    client,
                    scopes: entry.scopes.clone(),
                    sign_in: sign_in.clone(),
                };
                entry.state = State::Redeemed;
                Ok(grant)
            }
        }
    }

    /// Where the entry with this user code is. Users type rarely, so a look at all of them will do.
    fn find(&self, user_code: &str) -> Option<HandleHash> {
        let wanted = letters(user_code);
        self.entries
            .iter()
            .find(|(_, entry)| letters(&entry.user_code) == wanted)
            .map(|(hash, _)| *hash)
    }
}

fn letters(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

/// Eight letters with a dash in the middle. 2⁶⁴ is so much larger than 20⁸ that each is as likely as any other.
fn user_code(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 8];
    entropy.fill(&mut bytes);
    let mut number = u64::from_le_bytes(bytes);
    let mut code = String::with_capacity(USER_CODE_LENGTH + 1);
    for place in 0..USER_CODE_LENGTH {
        if place == USER_CODE_LENGTH / 2 {
            code.push('-');
        }
        let base = USER_CODE_LETTERS.len() as u64;
        let letter = usize::try_from(number % base)
            .ok()
            .and_then(|index| USER_CODE_LETTERS.get(index));
        code.extend(letter.map(|letter| char::from(*letter)));
        number /= base;
    }
    code
}

#[cfg(test)]
mod tests;
