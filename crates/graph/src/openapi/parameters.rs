//! What a request says besides its body: keys in the path, the query options that its set supports, and
//! headers.

use model::query::Collection;
use odata::schema::Edm;
use serde_json::{Map, Value, json};

use super::schemas::component;
use crate::Version;
use crate::description::{EntitySet, EntityType, Navigation, OperationKind as Kind, Property, Service, Type};
use crate::documentation::CompatibilityRow;
use crate::routes::CASTS;

/// The largest page (directory dossier, B2).
const PAGE_MAX: u32 = 999;

/// Parameters that are the same everywhere, by the name of their component.
pub(super) fn components() -> Value {
    json!({
        "top": {
            "name": "$top", "in": "query",
            "description": "Items on a page; 100 unless asked.",
            "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": PAGE_MAX},
        },
        "skip": {
            "name": "$skip", "in": "query",
            "description": "Items to pass over.",
            "schema": {"type": "integer", "format": "int32", "minimum": 0},
        },
        "count": {
            "name": "$count", "in": "query",
            "description": "Whether the first page says how many items there are.",
            "schema": {"type": "boolean"},
        },
        "skiptoken": {
            "name": "$skiptoken", "in": "query",
            "description": "Where a page begins. Only `@odata.nextLink` has it.",
            "schema": {"type": "string"},
        },
        "search": {
            "name": "$search", "in": "query",
            "description": "Text that a property contains. Needs `ConsistencyLevel: eventual`.",
            "schema": {"type": "string"},
            "example": "\"displayName:a\"",
        },
        "ConsistencyLevel": {
            "name": "ConsistencyLevel", "in": "header",
            "description": "What `$search`, `$count`, and `$orderby` beside `$filter` need.",
            "schema": {"type": "string", "enum": ["eventual"]},
        },
        "ConsistencyLevelNeeded": {
            "name": "ConsistencyLevel", "in": "header", "required": true,
            "description": "Counting needs it. The query option of the same name does as well.",
            "schema": {"type": "string", "enum": ["eventual"]},
        },
        "Prefer": {
            "name": "Prefer", "in": "header",
            "description": "Of RFC 7240's preferences, `odata.maxpagesize` and `include-unknown-enum-members`.",
            "schema": {"type": "string"},
            "example": "odata.maxpagesize=2",
        },
        "If-Match": {
            "name": "If-Match", "in": "header",
            "description": "The version that is to be changed, from `ETag`; another one gives 412.",
            "schema": {"type": "string"},
            "example": "*",
        },
        "If-None-Match": {
            "name": "If-None-Match", "in": "header",
            "description": "The version that the client has, from `ETag`; it gives 304.",
            "schema": {"type": "string"},
            "example": "W/\"0\"",
        },
    })
}

/// The parameters of an operation.
pub(super) fn of(row: &CompatibilityRow, version: Version) -> Vec<Value> {
    let set = row.set;
    let target = |nav| set.entity.navigation(nav).map_or(set.entity, |to| to.target);
    let pages = |nav| set.entity.navigation(nav).is_some_and(Navigation::pages);
    let mut parameters = in_path(row);
    parameters.extend(match row.operation.kind {
        Kind::List | Kind::FilterByCurrentUser => list(set, set.entity, version),
        Kind::Count => count(set, set.entity, version),
        Kind::Get => single(set, set.entity, version),
        Kind::GetByIds => projection(set.entity, version),
        Kind::Navigate(nav) | Kind::NavigateCast(nav) if pages(nav) => list(set, target(nav), version),
        Kind::Navigate(nav) | Kind::NavigateCast(nav) => projection(target(nav), version),
        Kind::NavigateCount(nav) => count(set, target(nav), version),
        Kind::NavigateElement(nav) => single(set, target(nav), version),
        Kind::References(_) => [component("parameters", "top"), component("parameters", "skip")].into(),
        Kind::Update | Kind::UpdateElement(_) if has_tags(set) => {
            [component("parameters", "If-Match")].into()
        }
        Kind::Create
        | Kind::Update
        | Kind::Delete
        | Kind::Cancel
        | Kind::Refresh
        | Kind::RefreshAll
        | Kind::Remediate(_)
        | Kind::UpdateElement(_)
        | Kind::UpdateNavigation(_)
        | Kind::AddReference(_)
        | Kind::RemoveReference(_)
        | Kind::Members(_) => Vec::new(),
    });
    parameters
}

