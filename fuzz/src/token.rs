//! Access tokens: nothing is let in that was not signed, and nothing that was but does not say the right
//! things.

use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::{
    Audiences, DEFAULT_TOKEN_LIFE, KeyRing, LONGEST_TOKEN, LONGEST_TOKEN_LIFE, NOT_BEFORE_SKEW, SigningKey,
    TokenError, TokenIssuer, TokenRequest, TokenSubject, Verifier,
};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use model::role::REPORTS_READER;
use model::{AppId, Instant, ObjectId, Permission, SeededEntropy, TenantId};
use serde_json::Value;

const AUTHORITY: &str = "https://login.pim.example";
const BASE_URL: &str = "https://graph.pim.example";
const NOW: Instant = Instant::from_seconds(1_772_600_000);
/// A key made for this file, as PKCS#8. It is fixed so that an input means the same in every run.
const PRIVATE_KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwyV3yVdPVls2jFb4-3GWU7erbyNRZFcaq5c6YppM\
                           mLShRANCAATIsaQo0GfyIz2BAXHxaL4KVi2IqnGGLwaUdScjxQ0-SXGOtv5shuwBJ_ZXV4kjNhjGGzV7D6BUGy-I\
                           xmygMMnN";
/// Its thumbprint.
const KEY_ID: &str = "wPVxq1nnECa9kNuHuWGH5NigZtlWofMlLvqtqe9MkAY";
/// How many edits of a token one input makes at the most.
const EDITS_MAX: usize = 16;

/// The keys, and a token of each kind that they signed.
struct House {
    keys: Arc<KeyRing>,
    private_key: Vec<u8>,
    tokens: [String; 2],
}

static HOUSE: LazyLock<House> = LazyLock::new(House::new);

