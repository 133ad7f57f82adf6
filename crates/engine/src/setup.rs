//! What a new tenant starts with: the built-in roles and their settings, and the first people and
//! applications, which no use case could make because nobody may call one yet.

use model::access::PermissionSet;
use model::audit::AuditTarget;
use model::directory::{ServicePrincipal, Tenant, User};
use model::policy::RoleSettings;
use model::role::{GLOBAL_ADMINISTRATOR, built_in_roles};
use model::{
    AppId, Caller, CallerKind, DirectoryObject, DirectoryScope, Entropy, Grant, GrantId, Instant, ObjectBody,
    ObjectId, Policy, PolicyId, RoleDefinitionId, TenantId,
};
use store::{Session, StoreError};
use uuid::Uuid;

use crate::audit::{
    DirectoryChange, MS_PIM, record_directory_change, record_outside_pim, record_system_event, tenant_target,
};
use crate::context::Context;
use crate::directory::insert_object;
use crate::error::Error;
use crate::running::Options;

/// Where the secret that signs page tokens is kept.
const PAGE_TOKEN_SECRET: &str = "pageTokenSecret";
/// Where it is kept which grant the tenant was founded with.
const FIRST_ADMINISTRATOR: &str = "firstAdministrator";
/// Bytes of that secret.
const PAGE_TOKEN_SECRET_BYTES: usize = 32;

/// Makes the tenant with every built-in role and its untouched settings.
pub fn found_tenant(
    session: &Session,
    entropy: &dyn Entropy,
    now: Instant,
    display_name: &str,
    domain: &str,
) -> Result<Tenant, StoreError> {
    let tenant = Tenant {
        id: TenantId::random(entropy),
        display_name: display_name.to_owned(),
        domain: domain.to_owned(),
        created_at: now,
    };
    session.insert_tenant(&tenant)?;
    for role in built_in_roles() {
        session.insert_role(&role.definition)?;
        session.insert_policy(&default_policy(entropy, role.definition.id), now)?;
    }
    let mut secret = [0_u8; PAGE_TOKEN_SECRET_BYTES];
    entropy.fill(&mut secret);
    session.set_meta(PAGE_TOKEN_SECRET, &hexadecimal(&secret))?;
    Ok(tenant)
}

