//! What operations answer: bodies of success by kind, and Graph's error body for every status that is
//! possible.

use model::query::{Collection, Nav};
use serde_json::{Map, Value, json};

use super::path;
use super::schemas::{Types, collection, component, default_properties};
use crate::Version;
use crate::description::OperationKind as Kind;
use crate::documentation::{CompatibilityRow, compatibility_rows};

/// The errors by status: the name of the component, and what it means.
const ERRORS: [(u16, &str, &str); 12] = [
    (
        400,
        "BadRequest",
        "The request cannot be, or the rules refuse it.",
    ),
    (401, "Unauthorized", "There is no token, or it cannot be used."),
    (
        403,
        "Forbidden",
        "The token's permissions or the caller's roles do not allow it.",
    ),
    (404, "NotFound", "There is no such thing."),
    (406, "NotAcceptable", "`Accept` names nothing that is served."),
    (409, "Conflict", "What was to be decided has been decided."),
    (412, "PreconditionFailed", "It was changed since it was read."),
    (413, "PayloadTooLarge", "The body is too large."),
    (414, "UriTooLong", "The path is too long."),
    (415, "UnsupportedMediaType", "The body is not JSON."),
    (
        429,
        "TooManyRequests",
        "The caller asked for too much; `Retry-After` says when to go on.",
    ),
    (503, "ServiceUnavailable", "Not for now; `Retry-After` says when."),
];

/// The error answers by the name of their component.
pub(super) fn components() -> Value {
    let error = json!({"application/json": {"schema": component("schemas", "error")}});
    let mut components: Map<String, Value> = ERRORS
        .iter()
        .map(|(status, name, description)| {
            let mut answer = json!({"description": description, "content": error});
            if matches!(status, 429 | 503)
                && let Some(answer) = answer.as_object_mut()
            {
                answer.insert("headers".to_owned(), retry_after());
            }
            ((*name).to_owned(), answer)
        })
        .collect();
    components.insert(
        "NotModified".to_owned(),
        json!({"description": "The client has that version."}),
    );
    Value::Object(components)
}

fn retry_after() -> Value {
    json!({"Retry-After": {"required": true, "description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}})
}

/// Graph's error body. `details`, which Graph has not, say what exactly is wrong.
pub(super) fn error_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "details": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "code": {"type": "string"},
                                "message": {"type": "string"},
                                "target": {"type": ["string", "null"]},
                            },
                            "required": ["code", "message", "target"],
                            "additionalProperties": false,
                        },
                    },
                    "innerError": {
                        "type": "object",
                        "properties": {
                            "code": {"type": "string"},
                            "message": {"type": "string"},
                            "status": {"type": "string"},
                            "date": {"type": "string"},
                            "request-id": {"type": "string", "format": "uuid"},
                            "client-request-id": {"type": "string", "format": "uuid"},
                        },
                        "required": ["date", "request-id", "client-request-id"],
                        "additionalProperties": false,
                    },
                },
                "required": ["code", "message", "innerError"],
                "additionalProperties": false,
            },
        },
        "required": ["error"],
        "additionalProperties": false,
    })
}

/// Every answer that an operation can give.
pub(super) fn of(row: &CompatibilityRow, types: &Types, version: Version) -> Value {
    let mut answers = Map::new();
    let (status, success) = success(row, types, version);
    answers.insert(status.to_owned(), success);
    let is_read = row.operation.method == crate::Method::Get;
    if is_read
        && matches!(
            row.set.collection,
            Collection::Policies | Collection::PolicyAssignments
        )
    {
        answers.insert("304".to_owned(), component("responses", "NotModified"));
    }
    for (status, name) in errors(row) {
        answers.insert(status.to_string(), component("responses", name));
    }
    Value::Object(answers)
}

fn errors(row: &CompatibilityRow) -> impl Iterator<Item = (u16, &'static str)> {
    let names_one = row.path.contains(['{', '$']) || row.operation.kind == Kind::Create;
    let writes = row.operation.method != crate::Method::Get;
    let decides = matches!(row.operation.kind, Kind::UpdateElement(Nav::Steps | Nav::Stages));
    let changes_settings = row.set.collection == Collection::Policies && writes;
    let is_possible = move |status: u16| match status {
        404 => names_one,
        409 => decides,
        412 => changes_settings,
        413 | 415 => writes,
        _ => true,
    };
    ERRORS
        .iter()
        .filter(move |(status, _, _)| is_possible(*status))
        .map(|(status, name, _)| (*status, *name))
}

/// The answers to a batch, whose requests have theirs in its body.
pub(super) fn of_batch(content: &Value) -> Value {
    let mut answers = Map::new();
    answers.insert(
        "200".to_owned(),
        json!({"description": "What came of each.", "content": content}),
    );
    for (status, name, _) in ERRORS
        .iter()
        .filter(|(status, _, _)| matches!(status, 400 | 401 | 413))
    {
        answers.insert(status.to_string(), component("responses", name));
    }
    Value::Object(answers)
}

