//! What has to be known to decide an order. The engine loads it in one read; a decision never asks
//! for more.

use model::policy::RoleSettings;
use model::role::ScopeSupport;
use model::{Grant, GrantId, GrantKind, Instant, IsoDuration, PrincipalKind, ScheduleRequest};

/// What is known of the principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrincipalFacts {
    /// Its kind.
    pub kind: PrincipalKind,
    /// For a group, whether roles can be given to it.
    pub is_assignable_to_role: bool,
}

/// What is known of the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleFacts {
    /// A disabled role cannot be newly given.
    pub is_enabled: bool,
    /// Where else than at the tenant it can be given.
    pub scopes: ScopeSupport,
}

/// All that bears on one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// None if there is no such principal.
    pub principal: Option<PrincipalFacts>,
    /// None if there is no such role.
    pub role: Option<RoleFacts>,
    /// Whether the administrative unit or object of the scope exists; true for the tenant.
    pub scope_exists: bool,
    /// The role's settings.
    pub settings: RoleSettings,
    /// Whether the authentication context that the settings ask for is one that the tenant has. Asked for
    /// by `selfActivate`.
    pub authentication_context_exists: bool,
    /// The principal's own grants of either kind for the role at the scope: those current at the
    /// instant of deciding, and those whose window ended within [`Limits::renewable_for`].
    pub grants: Vec<Grant>,
    /// Eligibilities in force for the role at the scope that the principal has through groups. Asked
    /// for by `selfActivate`, and by `adminUpdate` and `adminExtend` of an assignment.
    pub group_eligibilities: Vec<Grant>,
    /// Current activations, by anyone, that use an eligibility of the principal's for the role at the
    /// scope: the current one, or one that it replaced. Asked for by orders about an eligibility.
    pub activations: Vec<Grant>,
    /// Requests for the same kind, principal, role and scope that have no terminal status yet.
    pub waiting: Vec<ScheduleRequest>,
    /// The grants that keep the tenant administrable for good: permanent active assignments of
    /// Global Administrator at the tenant, in force, to an enabled user or to a group that has one.
    pub lasting_administrators: Vec<GrantId>,
}

impl Facts {
    /// The principal's grant of that kind that is in force or to come. INVARIANT: there is at most
    /// one per kind, principal, role and scope (schedules dossier 7.3), because every order that would make
    /// a second one is refused and every replacement ends what it replaces.
    pub(crate) fn current(&self, kind: GrantKind, now: Instant) -> Option<&Grant> {
        self.grants
            .iter()
            .find(|grant| grant.kind == kind && grant.is_current(now))
    }
}

/// The numbers that the rules turn on, with the dossiers' values as default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How old an active grant must be before it can be changed, and how long a window must be
    /// (schedules 7.4).
    pub active_minimum: IsoDuration,
    /// How far ahead a start may lie and still count as now (schedules 7.5).
    pub start_tolerance: IsoDuration,
    /// How long before its end a grant can be extended by its principal (schedules 7.2).
    pub extendable_within: IsoDuration,
    /// How long after its end a grant can be renewed (schedules 7.2).
    pub renewable_for: IsoDuration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            active_minimum: IsoDuration::from_minutes(5),
            start_tolerance: IsoDuration::from_seconds(60),
            extendable_within: IsoDuration::from_days(14),
            renewable_for: IsoDuration::from_days(30),
        }
    }
}
