//! The running engine: the store, the clock and the rest of what every call needs.

use std::sync::Arc;

use model::directory::Tenant;
use model::{Caller, Clock, Entropy, Instant, MonotonicClock, ObjectId, RoleDefinition, RoleDefinitionId};
use rules::Limits;
use store::{Holdings, Session, Store, StoreError};

use crate::announce::{self, Announced};
use crate::context::Context;
use crate::error::Error;
use crate::read::PageTokenKey;
use crate::setup;

/// The engine of one tenant. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    clock: Arc<MonotonicClock>,
    entropy: Arc<dyn Entropy>,
    tenant: Tenant,
    limits: Limits,
    page_token_key: PageTokenKey,
}

impl Engine {
    /// Opens the tenant in `store`. The clock is raised to the latest instant recorded there, so
    /// that nothing that ended before a restart is revived by a clock that went backwards (I9).
    ///
    /// # Errors
    /// If the store fails or holds no tenant yet.
    pub fn start(
        store: Store,
        clock: Arc<MonotonicClock>,
        entropy: Arc<dyn Entropy>,
        limits: Limits,
    ) -> Result<Self, Error> {
        let (tenant, secret, latest) = store.read_wait(|session| {
            Ok::<_, StoreError>((
                session.tenant()?,
                setup::page_token_secret(session)?,
                session.latest_instant()?,
            ))
        })??;
        if let Some(latest) = latest {
            clock.raise(latest);
        }
        let tenant = tenant.ok_or(Error::NoTenant)?;
        let shared = Shared {
            store,
            clock,
            entropy,
            tenant,
            limits,
            page_token_key: PageTokenKey::new(&secret),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        self.shared.clock.now()
    }

    /// The clock, which testers may move.
    pub fn clock(&self) -> &MonotonicClock {
        &self.shared.clock
    }

    /// The tenant.
    pub fn tenant(&self) -> &Tenant {
        &self.shared.tenant
    }

    /// The source of ids.
    pub fn entropy(&self) -> &dyn Entropy {
        self.shared.entropy.as_ref()
    }

    /// The store, for what is not a use case: keys and client secrets.
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Signs page tokens.
    pub fn page_token_key(&self) -> &PageTokenKey {
        &self.shared.page_token_key
    }

    /// What a principal holds, if it is in memory.
    pub fn cached_holdings(&self, principal: ObjectId) -> Option<Arc<Holdings>> {
        self.shared.store.cached_holdings(principal)
    }

    /// A role, if it is in memory.
    pub fn cached_role(&self, role: RoleDefinitionId) -> Option<Arc<RoleDefinition>> {
        self.shared.store.cached_role(role)
    }

    /// Runs a use case that only reads, on a reader's thread, and hands its outcome to `reply`.
    pub fn read<T: Send + 'static>(
        &self,
        caller: Arc<Caller>,
        work: impl FnOnce(&Context<'_>) -> Result<T, Error> + Send + 'static,
        reply: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        let shared = self.shared.clone();
        self.shared.store.read(
            move |session| work(&shared.context(session, &caller)),
            move |outcome| reply(outcome.map_err(Error::from).and_then(std::convert::identity)),
        );
    }

    /// Runs a use case that writes, on the writer's thread, and hands its outcome to `reply` after
    /// the commit. Failing takes everything back, but for the audit row of a refusal (I12).
    pub fn write<T: Send + 'static>(
        &self,
        caller: Arc<Caller>,
        work: impl FnOnce(&Context<'_>) -> Result<T, Error> + Send + 'static,
        reply: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) {
        let shared = self.shared.clone();
        self.shared.store.write(
            move |session| match work(&shared.context(session, &caller)) {
                Err(error) if !error.keeps_audit() => Err(error),
                outcome => Ok(outcome),
            },
            move |outcome| {
                reply(match outcome {
                    Ok(Ok(outcome)) => outcome,
                    Ok(Err(error)) => Err(error),
                    Err(error) => Err(error.into()),
                });
            },
        );
    }

    /// Announces what is due, in as many transactions as it takes, and keeps the mark of the clock.
    /// Blocks; for a thread of its own.
    pub fn announce(&self) -> Result<Announced, Error> {
        let caller = Arc::new(setup::service_caller());
        loop {
            let (shared, caller) = (self.shared.clone(), caller.clone());
            let announced = self.shared.store.write_wait(move |session| {
                let cx = shared.context(session, &caller);
                session.note_instant(cx.now)?;
                announce::announce_due(&cx)
            })??;
            if announced.is_complete {
                return Ok(announced);
            }
        }
    }
}

impl Shared {
    fn context<'a>(&'a self, session: &'a Session, caller: &'a Caller) -> Context<'a> {
        Context::new(
            session,
            self.clock.now(),
            self.entropy.as_ref(),
            &self.tenant,
            &self.limits,
            caller,
        )
    }
}
