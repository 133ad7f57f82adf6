//! The document against what it was made from: the route table, the binder, the readers of bodies.

use std::collections::BTreeSet;

use model::query::Collection;
use odata::options::RawOptions;

use super::*;
use crate::body;
use crate::description::{EntitySet, EntityType, OperationKind};
use crate::sets;

/// Path, method and operation of everything in the document.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let items = document["paths"].as_object().unwrap().iter();
    let operations = items.flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    operations.collect()
}

#[test]
fn every_routed_operation_is_there_exactly_once() {
    for version in Version::ALL {
        let document = document(version);
        let rows: Vec<_> = compatibility_rows()
            .into_iter()
            .filter(|row| row.versions.has(version))
            .collect();
        for row in &rows {
            let method = row.operation.method.as_str().to_ascii_lowercase();
            let operation = &document["paths"][path::template(row)][method];
            assert_eq!(operation["operationId"], path::operation_id(row), "{}", row.path);
        }
        // `$batch` and `$metadata` are in no set.
        let operations = operations(&document);
        assert_eq!(operations.len(), rows.len() + 2, "{version:?}");
        let ids: BTreeSet<_> = operations
            .iter()
            .map(|(_, _, it)| it["operationId"].as_str())
            .collect();
        assert_eq!(ids.len(), operations.len(), "{version:?}");
    }
}

#[test]
fn paths_declare_the_parameters_that_they_have() {
    for version in Version::ALL {
        let document = document(version);
        for (path, method, operation) in operations(&document) {
            let named: BTreeSet<&str> = path
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split('}').next())
                .collect();
            let declared: BTreeSet<&str> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|parameter| parameter["in"] == "path")
                .filter_map(|parameter| parameter["name"].as_str())
                .collect();
            assert_eq!(named, declared, "{method} {path}");
        }
    }
}

#[test]
fn references_and_links_lead_somewhere() {
    for version in Version::ALL {
        let document = document(version);
        let mut references = Vec::new();
        collect(&document, "$ref", &mut references);
        assert!(references.len() > 1_000);
        for reference in references {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{version:?}: {reference}");
        }
        let operations = operations(&document);
        let mut links = 0;
        for (path, _, operation) in &operations {
            let answers = operation["responses"].as_object().unwrap().values();
            for link in answers
                .filter_map(|answer| answer["links"].as_object())
                .flat_map(Map::values)
            {
                let target = operations
                    .iter()
                    .find(|(_, _, it)| it["operationId"] == link["operationId"]);
                let (to, _, _) = target.unwrap_or_else(|| panic!("{path}: {link}"));
                for (name, _) in link["parameters"].as_object().unwrap() {
                    assert!(to.contains(&format!("{{{name}}}")), "{path}: {name}");
                }
                links += 1;
            }
        }
        assert!(links > 50, "{version:?}: {links}");
    }
}

fn collect<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if key == name => found.push(text),
                    other => collect(other, name, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, name, found)),
        _ => {}
    }
}

