//! A data folder with a founded tenant in it, and the server that is put together over it.

use std::path::Path;
use std::sync::Arc;

use engine::setup::{add_application, as_service, found_tenant, record_founding};
use engine::{Engine, Options};
use identity::{KeyRing, LONGEST_TOKEN_LIFE, SigningKey};
use model::{AppId, Clock, Entropy, MonotonicClock};
use server::{Allowance, App, ServerOptions};
use store::{SigningKeyRow, Store, StoreError, StoreOptions};
use tlog::Signer;

use crate::tokens::{BASE_URL, Tokens};

/// The name of the application that every tenant here has.
const APPLICATION_NAME: &str = "Automation";
/// The name of the key that signs every audit log here.
const AUDIT_ORIGIN: &str = "test.example/audit";
/// Where the store says which it is.
const APPLICATION: &str = "testApplication";

/// An open store with a running engine over it.
pub struct Installation {
    /// The server's state.
    pub app: App,
    /// Mints tokens that the server accepts.
    pub tokens: Tokens,
    store: Store,
}

impl Installation {
    /// Opens the folder, and founds a tenant in it if it has none. `adjust` is for how the store is opened.
    pub fn open(
        folder: &Path,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        adjust: impl FnOnce(&mut StoreOptions),
        options: Options,
        allowance: Allowance,
    ) -> Self {
        let mut store_options = StoreOptions::new(folder.to_owned());
        adjust(&mut store_options);
        let store = Store::open(store_options).expect("the store opens");
        store.sign_audit_with(audit_signer());
        found(&store, clock.as_ref(), &entropy);
        let keys = keys(&store);
        let application = store
            .read_wait(|session| {
                let id = session.meta(APPLICATION)?.and_then(|id| id.parse().ok());
                id.map_or(Ok(None), |id| session.object(id))
            })
            .and_then(|found| found)
            .expect("the store reads")
            .expect("the tenant has its application");
        let clock = Arc::new(MonotonicClock::new(clock));
        let engine = Engine::start(store.clone(), clock, entropy, options).expect("the engine starts");
        let tokens = Tokens::new(&engine, keys.clone(), application);
        let options = ServerOptions {
            base_url: BASE_URL.to_owned(),
            base_url_is_public: true,
            other_base_urls: Vec::new(),
            behind_proxy: false,
            demo: false,
            allowance,
            subject_prefix: "PIM:".to_owned(),
        };
        Self {
            app: App::new(engine, keys, options),
            tokens,
            store,
        }
    }

    /// Runs `work` in a transaction of its own.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&store::Session) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store
            .write_wait(work)
            .and_then(|done| done)
            .expect("the store writes")
    }

    /// Runs `work` in one snapshot.
    pub fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&store::Session) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store
            .read_wait(work)
            .and_then(|done| done)
            .expect("the store reads")
    }

    /// Ends the store's threads. The folder is free once nothing holds the server's state any more.
    pub fn close(self) {
        self.store.close();
    }
}

/// What signs the audit log of every tenant here.
///
/// # Panics
/// Never.
pub fn audit_signer() -> Signer {
    Signer::from_seed(AUDIT_ORIGIN, [1; 32]).expect("the name is one")
}

/// Founds the tenant, its application and its signing key, unless they are there.
fn found(store: &Store, clock: &dyn Clock, entropy: &Arc<dyn Entropy>) {
    let (now, entropy) = (clock.now(), entropy.clone());
    let key = SigningKey::generate(now).expect("a key can be made");
    let founded = store.write_wait(move |session| {
        if session.tenant()?.is_some() {
            return Ok(());
        }
        let tenant = found_tenant(session, entropy.as_ref(), now, "Test Works", "test.example")?;
        let id = as_service(session, entropy.as_ref(), now, &tenant, |cx| {
            record_founding(cx)?;
            add_application(cx, AppId::random(cx.entropy), APPLICATION_NAME, [0; 32])
        });
        let id = id.expect("the application is made");
        session.set_meta(APPLICATION, &id.to_string())?;
        session.insert_signing_key(&SigningKeyRow {
            kid: key.kid,
            private_der: key.private_key,
            created_at: key.created_at,
            retired_at: key.retired_at,
        })
    });
    founded
        .and_then(|done: Result<(), StoreError>| done)
        .expect("the tenant is founded");
}

fn keys(store: &Store) -> Arc<KeyRing> {
    let rows = store
        .read_wait(|session| session.signing_keys())
        .and_then(|rows| rows)
        .expect("the keys are read");
    let keys = rows.into_iter().map(|row| SigningKey {
        kid: row.kid,
        private_key: row.private_der,
        created_at: row.created_at,
        retired_at: row.retired_at,
    });
    Arc::new(KeyRing::new(keys.collect(), LONGEST_TOKEN_LIFE).expect("the keys are sound"))
}
