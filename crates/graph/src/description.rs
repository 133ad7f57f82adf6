//! The one description of each entity set (DESIGN, idea 4): names, types, what can be filtered,
//! sorted and expanded, operations and their permissions. The router, the OData binder, `$metadata`,
//! the permission check, the JSON shapes and the compatibility table all read it.

mod binding;
mod operation;

use model::Record;
use model::query::{Collection, Field, Nav};
use odata::bound::{BoundQuery, Expand, Select};
use odata::schema::Edm;
use serde_json::Value;

pub use self::binding::View;
pub use self::operation::{MemberAction, Method, Operation, OperationKind};
use crate::shape::Shaping;
use crate::{Version, Versions};

/// An entity type.
pub struct EntityType {
    /// The qualified name, `microsoft.graph.user`.
    pub name: &'static str,
    /// The type that it derives from, if that is served too.
    pub base: Option<&'static EntityType>,
    /// What `@odata.context` calls the set where its entities live.
    pub context: &'static str,
    /// In the order in which they are written.
    pub properties: &'static [Property],
    /// In declaration order.
    pub navigations: &'static [Navigation],
    /// The type as each version's binder sees it.
    pub views: [View; 2],
}

/// Declares an [`EntityType`]; the views refer back to it.
macro_rules! entity_type {
    ($(#[$doc:meta])* $name:ident = $qualified:literal $(: $base:ident)?, in $context:literal {
        properties: $properties:expr,
        navigations: $navigations:expr,
    }) => {
        $(#[$doc])*
        pub static $name: $crate::description::EntityType = $crate::description::EntityType {
            name: $qualified,
            base: $crate::description::base_of!($($base)?),
            context: $context,
            properties: $properties,
            navigations: $navigations,
            views: [
                $crate::description::View::new(&$name, $crate::Version::V1),
                $crate::description::View::new(&$name, $crate::Version::Beta),
            ],
        };
    };
}
macro_rules! base_of {
    () => {
        None
    };
    ($base:ident) => {
        Some(&$base)
    };
}
pub(crate) use {base_of, entity_type};

impl EntityType {
    /// The name without its namespace, as `Collection(…)` contexts have it.
    pub fn short_name(&self) -> &'static str {
        self.name.strip_prefix("microsoft.graph.").unwrap_or(self.name)
    }

    /// The type as the binder of one version sees it.
    pub fn schema(&'static self, version: Version) -> &'static View {
        let [v1, beta] = &self.views;
        match version {
            Version::V1 => v1,
            Version::Beta => beta,
        }
    }

    /// A property by its canonical name.
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// The navigations that are written beside what is selected and expanded, without being asked for.
    pub fn inline(&self, version: Version, select: &Select, expand: &[Expand]) -> Vec<Expand> {
        if *select != Select::Default {
            return Vec::new();
        }
        let is_unasked = |navigation: &&Navigation| {
            navigation.is_inline
                && navigation.versions.has(version)
                && expand.iter().all(|asked| asked.nav != navigation.nav)
        };
        let inline = self.navigations.iter().filter(is_unasked);
        inline
            .map(|navigation| Expand {
                nav: navigation.nav,
                name: navigation.name,
                query: BoundQuery::default(),
            })
            .collect()
    }

    /// A navigation.
    pub fn navigation(&self, nav: Nav) -> Option<&'static Navigation> {
        self.navigations.iter().find(|navigation| navigation.nav == nav)
    }
}

/// The type of a property.
#[derive(Clone, Copy)]
pub enum Type {
    /// One value.
    Primitive(Edm),
    /// One member of an enumeration that the schema names.
    Enumeration(&'static EnumType),
    /// Several values; `element` is what a lambda sees of one of them.
    Primitives(&'static ComplexType),
    /// One structure.
    Complex(&'static ComplexType),
    /// Several structures.
    Complexes(&'static ComplexType),
}

/// An enumeration that the schema names.
pub struct EnumType {
    /// The qualified name.
    pub name: &'static str,
    /// Whether beta has plain text in its place.
    pub v1_only: bool,
    /// The members with their numbers.
    pub members: &'static [(&'static str, i32)],
    /// The members' names alone, for binding.
    pub spellings: &'static [&'static str],
}

/// A structure without identity.
pub struct ComplexType {
    /// The qualified name.
    pub name: &'static str,
    /// Whether further members may occur.
    pub is_open: bool,
    /// Its members.
    pub members: &'static [Member],
}

/// A member of a [`ComplexType`].
pub struct Member {
    /// The name; `$it` for the element of a collection of primitives.
    pub name: &'static str,
    /// Its type.
    pub of: Type,
    /// What `$filter` calls it, if it may.
    pub field: Option<Field>,
}

impl Member {
    /// A member that cannot be filtered by.
    pub const fn new(name: &'static str, of: Type) -> Self {
        Self {
            name,
            of,
            field: None,
        }
    }