/// Keys, casts and the option of a function, in the order of the path.
fn in_path(row: &CompatibilityRow) -> Vec<Value> {
    let mut parameters = Vec::new();
    for (place, name) in super::path::parameters(row) {
        let (description, schema) = match place {
            "{key}" => (
                format!("The id of a `{}`.", row.set.entity.short_name()),
                key(row.set),
            ),
            "{element}" => ("The id of one of them.".to_owned(), key_text()),
            "{cast}" => {
                let names: Vec<&str> = CASTS.iter().map(|cast| cast.name).collect();
                (
                    "The type of those that are wanted.".to_owned(),
                    json!({"type": "string", "enum": names}),
                )
            }
            _ => (
                "How they relate to the caller.".to_owned(),
                json!({"type": "string", "enum": row.set.current_user}),
            ),
        };
        parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": description, "schema": schema,
        }));
    }
    parameters
}

/// A key: any text where Graph's ids are no GUIDs, or where a name does as well.
fn key(set: &EntitySet) -> Value {
    use Collection as C;
    match set.collection {
        C::ScheduleRequests(_)
        | C::Approvals
        | C::RoleDefinitions
        | C::Groups
        | C::ServicePrincipals
        | C::AdministrativeUnits
        | C::DirectoryObjects
        | C::Organization
        | C::DirectoryRoles
        | C::DirectoryRoleTemplates => json!({"type": "string", "format": "uuid"}),
        C::AuthenticationContexts => authentication_context_key(),
        C::Schedules(_)
        | C::ScheduleInstances(_)
        | C::RoleAssignments
        | C::Policies
        | C::PolicyAssignments
        | C::PolicyRules
        | C::Users
        | C::SubscribedSkus
        | C::DirectoryAudits
        | C::Alerts
        | C::AlertDefinitions
        | C::AlertConfigurations
        | C::AlertIncidents
        | C::AlertOperations => key_text(),
    }
}

/// Of `c1` to `c99` (policies dossier, 7).
pub(super) fn authentication_context_key() -> Value {
    json!({"type": "string", "pattern": "^c[1-9][0-9]?$"})
}

fn key_text() -> Value {
    json!({"type": "string", "minLength": 1})
}

fn list(set: &EntitySet, entity: &EntityType, version: Version) -> Vec<Value> {
    let mut parameters = narrowing(set, entity, version);
    let sortable = properties(entity, version).filter(|property| property.sortable);
    let keys: Vec<String> = sortable
        .flat_map(|property| [property.name.to_owned(), format!("{} desc", property.name)])
        .collect();
    if !keys.is_empty() {
        parameters.push(names("$orderby", "What they are sorted by.", &keys));
    }
    parameters.extend(projection(entity, version));
    let shared = ["top", "skip", "count", "skiptoken", "Prefer"];
    parameters.extend(shared.map(|name| component("parameters", name)));
    if set.service == Service::Directory {
        parameters.push(component("parameters", "ConsistencyLevel"));
    }
    parameters
}

fn count(set: &EntitySet, entity: &EntityType, version: Version) -> Vec<Value> {
    let mut parameters = narrowing(set, entity, version);
    if set.service == Service::Directory {
        parameters.push(component("parameters", "ConsistencyLevelNeeded"));
    }
    parameters
}

fn single(set: &EntitySet, entity: &EntityType, version: Version) -> Vec<Value> {
    let mut parameters = projection(entity, version);
    if has_tags(set) {
        parameters.push(component("parameters", "If-None-Match"));
    }
    parameters
}