/// Arbitrary text is let in only if it is a token that was signed, to the letter; so is a signed token
/// that was edited. A signature of other claims is worth nothing. Signed claims are let in only if they
/// say that this server minted them for itself and for now.
pub fn token(input: &[u8]) {
    let house = &*HOUSE;
    if let Some(text) = crate::text(input) {
        house.lets_in_what_it_signed(text);
        let ours = format!(r#"{{"typ":"JWT","alg":"ES256","kid":"{KEY_ID}"}}"#);
        let (header, claims) = text.split_once('\n').unwrap_or((&ours, text));
        let signed = [header, claims]
            .map(|part| URL_SAFE_NO_PAD.encode(part))
            .join(".");
        house.lets_in_who_belongs_here(&signed, header, claims);
        for token in &house.tokens {
            let (_, signature) = token.rsplit_once('.').expect("a token has dots");
            house.lets_in_what_it_signed(&format!("{signed}.{signature}"));
        }
    }
    for token in &house.tokens {
        house.lets_in_what_it_signed(&edited(token, input));
    }
}

/// The token with characters replaced, left out, put in, or moved to the end, as the input says.
fn edited(token: &str, input: &[u8]) -> String {
    let mut text: Vec<u8> = token.bytes().collect();
    for edit in input.chunks_exact(4).take(EDITS_MAX) {
        let [kind, high, low, byte] = *edit else { break };
        let place = usize::from(u16::from_be_bytes([high, low])) % text.len().max(1);
        match kind % 4 {
            0 => text.iter_mut().skip(place).take(1).for_each(|it| *it = byte),
            1 => drop(text.drain(place..text.len().min(place + 1))),
            2 => text.insert(place, byte),
            _ => text.rotate_left(place),
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

impl House {
    fn new() -> Self {
        let private_key = URL_SAFE_NO_PAD.decode(PRIVATE_KEY).expect("the key is base64url");
        let key = SigningKey {
            kid: KEY_ID.to_owned(),
            private_key: private_key.clone(),
            created_at: NOW,
            retired_at: None,
        };
        let keys = KeyRing::new(vec![key], LONGEST_TOKEN_LIFE).expect("the key is sound");
        let id = ObjectId::new(REPORTS_READER.uuid());
        let subjects = [
            TokenSubject::User {
                id,
                user_principal_name: Some("carol@demo.example".to_owned()),
                display_name: Some("Carol".to_owned()),
                mfa: true,
                authentication_contexts: vec!["c1".to_owned()],
            },
            TokenSubject::Application { id },
        ];
        let issuer = TokenIssuer::new(AUTHORITY, tenant());
        let tokens = subjects.map(|subject| {
            let request = TokenRequest {
                subject,
                app_id: AppId::new(REPORTS_READER.uuid()),
                app_display_name: None,
                permissions: [Permission::UserReadWriteAll].into_iter().collect(),
                life: DEFAULT_TOKEN_LIFE,
                handles_claims_challenges: true,
            };
            let minted = issuer.mint(&keys, &request, NOW, &SeededEntropy::from_number(1));
            minted.expect("a token can be minted").token
        });
        let house = Self {
            keys: Arc::new(keys),
            private_key,
            tokens,
        };
        let verifier = house.verifier();
        assert!(
            house
                .tokens
                .iter()
                .all(|token| verifier.verify(token, NOW).is_ok())
        );
        house
    }

    /// One that has verified nothing yet.
    fn verifier(&self) -> Verifier {
        let audiences = Audiences::new([BASE_URL]);
        Verifier::new(AUTHORITY, tenant(), audiences, Arc::clone(&self.keys))
    }

    /// Asks twice, since what was verified once is remembered.
    fn verdict(&self, token: &str) -> Result<Arc<identity::VerifiedToken>, TokenError> {
        let verifier = self.verifier();
        let verdict = verifier.verify(token, NOW);
        assert_eq!(verifier.verify(token, NOW), verdict);
        if let Err(error) = verdict {
            assert!(!error.to_string().is_empty() && !error.code().is_empty());
        }
        verdict
    }

    fn lets_in_what_it_signed(&self, token: &str) {
        let verdict = self.verdict(token);
        let is_ours = self.tokens.iter().any(|ours| ours == token);
        assert_eq!(verdict.is_ok(), is_ours, "{token}: {verdict:?}");
    }

    fn lets_in_who_belongs_here(&self, signed: &str, header: &str, claims: &str) {
        let key = EncodingKey::from_ec_der(&self.private_key);
        let signature = crypto::sign(signed.as_bytes(), &key, Algorithm::ES256).expect("the key signs");
        let token = format!("{signed}.{signature}");
        let Ok(verified) = self.verdict(&token) else {
            return;
        };
        assert!(token.len() <= LONGEST_TOKEN);
        let header: Value = serde_json::from_str(header).expect("the header is JSON");
        assert_eq!(
            (&header["alg"], &header["kid"]),
            (&"ES256".into(), &KEY_ID.into())
        );
        let claims: Value = serde_json::from_str(claims).expect("the claims are JSON");
        let text = |name: &str| claims[name].as_str().unwrap_or_default();
        assert_eq!(text("iss"), format!("{AUTHORITY}/{}/v2.0", tenant()));
        assert_eq!(text("tid"), tenant().to_string());
        let audience = text("aud").trim_end_matches('/').to_ascii_lowercase();
        let names = [identity::GRAPH_APP_ID, "https://graph.microsoft.com", BASE_URL];
        assert!(names.contains(&audience.as_str()), "{audience}");
        let second = |name: &str| claims[name].as_i64().map(Instant::from_seconds);
        assert_eq!(
            (second("nbf"), second("exp")),
            (Some(verified.not_before), Some(verified.expires_at))
        );
        assert!(NOW < verified.expires_at && verified.not_before <= NOW.saturating_add(NOT_BEFORE_SKEW));
        assert!(text("oid").eq_ignore_ascii_case(&verified.id.to_string()));
        assert!(text("appid").eq_ignore_ascii_case(&verified.app_id.to_string()));
        let named = format!("{} {}", text("scp"), claims["roles"]).to_ascii_lowercase();
        for permission in verified.permissions.iter() {
            let name = permission.as_str().to_ascii_lowercase();
            let writing = name.replace(".read", ".readwrite");
            assert!(named.contains(&name) || named.contains(&writing), "{permission}");
        }
    }
}

/// The tenant that the house is of.
const fn tenant() -> TenantId {
    TenantId::new(REPORTS_READER.uuid())
}
