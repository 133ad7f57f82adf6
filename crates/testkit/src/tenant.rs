//! A tenant with its server, its clock and its client.

use std::path::Path;
use std::sync::{Arc, mpsc};

use axum::Router;
use axum::body::Bytes;
use engine::alerts::AlertOptions;
use engine::announce::Announced;
use engine::notices::{Mail, NoticeOptions};
use engine::shipping::AuditOptions;
use engine::{Context, Engine, Error, Options};
use http::Method;
use model::access::PermissionSet;
use model::directory::Relation;
use model::{
    Clock as _, DirectoryScope, Entropy, Grant, GrantId, Instant, IsoDuration, Licence, ManualClock, Message,
    ObjectId, RoleDefinitionId, SeededEntropy,
};
use serde_json::Value;
use server::Allowance;
use store::Session;
use store::StoreError;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::call::{self, Answer, Opened};
use crate::installation::Installation;
use crate::people;
use crate::tokens::Tokens;

/// Where the clock of a new tenant stands: 2026-03-02T08:00:00Z.
const START: Instant = Instant::from_seconds(1_772_438_400);

/// How long before its end the holder of an activation is told.
const BEFORE_ACTIVATION_ENDS: IsoDuration = IsoDuration::from_minutes(15);

/// The database in a tenant's folder.
const DATABASE: &str = "tenure.db";

/// A founded tenant in a folder that goes away with it.
pub struct Tenant {
    clock: Arc<ManualClock>,
    entropy: Arc<dyn Entropy>,
    peculiarities: Peculiarities,
    running: Running,
    folder: TempDir,
    runtime: Runtime,
}

/// How a tenant's server differs from one with the defaults.
#[derive(Clone, Debug, Default)]
pub struct Peculiarities {
    /// Whether approvals may go beyond what Graph knows.
    pub extended_approvals: bool,
    /// How much one identity may ask; without limit by default.
    pub allowance: Allowance,
    /// How long the audit log is kept, and who else gets it.
    pub audit: AuditOptions,
    /// The principal name of an account that is for emergencies.
    pub break_glass_account: Option<&'static str>,
}

/// What a restart makes anew.
struct Running {
    installation: Installation,
    router: Router,
}

impl Running {
    fn start(
        folder: &TempDir,
        clock: &Arc<ManualClock>,
        entropy: &Arc<dyn Entropy>,
        peculiarities: &Peculiarities,
    ) -> Self {
        let options = Options {
            extended_approvals: peculiarities.extended_approvals,
            alerts: AlertOptions {
                break_glass_accounts: peculiarities
                    .break_glass_account
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
                ..AlertOptions::default()
            },
            notices: NoticeOptions {
                mail: Mail::Kept,
                before_activation_ends: Some(BEFORE_ACTIVATION_ENDS),
                weekly_digest: true,
                ..NoticeOptions::default()
            },
            audit: peculiarities.audit.clone(),
            ..Options::default()
        };
        let installation = Installation::open(
            folder.path(),
            clock.clone(),
            entropy.clone(),
            |_| (),
            options,
            peculiarities.allowance,
        );
        Self {
            router: server::router(installation.app.clone()),
            installation,
        }
    }

    fn stop(self) {
        drop(self.router);
        self.installation.close();
    }
}

impl Tenant {
    /// A tenant whose ids follow from `seed`. Nobody is in it but an application with every permission.
    pub fn found(seed: u64) -> Self {
        Self::found_with(seed, Peculiarities::default())
    }