/// The answer to what went well, with its status.
fn success(row: &CompatibilityRow, types: &Types, version: Version) -> (&'static str, Value) {
    let set = row.set;
    let target = |nav| set.entity.navigation(nav).map_or(set.entity, |to| to.target);
    let one = |entity| types.declared(entity);
    let many = |entity| collection(&types.declared(entity));
    let (description, schema) = match row.operation.kind {
        Kind::Count | Kind::NavigateCount(_) => {
            let content = json!({"text/plain": {"schema": {"type": "string", "pattern": "^[0-9]+$"}}});
            return (
                "200",
                json!({"description": "How many there are.", "content": content}),
            );
        }
        Kind::List | Kind::FilterByCurrentUser | Kind::GetByIds => ("A page of them.", many(set.entity)),
        Kind::Get => ("It.", one(set.entity)),
        Kind::Create => return ("201", made(row, types, version)),
        Kind::Update if set.collection == Collection::Policies => ("As it is now.", one(set.entity)),
        Kind::Navigate(nav) => match set.entity.navigation(nav) {
            Some(to) if to.is_collection => ("A page of them.", many(to.target)),
            _ => ("It.", one(target(nav))),
        },
        Kind::NavigateCast(nav) => ("Those of that type.", many(target(nav))),
        Kind::NavigateElement(nav) => ("It.", one(target(nav))),
        Kind::References(_) => ("Links to them.", collection(&reference())),
        Kind::Members(_) => (
            "Their ids.",
            collection(&json!({"type": "string", "format": "uuid"})),
        ),
        Kind::Refresh | Kind::RefreshAll => return ("202", accepted()),
        Kind::Remediate(_) => return ("200", json!({"description": "Done."})),
        Kind::Update
        | Kind::Delete
        | Kind::Cancel
        | Kind::UpdateElement(_)
        | Kind::UpdateNavigation(_)
        | Kind::AddReference(_)
        | Kind::RemoveReference(_) => return ("204", json!({"description": "Done."})),
    };
    let mut answer = json!({"description": description, "content": {"application/json": {"schema": schema}}});
    if let Some(links) = links(row, version)
        && let Some(answer) = answer.as_object_mut()
    {
        answer.insert("links".to_owned(), links);
    }
    ("200", answer)
}

fn reference() -> Value {
    json!({
        "type": "object",
        "properties": {"@odata.id": {"type": "string", "format": "uri"}},
        "required": ["@odata.id"],
        "additionalProperties": false,
    })
}

/// What takes its time.
fn accepted() -> Value {
    json!({
        "description": "It goes on.",
        "headers": {
            "Location": {"required": true, "description": "Where it is said how far it has come.", "schema": {"type": "string", "format": "uri"}},
        },
    })
}

/// What was made, with every property that it has when nothing is selected.
fn made(row: &CompatibilityRow, types: &Types, version: Version) -> Value {
    let whole = json!({"required": default_properties(row.set.entity, version)});
    let schema = json!({"allOf": [types.declared(row.set.entity), whole]});
    json!({
        "description": "What was made.",
        "headers": {
            "Location": {"required": true, "description": "Where it is.", "schema": {"type": "string", "format": "uri"}},
        },
        "content": {"application/json": {"schema": schema}},
        "links": links(row, version).unwrap_or_else(|| json!({})),
    })
}

/// Where the keys in an answer lead: to the operations on the same path with a key behind it.
fn links(row: &CompatibilityRow, version: Version) -> Option<Value> {
    let pointer = match row.operation.kind {
        Kind::Create => "/id",
        Kind::List | Kind::Navigate(_) => "/value/0/id",
        _ => return None,
    };
    let rows = compatibility_rows();
    let below: Vec<&CompatibilityRow> = rows
        .iter()
        .filter(|below| below.versions.has(version))
        .filter(|below| {
            let rest = below
                .path
                .strip_prefix(&row.path)
                .and_then(|rest| rest.strip_prefix('/'));
            rest.is_some_and(|rest| matches!(rest, "{key}" | "{element}" | "{key}/cancel" | "{element}/$ref"))
        })
        .collect();
    let links: Map<String, Value> = below.iter().map(|below| link(row, below, pointer)).collect();
    (!links.is_empty()).then_some(Value::Object(links))
}

fn link(from: &CompatibilityRow, to: &CompatibilityRow, pointer: &str) -> (String, Value) {
    let known = path::parameters(from);
    let parameters: Map<String, Value> = path::parameters(to)
        .into_iter()
        .map(|(place, name)| {
            let is_known = known.iter().any(|(earlier, _)| *earlier == place);
            let expression = if is_known {
                format!("$request.path.{name}")
            } else {
                format!("$response.body#{pointer}")
            };
            (name, Value::from(expression))
        })
        .collect();
    let operation = path::operation_id(to);
    (
        operation.clone(),
        json!({"operationId": operation, "parameters": parameters}),
    )
}
