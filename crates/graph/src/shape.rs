//! Records as JSON: properties in declaration order, nulls written, annotations by metadata level
//! (schedules dossier, 2.2 and 2.5; directory dossier, B5).

mod context;

use model::policy::key;
use model::record::{Expanded, Item};
use model::{Record, TenantId};
use odata::bound::{Expand, Select};
use odata::schema::Edm;
use serde_json::{Map, Value};

pub use self::context::Context;
use crate::description::{EntityType, Property, Type};
use crate::{Version, sets};
use model::policy::key::PolicyScope;

/// How many annotations the client wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MetadataLevel {
    /// Links and counts only.
    None,
    /// Contexts, and types where they are not the declared ones.
    #[default]
    Minimal,
    /// Also ids, and types everywhere.
    Full,
}

impl MetadataLevel {
    /// The value of `odata.metadata` in `Accept` and `Content-Type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minimal => "minimal",
            Self::Full => "full",
        }
    }

    /// Reads the value in any case.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::None, Self::Minimal, Self::Full]
            .into_iter()
            .find(|level| level.as_str().eq_ignore_ascii_case(text))
    }
}

/// What shapes an answer besides the record itself.
#[derive(Clone, Copy, Debug)]
pub struct Shaping<'a> {
    /// Scheme, host and version of the request, `https://host/v1.0`.
    pub base: &'a str,
    /// The version.
    pub version: Version,
    /// How many annotations.
    pub metadata: MetadataLevel,
    /// The tenant, which some ids contain.
    pub tenant: TenantId,
    /// In which spelling policies are shown.
    pub policy_scope: PolicyScope,
}

impl Shaping<'_> {
    /// Whether `@odata.type` is written at all.
    pub fn writes_types(&self) -> bool {
        self.metadata != MetadataLevel::None
    }

    /// A context, unless the client wants none.
    fn insert_context(&self, object: &mut Map<String, Value>, context: &Context) {
        if self.metadata != MetadataLevel::None {
            let text = format!("{}/$metadata#{context}", self.base);
            object.insert("@odata.context".to_owned(), Value::String(text));
        }
    }
}

/// Shapes the items of one answer.
#[derive(Clone, Copy)]
pub struct Shaper<'a> {
    /// Version, annotations, host.
    pub shaping: Shaping<'a>,
    /// The type that the answer is declared to have.
    pub declared: &'static EntityType,
    /// Which properties.
    pub select: &'a Select,
    /// Which navigations.
    pub expand: &'a [Expand],
    /// Whether each item names its type even where it is the declared one, as the results of
    /// functions do.
    pub always_typed: bool,
}

impl<'a> Shaper<'a> {
    /// For items of an ordinary set.
    pub const fn new(
        shaping: Shaping<'a>,
        declared: &'static EntityType,
        select: &'a Select,
        expand: &'a [Expand],
    ) -> Self {
        Self {
            shaping,
            declared,
            select,
            expand,
            always_typed: false,
        }
    }

    /// Each item names its type.
    pub const fn always_typed(mut self) -> Self {
        self.always_typed = true;
        self
    }

    /// A page: context, count, items, link to the next.
    pub fn collection(
        &self,
        context: &Context,
        items: &[Item],
        count: Option<u64>,
        next_link: Option<&str>,
    ) -> Value {
        let mut page = Map::new();
        self.shaping.insert_context(&mut page, context);
        if let Some(count) = count {
            page.insert("@odata.count".to_owned(), Value::from(count));
        }
        if let Some(link) = next_link {
            page.insert("@odata.nextLink".to_owned(), Value::from(link));
        }
        page.insert(
            "value".to_owned(),
            items
                .iter()
                .map(|item| Value::Object(self.object(item, Map::new())))
                .collect(),
        );
        Value::Object(page)
    }

    /// One entity with its context.
    pub fn entity(&self, context: &Context, item: &Item) -> Value {
        let mut object = Map::new();
        self.shaping.insert_context(&mut object, context);
        Value::Object(self.object(item, object))
    }

    /// One entity without a context, as inside a page.
    pub fn item(&self, item: &Item) -> Value {
        Value::Object(self.object(item, Map::new()))
    }