    /// The same with a server of its own kind.
    pub fn found_with(seed: u64, peculiarities: Peculiarities) -> Self {
        let clock = Arc::new(ManualClock::starting_at(START));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::from_number(seed));
        let folder = tempfile::tempdir().expect("a folder can be made");
        let runtime = Builder::new_current_thread()
            .build()
            .expect("a runtime can be made");
        Self {
            running: Running::start(&folder, &clock, &entropy, &peculiarities),
            peculiarities,
            clock,
            entropy,
            folder,
            runtime,
        }
    }

    /// Stops the server and starts it again on the same folder, as if it had been killed in between
    /// requests.
    #[must_use]
    pub fn restart(self) -> Self {
        let now = self.clock.now();
        self.restart_at(now)
    }

    /// The same, while the machine's clock was set, perhaps back.
    #[must_use]
    pub fn restart_at(self, now: Instant) -> Self {
        let Self {
            entropy,
            peculiarities,
            running,
            folder,
            runtime,
            ..
        } = self;
        running.stop();
        let clock = Arc::new(ManualClock::starting_at(now));
        Self {
            running: Running::start(&folder, &clock, &entropy, &peculiarities),
            peculiarities,
            clock,
            entropy,
            folder,
            runtime,
        }
    }

    /// The same, with other settings.
    #[must_use]
    pub fn restart_with(mut self, peculiarities: Peculiarities) -> Self {
        self.peculiarities = peculiarities;
        self.restart()
    }

    /// Stops the server, and has somebody look at its database.
    pub fn stopped<T>(self, look: impl FnOnce(&Path) -> T) -> T {
        self.running.stop();
        look(&self.folder.path().join(DATABASE))
    }

    /// The running engine.
    pub fn engine(&self) -> &Engine {
        self.running.installation.app.engine()
    }

    /// The present instant, as the server has it.
    pub fn now(&self) -> Instant {
        self.engine().now()
    }

    /// Moves the clock and announces what became due.
    pub fn advance(&self, by: IsoDuration) -> Announced {
        self.pass(by);
        self.engine().announce().expect("what is due is announced")
    }

    /// Moves the clock while nothing announces anything.
    pub fn pass(&self, by: IsoDuration) {
        self.clock.set(self.now().saturating_add(by));
    }

    /// What people were told so far, the newest first.
    pub fn told(&self) -> Vec<Message> {
        self.engine().post_notices().expect("messages are made");
        self.read(|session| session.messages(u32::MAX))
    }

    /// A user who is enabled and holds nothing.
    pub fn user(&self, display_name: &str) -> ObjectId {
        let (id, now) = (self.id(), self.now());
        let name = format!("{}@test.example", display_name.to_lowercase().replace(' ', "."));
        let user = engine::setup::user(id, display_name, &name, now);
        self.write(move |session| session.insert_object(&user));
        id
    }

    /// A role-assignable group with these members.
    pub fn group(&self, display_name: &str, members: &[ObjectId]) -> ObjectId {
        let (id, now, members) = (self.id(), self.now(), members.to_vec());
        let group = people::role_group(id, display_name, now);
        self.write(move |session| {
            session.insert_object(&group)?;
            members.iter().try_for_each(|member| {
                session
                    .add_membership(id, *member, Relation::Member, now)
                    .map(drop)
            })
        });
        id
    }

    /// An administrative unit.
    pub fn unit(&self, display_name: &str) -> ObjectId {
        let id = self.id();
        let unit = people::unit(id, display_name, self.now());
        self.write(move |session| session.insert_object(&unit));
        id
    }

    /// Gives a role at the tenant, at once and for good, past every rule.
    pub fn give(&self, principal: ObjectId, role: RoleDefinitionId) -> GrantId {
        let id = GrantId::random(self.entropy.as_ref());
        let grant = Grant::outside_pim(id, principal, role, DirectoryScope::Tenant, self.now());
        self.write(move |session| session.insert_grant(&grant));
        grant.id
    }

    /// A user who holds a role for good.
    pub fn holder(&self, display_name: &str, role: RoleDefinitionId) -> ObjectId {
        let user = self.user(display_name);
        self.give(user, role);
        user
    }

    /// A fresh id.
    pub fn id(&self) -> ObjectId {
        ObjectId::random(self.entropy.as_ref())
    }

    /// The tenant's application.
    pub const fn application(&self) -> ObjectId {
        self.running.installation.tokens.application()
    }

    /// A token of the application, with every permission.
    pub fn application_token(&self) -> String {
        self.application_token_with(PermissionSet::all())
    }

    /// A token of the application, with these permissions.
    pub fn application_token_with(&self, permissions: PermissionSet) -> String {
        self.running.installation.tokens.of_application(permissions)
    }

    /// A token of a user who signed in with a second factor, with every scope.
    pub fn user_token(&self, user: ObjectId) -> String {
        self.user_token_with(user, Tokens::delegated())
    }

    /// A token of a user whose client answers claims challenges.
    pub fn capable_token(&self, user: ObjectId) -> String {
        self.running
            .installation
            .tokens
            .of_user_through_capable_client(user)
    }

    /// A token of a user, with these scopes.
    pub fn user_token_with(&self, user: ObjectId, scopes: PermissionSet) -> String {
        self.running.installation.tokens.of_user(user, scopes)
    }

    /// Sends a request.
    pub fn send(&self, method: Method, path: &str, token: Option<&str>, body: Option<&Value>) -> Answer {
        self.runtime
            .block_on(call::send(&self.running.router, method, path, token, body))
    }

    /// `GET`
    pub fn get(&self, token: &str, path: &str) -> Answer {
        self.send(Method::GET, path, Some(token), None)
    }

    /// `GET` of a body that is long.
    pub fn open(&self, token: &str, path: &str) -> Opened {
        self.runtime.block_on(call::open(
            &self.running.router,
            Method::GET,
            path,
            Some(token),
            None,
        ))
    }

    /// The next piece of such a body; none at its end, and an error if it is broken off.
    pub fn next(&self, opened: &mut Opened) -> Option<Result<Bytes, axum::Error>> {
        self.runtime.block_on(opened.next())
    }

    /// `POST`
    pub fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(token), Some(body))
    }

    /// Every row of a list, through all its pages.
    pub fn list(&self, token: &str, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let mut page = self.get(token, &path).expect(200);
            next = page
                .get("@odata.nextLink")
                .and_then(Value::as_str)
                .map(str::to_owned);
            if let Some(Value::Array(found)) = page.get_mut("value").map(Value::take) {
                rows.extend(found);
            }
        }
        rows
    }

    /// Puts another licence in place of the one there is.
    pub fn license(&self, licence: Licence) {
        self.engine()
            .configure_licence(licence)
            .expect("the licence is stored");
    }

    /// Runs a use case as the service, as what goes on beside requests does.
    pub fn as_service(&self, work: impl FnOnce(&Context<'_>) -> Result<(), Error> + Send + 'static) {
        let (reply, answer) = mpsc::channel();
        let caller = Arc::new(engine::setup::service_caller());
        self.engine()
            .write(caller, work, move |outcome| drop(reply.send(outcome)));
        answer
            .recv()
            .expect("the store answers")
            .expect("the use case is done");
    }

    /// Looks into the store, in one snapshot.
    pub fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Session) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.running.installation.read(work)
    }

    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Session) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.running.installation.write(work)
    }
}
