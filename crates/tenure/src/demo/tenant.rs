//! The example tenant: people, groups, units, applications, and what they hold. Grants are ordered
//! through the same use cases as everywhere else, so each has its request and its audit rows.

use std::convert::Infallible;
use std::sync::{Arc, mpsc};

use anyhow::{Context as _, anyhow};
use engine::directory::{add_member, create_object};
use engine::setup::{as_service, found_tenant, record_founding, service_principal, user};
use engine::{Context, Engine, change_settings, put_authentication_context, submit_request};
use model::access::PermissionSet;
use model::directory::{AdministrativeUnit, Group, ObjectKind, Relation};
use model::policy::{Approver, AuthenticationContext};
use model::role::{GLOBAL_ADMINISTRATOR, GROUPS_ADMINISTRATOR};
use model::{
    AppId, Caller, CallerKind, DirectoryObject, Entropy, Expiration, GrantKind, Instant, IsoDuration,
    ObjectBody, ObjectId,
};
use serde_json::{Value, json};
use store::{Session, Store, StoreError};

use super::people::{DOMAIN, OTHERS, PEOPLE, TENANT_NAME, user_principal_name};
use super::scale::{eligibility, order};
use crate::setup;

/// Where the store says which service principal is the demo's application.
const APPLICATION: &str = "demoApplication";
/// Where the store says that the tenant has its people.
const POPULATED: &str = "demoPopulated";

/// What is told once, at the start that made it.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// The application's secret.
    client_secret: Option<String>,
}

struct DemoGroup {
    display_name: &'static str,
    is_assignable_to_role: bool,
    members: &'static [&'static str],
}

const GROUPS: [DemoGroup; 3] = [
    DemoGroup {
        display_name: "Groups Duty Officers",
        is_assignable_to_role: true,
        members: &["Carol Mendes", "Amara Diallo"],
    },
    DemoGroup {
        display_name: "Tier 1 Operators",
        is_assignable_to_role: true,
        members: &["Elias Holm"],
    },
    DemoGroup {
        display_name: "All Hands",
        is_assignable_to_role: false,
        members: &["Alice Okafor", "Bob Lindqvist", "Carol Mendes", "Dave Novak"],
    },
];
const UNITS: [&str; 2] = ["Branch North", "Branch South"];
const AUTHENTICATION_CONTEXTS: [(&str, &str, &str); 3] = [
    ("c1", "Fresh sign-in", "A sign-in of the last minutes"),
    ("c2", "Security key", "A key that cannot be phished"),
    ("c3", "Managed device", "A device that is looked after"),
];
const APPLICATIONS: [&str; 2] = ["Inventory Sync", "Backup Agent"];

/// Founds the tenant and its application.
pub fn found(store: &Store, entropy: Arc<dyn Entropy>, now: Instant) -> anyhow::Result<Secrets> {
    let secret = store.write_wait(move |session| {
        let tenant = found_tenant(session, entropy.as_ref(), now, TENANT_NAME, DOMAIN)?;
        as_service(session, entropy.as_ref(), now, &tenant, |cx| {
            record_founding(cx)?;
            let (id, _, secret) = setup::application(cx, "Demo Automation")?;
            cx.session.set_meta(APPLICATION, &id.to_string())?;
            Ok(secret.reveal().to_owned())
        })
    })??;
    Ok(Secrets {
        client_secret: Some(secret),
    })
}

/// The demo's application as a caller that may do everything.
pub fn application_caller(engine: &Engine) -> anyhow::Result<Arc<Caller>> {
    let object = engine
        .store()
        .read_wait(application)??
        .context("the demo has no application")?;
    Ok(Arc::new(Caller {
        kind: CallerKind::Application,
        id: object.id,
        app_id: app_id(&object),
        display_name: Some(object.display_name),
        user_principal_name: None,
        permissions: PermissionSet::all(),
        mfa: false,
        authentication_contexts: Vec::new(),
        handles_claims_challenges: false,
        ip_address: None,
        user_agent: None,
    }))
}

const fn app_id(object: &DirectoryObject) -> Option<AppId> {
    match &object.body {
        ObjectBody::ServicePrincipal(application) => Some(application.app_id),
        _ => None,
    }
}

