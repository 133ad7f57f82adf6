//! The types as JSON Schema: what an answer can hold. Each is closed where Graph's is, so that a misspelt
//! property fails a check instead of passing as one that nobody knows.

use odata::schema::Edm;
use serde_json::{Map, Value, json};

use crate::Version;
use crate::description::{ComplexType, EntityType, Navigation, Type};
use crate::sets::Schema;

/// Names of annotations, alone or behind the name of what they are about.
const ANNOTATION: &str = "^[A-Za-z]*@odata\\.(context|id|type)$";

/// Annotations of our own, which whoever does not know them passes over.
const OWN_ANNOTATION: &str = "^@tenure\\.[A-Za-z]+$";

/// The types of one version, and how the document refers to them.
pub(super) struct Types {
    version: Version,
    schema: Schema,
}

impl Types {
    pub(super) fn new(version: Version) -> Self {
        Self {
            version,
            schema: Schema::collect(version),
        }
    }

    /// Every type by the name of its component.
    pub(super) fn components(&self) -> Map<String, Value> {
        let mut components = Map::new();
        for complex in self.schema.complex.values() {
            components.insert(complex.name.to_owned(), self.complex(complex));
        }
        for entity in self.schema.entities.values().copied() {
            components.insert(entity.name.to_owned(), self.entity(entity));
            let derived = self.derived(entity);
            if !derived.is_empty() {
                let kinds = derived.into_iter().chain([entity]);
                let any: Vec<Value> = kinds.map(|kind| component("schemas", kind.name)).collect();
                components.insert(union_name(entity), json!({"anyOf": any}));
            }
        }
        components
    }

    /// What stands where an entity of a type is declared: it, or one of a derived type.
    pub(super) fn declared(&self, entity: &EntityType) -> Value {
        if self.derived(entity).is_empty() {
            component("schemas", entity.name)
        } else {
            component("schemas", &union_name(entity))
        }
    }

    /// The types that derive from a type, directly: there are no longer chains.
    pub(super) fn derived(&self, entity: &EntityType) -> Vec<&'static EntityType> {
        let is_derived = |kind: &&'static EntityType| kind.base.is_some_and(|base| base.name == entity.name);
        self.schema
            .entities
            .values()
            .copied()
            .filter(is_derived)
            .collect()
    }

    /// An entity with whatever is selected and expanded of it, so nothing is required of it here.
    fn entity(&self, entity: &'static EntityType) -> Value {
        let mut properties = Map::new();
        properties.insert(
            "@odata.type".to_owned(),
            json!({"const": format!("#{}", entity.name)}),
        );
        let own = entity.properties.iter().filter(|property| !property.derived);
        for property in own.filter(|property| property.versions.has(self.version)) {
            // Only the key is never null.
            let schema = match property.name {
                "id" => self.value(property.of),
                _ => self.nullable(property.of),
            };
            properties.insert(property.name.to_owned(), schema);
        }
        for navigation in entity.navigations.iter().filter(|n| n.versions.has(self.version)) {
            properties.insert(navigation.name.to_owned(), self.expanded(navigation));
        }
        json!({
            "type": "object",
            "properties": properties,
            "patternProperties": {ANNOTATION: {"type": "string"}},
            "additionalProperties": false,
        })
    }

    fn expanded(&self, navigation: &Navigation) -> Value {
        let target = self.declared(navigation.target);
        if navigation.is_collection {
            json!({"type": "array", "items": target})
        } else {
            or_null(&target)
        }
    }

    fn complex(&self, complex: &ComplexType) -> Value {
        let mut properties = Map::new();
        for member in complex.members {
            properties.insert(member.name.to_owned(), self.nullable(member.of));
        }
        json!({
            "type": "object",
            "properties": properties,
            "patternProperties": {OWN_ANNOTATION: {}},
            "additionalProperties": complex.is_open,
        })
    }

    /// A value of a type, or null; collections are empty rather than null.
    pub(super) fn nullable(&self, of: Type) -> Value {
        let schema = self.value(of);
        match of {
            Type::Primitives(_) | Type::Complexes(_) => schema,
            Type::Complex(_) | Type::Primitive(_) | Type::Enumeration(_) => or_null(&schema),
        }
    }

    /// A value of a type.
    pub(super) fn value(&self, of: Type) -> Value {
        match of {
            Type::Primitive(edm) => primitive(edm),
            Type::Enumeration(enumeration) if enumeration.v1_only && self.version == Version::Beta => text(),
            Type::Enumeration(enumeration) => json!({"type": "string", "enum": enumeration.spellings}),
            Type::Primitives(element) => {
                let items = element
                    .members
                    .first()
                    .map_or_else(text, |member| self.value(member.of));
                json!({"type": "array", "items": items})
            }
            Type::Complex(complex) => component("schemas", complex.name),
            Type::Complexes(complex) => {
                json!({"type": "array", "items": component("schemas", complex.name)})
            }
        }
    }
}

/// The properties that an entity has when nothing is selected.
pub(super) fn default_properties(entity: &EntityType, version: Version) -> Vec<&'static str> {
    let properties = entity.properties.iter();
    let shown = properties.filter(|property| property.default && property.versions.has(version));
    shown.map(|property| property.name).collect()
}

/// The component of a type or any that derives from it.
fn union_name(entity: &EntityType) -> String {
    format!("{}.any", entity.name)
}

/// A reference to one of the document's components.
pub(super) fn component(section: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{section}/{name}")})
}

/// A page of entities, or all of them.
pub(super) fn collection(items: &Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            "@odata.context": {"type": "string"},
            "@odata.count": {"type": "integer", "minimum": 0},
            "@odata.nextLink": {"type": "string", "format": "uri"},
            "value": {"type": "array", "items": items},
        },
        "required": ["value"],
        "additionalProperties": false,
    })
}

/// A schema whose value can be missing. OpenAPI 3.1 has unions with null for it; primitives have theirs in
/// `type`, as people write them.
fn or_null(schema: &Value) -> Value {
    let mut nullable = schema.clone();
    match nullable.get_mut("type") {
        Some(kind) => *kind = json!([kind.take(), "null"]),
        None => return json!({"anyOf": [schema, {"type": "null"}]}),
    }
    if let Some(members) = nullable.get_mut("enum").and_then(Value::as_array_mut) {
        members.push(Value::Null);
    }
    nullable
}

fn text() -> Value {
    json!({"type": "string"})
}

fn primitive(edm: Edm) -> Value {
    match edm {
        Edm::String(_) | Edm::Identifier => text(),
        Edm::Enum(members) => json!({"type": "string", "enum": members}),
        Edm::Boolean => json!({"type": "boolean"}),
        Edm::Int => json!({"type": "integer", "format": "int32"}),
        Edm::DateTimeOffset => json!({"type": "string", "format": "date-time"}),
        Edm::Duration => json!({"type": "string", "format": "duration"}),
    }
}
