//! The running engine: the store, the clock and the rest of what every call needs.

use std::sync::Arc;

use model::alert::AlertOperation;
use model::directory::Tenant;
use model::{
    AlertName, Caller, Clock, Delivery, Entropy, Instant, Licence, MonotonicClock, ObjectId, RoleDefinition,
    RoleDefinitionId,
};
use rules::Limits;
use store::{Holdings, Session, Store, StoreError};

use crate::alerts::{self, AlertOptions, Found, Occasion, Watch};
use crate::announce::{self, Announced};
use crate::audit_log::shipping::AuditOptions;
use crate::context::Context;
use crate::error::Error;
use crate::licence::change_licence;
use crate::notices::{self, DueMail, NoticeOptions, Outcome};
use crate::read::PageTokenKey;
use crate::setup;

/// What an engine is started with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The numbers that the rules turn on.
    pub limits: Limits,
    /// What people are told, and how.
    pub notices: NoticeOptions,
    /// Whether settings may ask for what Graph's role policies do not know: several stages of approval,
    /// more than one person in each, time-outs of days and escalation.
    pub extended_approvals: bool,
    /// How long the audit log is kept, and who else gets it.
    pub audit: AuditOptions,
    /// What the alerts of ours turn on.
    pub alerts: AlertOptions,
}

/// The engine of one tenant. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