/// Runs `work` as the service, in a tenant that no engine serves yet: what it does is audited like everything else.
///
/// # Errors
/// Those of `work`.
pub fn as_service<T>(
    session: &Session,
    entropy: &dyn Entropy,
    now: Instant,
    tenant: &Tenant,
    work: impl FnOnce(&Context<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let (options, caller) = (Options::default(), service_caller());
    work(&Context::new(session, now, entropy, tenant, &options, &caller))
}

/// Says that the tenant was founded, for which there was no context yet.
pub fn record_founding(cx: &Context<'_>) -> Result<(), Error> {
    record_system_event(
        cx,
        "Onboarded resource from PIM",
        "Add",
        vec![tenant_target(cx)],
        &[],
    )
}

/// Makes the first user, who may administer the tenant for good. The grant is remembered, so that no alert takes it for
/// what somebody did behind PIM's back.
pub fn add_first_administrator(
    cx: &Context<'_>,
    display_name: &str,
    user_principal_name: &str,
) -> Result<ObjectId, Error> {
    let object = user(
        ObjectId::random(cx.entropy),
        display_name,
        user_principal_name,
        cx.now,
    );
    insert_object(cx, &object)?;
    let id = GrantId::random(cx.entropy);
    let grant = Grant::outside_pim(
        id,
        object.id,
        GLOBAL_ADMINISTRATOR,
        DirectoryScope::Tenant,
        cx.now,
    );
    cx.session.insert_grant(&grant)?;
    cx.session.set_meta(FIRST_ADMINISTRATOR, &grant.id.to_string())?;
    record_outside_pim(cx, &grant, true)?;
    Ok(object.id)
}

/// Makes an application that may do everything the API offers, with a secret of which this is the hash.
pub fn add_application(
    cx: &Context<'_>,
    app_id: AppId,
    display_name: &str,
    secret_sha256: [u8; 32],
) -> Result<ObjectId, Error> {
    let id = ObjectId::random(cx.entropy);
    let object = service_principal(id, app_id, display_name, cx.tenant, cx.now);
    insert_object(cx, &object)?;
    cx.session.insert_client_secret(app_id, secret_sha256, cx.now)?;
    cx.session
        .grant_app_permissions(app_id, PermissionSet::all(), cx.now)?;
    for (activity, operation) in [
        (CREDENTIALS_CHANGED, "Update"),
        ("Add app role assignment to service principal", "Assign"),
    ] {
        record_directory_change(
            cx,
            DirectoryChange::of_objects(activity, "ApplicationManagement", operation, &[&object]),
        )?;
    }
    Ok(object.id)
}

/// The published name of a change of an application's secrets; its dash is an en dash.
const CREDENTIALS_CHANGED: &str = "Update application \u{2013} Certificates and secrets management";

/// The keys that sign tokens were rotated.
pub fn record_key_rotation(cx: &Context<'_>, kid: &str) -> Result<(), Error> {
    let key = AuditTarget {
        target_type: "Other".to_owned(),
        id: Some(kid.to_owned()),
        ..AuditTarget::default()
    };
    record_system_event(cx, "Rotate token signing key", "Update", vec![key], &[])
}

/// The untouched settings of a role.
pub fn default_policy(entropy: &dyn Entropy, role: RoleDefinitionId) -> Policy {
    Policy {
        id: PolicyId::random(entropy),
        role_definition_id: role,
        settings: RoleSettings::default_for(role),
        version: 1,
        last_modified_at: None,
        last_modified_by: None,
    }
}

/// A user, enabled, a member.
pub fn user(id: ObjectId, display_name: &str, user_principal_name: &str, now: Instant) -> DirectoryObject {
    let (given_name, surname) = display_name.split_once(' ').unzip();
    DirectoryObject {
        id,
        display_name: display_name.to_owned(),
        description: None,
        created_at: now,
        body: ObjectBody::User(User {
            user_principal_name: user_principal_name.to_owned(),
            account_enabled: true,
            user_type: "Member".to_owned(),
            mail: Some(user_principal_name.to_owned()),
            mail_nickname: user_principal_name.split('@').next().map(str::to_owned),
            given_name: given_name.map(str::to_owned),
            surname: surname.map(str::to_owned),
            ..User::default()
        }),
    }
}

/// An application's service principal.
pub fn service_principal(
    id: ObjectId,
    app_id: AppId,
    display_name: &str,
    tenant: &Tenant,
    now: Instant,
) -> DirectoryObject {
    DirectoryObject {
        id,
        display_name: display_name.to_owned(),
        description: None,
        created_at: now,
        body: ObjectBody::ServicePrincipal(ServicePrincipal {
            app_id,
            app_display_name: Some(display_name.to_owned()),
            app_owner_organization_id: Some(tenant.id),
            account_enabled: true,
            service_principal_type: "Application".to_owned(),
            service_principal_names: vec![app_id.to_string()],
            tags: Vec::new(),
        }),
    }
}

/// The grant with which the tenant was founded, if it has one.
pub(crate) fn founding_grant(session: &Session) -> Result<Option<GrantId>, StoreError> {
    Ok(session.meta(FIRST_ADMINISTRATOR)?.and_then(|id| id.parse().ok()))
}

/// The caller of what the service does by itself.
pub fn service_caller() -> Caller {
    Caller {
        kind: CallerKind::Application,
        id: ObjectId::new(Uuid::nil()),
        app_id: None,
        display_name: Some(MS_PIM.to_owned()),
        user_principal_name: None,
        permissions: PermissionSet::default(),
        mfa: false,
        authentication_contexts: Vec::new(),
        handles_claims_challenges: false,
        ip_address: None,
        user_agent: None,
    }
}

/// The secret that signs page tokens; empty before the tenant was founded.
pub(crate) fn page_token_secret(session: &Session) -> Result<Vec<u8>, StoreError> {
    Ok(session.meta(PAGE_TOKEN_SECRET)?.unwrap_or_default().into_bytes())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
