//! Tokens that are let in and, mostly, tokens that are not.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{EncodingKey, Header};
use model::SeededEntropy;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::keys::{LONGEST_TOKEN_LIFE, SigningKey};
use crate::{DEFAULT_TOKEN_LIFE, DEFAULT_USER_ROLE, TokenIssuer, TokenRequest, TokenSubject};

const AUTHORITY: &str = "https://login.pim.example";
const NOW: Instant = Instant::from_seconds(1_772_600_000);
const TICK: IsoDuration = IsoDuration::from_micros(1);

struct House {
    tenant: TenantId,
    key: SigningKey,
    verifier: Verifier,
    issuer: TokenIssuer,
    entropy: SeededEntropy,
}

fn house() -> House {
    let entropy = SeededEntropy::from_number(11);
    let tenant = TenantId::random(&entropy);
    let key = SigningKey::generate(NOW).unwrap();
    let audiences = Audiences::new(["https://graph.pim.example"]);
    House {
        tenant,
        verifier: Verifier::new(AUTHORITY, tenant, audiences, ring(vec![key.clone()])),
        issuer: TokenIssuer::new(AUTHORITY, tenant),
        key,
        entropy,
    }
}

fn ring(keys: Vec<SigningKey>) -> Arc<KeyRing> {
    Arc::new(KeyRing::new(keys, LONGEST_TOKEN_LIFE).unwrap())
}

fn later(seconds: i64) -> Instant {
    NOW.saturating_add(IsoDuration::from_seconds(seconds))
}

impl House {
    fn user_request(&self) -> TokenRequest {
        TokenRequest {
            subject: TokenSubject::User {
                id: ObjectId::random(&self.entropy),
                user_principal_name: Some("carol@demo.example".to_owned()),
                display_name: Some("Carol".to_owned()),
                mfa: true,
                authentication_contexts: vec!["c1".to_owned()],
            },
            app_id: AppId::random(&self.entropy),
            app_display_name: Some("Portal".to_owned()),
            permissions: [Permission::UserReadWriteAll].into_iter().collect(),
            life: DEFAULT_TOKEN_LIFE,
            handles_claims_challenges: true,
        }
    }

    fn mint(&self, request: &TokenRequest) -> String {
        self.issuer
            .mint(&self.verifier.keys(), request, NOW, &self.entropy)
            .unwrap()
            .token
    }

    /// A token signed with the house's own key, with some claims replaced and nulls left out.
    fn forge(&self, changes: Value) -> String {
        let mut claims = payload(&self.mint(&self.user_request()));
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => claims.as_object_mut().unwrap().remove(name),
                value => claims
                    .as_object_mut()
                    .unwrap()
                    .insert(name.clone(), value.clone()),
            };
        }
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.key.kid.clone());
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ec_der(&self.key.private_key)).unwrap()
    }

    fn refusal(&self, token: &str) -> TokenError {
        self.verifier.verify(token, NOW).unwrap_err()
    }
}

