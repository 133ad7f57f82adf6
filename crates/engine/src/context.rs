//! What a use case runs with: a session, the time, who calls, and what it may.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use model::directory::Tenant;
use model::{
    Caller, CallerKind, CorrelationId, DirectoryObject, DirectoryScope, Entropy, Instant, IsoDuration,
    RoleDefinitionId,
};
use rules::Limits;
use rules::authority::Capability;
use store::{Holdings, Session};

use crate::alerts::AlertOptions;
use crate::audit_log::shipping::AuditOptions;
use crate::error::Error;
use crate::notices::NoticeOptions;
use crate::running::Options;

/// How far ahead of its time the tick of an audit row can be, by far: ten million rows of one operation at one instant.
const TICKS_AHEAD: IsoDuration = IsoDuration::from_seconds(1);

/// One call, on a storage thread, inside one transaction.
pub struct Context<'a> {
    /// Where everything is.
    pub session: &'a Session,
    /// The one instant that the whole call sees.
    pub now: Instant,
    /// The source of ids.
    pub entropy: &'a dyn Entropy,
    /// The tenant.
    pub tenant: &'a Tenant,
    /// The numbers that the rules turn on.
    pub limits: &'a Limits,
    /// What people are told, and how.
    pub notices: &'a NoticeOptions,
    /// What is done about the audit log, besides writing it.
    pub audit: &'a AuditOptions,
    /// What the alerts of ours turn on.
    pub alerts: &'a AlertOptions,
    /// As [`Options::extended_approvals`].
    pub extended_approvals: bool,
    /// Who calls.
    pub caller: &'a Caller,
    /// Ties the call's audit rows together unless they belong to a request.
    pub correlation_id: CorrelationId,
    holdings: OnceCell<Arc<Holdings>>,
    caller_object: OnceCell<Option<DirectoryObject>>,
    new_chain: Cell<Option<CorrelationId>>,
    audit_ticks: RefCell<BTreeMap<String, i64>>,
}

impl<'a> Context<'a> {
    /// A call by `caller` at `now`.
    pub fn new(
        session: &'a Session,
        now: Instant,
        entropy: &'a dyn Entropy,
        tenant: &'a Tenant,
        options: &'a Options,
        caller: &'a Caller,
    ) -> Self {
        Self {
            session,
            now,
            entropy,
            tenant,
            limits: &options.limits,
            notices: &options.notices,
            audit: &options.audit,
            alerts: &options.alerts,
            extended_approvals: options.extended_approvals,
            caller,
            correlation_id: CorrelationId::random(entropy),
            holdings: OnceCell::new(),
            caller_object: OnceCell::new(),
            new_chain: Cell::new(None),
            audit_ticks: RefCell::default(),
        }
    }

    /// Fails unless the caller's account exists and is enabled: one that was deleted or disabled
    /// since its token was made may do nothing more.
    pub fn require_active(&self) -> Result<(), Error> {
        if self.holdings()?.is_active {
            Ok(())
        } else {
            Err(Error::CallerDisabled)
        }
    }

    /// What the caller holds, read once for each call.
    fn holdings(&self) -> Result<&Holdings, Error> {
        if let Some(holdings) = self.holdings.get() {
            return Ok(holdings);
        }
        let loaded = self.session.holdings(self.caller.id)?;
        Ok(self.holdings.get_or_init(|| loaded))
    }

    /// The caller as the directory knew it when this was first asked.
    pub(crate) fn caller_object(&self) -> Result<Option<&DirectoryObject>, Error> {
        if let Some(object) = self.caller_object.get() {
            return Ok(object.as_ref());
        }
        let loaded = self.session.object(self.caller.id)?;
        Ok(self.caller_object.get_or_init(|| loaded).as_ref())
    }

    /// The roles that the caller has in force at the tenant, this instant: an activation counts
    /// from the very next call and stops at its end.
    pub fn roles_in_force(&self) -> Result<Vec<RoleDefinitionId>, Error> {
        Ok(self
            .holdings()?
            .in_force(self.now)
            .filter(|held| held.scope == DirectoryScope::Tenant)
            .map(|held| held.role_definition_id)
            .collect())
    }

    /// Whether the caller may do what takes a directory role besides the token's permission. An
    /// application is judged by its permissions alone.
    pub fn may(&self, capability: Capability) -> Result<bool, Error> {
        match self.caller.kind {
            CallerKind::Application => Ok(true),
            CallerKind::Delegated => Ok(capability.is_given_by(&self.roles_in_force()?)),
        }
    }

    /// Fails unless the caller [`may`](Self::may).
    pub fn require(&self, capability: Capability) -> Result<(), Error> {
        if self.may(capability)? {
            Ok(())
        } else {
            Err(Error::RoleMissing)
        }
    }

    /// Says that this call is the first to write audit rows with a correlation, whose last row need
    /// then not be looked for.
    pub(crate) fn begin_audit_chain(&self, correlation_id: CorrelationId) {
        self.new_chain.set(Some(correlation_id));
    }

    /// The tick of the next audit row whose id begins with `prefix`: now, or right after the last
    /// such row if that is no earlier, so that ids are unique and rise (audit dossier, B4). Rows
    /// whose ticks must be earlier are not looked for.
    pub(crate) fn next_audit_tick(&self, prefix: &str, correlation_id: CorrelationId) -> Result<i64, Error> {
        let is_new = correlation_id == self.correlation_id || self.new_chain.get() == Some(correlation_id);
        let last = self.audit_ticks.borrow().get(prefix).copied();
        let last = match last {
            Some(tick) => Some(tick),
            None if is_new => None,
            None => self
                .session
                .last_audit_id(correlation_id, prefix, self.now.saturating_sub(TICKS_AHEAD))?
                .and_then(|id| id.strip_prefix(prefix).and_then(|tick| tick.parse().ok())),
        };
        let now = self.now.file_time();
        let tick = last.map_or(now, |last| now.max(last.saturating_add(1)));
        self.audit_ticks.borrow_mut().insert(prefix.to_owned(), tick);
        Ok(tick)
    }
}
