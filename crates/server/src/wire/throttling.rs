//! How much one identity may ask of the Graph routes: resource units for everything, and a number of changes,
//! each refilled steadily (directory dossier, B8). An identity is a user or service principal through one
//! application, and only what a verified token proves is counted, so that nobody spends what is another's.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::response::Response;
use engine::Engine;
use governor::clock::Clock;
use governor::middleware::{StateInformationMiddleware, StateSnapshot};
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{NotUntil, Quota, RateLimiter};
use graph::routes::Part;
use graph::{GraphError, Method, Route, Target, Throttled};
use http::{HeaderName, HeaderValue};
use model::{AppId, Caller, CallerKind, ObjectId, TenantId};
use odata::options::RawOptions;

/// Resource units of one identity in ten seconds unless told otherwise: what Graph gives one application
/// in a large tenant.
pub const RESOURCE_UNITS_DEFAULT: u32 = 8_000;
/// In how long they are refilled from nothing.
const UNITS_WINDOW: Duration = Duration::from_secs(10);
/// Changes by one identity in two and a half minutes unless told otherwise, as Graph has them.
pub const CHANGES_DEFAULT: u32 = 3_000;
/// In how long they are refilled from nothing.
const CHANGES_WINDOW: Duration = Duration::from_secs(150);
/// Identities that are remembered before those are forgotten that have all of their allowance again.
const IDENTITIES_MAX: usize = 10_000;
/// The share of the resource units from which on answers say how much is used.
const SHARE_SHOWN_FROM: f64 = 0.8;
/// A page of fewer rows costs less.
const SMALL_PAGE: u32 = 20;

const RESOURCE_UNIT: HeaderName = HeaderName::from_static("x-ms-resource-unit");
const LIMIT_PERCENTAGE: HeaderName = HeaderName::from_static("x-ms-throttle-limit-percentage");

/// What one identity may use; none is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Resource units in ten seconds.
    pub resource_units: Option<NonZeroU32>,
    /// Changes in two and a half minutes.
    pub changes: Option<NonZeroU32>,
}

/// Counts what each identity uses.
pub struct Throttle {
    tenant: TenantId,
    resource_units: Option<Limiter>,
    changes: Option<Limiter>,
}

/// What a request has cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Charge {
    resource_units: NonZeroU32,
    share_used: f64,
}

type Identity = (Option<AppId>, ObjectId);

struct Limiter {
    allowed: NonZeroU32,
    limiter: RateLimiter<Identity, DashMapStateStore<Identity>, EngineClock, StateInformationMiddleware>,
}

/// The one clock, as the limiter reads it.
struct EngineClock(Engine);

impl Clock for EngineClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let micros = u64::try_from(self.0.now().as_micros()).unwrap_or_default();
        Nanos::from(Duration::from_micros(micros))
    }
}

impl Throttle {
    /// Nobody has used anything yet.
    pub fn new(engine: &Engine, allowance: Allowance) -> Self {
        let limiter = |allowed: Option<NonZeroU32>, window| {
            allowed.and_then(|allowed| Limiter::new(engine, allowed, window))
        };
        Self {
            tenant: engine.tenant().id,
            resource_units: limiter(allowance.resource_units, UNITS_WINDOW),
            changes: limiter(allowance.changes, CHANGES_WINDOW),
        }
    }

    /// Counts a request. None where resource units have no limit.
    ///
    /// # Errors
    /// 429 if the caller has used up what it has.
    pub fn admit(
        &self,
        caller: &Caller,
        route: &Route,
        options: &RawOptions,
    ) -> Result<Option<Charge>, GraphError> {
        let identity = (caller.app_id, caller.id);
        if let Some(changes) = self.changes.as_ref().filter(|_| is_change(route)) {
            changes
                .take(&identity, NonZeroU32::MIN)
                .map_err(|seconds| self.refusal(caller, seconds, "Write", "WriteLimitExceeded"))?;
        }
        let Some(units) = &self.resource_units else {
            return Ok(None);
        };
        let cost = cost(route, options);
        let share_used = units
            .take(&identity, cost)
            .map_err(|seconds| self.refusal(caller, seconds, "ReadWrite", "ResourceUnitLimitExceeded"))?;
        Ok(Some(Charge {
            resource_units: cost,
            share_used,
        }))
    }