fn payload(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[test]
fn a_users_token_comes_back_as_it_was_meant() {
    let house = house();
    let request = house.user_request();
    let token = house.mint(&request);
    let verified = house.verifier.verify(&token, NOW).unwrap();
    let TokenSubject::User { id, .. } = request.subject else {
        unreachable!()
    };
    assert_eq!(verified.expires_at, NOW.saturating_add(DEFAULT_TOKEN_LIFE));
    assert!(verified.handles_claims_challenges);
    let expected = Caller {
        kind: CallerKind::Delegated,
        id,
        app_id: Some(request.app_id),
        display_name: Some("Carol".to_owned()),
        user_principal_name: Some("carol@demo.example".to_owned()),
        permissions: [Permission::UserReadWriteAll, Permission::UserReadAll]
            .into_iter()
            .collect(),
        mfa: true,
        authentication_contexts: vec!["c1".to_owned()],
        handles_claims_challenges: true,
        ip_address: Some("192.0.2.1".to_owned()),
        user_agent: None,
    };
    assert_eq!(verified.caller(Some("192.0.2.1".to_owned()), None), expected);

    let claims = payload(&token);
    assert_eq!(claims["iss"], format!("{AUTHORITY}/{}/v2.0", house.tenant));
    assert_eq!(claims["wids"], json!([DEFAULT_USER_ROLE]));
    assert_eq!(claims["amr"], json!(["pwd", "mfa"]));
    assert_eq!(
        (&claims["appid"], &claims["idtyp"]),
        (&claims["azp"], &json!("user"))
    );
    assert_ne!(claims["sub"], claims["oid"]);
    assert!(claims.get("roles").is_none());
}

#[test]
fn an_applications_token_comes_back_as_it_was_meant() {
    let house = house();
    let id = ObjectId::random(&house.entropy);
    let request = TokenRequest {
        subject: TokenSubject::Application { id },
        ..house.user_request()
    };
    let token = house.mint(&request);
    let verified = house.verifier.verify(&token, NOW).unwrap();
    assert_eq!((verified.kind, verified.id), (CallerKind::Application, id));
    assert_eq!(verified.display_name.as_deref(), Some("Portal"));
    assert!(!verified.mfa);
    let claims = payload(&token);
    assert_eq!(claims["sub"], claims["oid"]);
    assert_eq!(claims["roles"], json!(["User.ReadWrite.All"]));
    assert!(claims.get("scp").is_none() && claims.get("wids").is_none());
}

#[test]
fn a_life_has_limits() {
    let house = house();
    for life in [
        IsoDuration::ZERO,
        LONGEST_TOKEN_LIFE.max(IsoDuration::from_hours(29)),
    ] {
        let request = TokenRequest {
            life,
            ..house.user_request()
        };
        let refused = house
            .issuer
            .mint(&house.verifier.keys(), &request, NOW, &house.entropy);
        assert_eq!(
            refused,
            Err(crate::MintError::Life {
                longest: LONGEST_TOKEN_LIFE
            })
        );
    }
}

#[test]
fn claims_decide() {
    let house = house();
    let soon = |skew: i64| later(skew).as_seconds();
    for (changes, expected) in [
        (json!({}), Ok(())),
        (json!({"aud": "https://graph.microsoft.com/"}), Ok(())),
        (json!({"aud": "https://graph.pim.example"}), Ok(())),
        (
            json!({"aud": "https://graph.pim.example.evil"}),
            Err(TokenError::InvalidAudience),
        ),
        (json!({"aud": null}), Err(TokenError::Malformed)),
        (
            json!({"iss": "https://sts.windows.net/x/"}),
            Err(TokenError::InvalidIssuer),
        ),
        (
            json!({"tid": AppId::random(&house.entropy).to_string()}),
            Err(TokenError::InvalidIssuer),
        ),
        (json!({"exp": NOW.as_seconds()}), Err(TokenError::Expired)),
        (json!({"exp": "9999999999"}), Err(TokenError::Malformed)),
        (json!({"exp": null}), Err(TokenError::Malformed)),
        (json!({"exp": i64::MAX, "nbf": i64::MIN}), Ok(())),
        (json!({"nbf": soon(300)}), Ok(())),
        (json!({"nbf": soon(301)}), Err(TokenError::NotYetValid)),
        (json!({"scp": null}), Err(TokenError::NoPermissions)),
        (
            json!({"scp": null, "roles": ["User.Read.All"]}),
            Err(TokenError::NoPermissions),
        ),
        (
            json!({"scp": null, "idtyp": "app", "roles": ["User.Read.All"]}),
            Ok(()),
        ),
        (json!({"idtyp": "device"}), Err(TokenError::Malformed)),
        (json!({"oid": "carol"}), Err(TokenError::Malformed)),
    ] {
        let answer = house
            .verifier
            .verify(&house.forge(changes.clone()), NOW)
            .map(drop);
        assert_eq!(answer, expected, "{changes}");
    }
}

#[test]
fn second_factors_and_implied_permissions() {
    let house = house();
    for (amr, mfa) in [
        (json!(["pwd"]), false),
        (json!([]), false),
        (json!(["pwd", "otp"]), false),
        (json!(["wia", "mfa"]), true),
        (json!(["fido"]), true),
        (json!(["ngcmfa"]), true),
        (json!(["hwk"]), true),
    ] {
        let token = house.forge(json!({"amr": amr}));
        assert_eq!(house.verifier.verify(&token, NOW).unwrap().mfa, mfa, "{amr}");
    }
    let token = house.forge(json!({"scp": "openid roleeligibilityschedule.readwrite.directory Mail.Read"}));
    let expected: PermissionSet = [
        Permission::RoleEligibilityScheduleReadDirectory,
        Permission::RoleEligibilityScheduleReadWriteDirectory,
    ]
    .into_iter()
    .collect();
    assert_eq!(house.verifier.verify(&token, NOW).unwrap().permissions, expected);
}

#[test]
fn a_token_ends_at_its_exact_instant_whether_remembered_or_not() {
    let house = house();
    let token = house.mint(&house.user_request());
    let end = NOW.saturating_add(DEFAULT_TOKEN_LIFE);
    let fresh = || {
        Verifier::new(
            AUTHORITY,
            house.tenant,
            Audiences::new([""; 0]),
            house.verifier.keys(),
        )
    };
    for _ in 0..2 {
        assert!(house.verifier.verify(&token, end.saturating_sub(TICK)).is_ok());
    }
    for verifier in [&house.verifier, &fresh()] {
        assert_eq!(verifier.verify(&token, end).unwrap_err(), TokenError::Expired);
    }
    let too_early = NOW.saturating_sub(NOT_BEFORE_SKEW).saturating_sub(TICK);
    for verifier in [&house.verifier, &fresh()] {
        assert_eq!(
            verifier.verify(&token, too_early).unwrap_err(),
            TokenError::NotYetValid
        );
    }
}

#[test]
fn a_remembered_token_is_not_read_again() {
    let house = house();
    let token = house.mint(&house.user_request());
    let (one, two) = (
        house.verifier.verify(&token, NOW).unwrap(),
        house.verifier.verify(&token, NOW).unwrap(),
    );
    assert!(Arc::ptr_eq(&one, &two));
}

#[test]
fn other_algorithms_keys_and_texts_do_not_sign() {
    let house = house();
    let token = house.mint(&house.user_request());
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        unreachable!()
    };
    let kid = &house.key.kid;

    let none = encoded(&json!({"typ": "JWT", "alg": "none", "kid": kid}));
    assert_eq!(house.refusal(&format!("{none}.{claims}.")), TokenError::Malformed);
    assert_eq!(
        house.refusal(&format!("{none}.{claims}.{signature}")),
        TokenError::Malformed
    );

    // The public key, which everybody has, as a shared secret.
    let jwks = serde_json::to_value(house.verifier.keys().jwks(NOW)).unwrap();
    let mut point = vec![4];
    for coordinate in ["x", "y"] {
        point.extend(
            URL_SAFE_NO_PAD
                .decode(jwks["keys"][0][coordinate].as_str().unwrap())
                .unwrap(),
        );
    }
    let mut symmetric = Header::new(Algorithm::HS256);
    symmetric.kid = Some(kid.clone());
    let confused =
        jsonwebtoken::encode(&symmetric, &payload(&token), &EncodingKey::from_secret(&point)).unwrap();
    assert_eq!(house.refusal(&confused), TokenError::InvalidSignature);

    let stranger = SigningKey::generate(NOW).unwrap();
    let stranger_key = EncodingKey::from_ec_der(&stranger.private_key);
    for named in [Some(stranger.kid.clone()), Some(kid.clone()), None] {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = named;
        let forged = jsonwebtoken::encode(&header, &payload(&token), &stranger_key).unwrap();
        assert_eq!(house.refusal(&forged), TokenError::InvalidSignature);
    }

    let mut changed = payload(&token);
    changed["scp"] = json!("Directory.ReadWrite.All");
    let tampered = format!("{header}.{}.{signature}", encoded(&changed));
    assert_eq!(house.refusal(&tampered), TokenError::InvalidSignature);
    assert_eq!(
        house.refusal(&format!("{header}.{claims}.")),
        TokenError::InvalidSignature
    );
}