/// `$filter` and `$search`.
fn narrowing(set: &EntitySet, entity: &EntityType, version: Version) -> Vec<Value> {
    let mut parameters = Vec::new();
    let clauses: Vec<(&str, String)> = properties(entity, version)
        .filter(|property| property.filterable)
        .filter_map(|property| Some((property.name, clause(property)?)))
        .collect();
    let scoped = set.collection.needs_scope() && std::ptr::eq(set.entity, entity);
    if scoped {
        let example = "scopeId eq '/' and scopeType eq 'DirectoryRole'";
        parameters.push(filter(true, &clauses, &json!({"scope": {"value": example}})));
    } else if !clauses.is_empty() {
        let examples: Map<String, Value> = clauses
            .iter()
            .map(|(name, clause)| ((*name).to_owned(), json!({"value": clause})))
            .collect();
        parameters.push(filter(false, &clauses, &Value::Object(examples)));
    }
    if set.service == Service::Directory {
        parameters.push(component("parameters", "search"));
    }
    parameters
}

fn filter(required: bool, clauses: &[(&str, String)], examples: &Value) -> Value {
    let names: Vec<&str> = clauses.iter().map(|(name, _)| *name).collect();
    json!({
        "name": "$filter", "in": "query", "required": required,
        "description": format!("A condition on {}.", names.join(", ")),
        "schema": {"type": "string"},
        "examples": examples,
    })
}

/// A condition on a property, as its type allows.
fn clause(property: &Property) -> Option<String> {
    let name = property.name;
    Some(match property.of {
        Type::Primitive(edm) => format!("{name} eq {}", literal(edm)),
        Type::Enumeration(kind) => format!("{name} eq '{}'", kind.spellings.first()?),
        Type::Primitives(_) => format!("{name}/any(x:x eq 'a')"),
        Type::Complexes(of) => {
            let member = of.members.iter().find(|member| member.field.is_some())?;
            format!("{name}/any(x:x/{} eq 'a')", member.name)
        }
        Type::Complex(_) => return None,
    })
}

fn literal(edm: Edm) -> String {
    match edm {
        Edm::String(_) => "'a'".to_owned(),
        Edm::Identifier => "'00000000-0000-0000-0000-000000000000'".to_owned(),
        Edm::Boolean => "true".to_owned(),
        Edm::Int => "1".to_owned(),
        Edm::DateTimeOffset => "2026-01-01T00:00:00Z".to_owned(),
        Edm::Duration => "duration'PT1H'".to_owned(),
        Edm::Enum(members) => format!("'{}'", members.first().copied().unwrap_or_default()),
    }
}

/// `$select` and `$expand`.
fn projection(entity: &EntityType, version: Version) -> Vec<Value> {
    let selected: Vec<String> = properties(entity, version).map(|it| it.name.to_owned()).collect();
    let navigations = entity.navigations.iter().filter(|n| n.versions.has(version));
    let expanded: Vec<String> = navigations.map(|it| it.name.to_owned()).collect();
    let mut parameters = vec![names("$select", "The properties that are wanted.", &selected)];
    if !expanded.is_empty() {
        parameters.push(names("$expand", "What is wanted beside them.", &expanded));
    }
    parameters
}

/// A list of names, with commas between them.
fn names(option: &str, description: &str, of: &[String]) -> Value {
    json!({
        "name": option, "in": "query", "description": description, "style": "form", "explode": false,
        "schema": {"type": "array", "uniqueItems": true, "minItems": 1, "items": {"type": "string", "enum": of}},
    })
}

fn properties(entity: &EntityType, version: Version) -> impl Iterator<Item = &'static Property> + use<> {
    let properties: &'static [Property] = entity.properties;
    properties
        .iter()
        .filter(move |property| property.versions.has(version))
}

/// Whether the entities of a set have versions that a client can name.
fn has_tags(set: &EntitySet) -> bool {
    matches!(
        set.collection,
        Collection::Policies | Collection::PolicyAssignments
    )
}
