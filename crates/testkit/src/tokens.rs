//! Access tokens for anybody.

use std::sync::Arc;

use engine::Engine;
use identity::{KeyRing, LONGEST_TOKEN_LIFE, TokenIssuer, TokenRequest, TokenSubject};
use model::access::PermissionSet;
use model::{AppId, DirectoryObject, ObjectBody, ObjectId};

/// The URL at which the server believes to be.
pub const BASE_URL: &str = "http://tenure.test";

/// Mints tokens that live as long as tokens may.
pub struct Tokens {
    engine: Engine,
    keys: Arc<KeyRing>,
    issuer: TokenIssuer,
    application: ObjectId,
    app_id: AppId,
    app_name: String,
}

impl Tokens {
    pub(crate) fn new(engine: &Engine, keys: Arc<KeyRing>, application: DirectoryObject) -> Self {
        let ObjectBody::ServicePrincipal(facts) = &application.body else {
            panic!("{} is no service principal", application.id);
        };
        Self {
            issuer: TokenIssuer::new(BASE_URL, engine.tenant().id),
            engine: engine.clone(),
            keys,
            application: application.id,
            app_id: facts.app_id,
            app_name: application.display_name,
        }
    }

    /// The application's service principal.
    pub const fn application(&self) -> ObjectId {
        self.application
    }

    /// For the application on its own, with these permissions.
    pub fn of_application(&self, permissions: PermissionSet) -> String {
        self.mint(
            TokenSubject::Application { id: self.application },
            permissions,
            false,
        )
    }

    /// For a user who signed in with a second factor, with these scopes.
    pub fn of_user(&self, id: ObjectId, scopes: PermissionSet) -> String {
        self.mint(user(id), scopes, false)
    }

    /// The same through a client that answers claims challenges.
    pub fn of_user_through_capable_client(&self, id: ObjectId) -> String {
        self.mint(user(id), Self::delegated(), true)
    }

    /// Every scope that a user can consent to.
    pub fn delegated() -> PermissionSet {
        PermissionSet::delegated()
    }

    fn mint(
        &self,
        subject: TokenSubject,
        permissions: PermissionSet,
        handles_claims_challenges: bool,
    ) -> String {
        let request = TokenRequest {
            subject,
            app_id: self.app_id,
            app_display_name: Some(self.app_name.clone()),
            permissions,
            life: LONGEST_TOKEN_LIFE,
            handles_claims_challenges,
        };
        self.issuer
            .mint(&self.keys, &request, self.engine.now(), self.engine.entropy())
            .expect("a token is minted")
            .token
    }
}

/// A user who signed in with a second factor.
const fn user(id: ObjectId) -> TokenSubject {
    TokenSubject::User {
        id,
        user_principal_name: None,
        display_name: None,
        mfa: true,
        authentication_contexts: Vec::new(),
    }
}
