//! The life of a device code: polled, decided, redeemed, expired; never twice, never somebody else's.

use model::{ObjectId, SeededEntropy};

use super::*;
use crate::Audiences;

const NOW: Instant = Instant::from_seconds(1_772_438_400);

struct World {
    entropy: SeededEntropy,
    codes: DeviceCodes,
    client: AppId,
}

impl World {
    fn new(seed: u64) -> Self {
        let entropy = SeededEntropy::from_number(seed);
        let client = AppId::random(&entropy);
        Self {
            entropy,
            codes: DeviceCodes::default(),
            client,
        }
    }

    fn try_start(&mut self, now: Instant) -> Result<DeviceAuthorization, OAuthError> {
        let audiences = Audiences::new(["http://127.0.0.1:1"]);
        let scopes = RequestedScopes::parse("User.Read openid", &audiences).unwrap();
        self.codes.start(self.client, scopes, now, &self.entropy)
    }

    fn start(&mut self) -> DeviceAuthorization {
        self.try_start(NOW).unwrap()
    }

    fn poll(&mut self, code: &DeviceAuthorization, now: Instant) -> Result<Grant, OAuthError> {
        self.codes.redeem(&code.device_code, self.client, now)
    }

    fn sign_in(&self) -> SignIn {
        SignIn {
            user: ObjectId::random(&self.entropy),
            mfa: true,
            authentication_contexts: vec!["c1".to_owned()],
        }
    }
}

fn seconds(count: i64) -> Instant {
    NOW.saturating_add(IsoDuration::from_seconds(count))
}

#[test]
fn an_approved_code_gives_what_was_granted_once() {
    let mut world = World::new(1);
    let code = world.start();
    assert_eq!(world.poll(&code, NOW), Err(OAuthError::AuthorizationPending));
    let sign_in = world.sign_in();
    let typed = code.user_code.to_lowercase().replace('-', " ");
    let decision = Decision::Approve(sign_in.clone());
    assert_eq!(world.codes.decide(&typed, decision, seconds(1)), Ok(()));
    // However soon after the last poll.
    let grant = world.poll(&code, seconds(1)).unwrap();
    assert_eq!((grant.client, grant.sign_in), (world.client, sign_in));
    assert!(grant.scopes.openid);
    assert_eq!(world.poll(&code, seconds(9)), Err(OAuthError::AlreadyRedeemed));
}

#[test]
fn a_declined_code_gives_nothing_and_stays_declined() {
    let mut world = World::new(2);
    let code = world.start();
    world
        .codes
        .decide(&code.user_code, Decision::Decline, NOW)
        .unwrap();
    let approve = Decision::Approve(world.sign_in());
    assert_eq!(
        world.codes.decide(&code.user_code, approve, NOW),
        Err(DecisionError::Decided)
    );
    for at in [0, 10, 10_000] {
        assert_eq!(
            world.poll(&code, seconds(at)),
            Err(OAuthError::AuthorizationDeclined)
        );
    }
}

#[test]
fn who_polls_too_soon_is_to_slow_down() {
    let mut world = World::new(3);
    let code = world.start();
    for (at, expected) in [
        (0, OAuthError::AuthorizationPending),
        (3, OAuthError::SlowDown),
        // Counted from the last poll, not from the last good one; a second is forgiven.
        (6, OAuthError::SlowDown),
        (10, OAuthError::AuthorizationPending),
        (15, OAuthError::AuthorizationPending),
    ] {
        assert_eq!(world.poll(&code, seconds(at)), Err(expected), "{at}");
    }
}

#[test]
fn its_time_ends_for_client_and_user_alike() {
    let mut world = World::new(4);
    let (late, approved) = (world.start(), world.start());
    let sign_in = world.sign_in();
    let decision = Decision::Approve(sign_in);
    let before = seconds(899);
    assert_eq!(world.codes.waiting(before).len(), 2);
    world
        .codes
        .decide(&approved.user_code, decision.clone(), before)
        .unwrap();
    assert_eq!(world.codes.waiting(before).len(), 1);
    let end = seconds(900);
    assert_eq!(world.poll(&late, end), Err(OAuthError::ExpiredDeviceCode));
    assert_eq!(world.poll(&approved, end), Err(OAuthError::ExpiredDeviceCode));
    assert_eq!(
        world.codes.decide(&late.user_code, decision, end),
        Err(DecisionError::Unknown)
    );
    assert_eq!(world.codes.waiting(end), []);
}

#[test]
fn a_code_belongs_to_its_client() {
    let mut world = World::new(5);
    let code = world.start();
    let decision = Decision::Approve(world.sign_in());
    world.codes.decide(&code.user_code, decision, NOW).unwrap();
    let thief = AppId::random(&world.entropy);
    assert_eq!(
        world.codes.redeem(&code.device_code, thief, NOW),
        Err(OAuthError::BadVerificationCode)
    );
    assert_eq!(
        world.codes.redeem(&code.user_code, world.client, NOW),
        Err(OAuthError::BadVerificationCode)
    );
    assert!(world.poll(&code, NOW).is_ok());
    let unknown = world.codes.decide("BCDF-GHJK", Decision::Decline, NOW);
    assert_eq!(unknown, Err(DecisionError::Unknown));
}

#[test]
fn there_is_a_limit_and_what_is_over_makes_room() {
    let mut world = World::new(6);
    for _ in 0..DEVICE_CODES_MAX {
        world.start();
    }
    assert_eq!(world.try_start(NOW), Err(OAuthError::TemporarilyUnavailable));
    assert!(world.try_start(seconds(900)).is_ok());
    assert_eq!(world.codes.entries.len(), 1);
}

#[test]
fn user_codes_are_easy_to_type() {
    let entropy = SeededEntropy::from_number(7);
    for _ in 0..200 {
        let code = user_code(&entropy);
        let (left, right) = code.split_once('-').unwrap();
        assert_eq!((left.len(), right.len()), (4, 4));
        assert!(letters(&code).bytes().all(|it| USER_CODE_LETTERS.contains(&it)));
    }
}
