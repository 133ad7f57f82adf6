//! What every handler shares.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::Engine;
use graph::shape::WrittenRoles;
use identity::discovery::authorization_uri;
use identity::sign_in::{DeviceCodes, RefreshTokens};
use identity::{Audiences, KeyRing, TokenIssuer, Verifier};
use model::directory::Tenant;
use notify::LetterStyle;

use crate::demo;
use crate::oauth::Refusals;
use crate::throttling::{Allowance, Throttle};

/// Bytes of a request body at the most (directory dossier, B7).
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Evaluations in one AuthZEN request at the most.
pub const EVALUATIONS_MAX: usize = 100;

/// How the server is reached and what it offers.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// The base URL that tokens name as their authority.
    pub base_url: String,
    /// Whether links name it too, however a request came in. Otherwise they name the host that the
    /// client called, as it must be able to follow them.
    pub base_url_is_public: bool,
    /// Further base URLs under which tokens are accepted, such as the TLS listener's.
    pub other_base_urls: Vec<String>,
    /// Whether `X-Forwarded-Host` and `X-Forwarded-Proto` are believed.
    pub behind_proxy: bool,
    /// Whether the demo's routes exist.
    pub demo: bool,
    /// How much one identity may ask of the Graph routes.
    pub allowance: Allowance,
    /// What every subject of mail begins with.
    pub subject_prefix: String,
}

/// The state behind the routes. Cheap to clone.
#[derive(Clone)]
pub struct App {
    shared: Arc<Shared>,
    scheme: &'static str,
}

struct Shared {
    engine: Engine,
    issuer: TokenIssuer,
    verifier: Verifier,
    audiences: Audiences,
    throttle: Throttle,
    options: ServerOptions,
    written_roles: WrittenRoles,
    authorization_uri: Arc<str>,
    // In memory only: whoever is signed in when the process ends signs in again.
    device_codes: Mutex<DeviceCodes>,
    refresh_tokens: Mutex<RefreshTokens>,
    refused_sign_ins: Refusals,
}

impl App {
    /// Puts the parts together. `keys` sign and verify access tokens.
    pub fn new(engine: Engine, keys: Arc<KeyRing>, options: ServerOptions) -> Self {
        let tenant = engine.tenant().id;
        let audiences = Audiences::new(std::iter::once(&options.base_url).chain(&options.other_base_urls));
        let shared = Shared {
            issuer: TokenIssuer::new(&options.base_url, tenant),
            verifier: Verifier::new(&options.base_url, tenant, audiences.clone(), keys),
            audiences,
            throttle: Throttle::new(&engine, options.allowance),
            engine,
            authorization_uri: authorization_uri(&options.base_url, tenant).into(),
            options,
            written_roles: WrittenRoles::default(),
            device_codes: Mutex::default(),
            refresh_tokens: Mutex::default(),
            refused_sign_ins: Refusals::default(),
        };
        Self {
            shared: Arc::new(shared),
            scheme: "http",
        }
    }

    /// The same application behind a listener that speaks TLS.
    #[must_use]
    pub fn over_tls(self) -> Self {
        Self {
            scheme: "https",
            ..self
        }
    }

    /// The scheme that the listener speaks.
    pub const fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// The use cases.
    pub fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    /// The tenant.
    pub fn tenant(&self) -> &Tenant {
        self.shared.engine.tenant()
    }

    /// Role definitions as they were written last.
    pub(crate) fn written_roles(&self) -> &WrittenRoles {
        &self.shared.written_roles
    }

    /// Mints tokens.
    pub fn issuer(&self) -> &TokenIssuer {
        &self.shared.issuer
    }

    /// Verifies tokens.
    pub fn verifier(&self) -> &Verifier {
        &self.shared.verifier
    }

    /// The names of this resource.
    pub fn audiences(&self) -> &Audiences {
        &self.shared.audiences
    }

    /// Counts what each identity uses.
    pub fn throttle(&self) -> &Throttle {
        &self.shared.throttle
    }

    /// How mail is worded.
    pub fn letter_style(&self) -> LetterStyle {
        LetterStyle {
            subject_prefix: self.shared.options.subject_prefix.clone(),
            tenant_name: self.tenant().display_name.clone(),
        }
    }

    /// Where users get tokens, for whoever comes without one.
    pub fn authorization_uri(&self) -> &Arc<str> {
        &self.shared.authorization_uri
    }

    /// Where users approve devices, below the base URL. There are no pages for it yet, so only the demo has a
    /// place, and elsewhere no device code is given out.
    pub fn device_verification_path(&self) -> Option<&'static str> {
        self.options().demo.then_some(demo::DEVICE_PATH)
    }

    /// The device codes that were given out; to be let go of before anything is waited for.
    pub fn device_codes(&self) -> MutexGuard<'_, DeviceCodes> {
        lock(&self.shared.device_codes)
    }

    /// The refresh tokens that were given out; to be let go of before anything is waited for.
    pub fn refresh_tokens(&self) -> MutexGuard<'_, RefreshTokens> {
        lock(&self.shared.refresh_tokens)
    }

    /// How many refused sign-ins were noted.
    pub(crate) fn refused_sign_ins(&self) -> &Refusals {
        &self.shared.refused_sign_ins
    }

    /// How the server is reached.
    pub fn options(&self) -> &ServerOptions {
        &self.shared.options
    }
}

/// A panic while it was held leaves nothing half done in these tables.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