fn application(session: &Session) -> Result<Option<DirectoryObject>, StoreError> {
    match session.meta(APPLICATION)?.and_then(|id| id.parse().ok()) {
        Some(id) => session.object(id),
        None => Ok(None),
    }
}

/// Runs a use case and waits for it.
pub fn write<T: Send + 'static>(
    engine: &Engine,
    caller: Arc<Caller>,
    work: impl FnOnce(&Context<'_>) -> Result<T, engine::Error> + Send + 'static,
) -> anyhow::Result<T> {
    let (reply, answer) = mpsc::channel();
    engine.write(caller, work, move |outcome| drop(reply.send(outcome)));
    answer
        .recv()
        .map_err(|_| anyhow!("the store stopped"))?
        .map_err(Into::into)
}

/// Fills the tenant at its first start.
pub fn populate(engine: &Engine) -> anyhow::Result<()> {
    let caller = application_caller(engine)?;
    write(engine, caller, |cx| {
        if cx.session.meta(POPULATED)?.is_some() {
            return Ok(());
        }
        cx.session.set_meta(POPULATED, "true")?;
        for name in PEOPLE.iter().map(|person| person.display_name).chain(OTHERS) {
            create_object(cx, |id| user(id, name, &user_principal_name(name), cx.now))?;
        }
        let duty_officers = make_groups(cx)?;
        for name in UNITS {
            let unit = AdministrativeUnit {
                membership_type: Some("Assigned".to_owned()),
                ..Default::default()
            };
            insert(cx, name, ObjectBody::AdministrativeUnit(unit))?;
        }
        for name in APPLICATIONS {
            let app_id = AppId::random(cx.entropy);
            create_object(cx, |id| service_principal(id, app_id, name, cx.tenant, cx.now))?;
        }
        for (id, name, description) in AUTHENTICATION_CONTEXTS {
            if let Ok(id) = id.parse() {
                let context = AuthenticationContext {
                    id,
                    display_name: Some(name.to_owned()),
                    description: Some(description.to_owned()),
                    is_available: true,
                };
                match put_authentication_context(cx, id, |_| Ok::<_, Infallible>(context))? {
                    Ok(_) => {}
                    Err(never) => match never {},
                }
            }
        }
        give_roles(cx, duty_officers)?;
        ask_for_approval(cx)
    })
}

fn insert(cx: &Context<'_>, display_name: &str, body: ObjectBody) -> Result<ObjectId, engine::Error> {
    let made = create_object(cx, |id| DirectoryObject {
        id,
        display_name: display_name.to_owned(),
        description: None,
        created_at: cx.now,
        body,
    })?;
    Ok(made.id)
}

fn person(cx: &Context<'_>, display_name: &str) -> Result<ObjectId, engine::Error> {
    let upn = user_principal_name(display_name);
    let found = cx.session.object_by_user_principal_name(&upn)?;
    Ok(found.ok_or(engine::Missing::DirectoryObject(upn))?.id)
}

/// Makes the groups and says which one is to be eligible.
fn make_groups(cx: &Context<'_>) -> Result<Option<ObjectId>, engine::Error> {
    let mut first = None;
    for group in &GROUPS {
        let body = Group {
            is_assignable_to_role: group.is_assignable_to_role,
            security_enabled: true,
            mail_nickname: Some(group.display_name.to_lowercase().replace(' ', "-")),
            visibility: Some("Private".to_owned()),
            ..Group::default()
        };
        let id = insert(cx, group.display_name, ObjectBody::Group(body))?;
        first = first.or(Some(id));
        for member in group.members {
            add_member(cx, ObjectKind::Group, id, Relation::Member, person(cx, member)?)?;
        }
    }
    Ok(first)
}

fn give_roles(cx: &Context<'_>, duty_officers: Option<ObjectId>) -> Result<(), engine::Error> {
    for somebody in &PEOPLE {
        let id = person(cx, somebody.display_name)?;
        for role in somebody.holds {
            submit_request(
                cx,
                order(GrantKind::Assignment, id, *role, Expiration::NoExpiration),
            )?;
        }
        for role in somebody.eligible {
            submit_request(cx, eligibility(id, *role, Expiration::NoExpiration))?;
        }
    }
    if let Some(group) = duty_officers {
        submit_request(
            cx,
            eligibility(group, GROUPS_ADMINISTRATOR, Expiration::NoExpiration),
        )?;
    }
    Ok(())
}

