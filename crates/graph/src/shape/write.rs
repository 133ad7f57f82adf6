//! Answers as they are written, member by member: a page holds hundreds of objects, and none of them is built
//! before it is text.

use std::sync::Arc;

use model::Record;
use model::policy::key;
use model::record::{Expanded, Item};
use odata::bound::{Expand, Select};
use odata::schema::Edm;
use serde::ser::{Error, Serialize, SerializeMap, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use super::{CONTEXT, Context, MetadataLevel, NEXT_LINK, Shaper};
use crate::description::{EntityType, Navigation, Property, Type};
use crate::sets;

/// The body of an answer.
#[derive(Clone)]
pub struct Shaped<'a> {
    shaper: Shaper<'a>,
    context: Option<String>,
    content: Content<'a>,
}

#[derive(Clone, Copy)]
enum Content<'a> {
    Entity(&'a Item),
    Page {
        items: &'a [Item],
        count: Option<u64>,
        next_link: Option<&'a str>,
    },
}

impl<'a> Shaped<'a> {
    pub(super) const fn entity(shaper: Shaper<'a>, context: Option<String>, item: &'a Item) -> Self {
        Self {
            shaper,
            context,
            content: Content::Entity(item),
        }
    }

    pub(super) const fn page(
        shaper: Shaper<'a>,
        context: Option<String>,
        items: &'a [Item],
        count: Option<u64>,
        next_link: Option<&'a str>,
    ) -> Self {
        Self {
            shaper,
            context,
            content: Content::Page {
                items,
                count,
                next_link,
            },
        }
    }
}

impl Serialize for Shaped<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        if let Some(context) = &self.context {
            object.serialize_entry(CONTEXT, context)?;
        }
        match self.content {
            Content::Entity(item) => self.shaper.write(item, &mut object)?,
            Content::Page {
                items,
                count,
                next_link,
            } => {
                if let Some(count) = count {
                    object.serialize_entry("@odata.count", &count)?;
                }
                if let Some(link) = next_link {
                    object.serialize_entry(NEXT_LINK, link)?;
                }
                object.serialize_entry("value", &Objects(&self.shaper, items))?;
            }
        }
        object.end()
    }
}

/// An object within an answer.
struct Object<'a>(&'a Shaper<'a>, &'a Item);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        self.0.write(self.1, &mut object)?;
        object.end()
    }
}

/// A list within an answer.
struct Objects<'a>(&'a Shaper<'a>, &'a [Item]);

impl Serialize for Objects<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.1.iter().map(|item| Object(self.0, item)))
    }
}

