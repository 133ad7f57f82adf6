//! Records as JSON: properties in declaration order, nulls written, annotations by metadata level
//! (schedules dossier, 2.2 and 2.5; directory dossier, B5).

mod context;
mod write;
mod written_roles;

use model::TenantId;
use model::policy::key::PolicyScope;
use model::record::Item;
use odata::bound::{Expand, Select};
use serde_json::{Map, Value};

pub use self::context::Context;
pub use self::write::Shaped;
pub use self::written_roles::WrittenRoles;
use crate::Version;
use crate::description::EntityType;

const CONTEXT: &str = "@odata.context";
const NEXT_LINK: &str = "@odata.nextLink";

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
    /// The texts of role definitions that were written before.
    pub written_roles: &'a WrittenRoles,
}

impl Shaping<'_> {
    /// Whether `@odata.type` is written at all.
    pub fn writes_types(&self) -> bool {
        self.metadata != MetadataLevel::None
    }

    /// A context, unless the client wants none.
    fn context(&self, context: &Context) -> Option<String> {
        (self.metadata != MetadataLevel::None).then(|| format!("{}/$metadata#{context}", self.base))
    }

    fn insert_context(&self, object: &mut Map<String, Value>, context: &Context) {
        if let Some(text) = self.context(context) {
            object.insert(CONTEXT.to_owned(), Value::String(text));
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
        items: &'a [Item],
        count: Option<u64>,
        next_link: Option<&'a str>,
    ) -> Shaped<'a> {
        Shaped::page(*self, self.shaping.context(context), items, count, next_link)
    }

    /// One entity with its context.
    pub fn entity(&self, context: &Context, item: &'a Item) -> Shaped<'a> {
        Shaped::entity(*self, self.shaping.context(context), item)
    }

    /// One entity without a context, as inside a page.
    pub fn item(&self, item: &'a Item) -> Shaped<'a> {
        Shaped::entity(*self, None, item)
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
        object.insert(NEXT_LINK.to_owned(), Value::from(next));
    }
    object.insert("value".to_owned(), links.collect());
    Value::Object(object)
}

#[cfg(test)]
mod tests;