/// The type that the query options of an operation are about.
fn listed(set: &'static EntitySet, kind: OperationKind) -> &'static EntityType {
    match kind {
        OperationKind::Navigate(nav)
        | OperationKind::NavigateCount(nav)
        | OperationKind::NavigateCast(nav)
        | OperationKind::NavigateElement(nav)
        | OperationKind::References(nav) => set.entity.navigation(nav).unwrap().target,
        _ => set.entity,
    }
}

#[test]
fn every_query_option_that_is_offered_binds() {
    let mut checked = 0;
    for version in Version::ALL {
        for row in compatibility_rows()
            .iter()
            .filter(|row| row.versions.has(version))
        {
            let schema = listed(row.set, row.operation.kind).schema(version);
            for parameter in parameters::of(row, version) {
                let Some(option) = parameter["name"].as_str().filter(|name| name.starts_with('$')) else {
                    continue;
                };
                let examples = parameter["examples"]
                    .as_object()
                    .into_iter()
                    .flat_map(Map::values);
                let values = examples.map(|example| &example["value"]);
                let names = parameter["schema"]["items"]["enum"]
                    .as_array()
                    .into_iter()
                    .flatten();
                for value in values.chain(names).filter_map(Value::as_str) {
                    let query = format!("{option}={value}");
                    let options = RawOptions::parse(&query).unwrap();
                    let bound = odata::bind(&options, schema);
                    assert!(bound.is_ok(), "{}: {query}: {bound:?}", row.path);
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 5_000, "{checked}");
}

/// A value that the schema of a member allows.
fn sample(schema: &Value) -> Value {
    if schema["format"] == "uuid" {
        return Value::from("5d0e6c1a-72f4-4b0d-8a3f-19c7e2b4d650");
    }
    match schema["type"].as_str() {
        _ if schema["pattern"] == "^c[1-9][0-9]?$" => Value::from("c1"),
        _ if schema["enum"].is_array() => schema["enum"][0].clone(),
        Some("boolean") => Value::Bool(false),
        Some("array") => json!([]),
        _ => Value::from("a@pim.example"),
    }
}

#[test]
fn bodies_ask_for_what_their_readers_need_and_no_more() {
    type Reader = fn(&[u8]) -> bool;
    // A scope is needed too, but it can have either of two names.
    let readers: [(&EntitySet, Value, Reader); 9] = [
        (
            &sets::ASSIGNMENT_REQUESTS,
            json!({"directoryScopeId": "/"}),
            |bytes| body::schedule_request(Version::V1, bytes).is_ok(),
        ),
        (&sets::ELIGIBILITY_REQUESTS, json!({"appScopeId": "/"}), |bytes| {
            body::schedule_request(Version::Beta, bytes).is_ok()
        }),
        (
            &sets::ROLE_ASSIGNMENTS,
            json!({"directoryScopeId": "/"}),
            |bytes| body::create_role_assignment(bytes).is_ok(),
        ),
        (&sets::ROLE_DEFINITIONS, json!({}), |bytes| {
            let id = "5d0e6c1a-72f4-4b0d-8a3f-19c7e2b4d650".parse().unwrap();
            body::create_role_definition(id, bytes).is_ok()
        }),
        (&sets::AUTHENTICATION_CONTEXTS, json!({}), |bytes| {
            body::new_authentication_context(bytes).is_ok()
        }),
        (&sets::USERS, json!({}), |bytes| body::create_user(bytes).is_ok()),
        (&sets::GROUPS, json!({}), |bytes| {
            body::create_group(bytes).is_ok()
        }),
        (&sets::SERVICE_PRINCIPALS, json!({}), |bytes| {
            body::create_service_principal(bytes).is_ok()
        }),
        (&sets::ADMINISTRATIVE_UNITS, json!({}), |bytes| {
            body::create_administrative_unit(bytes).is_ok()
        }),
    ];
    let rows = compatibility_rows();
    let types = Types::new(Version::V1);
    for (set, more, reads) in readers {
        let row = rows
            .iter()
            .find(|row| std::ptr::eq(row.set, set) && row.operation.kind == OperationKind::Create);
        let body = bodies::of(row.unwrap(), &types).unwrap();
        let schema = &body["content"]["application/json"]["schema"];
        let required: Vec<&str> = schema["required"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(Value::as_str)
            .collect();
        let mut least: Map<String, Value> = required
            .iter()
            .map(|name| ((*name).to_owned(), sample(&schema["properties"][name])))
            .collect();
        least.extend(more.as_object().unwrap().clone());
        let path = set.path.join("/");
        let text = |members: &Map<String, Value>| Value::Object(members.clone()).to_string().into_bytes();
        assert!(reads(&text(&least)), "{path}: {least:?}");
        for name in required {
            let mut lacking = least.clone();
            lacking.remove(name);
            assert!(!reads(&text(&lacking)), "{path} without {name}");
        }
    }
}

#[test]
fn members_of_bodies_are_properties_of_what_they_set() {
    let types = Types::new(Version::V1);
    for row in compatibility_rows() {
        let is_own = matches!(row.operation.kind, OperationKind::Create)
            || row.operation.kind == OperationKind::Update
                && !matches!(
                    row.set.collection,
                    Collection::Policies | Collection::AlertConfigurations
                );
        if !is_own {
            continue;
        }
        let body = bodies::of(&row, &types).unwrap_or_else(|| panic!("{} has no body", row.path));
        let properties = body["content"]["application/json"]["schema"]["properties"]
            .as_object()
            .unwrap();
        for name in properties
            .keys()
            .filter(|name| !name.contains('@') && *name != "passwordProfile")
        {
            assert!(row.set.entity.property(name).is_some(), "{}: {name}", row.path);
        }
    }
}

#[test]
fn any_one_permission_is_an_alternative() {
    let document = document(Version::V1);
    for row in compatibility_rows()
        .iter()
        .filter(|row| row.versions.has(Version::V1))
    {
        let method = row.operation.method.as_str().to_ascii_lowercase();
        let security = &document["paths"][path::template(row)][method]["security"];
        let named: Vec<&str> = security
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|alternative| alternative["oauth2"][0].as_str())
            .collect();
        let permissions = row.operation.permissions.iter().chain(row.operation.partial);
        assert_eq!(
            named,
            permissions.map(|it| it.as_str()).collect::<Vec<_>>(),
            "{}",
            row.path
        );
    }
}