impl Shaper<'_> {
    /// Annotations, properties, and what was expanded.
    fn write<M: SerializeMap>(&self, item: &Item, object: &mut M) -> Result<(), M::Error> {
        let runtime = sets::type_of(&item.record);
        self.write_annotations(runtime, item, object)?;
        match self.select {
            Select::Default => {
                for property in runtime.properties {
                    if property.default && property.versions.has(self.shaping.version) {
                        self.write_property(property, item, object)?;
                    }
                }
            }
            Select::Only(names) => {
                // What only other types have can be selected here, but is not this one's.
                let properties = names.iter().filter_map(|name| runtime.property(name));
                for property in properties.filter(|property| !property.derived) {
                    self.write_property(property, item, object)?;
                }
            }
        }
        let inline = runtime.inline(self.shaping.version, self.select, self.expand);
        for expand in self.expand.iter().chain(&inline) {
            let navigation = runtime.navigation(expand.nav);
            if navigation.is_some_and(|navigation| navigation.has_context) {
                self.write_context(runtime, expand, item, object)?;
            }
            self.write_expanded(navigation, expand, item, object)?;
        }
        Ok(())
    }

    fn write_property<M: SerializeMap>(
        &self,
        property: &Property,
        item: &Item,
        object: &mut M,
    ) -> Result<(), M::Error> {
        let value = (property.value)(&item.record, &self.shaping);
        if self.shaping.metadata == MetadataLevel::Full
            && !value.is_null()
            && let Some(type_name) = unlike_json(property.of)
        {
            object.serialize_entry(&format!("{}@odata.type", property.name), type_name)?;
        }
        object.serialize_entry(property.name, &value)
    }

    /// The type where it is not the declared one, and with full metadata the id.
    fn write_annotations<M: SerializeMap>(
        &self,
        runtime: &EntityType,
        item: &Item,
        object: &mut M,
    ) -> Result<(), M::Error> {
        let level = self.shaping.metadata;
        let differs = !std::ptr::eq(runtime, self.declared);
        if level == MetadataLevel::Full || (self.shaping.writes_types() && (differs || self.always_typed)) {
            object.serialize_entry("@odata.type", &format!("#{}", runtime.name))?;
        }
        if level == MetadataLevel::Full
            && let Some(id) = self.id(runtime, item)
        {
            let link = match &item.record {
                Record::PolicyRule(policy, _) => {
                    let policy = key::policy_id(self.shaping.policy_scope, self.shaping.tenant, policy.id);
                    format!("{}('{policy}')/rules('{id}')", sets::POLICY.context)
                }
                Record::ApprovalStep(step) => {
                    format!("{}('{}')/steps('{id}')", sets::APPROVAL.context, step.request)
                }
                Record::ApprovalStage(step) => {
                    format!("{}('{}')/stages('{id}')", sets::APPROVAL.context, step.request)
                }
                Record::AlertIncident(name, _) => {
                    let alert = name.id(self.shaping.tenant);
                    format!("{}('{alert}')/alertIncidents('{id}')", sets::ALERT.context)
                }
                _ => format!("{}('{id}')", runtime.context),
            };
            object.serialize_entry("@odata.id", &format!("{}/{link}", self.shaping.base))?;
        }
        Ok(())
    }

    /// What is contained and written here says where it is.
    fn write_context<M: SerializeMap>(
        &self,
        runtime: &EntityType,
        expand: &Expand,
        item: &Item,
        object: &mut M,
    ) -> Result<(), M::Error> {
        let Some(id) = self.id(runtime, item) else {
            return Ok(());
        };
        let query = &expand.query;
        let context = Context::contained(runtime.context, &id, expand.name, &query.select, &query.expand);
        match self.shaping.context(&context) {
            Some(text) => object.serialize_entry(&format!("{}{CONTEXT}", expand.name), &text),
            None => Ok(()),
        }
    }

    fn write_expanded<M: SerializeMap>(
        &self,
        navigation: Option<&Navigation>,
        expand: &Expand,
        item: &Item,
        object: &mut M,
    ) -> Result<(), M::Error> {
        let Some(navigation) = navigation else {
            return object.serialize_entry(expand.name, &());
        };
        let shaper = Shaper::new(
            self.shaping,
            navigation.target,
            &expand.query.select,
            &expand.query.expand,
        );
        let found = item
            .expanded
            .iter()
            .find_map(|(nav, found)| (*nav == expand.nav).then_some(found));
        match found {
            Some(Expanded::One(Some(item))) => match shaper.role_text(item)? {
                Some(text) => object.serialize_entry(expand.name, &*text),
                None => object.serialize_entry(expand.name, &Object(&shaper, item)),
            },
            Some(Expanded::Many(items)) => object.serialize_entry(expand.name, &Objects(&shaper, items)),
            None if navigation.is_collection => object.serialize_entry(expand.name, &Objects(&shaper, &[])),
            None | Some(Expanded::One(None)) => object.serialize_entry(expand.name, &()),
        }
    }

    /// The whole text, where it is that of a role definition and nothing else has a say in it.
    fn role_text<E: Error>(&self, item: &Item) -> Result<Option<Arc<RawValue>>, E> {
        let is_plain = self.shaping.metadata == MetadataLevel::Minimal
            && !self.always_typed
            && *self.select == Select::Default
            && self.expand.is_empty();
        match &item.record {
            Record::RoleDefinition(role) if is_plain => self
                .shaping
                .written_roles
                .text(role, self.shaping.version, || to_raw_value(&Object(self, item)))
                .map(Some)
                .map_err(E::custom),
            _ => Ok(None),
        }
    }

    fn id(&self, runtime: &EntityType, item: &Item) -> Option<String> {
        let property = runtime.property("id")?;
        match (property.value)(&item.record, &self.shaping) {
            serde_json::Value::String(id) => Some(id),
            _ => None,
        }
    }
}

/// The type annotation, with full metadata, of primitive values that JSON has no form of its own for.
const fn unlike_json(of: Type) -> Option<&'static str> {
    match of {
        Type::Primitive(Edm::DateTimeOffset) => Some("#DateTimeOffset"),
        Type::Primitive(Edm::Duration) => Some("#Duration"),
        _ => None,
    }
}