    fn object(&self, item: &Item, mut object: Map<String, Value>) -> Map<String, Value> {
        let runtime = sets::type_of(&item.record);
        self.annotate(runtime, item, &mut object);
        match self.select {
            Select::Default => {
                for property in runtime.properties {
                    if property.default && property.versions.has(self.shaping.version) {
                        self.write(property, item, &mut object);
                    }
                }
            }
            Select::Only(names) => {
                // What only other types have can be selected here, but is not this one's.
                let properties = names.iter().filter_map(|name| runtime.property(name));
                for property in properties.filter(|property| !property.derived) {
                    self.write(property, item, &mut object);
                }
            }
        }
        let inline = runtime.inline(self.shaping.version, self.select, self.expand);
        for expand in self.expand.iter().chain(&inline) {
            self.annotate_inline(runtime, expand, item, &mut object);
            let value = self.expanded(expand, item);
            object.insert(expand.name.to_owned(), value);
        }
        object
    }

    fn write(&self, property: &Property, item: &Item, object: &mut Map<String, Value>) {
        let value = (property.value)(&item.record, &self.shaping);
        if self.shaping.metadata == MetadataLevel::Full
            && !value.is_null()
            && let Some(type_name) = unlike_json(property.of)
        {
            object.insert(format!("{}@odata.type", property.name), Value::from(type_name));
        }
        object.insert(property.name.to_owned(), value);
    }

    /// The type where it is not the declared one, and with full metadata the id.
    fn annotate(&self, runtime: &EntityType, item: &Item, object: &mut Map<String, Value>) {
        let level = self.shaping.metadata;
        let differs = !std::ptr::eq(runtime, self.declared);
        if level == MetadataLevel::Full || (self.shaping.writes_types() && (differs || self.always_typed)) {
            object.insert(
                "@odata.type".to_owned(),
                Value::String(format!("#{}", runtime.name)),
            );
        }
        if level == MetadataLevel::Full
            && let Some(property) = runtime.property("id")
            && let Value::String(id) = (property.value)(&item.record, &self.shaping)
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
                _ => format!("{}('{id}')", runtime.context),
            };
            let link = format!("{}/{link}", self.shaping.base);
            object.insert("@odata.id".to_owned(), Value::String(link));
        }
    }

    /// What is written without being asked for says where it is.
    fn annotate_inline(
        &self,
        runtime: &EntityType,
        expand: &Expand,
        item: &Item,
        object: &mut Map<String, Value>,
    ) {
        let is_inline = runtime.navigation(expand.nav).is_some_and(|n| n.is_inline);
        if is_inline
            && self.shaping.metadata != MetadataLevel::None
            && let Some(property) = runtime.property("id")
            && let Value::String(id) = (property.value)(&item.record, &self.shaping)
        {
            let query = &expand.query;
            let context = Context::contained(runtime.context, &id, expand.name, &query.select, &query.expand);
            let text = format!("{}/$metadata#{context}", self.shaping.base);
            object.insert(format!("{}@odata.context", expand.name), Value::String(text));
        }
    }

    fn expanded(&self, expand: &Expand, item: &Item) -> Value {
        let Some(navigation) = sets::type_of(&item.record).navigation(expand.nav) else {
            return Value::Null;
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
            Some(Expanded::One(Some(item))) => shaper.item(item),
            Some(Expanded::Many(items)) => items.iter().map(|item| shaper.item(item)).collect(),
            None if navigation.is_collection => Value::Array(Vec::new()),
            None | Some(Expanded::One(None)) => Value::Null,
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

/// A collection of texts, as the membership questions answer.
pub fn texts(shaping: &Shaping<'_>, texts: impl IntoIterator<Item = String>) -> Value {
    let mut object = Map::new();
    shaping.insert_context(&mut object, &Context::primitives("Edm.String"));
    object.insert("value".to_owned(), texts.into_iter().collect());
    Value::Object(object)
}

/// The references of a navigation: ids of objects as links, and where the next ones are.
pub fn references(
    shaping: &Shaping<'_>,
    ids: impl IntoIterator<Item = model::ObjectId>,
    next: Option<&str>,
) -> Value {
    let mut object = Map::new();
    shaping.insert_context(&mut object, &Context::references());
    let links = ids.into_iter().map(|id| {
        let link = format!("{}/directoryObjects/{id}", shaping.base);
        Value::Object(Map::from_iter([("@odata.id".to_owned(), Value::String(link))]))
    });
    if let Some(next) = next {
        object.insert("@odata.nextLink".to_owned(), Value::from(next));
    }
    object.insert("value".to_owned(), links.collect());
    Value::Object(object)
}

#[cfg(test)]
mod tests;