/// Global Administrator: an hour at a time, by Bob's leave.
fn ask_for_approval(cx: &Context<'_>) -> Result<(), engine::Error> {
    let bob = person(cx, "Bob Lindqvist")?;
    let policy = cx
        .session
        .policy_of_role(GLOBAL_ADMINISTRATOR)?
        .ok_or(engine::Missing::Policy)?;
    let edited = change_settings(cx, policy.id, |policy| {
        let mut settings = policy.settings.clone();
        settings.activation.expiration.maximum_duration = Some(IsoDuration::from_hours(1));
        settings.activation.approval.is_approval_required = true;
        settings.activation.approval.first_stage.primary_approvers = vec![Approver::User {
            id: bob,
            description: Some("Bob Lindqvist".to_owned()),
        }];
        Ok::<_, Infallible>(settings)
    })?;
    match edited {
        Ok(_) => Ok(()),
        Err(never) => match never {},
    }
}

/// The part of the JSON line that says who is there.
pub fn describe(engine: &Engine, secrets: &Secrets) -> anyhow::Result<Value> {
    let entropy = engine.entropy();
    let password = random_text(entropy);
    let people: Vec<(&'static str, &'static str, String)> = PEOPLE
        .iter()
        .map(|person| (person.display_name, person.persona, person.user_principal_name()))
        .collect();
    let seeds: Vec<String> = people.iter().map(|_| base32(entropy)).collect();
    let secret = secrets.client_secret.clone();
    let described = engine.store().read_wait(move |session| {
        let mut cast = Vec::new();
        for ((display_name, persona, upn), seed) in people.iter().zip(seeds) {
            if let Some(object) = session.object_by_user_principal_name(upn)? {
                cast.push(json!({
                    "id": object.id.to_string(), "userPrincipalName": upn, "displayName": display_name,
                    "persona": persona, "password": password, "totpSecret": seed,
                }));
            }
        }
        let application = application(session)?;
        Ok::<_, StoreError>(json!({
            "people": cast,
            "groups": groups(session)?,
            "administrativeUnits": named(session, ObjectKind::AdministrativeUnit, None)?,
            "servicePrincipals": named(session, ObjectKind::ServicePrincipal, application.as_ref().map(|app| app.id))?,
            "app": {
                "appId": application.as_ref().and_then(app_id).map(|id| id.to_string()),
                "clientSecret": secret,
            },
        }))
    })??;
    Ok(described)
}

fn groups(session: &Session) -> Result<Vec<Value>, StoreError> {
    let mut described = Vec::new();
    for object in session.objects_of_kind(ObjectKind::Group)? {
        let ObjectBody::Group(group) = &object.body else {
            continue;
        };
        let members: Vec<String> = session
            .members(object.id, Relation::Member)?
            .iter()
            .map(ToString::to_string)
            .collect();
        described.push(json!({
            "id": object.id.to_string(), "displayName": object.display_name,
            "isAssignableToRole": group.is_assignable_to_role, "members": members,
        }));
    }
    Ok(described)
}

/// Every object of a kind but the one that is described elsewhere.
fn named(session: &Session, kind: ObjectKind, except: Option<ObjectId>) -> Result<Vec<Value>, StoreError> {
    let others = session
        .objects_of_kind(kind)?
        .into_iter()
        .filter(|object| Some(object.id) != except);
    let described = others.map(|object| {
        let mut row = json!({"id": object.id.to_string(), "displayName": object.display_name});
        if let (Some(row), Some(app_id)) = (row.as_object_mut(), app_id(&object)) {
            row.insert("appId".to_owned(), json!(app_id.to_string()));
        }
        row
    });
    Ok(described.collect())
}

/// Three groups of four letters, the demo's password.
fn random_text(entropy: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 12];
    entropy.fill(&mut bytes);
    let letters: Vec<char> = bytes
        .iter()
        .map(|byte| char::from(b'a'.saturating_add(byte % 26)))
        .collect();
    letters
        .chunks(4)
        .map(|chunk| chunk.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}

/// A second factor's secret as authenticator apps read it (RFC 4648, base32).
fn base32(entropy: &dyn Entropy) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut bytes = [0_u8; 32];
    entropy.fill(&mut bytes);
    bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|byte| char::from(*byte))
        .collect()
}