#[derive(Clone)]
struct Shared {
    store: Store,
    clock: Arc<MonotonicClock>,
    entropy: Arc<dyn Entropy>,
    tenant: Tenant,
    options: Options,
    page_token_key: PageTokenKey,
    watch: Arc<Watch>,
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
        options: Options,
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
            options,
            page_token_key: PageTokenKey::new(&secret),
            watch: Arc::default(),
        };
        let engine = Self {
            shared: Arc::new(shared),
        };
        engine.begin_audit()?;
        Ok(engine)
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        self.shared.clock.now()
    }

    /// The same engine with another source of ids: for what goes on beside the requests, whose ids would
    /// otherwise depend on how often that has run.
    #[must_use]
    pub fn with_entropy(&self, entropy: Arc<dyn Entropy>) -> Self {
        let shared = Shared {
            entropy,
            ..Shared::clone(&self.shared)
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The clock, which testers may move.
    pub fn clock(&self) -> &MonotonicClock {
        &self.shared.clock
    }

    /// The tenant.
    pub fn tenant(&self) -> &Tenant {
        &self.shared.tenant
    }

    /// What it was started with.
    pub(crate) fn options(&self) -> &Options {
        &self.shared.options
    }

    /// The source of ids.
    pub fn entropy(&self) -> &dyn Entropy {
        self.shared.entropy.as_ref()
    }

    /// The store, for what is not a use case: keys and client secrets.
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// The licence. No I/O.
    pub fn licence(&self) -> Licence {
        self.shared.store.licence()
    }

    /// Makes the licence what the operator says it is. Blocks; for the start.
    ///
    /// # Errors
    /// The store's.
    pub fn configure_licence(&self, licence: Licence) -> Result<(), Error> {
        self.write_as_service(move |cx| change_licence(cx, licence))
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
        let (shared, watch) = (self.shared.clone(), self.shared.watch.clone());
        self.shared.store.write(
            move |session| match work(&shared.context(session, &caller)) {
                Err(error) if !error.keeps_audit() => Err(error),
                outcome => Ok(outcome),
            },
            move |outcome| {
                if matches!(outcome, Ok(Ok(Ok(_)))) {
                    watch.note_change();
                }
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
        if let Some(week) = self.read_as_service(|cx| match notices::is_week_over(cx)? {
            true => notices::count_week(cx).map(Some),
            false => Ok(None),
        })? {
            self.write_as_service(move |cx| notices::tell_of_week(cx, week))?;
        }
        loop {
            let announced = self.write_as_service(|cx| {
                cx.session.note_instant(cx.now)?;
                announce::announce_due(cx)
            })?;
            if announced.events > 0 {
                self.shared.watch.note_change();
            }
            if announced.is_complete {
                self.remove_old_audit()?;
                return Ok(announced);
            }
        }
    }

    /// Signs the audit log as it is now, such as before the server ends. Blocks, as [`Engine::announce`].
    pub fn sign_audit(&self) -> Result<(), Error> {
        self.write_as_service(|cx| Ok(cx.session.checkpoint_audit()?))
    }

    /// Whether there is reason to scan for alerts: something changed, or the last time is long ago.
    pub fn is_scan_due(&self) -> bool {
        self.shared.watch.is_due(self.now())
    }

    /// Scans for all alerts. Blocks, as [`Engine::announce`].
    ///
    /// # Errors
    /// The first failure; what was found of the other alerts is kept all the same.
    pub fn scan_alerts(&self) -> Result<(), Error> {
        let _turn = self.shared.watch.begin_whole(self.now());
        let (found, failure) = self.look_for(AlertName::ALL, Occasion::Regular);
        self.write_as_service(move |cx| {
            found
                .iter()
                .try_for_each(|found| alerts::note(cx, found, Occasion::Regular))
        })?;
        failure.map_or(Ok(()), Err)
    }

    /// Does a refresh that was begun, and notes what came of it. Blocks, as [`Engine::announce`].
    ///
    /// # Errors
    /// If not even that can be noted.
    pub fn refresh_alerts(&self, operation: AlertOperation) -> Result<(), Error> {
        let _turn = self.shared.watch.begin();
        let one = operation.alert.as_slice();
        let names = if one.is_empty() {
            &AlertName::OF_GRAPH[..]
        } else {
            one
        };
        let (found, failure) = self.look_for(names, Occasion::Refresh);
        let is_off = failure.is_none() && found.is_empty();
        let outcome = match failure {
            Some(error) => Err(error.to_string()),
            None if is_off => Err("It is not scanned: isEnabled is false.".to_owned()),
            None => Ok(()),
        };
        self.write_as_service(move |cx| {
            found
                .iter()
                .try_for_each(|found| alerts::note(cx, found, Occasion::Refresh))?;
            alerts::end_refresh(cx, &operation, outcome)
        })
    }

    /// Looks for alerts, each in a snapshot of its own, so that none keeps the others from being seen.
    fn look_for(&self, names: &[AlertName], occasion: Occasion) -> (Vec<Found>, Option<Error>) {
        let mut found = Vec::new();
        let mut failure = None;
        for name in names.iter().copied() {
            match self.read_as_service(move |cx| alerts::look(cx, name, occasion)) {
                Ok(seen) => found.extend(seen),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        (found, failure)
    }

    /// Makes messages of all notices, in as many transactions as it takes. Blocks, as
    /// [`Engine::announce`].
    pub fn post_notices(&self) -> Result<(), Error> {
        // Most often there is none, and looking costs the writer nothing.
        while self.read_as_service(|cx| Ok(!cx.session.open_notices(1)?.is_empty()))? {
            self.write_as_service(notices::post_notices)?;
        }
        Ok(())
    }

    /// The mail that is to be sent now. Blocks, as [`Engine::announce`].
    pub fn due_mail(&self) -> Result<Vec<DueMail>, Error> {
        self.read_as_service(notices::due_mail)
    }

    /// Notes what an attempt to send mail came to, and answers how its delivery stands. Blocks, as
    /// [`Engine::announce`].
    pub fn note_outcome(&self, delivery: Delivery, outcome: Outcome) -> Result<Delivery, Error> {
        self.shared.watch.note_change();
        self.write_as_service(move |cx| notices::note_outcome(cx, &delivery, outcome))
    }

    /// Runs what the service reads by itself. Blocks, as [`Engine::announce`].
    pub(crate) fn read_as_service<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Context<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (shared, caller) = (self.shared.clone(), setup::service_caller());
        let store = &self.shared.store;
        store.read_wait(move |session| work(&shared.context(session, &caller)))?
    }

    /// Runs what the service writes by itself. Blocks, as [`Engine::announce`].
    pub(crate) fn write_as_service<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Context<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (shared, caller) = (self.shared.clone(), setup::service_caller());
        let store = &self.shared.store;
        store.write_wait(move |session| work(&shared.context(session, &caller)))?
    }
}

impl Shared {
    fn context<'a>(&'a self, session: &'a Session, caller: &'a Caller) -> Context<'a> {
        Context::new(
            session,
            self.clock.now(),
            self.entropy.as_ref(),
            &self.tenant,
            &self.options,
            caller,
        )
    }
}
