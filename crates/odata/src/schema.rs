//! What the binder asks of a description of an entity type. `graph` answers; nothing here knows
//! which types exist.

use model::query::{Field, Nav};

use crate::bound::Collation;

/// The type of a property, as far as comparing needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edm {
    /// Text.
    String(Collation),
    /// An identifier: text that is compared as a GUID where the literal is one, in any case.
    Identifier,
    /// True or false.
    Boolean,
    /// A whole number.
    Int,
    /// A point in time.
    DateTimeOffset,
    /// A length of time.
    Duration,
    /// A closed vocabulary, in its canonical spellings.
    Enum(&'static [&'static str]),
}

/// What a name leads to inside a type.
pub enum Member<'a> {
    /// A primitive property.
    Property(Property),
    /// A complex property whose own members can be named with a path.
    Complex(&'a dyn Schema),
    /// A collection of complex or primitive values, for lambdas; `element` describes one of them.
    Collection {
        /// The collection.
        field: Field,
        /// Its elements. A collection of texts has an element whose only member is named `$it`.
        element: &'a dyn Schema,
    },
    /// A navigation.
    Navigation(Navigation<'a>),
    /// A property that can be selected but neither filtered nor sorted.
    Opaque(&'static str),
}

/// A primitive property.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// The canonical spelling.
    pub name: &'static str,
    /// What it is called inside.
    pub field: Field,
    /// Its type.
    pub edm: Edm,
    /// Whether `$filter` may use it.
    pub filterable: bool,
    /// Whether `$orderby` may use it.
    pub sortable: bool,
}

/// A navigation property.
#[derive(Clone, Copy)]
pub struct Navigation<'a> {
    /// The canonical spelling.
    pub name: &'static str,
    /// What it is called inside.
    pub nav: Nav,
    /// The type at its end.
    pub target: &'a dyn Schema,
    /// Whether it leads to several things.
    pub is_collection: bool,
    /// Whether `$filter` may go through it.
    pub filterable: bool,
}

/// A description of an entity or complex type.
pub trait Schema: Sync {
    /// The qualified name, `microsoft.graph.user`.
    fn type_name(&self) -> &'static str;

    /// What `name`, in any case, leads to.
    fn member(&self, name: &str) -> Option<Member<'_>>;

    /// The canonical spelling of a selectable property, in any case of `name`; complex and opaque
    /// ones included, navigations not.
    fn selectable(&self, name: &str) -> Option<&'static str>;

    /// Every navigation that `$expand=*` follows, in declaration order.
    fn navigations(&self) -> Vec<Navigation<'_>>;
}