    /// A member that can.
    pub const fn filterable(name: &'static str, of: Type, field: Field) -> Self {
        Self {
            name,
            of,
            field: Some(field),
        }
    }
}

/// Takes a property's value out of a record.
pub type ValueOf = fn(&Record, &Shaping<'_>) -> Value;

/// A structural property.
pub struct Property {
    /// The canonical spelling.
    pub name: &'static str,
    /// Its type.
    pub of: Type,
    /// What queries call it; none for what can only be selected.
    pub field: Option<Field>,
    /// Whether `$filter` may use it.
    pub filterable: bool,
    /// Whether `$orderby` may use it.
    pub sortable: bool,
    /// Whether it is written without being selected.
    pub default: bool,
    /// Whether it belongs to derived types only, and is named here so that queries over the base
    /// can use it.
    pub derived: bool,
    /// Where it exists.
    pub versions: Versions,
    /// Its value.
    pub value: ValueOf,
}

impl Property {
    /// A property that is always written and can only be selected.
    pub const fn new(name: &'static str, of: Type, value: ValueOf) -> Self {
        Self {
            name,
            of,
            field: None,
            filterable: false,
            sortable: false,
            default: true,
            derived: false,
            versions: Versions::Both,
            value,
        }
    }

    /// It can be filtered by.
    pub const fn filterable(mut self, field: Field) -> Self {
        self.field = Some(field);
        self.filterable = true;
        self
    }

    /// It can be filtered and sorted by.
    pub const fn sortable(mut self, field: Field) -> Self {
        self.sortable = true;
        self.filterable(field)
    }

    /// It is written only when selected.
    pub const fn on_request(mut self) -> Self {
        self.default = false;
        self
    }

    /// It belongs to derived types only.
    pub const fn derived(mut self) -> Self {
        self.derived = true;
        self.on_request()
    }

    /// It exists in beta only.
    pub const fn beta(mut self) -> Self {
        self.versions = Versions::Beta;
        self
    }
}

/// A navigation property.
pub struct Navigation {
    /// The canonical spelling.
    pub name: &'static str,
    /// What queries call it.
    pub nav: Nav,
    /// The type at its end.
    pub target: &'static EntityType,
    /// Whether it leads to several things.
    pub is_collection: bool,
    /// Whether it is contained in its source rather than a reference.
    pub is_contained: bool,
    /// Whether `$filter` may go through it.
    pub filterable: bool,
    /// Whether it is written without being expanded.
    pub is_inline: bool,
    /// Whether what is expanded has the context beside it that says where it is.
    pub has_context: bool,
    /// Where it exists.
    pub versions: Versions,
}

impl Navigation {
    /// Whether what it leads to is a list of its own, with every query option and pages; any other is followed
    /// as if it were expanded.
    pub const fn pages(&self) -> bool {
        matches!(
            self.nav,
            Nav::Rules
                | Nav::EffectiveRules
                | Nav::Members
                | Nav::Owners
                | Nav::MemberOf
                | Nav::TransitiveMemberOf
                | Nav::TransitiveMembers
                | Nav::AlertIncidents
        )
    }

    /// A navigation to one thing or none.
    pub const fn one(name: &'static str, nav: Nav, target: &'static EntityType) -> Self {
        Self {
            name,
            nav,
            target,
            is_collection: false,
            is_contained: false,
            filterable: false,
            is_inline: false,
            has_context: false,
            versions: Versions::Both,
        }
    }

    /// A navigation to several things.
    pub const fn many(name: &'static str, nav: Nav, target: &'static EntityType) -> Self {
        Self {
            is_collection: true,
            ..Self::one(name, nav, target)
        }
    }

    /// `$filter` may go through it.
    pub const fn filterable(mut self) -> Self {
        self.filterable = true;
        self
    }

    /// It is written without being expanded, with its context.
    pub const fn inline(mut self) -> Self {
        self.is_inline = true;
        self.with_context()
    }

    /// What is expanded has its context beside it.
    pub const fn with_context(mut self) -> Self {
        self.has_context = true;
        self
    }

    /// It exists in some versions only.
    pub const fn only(mut self, versions: Versions) -> Self {
        self.versions = versions;
        self
    }

    /// Its end belongs to its source.
    pub const fn contained(mut self) -> Self {
        self.is_contained = true;
        self
    }
}

/// Which service of Graph answers for a set; they word their refusals differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// Privileged Identity Management.
    Pim,
    /// The directory.
    Directory,
    /// Reports.
    AuditLog,
}

/// A set of entities and what can be done with it.
pub struct EntitySet {
    /// What is listed.
    pub collection: Collection,
    /// The path beneath the version.
    pub path: &'static [&'static str],
    /// A second path that beta knows.
    pub beta_path: Option<&'static [&'static str]>,
    /// The type of its entities.
    pub entity: &'static EntityType,
    /// Who answers.
    pub service: Service,
    /// Whether it takes a licence that covers PIM (schedules dossier, 10.4).
    pub needs_licence: bool,
    /// Properties that can stand for the key, `servicePrincipals(appId='…')`.
    pub alternate_keys: &'static [&'static str],
    /// The options of `filterByCurrentUser`, if the set has it.
    pub current_user: &'static [&'static str],
    /// What can be done.
    pub operations: &'static [Operation],
}

impl EntitySet {
    /// Whether a version has the set: whether anything can be done with it there.
    pub fn exists_in(&self, version: Version) -> bool {
        self.operations
            .iter()
            .any(|operation| operation.versions.has(version))
    }
}

/// Descriptions refer to each other in circles, so each shows itself by its name alone.
macro_rules! shown_by_name {
    ($($type:ty => |$it:ident| $name:expr;)+) => {
        $(impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let $it = self;
                write!(f, "{}({})", stringify!($type), $name)
            }
        })+
    };
}

shown_by_name!(
    EntityType => |it| it.name;
    Navigation => |it| it.name;
    EntitySet => |it| it.path.join("/");
    Operation => |it| format!("{} {}", it.method.as_str(), it.path);
);
