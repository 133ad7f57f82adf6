//! The served part of Graph as an OpenAPI 3.1 document, generated from the descriptions that the router and
//! the permission check read.

mod answers;
mod bodies;
mod parameters;
mod path;
mod schemas;

use model::Permission;
use serde_json::{Map, Value, json};

use self::schemas::Types;
use crate::Version;
use crate::documentation::{CompatibilityRow, compatibility_rows};

/// Where applications get tokens. Every tenant answers to this name.
const TOKEN_URL: &str = "/organizations/oauth2/v2.0/token";
/// The two ways in which a token can be described; it is the same token.
const SCHEMES: [&str; 2] = ["oauth2", "bearer"];

/// The document of one version. Its addresses are relative, so it is the same wherever it is served.
pub fn document(version: Version) -> Value {
    let types = Types::new(version);
    let mut paths: Map<String, Value> = Map::new();
    let rows = compatibility_rows().into_iter();
    for row in rows.filter(|row| row.versions.has(version)) {
        let item = paths.entry(path::template(&row)).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            let method = row.operation.method.as_str().to_ascii_lowercase();
            item.insert(method, operation(&row, &types, version));
        }
    }
    paths.insert("/$batch".to_owned(), batch());
    paths.insert("/$metadata".to_owned(), metadata());
    let mut schemas = types.components();
    schemas.insert("error".to_owned(), answers::error_schema());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("Tenure, Microsoft Graph {}", version.as_str()),
            "description": "The part of Microsoft Graph that Tenure serves. Names match in any case, keys can \
                            stand in parentheses, and the `$` of query options can be left out.",
            "version": version.as_str(),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": format!("/{}", version.as_str())}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": parameters::components(),
            "responses": answers::components(),
            "securitySchemes": security_schemes(),
        },
    })
}

fn operation(row: &CompatibilityRow, types: &Types, version: Version) -> Value {
    let mut operation = Map::new();
    operation.insert("operationId".to_owned(), Value::from(path::operation_id(row)));
    operation.insert("tags".to_owned(), json!([row.set.path.last()]));
    operation.insert("summary".to_owned(), Value::from(path::summary(row)));
    if let Some(text) = description(row) {
        operation.insert("description".to_owned(), Value::from(text));
    }
    let parameters = parameters::of(row, version);
    if !parameters.is_empty() {
        operation.insert("parameters".to_owned(), Value::from(parameters));
    }
    if let Some(body) = bodies::of(row, types) {
        operation.insert("requestBody".to_owned(), body);
    }
    operation.insert("responses".to_owned(), answers::of(row, types, version));
    operation.insert("security".to_owned(), security(row));
    Value::Object(operation)
}

/// What the list of permissions does not say.
fn description(row: &CompatibilityRow) -> Option<String> {
    let names = |permissions: &[Permission]| {
        let names: Vec<String> = permissions
            .iter()
            .map(|it| format!("`{}`", it.as_str()))
            .collect();
        names.join(", ")
    };
    let mut sentences = Vec::new();
    if row.operation.delegated_only {
        sentences.push("For signed-in users only.".to_owned());
    }
    if !row.operation.partial.is_empty() {
        sentences.push(format!("In part with {}.", names(row.operation.partial)));
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// Any one of the permissions suffices, so each is an alternative of its own.
fn security(row: &CompatibilityRow) -> Value {
    let permissions = row.operation.permissions.iter().chain(row.operation.partial);
    let alternatives =
        permissions.flat_map(|permission| SCHEMES.map(|scheme| json!({scheme: [permission.as_str()]})));
    alternatives.collect()
}

fn security_schemes() -> Value {
    let scopes: Map<String, Value> = Permission::ALL
        .iter()
        .map(|permission| (permission.as_str().to_owned(), Value::from(permission.as_str())))
        .collect();
    json!({
        "oauth2": {
            "type": "oauth2",
            "description": "Ask for the scope `https://graph.microsoft.com/.default`: the token has the \
                            permissions that the application was given.",
            "flows": {"clientCredentials": {"tokenUrl": TOKEN_URL, "scopes": scopes}},
        },
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    })
}

/// Several requests in one (directory dossier, B9).
fn batch() -> Value {
    let request = json!({
        "type": "object",
        "properties": {
            "id": {"type": "string", "minLength": 1},
            "method": {"type": "string", "enum": ["GET", "POST", "PATCH", "DELETE"]},
            "url": {"type": "string", "minLength": 1},
            "headers": {"type": "object", "additionalProperties": {"type": "string"}},
            "body": {},
            "dependsOn": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["id", "method", "url"],
    });
    let response = json!({
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "status": {"type": "integer", "minimum": 200, "maximum": 599},
            "headers": {"type": "object", "additionalProperties": {"type": "string"}},
            "body": {},
        },
        "required": ["id", "status", "headers"],
        "additionalProperties": false,
    });
    let envelope = |name: &str, items: Value| {
        let list = json!({"type": "array", "items": items, "maxItems": odata::batch::BATCH_REQUESTS_MAX});
        json!({"application/json": {"schema": {
            "type": "object", "properties": {name: list}, "required": [name],
        }}})
    };
    let answers = answers::of_batch(&envelope("responses", response));
    json!({"post": {
        "operationId": "batch",
        "tags": ["$batch"],
        "summary": "Answers several requests, each as if it had come alone",
        "requestBody": {"required": true, "content": envelope("requests", request)},
        "responses": answers,
        "security": SCHEMES.map(|scheme| json!({scheme: []})),
    }})
}

fn metadata() -> Value {
    json!({"get": {
        "operationId": "metadata",
        "tags": ["$metadata"],
        "summary": "The schema as CSDL",
        "responses": {"200": {
            "description": "It.", "content": {"application/xml": {"schema": {"type": "string"}}},
        }},
        "security": [],
    }})
}

#[cfg(test)]
mod tests;