#[test]
fn shapes_that_are_no_tokens() {
    let house = house();
    let token = house.mint(&house.user_request());
    assert_eq!(house.refusal(""), TokenError::Empty);
    assert_eq!(house.refusal("opaque"), TokenError::NoDots);
    assert_eq!(house.refusal("a.b"), TokenError::Malformed);
    assert_eq!(house.refusal("..."), TokenError::Malformed);
    assert_eq!(house.refusal(&format!("{token}.x")), TokenError::Malformed);
    assert_eq!(
        house.refusal(&format!("{token}{}", "A".repeat(LONGEST_TOKEN))),
        TokenError::Malformed
    );
    assert_eq!(TokenError::NoPermissions.code(), "Authorization_RequestDenied");
    assert_eq!(TokenError::Expired.code(), "InvalidAuthenticationToken");
}

#[test]
fn tokens_of_a_retired_key_live_on_and_those_of_a_withdrawn_key_do_not() {
    let house = house();
    let request = TokenRequest {
        life: LONGEST_TOKEN_LIFE,
        ..house.user_request()
    };
    let old = house.mint(&request);
    assert!(house.verifier.verify(&old, NOW).is_ok());

    let next = SigningKey::generate(later(60)).unwrap();
    let rotated = Arc::new(house.verifier.keys().rotated(next.clone(), later(60)).unwrap());
    house.verifier.replace_keys(rotated);
    let new = house.mint(&request);
    assert_eq!(
        jsonwebtoken::decode_header(&new).unwrap().kid,
        Some(next.kid.clone())
    );
    for token in [&old, &new] {
        assert!(house.verifier.verify(token, later(120)).is_ok());
    }

    house.verifier.replace_keys(ring(vec![next]));
    assert_eq!(
        house.refusal(&old),
        TokenError::InvalidSignature,
        "also though it was remembered"
    );
    assert!(house.verifier.verify(&new, later(120)).is_ok());
}