    fn refusal(&self, caller: &Caller, seconds: u64, limit: &str, information: &'static str) -> GraphError {
        let app = caller.app_id.map(|id| id.to_string()).unwrap_or_default();
        let scope = match caller.kind {
            CallerKind::Application => format!("Tenant_Application/{limit}/{app}/{}", self.tenant),
            CallerKind::Delegated => format!("User_Application/{limit}/{app}/{}", caller.id),
        };
        GraphError::too_many_requests(Throttled {
            retry_after: seconds,
            scope,
            information,
        })
    }
}

impl Charge {
    /// The answer with what the request has cost, and with how much is used once that is most.
    pub fn shown(self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(RESOURCE_UNIT, HeaderValue::from(self.resource_units.get()));
        if self.share_used >= SHARE_SHOWN_FROM
            && let Ok(share) = HeaderValue::from_str(&format!("{:.2}", self.share_used))
        {
            headers.insert(LIMIT_PERCENTAGE, share);
        }
        response
    }
}

impl Limiter {
    /// None if the window is too short for so many, which none of ours is.
    fn new(engine: &Engine, allowed: NonZeroU32, window: Duration) -> Option<Self> {
        let quota = Quota::with_period(window.checked_div(allowed.get())?)?.allow_burst(allowed);
        let clock = EngineClock(engine.clone());
        Some(Self {
            allowed,
            limiter: RateLimiter::new(quota, DashMapStateStore::default(), clock),
        })
    }

    /// Takes `number` and says which share is used then; otherwise in how many seconds there is enough.
    fn take(&self, identity: &Identity, number: NonZeroU32) -> Result<f64, u64> {
        if self.limiter.len() >= IDENTITIES_MAX {
            self.limiter.retain_recent();
        }
        // What costs more than there ever is has to be possible all the same.
        let number = number.min(self.allowed);
        match self.limiter.check_key_n(identity, number) {
            Ok(Ok(state)) => Ok(self.share_used(&state)),
            Ok(Err(not_yet)) => Err(self.seconds_until(&not_yet)),
            Err(_) => Err(1),
        }
    }

    fn share_used(&self, state: &StateSnapshot) -> f64 {
        1.0 - f64::from(state.remaining_burst_capacity()) / f64::from(self.allowed.get())
    }

    fn seconds_until(&self, not_yet: &NotUntil<Nanos>) -> u64 {
        let wait = not_yet.wait_time_from(self.limiter.clock().now());
        wait.as_secs()
            .saturating_add(u64::from(wait.subsec_nanos() > 0))
            .max(1)
    }
}

/// Whether a request changes something; some questions are asked by POST.
const fn is_change(route: &Route) -> bool {
    !matches!(route.operation.method, Method::Get)
        && !matches!(route.target, Target::GetByIds | Target::Members(..))
}

/// What a request costs: more where more has to be found, less for fewer properties or rows, as Graph counts
/// its directory (directory dossier, B8).
fn cost(route: &Route, options: &RawOptions) -> NonZeroU32 {
    let base: u32 = match &route.target {
        Target::Members(..) => 4,
        Target::GetByIds => 3,
        Target::Navigation {
            part: Part::Whole | Part::Cast(_) | Part::Count | Part::References,
            ..
        } => 3,
        Target::List | Target::Count | Target::FilterByCurrentUser(_) => 2,
        _ => 1,
    };
    let more = u32::from(options.expand.is_some());
    let less =
        u32::from(options.select.is_some()) + u32::from(options.top.is_some_and(|top| top < SMALL_PAGE));
    NonZeroU32::new((base + more).saturating_sub(less)).unwrap_or(NonZeroU32::MIN)
}
