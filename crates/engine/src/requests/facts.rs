//! Loads what has to be known to decide one order, and nothing more.

use model::policy::RoleSettings;
use model::role::{self, GLOBAL_ADMINISTRATOR};
use model::{
    Action, DirectoryObject, DirectoryScope, GrantKind, ObjectBody, ObjectId, RoleDefinition,
    RoleDefinitionId, ScheduleRequest,
};
use rules::{Facts, Order, PrincipalFacts, RoleFacts};

use crate::context::Context;
use crate::error::Error;

/// Whom and what an order is about, as far as they exist.
pub struct Parties {
    /// The principal.
    pub principal: Option<DirectoryObject>,
    /// The role.
    pub role: Option<RoleDefinition>,
}

/// What an order is about.
pub struct Subject {
    kind: GrantKind,
    action: Action,
    principal: ObjectId,
    role: RoleDefinitionId,
    scope: DirectoryScope,
}

impl From<&Order> for Subject {
    fn from(order: &Order) -> Self {
        Self {
            kind: order.kind,
            action: order.action,
            principal: order.principal_id,
            role: order.role_definition_id,
            scope: order.scope,
        }
    }
}

impl From<&ScheduleRequest> for Subject {
    fn from(request: &ScheduleRequest) -> Self {
        Self {
            kind: request.kind,
            action: request.action,
            principal: request.principal_id,
            role: request.role_definition_id,
            scope: request.scope,
        }
    }
}

/// A role's settings in force.
pub fn settings_of(cx: &Context<'_>, role: RoleDefinitionId) -> Result<RoleSettings, Error> {
    let policy = cx.session.policy_of_role(role)?;
    Ok(policy.map_or_else(|| RoleSettings::default_for(role), |policy| policy.settings))
}

/// The facts that bear on an order about `subject` now, and whom and what it is about.
pub fn load(cx: &Context<'_>, subject: &Subject) -> Result<(Facts, Parties), Error> {
    let session = cx.session;
    let Subject {
        kind,
        action,
        principal,
        role,
        scope,
    } = *subject;
    let object = session.object(principal)?;
    let principal_facts = object.as_ref().and_then(|object| {
        Some(PrincipalFacts {
            kind: object.principal_kind()?,
            is_assignable_to_role: matches!(&object.body, ObjectBody::Group(group) if group.is_assignable_to_role),
        })
    });
    let definition = session.role(role)?;
    let scope_exists = match scope {
        DirectoryScope::Tenant => true,
        DirectoryScope::AdministrativeUnit(id) => session
            .object(id)?
            .is_some_and(|object| matches!(object.body, ObjectBody::AdministrativeUnit(_))),
        DirectoryScope::Object(id) => session.object(id)?.is_some(),
    };
    let renewable_since = cx.now.saturating_sub(cx.limits.renewable_for);
    let grants = session.grants_of(principal, role, scope, renewable_since)?;
    let group_eligibilities = match action {
        Action::SelfActivate | Action::AdminUpdate | Action::AdminExtend => {
            session.group_eligibilities(principal, role, scope, cx.now)?
        }
        _ => Vec::new(),
    };
    let activations = match kind {
        GrantKind::Eligibility => session.activations_of(principal, role, scope, cx.now)?,
        GrantKind::Assignment => Vec::new(),
    };
    let keeps_the_tenant =
        kind == GrantKind::Assignment && role == GLOBAL_ADMINISTRATOR && scope == DirectoryScope::Tenant;
    let settings = settings_of(cx, role)?;
    let context = &settings.activation.authentication_context;
    let authentication_context_exists = match (&context.claim_value, action) {
        (Some(id), Action::SelfActivate) if context.is_enabled => match id.parse() {
            Ok(id) => session.authentication_context(id)?.is_some(),
            Err(_) => false,
        },
        _ => false,
    };
    let facts = Facts {
        principal: principal_facts,
        role: definition.as_ref().map(|definition| RoleFacts {
            is_enabled: definition.is_enabled,
            scopes: role::scope_support(definition.id),
        }),
        scope_exists,
        settings,
        authentication_context_exists,
        grants,
        group_eligibilities,
        activations,
        waiting: session.waiting_requests(kind, principal, role, scope, cx.now)?,
        lasting_administrators: if keeps_the_tenant {
            session.lasting_administrators(cx.now)?
        } else {
            Vec::new()
        },
    };
    Ok((
        facts,
        Parties {
            principal: object,
            role: definition,
        },
    ))
}