#[test]
fn a_remembered_token_ends_with_its_key() {
    let house = house();
    let token = house.mint(&TokenRequest {
        life: LONGEST_TOKEN_LIFE,
        ..house.user_request()
    });
    let retired = SigningKey {
        retired_at: Some(later(0).saturating_sub(IsoDuration::from_hours(1))),
        ..house.key.clone()
    };
    house
        .verifier
        .replace_keys(ring(vec![retired, SigningKey::generate(NOW).unwrap()]));
    assert!(house.verifier.verify(&token, NOW).is_ok());
    let key_end = later(27 * 3_600);
    assert!(
        house
            .verifier
            .verify(&token, key_end.saturating_sub(TICK))
            .is_ok()
    );
    assert_eq!(
        house.verifier.verify(&token, key_end).unwrap_err(),
        TokenError::InvalidSignature
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_verifier_panic(
        text in ".{0,300}",
        parts in proptest::collection::vec("[A-Za-z0-9_-]{0,80}", 1..5),
        header in "\\PC{0,60}",
    ) {
        let house = house();
        for token in [text, parts.join("."), format!("{}.e30.AA", URL_SAFE_NO_PAD.encode(header))] {
            prop_assert!(house.verifier.verify(&token, NOW).is_err());
        }
    }

    #[test]
    fn one_changed_byte_spoils_a_token(at in 0_usize..2_000, byte in any::<u8>().prop_filter("text", u8::is_ascii_graphic)) {
        let house = house();
        let token = house.mint(&house.user_request());
        let mut bytes = token.clone().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assume!(changed != token);
        prop_assert!(house.verifier.verify(&changed, NOW).is_err());
    }
}
